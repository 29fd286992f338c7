"""The dbt models as assets, in three parts.

Repairs are computed after the first; after the second, the rows of documents that have not changed
are carried over from the published warehouse.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from dagster_project.carry_over import carry_over
from dagster_project.dbt_builds import Dbt
from dagster_project.dbt_project import (
    EQUATIONS,
    NO_UNIT_TESTS,
    STAR_SCHEMA,
    WHOLE,
    Part,
    failed_nodes,
)
from dagster_project.loading import count_rows
from dagster_project.progress import SilentProgress
from dagster_project.resources import Workspace
from dagster_project.summary import failed_nodes_text
from dagster_project.warehouse import warehouse_of


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
        What the repairs are computed from (catalogue, staging, intermediate), what depends on
        them (marts, quality), and what is of all documents together.
    """
    # One for all: it remembers what it has made of each node.
    translator = Translator()

    @dbt_assets(
        name="equations",
        manifest=manifest,
        select=EQUATIONS.select,
        exclude=EQUATIONS.exclude,
        dagster_dbt_translator=translator,
    )
    def equations(
        context: dg.AssetExecutionContext,
        dbt: dg.ResourceParam[Dbt],
        workspace: dg.ResourceParam[Workspace],
        progress: dg.ResourceParam[SilentProgress],
    ) -> Iterator[Any]:
        with progress.stage("Typing amounts and writing equations"):
            yield from _build(context, dbt, workspace, translator, EQUATIONS)

    @dbt_assets(
        name="star_schema",
        manifest=manifest,
        select=STAR_SCHEMA.select,
        exclude=STAR_SCHEMA.exclude,
        dagster_dbt_translator=translator,
    )
    def star_schema(
        context: dg.AssetExecutionContext,
        dbt: dg.ResourceParam[Dbt],
        workspace: dg.ResourceParam[Workspace],
        progress: dg.ResourceParam[SilentProgress],
    ) -> Iterator[Any]:
        with progress.stage("Building and testing the star schema"):
            yield from _build(context, dbt, workspace, translator, STAR_SCHEMA)

    @dbt_assets(
        name="whole",
        manifest=manifest,
        select=WHOLE.select,
        dagster_dbt_translator=translator,
    )
    def whole(
        context: dg.AssetExecutionContext,
        dbt: dg.ResourceParam[Dbt],
        workspace: dg.ResourceParam[Workspace],
        progress: dg.ResourceParam[SilentProgress],
    ) -> Iterator[Any]:
        with progress.stage("Putting all documents together"):
            settings, notes = workspace.settings, workspace.notes
            if published := warehouse_of(settings).file:
                with notes.stage("modelling"):
                    registered = pl.read_parquet(workspace.registry)["document_id"].to_list()
                    carry_over(settings.build, published, registered)
            yield from _build(context, dbt, workspace, translator, WHOLE)

    return [equations, star_schema, whole]


def _build(
    context: dg.AssetExecutionContext,
    dbt: Dbt,
    workspace: Workspace,
    translator: Translator,
    part: Part,
) -> Iterator[Any]:
    """Run `dbt build`; if a blocking test fails, fail with the rows that it found."""
    chosen = get_updated_cli_invocation_params_for_context(context, {}, translator)
    notes, build = workspace.notes, workspace.settings.build
    with notes.stage("modelling"):
        built = dbt.build(
            "--indirect-selection", part.tests, *NO_UNIT_TESTS, *chosen.selection_args
        )
    warned = sum(result.status == "warn" for result in built.results)
    notes.add(warnings=notes.values.get("warnings", 0) + warned)
    yield from _dagster_events(context, workspace, translator, built.events, chosen.manifest)
    if built.error:
        failed = failed_nodes(built.results, build)
        raise dg.Failure(
            description=f"{len(failed)} blocking dbt results failed" if failed else "dbt failed",
            metadata={"details": dg.MetadataValue.text(failed_nodes_text(failed) or built.error)},
            allow_retries=False,
        )


def _dagster_events(
    context: dg.AssetExecutionContext,
    workspace: Workspace,
    translator: Translator,
    events: Iterable[DbtCoreCliEventMessage],
    manifest: Mapping[str, Any],
) -> Iterator[Any]:
    """What dbt reported, as Dagster has it; a table with its rows."""
    rows = count_rows(workspace.settings.build)
    for message in events:
        for event in message.to_default_asset_events(manifest, translator, context):
            if isinstance(event, dg.Output):
                table = ".".join(context.asset_key_for_output(event.output_name).path)
                count = {"dagster/row_count": rows.get(table, 0)}
                context.add_output_metadata(count, output_name=event.output_name)
            yield event
