"""Tests of where forms begin and end."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.sections import Declared, Section, split
from dagster_project.forms.titles import Titles, find_number
from dagster_project.readers import text
from dagster_project.readers.document import Cell, Document, Grid, Paragraph

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
TABLE = "| 科目编码 | 科目名称 | 合计 |\n|---|---|---|\n| 201 | 一般公共服务支出 | 7.00 |\n"
BY_FUNCTION = "final_account_expenditure_by_function"


def sections(source: str, kind: str = "final_account") -> list[Section]:
    return split(text.read(source.encode()), CATALOGUE, Titles(CATALOGUE, kind))[0]


def declared(source: str) -> list[Declared]:
    return split(text.read(source.encode()), CATALOGUE, Titles(CATALOGUE, "budget"))[1]


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("公开03表", "公开03表"),
        ("公开 03 表", "公开03表"),
        ("公开03老", "公开03表"),
        ("预算01-2表", "预算01-2表"),
        ("财决02表", "财决02表"),
        ("附表3", "附表3"),
        ("表 1", "表1"),
        ("财决公开01表", "财决公开01表"),
        ("浙财预02表", "浙财预02表"),
        ("部门公开表03", "部门公开表03"),
        ("表三:", "表三"),
        ("表二", "表二"),
        ("表十一 项目绩效目标表", "表十一"),
        ("单位:万元 表4", "表4"),
        ("公开表1-1", "公开表1-1"),
        ("公开 01—1 表", "公开01-1表"),
        ("表1-1-2", "表1-1-2"),
        ("Z01_1表", "Z01-1表"),
        ("预01表", "预01表"),
        ("县级部门公开表1", "县级部门公开表1"),
        ("部门预算公开表01", "部门预算公开表01"),
        ("【公开01表】", "公开01表"),
        ("附件1-3 部门支出总表", "附件1-3"),
        ("附件1", None),
        ("填表3日内", None),
        ("收入支出决算表", None),
        ("代表一", None),
        ("表一般公共预算", None),
    ],
)
def test_form_numbers(line: str, number: str | None) -> None:
    found = find_number(line)
    assert (found[0] if found else None) == number


@pytest.mark.parametrize(
    ("line", "form"),
    [
        ("支出决算表", BY_FUNCTION),
        ("2024年度支出决算表", BY_FUNCTION),
        ("三、支出决算表", BY_FUNCTION),
        ("公开03表 支出决算表", BY_FUNCTION),
        ("东岭市工业局支出决算表", BY_FUNCTION),
        ("支出决算表（按功能分类）", BY_FUNCTION),
        ("支 出 决 算 表", BY_FUNCTION),
        ("三、支出决算表15", BY_FUNCTION),
        ("三、支出决算表........( 1 )", BY_FUNCTION),
        ("支出决算表 否", BY_FUNCTION),
        ("三、《支出决算表》", BY_FUNCTION),
        ("东岭植物园支出决算表", BY_FUNCTION),
        ("对照《支出决算表》", None),
        ("一般公共预算财政拨款基本支出决算衣表",
         "final_account_general_public_basic_expenditure_by_economic"),
        ("人员名册表", None),
        ("支出决算", None),
        ("表", None),
    ],
)  # fmt: skip
def test_titles_with_what_bodies_print_around_them(line: str, form: str | None) -> None:
    assert Titles(CATALOGUE, "final_account").match(line)[0] == form


@pytest.mark.parametrize("title", ["部门收支总表", "支出总表"])
def test_a_title_that_says_no_kind_is_of_the_documents_kind(title: str) -> None:
    kinds = {
        kind: CATALOGUE.forms[Titles(CATALOGUE, kind).match(title)[0] or ""].document_kind
        for kind in ("budget", "final_account")
    }
    assert kinds == {"budget": "budget", "final_account": "final_account"}


def test_a_title_that_says_its_kind_keeps_it_in_any_document() -> None:
    assert Titles(CATALOGUE, "budget").match("支出决算表")[0] == BY_FUNCTION


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("部门综合预算专项业务经费支出表", "budget_project_expenditure"),
        ("财政专户管理资金支出预算表", "budget_special_account_expenditure_by_function"),
        ("年度一般公共预算当年拨款支出情况明细表",
         "budget_general_public_expenditure_by_function"),
        ("政府性基金收支预算表", "budget_government_fund_revenue_and_expenditure"),
        ("社会保险基金支出表", None),
        ("某某某某某某支出表", None),
        ("非税收入计划表", None),
        ("财政拨款结转资金支出表", None),
    ],
)  # fmt: skip
def test_a_title_like_no_other_names_a_form_by_its_terms(title: str, form: str | None) -> None:
    assert Titles(CATALOGUE, "budget").match(title)[0] == form


def test_one_section_for_each_announced_table() -> None:
    found = sections(
        f"收入决算表\n公开02表\n单位：元\n{TABLE}\n注：保留两位小数\n支出决算表\n公开03表\n{TABLE}"
    )
    assert [(s.number, s.title, s.unit) for s in found] == [
        ("公开02表", "收入决算表", "元"), ("公开03表", "支出决算表", None),
    ]  # fmt: skip
    assert [note.text for note in found[0].notes] == ["注:保留两位小数"]


def test_a_grid_after_a_page_break_goes_on_with_its_form() -> None:
    (section,) = sections(f"支出决算表\n公开03表\n{TABLE}\n— 4 —\n\n{TABLE}")
    assert len(section.grids) == 2


def test_a_grid_of_another_shape_or_after_much_text_is_another_section() -> None:
    wide = TABLE.replace("| 合计 |", "| 合计 | 甲 | 乙 |")
    assert len(sections(f"支出决算表\n{TABLE}\n— 4 —\n\n{wide}")) == 2
    assert len(sections(f"支出决算表\n{TABLE}\n{'本部门情况说明' * 60}\n\n{TABLE}")) == 2


def test_a_grid_two_pages_later_is_another_section() -> None:
    first, later = (Grid((), 1, 3, page, "any") for page in (1, 3))
    blocks = (Paragraph("支出决算表", 1, 1), first, later)
    found, *_ = split(
        Document("pdf", "native", 3, blocks), CATALOGUE, Titles(CATALOGUE, "final_account")
    )
    assert [len(section.grids) for section in found] == [1, 1]


def test_a_total_alone_on_the_last_page_belongs_to_the_form() -> None:
    (section,) = sections(f"支出决算表\n{TABLE}\n— 4 —\n\n| 合计 | | | | | 7.00 |\n")
    assert len(section.grids) == 2


def test_the_unit_may_stand_above_or_inside_the_table() -> None:
    above = sections(f"支出决算表\n单 位：万元\n{TABLE}")
    inside = sections("支出决算表\n| 部门：东岭市工业局 | | 金额单位：元 |\n" + TABLE)
    assert [s.unit for s in above + inside] == ["万元", "元"]


def test_a_line_of_body_and_unit_is_no_table() -> None:
    (section,) = sections(f"支出决算表\n| 部门：东岭市工业局 | 单位：元 |\n\n{TABLE}")
    assert len(section.grids) == 1
    assert section.unit == "元"


def test_prose_that_names_a_form_announces_nothing() -> None:
    (section,) = sections(f"支出决算表反映各项支出。\n\n{TABLE}")
    assert (section.title, section.number) == (None, None)


def test_a_form_without_table_is_kept_with_its_statement_only() -> None:
    title = "公开08表\n政府性基金预算财政拨款收入支出决算表\n"
    (section,) = sections(title + "注：本部门无此项收支，本表为空。\n")
    assert (section.number, section.grids, section.says_no_data) == ("公开08表", [], True)
    assert sections(title) == []


def test_words_of_a_project_without_number_and_table_are_no_form() -> None:
    words = "项目支出绩效自评表\n项目名称\n主管部门\n实施单位\n年度资金总额\n"
    assert sections(words) == []
    (section,) = sections("公开16表\n" + words)
    assert (section.number, section.grids) == ("公开16表", [])


def test_two_numbers_in_a_row_are_two_forms() -> None:
    empty = "公开08表\n政府性基金预算财政拨款收入支出决算表\n本表为空\n"
    found = sections(f"{empty}公开03表\n支出决算表\n{TABLE}")
    assert [section.number for section in found] == ["公开08表", "公开03表"]


def test_the_contents_declare_forms_and_end_where_they_repeat() -> None:
    source = f"目 录\n一、部门收支总表......3\n二、部门收入总表 4\n\n一、部门收支总表\n{TABLE}"
    assert [(d.ordinal, d.form) for d in declared(source)] == [
        (1, "budget_revenue_and_expenditure"), (2, "budget_revenue_by_function"),
    ]  # fmt: skip
    (section,) = sections(source, "budget")
    assert section.title == "一、部门收支总表"


def test_the_contents_end_before_the_lines_that_announce_the_first_form() -> None:
    contents = "目录\n一、部门概况\n附件：部门决算表\n"
    head = "收入支出决算总表\n公开01表\n编制单位：某局 金额单位：万元\n"
    (section,) = sections(contents + head + TABLE)
    assert (section.title, section.number, section.unit) == ("收入支出决算总表", "公开01表", "万元")
    listed = "目录\n1、收入决算表\n2、支出决算表\n公开1表\n收入决算表\n"
    assert [section.number for section in sections(listed + TABLE)] == ["公开1表"]
    assert [entry.number for entry in declared(listed)] == [None, None]


@pytest.mark.parametrize(
    ("between", "code", "count"),
    [
        ("公开03表(续)\n", "20101", 1),
        ("支出决算表（续表）\n", "20101", 1),
        ("支出决算表\n单位:元\n", "20101", 1),
        ("支出决算表\n单位:元\n", "201", 2),
        ("收入决算表（续表）\n", "20101", 2),
    ],
)
def test_in_a_text_a_form_goes_on_where_it_says_so_or_where_its_codes_do(
    between: str, code: str, count: int
) -> None:
    page = TABLE.replace("201 ", f"{code} ")
    found = sections(f"支出决算表\n公开03表\n{TABLE}— 3 —\n{between}{page}")
    assert (len(found), len(found[0].grids)) == (count, 3 - count)


def test_the_statement_that_a_form_is_empty_may_stand_in_its_last_row() -> None:
    (section,) = sections(f"支出决算表\n{TABLE}| 注：本表为空 | | |\n")
    assert section.says_no_data


def test_a_form_that_the_contents_name_twice_is_declared_once() -> None:
    source = "目录\n部门收支总表\n单位收支总表\n部门收支总表\n"
    assert [d.text for d in declared(source)] == ["部门收支总表"]


def test_without_contents_nothing_is_declared() -> None:
    assert declared(f"部门收支总表\n{TABLE}") == []


def test_a_form_broken_up_into_lines_is_told_from_an_empty_one() -> None:
    form = "公开03表\n支出决算表\n合计\n"
    (empty,) = sections(f"{form}本部门无此项支出\n")
    assert empty.says_no_data
    assert not sections(f"{form}1,600.00\n本部门无此项支出\n")


GENERAL = "budget_general_public_expenditure"


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("一般公共预算支出表", f"{GENERAL}_by_function"),
        ("一般公共预算支出表（按功能科目分类）", f"{GENERAL}_by_function"),
        ("一般公共预算支出表（按政府预算经济分类）", f"{GENERAL}_by_government_economic"),
        ("一般公共预算支出表（政府预算）", f"{GENERAL}_by_government_economic"),
        ("一般公共预算支出表（财政拨款）", f"{GENERAL}_by_function"),
        ("一般公共预算支出表（2031年度）", f"{GENERAL}_by_function"),
    ],
)
def test_a_bracket_counts_where_it_says_what_the_title_means(title: str, form: str) -> None:
    assert Titles(CATALOGUE, "budget").match(title)[0] == form


@pytest.mark.parametrize(
    "heading",
    [
        "(四)政府采购情况",
        "三、部门收支总体情况",
        "二、国有资产占用情况",
        "一、机关运行经费支出情况",
    ],
)
def test_a_heading_of_the_prose_is_no_form(heading: str) -> None:
    assert Titles(CATALOGUE, "budget").match(heading)[0] is None
    assert declared(f"目录\n{heading}\n部门收支总表\n")[0].text == "部门收支总表"


def test_a_report_without_the_word_table_is_a_form_where_the_catalogue_says_so() -> None:
    found = Titles(CATALOGUE, "final_account").match("(一)部门整体支出绩效自评情况")[0]
    assert found == "final_account_department_performance_report"


@pytest.mark.parametrize(
    "head",
    ["目录", "-1- 目 录", "东岭市工业局2031年预算公开目录", "部门预算信息公开目录", "(目录)"],
)
def test_what_contents_are_headed_with(head: str) -> None:
    assert [d.form for d in declared(f"{head}\n部门收支总表\n")] == [
        "budget_revenue_and_expenditure"
    ]


def test_a_list_of_goods_is_no_contents() -> None:
    assert declared("按照政府集中采购目录\n部门收支总表\n") == []


def test_contents_that_print_pages_and_empty_forms_without_a_leader() -> None:
    source = (
        "目录\n第一部分 概况1\n一、部门收支总表15\n表2 部门收入总表 是\n"
        f"第一部分 概况\n二、部门支出总表\n{TABLE}"
    )
    assert [(d.form, d.number) for d in declared(source)] == [
        ("budget_revenue_and_expenditure", None), ("budget_revenue_by_function", "表2"),
    ]  # fmt: skip
    (section,) = sections(source, "budget")
    assert section.title == "二、部门支出总表"


def test_an_entry_of_the_contents_that_is_broken_over_two_lines() -> None:
    source = "目录\n七、一般公共预算“三公”经费支出\n表\n八、部门收支总表\n"
    assert [d.form for d in declared(source)] == [
        "budget_three_public", "budget_revenue_and_expenditure",
    ]  # fmt: skip


def test_the_number_that_stands_below_a_table_without_rulings_is_the_next_forms() -> None:
    """A reader that goes by alignment takes a right-aligned 表8 for the last row of table 7."""
    rows = [["科目编码", "科目名称", "合计"], ["201", "一般公共服务支出", "7.00"], ["", "", "表8"]]
    cells = tuple(
        Cell(value, r, c, 1, r + 1, c + 1)
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value
    )
    first, second = Grid(cells, 3, 3, 1, "any"), Grid(cells[:-1], 2, 3, 1, "any")
    above = (Paragraph("表7", 1, 1), Paragraph("支出总表", 1, 2))
    document = Document("pdf", "native", 1, (*above, first, Paragraph("收入总表", 1, 3), second))
    found = split(document, CATALOGUE, Titles(CATALOGUE, "budget"))[0]
    assert [(own.number, own.title) for own in found] == [("表7", "支出总表"), ("表8", "收入总表")]


@pytest.mark.parametrize(
    ("caption", "unit"),
    [
        ("单位：元谋县示例局", None),
        ("单位：元谋县示例局　　单位：万元", "万元"),
        ("部门：元江县示例局　金额单位：元", "元"),
        ("单位：元", "元"),
    ],
)
def test_a_body_is_no_unit_of_money(caption: str, unit: str | None) -> None:
    (section,) = sections(f"收入决算表\n{caption}\n\n|科目名称|合计|\n|---|---|\n|合计|1.00|\n")
    assert section.unit == unit


def test_contents_whose_pages_stand_behind_a_tab_are_no_tables() -> None:
    contents = "目录\n\n一、收入决算表\t31\n\n二、支出决算表\t32\n\n第一部分 概况\n\n"
    found = split(
        text.read(f"{contents}公开03表\n支出决算表\n{TABLE}".encode()),
        CATALOGUE,
        Titles(CATALOGUE, "final_account"),
    )
    assert [section.number for section in found.sections] == ["公开03表"]
    assert [entry.form for entry in found.declared] == [
        "final_account_revenue_by_function", BY_FUNCTION,
    ]  # fmt: skip
    assert {known.table_kind for known in found.known} == {"list_of_forms"}


@pytest.mark.parametrize("below", ["一、主要职责\n贯彻执行有关方针政策。\n", ""])
def test_contents_without_entries_of_forms_do_not_swallow_the_first_title(below: str) -> None:
    (section,) = sections(f"目录\n第一部分 概况\n{below}支出决算表\n{TABLE}")
    assert section.title == "支出决算表"


@pytest.mark.parametrize(
    "caption",
    [
        "编制单位：东岭市工业局\t2023年度\t公开03表\t金额单位：万元",
        "\t\t\t公开03表\n部门：东岭市工业局\t\t\t单位：万元",
        "支出决算表\t\t\t公开03表\n部门：东岭市工业局\t\t\t单位：万元",
    ],
)
def test_a_caption_may_bear_the_year_the_number_and_the_title(caption: str) -> None:
    (section,) = sections(f"支出决算表\n{caption}\n\n{TABLE}")
    assert (section.number, section.unit, len(section.grids)) == ("公开03表", "万元", 1)
    assert section.best_anchor is not None
    assert section.best_anchor.form == BY_FUNCTION


@pytest.mark.parametrize(
    ("lines", "form"),
    [
        ("财政拨款\n收支总表", "budget_appropriation_revenue_and_expenditure"),
        ("表五：一般公共\n预算支出情况表", "budget_general_public_expenditure_by_function"),
        ("东岭市工业局\n支出总表", "budget_expenditure_by_function"),
        ("注：本表为一般公共预算。\n支出总表", "budget_expenditure_by_function"),
    ],
)
def test_a_broken_title_whose_second_line_reads_like_another(lines: str, form: str) -> None:
    (section,) = sections(f"{lines}\n{TABLE}", "budget")
    assert section.best_anchor is not None
    assert section.best_anchor.form == form


def test_a_table_with_amount_columns_of_its_own_is_another_form_though_its_title_is_lost() -> None:
    revenue = "| 科目编码 | 科目名称 | 本年收入合计 | 财政拨款收入 | 事业收入 |\n"
    spent = "| 科目编码 | 科目名称 | 本年支出合计 | 基本支出 | 项目支出 |\n"
    row, total = "| 201 | 一般公共服务支出 | 7.00 | 7.00 | |\n", "| | 合计 | 7.00 | 7.00 | |\n"
    assert len(sections(f"收入决算表\n{revenue}{total}{row}\n{spent}{total}{row}")) == 2
    assert len(sections(f"收入决算表\n{revenue}{total}{row}\n{revenue}{total}{row}")) == 2
    assert len(sections(f"收入决算表\n{revenue}{total}{row}\n{revenue}{row}")) == 1


def test_the_right_half_of_a_table_over_two_pages_has_amount_columns_of_its_own() -> None:
    def grid(rows: list[list[str]], page: int) -> Grid:
        cells = tuple(
            Cell(text, r, c, page, r + 1, c + 1)
            for r, row in enumerate(rows)
            for c, text in enumerate(row)
        )
        return Grid(cells, len(rows), len(rows[0]), page, "any")

    left = grid(
        [["科目编码", "科目名称", "合计"], ["", "合计", "9.00"], ["205", "教育支出", "9.00"]], 1
    )
    right = grid([["事业收入", "经营收入", "单位资金"], *[["4.00", "5.00", "0.00"]] * 2], 2)
    document = Document("pdf", "native", 2, (Paragraph("收入总表", 1, 1), left, right))
    (section,) = split(document, CATALOGUE, Titles(CATALOGUE, "budget"))[0]
    assert section.grids == [left, right]
