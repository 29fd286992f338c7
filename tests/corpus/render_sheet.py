"""What the spreadsheet renderers share: a document as sheets of placed values.

A sheet holds the running text between two forms, or one form: its title over the whole table, its
number and its unit on the right, the table, its notes. ``stacked`` puts all on a single sheet, as
publishers do who print from one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal

from tests.corpus.model import AMOUNT, Document, Form

GROUPED, PLAIN = "#,##0.00", "0.00"
_FORBIDDEN = re.compile(r"[\[\]:*?/\\']")
_MAX_NAME = 31


@dataclass(frozen=True)
class Value:
    """A cell with its last row and column, all 0-based; ``number_format`` marks a number."""

    text: str
    row: int
    column: int
    last_row: int
    last_column: int
    number_format: str = ""
    is_framed: bool = False

    @property
    def number(self) -> float:
        """The amount as spreadsheets store it."""
        return float(Decimal(self.text.replace(",", "")))

    @property
    def is_merged(self) -> bool:
        """Whether the cell covers more than its place."""
        return (self.last_row, self.last_column) != (self.row, self.column)


@dataclass
class Page:
    """One sheet: its name and its cells."""

    name: str
    values: list[Value] = field(default_factory=list)
    rows: int = 0

    def line(self, text: str, column: int = 0, last_column: int = 0) -> None:
        """Add a line of text in a row of its own."""
        if text:
            last_column = max(column, last_column)
            self.values.append(Value(text, self.rows, column, self.rows, last_column))
            self.rows += 1


def pages(document: Document, *, stacked: bool = False) -> list[Page]:
    """The sheets of a document."""
    face = Page("封面")
    for text in (document.title, *document.notice):
        face.line(text)
    found = [face]
    if document.contents:
        found.append(Page("目录"))
        for text in (document.contents_title, *document.contents):
            found[-1].line(text)
    is_text = False
    for block in document.blocks:
        if isinstance(block, Form):
            found.append(Page(_name(block, len(found))))
            _form(found[-1], block)
        else:
            if not is_text:
                found.append(Page(f"文字{len(found)}"))
            found[-1].line(block.text)
        is_text = not isinstance(block, Form)
    return [_stacked(found)] if stacked else found


def _name(form: Form, number: int) -> str:
    name = _FORBIDDEN.sub("", f"{number} {form.number} {form.title}").strip()
    return name[:_MAX_NAME]


def _form(page: Page, form: Form) -> None:
    last = len(form.columns) - 1
    page.line(form.title, 0, last)
    page.line(form.number, last)
    department, unit = form.department_line, form.unit_line
    if department and unit:
        page.values.append(Value(department, page.rows, 0, page.rows, 0))
    else:
        page.line(department)
    page.line(unit, last)
    for cell in form.cells:
        row, column = page.rows + cell.row, cell.column
        last_row, last_column = row + cell.row_span - 1, column + cell.column_span - 1
        # A header may print a year or a number; only cells of the body are amounts.
        is_number = AMOUNT.fullmatch(cell.text) is not None
        grouped = GROUPED if re.search(r",|^-?\d{1,3}\.", cell.text) else PLAIN
        shown = grouped if is_number else ""
        page.values.append(Value(cell.text, row, column, last_row, last_column, shown, True))
    page.rows += form.row_count
    for note in form.notes:
        page.line(note, 0, last)


def _stacked(found: list[Page]) -> Page:
    whole = Page("全部")
    for page in found:
        down = whole.rows
        whole.values += [
            Value(v.text, v.row + down, v.column, v.last_row + down, v.last_column,
                  v.number_format, v.is_framed)
            for v in page.values
        ]  # fmt: skip
        whole.rows += page.rows + 1
    return whole
