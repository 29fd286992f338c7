"""The dbt models as assets, in two parts, because repairs are computed between them."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliInvocation,
    DbtCliResource,
    dbt_assets,
)
from dagster_dbt.errors import DagsterDbtCliRuntimeError

from dagster_project.dbt_project import failed_nodes, warnings
from dagster_project.loading import count_rows
from dagster_project.progress import SilentProgress
from dagster_project.resources import Workspace
from dagster_project.summary import failed_nodes_text

_AFTER_REPAIRS = "source:extracted.repairs+ source:extracted.review_queue+"

# Unit tests look at code, not at the data of a run: the test suite runs them.
_NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


class Translator(DagsterDbtTranslator):
    """dbt nodes as assets: grouped by layer; all tables that one asset loads are that asset."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_duplicate_source_asset_keys=True
            )
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder of a model; the seeds are the catalogue."""
        if dbt_resource_props["resource_type"] == "seed":
            return "catalogue"
        folders = dbt_resource_props["fqn"][1:-1]
        return folders[0] if folders else None


def build_dbt_assets(manifest: Path) -> list[dg.AssetsDefinition]:
    """The assets of a dbt manifest.

    Returns:
        What the repairs are computed from (catalogue, staging, intermediate), and what depends
        on them (marts, quality).
    """

    @dbt_assets(
        name="equations",
        manifest=manifest,
        select="resource_type:seed fqn:staging fqn:intermediate",
        exclude=_AFTER_REPAIRS,
        dagster_dbt_translator=Translator(),
    )
    def equations(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        workspace: dg.ResourceParam[Workspace],
        progress: dg.ResourceParam[SilentProgress],
    ) -> Iterator[Any]:
        with progress.stage("Typing amounts and writing equations"):
            # A test that also looks at tables built later belongs to the second part.
            yield from _build(context, dbt, workspace, "equations", "cautious")

    @dbt_assets(
        name="star_schema",
        manifest=manifest,
        select=f"{_AFTER_REPAIRS} fqn:marts fqn:quality",
        dagster_dbt_translator=Translator(),
    )
    def star_schema(
        context: dg.AssetExecutionContext,
        dbt: DbtCliResource,
        workspace: dg.ResourceParam[Workspace],
        progress: dg.ResourceParam[SilentProgress],
    ) -> Iterator[Any]:
        with progress.stage("Building and testing the star schema"):
            yield from _build(context, dbt, workspace, "star_schema", "eager")

    return [equations, star_schema]


def _build(
    context: dg.AssetExecutionContext,
    dbt: DbtCliResource,
    workspace: Workspace,
    part: str,
    indirect_selection: str,
) -> Iterator[Any]:
    """Run `dbt build`; if a blocking test fails, fail with the rows that it found."""
    invocation: DbtCliInvocation = dbt.cli(
        ["build", "--indirect-selection", indirect_selection, *_NO_UNIT_TESTS],
        context=context,
        target_path=workspace.settings.work / "dbt" / part,
    )
    (invocation.target_path / "run_results.json").unlink(missing_ok=True)
    notes, events, error = workspace.notes, [], None
    with notes.stage("modelling"):
        try:
            for event in invocation.stream():
                events.append(event)
        except DagsterDbtCliRuntimeError as raised:
            error = raised
    notes.add(warnings=notes.values.get("warnings", 0) + warnings(invocation.target_path))
    yield from _with_row_counts(context, workspace, events)
    if error:
        failed = failed_nodes(invocation.target_path, workspace.settings.build)
        text = failed_nodes_text(failed) if failed else str(error)
        raise dg.Failure(
            description=f"{len(failed)} blocking dbt results failed" if failed else "dbt failed",
            metadata={"details": dg.MetadataValue.text(text)},
            allow_retries=False,
        ) from error


def _with_row_counts(
    context: dg.AssetExecutionContext, workspace: Workspace, events: Iterable[Any]
) -> Iterator[Any]:
    """What dbt reported, after it has let go of the file: only then can rows be counted."""
    rows = count_rows(workspace.settings.build)
    for event in events:
        if isinstance(event, dg.Output):
            table = ".".join(context.asset_key_for_output(event.output_name).path)
            count = {"dagster/row_count": rows.get(table, 0)}
            context.add_output_metadata(count, output_name=event.output_name)
        yield event
