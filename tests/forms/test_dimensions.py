"""Tests of what the amounts of a form are of: what row, header, heading and title say of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import text

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
KIND = {"预算": "budget", "决算": "final_account"}


def amounts(
    kind: str, title: str, headers: Sequence[str], *rows: Sequence[str], year: int = 2024
) -> dict[tuple[str, str], tuple[str | None, ...]]:
    """By printed label and header: item, fund, phase, flow and kind of spending."""
    table = [headers, ["---"] * len(headers), *rows]
    lines = [f"# {year}年某市示例局部门{kind}", "", f"## {title}", "", "单位：万元", ""]
    lines += ["| " + " | ".join(row) + " |" for row in table]
    document = text.read("\n".join(lines).encode())
    staged = recognise(document, "0" * 16, CATALOGUE, {"kind": KIND[kind]})[1].tables["lines"]
    names = ("column_item", "fund", "phase", "flow", "spending_kind")
    return {
        (line["label"], line["column_path"]): tuple(line[name] for name in names)
        for line in staged
    }  # fmt: skip


BY_FUNCTION = [
    ("合计", "", "9.00", "6.00", "3.00"), ("201", "一般公共服务支出", "8.00", "5.00", "3.00"),
    ("208", "社会保障和就业支出", "1.00", "1.00", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "headers", "expected"),
    [
        pytest.param(
            "一般公共预算支出表",
            ("合计", "基本支出", "项目支出"),
            [
                ("total", "general_public_budget", "initial_budget", "expenditure", "all"),
                ("basic", "general_public_budget", "initial_budget", "expenditure", "basic"),
                ("project", "general_public_budget", "initial_budget", "expenditure", "project"),
            ],
            id="the fund of the title, the kind of spending of the header",
        ),
        pytest.param(
            "部门支出总表",
            ("合计", "一般公共预算", "政府性基金预算"),
            [
                ("total", "all", "initial_budget", "expenditure", "all"),
                *(
                    (fund, fund, "initial_budget", "expenditure", "all")
                    for fund in ("general_public_budget", "government_fund_budget")
                ),
            ],
            id="the fund of the header over that of the form",
        ),
        pytest.param(
            "财政拨款支出表",
            ("2023年执行数", "2024年预算数", "2025年预算数"),
            [
                (item, "fiscal_appropriation", phase, "expenditure", "all")
                for item, phase in (
                    ("prior_year_final_account", "prior_year_final_account"),
                    ("amount", "initial_budget"),
                    ("later_year_budget", "later_year_budget"),
                )
            ],
            id="the phase of a year before and of one after",
        ),
        pytest.param(
            "财政拨款支出表",
            ("2023年预算数", "2024年预算数", "增减额"),
            [
                (item, "fiscal_appropriation", phase, flow, "all")
                for item, phase, flow in (
                    ("prior_year_budget", "prior_year_budget", "expenditure"),
                    ("amount", "initial_budget", "expenditure"),
                    ("change_amount", "initial_budget", "other"),
                )
            ],
            id="a change is no expenditure",
        ),
    ],
)
def test_what_columns_of_a_form_are_of(
    title: str, headers: tuple[str, ...], expected: list[tuple[str, ...]]
) -> None:
    found = amounts("预算", title, ("科目编码", "科目名称", *headers), *BY_FUNCTION)
    for label in ("合计", "一般公共服务支出", "社会保障和就业支出"):
        assert [found[label, header] for header in headers] == expected


def test_the_flow_of_a_panel_is_that_of_its_side_and_the_fund_that_of_the_row() -> None:
    found = amounts(
        "决算", "收入支出决算总表", ("项目", "决算数", "项目", "决算数"),
        ("一、财政拨款收入", "8.00", "一、一般公共服务支出", "8.00"),
        ("二、上级补助收入", "1.00", "二、社会保障和就业支出", "1.00"),
        ("本年收入合计", "9.00", "本年支出合计", "9.00"),
    )  # fmt: skip
    assert {label: (said[1], said[3]) for (label, _), said in found.items()} == {
        "一、财政拨款收入": ("fiscal_appropriation", "revenue"),
        "二、上级补助收入": ("superior_subsidy", "revenue"),
        "本年收入合计": ("all", "revenue"),
        "一、一般公共服务支出": ("all", "expenditure"),
        "二、社会保障和就业支出": ("all", "expenditure"),
        "本年支出合计": ("all", "expenditure"),
    }


def test_a_row_of_a_year_has_the_phase_of_that_year() -> None:
    """Three-public spending with a row a year, as some bodies print it."""
    found = amounts(
        "决算", "“三公”经费支出决算表", ("项目", "合计", "公务接待费", "公务用车购置及运行维护费"),
        ("2023年决算数", "3.00", "1.00", "2.00"), ("2024年决算数", "5.00", "2.00", "3.00"),
    )  # fmt: skip
    assert {(label, said[2]) for (label, _), said in found.items()} == {
        ("2023年决算数", "prior_year_final_account"), ("2024年决算数", "final_account"),
    }  # fmt: skip
