"""Workbooks that Excel 2002 and later write as a single file of XML, mostly named .xls.

Here: the elements of SpreadsheetML 2003 (Workbook, Worksheet, Table, Row, Cell, Data), which
budget software exports. Which of the cells make a table does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from dagster_project.readers import number_format
from dagster_project.readers.document import ReadError
from dagster_project.readers.package import parse
from dagster_project.readers.sheets import MAX_COLUMNS, MAX_ROWS, MAX_SHEETS, Sheet

_WORKBOOK = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*<\?xml[^>]*>(?:\s|<\?.*?\?>|<!--.*?-->)*<(?:\w+:)?Workbook\b[^>]*"
    rb"urn:schemas-microsoft-com:office:spreadsheet",
    re.DOTALL,
)
# Formats that SpreadsheetML calls by a name of its own.
_NAMED = {
    "General Number": "General",
    "Fixed": "0.00",
    "Standard": "#,##0.00",
    "Currency": "#,##0.00",
    "Percent": "0.00%",
}


def matches(head: bytes) -> bool:
    """Whether a file begins as such a workbook."""
    return bool(_WORKBOOK.search(head))


def sheets(data: bytes) -> Iterator[Sheet]:
    """The worksheets of a workbook in the order of their tabs.

    Raises:
        ReadError: the file is damaged, or larger than the limits.
    """
    book = parse(data, "Workbook")
    formats = {
        style.get("ID"): next((own.get("Format") for own in style.findall("NumberFormat")), None)
        for style in book.findall("Styles/Style")
    }
    for number, worksheet in enumerate(book.findall("Worksheet"), start=1):
        if number > MAX_SHEETS:
            raise ReadError(f"the file has more than {MAX_SHEETS} sheets")
        yield _sheet(worksheet, formats)


def _sheet(worksheet: Element, formats: dict[str | None, str | None]) -> Sheet:
    sheet = Sheet(worksheet.get("Name") or "", "xml")
    visible = worksheet.findtext("WorksheetOptions/Visible") or ""
    sheet.is_hidden = visible.strip() in {"SheetHidden", "SheetVeryHidden"}
    if sheet.is_hidden:
        return sheet
    row = 0
    hidden: set[int] = set()
    for element in worksheet.findall("Table/Row"):
        row = _place(element, row, MAX_ROWS)
        if element.get("Hidden") == "1":
            hidden.add(row)
        _fill(sheet, row, element, formats)
        row += _number(element, "Span")
    sheet.note_hidden(hidden, [])
    return sheet


def _fill(sheet: Sheet, row: int, element: Element, formats: dict[str | None, str | None]) -> None:
    column = 0
    for cell in element.findall("Cell"):
        column = _place(cell, column, MAX_COLUMNS)
        across, down = _number(cell, "MergeAcross"), _number(cell, "MergeDown")
        if across or down:
            sheet.merged.append((row, column, row + down, column + across))
        data = cell.find("Data")
        if data is not None:
            style = cell.get("StyleID") or element.get("StyleID")
            sheet.put(row, column, _text(data, formats.get(style) or "General"))
        column += across


def _place(element: Element, before: int, most: int) -> int:
    """Where a row or cell stands: where its index says, else right after the one before."""
    place = _number(element, "Index") or before + 1
    if not before < place <= most:
        raise ReadError("the file is damaged, or its sheet is larger than is read")
    return place


def _number(element: Element, name: str) -> int:
    text = element.get(name) or "0"
    return int(text) if text.isascii() and text.isdigit() else 0


def _text(data: Element, code: str) -> str:
    text = "".join(data.itertext())
    if data.get("Type") != "Number":
        return text
    try:
        return number_format.shown(float(text), _NAMED.get(code, code))
    except ValueError:
        return text
