"""Asset `publication`: the tested build becomes the warehouse that others query."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

import dagster as dg
import duckdb
import polars as pl

from dagster_project.assets.documents import read_inputs
from dagster_project.cache import keep_newest, sweep
from dagster_project.history import finish_build, forget_notes
from dagster_project.publication import AUDIT, audit
from dagster_project.resources import Workspace
from dagster_project.summary import totals
from dagster_project.warehouse import warehouse_of

# What publishers, scans and layouts do is told, and hinders nobody: check → count that must be 0.
WARNINGS = {
    "every_equation_of_the_publishers_holds": (
        "equations_violated",
        "No printed figures contradict each other.",
    ),
    "every_equation_is_computable": (
        "equations_not_computable",
        "No equation lacks a figure that could not be read.",
    ),
    "no_document_is_quarantined": (
        "documents_quarantined",
        "Every document could be read.",
    ),
    "every_declared_form_is_there": (
        "forms_absent",
        "Every form that a table of contents promises was found.",
    ),
}

# The daily run is at six; what is older than this was missed, or failed.
FRESH = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=26), warn_window=timedelta(hours=25)
)

_LOGS_KEPT = 100


def build_publication(deps: Iterable[dg.AssetKey]) -> dg.AssetsDefinition:
    """The asset that publishes what the given assets have built and tested."""

    @dg.asset(
        deps=list(deps),
        group_name="publication",
        kinds={"duckdb"},
        freshness_policy=FRESH,
        check_specs=[
            *(
                dg.AssetCheckSpec(name, asset="publication", blocking=True, description=description)
                for name, description in AUDIT.items()
            ),
            *(
                dg.AssetCheckSpec(name, asset="publication", description=description)
                for name, (_, description) in WARNINGS.items()
            ),
        ],
    )
    def publication(
        workspace: dg.ResourceParam[Workspace],
    ) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
        """The published warehouse: swapped in whole, or left as it was."""
        settings, notes = workspace.settings, workspace.notes
        with duckdb.connect(settings.build, read_only=True) as connection:
            counted = totals(connection)
        yield from _warnings(counted)
        notes.add(**counted)
        inputs = read_inputs(workspace)
        finish_build(settings.build, notes, inputs)
        yield from _audit(workspace)
        size = settings.build.stat().st_size
        warehouse_of(settings).publish(settings.build, inputs.build_id)
        forget_notes(settings.ledger)
        removed = sweep(settings.cache)
        keep_newest(settings.logs, "run-*.log", _LOGS_KEPT)
        yield dg.MaterializeResult(
            metadata={
                "dagster/row_count": counted["amounts"],
                "bytes": size,
                "cached_results_removed": removed,
                **counted,
                **_durations(workspace),
            }
        )

    return publication


def _audit(workspace: Workspace) -> Iterator[dg.AssetCheckResult]:
    """The checks of the file itself; one that fails ends the run."""
    registered = pl.read_parquet(workspace.registry)["document_id"].to_list()
    results = audit(workspace.settings.build, registered)
    for result in results:
        yield dg.AssetCheckResult(
            check_name=result.check, passed=result.passed, metadata={"details": result.details}
        )
    failed = [f"{result.check}: {result.details}" for result in results if not result.passed]
    if failed:
        raise dg.Failure(
            description="the finished file did not pass its audit",
            metadata={"details": dg.MetadataValue.text("\n".join(failed))},
            allow_retries=False,
        )


def _warnings(counted: Mapping[str, int]) -> Iterator[dg.AssetCheckResult]:
    for name, (count, _) in WARNINGS.items():
        yield dg.AssetCheckResult(
            check_name=name,
            passed=not counted[count],
            severity=dg.AssetCheckSeverity.WARN,
            metadata={count: counted[count]},
        )


def _durations(workspace: Workspace) -> dict[str, float]:
    """How long each stage has taken, in seconds."""
    values = workspace.notes.values
    return {name: value for name, value in values.items() if name.startswith("seconds_")}
