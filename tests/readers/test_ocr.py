"""Tests of recognition: pages that are images, as a scanner makes them of typeset pages."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
import pytest
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from dagster_project.forms.amounts import parse
from dagster_project.readers import image_rules, ocr, pdf, recogniser
from dagster_project.readers.document import (
    UNREADABLE,
    Cell,
    Document,
    Grid,
    Paragraph,
    ReadError,
)
from dagster_project.readers.recogniser import Reading
from tests.corpus.render_scan import Scanner, to_pdf

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

ROWS = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "1,234.56", "1,000.00", "234.56"],
    ["2010301", "行政运行", "1,000.00", "1,000.00", ""],
    ["2010302", "一般行政管理事务", "22,234.56", "", "22,234.56"],
    ["", "合计", "133,456,778.00", "3,000.00", "0.00"],
]
LEFTS = [20, 80, 190, 280, 350, 420]
TOP, HEIGHT = 170, 20
SIZE = (440, 215)


def typeset(draw: Callable[[Canvas], None]) -> bytes:
    target = BytesIO()
    canvas = Canvas(target, pagesize=SIZE, invariant=1)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return target.getvalue()


def write(canvas: Canvas) -> None:
    canvas.drawCentredString(SIZE[0] / 2, 195, "支出决算表")
    canvas.drawRightString(LEFTS[-1], 178, "金额单位：元")
    for number, row in enumerate(ROWS):
        for column, text in enumerate(row):
            baseline = TOP - HEIGHT * number - 14
            if column >= 2 and number:
                canvas.drawRightString(LEFTS[column + 1] - 4, baseline, text)
            else:
                canvas.drawString(LEFTS[column] + 4, baseline, text)
    canvas.drawString(LEFTS[0], 30, "注：本表反映部门本年度各项支出情况。")


def ruled(canvas: Canvas) -> None:
    write(canvas)
    bottom = TOP - HEIGHT * len(ROWS)
    for number in range(len(ROWS) + 1):
        canvas.line(LEFTS[0], TOP - HEIGHT * number, LEFTS[-1], TOP - HEIGHT * number)
    for x in LEFTS:
        canvas.line(x, TOP, x, bottom)


def read(data: bytes, folder: Path) -> Document:
    path = folder / "scan.pdf"
    path.write_bytes(data)
    return pdf.read(path)


def read_scan(scanner: Scanner, draw: Callable[[Canvas], None], folder: Path) -> Document:
    return read(to_pdf(scanner.scan(typeset(draw), [1])), folder)


def only_grid(document: Document) -> Grid:
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    return grid


def facts(grid: Grid) -> list[list[str]]:
    """The rows with figures as values: which mark divides thousands is not the reader's matter."""
    return [[value(cell.text) if cell else "" for cell in row] for row in grid.matrix()]


def value(text: str) -> str:
    return parse(text, recognised=True).number or text


EXPECTED = [[value(text) for text in row] for row in ROWS]


def confidence(cell: Cell) -> float:
    assert cell.confidence is not None
    return cell.confidence


def test_a_scan_is_read_without_a_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("something was to be fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    recogniser._loaded_engine.cache_clear()
    document = read_scan(Scanner(), ruled, tmp_path)
    grid = only_grid(document)
    assert (document.format, document.text_origin) == ("pdf", "ocr")
    assert [[cell.text if cell else "" for cell in row] for row in grid.matrix()] == ROWS
    assert grid.reader == "rapidocr/ruled"
    assert all(confidence(cell) > ocr.UNCERTAIN for cell in grid.cells)
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert said == ["支出决算表", "金额单位:元", "注:本表反映部门本年度各项支出情况。"]


@pytest.mark.parametrize(
    "scanner",
    [
        Scanner(dpi=200, skew=1.5, noise=10, blur=0.5, quality=75),
        Scanner(dpi=150, skew=-0.8, noise=10, quality=80),
        Scanner(dpi=150, quarter_turns=1),
        Scanner(dpi=150, quarter_turns=2, skew=0.5),
    ],
    ids=["200 dpi, skewed", "150 dpi, noisy", "on its side", "upside down"],
)
def test_a_worse_scan_gives_the_same_facts(scanner: Scanner, tmp_path: Path) -> None:
    grid = only_grid(read_scan(scanner, ruled, tmp_path))
    assert facts(grid) == EXPECTED
    assert all(confidence(cell) > ocr.UNCERTAIN for cell in grid.cells)


@pytest.mark.parametrize("turns", [0, 1])
def test_the_box_of_a_cell_is_where_it_stands_on_the_page_as_seen(
    turns: int, tmp_path: Path
) -> None:
    scanner = Scanner(dpi=200, skew=1.0, quarter_turns=turns)
    (cell,) = [
        cell
        for cell in only_grid(read_scan(scanner, ruled, tmp_path)).cells
        if value(cell.text) == "133456778.00"
    ]
    box = cell.box
    assert box is not None
    x, y = (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
    if turns:
        x, y = SIZE[0] - y, x
    assert LEFTS[2] < x < LEFTS[3]
    assert SIZE[1] - TOP + 4 * HEIGHT - 4 < y < SIZE[1] - TOP + 5 * HEIGHT + 4


def test_a_table_without_rules_is_read_by_alignment(tmp_path: Path) -> None:
    document = read_scan(Scanner(dpi=200), write, tmp_path)
    grid = only_grid(document)
    assert grid.reader == "rapidocr/aligned"
    assert facts(grid) == EXPECTED
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert said == ["支出决算表", "金额单位:元", "注:本表反映部门本年度各项支出情况。"]


def joined(*parts: bytes) -> bytes:
    target = pdfium.PdfDocument.new()
    for part in parts:
        target.import_pages(pdfium.PdfDocument(part))
    saved = BytesIO()
    target.save(saved)
    return saved.getvalue()


def test_pages_are_judged_one_by_one(tmp_path: Path) -> None:
    native = typeset(ruled)
    scan = to_pdf(Scanner(dpi=200).scan(native, [1]))
    document = read(joined(native, scan, native), tmp_path)
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    assert [(grid.page, grid.reader) for grid in grids] == [
        (1, "camelot/lattice"),
        (2, "rapidocr/ruled"),
        (3, "camelot/lattice"),
    ]
    assert document.text_origin == "native"
    assert all(cell.confidence is None for cell in grids[0].cells)
    assert all(cell.confidence is not None for cell in grids[1].cells)
    assert [facts(grid) for grid in grids] == [EXPECTED] * 3


def test_a_hidden_text_layer_is_not_believed(tmp_path: Path) -> None:
    (page,) = Scanner(dpi=200).scan(typeset(ruled), [1])

    def searchable(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(page), 0, 0, *SIZE)
        text = canvas.beginText(20, 100)
        text.setTextRenderMode(3)
        for _ in range(10):
            text.textLine("什么程序认出的文字 9,999.99")
        canvas.drawText(text)

    document = read(typeset(searchable), tmp_path)
    assert document.text_origin == "ocr"
    assert facts(only_grid(document)) == EXPECTED


def test_a_garbled_text_layer_is_recognised_from_its_image(tmp_path: Path) -> None:
    def garbled(canvas: Canvas) -> None:
        ruled(canvas)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(20, 5, "(cid:12)" * 200)

    document = read(typeset(garbled), tmp_path)
    assert document.text_origin == "ocr"
    assert facts(only_grid(document)) == EXPECTED


def tampered(monkeypatch: pytest.MonkeyPatch, change: Callable[[int, Reading], Reading]) -> None:
    """Let each call of the recogniser answer as ``change`` (number of the call, reading) says."""
    calls = 0
    honest = recogniser.recognise

    def recognise(strips: Sequence[Any]) -> list[Reading]:
        nonlocal calls
        calls += 1
        return [change(calls, reading) for reading in honest(strips)]

    monkeypatch.setattr(recogniser, "recognise", recognise)


def test_readings_that_differ_leave_a_figure_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drop_a_digit(call: int, reading: Reading) -> Reading:
        # Of the first reading of the cells; the call before it is of samples of the page.
        if call == 2 and reading.text.startswith("22"):
            return Reading(reading.text[1:], reading.score)
        return reading

    tampered(monkeypatch, drop_a_digit)
    grid = only_grid(read_scan(Scanner(dpi=200), ruled, tmp_path))
    doubted = [cell for cell in grid.cells if confidence(cell) < ocr.UNCERTAIN]
    assert [(cell.row, cell.column) for cell in doubted] == [(3, 2), (3, 4)]
    assert facts(grid) == EXPECTED  # the second and the third reading outvote the first


def test_where_many_readings_differ_no_figure_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(call: int, reading: Reading) -> Reading:
        if call > 1 and reading.text.endswith("4.56"):
            return Reading(f"{call}{reading.text}", reading.score)
        return reading

    tampered(monkeypatch, misread)
    grid = only_grid(read_scan(Scanner(dpi=200), ruled, tmp_path))
    figures = [cell for cell in grid.cells if cell.text[0].isdigit()]
    assert all(confidence(cell) < ocr.UNCERTAIN for cell in figures)
    names = [cell for cell in grid.cells if cell not in figures]
    assert all(confidence(cell) > ocr.UNCERTAIN for cell in names)


def test_ink_that_is_not_read_is_no_blank_cell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def blind(call: int, reading: Reading) -> Reading:
        return Reading("", 0.0) if reading.text == "0.00" else reading

    tampered(monkeypatch, blind)
    grid = only_grid(read_scan(Scanner(dpi=200), ruled, tmp_path))
    cell = grid.matrix()[4][4]
    assert cell is not None
    assert cell.text == "\ufffd"
    assert confidence(cell) < ocr.UNCERTAIN


def pieces(*texts: tuple[str, int, int, int]) -> list[ocr._Piece]:
    return [ocr._Piece(None, (x0, y, x1, y + 40), text, 1.0) for text, x0, x1, y in texts]


@pytest.mark.parametrize(
    ("found", "text"),
    [
        (pieces(("103,266,", 0, 150, 0), ("640.20", 155, 260, 2)), "103,266,640.20"),
        (pieces(("103,266,", 0, 150, 0), ("640.20", 0, 110, 50)), "103,266,640.20"),
        (pieces(("103,266,6", 0, 150, 0), ("40.20", 0, 110, 50)), "103,266,640.20"),
        (pieces(("1,000.00", 0, 150, 0), ("234.56", 155, 260, 0)), "1,000.00 234.56"),
        (pieces(("12", 0, 50, 0), ("34", 0, 50, 50)), "12 34"),
        (pieces(("机关事业单位", 0, 200, 0), ("养老保险", 0, 150, 50)), "机关事业单位养老保险"),
    ],
)
def test_what_was_recognised_apart_is_joined_in_its_cell(
    found: list[ocr._Piece], text: str
) -> None:
    assert ocr._cell_text(found) == text


def test_a_page_without_text_says_so(tmp_path: Path) -> None:
    blank = typeset(lambda canvas: canvas.rect(50, 50, 100, 100, fill=1))
    with pytest.raises(ReadError, match="OCR finds no text"):
        read(blank, tmp_path)


def test_images_beyond_the_limits_are_left_out_and_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = to_pdf(Scanner(dpi=100).scan(typeset(ruled), [1]))
    monkeypatch.setattr(pdf, "MAX_IMAGE_PIXELS", 100_000)
    with pytest.raises(ReadError, match="page 1 not read: an image of"):
        read(scan, tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr(pdf, "MAX_IMAGE_PAGES", 1)
    document = read(joined(scan, scan, scan), tmp_path)
    assert {block.page for block in document.blocks} == {1}
    assert document.notes == ("page 2, 3 not read: an image after the 1 that are recognised",)


def test_documents_with_text_do_not_load_the_recogniser(tmp_path: Path) -> None:
    path = tmp_path / "native.pdf"
    path.write_bytes(typeset(ruled))
    program = (
        "import sys, pathlib; from dagster_project import readers;"
        "readers.read(pathlib.Path(sys.argv[1]));"
        "sys.exit('rapidocr' in sys.modules or 'onnxruntime' in sys.modules)"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(path)],
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )


def drawn(*lines: tuple[int, int, int, int]) -> image_rules.Image:
    page = np.full((400, 700), 250, np.uint8)
    for x0, y0, x1, y1 in lines:
        cv2.line(page, (x0, y0), (x1, y1), 0, 2)
    return page


def test_rules_that_are_absent_merge_cells() -> None:
    page = drawn(
        *((50, y, 650, y) for y in (50, 150, 200)),
        (250, 100, 650, 100),
        *((x, 50, x, 200) for x in (50, 250, 650)),
        (450, 100, 450, 200),
    )
    (lattice,), _ = image_rules.lattices_of(image_rules.ink_of(page))
    assert lattice.spans == (
        (0, 0, 2, 1), (0, 1, 1, 2), (1, 1, 1, 1), (1, 2, 1, 1),
        (2, 0, 1, 1), (2, 1, 1, 1), (2, 2, 1, 1),
    )  # fmt: skip


def test_a_table_open_at_its_sides_has_its_outer_columns() -> None:
    lines = [(50, y, 650, y) for y in (50, 100, 150, 200)]
    page = drawn(*lines, *((x, 50, x, 200) for x in (250, 450)))
    (lattice,), _ = image_rules.lattices_of(image_rules.ink_of(page))
    assert (len(lattice.rows), len(lattice.columns)) == (4, 4)


@pytest.mark.parametrize("degrees", [-5.0, -0.3, 0.0, 2.0])
def test_the_skew_of_a_page_is_measured(degrees: float) -> None:
    page = drawn(*((50, y, 650, y) for y in range(40, 380, 30)))
    turn = cv2.getRotationMatrix2D((350, 200), degrees, 1.0)
    skewed = np.asarray(cv2.warpAffine(page, turn, (700, 400), borderValue=250), np.uint8)
    assert image_rules.skew_of(image_rules.ink_of(skewed)) == pytest.approx(-degrees, abs=0.1)


def on_a_page(doubted: Sequence[str]) -> dict[ocr._Place, ocr._Content]:
    """Four sure figures, and texts whose readings differ."""
    texts = [("1.00", 0.9), ("2.00", 0.9), ("3.00", 0.9), ("4.00", 0.9)]
    texts += [(text, 0.2) for text in doubted]
    return {ocr._Place(0, (n, 0, 1, 1)): ocr._Content(*text) for n, text in enumerate(texts)}


@pytest.mark.parametrize("signs", ["—一—一—一", [">=", "=", "%", "<=", "_", "二"]])
def test_signs_tell_nothing_of_a_page(signs: Sequence[str]) -> None:
    cells = on_a_page(signs)
    assert ocr._doubted(cells, set(cells)) == cells


@pytest.mark.parametrize("doubted", [["5.00"] * 3, [UNREADABLE] * 3])
def test_no_figure_of_a_page_is_believed_where_many_are_doubted(doubted: Sequence[str]) -> None:
    cells = on_a_page(doubted)
    found = ocr._doubted(cells, set(cells))
    assert all(content.confidence < ocr.UNCERTAIN for content in found.values())


def test_a_dash_is_the_same_however_it_was_read() -> None:
    assert len({ocr._value(text) for text in ("—", "一", "-", "一一")}) == 1
