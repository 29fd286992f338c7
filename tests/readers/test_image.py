"""Tests of image files: which are read, as what, and which are refused."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image, ImageOps
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from dagster_project.readers import image
from dagster_project.readers.document import Document, Grid, ReadError
from tests.corpus.render_scan import Scanner, to_image

FONT = "STSong-Light"
pdfmetrics.registerFont(UnicodeCIDFont(FONT))
ROWS = [["项目", "合计"], ["行政运行", "1,234.56"], ["一般行政管理事务", "200.00"]]
SIZE = (260, 90)


def pages(count: int = 1, dpi: int = 200) -> list[Image.Image]:
    target = BytesIO()
    canvas = Canvas(target, pagesize=SIZE, invariant=1)
    for _ in range(count):
        canvas.setFont(FONT, 10)
        for number, row in enumerate(ROWS):
            canvas.drawString(24, 66 - 20 * number, row[0])
            canvas.drawRightString(236, 66 - 20 * number, row[1])
        for number in range(4):
            canvas.line(20, 80 - 20 * number, 240, 80 - 20 * number)
        for x in (20, 150, 240):
            canvas.line(x, 80, x, 20)
        canvas.showPage()
    canvas.save()
    return Scanner(dpi=dpi).scan(target.getvalue(), list(range(1, count + 1)))


def texts(document: Document) -> list[list[list[str]]]:
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return [[[cell.text if cell else "" for cell in row] for row in g.matrix()] for g in grids]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_an_image_is_a_document_of_one_page(kind: str) -> None:
    document = image.read(to_image(pages(), kind))
    assert (document.format, document.text_origin, document.page_count) == ("image", "ocr", 1)
    assert texts(document) == [ROWS]
    cell = next(c for b in document.blocks if isinstance(b, Grid) for c in b.cells if c.row == 1)
    assert cell.box is not None
    scale = 200 / 72  # a pixel of the image counts as a point
    assert (cell.box.x0, cell.box.x1) == pytest.approx((20 * scale, 150 * scale), abs=3)


def test_every_page_of_a_tiff_is_read() -> None:
    document = image.read(to_image(pages(2), "TIFF"))
    assert document.page_count == 2
    assert texts(document) == [ROWS, ROWS]
    assert [block.page for block in document.blocks if isinstance(block, Grid)] == [1, 2]


def encoded(picture: Image.Image, **options: object) -> bytes:
    target = BytesIO()
    picture.save(target, "PNG", **options)
    return target.getvalue()


def test_the_resolution_noted_in_a_file_need_not_be_right() -> None:
    (page,) = pages()
    assert texts(image.read(encoded(page, dpi=(1200, 1200)))) == [ROWS]


def test_light_on_dark_and_transparent_paper_are_read_as_seen() -> None:
    (page,) = pages()
    assert texts(image.read(encoded(ImageOps.invert(page)))) == [ROWS]
    ink = ImageOps.invert(page)
    clear = Image.merge("LA", (Image.new("L", page.size, 0), ink))
    assert texts(image.read(encoded(clear))) == [ROWS]


def test_an_image_is_read_the_way_up_that_it_notes() -> None:
    (page,) = pages()
    turned = page.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6
    assert texts(image.read(encoded(turned, exif=exif))) == [ROWS]


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    for side in (10_000, 20_000):
        huge = encoded(Image.new("1", (side, side), 1))
        with pytest.raises(ReadError, match="more than the 60,000,000 pixels"):
            image.read(huge)


def test_too_many_pages_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "MAX_PAGES", 1)
    with pytest.raises(ReadError, match="2 pages, more than the 1"):
        image.read(to_image(pages(2, dpi=50), "TIFF"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_a_damaged_image_says_so(kind: str) -> None:
    data = to_image(pages(), kind)
    with pytest.raises(ReadError, match="damaged|cannot be|can be read"):
        image.read(data[: len(data) // 2])


def test_what_is_no_such_image_or_shows_no_text_says_so() -> None:
    with pytest.raises(ReadError, match="not a PNG, JPEG or TIFF"):
        image.read(b"GIF89a" + bytes(100))
    with pytest.raises(ReadError, match="no text"):
        image.read(encoded(Image.fromarray(np.full((300, 300), 255, np.uint8))))
