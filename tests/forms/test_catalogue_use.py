"""What the catalogue's wordings are needed for: recognition without a document's own, idle rows.

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
from dagster_project.forms.catalogue import Catalogue, Wordings, bare
from dagster_project.forms.recognise import recognise
from dagster_project.forms.titles import Titles
from dagster_project.readers import ReadError, read
from dagster_project.readers.document import Document, Grid, Paragraph

ROOT = Path(__file__).parents[2]
CATALOGUE = catalogue.load(ROOT / "dbt" / "seeds")
LAYOUTS = Path(__file__).parent / "layouts"
PUBLISHED = ROOT.parent / "shared" / "documents" / "published"
FORMATS = {".md", ".html", ".xlsx", ".docx", ".pdf"}
LIKELY = 0.9  # the share of forms that is recognised without the document's own wordings


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


@lru_cache(maxsize=64)
def texts(name: str) -> frozenset[str]:
    """Every wording of a document as the catalogue compares it."""
    found = set()
    for block in documents()[name].blocks:
        if isinstance(block, Paragraph):
            found.add(bare(block.text))
        elif isinstance(block, Grid):
            found |= {bare(cell.text) for cell in block.cells}
    return frozenset(found)


def without(name: str) -> Catalogue:
    """The catalogue without every title that the document prints anywhere, official ones too.

    Headers and labels are left out if no other document prints them: those that all provinces
    share are known without this one.
    """
    printed = "\n".join(texts(name))
    others = frozenset[str]().union(*(texts(other) for other in documents() if other != name))
    own = texts(name) - others
    return replace(
        CATALOGUE,
        titles=tuple(row for row in CATALOGUE.titles if bare(row[0]) not in printed),
        headers=tuple(row for row in CATALOGUE.headers if bare(row[0].split("/")[-1]) not in own),
        labels=tuple(row for row in CATALOGUE.labels if bare(row[0]) not in own),
    )


@pytest.mark.parametrize("name", sorted(path.name for path in _files()))
def test_a_document_is_recognised_without_any_wording_of_its_own(name: str) -> None:
    """Leaving one document's aliases out loses no more than those wordings."""
    document = documents()[name]
    known = without(name)
    wanted, found = forms(document, CATALOGUE), forms(document, known)
    assert not wanted or len(known.titles) < len(CATALOGUE.titles)
    kept = sum(min(wanted.count(form), found.count(form)) for form in set(wanted))
    assert kept >= LIKELY * len(wanted), sorted(set(wanted) - set(found))
    # What is no longer known is listed as such; it is not taken for another form.
    assert len(found) <= len(wanted)


def test_rows_of_the_catalogue_that_no_document_exercises_are_reported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A report with a floor: wordings that are certain may stand before a document prints them.

    A row is exercised if recognition found a meaning by it, not if its letters stand somewhere.
    """
    used: set[str] = set()
    exact, like, title = Wordings.exact, Wordings.like, Titles.candidates

    def seen_exact(self: Wordings[object], wording: str) -> list[object]:
        found = exact(self, wording)
        used.update({bare(wording)} if found else ())
        return found

    def seen_like(self: Wordings[object], wording: str, cutoff: float) -> object:
        if bare(wording) in self._meanings:
            used.add(bare(wording))
        return like(self, wording, cutoff)

    titles: set[str] = set()
    known = {bare(row[0]) for row in CATALOGUE.titles}

    def seen_title(self: Titles, text: str) -> dict[str, float]:
        titles.update(reading for reading in self.readings(text) if reading in known)
        return title(self, text)

    monkeypatch.setattr(Wordings, "exact", seen_exact)
    monkeypatch.setattr(Wordings, "like", seen_like)
    monkeypatch.setattr(Titles, "candidates", seen_title)
    for document in documents().values():
        recognise(document, "0" * 16, CATALOGUE, {})
    rows = {
        "form_titles": ([row[0] for row in CATALOGUE.titles], titles),
        "form_columns": ([row[0] for row in CATALOGUE.headers], used),
        "form_rows": ([row[0] for row in CATALOGUE.labels], used),
    }
    for seed, (wordings, exercised) in rows.items():
        idle = [wording for wording in wordings if bare(wording) not in exercised]
        if idle:
            warnings.warn(f"{seed}: no document exercises {', '.join(idle)}", stacklevel=1)
        # Many rows are wordings of the field that no document at hand prints.
        assert len(idle) < 0.7 * len(wordings), seed
