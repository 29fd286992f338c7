"""Workbooks of Excel 2007 and later: their sheets as texts by place.

Here: the parts of an XLSX package. A sheet is run through, never held as a tree: one that was
formatted down to its last row has a million rows, and prints in twenty of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from dagster_project.readers import number_format
from dagster_project.readers.document import UNREADABLE, ReadError
from dagster_project.readers.package import Handlers, Package, scan
from dagster_project.readers.sheets import MAX_CELLS, MAX_SHEETS, Sheet

_TAIL = 65_536
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_ROW_END = re.compile(rb"</(?:\w+:)?row>")
_DATA_END = re.compile(rb"</(?:\w+:)?sheetData>")
_TRUE = {"1", "true", "on"}


@dataclass(frozen=True, slots=True)
class _Book:
    """What all sheets of a workbook refer to."""

    strings: tuple[str, ...]
    formats: tuple[str, ...]
    from_1904: bool

    def text(self, kind: str, stored: str, style: str | None) -> str:
        """What a cell shows of the value that it stores."""
        if kind == "s":
            index = _count(stored, -1)
            return self.strings[index] if 0 <= index < len(self.strings) else ""
        if kind == "b":
            return "TRUE" if stored.strip() in _TRUE else "FALSE"
        if kind != "n":
            return stored
        try:
            value = float(stored)
        except ValueError:
            return stored
        if value != value or value in (float("inf"), float("-inf")):
            return stored
        index = _count(style or "", 0)
        code = self.formats[index] if index < len(self.formats) else "General"
        if number_format.is_date(code):
            return number_format.date(value, from_1904=self.from_1904)
        return number_format.shown(value, code)


def sheets(package: Package) -> Iterator[Sheet]:
    """The worksheets of a workbook in the order of their tabs.

    Raises:
        ReadError: a part is missing or damaged, or a sheet is larger than the limits.
    """
    path = package.main_part("xl/workbook.xml")
    workbook = package.tree(path)
    relations = package.relations(path)
    book = _book(package, workbook, relations)
    tabs = list(workbook.iter("sheet"))
    if len(tabs) > MAX_SHEETS:
        raise ReadError(f"the file has {len(tabs)} sheets, more than {MAX_SHEETS}")
    for tab in tabs:
        kind, target = relations.get(tab.get("id", ""), ("", ""))
        sheet = Sheet(tab.get("name", ""), "xlsx")
        sheet.is_hidden = tab.get("state", "visible") != "visible"
        # A tab may also be a chart or a dialogue, which has no cells.
        if kind.endswith("/worksheet") and not sheet.is_hidden:
            _SheetScan(sheet, book).run(package.read(target), target)
        yield sheet


def _book(package: Package, workbook: Element, relations: dict[str, tuple[str, str]]) -> _Book:
    parts = {kind.rpartition("/")[2]: target for kind, target in relations.values()}
    strings: tuple[str, ...] = ()
    if parts.get("sharedStrings", "") in package:
        strings = _strings(package.read(parts["sharedStrings"]), parts["sharedStrings"])
    formats: tuple[str, ...] = ()
    if parts.get("styles", "") in package:
        formats = _formats(package.tree(parts["styles"]))
    properties = workbook.find("workbookPr")
    from_1904 = properties is not None and properties.get("date1904", "") in _TRUE
    return _Book(strings, formats, from_1904)


def _formats(styles: Element) -> tuple[str, ...]:
    """The number format of each cell style."""
    own = {item.get("numFmtId", ""): item.get("formatCode", "") for item in styles.iter("numFmt")}
    cell_styles = styles.find("cellXfs")
    found: list[str] = []
    for style in cell_styles if cell_styles is not None else ():
        number = style.get("numFmtId", "0")
        built_in = number_format.BUILT_IN.get(_count(number, 0), "General")
        found.append(own.get(number, built_in))
    return tuple(found)


def _strings(data: bytes, name: str) -> tuple[str, ...]:
    """The shared strings, without the phonetic guides that stand above a text."""
    found: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "guide": 0}

    def start(tag: str, _: dict[str, str]) -> None:
        if tag == "si":
            pieces.clear()
        elif tag == "rPh":
            state["guide"] += 1
        state["text"] = tag == "t" and not state["guide"]

    def end(tag: str) -> None:
        state["text"] = False
        if tag == "rPh":
            state["guide"] -= 1
        elif tag == "si":
            found.append("".join(pieces))
            if len(found) > MAX_CELLS:
                raise ReadError(f"the file holds more than {MAX_CELLS:,} texts")

    def text(piece: str) -> None:
        if state["text"]:
            pieces.append(piece)

    scan(data, name, Handlers(start, end, text))
    return tuple(found)


@dataclass(slots=True)
class _SheetScan:
    """The run through one sheet: where it is, and what it has seen of the present cell."""

    sheet: Sheet
    book: _Book
    row: int = 0
    column: int = 0
    kind: str = "n"
    style: str | None = None
    has_formula: bool = False
    has_value: bool = False
    guide: int = 0
    listens: bool = False
    pieces: list[str] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    without_result: int = 0

    def run(self, data: bytes, name: str) -> None:
        scan(_without_tail(data), name, Handlers(self._start, self._end, self._text))
        self.sheet.note_hidden(self.hidden_rows, self.hidden_columns)
        if self.without_result:
            self.sheet.notes.append(
                f"{self.without_result} formulas without a stored result, which cannot be read"
            )

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "c":
            self._start_cell(attributes)
        elif tag in {"v", "t"}:
            self.listens = not self.guide
            self.has_value = True
        elif tag == "f":
            self.has_formula = True
        elif tag == "rPh":
            self.guide += 1
        elif tag == "row":
            self.row = _count(attributes.get("r", ""), self.row + 1)
            self.column = 0
            if attributes.get("hidden") in _TRUE:
                self.hidden_rows.add(self.row)
        elif tag == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            first, last = (_count(attributes.get(name, ""), 0) for name in ("min", "max"))
            self.hidden_columns.append((first, last))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self.column += 1
        if place := _PLACE.fullmatch(attributes.get("r", "")):
            self.column, self.row = _column(place[1]), int(place[2])
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s")
        self.has_formula = self.has_value = False
        self.pieces.clear()

    def _end(self, tag: str) -> None:
        self.listens = False
        if tag == "rPh":
            self.guide -= 1
        elif tag == "c":
            stored = "".join(self.pieces)
            # A formula may come to no text, but not to no number: that one was never computed.
            is_open = self.has_formula and self.kind == "n" and not stored.strip()
            if (self.has_value or is_open) and self._is_on_sheet():
                text = UNREADABLE if is_open else self.book.text(self.kind, stored, self.style)
                self.sheet.put(self.row, self.column, text)
            self.without_result += is_open

    def _is_on_sheet(self) -> bool:
        return 0 < self.row <= _LAST_ROW and self.column <= _LAST_COLUMN

    def _text(self, piece: str) -> None:
        if self.listens:
            self.pieces.append(piece)

    def _merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _PLACE.fullmatch(first), _PLACE.fullmatch(last)
        if start and end and len(self.sheet.merged) < MAX_CELLS:
            area = (int(start[2]), _column(start[1]), int(end[2]), _column(end[1]))
            self.sheet.merged.append(area)


def _count(text: str, default: int) -> int:
    """A count or an index as the file writes it; ``default`` where it writes something else."""
    return int(text) if text.isdecimal() and len(text) < 10 else default


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _without_tail(data: bytes) -> bytes:
    """A sheet without the rows below its last value, which may be a million empty ones."""
    last = max(data.rfind(mark) for mark in (b"/v>", b":v>", b"/t>", b":t>"))
    row = _ROW_END.search(data, last) if last >= 0 else None
    end = _DATA_END.search(data, row.end()) if row else None
    if row is None or end is None or end.start() - row.end() < _TAIL:
        return data
    return data[: row.end()] + data[end.start() :]
