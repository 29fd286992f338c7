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
from dagster_project.readers.document import Grid

LAYOUTS = Path(__file__).parent / "layouts"
CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
FORMATS = {".md", ".txt", ".html", ".xlsx", ".docx", ".pdf"}
MARKUP = {".md", ".txt", ".html"}
SOURCES = sorted(path for path in LAYOUTS.iterdir() if path.suffix in FORMATS)
FIELDS = ("form", "row", "column_item", "fund", "phase", "flow", "spending_kind", "amount")
Record = dict[str, Any]
layouts = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)


def staged(source: Path) -> dict[str, list[Record]]:
    return recognise(read(source), "0" * 16, CATALOGUE, {})[1].tables


def printed(source: Path) -> str:
    """All text of a layout: of the file itself where it is markup, else of the cells read."""
    if source.suffix in MARKUP:
        return source.read_text(encoding="utf-8")
    grids = [block for block in read(source).blocks if isinstance(block, Grid)]
    return "\n".join(cell.text for grid in grids for cell in grid.cells)


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
    figures = re.findall(r"(?<![\d.])\d[\d,]*\.\d\d(?!\d)", printed(source))
    read_out = [line["printed_text"] for line in tables["lines"] if line["state"] == "amount"]
    decimal = [text.strip("%-△ ") for text in read_out if "." in text]
    assert Counter(figures) == Counter(decimal)


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


def publishers() -> dict[str, dict[str, str]]:
    """Layout → who published it, as ``publishers.csv`` says."""
    with (LAYOUTS / "publishers.csv").open(encoding="utf-8", newline="") as file:
        return {row.pop("layout"): row for row in csv.DictReader(file)}


@layouts
def test_the_publisher_is_known(source: Path) -> None:
    identity = recognise(read(source), "0" * 16, CATALOGUE, {})[0]
    wanted = publishers()[source.stem]
    assert {name: str(getattr(identity, name) or "") for name in wanted} == wanted


def test_every_layout_says_what_its_amounts_must_become() -> None:
    assert {path.stem for path in SOURCES} == set(publishers())
    assert all(path.with_suffix(".csv").is_file() for path in SOURCES)
