"""Rows of many small files in one table."""

from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project import loading


def test_many_files_are_loaded_in_parts_in_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "_FILES_OF_A_PART", 2)
    files = [tmp_path / f"{number}.parquet" for number in range(5)]
    for number, file in enumerate(files):
        names = pl.Series("name", [f"a{number}", None][: number % 3], dtype=pl.String)
        numbers = pl.Series("number", [number] * len(names), dtype=pl.Int64)
        pl.DataFrame([names, numbers]).write_parquet(file)
    build = tmp_path / "build.duckdb"
    assert loading.load_parquet(build, {"rows": files}) == {"rows": 4}
    with duckdb.connect(build) as connection:
        rows = connection.execute("from extracted.rows").fetchall()
    assert rows == [("a1", 1), ("a2", 2), (None, 2), ("a4", 4)]
