"""XLS renderer: as the XLSX renderer, but account codes are numbers, as many publishers type them.

A code that begins with a zero stays text.
"""

from __future__ import annotations

import re
from io import BytesIO

import xlwt

from tests.corpus.model import Document
from tests.corpus.render_sheet import Value, pages

_CODE = re.compile(r"[1-9]\d{2,6}")


def render_xls(document: Document, *, stacked: bool = False) -> bytes:
    """Render a document as a workbook of Excel 97 to 2003."""
    book = xlwt.Workbook(encoding="utf-8")
    styles = {shown: xlwt.easyxf(num_format_str=shown) for shown in ("General", "#,##0.00", "0.00")}
    for page in pages(document, stacked=stacked):
        sheet = book.add_sheet(page.name)
        for value in page.values:
            content, shown = _content(value)
            style = styles[shown]
            if value.is_merged:
                places = (value.row, value.last_row, value.column, value.last_column)
                sheet.write_merge(*places, content, style)
            elif value.text:
                sheet.write(value.row, value.column, content, style)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _content(value: Value) -> tuple[str | float, str]:
    if value.number_format:
        return value.number, value.number_format
    if value.is_framed and _CODE.fullmatch(value.text):
        return float(value.text), "General"
    return value.text, "General"
