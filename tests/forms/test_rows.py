"""Tests of codes, canonical items and the row tree."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.forms import catalogue
from dagster_project.forms.account_codes import Accounts, resolve_codes
from dagster_project.forms.headers import Column
from dagster_project.forms.rows import Row, build_tree, read_rows
from dagster_project.forms.tables import Line, Table
from dagster_project.readers.document import Cell

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
BY_FUNCTION = "final_account_expenditure_by_function"
BY_ECONOMIC = "final_account_general_public_basic_expenditure_by_economic"
THREE_PUBLIC = "final_account_three_public"
PANELS = "final_account_revenue_and_expenditure"
AMOUNT = Column(9, ("金额",), "money", "amount", 0)

Entry = tuple[str, str] | tuple[str, str, int]


def line(codes: str, label: str, group: int = 0) -> Line:
    """A line with its code cells and pieces of label, each parted by blanks."""
    cell = Cell("1.00", 0, 9, 1, 1, 10)
    return Line(group, tuple(codes.split()), tuple(label.split()), ((AMOUNT, cell),), cell)


def rows(*entries: Entry, form: str = BY_FUNCTION) -> list[Row]:
    table = Table((AMOUNT,), tuple(line(*entry) for entry in entries), ())
    found = read_rows(table, CATALOGUE.forms[form], CATALOGUE)
    resolve_codes(found, CATALOGUE, Accounts(), recognised=False)
    build_tree(found, CATALOGUE.forms[form])
    return found


def parents(found: list[Row]) -> list[int | None]:
    return [row.parent for row in found]


def item(row: Row) -> str | None:
    return row.item.row_item if row.item else None


# --- codes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "source"),
    [
        ("2010601", "printed"),
        ("201060 1", "joined"),
        ("20106 01", "joined"),
        ("201 06 01", "joined"),
        ("2010 601", "joined"),
        ("2010 0601", "joined"),
        ("201 10601", "joined"),
        ("201060 01", "joined"),
        ("2010601*", "printed"),
    ],
)
def test_a_code_however_it_is_cut(printed: str, source: str) -> None:
    (row,) = rows((printed, "行政运行"))
    assert (row.code, row.code_source) == ("2010601", source)


@given(st.integers(1, 6), st.booleans())
def test_a_code_cut_anywhere_is_joined(cut: int, overlap: bool) -> None:
    code = "2210201"
    (row,) = rows((f"{code[:cut]} {code[cut - overlap :]}", "住房公积金"))
    assert row.code == code


@pytest.mark.parametrize(
    ("printed", "label", "form"),
    [
        ("201", "一般公共服务支出", BY_FUNCTION),
        ("20106", "财政事务", BY_FUNCTION),
        ("301", "工资福利支出", BY_ECONOMIC),
        ("30201", "办公费", BY_ECONOMIC),
        ("2019999", "其他一般公共服务支出", BY_FUNCTION),
        ("2150899", "某项新设的支出", BY_FUNCTION),
    ],
)
def test_codes_of_all_levels(printed: str, label: str, form: str) -> None:
    (row,) = rows((printed, label), form=form)
    assert row.code == printed
    assert not row.is_unmapped


@pytest.mark.parametrize("printed", ["201 06 20106", "201 06 01 2010601", "20106 20106 20106"])
def test_a_code_that_is_printed_again_whole_or_in_each_column_is_one(printed: str) -> None:
    code = "2010601" if "2010601" in printed else "20106"
    (row,) = rows((printed, "行政运行" if len(code) == 7 else "财政事务"))
    assert row.code == code


def test_a_list_keeps_the_account_before_its_names() -> None:
    found = rows(
        ("213 03 04 325301", "水利行业业务管理"), ("325301", "河湖长制"), ("311", "某局"),
        form="budget_project_expenditure",
    )  # fmt: skip
    assert [row.cross for row in found] == [{"function": "2130304"}, {}, {}]
    assert [row.code for row in found] == [None, None, None]


def test_the_number_of_a_unit_is_no_account() -> None:
    unit, account = rows(("208", "东岭市工业局"), ("208", "社会保障和就业支出"))
    assert (unit.code, unit.is_unmapped) == (None, False)
    assert account.code == "208"


def test_the_number_of_a_unit_stands_before_each_of_its_accounts() -> None:
    found = rows(
        ("350001", "某某中心"), ("350001 205", "教育支出"), ("350001 2050101", "行政运行"),
        ("350002", "某某站"), ("350002 205", "教育支出"),
    )  # fmt: skip
    assert [row.code for row in found] == [None, "205", "2050101", None, "205"]
    assert parents(found) == [None, 0, 1, None, 3]


def test_a_class_by_its_name_of_earlier_years_is_no_unit() -> None:
    found = rows(("", "合计"), ("210", "医疗卫生与计划生育支出"), ("21005", "医疗保障"))
    assert [row.code for row in found] == [None, "210", "21005"]
    assert parents(found) == [None, 0, 1]


def test_a_unit_whose_name_is_cut_off_still_is_one() -> None:
    """A unit's number (209, 209001) stands under the total, and its accounts under it."""
    found = rows(
        ("", "合计"), ("209", "某市经济和信息"), ("209001", "某市经济和信"),
        ("208", "社会保障和就"), ("20805", "行政事业单"),
    )  # fmt: skip
    assert parents(found) == [None, 0, 1, 2, 3]


def test_a_code_that_is_none_is_listed() -> None:
    found = rows(("987", "天外之物"), ("9870101", "天外之物"), ("20", "天外之物"))
    assert [(row.code, row.is_unmapped) for row in found] == [(None, True)] * 3


# --- the tree by code -----------------------------------------------------------------------


def test_each_account_stands_under_the_one_that_begins_its_code() -> None:
    found = rows(
        ("", "合计"), ("201", "一般公共服务支出"), ("20106", "财政事务"), ("2010601", "行政运行"),
        ("2010602", "一般行政管理事务"), ("20113", "商贸事务"), ("2011301", "行政运行"),
        ("221", "住房保障支出"), ("2210201", "住房公积金"),
    )  # fmt: skip
    assert parents(found) == [None, 0, 1, 2, 2, 1, 5, 0, 7]
    assert [row.kind for row in found] == [
        "total", "subtotal", "subtotal", "leaf", "leaf", "subtotal", "leaf", "subtotal", "leaf",
    ]  # fmt: skip


def test_an_explanation_below_an_account_is_not_added() -> None:
    found = rows(
        ("", "合计"),
        ("201", "一般公共服务支出"),
        ("2013802", "一般行政管理事务"),
        ("", "其中：设备更新"),
        ("2013850", "事业运行"),
    )
    assert parents(found) == [None, 0, 1, 2, 1]
    assert [row.kind for row in found] == ["total", "subtotal", "leaf", "memo", "leaf"]


def test_codes_of_their_own_level_follow_the_one_above() -> None:
    found = rows(
        ("207", "文化旅游体育与传媒支出"),
        ("01", "文化和旅游"),
        ("01", "行政运行"),
        ("04", "图书馆"),
        ("02", "文物"),
        ("204", "公共安全支出"),
        ("77", "查无此款"),
    )
    codes = [row.code for row in found]
    assert codes == ["207", "20701", "2070101", "2070104", "20702", "204", None]
    assert found[-1].is_unmapped


def test_an_economic_code_has_no_third_level() -> None:
    """303 of which a digit was lost, below 30228, is no 3022833."""
    found = rows(
        ("302", "商品和服务支出"),
        ("01", "办公费"),
        ("28", "工会经费"),
        ("33", "对个人和家庭的补助"),
        form=BY_ECONOMIC,
    )
    assert [row.code for row in found] == ["302", "30201", "30228", None]


def test_a_total_below_its_parts_takes_them_in() -> None:
    found = rows(("201", "一般公共服务支出"), ("20106", "财政事务"), ("", "合计"))
    assert parents(found) == [2, 0, None]


def test_units_hold_their_accounts() -> None:
    found = rows(
        ("", "合计"), ("109", "东岭市工业局"), ("109001", "东岭市工业局本级"),
        ("201", "一般公共服务支出"), ("109002", "东岭市工业服务中心"), ("201", "一般公共服务支出"),
        ("110", "东岭市商务局"), ("201", "一般公共服务支出"),
    )  # fmt: skip
    assert parents(found) == [None, 0, 1, 2, 1, 4, 0, 6]


def test_groups_side_by_side_are_one_axis() -> None:
    found = rows(
        ("301", "工资福利支出", 0), ("302", "商品和服务支出", 1),
        ("30101", "基本工资", 0), ("30201", "办公费", 1),
        ("", "人员经费合计", 0), ("", "公用经费合计", 1),
        form=BY_ECONOMIC,
    )  # fmt: skip
    assert [row.code or row.label for row in found] == [
        "301", "30101", "人员经费合计", "302", "30201", "公用经费合计",
    ]  # fmt: skip
    assert parents(found) == [2, 0, None, 5, 3, None]
    assert {row.panel for row in found} == {0}


def test_both_totals_at_the_foot_share_the_classes() -> None:
    found = rows(
        ("301", "工资福利支出"), ("302", "商品和服务支出"), ("303", "对个人和家庭的补助"),
        ("310", "资本性支出"), ("", "人员经费合计"), ("", "公用经费合计"),
        form=BY_ECONOMIC,
    )  # fmt: skip
    assert parents(found) == [4, 5, 4, 5, None, None]


# --- rows without codes ---------------------------------------------------------------------


def test_revenue_and_expenditure_panels() -> None:
    found = rows(
        ("", "一、一般公共预算财政拨款收入", 0), ("", "一、教育支出", 1),
        ("", "二、事业收入", 0), ("", "二、住房保障支出", 1),
        ("", "本年收入合计", 0), ("", "本年支出合计", 1),
        ("", "年初结转和结余", 0), ("", "年末结转和结余", 1),
        ("", "总计", 0), ("", "总计", 1),
        form=PANELS,
    )  # fmt: skip
    assert parents(found) == [4, 5, 4, 5, 8, 9, 8, 9, None, None]
    assert [row.code for row in found if row.panel == 1][:2] == ["205", "221"]
    assert item(found[0]) == "revenue:general_public_budget"


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [
        ("八、社会保障和就", "业支出", "八、社会保障和就业支出"),
        ("本年收入", "合计", "本年收入合计"),
        ("八、社会保障和就业支出", "业支出", None),  # whole already
        ("八、社会保障和就", "九、卫生健康支出", None),
    ],
)
def test_a_name_that_is_cut_over_two_rows_of_a_panel_is_one(
    above: str, below: str, joined: str | None
) -> None:
    rest = replace(line("", below), cells=((AMOUNT, None),))
    table = Table((AMOUNT,), (line("", above), rest), ())
    found = read_rows(table, CATALOGUE.forms[PANELS], CATALOGUE)
    assert [row.label for row in found] == ([joined] if joined else [above, below])


def test_a_name_of_last_years_classification_is_known() -> None:
    found = rows(("", "八、其他收入", 0), ("", "九、医疗卫生与计划生育支出", 1), form=PANELS)
    assert found[1].code == "210"


def test_a_total_above_its_parts_holds_them() -> None:
    found = rows(
        ("", "一、本年收入", 0), ("", "(一)事业收入", 0), ("", "(二)经营收入", 0), form=PANELS
    )
    assert parents(found) == [None, 0, 0]
    assert found[0].kind == "subtotal"


def stepped(*entries: tuple[str, int]) -> list[int | None]:
    """The parents of the rows of a list, each of a label and the column it ends in."""
    lines = tuple(replace(line("", label), reach=reach) for label, reach in entries)
    form = CATALOGUE.forms["budget_procurement"]
    found = read_rows(Table((AMOUNT,), lines, ()), form, CATALOGUE)
    build_tree(found, form)
    return parents(found)


def test_a_list_whose_label_columns_step_to_the_right_is_a_tree() -> None:
    kinds = ("合计", 0), ("一、货物A", 0), ("办公设备购置", 2), ("台式计算机", 3), ("家具用具", 3)
    more = ("会议费", 2), ("会议服务", 3), ("三、服务C", 0), ("印刷服务", 3)
    assert stepped(*kinds, *more) == [None, 0, 1, 2, 2, 1, 5, 0, 7]


@pytest.mark.parametrize(
    "entries",
    [
        (("合计", 0), ("台式计算机", 1), ("家具用具", 1)),  # one level, or several: nobody says
        (("一、货物A", 0), ("台式计算机", 1)),  # no total
        (("合计", 0), ("货物", 0), ("小计", 1), ("台式计算机", 1)),
    ],
)
def test_a_list_that_does_not_say_what_adds_up_is_no_tree(entries: tuple[tuple[str, int]]) -> None:
    assert set(stepped(*entries)) == {None}


def test_one_label_means_another_item_the_second_time() -> None:
    found = rows(
        ("", "一、一般公共预算财政拨款", 0), ("", "二、政府性基金预算财政拨款", 0),
        ("", "本年收入合计", 0), ("", "年初财政拨款结转和结余", 0),
        ("", "一般公共预算财政拨款", 0), ("", "政府性基金预算财政拨款", 0), ("", "总计", 0),
        form="final_account_appropriation_revenue_and_expenditure",
    )  # fmt: skip
    assert [item(row) for row in found] == [
        "revenue:general_public_budget", "revenue:government_fund_budget",
        "revenue_current_total", "opening_balance", "opening_balance:general_public_budget",
        "opening_balance:government_fund_budget", "grand_total",
    ]  # fmt: skip
    assert parents(found) == [2, 2, 6, 6, 3, 3, None]


def test_the_outline_may_put_a_row_between_two_items() -> None:
    found = rows(
        ("", "一、一般公共预算拨款"), ("", "（一）一般公共预算财政拨款"), ("", "1.经费拨款"),
        ("", "二、政府性基金拨款"), form="budget_revenue_and_expenditure",
    )  # fmt: skip
    assert parents(found) == [None, 0, 1, None]


def test_economic_classes_of_a_summary_are_of_the_kind_that_they_stand_under() -> None:
    found = rows(
        ("", "一、基本支出", 1), ("", "1、工资福利支出", 1), ("", "2、商品和服务支出", 1),
        ("", "二、项目支出", 1), ("", "1、商品和服务支出", 1),
        form="budget_revenue_and_expenditure",
    )  # fmt: skip
    assert [(row.code, row.within) for row in found] == [
        (None, None), ("301", "basic"), ("302", "basic"), (None, None), ("302", "project"),
    ]  # fmt: skip


def test_memo_rows_are_not_added() -> None:
    found = rows(
        ("", "(一)支出合计"), ("", "1.因公出国(境)费"), ("", "3.公务接待费"),
        ("", "(1)国内接待费"), ("", "其中:外事接待费"), ("", "(2)国(境)外接待费"),
        form=THREE_PUBLIC,
    )  # fmt: skip
    assert parents(found) == [None, 0, 0, 2, 3, 2]
    assert [row.kind for row in found] == ["total", "leaf", "subtotal", "leaf", "memo", "leaf"]


def test_what_stands_beside_a_total_of_named_parts_is_none_of_them() -> None:
    labels = ["“三公”经费合计", "因公出国(境)费", "公务接待费", "会议费", "培训费"]
    assert parents(rows(*(("", label) for label in labels), form=THREE_PUBLIC)) == [
        None, 0, 0, None, None,
    ]  # fmt: skip
    whole = [("", label) for label in ["合计", *labels[1:]]]
    assert parents(rows(*whole, form="budget_three_public")) == [None, 0, 0, 0, 0]


def test_counts_are_no_money() -> None:
    money, known, unknown = rows(
        ("", "公务接待费"), ("", "5.国内公务接待批次(个)"), ("", "租用船只数(艘次)(辆)"),
        form=THREE_PUBLIC,
    )  # fmt: skip
    assert [row.measure for row in (money, known, unknown)] == ["money", "count", "count"]


def test_a_note_below_the_rows_is_no_unknown_row() -> None:
    note = replace(line("", "注:本表为空"), cells=((AMOUNT, None),))
    (row,) = read_rows(Table((AMOUNT,), (note,), ()), CATALOGUE.forms[PANELS], CATALOGUE)
    assert not row.is_unmapped


def test_a_row_that_nobody_knows_is_listed() -> None:
    found = rows(("", "九、彩礼与压岁", 0), ("", "其中:另一种", 0), ("", "总计", 0), form=PANELS)
    assert [row.is_unmapped for row in found] == [True, False, False]


LABELS = st.sampled_from([
    "合计", "总计", "本年收入合计", "一、事业收入", "(一)基本支出", "1.人员经费", "其中:教育收费",
    "年初结转和结余", "人员经费合计", "东岭市工业局", "行政运行", "住房公积金", "天外之物", "",
])  # fmt: skip
CODES = st.sampled_from(["", "", "201", "20106", "2010601", "201 06 01", "209001", "301", "30101"])


@given(
    st.lists(st.tuples(CODES, LABELS, st.integers(0, 2)), max_size=12),
    st.sampled_from(sorted(CATALOGUE.forms)),
)
def test_the_tree_has_no_circle_and_stays_in_its_panel(entries: list[Entry], form: str) -> None:
    found = rows(*entries, form=form)
    for position, row in enumerate(found):
        seen, above = {position}, row.parent
        while above is not None:
            assert above not in seen
            assert found[above].panel == row.panel
            seen.add(above)
            above = found[above].parent
    for row in found:
        if row.parent is not None and row.is_additive:
            assert found[row.parent].kind in {"total", "subtotal", "memo"}


def test_units_without_a_number_stand_above_their_rows() -> None:
    """A unit right below another is a part of it; after accounts the next one stands beside it."""
    found = rows(
        ("", "东岭市工业局"), ("", "东岭市工业局本级"), ("201", "一般公共服务支出"),
        ("", "东岭市服务中心"), ("201", "一般公共服务支出"),
    )  # fmt: skip
    assert parents(found) == [None, 0, 1, 0, 3]


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("一、一般公共服务", "201"),
        ("五、教育", "205"),
        ("九、医疗卫生", "210"),
        ("十二、农林水事务", "213"),
    ],
)
def test_classes_bore_shorter_names_in_earlier_years(label: str, code: str) -> None:
    (row,) = rows(("", label, 1), form=PANELS)
    assert (row.code, row.is_unmapped) == (code, False)


def test_a_class_without_its_last_word_may_be_cut_by_a_page_break() -> None:
    above, below = line("", "五、教育", 1), line("", "支出", 1)
    rest = replace(below, cells=((AMOUNT, None),), anchor=replace(below.anchor, page=2))
    (row,) = read_rows(Table((AMOUNT,), (above, rest), ()), CATALOGUE.forms[PANELS], CATALOGUE)
    assert (row.label, row.code) == ("五、教育支出", "205")


def test_a_name_of_many_groups_has_no_code_below_a_class_alone() -> None:
    names = ["一般公共服务支出", "行政运行", "节能环保支出", "能源节约利用", "能源节约利用"]
    found = rows(*[("", name) for name in names])
    assert [row.code for row in found] == ["201", None, "211", "21110", "2111001"]
