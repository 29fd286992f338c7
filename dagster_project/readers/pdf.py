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
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from camelot.handlers import PDFHandler
from camelot.image_processing import coalesce_collinear_lines, find_joints_from_lines
from camelot.parsers import Lattice

from dagster_project.readers import drawing
from dagster_project.readers.alignment import Aligned, tables_of
from dagster_project.readers.document import Block, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.drawing import Drawing
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
from dagster_project.readers.second_reading import with_findings

# camelot's parser reports every slip of a producer; what matters of it ends in an exception.
logging.getLogger("playa").setLevel(logging.CRITICAL)

MAX_PAGES = 2000
MAX_IMAGE_PAGES = 300
MAX_IMAGE_PIXELS = 60_000_000
_HEADER_WITHIN = 1024
_TRAILER_WITHIN = 2048

# The bit for it in the permissions of a file, ISO 32000-1 table 22.
_MAY_BE_EXTRACTED = 1 << 4
# Points that a rule may lean and still be level or upright, as camelot has it.
_LEAN = 0.5
_TABULAR_LINES = 3
_TABULAR_WORDS = 2
_CROWDED = 3
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


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where camelot sees a table: bounds in its own coordinates, and the cells as spans.

    ``rows`` are (bottom, top) from the top of the page down, ``columns`` (left, right); ``spans``
    are (row, column, row span, column span).
    """

    rows: tuple[tuple[float, float], ...]
    columns: tuple[tuple[float, float], ...]
    spans: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class _Spare:
    """The characters of a page as camelot's parser reads them, where pdfium misses some."""

    turn: int
    parts: tuple[tuple[str, Rectangle], ...]


@dataclass(frozen=True, slots=True)
class _Table:
    """A table whose cells have their words; bounds are in the upright view of the page."""

    layout: _Layout
    rectangle: Rectangle
    cells: tuple[tuple[tuple[int, int, int, int], Rectangle, tuple[Word, ...]], ...]

    @property
    def words(self) -> list[Word]:
        return [word for _, _, found in self.cells for word in found]

    def is_whole(self) -> bool:
        """Whether it has rows of numbers, and its rules part most of these from each other."""
        numbers = [[w for w in found if _is_number(w)] for _, _, found in self.cells]
        rows = {cell[0][0] for cell, own in zip(self.cells, numbers, strict=True) if own}
        crowded = sum(len(own) for own in numbers if _side_by_side(own))
        return len(rows) >= _TABULAR_LINES and _CROWDED * crowded <= sum(map(len, numbers))


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
    if not pdfium_c.FPDF_GetDocPermissions(document.raw) & _MAY_BE_EXTRACTED:
        document.close()
        raise ReadError("the file does not permit its text to be extracted")
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
    native: dict[int, list[Block]] = {}
    images: list[int] = []
    before: _Page | None = None
    for number in range(1, len(document) + 1):
        page = _page(document, number)
        text_page = page.get_textpage()
        count = _text_length(text_page)
        drawn = drawing.of(page)
        if count and not _is_image(page, drawn, count):
            spare = _spare(path, document, number, count) if drawn.has_lost_text else None
            before = _Page.read(page, text_page, drawn, number, spare, before)
            native[number] = before.blocks()
        else:
            before = None
            images.append(number)
    recognised, skipped = _recognised(document, images)
    by_page = native | recognised
    blocks = [block for number in sorted(by_page) for block in by_page[number]]
    checked = with_findings(path, blocks, frozenset(native))
    origin = _origin(native, recognised)
    return Document("pdf", origin, len(document), tuple(checked), _listed(skipped))


def _text_length(text_page: pdfium.PdfTextPage) -> int:
    """How many characters a page has that can be read, spaces not counted."""
    text = text_page.get_text_range()
    return 0 if is_garbled(text) else len("".join(text.split()))


def _is_image(page: pdfium.PdfPage, drawn: Drawing, count: int) -> bool:
    """Whether an image covers a page, and its text is hidden under it or a mere page number.

    A hidden text is what some other program recognised; it says neither how sure it is nor where
    exactly its characters stand.
    """
    width, height = page.get_size()
    if drawn.image_area < _COVERED_SHARE * width * height:
        return False
    texts = list(page.get_objects([pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=drawing.MAX_DEPTH))
    modes = [pdfium_c.FPDFTextObj_GetTextRenderMode(item.raw) for item in texts]
    hidden = modes.count(pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE)
    return count < _FEW_CHARACTERS or hidden >= _HIDDEN_SHARE * len(modes)


def _recognised(
    document: pdfium.PdfDocument, numbers: Sequence[int]
) -> tuple[dict[int, list[Block]], dict[int, str]]:
    """The blocks of pages that are images, and why pages are left out.

    Raises:
        ReadError: all pages are images, and they are left out or say nothing.
    """
    found: dict[int, list[Block]] = {}
    skipped: dict[int, str] = {}
    for number in numbers:
        page = _page(document, number)
        if not drawing.may_hold_writing(page):
            continue
        if reason := _too_large(page, len(found)):
            skipped[number] = reason
        else:
            # Loading the recogniser takes time and memory that a document with text does not need.
            from dagster_project.readers import ocr

            found[number] = ocr.read_pdf_page(page, number)
    if len(numbers) == len(document) and not any(found.values()):
        raise ReadError(
            "; ".join(_listed(skipped)) or "the pages are images in which OCR finds no text"
        )
    return found, skipped


def _too_large(page: pdfium.PdfPage, done: int) -> str:
    if done >= MAX_IMAGE_PAGES:
        return f"an image after the {MAX_IMAGE_PAGES} that are recognised"
    for item in page.get_objects([pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=5):
        width, height = item.get_px_size()
        if width * height > MAX_IMAGE_PIXELS:
            return (
                f"an image of {width} × {height} pixels, more than the {MAX_IMAGE_PIXELS:,} "
                "that are read"
            )
    return ""


def _listed(skipped: Mapping[int, str]) -> tuple[str, ...]:
    """Pages that are left out, those with the same reason together."""
    by_reason: defaultdict[str, list[int]] = defaultdict(list)
    for number, reason in skipped.items():
        by_reason[reason].append(number)
    return tuple(
        f"page {', '.join(map(str, numbers))} not read: {reason}"
        for reason, numbers in by_reason.items()
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


# camelot ------------------------------------------------------------------------------------


class _RuledTables(Lattice):
    """camelot's lattice over rules that pdfium has read, which takes a fraction of camelot's time.

    It keeps the grids that are almost empty: camelot drops one with 90 % of its cells blank, but
    a statutory form that a body has nothing to report in is just that, and its blank cells are
    facts. Texts are put into the cells by ``_fill``.
    """

    def of(self, rules: Sequence[Rectangle]) -> list[_Layout]:
        """The tables that rules make; rules and tables are in camelot's coordinates."""
        level = [(x0, y0, x1, y0) for x0, y0, x1, y1 in rules if _is_straight(y0, y1, x0, x1)]
        upright = [(x0, y0, x0, y1) for x0, y0, x1, y1 in rules if _is_straight(x0, x1, y0, y1)]
        self.horizontal_segments = coalesce_collinear_lines(level, "horizontal")
        self.vertical_segments = coalesce_collinear_lines(upright, "vertical")
        self.prepare_page_parse("", None, (0.0, 0.0), 1, [], [], [], "", {})
        return [_layout(table) for table in self.extract_tables()]

    def _document_has_no_text(self) -> bool:
        return False

    def _generate_table_bbox(self) -> None:
        joints = find_joints_from_lines(self.horizontal_segments, self.vertical_segments)
        self.table_bbox_parses = {bounds: {"joints": found} for bounds, found in joints.items()}
        self._compute_table_anchors()

    def record_parse_metadata(self, table: Any) -> None:
        table._segments = (self.vertical_segments, self.horizontal_segments)

    def _reject_table(self, table: Any) -> bool:
        return False


def _is_straight(across: float, across_end: float, start: float, end: float) -> bool:
    return abs(across_end - across) <= _LEAN and end > start


class _Handler(PDFHandler):
    """camelot's parser over one page, for its characters."""

    spare: _Spare | None = None

    def _parse_page(self, page: Any, *_: Any, **__: Any) -> Any:
        # camelot asks for lines only; ordering them as text boxes is most of the work.
        *rest, level, upright, rotation = self._get_layout(page, boxes_flow=None)
        parts = tuple(
            (str(item.get_text()), (item.x0, item.y0, item.x1, item.y1))
            for line in [*level, *upright]
            for item in line
            if hasattr(item, "x0") and item.get_text().strip()
        )
        self.spare = _Spare(_TURNS.get(rotation, 0), parts)
        return []


_TURNS = {"clockwise": -90, "anticlockwise": 90}


def _spare(path: Path, document: pdfium.PdfDocument, number: int, count: int) -> _Spare | None:
    """The characters of a page as camelot reads them, if these are more than pdfium's ``count``.

    Raises:
        ReadError: the page cannot be parsed even after pdfium has mended the file.
    """
    found = _parsed(path, number)
    if found is None:
        # pdfium reads around damage that camelot's parser does not; what it saves is sound.
        saved = BytesIO()
        document.save(saved)
        found = _parsed(saved.getvalue(), number)
    if found is None:
        raise ReadError(f"the file is damaged: the text of page {number} cannot be read")
    if len(found.parts) <= _LOST_SHARE * count or is_garbled("".join(t for t, _ in found.parts)):
        return None
    return found


def _parsed(source: Path | bytes, number: int) -> _Spare | None:
    try:
        handler = _Handler(source, pages=str(number))
        with handler:
            handler.parse(flavor="lattice")
        return handler.spare
    except Exception:  # the parser is not pdfium: a foreign document may break it anywhere
        return None


def _layout(table: Any) -> _Layout:
    rows = tuple((float(bottom), float(top)) for top, bottom in table.rows)
    columns = tuple((float(left), float(right)) for left, right in table.cols)
    spans = tuple(merged(*_open_edges(table, rows, columns, table._segments)))
    return _Layout(rows, columns, spans)


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
    aligned: tuple[Aligned[Word], ...]
    outside: tuple[Word, ...]

    @classmethod
    def read(
        cls,
        page: pdfium.PdfPage,
        text_page: pdfium.PdfTextPage,
        drawn: Drawing,
        number: int,
        spare: _Spare | None,
        before: _Page | None,
    ) -> _Page:
        view = view_of(page, text_page)
        if spare:
            view = replace(view, turn=spare.turn)
            found = words(characters_of_camelot(spare.parts, view))
        else:
            found = words(characters(text_page, view))
        rules = [view.to_camelot(rule) for rule in drawn.rules]
        layouts = _RuledTables().of(rules) if rules else []
        tables, outside = _filled(layouts, view, found)
        aligned = _unruled(tables, outside, before.last_aligned() if before else None)
        if aligned:
            bounds = [table.rectangle for table in aligned]
            kept = [
                table.layout
                for table in tables
                if not any(_overlap(table.rectangle, rectangle) for rectangle in bounds)
            ]
            tables, outside = _filled(kept, view, found)
            taken = {word.characters[0].order for table in aligned for word in table.texts}
            outside = [word for word in outside if word.characters[0].order not in taken]
        return cls(number, view, tuple(tables), tuple(aligned), tuple(outside))

    def last_aligned(self) -> Aligned[Word] | None:
        """The unruled table that nothing but a note or a page number follows."""
        ruled = max((table.rectangle[3] for table in self.tables), default=0.0)
        last = self.aligned[-1] if self.aligned else None
        return last if last and last.rectangle[3] > ruled else None

    def blocks(self) -> list[Block]:
        lines = text_lines(list(self.outside))
        placed: list[tuple[float, float, Block]] = [
            (table.rectangle[1], table.rectangle[0], _grid(table, self.view, self.number))
            for table in self.tables
        ]
        placed += [
            (table.rectangle[1], table.rectangle[0], _aligned_grid(table, self.view, self.number))
            for table in self.aligned
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


def _side_by_side(found: Sequence[Word]) -> bool:
    """Whether words of one cell stand in one line well apart, as in two columns."""
    return len(found) > 1 and any(len(columns_of(line)) > 1 for line in text_lines(list(found)))


def _filled(
    layouts: Iterable[_Layout], view: View, found: Iterable[Word]
) -> tuple[list[_Table], list[Word]]:
    """The ruled tables with their words, and the words that stand in none."""
    tables: list[_Table] = []
    outside = list(found)
    # The smallest first: a frame around a page must not take the words of the table in it.
    for layout in sorted(layouts, key=lambda item: _area(_bounds(item, view))):
        table, outside = _fill(layout, view, outside)
        if len(table.layout.spans) > 1 and table.words:
            tables.append(table)
        else:
            outside = [*outside, *table.words]
    return tables, outside


def _unruled(
    tables: Sequence[_Table], outside: Sequence[Word], before: Aligned[Word] | None
) -> list[Aligned[Word]]:
    """The tables without column rules that hold numbers which no ruled table has.

    A ruled table with rows of numbers of its own stays, and the unruled one ends beside it. One
    without is the ruled head of a table whose body has no rules, and makes room.
    """
    loose, kept = [*outside], []
    for table in tables:
        if table.is_whole():
            kept.append(table.rectangle)
        else:
            loose += table.words
    free = {id(word) for word in outside}
    bands: defaultdict[int, list[Word]] = defaultdict(list)
    for word in loose:
        bands[sum(bottom < word.baseline for _, _, _, bottom in kept)].append(word)
    return [
        table
        for place, band in sorted(bands.items())
        for table in tables_of(band, before if place == 0 else None)
        if _gains(table, free)
    ]


def _gains(table: Aligned[Word], free: set[int]) -> bool:
    """Whether a table takes nothing from ruled ones, or holds numbers that they do not."""
    new = [word for word in table.texts if id(word) in free]
    return len(new) == len(table.texts) or sum(map(_is_number, new)) >= _TABULAR_WORDS


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
        self._bottoms = [high for _, high in self.rows]
        self._rights = [high for _, high in self.columns]
        self.spans = {
            (row, column): span
            for span in layout.spans
            for row in range(span[0], span[0] + span[2])
            for column in range(span[1], span[1] + span[3])
        }

    def span_at(self, point: tuple[float, float]) -> tuple[int, int, int, int] | None:
        x, y = point
        row, column = bisect_left(self._bottoms, y), bisect_left(self._rights, x)
        if row == len(self.rows) or column == len(self.columns):
            return None
        if y < self.rows[row][0] or x < self.columns[column][0]:
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
    if len(pieces) == 1:
        return [(_commonest([span for span, _ in pieces[0]]), word)]
    return [
        (_commonest([span for span, _ in piece]), Word(tuple(part for _, part in piece)))
        for piece in pieces
    ]


def _commonest(spans: list[tuple[int, int, int, int] | None]) -> tuple[int, int, int, int] | None:
    return spans[0] if len(set(spans)) == 1 else Counter(spans).most_common(1)[0][0]


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
    return Grid(tuple(cells), len(layout.rows), len(layout.columns), page, "camelot/lattice")


def _aligned_grid(table: Aligned[Word], view: View, page: int) -> Grid:
    cells = []
    for (row, column, row_span, column_span), found in table.cells:
        x0, y0, x1, y1 = rectangle_of(list(found))
        left, right = table.columns[column], table.columns[column + column_span]
        cells.append(
            Cell(
                text=normalise(cell_text(list(found))),
                row=row,
                column=column,
                page=page,
                row_number=row + 1,
                column_number=column + 1,
                row_span=row_span,
                column_span=column_span,
                box=view.seen((min(x0, left), y0, max(x1, right), y1)),
            )
        )
    return Grid(
        tuple(cells),
        len(table.rows) - 1,
        len(table.columns) - 1,
        page,
        "alignment",
        findings=table.findings,
    )
