"""A second opinion on the tables of a PDF: where pdfplumber, which reads it by itself, differs.

Here: the comparison only. pdfplumber shares no code with camelot or pdfium, so that what both
read alike is very likely printed so; it takes as long as the reading itself, which is why a run
asks it for tables without column rules alone (``dagster_project.readers.second_reading``) and a
person for the others.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Rectangle = tuple[float, float, float, float]

MAX_PAGES = 300
LINES = {"vertical_strategy": "lines", "horizontal_strategy": "lines"}

_NUMBER = re.compile(r"[-+(]?\d[\d,]*(?:\.\d+)?[%)]?")
_OVERLAP = 0.5
_EXAMPLES = 6


@dataclass(frozen=True, slots=True)
class CellText:
    """A cell of a grid to be checked: its place in the grid, its box and its text."""

    row: int
    column: int
    box: Rectangle | None
    text: str


@dataclass(slots=True)
class GridText:
    """A grid to be checked: its block and page, and its cells."""

    block: int
    page: int
    cells: list[CellText] = field(default_factory=list)

    @property
    def box(self) -> Rectangle | None:
        """The rectangle around all cells."""
        boxes = [cell.box for cell in self.cells if cell.box]
        if not boxes:
            return None
        x0, y0, x1, y1 = zip(*boxes, strict=True)
        return (min(x0), min(y0), max(x1), max(y1))


@dataclass(frozen=True, slots=True)
class Finding:
    """Where the two readings differ; ``block`` is none where only pdfplumber sees a table.

    ``kind`` is ``digits`` (a number stands in one reading only), ``shape`` (numbers stand in
    another count of rows or columns), ``table`` (one sees a table, the other none) or
    ``unreadable``.
    """

    page: int
    block: int | None
    kind: str
    detail: str


def check(path: Path, grids: Sequence[GridText]) -> list[Finding]:
    """Compare grids of a PDF with pdfplumber's tables of the same pages, at most 300 pages."""
    if not grids:
        return []
    import pdfplumber

    findings: list[Finding] = []
    numbers = sorted({grid.page for grid in grids})[:MAX_PAGES]
    with pdfplumber.open(path, pages=numbers) as document:
        for page in document.pages:
            own = [grid for grid in grids if grid.page == page.page_number]
            try:
                others = tables_of(page)
            except Exception as error:  # pages of foreign documents break it in any way
                reason = f"pdfplumber cannot read it: {type(error).__name__}"
                findings.append(Finding(page.page_number, None, "unreadable", reason))
            else:
                findings += compare(page.page_number, own, others)
            page.close()
    return findings


def tables_of(page: Any) -> list[GridText]:
    """The tables as pdfplumber sees them; their place among each other is their block."""
    return [
        GridText(
            index,
            page.page_number,
            [
                CellText(row, column, tuple(map(float, table.bbox)), text)  # type: ignore[arg-type]
                for row, texts in enumerate(table.extract())
                for column, text in enumerate(texts)
                if text
            ],
        )
        for index, table in enumerate(page.find_tables(LINES))
    ]


def compare(page: int, grids: Sequence[GridText], others: Sequence[GridText]) -> list[Finding]:
    """The differences of one page; what is one table to one may be several to the other."""
    findings: list[Finding] = []
    for ours, theirs in _groups(grids, others):
        numbers, their_numbers = _numbers(ours), _numbers(theirs)
        block = ours[0].block if ours else None
        if not (ours and theirs):
            if numbers or their_numbers:
                who = "here" if ours else "by pdfplumber"
                size = "{} × {}".format(*shape_of((ours or theirs)[0]))
                detail = f"seen only {who}: a table with numbers in {size} rows and columns"
                findings.append(Finding(page, block, "table", detail))
        elif numbers != their_numbers:
            only, missing = _listed(numbers - their_numbers), _listed(their_numbers - numbers)
            detail = f"only here: {only}; only pdfplumber: {missing}"
            findings.append(Finding(page, block, "digits", detail))
        elif len(ours) == len(theirs) == 1 and shape_of(ours[0]) != shape_of(theirs[0]):
            sizes = ["{} × {}".format(*shape_of(part[0])) for part in (ours, theirs)]
            detail = f"numbers in {sizes[0]} rows and columns here, {sizes[1]} by pdfplumber"
            findings.append(Finding(page, block, "shape", detail))
    return findings


Group = tuple[list[GridText], list[GridText]]


def _groups(grids: Sequence[GridText], others: Sequence[GridText]) -> list[Group]:
    """Tables of both readings that lie in each other, directly or by way of another."""
    groups: list[Group] = []
    for side, tables in enumerate((grids, others)):
        for table in tables:
            near = [group for group in groups if side and _touches(table, group[0])]
            merged: Group = ([], [])
            for group in near:
                groups.remove(group)
                merged[0].extend(group[0])
                merged[1].extend(group[1])
            merged[side].append(table)
            groups.append(merged)
    return groups


def _touches(table: GridText, others: Iterable[GridText]) -> bool:
    return any(_overlap(table.box, other.box) for other in others)


def shape_of(table: GridText) -> tuple[int, int]:
    """In how many rows and in how many columns numbers stand; captions and gaps do not count."""
    places = [(cell.row, cell.column) for cell in table.cells if number_of(cell.text)]
    return len({row for row, _ in places}), len({column for _, column in places})


def number_of(text: str) -> str | None:
    """A text that is nothing but a number, however it is broken; else none."""
    bare = "".join(unicodedata.normalize("NFKC", text).split())
    return bare if _NUMBER.fullmatch(bare) else None


def _numbers(tables: Iterable[GridText]) -> Counter[str]:
    found = (number_of(cell.text) for table in tables for cell in table.cells)
    return Counter(number for number in found if number)


def _listed(numbers: Counter[str]) -> str:
    found = sorted(numbers.elements())
    more = f" and {len(found) - _EXAMPLES} more" if len(found) > _EXAMPLES else ""
    return ", ".join(found[:_EXAMPLES]) + more if found else "–"


def _overlap(one: Rectangle | None, other: Rectangle | None) -> bool:
    """Whether most of the smaller rectangle lies in the larger one."""
    if not one or not other:
        return False
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return width > 0 and height > 0 and width * height >= _OVERLAP * min(areas)
