"""The rules of a page image: how far it is skewed, and which tables are drawn on it.

Here: pixels to rows, columns and merged cells. What stands in the cells is not known here.
Images are grey, 300 dpi, dark on light; lengths are in pixels of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from dagster_project.readers.rulings import merged

Image = NDArray[np.uint8]
Rectangle = tuple[int, int, int, int]
Span = tuple[int, int, int, int]

_LOCAL = 41
_DARKER = 18
_CALMING = 3.0
_ABOVE_NOISE = 6.0
_LARGEST_SKEW = 8.0
# Coarse to fine: step in degrees, and the size of the image it is judged on.
_SKEW_STEPS = ((0.5, 1000), (0.1, 1500), (0.02, 2400))

_SHORTEST_LEVEL = 100
_SHORTEST_UPRIGHT = 36
_UPRIGHT_SHARE = 0.75
_SAME_RULE = 9
_BRIDGE = 13
_OPEN_SIDE = 75
_CLOSED_SHARE = 0.7
_SMALLEST_TABLE = (150, 45)
_MOST_BOUNDS = 400


@dataclass(frozen=True, slots=True)
class Lattice:
    """A table: the bounds of its rows and columns, and its cells as spans of them.

    ``spans`` are (row, column, row span, column span), from the top left.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    spans: tuple[Span, ...]

    @property
    def rectangle(self) -> Rectangle:
        """The outline of the table."""
        return self.columns[0], self.rows[0], self.columns[-1], self.rows[-1]

    def rectangle_of(self, span: Span) -> Rectangle:
        """The outline of a cell."""
        row, column, height, width = span
        return (
            self.columns[column],
            self.rows[row],
            self.columns[column + width],
            self.rows[row + height],
        )


def ink_of(grey: Image, *, above_noise: bool = False) -> Image:
    """The dark pixels (255) of an image, judged against their surroundings: shading is paper.

    ``above_noise`` leaves out what is no darker than the grain of the image. Rules are found
    without it, for grain makes no long lines but a faint rule hardly rises above it.
    """
    calm = np.asarray(cv2.medianBlur(grey, 3), np.uint8)
    darker = max(_DARKER, _ABOVE_NOISE * _grain_of(calm)) if above_noise else _DARKER
    way, kind = cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV
    return np.asarray(cv2.adaptiveThreshold(calm, 255, way, kind, _LOCAL, darker), np.uint8)


def _grain_of(grey: Image) -> float:
    """By how much pixels of the same paper differ."""
    return float(np.median(cv2.absdiff(grey, cv2.GaussianBlur(grey, (0, 0), _CALMING))))


def skew_of(ink: Image) -> float:
    """By how many degrees an image must be turned (anticlockwise) for its lines to lie level.

    Rows of pixels differ most from their neighbours when lines of text and rules lie level.
    """
    best, reach = 0.0, _LARGEST_SKEW
    for step, size in _SKEW_STEPS:
        share = min(1.0, size / max(ink.shape))
        small = cv2.resize(ink, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
        count = round(reach / step)
        angles = [best + step * n for n in range(-count, count + 1)]
        levels = {angle: _levelness(np.asarray(small), angle) for angle in angles}
        best = max(angles, key=lambda angle: (levels[angle], -abs(angle)))
        reach = step
    return best


def _levelness(ink: Image, angle: float) -> float:
    height, width = ink.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    rows = np.asarray(cv2.warpAffine(ink, turn, (width, height))).sum(axis=1, dtype=np.float64)
    return float(np.square(np.diff(rows)).sum())


def lattices_of(ink: Image) -> tuple[list[Lattice], Image]:
    """The tables drawn on a page, from the top, and a mask of their rules."""
    level = _opened(_thickened(ink, (3, 1)), (1, _SHORTEST_LEVEL))
    upright = _opened(_thickened(ink, (1, 3)), (_shortest_upright(level), 1))
    found, rules = [], np.zeros_like(ink)
    both = _thickened(level | upright, (_BRIDGE, _BRIDGE))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(both)
    for label in range(1, count):
        x, y, width, height = (int(value) for value in stats[label][:4])
        if width < _SMALLEST_TABLE[0] or height < _SMALLEST_TABLE[1]:
            continue
        part = np.s_[y : y + height, x : x + width]
        own = (np.asarray(labels)[part] == label).astype(np.uint8)
        lattice = _lattice(level[part] * own, upright[part] * own, (x, y))
        if lattice:
            found.append(lattice)
            rules[part] |= (level[part] | upright[part]) * own
    return sorted(found, key=lambda lattice: lattice.rectangle[1::-1]), rules


def _thickened(mask: Image, shape: tuple[int, int]) -> Image:
    return np.asarray(cv2.dilate(mask, np.ones(shape, np.uint8)), np.uint8)


def _opened(mask: Image, shape: tuple[int, int]) -> Image:
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones(shape, np.uint8)), np.uint8)


def _shortest_upright(level: Image) -> int:
    """The shortest upright rule: most of the height of a low row, more than a stroke of text."""
    middles = _bounds([(place, 0) for place, _, _ in _segments(level, upright=False)])
    gaps = sorted(below - above for above, below in pairwise(middles))
    low = gaps[len(gaps) // 4] if gaps else 0
    return max(_SHORTEST_UPRIGHT, min(_SHORTEST_LEVEL, round(_UPRIGHT_SHARE * low)))


def _segments(mask: Image, *, upright: bool) -> list[tuple[int, int, int]]:
    """The rules of one direction as (place, start, end)."""
    count, _, stats, middles = cv2.connectedComponentsWithStats(mask)
    found = []
    for label in range(1, count):
        x, y, width, height = (int(value) for value in stats[label][:4])
        middle_x, middle_y = (round(float(value)) for value in middles[label])
        found.append((middle_x, y, y + height) if upright else (middle_y, x, x + width))
    return found


def _bounds(rules: Sequence[tuple[int, int]]) -> list[int]:
    """Places of rules (place, length) that are one, as one."""
    groups: list[list[tuple[int, int]]] = []
    for rule in sorted(rules):
        if groups and rule[0] - groups[-1][-1][0] <= _SAME_RULE:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [
        round(sum(place * (length + 1) for place, length in group) / sum(n + 1 for _, n in group))
        for group in groups
    ]


def _lattice(level: Image, upright: Image, origin: tuple[int, int]) -> Lattice | None:
    across = _segments(level, upright=False)
    down = _segments(upright, upright=True)
    if len(across) < 2 or not down:
        return None
    rows = _bounds([(place, end - start) for place, start, end in across])
    columns = _with_open_sides(
        _bounds([(place, end - start) for place, start, end in down]),
        min(start for _, start, _ in across),
        max(end for _, _, end in across),
    )
    if not 2 <= len(rows) <= _MOST_BOUNDS or not 2 <= len(columns) <= _MOST_BOUNDS:
        return None
    rows, columns = _needed(level, upright, rows, columns)
    spans = tuple(merged(*_open_edges(level, upright, rows, columns)))
    if len(spans) < 2:
        return None
    x, y = origin
    return Lattice(tuple(n + y for n in rows), tuple(n + x for n in columns), spans)


def _with_open_sides(places: list[int], start: int, end: int) -> list[int]:
    """Bounds with the ends of the rules across, where a table has no rule at its side."""
    before = [start] if places[0] - start > _OPEN_SIDE else []
    after = [end] if end - places[-1] > _OPEN_SIDE else []
    return [*before, *places, *after]


def _needed(
    level: Image, upright: Image, rows: list[int], columns: list[int]
) -> tuple[list[int], list[int]]:
    """The outer bounds, and those inside along which some cell ends: a stroke ends none."""
    right, below = _open_edges(level, upright, rows, columns)
    kept_rows = [n for n in range(1, len(rows) - 1) if not all(below[n - 1])]
    kept_columns = [n for n in range(1, len(columns) - 1) if not all(row[n - 1] for row in right)]
    return (
        [rows[0], *(rows[n] for n in kept_rows), rows[-1]],
        [columns[0], *(columns[n] for n in kept_columns), columns[-1]],
    )


def _open_edges(
    level: Image, upright: Image, rows: Sequence[int], columns: Sequence[int]
) -> tuple[list[list[bool]], list[list[bool]]]:
    """For each cell: whether it is open to its right, and whether to below."""
    right = [
        [not _is_drawn(upright.T, columns[c + 1], span) for c in range(len(columns) - 1)]
        for span in pairwise(rows)
    ]
    below = [
        [not _is_drawn(level, rows[r + 1], span) for span in pairwise(columns)]
        for r in range(len(rows) - 1)
    ]
    return right, below


def _is_drawn(mask: Image, place: int, span: tuple[int, int]) -> bool:
    """Whether a rule runs at ``place`` (a row of the mask) along most of ``span``."""
    low, high = span
    inset = min(4, (high - low) // 8)
    strip = mask[max(0, place - _SAME_RULE) : place + _SAME_RULE + 1, low + inset : high - inset]
    return bool(strip.size) and float((strip > 0).any(axis=0).mean()) >= _CLOSED_SHARE
