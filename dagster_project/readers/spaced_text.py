"""Tables of a plain text whose cells one blank parts, as converters write that keep no layout.

Here: from lines to grids where nothing but the order of the words is left. An empty cell leaves no
trace there, so a table is read only where its header says how many columns it has, and a row only
where its words are as many as the columns. Of other rows the figures stand together in each column
that they may be of, where recognition finds them damaged. What columns mean does not belong here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from dagster_project.readers.document import UNREADABLE, Cell, Grid
from dagster_project.readers.glyphs import normalise

Line = tuple[int, str]

_WORD = re.compile(r"[^\s\u3000]+")
_FIGURE = re.compile(r"[-－(（]?\d[\d,，]*(?:\.\d+)?%?[)）]?|[-—–]+")
_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")
# No page and no ordinal: contents are no table.
_AMOUNT = re.compile(r"\d\.\d|\d,\d{3}|\d{5}")
_CLASS = 3  # digits of a code that rows of one panel share: 301, 302
_PAGE = re.compile(r"[-—第\s]*\d{1,4}[-—页\s]*")
# What stands above a table, and is none of it.
_CAPTION = re.compile(r"[。;；]|(?:单\s*位|部\s*门|名\s*称)\s*[:：]")
_MOST_HEADER_ROWS = 4
_LONGEST = 160
_FEWEST = 2  # rows that print all columns; one, where numbers of columns stand above it
_FEWEST_SUMS = 3  # rows that show that the first figure is the sum of the others
_NEAR = 4  # lines above a table that a page may repeat; below it none may go on with it
_TOTALS = {"合计", "总计"}


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of a line that are one cell: ``kind`` is C (code), T (text) or N (figure)."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A line of a table as its cells."""

    number: int
    pieces: tuple[_Piece, ...]

    @property
    def shape(self) -> str:
        return "".join(piece.kind for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class _Table:
    """The lines of a table: those of its header by their words, and its rows."""

    header: tuple[_Row, ...]
    rows: tuple[_Row, ...]
    lines: range


def grids(lines: Sequence[Line]) -> Iterator[tuple[Grid, range]]:
    """The tables among lines with their numbers, and the lines that each takes.

    ``row_number`` of a cell is the line of the file, ``column_number`` the character in that line
    where it begins, both 1-based.
    """
    place = 0
    while place < len(lines):
        table = _table(lines, place)
        grid = _grid(table) if table else None
        if table and grid:
            yield grid, table.lines
            place = table.lines.stop - lines[0][0]
        else:
            place = _after_rows(lines, place)


def _after_rows(lines: Sequence[Line], place: int) -> int:
    """The next line, or the one below the rows that begin here and are no table."""
    place += 1
    while place < len(lines) and _is_row(lines[place - 1][1]) and _is_row(lines[place][1]):
        place += 1
    return place


# lines ---------------------------------------------------------------------------------------


def _row(line: Line) -> _Row:
    """A line of the body: words without a figure between them are one text."""
    number, text = line
    words = [(normalise(m.group()), m.start() + 1) for m in _WORD.finditer(text)]
    pieces: list[_Piece] = []
    for place, (word, start) in enumerate(words):
        follows_text = place + 1 < len(words) and not _FIGURE.fullmatch(words[place + 1][0])
        if _CODE.fullmatch(word) and follows_text:
            pieces.append(_Piece("C", word, start))
        elif _FIGURE.fullmatch(word):
            pieces.append(_Piece("N", word, start))
        elif pieces and pieces[-1].kind == "T":
            last = pieces.pop()
            pieces.append(_Piece("T", f"{last.text} {word}", last.start))
        else:
            pieces.append(_Piece("T", word, start))
    return _Row(number, tuple(pieces))


def _words(line: Line) -> _Row:
    """A line of the header: every word is a cell."""
    number, text = line
    words = ((normalise(m.group()), m.start() + 1) for m in _WORD.finditer(text))
    return _Row(number, tuple(_Piece("T", word, start) for word, start in words))


def _is_row(text: str) -> bool:
    return len(text) <= _LONGEST and not _CAPTION.search(text) and "N" in _row((0, text)).shape


def _is_header(text: str) -> bool:
    words = _WORD.findall(text)
    is_short = len(text) <= _LONGEST and not _CAPTION.search(text)
    return is_short and len(words) > 1 and not any(map(_FIGURE.fullmatch, words))


def _is_label(text: str) -> bool:
    """Whether a line is the label of a row alone, or says the same of each of its amounts."""
    _, *others = _WORD.findall(text)
    is_short = len(text) <= _LONGEST and not _CAPTION.search(text) and not text.endswith("表")
    is_alone = not others or (len(others) > 1 and len(set(others)) == 1)
    return is_short and is_alone and _row((0, text)).shape == "T"


def _is_numbering(row: _Row) -> bool:
    """Whether a row numbers the columns, 栏次 1 2 3, in each panel anew or not."""
    numbers = [piece.text for piece in row.pieces if piece.kind == "N"]
    return len(numbers) > 1 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


# tables --------------------------------------------------------------------------------------


def _table(lines: Sequence[Line], place: int) -> _Table | None:
    """The table whose first row below the header is the line at a place."""
    if not _is_row(lines[place][1]):
        return None
    top = place
    while top > 0 and place - top < _MOST_HEADER_ROWS and _is_header(lines[top - 1][1]):
        top -= 1
    if top == place:
        return None
    header = [_words(line) for line in lines[top:place]]
    if _is_numbering(numbering := _row(lines[place])):
        header.append(numbering)
        place += 1
    above = {text.strip() for _, text in lines[max(top - _NEAR, 0) : place]}
    rows, end = _body(lines, place, above)
    goes_on = any(_is_row(text) for _, text in lines[end : end + _NEAR])
    has_amounts = any(_AMOUNT.search(piece.text) for row in rows for piece in row.pieces)
    if not has_amounts or goes_on:
        return None
    return _Table(tuple(header), tuple(rows), range(lines[top][0], lines[end - 1][0] + 1))


def _body(lines: Sequence[Line], place: int, above: set[str]) -> tuple[list[_Row], int]:
    """The rows from a line on, over page breaks that print the lines above the table again.

    A label without figures is a row where more rows follow.
    """
    rows: list[_Row] = []
    labels: list[_Row] = []
    end = place
    for position in range(place, len(lines)):
        text = lines[position][1].strip()
        is_break = not text or text in above or bool(_PAGE.fullmatch(text))
        row = _row(lines[position])
        is_begun = row.shape == "CT"  # a name that goes on in the next line
        if is_break:
            continue
        if rows and _is_label(text):
            labels.append(row)
            continue
        if not is_begun and not _is_row(text):
            break
        rows += labels
        labels = []
        if rows and rows[-1].shape == "CT" and row.shape.startswith("TN") and not _is_total(row):
            row = _joined(rows.pop(), row)
        rows.append(row)
        end = position + 1
    return rows, end


def _is_total(row: _Row) -> bool:
    return row.pieces[0].text.replace(" ", "") in _TOTALS


def _joined(begun: _Row, row: _Row) -> _Row:
    code, name = begun.pieces
    whole = _Piece("T", name.text + row.pieces[0].text, name.start)
    return _Row(begun.number, (code, whole, *row.pieces[1:]))


# columns -------------------------------------------------------------------------------------


def _grid(table: _Table) -> Grid | None:
    """The grid of a table, if its header has as many columns as its rows."""
    shape = _shape(table)
    if shape is None:
        return None
    columns = _columns(shape, table.rows)
    placed = [_placed(row, columns) for row in table.rows]
    rows = [dict(enumerate(row.pieces)) for row in table.header] + placed
    numbers = [row.number for row in (*table.header, *table.rows)]
    lengths = [len(row.pieces) for row in table.header] + [len(shape)] * len(placed)
    cells = tuple(
        Cell(piece.text, index, column, 1, numbers[index], piece.start)
        for index, row in enumerate(rows)
        for column, piece in sorted(row.items())
    )
    own = tuple(lengths) if len(set(lengths)) > 1 else ()
    return Grid(cells, len(rows), len(shape), 1, "text/spaced", row_lengths=own)


def _shape(table: _Table) -> str | None:
    """What the columns hold: the fullest shape of rows that fits the header.

    Where no row is full, the header alone may say how many figures a row has.
    """
    counts = Counter(row.shape for row in table.rows)
    heads = [len(row.pieces) for row in table.header if "N" not in row.shape]
    fewest, most = _leaves(heads)
    numbering = table.header[-1].shape
    # 栏次 1 栏次 2 numbers the amounts of two panels, and not their 行次.
    numbers = numbering.count("N") if numbering.count("T") < 2 else 0
    for shape, count in sorted(counts.items(), key=lambda own: (-len(own[0]), -own[1])):
        is_counted = shape.count("N") == numbers
        if fewest <= len(shape) <= most and (count >= _FEWEST or is_counted):
            return shape if is_counted or not numbers else None
    usual = max(counts, key=lambda shape: counts[shape])
    labels = re.fullmatch(r"(C?T)N+", usual)
    if labels and fewest == most > len(usual):
        return labels[1] + "N" * (most - len(labels[1]))
    return None


def _leaves(heads: Sequence[int]) -> tuple[int, int]:
    """The fewest and the most columns below header rows of so many cells.

    The cells of each row but the first stand below some of those above, two at least below one.
    """
    first, *below = heads
    return first + sum(n - n // 2 for n in below), first + sum(n - 1 for n in below)


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the columns hold, and what the full rows say of them.

    Attributes:
        shape: the kind of each column.
        classes: of each panel the classes of its codes.
        first_is_sum: whether the first figure is the sum of the others.
    """

    shape: str
    classes: tuple[frozenset[str], ...]
    first_is_sum: bool


def _columns(shape: str, rows: Sequence[_Row]) -> _Columns:
    full = [row.pieces for row in rows if row.shape == shape]
    classes = (
        frozenset(pieces[start].text[:_CLASS] for pieces in full) for start, _ in _segments(shape)
    )
    return _Columns(shape, tuple(classes), _sums_up(rows, shape))


def _placed(row: _Row, columns: _Columns) -> dict[int, _Piece]:
    """The cells of a row by column."""
    shape = columns.shape
    if row.shape == shape:
        return dict(enumerate(row.pieces))
    segments, own = _segments(shape), _segments(row.shape)
    whole = [shape[start:end] for start, end in segments]
    parts = [row.pieces[start:end] for start, end in own]
    kinds = ["".join(piece.kind for piece in part) for part in parts]
    if len(parts) == len(whole):
        panels = list(range(len(whole)))
    elif len(parts) == 1 and (panel := _panel(row, columns)) is not None:
        panels = [panel]
    else:
        return {0: _listed(row)}
    cells: dict[int, _Piece] = {}
    for panel, part, kind in zip(panels, parts, kinds, strict=True):
        start, _ = segments[panel]
        missing = whole[panel].startswith("C") and not kind.startswith("C")
        if ("C" if missing else "") + kind == whole[panel]:
            cells |= {start + missing + place: piece for place, piece in enumerate(part)}
        elif len(whole) == 1 and kind.count("N") < whole[0].count("N"):
            return _doubted(part, columns, missing=missing)
        else:
            return {0: _listed(row)}
    return cells


def _segments(shape: str) -> list[tuple[int, int]]:
    """Where the panels of a row begin and end: each a code, a text and its figures."""
    return [match.span() for match in re.finditer(r"C?TN*|N+", shape)]


def _panel(row: _Row, columns: _Columns) -> int | None:
    """The panel of a row that prints one of several: the one that holds codes of its class."""
    if row.pieces[0].kind != "C":
        return None
    own = row.pieces[0].text[:_CLASS]
    fitting = [panel for panel, codes in enumerate(columns.classes) if own in codes]
    return fitting[0] if len(fitting) == 1 else None


def _listed(row: _Row) -> _Piece:
    """A row that fits no columns, as one text: recognition lists it."""
    return _Piece("T", " ".join(piece.text for piece in row.pieces), row.pieces[0].start)


def _doubted(part: Sequence[_Piece], columns: _Columns, *, missing: bool) -> dict[int, _Piece]:
    """A row with fewer figures than columns: its labels, and each figure where it may stand.

    Where the first column is the sum of the others, no row leaves it empty.
    """
    labels = [piece for piece in part if piece.kind != "N"]
    figures = [piece for piece in part if piece.kind == "N"]
    cells = {missing + place: piece for place, piece in enumerate(labels)}
    free = [column for column, kind in enumerate(columns.shape) if kind == "N"]
    if figures and columns.first_is_sum:
        cells[free.pop(0)] = figures.pop(0)
    if figures:
        text = " ".join(piece.text for piece in figures)
        cells |= {c: _Piece("N", f"{text} {UNREADABLE}", figures[0].start) for c in free}
    return cells


def _sums_up(rows: Sequence[_Row], shape: str) -> bool:
    """Whether the first figure of the full rows is the sum of the others."""
    full = [row for row in rows if row.shape.lstrip("C") == shape.lstrip("C")]
    numbers = [[_number(p.text) for p in row.pieces if p.kind == "N"] for row in full]
    kept = [first == sum(others) for first, *others in numbers]
    return len(kept) >= _FEWEST_SUMS and all(kept)


def _number(text: str) -> Decimal:
    try:
        return Decimal(re.sub(r"[,，]", "", text))
    except InvalidOperation:
        return Decimal(0)
