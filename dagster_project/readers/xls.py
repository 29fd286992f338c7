"""Workbooks of Excel 97 to 2003: their sheets as texts by place.

Here: the BIFF records of an OLE file, as xlrd reads them. Which of them make a table does not
belong here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlrd

from dagster_project.readers import number_format
from dagster_project.readers.document import ReadError
from dagster_project.readers.sheets import MAX_SHEETS, Sheet

MAX_BYTES = 50 * 1024 * 1024


def sheets(data: bytes) -> Iterator[Sheet]:
    """The worksheets of a workbook in the order of their tabs.

    Raises:
        ReadError: the file is protected, damaged, or larger than the limits.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"the file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    with Path(os.devnull).open("w") as nowhere:
        book = _open(data, nowhere)
        if book.nsheets > MAX_SHEETS:
            raise ReadError(f"the file has {book.nsheets} sheets, more than {MAX_SHEETS}")
        for index in range(book.nsheets):
            yield _sheet(book, index)


def _open(data: bytes, log: Any) -> Any:
    try:
        return xlrd.open_workbook(
            file_contents=data, formatting_info=True, ragged_rows=True, on_demand=True, logfile=log
        )
    except Exception as error:  # damaged records fail in struct, codecs, indexing and more
        if "encrypted" in str(error):
            raise ReadError("the file is protected by a password") from error
        raise ReadError("the file is damaged and cannot be opened as a workbook") from error


def _sheet(book: Any, index: int) -> Sheet:
    sheet = Sheet(book.sheet_names()[index], "xls")
    try:
        source = book.sheet_by_index(index)
        sheet.is_hidden = bool(source.visibility)
        return sheet if sheet.is_hidden else _filled(sheet, book, source)
    except ReadError:
        raise
    except Exception as error:  # as in _open
        raise ReadError(f"the file is damaged: its sheet {sheet.name!r} is broken") from error


def _filled(sheet: Sheet, book: Any, source: Any) -> Sheet:
    formats = [_code(book, style.format_key) for style in book.xf_list]
    for row in range(source.nrows):
        for column in range(source.row_len(row)):
            kind = source.cell_type(row, column)
            if kind not in {xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK}:
                style = source.cell_xf_index(row, column)
                code = formats[style] if style < len(formats) else "General"
                text = _text(kind, source.cell_value(row, column), code, book.datemode)
                sheet.put(row + 1, column + 1, text)
    sheet.merged = [
        (first_row + 1, first_column + 1, end_row, end_column)
        for first_row, end_row, first_column, end_column in source.merged_cells
    ]
    sheet.note_hidden(
        {row + 1 for row, info in source.rowinfo_map.items() if info.hidden},
        [(column + 1,) * 2 for column, info in source.colinfo_map.items() if info.hidden],
    )
    return sheet


def _code(book: Any, key: int) -> str:
    # The built-in formats are stored in the words of the Excel that wrote the file.
    own = book.format_map.get(key)
    return str(own.format_str) if own else number_format.BUILT_IN.get(key, "General")


def _text(kind: int, value: Any, code: str, datemode: int) -> str:
    if kind == xlrd.XL_CELL_TEXT:
        return str(value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if value else "FALSE"
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.error_text_from_code.get(value, "#ERROR!"))
    if number_format.is_date(code):
        return number_format.date(float(value), from_1904=bool(datemode))
    return number_format.shown(float(value), code)
