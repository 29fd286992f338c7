"""Tests of what is drawn on a page: rules in all the ways that producers draw them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from dagster_project.readers import drawing, ocr, pdf
from dagster_project.readers.document import Block

pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))

Draw = Callable[[Canvas], None]


@contextmanager
def first_page(draw: Draw, path: Path) -> Iterator[pdfium.PdfPage]:
    canvas = Canvas(str(path), pagesize=(200, 200))
    draw(canvas)
    canvas.showPage()
    canvas.save()
    document = pdfium.PdfDocument(path)
    yield document[0]
    document.close()


def drawn(draw: Draw, path: Path) -> drawing.Drawing:
    with first_page(draw, path) as page:
        return drawing.of(page)


def line(canvas: Canvas) -> None:
    canvas.line(10, 50, 110, 50)


def thin_rectangle(canvas: Canvas) -> None:
    canvas.rect(10, 49.75, 100, 0.5, stroke=0, fill=1)


def two_lines_in_one_path(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.moveTo(10, 50)
    path.lineTo(110, 50)
    path.moveTo(0, 0)
    path.curveTo(10, 10, 20, 20, 30, 30)
    canvas.drawPath(path)


def line_of_a_scaled_form(canvas: Canvas) -> None:
    canvas.beginForm("rule")
    canvas.line(0, 0, 50, 0)
    canvas.endForm()
    canvas.translate(10, 50)
    canvas.scale(2, 2)
    canvas.doForm("rule")


@pytest.mark.parametrize(
    "draw", [line, thin_rectangle, two_lines_in_one_path, line_of_a_scaled_form]
)
def test_a_rule_is_found_however_it_is_drawn(draw: Draw, tmp_path: Path) -> None:
    (rule,) = drawn(draw, tmp_path / "rule.pdf").rules
    assert rule == pytest.approx((10, 50, 110, 50), abs=1e-3)


def test_a_stroked_rectangle_is_four_rules_and_a_filled_one_none(tmp_path: Path) -> None:
    found = drawn(lambda canvas: canvas.rect(10, 20, 30, 40), tmp_path / "frame.pdf").rules
    assert sorted(found) == [
        (10, 20, 10, 60), (10, 20, 40, 20), (10, 60, 40, 60), (40, 20, 40, 60),
    ]  # fmt: skip
    shade = drawn(lambda canvas: canvas.rect(10, 20, 30, 40, 0, 1), tmp_path / "shade.pdf")
    assert shade.rules == []


def test_camelots_parser_is_asked_only_where_pdfium_drops_a_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(pdf, "_spare", lambda *arguments: asked.append(arguments[2]))

    def write(canvas: Canvas) -> None:
        canvas.drawString(20, 100, "1,234.56")
        canvas.drawString(20, 120, "")
        canvas.showPage()
        canvas.drawString(20, 100, "1,234.56")
        canvas.saveState()
        canvas.setFont("STSong-Light", 10)
        canvas.translate(100, 100)
        canvas.rotate(90)
        canvas.drawString(0, 0, "7")
        canvas.restoreState()

    drawn(write, tmp_path / "lost.pdf")
    pdf.read(tmp_path / "lost.pdf")
    assert asked == [2]


def an_empty_form(canvas: Canvas) -> None:
    for place in (10, 60, 110):
        canvas.line(place, 10, place, 110)
        canvas.rect(10, place, 100, 0.5, stroke=0, fill=1)
    canvas.rect(9.75, 9.75, 0.5, 0.5, stroke=0, fill=1)


def a_background(canvas: Canvas) -> None:
    canvas.setFillGray(0.9)
    canvas.rect(0, 0, 200, 200, stroke=0, fill=1)


def a_filled_frame(canvas: Canvas) -> None:
    canvas.rect(50, 50, 100, 100, stroke=0, fill=1)


def a_curve(canvas: Canvas) -> None:
    canvas.bezier(10, 10, 20, 40, 60, 40, 100, 10)


def strokes_of_letters(canvas: Canvas) -> None:
    canvas.line(20, 100, 26, 106)


def an_image(canvas: Canvas) -> None:
    canvas.drawInlineImage(Image.new("L", (20, 20)), 10, 10, 100, 100)


def a_note(canvas: Canvas) -> None:
    canvas.textAnnotation("见附表", (10, 10, 60, 40))


@pytest.mark.parametrize(
    ("draw", "may"),
    [
        (lambda canvas: None, False),
        (an_empty_form, False),
        (a_background, False),
        (a_filled_frame, True),
        (a_curve, True),
        (strokes_of_letters, True),
        (an_image, True),
        (line_of_a_scaled_form, True),
        (a_note, True),
    ],
)
def test_a_page_of_rules_alone_holds_no_writing(draw: Draw, may: bool, tmp_path: Path) -> None:
    with first_page(draw, tmp_path / "page.pdf") as page:
        assert drawing.may_hold_writing(page) is may


_PATTERN = b"""%PDF-1.4
1 0 obj <</Type /Catalog /Pages 2 0 R>> endobj
2 0 obj <</Type /Pages /Kids [3 0 R] /Count 1>> endobj
3 0 obj <</Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R
 /Resources <</Pattern <</P 5 0 R>>>>>> endobj
4 0 obj <</Length 36>> stream
/Pattern cs /P scn 0 0 200 200 re f
endstream endobj
5 0 obj <</Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 200 200]
 /XStep 200 /YStep 200 /Resources <<>> /Length 36>> stream
0 g 50 50 6 20 re f 60 50 6 20 re f
endstream endobj
trailer <</Root 1 0 R>>
%%EOF
"""


def test_a_page_filled_with_a_pattern_may_hold_writing() -> None:
    document = pdfium.PdfDocument(_PATTERN)
    assert drawing.may_hold_writing(document[0])
    document.close()


def test_only_a_page_that_may_hold_writing_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def recognise(page: pdfium.PdfPage, number: int) -> list[Block]:
        asked.append(number)
        return []

    monkeypatch.setattr(ocr, "read_pdf_page", recognise)

    def write(canvas: Canvas) -> None:
        canvas.drawString(20, 100, "1,234.56")
        for draw in (an_empty_form, an_image, a_curve):
            canvas.showPage()
            draw(canvas)

    drawn(write, tmp_path / "pages.pdf")
    pdf.read(tmp_path / "pages.pdf")
    assert asked == [3, 4]
