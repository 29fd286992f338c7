"""The workbook for people who work in a spreadsheet: one sheet for each fact and report."""

import datetime
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dagster_project.exports.tables import Column, Table

# What one sheet of the format can hold, its header included.
_LAST_ROW = 1_048_576
_LONGEST_TEXT = 32_767
_LONGEST_SHEET_NAME = 31
# A spreadsheet calculates in binary floats of 15 decimal digits: a larger amount would lose its
# last digits without a word, so it is written as text.
_LARGEST_NUMBER = Decimal(10) ** 13
_BATCH = 10_000

_WIDTHS = {"VARCHAR": 24, "BOOLEAN": 10, "INTEGER": 10, "BIGINT": 12, "DOUBLE": 10}
_DECIMAL_WIDTH = 20

_NOTES = (
    "部门预算与部门决算数据 · Budgets and final accounts of departments",
    "金额单位：元。Money is in 元.",
    "每次只取一个 fund、一个 spending_kind、一个 phase 和一个 reporting_scope，再相加。"
    " Filter one fund, one spending_kind, one phase and one reporting_scope before adding up.",
    "fct_budget_line 含合计行，不可直接相加；fct_expenditure_…、fct_revenue 只含明细行。"
    " fct_budget_line holds totals beside their parts and must not be added up.",
    "达到一万亿元的金额以文本写入，以免丢失尾数。Amounts of 10^13 元 and more are written as text.",
)


def write_workbook(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[Table], file: Path
) -> int:
    """Write the tables as sheets with a frozen, filtered header; the first explains the columns.

    Every text is written as text: a cell that begins with `=` is no formula, and an address is no
    link. An amount is a number with two decimals, equal to the printed one to the cent.

    Returns:
        How many rows of tables were written.
    """
    tables = list(tables)
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    written = 0
    with xlsxwriter.Workbook(file, options) as book:
        _write_guide(book, tables)
        for table in tables:
            written += _write_table(connection, book, table)
    return written


def _write_guide(book: xlsxwriter.Workbook, tables: list[Table]) -> None:
    sheet = book.add_worksheet("说明 Guide")
    heading = book.add_format({"bold": True})
    sheet.set_column(0, 1, 32)
    sheet.set_column(2, 2, 120)
    for row, note in enumerate(_NOTES):
        sheet.write_string(row, 0, note, heading if row == 0 else None)
    row = len(_NOTES) + 1
    for place, title in enumerate(("表 Table", "字段 Column", "说明 Description")):
        sheet.write_string(row, place, title, heading)
    for table in tables:
        row += 1
        sheet.write_string(row, 0, table.short_name, heading)
        sheet.write_string(row, 2, table.description)
        for column in table.columns:
            row += 1
            sheet.write_string(row, 0, table.short_name)
            sheet.write_string(row, 1, column.name)
            sheet.write_string(row, 2, column.description)


def _write_table(
    connection: duckdb.DuckDBPyConnection, book: xlsxwriter.Workbook, table: Table
) -> int:
    money = book.add_format({"num_format": "#,##0.00"})
    written, part = 0, 1
    sheet, last = _new_sheet(book, table, part), 0
    for row in _rows(connection, table):
        if last + 1 == _LAST_ROW:
            part += 1
            sheet, last = _new_sheet(book, table, part), 0
        last += 1
        written += 1
        for index, value in enumerate(row):
            _write_cell(sheet, last, index, value, money)
    return written


def _rows(connection: duckdb.DuckDBPyConnection, table: Table) -> Iterator[tuple[object, ...]]:
    cursor = connection.cursor().execute(f"from {table.name} order by all")
    while batch := cursor.fetchmany(_BATCH):
        yield from batch


def _new_sheet(book: xlsxwriter.Workbook, table: Table, part: int) -> Worksheet:
    suffix = f" {part}" if part > 1 else ""
    sheet = book.add_worksheet(table.short_name[: _LONGEST_SHEET_NAME - len(suffix)] + suffix)
    header = book.add_format({"bold": True, "bg_color": "#DDE7E4", "bottom": 1})
    for index, column in enumerate(table.columns):
        sheet.set_column(index, index, _width(column))
        sheet.write_string(0, index, column.name, header)
    sheet.freeze_panes(1, 0)
    rows = min(table.rows - (part - 1) * (_LAST_ROW - 1), _LAST_ROW - 1)
    sheet.autofilter(0, 0, max(rows, 0), len(table.columns) - 1)
    return sheet


def _width(column: Column) -> int:
    return max(_WIDTHS.get(column.data_type, _DECIMAL_WIDTH), len(column.name) + 3)


def _write_cell(sheet: Worksheet, row: int, index: int, value: object, money: Format) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, index, value)
        case Decimal() if abs(value) >= _LARGEST_NUMBER:
            sheet.write_string(row, index, str(value))
        case Decimal():
            sheet.write_number(row, index, value, money)
        case int() | float():
            sheet.write_number(row, index, value)
        case datetime.datetime() | datetime.date():
            sheet.write_string(row, index, value.isoformat(sep=" ") if isinstance(
                value, datetime.datetime) else value.isoformat())  # fmt: skip
        case _:
            sheet.write_string(row, index, str(value)[:_LONGEST_TEXT])
