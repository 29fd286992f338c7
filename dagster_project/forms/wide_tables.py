"""A table that is wider than its page, printed on several: first its left columns, then the others.

Here: which grid goes on to the right of which, as spreadsheets print what does not fit on a page.
The pages after it bear no code and no name: their rows are known by their place alone. What
columns mean does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from dagster_project.readers.document import Grid

_FEWEST_ROWS = 2  # a single row of figures may be a form of its own
_WORD = re.compile(r"[\u4e00-\u9fff]")
_NUMBERED = re.compile(r"[1-9]\d?")  # 栏次
_AMOUNT = re.compile(r"[-−+(]?\d[\d,]*\.\d+[%)]?|0|[-−—–]{1,2}")


def widened(grids: Sequence[Grid]) -> list[Grid]:
    """The grids of a form, those without names set to the right of the one they go on with."""
    done: list[Grid] = []
    pages: list[int] = []  # how many pages each is made of
    for grid in grids:
        beside = [place for place, other in enumerate(done) if _goes_on(other, grid)]
        if beside:
            place = min(beside, key=lambda place: (pages[place], place))
            done[place] = _joined(done[place], grid)
            pages[place] += 1
        else:
            done.append(grid)
            pages.append(1)
    return done


def goes_beside(grids: Sequence[Grid], grid: Grid) -> bool:
    """Whether a grid goes on to the right of one of these."""
    return any(_goes_on(other, grid) for other in grids)


def _goes_on(left: Grid, right: Grid) -> bool:
    if left.page >= right.page or left.row_count != right.row_count:
        return False
    head = _figures_from(right)
    return head is not None and head == _body_of(left)


def _figures_from(grid: Grid) -> int | None:
    """The row from which on a grid holds amounts and nothing else, if there is such a body."""
    rows = [[cell.text for cell in row if cell and cell.text] for row in grid.matrix()]
    heads = (bool(_WORD.search("".join(row)) or all(map(_NUMBERED.fullmatch, row))) for row in rows)
    body = next((i for i, is_head in enumerate(heads) if not is_head), len(rows))
    figures = [text for row in rows[body:] for text in row]
    if not 0 < body <= len(rows) - _FEWEST_ROWS or not figures:
        return None
    return body if all(map(_AMOUNT.fullmatch, figures)) else None


def _body_of(grid: Grid) -> int | None:
    """The first row with an amount, where every row from there on has a name."""
    rows = [[cell.text for cell in row if cell and cell.text] for row in grid.matrix()]
    body = next((i for i, row in enumerate(rows) if any(map(_AMOUNT.fullmatch, row))), None)
    named = all(_WORD.search("".join(row)) for row in rows[body:]) if body else False
    return body if named else None


def _joined(left: Grid, right: Grid) -> Grid:
    moved = tuple(replace(cell, column=cell.column + left.column_count) for cell in right.cells)
    return replace(
        left,
        cells=left.cells + moved,
        column_count=left.column_count + right.column_count,
        findings=left.findings + right.findings,
        row_lengths=(),
    )
