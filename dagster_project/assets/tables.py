"""Asset `tables`: the grids of every document, as its reader saw them."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

from dagster_project.assets.documents import documents, read_registry
from dagster_project.cache import Results, tables_results
from dagster_project.progress import Done, SilentProgress
from dagster_project.resources import Domain, Workspace
from dagster_project.tasks import ReadTables, RecogniseForms
from dagster_project.workers import Failed, Pool

LEDGER = {
    "document_id": pl.String,
    "directory": pl.String,
    "is_cached": pl.Boolean,
    "pages": pl.Int64,
    "grids": pl.Int64,
    "error": pl.String,
    "failure": pl.String,
}


@dg.asset(deps=[documents], group_name="extraction", kinds={"camelot", "polars", "parquet"})
def tables(
    context: dg.AssetExecutionContext,
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
    progress: dg.ResourceParam[SilentProgress],
) -> dg.MaterializeResult:
    """Blocks and grids of cells with page and position; read once for each content and reader."""
    settings = workspace.settings
    entries = {entry.document_id: entry for entry in read_registry(workspace)}
    places = {
        name: tables_results(settings.cache, domain.extractor_version, entry.sha256)
        for name, entry in entries.items()
    }
    tasks = {
        name: ReadTables(domain.extract_tables, settings.raw, entries[name], place)
        for name, place in places.items()
        if not place.exists
    }
    with progress.stage("Reading documents", len(tasks)) as done:
        failures = run_tasks(context, workspace, tasks, done)
    ledger = _ledger(places, set(tasks), failures)
    ledger.write_parquet(workspace.tables)
    return dg.MaterializeResult(metadata=_metadata(ledger))


def run_tasks(
    context: dg.AssetExecutionContext,
    workspace: Workspace,
    tasks: Mapping[str, ReadTables | RecogniseForms],
    done: Done,
) -> dict[str, str]:
    """Run the tasks of documents in worker processes.

    Returns:
        For each document whose task failed, the reason; the others have left their results.
    """
    pool: Pool[dict[str, Any]] = Pool(workspace.settings.jobs, workspace.workers_log)
    failures = {}
    for name, result in pool.run(tasks):
        path = tasks[name].entry.file_path
        if isinstance(result, Failed):
            failures[name] = result.reason
            context.log.error(f"{path}: {result.details}")
        else:
            context.log.info(f"{path}: {result}")
        done(path)
    return failures


def _ledger(
    places: Mapping[str, Results], tasks: set[str], failures: Mapping[str, str]
) -> pl.DataFrame:
    rows = []
    for name, place in places.items():
        summary = {} if name in failures else place.summary()
        rows.append(
            {
                "document_id": name,
                "directory": str(place.directory),
                "is_cached": name not in tasks,
                "pages": summary.get("pages", 0),
                "grids": summary.get("grids", 0),
                "error": summary.get("error"),
                "failure": failures.get(name),
            }
        )
    return pl.DataFrame(rows, schema=LEDGER)


def _metadata(ledger: pl.DataFrame) -> dict[str, int]:
    refused = pl.col("error").is_not_null() | pl.col("failure").is_not_null()
    return {
        "documents": ledger.height,
        "documents_cached": int(ledger["is_cached"].sum()),
        "documents_read": int((~ledger["is_cached"]).sum()),
        "pages": int(ledger["pages"].sum()),
        "grids": int(ledger["grids"].sum()),
        "unreadable": ledger.filter(refused).height,
    }
