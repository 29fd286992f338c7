"""The project's own definitions, on the real dbt project."""

import dataclasses
from collections.abc import Set as AbstractSet
from pathlib import Path

import dagster as dg
import pytest

from dagster_project.assembly import build_defs
from dagster_project.assets.repairs import LINES, TERMS
from dagster_project.dbt_project import DbtProjectError, ensure_manifest
from dagster_project.settings import PROJECT_ROOT, Settings

PUBLIC = {
    "marts": {
        "dim_document",
        "dim_department",
        "dim_fiscal_year",
        "dim_function",
        "dim_economic",
        "dim_fund",
        "dim_form",
        "fct_budget_line",
        "fct_expenditure_by_function",
        "fct_expenditure_by_economic",
        "fct_expenditure_by_function_and_economic",
        "fct_revenue",
        "fct_project",
        "fct_performance_indicator",
        "fct_three_public",
        "fct_asset",
        "fct_policy_basis",
        "fct_narrative_amount",
        "obt_expenditure",
    },
    "quality": {
        "balance_checks",
        "balance_terms",
        "repairs",
        "review_queue",
        "form_coverage",
        "unrecognised_tables",
        "unmapped_labels",
        "reading_findings",
        "run_history",
    },
}


@pytest.fixture(scope="module")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    place = tmp_path_factory.mktemp("definitions")
    with pytest.MonkeyPatch.context() as patch:
        settings = Settings(place / "raw", place / "w.duckdb", place / "cache", 1)
        for name in settings.environment:
            patch.setenv(name, "")
        return build_defs(settings=settings)


def test_definitions_are_valid(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_the_picture_of_the_design_is_the_asset_graph(definitions: dg.Definitions) -> None:
    graph = definitions.resolve_asset_graph()

    def all_above(key: dg.AssetKey) -> AbstractSet[dg.AssetKey]:
        return graph.get_ancestor_asset_keys(key)

    publication = dg.AssetKey("publication")
    way = [dg.AssetKey(name) for name in ("documents", "tables", "forms", "staging")]
    for earlier, later in zip(way, way[1:], strict=False):
        assert graph.get(later).parent_keys == {earlier}
    assert graph.get(dg.AssetKey("repairs")).parent_keys == {LINES, TERMS}
    assert dg.AssetKey("staging") in all_above(LINES)
    assert dg.AssetKey("repairs") not in all_above(TERMS)
    assert dg.AssetKey("repairs") in all_above(dg.AssetKey(["marts", "fct_budget_line"]))
    delivered = {
        key for key in graph.get_all_asset_keys() if graph.get(key).group_name == "delivery"
    }
    assert {key.to_user_string() for key in delivered} >= {"exports", "documentation", "explorer"}
    assert all(graph.get(key).parent_keys == {publication} for key in delivered)
    everything = graph.get_all_asset_keys()
    assert all_above(publication) == everything - {publication} - delivered


def test_every_table_of_the_public_schema_is_built(definitions: dg.Definitions) -> None:
    keys = definitions.resolve_asset_graph().get_all_asset_keys()
    for schema, tables in PUBLIC.items():
        assert {key.path[1] for key in keys if key.path[0] == schema} >= tables


def test_one_job_builds_everything_in_one_process(definitions: dg.Definitions) -> None:
    job = definitions.resolve_job_def("warehouse")
    assert job.executor_def.name == "in_process"
    checked = {key.name for key in definitions.resolve_asset_graph().asset_check_keys}
    assert {"readable_by_older_clients", "every_document_is_there"} <= checked
    assert len(checked) > 50, "the dbt tests are asset checks"


def test_a_manifest_is_parsed_once(tmp_path: Path, small: Settings) -> None:
    settings = dataclasses.replace(small, cache=tmp_path / "cache")
    first = ensure_manifest(settings).stat().st_mtime_ns
    assert ensure_manifest(settings).stat().st_mtime_ns == first


def test_a_project_that_does_not_parse_says_why(tmp_path: Path, small: Settings) -> None:
    project = tmp_path / "dbt"
    (project / "models").mkdir(parents=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        (project / name).write_text((small.dbt_project / name).read_text())
    (project / "models" / "broken.sql").write_text("select {{ ref('nowhere') }}")
    with pytest.raises(DbtProjectError, match="nowhere"):
        ensure_manifest(dataclasses.replace(small, dbt_project=project, cache=tmp_path / "cache"))


def test_the_dagster_template_reports_to_nobody() -> None:
    template = (PROJECT_ROOT / "dagster.yaml").read_text("utf-8")
    assert template.count("enabled: false") == 2
