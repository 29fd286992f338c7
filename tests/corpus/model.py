"""Neutral model of a typeset document: what is printed, not how.

A form (公开表) is a grid of cells with spans. Figure files write the grid row by row; a cell
that continues its left neighbour is marked ``←`` and one that continues the cell above ``↑``,
so a file stays rectangular and can be read in any spreadsheet.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

LEFT_MARK = "←"
ABOVE_MARK = "↑"
CENTRED = frozenset({"合计", "总计", "栏次", "总分"})
AMOUNT = re.compile(r"-?\d{1,3}(,?\d{3})*\.\d\d")


@dataclass(frozen=True)
class Cell:
    """One printed cell; ``row`` and ``column`` are the 0-based place of its first corner."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1

    @property
    def last_row(self) -> int:
        """Row index of the cell's last row."""
        return self.row + self.row_span - 1

    @property
    def is_amount(self) -> bool:
        """Whether the text is a number printed with cents, such as ``1,900.00``."""
        return AMOUNT.fullmatch(self.text) is not None


@dataclass(frozen=True)
class Column:
    """Relative width of a form's column and the alignment (l, c, r) of its body cells."""

    width: float = 1.0
    align: str = "l"


@dataclass(frozen=True)
class Form:
    """A form: its heading lines, its columns and its cells, header first.

    ``number`` is the printed form number (公开03表), ``unit`` the printed unit of money (元),
    ``header_rows`` the number of leading rows that make the column header. A form with
    ``is_sheet`` (绩效自评表) has no column header: labels and values alternate in its rows.
    """

    number: str
    title: str
    unit: str
    columns: tuple[Column, ...]
    row_count: int
    header_rows: int
    cells: tuple[Cell, ...]
    department: str = ""
    department_label: str = "部门"
    unit_label: str = "单位"
    notes: tuple[str, ...] = ()
    contents_title: str = ""
    heading: str = ""
    is_sheet: bool = False
    repeat_header: bool = False
    font_size: float = 8.0
    row_height: float = 12.4

    @property
    def header(self) -> tuple[Cell, ...]:
        """Cells that begin in the column header."""
        return tuple(cell for cell in self.cells if cell.row < self.header_rows)

    @property
    def body(self) -> tuple[Cell, ...]:
        """Cells that begin below the column header."""
        return tuple(cell for cell in self.cells if cell.row >= self.header_rows)

    @property
    def unit_line(self) -> str:
        """The printed line of the money unit, such as 金额单位:元; empty when there is none."""
        return f"{self.unit_label}:{self.unit}" if self.unit else ""

    @property
    def department_line(self) -> str:
        """The printed line of the department, such as 部门:…; empty when there is none."""
        return f"{self.department_label}:{self.department}" if self.department else ""

    def alignment(self, cell: Cell) -> str:
        """Return l, c or r for a cell: header centred, amounts right, labels as their column."""
        is_total = cell.text in CENTRED or (cell.column_span > 1 and cell.text.endswith("合计"))
        if cell.row < self.header_rows or is_total:
            return "c"
        if self.is_sheet:
            return "r" if cell.is_amount and len(cell.text) > len("100.00") else "c"
        return self.columns[cell.column].align


@dataclass(frozen=True)
class Heading:
    """A heading of the running text; level 2 is a part of the document."""

    text: str
    level: int = 2


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the running text."""

    text: str


Block = Form | Heading | Paragraph


@dataclass(frozen=True)
class Document:
    """A whole document: title, publisher, the notice on its face, contents and blocks."""

    title: str
    publisher: str
    notice: tuple[str, ...]
    contents_title: str = ""
    contents: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = field(default=())

    @property
    def forms(self) -> tuple[Form, ...]:
        """The forms of the document in their printed order."""
        return tuple(block for block in self.blocks if isinstance(block, Form))


def place_cells(grid: Sequence[Sequence[str]]) -> tuple[Cell, ...]:
    """Turn a rectangular grid with span marks into placed cells.

    Raises:
        ValueError: the grid is not rectangular, or its marks do not make rectangles.
    """
    width = len(grid[0])
    owner: dict[tuple[int, int], tuple[int, int]] = {}
    for row, texts in enumerate(grid):
        if len(texts) != width:
            raise ValueError(f"row {row} has {len(texts)} cells, the form has {width} columns")
        for column, text in enumerate(texts):
            step = {LEFT_MARK: (0, -1), ABOVE_MARK: (-1, 0)}.get(text, (0, 0))
            source = (row + step[0], column + step[1])
            owner[row, column] = (row, column) if source == (row, column) else owner[source]
    areas: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for place, corner in owner.items():
        areas.setdefault(corner, []).append(place)
    return tuple(_cell(grid, corner, area) for corner, area in sorted(areas.items()))


def _cell(
    grid: Sequence[Sequence[str]], corner: tuple[int, int], area: list[tuple[int, int]]
) -> Cell:
    rows = max(row for row, _ in area) - corner[0] + 1
    columns = max(column for _, column in area) - corner[1] + 1
    if rows * columns != len(area):
        raise ValueError(f"the span marks around row {corner[0]} do not make a rectangle")
    return Cell(grid[corner[0]][corner[1]], *corner, rows, columns)
