"""The figures of one printed row, where a grid of cells may have cut them.

Here: which pieces of text belong to one figure. What a figure is about does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from dagster_project.forms import amounts
from dagster_project.forms.amounts import Figure
from dagster_project.readers.document import Box, Cell

# Recognition puts blanks after the separators of a figure; other blanks part two figures.
_BLANK = re.compile(r"(?<![,.，．])\s+(?![,.，．]\s?\d)|(?<=[,.，．])\s+(?!\d)")
_HEADLESS = re.compile(r"^[,.，．]|^0\d")
_DASHES = re.compile(r"^[-‐-―−_—–－一\s|]+$")
_GROUPED = re.compile(r"^\d{1,3}(?:[,.，．]\d{3})*(?:[,.，．]\d{1,2})?$")
_JUNK = re.compile(r"^[^\d\u3400-\u9fff]+$")
_WHOLE_RATE = re.compile(r"^\d{1,4}(?:\.\d{1,2})?%$")
_BEGINS = re.compile(r"^\d{1,3}$")
_COST_PLAIN, _COST_DAMAGED, _COST_JUNK = 15, 30, 50
_COST_JOIN, _COST_GAP = 10, 2
_MAX_WORDS = 4  # a figure is cut into no more pieces than this


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of one cell of a row, or one stretch of a line, and where it stands."""

    text: str
    column: int | None
    page: int
    row_number: int
    column_number: int | None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One figure of a row, joined over the cells that cut it.

    ``other`` is its value where the digit at the border of two cells stands in both of them.
    """

    text: str
    figure: Figure
    first: Piece
    last: Piece
    other: str | None = None

    @property
    def columns(self) -> tuple[int, int] | None:
        """The columns it reaches over, None where lines have none."""
        if self.first.column is None or self.last.column is None:
            return None
        return self.first.column, self.last.column


def tokens(pieces: Sequence[Piece], unit: str | None, *, recognised: bool) -> list[Token]:
    """The figures of a row in print order; words and dashes are left out.

    In recognised text a figure may be cut by the border of two cells: pieces are joined where
    that gives whole figures, and else stay apart or damaged.
    """
    decimals = 2 if unit in {None, "元"} else 0
    found = []
    for run in _runs(pieces, recognised=recognised):
        if recognised:
            found += _segmented(run, decimals)
        else:
            found += [Token(w.text, amounts.parse(w.text), w, w) for w in run]
    states = {amounts.AMOUNT, amounts.DAMAGED}
    return [t for t in found if t.figure.state in states and re.search(r"\d", t.text)]


def untorn(row: Sequence[Cell | None], headed: Collection[int]) -> list[Cell | None]:
    """The row of a recognised table with the figures joined that the border of two cells tore.

    ``headed`` are the columns that have a header. A row that is wider than its header by as many
    cells as it has torn figures (``1, | 439. 74``) lost its place behind each of them: what follows
    moves back. In a row that is no wider the other piece stands below no header of its own, and
    nothing moves. Else the pieces stay as they are, and are doubted.
    """
    mended = list(row)
    filled = [index for index, cell in enumerate(row) if cell and cell.text.strip()]
    excess = max(filled, default=0) - max(headed, default=0)
    pairs = [at for at in filled if at + 1 in filled]
    sure = [at for at in pairs if _is_torn(row[at], row[at + 1])]
    if excess == 1 and not sure:
        # 1 | 17,148.80 may be two figures; in a row that is one cell too wide it is one.
        sure = [at for at in pairs if _may_be_torn(row[at], row[at + 1])]
    if excess > 0 and len(sure) == excess:
        for at in reversed(sure):
            mended[at : at + 2] = [_joined(row[at], row[at + 1])]
            mended.append(None)
    elif excess <= 0:
        for at in sure:
            own = {at, at + 1} & set(headed)
            if len(own) == 1:
                mended[at], mended[at + 1] = None, None
                mended[own.pop()] = _joined(row[at], row[at + 1])
    return [
        replace(cell, column=index) if cell and cell.column != index else cell
        for index, cell in enumerate(mended)
    ]


def _is_torn(left: Cell | None, right: Cell | None) -> bool:
    """Whether two cells are surely one figure: neither of them is one without the other."""
    if not left or not right or _reading(left.text).state not in _FIGURES:
        return False
    is_begun = _reading(left.text).state == amounts.DAMAGED
    is_headless = bool(_HEADLESS.match(right.text.strip()))
    return (is_begun or is_headless) and (
        _is_whole(left.text + right.text) or is_headless and _is_doubled(left.text, right.text)
    )


def _may_be_torn(left: Cell | None, right: Cell | None) -> bool:
    return bool(
        left and right and _BEGINS.match(left.text.strip()) and _is_whole(left.text + right.text)
    )


_FIGURES = {amounts.AMOUNT, amounts.DAMAGED}


def _reading(text: str) -> Figure:
    return amounts.parse(text, recognised=True)


def _is_whole(text: str) -> bool:
    compact = re.sub(r"\s", "", text)
    grouped = bool(_GROUPED.match(compact)) and bool(re.search("[,.，．]", compact))
    return grouped and _reading(compact).state == amounts.AMOUNT


def _is_doubled(left: str, right: str) -> bool:
    """Whether the digit at the border of two cells stands in both of them: ``60 | 00, 000. 00``."""
    left, right = left.strip(), right.strip()
    return left[-1:].isdigit() and left[-1:] == right[:1] and _is_whole(left[:-1] + right)


def _joined(left: Cell | None, right: Cell | None) -> Cell | None:
    """One cell of two, with what both print and the place of both."""
    if not left or not right:
        return left or right
    boxes = [cell.box for cell in (left, right) if cell.box]
    sure = [cell.confidence for cell in (left, right) if cell.confidence is not None]
    return replace(
        left,
        text=f"{left.text} {right.text}" if left.text[-1:] in ",." else left.text + right.text,
        confidence=min(sure, default=None),
        box=Box(
            min(b.x0 for b in boxes), min(b.y0 for b in boxes),
            max(b.x1 for b in boxes), max(b.y1 for b in boxes),
        ) if boxes else None,
    )  # fmt: skip


def _runs(pieces: Sequence[Piece], *, recognised: bool) -> Iterator[list[Piece]]:
    """The words between dashes and words of a language, which no figure reaches over."""
    run: list[Piece] = []
    for piece in pieces:
        words = _BLANK.split(piece.text.strip()) if recognised else [piece.text]
        for word in filter(None, words):
            if _DASHES.match(word) or re.search(r"[\u3400-\u9fff]", word):
                yield run
                run = []
            else:
                run.append(replace(piece, text=word))
    yield run


def _segmented(run: list[Piece], decimals: int) -> list[Token]:
    """The cheapest way to cut a run of words into figures."""

    @cache
    def best(start: int) -> tuple[int, tuple[Token, ...]]:
        if start == len(run):
            return 0, ()
        options = []
        for end in range(start + 1, min(start + _MAX_WORDS, len(run)) + 1):
            priced = _token(run[start:end], decimals)
            if priced:
                cost, token = priced
                rest, others = best(end)
                options.append((cost + rest, (token, *others)))
        return min(options, key=lambda option: option[0])

    return list(best(0)[1])


def _token(words: list[Piece], decimals: int) -> tuple[int, Token] | None:
    """The figure that words make when joined, and what it costs to believe so."""
    gaps = [_gap(a, b) for a, b in zip(words, words[1:], strict=False)]
    if any(gap is None or gap > 1 for gap in gaps):
        return None
    text = "".join(word.text for word in words)
    figure = _figure(re.sub(r"\s", "", text), decimals)
    joins = sum(_COST_JOIN + _COST_GAP * (gap or 0) for gap in gaps)
    token = Token(text, figure, words[0], words[-1])
    if _JUNK.match(text):
        return (_COST_JUNK, token) if len(words) == 1 else None
    if len(words) > 1 and not _GROUPED.match(re.sub(r"\s", "", text)):
        figure = _unwritten(figure)
    if figure.state == amounts.AMOUNT:
        return joins, replace(token, other=_without_doubled(words, decimals))
    if any(gaps):
        return None
    if len(words) == 1 and re.fullmatch(r"\d{1,3}", text):
        return _COST_PLAIN, replace(token, figure=amounts.parse(text))  # perhaps a weight
    return joins + _COST_DAMAGED, token


def _unwritten(figure: Figure) -> Figure:
    """Pieces that make no figure of groups of three digits are not one figure."""
    if figure.state != amounts.AMOUNT:
        return figure
    return Figure(amounts.DAMAGED, damage="the figure is not written as a number")


def _gap(left: Piece, right: Piece) -> int | None:
    """How many empty columns lie between two words; None where a blank parts them."""
    if left.column is None or right.column is None or left.column == right.column:
        return None
    return right.column - left.column - 1


def _figure(text: str, decimals: int) -> Figure:
    """The figure of whole or joined text, doubted where its head or its end is cut off."""
    if _WHOLE_RATE.match(text):
        return amounts.parse(text, recognised=True)
    figure = amounts.parse(text, recognised=True)
    if figure.state == amounts.AMOUNT and _HEADLESS.match(text):
        return Figure(amounts.DAMAGED, damage="the head of the figure is cut off")
    return amounts.check_decimals(figure, decimals) if decimals else figure


def _without_doubled(words: list[Piece], decimals: int) -> str | None:
    """The figure with a digit left out that stands on both sides of the border of two cells."""
    for index, (left, right) in enumerate(zip(words, words[1:], strict=False)):
        if left.text[-1:].isdigit() and left.text[-1:] == right.text[:1]:
            cut = [*(w.text for w in words[:index]), left.text[:-1]]
            text = "".join([*cut, *(w.text for w in words[index + 1 :])])
            figure = _figure(re.sub(r"\s", "", text), decimals)
            return figure.number if figure.state == amounts.AMOUNT else None
    return None
