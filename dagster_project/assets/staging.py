"""Asset `staging`: rows of documents, in the schema `extracted` of a new build file."""

from pathlib import Path

import dagster as dg
import polars as pl

from dagster_project.assets.documents import read_inputs, read_registry
from dagster_project.assets.forms import forms
from dagster_project.balance.corrections import CorrectionError, read_corrections
from dagster_project.carry_over import RESULTS, documents_to_build
from dagster_project.history import load_history
from dagster_project.inputs import CORRECTIONS
from dagster_project.loading import load_frames, load_parquet
from dagster_project.publication import remove_build
from dagster_project.resources import Domain, Workspace
from dagster_project.retries import retried
from dagster_project.warehouse import warehouse_of


@dg.asset(deps=[forms], group_name="extraction", kinds={"duckdb", "parquet"})
def staging(
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
) -> dg.MaterializeResult:
    """Staging tables of the documents to build, and the history of runs, in a new build file.

    These are all documents, or those that have changed and those tied to one that has: rows of
    the others are carried over later from the published warehouse.
    """
    settings, notes = workspace.settings, workspace.notes
    with notes.stage("loading"), retried():
        remove_build(settings.build)
        ledger = pl.read_parquet(workspace.forms).sort("directory")
        ledger = ledger.filter(pl.col("document_id").is_in(_to_build(workspace, ledger)))
        rows = load_parquet(
            settings.build,
            {
                name: [Path(directory) / f"{name}.parquet" for directory in ledger["directory"]]
                for name in domain.schemas
            },
        )
        rows |= load_frames(settings.build, {"results": _results(workspace, ledger)})
        runs = load_history(settings.build, warehouse_of(settings), notes)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(rows.values()),
            "documents": ledger.height,
            **{f"rows_{name}": count for name, count in rows.items()},
            "runs": runs,
        }
    )


def _to_build(workspace: Workspace, ledger: pl.DataFrame) -> list[str]:
    """The documents of which the published warehouse does not have the rows already."""
    settings = workspace.settings
    results = dict(_results(workspace, ledger).iter_rows())
    published = warehouse_of(settings).file
    if published is None or settings.rebuild:
        return list(results)
    try:
        decided = {decision.document for decision in read_corrections(settings.raw / CORRECTIONS)}
    except CorrectionError:
        return list(results)  # the repairs say what is wrong with them
    paths = {entry.file_path: entry.document_id for entry in read_registry(workspace)}
    return sorted(
        documents_to_build(
            published,
            read_inputs(workspace),
            {
                name: Path(directory)
                for name, directory in ledger.select("document_id", "directory").iter_rows()
            },
            results,
            {paths.get(name, name) for name in decided},
        )
    )


def _results(workspace: Workspace, ledger: pl.DataFrame) -> pl.DataFrame:
    """Which result of recognition each document's rows are; none where a worker failed."""
    return pl.DataFrame(
        [
            (name, None if Path(directory).parent == workspace.quarantine else Path(directory).name)
            for name, directory in ledger.select("document_id", "directory").iter_rows()
        ],
        schema=RESULTS,
        orient="row",
    )
