"""Assets of the group `delivery`: the published warehouse as files for those who do not open it.

They read what was published and change nothing in it, so they are a job of their own.
"""

import dagster as dg

from dagster_project.explorer.build import PROGRAM, build_data, build_explorer
from dagster_project.exports import export_tables
from dagster_project.settings import Settings
from dagster_project.site import build_docs
from dagster_project.warehouse import warehouse_of

GROUP = "delivery"


def build_delivery(settings: Settings) -> list[dg.AssetsDefinition]:
    """The assets that deliver the warehouse of these settings, beside the warehouse."""
    place = settings.place

    @dg.asset(deps=["publication"], group_name=GROUP, kinds={"parquet", "excel"})
    def exports() -> dg.MaterializeResult:
        """The directory `export`: Parquet, CSV, a workbook, their description and checksums."""
        with warehouse_of(settings).connect() as connection:
            written = dict(export_tables(connection, place / "export"))
        return dg.MaterializeResult(
            metadata={"directory": str(place / "export"), "rows": sum(written.values())}
        )

    @dg.asset(deps=["publication"], group_name=GROUP, kinds={"dbt"})
    def documentation() -> dg.MaterializeResult:
        """The documentation of tables and columns in `site/docs`, one page that needs no server."""
        page = build_docs(settings, place / "site")
        return dg.MaterializeResult(metadata={"page": str(page), "bytes": page.stat().st_size})

    @dg.asset(deps=["publication"], group_name=GROUP, kinds={"parquet"})
    def explorer() -> dg.MaterializeResult:
        """The explorer in `site`: rows, images and queries, and its program if it is built."""
        site = place / "site"
        if (PROGRAM / "index.html").is_file():
            built = build_explorer(settings, site)
            shards, images = built.shards, built.images
        else:
            shards, images = build_data(settings, site)
        return dg.MaterializeResult(
            metadata={"directory": str(site), "files": shards, "page_images": images}
        )

    return [exports, documentation, explorer]
