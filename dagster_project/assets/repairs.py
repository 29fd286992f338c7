"""Asset `repairs`: values that damaged prints must have had, where the equations prove it."""

import dagster as dg

from dagster_project.balance import corrections
from dagster_project.inputs import CORRECTIONS
from dagster_project.loading import load_frames, read_rows
from dagster_project.resources import Domain, Workspace

LINES = dg.AssetKey(["intermediate", "int_lines"])
TERMS = dg.AssetKey(["intermediate", "int_balance_terms"])

# A figure is repaired by what the forms around it prove, not by prose or by another document.
NO_PROOF = ("prose", "across_documents")

_FILE = f"left(document_id, {corrections.FILE_ID})"

# Where nothing was recognised, is damaged or was decided, there is nothing to say: most documents.
_IN_DOUBT = f"""
select {_FILE} from intermediate.int_balance_terms where is_recognised or state = 'damaged'
union
select {_FILE} from intermediate.int_lines where state = 'damaged'
union
select document_id from extracted.documents
where list_contains($decided, document_id) or list_contains($decided, file_path)
"""  # noqa: S608 - no value from outside

_LINES = f"""
select
    line_id, document_id, form_number, page, row_number, column_number, state, damage,
    printed_text, amount_yuan
from intermediate.int_lines
where {_FILE} in ({_IN_DOUBT})
"""  # noqa: S608

_TERMS = f"""
select * from intermediate.int_balance_terms
where {_FILE} in ({_IN_DOUBT}) and not list_contains($no_proof, kind)
"""  # noqa: S608


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
    try:
        decisions = corrections.read_corrections(workspace.settings.raw / CORRECTIONS)
        named = [decision.document for decision in decisions]
        lines = read_rows(build, _LINES, decided=named)
        terms = read_rows(build, _TERMS, decided=named, no_proof=list(NO_PROOF))
        documents = read_rows(build, "select document_id, file_path from extracted.documents")
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
