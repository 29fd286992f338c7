"""Repair of the scanned documents that people read by hand, against what they wrote down.

They stand beside the project and not in it; without them these tests are skipped.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from dagster_project.run import run_warehouse
from dagster_project.settings import Settings

SHARED = Path(__file__).parents[3] / "shared"
SEED, TRUTH = SHARED / "documents" / "seed", SHARED / "truth"
FILE = "001"
CODED = {"function", "economic"}
Place = tuple[int, str | None, str]

pytestmark = pytest.mark.skipif(not TRUTH.is_dir(), reason="the documents read by hand are absent")

_REPAIRS = """
select
    lines.row_number,
    lines.form_number,
    case lines.function_code when 'all' then lines.economic_code else lines.function_code end,
    repairs.repaired_yuan,
from quality.repairs as repairs
inner join marts.fct_budget_line as lines on repairs.line_id = lines.line_id
inner join marts.dim_document as documents on lines.document_id = documents.document_id
where documents.file_path like '001%'
"""


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("seed_repairs")
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(SEED),
            "BUDGET_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "BUDGET_CACHE": str(folder / "cache"),
        }
    )
    assert run_warehouse(settings)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        yield connection


def truth(*confidence: str) -> list[tuple[Place, Decimal]]:
    """The amounts of the scanned account, each with its line, form and code."""
    with (TRUTH / "forms.csv").open(encoding="utf-8", newline="") as file:
        numbers = {(row["file"], row["form"]): row["form_number_printed"] or None
                   for row in csv.DictReader(file)}  # fmt: skip
    with (TRUTH / "cells.csv").open(encoding="utf-8", newline="") as file:
        return [
            (
                (
                    int(row["line"]),
                    numbers[row["file"], row["form"]],
                    (row["account_kind"] in CODED and row["account_code"]) or "all",
                ),
                Decimal(row["value_yuan"]),
            )
            for row in csv.DictReader(file)
            if row["file"] == FILE and row["value_yuan"] and row["confidence"] in confidence
        ]


def repaired(connection: duckdb.DuckDBPyConnection) -> list[tuple[Place, Decimal]]:
    return [((line, form, code), yuan) for line, form, code, yuan in
            connection.execute(_REPAIRS).fetchall()]  # fmt: skip


def test_lost_and_cut_amounts_are_recovered(warehouse: duckdb.DuckDBPyConnection) -> None:
    wanted = Counter(truth("repaired"))
    recovered = wanted & Counter(repaired(warehouse))
    assert recovered.total() >= 0.95 * wanted.total()


def test_no_repair_is_wrong(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert set(repaired(warehouse)) <= set(truth("repaired", "exact"))


def test_every_finding_is_the_publishers_own(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute("select abs(difference_yuan) from marts.rpt_findings").fetchall()
    assert {yuan for (yuan,) in found} <= {
        Decimal("8892.00"), Decimal("350000.00"), Decimal("349306.00"),
    }  # fmt: skip
    assert {yuan for (yuan,) in found} >= {Decimal("8892.00"), Decimal("350000.00")}


def test_equations_are_many(warehouse: duckdb.DuckDBPyConnection) -> None:
    (count,) = warehouse.execute("select count(*) from quality.balance_checks").fetchone() or (0,)
    assert count >= 1150
