"""OFD renderer (GB/T 33190): ruled forms on landscape A4, written part by part.

Lengths are millimetres from the top left of the page. A CJK character is as wide as its size, any
other half of it: no typeface is needed, and the same document gives the same bytes everywhere.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from xml.sax.saxutils import escape

from tests.corpus.model import Cell, Document, Form

WIDTH, HEIGHT, MARGIN = 297.0, 210.0, 12.0
SIZE, TITLE_SIZE = 2.6, 5.0
PADDING = 0.8
NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_TOKEN = re.compile(r"-?[\d,.]+%?|.", re.DOTALL)


@dataclass
class _Sheet:
    """The objects of one page and how far it is filled."""

    objects: list[str] = field(default_factory=list)
    y: float = MARGIN

    def text(self, x: float, y: float, text: str, size: float = SIZE) -> None:
        """Set text with its baseline at ``y``, each advance written out."""
        if not text:
            return
        widths = [_advance(letter, size) for letter in text]
        steps = _runs(widths[:-1])
        delta = f' DeltaX="{steps}"' if steps else ""
        # The box starts above the baseline; positions inside are relative to it.
        boundary = f"{x:.3f} {y - size:.3f} {sum(widths):.3f} {1.3 * size:.3f}"
        self.objects.append(
            f'<ofd:TextObject ID="{len(self.objects) + 10}" Boundary="{boundary}" Font="2" '
            f'Size="{size}"><ofd:TextCode X="0" Y="{size:.3f}"{delta}>{escape(text)}'
            "</ofd:TextCode></ofd:TextObject>"
        )

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, filled: bool) -> None:
        """Draw a line, or a filled rectangle that looks like one."""
        width, height = max(x1 - x0, 0.2), max(y1 - y0, 0.2)
        box = f"{x0:.3f} {y0:.3f} {width:.3f} {height:.3f}"
        if filled:
            path = f"M 0 0 L {width:.3f} 0 L {width:.3f} {height:.3f} L 0 {height:.3f} C"
            kind = 'Stroke="false" Fill="true"'
        else:
            path, kind = f"M 0 0 L {x1 - x0:.3f} {y1 - y0:.3f}", 'LineWidth="0.2"'
        self.objects.append(
            f'<ofd:PathObject ID="{len(self.objects) + 10}" Boundary="{box}" {kind}>'
            f"<ofd:AbbreviatedData>{path}</ofd:AbbreviatedData></ofd:PathObject>"
        )


def render_ofd(document: Document, *, filled_rules: bool = False) -> bytes:
    """Render a document as OFD; ``filled_rules`` draws rules as thin rectangles."""
    sheets = [_Sheet()]
    for text in (document.title, *document.notice):
        _line(sheets, text)
    if document.contents:
        for text in (document.contents_title, *document.contents):
            _line(sheets, text)
    for block in document.blocks:
        if isinstance(block, Form):
            _form(sheets, block, filled=filled_rules)
        else:
            _line(sheets, block.text)
    return _package(document, [sheet for sheet in sheets if sheet.objects])


def _advance(letter: str, size: float) -> float:
    return size if ord(letter) > 0x2E7F or letter in "“”…—" else size / 2


def _runs(steps: list[float]) -> str:
    """Advances as OFD abbreviates them: ``g 3 2.6`` is three times 2.6."""
    pieces: list[str] = []
    place = 0
    while place < len(steps):
        end = place
        while end < len(steps) and steps[end] == steps[place]:
            end += 1
        count = end - place
        pieces.append(f"g {count} {steps[place]:.3f}" if count > 1 else f"{steps[place]:.3f}")
        place = end
    return " ".join(pieces)


def _wrap(text: str, width: float, size: float) -> list[str]:
    lines, used = [""], 0.0
    for token in _TOKEN.findall(text):
        advance = sum(_advance(letter, size) for letter in token)
        if used + advance > width and lines[-1]:
            lines.append("")
            used = 0.0
        lines[-1] += token
        used += advance
    return lines


def _line(sheets: list[_Sheet], text: str) -> None:
    for line in _wrap(text, WIDTH - 2 * MARGIN, SIZE + 0.6):
        if sheets[-1].y > HEIGHT - 2 * MARGIN:
            sheets.append(_Sheet())
        sheets[-1].y += 5.0
        sheets[-1].text(MARGIN, sheets[-1].y, line, SIZE + 0.6)


def _form(sheets: list[_Sheet], form: Form, *, filled: bool) -> None:
    sheets.append(_Sheet())
    edges = _column_edges(form)
    heights = _row_heights(form, edges)
    _heading(sheets[-1], form)
    for first, last in _cuts(form, heights, sheets[-1].y):
        if first:
            sheets.append(_Sheet())
        rows = list(range(first, last))
        if first and form.repeat_header:
            rows = [*range(form.header_rows), *rows]
        _table(sheets[-1], form, rows, edges, heights, filled=filled)
    for note in form.notes:
        _line(sheets, note)


def _heading(sheet: _Sheet, form: Form) -> None:
    right = WIDTH - MARGIN
    if form.title:
        sheet.y += TITLE_SIZE * 1.4
        width = sum(_advance(letter, TITLE_SIZE) for letter in form.title)
        sheet.text((WIDTH - width) / 2, sheet.y, form.title, TITLE_SIZE)
    if form.number:
        sheet.y += SIZE * 1.8
        sheet.text(right - len(form.number) * SIZE, sheet.y, form.number)
    if form.department_line or form.unit_line:
        sheet.y += SIZE * 1.8
        sheet.text(MARGIN, sheet.y, form.department_line)
        sheet.text(right - len(form.unit_line) * SIZE, sheet.y, form.unit_line)
    sheet.y += SIZE


def _column_edges(form: Form) -> list[float]:
    total = sum(column.width for column in form.columns)
    edges = [MARGIN]
    for column in form.columns:
        edges.append(edges[-1] + column.width / total * (WIDTH - 2 * MARGIN))
    return edges


def _row_heights(form: Form, edges: list[float]) -> list[float]:
    heights = [SIZE * 1.7] * form.row_count
    for cell in sorted(form.cells, key=lambda cell: cell.row_span):
        width = edges[cell.column + cell.column_span] - edges[cell.column] - 2 * PADDING
        needed = len(_wrap(cell.text, width, SIZE)) * SIZE * 1.25 + 2 * PADDING
        missing = needed - sum(heights[cell.row : cell.last_row + 1])
        heights[cell.last_row] += max(0.0, missing)
    return heights


def _cuts(form: Form, heights: list[float], start: float) -> list[tuple[int, int]]:
    """The rows of each page, never cut through a cell that spans rows of the body."""
    closed = {row for cell in form.body for row in range(cell.row + 1, cell.last_row + 1)}
    header = sum(heights[: form.header_rows]) if form.repeat_header else 0.0
    starts, used = [0], start
    for row, height in enumerate(heights):
        if used + height > HEIGHT - MARGIN and row > form.header_rows and row not in closed:
            starts.append(row)
            used = MARGIN + header
        used += height
    return list(zip(starts, [*starts[1:], form.row_count], strict=True))


def _table(
    sheet: _Sheet,
    form: Form,
    rows: list[int],
    edges: list[float],
    heights: list[float],
    *,
    filled: bool,
) -> None:
    tops = {}
    y = sheet.y
    for row in rows:
        tops[row] = y
        y += heights[row]
    for cell in form.cells:
        if cell.row in tops:
            last = max(row for row in range(cell.row, cell.last_row + 1) if row in tops)
            box = (edges[cell.column], tops[cell.row],
                   edges[cell.column + cell.column_span], tops[last] + heights[last])  # fmt: skip
            _cell(sheet, form, cell, box, filled=filled)
    sheet.y = y + SIZE


def _cell(
    sheet: _Sheet, form: Form, cell: Cell, box: tuple[float, float, float, float], *, filled: bool
) -> None:
    x0, y0, x1, y1 = box
    for x, y, end_x, end_y in ((x0, y0, x1, y0), (x0, y1, x1, y1), (x0, y0, x0, y1),
                               (x1, y0, x1, y1)):  # fmt: skip
        sheet.rule(x, y, end_x, end_y, filled=filled)
    lines = _wrap(cell.text, x1 - x0 - 2 * PADDING, SIZE) if cell.text else []
    y = (y0 + y1) / 2 - len(lines) * SIZE * 1.25 / 2 + SIZE
    for line in lines:
        width = sum(_advance(letter, SIZE) for letter in line)
        place = {"l": x0 + PADDING, "c": (x0 + x1 - width) / 2, "r": x1 - PADDING - width}
        sheet.text(place[form.alignment(cell)], y, line)
        y += SIZE * 1.25


# The package --------------------------------------------------------------------------------


def _package(document: Document, sheets: Iterable[_Sheet]) -> bytes:
    pages = list(sheets)
    box = f"<ofd:PhysicalBox>0 0 {WIDTH:g} {HEIGHT:g}</ofd:PhysicalBox>"
    listed = "".join(
        f'<ofd:Page ID="{1000 + number}" BaseLoc="Pages/Page_{number}/Content.xml"/>'
        for number in range(len(pages))
    )
    parts = {
        "OFD.xml": f'<ofd:OFD {NAMESPACE} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
        f"<ofd:Title>{escape(document.title)}</ofd:Title></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {NAMESPACE}><ofd:CommonData><ofd:MaxUnitID>99999"
        f'</ofd:MaxUnitID><ofd:PageArea>{box}</ofd:PageArea><ofd:TemplatePage ID="3" '
        'BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData>'
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/Tpls/Tpl_0/Content.xml": _content(_footer(document), ""),
    }
    for number, sheet in enumerate(pages):
        reference = f'<ofd:Area>{box}</ofd:Area><ofd:Template TemplateID="3" ZOrder="Background"/>'
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = _content(sheet.objects, reference)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}')
    return buffer.getvalue()


def _footer(document: Document) -> list[str]:
    sheet = _Sheet()
    for number, line in enumerate(document.notice):
        sheet.text(MARGIN, HEIGHT - 6 + 2.4 * number, line, 2.0)
    return sheet.objects


def _content(objects: list[str], head: str) -> str:
    layer = f'<ofd:Content><ofd:Layer ID="5" Type="Body">{"".join(objects)}</ofd:Layer>'
    return f"<ofd:Page {NAMESPACE}>{head}{layer}</ofd:Content></ofd:Page>"
