"""The published documents of two provinces: every form, and who published what for which year.

Column ``by_eye`` of ``golden_published.csv`` says what a review of the rendered pages found of the
number, title, unit, pages and emptiness of each form: ``agrees``, or what the page shows otherwise.
Only a part of the amounts was counted by eye. The documents stand beside the project and not in it,
and without them the tests are skipped.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from dagster_project import extraction

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT.parent / "shared" / "documents" / "published"
FORM_COLUMNS = ("form_number", "form", "unit", "page", "last_page", "is_empty", "amounts")

Record = dict[str, Any]

pytestmark = pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published files are absent")


def golden(name: str) -> list[dict[str, str]]:
    with (Path(__file__).parent / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[Record]]]:
    """The staging rows of the published PDFs: file → table → rows."""
    out = tmp_path_factory.mktemp("published")
    staged = {}
    for entry in extraction.register(PUBLISHED):
        if not entry.file_path.endswith(".pdf"):
            continue
        tables, target = out / f"{entry.document_id}.parquet", out / entry.document_id
        extraction.extract_tables(PUBLISHED, entry, tables)
        extraction.extract_forms(tables, entry, ROOT / "dbt" / "seeds", target)
        staged[entry.file_path] = {
            name: pl.read_parquet(target / f"{name}.parquet").to_dicts()
            for name in extraction.SCHEMAS
        }
    return staged


def _forms(tables: dict[str, list[Record]]) -> list[tuple[str, ...]]:
    amounts = Counter(x["form_id"] for x in tables["lines"] if x["state"] == "amount")
    rows = [
        form | {"amounts": amounts[form["form_id"]], "is_empty": str(form["is_empty"]).lower()}
        for form in tables["forms"]
        if form["found"]
    ]
    return [tuple(str(row[name] or "") for name in FORM_COLUMNS) for row in rows]


@pytest.mark.parametrize("file", sorted({row["file"] for row in golden("golden_documents.csv")}))
def test_every_form_is_recognised(staging: dict[str, dict[str, list[Record]]], file: str) -> None:
    wanted = [row for row in golden("golden_published.csv") if row["file"] == file]
    assert _forms(staging[file]) == [
        tuple("" if row[c] == "0" else row[c] for c in FORM_COLUMNS) for row in wanted
    ]


@pytest.mark.parametrize("file", sorted({row["file"] for row in golden("golden_documents.csv")}))
def test_the_document_is_known(staging: dict[str, dict[str, list[Record]]], file: str) -> None:
    (wanted,) = [row for row in golden("golden_documents.csv") if row["file"] == file]
    (document,) = staging[file]["documents"]
    assert {name: str(document[name] or "") for name in wanted if name != "file"} == {
        name: value for name, value in wanted.items() if name != "file"
    }


def test_nothing_is_left_over(staging: dict[str, dict[str, list[Record]]]) -> None:
    """Every grid is part of a recognised form or of a known kind of table, and so is each text."""
    for file, tables in staging.items():
        assert (file, tables["unrecognised_tables"]) == (file, [])
        left = [row for row in tables["unmapped_labels"] if row["kind"] != "name"]
        assert (file, left) == (file, [])
        assert all(line["column_item"] for line in tables["lines"])


def test_a_code_that_was_renumbered_has_the_name_of_its_year(
    staging: dict[str, dict[str, list[Record]]],
) -> None:
    """30311 was 住房公积金 until the classification of 2018; no other code is misnamed."""
    printed = {
        (tables["documents"][0]["fiscal_year"], line["label"])
        for tables in staging.values()
        for line in tables["lines"]
        if line["economic_code"] == "30311"
    }
    assert (2017, "住房公积金") in printed
    assert [row for tables in staging.values() for row in tables["unmapped_labels"]] == []


def test_tables_that_are_no_forms_are_known_as_such(
    staging: dict[str, dict[str, list[Record]]],
) -> None:
    kinds = Counter(row["table_kind"] for t in staging.values() for row in t["known_tables"])
    assert {kind: count for kind, count in kinds.items() if kind != "caption"} == {"unit_list": 2}


def test_narrative_files_belong_to_the_year_of_their_tables(
    staging: dict[str, dict[str, list[Record]]],
) -> None:
    documents = [tables["documents"][0] for tables in staging.values()]
    loaded = {
        (d["department_name"], d["fiscal_year"]) for d in documents if d["status"] == "loaded"
    }
    narrative = [d for d in documents if d["status"] == "no_fiscal_tables"]
    assert len(narrative) == 7
    assert {(d["department_name"], d["fiscal_year"]) for d in narrative} <= loaded
