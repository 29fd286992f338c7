"""Word documents (.docx): paragraphs and tables in the order of the text.

Here: WordprocessingML. The XML itself is read: a library that hands out merged cells once per
place makes five figures of one. What a form is does not belong here. Headers, footers and text
boxes are no part of the text, nor is what tracked changes have deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from dagster_project.readers.document import Block, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.glyphs import join_lines, join_words, normalise
from dagster_project.readers.package import Package

MAX_COLUMNS = 512
MAX_CELLS = 500_000
# Elements that only wrap others: content controls, custom markup, tracked insertions.
_WRAPPERS = {"sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag", "body"}
_RUN_WRAPPERS = _WRAPPERS | {"hyperlink", "fldSimple", "dir", "bdo", "r"}
_CHARACTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}
_OFF = {"0", "false", "off"}


@dataclass(slots=True)
class _CellBuilder:
    """A cell of a table, or the part of one that goes on from the row above."""

    column: int
    column_span: int
    goes_on: bool
    lines: list[str] = field(default_factory=list)
    nested: list[Element] = field(default_factory=list)


def read(data: bytes) -> Document:
    """Read a Word document; everything stands on page 1, since its pages are not in the file.

    ``row_number`` and ``column_number`` of a cell are its 1-based place in its table. A table of
    one column only arranges text and becomes paragraphs; a table inside a cell follows the table
    that it stands in.

    Raises:
        ReadError: the file is no Word document, or is damaged, protected, empty or too large.
    """
    package = Package(data)
    if package.kind != "docx":
        raise ReadError("the file is not a Word document (.docx)")
    body = package.tree(package.main_part("word/document.xml")).find("body")
    blocks = tuple(_Text().blocks(body)) if body is not None else ()
    if not blocks:
        raise ReadError("the file holds no text")
    return Document("docx", "markup", 1, blocks)


class _Text:
    """The blocks of a document, counted while they are made."""

    def __init__(self) -> None:
        self._paragraphs = 0
        self._cells = 0

    def blocks(self, parent: Element) -> Iterator[Block]:
        for child in _children(parent):
            if child.tag == "p":
                yield from self._lines(_lines(child))
            elif child.tag == "tbl":
                yield from self._table(child)

    def _lines(self, lines: list[str]) -> Iterator[Paragraph]:
        for line in lines:
            # A tab sets columns apart, as in the line of department and unit.
            pieces = [" ".join(normalise(piece).split()) for piece in line.split("\t")]
            if text := "  ".join(filter(None, pieces)):
                self._paragraphs += 1
                yield Paragraph(text, page=1, row_number=self._paragraphs)

    def _table(self, table: Element) -> Iterator[Block]:
        rows = [_row(row) for row in _rows(table)]
        self._cells += sum(map(len, rows))
        if self._cells > MAX_CELLS:
            raise ReadError(f"the tables of the file hold more than {MAX_CELLS:,} cells")
        rows = [row for row in rows if row]
        width = max((cell.column + cell.column_span for row in rows for cell in row), default=0)
        if width > MAX_COLUMNS:
            raise ReadError(f"a table of the file has more than {MAX_COLUMNS} columns")
        if max(map(len, rows), default=0) <= 1:
            for row in rows:
                yield from self._lines(row[0].lines)
                for nested in row[0].nested:
                    yield from self._table(nested)
            return
        cells = tuple(_cells(rows))
        if cells:
            yield Grid(cells, len(rows), width, page=1, reader="docx")
        for row in rows:
            for cell in row:
                for nested in cell.nested:
                    yield from self._table(nested)


def _children(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _lines(paragraph: Element) -> list[str]:
    return "".join(_pieces(paragraph)).split("\n")


def _pieces(parent: Element) -> Iterator[str]:
    for child in parent:
        if child.tag == "t":
            yield child.text or ""
        elif child.tag in _CHARACTERS:
            yield _CHARACTERS[child.tag]
        elif child.tag == "sym":
            yield _symbol(child)
        elif child.tag in _RUN_WRAPPERS and not _is_vanished(child):
            yield from _pieces(child)


def _symbol(element: Element) -> str:
    try:
        code = int(element.get("char", ""), 16)
    except ValueError:
        return ""
    return "" if 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)


def _is_vanished(run: Element) -> bool:
    """Whether a run is hidden text."""
    mark = run.find("rPr/vanish") if run.tag == "r" else None
    return mark is not None and mark.get("val", "on") not in _OFF


def _rows(table: Element) -> Iterator[Element]:
    for child in _children(table):
        if child.tag == "tr" and child.find("trPr/del") is None:
            yield child


def _row(row: Element) -> list[_CellBuilder]:
    column = _number(row.find("trPr/gridBefore"), 0)
    found = []
    for child in _children(row):
        if child.tag != "tc":
            continue
        span = max(1, _number(child.find("tcPr/gridSpan"), 1))
        merge = child.find("tcPr/vMerge")
        goes_on = merge is not None and merge.get("val", "continue") == "continue"
        cell = _CellBuilder(column, span, goes_on)
        for block in _children(child):
            if block.tag == "p":
                cell.lines += _lines(block)
            elif block.tag == "tbl":
                cell.nested.append(block)
        found.append(cell)
        column += span
        if column > MAX_COLUMNS:
            raise ReadError(f"a table of the file has more than {MAX_COLUMNS} columns")
    return found


def _number(element: Element | None, default: int) -> int:
    text = element.get("val", "") if element is not None else ""
    return int(text) if text.isdecimal() and len(text) < 6 else default


def _cells(rows: list[list[_CellBuilder]]) -> Iterator[Cell]:
    """Cells with their height; what goes on from above without a cell there is a cell itself."""
    heights: dict[int, int] = {}
    owners: dict[int, _CellBuilder] = {}
    owned: list[tuple[int, _CellBuilder]] = []
    for number, row in enumerate(rows):
        open_now: dict[int, _CellBuilder] = {}
        for cell in row:
            owner = owners.get(cell.column) if cell.goes_on else None
            if owner is None or owner.column_span != cell.column_span:
                owner = cell
                owned.append((number, cell))
            open_now[cell.column] = owner
            heights[id(owner)] = heights.get(id(owner), 0) + 1
        owners = open_now
    for number, cell in owned:
        lines = (join_words(normalise(line).split()) for line in cell.lines)
        if text := join_lines(lines):
            height = heights[id(cell)]
            yield Cell(text, number, cell.column, 1, number + 1, cell.column + 1, height,
                       cell.column_span)  # fmt: skip
