"""Tables without rules in recognised text: rows by line, columns by the edges of their figures.

Here: from the places of texts to the bounds of rows and columns. What is drawn on a page is found
in ``dagster_project.readers.image_rules``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
from typing import Protocol, TypeVar

from dagster_project.readers.image_rules import Lattice, Span

Interval = tuple[int, int]

_FIGURE = re.compile(r"[-−(]?\d[\d.,]*[%)]?")
_CAPTION = re.compile(r"单位[::]|公开\s*\d+\s*表|^(?:编制|填报)?(?:部门|单位)(?:名称)?[::]")
_LEAST_LINES = 3
_HEAD_LINES = 6
_SAME_LINE = 0.5
_LINES_APART = 3.5


class Placed(Protocol):
    """A text with its place, as (left, top, right, bottom)."""

    @property
    def rectangle(self) -> tuple[int, int, int, int]:
        """Where it stands."""

    @property
    def text(self) -> str:
        """What it says."""


Text = TypeVar("Text", bound=Placed)


def lines_of(texts: Sequence[Text]) -> list[list[Text]]:
    """Texts grouped by the line they stand on, from the top, each line from the left."""
    lines: list[list[Text]] = []
    for text in sorted(texts, key=_middle):
        if lines:
            first = lines[-1][0]
            drift = _SAME_LINE * min(_height(first), _height(text))
            if _middle(text) - _middle(first) <= drift:
                lines[-1].append(text)
                continue
        lines.append([text])
    return [sorted(line, key=lambda text: text.rectangle[0]) for line in lines]


def tables_of(texts: Sequence[Text]) -> list[tuple[Lattice, list[Text]]]:
    """The unruled tables among the texts of a page, each with the texts that belong to it."""
    lines = lines_of(texts)
    found = []
    for first, last in _regions(lines):
        head = _head(lines, first)
        body = lines[first : last + 1]
        rows = [*lines[head:first], *body]
        columns = _columns(body)
        if len(columns) >= 2:
            found.append((_lattice(rows, columns), [text for row in rows for text in row]))
    return found


def _middle(text: Placed) -> float:
    return (text.rectangle[1] + text.rectangle[3]) / 2


def _height(text: Placed) -> int:
    return text.rectangle[3] - text.rectangle[1]


def is_figure(text: str) -> bool:
    """Whether a text looks like a printed figure."""
    return _FIGURE.fullmatch(text.replace(" ", "")) is not None


def _regions(lines: Sequence[Sequence[Placed]]) -> list[tuple[int, int]]:
    """Runs of lines, as (first, last), in which lines with several figures follow each other."""
    tabular = [
        number
        for number, line in enumerate(lines)
        if sum(is_figure(text.text) for text in line) >= 2
    ]
    runs: list[list[int]] = []
    for number in tabular:
        if runs and not _parted(lines, runs[-1][-1], number):
            runs[-1].append(number)
        else:
            runs.append([number])
    return [(run[0], run[-1]) for run in runs if len(run) >= _LEAST_LINES]


def _parted(lines: Sequence[Sequence[Placed]], first: int, second: int) -> bool:
    """Whether something that is not of the table stands between two of its lines."""
    between = range(first, second)
    far = any(_gap(lines[n], lines[n + 1]) > _LINES_APART for n in between)
    return far or any(_CAPTION.search(text.text) for n in between for text in lines[n])


def _gap(above: Sequence[Placed], below: Sequence[Placed]) -> float:
    return (_middle(below[0]) - _middle(above[0])) / max(1, min(map(_height, [*above, *below])))


def _head(lines: Sequence[Sequence[Placed]], first: int) -> int:
    """Where the heading of a table begins whose figures begin at line ``first``."""
    head = first
    while head > max(0, first - _HEAD_LINES):
        above = lines[head - 1]
        if _gap(above, lines[head]) > _LINES_APART:
            break
        if any(_CAPTION.search(text.text) for text in above):
            break
        head -= 1
    while head < first and len(lines[head]) == 1:
        head += 1
    return head


def _columns(body: Sequence[Sequence[Placed]]) -> list[Interval]:
    """The extents of the columns: those of figures first, texts beside them."""
    figures = [text.rectangle for line in body for text in line if is_figure(text.text)]
    others = [text.rectangle for line in body for text in line if not is_figure(text.text)]
    columns = _joined([(x0, x1) for x0, _, x1, _ in figures])
    texts: list[Interval] = []
    for x0, _, x1, _ in others:
        # A name that runs on into the figures of other lines still begins its own column.
        ends = [column[0] for column in columns if x0 < column[0] < x1]
        if not any(start <= (x0 + x1) / 2 <= end for start, end in columns):
            texts.append((x0, min([x1, *(end - 1 for end in ends)])))
    return sorted([*columns, *_joined(texts)])


def _joined(intervals: Sequence[Interval]) -> list[Interval]:
    groups: list[Interval] = []
    for start, end in sorted(intervals):
        if groups and start < groups[-1][1]:
            groups[-1] = (groups[-1][0], max(groups[-1][1], end))
        else:
            groups.append((start, end))
    return groups


def _lattice(rows: Sequence[Sequence[Placed]], columns: Sequence[Interval]) -> Lattice:
    boxes = [text.rectangle for row in rows for text in row]
    half = round(median(box[3] - box[1] for box in boxes) / 2)
    middles = [round(median(map(_middle, row))) for row in rows]
    inner_rows = [(above + below) // 2 for above, below in pairwise(middles)]
    inner_columns = [(left[1] + right[0]) // 2 for left, right in pairwise(columns)]
    return Lattice(
        (min(box[1] for box in boxes), *inner_rows, max(middles[-1] + half, boxes[-1][3])),
        (
            min(columns[0][0], *(box[0] for box in boxes)),
            *inner_columns,
            max(columns[-1][1], *(box[2] for box in boxes)),
        ),
        tuple(span for number, row in enumerate(rows) for span in _spans(number, row, columns)),
    )


def _spans(number: int, row: Sequence[Placed], columns: Sequence[Interval]) -> list[Span]:
    """The cells of a row; a heading over several columns is one cell."""
    spans: list[Span] = []
    place = 0
    while place < len(columns):
        width = 1
        for text in row:
            x0, _, x1, _ = text.rectangle
            covered = [n for n, (start, end) in enumerate(columns) if x0 < (start + end) / 2 < x1]
            if covered and covered[0] == place and not is_figure(text.text):
                width = max(width, len(covered))
        spans.append((number, place, 1, width))
        place += width
    return spans
