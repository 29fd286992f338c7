"""Every documented question has the answer that the documentation shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dagster_project.explorer.queries import answer
from dagster_project.settings import Settings
from tests.queries import PAGE, files, page

FILES = files()


@pytest.fixture(scope="module")
def warehouse(raw_build: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(raw_build.warehouse), read_only=True) as connection:
        yield connection


def test_there_are_enough_to_begin_with() -> None:
    assert len(FILES) >= 20


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_it_runs_and_its_order_is_told(warehouse: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Two runs of a query whose rows are not ordered may differ."""
    query = answer(warehouse, file)
    assert query.error is None
    assert file.stem not in (query.question_zh, query.question_en)
    assert "order by" in query.sql
    assert answer(warehouse, file) == query


def test_the_page_shows_what_they_give(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert PAGE.read_text("utf-8") == page(warehouse), "python -m tests.queries WAREHOUSE mends it"


def test_a_table_becomes_a_frame_as_the_page_says(raw_build: Settings) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    said: dict[str, Any] = {}
    exec(code.replace("warehouse.duckdb", str(raw_build.warehouse)), said)  # noqa: S102
    with said["connection"]:
        assert said["frame"].schema["amount_yuan"] == pl.Decimal(18, 2)
        assert len(said["frame"]) > 0


def test_most_of_them_have_an_answer(warehouse: duckdb.DuckDBPyConnection) -> None:
    empty = [file.stem for file in FILES if not answer(warehouse, file).rows]
    assert len(empty) <= 3, empty
