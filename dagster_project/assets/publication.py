"""Asset `publication`: the tested build becomes the warehouse that others query."""

from collections.abc import Iterable, Iterator

import dagster as dg
import duckdb
import polars as pl

from dagster_project.loading import finish_run
from dagster_project.publication import AUDIT, audit, publish
from dagster_project.resources import Workspace
from dagster_project.summary import totals


def build_publication(deps: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that publishes what the given assets have built and tested."""

    @dg.asset(
        deps=list(deps),
        group_name="publication",
        kinds={"duckdb"},
        check_specs=[
            dg.AssetCheckSpec(name, asset="publication", blocking=True, description=description)
            for name, description in AUDIT.items()
        ],
    )
    def publication(
        context: dg.AssetExecutionContext, workspace: dg.ResourceParam[Workspace]
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        """The published warehouse: swapped in whole, or left as it was."""
        settings = workspace.settings
        finish_run(settings.build, context.run.run_id)
        registered = pl.read_parquet(workspace.registry)["document_id"].to_list()
        results = audit(settings.build, registered)
        for result in results:
            yield dg.AssetCheckResult(
                check_name=result.check,
                passed=result.passed,
                metadata={"details": result.details},
            )
        failed = [f"{result.check}: {result.details}" for result in results if not result.passed]
        if failed:
            raise dg.Failure(
                description="the finished file did not pass its audit",
                metadata={"details": dg.MetadataValue.text("\n".join(failed))},
                allow_retries=False,
            )
        publish(settings.build, settings.warehouse)
        with duckdb.connect(settings.warehouse, read_only=True) as connection:
            counted = totals(connection)
        yield dg.MaterializeResult(metadata={"bytes": settings.warehouse.stat().st_size, **counted})

    return publication
