"""Asset `tables`: the grids of every document, as its reader saw them."""

from dataclasses import dataclass, field
from typing import Any

import dagster as dg
import polars as pl

from dagster_project.assets.documents import documents, read_registry
from dagster_project.cache import Results
from dagster_project.executors import Executor
from dagster_project.progress import Done, SilentProgress
from dagster_project.resources import Domain, Workspace
from dagster_project.tasks import ReadTables, RecogniseForms, reading
from dagster_project.workers import Failed

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
    executor: dg.ResourceParam[Executor],
    progress: dg.ResourceParam[SilentProgress],
) -> dg.MaterializeResult:
    """Blocks and grids of cells with page and position; read once for each content and reader."""
    settings = workspace.settings
    entries = {entry.document_id: entry for entry in read_registry(workspace)}
    with workspace.notes.stage("reading"):
        work = Work(context, workspace, executor)
        for name, entry in entries.items():
            work.add(name, reading(settings, domain, entry))
        with progress.stage("Reading documents", len(work.tasks)) as done:
            work.run(done)
    ledger = _ledger(work)
    ledger.write_parquet(workspace.tables)
    metadata = _metadata(ledger)
    workspace.notes.add(
        documents_read=metadata["documents_read"],
        documents_cached=metadata["documents_cached"],
        documents_to_retry=len(work.may_pass),
        worker_megabytes=work.megabytes,
    )
    return dg.MaterializeResult(metadata={**metadata, "worker_megabytes": work.megabytes})


@dataclass
class Work:
    """What is to be done for the documents of a run, and what came of it.

    Attributes:
        places: where each document's result lies, or would.
        tasks: of the documents that have no result yet.
        summaries: of the results that are there.
        failures: why the others have none.
        may_pass: the failed documents whose next attempt may succeed.
        megabytes: the most memory that a worker process has had.
    """

    context: dg.AssetExecutionContext
    workspace: Workspace
    executor: Executor
    places: dict[str, Results] = field(default_factory=dict)
    tasks: dict[str, ReadTables | RecogniseForms] = field(default_factory=dict)
    summaries: dict[str, dict[str, Any]] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    may_pass: set[str] = field(default_factory=set)
    megabytes: int = 0

    def add(self, name: str, task: ReadTables | RecogniseForms) -> None:
        """Take on a document; it is a task only if the cache does not know what comes of it."""
        self.places[name] = task.results
        if (summary := task.results.use()) is not None:
            self.summaries[name] = summary
        elif (refusal := task.results.refusal(self.workspace.settings.limits)) is not None:
            self.failures[name] = refusal
        else:
            self.tasks[name] = task

    def run(self, done: Done) -> None:
        """Do the tasks in other processes; the cache keeps failures of the documents' own."""
        settings, log = self.workspace.settings, self.context.log
        for outcome in self.executor.run(self.tasks):
            name, task = outcome.name, self.tasks[outcome.name]
            path = task.entry.file_path
            self.megabytes = max(self.megabytes, outcome.megabytes)
            if not isinstance(outcome.result, Failed):
                self.summaries[name] = outcome.result
                log.info(f"{path}: {outcome.result}")
            else:
                self.failures[name] = outcome.result.reason
                log.error(f"{path}: {outcome.result.details}")
                if outcome.result.may_pass:
                    self.may_pass.add(name)
                else:
                    task.results.refuse(outcome.result.reason, settings.limits)
            done(path)


def _ledger(work: Work) -> pl.DataFrame:
    rows = []
    for name, place in work.places.items():
        summary = work.summaries.get(name, {})
        rows.append(
            {
                "document_id": name,
                "directory": str(place.directory),
                "is_cached": name not in work.tasks,
                "pages": summary.get("pages", 0),
                "grids": summary.get("grids", 0),
                "error": summary.get("error"),
                "failure": work.failures.get(name),
            }
        )
    return pl.DataFrame(rows, schema=LEDGER)


def _metadata(ledger: pl.DataFrame) -> dict[str, int]:
    refused = pl.col("error").is_not_null() | pl.col("failure").is_not_null()
    return {
        "dagster/row_count": int(ledger["grids"].sum()),
        "documents": ledger.height,
        "documents_cached": int(ledger["is_cached"].sum()),
        "documents_read": int((~ledger["is_cached"]).sum()),
        "pages": int(ledger["pages"].sum()),
        "grids": int(ledger["grids"].sum()),
        "unreadable": ledger.filter(refused).height,
    }
