"""Merged cells of a project's form whose text a converter wrote into every cell that they cover.

Here: making one cell of them again, so that a name or a figure is read once. Statutory forms need
it not: there what stands above each column is what the column means.
"""

from __future__ import annotations

from dataclasses import replace

from dagster_project.forms.headers import has_words
from dagster_project.readers.document import Cell, Grid


def without_repeats(grid: Grid, *, goes_on: bool) -> Grid:
    """The grid with what its rows repeat in the next cells as one cell over all of these.

    A converter that does so writes the words of a value over many cells; then words that stand
    twice side by side are of one cell, too. Two figures may be equal: they are of one only below
    words that are of one, or where no words stand above, in a grid that does not go on with
    another. A grid with spans, or with cells that have a place on a page, says itself what is
    merged.
    """
    if any(cell.box or cell.row_span > 1 or cell.column_span > 1 for cell in grid.cells):
        return grid
    written = sorted(grid.cells, key=lambda one: (one.row, one.column))
    if not any(
        _is_beside(one, other) and _is_beside(other, third) and has_words(one.text)
        for one, other, third in zip(written, written[1:], written[2:], strict=False)
    ):
        return grid
    cells: list[Cell] = []
    above: dict[int, Cell] = {}  # column → the words nearest above it
    own: dict[int, Cell] = {}  # column → the words of its row
    for cell in written:
        last = cells[-1] if cells else None
        if last and last.row < cell.row:
            above |= own
            own = {}
        headings = [above.get(column) for column in (cell.column - 1, cell.column)]
        is_headed = headings[0] is headings[1] and (headings[0] is not None or not goes_on)
        if last and _is_beside(last, cell) and (has_words(cell.text) or is_headed):
            cells[-1] = replace(last, column_span=last.column_span + 1)
        else:
            cells.append(cell)
        if has_words(cell.text):
            own |= dict.fromkeys(_columns(cells[-1]), cells[-1])
    return replace(grid, cells=tuple(cells))


def _is_beside(last: Cell, cell: Cell) -> bool:
    """Whether a cell says what the one before it says."""
    is_next = cell.row == last.row and cell.column == last.column + last.column_span
    return is_next and bool(cell.text) and cell.text == last.text


def _columns(cell: Cell) -> range:
    return range(cell.column, cell.column + cell.column_span)
