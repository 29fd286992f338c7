"""HTML pages, as bodies publish them on their sites or as office programs save them.

Here: encodings, what a page shows and what it hides, and tables with their spans. What a form is
does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from dagster_project.readers.document import Block, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.encoding import MARKS, decode
from dagster_project.readers.glyphs import join_lines, join_words, normalise, without_filler
from dagster_project.readers.recognised import is_recognised

MAX_BYTES = 50 * 1024 * 1024
# Far above any form (12 columns at most), so that no spans can make the work explode.
MAX_COLUMNS = 512
MAX_CELLS = 500_000
# The time to parse grows with the square of the depth; pages nest a few dozen deep.
MAX_DEPTH = 1_000

_DECLARED_WITHIN = 2048
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
# GB 2312 and GBK are parts of GB 18030, and pages that declare them use characters beyond them.
_ENCODINGS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "x-gbk": "gb18030",
    "utf-8": "utf-8", "utf8": "utf-8", "big5": "big5hkscs",
}  # fmt: skip

_UNSEEN = {"head", "script", "style", "noscript", "template", "iframe", "object", "svg", "select"}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "ul", "br",
}  # fmt: skip
_WIDE_SPACE = re.compile("[\u00a0\u2002-\u2005\u3000]{2,}")
_SPACE = re.compile(r"(\s+)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_TABLE, _TABLE_END = (re.compile(rf"<{mark}table\b", re.IGNORECASE) for mark in ("", "/"))
_WHOLE_TABLE = re.compile(
    r"<table\b(?:(?!<table\b).)*?</table\s*>|<table\b.*?(?=<table\b|\n\s*\n|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_UNSAID = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)
_HEAD = re.compile(r"<(?:!doctype|head|meta|title|style)\b", re.IGNORECASE)
_LINE = re.compile(r"\n[^\n]*\S[^\n]*\n")
_EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
# Elements that never hold others, or that close without being told to.
_SHALLOW = {
    "area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta",
    "option", "p", "param", "source", "td", "th", "tr", "track", "wbr",
}  # fmt: skip
_SPAN = re.compile(r"\s*(\d{1,9})")


@dataclass(slots=True)
class _CellBuilder:
    row_span: int
    column_span: int
    lines: list[list[str]] = field(default_factory=lambda: [[]])


@dataclass(slots=True, eq=False)
class _TableBuilder:
    """A table being read: rows of cells as written, before spans place them."""

    rows: list[list[_CellBuilder]] = field(default_factory=list)
    cell: _CellBuilder | None = None


def read(data: bytes) -> Document:
    """Read a page of HTML; everything stands on page 1.

    ``row_number`` and ``column_number`` of a cell are its 1-based place in its table, spans
    counted. A table of one column only arranges text and becomes paragraphs.

    Raises:
        ReadError: the page is empty, too large, not text, or its tables are too large.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"the HTML file is larger than {MAX_BYTES // 1024 // 1024} MiB")
    text = _decode(data)
    blocks = tuple(blocks_of(text))
    if not blocks:
        raise ReadError("the file holds no text")
    cut = len(_TABLE.findall(text)) > len(_TABLE_END.findall(text))
    notes = ("the page ends inside a table: a part of it may be missing",) if cut else ()
    origin = "ocr" if is_recognised(blocks) else "markup"
    return Document("html", origin, 1, blocks, notes)


def is_page(data: bytes) -> bool:
    """Whether a file is a page of HTML: it has a head, or no line outside of all elements.

    A text with tables in HTML, as recognition tools write it, has lines of its own between them,
    and their ends count, which a page would run together.
    """
    text = "\n" + _UNSAID.sub("", _decode(data))
    if _HEAD.search(text, 0, _DECLARED_WITHIN):
        return True
    depth = end = 0
    for match in _TAG.finditer(text):
        if depth == 0 and _LINE.search(
            text[end : match.start()] if end else "\n" + text[: match.start()]
        ):
            return False
        end = text.find(">", match.end()) + 1 or len(text)
        if match.group(2).lower() not in _EMPTY:
            depth = max(0, depth - 1) if match.group(1) else depth + 1
    return end > 0 and not (depth == 0 and _LINE.search(text + "\n", end))


def parts_of(text: str) -> Iterator[tuple[str, bool]]:
    """A text in its parts: those between tables in HTML, and (true) these.

    A table that is not closed ends before a blank line or the next table.
    """
    end = 0
    for match in _WHOLE_TABLE.finditer(text):
        yield text[end : match.start()], False
        yield match.group(), True
        end = match.end()
    yield text[end:], False


def blocks_of(text: str) -> list[Block]:
    """What a piece of HTML shows: its grids, and its lines as paragraphs.

    Raises:
        ReadError: its tables are too large or too deep.
    """
    _check_depth(text)
    page = _Page()
    page.walk(LexborHTMLParser(text).root)
    return list(page.finished())


def _decode(data: bytes) -> str:
    """The text of a page: a byte order mark, then what it declares, then UTF-8, then GB 18030."""
    if data.startswith(MARKS) or b"\x00" in data:
        return decode(data)
    match = _DECLARED.search(data[:_DECLARED_WITHIN])
    declared = _ENCODINGS.get(match.group(1).decode().lower()) if match else None
    candidates = [declared, "utf-8", "gb18030"] if declared else ["utf-8", "gb18030"]
    for encoding in candidates:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    # A single bad byte does not make a page unreadable; the damage stays visible.
    return data.decode(candidates[0], errors="replace")


def _check_depth(text: str) -> None:
    depth = 0
    for match in _TAG.finditer(text):
        if match.group(2).lower() not in _SHALLOW:
            depth = max(0, depth - 1) if match.group(1) else depth + 1
            if depth > MAX_DEPTH:
                raise ReadError(f"the page nests more than {MAX_DEPTH} elements")


class _Page:
    """The blocks of a page, collected while its elements open and close."""

    def __init__(self) -> None:
        self.blocks: list[str | _TableBuilder] = []
        self.tables: list[_TableBuilder] = []
        self.text: list[str] = []
        self.cells = 0

    def walk(self, root: LexborNode | None) -> None:
        """Visit all that the page shows. Without recursion: pages nest as deep as they like."""
        node = root
        while node is not None:
            descend = self._open(node)
            child = node.child if descend else None
            if child is not None:
                node = child
                continue
            while node is not None:
                if descend:
                    self._close(node)
                if node.next is not None:
                    node = node.next
                    break
                node = node.parent
                descend = True

    def finished(self) -> Iterator[Block]:
        """The blocks in reading order, tables with their spans applied."""
        self._end_line()
        ordinal = 0
        for block in self.blocks:
            made = [block] if isinstance(block, str) else _placed(block)
            for item in made:
                if isinstance(item, Grid):
                    yield item
                elif text := _paragraph_text(item):
                    ordinal += 1
                    yield Paragraph(text, page=1, row_number=ordinal)

    def _open(self, node: LexborNode) -> bool:
        tag = node.tag or ""
        if tag == "-text":
            self._write(node.text_content or "")
            return False
        if tag in _UNSEEN or tag.startswith("-") or _is_hidden(node):
            return False
        if tag in _BLOCKS:
            self._end_line()
        if tag == "table":
            self.tables.append(_TableBuilder())
            self.blocks.append(self.tables[-1])
        elif self.tables and tag == "tr":
            self.tables[-1].rows.append([])
        elif self.tables and tag in {"td", "th"}:
            self._open_cell(node)
        return True

    def _open_cell(self, node: LexborNode) -> None:
        self.cells += 1
        if self.cells > MAX_CELLS:
            raise ReadError(f"the tables of the page hold more than {MAX_CELLS} cells")
        self._end_line()
        table = self.tables[-1]
        table.cell = _CellBuilder(_span(node, "rowspan"), _span(node, "colspan"))
        if not table.rows:
            table.rows.append([])
        table.rows[-1].append(table.cell)

    def _close(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _BLOCKS:
            self._end_line()
        if not self.tables:
            return
        if tag == "table":
            self.tables.pop()
        elif tag in {"td", "th"}:
            self.tables[-1].cell = None

    def _write(self, text: str) -> None:
        cell = self.tables[-1].cell if self.tables else None
        (cell.lines[-1] if cell else self.text).append(text)

    def _end_line(self) -> None:
        cell = self.tables[-1].cell if self.tables else None
        if cell:
            if cell.lines[-1]:
                cell.lines.append([])
            return
        text = "".join(self.text)
        self.text.clear()
        if text.strip():
            # What stands in a table but in no cell is its caption, and goes before it.
            place = self.blocks.index(self.tables[-1]) if self.tables else len(self.blocks)
            self.blocks.insert(place, text)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style") or ""))


def _span(node: LexborNode, name: str) -> int:
    """A span as written, 1 where it is not a number; a row span of 0 reaches to the last row."""
    match = _SPAN.match(node.attributes.get(name) or "")
    written = int(match.group(1)) if match else 1
    return written if written > 0 or name == "rowspan" else 1


def _placed(table: _TableBuilder) -> list[str | Grid]:
    """A table as a grid; as its lines where it has but one column."""
    rows = table.rows  # one without cells of its own counts too: row spans reach over it
    cells = _cells(rows)
    width = max((cell.column + 1 for cell in cells), default=0)
    if width <= 1:
        return ["".join(line) for row in rows for cell in row for line in cell.lines]
    # A span counts as far as there are cells to span: 99,999,999 columns are none.
    kept = [
        Cell(
            text=cell.text,
            row=cell.row,
            column=cell.column,
            page=1,
            row_number=cell.row + 1,
            column_number=cell.column + 1,
            row_span=cell.row_span,
            column_span=min(cell.column_span, width - cell.column),
        )
        for cell in cells
        if cell.text
    ]
    lengths = {len(row) for row in rows}
    is_plain = all(cell.row_span == cell.column_span == 1 for cell in cells)
    own = tuple(len(row) for row in rows) if is_plain and len(lengths) > 1 else ()
    grid = Grid(tuple(kept), len(rows), width, page=1, reader="html", row_lengths=own)
    return [grid] if kept else []


def _cells(rows: list[list[_CellBuilder]]) -> list[Cell]:
    """Cells at the places that the spans of earlier cells leave to them."""
    found: list[Cell] = []
    widest = max(map(len, rows), default=0)
    # (first column, column after the last, row after the last) of cells that reach downwards.
    reaching: list[tuple[int, int, int]] = []
    for row, builders in enumerate(rows):
        reaching = sorted(item for item in reaching if item[2] > row)
        blocked, column = 0, 0
        added: list[tuple[int, int, int]] = []
        for builder in builders:
            while blocked < len(reaching) and reaching[blocked][0] <= column:
                column = max(column, reaching[blocked][1])
                blocked += 1
            if column >= MAX_COLUMNS:
                raise ReadError(f"a table of the page has more than {MAX_COLUMNS} columns")
            # A span beyond any form says "all": as many columns as the widest row has cells.
            width = builder.column_span if builder.column_span <= MAX_COLUMNS else widest
            if blocked < len(reaching):
                width = min(width, reaching[blocked][0] - column)
            height = min(builder.row_span or len(rows), len(rows) - row)
            if height > 1:
                added.append((column, column + width, row + height))
            text = join_lines(join_words(normalise("".join(x)).split()) for x in builder.lines)
            text = without_filler(text)
            found.append(Cell(text, row, column, 1, row + 1, column + 1, height, width))
            column += width
        reaching += added
    return found


def _paragraph_text(text: str) -> str:
    """A line of running text; a run of wide spaces parts columns and becomes two spaces."""
    return "  ".join(
        part for piece in _WIDE_SPACE.split(text) if (part := _running_text(normalise(piece)))
    )


def _running_text(text: str) -> str:
    # A line break of the source is no space in Chinese; a space that was typed stays.
    pieces = _SPACE.split(text.strip())
    line = pieces[0]
    for space, word in zip(pieces[1::2], pieces[2::2], strict=True):
        line = join_words([line, word]) if "\n" in space else f"{line} {word}"
    return line
