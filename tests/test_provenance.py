"""Two hundred printed amounts of PDFs: what stands in the stored box on the stored page.

pdfium is asked for the text inside the box, and not the reader that put the text there.
"""

from __future__ import annotations

import ctypes
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import pdf
from dagster_project.readers.glyphs import normalise
from tests.corpus.documents import load
from tests.corpus.render_pdf import render_pdf

ROOT = Path(__file__).parents[1]
PUBLISHED = ROOT.parent / "shared" / "documents" / "published"
TYPESET = "qujing_gxj_2024_final_account"
SAMPLE = 200
# Device units a point, so that corners of boxes are not rounded away.
FINE = 100


def turned(content: bytes, rotation: int) -> bytes:
    """Every second page turned, as a viewer shows it; the text then lies on its side."""
    document = pdfium.PdfDocument(content)
    for page in list(document)[::2]:
        page.set_rotation(rotation)
    return b"".join(_saved(document))


def _saved(document: pdfium.PdfDocument) -> list[bytes]:
    class Parts(list[bytes]):
        def write(self, part: bytes) -> int:
            self.append(bytes(part))
            return len(part)

    parts = Parts()
    document.save(parts)
    return parts


SOURCES: dict[str, Callable[[], bytes]] = {
    "ruled": lambda: render_pdf(load(TYPESET)),
    "three rules": lambda: render_pdf(load(TYPESET), "three"),
    "no rules": lambda: render_pdf(load(TYPESET), "none"),
    "ruled, turned": lambda: turned(render_pdf(load(TYPESET)), 90),
    "no rules, turned": lambda: turned(render_pdf(load(TYPESET), "none"), 270),
}


def amounts(path: Path) -> list[dict[str, Any]]:
    seeds = catalogue.load(ROOT / "dbt" / "seeds")
    lines = recognise(pdf.read(path), "0" * 16, seeds, {})[1].tables.get("lines", [])
    return [line for line in lines if line["number_text"] is not None]


def text_inside(document: pdfium.PdfDocument, line: dict[str, Any]) -> str:
    """The text of the page inside the box of an amount, without spaces."""
    page = document[line["page"] - 1]
    width, height = (round(FINE * size) for size in page.get_size())
    corners = []
    for x, y in ((line["x0"], line["y0"]), (line["x1"], line["y1"])):
        px, py = ctypes.c_double(), ctypes.c_double()
        pdfium_c.FPDF_DeviceToPage(
            page.raw, 0, 0, width, height, 0, round(FINE * x), round(FINE * y), px, py
        )
        corners.append((px.value, py.value))
    (ax, ay), (bx, by) = corners
    text = page.get_textpage().get_text_bounded(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))
    return squeeze(text)


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", normalise(text))


def check(path: Path, size: int) -> None:
    lines = amounts(path)
    chosen = random.Random(1).sample(lines, min(size, len(lines)))  # noqa: S311
    document = pdfium.PdfDocument(path)
    wrong = [
        (line["page"], line["printed_text"], text)
        for line in chosen
        if squeeze(line["printed_text"]) != (text := text_inside(document, line))
    ]
    document.close()
    assert chosen
    # A figure too long for its cell has a box that reaches into its neighbour's.
    assert all(squeeze(printed) in text for _, printed, text in wrong), wrong
    assert len(wrong) <= 0.01 * len(chosen), wrong


@pytest.mark.parametrize("source", SOURCES)
def test_typeset_amounts_stand_where_they_are_said_to(source: str, tmp_path: Path) -> None:
    path = tmp_path / "document.pdf"
    path.write_bytes(SOURCES[source]())
    check(path, SAMPLE)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published files are absent")
def test_published_amounts_stand_where_they_are_said_to() -> None:
    paths = [path for path in sorted(PUBLISHED.rglob("*.pdf")) if "表" in path.stem]
    assert paths
    for path in paths:
        check(path, SAMPLE // len(paths) + 1)
