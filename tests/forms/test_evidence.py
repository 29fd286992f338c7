"""Tests of how the form of a section is chosen, and of what is not guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.evidence import MARGIN, Candidate, Choice, choose
from dagster_project.forms.recognise import recognise
from dagster_project.forms.sections import split
from dagster_project.forms.titles import Titles
from dagster_project.readers import text

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
FUNCTIONS = [
    "| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |", "|---|---|---|---|---|",
    "| 201 | 一般公共服务支出 | 7.00 | 5.00 | 2.00 |", "| 20101 | 人大事务 | 7.00 | 5.00 | 2.00 |",
    "| 2010101 | 行政运行 | 7.00 | 5.00 | 2.00 |", "| 208 | 社会保障和就业支出 | 1.00 | 1.00 | |",
]  # fmt: skip
ACCOUNTS = [
    "| 科目编码 | 科目名称 | 合计 |", "|---|---|---|", "| 301 | 工资福利支出 | 7.00 |",
    "| 30101 | 基本工资 | 5.00 |", "| 30102 | 津贴补贴 | 2.00 |",
]  # fmt: skip
GOVERNMENT = [
    "| 科目编码 | 科目名称 | 合计 |", "|---|---|---|", "| 501 | 机关工资福利支出 | 7.00 |",
    "| 50101 | 工资奖金津补贴 | 5.00 |", "| 50102 | 社会保障缴费 | 2.00 |",
]  # fmt: skip
CROSS = [
    "| 科目编码 | 科目名称 | 合计 | 工资福利支出 | 商品和服务支出 | 资本性支出 |",
    "|---|---|---|---|---|---|", "| 201 | 一般公共服务支出 | 7.00 | 5.00 | 2.00 | |",
    "| 20101 | 人大事务 | 7.00 | 5.00 | 2.00 | |", "| 2010101 | 行政运行 | 7.00 | 5.00 | 2.00 | |",
]  # fmt: skip


def chosen(*lines: str, kind: str = "budget") -> Choice:
    titles = Titles(CATALOGUE, kind)
    found = split(text.read("\n".join(lines).encode()), CATALOGUE, titles)
    return choose(found.sections[0], titles, found.declared, CATALOGUE)


def form(*lines: str, kind: str = "budget") -> str | None:
    choice = chosen(*lines, kind=kind)
    return choice.form.form if choice.form else None


def test_names_of_accounts_say_nothing_beside_codes() -> None:
    named = "| 科目编码 | 科目名称 | 合计 | 工资福利支出 | 商品和服务支出 | 资本性支出 |"
    split_codes = [row.replace("| 2010101 |", "| 2080505 |") for row in CROSS]
    assert form("部门支出总表", *split_codes, named, *split_codes[2:]) in {
        "budget_expenditure_by_function", "budget_expenditure_by_function_and_economic",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (FUNCTIONS, "budget_general_public_basic_expenditure_by_function"),
        (ACCOUNTS, "budget_general_public_basic_expenditure_by_economic"),
        (GOVERNMENT, "budget_general_public_basic_expenditure_by_government_economic"),
    ],
)
def test_one_title_names_the_form_whose_axis_the_table_has(table: list[str], expected: str) -> None:
    assert form("某市示例局一般公共预算基本支出明细表", *table) == expected


def test_functions_beside_accounts_are_a_cross() -> None:
    title = "支出预算汇总表（按部门预算经济分类）"
    assert form(title, *CROSS) == "budget_expenditure_by_function_and_economic"
    assert form(title, *ACCOUNTS) == "budget_expenditure_by_economic"


def test_the_contents_name_a_table_that_prints_its_number_alone() -> None:
    contents = [
        "目录",
        "公开03表 支出决算表",
        "公开05表 一般公共预算财政拨款支出决算表",
        "第二部分",
    ]
    choice = chosen(*contents, "第二部分", "公开05表", *FUNCTIONS, kind="final_account")
    assert choice.form
    assert choice.form.form == "final_account_general_public_expenditure_by_function"
    assert "the contents say" in choice.evidence


def test_a_table_that_two_forms_may_be_is_listed_and_not_guessed() -> None:
    choice = chosen("单位：元", *FUNCTIONS)
    assert choice.form is None
    assert {c.form.form for c in choice.candidates} >= {"budget_expenditure_by_function"}


def test_a_table_without_title_is_known_by_words_of_its_own() -> None:
    three_public = [
        "| 项目 | 预算数 |", "|---|---|", "| 因公出国（境）费 | 1.00 |", "| 公务接待费 | 2.00 |",
        "| 公务用车购置及运行费 | 3.00 |",
    ]  # fmt: skip
    choice = chosen("单位：元", *three_public)
    assert choice.form
    assert choice.form.form == "budget_three_public"
    assert "no title" in choice.evidence


def test_every_form_has_its_reasons_and_a_near_rival_is_named() -> None:
    first, second = (
        Candidate(CATALOGUE.forms[name], score, (f"reason of {name}",))
        for name, score in (("budget_procurement", 90.0), ("budget_assets", 90.0 - MARGIN + 1))
    )
    near = Choice(first.form, first.score, (first, second))
    assert near.is_ambiguous
    assert "reason of budget_procurement" in near.evidence
    assert "budget_assets 86" in near.evidence
    far = Choice(first.form, first.score, (first,))
    assert not far.is_ambiguous


def test_an_ambiguous_form_is_a_finding() -> None:
    """A title without an axis over a table without codes fits two forms equally well."""
    lines = [
        "# 2024年某市示例局部门预算", "基本支出预算明细表", "表3", "| 项目 | 金额 |", "|---|---|",
        "| 人员经费 | 7.00 |", "| 公用经费 | 2.00 |",
    ]  # fmt: skip
    tables: dict[str, list[dict[str, Any]]] = recognise(
        text.read("\n".join(lines).encode()), "0" * 16, CATALOGUE, {"kind": "budget"}
    )[1].tables
    listed = [row for row in tables["unmapped_labels"] if row["kind"] == "form"]
    assert len(listed) == 1
    assert "budget_basic_expenditure_by_function" in listed[0]["text"]
    assert "ambiguous" in tables["forms"][0]["evidence"]


@pytest.mark.parametrize(("year", "misnamed"), [(2017, []), (2019, ["30311 住房公积金"])])
def test_a_code_beside_a_name_of_other_years_is_a_finding(year: int, misnamed: list[str]) -> None:
    rows = [*ACCOUNTS, "| 303 | 对个人和家庭的补助 | 2.00 |", "| 30311 | 住房公积金 | 2.00 |"]
    lines = [f"# {year}年某市示例局部门预算", "一般公共预算基本支出表", *rows]
    tables = recognise(text.read("\n".join(lines).encode()), "0" * 16, CATALOGUE, {})[1].tables
    found = [row["text"] for row in tables.get("unmapped_labels", []) if row["kind"] == "name"]
    assert found == misnamed
    assert tables["lines"][-1]["economic_code"] == "30311"


@pytest.mark.parametrize(
    ("bracket", "table", "axis"),
    [
        ("（按政府预算经济分类）", GOVERNMENT, "by_government_economic"),
        ("（按部门预算经济分类）", ACCOUNTS, "by_economic"),
        ("（按部门预算经济分类）", CROSS, "by_function"),
        ("", FUNCTIONS, "by_function"),
    ],
)
def test_a_government_fund_by_its_own_axis(bracket: str, table: list[str], axis: str) -> None:
    expected = f"budget_government_fund_expenditure_{axis}"
    assert form(f"政府性基金拨款支出预算表{bracket}", *table) == expected


@pytest.mark.parametrize("title", ["非税收入计划表", "财政拨款结转资金支出表"])
def test_a_table_whose_title_holds_an_unknown_word_is_not_guessed_at(title: str) -> None:
    assert form(title, *FUNCTIONS[:3]) is None


def test_a_table_of_two_sides_without_title_is_no_form_of_one_side() -> None:
    table = [
        "| 收入 | | 支出 | |", "|---|---|---|---|", "| 项目 | 金额 | 项目 | 金额 |",
        "| 一、一般公共预算财政拨款收入 | 7.00 | 一、一般公共服务支出 | 8.00 |",
        "| 二、事业收入 | 1.00 | 二、外交支出 | |", "| 三、其他收入 | | 三、国防支出 | |",
        "| 本年收入合计 | 8.00 | 本年支出合计 | 8.00 |",
    ]  # fmt: skip
    choice = chosen("公开01表", *table, kind="final_account")
    assert choice.form is None or choice.form.layout == "panels"


def test_codes_split_over_cells_say_of_which_axis_the_rows_are() -> None:
    split_codes = [
        "| 类款 | 项 | 科目名称 | 合计 | 基本支出 |", "|---|---|---|---|---|",
        "| 208 | 0501 | 行政单位离退休 | 7.00 | 7.00 |",
        "| 208 | 0505 | 机关事业单位基本养老保险缴费支出 | 1.00 | 1.00 |",
        "| 210 | 1101 | 行政单位医疗 | 1.00 | 1.00 |",
    ]  # fmt: skip
    reasons = chosen("支出预算表", *split_codes).candidates[0].reasons
    assert any(reason.startswith("rows by function") for reason in reasons)
