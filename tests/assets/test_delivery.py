"""The job `delivery`, after a publication."""

from pathlib import Path

import dagster as dg

from dagster_project.definitions import build_defs
from dagster_project.settings import Settings
from tests import fakes


def test_the_published_warehouse_is_delivered_as_files(published: Settings) -> None:
    before = published.warehouse.read_bytes()
    definitions = build_defs(settings=published, domain=fakes.domain())
    result = definitions.resolve_job_def("delivery").execute_in_process(
        instance=dg.DagsterInstance.ephemeral(), raise_on_error=True
    )
    assert result.success
    place: Path = published.warehouse.parent
    assert (place / "export" / "marts" / "fct_budget_line.parquet").is_file()
    assert (place / "site" / "docs" / "index.html").is_file()
    assert published.warehouse.read_bytes() == before
