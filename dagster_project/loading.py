"""The build file: Parquet into the schema `extracted`, frames out of the models.

Here: the few statements that move whole tables between Python and the file under construction.
What the tables mean is dbt's business. DuckDB and polars exchange Parquet, because handing frames
over in memory would need one more package.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import polars as pl

_SCHEMA = "extracted"

RUN_HISTORY = {
    "run_id": "varchar",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "documents": "integer",
    "documents_read": "integer",
    "documents_cached": "integer",
    "manifest_hash": "varchar",
    "extractor_version": "varchar",
    "catalogue_hash": "varchar",
    "dbt_project_hash": "varchar",
}


@dataclass(frozen=True)
class Run:
    """One row of the run history, as far as it is known while the run is under way."""

    run_id: str
    started_at: datetime
    documents: int
    documents_read: int
    documents_cached: int
    manifest_hash: str
    extractor_version: str
    catalogue_hash: str
    dbt_project_hash: str


def now() -> datetime:
    """The time in UTC as the warehouse keeps it, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


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


def read_table(build: Path, table: str) -> pl.DataFrame:
    """All rows of a table, given with its schema."""
    with duckdb.connect(build, read_only=True) as connection:
        return pl.DataFrame(connection.table(table))


def load_run_history(build: Path, published: Path, run: Run) -> int:
    """Create `extracted.run_history`: the runs the published warehouse knows, and this one.

    Returns:
        The number of runs known.

    Raises:
        duckdb.Error: the published warehouse cannot be read, and with it the history would go.
    """
    name = f"{_SCHEMA}.run_history"
    columns = ", ".join(f"{column} {kind}" for column, kind in RUN_HISTORY.items())
    with duckdb.connect(build) as connection:
        connection.execute(f"create schema if not exists {_SCHEMA}")
        connection.execute(f"create or replace table {name} ({columns})")
        if published.exists():
            _copy_history(connection, published, name)
        given = {column: getattr(run, column, None) for column in RUN_HISTORY}
        marks = ", ".join("?" for _ in given)
        connection.execute(f"insert into {name} values ({marks})", list(given.values()))  # noqa: S608
        return _count(connection, name)


def finish_run(build: Path, run_id: str) -> None:
    """Note in the finished build when its run ended."""
    with duckdb.connect(build) as connection:
        for schema in (_SCHEMA, "quality"):
            connection.execute(
                f"update {schema}.run_history set finished_at = ? where run_id = ?",  # noqa: S608
                [now(), run_id],
            )


def _copy_history(connection: duckdb.DuckDBPyConnection, published: Path, name: str) -> None:
    """Copy the columns that the published history has; an older one may lack some."""
    connection.execute(f"attach {_literal(str(published))} as published (read_only)")
    found = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'published'"
        " and schema_name = 'quality' and table_name = 'run_history'"
    ).fetchall()
    common = ", ".join(column for (column,) in found if column in RUN_HISTORY)
    if common:
        connection.execute(
            f"insert into {name} by name"  # noqa: S608
            f" select {common} from published.quality.run_history order by started_at"
        )
    connection.execute("detach published")


def _literal(text: str) -> str:
    """A string literal, for the one statement that takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


def _count(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    row = connection.execute(f"select count(*) from {name}").fetchone()  # noqa: S608
    return int(row[0]) if row else 0
