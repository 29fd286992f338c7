"""The rows that the explorer shows, as Parquet files small enough to be fetched when needed.

Here: which file a row goes into. ``tables/NAME.sql`` says which rows there are; a table is one file
``data/NAME.parquet``, or one file per department or document, ``data/NAME/KEY.parquet``. Money is
in whole fen (``…_fen``, 64-bit), because a browser's numbers cannot hold yuan exactly.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

from dagster_project.explorer.pages import PageImage
from dagster_project.explorer.places import find_places

_TABLES = Path(__file__).parent / "tables"

# `line` and `equation` first: `term` names their rows by their places in the files.
_BY_DOCUMENT = ("line", "equation", "term")
# What only joins tables here: the place in the file, and keys that the program has no use for.
_LEFT_OUT = {"line": ["line_number"], "equation": ["equation_id", "equation_number"]}
_BY_DEPARTMENT = (
    "fct_expenditure_by_function",
    "fct_expenditure_by_economic",
    "fct_revenue",
    "fct_three_public",
    "fct_project",
    "fct_project_rating",
    "rpt_projects",
    "fct_performance_indicator",
    "fct_policy_basis",
)
_ORDER = {
    "line": "document_id, line_number",
    "equation": "document_id, equation_number",
    "term": "document_id, equation_number, side, line_number",
}
_WHOLE = (
    "dim_document",
    "dim_department",
    "dim_fund",
    "dim_form",
    "form_coverage",
    "classification",
    "account_use",
    "project",
    "rpt_expenditure_by_class",
    "rpt_three_public_over_years",
    "rpt_findings",
    "suspects",
    "doubt",
)
_COPY = """
copy (from read_parquet('{}')) to '{}'
(format parquet, compression zstd, compression_level 19)
"""


def write_shards(connection: duckdb.DuckDBPyConnection, data: Path, pages: list[PageImage]) -> int:
    """Write the rows of the warehouse, and an index of the files, in place of what is there.

    Args:
        connection: to a published warehouse.
        data: the directory to write.
        pages: the images that were made, of which the sizes are told.

    Returns:
        How many files were written.
    """
    shutil.rmtree(data, ignore_errors=True)
    index: dict[str, list[str]] = {}
    for name, key, rows in _tables(connection, pages):
        if key is None:
            _write(rows, data / f"{name}.parquet")
            index[name] = []
        else:
            parts = rows.partition_by(key, as_dict=True, maintain_order=True)
            for (value,), part in parts.items():
                _write(part.drop(key), data / name / f"{value}.parquet")
            index[name] = sorted(str(value) for (value,) in parts)
    content = {"version": _fingerprint(data), "shards": index}
    (data / "index.json").write_text(json.dumps(content), "utf-8")
    return sum(max(len(keys), 1) for keys in index.values())


def _tables(
    connection: duckdb.DuckDBPyConnection, pages: list[PageImage]
) -> Iterator[tuple[str, str | None, pl.DataFrame]]:
    """Each table with the column that names its file, if it is not one file."""
    for name in _BY_DOCUMENT:
        connection.execute(f'create temp table "{name}" as {_query(name)}')
        rows = pl.DataFrame(connection.table(name).order(_ORDER[name]))
        if name == "line":
            source = find_places(connection, {page.document_id for page in pages})
            rows = rows.join(source.places, on="line_id", how="left", maintain_order="left")
            yield "cell", "document_id", source.cells
        yield name, "document_id", rows.drop(_LEFT_OUT.get(name, []))
    for name in _BY_DEPARTMENT:
        yield name, "department_id", pl.DataFrame(connection.sql(_query(name)))
    for name in _WHOLE:
        yield name, None, pl.DataFrame(connection.sql(_query(name)))
    yield (
        "page",
        None,
        pl.DataFrame(
            [(page.document_id, page.page, page.width, page.height) for page in pages],
            schema={
                "document_id": pl.String,
                "page": pl.Int32,
                "width": pl.Float32,
                "height": pl.Float32,
            },
            orient="row",
        ),
    )


def _query(name: str) -> str:
    return (_TABLES / f"{name}.sql").read_text("utf-8")


def _write(rows: pl.DataFrame, target: Path) -> None:
    """One small file, of which every byte counts: DuckDB's are a tenth smaller than Polars's."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".draft")
    rows.write_parquet(draft, compression="uncompressed")
    duckdb.execute(_COPY.format(draft, target))
    draft.unlink()


def _fingerprint(data: Path) -> str:
    """What changes whenever a file does, so that a browser never mixes two builds."""
    digest = hashlib.sha256()
    for path in sorted(data.rglob("*.parquet")):
        digest.update(path.relative_to(data).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
