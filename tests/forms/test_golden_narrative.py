"""Every figure of the prose of seven documents, compared with what a person read there.

The documents stand beside the project and not in it; without them these tests are skipped.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import read

ROOT = Path(__file__).parents[2]
CATALOGUE = catalogue.load(ROOT / "dbt" / "seeds")
SHARED = ROOT.parent / "shared" / "documents"
GOLDEN = Path(__file__).with_name("golden_narrative.csv")
FIELDS = (
    "page", "row_number", "item", "fiscal_year", "phase", "measure", "direction",
    "compared_with", "share_of", "number_text", "unit",
)  # fmt: skip

with GOLDEN.open(encoding="utf-8", newline="") as _file:
    EXPECTED = list(csv.DictReader(_file))


@pytest.mark.skipif(not SHARED.is_dir(), reason="the published documents are absent")
@pytest.mark.parametrize("file", sorted({row["file"] for row in EXPECTED}))
def test_the_prose_says_what_a_person_read(file: str) -> None:
    _, staging = recognise(read(SHARED / file), "0" * 16, CATALOGUE, {"file_name": file})
    found = [
        tuple("" if row[name] is None else str(row[name]) for name in FIELDS)
        for row in staging.tables.get("narrative_amounts", [])
    ]
    wanted = [tuple(row[name] for name in FIELDS) for row in EXPECTED if row["file"] == file]
    assert sorted(set(wanted) - set(found)) == []
    assert sorted(set(found) - set(wanted)) == []
    assert len(found) == len(wanted)
