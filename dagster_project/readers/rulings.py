"""Ruling lines of a page as the cells of tables.

Here: geometry only: which lines make a table, where its rows and columns run, and which cells
are merged. Lines come from a reader of pages, and texts are put into the cells by it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

# Points: lines closer than this are one line drawn twice, or meet where they should.
TOLERANCE = 2.0
_CLOSED_SHARE = 0.5
# A ruled page has a hundred lines once their pieces are joined; a drawing may have any number.
MAX_PIECES = 100_000
MAX_RULES = 4_000
MAX_CELLS = 200_000

Span = tuple[int, int, int, int]
Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line: its place across, and from where to where it runs."""

    is_horizontal: bool
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Lattice:
    """A ruled table: the edges of its rows and columns, its cells as spans.

    A span is (row, column, row span, column span); y grows downwards.
    """

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    spans: tuple[Span, ...]
    _owners: dict[tuple[int, int], Span] = field(repr=False)

    @property
    def rectangle(self) -> Rectangle:
        """The outline of the table."""
        return (self.columns[0], self.rows[0], self.columns[-1], self.rows[-1])

    def span_at(self, point: tuple[float, float]) -> Span | None:
        """The cell that a point stands in."""
        column = bisect_right(self.columns, point[0]) - 1
        row = bisect_right(self.rows, point[1]) - 1
        return self._owners.get((row, column))

    def rectangle_of(self, span: Span) -> Rectangle:
        """Where a cell stands on the page."""
        row, column, height, width = span
        return (
            self.columns[column],
            self.rows[row],
            self.columns[column + width],
            self.rows[row + height],
        )


def lattices(rules: Sequence[Rule]) -> list[Lattice]:
    """The tables that lines make, from top to bottom; lines that enclose nothing make none."""
    found: list[Lattice] = []
    if len(rules) > MAX_PIECES or len(joined := _joined(rules)) > MAX_RULES:
        return found
    for group in _touching(joined):
        rows = _edges(rule.at for rule in group if rule.is_horizontal)
        columns = _edges(rule.at for rule in group if not rule.is_horizontal)
        if len(rows) < 2 or len(columns) < 2 or len(rows) * len(columns) > MAX_CELLS:
            continue
        spans = tuple(merged(*_open_edges(group, rows, columns)))
        owners = {
            (row, column): span
            for span in spans
            for row in range(span[0], span[0] + span[2])
            for column in range(span[1], span[1] + span[3])
        }
        found.append(Lattice(tuple(rows), tuple(columns), spans, owners))
    return sorted(found, key=lambda lattice: lattice.rectangle[1::-1])


def merged(right: Sequence[Sequence[bool]], below: Sequence[Sequence[bool]]) -> list[Span]:
    """The cells between the closed edges, as the largest rectangles from the top left.

    Args:
        right: for each place, whether it is open to its right neighbour.
        below: the same towards the place below it.
    """
    height, width = len(right), len(right[0]) if right else 0
    taken: set[tuple[int, int]] = set()
    spans = []
    for row in range(height):
        for column in range(width):
            if (row, column) in taken:
                continue
            last = column
            while last + 1 < width and right[row][last] and (row, last + 1) not in taken:
                last += 1
            bottom = row
            while bottom + 1 < height and all(below[bottom][c] for c in range(column, last + 1)):
                bottom += 1
            taken |= {(r, c) for r in range(row, bottom + 1) for c in range(column, last + 1)}
            spans.append((row, column, bottom - row + 1, last - column + 1))
    return spans


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Lines that go on where others end, as one; tables are often drawn cell by cell."""
    joined: list[Rule] = []
    for is_horizontal in (True, False):
        lines = sorted(
            (rule for rule in rules if rule.is_horizontal is is_horizontal),
            key=lambda rule: rule.at,
        )
        for at, members in _clusters(lines):
            open_start = open_end = None
            for rule in sorted(members, key=lambda rule: rule.start):
                if open_start is None or open_end is None:
                    open_start, open_end = rule.start, rule.end
                elif rule.start <= open_end + TOLERANCE:
                    open_end = max(open_end, rule.end)
                else:
                    joined.append(Rule(is_horizontal, at, open_start, open_end))
                    open_start, open_end = rule.start, rule.end
            if open_start is not None and open_end is not None:
                joined.append(Rule(is_horizontal, at, open_start, open_end))
    return joined


def _clusters(lines: Sequence[Rule]) -> list[tuple[float, list[Rule]]]:
    groups: list[list[Rule]] = []
    for rule in lines:
        if groups and rule.at - groups[-1][0].at <= TOLERANCE:
            groups[-1].append(rule)
        else:
            groups.append([rule])
    return [(sum(rule.at for rule in group) / len(group), group) for group in groups]


def _touching(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Lines in groups that cross or meet: each group is a table, or a frame."""
    parents = list(range(len(rules)))

    def root(index: int) -> int:
        while parents[index] != index:
            parents[index] = parents[parents[index]]
            index = parents[index]
        return index

    level = sorted((i for i, r in enumerate(rules) if r.is_horizontal), key=lambda i: rules[i].at)
    places = [rules[index].at for index in level]
    for index, rule in enumerate(rules):
        if rule.is_horizontal:
            continue
        first = bisect_right(places, rule.start - TOLERANCE)
        for other in level[first:]:
            crossing = rules[other]
            if crossing.at > rule.end + TOLERANCE:
                break
            if crossing.start - TOLERANCE <= rule.at <= crossing.end + TOLERANCE:
                parents[root(other)] = root(index)
    groups: defaultdict[int, list[Rule]] = defaultdict(list)
    for index, rule in enumerate(rules):
        groups[root(index)].append(rule)
    return [group for group in groups.values() if len(group) >= 4]


def _edges(places: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for place in sorted(places):
        if not edges or place - edges[-1] > TOLERANCE:
            edges.append(place)
    return edges


def _open_edges(
    rules: Sequence[Rule], rows: Sequence[float], columns: Sequence[float]
) -> tuple[list[list[bool]], list[list[bool]]]:
    upright, level = _by_edge(rules, columns, False), _by_edge(rules, rows, True)
    height, width = len(rows) - 1, len(columns) - 1
    right = [
        [not _covers(upright[c + 1], rows[r], rows[r + 1]) for c in range(width)]
        for r in range(height)
    ]
    below = [
        [not _covers(level[r + 1], columns[c], columns[c + 1]) for c in range(width)]
        for r in range(height)
    ]
    return right, below


def _by_edge(
    rules: Sequence[Rule], edges: Sequence[float], is_horizontal: bool
) -> defaultdict[int, list[Rule]]:
    found: defaultdict[int, list[Rule]] = defaultdict(list)
    for rule in rules:
        if rule.is_horizontal is is_horizontal:
            # The edge is the first of the lines it stands for, none of them farther than that.
            nearest = bisect_right(edges, rule.at) - 1
            found[nearest].append(rule)
    return found


def _covers(rules: Sequence[Rule], start: float, end: float) -> bool:
    covered = sum(max(0.0, min(end, rule.end) - max(start, rule.start)) for rule in rules)
    return covered >= _CLOSED_SHARE * (end - start)
