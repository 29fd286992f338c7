"""Plain text and Markdown, as people and OCR tools write them.

Here: how lines become paragraphs and grids. Pipe rows, tab-separated rows and HTML tables between
the lines are tables; inline HTML, emphasis and LaTeX that OCR tools leave in the text are taken
off. Lines are split by hand: a Markdown library pads short rows and drops surplus cells, which
hides that a row was shifted. What a form is does not belong here.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from itertools import groupby

from dagster_project.readers import aligned_text, spaced_text
from dagster_project.readers import html as html_reader
from dagster_project.readers.document import Block, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.encoding import decode
from dagster_project.readers.glyphs import normalise, without_filler
from dagster_project.readers.recognised import is_recognised

MAX_BYTES = 50 * 1024 * 1024
MAX_LINES = 500_000
MAX_COLUMNS = 512
MAX_CELLS = 500_000
Line = tuple[int, str]  # with its number

_TAG = re.compile(
    r"</?(?:b|strong|i|em|u|s|del|sup|sub|p|span|font|div|center|html|body)\b[^<>]*>", re.IGNORECASE
)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*\*|__(?=\S)|(?<=\S)__")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+")
_MATH = re.compile(r"\$([^$]{1,80})\$")
_MATH_SYMBOLS = {
    r"\geq": "≥", r"\ge": "≥", r"\leq": "≤", r"\le": "≤", r"\%": "%", r"\times": "×",
    r"\sim": "~", r"\pm": "±", r"\cdot": "·", r"\,": "",
}  # fmt: skip
_MARK = re.compile(r"\s\|+(?=\s|$)")  # between two cells of a row that no mark begins
_FEWEST_MARKS = _FEWEST_ROWS = 2
_LETTER = re.compile(r"[\u3400-\u9fff]")
_SEPARATOR_CELL = re.compile(r"^:?[-—_=]{2,}:?$|^:-+:?$|^-+:$")


def read(data: bytes) -> Document:
    """Read text or Markdown into a document of one page.

    A grid's ``row_number`` is the line of the file, ``column_number`` the field in that line,
    both 1-based.

    Raises:
        ReadError: the file is empty, too large, or not text.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"the text file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    text = decode(data)
    if not text.strip():
        raise ReadError("the file holds no text")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    count = text.count("\n") + 1
    if count > MAX_LINES:
        raise ReadError(f"the text file has {count:,} lines, more than {MAX_LINES:,}")
    blocks = tuple(_blocks(text))
    origin = "ocr" if is_recognised(blocks, text) else "markup"
    return Document(format="text", text_origin=origin, page_count=1, blocks=blocks)


def _blocks(text: str) -> Iterator[Block]:
    number = 1
    for part, is_table in html_reader.parts_of(text):
        if not is_table:
            yield from _blocks_of_lines(part, number)
        for block in html_reader.blocks_of(part) if is_table else ():
            yield block if isinstance(block, Grid) else Paragraph(block.text, 1, number)
        number += part.count("\n")


def _blocks_of_lines(text: str, first: int) -> list[Block]:
    blocks: list[Block] = []
    numbered = list(enumerate(text.split("\n"), start=first))
    for kind, rows in _kinds(numbered):
        if kind == "text":
            blocks.extend(_text(rows))
        else:
            fields = [(number, _fields(line, kind)) for number, line in rows]
            if kind == "open":
                fields = _unpadded(fields)
            grid = _grid([(n, row) for n, line in fields for row in _unfolded(line)], kind)
            if grid and grid.column_count == 1:  # such a table only arranges text
                blocks.extend(Paragraph(c.text, 1, c.row_number) for c in grid.cells)
            elif grid:
                blocks.append(grid)
    return blocks


def _kinds(lines: list[Line]) -> Iterator[tuple[str, list[Line]]]:
    """The lines in runs of one kind, tables of marks by whether most of their rows begin with one.

    A single line with marks between words is no table.
    """
    runs = []
    for is_marked, run in groupby(lines, key=lambda pair: _kind(pair[1]) in {"pipe", "open"}):
        rows = list(run)
        is_open = [_kind(line) == "open" for _, line in rows]
        is_table = is_marked and not (all(is_open) and len(rows) < _FEWEST_ROWS)
        kind = "open" if 2 * sum(is_open) > len(rows) else "pipe"
        runs += [(kind if is_table else "" if is_marked else _kind(row[1]), row) for row in rows]
    for kind, same in groupby(runs, key=lambda pair: pair[0] or "text"):
        yield kind, [line for _, line in same]


def _kind(line: str) -> str:
    stripped = line.strip()
    if stripped.startswith("|") and stripped.count("|") >= 2:
        return "pipe"
    if len(_MARK.findall(line)) >= _FEWEST_MARKS:
        return "open"
    return "tab" if "\t" in line else "text"


def _fields(line: str, kind: str) -> list[str]:
    if kind == "tab":
        return line.split("\t")
    fields = line.strip().removesuffix("|").split("|")
    return fields[1:] if kind == "pipe" and not fields[0] else fields


def _unpadded(rows: list[tuple[int, list[str]]]) -> list[tuple[int, list[str]]]:
    """The rows without the empty fields at their ends, if all empty ones stand there.

    A converter that begins no row with a mark drops each empty cell and adds one at the end.
    """
    filled = [[n for n, field in enumerate(row, 1) if field.strip()] for _, row in rows]
    ends = [max(places, default=0) for places in filled]
    is_padded = all(len(places) in {0, 1, end} for places, end in zip(filled, ends, strict=True))
    return [(n, row[:end] if is_padded else row) for (n, row), end in zip(rows, ends, strict=True)]


def _unfolded(fields: list[str]) -> list[list[str]]:
    """The rows of a table that was written in one line: its rule says how wide they are.

    Between two rows stands an empty field, where the last mark of one meets the first of the next.
    """
    is_rule = [bool(_SEPARATOR_CELL.match(field.strip())) for field in fields]
    start = is_rule.index(True) if True in is_rule else 0
    width = next((n for n, rule in enumerate(is_rule[start:]) if not rule), 0)
    step = width + 1
    gaps = fields[width::step]
    if width < 2 or start % step or len(fields) < 2 * step or any(gap.strip() for gap in gaps):
        return [fields]
    return [fields[place : place + width] for place in range(0, len(fields), step)]


def _grid(rows: list[tuple[int, list[str]]], kind: str) -> Grid | None:
    kept = [(number, fields) for number, fields in rows if not _is_separator(fields)]
    if not kept:
        return None
    width = max(len(fields) for _, fields in kept)
    if width > MAX_COLUMNS:
        raise ReadError(f"a table of the file has {width:,} columns, more than {MAX_COLUMNS}")
    if sum(len(fields) for _, fields in kept) > MAX_CELLS:
        raise ReadError(f"a table of the file has more than {MAX_CELLS:,} cells")
    cells = [
        Cell(text, row, column, page=1, row_number=number, column_number=column + 1)
        for row, (number, fields) in enumerate(kept)
        for column, field in enumerate(fields)
        if (text := without_filler(clean(field)))
    ]
    lengths = tuple(len(fields) for _, fields in kept)
    if len(set(lengths)) == 1 or (kind == "tab" and not _drops_cells([own for _, own in kept])):
        lengths = ()
    return Grid(
        tuple(cells), len(kept), width, page=1, reader=f"text/{kind}", row_lengths=lengths
    )  # fmt: skip


def _drops_cells(rows: list[list[str]]) -> bool:
    """Whether short rows of a table lack cells within, not only at their ends, as editors cut them.

    Then words stand where the whole rows have figures, or figures where these have words.
    """
    width = max(map(len, rows))
    kinds = [list(map(_kind_of, row)) for row in rows]
    body = [own for own in kinds if "figure" in own]
    whole = [own for own in body if len(own) == width]
    usual = [{own[column] for own in whole} - {""} for column in range(width)]
    return any(
        kind and len(usual[column]) == 1 and kind not in usual[column]
        for own in body
        for column, kind in enumerate(own)
    )


def _kind_of(field: str) -> str:
    """Whether a field holds words or a figure, which may be a code, too."""
    if _LETTER.search(field):
        return "words"
    return "figure" if any(map(str.isdigit, field)) else ""


def _is_separator(fields: list[str]) -> bool:
    texts = [field.strip() for field in fields if field.strip()]
    return bool(texts) and all(_SEPARATOR_CELL.match(text) for text in texts)


def _text(rows: list[tuple[int, str]]) -> Iterator[Block]:
    """Paragraphs, and between them the tables whose columns are set with spaces, or one space."""
    end = rows[0][0]
    for grid, lines in list(aligned_text.grids(rows)) or spaced_text.grids(rows):
        yield from _paragraphs(rows[end - rows[0][0] : lines.start - rows[0][0]])
        yield grid
        end = lines.stop
    yield from _paragraphs(rows[end - rows[0][0] :])


def _paragraphs(rows: list[tuple[int, str]]) -> list[Paragraph]:
    cleaned = [(number, clean(_HEADING.sub("", line))) for number, line in rows]
    return [Paragraph(text, page=1, row_number=number) for number, text in cleaned if text]


def clean(text: str) -> str:
    """The text as printed: tags, emphasis and LaTeX off, glyphs normalised, spaces kept single."""
    text = html.unescape(_TAG.sub("", _BREAK.sub(" ", text)))
    text = _EMPHASIS.sub("", _MATH.sub(_plain_math, text))
    return re.sub(r"\s+", " ", normalise(text)).strip()


def _plain_math(match: re.Match[str]) -> str:
    plain = match.group(1)
    for command, symbol in _MATH_SYMBOLS.items():
        plain = re.sub(re.escape(command) + r"(?![a-zA-Z])", symbol, plain)
    return re.sub(r"\\[a-zA-Z]+|[{}]", "", plain)
