"""The published tables as files, for programs that do not open DuckDB.

One directory, written whole or not at all:

- `<schema>/<table>.parquet` and `.csv` for every table of marts and quality;
- `budget.xlsx`, one sheet for each fact and report, for spreadsheets;
- `datapackage.json` (Data Package v1 with the column types of the Fiscal Data Package) and
  `croissant.json` (Croissant 1.0), generated from the models' own descriptions;
- `SHA256SUMS` over all of them.

Here: the order of things and the swap. Formats are in `tables`, `workbook` and `metadata`.
"""

import datetime
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from dagster_project.exports import checksums
from dagster_project.exports.metadata import croissant, datapackage
from dagster_project.exports.tables import described, write_csv, write_parquet
from dagster_project.exports.workbook import write_workbook

WORKBOOK = "budget.xlsx"


class NotAnExportError(RuntimeError):
    """The directory holds something that no export wrote; it is left alone."""


def export_tables(
    connection: duckdb.DuckDBPyConnection, directory: Path
) -> Iterator[tuple[str, int]]:
    """Write the published warehouse as files; an export that is there is replaced.

    Args:
        connection: to the published warehouse.
        directory: where the export will stand. It is written beside it and moved there when whole.

    Yields:
        Each file with its number of rows, once it is written.

    Raises:
        NotAnExportError: the directory is there, and is not an earlier export.
    """
    if directory.exists() and not _replaceable(directory):
        raise NotAnExportError(f"{directory} holds other files; give a directory of its own")
    building = directory.with_name(f".{directory.name}.next")
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(parents=True)
    tables = described(connection)
    for table in tables:
        write_parquet(connection, table, building)
        write_csv(connection, table, building)
        yield table.name, table.rows
    sheets = [table for table in tables if table.is_for_spreadsheets]
    yield WORKBOOK, write_workbook(connection, sheets, building / WORKBOOK)
    _write_json(building / "datapackage.json", datapackage(tables, building))
    _write_json(building / "croissant.json", croissant(tables, building, _built(connection)))
    checksums.write_checksums(building)
    shutil.rmtree(directory, ignore_errors=True)
    building.rename(directory)


def _built(connection: duckdb.DuckDBPyConnection) -> datetime.date:
    """The day of the run that built the warehouse."""
    row = connection.execute("select max(finished_at) from quality.run_history").fetchone()
    if not row or not row[0]:
        return datetime.date.today()
    return row[0].date()


def _replaceable(directory: Path) -> bool:
    return directory.is_dir() and (
        (directory / checksums.FILE).is_file() or not any(directory.iterdir())
    )


def _write_json(file: Path, value: dict[str, object]) -> None:
    file.write_text(json.dumps(value, ensure_ascii=False, indent=2) + "\n", "utf-8")
