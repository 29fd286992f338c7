"""Tests of tables of converters that drop the spans of merged cells: whose column is a header's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import html, text

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
Record = dict[str, Any]

# Each text with its columns and rows, as the form is typeset: 项目:2 covers two columns.
EXPENDITURE = """
项目:2 | 本年支出合计^3 | 基本支出^3 | 项目支出^3 | 上缴上级支出^3 |\
 经营支出^3 | 对附属单位补助支出^3
功能分类科目编码^2 | 科目名称^2
-
栏次:2 | 1 | 2 | 3 | 4 | 5 | 6
合计:2 | 9.00 | 5.00 | 4.00 | | |
206 | 科学技术支出 | 8.00 | 5.00 | 3.00 | | |
20601 | 科学技术管理事务 | 8.00 | 5.00 | 3.00 | | |
221 | 住房保障支出 | 1.00 | | 1.00 | | |
"""
GENERAL = """
项目:4 | 本年支出:3
功能分类科目编码:3 | 科目名称^2 | 小计^2 | 基本支出^2 | 项目支出^2
类 | 款 | 项
栏次:4 | 1 | 2 | 3
合计:4 | 9.00 | 5.00 | 4.00
206 | | | 科学技术支出 | 8.00 | 5.00 | 3.00
206 | 01 | | 科学技术管理事务 | 8.00 | 5.00 | 3.00
221 | | | 住房保障支出 | 1.00 | | 1.00
"""
FUND = """
项目:2 | 年初结转和结余^2 | 本年收入^2 | 本年支出:3 | 年末结转和结余^2
功能分类科目编码 | 科目名称 | 小计 | 基本支出 | 项目支出
合计:2 | | 20.96 | 20.96 | | 20.96 |
229 | 其他支出 | | 20.96 | 20.96 | | 20.96 |
22960 | 彩票公益金安排的支出 | | 20.96 | 20.96 | | 20.96 |
"""
PANELS = """
收入:3 | 支出:3
项目 | 行次 | 金额 | 项目 | 行次 | 金额
栏次 | | 1 | 栏次 | | 2
一、一般公共预算财政拨款收入 | 1 | 9.00 | 一、科学技术支出 | 31 | 8.00
五、事业收入 | 5 | 2.00 | 二、住房保障支出 | 32 | 3.00
本年收入合计 | 9 | 11.00 | 本年支出合计 | 40 | 11.00
"""
ECONOMIC = """
人员经费:3 | 公用经费:6
科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数 | 科目编码 | 科目名称 | 决算数
301 | 工资福利支出 | 4.00 | 302 | 商品和服务支出 | 2.00 | 310 | 资本性支出 | 1.00
30101 | 基本工资 | 4.00 | 30201 | 办公费 | 2.00 | 31002 | 办公设备购置 | 1.00
人员经费合计:2 | 4.00 | 公用经费合计:5 | 3.00
"""
THREE_PUBLIC = """
预算数:6 | 决算数:6
合计^2 | 因公出国（境）费^2 | 公务用车购置及运行费:3 | 公务接待费^2 |\
 合计^2 | 因公出国（境）费^2 | 公务用车购置及运行费:3 | 公务接待费^2
小计 | 公务用车购置费 | 公务用车运行费 | 小计 | 公务用车购置费 | 公务用车运行费
1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12
9.00 | | 6.00 | | 6.00 | 3.00 | 8.00 | | 6.00 | | 6.00 | 2.00
"""
FORMS = {
    "支出决算表": EXPENDITURE,
    "一般公共预算财政拨款支出决算表": GENERAL,
    "政府性基金预算财政拨款收入支出决算表": FUND,
    "收入支出决算总表": PANELS,
    "一般公共预算财政拨款基本支出决算表": ECONOMIC,
    "财政拨款“三公”经费支出决算表": THREE_PUBLIC,
}


def cells(form: str) -> list[list[tuple[str, int, int]]]:
    """The rows of a form: each text with its columns and its rows; a row of - alone is empty."""
    marks = r"(.*?)(?::(\d))?(?:\^(\d))?"
    rows = [] if form == "-" else form.strip().split("\n")
    parsed = []
    for row in rows:
        found = [re.fullmatch(marks, cell.strip()) for cell in row.split("|")]
        own = [(m[1], int(m[2] or 1), int(m[3] or 1)) for m in found if m]
        parsed.append([] if row == "-" else own)
    return parsed


def markdown(form: str, *, padded: bool) -> str:
    """As converters write it: a merged cell once, ``padded`` with empty cells to its right."""
    lines = []
    for row in cells(form):
        texts = [t for name, width, _ in row for t in (name, *[""] * (width - 1) * padded)]
        lines.append("| " + " | ".join(texts) + " |")
    rule = "|" + "---|" * lines[0].count("|")
    return "\n".join([lines[0], rule, *lines[1:]])


def page(form: str, *, spans: bool) -> str:
    def cell(name: str, width: int, height: int) -> str:
        marks = f' colspan="{width}" rowspan="{height}"' if spans else ""
        return f"<td{marks}>{name}</td>"

    rows = ["".join(cell(*one) for one in row) for row in cells(form)]
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in rows) + "</table>"


def staged(title: str, table: str) -> dict[str, list[Record]]:
    lines = ["2023年度某市示例局部门决算", title, "单位：万元", "", table]
    reader = html if table.startswith("<table") else text
    joined = "".join(f"<p>{x}</p>" for x in lines[:3]) + table if reader is html else ""
    source = joined or "\n".join(lines)
    return recognise(reader.read(source.encode()), "0" * 16, CATALOGUE, {})[1].tables


def read(title: str, table: str) -> list[tuple[object, ...]]:
    names = ("label", "panel", "function_code", "economic_code", "column_item",
             "phase", "flow", "fund", "spending_kind", "number_text")  # fmt: skip
    lines = [line for line in staged(title, table)["lines"] if line["state"] == "amount"]
    return sorted((tuple(line[name] for name in names) for line in lines), key=str)


@pytest.mark.parametrize("title", FORMS)
@pytest.mark.parametrize("way", ["markdown", "padded", "page"])
def test_a_table_reads_the_same_with_and_without_its_spans(title: str, way: str) -> None:
    form = FORMS[title]
    bare = page(form, spans=False) if way == "page" else markdown(form, padded=way == "padded")
    whole = read(title, page(form, spans=True))
    assert whole
    assert read(title, bare) == whole


def test_a_header_that_fits_in_two_ways_is_listed_and_not_read() -> None:
    """Which of two funds has the two kinds below it, no wording and no sum can say."""
    form = """
科目编码 | 科目名称 | 甲类资金 | 乙类资金
基本支出 | 项目支出
206 | 科学技术支出 | 8.00 | 5.00 | 4.00
20601 | 科学技术管理事务 | 8.00 | 5.00 | 4.00
221 | 住房保障支出 | 1.00 | 7.00 | 2.00
"""
    tables = staged("支出决算表", markdown(form, padded=False))
    figures = [line for line in tables["lines"] if line["state"] == "amount"]
    assert len(figures) == 9
    assert {line["column_item"] for line in figures} == {None}
    assert len([row for row in tables["unmapped_labels"] if row["kind"] == "column"]) == 3


def test_a_header_too_wide_to_compare_ends_soon_and_is_listed() -> None:
    heads: Sequence[str] = [f"甲{n}" for n in range(14)]
    below = [f"乙{n}" for n in range(20)]
    last = [f"丙{n}" for n in range(24)]
    body = [f"{n}.00" for n in range(40)]
    rows = [["科目编码", "科目名称", *heads], below, last, ["206", "科学技术支出", *body]]
    table = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    tables = staged("支出决算表", table)
    figures = [line for line in tables["lines"] if line["state"] == "amount"]
    assert {line["column_item"] for line in figures} == {None}


@pytest.mark.parametrize("torn", [("4, | 000. 00", "1, 234. 5"), ("4 | 5.00", "8.00")])
def test_one_row_that_is_too_long_says_nothing_of_the_header(torn: tuple[str, str]) -> None:
    """A figure torn in two in recognised text, a cell too many in a publisher's own."""
    longer, other = torn
    lines = [
        "部门支出总表",
        "单位：元",
        "",
        "| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |",
        f"| 201 | 一般公共服务支出 | {longer} | {other} | 1.00 |",
        "| 206 | 科学技术支出 | 8.00 | 5.00 | 3.00 |",
        "| 221 | 住房保障支出 | 1.00 | | 1.00 |",
        "| 229 | 其他支出 | 1.00 | | 1.00 |",
    ]
    document = text.read("\n".join(lines).encode())
    _, staging = recognise(document, "d", CATALOGUE, {})
    read = {
        (line["function_code"], line["column_item"]): line["number_text"]
        for line in staging.tables["lines"]
        if line["number_text"] and line["function_code"] in {"206", "221"}
    }
    assert read == {
        ("206", "total"): "8.00", ("206", "basic"): "5.00", ("206", "project"): "3.00",
        ("221", "total"): "1.00", ("221", "project"): "1.00",
    }  # fmt: skip


def test_a_row_of_all_cells_stands_as_it_is_written() -> None:
    """Where no cells pad the first row, an empty cell is one that a cell above reaches down to."""
    table = """
| 功能分类科目 | 2022年执行数 | 2023年预算数 |
|---|---|---|
| 科目编码 | 科目名称 |  | 小计 | 基本支出 | 项目支出 |
| 208 | 社会保障和就业支出 | 7.00 | 9.00 | 4.00 | 5.00 |
| 20805 | 行政事业单位养老支出 | 7.00 | 9.00 | 4.00 | 5.00 |
""".strip()
    lines = ["某市示例局2023年部门预算", "一般公共预算支出表", "单位：万元", "", table]
    document = text.read("\n".join(lines).encode())
    own = recognise(document, "d", CATALOGUE, {})[1].tables["lines"]
    assert [(x["phase"], x["spending_kind"], x["number_text"]) for x in own[:4]] == [
        ("prior_year_final_account", "all", "7.00"), ("initial_budget", "all", "9.00"),
        ("initial_budget", "basic", "4.00"), ("initial_budget", "project", "5.00"),
    ]  # fmt: skip


def test_the_number_of_a_row_tells_its_cells_apart_where_empty_ones_were_dropped() -> None:
    """What prints the row's own number is no amount, and stands in the column of 行次."""
    page = """
收入支出决算总表
单位：万元
收入 | 支出 | ||||
项目 | 行次 | 金额 | 项目 | 行次 | 金额 |
一、财政拨款收入 | 1 | 70.00 | 一、一般公共服务支出 | 6 | |
二、上级补助收入 | 2 | 二、外交支出 | 7 | ||
3 | 三、国防支出 | 8 | 12.00 | ||
4 | 四、公共安全支出 | 9 | |||
本年收入合计 | 5 | 70.00 | 本年支出合计 | 10 | 12.00 |
""".strip()
    tables = recognise(text.read(page.encode()), "d", CATALOGUE, {})[1].tables
    read = [(x["panel"], x["label"], x["number_text"]) for x in tables["lines"] if x["number_text"]]
    assert read == [
        (0, "一、财政拨款收入", "70.00"), (1, "三、国防支出", "12.00"),
        (0, "本年收入合计", "70.00"), (1, "本年支出合计", "12.00"),
    ]  # fmt: skip
    assert "unmapped_labels" not in tables


def test_a_column_of_zeros_is_one_of_amounts() -> None:
    """Under two periods with the same funds each, one of which prints noughts alone."""
    page = """
一般公共预算及政府性基金财政拨款“三公”经费支出决算表
单位：万元
项目 | 预算数 | 决算数 | ||||
合计 | 一般公共预算 | 政府性基金 | 合计 | 一般公共预算 | 政府性基金 | |
公务接待费 | 8.00 | 8.00 | 0 | 2.26 | 2.26 | 0 |
总计 | 8.00 | 8.00 | 0 | 2.26 | 2.26 | 0 |
""".strip()
    lines = recognise(text.read(page.encode()), "d", CATALOGUE, {})[1].tables["lines"]
    funds = ["fiscal_appropriation", "general_public_budget", "government_fund_budget"]
    phases = ["initial_budget", "final_account"]
    assert [(x["phase"], x["fund"]) for x in lines] == [(p, f) for p in phases for f in funds] * 2
