"""The documents of ``raw/``: their figure files, their renderer and their manifest entry.

A document's folder under ``figures/`` has ``document.json`` (title, contents, blocks in printed
order) and one CSV per form. ``figures/documents.csv`` lists the documents with what is known of
their publication. A new document is new figure files and a line there.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.corpus.model import (
    Block,
    Column,
    Document,
    Form,
    Heading,
    Paragraph,
    place_cells,
)
from tests.corpus.render_html import render_html
from tests.corpus.render_markdown import render_markdown, render_text

FIGURES = Path(__file__).parent / "figures"
MANIFEST = "manifest.csv"
MANIFEST_FIELDS = (
    "file",
    "sha256",
    "bytes",
    "publisher",
    "region_code",
    "region_name",
    "fiscal_year",
    "kind",
    "source",
    "licence_note",
    "published_date",
    "typeset_date",
)
NOTICE = (
    "本文件由本项目依据已公开数字重新排版，并非原件",
    "Re-typeset from published figures; not the original",
)


def _render_pdf(document: Document) -> bytes:
    # reportlab is needed for this format only.
    from tests.corpus.render_pdf import render_pdf

    return render_pdf(document)


RENDERERS: dict[str, Callable[[Document], bytes]] = {
    ".pdf": _render_pdf,
    ".html": render_html,
    ".md": render_markdown,
    ".txt": render_text,
}


def entries() -> list[dict[str, str]]:
    """Return the documents' lines of ``figures/documents.csv`` in the manifest's order."""
    with (FIGURES / "documents.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def load(name: str) -> Document:
    """Read a document from its figure files; ``name`` is the folder's name."""
    folder = FIGURES / name
    content = json.loads((folder / "document.json").read_text(encoding="utf-8"))
    return Document(
        title=content["title"],
        publisher=content["publisher"],
        notice=tuple(content.get("notice", NOTICE)),
        contents_title=content.get("contents_title", ""),
        contents=tuple(content.get("contents", ())),
        blocks=tuple(_block(folder, block) for block in content["blocks"]),
    )


def read_grid(folder: Path, form: str) -> list[list[str]]:
    """Read a form's figure file as rows of texts, span marks included."""
    with (folder / f"{form}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.reader(lines))


def _block(folder: Path, block: dict[str, Any]) -> Block:
    if "heading" in block and "form" not in block:
        return Heading(block["heading"], block["level"])
    if "paragraph" in block:
        return Paragraph(block["paragraph"])
    return _form(folder, dict(block))


def _form(folder: Path, block: dict[str, Any]) -> Form:
    grid = read_grid(folder, block.pop("form"))
    widths = block.pop("widths", [1.0] * len(grid[0]))
    columns = zip(widths, block.pop("align"), strict=True)
    return Form(
        columns=tuple(Column(width, align) for width, align in columns),
        row_count=len(grid),
        cells=place_cells(grid),
        notes=tuple(block.pop("notes", ())),
        **block,
    )


def render(name: str, suffix: str) -> bytes:
    """Render a document in the format of a file suffix such as ``.pdf``."""
    return RENDERERS[suffix](load(name))


def build() -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of every document, the manifest last."""
    manifest = []
    for entry in entries():
        path = Path(entry["file"])
        content = render(path.stem, path.suffix)
        manifest.append(
            {**entry, "sha256": sha256(content).hexdigest(), "bytes": str(len(content))}
        )
        yield entry["file"], content
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, MANIFEST_FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(manifest)
    yield MANIFEST, text.getvalue().encode()
