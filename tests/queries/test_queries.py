"""Every documented question has the answer that the documentation shows."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from dagster_project.settings import Settings
from tests.queries import PAGE, Query, page, queries

QUERIES = list(queries())


@pytest.fixture(scope="module")
def warehouse(raw_build: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(raw_build.warehouse), read_only=True) as connection:
        yield connection


def test_there_are_enough_to_begin_with() -> None:
    assert len(QUERIES) >= 20


@pytest.mark.parametrize("query", QUERIES, ids=[query.file.stem for query in QUERIES])
def test_it_runs_and_its_order_is_told(warehouse: duckdb.DuckDBPyConnection, query: Query) -> None:
    """Two runs of a query whose rows are not ordered may differ."""
    assert query.question_zh and query.question_en
    assert "order by" in query.sql
    assert warehouse.execute(query.sql).fetchall() == warehouse.execute(query.sql).fetchall()


def test_the_page_shows_what_they_give(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert PAGE.read_text("utf-8") == page(warehouse), "python -m tests.queries WAREHOUSE mends it"


def test_most_of_them_have_an_answer(warehouse: duckdb.DuckDBPyConnection) -> None:
    empty = [query.file.stem for query in QUERIES if not warehouse.execute(query.sql).fetchone()]
    assert len(empty) <= 3, empty
