"""The job `delivery`, after a publication."""

from pathlib import Path

import dagster as dg

from dagster_project.assembly import build_defs
from dagster_project.settings import Settings
from tests import fakes


def test_the_published_warehouse_is_delivered_as_files(published: Settings) -> None:
    before = published.warehouse.read_bytes()
    definitions = build_defs(settings=published, domain=fakes.domain())
    job = definitions.resolve_job_def("delivery")
    # The explorer shows tables that the small project has not; its own tests build it.
    result = job.execute_in_process(
        instance=dg.DagsterInstance.ephemeral(),
        raise_on_error=True,
        asset_selection=[dg.AssetKey("exports"), dg.AssetKey("documentation")],
    )
    assert result.success
    place: Path = published.warehouse.parent
    assert (place / "export" / "marts" / "fct_budget_line.parquet").is_file()
    assert (place / "site" / "docs" / "index.html").is_file()
    assert published.warehouse.read_bytes() == before
