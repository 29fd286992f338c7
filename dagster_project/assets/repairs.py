"""Asset `repairs`: values that damaged prints must have had, where the equations prove it."""

import dagster as dg
import polars as pl

from dagster_project.balance import corrections
from dagster_project.inputs import CORRECTIONS
from dagster_project.loading import load_frames, read_table
from dagster_project.resources import Domain, Workspace

LINES = dg.AssetKey(["intermediate", "int_lines"])
TERMS = dg.AssetKey(["intermediate", "int_balance_terms"])

# A figure is repaired by what the forms around it prove, not by prose or by another document.
NO_PROOF = ("prose", "across_documents")


@dg.asset(deps=[LINES, TERMS], group_name="balance", kinds={"polars", "duckdb"})
def repairs(
    workspace: dg.ResourceParam[Workspace], domain: dg.ResourceParam[Domain]
) -> dg.MaterializeResult:
    """Repairs with their evidence, and the queue of what a person has to look at.

    What a person has decided already, in `corrections.csv` beside the documents, goes first; a
    decision that no longer matches what is read fails the run.
    """
    with workspace.notes.stage("repairing"):
        metadata = _repair(workspace, domain)
    return dg.MaterializeResult(metadata=metadata)


def _repair(workspace: Workspace, domain: Domain) -> dict[str, int]:
    build = workspace.settings.build
    lines, terms = (read_table(build, ".".join(key.path)) for key in (LINES, TERMS))
    terms = terms.filter(~pl.col("kind").is_in(NO_PROOF))
    try:
        decisions = corrections.read_corrections(workspace.settings.raw / CORRECTIONS)
        documents = read_table(build, "extracted.documents")
        decided = corrections.locate(decisions, documents, lines, terms)
    except corrections.CorrectionError as error:
        raise dg.Failure(
            description="a correction does not match what is read",
            metadata={"details": dg.MetadataValue.text(str(error))},
            allow_retries=False,
        ) from error
    found, queue = domain.repair(lines, corrections.decided_terms(terms, decided))
    found, queue = corrections.decided_repairs(found, queue, lines, terms, decided)
    rows = load_frames(build, {"repairs": found, "review_queue": queue})
    return {"dagster/row_count": rows["repairs"], **rows, "decisions": len(decided)}
