"""Asset `staging`: the rows of all documents, in the schema `extracted` of a new build file."""

from pathlib import Path

import dagster as dg
import polars as pl

from dagster_project.assets.forms import forms
from dagster_project.history import load_history
from dagster_project.loading import load_parquet
from dagster_project.publication import remove_build
from dagster_project.resources import Domain, Workspace
from dagster_project.retries import retried
from dagster_project.warehouse import warehouse_of


@dg.asset(deps=[forms], group_name="extraction", kinds={"duckdb", "parquet"})
def staging(
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
) -> dg.MaterializeResult:
    """Staging tables of all documents, and the history of runs, in a build file begun anew."""
    settings, notes = workspace.settings, workspace.notes
    with notes.stage("loading"), retried():
        remove_build(settings.build)
        directories = sorted(pl.read_parquet(workspace.forms)["directory"])
        rows = load_parquet(
            settings.build,
            {
                name: [Path(directory) / f"{name}.parquet" for directory in directories]
                for name in domain.schemas
            },
        )
        runs = load_history(settings.build, warehouse_of(settings), notes)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": sum(rows.values()), **rows, "run_history": runs}
    )
