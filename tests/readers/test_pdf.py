"""Tests of the PDF reader: on typeset pages, and on documents as they were published."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pdfplumber
import pypdfium2 as pdfium
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from dagster_project.readers import pdf
from dagster_project.readers.document import Box, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.glyphs import normalise

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))

PUBLISHED = Path(__file__).parents[3] / "shared" / "documents" / "published"
DOCUMENTS = [
    "上海市普陀区财政局2024年度部门决算",
    "江苏省委办公厅2018年度部门预算公开表",
    "江苏省人大办公厅2017年度预算公开",
]

ROWS = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["201", "一般公共服务支出", "1,234.56", "1,000.00", "234.56"],
    ["20103", "政府办公厅(室)及相关机构事务", "1,234.56", "1,000.00", "234.56"],
    ["2010301", "行政运行", "1,000.00", "1,000.00", ""],
    ["2010302", "一般行政管理事务", "234.56", "", "234.56"],
    ["", "合计", "1,234.56", "1,000.00", "234.56"],
]
WIDTHS = [70, 170, 80, 80, 80]
HEIGHT = 22
LEFT, TOP = 50, 480


def typeset(draw: Callable[[Canvas], None], path: Path, **options: object) -> Path:
    canvas = Canvas(str(path), pagesize=(595, 595), **options)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return path


def edges() -> list[float]:
    return [LEFT + sum(WIDTHS[:index]) for index in range(len(WIDTHS) + 1)]


def write_rows(canvas: Canvas, rows: list[list[str]] = ROWS) -> None:
    lefts = edges()
    for number, row in enumerate(rows):
        baseline = TOP - HEIGHT * number - 15
        for column, text in enumerate(row):
            if column >= 2 and number:
                canvas.drawRightString(lefts[column + 1] - 4, baseline, text)
            else:
                canvas.drawString(lefts[column] + 4, baseline, text)


def rule(canvas: Canvas, rows: int = len(ROWS)) -> None:
    lefts = edges()
    for number in range(rows + 1):
        canvas.line(lefts[0], TOP - HEIGHT * number, lefts[-1], TOP - HEIGHT * number)
    for x in lefts:
        canvas.line(x, TOP, x, TOP - HEIGHT * rows)


def ruled_table(canvas: Canvas) -> None:
    canvas.drawString(230, 550, "支出决算表")
    canvas.drawString(LEFT, 500, "部门：某局")
    canvas.drawRightString(edges()[-1], 500, "金额单位：万元")
    write_rows(canvas)
    rule(canvas)
    canvas.drawString(LEFT, 300, "注：本表反映部门本年度各项支出情况。")


def three_line_table(canvas: Canvas) -> None:
    canvas.drawString(230, 550, "支出决算表")
    canvas.drawRightString(edges()[-1], 500, "单位：万元")
    write_rows(canvas)
    for number in (0, 1, len(ROWS)):
        canvas.line(LEFT, TOP - HEIGHT * number, edges()[-1], TOP - HEIGHT * number)


def only_grid(document: Document) -> Grid:
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    return grid


def texts(grid: Grid) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in grid.matrix()]


def assert_provenance(path: Path, document: Document) -> int:
    """In the stored box on the stored page stands what the cell says.

    Nothing else stands there, but for a text that is too long for its cell: its box covers it
    all, and with it a part of the neighbour. Returns the number of cells looked at.
    """
    with pdfplumber.open(path) as file:
        pages = {page.page_number: page for page in file.pages}
        exact = []
        for cell in (c for b in document.blocks if isinstance(b, Grid) for c in b.cells):
            assert cell.box is not None
            found = characters_inside(pages[cell.page], cell.box)
            said = Counter(squeeze(cell.text))
            assert found >= said, (cell, found)
            exact.append(found == said)
    assert sum(exact) >= 0.99 * len(exact)
    return len(exact)


def characters_inside(page: pdfplumber.page.Page, box: Box) -> Counter[str]:
    """What another parser than the reader's own finds with its middle in the box."""
    left, top, _, _ = page.cropbox
    letters = (
        letter["text"]
        for letter in page.chars
        if box.x0 <= (letter["x0"] + letter["x1"]) / 2 - left <= box.x1
        and box.y0 <= (letter["top"] + letter["bottom"]) / 2 - top <= box.y1
    )
    return Counter(squeeze(normalise("".join(letters))))


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_a_ruled_table_is_read_with_what_stands_around_it(tmp_path: Path) -> None:
    path = typeset(ruled_table, tmp_path / "ruled.pdf")
    document = pdf.read(path)
    assert (document.format, document.text_origin, document.page_count) == ("pdf", "native", 1)
    blocks = [item.text if isinstance(item, Paragraph) else "grid" for item in document.blocks]
    assert blocks == [
        "支出决算表", "部门:某局  金额单位:万元", "grid", "注:本表反映部门本年度各项支出情况。",
    ]  # fmt: skip
    grid = only_grid(document)
    assert texts(grid) == ROWS
    amount = grid.matrix()[2][4]
    assert isinstance(amount, Cell)
    assert (amount.page, amount.row_number, amount.column_number) == (1, 3, 5)
    assert amount.box is not None
    assert (amount.box.x0, amount.box.y0) == pytest.approx((450, 595 - TOP + 2 * HEIGHT), abs=1)
    assert assert_provenance(path, document) == 27


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_turned_page_reads_like_an_upright_one(tmp_path: Path, rotation: int) -> None:
    # The content is turned against the page, as producers of landscape pages do it.
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        shift = {90: (595, 0), 180: (595, 595), 270: (0, 595)}[rotation]
        canvas.translate(*shift)
        canvas.rotate(rotation)
        ruled_table(canvas)

    path = typeset(draw, tmp_path / "turned.pdf")
    document = pdf.read(path)
    assert texts(only_grid(document)) == ROWS
    assert assert_provenance(path, document) == 27


def test_text_drawn_sideways_is_read_and_its_boxes_lie_on_the_page_as_seen(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(595, 0)
        canvas.rotate(90)
        ruled_table(canvas)

    path = typeset(draw, tmp_path / "sideways.pdf")
    document = pdf.read(path)
    assert texts(only_grid(document)) == ROWS
    assert assert_provenance(path, document) == 27


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("turn", [0, 90])
def test_a_table_without_rules_is_read_however_its_page_is_turned(
    tmp_path: Path, rotation: int, turn: int
) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(rotation)
        angle = (rotation + turn) % 360
        canvas.translate(*{0: (0, 0), 90: (595, 0), 180: (595, 595), 270: (0, 595)}[angle])
        canvas.rotate(angle)
        three_line_table(canvas)

    path = typeset(draw, tmp_path / "turned.pdf")
    document = pdf.read(path)
    assert texts(only_grid(document)) == ROWS
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.text == "支出决算表"
    assert assert_provenance(path, document) == 27


def test_text_beyond_the_edge_of_the_page_is_not_read(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        ruled_table(canvas)
        canvas.drawString(LEFT, -20, "below the page")
        canvas.drawString(700, 300, "beside the page")

    document = pdf.read(typeset(draw, tmp_path / "beyond.pdf"))
    said = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert said[-1] == "注:本表反映部门本年度各项支出情况。"
    assert not [text for text in said if "the page" in text]


def test_a_page_whose_shown_part_is_cut_has_boxes_of_the_shown_part(tmp_path: Path) -> None:
    path = typeset(ruled_table, tmp_path / "whole.pdf")
    file = pdfium.PdfDocument(path)
    file[0].set_cropbox(30, 40, 590, 590)
    file.save(tmp_path / "cropped.pdf")
    file.close()
    document = pdf.read(tmp_path / "cropped.pdf")
    assert texts(only_grid(document)) == ROWS
    assert assert_provenance(tmp_path / "cropped.pdf", document) == 27


def test_a_table_without_vertical_rules_is_read(tmp_path: Path) -> None:
    path = typeset(three_line_table, tmp_path / "three.pdf")
    document = pdf.read(path)
    grid = only_grid(document)
    assert grid.reader == "alignment"
    assert texts(grid) == ROWS
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert paragraphs == ["支出决算表", "单位:万元"]


def test_the_ruled_head_of_a_table_without_rules_is_read_once(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(230, 550, "支出决算表")
        write_rows(canvas)
        rule(canvas, rows=1)

    document = pdf.read(typeset(draw, tmp_path / "head.pdf"))
    assert texts(only_grid(document)) == ROWS
    paragraphs = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert paragraphs == ["支出决算表"]


def test_a_table_without_any_rule_is_read(tmp_path: Path) -> None:
    grid = only_grid(pdf.read(typeset(write_rows, tmp_path / "plain.pdf")))
    assert texts(grid) == ROWS


def test_merged_headers_are_one_cell_with_its_spans(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        x = edges()
        y = [TOP - HEIGHT * number for number in range(5)]
        canvas.rect(x[0], y[4], x[5] - x[0], y[0] - y[4])
        for number in (2, 3):
            canvas.line(x[0], y[number], x[5], y[number])
        canvas.line(x[2], y[1], x[5], y[1])
        for column in (1, 2):
            canvas.line(x[column], y[0], x[column], y[4])
        for column in (3, 4):
            canvas.line(x[column], y[1], x[column], y[4])
        canvas.drawCentredString((x[0] + x[1]) / 2, y[1] - 4, "编码")
        canvas.drawCentredString((x[1] + x[2]) / 2, y[1] - 4, "名 称")
        canvas.drawCentredString((x[2] + x[5]) / 2, y[0] - 15, "本年支出")
        for column, text in enumerate(["小计", "基本支出", "项目支出"], start=2):
            canvas.drawString(x[column] + 4, y[1] - 15, text)
        canvas.drawString(x[0] + 4, y[2] - 15, "201")
        canvas.drawRightString(x[3] - 4, y[2] - 15, "1.00")

    grid = only_grid(pdf.read(typeset(draw, tmp_path / "merged.pdf")))
    spans = {
        cell.text: (cell.row, cell.column, cell.row_span, cell.column_span) for cell in grid.cells
    }
    assert spans == {
        "编码": (0, 0, 2, 1),
        "名称": (0, 1, 2, 1),
        "本年支出": (0, 2, 1, 3),
        "小计": (1, 2, 1, 1),
        "基本支出": (1, 3, 1, 1),
        "项目支出": (1, 4, 1, 1),
        "201": (2, 0, 1, 1),
        "1.00": (2, 2, 1, 1),
    }
    assert (grid.row_count, grid.column_count) == (4, 5)


def test_wrapped_names_join_and_numbers_side_by_side_stay_apart(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        x = edges()
        rule(canvas, rows=2)
        canvas.drawString(x[1] + 4, TOP - 9, "机关事业单位基本养老")
        canvas.drawString(x[1] + 4, TOP - 20, "保险缴费支出")
        # Set so close to the rule between them that they look like one number.
        canvas.drawRightString(x[3] - 1, TOP - 15, "1,234.00")
        canvas.drawString(x[3] + 1, TOP - 15, "567.00")
        # Too long for its cell: it belongs where most of it stands, in one piece.
        canvas.drawRightString(x[5] - 2, TOP - 15 - HEIGHT, "123,456,789,012,345.67")

    grid = only_grid(pdf.read(typeset(draw, tmp_path / "wrapped.pdf")))
    assert texts(grid)[0][1:4] == ["机关事业单位基本养老保险缴费支出", "1,234.00", "567.00"]
    assert texts(grid)[1] == ["", "", "", "", "123,456,789,012,345.67"]


def test_an_empty_form_keeps_its_blank_rows(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        write_rows(canvas, ROWS[:1])
        rule(canvas, rows=18)

    grid = only_grid(pdf.read(typeset(draw, tmp_path / "empty.pdf")))
    assert (grid.row_count, grid.column_count, len(grid.cells)) == (18, 5, 5)


def test_prose_and_frames_are_no_tables(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(30, 30, 535, 535)
        for number in range(20):
            canvas.drawString(60, 540 - 20 * number, "2024年度支出1,234.56万元，增加12.3万元。")

    document = pdf.read(typeset(draw, tmp_path / "prose.pdf"))
    assert [block.text for block in document.blocks if isinstance(block, Paragraph)] == [
        "2024年度支出1,234.56万元,增加12.3万元。"
    ] * 20
    assert len(document.blocks) == 20


def test_pages_without_text_are_left_out_unless_there_is_no_other(tmp_path: Path) -> None:
    def scan_then_table(canvas: Canvas) -> None:
        canvas.rect(50, 50, 100, 100, fill=1)
        canvas.showPage()
        canvas.setFont(FONT, 10)
        ruled_table(canvas)

    document = pdf.read(typeset(scan_then_table, tmp_path / "mixed.pdf"))
    assert document.page_count == 2
    assert {block.page for block in document.blocks} == {2}
    scan = typeset(lambda canvas: canvas.rect(50, 50, 100, 100, fill=1), tmp_path / "scan.pdf")
    with pytest.raises(ReadError, match="OCR"):
        pdf.read(scan)


def test_a_protected_file_is_refused(tmp_path: Path) -> None:
    path = typeset(ruled_table, tmp_path / "locked.pdf", encrypt="secret")
    with pytest.raises(ReadError, match="protected by a password"):
        pdf.read(path)
    forbidden = StandardEncryption("", ownerPassword="owner", canCopy=0)  # noqa: S106
    path = typeset(ruled_table, tmp_path / "forbidden.pdf", encrypt=forbidden)
    with pytest.raises(ReadError, match="does not permit"):
        pdf.read(path)


def test_what_is_no_whole_pdf_says_why(tmp_path: Path) -> None:
    whole = typeset(ruled_table, tmp_path / "whole.pdf").read_bytes()
    broken = tmp_path / "broken.pdf"
    for data, reason in [
        (b"", "empty"),
        (b"PK\x03\x04 not this", "not a PDF"),
        (b"%PDF-1.7\nhello", "truncated"),
        (whole[: len(whole) // 2], "truncated"),
        (whole[: len(whole) - 8], "truncated"),
        (b"%PDF-1.7\nhello\n%%EOF\n", "damaged"),
    ]:
        broken.write_bytes(data)
        with pytest.raises(ReadError, match=reason):
            pdf.read(broken)


def test_a_file_cut_anywhere_or_with_a_wrong_byte_never_crashes(tmp_path: Path) -> None:
    whole = typeset(ruled_table, tmp_path / "whole.pdf").read_bytes()
    broken = tmp_path / "broken.pdf"
    for place in range(10, len(whole), len(whole) // 60):
        for data in (whole[:place], whole[:place] + b"\xff" + whole[place + 1 :]):
            broken.write_bytes(data)
            try:
                pdf.read(broken)
            except ReadError as error:
                assert str(error)  # noqa: PT017


def test_too_many_pages_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 2)
    path = tmp_path / "long.pdf"
    file = pdfium.PdfDocument.new()
    for _ in range(3):
        file.new_page(100, 100)
    buffer = BytesIO()
    file.save(buffer)
    path.write_bytes(buffer.getvalue())
    with pytest.raises(ReadError, match="3 pages"):
        pdf.read(path)


def published(stem: str) -> Path:
    path = next(PUBLISHED.rglob(f"{stem}.pdf"), None) if PUBLISHED.is_dir() else None
    if path is None:
        pytest.skip("the published documents are not on this machine")
    return path


CODE = re.compile(r"\d{3,7}")
AMOUNT = re.compile(r"-?\d[\d,]*(\.\d+)?%?|[-—]+")


def coded_row(row: list[str]) -> tuple[str, ...] | None:
    """Code and amounts of a row as printed, None where it has no code or no amount."""
    filled = [squeeze(normalise(text)) for text in row if text]
    numbers = tuple(text for text in filled if AMOUNT.fullmatch(text))
    return numbers if len(numbers) > 1 and any(map(CODE.fullmatch, filled)) else None


@pytest.mark.parametrize("stem", DOCUMENTS)
def test_coded_rows_agree_with_pdfplumber(stem: str) -> None:
    path = published(stem)
    ours: Counter[tuple[int, tuple[str, ...]]] = Counter()
    for block in pdf.read(path).blocks:
        if isinstance(block, Grid):
            ours.update((block.page, key) for row in texts(block) if (key := coded_row(row)))
    theirs: Counter[tuple[int, tuple[str, ...]]] = Counter()
    with pdfplumber.open(path) as file:
        for page in file.pages:
            for table in page.extract_tables():
                rows = ([text or "" for text in row] for row in table)
                theirs.update((page.page_number, key) for row in rows if (key := coded_row(row)))
            page.close()
    assert sum(theirs.values()) > 90
    assert sum((ours & theirs).values()) >= 0.995 * sum(theirs.values())


@pytest.mark.parametrize(
    ("stem", "grids", "cells"),
    [
        (
            "上海市普陀区财政局2024年度部门决算",
            15,
            {(8, 7, 6): "1,511.89", (8, 13, 4): "行政单位离退休"},
        ),
        (
            "江苏省委办公厅2018年度部门预算公开表",
            13,
            {(5, 1, 1): "合计"},
        ),
        ("江苏省人大办公厅2017年度预算公开", 22, {(11, 3, 3): "10,528.33"}),
    ],
)
def test_known_cells_of_published_documents(
    stem: str, grids: int, cells: dict[tuple[int, int, int], str]
) -> None:
    path = published(stem)
    document = pdf.read(path)
    found = [block for block in document.blocks if isinstance(block, Grid)]
    assert len(found) == grids
    by_place: dict[tuple[int, int, int], str] = {}
    for grid in found:
        for cell in grid.cells:
            by_place.setdefault((cell.page, cell.row_number, cell.column_number), cell.text)
    assert {place: by_place.get(place) for place in cells} == cells
    assert assert_provenance(path, document) > 300
