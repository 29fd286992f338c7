"""What the catalogue's wordings are needed for: likeness without one of them, and idle rows.

The documents are the layouts beside these tests, and the published documents where they are there.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.catalogue import Catalogue, bare
from dagster_project.forms.recognise import recognise
from dagster_project.readers import ReadError, read
from dagster_project.readers.document import Document, Grid, Paragraph

ROOT = Path(__file__).parents[2]
CATALOGUE = catalogue.load(ROOT / "dbt" / "seeds")
LAYOUTS = Path(__file__).parent / "layouts"
PUBLISHED = ROOT.parent / "shared" / "documents" / "published"
FORMATS = {".md", ".html", ".xlsx", ".docx", ".pdf"}
LIKELY = 0.9  # the share of forms that fuzzy evidence alone must recognise


def _files() -> Iterator[Path]:
    yield from sorted(path for path in LAYOUTS.iterdir() if path.suffix in FORMATS)
    if PUBLISHED.is_dir():
        yield from sorted(PUBLISHED.rglob("*.pdf"))


@lru_cache(maxsize=1)
def documents() -> dict[str, Document]:
    found = {}
    for path in _files():
        try:
            found[path.name] = read(path)
        except ReadError:
            continue
    return found


def forms(document: Document, known: Catalogue) -> list[str]:
    tables = recognise(document, "0" * 16, known, {})[1].tables
    return [form["form"] for form in tables.get("forms", []) if form["found"]]


def texts(document: Document) -> set[str]:
    """Every wording of a document as the catalogue compares it."""
    found = set()
    for block in document.blocks:
        if isinstance(block, Paragraph):
            found.add(bare(block.text))
        elif isinstance(block, Grid):
            found |= {bare(cell.text) for cell in block.cells}
    return found


def _without(printed: set[str], others: set[str]) -> Catalogue:
    """The catalogue without the titles and headers that this document alone prints."""
    own = printed - others
    titles = tuple((title, form) for title, form in CATALOGUE.titles if bare(title) not in own)
    headers = tuple(row for row in CATALOGUE.headers if bare(row[0].split("/")[-1]) not in own)
    return replace(CATALOGUE, titles=titles, headers=headers)


def test_forms_are_recognised_by_likeness_without_the_documents_own_wordings() -> None:
    printed = {name: texts(document) for name, document in documents().items()}
    kept, all_of_them = 0, 0
    for name, document in documents().items():
        others: set[str] = set().union(*(t for other, t in printed.items() if other != name))
        wanted, found = forms(document, CATALOGUE), forms(document, _without(printed[name], others))
        all_of_them += len(wanted)
        kept += sum(min(wanted.count(form), found.count(form)) for form in set(wanted))
    assert all_of_them > 60
    assert kept >= LIKELY * all_of_them


@pytest.mark.parametrize("name", sorted(path.name for path in _files()))
def test_no_document_needs_a_title_of_its_own(name: str) -> None:
    """Each document keeps its forms when every title that it prints itself is left out but one.

    The title that is left is the form's own name, so what is tested is likeness and not luck.
    """
    document = documents()[name]
    printed = texts(document)
    names = {form.name for form in CATALOGUE.forms.values()}
    titles = [
        (title, form)
        for title, form in CATALOGUE.titles
        if title in names or not any(bare(title) in text for text in printed)
    ]
    titles += [(form.name, form.form) for form in CATALOGUE.forms.values()]
    wanted = forms(document, CATALOGUE)
    found = forms(document, replace(CATALOGUE, titles=tuple(titles)))
    kept = sum(min(wanted.count(form), found.count(form)) for form in set(wanted))
    assert kept >= LIKELY * len(wanted)


def test_rows_of_the_catalogue_that_no_document_exercises_are_reported() -> None:
    """A report, not a rule: wordings that are certain may stand before a document prints them."""
    printed = "\n".join(sorted(set().union(*map(texts, documents().values()))))
    idle = {
        "form_titles": [title for title, _ in CATALOGUE.titles if bare(title) not in printed],
        "form_columns": [
            header
            for header, *_ in CATALOGUE.headers
            if not all(bare(part) in printed for part in header.split("/"))
        ],
        "form_rows": [label for label, *_ in CATALOGUE.labels if bare(label) not in printed],
    }
    for seed, wordings in idle.items():
        if wordings:
            warnings.warn(f"{seed}: no document prints {', '.join(wordings)}", stacklevel=1)
    assert len(idle["form_titles"]) < len(CATALOGUE.titles)
