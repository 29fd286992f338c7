"""What assets are given: the domain's functions and the place a run works in.

Here: shapes only. The functions are put in by `assembly`, so that assets can be tested with
others, and so that nothing here depends on a reader or on Dagster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster_project.extraction import DocumentEntry, FormsSummary, TablesSummary
    from dagster_project.history import Notes


@dataclass(frozen=True)
class Domain:
    """The domain's functions, as `dagster_project.extraction` and `.balance.repair` have them.

    `extract_tables` and `extract_forms` run in other processes and must be picklable.
    """

    reader_version: str
    recognition_version: str
    schemas: Mapping[str, Mapping[str, Any]]
    register: Callable[[Path], list[DocumentEntry]]
    extract_tables: Callable[[Path, DocumentEntry, Path], TablesSummary]
    extract_forms: Callable[[Path, DocumentEntry, Path, Path], FormsSummary]
    repair: Callable[[pl.DataFrame, pl.DataFrame], tuple[pl.DataFrame, pl.DataFrame]]


@dataclass(frozen=True)
class Workspace:
    """The place one run works in: its settings, and the ledgers that one asset hands the next.

    Attributes:
        settings: where things lie.
        notes: what the run says of itself, for the history of runs.
    """

    settings: Settings
    notes: Notes

    @property
    def registry(self) -> Path:
        """Parquet, one row for each document of this run."""
        return self.settings.work / "registry.parquet"

    @property
    def inputs(self) -> Path:
        """JSON, the inputs of this run."""
        return self.settings.work / "inputs.json"

    @property
    def tables(self) -> Path:
        """Parquet, one row for each document: its grids, or why there are none."""
        return self.settings.work / "tables.parquet"

    @property
    def forms(self) -> Path:
        """Parquet, one row for each document: where its rows lie, and how many."""
        return self.settings.work / "forms.parquet"

    @property
    def quarantine(self) -> Path:
        """Results of documents whose worker failed in this run; the next run tries them again."""
        return self.settings.work / "quarantine"
