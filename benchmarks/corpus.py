"""Documents in any number for measurements: forms of tests/corpus, typeset for other bodies.

Each has the first forms and the text of a published budget or final account under the name of a
body of its own, so that nothing is equal to anything, and every balance identity holds. One of ten
is a PDF, the others are HTML and Markdown: to typeset a thousand PDFs takes longer than what is
measured.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.corpus import documents  # noqa: E402
from tests.corpus.model import Block, Document, Form, Paragraph  # noqa: E402

_SOURCES = ("nanan_jxw_2024_budget", "qujing_gxj_2024_final_account")
_FORMS = 8
_DIGITS = "〇一二三四五六七八九"
_KINDS = ("小学", "中学", "医院", "图书馆", "幼儿园")


def write(directory: Path, count: int, forms: int = _FORMS) -> None:
    """Fill a directory with ``count`` documents and their manifest."""
    directory.mkdir(parents=True, exist_ok=True)
    entries = {Path(entry["file"]).stem: entry for entry in documents.entries()}
    rows = []
    for number in range(count):
        source = _SOURCES[number // len(_KINDS) % len(_SOURCES)]
        ordinal = "".join(_DIGITS[int(digit)] for digit in str(number))
        body = f"第{ordinal}{_KINDS[number % len(_KINDS)]}"
        entry = entries[source]
        suffix = ".pdf" if number % 10 == 0 else (".html", ".md")[number % 2]
        path = directory / f"{number:05}{suffix}"
        path.write_bytes(documents.RENDERERS[suffix](typeset(source, body, forms)))
        rows.append({
            "file": path.name, "publisher": f"{entry['region_name']}{body}",
            **{key: entry[key] for key in ("region_code", "fiscal_year", "kind")},
        })  # fmt: skip
    with (directory / documents.MANIFEST).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def typeset(source: str, body: str, forms: int) -> Document:
    """A document of the corpus under another body's name, with its text and so many forms."""
    document = documents.load(source)
    entry = next(e for e in documents.entries() if Path(e["file"]).stem == source)
    old, new = document.publisher, f"{entry['region_name']}{body}"
    return replace(
        document,
        title=document.title.replace(old, new),
        publisher=new,
        contents=(),
        blocks=tuple(_renamed(document.blocks, old, new, forms)),
    )


def _renamed(blocks: tuple[Block, ...], old: str, new: str, forms: int) -> Iterator[Block]:
    left = forms
    for block in blocks:
        if isinstance(block, Paragraph):
            yield Paragraph(block.text.replace(old, new))
        elif not isinstance(block, Form):
            yield block
        elif left and not block.is_sheet:
            left -= 1
            yield replace(
                block,
                title=block.title.replace(old, new),
                department=block.department.replace(old, new),
                cells=tuple(
                    replace(cell, text=cell.text.replace(old, new)) for cell in block.cells
                ),
            )
