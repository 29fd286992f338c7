"""Where merged cells stood, in tables of converters that drop their spans.

Here: from rows of fewer cells than the table has columns back to cells with spans. mammoth,
markdownify, MarkItDown and libraries for data write a merged cell once and nothing, or only empty
cells to its right, in its place; the next cells of the row move to the left, under or over columns
that are not theirs. What a header means does not belong here.

The header is a forest: a cell heads one column down to the body, or cells of a row below. Of all
forests that fill the table's columns with its cells in their order, that one is taken which costs
least: a known wording over figures costs nothing; a wording that is not known, a code over names, a
小计 that does not come first, kinds of expenditure below a revenue cost. Sums that the catalogue
knows decide between what the wordings leave open. What they leave open too is doubted.
"""

from __future__ import annotations

import re
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from itertools import groupby
from operator import itemgetter
from typing import TypeVar

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import Catalogue, Dimensions, Form, bare
from dagster_project.forms.column_sums import ROUNDING, difference, terms_of
from dagster_project.forms.headers import (
    LABELS,
    MONEY,
    SUMS,
    SURE,
    Column,
    Matrix,
    Split,
    Vocabulary,
    header_paths,
    kind_of,
    resolve,
    split,
    text_of,
)
from dagster_project.readers.document import Cell, Grid

_MOST_STEPS = 4_000  # forms of 14 columns with three header rows take 3,600
_BEST = 8  # layouts kept of each part of a header
_WIDEST_LABEL = 4  # columns of a label that has no headings of its own: 类, 款, 项 and name
_LABEL_KINDS = {"words", "code"}
_NUMBER = "number"  # the kind of a cell that only numbers its row
_FIGURES = {"money", _NUMBER}
_LEAST_WHOLE = 4  # rows of which one at least has all cells, as has one of 类, 款 and 项
_CONTRADICTED = 10  # words over figures
_UNLIKELY = 3
_HEADING_SUM = 2  # a sum heads nothing
_MONEY_SHARE = 0.2  # amounts without decimals look like codes; codes never have decimals


@dataclass(frozen=True, slots=True)
class Restored:
    """A grid with its spans; the columns whose header is open, and figures whose column is."""

    grid: Grid
    doubted: frozenset[int] = frozenset()
    strays: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    """A header text; ``width`` is how many columns it covers, where empty cells behind it say."""

    cell: Cell | None
    text: str
    width: int | None


@dataclass(frozen=True, slots=True, order=True)
class _Place:
    """Where a header text stands."""

    row: int
    token: int
    column: int
    column_span: int
    row_span: int


Alignment = tuple[tuple[int, int], ...]  # the column and the span of each cell of a row
Way = TypeVar("Way")
Layout = tuple[int, tuple[_Place, ...]]  # with its cost
Ends = dict[tuple[tuple[int, ...], int], list[Layout]]


def restored(grid: Grid, form: Form, catalogue: Catalogue) -> Restored:
    """The grid with the spans of its cells, if a converter left its rows of different lengths.

    Not for recognised text, whose rows differ where a figure was torn or lost.
    """
    if not grid.row_lengths:
        return Restored(grid)
    matrix = grid.matrix()
    parts = split(matrix, catalogue.labels_of(form.form))
    lengths = grid.row_lengths[parts.body :]
    is_headed = any(grid.row_lengths[row] == grid.column_count for row in parts.header)
    # One long row is no table's width, unless its header is as wide.
    if not is_headed and _LEAST_WHOLE * lengths.count(grid.column_count) < len(lengths):
        return Restored(grid)
    kinds = _kinds(grid, matrix, parts)
    if not any(kinds):
        return Restored(grid)
    open_rows = [] if parts.numbering is None else [parts.numbering]
    grid = _with(grid, _aligned(grid, matrix, open_rows, kinds)[0])
    short = [n for n in range(parts.body, grid.row_count) if grid.row_lengths[n] < len(kinds)]
    full = replace(grid, cells=tuple(cell for cell in grid.cells if cell.row not in short))
    readings = _readings(full, parts, kinds, form, catalogue)
    least = min(cost for cost, _, _ in readings)
    best = [(own, columns) for cost, own, columns in readings if cost == least]
    header, columns = best[0]
    is_open = len(readings) == 1 and any(
        grid.row_lengths[row] < grid.column_count for row in parts.header
    )
    doubted = {
        column.index
        for column in columns
        if column.role in MONEY
        and (is_open and least or len({_meaning(own[column.index]) for _, own in best}) > 1)
    }
    grid = _with(grid, header if doubted else _common([own for own, _ in best]))
    same = [(column.group * (column.role not in MONEY), *_meaning(column)) for column in columns]
    offsets = _row_numbers(columns, full.matrix()[parts.body :], parts.body)
    body, strays = _aligned(grid, matrix, short, kinds, same, offsets)
    return Restored(_with(grid, body, strays), frozenset(doubted), strays)


def without_doubted(columns: Sequence[Column], doubted: frozenset[int]) -> tuple[Column, ...]:
    """The columns, those without a meaning whose header is open."""
    return tuple(
        replace(column, item=None, year=None, context=Dimensions())
        if column.index in doubted
        else column
        for column in columns
    )


Moves = dict[tuple[int, int], Cell]  # (row, column) as written → the cell at its place


def _with(grid: Grid, moves: Moves, without: Sequence[Cell] = ()) -> Grid:
    cells = (moves.get((c.row, c.column), c) for c in grid.cells if c not in without)
    return replace(grid, cells=tuple(cells))


def _meaning(column: Column) -> tuple[object, ...]:
    return column.role, column.item, column.context, column.year


# the body ------------------------------------------------------------------------------------


def _kinds(grid: Grid, matrix: Matrix, parts: Split) -> list[str]:
    """What the rows that have all cells hold in each column: words, code, money or nothing."""
    full = [
        row
        for length, row in zip(grid.row_lengths[parts.body :], matrix[parts.body :], strict=True)
        if length == grid.column_count
    ]
    return [
        _kind_of_column([text_of(row[column]) for row in full])
        for column in range(grid.column_count)
    ]


def _kind_of_column(texts: Sequence[str]) -> str:
    kinds = Counter(kind_of(text, recognised=False) for text in texts if text.strip())
    kinds["words"] += kinds.pop("identifier", 0)
    del kinds["dash"]
    if not kinds.total():
        return ""
    if kinds["money"] and kinds["money"] >= _MONEY_SHARE * kinds.total():
        return "money" if kinds["money"] >= kinds["words"] else "words"
    return kinds.most_common(1)[0][0]


def _row_numbers(columns: Sequence[Column], body: Matrix, first: int) -> dict[int, int]:
    """Column of 行次 → by how much its numbers differ from the places of the rows in the grid."""
    found = {}
    for column in columns:
        texts = [text_of(row[column.index]) for row in body] if column.role == "row_number" else []
        offsets = {int(t) - n for n, t in enumerate(texts, first) if re.fullmatch(r"\d{1,3}", t)}
        if len(offsets) == 1:
            found[column.index] = offsets.pop()
    return found


def _aligned(
    grid: Grid,
    matrix: Matrix,
    numbers: Sequence[int],
    kinds: Sequence[str],
    meanings: Sequence[object] = (),
    offsets: Mapping[int, int] | None = None,
) -> tuple[Moves, tuple[Cell, ...]]:
    """The cells of short rows at their columns; the figures that fit columns of two meanings.

    ``offsets`` are those of 行次: a cell that prints the number of its row is no amount.
    """
    moves: Moves = {}
    strays: list[Cell] = []
    offsets = offsets or {}
    whole = tuple(_NUMBER if n in offsets else kind for n, kind in enumerate(kinds))
    for number in numbers:
        row = matrix[number][: grid.row_lengths[number]]
        own = [kind_of(text_of(c), recognised=False) if text_of(c) else "" for c in row]
        counted = {str(number + offset) for offset in offsets.values()}
        own = [_NUMBER if text_of(c) in counted else k for c, k in zip(row, own, strict=True)]
        ways = _alignments(tuple(own), whole)
        for place, cell in enumerate(row):
            columns = {way[place][0] for way in ways}
            is_open = len({meanings[column] for column in columns} if meanings else columns) > 1
            if cell and is_open and own[place] in {"money", "code"}:
                strays.append(cell)
            elif cell:
                # A converter drops no cell at the end of a row: its last one stands there.
                column, span = min(ways, key=lambda way: (-sum(way[-1]), way))[place]
                moves[number, place] = replace(cell, column=column, column_span=span)
    return moves, tuple(strays)


def _alignments(
    cells: tuple[str, ...], kinds: tuple[str, ...]
) -> list[tuple[tuple[int, int], ...]]:
    """The cheapest ways to set cells of some kinds in columns of some kinds: (column, span) each.

    A text may reach over label columns; a column without a cell was merged with the row above, or
    is missing at the end.
    """

    @cache
    def rest(cell: int, column: int) -> list[tuple[int, Alignment]]:
        if cell == len(cells):
            return [(len(kinds) - column, ())]
        if len(kinds) - column < len(cells) - cell:
            return []
        ways = [(cost + 1, way) for cost, way in rest(cell, column + 1)]
        for span in range(1, len(kinds) - column + 1):
            own = _fit(cells[cell], kinds[column : column + span])
            if own is None:
                break
            ways += [(own + c, ((column, span), *way)) for c, way in rest(cell + 1, column + span)]
        return _cheapest(ways)

    ways = rest(0, 0)
    return [way for cost, way in ways if cost == ways[0][0]]


def _fit(kind: str, columns: Sequence[str]) -> int | None:
    """What it costs to set a cell of a kind in columns of some kinds; None where it cannot be."""
    if len(columns) > 1 and kind not in {"words", ""}:
        return None
    first = columns[0]
    if kind == "words":
        wrong = 0 if first in _LABEL_KINDS else _UNLIKELY if first in _FIGURES else 1
        return wrong + sum(_UNLIKELY for c in columns[1:] if c in _FIGURES)
    if kind in {"money", "code", _NUMBER}:
        is_unlikely = first == "words" or (kind, first) == ("money", "code")
        worst = _UNLIKELY if is_unlikely or _NUMBER in (kind, first) else 1
        return 0 if first == kind else worst
    return len(columns) - 1


def _join(found: list[Layout], own: Sequence[Layout], rest: Sequence[Layout]) -> None:
    """Add each way with each that may follow it to the cheapest ones found; all are sorted."""
    for cost, places in own:
        for after, following in rest:
            if len(found) == _BEST and cost + after >= found[-1][0]:
                break
            insort(found, (cost + after, places + following), key=itemgetter(0))
            del found[_BEST:]


def _cheapest(ways: Iterable[tuple[int, Way]]) -> list[tuple[int, Way]]:
    """The cheapest of several ways, with their costs."""
    return sorted(ways, key=lambda way: way[0])[:_BEST]


# the header ----------------------------------------------------------------------------------


class _Forest:
    """The layouts of a header's cells over its columns, cheapest first."""

    def __init__(
        self, rows: Sequence[Sequence[_Token]], kinds: Sequence[str], words: Vocabulary
    ) -> None:
        self.rows = rows
        self.kinds = kinds
        self.words = words
        self.steps = 0
        self.siblings = cache(self._siblings)
        self.item = cache(words.item)

    def layouts(self) -> list[Layout]:
        """The cheapest layouts that use every cell and fill every column; none if too many."""
        whole = (tuple(map(len, self.rows)), len(self.kinds))
        ends = self.siblings(0, (), (0,) * len(self.rows), 0, True)  # noqa: FBT003
        return [] if self.is_too_wide else ends.get(whole, [])

    @property
    def is_too_wide(self) -> bool:
        """Whether there are more layouts than can be compared."""
        return self.steps > _MOST_STEPS

    def _siblings(
        self, level: int, path: tuple[str, ...], used: tuple[int, ...], column: int, first: bool
    ) -> Ends:
        """The layouts of no or some cells of a row from a column on, by where they end.

        ``used`` counts the cells of each row that are laid out already.
        """
        ends: Ends = {(used, column): [(0, ())]}
        self.steps += 1
        if used[level] == len(self.rows[level]) or column == len(self.kinds) or self.is_too_wide:
            return ends
        for (own_used, own_column), own in self._cell(level, path, used, column, first).items():
            is_label = all(kind in _LABEL_KINDS for kind in self.kinds[column:own_column])
            following = self.siblings(level, path, own_used, own_column, first and is_label)
            for end, rest in following.items():
                _join(ends.setdefault(end, []), own, rest)
        return ends

    def _cell(
        self, level: int, path: tuple[str, ...], used: tuple[int, ...], column: int, first: bool
    ) -> Ends:
        """The layouts of the next cell of a row: it heads a column, or cells below it."""
        token = self.rows[level][used[level]]
        own_path = (*path, token.text)
        after = tuple(n + (row == level) for row, n in enumerate(used))
        ends: Ends = {}
        for width in self._leaf_widths(token, column):
            own_cost = self.cost(own_path, column)
            if own_cost >= _CONTRADICTED:
                break
            cost = own_cost + self._sum(own_path, first) + width - 1
            place = _Place(level, used[level], column, width, len(self.rows) - level)
            if self._may_go_on(after, column + width):
                ends[after, column + width] = [(cost, (place,))]
        for below in range(level + 1, len(self.rows) if token.text else 0):
            children = self.siblings(below, own_path, after, column, True)  # noqa: FBT003
            for (end_used, end), found in children.items():
                width, count = end - column, end_used[below] - after[below]
                if not count or token.width not in {None, width}:
                    continue
                place = _Place(level, used[level], column, width, below - level)
                cost = below - level - 1 + (count == 1) + self._straddles(column, end)
                cost += _HEADING_SUM * _is_sum(token.text) + self._sum(own_path, first)
                laid = ((cost + own, (place, *places)) for own, places in found)
                ends.setdefault((end_used, end), []).extend(laid)
        return {end: _cheapest(layouts) for end, layouts in ends.items()}

    def _may_go_on(self, used: tuple[int, ...], column: int) -> bool:
        """Whether the cells that are left may fill the columns that are left."""
        room = len(self.kinds) - column
        left = [row[n:] for row, n in zip(self.rows, used, strict=True)]
        most = sum(token.width or 1 for row in left for token in row)
        wide = sum(kind in _LABEL_KINDS for kind in self.kinds[column:])
        return all(len(row) <= room for row in left) and room <= most + wide

    def _leaf_widths(self, token: _Token, column: int) -> Iterator[int]:
        room = len(self.kinds) - column
        if token.width:
            yield from [token.width] if token.width <= room else []
            return
        yield 1
        for width in range(2, min(_WIDEST_LABEL, room) + 1):
            if not all(self.kinds[c] in _LABEL_KINDS for c in range(column, column + width)):
                return
            yield width

    def _straddles(self, start: int, end: int) -> int:
        """What a heading over labels and amounts costs that does not head whole groups of them."""
        covered = {kind == "money" for kind in self.kinds[start:end] if kind}
        if len(covered) < 2:
            return 0
        return _UNLIKELY * (not self._opens(start)) + _UNLIKELY * (not self._opens(end))

    def _opens(self, column: int) -> bool:
        """Whether labels begin in a column, behind amounts or at the table's edge."""
        edge = column in {0, len(self.kinds)}
        is_label = not edge and self.kinds[column] in _LABEL_KINDS
        return edge or (is_label and self.kinds[column - 1] not in _LABEL_KINDS)

    def cost(self, path: tuple[str, ...], column: int) -> int:
        """What a path of header texts over a column costs."""
        path = tuple(text for text in path if text)
        kind = self.kinds[column]
        if not path:
            return _UNLIKELY if kind else 0
        item, score = self.item(path)
        cost = 0 if score >= SURE else 1 if item else 2
        cost += _disagreement(self._role(item), kind)
        flows = {self._flow(path[-1:]), self._flow(path[:-1])} if len(path) > 1 else set()
        return cost + (len(flows - {None}) > 1)

    def _sum(self, path: tuple[str, ...], first: bool) -> int:
        """What a sum below a heading costs: it comes first, and it is known of some headings."""
        if len(path) < 2 or not _is_sum(path[-1]):
            return 0
        is_known = self.words.exact("/".join(map(bare, path[-2:])))
        return (0 if first else 2) + (0 if is_known else 1)

    def _role(self, item: str | None) -> str:
        meaning = self.words.meaning(item)
        return meaning.role if meaning else ""

    def _flow(self, path: tuple[str, ...]) -> str | None:
        meaning = self.words.meaning(self.item(path)[0])
        return meaning.dimensions.flow if meaning else None


def _is_sum(text: str) -> bool:
    return bare(text) in SUMS


def _disagreement(role: str, kind: str) -> int:
    """What a column costs that is headed as one role and holds another kind."""
    if not kind or not role:
        return 0
    if role in MONEY:
        return {"words": _CONTRADICTED, "code": 2}.get(kind, 0)
    if kind == "money" or (role == "row_number" and kind == "words"):
        return _CONTRADICTED
    if role in LABELS:
        return 0 if (role == "code") == (kind == "code") else _UNLIKELY
    return 0


def _readings(
    grid: Grid,
    parts: Split,
    kinds: Sequence[str],
    form: Form,
    catalogue: Catalogue,
) -> list[tuple[int, Moves, tuple[Column, ...]]]:
    """Every layout of the header with its cost and the columns that follow from it.

    The header as it is written is one of them: cells may be missing at the end of a row.
    """
    matrix = grid.matrix()
    words = Vocabulary(catalogue, form, matrix, parts)
    padded = bool(parts.header) and grid.row_lengths[parts.header[0]] == grid.column_count
    rows = [
        _tokens(matrix[row][: grid.row_lengths[row]], len(kinds), is_padded=padded)
        for row in parts.header
    ]
    forest = _Forest(rows, kinds, words)
    short = sum(grid.row_lengths[row] < grid.column_count for row in parts.header)
    paths = header_paths(matrix, parts)
    as_written = sum(forest.cost(path, column) for column, path in enumerate(paths))
    laid: list[tuple[int, Moves]] = [(as_written + _UNLIKELY * short, {})]
    for cost, places in forest.layouts() if short else ():
        laid.append((cost, _moves(places, rows, parts.header)))
    found = []
    for cost, moves in laid:
        own = _with(grid, moves).matrix()
        columns = resolve(own, parts, form, catalogue, recognised=False)
        cost += _repeated(columns) + _contradicted(columns, own[parts.body :], catalogue)
        found.append((cost, moves, columns))
    return found


def _tokens(row: Sequence[Cell | None], columns: int, *, is_padded: bool) -> list[_Token]:
    """The texts of a header row, each with the empty cells behind it.

    Where no cells pad the first row, none pad another: a row of all cells stands as it is written,
    and its empty cells are those that cells above reach down to.
    """
    if len(row) == columns and not is_padded:
        return [_Token(cell, text_of(cell), 1) for cell in row]
    tokens: list[_Token] = []
    for is_text, group in groupby(row, key=lambda cell: bool(text_of(cell).strip())):
        cells = list(group)
        if is_text:
            width = 1 if is_padded else None
            tokens += [_Token(cell, text_of(cell), width) for cell in cells]
        elif tokens:
            tokens[-1] = replace(tokens[-1], width=1 + len(cells))
        else:
            tokens.append(_Token(None, "", len(cells)))
    return tokens


def _moves(
    places: Sequence[_Place], rows: Sequence[Sequence[_Token]], header: Sequence[int]
) -> Moves:
    moves: Moves = {}
    for place in places:
        cell = rows[place.row][place.token].cell
        if cell:
            last = header[place.row + place.row_span - 1]
            moves[cell.row, cell.column] = replace(
                cell, column=place.column, column_span=place.column_span,
                row_span=last - cell.row + 1,
            )  # fmt: skip
    return moves


def _common(layouts: Sequence[Moves]) -> Moves:
    """The columns of each cell that all layouts give it: they read alike and differ in a panel."""
    agreed = {}
    for key, cell in layouts[0].items():
        same = [moves.get(key, cell) for moves in layouts]
        start = max(c.column for c in same)
        end = min(c.column + c.column_span for c in same)
        own = replace(cell, column=start, column_span=end - start) if start < end else cell
        agreed[key] = own
    return agreed


def _repeated(columns: Sequence[Column]) -> int:
    """What columns cost that mean the same as another beside them."""
    counts = Counter((column.group, _meaning(column)) for column in columns if column.role in MONEY)
    return 2 * sum(n - 1 for (_, meaning), n in counts.items() if meaning[1])


def _contradicted(columns: Sequence[Column], body: Matrix, catalogue: Catalogue) -> int:
    """What the sums cost that rows do not keep which the catalogue knows of their columns."""
    wrong = 0
    rows = [_figures(row) for row in body]
    for key in {(c.group, c.context, c.year) for c in columns if c.item and c.role in MONEY}:
        items = {c.item: c.index for c in columns if c.item and (c.group, c.context, c.year) == key}
        for terms in catalogue.column_terms.values():
            own = terms_of(terms, items)
            wrong += any(abs(difference(own, row)) > ROUNDING for row in rows) if own else 0
    return 5 * wrong


def _figures(row: Sequence[Cell | None]) -> dict[int, Decimal]:
    figures = {}
    for column, cell in enumerate(row):
        parsed = amounts.parse(cell.text) if cell else None
        if parsed and parsed.number is not None:
            figures[column] = Decimal(parsed.number)
    return figures
