"""PDF renderer: ruled forms on landscape A4, as final accounts (部门决算) are laid out.

Layout has two steps: a form is cut into sheets (the rows that stand on one page), then the
sheets are drawn. The table of contents needs the page of every form, so cutting comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from io import BytesIO

from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from tests.corpus.fonts import face_runs, register_font, text_width
from tests.corpus.model import Cell, Document, Form

PAGE_WIDTH, PAGE_HEIGHT = landscape(A4)
MARGIN = 30.0
FOOTER = 22.0
SIDE_PADDING = 3.0
ROW_PADDING = 1.9
LINE_SPACING = 1.2
TITLE_SIZE = 14.0
LABEL_SIZE = 9.0
NOTICE_SIZE = 6.5
CONTENTS_LINE = 15.5
FIRST_FORM_PAGE = 3
# A number is never broken between lines; every other character may end a line.
TOKEN = re.compile(r"-?[\d,.]+%?|[A-Za-z]+|[<>=]+|.", re.DOTALL)
NOT_AT_LINE_START = "，。、；：）》”)%,:"


class OverfullCellError(ValueError):
    """A number is wider than its cell."""


@dataclass(frozen=True)
class Sheet:
    """Rows ``first`` to ``last`` (exclusive) of a form on one page, header rows above them."""

    form: Form
    first: int
    last: int
    is_continued: bool
    is_end: bool

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Cells of the page, their rows counted from the page's first row."""
        shift = self.form.header_rows if self._has_header else 0
        header = (_clip(cell, 0, shift, 0) for cell in self.form.cells if cell.row < shift)
        body = (
            _clip(cell, self.first, self.last, shift)
            for cell in self.form.cells
            if self.first <= cell.row < self.last
        )
        return (*header, *body)

    @property
    def _has_header(self) -> bool:
        return self.is_continued and self.form.repeat_header

    @cached_property
    def rows(self) -> tuple[int, ...]:
        """Row numbers of the form in the order in which they stand on the page."""
        header = range(self.form.header_rows) if self._has_header else range(0)
        return (*header, *range(self.first, self.last))


def render_pdf(document: Document, rules: str = "all") -> bytes:
    """Render a document as PDF; the same document gives the same bytes.

    ``rules`` says which lines are drawn: ``all``, ``three`` a table (above and below its header
    and at its end) or ``none``.

    Raises:
        FontNotFoundError: the Chinese typeface is not installed.
        OverfullCellError: a number does not fit its cell.
    """
    register_font()
    buffer = BytesIO()
    canvas = Canvas(buffer, pagesize=(PAGE_WIDTH, PAGE_HEIGHT), invariant=1)
    canvas.setTitle(document.title)
    canvas.setAuthor(document.publisher)
    canvas.setSubject(document.notice[0])
    sheets = [(form, _cut(form)) for form in document.forms]
    _draw_cover(canvas, document)
    _draw_contents(canvas, document, sheets)
    page = FIRST_FORM_PAGE
    for _, form_sheets in sheets:
        for sheet in form_sheets:
            _draw_sheet(canvas, sheet, rules)
            _end_page(canvas, document, page)
            page += 1
    canvas.save()
    return buffer.getvalue()


def _clip(cell: Cell, first: int, last: int, shift: int) -> Cell:
    rows = min(cell.last_row, last - 1) - cell.row + 1
    return replace(cell, row=cell.row - first + shift, row_span=rows)


# Measuring -------------------------------------------------------------------------------------


def _column_edges(form: Form) -> list[float]:
    total = sum(column.width for column in form.columns)
    edges = [MARGIN]
    for column in form.columns:
        edges.append(edges[-1] + column.width / total * (PAGE_WIDTH - 2 * MARGIN))
    return edges


def _inner_width(form: Form, cell: Cell) -> float:
    edges = _column_edges(form)
    return edges[cell.column + cell.column_span] - edges[cell.column] - 2 * SIDE_PADDING


def _wrap(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for token in TOKEN.findall(text):
        if text_width(token, size) > width:
            raise OverfullCellError(f"{token!r} of {text!r} is wider than its cell")
        if text_width(lines[-1] + token, size) <= width:
            lines[-1] += token
        elif token in NOT_AT_LINE_START and len(lines[-1]) > 1:
            lines[-1], carried = lines[-1][:-1], lines[-1][-1]
            lines.append(carried + token)
        else:
            lines.append(token)
    return lines


def _row_heights(form: Form) -> list[float]:
    """Heights of a form's rows: the form's own, more where wrapped text needs it."""
    heights = [form.row_height] * form.row_count
    for cell in sorted(form.cells, key=lambda cell: cell.row_span):
        lines = _wrap(cell.text, _inner_width(form, cell), form.font_size)
        needed = len(lines) * form.font_size * LINE_SPACING + 2 * ROW_PADDING
        missing = needed - sum(heights[cell.row : cell.last_row + 1])
        if missing > 0:
            heights[cell.last_row] += missing
    return heights


def _heading_height(form: Form) -> float:
    return (TITLE_SIZE * 1.6 if form.title else 0) + LABEL_SIZE * 3.2


def _cut(form: Form) -> list[Sheet]:
    """Cut a form into sheets, never through a cell that spans rows of the body."""
    heights = _row_heights(form)
    header = sum(heights[: form.header_rows])
    room = PAGE_HEIGHT - 2 * MARGIN - FOOTER - LABEL_SIZE * 1.5 * len(form.notes)
    closed = {
        row
        for cell in form.cells
        for row in range(cell.row + 1, cell.last_row + 1)
        if cell.row >= form.header_rows
    }
    starts, used = [0], _heading_height(form)
    for row, height in enumerate(heights):
        if used + height > room and row > form.header_rows and row not in closed:
            starts.append(row)
            used = header if form.repeat_header else 0.0
        used += height
    ends = [*starts[1:], form.row_count]
    return [
        Sheet(form, start, end, start > 0, end == form.row_count)
        for start, end in zip(starts, ends, strict=True)
    ]


# Drawing ---------------------------------------------------------------------------------------


def _draw_text(canvas: Canvas, x: float, y: float, text: str, size: float, align: str) -> None:
    width = text_width(text, size)
    x -= {"l": 0.0, "c": width / 2, "r": width}[align]
    line = canvas.beginText(x, y)
    for face, run in face_runs(text):
        line.setFont(face, size)
        line.textOut(run)
    canvas.drawText(line)


def _end_page(canvas: Canvas, document: Document, page: int) -> None:
    canvas.setFillGray(0.45)
    text = " / ".join(document.notice)
    _draw_text(canvas, MARGIN, MARGIN - 8, text, NOTICE_SIZE, "l")
    _draw_text(canvas, PAGE_WIDTH - MARGIN, MARGIN - 8, f"- {page} -", NOTICE_SIZE + 1, "r")
    canvas.setFillGray(0)
    canvas.showPage()


def _draw_cover(canvas: Canvas, document: Document) -> None:
    middle = PAGE_WIDTH / 2
    _draw_text(canvas, middle, PAGE_HEIGHT * 0.62, document.title, 26, "c")
    _draw_text(canvas, middle, PAGE_HEIGHT * 0.52, document.publisher, 16, "c")
    for step, line in enumerate(document.notice):
        _draw_text(canvas, middle, PAGE_HEIGHT * 0.34 - 20 * step, line, 11, "c")
    _end_page(canvas, document, 1)


def _draw_contents(
    canvas: Canvas, document: Document, sheets: Iterable[tuple[Form, list[Sheet]]]
) -> None:
    y = PAGE_HEIGHT - MARGIN - TITLE_SIZE
    _draw_text(canvas, PAGE_WIDTH / 2, y, document.contents_title, TITLE_SIZE, "c")
    left, right = PAGE_WIDTH * 0.16, PAGE_WIDTH * 0.84
    page = FIRST_FORM_PAGE
    y -= CONTENTS_LINE * 0.6
    for form, form_sheets in sheets:
        y -= CONTENTS_LINE
        entry = f"{form.number} {form.contents_title or form.title} "
        dots = int((right - left - text_width(f"{entry} {page}", 10)) / text_width(".", 10))
        _draw_text(canvas, left, y, f"{entry}{'.' * dots} {page}", 10, "l")
        page += len(form_sheets)
    _end_page(canvas, document, FIRST_FORM_PAGE - 1)


def _draw_sheet(canvas: Canvas, sheet: Sheet, rules: str) -> None:
    form = sheet.form
    y = PAGE_HEIGHT - MARGIN
    if not sheet.is_continued:
        y = _draw_heading(canvas, form, y)
    heights = _row_heights(form)
    row_edges = [y]
    for row in sheet.rows:
        row_edges.append(row_edges[-1] - heights[row])
    column_edges = _column_edges(form)
    if rules == "all":
        _draw_rules(canvas, sheet, column_edges, row_edges)
    elif rules == "three":
        _draw_three_rules(canvas, form, column_edges, row_edges)
    for cell in sheet.cells:
        _draw_cell(canvas, sheet, cell, column_edges, row_edges)
    if sheet.is_end:
        y = row_edges[-1] - LABEL_SIZE * 1.5
        for note in form.notes:
            _draw_text(canvas, MARGIN, y, note, LABEL_SIZE, "l")
            y -= LABEL_SIZE * 1.5


def _draw_heading(canvas: Canvas, form: Form, y: float) -> float:
    """Draw title, form number and the line of department and unit; return where rows begin."""
    right = PAGE_WIDTH - MARGIN
    if form.title:
        _draw_text(canvas, PAGE_WIDTH / 2, y - TITLE_SIZE, form.title, TITLE_SIZE, "c")
        y -= TITLE_SIZE * 1.6
    _draw_text(canvas, right, y - LABEL_SIZE, form.number, LABEL_SIZE, "r")
    y -= LABEL_SIZE * 1.5
    _draw_text(canvas, MARGIN, y - LABEL_SIZE, form.department_line, LABEL_SIZE, "l")
    _draw_text(canvas, right, y - LABEL_SIZE, form.unit_line, LABEL_SIZE, "r")
    return y - LABEL_SIZE * 1.7


def _draw_rules(
    canvas: Canvas, sheet: Sheet, column_edges: list[float], row_edges: list[float]
) -> None:
    """Draw each rule once, as long as it runs, the way spreadsheets print a table."""
    across: set[tuple[int, int]] = set()
    down: set[tuple[int, int]] = set()
    for cell in sheet.cells:
        right, bottom = cell.column + cell.column_span, cell.row + cell.row_span
        across |= {(edge, at) for edge in (cell.row, bottom) for at in range(cell.column, right)}
        down |= {(edge, at) for edge in (cell.column, right) for at in range(cell.row, bottom)}
    canvas.setLineWidth(0.5)
    for edge, start, end in _runs(across):
        y = row_edges[edge]
        canvas.line(column_edges[start], y, column_edges[end], y)
    for edge, start, end in _runs(down):
        x = column_edges[edge]
        canvas.line(x, row_edges[start], x, row_edges[end])


def _draw_three_rules(
    canvas: Canvas, form: Form, column_edges: list[float], row_edges: list[float]
) -> None:
    head = 0 if form.is_sheet else min(form.header_rows, len(row_edges) - 1)
    for edge in sorted({0, head, len(row_edges) - 1}):
        canvas.line(column_edges[0], row_edges[edge], column_edges[-1], row_edges[edge])


def _runs(segments: set[tuple[int, int]]) -> list[tuple[int, int, int]]:
    """Join unit segments (edge, place) into (edge, start, end)."""
    runs: list[tuple[int, int, int]] = []
    for edge, place in sorted(segments):
        if runs and runs[-1][0] == edge and runs[-1][2] == place:
            runs[-1] = (edge, runs[-1][1], place + 1)
        else:
            runs.append((edge, place, place + 1))
    return runs


def _draw_cell(
    canvas: Canvas, sheet: Sheet, cell: Cell, column_edges: list[float], row_edges: list[float]
) -> None:
    form = sheet.form
    # The alignment belongs to the row of the form, not to the row of the page.
    align = form.alignment(replace(cell, row=sheet.rows[cell.row]))
    left, right = column_edges[cell.column], column_edges[cell.column + cell.column_span]
    x = {"l": left + SIDE_PADDING, "c": (left + right) / 2, "r": right - SIDE_PADDING}[align]
    top, bottom = row_edges[cell.row], row_edges[cell.row + cell.row_span]
    lines = _wrap(cell.text, right - left - 2 * SIDE_PADDING, form.font_size)
    step = form.font_size * LINE_SPACING
    y = (top + bottom) / 2 + step * (len(lines) - 1) / 2 - form.font_size * 0.36
    for line in lines:
        _draw_text(canvas, x, y, line, form.font_size, align)
        y -= step
