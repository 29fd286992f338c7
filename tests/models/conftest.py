"""A small extraction for the dbt project, and a way to build it."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dagster_project.extraction import SCHEMAS
from dagster_project.history import BUILD, RUN_HISTORY

PROJECT = Path(__file__).parents[2] / "dbt"
TYPES = {pl.String: "varchar", pl.Int32: "integer", pl.Int64: "bigint",
         pl.Float64: "double", pl.Boolean: "boolean", pl.List: "integer[]"}  # fmt: skip
OTHER_TABLES = {
    "run_history": RUN_HISTORY,
    "build": BUILD,
    "repairs": {
        "line_id": "varchar",
        "printed_text": "varchar",
        "printed_yuan": "decimal(18, 2)",
        "repaired_yuan": "decimal(18, 2)",
        "evidence": "varchar",
        "cost": "double",
        "margin": "double",
    },
    "review_queue": dict.fromkeys(
        ["line_id", "printed_text", "reason", "candidates", "evidence"], "varchar"
    ),
}
Rows = Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True)
class Built:
    """What an invocation of dbt left: its exit status, its output and its database."""

    status: int
    output: str
    file: Path

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.file, read_only=True) as connection:
            return connection.execute(query).fetchall()


@dataclass(frozen=True)
class Dbt:
    """The dbt project over one database file, so that dbt parses it only once."""

    directory: Path

    def build(self, tables: Rows, *arguments: str) -> Built:
        self._file.unlink(missing_ok=True)
        _load(self._file, tables)
        return self._invoke("build", *arguments)

    def test(self, statement: str, *arguments: str) -> Built:
        """Change what was built, and look whether a test notices."""
        with duckdb.connect(self._file) as connection:
            connection.execute(statement)
        return self._invoke("test", *arguments)

    @property
    def _file(self) -> Path:
        return self.directory / "warehouse.duckdb"

    def _invoke(self, command: str, *arguments: str) -> Built:
        done = subprocess.run(
            [Path(sys.executable).parent / "dbt", command, *arguments,
             "--project-dir", PROJECT, "--profiles-dir", PROJECT,
             "--target-path", self.directory / "target", "--log-path", self.directory / "logs"],
            env={**os.environ, "BUDGET_BUILD_FILE": str(self._file)},
            capture_output=True,
            text=True,
            check=False,
        )  # fmt: skip
        return Built(done.returncode, done.stdout + done.stderr, self._file)


@pytest.fixture(scope="session")
def dbt(tmp_path_factory: pytest.TempPathFactory) -> Dbt:
    return Dbt(tmp_path_factory.mktemp("dbt"))


def _load(file: Path, tables: Rows) -> None:
    schemas = {
        table: {column: TYPES[type(kind)] for column, kind in columns.items()}
        for table, columns in SCHEMAS.items()
    }
    with duckdb.connect(file) as connection:
        connection.execute("create schema extracted")
        for table, columns in (schemas | OTHER_TABLES).items():
            declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            connection.execute(f"create table extracted.{table} ({declared})")
            marks = ", ".join("?" for _ in columns)
            for row in tables.get(table, ()):
                values = [row.get(column) for column in columns]
                connection.execute(f"insert into extracted.{table} values ({marks})", values)  # noqa: S608
