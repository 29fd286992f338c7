"""Asset `forms`: which statutory form each grid is, and the amounts of each form."""

import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl

from dagster_project.assets.documents import read_registry
from dagster_project.assets.tables import Work, tables
from dagster_project.cache import Results
from dagster_project.dbt_project import catalogue_hash
from dagster_project.executors import Executor
from dagster_project.progress import SilentProgress
from dagster_project.quarantine import write_quarantined
from dagster_project.resources import Domain, Workspace
from dagster_project.tasks import recognition

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
    executor: dg.ResourceParam[Executor],
    progress: dg.ResourceParam[SilentProgress],
) -> dg.MaterializeResult:
    """Recognised forms and their amounts; a document that gives none has a status that says why."""
    entries = {entry.document_id: entry for entry in read_registry(workspace)}
    read = {row["document_id"]: row for row in pl.read_parquet(workspace.tables).to_dicts()}
    failures = {name: row["failure"] for name, row in read.items() if row["failure"]}
    notes = workspace.notes
    with notes.stage("recognising"):
        work = Work(context, workspace, executor)
        catalogue = catalogue_hash(workspace.settings)
        for name, entry in entries.items():
            if name not in failures:
                grids = Results(Path(read[name]["directory"]))
                work.add(name, recognition(workspace.settings, domain, entry, grids, catalogue))
        with progress.stage("Recognising forms", len(work.tasks)) as done:
            work.run(done)
        executor.close()  # the memory is needed for the build
        failures |= work.failures
        shutil.rmtree(workspace.quarantine, ignore_errors=True)
        quarantined = {name: workspace.quarantine / name for name, reason in failures.items()}
        for name, directory in quarantined.items():
            work.summaries[name] = write_quarantined(
                directory, domain.schemas, entries[name], failures[name]
            )
    ledger = _ledger(entries, work, quarantined)
    ledger.write_parquet(workspace.forms)
    metadata = _metadata(ledger)
    notes.add(
        documents_quarantined=ledger.filter(pl.col("status") == "quarantined").height,
        documents_to_retry=notes.values.get("documents_to_retry", 0) + len(work.may_pass),
        worker_megabytes=max(notes.values.get("worker_megabytes", 0), work.megabytes),
        forms_found=metadata["forms_found"],
        amounts=metadata["amounts"],
    )
    return dg.MaterializeResult(metadata=metadata)


def _ledger(entries: Iterable[str], work: Work, quarantined: Mapping[str, Path]) -> pl.DataFrame:
    rows = []
    for name in entries:
        directory = quarantined[name] if name in quarantined else work.places[name].directory
        row = {"document_id": name, "directory": str(directory), **work.summaries[name]}
        row["is_cached"] = name not in work.tasks
        rows.append({column: row[column] for column in LEDGER})
    return pl.DataFrame(rows, schema=LEDGER)


def _metadata(ledger: pl.DataFrame) -> dict[str, Any]:
    statuses = {row["status"]: row["len"] for row in ledger.group_by("status").len().to_dicts()}
    reasons = ledger.filter(pl.col("status") == "quarantined").select(
        "document_id", "status_reason"
    )
    return {
        "dagster/row_count": int(ledger["amounts"].sum()),
        "documents": ledger.height,
        "documents_cached": int(ledger["is_cached"].sum()),
        "forms_found": int(ledger["forms_found"].sum()),
        "forms_declared": int(ledger["forms_declared"].sum()),
        "amounts": int(ledger["amounts"].sum()),
        "unrecognised": int(ledger["unrecognised"].sum()),
        "status": dg.MetadataValue.json(statuses),
        "quarantined": dg.MetadataValue.json(dict(reasons.rows())),
    }
