"""What libraries for data write around a table that has no names: numbers from 0 on its sides.

Here: taking them off. What they write into empty cells is taken off with other filler (``glyphs``).
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from dagster_project.readers.document import Document, Grid

_FEWEST_COLUMNS = 2


def without_counts(document: Document) -> Document:
    """The document, its grids without a first row that counts the columns from 0.

    Above a column that counts the rows it is blank, and that column goes, too. Cells keep the line
    and the field that they stand in.
    """
    blocks = tuple(_bare(block) if isinstance(block, Grid) else block for block in document.blocks)
    return document if blocks == document.blocks else replace(document, blocks=blocks)


def _bare(grid: Grid) -> Grid:
    counted = [cell for cell in grid.cells if cell.row == 0]
    first = grid.column_count - len(counted)
    counts = {(cell.column, cell.text) for cell in counted}
    if len(counted) < _FEWEST_COLUMNS or first > 1:
        return grid
    if counts != {(number + first, str(number)) for number in range(len(counted))}:
        return grid
    index = [cell.text for cell in grid.cells if cell.row and not cell.column] if first else []
    is_indexed = bool(first) and len(index) == grid.row_count - 1 and _rises(index)
    return replace(
        grid,
        cells=tuple(
            replace(cell, row=cell.row - 1, column=cell.column - is_indexed)
            for cell in grid.cells
            if cell.row and cell.column >= is_indexed
        ),
        row_count=grid.row_count - 1,
        column_count=grid.column_count - is_indexed,
        row_lengths=tuple(length - is_indexed for length in grid.row_lengths[1:]),
    )


def _rises(texts: list[str]) -> bool:
    """Whether texts are numbers, each greater than the one before."""
    if not all(text.isdecimal() for text in texts):
        return False
    return all(int(one) < int(other) for one, other in pairwise(texts))
