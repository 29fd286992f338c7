"""XLSX renderer: a sheet for each form, amounts as numbers with their format, codes as text."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import xlsxwriter

from tests.corpus.model import Document
from tests.corpus.render_sheet import pages

_CREATED = datetime(2024, 1, 1, tzinfo=UTC)


def render_xlsx(document: Document, *, stacked: bool = False) -> bytes:
    """Render a document as a workbook of Excel 2007 and later; the same bytes every time."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"title": document.title, "created": _CREATED.replace(tzinfo=None)})
    formats = {
        (shown, framed): book.add_format(
            {"border": int(framed), **({"num_format": shown} if shown else {})}
        )
        for shown in ("", "#,##0.00", "0.00")
        for framed in (False, True)
    }
    for page in pages(document, stacked=stacked):
        sheet = book.add_worksheet(page.name)
        for value in page.values:
            style = formats[value.number_format, value.is_framed]
            if value.is_merged:
                place = (value.row, value.column, value.last_row, value.last_column)
                sheet.merge_range(*place, "", style)
            if value.number_format:
                sheet.write_number(value.row, value.column, value.number, style)
            else:
                sheet.write_string(value.row, value.column, value.text, style)
    book.close()
    return buffer.getvalue()
