"""Tests of columns that their sums explain where their headers do not."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import text

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
Rows = Sequence[tuple[str, ...]]
ROWS: Rows = [
    ("合计", "", "9.00", "6.00", "3.00"), ("201", "一般公共服务支出", "8.00", "5.00", "3.00"),
    ("20101", "人大事务", "8.00", "5.00", "3.00"), ("2010101", "行政运行", "8.00", "5.00", "3.00"),
    ("208", "社会保障和就业支出", "1.00", "1.00", ""),
]  # fmt: skip


def columns(*headers: str, rows: Rows = ROWS) -> tuple[list[Any], str, list[str]]:
    """The items of the amount columns, the evidence of the form and what was left unmapped."""
    table = [("科目编码", "科目名称", *headers), ("---",) * (len(headers) + 2), *rows]
    lines = ["# 2024年某市示例局部门预算", "部门支出总表", "单位：万元"]
    lines += ["| " + " | ".join(row) + " |" for row in table]
    tables = recognise(text.read("\n".join(lines).encode()), "0" * 16, CATALOGUE, {})[1].tables
    items = {line["column_number"]: line["column_item"] for line in tables["lines"]}
    unmapped = [row["text"] for row in tables.get("unmapped_labels", [])]
    return [items[key] for key in sorted(items)], tables["forms"][0]["evidence"], unmapped


@pytest.mark.parametrize(
    ("headers", "items"),
    [
        (("合计", "基本支出", "某某某某"), ["total", "basic", "project"]),
        (("某某某某", "基本支出", "项目支出"), ["total", "basic", "project"]),
    ],
)
def test_the_one_meaning_under_which_every_row_adds_up(
    headers: tuple[str, ...], items: list[str]
) -> None:
    found, evidence, unmapped = columns(*headers)
    assert found == items
    assert "every row adds up" in evidence
    assert unmapped == ["某某某某"]  # a wording that the catalogue lacks, all the same


def test_of_two_meanings_that_both_add_up_neither_is_taken() -> None:
    """基本 and 项目 may be exchanged in their sum."""
    found, evidence, unmapped = columns("合计", "某某某某", "丁丁丁丁")
    assert found == ["total", None, None]
    assert "adds up" not in evidence
    assert unmapped == ["某某某某", "丁丁丁丁"]


def test_a_meaning_that_one_row_contradicts_is_not_taken() -> None:
    wrong = [*ROWS[:-1], ("208", "社会保障和就业支出", "1.00", "1.00", "5.00")]
    assert columns("合计", "基本支出", "某某某某", rows=wrong)[0] == ["total", "basic", None]


def test_too_few_rows_prove_nothing() -> None:
    assert columns("合计", "基本支出", "某某某某", rows=ROWS[:2])[0] == ["total", "basic", None]
