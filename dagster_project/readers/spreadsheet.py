"""Workbooks of Excel, old and new.

Here: which of them a file is, and the document that its sheets make. A sheet is a page; the
row and column of a cell are those of the sheet. Numbers are read as their cells show them, of
formulas the result that was stored with the file. Hidden sheets are named but not read, since
they often hold an earlier state of the same figures; hidden rows and columns of a sheet that is
shown belong to its sums, and are read and noted.
"""

from __future__ import annotations

from collections.abc import Iterable

from dagster_project.readers import xls, xlsx, xml_sheet
from dagster_project.readers.document import Document, ReadError
from dagster_project.readers.package import Package, ole_kind
from dagster_project.readers.sheets import Sheet, blocks, notes

_OLE_REFUSALS = {
    "encrypted": "the file is protected by a password",
    "doc": "the file is an old Word file (.doc), a kind that is not read; save it as .docx or PDF",
    "ppt": "the file is an old PowerPoint file (.ppt), a kind that is not read; save it as PDF",
    "other": "the file is damaged, or an old Office file of another kind; save it as PDF",
}


def read_xlsx(data: bytes) -> Document:
    """Read a workbook of Excel 2007 or later.

    Raises:
        ReadError: it is damaged, protected, empty, or larger than the limits.
    """
    package = Package(data)
    if package.kind != "xlsx":
        raise ReadError("the file is not an Excel workbook (.xlsx)")
    return _document("xlsx", xlsx.sheets(package))


def read_xls(data: bytes) -> Document:
    """Read a workbook of Excel 97 to 2003; other OLE files are refused by their kind.

    Raises:
        ReadError: it is no workbook, or is damaged, protected, empty, or beyond the limits.
    """
    kind = ole_kind(data)
    if kind != "xls":
        raise ReadError(_OLE_REFUSALS[kind])
    return _document("xls", xls.sheets(data))


def read_xml(data: bytes) -> Document:
    """Read a workbook that is a single file of XML (SpreadsheetML 2003).

    Raises:
        ReadError: it is damaged, empty, or beyond the limits.
    """
    return _document("xls", xml_sheet.sheets(data))


def _document(name: str, sheets: Iterable[Sheet]) -> Document:
    read = list(sheets)
    if not any(sheet.texts for sheet in read):
        hidden = any(sheet.is_hidden for sheet in read)
        raise ReadError("the sheets of the file are " + ("hidden" if hidden else "empty"))
    return Document(name, "spreadsheet", len(read), tuple(blocks(read)), notes(read))
