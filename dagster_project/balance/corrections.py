"""A person's decisions about printed figures, which go before every automatic repair.

A decision names the cell and what is printed in it, and stops the run when the cell is not there or
prints something else: a decision about another reading of the document decides nothing.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from dagster_project.balance.repair import MONEY, REPAIRS

COLUMNS = (
    "document", "form_number", "page", "row_number", "column_number", "printed_text", "value_yuan",
    "reason", "who", "date",
)  # fmt: skip
FILE_ID = 16  # letters of a file's id; that of a further body's part of it has a number behind it
_CELL = ("document_id", "form_number", "page", "row_number", "column_number", "printed_text")
_YUAN = re.compile(r"-?\d{1,16}(\.\d{1,2})?")


class CorrectionError(ValueError):
    """A decision does not match what was read; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One decision: what the cell at this place of this document says.

    Attributes:
        document: its file path below the raw directory, or its document_id.
        printed_text: the text of the cell as it is read, without regard to spaces.
    """

    line: int
    document: str
    form_number: str
    page: int
    row_number: int
    column_number: int
    printed_text: str
    value_yuan: Decimal
    reason: str
    who: str
    date: str


def read_corrections(file: Path) -> list[Correction]:
    """The decisions of a CSV file; none where there is no file.

    Raises:
        CorrectionError: a column is missing, or a row cannot be understood.
    """
    if not file.is_file():
        return []
    with file.open(encoding="utf-8-sig", newline="") as handle:
        rows = csv.DictReader(handle)
        missing = set(COLUMNS) - set(rows.fieldnames or ())
        if missing:
            raise CorrectionError(f"{file.name} has no column {', '.join(sorted(missing))}")
        return [_correction(file.name, number, row) for number, row in enumerate(rows, start=2)]


def _correction(name: str, line: int, row: dict[str, str]) -> Correction:
    value = (row["value_yuan"] or "").strip()
    if not _YUAN.fullmatch(value):
        raise CorrectionError(f"{name}, line {line}: {value!r} is no amount in 元 and 分")
    if not (row["reason"] or "").strip() or not (row["who"] or "").strip():
        raise CorrectionError(f"{name}, line {line}: a decision needs its reason and who made it")
    try:
        page, at_row, column = (int(row[x]) for x in ("page", "row_number", "column_number"))
    except ValueError as error:
        raise CorrectionError(f"{name}, line {line}: page, row and column are numbers") from error
    return Correction(
        line, row["document"].strip(), row["form_number"].strip(), page, at_row, column,
        row["printed_text"] or "", Decimal(value), row["reason"], row["who"], row["date"],
    )  # fmt: skip


def locate(
    corrections: Iterable[Correction],
    documents: pl.DataFrame,
    lines: pl.DataFrame,
    terms: pl.DataFrame,
) -> dict[str, Correction]:
    """The cell that each decision is about, by its line_id.

    Args:
        corrections: the decisions.
        documents: one row per document with ``document_id`` and ``file_path``.
        lines: one row per amount cell with ``line_id`` and its place and print.
        terms: the same of the terms of equations, among them amounts of projects.

    Raises:
        CorrectionError: a decision matches no cell, or more than one, or one decided already.
    """
    decisions = list(corrections)
    if not decisions:
        return {}
    known = {row["document_id"]: row["document_id"] for row in documents.to_dicts()}
    known |= {row["file_path"]: row["document_id"] for row in documents.to_dicts()}
    cells = pl.concat([frame.select("line_id", *_CELL) for frame in (lines, terms)]).unique()
    cells = cells.with_columns(pl.col("document_id").str.head(FILE_ID))
    found: dict[str, Correction] = {}
    for decision in decisions:
        line_id = _cell(decision, known, cells)
        if line_id in found:
            raise CorrectionError(f"{_named(decision)}: line {found[line_id].line} decides it too")
        found[line_id] = decision
    return found


def _cell(decision: Correction, known: dict[str, str], cells: pl.DataFrame) -> str:
    document_id = known.get(decision.document)
    if document_id is None:
        raise CorrectionError(f"{_named(decision)}: there is no such document")
    there = cells.filter(
        (pl.col("document_id") == document_id)
        & (pl.col("form_number").fill_null("") == decision.form_number)
        & (pl.col("page") == decision.page)
        & (pl.col("row_number") == decision.row_number)
        & (pl.col("column_number") == decision.column_number)
    )
    if there.is_empty():
        raise CorrectionError(f"{_named(decision)}: there is no such cell")
    wanted = _bare(decision.printed_text)
    matching = [
        row["line_id"] for row in there.to_dicts() if _bare(row["printed_text"] or "") == wanted
    ]
    if not matching:
        seen = " or ".join(repr(text) for text in there["printed_text"].to_list())
        raise CorrectionError(
            f"{_named(decision)}: the cell prints {seen}, not {decision.printed_text!r}"
        )
    if len(matching) > 1:
        raise CorrectionError(f"{_named(decision)}: {len(matching)} amounts stand in the cell")
    return str(matching[0])


def decided_terms(terms: pl.DataFrame, decided: dict[str, Correction]) -> pl.DataFrame:
    """The terms with the decided amounts in them, so that repair builds on them."""
    if not decided:
        return terms
    values = pl.DataFrame(
        {"line_id": list(decided), "decided": [one.value_yuan for one in decided.values()]},
        schema={"line_id": pl.String(), "decided": MONEY},
    )
    is_decided = pl.col("decided").is_not_null()
    return (
        terms.join(values, on="line_id", how="left", maintain_order="left")
        .with_columns(
            amount_yuan=pl.coalesce("decided", "amount_yuan"),
            tolerance_yuan=pl.when(is_decided).then(pl.lit(Decimal(0), MONEY)).otherwise(
                pl.col("tolerance_yuan")
            ),
            state=pl.when(is_decided).then(pl.lit("amount")).otherwise(pl.col("state")),
        )
        .drop("decided")
    )  # fmt: skip


def decided_repairs(
    repairs: pl.DataFrame, review: pl.DataFrame, lines: pl.DataFrame, terms: pl.DataFrame,
    decided: dict[str, Correction],
) -> tuple[pl.DataFrame, pl.DataFrame]:  # fmt: skip
    """Repairs and review queue with the decisions in the place of anything automatic."""
    if not decided:
        return repairs, review
    prints = {
        row["line_id"]: row
        for frame in (lines, terms)
        for row in frame.filter(pl.col("line_id").is_in(list(decided))).to_dicts()
    }
    rows = [
        {
            "line_id": line_id,
            "printed_text": prints[line_id]["printed_text"],
            "printed_yuan": prints[line_id]["amount_yuan"],
            "repaired_yuan": one.value_yuan,
            "evidence": f"decided by {one.who} on {one.date}: {one.reason}",
            "cost": None,
            "margin": None,
        }
        for line_id, one in decided.items()
    ]
    others = ~pl.col("line_id").is_in(list(decided))
    return (
        pl.concat([repairs.filter(others), pl.DataFrame(rows, schema=REPAIRS)]),
        review.filter(others),
    )


def _named(decision: Correction) -> str:
    return (
        f"corrections.csv, line {decision.line}: {decision.document}, {decision.form_number}, page "
        f"{decision.page}, row {decision.row_number}, column {decision.column_number}"
    )


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)
