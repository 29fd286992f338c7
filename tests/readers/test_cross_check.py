"""Where pdfplumber and the PDF reader differ, it is found; where they agree, nothing is said."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from dagster_project import readers
from dagster_project.readers import cross_check
from dagster_project.readers.cross_check import CellText, Finding, GridText
from dagster_project.readers.document import Grid

pytest.importorskip("reportlab", reason="typesets the document")

from reportlab.pdfgen.canvas import Canvas  # noqa: E402

ROWS = (("208", "1,234.50", "0.00"), ("20805", "1,000.00", "-7.10"), ("210", "3.00", "4.00"))
LEFT, TOP, WIDTH, HEIGHT = 60.0, 760.0, 90.0, 22.0


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = BytesIO()
    canvas = Canvas(target)
    canvas.drawString(LEFT, TOP + 30, "a table of three rows and three columns")
    for edge in range(4):
        y, x = TOP - edge * HEIGHT, LEFT + edge * WIDTH
        canvas.line(LEFT, y, LEFT + 3 * WIDTH, y)
        canvas.line(x, TOP, x, TOP - 3 * HEIGHT)
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            canvas.drawString(LEFT + column * WIDTH + 5, TOP - row * HEIGHT - 15, text)
    canvas.save()
    path = tmp_path_factory.mktemp("cross_check") / "table.pdf"
    path.write_bytes(target.getvalue())
    return path


@pytest.fixture
def grid(document: Path) -> GridText:
    (grid,) = (block for block in readers.read(document).blocks if isinstance(block, Grid))
    cells = [
        CellText(c.row, c.column, (c.box.x0, c.box.y0, c.box.x1, c.box.y1), c.text)
        for c in grid.cells
        if c.box
    ]
    return GridText(5, grid.page, cells)


def changed(grid: GridText, change: Callable[[str], str]) -> GridText:
    return GridText(5, 1, [replace(cell, text=change(cell.text)) for cell in grid.cells])


def test_agreement_says_nothing(document: Path, grid: GridText) -> None:
    assert cross_check.check(document, [grid]) == []
    assert cross_check.check(document, []) == []


def test_another_digit_is_a_finding(document: Path, grid: GridText) -> None:
    other = changed(grid, lambda text: text.replace("1,234.50", "1,284.50"))
    assert cross_check.check(document, [other]) == [
        Finding(1, 5, "digits", "only here: 1,284.50; only pdfplumber: 1,234.50")
    ]


def test_a_number_in_another_column_is_a_finding(document: Path, grid: GridText) -> None:
    grid.cells = [replace(c, column=9) if c.text == "-7.10" else c for c in grid.cells]
    (finding,) = cross_check.check(document, [grid])
    assert finding.kind == "shape"
    assert finding.detail == "numbers in 3 × 4 rows and columns here, 3 × 3 by pdfplumber"


def test_a_table_that_only_one_sees_is_a_finding(document: Path) -> None:
    elsewhere = GridText(5, 1, [CellText(0, 0, (300.0, 500.0, 320.0, 520.0), "1.00")])
    found = cross_check.check(document, [elsewhere])
    assert [(f.kind, f.block) for f in found] == [("table", 5), ("table", None)]


def test_one_table_may_be_two_to_the_other(document: Path, grid: GridText) -> None:
    parts = [
        GridText(block, 1, [c for c in grid.cells if (c.row == 0) == (block == 5)])
        for block in (5, 6)
    ]
    assert cross_check.check(document, parts) == []


def test_blanks_and_captions_are_no_difference(document: Path, grid: GridText) -> None:
    other = changed(grid, lambda text: text.replace(",", ",\n"))
    caption = CellText(8, 0, other.cells[0].box, "单位:万元")
    assert cross_check.check(document, [GridText(5, 1, [*other.cells, caption])]) == []
