"""The work on one document, in the shape in which a worker process is sent it.

Here: records that can be pickled and called. They are no part of the assets, because a worker that
unpickles one imports its module, and should not have to import Dagster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.cache import Results, forms_results, hash_of, hash_of_file, tables_results

if TYPE_CHECKING:
    from dagster_project.extraction import DocumentEntry, FormsSummary, TablesSummary
    from dagster_project.resources import Domain
    from dagster_project.settings import Settings

_TABLES_FILE = "tables.parquet"


class ChangedError(OSError):
    """The file is not the one that was registered; the next run registers it anew."""


@dataclass(frozen=True)
class ReadTables:
    """Read one document; the result is its grids."""

    extract_tables: Callable[[Path, DocumentEntry, Path], TablesSummary]
    raw: Path
    entry: DocumentEntry
    results: Results

    def __call__(self) -> dict[str, Any]:
        """Do it, and return the summary."""
        return self.results.make(self._write)

    def _write(self, target: Path) -> TablesSummary:
        summary = self.extract_tables(self.raw, self.entry, target / _TABLES_FILE)
        place = self.entry.below(self.raw)
        if not self.entry.problem and hash_of_file(place) != self.entry.sha256:
            raise ChangedError("the file was changed while it was read")
        return summary


@dataclass(frozen=True)
class RecogniseForms:
    """Recognise the forms in a document's grids; the result is its rows for staging."""

    extract_forms: Callable[[Path, DocumentEntry, Path, Path], FormsSummary]
    tables: Results
    entry: DocumentEntry
    seeds: Path
    results: Results

    def __call__(self) -> dict[str, Any]:
        """Do it, and return the summary."""
        tables = self.tables.directory / _TABLES_FILE
        return self.results.make(
            lambda target: self.extract_forms(tables, self.entry, self.seeds, target)
        )


@dataclass(frozen=True)
class Preparation:
    """Nothing to do, but whoever is sent it imports the modules of both kinds of work."""

    extract_tables: Callable[[Path, DocumentEntry, Path], TablesSummary]
    extract_forms: Callable[[Path, DocumentEntry, Path, Path], FormsSummary]

    def __call__(self) -> None:
        """Do it."""


def reading(settings: Settings, domain: Domain, entry: DocumentEntry) -> ReadTables:
    """The reading of a document; its result depends on the content and the readers."""
    results = tables_results(settings.cache, domain.reader_version, entry.sha256)
    return ReadTables(domain.extract_tables, settings.raw, entry, results)


def recognition(
    settings: Settings, domain: Domain, entry: DocumentEntry, tables: Results, catalogue: str
) -> RecogniseForms:
    """The recognition of a document; its path and manifest row are in the rows themselves.

    Args:
        settings: where things lie.
        domain: how forms are recognised.
        entry: the document.
        tables: its grids.
        catalogue: the hash of the catalogue.
    """
    context = hash_of(
        domain.reader_version,
        domain.recognition_version,
        catalogue,
        entry.file_path,
        entry.manifest,
    )
    results = forms_results(settings.cache, entry.sha256, context)
    return RecogniseForms(domain.extract_forms, tables, entry, settings.seeds, results)
