"""Asset `staging`: the rows of all documents, in the schema `extracted` of a new build file."""

from pathlib import Path

import dagster as dg
import polars as pl

from dagster_project.assets.documents import REGISTRY, manifest_hash
from dagster_project.assets.forms import forms
from dagster_project.dbt_project import catalogue_hash, project_hash
from dagster_project.loading import Run, load_parquet, load_run_history
from dagster_project.publication import remove_build
from dagster_project.resources import Domain, Workspace


@dg.asset(deps=[forms], group_name="extraction", kinds={"duckdb", "parquet"})
def staging(
    context: dg.AssetExecutionContext,
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
) -> dg.MaterializeResult:
    """Staging tables of all documents, and the history of runs, in a build file begun anew."""
    settings = workspace.settings
    remove_build(settings.build)
    directories = sorted(pl.read_parquet(workspace.forms)["directory"])
    rows = load_parquet(
        settings.build,
        {
            name: [Path(directory) / f"{name}.parquet" for directory in directories]
            for name in domain.schemas
        },
    )
    run = _run(context, workspace, domain)
    runs = load_run_history(settings.build, settings.warehouse, run)
    return dg.MaterializeResult(metadata={**rows, "run_history": runs})


def _run(context: dg.AssetExecutionContext, workspace: Workspace, domain: Domain) -> Run:
    registry = pl.read_parquet(workspace.registry, columns=list(REGISTRY))
    read = pl.read_parquet(workspace.tables)
    cached = int(read["is_cached"].sum())
    return Run(
        run_id=context.run.run_id,
        started_at=workspace.started_at,
        documents=registry.height,
        documents_read=read.height - cached,
        documents_cached=cached,
        manifest_hash=manifest_hash(registry),
        extractor_version=domain.extractor_version,
        catalogue_hash=catalogue_hash(workspace.settings),
        dbt_project_hash=project_hash(workspace.settings),
    )
