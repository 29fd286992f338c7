"""Tables of a plain text whose columns are set with spaces, as converters of PDF lay them out.

Here: from lines to words with places, and from the tables that
``dagster_project.readers.alignment`` finds among these to grids. What parts the columns is decided
there. A wide character stands for two narrow ones where a text was set to be looked at; a converter
may have counted characters instead. The figures say which: they end below each other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from dagster_project.readers.aligned_columns import Rectangle
from dagster_project.readers.alignment import Aligned, lines_of, tables_of
from dagster_project.readers.document import Cell, Grid
from dagster_project.readers.glyphs import join_lines, join_words, normalise

Line = tuple[int, str]

_WORD = re.compile(r"[^\s\u3000]+")
# Two figures, or a text and an amount, well apart: without such a line there is no table.
_PARTED = re.compile(r"\S(?: {2,}|\u3000+ *)[-−(（]?\d[\d,，]*(?:\.\d+)?%?[)）]?(?=\s|$)")
_LEAST_PARTED = 2
_AFTER_LABEL = re.compile(
    r"(?<=[\u4e00-\u9fff)）”])(\s+)[-−(（]?\d[\d,，]*(?:\.\d+)?[)）]?(?=\s|$)"
)
_MOST_GAPS, _FEWEST_LABELS = 2, 4
_AMOUNT = re.compile(r"[-(]?[\d,]+\.\d+\)?")

# Lines stand half as far apart again as they are high. A word is a little narrower than its place,
# as glyphs are, so that two spaces are more than a wide character.
_PITCH, _MARGIN = 1.5, 0.25


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with its line of the file, its place in that line, and its rectangle."""

    text: str
    line: int
    start: int
    rectangle: Rectangle


def grids(lines: Sequence[Line]) -> Iterator[tuple[Grid, range]]:
    """The tables among lines with their numbers, and the lines that each takes.

    A form feed begins a page. ``row_number`` of a cell is the line of the file, ``column_number``
    the character in that line where it begins, both 1-based.
    """
    if sum(1 for _, line in lines if _PARTED.search(line)) < _LEAST_PARTED:
        return
    em = max((2, 1), key=lambda wide: _together(lines, wide))
    before: Aligned[_Word] | None = None
    for page in _pages(lines):
        words = [word for number, line in page for word in _words(number, line, em)]
        tables = tables_of(words, before)
        before = tables[-1] if tables else None
        for table in tables:
            taken = [word.line for word in table.texts]
            own = range(min(taken), max(taken) + 1)
            if not _is_ragged(line for number, line in page if number in own):
                yield _grid(table), own


def _is_ragged(lines: Iterable[str]) -> bool:
    """Whether figures follow their labels at one distance, however long these are: in no column."""
    found = [match for line in lines if (match := _AFTER_LABEL.search(line))]
    gaps, labels = {len(match[1]) for match in found}, {match.start() for match in found}
    return len(gaps) <= _MOST_GAPS and len(labels) >= _FEWEST_LABELS


def _pages(lines: Sequence[Line]) -> Iterator[list[Line]]:
    page: list[Line] = []
    for number, line in lines:
        if "\f" in line and page:
            yield page
            page = []
        page.append((number, line))
    yield page


def _together(lines: Sequence[Line], em: int) -> int:
    """How many figures end below each other if a wide character is so wide, squared by place."""
    words = (word for number, line in lines for word in _words(number, line, em))
    ends = Counter(word.rectangle[2] for word in words if _AMOUNT.fullmatch(word.text))
    return sum(count**2 for count in ends.values())


def _words(number: int, line: str, em: int) -> Iterator[_Word]:
    top = number * em * _PITCH
    place = end = 0
    for match in _WORD.finditer(line):
        start = place + _width(line[end : match.start()], em)
        place, end = start + _width(match.group(), em), match.end()
        box = (start + _MARGIN, top, place - _MARGIN, top + em)
        yield _Word(normalise(match.group()), number, match.start() + 1, box)


def _width(text: str, em: int) -> int:
    return len(text) + (em - 1) * sum(east_asian_width(character) in "WF" for character in text)


def _grid(table: Aligned[_Word]) -> Grid:
    cells = [
        Cell(
            text=_text(words),
            row=row,
            column=column,
            page=1,
            row_number=words[0].line,
            column_number=words[0].start,
            row_span=row_span,
            column_span=column_span,
        )
        for (row, column, row_span, column_span), words in table.cells
    ]
    rows, columns = len(table.rows) - 1, len(table.columns) - 1
    return Grid(tuple(cells), rows, columns, 1, "text/aligned", findings=table.findings)


def _text(words: Iterable[_Word]) -> str:
    return join_lines(join_words(word.text for word in line) for line in lines_of(words))
