from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from dagster_project.balance.corrections import (
    COLUMNS,
    CorrectionError,
    decided_repairs,
    decided_terms,
    locate,
    read_corrections,
)
from dagster_project.balance.repair import MONEY, REPAIRS, REVIEW

DOCUMENTS = pl.DataFrame({"document_id": ["d"], "file_path": ["a.pdf"]})
CELLS = pl.DataFrame(
    {
        "line_id": ["x"], "document_id": ["d"], "form_number": ["公开03表"], "page": [1],
        "row_number": [7], "column_number": [2], "printed_text": ["1, 2?4. 00"],
        "amount_yuan": [None], "tolerance_yuan": [None], "state": ["damaged"],
    },
    schema_overrides={"amount_yuan": MONEY, "tolerance_yuan": MONEY},
)  # fmt: skip
DECISION = {
    "document": "a.pdf", "form_number": "公开03表", "page": "1", "row_number": "7",
    "column_number": "2", "printed_text": "1,2?4.00", "value_yuan": "1234.00",
    "reason": "read in the paper copy", "who": "the archive", "date": "2026-01-31",
}  # fmt: skip


def written(folder: Path, *decisions: dict[str, str]) -> Path:
    file = folder / "corrections.csv"
    rows = [",".join(COLUMNS)]
    rows += [",".join(f'"{row[column]}"' for column in COLUMNS) for row in decisions]
    file.write_text("\n".join(rows), encoding="utf-8")
    return file


def test_no_file_decides_nothing(tmp_path: Path) -> None:
    assert read_corrections(tmp_path / "corrections.csv") == []
    assert locate([], DOCUMENTS, CELLS, CELLS) == {}


@pytest.mark.parametrize("document", ["a.pdf", "d"])
def test_a_decision_goes_before_repair_and_review(tmp_path: Path, document: str) -> None:
    decisions = read_corrections(written(tmp_path, DECISION | {"document": document}))
    decided = locate(decisions, DOCUMENTS, CELLS, CELLS)
    terms = decided_terms(CELLS, decided)
    assert terms["amount_yuan"].to_list() == [Decimal("1234.00")]
    assert terms["state"].to_list() == ["amount"]
    queue = pl.DataFrame([{"line_id": "x"}, {"line_id": "y"}], schema=REVIEW)
    automatic = pl.DataFrame([{"line_id": "x"}], schema=REPAIRS)
    repairs, review = decided_repairs(automatic, queue, CELLS, CELLS, decided)
    (row,) = repairs.to_dicts()
    assert row["repaired_yuan"] == Decimal("1234.00")
    assert row["evidence"] == "decided by the archive on 2026-01-31: read in the paper copy"
    assert review["line_id"].to_list() == ["y"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"document": "b.pdf"}, "no such document"),
        ({"row_number": "8"}, "no such cell"),
        ({"printed_text": "1,204.00"}, "the cell prints '1, 2\\?4. 00'"),
    ],
)
def test_a_decision_that_does_not_match_stops_the_run(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    decisions = read_corrections(written(tmp_path, DECISION | change))
    with pytest.raises(CorrectionError, match=message):
        locate(decisions, DOCUMENTS, CELLS, CELLS)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value_yuan": "1,234"}, "no amount"),
        ({"value_yuan": "12.345"}, "no amount"),
        ({"reason": " "}, "needs its reason"),
        ({"page": "one"}, "are numbers"),
    ],
)
def test_a_decision_must_be_understood(
    tmp_path: Path, change: dict[str, str], message: str
) -> None:
    with pytest.raises(CorrectionError, match=message):
        read_corrections(written(tmp_path, DECISION | change))


def test_a_cell_is_decided_once(tmp_path: Path) -> None:
    decisions = read_corrections(written(tmp_path, DECISION, DECISION))
    with pytest.raises(CorrectionError, match="line 2 decides it too"):
        locate(decisions, DOCUMENTS, CELLS, CELLS)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    file = tmp_path / "corrections.csv"
    file.write_text("document,page\n", encoding="utf-8")
    with pytest.raises(CorrectionError, match="no column column_number, date"):
        read_corrections(file)
