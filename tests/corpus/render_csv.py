"""CSV renderer: the forms of a document one after the other, merged cells in their first place."""

from __future__ import annotations

import csv
import io

from tests.corpus.model import Document
from tests.corpus.render_sheet import pages


def render_csv(document: Document, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Render a document as separated values, as a spreadsheet saves its sheet."""
    (page,) = pages(document, stacked=True)
    width = max(value.last_column for value in page.values) + 1
    rows = [[""] * width for _ in range(page.rows)]
    for value in page.values:
        rows[value.row][value.column] = value.text
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode(encoding)
