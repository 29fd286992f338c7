"""The office renderers give the same bytes every time, and print every cell."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from tests.corpus.documents import load
from tests.corpus.model import Document
from tests.corpus.render_csv import render_csv
from tests.corpus.render_ofd import render_ofd
from tests.corpus.render_sheet import pages

XIANNING = "xianning_jxj_2023_budget"


def _office(name: str) -> Callable[[Document], bytes]:
    module = pytest.importorskip(f"tests.corpus.render_{name}", reason=f"writes {name}")
    render: Callable[[Document], bytes] = getattr(module, f"render_{name}")
    return render


@pytest.mark.parametrize("name", ["xlsx", "xls", "docx", "ofd", "csv"])
def test_same_bytes_every_time(name: str) -> None:
    render = _office(name)
    assert render(load(XIANNING)) == render(load(XIANNING))


def test_sheets_hold_every_cell_once() -> None:
    document = load(XIANNING)
    expected = sorted(cell.text for form in document.forms for cell in form.cells if cell.text)
    for stacked in (False, True):
        found = [v.text for p in pages(document, stacked=stacked) for v in p.values if v.is_framed]
        assert sorted(filter(None, found)) == expected
    names = [page.name for page in pages(document)]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 31


def test_separated_values_are_rectangular() -> None:
    lines = render_csv(load(XIANNING), delimiter="\x1f").decode().splitlines()
    assert len({line.count("\x1f") for line in lines if '"' not in line}) == 1


def test_ofd_prints_every_text() -> None:
    document = load(XIANNING)
    with zipfile.ZipFile(BytesIO(render_ofd(document))) as file:
        pages_of_file = [file.read(name).decode() for name in file.namelist() if "Pages" in name]
    printed = "".join(re.findall(r">([^<]*)</ofd:TextCode>", "".join(pages_of_file)))
    short = {cell.text for form in document.forms for cell in form.cells if len(cell.text) < 6}
    assert {text for text in short if text not in printed} == set()
