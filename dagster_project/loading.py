"""The build file: Parquet into the schema `extracted`, frames out of the models.

Here: the few statements that move whole tables between Python and the file under construction.
What the tables mean is dbt's business. DuckDB and polars exchange Parquet, because handing frames
over in memory would need one more package.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl

from dagster_project.warehouse import Warehouse

_SCHEMA = "extracted"
_DOCUMENTS = "select document_id from marts.dim_document"


def load_parquet(build: Path, tables: Mapping[str, Sequence[Path]]) -> dict[str, int]:
    """Create each table of `extracted` from its Parquet files, replacing it.

    Returns:
        The number of rows of each table.
    """
    rows = {}
    with duckdb.connect(build) as connection:
        connection.execute(f"create schema if not exists {_SCHEMA}")
        for table, files in tables.items():
            name = f'{_SCHEMA}."{table}"'
            connection.execute(
                f"create or replace table {name} as from read_parquet(?)",
                [[str(file) for file in files]],
            )
            rows[table] = _count(connection, name)
    return rows


def load_frames(build: Path, frames: Mapping[str, pl.DataFrame]) -> dict[str, int]:
    """Create each table of `extracted` from a frame, replacing it; see `load_parquet`."""
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for table, frame in frames.items():
            files[table] = [Path(directory) / f"{table}.parquet"]
            frame.write_parquet(files[table][0])
        return load_parquet(build, files)


def read_rows(build: Path, query: str, **parameters: object) -> pl.DataFrame:
    """The rows of a query, with its named parameters."""
    with duckdb.connect(build, read_only=True) as connection:
        return pl.DataFrame(connection.sql(query, params=parameters))


def count_rows(build: Path) -> dict[str, int]:
    """Rows of every table of the build, by `schema.table`; none if it cannot be opened."""
    try:
        with duckdb.connect(build, read_only=True) as connection:
            rows = connection.execute(
                "select schema_name || '.' || table_name, estimated_size from duckdb_tables()"
            ).fetchall()
    except duckdb.Error:
        return {}
    return dict(rows)


def published_documents(warehouse: Warehouse) -> set[str]:
    """The documents that the published warehouse knows; none if there is no such warehouse."""
    try:
        with warehouse.connect() as connection:
            return {row[0] for row in connection.execute(_DOCUMENTS).fetchall()}
    except duckdb.Error:
        return set()


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"select count(*) from {name}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
