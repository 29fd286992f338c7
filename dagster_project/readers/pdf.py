"""PDF documents: pages that carry their text, and the way to recognition for those that do not.

Here: which pages can hold a table, what camelot finds there, and how its grids are filled with
the characters of the page. camelot decides where rows and columns run; the characters are
pdfium's, each put into the cell it stands in, so that the box of a cell holds what the cell says.
A raster engine is never used: it loses columns on rotated pages. A page that is an image is read
by ``dagster_project.readers.ocr``, whatever the other pages are. Tables that go on over pages are
not joined: a grid ends with its page.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from camelot.handlers import PDFHandler
from camelot.parsers import Hybrid, Lattice

from dagster_project.readers.document import Block, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.glyphs import is_garbled, normalise
from dagster_project.readers.pdf_text import (
    Character,
    Rectangle,
    View,
    Word,
    cell_text,
    characters,
    characters_of_camelot,
    columns_of,
    line_text,
    rectangle_of,
    text_lines,
    view_of,
    words,
)
from dagster_project.readers.rulings import merged

# camelot's parser reports every slip of a producer; what matters of it ends in an exception.
logging.getLogger("playa").setLevel(logging.CRITICAL)

MAX_PAGES = 2000
MAX_IMAGE_PAGES = 300
MAX_IMAGE_PIXELS = 60_000_000
_HEADER_WITHIN = 1024
_TRAILER_WITHIN = 2048

# A grid has at least four rules; a rule is a line (two points) or a thin rectangle (five).
_RULING_POINTS = 8
_TABULAR_LINES = 3
_OVERFLOW_POINTS = 1.0
_CUT_GAP = 0.1
_ORDER_GAP = 2
# pdfium drops texts without an extent: digits turned by 90° whose font is not in the file.
_LOST_SHARE = 1.02
_CLOSED_SHARE = 0.5
_COVERED_SHARE = 0.75
_FEW_CHARACTERS = 40
_HIDDEN_SHARE = 0.9
_RULE_TOLERANCE = 2.0

_NUMBER = re.compile(r"[-+(]?\d[\d,]*(?:\.\d+)?[%)]?")
_CAPTION = re.compile(
    r"单位[::]\s*(?:人民币)?(?:百|千|万|亿)*元|公开\s*\d+\s*表|^(?:编制|填报)?(?:部门|单位)(?:名称)?[::]"
)
_CAPTION_ROWS = 5


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where camelot sees a table: bounds in its own coordinates, and the cells as spans.

    ``rows`` are (bottom, top) from the top of the page down, ``columns`` (left, right); ``spans``
    are (row, column, row span, column span).
    """

    page: int
    reader: str
    turn: int
    rows: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, float], ...]
    spans: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Spare:
    """The characters of a page as camelot's parser reads them, where pdfium misses some."""

    turn: int
    parts: tuple[tuple[str, Rectangle], ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What camelot gives for a document."""

    layouts: defaultdict[int, list[_Layout]]
    spares: dict[int, _Spare]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose cells have their words; bounds are in the upright view of the page."""

    layout: _Layout
    rectangle: Rectangle
    cells: tuple[tuple[tuple[int, int, int, int], Rectangle, tuple[Word, ...]], ...]

    @property
    def words(self) -> list[Word]:
        return [word for _, _, found in self.cells for word in found]

    def number_rows(self) -> int:
        """In how many rows a number stands."""
        return len({span[0] for span, _, found in self.cells if any(map(_is_number, found))})


def read(path: Path) -> Document:
    """Read a PDF: the text of its pages, and by recognition those pages that are images.

    Raises:
        ReadError: the file is no PDF, is protected, damaged or too long, or says nothing.
    """
    _check_frame(path)
    document = _open(path)
    try:
        return _read(path, document)
    finally:
        document.close()


def _check_frame(path: Path) -> None:
    """Refuse what is cut off: pdfium would repair it into a document with fewer pages."""
    data = path.read_bytes()
    if not data:
        raise ReadError("the file is empty")
    if b"%PDF-" not in data[:_HEADER_WITHIN]:
        raise ReadError("the file is not a PDF")
    end = data.rfind(b"%%EOF")
    goes_on = end >= 0 and b" obj" in data[end:] and end < len(data) - _TRAILER_WITHIN
    if end < 0 or goes_on:
        raise ReadError("the file is truncated: its end is missing")


def _open(path: Path) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        raise ReadError(_refusal(getattr(error, "err_code", None))) from error
    count = len(document)
    if count == 0 or count > MAX_PAGES:
        document.close()
        raise ReadError(
            f"the document has {count} pages, more than the {MAX_PAGES} that are read"
            if count
            else "the document has no pages"
        )
    return document


def _refusal(code: int | None) -> str:
    if code == pdfium_c.FPDF_ERR_PASSWORD:
        return "the file is protected by a password"
    if code == pdfium_c.FPDF_ERR_SECURITY:
        return "the file is protected in a way that cannot be opened"
    return "the file is damaged and cannot be opened as a PDF"


def _read(path: Path, document: pdfium.PdfDocument) -> Document:
    counts = {number: _text_length(document, number) for number in range(1, len(document) + 1)}
    readable = {n: count for n, count in counts.items() if count}
    recognised = _recognised(document, [number for number in counts if number not in readable])
    ruled = {n: count for n, count in readable.items() if _has_rulings(document, n)}
    found = _search(path, document, ruled, "lattice")
    pages = {
        number: _Page.read(document, number, found.layouts[number], found.spares.get(number))
        for number in readable
    }
    unruled = {n: readable[n] for n, page in pages.items() if page.has_table_outside_grids()}
    for number, layouts in _search(path, document, unruled, "hybrid").layouts.items():
        pages[number] = pages[number].with_unruled(document, layouts)
    native = {number: page.blocks() for number, page in pages.items()}
    blocks = [block for number in counts for block in (native | recognised).get(number, [])]
    return Document("pdf", _origin(native, recognised), len(document), tuple(blocks))


def _text_length(document: pdfium.PdfDocument, number: int) -> int:
    """How many characters a page has that can be read, spaces not counted; none on an image."""
    page = _page(document, number)
    text = page.get_textpage().get_text_range()
    count = 0 if is_garbled(text) else len("".join(text.split()))
    return 0 if count and _is_image(page, count) else count


def _is_image(page: pdfium.PdfPage, count: int) -> bool:
    """Whether an image covers a page, and its text is hidden under it or a mere page number.

    A hidden text is what some other program recognised; it says neither how sure it is nor where
    exactly its characters stand.
    """
    width, height = page.get_size()
    covered = 0.0
    for item in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        covered += _area(item.get_bounds())
    if covered < _COVERED_SHARE * width * height:
        return False
    texts = list(page.get_objects([pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=5))
    modes = [pdfium_c.FPDFTextObj_GetTextRenderMode(item.raw) for item in texts]
    hidden = modes.count(pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
    return count < _FEW_CHARACTERS or hidden >= _HIDDEN_SHARE * len(modes)


def _recognised(document: pdfium.PdfDocument, numbers: Sequence[int]) -> dict[int, list[Block]]:
    """The blocks of pages that are images.

    Raises:
        ReadError: there are too many of them, one is too large, or all are and say nothing.
    """
    if not numbers:
        return {}
    if len(numbers) > MAX_IMAGE_PAGES:
        raise ReadError(
            f"{len(numbers)} pages are images, more than the {MAX_IMAGE_PAGES} that are recognised"
        )
    # Loading the recogniser takes seconds and memory that a document with text does not need.
    from dagster_project.readers import ocr

    found: dict[int, list[Block]] = {}
    for number in numbers:
        page = _page(document, number)
        _check_images(page, number)
        found[number] = ocr.read_pdf_page(page, number)
    if len(numbers) == len(document) and not any(found.values()):
        raise ReadError("the pages are images in which OCR finds no text")
    return found


def _check_images(page: pdfium.PdfPage, number: int) -> None:
    for item in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        width, height = item.get_px_size()
        if width * height > MAX_IMAGE_PIXELS:
            raise ReadError(
                f"page {number} holds an image of {width} × {height} pixels, "
                f"more than the {MAX_IMAGE_PIXELS:,} that are read"
            )


def _origin(native: Mapping[int, list[Block]], recognised: Mapping[int, list[Block]]) -> str:
    """Where most of the tables come from, or most of the text if there are none."""

    def weight(pages: Mapping[int, list[Block]]) -> tuple[int, int]:
        blocks = [block for page in pages.values() for block in page]
        return sum(isinstance(block, Grid) for block in blocks), len(blocks)

    return "ocr" if weight(recognised) > weight(native) else "native"


def _page(document: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    try:
        return document[number - 1]
    except pdfium.PdfiumError as error:
        raise ReadError(f"page {number} is damaged and cannot be loaded") from error


def _has_rulings(document: pdfium.PdfDocument, number: int) -> bool:
    points = 0
    paths = _page(document, number).get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=5)
    for item in paths:
        points += pdfium_c.FPDFPath_CountSegments(item.raw)
        if points >= _RULING_POINTS:
            return True
    return False


# camelot ------------------------------------------------------------------------------------


class _EveryGrid(Lattice):
    """camelot's lattice, which also keeps the grids that are almost empty.

    camelot drops a grid with 90 % of its cells blank. A statutory form that a body has nothing to
    report in is just that, and its blank cells are facts.
    """

    def _reject_table(self, table: Any) -> bool:
        return False


class _Handler(PDFHandler):
    """camelot over chosen pages, keeping of each table its layout and of each failure the page.

    ``pages`` are page numbers with the count of characters that pdfium reads there.
    """

    def __init__(self, source: Path | bytes, pages: Mapping[int, int], flavor: str) -> None:
        super().__init__(source, pages=",".join(map(str, pages)))
        self.parser = (_EveryGrid if flavor == "lattice" else Hybrid)(engine="vector")
        self.flavor = flavor
        self.counts = pages
        self.layouts: defaultdict[int, list[_Layout]] = defaultdict(list)
        self.spares: dict[int, _Spare] = {}
        self.failed: list[int] = []

    def run(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # camelot asks for lines only; ordering them as text boxes is most of the work.
            self.parse(flavor=self.flavor, engine="vector", layout_kwargs={"boxes_flow": None})

    def _parse_page(self, page: Any, parser: Any, layout_kwargs: Any, *_: Any, **__: Any) -> Any:
        number = page.page_idx + 1
        try:
            tables = super()._parse_page(page, self.parser, layout_kwargs)
        except Exception:  # a page of a foreign document may break it anywhere
            self.failed.append(number)
            return []
        self.layouts[number] += [_layout(table, f"camelot/{self.flavor}") for table in tables]
        spare = _spare(self.parser)
        if len(spare.parts) > _LOST_SHARE * self.counts[number]:
            text = "".join(text for text, _ in spare.parts)
            if not is_garbled(text):
                self.spares[number] = spare
        return []


def _search(
    path: Path, document: pdfium.PdfDocument, pages: Mapping[int, int], flavor: str
) -> _Found:
    """What camelot finds on the pages.

    Raises:
        ReadError: a page cannot be parsed even after pdfium has mended the file.
    """
    found = _Found(defaultdict(list), {})
    failed = _run(path, pages, flavor, found)
    if failed:
        # pdfium reads around damage that camelot's parser does not; what it saves is sound.
        saved = BytesIO()
        document.save(saved)
        failed = _run(saved.getvalue(), {n: pages[n] for n in failed}, flavor, found)
    if failed:
        numbers = ", ".join(map(str, failed))
        raise ReadError(f"the file is damaged: the tables of page {numbers} cannot be read")
    return found


def _run(source: Path | bytes, pages: Mapping[int, int], flavor: str, found: _Found) -> list[int]:
    """Add what camelot finds to ``found`` and return the pages that it fails on."""
    if not pages:
        return []
    try:
        handler = _Handler(source, pages, flavor)
        with handler:
            handler.run()
    except Exception as error:  # the parser is not pdfium: it may refuse the file
        if type(error).__name__ == "PDFTextExtractionNotAllowed":
            raise ReadError("the file does not permit its text to be extracted") from error
        return list(pages)
    found.layouts.update(handler.layouts)
    found.spares.update(handler.spares)
    return handler.failed


def _spare(parser: Any) -> _Spare:
    parts = tuple(
        (str(item.get_text()), (item.x0, item.y0, item.x1, item.y1))
        for line in [*parser.horizontal_text, *parser.vertical_text]
        for item in line
        if hasattr(item, "x0") and item.get_text().strip()
    )
    return _Spare(_TURNS.get(parser.rotation, 0), parts)


_TURNS = {"clockwise": -90, "anticlockwise": 90}


def _layout(table: Any, reader: str) -> _Layout:
    rows = tuple((float(bottom), float(top)) for top, bottom in table.rows)
    columns = tuple((float(left), float(right)) for left, right in table.cols)
    turn = _TURNS.get(table.rotation, 0)
    segments = getattr(table, "_segments", None)
    if segments is None:
        spans = _single_cells(len(rows), len(columns))
    else:
        spans = tuple(merged(*_open_edges(table, rows, columns, segments)))
    return _Layout(table.page, reader, turn, rows, columns, spans)


def _open_edges(
    table: Any,
    rows: Sequence[tuple[float, float]],
    columns: Sequence[tuple[float, float]],
    segments: tuple[Sequence[Rectangle], Sequence[Rectangle]],
) -> tuple[list[list[bool]], list[list[bool]]]:
    """For each cell: whether it is open to its right, and whether to below.

    camelot ignores a rule that does not begin on one of its row bounds; a rule that covers most
    of an edge closes it all the same.
    """
    vertical, horizontal = segments
    upright = [(x, low, high) for x, low, _, high in vertical]
    level = [(y, left, end) for left, y, end, _ in horizontal]
    at_right = [_rules_at(upright, edge) for _, edge in columns]
    at_bottom = [_rules_at(level, edge) for edge, _ in rows]
    right = [
        [not (cell.right or _covers(at_right[c], row)) for c, cell in enumerate(table.cells[r])]
        for r, row in enumerate(rows)
    ]
    below = [
        [
            not (cell.bottom or _covers(at_bottom[r], columns[c]))
            for c, cell in enumerate(table.cells[r])
        ]
        for r in range(len(rows))
    ]
    return right, below


def _rules_at(
    rules: Iterable[tuple[float, float, float]], place: float
) -> list[tuple[float, float]]:
    return [(start, end) for at, start, end in rules if abs(at - place) <= _RULE_TOLERANCE]


def _covers(rules: Iterable[tuple[float, float]], edge: tuple[float, float]) -> bool:
    low, high = edge
    covered = sum(max(0.0, min(high, end) - max(low, start)) for start, end in rules)
    return covered >= _CLOSED_SHARE * (high - low)


# pages --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Page:
    """One page with its grids filled and the words that no grid holds."""

    number: int
    view: View
    tables: tuple[_Table, ...]
    outside: tuple[Word, ...]
    spare: _Spare | None

    @classmethod
    def read(
        cls,
        document: pdfium.PdfDocument,
        number: int,
        layouts: Sequence[_Layout],
        spare: _Spare | None,
    ) -> _Page:
        page = _page(document, number)
        text_page = page.get_textpage()
        view = view_of(page, text_page)
        # camelot judges by lines, we by characters; where it turned the page, so do we.
        source = spare or (layouts[0] if layouts else view)
        view = replace(view, turn=source.turn)
        tables: list[_Table] = []
        outside = words(
            characters_of_camelot(spare.parts, view) if spare else characters(text_page, view)
        )
        # The smallest first: a frame around a page must not take the words of the table in it.
        for layout in sorted(layouts, key=lambda item: _area(_bounds(item, view))):
            table, outside = _fill(layout, view, outside)
            if len(table.layout.spans) > 1 and table.words:
                tables.append(table)
            else:
                outside = [*outside, *table.words]
        return cls(number, view, tuple(tables), tuple(outside), spare)

    def has_table_outside_grids(self) -> bool:
        """Whether lines with several numbers stand in no grid, as in tables without rules."""
        lines = text_lines(list(self.outside))
        expected = any(_CAPTION.search(line_text(line)) for line in lines)
        count = sum(1 for line in lines if _is_tabular(line))
        return count >= (_TABULAR_LINES - 1 if expected else _TABULAR_LINES)

    def with_unruled(self, document: pdfium.PdfDocument, layouts: Sequence[_Layout]) -> _Page:
        """The page with the unruled tables that hold numbers which its grids do not.

        A grid with rows of numbers of its own stays, and the unruled table ends beside it. One
        without is the ruled head of a table whose body has no rules, and makes room.
        """
        kept = [table for table in self.tables if table.number_rows() >= _TABULAR_LINES]
        loose = [*self.outside, *(w for t in self.tables if t not in kept for w in t.words)]
        added: list[_Layout] = []
        for layout in layouts:
            candidate = _trimmed(_beside(layout, kept, self.view), self.view, loose)
            if candidate is None:
                continue
            bounds = _bounds(candidate, self.view)
            gained = sum(1 for word in self.outside if _is_number(word) and _holds(bounds, word))
            if gained >= _TABULAR_LINES:
                added.append(candidate)
        gone = [_bounds(item, self.view) for item in added]
        stay = [
            table.layout
            for table in self.tables
            if table in kept or not any(_overlap(table.rectangle, bounds) for bounds in gone)
        ]
        return _Page.read(document, self.number, [*stay, *added], self.spare) if added else self

    def blocks(self) -> list[Block]:
        lines = text_lines(list(self.outside))
        placed: list[tuple[float, float, Block]] = [
            (table.rectangle[1], table.rectangle[0], _grid(table, self.view, self.number))
            for table in self.tables
        ]
        for row_number, line in enumerate(lines, start=1):
            rectangle = rectangle_of(line)
            box = self.view.seen(rectangle)
            block = Paragraph(line_text(line), self.number, row_number, box)
            # By its middle, so that a line that touches a table's border stays on its side.
            placed.append(((rectangle[1] + rectangle[3]) / 2, rectangle[0], block))
        return [block for _, _, block in sorted(placed, key=lambda item: item[:2])]


def _is_number(word: Word) -> bool:
    return _NUMBER.fullmatch(word.text) is not None


def _is_tabular(line: list[Word]) -> bool:
    columns = [column for column in columns_of(line) if len(column) == 1]
    return sum(1 for column in columns if _is_number(column[0])) >= 2


def _bounds(layout: _Layout, view: View) -> Rectangle:
    return view.from_camelot(
        (
            min(left for left, _ in layout.columns),
            min(bottom for bottom, _ in layout.rows),
            max(right for _, right in layout.columns),
            max(top for _, top in layout.rows),
        )
    )


def _area(rectangle: Rectangle) -> float:
    return (rectangle[2] - rectangle[0]) * (rectangle[3] - rectangle[1])


def _overlap(first: Rectangle, second: Rectangle) -> bool:
    return (
        first[0] < second[2]
        and second[0] < first[2]
        and first[1] < second[3]
        and second[1] < first[3]
    )


def _holds(rectangle: Rectangle, word: Word) -> bool:
    x0, y0, x1, y1 = rectangle
    inside = sum(
        1
        for x, y in (character.middle for character in word.characters)
        if x0 <= x <= x1 and y0 <= y <= y1
    )
    return 2 * inside > len(word.characters)


# cells --------------------------------------------------------------------------------------


class _Bands:
    """The rows and columns of a layout in the upright view, asked which holds a point."""

    def __init__(self, layout: _Layout, view: View) -> None:
        x0, _ = layout.columns[0]
        bottom, _ = layout.rows[0]
        self.rows = [view.from_camelot((x0, low, x0, high))[1::2] for low, high in layout.rows]
        self.columns = [
            view.from_camelot((low, bottom, high, bottom))[::2] for low, high in layout.columns
        ]
        self.spans = {
            (row, column): span
            for span in layout.spans
            for row in range(span[0], span[0] + span[2])
            for column in range(span[1], span[1] + span[3])
        }

    def span_at(self, point: tuple[float, float]) -> tuple[int, int, int, int] | None:
        x, y = point
        row = next((i for i, (low, high) in enumerate(self.rows) if low <= y <= high), None)
        column = next((i for i, (low, high) in enumerate(self.columns) if low <= x <= high), None)
        if row is None or column is None:
            return None
        return self.spans.get((row, column))

    def rectangle(self, span: tuple[int, int, int, int]) -> Rectangle:
        row, column, row_span, column_span = span
        rows = self.rows[row : row + row_span]
        columns = self.columns[column : column + column_span]
        return (columns[0][0], rows[0][0], columns[-1][1], rows[-1][1])


def _fill(layout: _Layout, view: View, found: Iterable[Word]) -> tuple[_Table, list[Word]]:
    """Put the words that stand in a table into its cells; the others come back."""
    bands = _Bands(layout, view)
    bounds = _bounds(layout, view)
    held: defaultdict[tuple[int, int, int, int], list[Word]] = defaultdict(list)
    outside: list[Word] = []
    for word in found:
        if not _overlap(bounds, word.rectangle):
            outside.append(word)
            continue
        for span, part in _cut(word, bands):
            (outside if span is None else held[span]).append(part)
    cells = tuple(
        (span, _grown(bands.rectangle(span), held[span]), tuple(held[span]))
        for span in layout.spans
        if span in held
    )
    return _Table(layout, bounds, cells), outside


def _cut(word: Word, bands: _Bands) -> list[tuple[tuple[int, int, int, int] | None, Word]]:
    """A word by the cells it stands in.

    A word over a rule is two words if there is a gap at the rule, as between two cells. Without
    one, or if it was written in one go, it is a text too long for its cell, and belongs where
    most of it stands.
    """
    pieces: list[list[tuple[tuple[int, int, int, int] | None, Character]]] = []
    for character in word.characters:
        placed = (bands.span_at(character.middle), character)
        if not pieces or _is_cut(*pieces[-1][-1], *placed):
            pieces.append([placed])
        else:
            pieces[-1].append(placed)
    return [
        (
            Counter(span for span, _ in piece).most_common(1)[0][0],
            Word(tuple(character for _, character in piece)),
        )
        for piece in pieces
    ]


def _is_cut(
    left_span: tuple[int, int, int, int] | None,
    left: Character,
    right_span: tuple[int, int, int, int] | None,
    right: Character,
) -> bool:
    if left.written_with == right.written_with:
        return False
    # Texts of two cells, one running into the other, stand apart in the order of writing.
    if not 0 < right.order - left.order <= _ORDER_GAP:
        return True
    return left_span != right_span and right.x0 - left.x1 >= _CUT_GAP * left.size


def _grown(rectangle: Rectangle, found: Sequence[Word]) -> Rectangle:
    """The rectangle of a cell, grown where a text is too long for it."""
    x0, y0, x1, y1 = rectangle
    left = min(word.rectangle[0] for word in found)
    right = max(word.rectangle[2] for word in found)
    return (
        left if left < x0 - _OVERFLOW_POINTS else x0,
        y0,
        right if right > x1 + _OVERFLOW_POINTS else x1,
        y1,
    )


def _grid(table: _Table, view: View, page: int) -> Grid:
    cells = [
        Cell(
            text=normalise(text),
            row=row,
            column=column,
            page=page,
            row_number=row + 1,
            column_number=column + 1,
            row_span=row_span,
            column_span=column_span,
            box=view.seen(rectangle),
        )
        for (row, column, row_span, column_span), rectangle, found in table.cells
        if (text := cell_text(list(found)))
    ]
    layout = table.layout
    return Grid(tuple(cells), len(layout.rows), len(layout.columns), page, layout.reader)


def _beside(layout: _Layout, tables: Sequence[_Table], view: View) -> _Layout:
    """A layout without the rows that overlap one of the tables."""
    bands = _Bands(layout, view)
    x0, x1 = bands.columns[0][0], bands.columns[-1][1]
    rows = tuple(
        row
        for row, (y0, y1) in zip(layout.rows, bands.rows, strict=True)
        if not any(_overlap((x0, y0, x1, y1), table.rectangle) for table in tables)
    )
    return replace(layout, rows=rows, spans=_single_cells(len(rows), len(layout.columns)))


def _single_cells(rows: int, columns: int) -> tuple[tuple[int, int, int, int], ...]:
    return tuple((row, column, 1, 1) for row in range(rows) for column in range(columns))


def _trimmed(layout: _Layout, view: View, found: Sequence[Word]) -> _Layout | None:
    """An unruled table without the lines that only stand near it, or None if nothing is left.

    Alignment alone also takes in the title and the unit line above and the notes below.
    """
    if not layout.rows:
        return None
    table, _ = _fill(layout, view, found)
    texts: defaultdict[int, list[str]] = defaultdict(list)
    columns: set[int] = set()
    for (row, column, _, _), _, words_of_cell in table.cells:
        texts[row].append(cell_text(list(words_of_cell)))
        columns.add(column)
    rows = sorted(texts)
    captions = [
        place
        for place, row in enumerate(rows[:_CAPTION_ROWS])
        if any(_CAPTION.search(text) for text in texts[row])
    ]
    rows = rows[captions[-1] + 1 :] if captions else rows
    while rows and len(texts[rows[0]]) == 1:
        rows = rows[1:]
    while rows and len(texts[rows[-1]]) == 1:
        rows = rows[:-1]
    if len(rows) < 2 or len(columns) < 2:
        return None
    bounds = _joined_columns(table, set(rows))
    return replace(
        layout,
        rows=tuple(layout.rows[row] for row in rows),
        columns=tuple(bounds),
        spans=_single_cells(len(rows), len(bounds)),
    )


def _joined_columns(table: _Table, rows: set[int]) -> list[tuple[float, float]]:
    """The columns of an unruled table, those joined that are one.

    A heading set to the left over amounts set to the right looks like two columns. They are one
    if no row has both; the nearest are joined first.
    """
    columns: dict[int, tuple[set[int], float, float]] = {}
    for (row, column, _, _), _, found in table.cells:
        if row in rows:
            x0, _, x1, _ = rectangle_of(list(found))
            filled, start, end = columns.get(column, (set(), x0, x1))
            columns[column] = (filled | {row}, min(start, x0), max(end, x1))
    groups: list[tuple[list[int], set[int], float, float]] = [
        ([column], *columns[column]) for column in sorted(columns)
    ]
    while True:
        nearest = min(
            (
                (right[2] - left[3], place)
                for place, (left, right) in enumerate(pairwise(groups))
                if not left[1] & right[1]
            ),
            default=None,
        )
        if nearest is None or len(groups) <= 2:
            break
        place = nearest[1]
        first, second = groups[place : place + 2]
        x0, x1 = min(first[2], second[2]), max(first[3], second[3])
        groups[place : place + 2] = [(first[0] + second[0], first[1] | second[1], x0, x1)]
    bounds = table.layout.columns
    return [(bounds[members[0]][0], bounds[members[-1]][1]) for members, _, _, _ in groups]
