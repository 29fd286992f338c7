"""Tables without column rules: columns by where texts begin and end, rows by where they stand.

Here: from texts with their places to the cells of a table, for characters of a PDF and for texts
that recognition found on an image alike. Which columns there are is found in
``dagster_project.readers.aligned_columns``. Rules are not looked at: a table with three rules, with
one under each row or with none reads the same.

Lengths are in ``em``, the width of a Chinese character of the table, which knows nothing of how
generously a font or a recogniser draws its boxes.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Generic, TypeVar

from dagster_project.readers.aligned_columns import (
    Columns,
    Interval,
    Placed,
    Span,
    columns_of,
    em_of,
    is_figure,
    middle_of,
)
from dagster_project.readers.document import Finding

Text = TypeVar("Text", bound=Placed)

_SIDES = {"r": "to the right", "l": "to the left", "c": "in the middle"}

_AMOUNT = re.compile(
    r"[-−+(]?(?:\d[\d,]*\.\d+|\d{1,3}(?:,\d{3})+|0)[%)]?"  # no page number, no year
)
_CAPTION = re.compile(
    r"单位[::]\s*(?:人民币)?(?:百|千|万|亿)*元|公开\s*\d+\s*表|^(?:编制|填报)?(?:部门|单位)(?:名称)?[::]"
)
_SENTENCE = re.compile(r"[。;,]")
_TOTAL = re.compile(r"[合总]\s*计")
_DASH = re.compile(r"[-−—–]{1,2}")
_UNBROKEN = re.compile(r"[(（《“‘]*[^\s()（）][)）》”’、,:;]*")
_OUTLINE = re.compile(r"[(（][一二三四五六七八九十\d]+[)）]")
_NOTE = re.compile(r"^(?:备?注|说明)(?:[::]|\d)")

_SAME_LINE = 0.4
_LEAST_LINES = 3
_LEAST_CAPTIONED_LINES = 1
_LEAST_COLUMNS = 3
_HEAD_LINES = 14
_LINES_APART = 4.5
_PITCHES_APART = 2.5
_COLUMN_GAP = 1.2
_WORD_GAP = 0.6
_HEADER_LINES = 8
_HEADER_LETTERS = 16
_REGULAR = 1.2
_WRAPPED = 1.4
_HALF_HEIGHT = 0.4
_SAME_ROW = 0.4
_BETWEEN = 0.3
_WITHIN_ROW = 1.0
_BESIDE = 0.7
_NO_ROOM = 1.6
_TALLER = 1.2
_CLOSE = 1.8
_SAME_PLACE = 0.15
_FULL = 1.3


@dataclass(frozen=True, slots=True)
class Aligned(Generic[Text]):
    """A table: bounds of its rows and columns, and its cells with the texts that stand in them."""

    rows: tuple[float, ...]
    columns: tuple[float, ...]
    cells: tuple[tuple[Span, tuple[Text, ...]], ...]
    places: Columns

    @property
    def rectangle(self) -> tuple[float, float, float, float]:
        """The outline of the table."""
        return self.columns[0], self.rows[0], self.columns[-1], self.rows[-1]

    @property
    def texts(self) -> list[Text]:
        """All texts of the table."""
        return [text for _, texts in self.cells for text in texts]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """That its header may belong to other columns, if so."""
        if not self.places.equals:
            return ()
        ours, theirs = (f"figures set {_SIDES[side]}" for side in self.places.equals)
        message = "the header fits its columns in two ways equally well"
        return (Finding("ambiguous", message, ours, theirs),)


def lines_of(texts: Iterable[Text]) -> list[list[Text]]:
    """Texts grouped by the line they stand on, from the top, each line from the left."""
    lines: list[list[Text]] = []
    for text in sorted(texts, key=middle_of):
        if lines:
            first = lines[-1][0]
            drift = _SAME_LINE * min(_height(first), _height(text))
            if middle_of(text) - middle_of(first) <= drift:
                lines[-1].append(text)
                continue
        lines.append([text])
    return [sorted(line, key=lambda text: text.rectangle[0]) for line in lines]


def tables_of(texts: Iterable[Text], before: Aligned[Text] | None = None) -> list[Aligned[Text]]:
    """The unruled tables among the texts of a page, from the top.

    ``before`` is the last table of the page before: figures at the top of this page that keep
    within its columns go on with it, though no header says so.
    """
    lines = lines_of(texts)
    found: list[Aligned[Text]] = []
    side = before.places.side if before else ""
    for region in _regions(lines, before is not None):
        em = em_of([text for line in lines[region.head : region.end] for text in line])
        body = lines[region.body : region.end]
        if before and region.is_open and before.places.fits(lines[: region.end]):
            columns: Columns | None = replace(before.places, header=(), em=em, equals=())
            body = lines[: region.end]
        elif region.is_open and len(region.tabular) < _LEAST_LINES:
            continue
        else:
            columns = columns_of(lines[region.head : region.body], body, em, side)
        if columns is not None:
            body += _tail(lines, region, columns)
            side = columns.side
            found.append(_table(body, columns, em))
        before = None
    return found


def _height(text: Placed) -> float:
    return text.rectangle[3] - text.rectangle[1]


# regions ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Region:
    """Lines of a table: where its head and its body begin, and the line after the last.

    An open one begins with its figures at the top of the page.
    """

    head: int
    body: int
    end: int
    tabular: tuple[int, ...]
    is_open: bool


def _regions(lines: Sequence[Sequence[Placed]], goes_on: bool) -> list[_Region]:
    """The tables of a page; if ``goes_on``, one at its top may be the end of another."""
    if not lines:
        return []
    em = em_of([text for line in lines for text in line])
    tabular = [number for number, line in enumerate(lines) if _is_tabular(line, em)]
    apart = max(_LINES_APART * em, _PITCHES_APART * _pitch(lines, tabular))
    runs: list[list[int]] = []
    for number in tabular:
        if runs and not _parted(lines, runs[-1][-1], number, apart):
            runs[-1].append(number)
        else:
            runs.append([number])
    found: list[_Region] = []
    for run in runs:
        least = max(found[-1].end if found else 0, run[0] - _HEAD_LINES)
        head, is_captioned = _head(lines, run[0], least, apart)
        is_open = goes_on and not found and run[0] <= _HEAD_LINES and not is_captioned
        if len(run) >= (_LEAST_CAPTIONED_LINES if is_captioned or is_open else _LEAST_LINES):
            end = _end(lines, run, em)
            if len(run) < _LEAST_LINES and any("。" in t.text for n in lines[head:end] for t in n):
                continue  # a figure in prose that stands below the name of a form
            body = _body(lines, head, run, em)
            found.append(_Region(head, body, end, tuple(run), is_open))
    blank = _blank(lines, [range(region.head, region.end) for region in found], apart, em)
    return sorted([*found, *blank], key=lambda region: region.head)


def _blank(
    lines: Sequence[Sequence[Placed]], taken: Sequence[range], apart: float, em: float
) -> list[_Region]:
    """Forms that nothing is entered in: a caption, and below it a header of several columns."""
    found = []
    for number in range(1, len(lines)):
        is_head = _is_caption(lines[number - 1]) and not _is_caption(lines[number])
        if not is_head or any(number in region for region in taken):
            continue
        end = number
        while (
            end < len(lines)
            and not any(end in region for region in taken)
            and not _is_note(lines[end])
            and _gap(lines, end - 1, end) <= (apart or _LINES_APART * em)
            and not any(_SENTENCE.search(text.text) for text in lines[end])
        ):
            end += 1
        gaps = [
            right.rectangle[0] - left.rectangle[2]
            for line in lines[number:end]
            for left, right in pairwise(line)
        ]
        most = max((len(line) for line in lines[number:end]), default=0)
        longest = max((len(t.text) for line in lines[number:end] for t in line), default=0)
        is_prose = end - number > _HEADER_LINES or longest > _HEADER_LETTERS
        if most >= _LEAST_COLUMNS and min(gaps) > _WORD_GAP * em and not is_prose:
            body = next((n for n in range(number, end) if _is_entry(lines[n])), end)
            found.append(_Region(number, body, end, (), False))
    return found


def _is_entry(line: Sequence[Placed]) -> bool:
    """Whether a line is the total that stands alone in a blank form, or a single amount."""
    return len(line) == 1 and bool(
        _TOTAL.fullmatch(line[0].text) or _AMOUNT.fullmatch(line[0].text)
    )


def _is_caption(line: Sequence[Placed]) -> bool:
    return any(_CAPTION.search(text.text) for text in line)


def _pitch(lines: Sequence[Sequence[Placed]], tabular: Sequence[int]) -> float:
    """How far apart lines with figures usually stand; 0 if there are too few to know."""
    pitches = [_gap(lines, a, b) for a, b in pairwise(tabular) if b == a + 1]
    return median(pitches) if len(pitches) >= _LEAST_LINES else 0.0


def _is_tabular(line: Sequence[Placed], em: float) -> bool:
    """Whether a line has several figures, or an amount well apart from a text."""
    apart = [
        (left, right)
        for left, right in pairwise(line)
        if right.rectangle[0] - left.rectangle[2] > _COLUMN_GAP * em
    ]
    if not apart:  # in prose a space stands around a figure, and nothing is farther apart
        return False
    figures = sum(is_figure(text.text) and not _DASH.fullmatch(text.text) for text in line)
    return figures >= 2 or any(_AMOUNT.fullmatch(right.text) for _, right in apart)


def _body(lines: Sequence[Sequence[Placed]], head: int, run: Sequence[int], em: float) -> int:
    """Where the body begins: below the numbers of the columns, or with the first figures."""
    numbering = next((n for n in run if _is_numbering(lines[n])), None)
    if numbering is None:
        body = next(
            n
            for n in range(head, run[0] + 1)
            if n == run[0] or sum(is_figure(text.text) for text in lines[n]) >= 2
        )
        # The first line of a name stands a little higher than the figures beside it.
        is_beside = body > head and _gap(lines, body - 1, body) < _BESIDE * em
        return body - 1 if is_beside else body
    body = numbering + 1
    # A text of the header may stand a little lower than the numbers beside it.
    while body < run[-1] and body not in run and _gap(lines, numbering, body) < _WITHIN_ROW * em:
        body += 1
    return body


def _is_numbering(line: Sequence[Placed]) -> bool:
    """Whether a line numbers the columns: 栏次 1 2 3."""
    numbers = [text.text.strip("()[]") for text in line if is_figure(text.text)]
    return len(numbers) >= 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _gap(lines: Sequence[Sequence[Placed]], first: int, second: int) -> float:
    return middle_of(lines[second][0]) - middle_of(lines[first][0])


def _parted(lines: Sequence[Sequence[Placed]], first: int, second: int, apart: float) -> bool:
    """Whether something that is not of the table stands between two of its lines."""
    between = range(first, second)
    far = any(_gap(lines, n, n + 1) > apart for n in between)
    return far or any(_is_caption(lines[n]) for n in between)


def _head(
    lines: Sequence[Sequence[Placed]], first: int, least: int, apart: float
) -> tuple[int, bool]:
    """Where the head of a table begins whose figures begin at ``first``; if a caption ends it."""
    head = first
    while head > least:
        if _is_caption(lines[head - 1]):
            return head, True
        if _gap(lines, head - 1, head) > apart:
            break
        head -= 1
    while head < first and len(lines[head]) == 1 and not _is_heading(lines, head):
        head += 1
    return head, False


def _is_heading(lines: Sequence[Sequence[Placed]], number: int) -> bool:
    """Whether a line with one text heads columns: it stands as close and is as small as these."""
    (text,), below = lines[number], lines[number + 1]
    usual = median(map(_height, below))
    return _height(text) <= _TALLER * usual and _gap(lines, number, number + 1) <= _CLOSE * usual


def _end(lines: Sequence[Sequence[Placed]], run: Sequence[int], em: float) -> int:
    """The line after the last of a table: with the rest of a wrapped name below its figures."""
    end = run[-1] + 1
    while (
        end < len(lines) and _gap(lines, end - 1, end) <= _WRAPPED * em and not _is_note(lines[end])
    ):
        end += 1
    return end


def _tail(lines: Sequence[list[Text]], region: _Region, columns: Columns) -> list[list[Text]]:
    """Lines without figures below a table that keep to its columns, no farther apart than its."""
    pitch = max(
        [_gap(lines, a, b) for a, b in pairwise(region.tabular) if b == a + 1],
        default=2 * columns.em,
    )
    end = region.end
    while (
        end < len(lines)
        and not _is_note(lines[end])
        and _gap(lines, end - 1, end) <= _REGULAR * pitch
        and columns.fits([lines[end]])
    ):
        end += 1
    return [list(line) for line in lines[region.end : end]]


def _is_note(line: Sequence[Placed]) -> bool:
    return _is_caption(line) or any(_NOTE.match(text.text) for text in line)


# rows ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cell(Generic[Text]):
    """Texts of one cell, from the top, in the columns from ``first`` to ``last``.

    ``height`` is the number of rows that it stands over.
    """

    first: int
    last: int
    texts: list[Text]
    em: float
    height: int = 1

    @property
    def extent(self) -> Interval:
        """From where to where the lines of the cell reach."""
        middles = [middle_of(text) for text in self.texts]
        return min(middles) - _HALF_HEIGHT * self.em, max(middles) + _HALF_HEIGHT * self.em

    @property
    def is_figure(self) -> bool:
        """Whether it holds a figure and nothing else; figures are never broken over lines."""
        return len(self.texts) == 1 and is_figure(self.texts[0].text)


def _table(body: Sequence[Sequence[Text]], columns: Columns, em: float) -> Aligned[Text]:
    head: list[list[_Cell[Text]]] = [
        [_Cell(first, last, texts, em) for first, last, texts in row]
        for row in columns.header_rows()
    ]
    rows = _merged_down([*head, *_rows(_cells(body, columns, em))], em)
    cells = tuple(
        ((number, cell.first, cell.height, cell.last - cell.first + 1), tuple(cell.texts))
        for number, row in enumerate(rows)
        for cell in row
    )
    return Aligned(_row_bounds(rows), columns.bounds, cells, columns)


def _row_bounds(rows: Sequence[Sequence[_Cell[Text]]]) -> tuple[float, ...]:
    boxes = [text.rectangle for row in rows for cell in row for text in cell.texts]
    return (
        min(box[1] for box in boxes),
        *((_middle(above) + _middle(below)) / 2 for above, below in pairwise(rows)),
        max(box[3] for box in boxes),
    )


def _cells(lines: Sequence[Sequence[Text]], columns: Columns, em: float) -> list[_Cell[Text]]:
    """The cells of the body: texts of a line in one column, and the lines that a name wraps to."""
    done: list[_Cell[Text]] = []
    figures = [middle_of(text) for line in lines for text in line if is_figure(text.text)]
    open_cells: dict[tuple[int, int], _Cell[Text]] = {}
    parted: list[dict[tuple[int, int], list[Text]]] = []
    widest: defaultdict[tuple[int, int], float] = defaultdict(float)
    for line in lines:
        own: defaultdict[tuple[int, int], list[Text]] = defaultdict(list)
        for text in line:
            own[columns.place(text)].append(text)
        parted.append(own)
        for place, texts in own.items():
            widest[place] = max(widest[place], _extent(texts)[0])
    for line_parts in parted:
        for place, texts in line_parts.items():
            cell = open_cells.get(place)
            if cell and _goes_on(cell, texts, columns, figures, widest[place]):
                cell.texts += texts
            else:
                open_cells[place] = _Cell(*place, list(texts), em)
                done.append(open_cells[place])
    return done


def _goes_on(
    cell: _Cell[Text],
    texts: Sequence[Text],
    columns: Columns,
    figures: Sequence[float],
    widest: float,
) -> bool:
    """Whether a line is the rest of the cell above it.

    It stands close below, and the line above it is as long as lines of the column get, or the
    figures of the row stand between the two.
    """
    if cell.is_figure or any(is_figure(text.text) for text in texts):
        return False
    low, high = middle_of(cell.texts[-1]), middle_of(texts[0])
    apart = _BETWEEN * columns.em
    own = [any(abs(place - line) < apart for place in figures) for line in (low, high)]
    if high - low > _WRAPPED * columns.em or all(own):
        return False
    if any(low + apart < place < high - apart for place in figures):
        return True
    line = [text for text in cell.texts if low - middle_of(text) < _SAME_LINE * columns.em]
    width, end = _extent(line)
    room = (_FULL + _whole(texts[0].text)) * columns.em
    return width + room > widest or end + room > columns.extents[cell.last][1]


def _whole(text: str) -> int:
    """How many letters more than one begin a line because no line may end between them.

    政府办公厅 | (室)及相关机构事务: no line ends in a bracket that opens or begins in one that
    closes. An outline number in brackets begins a name of its own.
    """
    head = _UNBROKEN.match(text)
    return len(head[0]) - 1 if head and not _OUTLINE.match(text) else 0


def _extent(line: Sequence[Placed]) -> tuple[float, float]:
    """How wide the texts of a line are together, and where they end."""
    end = max(text.rectangle[2] for text in line)
    return end - min(text.rectangle[0] for text in line), end


def _rows(cells: Sequence[_Cell[Text]]) -> list[list[_Cell[Text]]]:
    """Cells in rows: around the figures, which are one line each, then among themselves."""
    rows: list[list[_Cell[Text]]] = []
    for cell in sorted(cells, key=lambda cell: (not cell.is_figure, cell.extent)):
        shares = [(_share(cell, row), number) for number, row in enumerate(rows)]
        share, number = max(shares, default=(0.0, -1))
        if share >= _SAME_ROW:
            _add(rows[number], cell)
        else:
            rows.append([cell])
    return [sorted(row, key=lambda cell: cell.first) for row in sorted(rows, key=_middle)]


def _middle(row: Sequence[_Cell[Text]]) -> float:
    """The height that the cells of a row stand at, those over several rows left out."""
    return median(sum(cell.extent) / 2 for cell in row if cell.height == 1)


def _merged_down(rows: list[list[_Cell[Text]]], em: float) -> list[list[_Cell[Text]]]:
    """The rows, with a text that stands between two of them as a cell over several.

    It stands in the middle of as many rows as leave its column free, where there is no room for
    a row of its own.
    """
    pitch = median([_middle(b) - _middle(a) for a, b in pairwise(rows)] or [0.0])
    labels = [
        row
        for above, row, below in zip(rows, rows[1:], rows[2:], strict=False)
        if len(row) == 1 and _middle(below) - _middle(above) < _NO_ROOM * pitch
    ]
    for row in labels:
        place, cell = rows.index(row), row[0]
        others = rows[:place] + rows[place + 1 :]
        bounds = _row_bounds(others)
        free = [not any(c.first <= cell.last and cell.first <= c.last for c in r) for r in others]
        reaches = [
            (round(off / (_SAME_PLACE * em)), first - last, first)
            for first in range(place)
            for last in range(place, len(others))
            if all(free[first : last + 1])
            for off in [abs((bounds[first] + bounds[last + 1]) / 2 - _middle(row))]
            if off <= _SAME_LINE * em
        ]
        if reaches:
            _, height, first = min(reaches)
            cell.height = 1 - height
            others[first] = sorted([*others[first], cell], key=lambda cell: cell.first)
            rows = others
    return rows


def _share(cell: _Cell[Text], row: Sequence[_Cell[Text]]) -> float:
    """How much of the shorter of a cell and the first of a row lies beside the other."""
    (low, high), (start, end) = cell.extent, row[0].extent
    return (min(high, end) - max(low, start)) / min(high - low, end - start)


def _add(row: list[_Cell[Text]], cell: _Cell[Text]) -> None:
    """Put a cell in a row; what stands in the same column is the same cell."""
    for other in row:
        if other.first <= cell.last and cell.first <= other.last:
            other.first, other.last = min(other.first, cell.first), max(other.last, cell.last)
            other.texts = sorted([*other.texts, *cell.texts], key=middle_of)
            return
    row.append(cell)
