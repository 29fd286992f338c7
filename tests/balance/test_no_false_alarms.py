"""Documents that balance, each in ways of its own, raise no finding; one wrong figure does.

`peculiar/` has what other provinces print and the project's own documents do not: revenue totals
with and without what was carried over, a column for each fund carried over, explanations (其中)
below an account, forms in 元 beside forms in 万元, accounts under several units in one table,
levels left out, accounts at the head of columns of which a form lists some only, codes of their
own level, and a department of whose units one is missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project.run import run_warehouse
from dagster_project.settings import Settings

PECULIAR = Path(__file__).parent / "peculiar"
WRONG = "wrong.md"
FEWEST = 30  # equations that each document is held to


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("peculiar")
    shutil.copytree(PECULIAR, folder / "raw")
    text = (PECULIAR / "carry_over_in_totals.md").read_text("utf-8")
    assert text.count("860.01") == 2, "本年收入小计 and 一般公共预算 of one unit"
    wrong = text.replace("甲省测试", "己省测试").replace("860.01", "870.01", 1)
    (folder / "raw" / WRONG).write_text(wrong, "utf-8")
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(folder / "raw"),
            "BUDGET_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "BUDGET_CACHE": str(folder / "cache"),
        }
    )
    assert run_warehouse(settings)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        yield connection


def test_documents_that_balance_raise_no_finding(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "select file_path, sentence_zh from marts.rpt_findings where file_path <> ?", [WRONG]
    ).fetchall()
    assert found == []


def test_each_is_held_to_equations_that_can_be_computed(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    counted = warehouse.execute(
        "select documents.file_path,"
        " count(*) filter (where checks.verdict in ('holds', 'holds_within_rounding')),"
        " count(*) filter (where checks.verdict = 'not_computable')"
        " from marts.dim_document as documents"
        " inner join quality.balance_checks as checks using (document_id) group by all"
    ).fetchall()
    assert {name for name, *_ in counted} == {file.name for file in PECULIAR.iterdir()} | {WRONG}
    assert all(holding >= FEWEST and not unknown for _, holding, unknown in counted), counted


def test_one_wrong_figure_is_found(warehouse: duckdb.DuckDBPyConnection) -> None:
    [(identities, cells)] = warehouse.execute(
        "select list(distinct checks.identity order by checks.identity), any_value(cells)"
        " from marts.rpt_findings as findings"
        " inner join quality.causes as causes on findings.finding_id = causes.cause_id"
        " inner join quality.balance_checks as checks on causes.equation_id = checks.equation_id"
        " where findings.file_path = ? group by findings.finding_id",
        [WRONG],
    ).fetchall()
    assert "revenue_with_carry_over" in identities
    assert cells.startswith("表2") and "870.01" in cells.partition(";")[0]
