"""Tests of choosing a reader: what a file holds decides, not its name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from dagster_project import readers
from dagster_project.readers.document import Grid, Paragraph, ReadError

PAGE = (
    "<!DOCTYPE html><html><body><p>部门预算</p><table><tr><td>合计</td><td>7.00</td></tr></table>"
)


def put(tmp_path: Path, name: str, data: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def pdf() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, "budget")
    canvas.save()
    return file.getvalue()


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("a.txt", "预算")
    return file.getvalue()


@pytest.mark.parametrize("name", ["a.txt", "a", "a.pdf", "网页.xls"])
def test_html_under_any_name(tmp_path: Path, name: str) -> None:
    document = readers.read(put(tmp_path, name, PAGE.encode()))
    assert document.format == "html"
    assert [type(block) for block in document.blocks] == [Paragraph, Grid]


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("<table><tr><td>合计</td></tr></table>\n", "html"),
        (
            "<!-- x -->\n<div>部门\n<p>预算\n<table><tr><td>合计</td></tr></table>\n注\n</div>",
            "html",
        ),
        ("部门预算\n<!doctype html><p>合计\n", "html"),
        ("单位：元</td></tr></table><table><tr><td>合计</td></tr></table>", "html"),
        ("部门预算\n\n<table><tr><td>合计</td></tr></table>\n", "text"),
        ("<html><body><table></table></body></html>\n\n表二\n单位：元\n<table></table>", "text"),
        ("<table><tr><td>合计</td></tr></table>\n\n注：无\n", "text"),
    ],
)
def test_lines_outside_of_elements_make_a_text(tmp_path: Path, source: str, kind: str) -> None:
    assert readers.read(put(tmp_path, "a", source.encode())).format == kind


@pytest.mark.parametrize("name", ["a.pdf", "a", "a.html"])
def test_pdf_under_any_name(tmp_path: Path, name: str) -> None:
    assert readers.read(put(tmp_path, name, pdf())).format == "pdf"


def test_pdf_after_a_few_bytes_of_something_else(tmp_path: Path) -> None:
    assert readers.read(put(tmp_path, "a.pdf", b"\r\n\r\n" + pdf())).format == "pdf"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a"])
def test_text_under_any_name_and_in_any_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    document = readers.read(put(tmp_path, name, "东岭市工业局部门预算\n".encode(encoding)))
    (paragraph,) = document.blocks
    assert isinstance(paragraph, Paragraph)
    assert (document.format, paragraph.text) == ("text", "东岭市工业局部门预算")


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16"])
def test_html_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    page = PAGE.replace("<body>", f'<head><meta charset="{encoding}"></head><body>')
    document = readers.read(put(tmp_path, "a.html", page.encode(encoding)))
    assert document.format == "html"
    assert document.blocks[0] == Paragraph("部门预算", 1, document.blocks[0].row_number)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "old Office"),
        (b"\x89PNG\r\n\x1a\n" + bytes(64), "image"),
        (b"\xff\xd8\xff\xe0" + bytes(64), "image"),
        (b"GIF89a" + bytes(64), "image"),
        (b"\x1f\x8b\x08" + bytes(64), "compressed"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(64), "compressed"),
        (b"Rar!\x1a\x07" + bytes(64), "compressed"),
        (bytes(range(256)), "binary"),
        (b"\n\n", "no text"),
    ],
)
def test_what_is_not_read_says_what_it_is(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        readers.read(put(tmp_path, "预算.pdf", data))


def test_a_file_too_large_is_refused_without_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, "a.txt", b"a" * 2_000_000)
    monkeypatch.setattr(readers.package, "MAX_BYTES", 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the whole file was read"))
    with pytest.raises(ReadError, match="larger than 1 MiB"):
        readers.read(path)
    monkeypatch.undo()
    monkeypatch.setattr(readers.text, "MAX_BYTES", 1024 * 1024)
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("the whole file was read"))
    with pytest.raises(ReadError, match="text or a page of more than 1 MiB"):
        readers.read(path)
