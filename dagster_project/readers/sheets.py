"""A sheet of cells as blocks: what is a table in it, and what stands around its tables.

Here: the layout that spreadsheets and files of separated values share. A sheet has no frame that
says where a table begins: titles, the form's number and the unit stand in cells above it, notes
below it, and further tables may follow. How cells are read from a file does not belong here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from dagster_project.readers.document import Block, Cell, Grid, Paragraph, ReadError
from dagster_project.readers.glyphs import join_lines, join_words, normalise

MAX_SHEETS = 200
MAX_ROWS = 50_000
MAX_COLUMNS = 512
MAX_CELLS = 1_000_000

_CAPTION_CELLS = 3
_WIDE_SHARE = 0.9
_LONG_NOTE = 60
_SHORT_TITLE = 60
# A cell that prints nothing but the unit, the form's number, or who drew the form up.
_UNIT = re.compile(
    r"^(?:.{0,40}\s)?[(（]?(?:金额|计量|货币)?单\s*位\s*[:：]\s*(?:人民币)?[百千万亿]*元[)）]?$"
)
_NUMBER = re.compile(
    r"^[(（]?(?:(?:公开|预算|财决|财预|部门|附)\s*)?"
    r"(?:\d{1,2}(?:-\d{1,2})?\s*表|附?表\s*(?:\d{1,2}(?:-\d{1,2})?|[一二三四五六七八九十]{1,3}))"
    r"[)）:：]?$"
)
_PARTY = re.compile(r"^(?:编制|填报|填表|公开|预算|主管)?(?:部门|单位)(?:名称|\([^()]*\))?\s*[:：]")
_NOTE = re.compile(r"^(?:附?注|备注|说明|※|\*|填表|制表|审核|负责人|单位负责人|财务负责人)")
_TITLE = re.compile(r"(?:表|情况)\s*(?:[(（][^()（）]*[)）])?$")
_SPACE = re.compile(r"\s")
_FIGURE = re.compile(r"\d[\d,.]*%?")
_DEFAULT_NAME = re.compile(r"^(?:sheet|工作表|表格?)?\s*\d*$", re.IGNORECASE)


@dataclass(slots=True)
class Sheet:
    """One sheet: its texts by (row, column) and its merged cells; all places are 1-based.

    ``merged`` holds (first row, first column, last row, last column).
    """

    name: str
    reader: str
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_hidden: bool = False

    def put(self, row: int, column: int, text: str) -> None:
        """Keep a cell that prints something.

        Raises:
            ReadError: the sheet holds more cells than are read.
        """
        if text and not text.isspace():
            self.texts[row, column] = text
            if len(self.texts) > MAX_CELLS:
                raise ReadError(f"a sheet of the file holds more than {MAX_CELLS:,} filled cells")

    def note_hidden(self, rows: set[int], columns: Iterable[tuple[int, int]]) -> None:
        """Note how many of the hidden rows, and columns (first, last), print something."""
        spans = list(columns)
        filled = {column for _, column in self.texts}
        hidden = {column for column in filled if any(a <= column <= b for a, b in spans)}
        for count, what in (
            (len(rows & {row for row, _ in self.texts}), "rows"),
            (len(hidden), "columns"),
        ):
            if count:
                self.notes.append(f"{count} hidden {what}, read as the others")


@dataclass(frozen=True, slots=True)
class _Item:
    """A filled cell of a sheet with the last row and column that it reaches to."""

    text: str
    row: int
    column: int
    last_row: int
    last_column: int

    @property
    def lines(self) -> list[str]:
        texts = (" ".join(normalise(line).split()) for line in self.text.splitlines())
        return [text for text in texts if text]

    @property
    def plain(self) -> str:
        if self.text.isascii() and not _SPACE.search(self.text):
            return normalise(self.text)
        return join_lines(join_words(normalise(line).split()) for line in self.text.splitlines())


@dataclass(slots=True)
class _Row:
    number: int
    items: list[_Item]
    after_blank: bool

    @property
    def only(self) -> _Item | None:
        """The one cell of a row that has no other."""
        return self.items[0] if len(self.items) == 1 else None


def blocks(sheets: Iterable[Sheet]) -> list[Block]:
    """The blocks of a workbook; a sheet is a page, and a hidden one is only named.

    Raises:
        ReadError: a sheet exceeds the limits.
    """
    found: list[Block] = []
    for page, sheet in enumerate(sheets, start=1):
        if page > MAX_SHEETS:
            raise ReadError(f"the file has more than {MAX_SHEETS} sheets")
        if sheet.is_hidden:
            found.append(Paragraph(_note(_hidden(sheet)), page, 1))
            continue
        found += _sheet_blocks(sheet, page)
        last = max((row for row, _ in sheet.texts), default=0)
        found += [Paragraph(_note(note), page, last + 1) for note in sheet.notes]
    return found


def notes(sheets: Iterable[Sheet]) -> tuple[str, ...]:
    """What a person should know of the sheets, in words."""
    found: list[str] = []
    for sheet in sheets:
        if sheet.is_hidden:
            found.append(_hidden(sheet))
        else:
            found += [f"sheet {sheet.name}: {note}" for note in sheet.notes]
    return tuple(found)


def _hidden(sheet: Sheet) -> str:
    return f"hidden sheet, not read: {sheet.name}"


def _note(text: str) -> str:
    # The semicolon keeps the name of a sheet in a note from being taken for the title of a form.
    return f"[note; {text}]"


def _sheet_blocks(sheet: Sheet, page: int) -> list[Block]:
    rows = _rows(sheet)
    if len(rows) > MAX_ROWS:
        raise ReadError(f"the sheet {sheet.name!r} has {len(rows):,} rows, more than {MAX_ROWS:,}")
    found = [block for part in _parts(rows) for block in _part_blocks(part, page, sheet.reader)]
    if found and isinstance(found[0], Grid) and not _DEFAULT_NAME.match(sheet.name.strip()):
        # Nothing stands above the table: the tab is its only heading.
        found.insert(0, Paragraph(normalise(sheet.name).strip(), page, 1))
    return found


def _rows(sheet: Sheet) -> list[_Row]:
    corners = _without_covered(sheet)
    numbers: dict[int, list[_Item]] = {}
    for (row, column), text in sorted(sheet.texts.items()):
        last_row, last_column = corners.get((row, column), (row, column))
        numbers.setdefault(row, []).append(_Item(text, row, column, last_row, last_column))
    rows: list[_Row] = []
    reach = 0
    for number, items in numbers.items():
        rows.append(_Row(number, items, after_blank=bool(rows) and number > reach + 1))
        reach = max(reach, *(item.last_row for item in items))
    return rows


def _without_covered(sheet: Sheet) -> dict[tuple[int, int], tuple[int, int]]:
    """Drop the texts that merged cells cover, which nobody sees; corner → last place."""
    corners: dict[tuple[int, int], tuple[int, int]] = {}
    by_row: dict[int, list[int]] = {}
    for row, column in sheet.texts:
        by_row.setdefault(row, []).append(column)
    filled = sorted(by_row)
    for first_row, first_column, last_row, last_column in sheet.merged:
        if (first_row, first_column) in sheet.texts:
            corners[first_row, first_column] = (last_row, last_column)
        for row in filled[bisect_left(filled, first_row) :]:
            if row > last_row:
                break
            for column in by_row[row]:
                covered = first_column <= column <= last_column
                if covered and (row, column) != (first_row, first_column):
                    sheet.texts.pop((row, column), None)
    return corners


# Parts --------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Part:
    """Rows that are all lines of text, or all rows of one table."""

    is_table: bool
    rows: list[_Row]


def _parts(rows: Sequence[_Row]) -> Iterator[_Part]:
    """The sheet as tables and the lines between them."""
    lines: list[_Row] = []
    table: list[_Row] = []
    for row, following in zip(rows, _next_wide_rows(rows), strict=True):
        if not table and _is_line(row):
            lines.append(row)
        elif table and _ends_table(row, following, table):
            kept, title = _without_title(table)
            yield from _closed(lines, kept)
            table, lines = [], [*title, row]
        else:
            table.append(row)
    yield from _closed(lines, table)


def _next_wide_rows(rows: Sequence[_Row]) -> list[_Row | None]:
    """For each row the first one below it that has several texts."""
    found: list[_Row | None] = []
    following: _Row | None = None
    for row in reversed(rows):
        found.append(following)
        following = row if row.only is None else following
    return found[::-1]


def _closed(lines: list[_Row], table: list[_Row]) -> Iterator[_Part]:
    body = list(table)
    notes: list[_Row] = []
    width = _width(table) if table else (0, 0)
    while len(body) > 1 and _is_note(body[-1], width):
        notes.append(body.pop())
    notes.reverse()
    if len(body) == 1:
        # One row of several texts is no table: signatures, a date and a place.
        lines, body, notes = [*lines, *body, *notes], [], []
    for is_table, rows in ((False, lines), (True, body), (False, notes)):
        if rows:
            yield _Part(is_table, rows)


def _is_line(row: _Row) -> bool:
    return row.only is not None or _is_caption(row, with_party=True)


def _is_caption(row: _Row, *, with_party: bool) -> bool:
    """Whether a row prints the unit or the number of a form, and no more than goes with them."""
    if len(row.items) > _CAPTION_CELLS:
        return False
    if _has_figure(row):
        return False
    texts = [item.plain for item in row.items]
    return any(
        _UNIT.match(text) or _NUMBER.match(text) or (with_party and _PARTY.match(text))
        for text in texts
    )


def _ends_table(row: _Row, following: _Row | None, table: Sequence[_Row]) -> bool:
    """Whether a row below a table begins the next form on the same sheet."""
    if _is_caption(row, with_party=False):
        return True
    if row.only is None or following is None:
        return False
    begins = _is_caption(following, with_party=True) or not _has_figure(following)
    if row.after_blank:
        return begins
    text = row.only.plain
    is_title = bool(_TITLE.search(text)) and len(text) <= _SHORT_TITLE
    return begins and is_title and _is_wide(row, _width(table))


def _has_figure(row: _Row) -> bool:
    return any(_FIGURE.fullmatch(item.plain) for item in row.items)


def _without_title(table: list[_Row]) -> tuple[list[_Row], list[_Row]]:
    """A table without the title lines of the next form, which stand right above its unit."""
    width = _width(table)
    place = len(table)
    while place > 1 and table[place - 1].only is not None:
        row = table[place - 1]
        if not (row.after_blank or _is_wide(row, width) or place == len(table)):
            break
        if _is_note(row, width) and not _TITLE.search(row.items[0].plain):
            break
        place -= 1
        if row.after_blank:
            break
    return table[:place], table[place:]


def _is_note(row: _Row, width: tuple[int, int]) -> bool:
    if len(row.items) > _CAPTION_CELLS:
        return False
    if _NOTE.match(row.items[0].plain):
        return not _has_figure(row)
    item = row.only
    return item is not None and (_is_wide(row, width) or len(item.plain) > _LONG_NOTE)


def _width(table: Sequence[_Row]) -> tuple[int, int]:
    """The first and the last column of a table, as its rows of several texts show them."""
    rows = [row for row in table if row.only is None] or table
    first = min(item.column for row in rows for item in row.items)
    return first, max(item.last_column for row in rows for item in row.items)


def _is_wide(row: _Row, width: tuple[int, int]) -> bool:
    """Whether the one text of a row is merged over the whole table, so is none of its cells."""
    item = row.only
    if item is None:
        return False
    covered = item.last_column - item.column + 1
    return covered > 1 and covered >= _WIDE_SHARE * (width[1] - width[0] + 1)


# Blocks -------------------------------------------------------------------------------------


def _part_blocks(part: _Part, page: int, reader: str) -> list[Block]:
    grid = _grid(part.rows, page, reader) if part.is_table else None
    return [grid] if grid else [block for row in part.rows for block in _lines(row, page)]


def _lines(row: _Row, page: int) -> Iterator[Paragraph]:
    """The texts of a row side by side, two spaces apart; a cell of prose gives its own lines."""
    lines = [item.lines for item in row.items]
    if len(lines) == 1:
        yield from (Paragraph(text, page, row.number) for text in lines[0])
    elif any(lines):
        text = "  ".join(" ".join(texts) for texts in lines if texts)
        yield Paragraph(text, page, row.number)


def _grid(rows: Sequence[_Row], page: int, reader: str) -> Grid | None:
    """The rows as a grid; rows and columns that print nothing are left out."""
    numbers = [row.number for row in rows]
    columns = sorted({item.column for row in rows for item in row.items})
    if len(columns) < 2:
        return None
    if len(columns) > MAX_COLUMNS:
        raise ReadError(f"a sheet of the file has {len(columns)} columns, more than {MAX_COLUMNS}")
    places = {column: place for place, column in enumerate(columns)}
    cells = tuple(
        Cell(
            text=text,
            row=place,
            column=places[item.column],
            page=page,
            row_number=item.row,
            column_number=item.column,
            row_span=bisect_left(numbers, item.last_row + 1) - place,
            column_span=bisect_left(columns, item.last_column + 1) - places[item.column],
        )
        for place, row in enumerate(rows)
        for item in row.items
        if (text := item.plain)
    )
    return Grid(cells, len(rows), len(columns), page, reader) if cells else None
