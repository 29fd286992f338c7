"""Readers and recognition that take a line of text for an amount: what assets are tested with.

A module of its own, because worker processes import what they are sent by name.
"""

import os
import signal
from pathlib import Path

import polars as pl

from dagster_project import extraction
from dagster_project.balance.repair import REPAIRS, REVIEW
from dagster_project.extraction import DocumentEntry, FormsSummary, TablesSummary
from dagster_project.resources import Domain


def extract_tables(raw: Path, entry: DocumentEntry, target: Path) -> TablesSummary:
    """Every line of the file is a row; some words make the worker fail in a certain way."""
    text = (raw / entry.file_path).read_text("utf-8")
    if "raise" in text:
        raise ValueError("no such page")
    if "die" in text:
        os._exit(9)
    if "killed" in text:
        os.kill(os.getpid(), signal.SIGKILL)
    pl.DataFrame({"line": text.splitlines()}, schema={"line": pl.String}).write_parquet(target)
    return TablesSummary(pages=1, grids=1, error=None)


def extract_forms(tables: Path, entry: DocumentEntry, seeds: Path, target: Path) -> FormsSummary:
    """`identifier amount` becomes an amount of one form."""
    lines = [line.split() for line in pl.read_parquet(tables)["line"]]
    rows: dict[str, list[dict[str, object]]] = {
        "documents": [
            {
                "document_id": entry.document_id,
                "file_path": entry.file_path,
                "sha256": entry.sha256,
                "bytes": entry.size,
                "status": "loaded",
            }
        ],
        "forms": [
            {
                "document_id": entry.document_id,
                "form_number": "公开01表",
                "title": "收入支出决算总表",
                "declared": True,
                "found": True,
            }
        ],
        "lines": [
            {
                "document_id": entry.document_id,
                "line_id": identifier,
                "form": "final_account_revenue_and_expenditure",
                "form_number": "公开01表",
                "state": "amount",
                "number_text": amount,
            }
            for identifier, amount in lines
        ],
    }
    for name, schema in extraction.SCHEMAS.items():
        frame = pl.DataFrame(rows.get(name, []), schema=pl.Schema(schema))
        frame.write_parquet(target / f"{name}.parquet")
    return FormsSummary(
        status="loaded",
        status_reason=None,
        forms_found=1,
        forms_declared=1,
        amounts=len(lines),
        unrecognised=0,
    )


def repair(lines: pl.DataFrame, terms: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Nothing to repair."""
    return pl.DataFrame(schema=REPAIRS), pl.DataFrame(schema=REVIEW)


def domain() -> Domain:
    """The fakes in the place of the domain; files are registered as they really are."""
    return Domain(
        reader_version="fake",
        recognition_version="fake",
        schemas=extraction.SCHEMAS,
        register=extraction.register,
        extract_tables=extract_tables,
        extract_forms=extract_forms,
        repair=repair,
    )
