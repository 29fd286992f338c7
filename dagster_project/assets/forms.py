"""Asset `forms`: which statutory form each grid is, and the amounts of each form."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from dagster_project.assets.documents import read_registry
from dagster_project.assets.tables import run_tasks, tables
from dagster_project.cache import Results, forms_results, hash_of
from dagster_project.dbt_project import catalogue_hash
from dagster_project.extraction import DocumentEntry
from dagster_project.progress import SilentProgress
from dagster_project.quarantine import write_quarantined
from dagster_project.resources import Domain, Workspace
from dagster_project.tasks import RecogniseForms

LEDGER = {
    "document_id": pl.String,
    "directory": pl.String,
    "is_cached": pl.Boolean,
    "status": pl.String,
    "status_reason": pl.String,
    "forms_found": pl.Int64,
    "forms_declared": pl.Int64,
    "amounts": pl.Int64,
    "unrecognised": pl.Int64,
}


@dg.asset(deps=[tables], group_name="extraction", kinds={"polars", "parquet"})
def forms(
    context: dg.AssetExecutionContext,
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
    progress: dg.ResourceParam[SilentProgress],
) -> dg.MaterializeResult:
    """Recognised forms and their amounts; a document that gives none has a status that says why."""
    entries = {entry.document_id: entry for entry in read_registry(workspace)}
    read = {row["document_id"]: row for row in pl.read_parquet(workspace.tables).to_dicts()}
    failures = {name: row["failure"] for name, row in read.items() if row["failure"]}
    places = _places(workspace, domain, entries)
    tasks = {
        name: RecogniseForms(
            domain.extract_forms,
            Results(Path(read[name]["directory"])),
            entries[name],
            workspace.settings.seeds,
            place,
        )
        for name, place in places.items()
        if not place.exists and name not in failures
    }
    with progress.stage("Recognising forms", len(tasks)) as done:
        failures |= run_tasks(context, workspace, tasks, done)
    quarantined = {
        name: write_quarantined(workspace.quarantine / name, domain.schemas, entries[name], reason)
        for name, reason in failures.items()
    }
    ledger = _ledger(places, set(tasks), quarantined)
    ledger.write_parquet(workspace.forms)
    return dg.MaterializeResult(metadata=_metadata(ledger))


def _places(
    workspace: Workspace, domain: Domain, entries: Mapping[str, DocumentEntry]
) -> dict[str, Results]:
    """Where each document's result lies; its path and manifest row are in the rows themselves."""
    catalogue = catalogue_hash(workspace.settings)
    return {
        name: forms_results(
            workspace.settings.cache,
            domain.extractor_version,
            entry.sha256,
            hash_of(catalogue, entry.file_path, entry.manifest),
        )
        for name, entry in entries.items()
    }


def _ledger(
    places: Mapping[str, Results], tasks: set[str], quarantined: Mapping[str, Results]
) -> pl.DataFrame:
    rows = []
    for name, usual in places.items():
        place = quarantined.get(name, usual)
        row = {"document_id": name, "directory": str(place.directory), **place.summary()}
        row["is_cached"] = name not in tasks and name not in quarantined
        rows.append({column: row[column] for column in LEDGER})
    return pl.DataFrame(rows, schema=LEDGER)


def _metadata(ledger: pl.DataFrame) -> dict[str, Any]:
    statuses = {row["status"]: row["len"] for row in ledger.group_by("status").len().to_dicts()}
    reasons = ledger.filter(pl.col("status") == "quarantined").select(
        "document_id", "status_reason"
    )
    return {
        "documents": ledger.height,
        "documents_cached": int(ledger["is_cached"].sum()),
        "forms_found": int(ledger["forms_found"].sum()),
        "forms_declared": int(ledger["forms_declared"].sum()),
        "amounts": int(ledger["amounts"].sum()),
        "unrecognised": int(ledger["unrecognised"].sum()),
        "status": dg.MetadataValue.json(statuses),
        "quarantined": dg.MetadataValue.json(dict(reasons.rows())),
    }
