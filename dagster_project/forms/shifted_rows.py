"""Rows that recognition or a converter set one column beside their table's columns.

Here: proving by what the cells hold that a row stands beside its columns, and moving it back. A
row whose figures alone are moved proves nothing; its equations must tell (docs/balance.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dagster_project.forms.headers import LABELS, MONEY, Column, has_words, kind_of, text_of
from dagster_project.readers.document import Cell

Row = list[Cell | None]
_FEWEST_DISPLACED = 2
_DISPLACED_SHARE = 0.2
_STEPS = (-1, 1)  # a cell too many to the left of the row, or one too few
# What a column may hold. A name in a code column is read as the row's name, so it proves nothing.
_FITS = {
    "code": {"code", "words"},
    "label": {"words", "dash"},
    "row_number": {"code"},
    **dict.fromkeys(MONEY, {"money", "code", "dash"}),
}


def in_place(row: Row, columns: Sequence[Column], *, recognised: bool) -> Row:
    """The row one column further left or right, if only so all its cells fit their columns.

    A name below an amount's header, or a figure below the name's, is where no table has it. Moved
    back, every cell must fit, the name below the name's header and a figure below an amount's.
    Tables side by side are left alone: there a name may stand before another panel's figure.
    """
    if columns and columns[-1].group or not _contradicts(row, columns, recognised=recognised):
        return row
    moved = [_moved(row, step) for step in _STEPS]
    fitting = [own for own in moved if own and _fits(own, columns, recognised=recognised)]
    return fitting[0] if len(fitting) == 1 else row


def are_displaced(rows: Sequence[Row], columns: Sequence[Column]) -> bool:
    """Whether the rows of a text do not stand below their headers: cells before them are missing.

    Then names stand below amounts' headers, with none where names should be. One such row may be a
    remark; of many, no figure need stand below its own header.
    """
    if not columns or columns[-1].group or any(cell and cell.box for row in rows for cell in row):
        return False
    displaced = sum(_is_named_below_amounts(row, columns) for row in rows)
    return displaced >= _FEWEST_DISPLACED and displaced >= _DISPLACED_SHARE * len(rows)


def _is_named_below_amounts(row: Row, columns: Sequence[Column]) -> bool:
    roles = {c.role for c in columns if c.index < len(row) and has_words(text_of(row[c.index]))}
    return bool(roles & MONEY) and not roles & LABELS


def _contradicts(row: Row, columns: Sequence[Column], *, recognised: bool) -> bool:
    """Whether a name stands below an amount's header, or a figure with decimals below a name's."""
    for column in columns:
        text = text_of(row[column.index]).strip() if column.index < len(row) else ""
        kind = kind_of(text, recognised=recognised) if text else ""
        if (kind == "words" and column.role == "money") or (
            kind == "money" and column.role == "label"
        ):
            return True
    return False


def _moved(row: Row, step: int) -> Row | None:
    """The row moved by a column, unless a cell with text would fall off at its edge."""
    lost = row[0] if step < 0 else row[-1]
    if text_of(lost).strip():
        return None
    cells = [*row[1:], None] if step < 0 else [None, *row[:-1]]
    return [replace(cell, column=n) if cell else None for n, cell in enumerate(cells)]


def _fits(row: Row, columns: Sequence[Column], *, recognised: bool) -> bool:
    """Whether all cells hold what their columns hold, a name and a figure among them."""
    found: set[tuple[str, str]] = set()
    roles = {column.index: column.role for column in columns}
    for index, cell in enumerate(row):
        if not (text := text_of(cell).strip()):
            continue
        role, kind = roles.get(index, "none"), kind_of(text, recognised=recognised)
        if kind not in _FITS.get(role, set()):
            return False
        found.add((role, kind))
    return ("label", "words") in found and ("money", "money") in found
