"""Tables without column rules are read twice: what differs is a finding, what agrees is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from dagster_project import readers
from dagster_project.readers import pdf, privacy, second_reading
from dagster_project.readers.document import Block, Cell, Document, Finding, Grid
from tests.corpus import render_pdf as typesetter
from tests.corpus.documents import load
from tests.readers.test_alignment import NAMES, _plain_sheets, line, of_forms, plain
from tests.readers.test_alignment import tables_of as tables_of_texts

pytest.importorskip("reportlab", reason="typesets the document")

from reportlab.pdfgen.canvas import Canvas  # noqa: E402

HEADER = ("code", "basic", "project")
ROWS = (("2080501", "1,234.50", "0.00"), ("2080505", "1,000.00", "-7.10"), ("21", "3.00", "412.00"))
WIDTH, HEIGHT = 90.0, 20.0


def typeset(
    path: Path, draw: Callable[[Canvas], None], rotation: int = 0, margin: float = 0
) -> Path:
    target = BytesIO()
    canvas = Canvas(target, pagesize=(500, 500))
    if rotation:
        canvas.setPageRotation(rotation)
    if margin:
        canvas.setCropBox((margin, margin, 500 - margin, 500 - margin))
    draw(canvas)
    canvas.save()
    path.write_bytes(target.getvalue())
    return path


def table(canvas: Canvas) -> None:
    for row, texts in enumerate((HEADER, *ROWS)):
        for column, text in enumerate(texts):
            canvas.drawRightString(140 + column * WIDTH, 400 - row * HEIGHT, text)


def sideways(canvas: Canvas) -> None:
    canvas.translate(500, 0)
    canvas.rotate(90)
    table(canvas)


def bold(canvas: Canvas) -> None:
    table(canvas)
    canvas.translate(0.2, 0)
    table(canvas)


def grid_of(blocks: Sequence[Block]) -> Grid:
    (grid,) = (block for block in blocks if isinstance(block, Grid))
    return grid


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return typeset(tmp_path / "table.pdf", table)


def findings(path: Path, change: Callable[[Cell], list[Cell]]) -> list[Finding]:
    """What the second reading says against the first, had the first read these cells."""
    grid = grid_of(pdf.read(path).blocks)
    cells = tuple(other for cell in grid.cells for other in change(cell))
    (changed,) = second_reading.with_findings(path, [replace(grid, cells=cells)], [1])
    assert isinstance(changed, Grid)
    return list(changed.findings)


@pytest.mark.parametrize(
    ("draw", "layout"),
    [(table, {}), (bold, {}), (sideways, {}), (table, {"rotation": 90}), (table, {"margin": 40})],
    ids=["upright", "printed twice", "sideways", "turned page", "cropped"],
)
def test_agreement_says_nothing(tmp_path: Path, draw: Any, layout: dict[str, Any]) -> None:
    grid = grid_of(pdf.read(typeset(tmp_path / "a.pdf", draw, **layout)).blocks)
    assert (grid.reader, len(grid.cells), grid.findings) == ("alignment", 12, ())


def test_another_digit_is_a_finding(path: Path) -> None:
    found = findings(path, lambda c: [replace(c, text=c.text.replace("1,234.50", "1,284.50"))])
    message = "the cell in row 2, column 2 says other numbers"
    assert found == [Finding("digits", message, "1,284.50", "1,234.50")]


def test_a_number_in_another_cell_is_a_finding(path: Path) -> None:
    moved = {"0.00": "-7.10", "-7.10": "0.00"}
    found = findings(path, lambda c: [replace(c, text=moved.get(c.text, c.text))])
    assert [(f.kind, f.ours, f.theirs) for f in found] == [
        ("digits", "-7.10", "0.00"), ("digits", "0.00", "-7.10"),
    ]  # fmt: skip


def test_a_lost_number_is_a_finding(path: Path) -> None:
    found = findings(path, lambda c: [] if c.text == "1,000.00" else [c])
    assert [(f.kind, f.ours, f.theirs) for f in found] == [("lost", "", "1,000.00")]


def test_a_number_that_nobody_printed_is_a_finding(path: Path) -> None:
    def doubled(cell: Cell) -> list[Cell]:
        if cell.text != "412.00" or cell.box is None:
            return [cell]
        below = replace(cell.box, y0=cell.box.y0 + 40, y1=cell.box.y1 + 40)
        return [cell, replace(cell, row=9, box=below)]

    assert [(f.kind, f.ours, f.theirs) for f in findings(path, doubled)] == [
        ("digits", "412.00", "")
    ]


def test_a_number_over_two_cells_is_a_finding(path: Path) -> None:
    def cut(cell: Cell) -> list[Cell]:
        if cell.text != "1,234.50" or cell.box is None:
            return [cell]
        middle = cell.box.x1 - 13
        return [
            replace(cell, text="1,234", box=replace(cell.box, x1=middle)),
            replace(cell, text=".50", column=9, box=replace(cell.box, x0=middle)),
        ]

    assert [(f.kind, f.ours, f.theirs) for f in findings(path, cut)] == [
        ("split", "1,234 | .50", "1,234.50")
    ]


def test_pages_that_pdfplumber_cannot_read_are_no_failure(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("Font")

    for owner, name in ((second_reading, "compare"), (pdfplumber, "open")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, fail)
            (finding,) = grid_of(readers.read(path).blocks).findings
        reason = "pdfplumber cannot read it (KeyError)"
        assert finding == Finding("unchecked", f"the page has no second reading: {reason}")


def test_ruled_tables_are_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def ruled(canvas: Canvas) -> None:
        table(canvas)
        canvas.grid([50 + n * WIDTH for n in range(4)], [335 + n * HEIGHT for n in range(5)])

    monkeypatch.setattr(pdfplumber, "open", None)
    grid = grid_of(pdf.read(typeset(tmp_path / "ruled.pdf", ruled)).blocks)
    assert (grid.reader, grid.findings) == ("camelot/lattice", ())


@pytest.mark.parametrize("rules", ["three", "none"])
def test_the_corpus_gives_no_false_findings(rules: str, tmp_path: Path) -> None:
    document = _plain_sheets(of_forms(plain)(load(NAMES[1])))
    path = tmp_path / "free.pdf"
    path.write_bytes(typesetter.render_pdf(document, rules))
    grids = [b for b in pdf.read(path).blocks if isinstance(b, Grid) and b.reader == "alignment"]
    assert len(grids) >= 5
    assert [finding for grid in grids for finding in grid.findings] == []


@pytest.mark.parametrize(
    ("place", "kinds"),
    [(180, []), (200, ["ambiguous"]), (220, [])],
    ids=["first", "both", "second"],
)
def test_figures_between_two_headers_may_belong_to_either(place: int, kinds: list[str]) -> None:
    found = line(0, ("科目名称", 20, "c"), ("基本支出合计", 150, "c"), ("项目支出合计", 250, "c"))
    for number in range(1, 5):
        found += line(20 * number, ("行政运行", 5, "l"), ("1.00", place, "c"))
    (aligned,) = tables_of_texts(found)
    assert [finding.kind for finding in aligned.findings] == kinds


def test_numbers_that_are_withheld_are_withheld_in_findings_too() -> None:
    found = (Finding("digits", "", "", "87654321"), Finding("digits", "", "", "1,234.50"))
    cells = (Cell("联系电话", 0, 0, 1, 1, 1), Cell("87654821", 0, 1, 1, 1, 2))
    grid = Grid(cells, 1, 2, 1, "alignment", findings=found)
    (kept,) = privacy.without_contacts(Document("pdf", "native", 1, (grid,))).blocks
    assert isinstance(kept, Grid)
    assert [finding.theirs for finding in kept.findings] == [privacy.WITHHELD, "1,234.50"]
