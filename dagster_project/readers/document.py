"""What every reader returns: a document as blocks in reading order.

Here: the shapes that all readers share, and nothing else. What a form is belongs in
``dagster_project.forms``; how a file is opened belongs in the reader of its format.
"""

from __future__ import annotations

from dataclasses import dataclass, field

UNCERTAIN = 0.5
"""A confidence below this says that the readings of a cell's image differ."""
UNREADABLE = "\ufffd"
"""The text of a cell that prints something which cannot be read: it is damaged, never blank."""


class ReadError(Exception):
    """A file that cannot be read; its message is the reason a person is shown."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in PDF points, origin at the top left as the page is seen."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a grid.

    ``row`` and ``column`` are 0-based positions in the grid; ``row_number`` and
    ``column_number`` say where the cell stands in its source: the row of the table on its page
    (PDF, HTML), the line of the file and the field in that line (text), the row and column of
    the sheet (spreadsheets). Both are 1-based.
    """

    text: str
    row: int
    column: int
    page: int
    row_number: int
    column_number: int
    row_span: int = 1
    column_span: int = 1
    box: Box | None = None
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a grid may have been read wrongly: where two readings of it differ.

    ``kind`` is ``ambiguous`` (its header fits its columns in two ways), ``digits`` (a cell
    reads differently), ``lost`` (a number in the middle of the grid is in no cell), ``split`` (one
    is in several), ``shape`` (its numbers stand in another count of rows or columns) or
    ``unchecked`` (there is no second reading). ``ours`` and ``theirs`` are the two readings.
    """

    kind: str
    message: str
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """A matrix of cells as one reader saw it on one page; cells not listed are empty.

    ``row_lengths`` says how many cells the source writes in each row, the empty ones too, where it
    has no spans and its rows differ: cells may have been merged.
    """

    cells: tuple[Cell, ...]
    row_count: int
    column_count: int
    page: int
    reader: str
    confidence: float | None = None
    findings: tuple[Finding, ...] = ()
    row_lengths: tuple[int, ...] = ()

    def matrix(self) -> list[list[Cell | None]]:
        """The cells as rows of columns; a spanning cell stands at its top-left position only."""
        rows: list[list[Cell | None]] = [[None] * self.column_count for _ in range(self.row_count)]
        for cell in self.cells:
            rows[cell.row][cell.column] = cell
        return rows


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text outside any grid: one line of a text file, one text block of a page."""

    text: str
    page: int
    row_number: int
    box: Box | None = None


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it was read: ``text_origin`` is native, ocr, spreadsheet or markup.

    ``notes`` say in words what a person should know of the reading: hidden sheets, formulas
    without a result, files of an archive that could not be read.
    """

    format: str
    text_origin: str
    page_count: int
    blocks: tuple[Block, ...] = field(default=())
    notes: tuple[str, ...] = ()
