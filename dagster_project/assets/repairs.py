"""Asset `repairs`: values that damaged prints must have had, where the equations prove it."""

import dagster as dg

from dagster_project.loading import load_frames, read_table
from dagster_project.resources import Domain, Workspace

LINES = dg.AssetKey(["intermediate", "int_lines"])
TERMS = dg.AssetKey(["intermediate", "int_balance_terms"])


@dg.asset(deps=[LINES, TERMS], group_name="balance", kinds={"polars", "duckdb"})
def repairs(
    workspace: dg.ResourceParam[Workspace], domain: dg.ResourceParam[Domain]
) -> dg.MaterializeResult:
    """Repairs with their evidence, and the queue of what a person has to look at."""
    build = workspace.settings.build
    found, queue = domain.repair(
        read_table(build, ".".join(LINES.path)), read_table(build, ".".join(TERMS.path))
    )
    rows = load_frames(build, {"repairs": found, "review_queue": queue})
    return dg.MaterializeResult(metadata=dict(rows))
