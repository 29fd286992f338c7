"""The columns of a table without column rules, and what its header covers.

Here: where one column ends and the next begins. A place between two columns is one that no figure
crosses and hardly any text. To these columns the rows of the header are fitted from the lowest
up: a text over no column is a blank column of its own, or it is the heading of a group, which
stands in the middle of its columns. ``dagster_project.readers.alignment`` puts the texts in rows.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Any, Protocol

Rectangle = tuple[float, float, float, float]
Interval = tuple[float, float]
Span = tuple[int, int, int, int]

_FIGURE = re.compile(r"[-−+(]?\d[\d.,]*[%)]?|[-−—–]{1,2}")
_COUNT = re.compile(r"[1-9]\d*|0\d+")
_WIDE = re.compile(r"[\u4e00-\u9fff]{2,}")

_TOUCH = 0.12
_CROSSED = 3
_WRAPPED = 1.4
_SAME_EDGE = 0.25
_SAME_LEVEL = 0.5
_ONE_LEVEL = 1.0
_PADDING = 0.5
_OUT_OF_GROUP = 1.5
# The header of one row more stands halfway down to the next: how far down a member must stand.
_HALF_DOWN = 0.64
_DOWN = 0.72


class Placed(Protocol):
    """A text with its place, as (left, top, right, bottom)."""

    @property
    def rectangle(self) -> Rectangle:
        """Where it stands."""

    @property
    def text(self) -> str:
        """What it says."""


def is_figure(text: str) -> bool:
    """Whether a text looks like a printed figure, or the dash that stands for one."""
    return _FIGURE.fullmatch(text.replace(" ", "")) is not None


def middle_of(text: Placed) -> float:
    """The height on the page of the middle of a text."""
    return (text.rectangle[1] + text.rectangle[3]) / 2


def em_of(texts: Sequence[Placed]) -> float:
    """The width of a Chinese character; where there is none, the usual height of a text."""
    widths = [
        (text.rectangle[2] - text.rectangle[0]) / len(text.text)
        for text in texts
        if _WIDE.fullmatch(text.text)
    ]
    return median(widths or [text.rectangle[3] - text.rectangle[1] for text in texts])


@dataclass(slots=True)
class _Block:
    """A text of the header, its wrapped lines together."""

    texts: list[Any]
    x0: float
    x1: float
    top: float
    bottom: float

    @classmethod
    def of(cls, texts: Sequence[Placed]) -> _Block:
        x0, y0, x1, y1 = zip(*(text.rectangle for text in texts), strict=True)
        middles = [middle_of(text) for text in texts]
        return cls(list(texts), min(x0), max(x1), min(middles), max(middles))

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def level(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class _Column:
    """A column: where its figures and names stand, on which side, and the header above it."""

    x0: float
    x1: float
    side: str
    blocks: list[_Block] = field(default_factory=list)
    shared: list[_Block] = field(default_factory=list)
    number: _Block | None = None

    @property
    def heads(self) -> list[_Block]:
        """The lowest text of its header, and its number."""
        return [*self.blocks, self.number] if self.number else self.blocks

    @property
    def start(self) -> float:
        """The left end of all that stands in it, the lowest text of its header included."""
        return min([self.x0, *(block.x0 for block in self.heads)])

    @property
    def end(self) -> float:
        """The right end of all that stands in it."""
        return max([self.x1, *(block.x1 for block in self.heads)])

    @property
    def centre(self) -> float:
        """The middle of its header; of its texts if it has none."""
        heads = self.blocks or self.heads
        if not heads:
            return (self.x0 + self.x1) / 2
        return (min(head.x0 for head in heads) + max(head.x1 for head in heads)) / 2

    @property
    def level(self) -> float:
        """How far down the lowest text of its header stands."""
        return max(block.level for block in [*self.blocks, *self.shared])

    @property
    def is_headed(self) -> bool:
        """Whether a text of the header stands over it, alone or over its neighbours too."""
        return bool(self.blocks or self.shared)


@dataclass(frozen=True, slots=True)
class Columns:
    """The bounds of columns, and the texts of the header with the columns they stand over.

    ``side`` is the one that figures are set to, r, l, c or unknown. ``equals`` are two of them that
    fit the header equally well, but give its texts to other columns; the first was taken.
    """

    bounds: tuple[float, ...]
    extents: tuple[Interval, ...]
    header: tuple[tuple[float, int, int, tuple[Any, ...]], ...]
    em: float
    side: str = ""
    equals: tuple[str, ...] = ()

    def place(self, text: Placed) -> tuple[int, int]:
        """The first and the last column that a text stands in."""
        x0, _, x1, _ = text.rectangle
        covered = [
            (min(x1, end) - max(x0, start), number)
            for number, (start, end) in enumerate(pairwise(self.bounds))
        ]
        over = [n for shared, n in covered if shared > _SAME_EDGE * self.em]
        if not over or is_figure(text.text):
            number = max(covered)[1]
            return number, number
        return over[0], over[-1]

    def fits(self, lines: Sequence[Sequence[Placed]]) -> bool:
        """Whether texts that stand below keep within the columns, each line one a column."""
        touch = _SAME_EDGE * self.em
        for line in lines:
            for left, right in pairwise(line):
                if self.place(left)[1] >= self.place(right)[0] and is_figure(right.text):
                    return False
            for text in line:
                x0, _, x1, _ = text.rectangle
                first, last = self.place(text)
                if first != last or x0 < self.bounds[first] - touch:
                    return False
                if x1 > self.bounds[last + 1] + touch:
                    return False
        return True

    def header_rows(self) -> list[list[tuple[int, int, list[Any]]]]:
        """The header as rows of (first column, last column, texts), from the top."""
        rows: list[dict[tuple[int, int], list[Any]]] = []
        last = None
        for level, first, end, texts in sorted(self.header, key=lambda item: item[:2]):
            if last is None or level - last > _SAME_LEVEL * self.em:
                rows.append({})
                last = level
            rows[-1].setdefault((first, end), []).extend(texts)
        return [[(*place, texts) for place, texts in sorted(row.items())] for row in rows]


def columns_of(
    head: Sequence[Sequence[Placed]],
    body: Sequence[Sequence[Placed]],
    em: float,
    usual: str = "",
) -> Columns | None:
    """The columns of a table from the lines of its header and of its body; None if it has one.

    ``usual`` is the side that figures are set to in tables before this one, r, l, c or unknown.
    """
    levels = _levels(_blocks(head, em), em)
    groups = _groups_of(body, levels, em)
    amounts = [g for g in groups if any(piece[2] == 3 for row in g for piece in row)]
    known = Counter(side for g in amounts if (side := _column(g, em).side))
    sides = [side for side, _ in known.most_common(1)] or list(dict.fromkeys([*usual, *"rlc"]))
    tried = [(_headed(groups, levels, side, em), side) for side in sides]
    columns, side = min(tried, key=lambda item: _mismatch(item[0]))
    if len(columns) < 2:
        return None
    # The tables before this one say more than a guess, so that there is nothing to doubt.
    equals = () if usual else _equals(columns, side, tried)
    bounds = _bounds(columns, em)
    header = [
        (block.level, first, last, tuple(block.texts))
        for blocks in levels
        for block, first, last in _placed(columns, bounds, blocks, em)
    ]
    extents = tuple((column.start, column.end) for column in columns)
    return Columns(bounds, extents, tuple(header), em, side if known else usual, equals)


def _headed(
    groups: Sequence[Group], levels: Sequence[Sequence[_Block]], side: str, em: float
) -> list[_Column]:
    """The columns with their headers, if the figures are set to that side."""
    columns = [_column(group, em) for group in groups]
    for column, group in zip(columns, groups, strict=True):
        if not column.side:
            column.side = side if _is_money(group) else "l"
    every = [block for level in levels for block in level]
    for blocks in reversed(levels):
        columns = _under(columns, blocks, every, em)
    return _paired(columns)


def _paired(columns: Sequence[_Column]) -> list[_Column]:
    """The columns, a header without a body joined to the body without a header beside it."""
    paired: list[_Column] = []
    for column in columns:
        last = paired[-1] if paired else None
        if last and not last.side and column.side == "r" and not column.is_headed:
            paired[-1] = replace(last, x0=column.x0, x1=column.x1, side="r")
        elif last and last.side == "l" and not last.is_headed and not column.side:
            paired[-1] = replace(column, x0=last.x0, x1=last.x1, side="l")
        else:
            paired.append(column)
    return paired


def _mismatch(columns: Sequence[_Column]) -> int:
    """How many columns have a header alone, or none."""
    return sum(not column.side or not column.is_headed for column in columns)


def _equals(
    columns: Sequence[_Column], side: str, tried: Sequence[tuple[Sequence[_Column], str]]
) -> tuple[str, ...]:
    """The chosen side, and one that fits as well and puts the header over other figures."""
    for found, another in tried:
        if _mismatch(found) == _mismatch(columns) and _heads(found) != _heads(columns):
            return (side, another)
    return ()


def _heads(columns: Sequence[_Column]) -> list[tuple[bool, tuple[str, ...]]]:
    """Of each column whether it has a body, and what the header over it says."""
    return [
        (bool(c.side), tuple(t.text for block in [*c.heads, *c.shared] for t in block.texts))
        for c in columns
    ]


# body ---------------------------------------------------------------------------------------


# Where a text begins and ends, and what it is: 0 words, 1 digits, 2 a dash or zero, 3 an amount.
Piece = tuple[float, float, int]
Group = list[list[Piece]]


def _groups_of(
    lines: Sequence[Sequence[Placed]], levels: Sequence[Sequence[_Block]], em: float
) -> list[Group]:
    """The texts of the body by column, in their lines."""
    rows = [[_piece(text, em) for text in line] for line in lines]
    edges = (float("-inf"), *sorted(_cuts(rows, float("-inf"), float("inf"))), float("inf"))
    groups = [
        [[p for p in row if start <= p[0] and p[1] <= end] for row in rows]
        for start, end in pairwise(edges)
    ]
    return _united([group for group in groups if any(group)], rows, levels)


def _united(
    groups: Sequence[Group], rows: Group, levels: Sequence[Sequence[_Block]]
) -> list[Group]:
    """Texts set to the left and others in the middle of the same column, as one group.

    They never stand in one line, and the header does not part them.
    """
    united: list[Group] = []
    for group in groups:
        last = united[-1] if united else None
        if (
            last is None
            or any(_in_both(row, _extent(last), _extent(group)) for row in rows)
            or _is_numeric(last)
            or _is_numeric(group)
            or any(_parts(level, _extent(last), _extent(group)) for level in levels)
        ):
            united.append(group)
        else:
            united[-1] = [[*a, *b] for a, b in zip(last, group, strict=True)]
    return united


def _extent(group: Group) -> Interval:
    pieces = [piece for row in group for piece in row]
    return min(p[0] for p in pieces), max(p[1] for p in pieces)


def _in_both(row: Sequence[Piece], *extents: Interval) -> bool:
    """Whether two texts of a line stand over one extent each."""
    over = [{n for n, p in enumerate(row) if p[0] < end and start < p[1]} for start, end in extents]
    return len(over[0] | over[1]) > 1 and all(over)


def _parts(level: Sequence[_Block], left: Interval, right: Interval) -> bool:
    """Whether two texts of one height stand over one extent each."""
    over = [
        next((n for n, b in enumerate(level) if b.x0 < end and start < b.x1), None)
        for start, end in (left, right)
    ]
    return None not in over and over[0] != over[1]


def _cuts(rows: Sequence[Sequence[Piece]], low: float, high: float) -> list[float]:
    """Places between ``low`` and ``high`` that part the texts there into columns."""
    inside = [[p for p in row if low <= p[0] and p[1] <= high] for row in rows]
    pieces = [piece for row in inside for piece in row]
    if len(pieces) < 2:
        return []
    ends = sorted([(p[0], True) for p in pieces] + [(p[1], False) for p in pieces])
    best: tuple[float, float, float] | None = None
    for (left, begins), (right, goes_on) in pairwise(ends):
        if begins or not goes_on:
            continue  # only where one text ends and the next begins are the fewest crossed
        place = (left + right) / 2
        crossing = [p for p in pieces if p[0] < place < p[1]]
        support = sum(
            any(a[1] < place < b[0] for a, b in pairwise(row)) for row in inside if len(row) > 1
        )
        if crossing and (any(p[2] for p in crossing) or support < _CROSSED * len(crossing)):
            continue
        if best is None or (len(crossing), left - right) < best[:2]:
            best = (len(crossing), left - right, place)
    if best is None:
        return []
    place = best[2]
    return [place, *_cuts(rows, low, place), *_cuts(rows, place, high)]


def _piece(text: Placed, em: float) -> Piece:
    x0, _, x1, _ = text.rectangle
    touch = min(_TOUCH * em, (x1 - x0) / 3)
    return x0 + touch, x1 - touch, _kind(text.text)


def _kind(text: str) -> int:
    if not is_figure(text):
        return 0
    if _COUNT.fullmatch(text):
        return 1
    return 3 if "." in text or "," in text else 2


def _is_money(group: Group) -> bool:
    """Whether figures of a column are no codes and do not number the rows."""
    return any(piece[2] >= 2 for row in group for piece in row)


def _is_numeric(group: Sequence[Sequence[Piece]]) -> bool:
    pieces = [piece for row in group for piece in row]
    return 2 * sum(piece[2] > 0 for piece in pieces) > len(pieces)


def _column(group: Sequence[Sequence[Piece]], em: float) -> _Column:
    """The extent of a column, and the side on which its texts end alike: l, c, r or unknown."""
    lines = [(min(p[0] for p in row), max(p[1] for p in row)) for row in group if row]
    x0, x1 = min(line[0] for line in lines), max(line[1] for line in lines)
    widths = [end - start for start, end in lines]
    side = ""
    if max(widths) - min(widths) > 2 * _SAME_EDGE * em:
        spreads = {
            "r": _most_alike([end for _, end in lines], em),
            "l": _most_alike([start for start, _ in lines], em),
            "c": _most_alike([(start + end) / 2 for start, end in lines], em),
        }
        side = max(spreads, key=lambda key: spreads[key])
    return _Column(x0 - _TOUCH * em, x1 + _TOUCH * em, side)


def _most_alike(places: Sequence[float], em: float) -> int:
    return max(sum(abs(p - place) <= _SAME_EDGE * em for p in places) for place in places)


# header -------------------------------------------------------------------------------------


def _blocks(lines: Sequence[Sequence[Placed]], em: float) -> list[_Block]:
    """The texts of the header, each with the lines that it wraps to."""
    blocks: list[_Block] = []
    for line in lines:
        is_numbering = _numbers([_Block.of([text]) for text in line])
        for text in line:
            new = _Block.of([text])
            above = next((b for b in blocks if _wraps(b, new, em) and not is_numbering), None)
            if above:
                blocks[blocks.index(above)] = _Block.of([*above.texts, text])
            else:
                blocks.append(new)
    return blocks


def _wraps(above: _Block, below: _Block, em: float) -> bool:
    if is_figure(below.texts[0].text) or is_figure(above.texts[0].text):
        return False
    gap = below.top - above.bottom
    alike = min(abs(below.centre - above.centre), abs(below.x0 - above.x0))
    return 0.7 * em < gap <= _WRAPPED * em and alike <= _SAME_LEVEL * em


def _levels(blocks: Sequence[_Block], em: float) -> list[list[_Block]]:
    """The blocks by the height they stand at, from the top, each level from the left."""
    levels: list[list[_Block]] = []
    for block in sorted(blocks, key=lambda block: block.level):
        if levels and block.level - levels[-1][0].level <= _SAME_LEVEL * em:
            levels[-1].append(block)
        else:
            levels.append([block])
    return [sorted(level, key=lambda block: block.x0) for level in levels]


def _under(
    columns: Sequence[_Column], blocks: Sequence[_Block], every: Sequence[_Block], em: float
) -> list[_Column]:
    """The columns with the lowest level of the header that is not used yet."""
    columns = list(columns)
    is_numbering = _numbers(blocks)
    loose = []
    for block in blocks:
        own = [c for c in columns if _shared(c, block) > _TOUCH * em]
        if not own:
            loose.append(block)
        elif all(not c.is_headed or _beside(c, block, em) for c in own):
            if len(own) == 1:
                _head(own[0], block, is_numbering)
            else:
                for column in own:
                    column.shared.append(block)
    pairs = sorted(
        (_apart(column, block), number, place)
        for number, block in enumerate(loose)
        for place, column in enumerate(columns)
        if not (column.heads or column.shared) and _may_head(columns, place, block, every, em)
    )
    taken: set[int] = set()
    for _, number, place in pairs:
        if not columns[place].heads and number not in taken:
            _head(columns[place], loose[number], is_numbering)
            taken.add(number)
    for number, block in enumerate(loose):
        if number not in taken and (is_numbering or _is_column(columns, block, em)):
            columns.append(_Column(block.x0, block.x1, ""))
            _head(columns[-1], block, is_numbering)
    return sorted(columns, key=lambda column: column.start + column.end)


def _numbers(blocks: Sequence[_Block]) -> bool:
    """Whether a level numbers the columns: 栏次 1 2 3."""
    numbers = [t.text for b in blocks for t in b.texts if is_figure(t.text)]
    return bool(numbers) and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _head(column: _Column, block: _Block, is_number: bool) -> None:
    if is_number:
        column.number = block
    else:
        column.blocks.append(block)


def _beside(column: _Column, block: _Block, em: float) -> bool:
    """Whether a block stands at the height of the header of a column already."""
    return any(abs(b.level - block.level) <= _SAME_LEVEL * em for b in column.blocks)


def _shared(column: _Column, block: _Block) -> float:
    if column.blocks:
        x0, x1 = min(b.x0 for b in column.blocks), max(b.x1 for b in column.blocks)
    else:
        x0, x1 = column.start, column.end
    return min(x1, block.x1) - max(x0, block.x0)


def _apart(column: _Column, block: _Block) -> float:
    return max(column.x0 - block.x1, block.x0 - column.x1)


def _may_head(
    columns: Sequence[_Column], place: int, block: _Block, every: Sequence[_Block], em: float
) -> bool:
    """Whether a column below the side of a block may be its own.

    The middle of a header lies before the right end of figures set to the right, and behind the
    left end of names set to the left.
    """
    column = columns[place]
    is_left = block.centre < column.x0
    if (column.side == "r" and not is_left) or (column.side == "l" and is_left):
        return False
    if any(
        abs(mine.level - other.level) < _ONE_LEVEL * em
        for mine in _over(every, block.x0, block.x1)
        for other in _over(every, column.x0, column.x1)
        if mine is not other
    ):
        return False  # another text beside its own header already heads the column
    low, high = (block.x1, column.x0) if is_left else (column.x1, block.x0)
    others = [(c.x0, c.x1) for n, c in enumerate(columns) if n != place]
    others += [(other.x0, other.x1) for other in every]
    return not any(low <= x0 and x1 <= high for x0, x1 in others)


def _over(blocks: Sequence[_Block], x0: float, x1: float) -> list[_Block]:
    return [block for block in blocks if block.x0 < x1 and x0 < block.x1]


def _is_column(columns: Sequence[_Column], block: _Block, em: float) -> bool:
    """Whether a block that stands over no column heads a blank one, and not a group of columns."""
    left = max(
        (c for c in columns if c.centre < block.centre), key=lambda c: c.centre, default=None
    )
    right = min(
        (c for c in columns if c.centre > block.centre), key=lambda c: c.centre, default=None
    )
    if left is None or right is None or not (left.is_headed and right.is_headed):
        return True
    if left.side and right.side:
        low = left.x1 if left.side == "r" else 2 * left.centre - left.x0
        high = right.x0 if right.side == "l" else 2 * right.centre - right.x1
        return low - _SAME_EDGE * em < block.x0 and block.x1 < high + _SAME_EDGE * em
    if left.number or right.number:
        return False
    return any(c.level - block.level < 0.9 * em for c in (left, right))


# bounds and groups --------------------------------------------------------------------------


def _bounds(columns: Sequence[_Column], em: float) -> tuple[float, ...]:
    """Where each column ends: close behind figures set to the right, before names to the left."""
    pad = _PADDING * em
    edges: list[float | None] = [columns[0].start - pad if columns[0].side == "l" else None]
    for left, right in pairwise(columns):
        gap = min(pad, max(right.start - left.end, 0.0) / 2)
        if left.side == "r" and left.end == left.x1:
            edges.append(left.end + gap)
        elif right.side == "l" and right.start == right.x0:
            edges.append(right.start - gap)
        else:
            edges.append(None)
    edges.append(columns[-1].end + pad)
    # A header stands in the middle of its column, which tells the other edge of a blank one.
    for places in (range(len(columns)), reversed(range(len(columns)))):
        for n in places:
            _mirror(edges, columns, n, em)
    inner = [
        (left.end + right.start) / 2 if edge is None else edge
        for edge, (left, right) in zip(edges[1:-1], pairwise(columns), strict=True)
    ]
    return (columns[0].start - pad, *inner, columns[-1].end + pad)


def _mirror(edges: list[float | None], columns: Sequence[_Column], place: int, em: float) -> None:
    """Set one edge of a column from the other, if its header stands in the middle."""
    column = columns[place]
    known, unknown = (place, place + 1) if edges[place] is not None else (place + 1, place)
    edge = edges[known]
    if edge is None or edges[unknown] is not None or not column.heads:
        return
    other = 2 * column.centre - edge
    low = columns[unknown - 1].end if unknown else float("-inf")
    high = columns[unknown].start if unknown < len(columns) else float("inf")
    if low - _TOUCH * em <= other <= high + _TOUCH * em:
        edges[unknown] = other


def _placed(
    columns: Sequence[_Column], bounds: Sequence[float], blocks: Sequence[_Block], em: float
) -> list[tuple[_Block, int, int]]:
    """The columns that each block of a level stands over."""
    own: list[tuple[_Block, int, int]] = []
    groups: list[_Block] = []
    for block in blocks:
        headed = [
            n for n, c in enumerate(columns) if any(b is block for b in [*c.heads, *c.shared])
        ]
        if headed:
            own.append((block, headed[0], headed[-1]))
        else:
            groups.append(block)
    return own + _groups(columns, bounds, groups, em)


def _groups(
    columns: Sequence[_Column], bounds: Sequence[float], groups: Sequence[_Block], em: float
) -> list[tuple[_Block, int, int]]:
    """Group headings and their columns: each in the middle of what it covers, few left out."""
    if not groups:
        return []
    depths = [c.level - groups[0].level if c.is_headed else 0.0 for c in columns]
    numbered = [depth for depth, c in zip(depths, columns, strict=True) if c.number]
    deepest = max([*(numbered or depths), em])
    shares = [max(depth, 0.0) / deepest for depth in depths]
    count = len(columns)

    @cache
    def best(column: int, number: int) -> tuple[float, tuple[tuple[int, int], ...]]:
        if column == count:
            return (1e6 * (len(groups) - number), ())
        cost, rest = best(column + 1, number)
        found = (cost + _OUT_OF_GROUP * min(1.0, max(0.0, shares[column] - _HALF_DOWN) * 10), rest)
        if number == len(groups):
            return found
        inside = 0.0
        for last in range(column, count):
            if shares[last] <= 0:
                break
            inside += 4 * max(0.0, _DOWN - shares[last])
            off = abs((bounds[column] + bounds[last + 1]) / 2 - groups[number].centre) / em
            cost, rest = best(last + 1, number + 1)
            if inside + off + cost < found[0]:
                found = (inside + off + cost, ((column, last), *rest))
        return found

    spans = best(0, 0)[1]
    if len(spans) < len(groups):
        return [(block, n, n) for block in groups for n in [_nearest(bounds, block)]]
    return [(block, *span) for block, span in zip(groups, spans, strict=True)]


def _nearest(bounds: Sequence[float], block: _Block) -> int:
    return min(
        range(len(bounds) - 1), key=lambda n: abs((bounds[n] + bounds[n + 1]) / 2 - block.centre)
    )
