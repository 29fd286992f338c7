"""DOCX renderer: paragraphs and tables, merged cells as Word merges them."""

from __future__ import annotations

import zipfile
from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document as WordDocument

from tests.corpus.model import Document, Form, Heading, Paragraph

_DATE = (2024, 1, 1, 0, 0, 0)


def render_docx(document: Document) -> bytes:
    """Render a document for Word; the same bytes every time."""
    word = docx.Document()
    word.core_properties.created = word.core_properties.modified = datetime(*_DATE)
    for text in (document.title, *document.notice):
        word.add_paragraph(text)
    if document.contents:
        for text in (document.contents_title, *document.contents):
            word.add_paragraph(text)
    for block in document.blocks:
        match block:
            case Heading():
                word.add_heading(block.text, min(block.level, 9))
            case Paragraph():
                word.add_paragraph(block.text)
            case Form():
                _form(word, block)
    buffer = BytesIO()
    word.save(buffer)
    return _undated(buffer.getvalue())


def _form(word: WordDocument, form: Form) -> None:
    for text in (form.title, form.number, "\t".join(filter(None, _caption(form)))):
        if text:
            word.add_paragraph(text)
    table = word.add_table(form.row_count, len(form.columns))
    table.style = "Table Grid"
    places = [list(row.cells) for row in table.rows]
    for cell in form.cells:
        place = places[cell.row][cell.column]
        if cell.row_span > 1 or cell.column_span > 1:
            last = places[cell.last_row][cell.column + cell.column_span - 1]
            place = place.merge(last)
        place.text = cell.text
    for note in form.notes:
        word.add_paragraph(note)


def _caption(form: Form) -> tuple[str, str]:
    return form.department_line, form.unit_line


def _undated(data: bytes) -> bytes:
    """The package with the time of writing taken out of it."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for info in source.infolist():
            plain = zipfile.ZipInfo(info.filename, _DATE)
            plain.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(plain, source.read(info))
    return buffer.getvalue()
