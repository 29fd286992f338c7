"""Repairs of a build: what the equations prove of its figures, and what a person has decided.

Here: which rows of the build file go into the search for repairs, and its results back into it.
The search itself, and what a decision means, stand in `balance`.
"""

from dagster_project.balance import corrections
from dagster_project.inputs import CORRECTIONS
from dagster_project.loading import load_frames, read_rows
from dagster_project.resources import Domain
from dagster_project.settings import Settings

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


def repair_build(settings: Settings, domain: Domain) -> dict[str, int]:
    """Write `extracted.repairs` and `extracted.review_queue` of the build of these settings.

    Returns:
        The rows of both, and the number of decisions.

    Raises:
        CorrectionError: a decision does not match what is read.
    """
    build = settings.build
    decisions = corrections.read_corrections(settings.raw / CORRECTIONS)
    named = [decision.document for decision in decisions]
    lines = read_rows(build, _LINES, decided=named)
    terms = read_rows(build, _TERMS, decided=named, no_proof=list(NO_PROOF))
    documents = read_rows(build, "select document_id, file_path from extracted.documents")
    decided = corrections.locate(decisions, documents, lines, terms)
    found, queue = domain.repair(lines, corrections.decided_terms(terms, decided))
    found, queue = corrections.decided_repairs(found, queue, lines, terms, decided)
    rows = load_frames(build, {"repairs": found, "review_queue": queue})
    return {**rows, "decisions": len(decided)}
