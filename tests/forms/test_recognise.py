"""Golden pages: forms as bodies print them, with invented figures, and what they must become."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dagster_project.extraction import SCHEMAS
from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import text
from dagster_project.readers.document import Cell, Document, Grid, Paragraph

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
Record = dict[str, Any]
Tables = dict[str, list[Record]]


def staged(source: str | Document, **manifest: str) -> Tables:
    """The staging rows of a page given as text, or of a document."""
    document = text.read(source.encode()) if isinstance(source, str) else source
    return recognise(document, "0" * 16, CATALOGUE, manifest)[1].tables


def only_form(tables: Tables) -> Record:
    (form,) = tables["forms"]
    return form


def name(line: Record) -> str:
    """What a row is called in these tests: its code, else its label."""
    codes = {line["function_code"], line["economic_code"]} - {"all"}
    return codes.pop() if codes else line["label"]


def column(lines: Iterable[Record], item: str | None = None) -> dict[str, str | None]:
    """Row → figure of one column, rows in printed order."""
    return {name(x): x["number_text"] for x in lines if item in {None, x["column_item"]}}


def tree(lines: Iterable[Record], panel: int = 0) -> dict[str, str | None]:
    """Row → the row that it adds up to."""
    names = {x["row_index"]: name(x) for x in lines}
    return {
        name(x): names.get(x["parent_row_index"]) for x in lines if x["panel"] == panel
    }  # fmt: skip


def of_form(tables: Tables, form: str) -> list[Record]:
    return [line for line in tables["lines"] if line["form"] == form]


def assert_adds_up(lines: Iterable[Record]) -> None:
    """Each parent is the sum of its additive children, column by column."""
    figures: dict[tuple[Any, ...], Decimal] = {}
    sums: dict[tuple[Any, ...], Decimal] = {}
    for x in lines:
        if x["measure"] != "money" or x["number_text"] is None:
            continue
        own = (x["form_id"], x["column_path"])
        figures[*own, x["row_index"]] = Decimal(x["number_text"])
        if x["is_additive"] and x["parent_row_index"] is not None:
            parent = (*own, x["parent_row_index"])
            sums[parent] = sums.get(parent, Decimal(0)) + Decimal(x["number_text"])
    assert sums
    assert sums == {key: figures.get(key) for key in sums}


# --- panels, codes, page breaks -------------------------------------------------------------

PANELS = """收入支出决算总表
公开01表
部门：东岭市工业局\t\t\t\t\t单位：元
收入\t\t\t支出\t\t
项目\t行次\t金额\t项目\t行次\t金额
栏次\t\t1\t栏次\t\t2
一、一般公共预算财政拨款收入\t1\t900.00\t一、一般公共服务支出\t31\t700.00
二、政府性基金预算财政拨款收入\t2\t\t八、社会保障和就业支出\t38\t150.00
八、其他收入\t8\t20.00\t十九、住房保障支出\t49\t50.00
本年收入合计\t27\t920.00\t本年支出合计\t57\t900.00
使用专用结余\t28\t\t结余分配\t58\t
年初结转和结余\t29\t30.00\t年末结转和结余\t59\t50.00
总计\t30\t950.00\t总计\t60\t950.00
"""


def test_side_by_side_panels_with_row_numbers() -> None:
    tables = staged(PANELS)
    form, lines = only_form(tables), tables["lines"]
    assert (form["form"], form["form_number"], form["unit"], form["is_empty"]) == (
        "final_account_revenue_and_expenditure", "公开01表", "元", False,
    )  # fmt: skip
    assert len(lines) == 14  # one for each amount cell, blank ones too, none for 行次
    assert [x["row_number"] for x in lines if x["number_text"] == "950.00"] == [13, 13]
    assert {x["flow"] for x in lines if x["panel"] == 0} == {
        "revenue", "opening_balance", "other",
    }  # fmt: skip
    assert {x["row_item"]: x["fund"] for x in lines if x["panel"] == 0}[
        "revenue:general_public_budget"
    ] == "general_public_budget"
    assert tree(lines, 0) == {
        "一、一般公共预算财政拨款收入": "本年收入合计",
        "二、政府性基金预算财政拨款收入": "本年收入合计",
        "八、其他收入": "本年收入合计",
        "本年收入合计": "总计",
        "使用专用结余": "总计",
        "年初结转和结余": "总计",
        "总计": None,
    }
    assert tree(lines, 1) == {
        "201": "本年支出合计", "208": "本年支出合计", "221": "本年支出合计",
        "本年支出合计": "总计", "结余分配": "总计", "年末结转和结余": "总计", "总计": None,
    }  # fmt: skip
    assert_adds_up(lines)


@pytest.mark.parametrize("heading", ["收入\t\t\t支出\t\t\n", ""], ids=["headed", "bare"])
def test_a_total_belongs_to_the_flow_of_its_panel(heading: str) -> None:
    lines = staged(PANELS.replace("收入\t\t\t支出\t\t\n", heading))["lines"]
    totals = {x["panel"]: x["flow"] for x in lines if x["row_item"] == "grand_total"}
    assert totals == {0: "revenue", 1: "expenditure"}


def test_a_blank_means_nothing_unless_recognition_may_have_lost_a_zero() -> None:
    assert only_form(staged(PANELS))["blank_is_nil"]
    recognised = TORN_CODES.replace("0. 00", "")
    assert only_form(staged(recognised))["blank_is_nil"]
    assert not only_form(staged(TORN_CODES))["blank_is_nil"]


CODE_TREE = {
    "合计": None, "201": "合计", "20106": "201", "2010601": "20106", "2010602": "20106",
    "208": "合计", "20805": "208", "2080505": "20805",
}  # fmt: skip
SPLIT_CODES = """# 支出决算表
公开03表
部门：东岭市工业局 单位：元

| 科目编码 | | | 科目名称 | 本年支出合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|---|---|
| 类 | 款 | 项 | | | | |
| 合计 | | | | 1,060.00 | 960.00 | 100.00 |
| 201 | | | 一般公共服务支出 | 1,000.00 | 900.00 | 100.00 |
| 201 | {六} | | 财政事务 | 1,000.00 | 900.00 | 100.00 |
| 201 | {六} | {一} | 行政运行 | 900.00 | 900.00 | 0.00 |
| 201 | {六} | {二} | 一般行政管理事务 | 100.00 | 0.00 | 100.00 |
| 208 | | | 社会保障和就业支出 | 60.00 | 60.00 | 0.00 |
| 208 | {五} | | 行政事业单位养老支出 | 60.00 | 60.00 | 0.00 |
| 208 | {五} | {五} | 机关事业单位基本养老保险缴费支出 | 60.00 | 60.00 | 0.00 |
"""


@pytest.mark.parametrize("zero", ["0", ""], ids=["leading zeros", "no leading zeros"])
def test_a_code_split_over_class_group_and_item(zero: str) -> None:
    cells = {name: f"{zero}{digit}" for name, digit in zip("一二五六", "1256", strict=True)}
    lines = staged(SPLIT_CODES.format(**cells))["lines"]
    assert {x["form"] for x in lines} == {"final_account_expenditure_by_function"}
    assert tree(lines) == CODE_TREE
    assert column(lines, "basic")["2010601"] == "900.00"
    assert {x["function_code"] for x in lines if x["label"] == "合计"} == {"all"}
    kinds = {name(x): x["row_kind"] for x in lines}
    assert (kinds["合计"], kinds["20805"], kinds["2080505"]) == ("total", "subtotal", "leaf")
    assert_adds_up(lines)


TORN_CODES = """支出决算表
公开03表
部门：东岭市工业局 单位：元
科目编码\t\t科目名称\t本年支出合计\t基本支出\t项目支出
合计\t\t\t1, 060. 00\t960. 00\t100. 00
201\t\t一般公共服务支出\t1, 000. 00\t900. 00\t100. 00
2010\t6\t财政事务\t1, 000. 00\t900. 00\t100. 00
201060\t1\t行政运行\t900. 00\t900. 00\t0. 00
201\t10602\t一般行政管理事务\t100. 00\t0. 00\t100. 00
208\t\t社会保障和就业支出\t60. 00\t60. 00\t0. 00
208\t05\t行政事业单位养老支出\t60. 00\t60. 00\t0. 00
208050\t05\t机关事业单位基本养老保险缴费支出\t60. 00\t60. 00\t0. 00
"""


def test_a_code_torn_by_recognition_with_and_without_overlap() -> None:
    lines = staged(TORN_CODES)["lines"]
    assert tree(lines) == CODE_TREE
    sources = {name(x): (x["code_printed"], x["code_source"]) for x in lines}
    assert sources["2010601"] == ("201060 1", "joined")
    assert sources["2010602"] == ("201 10602", "joined")
    assert sources["2080505"] == ("208050 05", "joined")
    assert sources["201"] == ("201", "printed")
    assert_adds_up(lines)


LOST_CODE = """收入决算表
公开02表
单位：元
科目编码\t科目名称\t本年收入合计\t财政拨款收入\t其他收入
合计\t\t1, 000. 00\t990. 00\t10. 00
201\t一般公共服务支出\t1, 000. 00\t990. 00\t10. 00
20106\t财政事务\t1, 000. 00\t990. 00\t10. 00
2010601\t行政运行\t1, 000. 00\t990. 00\t10. 00

支出决算表
公开03表
单位：元
科目编码\t科目名称\t本年支出合计\t基本支出\t项目支出
合计\t\t980. 00\t980. 00\t0. 00
201\t一般公共服务支出\t980. 00\t980. 00\t0. 00
\t财政事务\t980. 00\t980. 00\t0. 00
\t行政运行\t980. 00\t980. 00\t0. 00
"""


def test_a_lost_code_is_found_in_a_sibling_form() -> None:
    tables = staged(LOST_CODE)
    lines = of_form(tables, "final_account_expenditure_by_function")
    sources = {x["label"]: (x["function_code"], x["code_source"]) for x in lines}
    assert sources["行政运行"] == ("2010601", "sibling")
    assert sources["财政事务"] == ("20106", "sibling")
    assert tree(lines) == {"合计": None, "201": "合计", "20106": "201", "2010601": "20106"}
    assert_adds_up(tables["lines"])


PAGE_BREAK = """表二 一般公共预算支出表
单位：万元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| | 合计 | 70.00 | 60.00 | 10.00 |
| 201 | 一般公共服务支出 | 50.00 | 40.00 | 10.00 |
| 20113 | 商贸事务 | 50.00 | 40.00 | 10.00 |
| 2011301 | 行政运行 | 50.00 | 40.00 | 10.00 |
| 208 | 社会保障和就业支出 | 20.00 | 20.00 | |

— 7 —

| | | | | |
|---|---|---|---|---|
| 20805 | 行政事业单位养老支出 | 12.00 | 12.00 | |
| 2080505 | 机关事业单位基本养老保险缴费支出 | 12.00 | 12.00 | |
| | 其他社会保障 | 8.00 | 8.00 | |

— 8 —

| | | | | |
|---|---|---|---|---|
| 20899 | 和就业支出 | | | |
| 2089999 | 其他社会保障和就业支出 | 8.00 | 8.00 | |
"""


def test_page_breaks_inside_a_form_and_inside_a_row() -> None:
    tables = staged(PAGE_BREAK)
    lines = tables["lines"]
    assert only_form(tables)["form"] == "budget_general_public_expenditure_by_function"
    assert column(lines, "total") == {
        "合计": "70.00", "201": "50.00", "20113": "50.00", "2011301": "50.00", "208": "20.00",
        "20805": "12.00", "2080505": "12.00", "20899": "8.00", "2089999": "8.00",
    }  # fmt: skip
    assert {x["label"] for x in lines if x["function_code"] == "20899"} == {
        "其他社会保障和就业支出"
    }
    assert tree(lines)["20899"] == "208"
    assert tree(lines)["2089999"] == "20899"
    assert_adds_up(lines)


BASIC_BY_ECONOMIC = """一般公共预算财政拨款基本支出决算表
公开06表
单位：元
人员经费\t\t\t公用经费\t\t\t\t\t
科目编码\t科目名称\t金额\t科目编码\t科目名称\t金额\t科目编码\t科目名称\t金额
301\t工资福利支出\t500.00\t302\t商品和服务支出\t80.00\t307\t债务利息及费用支出\t0.00
30101\t基本工资\t300.00\t30201\t办公费\t50.00\t30701\t国内债务付息\t0.00
30102\t津贴补贴\t200.00\t30211\t差旅费\t30.00\t310\t资本性支出\t25.00
303\t对个人和家庭的补助\t40.00\t\t\t\t31002\t办公设备购置\t25.00
30302\t退休费\t40.00\t\t\t\t\t\t
人员经费合计\t\t540.00\t\t\t\t公用经费合计\t\t105.00
"""


def test_three_groups_with_personnel_and_public_totals_at_the_foot() -> None:
    lines = staged(BASIC_BY_ECONOMIC)["lines"]
    figures = {name(x): x["number_text"] for x in lines if x["number_text"]}
    assert figures["31002"] == "25.00"
    assert (figures["人员经费合计"], figures["公用经费合计"]) == ("540.00", "105.00")
    assert tree(lines) == {
        "301": "人员经费合计", "30101": "301", "30102": "301",
        "303": "人员经费合计", "30302": "303", "人员经费合计": None,
        "302": "公用经费合计", "30201": "302", "30211": "302",
        "307": "公用经费合计", "30701": "307", "310": "公用经费合计", "31002": "310",
        "公用经费合计": None,
    }  # fmt: skip
    assert {x["spending_kind"] for x in lines if x["label"] == "公用经费合计"} == {"basic_public"}
    assert {x["function_code"] for x in lines} == {"all"}
    assert_adds_up(lines)


@pytest.mark.parametrize("across", [5, 1], ids=["merged cell", "text"])
def test_a_total_may_be_labelled_over_two_groups(across: int) -> None:
    header = [part for _ in range(3) for part in ("科目编码", "科目名称", "金额")]
    body = ["301", "工资福利支出", "540.00", "302", "商品和服务支出", "80.00",
            "310", "资本性支出", "25.00"]  # fmt: skip
    foot = ["人员经费合计", "", "540.00", ("公用经费合计", 1, across), *[None] * 4, "105.00"]
    title = "一般公共预算财政拨款基本支出决算表"
    lines = staged(page(title, "公开06表", "单位：元", grid([header, body, foot])))["lines"]
    totals = {x["row_item"]: x["number_text"] for x in lines if x["row_item"] and x["number_text"]}
    assert totals == {"personnel_total": "540.00", "public_total": "105.00"}
    assert_adds_up(lines)


UNITS = """表八 部门支出总表
单位：万元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| | 合计 | 90.00 | 60.00 | 30.00 |
| 209 | 东岭市工业局 | 90.00 | 60.00 | 30.00 |
| 209001 | 东岭市工业局本级 | 70.00 | 40.00 | 30.00 |
| 201 | 一般公共服务支出 | 70.00 | 40.00 | 30.00 |
| 20113 | 商贸事务 | 70.00 | 40.00 | 30.00 |
| 2011301 | 行政运行 | 70.00 | 40.00 | 30.00 |
| 209002 | 东岭市工业服务中心 | 20.00 | 20.00 | |
| 221 | 住房保障支出 | 20.00 | 20.00 | |
| 22102 | 住房改革支出 | 20.00 | 20.00 | |
| 2210201 | 住房公积金 | 20.00 | 20.00 | |
"""


def test_rows_of_units_hold_the_accounts_below_them() -> None:
    lines = staged(UNITS)["lines"]
    assert {x["label"] for x in lines if x["function_code"] == "all"} == {
        "合计", "东岭市工业局", "东岭市工业局本级", "东岭市工业服务中心",
    }  # fmt: skip
    assert tree(lines) == {
        "合计": None, "东岭市工业局": "合计",
        "东岭市工业局本级": "东岭市工业局", "201": "东岭市工业局本级",
        "20113": "201", "2011301": "20113",
        "东岭市工业服务中心": "东岭市工业局", "221": "东岭市工业服务中心",
        "22102": "221", "2210201": "22102",
    }  # fmt: skip
    assert_adds_up(lines)


PRIOR_YEAR = """东岭市工业局2025年部门预算
表二 一般公共预算支出表
单位：万元

| 科目编码 | 科目名称 | 2024年预算数 | 2025年预算数 | | |
|---|---|---|---|---|---|
| | | | 小计 | 基本支出 | 项目支出 |
| | 合计 | 55.00 | 70.00 | 60.00 | 10.00 |
| 201 | 一般公共服务支出 | 55.00 | 70.00 | 60.00 | 10.00 |
| 20113 | 商贸事务 | 55.00 | 70.00 | 60.00 | 10.00 |
| 2011301 | 行政运行 | 55.00 | 70.00 | 60.00 | 10.00 |
"""


def test_a_column_of_the_year_before_is_that_years_budget() -> None:
    lines = staged(PRIOR_YEAR)["lines"]
    phases = {x["column_item"]: x["phase"] for x in lines}
    assert phases == {
        "prior_year_budget": "prior_year_budget", "total": "initial_budget",
        "basic": "initial_budget", "project": "initial_budget",
    }  # fmt: skip
    assert column(lines, "prior_year_budget")["2011301"] == "55.00"
    assert column(lines, "total")["2011301"] == "70.00"
    assert tree(lines) == {"合计": None, "201": "合计", "20113": "201", "2011301": "20113"}
    assert_adds_up(lines)


# --- forms without account codes ------------------------------------------------------------

THREE_PUBLIC = """表七 一般公共预算“三公”经费支出表
单位：万元

| “三公”经费合计 | 因公出国（境）费用 | 公务用车购置及运行费 | | | 公务接待费 |
|---|---|---|---|---|---|
| | | 小计 | 公务用车购置费 | 公务用车运行费 | |
| 12.50 | 2.00 | 8.00 | 3.00 | 5.00 | 2.50 |
"""


def test_three_public_expenses_printed_across() -> None:
    tables = staged(THREE_PUBLIC)
    assert only_form(tables)["form"] == "budget_three_public"
    assert {x["column_item"]: x["number_text"] for x in tables["lines"]} == {
        "three_public_total": "12.50", "three_public_abroad": "2.00",
        "three_public_vehicle": "8.00", "three_public_vehicle_purchase": "3.00",
        "three_public_vehicle_running": "5.00", "three_public_reception": "2.50",
    }  # fmt: skip
    (row,) = {(x["row_index"], x["parent_row_index"], x["function_code"]) for x in tables["lines"]}
    assert row == (0, None, "all")


SPLIT_CODES_WHOLE = """表二 一般公共预算支出表
单位：元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| | 合计 | 90 | 80 | 10 |
| 208 | 社会保障和就业支出 | 90 | 80 | 10 |
| 20805 | 行政事业单位养老支出 | 90 | 80 | 10 |
"""

EXPENSES = ("合计", "1.因公出国（境）费", "2.公务接待费", "3.公务用车购置及运行费")


def expenses(title: str, *rows: str, unit: str = "单位：万元") -> list[Record]:
    """What is staged of a form of three public expenses whose rows are given with tabs."""
    return staged("\n".join(["云岭县青石镇人民政府2024年部门预算", title, unit, *rows]))["lines"]


@pytest.mark.parametrize(
    ("rows", "numbers"),
    [
        (["项目\t预算数", "合计\t15", "公务接待费\t5"], ["15", "5"]),
        (["项目\t预算数", "栏次\t1", "公务接待费\t5"], ["5"]),
        (["项目\t小计\t一般公共预算", "合计\t1\t2", "公务接待费\t1\t"], ["1", "2", "1"]),
        (["项目\t预算数", "合计\t15万元", "公务接待费\t5万元"], ["15", "5"]),
    ],
)
def test_a_known_row_is_no_header_however_short_its_figures(
    rows: list[str], numbers: list[str]
) -> None:
    lines = expenses("“三公”经费支出表", *rows)
    assert [x["number_text"] for x in lines if x["state"] == "amount"] == numbers


def test_a_total_of_few_digits_above_codes_is_a_row() -> None:
    page = SPLIT_CODES_WHOLE.replace("单位：元", "单位：万元")
    assert column(staged(page)["lines"], "total") == {"合计": "90", "208": "90", "20805": "90"}


@pytest.mark.parametrize(
    ("header", "figures", "units"),
    [
        ("项目\t预 算 数(万元)", "3.10", ["万元"]),
        ("项目(单位：万元)\t预算数", "3.10", ["万元"]),
        ("项目\t2024年预算数(元)\t2023年预算数(万元)", "31000.00\t3.10", ["元", "万元"]),
        ("项目\t预算数", "3.10万元", ["万元"]),
        ("项目\t预算数", "3.10", [None]),
    ],
)
def test_the_unit_may_stand_in_the_header_or_beside_the_figure(
    header: str, figures: str, units: list[str | None]
) -> None:
    source = f"“三公”经费支出表\n{header}\n合计\t{figures}\n公务接待费\t{figures}\n"
    tables = staged(source)
    assert [x["printed_unit"] for x in tables["lines"]] == units * 2
    listed = {(x["kind"], x["text"]) for x in tables.get("unmapped_labels", [])}
    assert listed == ({("unit", "预算数")} if units == [None] else set())


@pytest.mark.parametrize(
    ("title", "header", "funds"),
    [
        ("“三公”经费支出表", "预算数\t其中:一般公共预算安排数", ["all", "general_public_budget"]),
        (
            "“三公”经费支出表", "合计\t一般公共预算\t政府性基金预算",
            ["fiscal_appropriation", "general_public_budget", "government_fund_budget"],
        ),
        (
            "财政拨款“三公”经费支出表", "小计\t其中:一般公共预算安排数",
            ["fiscal_appropriation", "general_public_budget"],
        ),
        ("一般公共预算“三公”经费支出表", "合计\t一般公共预算", ["general_public_budget"] * 2),
        (
            "一般公共预算财政拨款“三公”经费及机关运行经费支出决算表", "预算数\t决算数",
            ["general_public_budget"] * 2,
        ),
        (
            "财政拨款“三公”经费及机关运行经费支出决算表", "预算数\t决算数",
            ["fiscal_appropriation"] * 2,
        ),
    ],
)  # fmt: skip
def test_title_and_columns_say_of_which_fund_the_whole_is(
    title: str, header: str, funds: list[str]
) -> None:
    figures = "\t".join(["7.00"] * len(funds))
    lines = expenses(title, f"项目\t{header}", *(f"{label}\t{figures}" for label in EXPENSES))
    assert [x["fund"] for x in lines[: len(funds)]] == funds


@pytest.mark.parametrize(
    ("header", "phases"),
    [
        ("2023年决算数\t2024年预算数", ["prior_year_final_account", "initial_budget"]),
        ("2023年预算数\t2024年预算数", ["prior_year_budget", "initial_budget"]),
        ("2023年\t2024年", ["prior_year_budget", "initial_budget"]),
        ("2024年预算数\t2025年预算数", ["initial_budget", "later_year_budget"]),
    ],
)
def test_the_words_of_a_header_say_the_phase_of_its_year(header: str, phases: list[str]) -> None:
    down = expenses("“三公”经费支出表", f"项目\t{header}", *(f"{x}\t8.00\t7.00" for x in EXPENSES))
    assert [x["phase"] for x in down] == phases * len(EXPENSES)
    first, second = (name.replace("年", "年“三公”经费", 1) for name in header.split("\t"))
    across = expenses(
        "“三公”经费支出表", f"{first}\t\t{second}\t", "合计\t公务接待费\t合计\t公务接待费",
        "8.00\t3.00\t7.00\t2.00",
    )  # fmt: skip
    assert [x["phase"] for x in across] == [phase for phase in phases for _ in range(2)]


def test_a_row_without_a_name_is_listed_and_no_fact() -> None:
    tables = staged(PANELS.replace("总计\t30", "\t30\t6.50\t\t60\t\n总计\t31"))
    assert "6.50" not in {x["number_text"] for x in tables["lines"]}
    assert [(x["kind"], x["text"]) for x in tables["unmapped_labels"]] == [("figure", "6.50")]


THREE_PUBLIC_DOWN = """财政拨款“三公”经费、行政参公单位机关运行经费情况表
公开10表
单位：元
项目\t行次\t预算数\t全年预算数\t决算统计数
栏次\t\t1\t2\t3
一、“三公”经费支出\t1\t\t\t
（一）支出合计\t2\t100.00\t90.00\t80.00
1．因公出国（境）费\t3\t0.00\t0.00\t0.00
2．公务用车购置及运行维护费\t4\t60.00\t60.00\t55.00
（1）公务用车购置费\t5\t0.00\t0.00\t0.00
（2）公务用车运行维护费\t6\t60.00\t60.00\t55.00
3．公务接待费\t7\t40.00\t30.00\t25.00
（1）国内接待费\t8\t40.00\t30.00\t25.00
其中：外事接待费\t9\t0.00\t0.00\t5.00
（2）国（境）外接待费\t10\t0.00\t0.00\t0.00
（二）相关统计数\t11\t\t\t
1．因公出国（境）团组数（个）\t12\t\t\t0
5．国内公务接待批次（个）\t13\t\t\t17
二、机关运行经费\t14\t500.00\t480.00\t470.00
（一）行政单位\t15\t500.00\t480.00\t470.00
（二）参照公务员法管理事业单位\t16\t0.00\t0.00\t0.00
"""


def test_three_public_expenses_printed_down_with_counts_and_memo_rows() -> None:
    lines = staged(THREE_PUBLIC_DOWN)["lines"]
    final = column(lines, "final_account")
    assert final["(一)支出合计"] == "80.00"
    by_item = {x["row_item"]: x for x in lines}
    parents = {x["row_index"]: x["row_item"] for x in lines}
    assert {item: parents.get(x["parent_row_index"]) for item, x in by_item.items()} == {
        "three_public_heading": None, "three_public_total": None,
        "three_public_abroad": "three_public_total",
        "three_public_vehicle": "three_public_total",
        "three_public_vehicle_purchase": "three_public_vehicle",
        "three_public_vehicle_running": "three_public_vehicle",
        "three_public_reception": "three_public_total",
        "three_public_reception_domestic": "three_public_reception",
        "three_public_reception_foreign_affairs": "three_public_reception_domestic",
        "three_public_reception_abroad": "three_public_reception",
        "count_heading": None, "count_abroad_groups": None, "count_receptions_domestic": None,
        "operating_cost": None, "operating_cost_administrative": "operating_cost",
        "operating_cost_public_institution": "operating_cost",
    }  # fmt: skip
    memo = by_item["three_public_reception_foreign_affairs"]
    assert (memo["row_kind"], memo["is_additive"]) == ("memo", False)
    visits = by_item["count_receptions_domestic"]
    assert (visits["measure"], visits["number_text"], visits["printed_unit"]) == (
        "count",
        "17",
        None,
    )
    assert {x["phase"] for x in lines} == {"initial_budget", "adjusted_budget", "final_account"}
    assert_adds_up(lines)


Entry = tuple[str, int, int] | str | None


def grid(rows: Sequence[Sequence[Entry]]) -> Grid:
    """A grid from rows of texts or (text, rows, columns); None where a span covers the place."""
    cells = []
    for r, row in enumerate(rows):
        for c, entry in enumerate(row):
            value, down, across = (entry, 1, 1) if isinstance(entry, str) else entry or ("", 1, 1)
            if value:
                cells.append(Cell(value, r, c, 1, r + 1, c + 1, down, across))
    return Grid(tuple(cells), len(rows), len(rows[0]), page=1, reader="test")


def page(*blocks: str | Grid) -> Document:
    """A native document of one page from lines of text and grids."""
    return Document("pdf", "native", 1, tuple(
        Paragraph(block, 1, number) if isinstance(block, str) else block
        for number, block in enumerate(blocks, start=1)
    ))  # fmt: skip


ASSET_ITEMS = CATALOGUE.forms["final_account_assets"].columns
ASSETS: list[list[Entry]] = [
    [("项目", 3, 1), ("行次", 3, 1), ("资产总额", 3, 1), ("资产原值合计", 3, 1),
     ("流动资产", 3, 1), ("固定资产", 1, 10), *[None] * 9, ("对外投资/有价证券", 3, 1),
     ("在建工程", 3, 1), ("无形资产", 2, 2), None, ("其他资产", 2, 2), None],
    [*[None] * 5, ("小计", 1, 2), None, ("房屋构筑物", 1, 2), None, ("车辆", 1, 2), None,
     ("单价200万以上大型设备", 1, 2), None, ("其他固定资产", 1, 2), None, *[None] * 6],
    [*[None] * 5, *["原值", "净值"] * 5, None, None, *["原值", "净值"] * 2],
    ["栏次", "", *[str(number) for number in range(1, 20)]],
    ["合计", "1", *[f"{number}.00" for number in range(101, 120)]],
]  # fmt: skip


def test_assets_under_a_header_of_three_rows() -> None:
    tables = staged(page("国有资产使用情况表", "公开12表", "单位：元", grid(ASSETS)))
    assert only_form(tables)["form"] == "final_account_assets"
    figures = {x["column_item"]: x["number_text"] for x in tables["lines"]}
    assert figures == {item: f"{101 + i}.00" for i, item in enumerate(ASSET_ITEMS)}
    paths = {x["column_item"]: x["column_path"] for x in tables["lines"]}
    assert paths["asset_vehicle_net"] == "固定资产/车辆/净值"


SPANNED: list[list[Entry]] = [
    [("科目编码", 3, 1), ("科目名称", 3, 1), ("年初结转和结余", 1, 3), None, None,
     ("本年收入", 1, 3), None, None, ("本年支出", 1, 5), *[None] * 4,
     ("年末结转和结余", 1, 5), *[None] * 4],
    [None, None, *[(name, 2, 1) for name in ("合计", "基本支出结转", "项目支出结转和结余")],
     *[(name, 2, 1) for name in ("合计", "基本支出", "项目支出")],
     ("合计", 2, 1), ("基本支出", 1, 3), None, None, ("项目支出", 2, 1),
     ("合计", 2, 1), ("基本支出结转", 2, 1), ("项目支出结转和结余", 1, 3), None, None],
    [*[None] * 9, "小计", "人员经费", "公用经费", *[None] * 3,
     "小计", "项目支出结转", "项目支出结余"],
    ["合计", "", "10.00", "4.00", "6.00", "50.00", "20.00", "30.00", "45.00", "21.00", "15.00",
     "6.00", "24.00", "15.00", "3.00", "12.00", "7.00", "5.00"],
    ["201", "一般公共服务支出", "10.00", "4.00", "6.00", "50.00", "20.00", "30.00", "45.00",
     "21.00", "15.00", "6.00", "24.00", "15.00", "3.00", "12.00", "7.00", "5.00"],
]  # fmt: skip


@pytest.mark.parametrize("numbered", [True, False], ids=["numbered columns", "headers alone"])
def test_merged_headers_name_sixteen_columns(numbered: bool) -> None:
    rows = list(SPANNED)
    if numbered:
        rows.insert(3, ["栏次", "", *[str(number) for number in range(1, 17)]])
    tables = staged(page("一般公共预算财政拨款收入支出决算表", "公开05表", "单位：元", grid(rows)))
    form = "final_account_general_public_revenue_and_expenditure_by_function"
    lines = of_form(tables, form)
    total = [x for x in lines if x["label"] == "合计"]
    assert [x["column_item"] for x in total] == list(CATALOGUE.forms[form].columns)
    assert [x["number_text"] for x in total] == SPANNED[3][2:]
    assert tree(lines) == {"合计": None, "201": "合计"}
    flows = {x["column_item"]: (x["flow"], x["spending_kind"]) for x in total}
    assert flows["opening_basic"] == ("opening_balance", "basic")
    assert flows["expenditure_basic_public"] == ("expenditure", "basic_public")
    assert flows["closing_project_surplus"][0] == "closing_balance"


DEPARTMENT_PERFORMANCE = """2024年度部门整体支出绩效自评表
公开14表
单位：元
部门名称\t\t东岭市工业局
项目\t\t年初预算数\t全年预算数\t全年执行数\t执行率\t分值\t得分
年度资金总额\t\t900.00\t1,000.00\t950.00\t95.00%\t10\t9.5
基本支出\t{total}\t600.00\t600.00\t600.00\t100.00%\t\t
项目支出\t{total}\t300.00\t400.00\t350.00\t87.50%\t\t
\t其中：当年财政拨款\t300.00\t360.00\t330.00\t91.67%\t\t
\t上年结转资金\t0.00\t40.00\t20.00\t50.00%\t\t
年度总体目标\t抓好工业运行
一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t实际完成值
产出指标\t数量指标\t走访企业\t≥\t120\t户\t131
\t质量指标\t问题办结率\t≥\t95\t%\t97
"""


@pytest.mark.parametrize("total", ["年度资金总额", ""], ids=["full label", "short label"])
def test_the_fund_block_and_the_indicators_of_a_department(total: str) -> None:
    tables = staged(DEPARTMENT_PERFORMANCE.format(total=total))
    lines = tables["lines"]
    assert only_form(tables)["form"] == "final_account_department_performance"
    by_item = {x["row_item"]: x["row_index"] for x in lines}
    parents = {x["row_index"]: x["parent_row_index"] for x in lines}
    whole, project = by_item["year_funds_total"], by_item["year_funds_project"]
    assert {item: parents[index] for item, index in by_item.items()} == {
        "year_funds_total": None, "year_funds_basic": whole, "year_funds_project": whole,
        "year_funds_project_appropriation": project, "year_funds_project_carry_over": project,
    }  # fmt: skip
    executed = [x for x in lines if x["column_item"] == "final_account"]
    assert [x["number_text"] for x in executed] == [
        "950.00", "600.00", "350.00", "330.00", "20.00",
    ]  # fmt: skip
    rates = [x for x in lines if x["column_item"] == "execution_rate"]
    assert {(x["measure"], x["printed_unit"]) for x in rates} == {("ratio", "%")}
    assert [(i["indicator"], i["target"], i["actual"]) for i in tables["indicators"]] == [
        ("走访企业", "120", "131"), ("问题办结率", "95", "97"),
    ]  # fmt: skip
    assert tables["indicators"][1]["level_1"] == "产出指标"
    assert_adds_up(lines)


PROJECT = """公开15表
单位：元

| 项目名称 | 工业园区管网维护 | | | | | |
| 主管部门 | 东岭市工业局 | | 实施单位 | 东岭市工业服务中心 | | |
| 项目资金 | | 年初预算数 | 全年预算数 | 全年执行数 | 分值 | 执行率 | 得分 |
| | 年度资金总额 | 80.00 | 90.00 | 85.00 | 10 | 94.44% | 9.4 |
| | 其中：当年财政拨款 | 80.00 | 70.00 | 70.00 | | | |
| | 上年结转资金 | | 20.00 | 15.00 | | | |
| 年度总体目标 | 管网完好 | | | | | | |
| 一级指标 | 二级指标 | 三级指标 | 指标性质 | 指标值 | 度量单位 | 实际完成值 |
| 产出指标 | 数量指标 | 维护管网长度 | ≥ | 35 | 公里 | 36 |
"""


def test_a_project_form_is_known_by_its_words() -> None:
    tables = staged(PROJECT, kind="final_account")
    form = only_form(tables)
    assert (form["form"], form["form_number"]) == ("final_account_project_performance", "公开15表")
    rows = tables["projects"]
    assert {(x["project_name"], x["implementing_unit"]) for x in rows} == {
        ("工业园区管网维护", "东岭市工业服务中心")
    }
    figures = {(x["phase"], x["funding_source"]): x["number_text"] for x in rows}
    assert figures == {
        ("initial_budget", "all"): "80.00", ("adjusted_budget", "all"): "90.00",
        ("final_account", "all"): "85.00",
        ("initial_budget", "current_year_appropriation"): "80.00",
        ("adjusted_budget", "current_year_appropriation"): "70.00",
        ("final_account", "current_year_appropriation"): "70.00",
        ("adjusted_budget", "carry_over"): "20.00", ("final_account", "carry_over"): "15.00",
    }  # fmt: skip
    assert {x["amount_role"] for x in rows if x["funding_source"] == "all"} == {"total"}
    (indicator,) = tables["indicators"]
    assert (indicator["indicator"], indicator["target_unit"]) == ("维护管网长度", "公里")


# --- which forms there are ------------------------------------------------------------------

CONTENTS = """东岭市工业局2025年部门预算
目录
一、部门收支总表
二、部门收入总表
三、部门支出总表

一、部门收支总表
单位：万元

| 收入 | | 支出 | |
|---|---|---|---|
| 项目 | 预算数 | 项目 | 预算数 |
| 一般公共预算拨款收入 | 70.00 | 一般公共服务支出 | 70.00 |
| 收入总计 | 70.00 | 支出总计 | 70.00 |

三、部门支出总表
单位：万元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| | 合计 | 70.00 | 60.00 | 10.00 |
| 201 | 一般公共服务支出 | 70.00 | 60.00 | 10.00 |
"""


LIST = """部门预算项目绩效目标表
单位：万元

| 单位名称 | 项目名称 | 预算数 | 年度目标 | 一级指标 | 二级指标 | 三级指标 | 指标值 | 指标方向性 |
|---|---|---|---|---|---|---|---|---|
| 301-东岭县工业局部门 |  | 17.00 |  |  |  |  |  |  |
| 301001-东岭县工业局 | 管网维护 | 7.00 | 管网完好 | 产出指标 | 数量指标 | 维护长度 | 12 | 正向 |
|  |  |  |  | 效益指标 | 社会效益指标 | 受益企业 | 300 | 正向 |
|  | 技术改造 | 6.00 | 带动投资 | 产出指标 | 数量指标 | 改造企业 | 8 | 正向 |
| 301002-东岭县节能中心 | 管网维护 | 4.00 | 管网完好 | 产出指标 | 数量指标 | 维护长度 | 9 | 正向 |
"""
MIXED = """项目支出绩效目标表（本次下达）
单位：万元

| 单位代码 | 单位（专项）名称 | 资金总额 | 年度绩效目标 | 绩效指标 | | | |
|---|---|---|---|---|---|---|---|
|  |  |  |  | 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 |
| 301001 | 东岭县工业局 | 13.00 |  |  |  |  |  |
|  | 管网维护 | 7.00 | 管网完好 | 产出指标 | 数量指标 | 维护长度 | 12 |
|  |  |  |  | 效益指标 | 社会效益指标 | 受益企业 | 300 |
|  | 技术改造 | 6.00 | 带动投资 |  |  |  |  |
|  |  |  |  | 产出指标 | 数量指标 | 改造企业 | 8 |
| 301002 | 东岭县节能中心 | 4.00 |  |  |  |  |  |
|  | 管网维护 | 4.00 | 管网完好 | 产出指标 | 数量指标 | 维护长度 | 9 |
"""


@pytest.mark.parametrize(
    ("source", "code", "sums"), [(LIST, "301001-", ["17.00"]), (MIXED, "", ["13.00", "4.00"])]
)
def test_a_list_of_projects_has_a_project_for_each_name(
    source: str, code: str, sums: list[str]
) -> None:
    tables = staged(source)
    assert only_form(tables)["form"] == "budget_project_performance"
    rows = tables["projects"]
    assert [(x["project_name"], x["number_text"], x["amount_role"]) for x in rows] == [
        ("管网维护", "7.00", "total"), ("技术改造", "6.00", "total"), ("管网维护", "4.00", "total"),
    ]  # fmt: skip
    assert [x["implementing_unit"] for x in rows[:2]] == [f"{code}东岭县工业局"] * 2
    assert [x["project_id"] for x in tables["indicators"]] == [
        rows[0]["project_id"], rows[0]["project_id"], rows[1]["project_id"], rows[2]["project_id"],
    ]  # fmt: skip
    assert [x["target"] for x in tables["indicators"]] == ["12", "300", "8", "9"]
    listed = [x["text"] for x in tables["unmapped_labels"] if x["kind"] == "figure"]
    assert [text for text in listed if "." in text] == sums


def test_a_list_of_projects_goes_on_over_the_page() -> None:
    header, *rows = LIST.split("\n")[3:-1]
    first, second = (
        grid([[text.strip() for text in line.strip("|").split("|")] for line in lines])
        for lines in ([header, *rows[1:3]], rows[3:])
    )
    later = replace(second, page=2, cells=tuple(replace(c, page=2) for c in second.cells))
    tables = staged(page("部门预算项目绩效目标表", "单位：万元", first, later))
    assert [(x["project_name"], x["number_text"]) for x in tables["projects"]] == [
        ("管网维护", "7.00"), ("技术改造", "6.00"), ("管网维护", "4.00"),
    ]  # fmt: skip
    assert [x["target"] for x in tables["indicators"]] == ["12", "300", "8", "9"]


def test_figures_of_a_project_that_are_not_read_are_listed() -> None:
    tables = staged(
        "项目支出绩效目标表\n"
        "| 项目名称 | 管网维护 | 项目编码 | 3010 |\n|---|---|---|---|\n"
        "| 项目概况 | 已投资 | 345.60 | 2031 |\n| 预算金额 | 7.00 |  |  |\n"
    )
    assert [(x["kind"], x["text"]) for x in tables["unmapped_labels"]] == [
        ("figure", "345.60"), ("unit", "预算金额"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("项目资金 （万元）", "万元"), ("资金金额(元)", "元"), ("年度预算数（单位：万元）", "万元"),
     ("项目资金", "千元"), ("成本（万元）", "千元")],
)  # fmt: skip
def test_the_heading_of_a_fund_block_says_its_unit(heading: str, unit: str) -> None:
    tables = staged(
        "项目支出绩效目标表\n单位：千元\n"
        f"| 项目名称 | 管网维护 |  |\n|---|---|---|\n| {heading} | 年度资金总额 | 7.00 |\n"
        "|  | 其中：财政拨款 | 7.00 |\n"
    )
    assert [row["printed_unit"] for row in tables["projects"]] == [unit, unit]
    assert only_form(tables)["unit"] == unit


def test_a_form_that_the_contents_promise_and_the_document_lacks() -> None:
    forms = {form["form"]: form for form in staged(CONTENTS)["forms"]}
    assert {name: (f["declared"], f["found"], f["status"]) for name, f in forms.items()} == {
        "budget_revenue_and_expenditure": (True, True, "recognised"),
        "budget_revenue_by_function": (True, False, "declared_absent"),
        "budget_expenditure_by_function": (True, True, "recognised"),
    }


EMPTY = """政府性基金预算支出表
表九
单位：万元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| | 合计 | | | |
| | | | | |

备注：本部门无政府性基金预算安排，故此表为空。
"""


def test_an_empty_form_is_found_and_known_as_empty() -> None:
    tables = staged(EMPTY)
    form = only_form(tables)
    assert (form["form_number"], form["found"], form["is_empty"]) == ("表九", True, True)
    assert {x["state"] for x in tables.get("lines", [])} <= {"blank"}


def test_a_form_that_is_its_statement_alone() -> None:
    tables = staged(
        "公开09表\n国有资本经营预算财政拨款收入支出决算表\n注：本单位无此项收支，本表为空。\n"
    )
    form = only_form(tables)
    assert form["form"] == "final_account_state_capital_revenue_and_expenditure_by_function"
    assert (form["form_number"], form["is_empty"]) == ("公开09表", True)


NUMBER_IN_A_CELL: list[list[Entry]] = [
    [("收入总表", 1, 4), None, None, None],
    [("预算02表", 1, 4), None, None, None],
    ["部门：东岭市工业局", "", "", "单位：万元"],
    ["科目编码", "科目名称", "合计", "财政拨款收入"],
    ["", "合计", "70.00", "70.00"],
    ["201", "一般公共服务支出", "70.00", "70.00"],
]


def test_number_title_and_unit_may_stand_inside_the_grid() -> None:
    tables = staged(page("东岭市工业局2025年部门预算", grid(NUMBER_IN_A_CELL)))
    form = only_form(tables)
    assert (form["form"], form["form_number"], form["unit"]) == (
        "budget_revenue_by_function", "预算02表", "万元",
    )  # fmt: skip
    assert column(tables["lines"], "appropriation") == {"合计": "70.00", "201": "70.00"}


STAFF = """东岭市工业局2025年部门预算
人员名册

| 科室 | 人数 |
|---|---|
| 办公室 | 7 |
"""


def test_a_table_that_is_no_form_is_listed_and_gives_no_lines() -> None:
    tables = staged(STAFF)
    assert "lines" not in tables
    assert "forms" not in tables
    (left,) = tables["unrecognised_tables"]
    assert (left["row_count"], left["column_count"]) == (2, 2)
    assert left["first_text"].startswith("科室 | 人数")


def test_a_table_that_was_broken_up_into_lines_is_listed_and_is_no_empty_form() -> None:
    tables = staged(
        "一、“三公”经费支出预算表\n合计\n7.00\n公务接待费\n7.00\n二、说明\n无此项支出。\n"
    )
    assert "forms" not in tables
    (left,) = tables["unrecognised_tables"]
    assert (left["block"], left["row_count"]) == (None, 5)
    assert left["first_text"].startswith("一、“三公”经费支出预算表 | 合计 | 7.00")


def test_a_row_and_a_column_that_nobody_knows_are_listed() -> None:
    page = PANELS.replace("八、其他收入", "八、彩礼与压岁").replace(
        "八、社会保障和就业支出", "八、观星与占卜支出"
    )
    labels = {row["text"] for row in staged(page)["unmapped_labels"]}
    assert labels == {"八、彩礼与压岁", "八、观星与占卜支出"}
    other = SPLIT_CODES.format(一="01", 二="02", 五="05", 六="06").replace(" 项目支出 |", " 龙宫 |")
    assert {(row["kind"], row["text"]) for row in staged(other)["unmapped_labels"]} == {
        ("column", "龙宫")
    }


# --- whatever comes -------------------------------------------------------------------------


def test_figures_that_recognition_damaged_have_no_number() -> None:
    torn = TORN_CODES.replace("900. 00\t900. 00", "900. 0\t900. 00 7. 00")
    cells = {
        x["column_item"]: x for x in staged(torn)["lines"] if x["function_code"] == "2010601"
    }  # fmt: skip
    assert (cells["total"]["state"], cells["basic"]["state"]) == ("damaged", "damaged")
    assert cells["total"]["number_text"] is cells["basic"]["number_text"] is None
    assert cells["total"]["damage"] == "the end of the figure is cut off"
    assert cells["basic"]["damage"] == "two figures stand in one cell"
    assert cells["project"]["number_text"] == "0.00"


def test_keys_do_not_depend_on_the_order_of_reading() -> None:
    first, again = staged(LOST_CODE), staged(LOST_CODE)
    assert first == again
    ids = [line["line_id"] for line in first["lines"]]
    assert len(set(ids)) == len(ids)


WORDS = st.sampled_from([
    "支出决算表", "部门收支总表", "公开03表", "表二", "目录", "单位：元", "合计", "总计",
    "科目编码", "科目名称", "类", "款", "项", "栏次", "行次", "项目", "金额", "1", "2", "201",
    "20106", "2010601", "30101", "行政运行", "一般公共服务支出", "其中：教育收费", "项目名称",
    "年度资金总额", "年初预算数", "全年执行数", "执行率", "一级指标", "二级指标", "三级指标",
    "“三公”经费合计", "1,234.50", "1, 234. 50", "1,2", "-", "%", "95%", "2024年预算数", "",
])  # fmt: skip


@st.composite
def any_grid(draw: st.DrawFn) -> Grid:
    height, width = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    cells = []
    for row in range(height):
        for place in range(width):
            if value := draw(WORDS | st.text(max_size=4)):
                down = draw(st.integers(1, height - row))
                across = draw(st.integers(1, width - place))
                cells.append(Cell(value, row, place, 1, row + 1, place + 1, down, across))
    return Grid(tuple(cells), height, width, draw(st.integers(1, 3)), "any")


any_paragraph = st.builds(Paragraph, WORDS | st.text(min_size=1), st.just(1), st.integers(1, 99))
any_document = st.builds(
    Document, st.just("text"), st.sampled_from(["native", "ocr", "markup"]), st.just(1),
    st.lists(any_grid() | any_paragraph, max_size=6).map(tuple),
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_document)
def test_any_document_is_understood_or_left_without_an_error(document: Document) -> None:
    tables = staged(document)
    for table, rows in tables.items():
        assert all(set(row) <= set(SCHEMAS[table]) for row in rows)
    for line in tables.get("lines", []):
        assert (line["number_text"] is None) == (line["state"] != "amount")
    ids = [line["line_id"] for line in tables.get("lines", [])]
    assert len(set(ids)) == len(ids)


HEADED = """某市示例局2024年部门预算

{heading}
部门公开表07
部门：某市示例局　　单位：万元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| 208 | 社会保障和就业支出 | 9.00 | 4.00 | 5.00 |
"""


@pytest.mark.parametrize(
    ("heading", "form"),
    [
        ("一般公共预算支出", "budget_general_public_expenditure_by_function"),
        ("政府性基金预算支出情况", "budget_government_fund_expenditure_by_function"),
        (
            "政府性基金预算支出(按部门预算经济分类)",
            "budget_government_fund_expenditure_by_economic",
        ),
    ],
)
def test_a_heading_right_above_a_table_is_its_title_without_the_word(
    heading: str, form: str
) -> None:
    own = only_form(staged(HEADED.format(heading=heading)))
    assert (own["title"], own["form"]) == (heading, form)


def test_a_heading_of_prose_is_no_title_of_a_table_below() -> None:
    heading = "政府性基金预算支出情况\n本年没有变化，收支与上年持平，详细情况如前所述。"
    forms = staged(HEADED.format(heading=heading)).get("forms", [])
    assert "budget_government_fund_expenditure_by_function" not in {f["form"] for f in forms}


def test_rows_of_the_state_capital_budget_are_named_without_codes() -> None:
    page = """国有资本经营预算收支表
单位：万元

| 收入 | | 支出 | |
|---|---|---|---|
| 项目 | 预算数 | 项目 | 预算数 |
| 一、利润收入 | 3.00 | 一、解决历史遗留问题及改革成本支出 | 4.00 |
| 二、股利、股息收入 | 2.00 | 二、国有企业资本金注入 | 1.00 |
| 收入总计 | 5.00 | 支出总计 | 5.00 |
"""
    tables = staged(page)
    named = {line["label"]: (line["row_item"], line["function_code"]) for line in tables["lines"]}
    assert named["一、利润收入"] == ("revenue:state_capital_profit", "all")
    assert named["二、股利、股息收入"] == ("revenue:state_capital_dividend", "all")
    assert named["一、解决历史遗留问题及改革成本支出"] == (None, "22301")
    assert named["二、国有企业资本金注入"] == (None, "22302")
    assert "unmapped_labels" not in tables


@pytest.mark.parametrize(
    ("lines", "unit"),
    [
        ("单位：万元", "万元"),
        ("单位：万元\n单位：元", None),  # which of the two is meant is open
        ("本年以单位：万元列示，收支与上年持平。", None),
    ],
)
def test_a_unit_that_a_document_says_once_is_that_of_its_tables(
    lines: str, unit: str | None
) -> None:
    source = HEADED.format(heading="一般公共预算支出").replace("　　单位：万元", "")
    assert only_form(staged(f"{source}\n{lines}\n"))["unit"] == unit


def test_a_text_of_projects_without_known_sections_is_read_as_prose() -> None:
    title = "东岭市工业局2031年预算重点领域财政项目文本公开"
    (amount,) = staged(f"{title}\n管网维护，2031年安排资金7万元。")["narrative_amounts"]
    assert (amount["amount_text"], amount["phase"]) == ("7万元", "initial_budget")
    sections = "一、项目名称\n管网维护\n六、资金安排情况\n2031年安排资金7万元。"
    tables = staged(f"{title}\n{sections}")
    assert "narrative_amounts" not in tables
    assert [row["project_name"] for row in tables["projects"]] == ["管网维护"]


def test_prose_is_read_whatever_the_kind_if_it_speaks_of_a_departments_money() -> None:
    (amount,) = staged("本年“三公”经费共7万元。")["narrative_amounts"]
    assert (amount["number_text"], amount["phase"]) == ("7", None)
    assert "narrative_amounts" not in staged("对每个企业给予补助7万元。")
    (amount,) = staged("基本支出预算7万元。")["narrative_amounts"]
    assert (amount["number_text"], amount["phase"]) == ("7", "initial_budget")
