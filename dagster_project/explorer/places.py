"""Where a figure stands in a document that has no page to show: its table, row and column.

Here: bringing figures and cells together for spreadsheets, web pages and texts, whose tables are
shown in place of an image.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import polars as pl

from dagster_project.explanation.reading import figures_by_cell

Row = dict[str, Any]

_FIGURES = """
select
    line_id, left(document_id, 16) as document_id, form_id, printed_text, page, row_number,
    column_number, x0, y0
from intermediate.int_lines_repaired
union all
select
    project_amount_id as line_id, left(document_id, 16) as document_id, form_id, printed_text,
    page, row_number, column_number, x0, y0
from intermediate.int_project_amounts_repaired
union all
select
    ratings.project_rating_id as line_id, ratings.document_id, projects.form_id,
    ratings.printed_text, ratings.page, ratings.row_number, ratings.column_number, ratings.x0,
    ratings.y0
from marts.fct_project_rating as ratings
inner join (
    select distinct project_id, form_id from intermediate.int_project_amounts_repaired
) as projects using (project_id)
"""

_SHOWN_CELLS = """
from extracted.table_cells
where kind <> 'grid'
order by block, "row", "column"
"""

_PLACES = {
    "line_id": pl.String,
    "block": pl.Int32,
    "grid_row": pl.Int32,
    "grid_column": pl.Int32,
}
_CELLS = {
    "document_id": pl.String,
    "kind": pl.String,
    "block": pl.Int32,
    "row": pl.Int32,
    "column": pl.Int32,
    "row_span": pl.Int32,
    "column_span": pl.Int32,
    "text": pl.String,
}


@dataclass(frozen=True)
class Source:
    """Tables and paragraphs that figures stand in, and the cell of each figure.

    Attributes:
        places: line_id → block, grid_row, grid_column; a figure in prose has a block only.
        cells: the cells of these tables, and these paragraphs as cells of kind ``paragraph``.
    """

    places: pl.DataFrame
    cells: pl.DataFrame


def find_places(connection: duckdb.DuckDBPyConnection, shown: Iterable[str]) -> Source:
    """The source of every figure whose document is not among those shown as images."""
    figures = _by_document(connection, _FIGURES)
    cells = _by_document(connection, _SHOWN_CELLS)
    forms = _by_document(connection, "from extracted.forms order by ordinal")
    places: list[Row] = []
    kept: list[Row] = []
    for document_id in sorted(figures.keys() - set(shown)):
        own = list(_places(cells[document_id], forms[document_id], figures[document_id]))
        blocks = {place["block"] for place in own}
        places += own
        kept += [cell for cell in cells[document_id] if cell["block"] in blocks]
    return Source(
        pl.DataFrame(places, schema=_PLACES),
        pl.DataFrame([{name: cell[name] for name in _CELLS} for cell in kept], schema=_CELLS),
    )


def _places(cells: list[Row], forms: list[Row], figures: list[Row]) -> Iterable[Row]:
    found = set()
    for (block, row, column), facts in figures_by_cell(cells, forms, figures).items():
        for fact in facts:
            found.add(fact["line_id"])
            yield {
                "line_id": fact["line_id"],
                "block": block,
                "grid_row": row,
                "grid_column": column,
            }
    prose = {
        (cell["page"], cell["row_number"]): cell["block"]
        for cell in cells
        if cell["kind"] == "paragraph"
    }
    for figure in figures:
        paragraph = prose.get((figure["page"], figure["row_number"]))
        if figure["line_id"] not in found and paragraph is not None:
            yield {"line_id": figure["line_id"], "block": paragraph}


def _by_document(connection: duckdb.DuckDBPyConnection, query: str) -> defaultdict[str, list[Row]]:
    rows: defaultdict[str, list[Row]] = defaultdict(list)
    for row in pl.DataFrame(connection.sql(query)).iter_rows(named=True):
        rows[row["document_id"]].append(row)
    return rows
