"""Damaged files of every format: a document or a reason, never a crash, and soon.

The readers of containers damage the parts inside them, too; those tests stand beside their own.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from dagster_project import readers
from dagster_project.readers import image, ocr
from dagster_project.readers.document import Document, ReadError
from tests.corpus.model import Column, Form, place_cells
from tests.corpus.model import Document as Typeset
from tests.corpus.render_csv import render_csv
from tests.corpus.render_docx import render_docx
from tests.corpus.render_html import render_html
from tests.corpus.render_markdown import render_markdown
from tests.corpus.render_ofd import render_ofd
from tests.corpus.render_scan import Scanner, to_image, to_pdf
from tests.corpus.render_xls import render_xls
from tests.corpus.render_xlsx import render_xlsx
from tests.readers.fuzzing import damage, fuzz, reads_or_refuses, zipped

# Opening a PDF loads a library the first time; a hang is longer than that on any machine.
DEADLINE = timedelta(seconds=20)
FORMATS = {"pdf", "image", "xlsx", "xls", "docx", "ofd", "html", "text", "csv", "zip"}


def document() -> Typeset:
    rows = [["科目", "合计", "←"], ["↑", "基本支出", "项目支出"], ["行政运行", "1,234.00", ""],
            ["其他支出", "60.00", "3,000.00"], ["合计", "1,294.00", "3,000.00"]]  # fmt: skip
    form = Form("公开03表", "支出决算表", "元", (Column(), Column(), Column()), 5, 2,
                place_cells(rows))  # fmt: skip
    return Typeset("某局2024年度部门决算", "某局", ("注",), blocks=(form,))


def typeset() -> bytes:
    """A page with a ruled table, its content not packed, so that damage reaches the drawing."""
    target = BytesIO()
    canvas = Canvas(target, pagesize=(300, 200), invariant=1, pageCompression=0)
    for row in range(4):
        canvas.line(20, 40 + 30 * row, 280, 40 + 30 * row)
        for column in range(2) if row < 3 else ():
            canvas.drawString(30 + 130 * column, 50 + 30 * row, f"{row}{column},000.00")
    for x in (20, 150, 280):
        canvas.line(x, 40, x, 130)
    canvas.save()
    return target.getvalue()


@cache
def samples() -> dict[str, bytes]:
    """A whole file of every format, by what it is."""
    pages = Scanner(dpi=50).scan(typeset(), [1])
    form = document()
    return {
        "PDF": typeset(),
        "scanned PDF": to_pdf(pages),
        "PNG": to_image(pages, "PNG"),
        "JPEG": to_image(pages, "JPEG"),
        "TIFF": to_image(pages * 2, "TIFF"),
        "XLSX": render_xlsx(form),
        "XLS": render_xls(form),
        "DOCX": render_docx(form),
        "OFD": render_ofd(form),
        "HTML": render_html(form),
        "HTML in GB 18030": render_html(form).decode().encode("gb18030"),
        "Markdown": render_markdown(form),
        "text in UTF-16": render_markdown(form).decode().encode("utf-16"),
        "CSV": render_csv(form),
        "ZIP": zipped({"表.csv": render_csv(form), "表.xls": render_xls(form)}),
    }


NAMES = [
    "PDF", "scanned PDF", "PNG", "JPEG", "TIFF", "XLSX", "XLS", "DOCX", "OFD", "HTML",
    "HTML in GB 18030", "Markdown", "text in UTF-16", "CSV", "ZIP",
]  # fmt: skip


@contextmanager
def unrecognised() -> Any:
    """An image holds one line once it is open: recognition is no part of opening a file."""
    line = readers.document.Paragraph("图", 1, 1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ocr, "read_image", lambda *_: [line])
        yield


def reading(path: Path) -> Callable[[bytes], Document]:
    def read(data: bytes) -> Document:
        path.write_bytes(data)
        with unrecognised():
            return readers.read(path)

    return read


def test_every_format_is_here(tmp_path: Path) -> None:
    read = reading(tmp_path / "document")
    assert list(samples()) == NAMES
    assert {read(data).format for data in samples().values()} == FORMATS


@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_are_read_or_refused(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    read = reading(tmp_path_factory.mktemp("damaged") / "document")

    @settings(fuzz, deadline=DEADLINE)
    @given(damage(), damage())
    def check(change: Callable[[bytes], bytes], again: Callable[[bytes], bytes]) -> None:
        reads_or_refuses(read, change(samples()[name]))
        reads_or_refuses(read, again(change(samples()[name])))

    check()


@pytest.mark.parametrize(
    "head", [b"", b"%PDF-1.7\n", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"\xff\xd8\xff",
             b"<html>", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)  # fmt: skip
def test_any_bytes_are_read_or_refused(head: bytes, tmp_path: Path) -> None:
    read = reading(tmp_path / "document")

    @settings(fuzz, deadline=DEADLINE)
    @given(st.binary(max_size=400))
    def check(data: bytes) -> None:
        reads_or_refuses(read, head + data)

    check()


@settings(max_examples=10, deadline=None, derandomize=True, database=None)
@given(seed=st.integers(0, 2**32 - 1), height=st.integers(1, 300), width=st.integers(1, 300))
def test_any_picture_is_read_or_refused(seed: int, height: int, width: int) -> None:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (height, width)).astype(np.uint8)
    pixels[:: int(random.integers(5, 60))] = 0
    pixels[:, :: int(random.integers(5, 60))] = 0
    target = BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    reads_or_refuses(image.read, target.getvalue())


def test_a_reader_that_crashes_is_noticed() -> None:
    def crash(_: bytes) -> Document:
        raise IndexError("of a reader")

    def refuse_without_reason(_: bytes) -> Document:
        raise ReadError("")

    with pytest.raises(IndexError):
        reads_or_refuses(crash, b"")
    with pytest.raises(AssertionError):
        reads_or_refuses(refuse_without_reason, b"")
