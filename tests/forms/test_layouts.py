"""Provinces and ministries whose forms are worded and ordered in their own ways.

``layouts/`` holds one set of forms each, typeset with invented figures, and beside it what every
amount must become. A layout that is added needs rows of the catalogue and no code.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import read

LAYOUTS = Path(__file__).parent / "layouts"
CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
SOURCES = sorted(path for path in LAYOUTS.iterdir() if path.suffix in {".md", ".html"})
FIELDS = ("form", "row", "column_item", "fund", "phase", "flow", "spending_kind", "amount")
PUBLISHERS = {
    "beijing_budget": ("北京市示例局", "110000", 2024, "budget"),
    "central_budget": ("国家示例局", None, 2024, "budget"),
    "central_final_account": ("国家示例委员会", None, 2023, "final_account"),
    "guangdong_budget": ("广东省示例厅", "440000", 2024, "budget"),
    "henan_budget": ("郑州市示例局", "410100", 2024, "budget"),
    "sichuan_budget": ("四川省示例厅", "510000", 2024, "budget"),
    "zhejiang_budget": ("杭州市示例局", "330100", 2024, "budget"),
}

Record = dict[str, Any]
layouts = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def staged(source: Path) -> dict[str, list[Record]]:
    return recognise(read(source), "0" * 16, CATALOGUE, {})[1].tables


def said(line: Record) -> tuple[str | None, ...]:
    codes = [c for c in (line["function_code"], line["economic_code"]) if c != "all"]
    row = codes[0] if codes else line["row_item"] or line["label"]
    return (line["form"], row, *(line[name] or "" for name in FIELDS[2:-1]), line["number_text"])


@layouts
def test_every_amount_is_read_with_its_meaning(source: Path) -> None:
    with source.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        wanted = Counter(tuple(row[name] for name in FIELDS) for row in csv.DictReader(file))
    found = Counter(said(line) for line in staged(source)["lines"] if line["state"] == "amount")
    assert sorted((wanted - found).elements()) == []
    assert sorted((found - wanted).elements()) == []


@layouts
def test_no_figure_and_no_wording_is_left_over(source: Path) -> None:
    tables = staged(source)
    assert "unrecognised_tables" not in tables
    assert tables.get("unmapped_labels", []) == []
    printed = re.findall(r"(?<![\d.])\d[\d,]*\.\d\d(?!\d)", source.read_text(encoding="utf-8"))
    read_out = [line["printed_text"] for line in tables["lines"] if line["state"] == "amount"]
    assert Counter(printed) == Counter(text.rstrip("%") for text in read_out)


@layouts
def test_each_parent_is_the_sum_of_its_rows(source: Path) -> None:
    """The trees are right: totals, classes, groups, units and the sources of revenue."""
    tables = staged(source)
    layouts_of = {form["form_id"]: CATALOGUE.forms[form["form"]].layout for form in tables["forms"]}
    lines = [
        line
        for line in tables["lines"]
        if line["measure"] == "money" and layouts_of[line["form_id"]] != "list"
    ]
    sums: dict[tuple[str, int, int, str], Decimal] = {}
    for line in lines:
        if line["parent_row_index"] is not None and line["is_additive"]:
            place = (line["form_id"], line["panel"], line["parent_row_index"], line["column_path"])
            own = Decimal(line["number_text"] or 0)
            sums[place] = sums.get(place, Decimal(0)) + own
    checked = 0
    for line in lines:
        place = (line["form_id"], line["panel"], line["row_index"], line["column_path"])
        if place in sums and line["number_text"]:
            assert (line["form"], line["label"], sums[place]) == (
                line["form"],
                line["label"],
                Decimal(line["number_text"]),
            )
            checked += 1
    assert checked > 20


@layouts
def test_the_publisher_is_known(source: Path) -> None:
    identity = recognise(read(source), "0" * 16, CATALOGUE, {})[0]
    found = (identity.department_name, identity.region_code, identity.fiscal_year)
    assert (*found, identity.document_kind) == PUBLISHERS[source.stem]
