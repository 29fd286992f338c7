"""Asset `repairs`: values that damaged prints must have had, where the equations prove it."""

import dagster as dg

from dagster_project.balance.corrections import CorrectionError
from dagster_project.repairs import repair_build
from dagster_project.resources import Domain, Workspace

LINES = dg.AssetKey(["intermediate", "int_lines"])
TERMS = dg.AssetKey(["intermediate", "int_balance_terms"])


@dg.asset(deps=[LINES, TERMS], group_name="balance", kinds={"polars", "duckdb"})
def repairs(
    workspace: dg.ResourceParam[Workspace], domain: dg.ResourceParam[Domain]
) -> dg.MaterializeResult:
    """Repairs with their evidence, and the queue of what a person has to look at.

    What a person has decided already, in `corrections.csv` beside the documents, goes first; a
    decision that no longer matches what is read fails the run.
    """
    try:
        with workspace.notes.stage("repairing"):
            metadata = repair_build(workspace.settings, domain)
    except CorrectionError as error:
        raise dg.Failure(
            description="a correction does not match what is read",
            metadata={"details": dg.MetadataValue.text(str(error))},
            allow_retries=False,
        ) from error
    return dg.MaterializeResult(metadata={"dagster/row_count": metadata["repairs"], **metadata})
