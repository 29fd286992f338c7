"""Pages that are images: what is drawn and written on them, as grids and paragraphs.

Here: from the image of a page to its blocks. Its rules give the cells, and every text goes into
the cell it stands in. Texts without a Chinese character, which is to say figures and codes, are
read twice, from strips cut and stretched differently: readings that differ leave a confidence
below one half, readings that agree one above. What a figure means is not known here, and its
marks stay as they were recognised.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from dagster_project.readers import alignment, image_rules, page_image, recogniser
from dagster_project.readers.document import (
    UNCERTAIN,
    UNREADABLE,
    Block,
    Cell,
    Finding,
    Grid,
    Paragraph,
)
from dagster_project.readers.glyphs import join_lines, join_words, normalise
from dagster_project.readers.image_rules import Lattice, Span
from dagster_project.readers.page_image import Image, PageImage
from dagster_project.readers.recogniser import Rectangle

DPI = 300
LONGEST_SIDE = 5000

_POINTS_PER_INCH = 72
_LEAST_GLYPHS = 3
_DARK = 100

# Lengths in pixels of an image of 300 dpi.
_INSET = 3
_MARGIN = 7
_LARGE = 12
_BESIDE, _BELOW = 30, 24

# In heights of the line.
_SHARED_HEIGHT = 0.3
_TALL = 1.8
_TOUCHING = 0.4
_NUMBER_GAP = 0.9
_PRINTED_SPACE = 0.4
_COLUMN_GAP = 1.5

_NOISE = 0.5
_MAJORITY, _NO_MAJORITY = 0.4, 0.2
_LEAST_SURE = 0.8
_FEW_DOUBTS, _MANY_DOUBTS, _SURELY_BELOW = 2, 0.06, 0.99

# How a strip is stretched for the second reading and, where that differs, for the third: of two
# equal digits that stand close, a recogniser may lose one, and rarely at every width.
_STRETCHES = (1.3, 0.8)

_CHINESE = re.compile(r"[\u3400-\u9fff]")
# Mainland bodies print simplified characters; the recogniser also knows the traditional ones, and
# takes one for the other where they differ by a stroke or the print is poor.
_TRADITIONAL = (
    "決决 況况 減减 準准 淨净 凈净 凍冻 涼凉 湊凑 衝冲 別别 內内 戶户 產产 産产 說说 稅税 銳锐 "
    "宮宫 黃黄 溫温 錄录 綠绿 爭争 靑青 冊册 換换 兌兑 費费 經经 項项 計计 業业 務务 級级 結结 "
    "轉转 財财 撥拨 預预 資资 專专 養养 離离 員员 醫医 療疗 險险 補补 購购 設设 備备 衛卫 環环 "
    "總总 額额 單单 編编 類类 貸贷 債债 貨货 車车 門门 關关 機机 構构 學学 幣币"
)
_SIMPLIFIED = str.maketrans({pair[0]: pair[1] for pair in _TRADITIONAL.split()})

_DIGIT_OR_UNREADABLE = re.compile(rf"\d|{UNREADABLE}")
_DASH = re.compile(r"[-_—―–−一\s]+")
_FIGURE_PART = re.compile(r"[-−(]?[\d.,]+[%)]?")
_WITH_DECIMALS = re.compile(r".*\d[.,]\d{2}")
_MARKS = re.compile(r"[.,:;'`·。、\s]+")
_WELL_FORMED = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class _Place:
    """A cell of one of the tables of a page."""

    table: int
    span: Span


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text of one line where it stands; ``place`` is None outside the tables."""

    place: _Place | None
    rectangle: Rectangle
    text: str = ""
    score: float = 0.0

    @property
    def height(self) -> int:
        return self.rectangle[3] - self.rectangle[1]


@dataclass(frozen=True, slots=True)
class _Table:
    lattice: Lattice
    reader: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """The text of a cell and how sure it is."""

    text: str
    confidence: float


def read_pdf_page(page: Any, number: int) -> list[Block]:
    """The blocks of a page of a PDF, as pypdfium2 opened it, read from its image."""
    scale = min(DPI / _POINTS_PER_INCH, LONGEST_SIDE / max(*page.get_size(), 1.0))
    image = page.render(scale=scale, grayscale=True).to_numpy()
    return read_image(np.asarray(image, np.uint8), number, 1 / scale)


def read_image(image: Image, number: int, points_per_pixel: float) -> list[Block]:
    """The blocks of a page from its grey image of about 300 dpi, in reading order."""
    grey = np.ascontiguousarray(image[:, :, 0] if image.ndim == 3 else image)
    if np.median(grey) < _DARK:
        grey = np.asarray(255 - grey, np.uint8)
    if not page_image.has_writing(grey, _LEAST_GLYPHS):
        return []
    page, located = page_image.upright(grey, points_per_pixel)
    lattices, rules = image_rules.lattices_of(page.ink)
    tables = [_Table(lattice, "rapidocr/ruled") for lattice in lattices]
    glyphs = _Glyphs(page.glyphs(rules), lattices)
    pieces = _recognised(page, glyphs.pieces(located))
    inside = [piece for piece in pieces if piece.place]
    outside = [piece for piece in pieces if piece.text and not piece.place]
    for aligned in alignment.tables_of(outside):
        inside += [
            _Piece(_Place(len(tables), span), piece.rectangle, piece.text, piece.score)
            for span, members in aligned.cells
            for piece in members
        ]
        outside = [piece for piece in outside if piece not in aligned.texts]
        tables.append(_Table(_lattice(aligned), "rapidocr/aligned", aligned.findings))
    contents = _contents(page, inside, glyphs)
    legible = [piece for piece in outside if piece.score >= _NOISE]
    return _blocks(page, number, tables, contents, legible)


def _blocks(
    page: PageImage,
    number: int,
    tables: Sequence[_Table],
    contents: dict[_Place, _Content],
    outside: Sequence[_Piece],
) -> list[Block]:
    placed: list[tuple[float, float, Block]] = []
    for index, table in enumerate(tables):
        own = {place.span: content for place, content in contents.items() if place.table == index}
        # Lines of a picture may look like a table; nothing legible stands in it.
        if any(content.confidence >= UNCERTAIN for content in own.values()):
            x0, y0, _, _ = table.lattice.rectangle
            placed.append((y0, x0, _grid(page, number, table, own)))
    for row_number, line in enumerate(alignment.lines_of(outside), start=1):
        rectangle = _extent(piece.rectangle for piece in line)
        block = Paragraph(_line_text(line), number, row_number, page.seen(rectangle))
        placed.append(((rectangle[1] + rectangle[3]) / 2, rectangle[0], block))
    return [block for _, _, block in sorted(placed, key=lambda item: item[:2])]


def _grid(page: PageImage, number: int, table: _Table, contents: dict[Span, _Content]) -> Grid:
    cells = tuple(
        Cell(
            text=content.text,
            row=span[0],
            column=span[1],
            page=number,
            row_number=span[0] + 1,
            column_number=span[1] + 1,
            row_span=span[2],
            column_span=span[3],
            box=page.seen(table.lattice.rectangle_of(span)),
            confidence=round(content.confidence, 3),
        )
        for span, content in sorted(contents.items())
    )
    rows, columns = len(table.lattice.rows) - 1, len(table.lattice.columns) - 1
    sure = min(content.confidence for content in contents.values())
    return Grid(cells, rows, columns, number, table.reader, round(sure, 3), table.findings)


# where texts stand ---------------------------------------------------------------------------


class _Glyphs:
    """The glyphs of a page by the cell they stand in."""

    def __init__(self, glyphs: Sequence[Rectangle], lattices: Sequence[Lattice]) -> None:
        self.lattices = lattices
        self.spans = [_spans_by_position(lattice) for lattice in lattices]
        self.by_place: defaultdict[_Place | None, list[Rectangle]] = defaultdict(list)
        for glyph in glyphs:
            self.by_place[self._at(glyph)].append(glyph)

    def _at(self, rectangle: Rectangle) -> _Place | None:
        """The cell that holds the middle of a rectangle; of nested tables, the inner one's."""
        x, y = (rectangle[0] + rectangle[2]) / 2, (rectangle[1] + rectangle[3]) / 2
        found = []
        for index, lattice in enumerate(self.lattices):
            row, column = bisect_right(lattice.rows, y) - 1, bisect_right(lattice.columns, x) - 1
            span = self.spans[index].get((row, column))
            if span:
                found.append((_area(lattice.rectangle), index, span))
        return _Place(*min(found)[1:]) if found else None

    def inner(self, place: _Place) -> Rectangle:
        """The inside of a cell, without its rules."""
        x0, y0, x1, y1 = self.lattices[place.table].rectangle_of(place.span)
        return x0 + _INSET, y0 + _INSET, x1 - _INSET, y1 - _INSET

    def pieces(self, located: Sequence[Rectangle]) -> list[_Piece]:
        """The located texts cut at the borders of cells, and what was overlooked in cells."""
        found = [piece for rectangle in located for piece in self._cut(rectangle)]
        covered: defaultdict[_Place | None, list[Rectangle]] = defaultdict(list)
        for piece in found:
            covered[piece.place].append(piece.rectangle)
        for place, glyphs in self.by_place.items():
            if place:
                missed = [glyph for glyph in glyphs if not _is_covered(glyph, covered[place])]
                strips = self._strips(place, missed, covered[place])
                found += [_Piece(place, strip) for strip in strips]
        return [part for piece in _united(found) for part in self._untowered(piece)]

    def _cut(self, rectangle: Rectangle) -> list[_Piece]:
        """A located text by the cells its glyphs stand in."""
        least = _SHARED_HEIGHT * (rectangle[3] - rectangle[1])
        places: dict[_Place | None, Rectangle] = {}
        for place, glyphs in self.by_place.items():
            if place is None or _overlap(self.inner(place), rectangle):
                touched = [glyph for glyph in glyphs if _holds_middle(rectangle, glyph)]
                extent = _extent(touched) if touched else (0, 0, 0, 0)
                if extent[3] - extent[1] >= least:
                    places[place] = extent
        if len(places) <= 1:
            place = next(iter(places), self._at(rectangle))
            return [_Piece(place, self._within(place, rectangle))]
        return [
            _Piece(
                place,
                self._within(place, (x0 - _MARGIN, rectangle[1], x1 + _MARGIN, rectangle[3])),
            )
            for place, (x0, _, x1, _) in places.items()
        ]

    def _within(self, place: _Place | None, rectangle: Rectangle) -> Rectangle:
        return _common(rectangle, self.inner(place)) if place else rectangle

    def _strips(
        self, place: _Place, missed: Sequence[Rectangle], located: Sequence[Rectangle]
    ) -> list[Rectangle]:
        """What was overlooked in a cell as strips, as high as the line they continue."""
        strips = []
        for group in _neighbours(missed):
            if any(map(_is_large, group)):
                extent = _extent(group)
                lines = [line for line in located if _is_level(line, extent)]
                sides = _extent([extent, *lines])
                level = (extent[0], sides[1], extent[2], sides[3]) if lines else extent
                strips.append(self.strip(place, [level]))
        return strips

    def strip(self, place: _Place, glyphs: Sequence[Rectangle]) -> Rectangle:
        """The strip of a cell that holds some of its glyphs, with a margin."""
        x0, y0, x1, y1 = _extent(glyphs)
        wide = (x0 - _MARGIN, y0 - _MARGIN, x1 + _MARGIN, y1 + _MARGIN)
        return _common(wide, self.inner(place))

    def _untowered(self, piece: _Piece) -> list[_Piece]:
        """A piece whose characters stand one below the other, by character."""
        x0, y0, x1, y1 = piece.rectangle
        if piece.height < _TALL * (x1 - x0):
            return [piece]
        glyphs = [g for g in self.by_place[piece.place] if _holds_middle(piece.rectangle, g)]
        lines = alignment.lines_of([_Piece(piece.place, glyph) for glyph in glyphs])
        parts: list[list[int]] = []
        for line in lines:
            top, bottom = _extent(part.rectangle for part in line)[1::2]
            if parts and bottom - parts[-1][0] <= x1 - x0:
                parts[-1][1] = max(parts[-1][1], bottom)
            else:
                parts.append([top, bottom])
        if len(parts) < 2:
            return [piece]
        return [_Piece(piece.place, (x0, top - 2, x1, bottom + 2)) for top, bottom in parts]


def _spans_by_position(lattice: Lattice) -> dict[tuple[int, int], Span]:
    return {
        (row, column): span
        for span in lattice.spans
        for row in range(span[0], span[0] + span[2])
        for column in range(span[1], span[1] + span[3])
    }


def _lattice(table: alignment.Aligned[_Piece]) -> Lattice:
    return Lattice(
        tuple(map(round, table.rows)),
        tuple(map(round, table.columns)),
        tuple(span for span, _ in table.cells),
    )


def _extent(rectangles: Iterable[Rectangle]) -> Rectangle:
    x0, y0, x1, y1 = zip(*rectangles, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _common(first: Rectangle, second: Rectangle) -> Rectangle:
    return (
        max(first[0], second[0]),
        max(first[1], second[1]),
        min(first[2], second[2]),
        min(first[3], second[3]),
    )


def _area(rectangle: Rectangle) -> int:
    return (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1])


def _overlap(first: Rectangle, second: Rectangle) -> bool:
    x0, y0, x1, y1 = _common(first, second)
    return x0 < x1 and y0 < y1


def _holds_middle(outer: Rectangle, inner: Rectangle) -> bool:
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return outer[0] <= x <= outer[2] and outer[1] <= y <= outer[3]


def _united(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces of a cell that touch on one line as one: a line is best read in one go."""
    found = [piece for piece in pieces if not piece.place]
    cells: defaultdict[_Place, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.place:
            cells[piece.place].append(piece)
    for place, own in cells.items():
        for line in alignment.lines_of(own):
            parts = [line[0].rectangle]
            for piece in line[1:]:
                last, rectangle = parts[-1], piece.rectangle
                gap = rectangle[0] - last[2]
                if gap <= _TOUCHING * min(last[3] - last[1], piece.height):
                    parts[-1] = _extent([last, rectangle])
                else:
                    parts.append(rectangle)
            found += [_Piece(place, part) for part in parts]
    return found


def _neighbours(glyphs: Sequence[Rectangle]) -> list[list[Rectangle]]:
    """Glyphs in groups of those that stand close together."""
    groups: list[list[Rectangle]] = []
    for glyph in glyphs:
        x0, y0, x1, y1 = glyph
        reach = (x0 - _BESIDE, y0 - _BELOW, x1 + _BESIDE, y1 + _BELOW)
        close = [group for group in groups if any(_overlap(reach, other) for other in group)]
        groups = [group for group in groups if group not in close]
        groups.append([glyph, *(other for group in close for other in group)])
    return groups


def _is_level(line: Rectangle, part: Rectangle) -> bool:
    return line[1] < (part[1] + part[3]) / 2 < line[3]


def _is_large(glyph: Rectangle) -> bool:
    return max(glyph[2] - glyph[0], glyph[3] - glyph[1]) >= _LARGE


def _is_covered(glyph: Rectangle, strips: Sequence[Rectangle]) -> bool:
    return any(_holds_middle(strip, glyph) for strip in strips)


# what texts say ------------------------------------------------------------------------------


def _recognised(page: PageImage, pieces: Sequence[_Piece], stretch: float = 1.0) -> list[_Piece]:
    strips = [page.strip(piece.rectangle, stretch) for piece in pieces]
    return [
        _Piece(piece.place, piece.rectangle, _plain(reading.text), reading.score)
        for piece, reading in zip(pieces, recogniser.recognise(strips), strict=True)
    ]


def _plain(text: str) -> str:
    return normalise(text).translate(_SIMPLIFIED).strip()


def _contents(page: PageImage, pieces: Sequence[_Piece], glyphs: _Glyphs) -> dict[_Place, _Content]:
    """The text of each cell, figures and codes read until two readings agree."""
    cells: defaultdict[_Place, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.place:
            cells[piece.place].append(piece)
    readings = {place: [_content(found)] for place, found in cells.items()}
    for stretch in _STRETCHES:
        doubtful = [place for place, found in readings.items() if _is_open(found)]
        strips = [strip for place in doubtful for strip in _other_strips(cells[place], glyphs)]
        again: defaultdict[_Place, list[_Piece]] = defaultdict(list)
        for piece in _recognised(page, strips, stretch):
            if piece.place:
                again[piece.place].append(piece)
        for place in doubtful:
            readings[place].append(_content(again[place]))
    figures = {place for place, found in readings.items() if len(found) > 1}
    return _doubted({place: _agreed(found) for place, found in readings.items()}, figures)


def _doubted(contents: dict[_Place, _Content], figures: set[_Place]) -> dict[_Place, _Content]:
    """The cells of a page, no figure believed where too many cannot be.

    On a page that is hard to read, two readings often agree on what is not there. Dashes, signs of
    comparison and of percent tell nothing of a page: their readings differ on good ones.
    """
    figures = {place for place in figures if _DIGIT_OR_UNREADABLE.search(contents[place].text)}
    uncertain = sum(contents[place].confidence < UNCERTAIN for place in figures)
    if uncertain <= max(_FEW_DOUBTS, _MANY_DOUBTS * len(figures)):
        return contents
    return {
        place: replace(content, confidence=content.confidence * UNCERTAIN * _SURELY_BELOW)
        if place in figures
        else content
        for place, content in contents.items()
    }


def _content(pieces: Sequence[_Piece]) -> _Content:
    score = min((piece.score for piece in pieces), default=0.0)
    return _Content(_cell_text([piece for piece in pieces if piece.text]), score)


def _is_open(readings: Sequence[_Content]) -> bool:
    """Whether another reading is needed to believe the last one."""
    if _CHINESE.search(readings[0].text):
        return False
    return len({_value(reading.text) for reading in readings}) == len(readings)


def _other_strips(pieces: Sequence[_Piece], glyphs: _Glyphs) -> list[_Piece]:
    """A cell in other strips than its pieces: cut around the ink, where it is one line."""
    place = pieces[0].place
    inside = glyphs.by_place.get(place, [])
    if place is None or not inside or len(alignment.lines_of(pieces)) > 1:
        return [_Piece(place, piece.rectangle) for piece in pieces]
    return [_Piece(place, glyphs.strip(place, inside))]


def _agreed(readings: Sequence[_Content]) -> _Content:
    """What the readings of a cell come to."""
    first = readings[0]
    if len(readings) == 1:
        return first if first.text else _Content(UNREADABLE, 0.0)
    values = Counter(_value(reading.text) for reading in readings)
    value, votes = values.most_common(1)[0]
    chosen = [reading for reading in readings if _value(reading.text) == value]
    if votes == 1:
        chosen = list(readings)
    # Marks that make a well-formed figure were not read by chance.
    best = next((r for r in chosen if _WELL_FORMED.fullmatch(r.text)), chosen[0])
    text = best.text or UNREADABLE
    if len(values) == 1 and best.text:
        sure = min(reading.confidence for reading in readings)
        if sure >= _LEAST_SURE:
            return _Content(text, UNCERTAIN + (1 - UNCERTAIN) * sure)
    return _Content(text, _MAJORITY if votes > 1 and best.text else _NO_MAJORITY)


def _value(text: str) -> str:
    """A figure with its digits, its decimal point and its sign, whatever marks were read."""
    if _DASH.fullmatch(text):
        return "—"
    marked = text.strip(" .,")
    sign = "-" if marked.startswith(("-", "−", "(")) else ""
    share = "%" if marked.endswith("%") else ""
    parts = _MARKS.split(marked.strip("-−()%"))
    decimals = f".{parts.pop()}" if len(parts) > 1 and len(parts[-1]) != 3 else ""
    return f"{sign}{''.join(parts)}{decimals}{share}"


def _cell_text(pieces: Sequence[_Piece]) -> str:
    """The text of a cell, what was recognised apart joined."""
    lines = [_joined_line(line) for line in alignment.lines_of(pieces)]
    if all(_FIGURE_PART.fullmatch(line) for line in lines):
        text = ""
        for line in lines:
            goes_on = bool(_MARKS.search(text)) and not _WITH_DECIMALS.fullmatch(text)
            text = text + line if goes_on else f"{text} {line}".strip()
        return text
    return join_lines(lines)


def _joined_line(line: Sequence[_Piece]) -> str:
    text = line[0].text
    for left, right in pairwise(line):
        gap = right.rectangle[0] - left.rectangle[2]
        figure = _FIGURE_PART.fullmatch(left.text) and _FIGURE_PART.fullmatch(right.text)
        whole = _WITH_DECIMALS.fullmatch(left.text) and _WITH_DECIMALS.fullmatch(right.text)
        if figure and not whole and gap <= _NUMBER_GAP * min(left.height, right.height):
            text += right.text
        else:
            text = join_words([text, right.text])
    return text


def _line_text(line: Sequence[_Piece]) -> str:
    """A line of running text: columns two spaces apart, one space where one was printed."""
    text = line[0].text
    for left, right in pairwise(line):
        gap = (right.rectangle[0] - left.rectangle[2]) / max(1, min(left.height, right.height))
        if gap >= _COLUMN_GAP:
            text = f"{text}  {right.text}"
        elif gap >= _PRINTED_SPACE:
            text = f"{text} {right.text}"
        else:
            text = join_words([text, right.text])
    return text
