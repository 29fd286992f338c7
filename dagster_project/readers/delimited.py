"""Files of separated values (CSV and the like), as data sites and office programs save them.

Here: whether a text is such a file, what separates its values, and its rows. What is a table in
it and what a caption is decided as for a spreadsheet, in ``dagster_project.readers.sheets``.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from dagster_project.readers.document import Document, ReadError
from dagster_project.readers.encoding import decode
from dagster_project.readers.glyphs import without_filler
from dagster_project.readers.sheets import Sheet, blocks
from dagster_project.readers.text import MAX_BYTES

_DELIMITERS = "\t,;|"
_SAMPLE_LINES = 400
_MIN_ROWS = 3
_MIN_FIELDS = 3
_SHARE = 0.6
_PARTED_SHARE = 0.8
_MAX_FIELD = 131_072
_SENTENCE_END = re.compile(r"[。；！？]$|[A-Za-z][.!?]$")
_FIGURE = re.compile(r"-?\d[\d,.]*%?")


def matches(data: bytes) -> bool:
    """Whether a file holds separated values rather than prose or Markdown."""
    try:
        return delimiter_of(decode(data)) is not None
    except ReadError:
        return False


def delimiter_of(text: str) -> str | None:
    """What separates the values of a text, or None where nothing does.

    At least three rows must have the same three or more values, and most rows that have any
    separator must be like them: commas of prose and of thousands do not come in equal numbers.
    Most rows must have the separator, too: a text with a table in it is still a text.
    """
    lines = text.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES]
    if any(line.lstrip().startswith("|") for line in lines):
        return None  # rows of Markdown
    best: tuple[int, int, str] | None = None
    for delimiter in _DELIMITERS:
        rows = [row for row in _rows("\n".join(lines), delimiter) if any(map(str.strip, row))]
        widths = Counter(len(row) for row in rows if len(row) > 1)
        if not widths or sum(widths.values()) < _PARTED_SHARE * len(rows):
            continue
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]))
        regular = width >= _MIN_FIELDS and count >= _MIN_ROWS
        if regular and count >= _SHARE * sum(widths.values()) and not _is_prose(rows):
            best = max(best or (0, 0, ""), (count, width, delimiter))
    return best[2] if best else None


def _is_prose(rows: list[list[str]]) -> bool:
    """Whether most rows end like sentences, and few hold a value that is a figure."""
    ended = sum(1 for row in rows if _SENTENCE_END.search(row[-1].rstrip()))
    figures = sum(1 for row in rows if any(_FIGURE.fullmatch(value.strip()) for value in row))
    return 2 * ended > len(rows) > 2 * figures


def read(data: bytes) -> Document:
    """Read separated values into paragraphs for captions and a grid for the rest.

    ``row_number`` is the row of values in the file, ``column_number`` the value in that row,
    both 1-based.

    Raises:
        ReadError: the file is empty, too large, not text, or holds no separated values.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"the text file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    text = decode(data)
    delimiter = delimiter_of(text)
    if delimiter is None:
        raise ReadError("the file holds no separated values")
    sheet = Sheet("", "delimited")
    for number, row in enumerate(_rows(text, delimiter), start=1):
        for place, value in enumerate(row, start=1):
            sheet.put(number, place, without_filler(value.strip()))
    return Document("csv", "markup", 1, tuple(blocks([sheet])))


def _rows(text: str, delimiter: str) -> list[list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    try:
        return list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        # A quotation mark that is never closed; then quotes are letters like others.
        lines = text.split("\n")
        return [line.split(delimiter) if len(line) < _MAX_FIELD else [line] for line in lines]
