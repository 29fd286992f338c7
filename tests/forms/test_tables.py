"""Tests of headers, columns and body lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.headers import Column
from dagster_project.forms.sections import Section
from dagster_project.forms.tables import Table, read_table
from dagster_project.readers.document import Box, Cell, Grid, Paragraph

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
EXPENDITURE = "final_account_expenditure_by_function"
Entry = str | tuple[str, int, int]


def grid(rows: Sequence[Sequence[Entry]], number: int = 1) -> Grid:
    """A grid from rows of texts or (text, rows, columns); an empty text is no cell."""
    cells = [
        Cell(value, r, c, number, r + 1, c + 1, down, across, Box(c * 9, r * 9, c * 9 + 8, r * 9))
        for r, row in enumerate(rows)
        for c, entry in enumerate(row)
        for value, down, across in [entry if isinstance(entry, tuple) else (entry, 1, 1)]
        if value
    ]
    return Grid(tuple(cells), len(rows), max(map(len, rows)), number, "any")


def unplaced(whole: Grid) -> Grid:
    """The grid as a text has it: no cell has a place on a page."""
    return replace(whole, cells=tuple(replace(cell, box=None) for cell in whole.cells))


def read(*grids: Grid, form: str = EXPENDITURE, recognised: bool = False) -> Table:
    section = Section(grids=list(grids))
    return read_table(section, CATALOGUE.forms[form], CATALOGUE, recognised=recognised)


def items(table: Table) -> list[str | None]:
    return [column.item or column.role for column in table.columns]


def figures(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "" for _, cell in line.cells] for line in table.lines]


HEADER = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
BODY = [
    ["", "合计", "9.00", "8.00", "1.00"],
    ["201", "一般公共服务支出", "9.00", "8.00", "1.00"],
]


def test_headers_name_the_columns() -> None:
    table = read(grid([HEADER, *BODY]))
    assert items(table) == ["code", "label", "total", "basic", "project"]
    assert figures(table) == [["9.00", "8.00", "1.00"]] * 2
    assert [(line.code_parts, line.label) for line in table.lines] == [
        ((), "合计"), (("201",), "一般公共服务支出"),
    ]  # fmt: skip


def test_a_blank_amount_keeps_its_column() -> None:
    table = read(grid([HEADER, ["201", "一般公共服务支出", "9.00", "", "9.00"]]))
    assert figures(table) == [["9.00", "", "9.00"]]


@pytest.mark.parametrize("marked", [True, False], ids=["marked spans", "no spans"])
def test_a_merged_header_reaches_over_its_columns(marked: bool) -> None:
    across = 3 if marked else 1
    table = read(grid([
        ["科目编码", "科目名称", ("本年支出", 1, across), "", ""],
        ["", "", "合计", "基本支出", "项目支出"],
        *BODY,
    ]))  # fmt: skip
    assert [column.path for column in table.columns][2:] == [
        ("本年支出", "合计"), ("本年支出", "基本支出"), ("本年支出", "项目支出"),
    ]  # fmt: skip
    assert len(table.lines) == 2


def test_the_numbers_of_the_columns_name_them_where_headers_are_damaged() -> None:
    columns = CATALOGUE.forms[EXPENDITURE].columns
    table = read(grid([
        ["科目编码", "科目名称", "本年友出合廿", "墓木", "坝日", "上檄", "经菅", "对附"],
        ["栏次", "", *map(str, range(1, 7))],
        ["", "合计", "9.00", "8.00", "1.00", "0.00", "0.00", "0.00"],
    ]))  # fmt: skip
    assert [column.item for column in table.columns][2:] == list(columns)
    assert len(table.lines) == 1


def test_captions_inside_the_grid_are_neither_header_nor_body() -> None:
    table = read(grid([
        [("支出决算表", 1, 5), "", "", "", ""],
        ["公开03表", "", "", "", ""],
        ["部门：东岭市工业局", "", "", "", "单位：元"],
        HEADER, *BODY,
    ]))  # fmt: skip
    assert items(table) == ["code", "label", "total", "basic", "project"]
    assert len(table.lines) == 2


def test_a_header_that_says_nothing_is_settled_by_what_stands_below() -> None:
    table = read(grid([["", "科目", "", "基本支出", ""], *BODY, *BODY]))
    assert [column.role for column in table.columns] == ["code", "label", "money", "money", "money"]


def test_an_unknown_amount_column_is_kept_and_listed() -> None:
    table = read(grid([[*HEADER[:4], "龙宫"], *BODY]))
    assert table.columns[4].item is None
    assert figures(table)[0] == ["9.00", "8.00", "1.00"]
    assert [text for text, _ in table.unmapped] == ["龙宫"]


def test_an_unknown_column_is_a_part_of_what_its_head_says() -> None:
    head = [[("科目编码", 2, 1), ("科目名称", 2, 1), ("合计", 2, 1), ("项目支出", 1, 2)]]
    below = ["", "", "", "小计", "龙宫修缮安排"]
    table = read(grid([*head, below, *BODY]))
    assert [column.context.spending_kind for column in table.columns] == [
        None, None, None, None, "project",
    ]  # fmt: skip
    assert [text for text, _ in table.unmapped] == ["项目支出/龙宫修缮安排"]


def test_row_numbers_are_no_amounts() -> None:
    form = "final_account_revenue_and_expenditure"
    row = ["一、其他收入", "1", "9.00", "一、教育支出", "31", "8.00"]
    table = read(grid([["项目", "行次", "金额"] * 2, row, row]), form=form)
    assert [column.group for column in table.columns] == [0, 0, 0, 1, 1, 1]
    assert figures(table) == [["9.00"], ["8.00"]] * 2


def test_the_year_of_a_header() -> None:
    table = read(grid([[*HEADER[:2], "2031年预算数", "2030年预算数", "合计"], *BODY]))
    assert [column.year for column in table.columns] == [None, None, 2031, 2030, None]


@pytest.mark.parametrize("again", [True, False], ids=["repeated header", "no header"])
def test_a_page_that_follows_is_read_with_the_first_header(again: bool) -> None:
    following = [
        ["205", "教育支出", "5.00", "5.00", ""],
        ["208", "社会保障和就业支出", "4.00", "3.00", "1.00"],
    ]
    table = read(grid([HEADER, *BODY]), grid([*([HEADER] if again else []), *following], 2))
    assert [line.code_parts for line in table.lines] == [(), ("201",), ("205",), ("208",)]
    assert figures(table)[2:] == [["5.00", "5.00", ""], ["4.00", "3.00", "1.00"]]


def test_a_narrower_last_page_is_set_below_the_columns_it_stands_under() -> None:
    total = Grid(
        tuple(
            Cell(value, 0, i, 2, 1, i + 1, box=Box(x * 9, 0, x * 9 + 8, 8))
            for i, (value, x) in enumerate([("合计", 0), ("9.00", 2), ("8.00", 3), ("1.00", 4)])
        ),
        1, 4, 2, "any",
    )  # fmt: skip
    table = read(grid([HEADER, BODY[1]]), total)
    assert figures(table)[1] == ["9.00", "8.00", "1.00"]
    assert table.lines[1].label == "合计"


@pytest.mark.parametrize(
    ("row", "expected", "strays"),
    [
        (["合计", "9.00", "8.00", "1.00"], ["9.00", "8.00", "1.00"], []),
        (["合计", "9", "", "0"], ["9", "", "0"], []),
        (["208", "1.00", "2.00", ""], [""], ["1.00", "2.00"]),
        (["其他", "1.00", "2.00"], [], ["1.00", "2.00"]),
    ],
    ids=["total", "with a blank", "a code", "fewer figures"],
)
def test_a_narrower_last_page_of_a_text_is_set_below_the_amounts(
    row: list[str], expected: list[str], strays: list[str]
) -> None:
    """Without places on a page, a name and as many cells as there are amounts say it."""
    header = ["类", "款", *HEADER[1:]]
    first = grid([header, ["201", "06", "财政事务", "9.00", "8.00", "1.00"]])
    table = read(unplaced(first), unplaced(grid([row], 2)))
    assert figures(table)[1:] == [expected]
    assert [cell.text for cell in table.strays] == strays


def test_a_row_cut_by_a_page_break_is_one_line() -> None:
    table = read(
        grid([HEADER, ["", "其他社会保障", "9.00", "8.00", "1.00"]]),
        grid([["20899", "和就业支出", "", "", ""], ["221", "住房保障支出", "2.00", "2.00", ""]], 2),
    )
    assert [(line.code_parts, line.label) for line in table.lines] == [
        (("20899",), "其他社会保障和就业支出"), (("221",), "住房保障支出"),
    ]  # fmt: skip
    assert figures(table)[0] == ["9.00", "8.00", "1.00"]


def test_a_code_printed_once_for_several_rows_is_repeated() -> None:
    table = read(grid([
        ["类", "款", "科目名称", "本年支出合计", "基本支出"],
        [("201", 2, 1), "06", "财政事务", "9.00", "9.00"],
        ["", "13", "商贸事务", "1.00", "1.00"],
    ]))  # fmt: skip
    assert [line.code_parts for line in table.lines] == [("201", "06"), ("201", "13")]


def test_words_in_an_amount_column_belong_to_the_label_of_the_next_group() -> None:
    form = "final_account_general_public_basic_expenditure_by_economic"
    header = ["科目编码", "科目名称", "金额"] * 3
    table = read(
        grid([
            header,
            ["301", "工资福利支出", "5.00", "302", "商品和服务支出", "2.00",
             "310", "资本性支出", "1.00"],
            ["人员经费合计", "", "5.00", "", "", "公用经", "费合计", "", "3.00"],
        ]),
        form=form,
    )  # fmt: skip
    assert [(line.label, [c.text for _, c in line.cells if c]) for line in table.lines][3:] == [
        ("人员经费合计", ["5.00"]), ("公用经费合计", ["3.00"]),
    ]  # fmt: skip


def test_a_header_ends_where_one_of_a_higher_row_begins() -> None:
    """In a text without spans 小计 and what follows stand below 公务用车 alone."""
    table = read(
        unplaced(grid([
            ["三公经费", "", "", "", "", ""],
            ["合计", "公务用车购置及运行费", "", "", "公务接待费", ""],
            ["", "小计", "公务用车运行费", "", "", ""],
            ["预算数", "预算数", "预算数", "决算数", "预算数", "决算数"],
            ["9.00", "8.00", "8.00", "7.00", "1.00", "2.00"],
        ])),
        form="final_account_three_public",
    )  # fmt: skip
    assert [column.path[1:] for column in table.columns][3:] == [
        ("公务用车购置及运行费", "公务用车运行费", "决算数"),
        ("公务接待费", "预算数"), ("公务接待费", "决算数"),
    ]  # fmt: skip


def test_a_total_in_all_its_merged_cells_begins_the_body_of_a_blank_form() -> None:
    table = read(grid([
        ["项目", "项目", "本年支出合计", "基本支出", "项目支出"],
        ["功能分类科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"],
        ["合计", "合计", "", "", ""],
        ["205", "教育支出", "", "", ""],
    ]))  # fmt: skip
    assert items(table) == ["code", "label", "total", "basic", "project"]
    assert figures(table) == [["", "", ""]] * 2


def test_amounts_of_rows_that_lost_cells_before_their_names_are_listed() -> None:
    """Blank cells that a converter left out set each row further to the left, not each alike."""
    rows = [
        ["类", "款", "项", "本年支出合计", "基本支出", "项目支出"],  # the name's header is lost
        ["201", "06", "01", "行政运行", "9.00", "8.00"],
        ["201", "06", "02", "预算改革业务", "1.00", ""],
        ["201", "06", "财政事务", "10.00", "9.00", "1.00"],
    ]
    table = read(unplaced(grid(rows)))
    assert table.lines == ()
    assert [cell.text for cell in table.strays] == ["9.00", "8.00", "1.00", "10.00", "9.00", "1.00"]
    remark = [*rows[0:1], ["201", "", "", "", "见附表", ""], ["201", "06", "", "5.00", "5.00", ""]]
    assert figures(read(unplaced(grid(remark)))) == [["5.00", "5.00", ""]]


def test_a_grid_without_body_gives_no_lines() -> None:
    assert read(grid([HEADER])).lines == ()


def test_columns_say_their_path() -> None:
    column = read(grid([HEADER, *BODY])).columns[3]
    assert column == Column(3, ("基本支出",), "money", "basic", 0)


def test_a_dash_that_was_taken_for_a_one_is_no_word() -> None:
    rows = [
        ["", "合计", "9.00", "8.00", "1.00"],
        *[["", f"其{n}", "一", "一一", "1.00"] for n in "甲乙丙"],
    ]
    table = read(grid([HEADER, *rows]), recognised=True)
    assert items(table) == ["code", "label", "total", "basic", "project"]
    assert figures(table)[1:] == [["一", "一一", "1.00"]] * 3


def codes(table: Table) -> list[tuple[str, ...]]:
    return [line.code_parts for line in table.lines]


def test_a_row_that_prints_its_own_level_alone_stands_below_the_levels_above_it() -> None:
    table = read(
        grid(
            [
                [("科目编码", 1, 3), "", "", "科目名称", "合计"],
                ["类", "款", "项", "", ""],
                ["201", "", "", "一般公共服务支出", "9.00"],
                ["", "03", "", "政府办公厅（室）及相关机构事务", "9.00"],
                ["", "", "01", "行政运行", "9.00"],
                ["208", "", "", "社会保障和就业支出", "2.00"],
                ["", "05", "", "行政事业单位养老支出", "2.00"],
            ]
        )
    )
    assert codes(table) == [
        ("201",), ("201", "03"), ("201", "03", "01"), ("208",), ("208", "05")
    ]  # fmt: skip


def test_a_row_with_codes_of_both_classifications_keeps_both() -> None:
    header = [
        "项目代码",
        "功能科目编码",
        "功能科目名称",
        "部门经济科目编码",
        "部门经济科目名称",
        "合计",
    ]
    row = ["532900210000000012345", "2010301", "行政运行", "30101", "基本工资", "7.00"]
    table = read(grid([header, row]), form="budget_basic_expenditure_by_economic")
    (line,) = table.lines
    assert (line.code_parts, line.cross_codes, line.label) == (("30101",), ("2010301",), "基本工资")
    assert figures(table) == [["7.00"]]  # the number of the project is no money


def test_of_two_economic_schemes_in_levels_the_departments_is_read() -> None:
    header: list[Entry] = [
        ("部门预算支出经济分类", 1, 3),
        "",
        "",
        ("政府预算支出经济分类", 1, 3),
        "",
        "",
        "合计",
    ]
    levels = ["类", "款", "科目名称", "类", "款", "科目名称", ""]
    row = ["301", "01", "基本工资", "501", "01", "工资奖金津补贴", "7.00"]
    table = read(grid([header, levels, row]), form="budget_basic_expenditure_by_economic")
    assert codes(table) == [("301", "01")]
    assert table.lines[0].label == "基本工资"


def test_the_sentence_that_a_form_is_empty_is_no_header() -> None:
    table = read(grid([HEADER, ["本部门没有政府性基金预算支出", "", "", "", ""]]))
    assert table.unmapped == ()


def test_a_row_may_be_a_year_of_its_own() -> None:
    header = ["单位", "项目", "因公出国（境）费", "公务接待费", "“三公”经费合计"]
    body = [
        ["某局", "2030年决算数", "0.00", "1.00", "1.00"],
        ["某局", "2031年", "0.00", "2.00", "2.00"],
    ]
    table = read(grid([header, *body]), form="budget_three_public")
    assert [line.year for line in table.lines] == ["2030年决算数", "2031年"]


WHOLE = ["201", "一般公共服务支出", "1, 439. 74", "1, 034. 07", "405. 67"]


@pytest.mark.parametrize(
    ("torn", "wanted"),
    [
        # wider than the header by the cells that tears have made: what follows moves back
        (["1,", "439. 74", "1, 034. 07", "405. 67"], ["1, 439. 74", "1, 034. 07", "405. 67"]),
        (["1,", "439. 74", "1", ", 034. 07", "405. 67"], ["1, 439. 74", "1, 034. 07", "405. 67"]),
        (["1", "39, 034. 74", "5. 07", "405. 67"], ["139, 034. 74", "5. 07", "405. 67"]),
        (["60", "00, 000. 00", "1, 034. 07", "405. 67"],
         ["6000, 000. 00", "1, 034. 07", "405. 67"]),
        # two places where one cell may be too many: nothing is claimed
        (["1", "439. 74", "1", "405. 67"], ["1", "439. 74", "1", "405. 67"]),
        # no wider, and each piece below a header of its own: cut off, and a figure
        (["1,", "439. 74", "405. 67"], ["1,", "439. 74", "405. 67"]),
    ],
)  # fmt: skip
def test_figures_torn_by_the_border_of_two_cells_are_one_again(
    torn: list[str], wanted: list[str]
) -> None:
    names = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
    table = read(grid([names, WHOLE, [*WHOLE[:2], *torn], WHOLE]), recognised=True)
    found = [text for text in figures(table)[1] if text]
    assert found == wanted
    if len(wanted) == 3:
        assert items(table)[:5] == ["code", "label", "total", "basic", "project"]


def test_a_piece_below_no_header_belongs_to_the_figure_beside_it() -> None:
    names = ["科目编码", "科目名称", "本年支出合计", "", "基本支出", "项目支出"]
    torn = ["201", "一般公共服务支出", "2,", "510, 000. 00", "1. 00", "2. 00"]
    whole = ["202", "外交支出", "510, 000. 00", "", "1. 00", "2. 00"]
    table = read(grid([names, torn, whole]), recognised=True)
    assert figures(table) == [
        ["2, 510, 000. 00", "1. 00", "2. 00"],
        ["510, 000. 00", "1. 00", "2. 00"],
    ]
    cell = table.lines[0].cells[0][1]
    assert cell and cell.box == Box(18, 9, 35, 9)
    assert (cell.column, cell.column_number) == (2, 3)


def test_native_text_is_never_joined() -> None:
    table = read(grid([HEADER, ["201", "一般公共服务支出", "1,", "439.74", "1.00", "2.00"]]))
    assert figures(table)[0][:2] == ["1,", "439.74"]


def test_amounts_below_the_headers_of_labels_are_strays() -> None:
    head = ["收入项目", "预算数", "支出项目", "预算数"]
    whole = ["一、财政拨款收入", "9.00", "一、教育支出", "9.00"]
    shifted = ["收入总计", "", "1, 009. 00", "支出总计"]
    table = read(
        grid([head, whole, shifted]), form="budget_revenue_and_expenditure", recognised=True
    )
    assert [(cell.text, cell.row_number) for cell in table.strays] == [("1, 009. 00", 3)]
    assert not read(grid([HEADER, *BODY])).strays


WIDE = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]


@pytest.mark.parametrize(
    "shifted",
    [
        ["", "208", "社会保障和就业支出", "3.00", "3.00"],
        ["", "208", "社会保障和就业支出", "3.00", "3.00", ""],
    ],
)
def test_a_row_set_one_column_to_the_right_is_moved_back(shifted: list[str]) -> None:
    table = read(grid([WIDE, *BODY, shifted]), recognised=True)
    assert figures(table)[-1] == ["3.00", "3.00", ""]
    assert (table.lines[-1].code_parts, table.lines[-1].label) == (("208",), "社会保障和就业支出")


def test_a_row_set_one_column_to_the_left_is_moved_back() -> None:
    shifted = ["社会保障和就业支出", "3.00", "1.00", "2.00", ""]
    table = read(grid([WIDE, *BODY, shifted]), recognised=True)
    assert figures(table)[-1] == ["3.00", "1.00", "2.00"]


@pytest.mark.parametrize(
    "row",
    [
        ["208", "社会保障和就业支出", "见附表", "3.00", ""],  # a word, but the row is in place
        ["208", "社会保障和就业支出", "3.00", "", "3.00"],
    ],
)
def test_a_row_that_fits_nowhere_else_stays(row: list[str]) -> None:
    assert read(grid([WIDE, *BODY, row]), recognised=True).lines[-1].code_parts == ("208",)


def test_a_header_and_its_numbers_amid_a_grid_are_no_row() -> None:
    numbers = ["栏次", "", "1", "2", "3"]
    table = read(grid([WIDE, numbers, *BODY, WIDE, numbers, ["208", "社会", "3.00", "3.00", ""]]))
    assert [line.label for line in table.lines] == ["合计", "一般公共服务支出", "社会"]


@pytest.mark.parametrize(
    ("note", "phase"),
    [
        ("注：预算数为“三公”经费全年预算数，反映按规定程序调整后的预算数。", "adjusted_budget"),
        ("注：预算数为年初预算数。", "initial_budget"),
        ("预算数为全年预算数。", "initial_budget"),  # prose is no note of the form
    ],
)
def test_a_note_says_which_budget_is_meant(note: str, phase: str) -> None:
    rows = [
        ["预算数", "", "决算数", ""],
        ["合计", "公务接待费"] * 2,
        ["3.00", "1.00", "2.00", "1.00"],
    ]
    section = Section(grids=[grid(rows)], notes=[Paragraph(note.replace("：", ":"), 1, 9)])
    form = CATALOGUE.forms["final_account_appropriation_three_public"]
    table = read_table(section, form, CATALOGUE, recognised=False)
    phases = [
        column.context.phase or (CATALOGUE.column_items[column.item or ""].dimensions.phase)
        for column in table.columns
    ]
    assert phases == [phase, phase, "final_account", "final_account"]


@pytest.mark.parametrize(
    "head", ["2023年预算数比2022年预算数增减", "本年预算比上年增减", "与上年执行数比较"]
)
@pytest.mark.parametrize("rate", ["%", "比例", "百分比"])
def test_below_a_head_that_compares_stand_changes(head: str, rate: str) -> None:
    upper: list[Entry] = ["科目编码", "科目名称", "2023年预算数", (head, 1, 2), ""]
    lower = ["", "", "", "金额", rate]
    table = read(grid([upper, lower, *BODY]), form="budget_general_public_expenditure_by_function")
    assert items(table)[2:] == ["amount", "change_amount", "change_rate"]


@pytest.mark.parametrize(
    ("header", "item"),
    [
        ("上年预算执行数", "prior_year_final_account"),
        ("上年年初预算数", "prior_year_budget"),
        ("上年财政拨款预算数", "prior_year_budget"),
        ("去年决算数", "prior_year_final_account"),
        ("上年结转", "carry_over"),
    ],
)
def test_what_was_in_the_year_before_is_not_of_this_year(header: str, item: str) -> None:
    form = "budget_general_public_expenditure_by_function"
    assert items(read(grid([[*HEADER[:2], header, *HEADER[3:]], *BODY]), form=form))[2] == item


@pytest.mark.parametrize(
    ("header", "item"),
    [("完成年初预算(%)", "execution_rate"), ("占年初预算数%", "ratio"), ("占总支出比重", "ratio")],
)
def test_a_share_is_no_money(header: str, item: str) -> None:
    table = read(grid([[*HEADER[:-1], header], *BODY]))
    assert (items(table)[4], table.columns[4].role) == (item, "ratio")


def test_a_part_is_not_read_as_the_whole_that_stands_above_it() -> None:
    upper: list[Entry] = ["科目编码", "科目名称", "合计", ("财政拨款", 1, 2), ""]
    lower = ["", "", "", "小计", "罚没收入"]
    table = read(grid([upper, lower, *BODY]), form="final_account_revenue_by_function")
    assert items(table)[3:] == ["appropriation", "money"]
    assert [text for text, _ in table.unmapped] == ["财政拨款/罚没收入"]


def test_numbers_that_go_on_over_two_panels_are_not_those_of_the_columns_of_a_form() -> None:
    rows = [
        ["项目", "预算数", "决算数", "项目", "决算数"],
        ["栏次", "1", "2", "栏次", "3"],
        ["公务接待费", "3.00", "2.00", "机关运行经费", "1.00"],
    ]
    table = read(grid(rows), form="final_account_three_public")
    assert items(table) == ["label", "initial_budget", "final_account", "label", "final_account"]


@pytest.mark.parametrize("form", sorted(f for f in CATALOGUE.forms if f.endswith("_three_public")))
def test_the_sum_of_a_form_of_three_public_expenses_is_their_total(form: str) -> None:
    rows = [["合计", "因公出国(境)费", "公务接待费"], ["3.00", "1.00", "2.00"]]
    assert items(read(grid(rows), form=form))[0] == "three_public_total"


def test_a_sum_below_an_unknown_head_is_no_second_total() -> None:
    upper: list[Entry] = ["科目编码", "科目名称", "总计", ("龙宫资金", 1, 2), ""]
    lower = ["", "", "", "小计", "事业收入"]
    table = read(grid([upper, lower, *BODY]), form="final_account_revenue_by_function")
    assert items(table)[2:] == ["total", "money", "business_revenue"]
    assert [text for text, _ in table.unmapped] == ["龙宫资金/小计"]
