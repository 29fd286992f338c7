"""The second reading of tables that the first is least sure of: those without column rules.

Here: pdfplumber's characters held against the cells of grids built by alignment. It shares no code
with pdfium, so that a number which both put in one place is very likely printed there. Ruled tables
are left to ``dagster_project.readers.cross_check``, which a person asks for: to check every page
takes as long as the reading itself.
"""

from __future__ import annotations

import logging
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dagster_project.readers import cross_check
from dagster_project.readers.cross_check import CellText, GridText, Rectangle, number_of
from dagster_project.readers.document import Block, Cell, Finding, Grid

# Its parser reports every slip of a producer; what matters of it ends in an exception.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

MAX_PAGES = 300

_ALIGNED = "alignment"
_NUMERIC = frozenset("0123456789.,-+()%")
_WORD_GAP = 0.3
_INSIDE = 0.5
_TOUCHED = 0.1
# By the sines and cosines of a character's matrix: the way that a line of text runs.
_WAYS = {(1, 0): "ltr", (-1, 0): "rtl", (0, 1): "btt", (0, -1): "ttb"}


def with_findings(path: Path, blocks: Sequence[Block], pages: Iterable[int]) -> list[Block]:
    """The blocks of a PDF, grids built by alignment with what a second reading finds in them.

    Only ``pages`` have a text that can be read again. That pdfplumber fails is a finding too, and
    no failure of the document.
    """
    readable = set(pages)
    grids = {
        number: block
        for number, block in enumerate(blocks)
        if isinstance(block, Grid) and block.page in readable
    }
    asked: defaultdict[int, list[int]] = defaultdict(list)
    for number, grid in grids.items():
        if grid.reader == _ALIGNED:
            asked[grid.page].append(number)
    found = dict(_read(path, asked, grids)) if asked else {}
    return [
        replace(block, findings=(*block.findings, *found[number]))
        if isinstance(block, Grid) and number in found
        else block
        for number, block in enumerate(blocks)
    ]


def _read(
    path: Path, asked: Mapping[int, Sequence[int]], grids: Mapping[int, Grid]
) -> Iterator[tuple[int, list[Finding]]]:
    """What is found in each grid that is asked for, by its block."""
    import pdfplumber

    numbers = sorted(asked)
    failed = dict.fromkeys(numbers[MAX_PAGES:], f"{MAX_PAGES} others of the document have one")
    numbers = numbers[:MAX_PAGES]
    done: set[int] = set()
    try:
        with pdfplumber.open(path, pages=numbers) as document:
            for page in document.pages:
                own = {n: grid for n, grid in grids.items() if grid.page == page.page_number}
                done.add(page.page_number)
                try:
                    yield from compare(page, own, asked[page.page_number]).items()
                except Exception as error:  # pages of foreign documents break it in any way
                    failed[page.page_number] = _failure(error)
                page.close()
    except Exception as error:  # so do the documents
        failed |= {number: _failure(error) for number in numbers if number not in done}
    for number, reason in failed.items():
        finding = Finding("unchecked", f"the page has no second reading: {reason}")
        yield from ((block, [finding]) for block in asked[number])


def _failure(error: Exception) -> str:
    return f"pdfplumber cannot read it ({type(error).__name__})"


# comparison ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Number:
    """A number as pdfplumber reads it, and where it stands on the page as seen."""

    text: str
    box: Rectangle


@dataclass(frozen=True, slots=True)
class _Part:
    """A cell of the grid in a block."""

    block: int
    cell: Cell
    box: Rectangle


def compare(page: Any, grids: Mapping[int, Grid], asked: Sequence[int]) -> dict[int, list[Finding]]:
    """What pdfplumber's page says against some of the grids on that page, by their blocks."""
    parts = [
        _Part(block, cell, (cell.box.x0, cell.box.y0, cell.box.x1, cell.box.y1))
        for block, grid in grids.items()
        for cell in grid.cells
        if cell.box
    ]
    own = {block: [part for part in parts if part.block == block] for block in asked}
    found: dict[int, list[Finding]] = {block: [] for block in asked}
    held: defaultdict[int, list[str]] = defaultdict(list)
    for number in _numbers(page):
        over = _under(number, parts)
        texts = ["".join(part.cell.text.split()) for _, part in over]
        if not over:
            for block in asked:
                if _share(number.box, _outline(own[block])) >= _INSIDE:
                    message = "a number inside the table stands in none of its cells"
                    found[block].append(Finding("lost", message, "", number.text))
        elif len(over) > 1 and "".join(texts) == number.text:
            for (_, part), text in zip(over, texts, strict=True):
                held[id(part.cell)].append(text)
            if over[0][1].block in found:
                message = "a number stands over several cells"
                finding = Finding("split", message, " | ".join(texts), number.text)
                found[over[0][1].block].append(finding)
        else:
            held[id(max(over, key=lambda item: item[0])[1].cell)].append(number.text)
    for block in asked:
        for part in own[block]:
            found[block] += _differences(part.cell, held[id(part.cell)])
        found[block] += _other_shape(page, own[block])
    return found


def _under(number: _Number, parts: Iterable[_Part]) -> list[tuple[float, _Part]]:
    """The cells of one row, from the left, that a number stands in; none if most of it does not."""
    over = [(share, part) for part in parts if (share := _share(number.box, part.box)) >= _TOUCHED]
    if not over:
        return []
    best = max(over, key=lambda item: item[0])[1]
    row = [
        (share, part)
        for share, part in over
        if (part.block, part.cell.row) == (best.block, best.cell.row)
    ]
    if sum(share for share, _ in row) < _INSIDE:
        return []
    return sorted(row, key=lambda item: item[1].cell.column)


def _share(number: Rectangle, box: Rectangle) -> float:
    """How much of a number stands in a box."""
    width = min(number[2], box[2]) - max(number[0], box[0])
    height = min(number[3], box[3]) - max(number[1], box[1])
    if width <= 0 or height <= 0:
        return 0.0
    return width * height / ((number[2] - number[0]) * (number[3] - number[1]))


def _outline(parts: Iterable[_Part]) -> Rectangle:
    x0, y0, x1, y1 = zip(*(part.box for part in parts), strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _differences(cell: Cell, theirs: Sequence[str]) -> Iterator[Finding]:
    """Where a cell does not say the numbers that stand in it.

    A cell with words is asked for these numbers only; what else it says may be parted otherwise.
    """
    message = f"the cell in row {cell.row + 1}, column {cell.column + 1} says other numbers"
    ours = number_of(cell.text)
    if ours is not None:
        if "".join(theirs) != ours:
            yield Finding("digits", message, ours, " ".join(theirs))
        return
    said = "".join(letter for letter in _bare(cell.text) if letter in _NUMERIC)
    for number in theirs:
        if number not in said:
            yield Finding("digits", message, said, number)


def _other_shape(page: Any, parts: Sequence[_Part]) -> Iterator[Finding]:
    """Where pdfplumber sees a ruled table of the same numbers in another order."""
    if not page.vertical_edges:
        return
    cells = [CellText(p.cell.row, p.cell.column, p.box, p.cell.text) for p in parts]
    ours = GridText(parts[0].block, page.page_number, cells)
    for finding in cross_check.compare(page.page_number, [ours], cross_check.tables_of(page)):
        if finding.kind == "shape":
            yield Finding("shape", finding.detail)


# pdfplumber ---------------------------------------------------------------------------------


def _numbers(page: Any) -> Iterator[_Number]:
    """The numbers that stand on the part of a page that a viewer shows, also beside words."""
    left, top, right, bottom = page.cropbox
    ways = Counter(_way(letter) for letter in page.chars)
    way = max(ways, key=lambda key: ways[key], default="ltr")
    level = way in ("ltr", "rtl")
    # What numbers are not written with is left out first: that halves the work.
    words = (
        page.filter(_is_numeric)
        .dedupe_chars()
        .extract_words(
            x_tolerance_ratio=_WORD_GAP,
            y_tolerance_ratio=None if level else _WORD_GAP,
            **(
                {"char_dir": way} if level else {"char_dir_rotated": way, "line_dir_rotated": "ltr"}
            ),
        )
    )
    for word in words:
        text = number_of(word["text"])
        x0, y0, x1, y1 = (word[key] for key in ("x0", "top", "x1", "bottom"))
        shown = left <= (x0 + x1) / 2 <= right and top <= (y0 + y1) / 2 <= bottom
        if text and shown and x0 < x1 and y0 < y1:
            yield _Number(text, (x0 - left, y0 - top, x1 - left, y1 - top))


def _is_numeric(item: Mapping[str, Any]) -> bool:
    return item["object_type"] == "char" and set(_bare(item["text"])) <= _NUMERIC


def _way(letter: Mapping[str, Any]) -> str:
    a, b = letter["matrix"][:2]
    size = max(abs(a), abs(b)) or 1.0
    return _WAYS.get((round(a / size), round(b / size)), "ltr")


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
