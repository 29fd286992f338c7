"""What does not balance in one document, as the published warehouse has it.

Here: looking up and printing. The models of `marts` and `quality` make findings and verdicts.
"""

import hashlib
import sys
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.progress import plain, terminal

FOUND = 1  # exit status where there is a finding, as of a linter

_DOCUMENT = "select file_path, status, status_reason from marts.dim_document where document_id = ?"

_FINDINGS = """
select severity, sentence_zh, sentence_en, cells, equations, equation_id
from marts.rpt_findings
where document_id = ?
order by severity, abs(difference_yuan) desc, finding_id
"""

# Of the equations of a cause, the one that the sentence tells.
_TERMS = """
select
    terms.side, terms.sign * terms.amount_yuan,
    concat_ws(
        ' ', prints.form_number, 'p' || prints.page, 'r' || prints.row_number,
        'c' || prints.column_number, prints.label, prints.printed_text
    )
from quality.balance_terms as terms
inner join quality.printed_terms as prints on terms.line_id = prints.line_id
where terms.equation_id = ?
order by terms.side, prints.page, prints.row_number, terms.line_id
"""
_TERMS_SHOWN = 12  # of a side; a sum over many projects has more

# One figure printed twice and not alike; sums of rounded figures are only counted.
_NOTES = """
select description, cells from quality.rounding_notes
where document_id = ? and note_kind = 'same_figure'
order by page, equation_id
"""

_SUMS = "select count(*) from quality.rounding_notes where document_id = ? and note_kind = 'sum'"

_STATEMENTS = """
select count(*) from quality.statement_checks
where document_id = ? and verdict = 'holds_within_rounding'
"""

_CHECKED = """
select count(*), count(*) filter (where verdict = 'violated'),
    count(*) filter (where verdict = 'not_computable')
from quality.balance_checks where document_id = ?
"""


class UnknownDocumentError(RuntimeError):
    """The file is not in the warehouse."""


def print_findings(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Print the findings of a document, and end with status 1 if there are any.

    Raises:
        UnknownDocumentError: no document of the warehouse has this content.
    """
    console = terminal()
    document_id = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    document = connection.execute(_DOCUMENT, [document_id]).fetchone()
    if document is None:
        raise UnknownDocumentError(f"{file} is not in the warehouse; `make run` reads what is new")
    path, status, reason = document
    console.print(plain(f"{path}: {status}{f', {reason}' if reason else ''}"), soft_wrap=True)
    findings = connection.execute(_FINDINGS, [document_id]).fetchall()
    for number, (severity, zh, en, cells, equations, told) in enumerate(findings, start=1):
        of = "a statement" if not equations else f"{equations} equation{'s' * (equations > 1)}"
        console.print(plain(f"\n{number}. {severity}, {of}"), soft_wrap=True)
        console.print(plain(zh), soft_wrap=True)
        console.print(plain(en), soft_wrap=True)
        _print_terms(connection.execute(_TERMS, [told]).fetchall())
        if cells:
            console.print("  look at (place, print → what would balance):")
            _print_cells(cells)
    _print_notes(connection, document_id)
    total, violated, unknown = connection.execute(_CHECKED, [document_id]).fetchone() or (0, 0, 0)
    console.print(
        f"\n{_count(len(findings), 'finding')}; {violated:,} of {_count(total, 'equation')}"
        f" {'is' if violated == 1 else 'are'} violated, {unknown:,} could not be computed"
    )
    if findings:
        sys.exit(FOUND)


def _print_terms(terms: list[tuple[str, Decimal | None, str]]) -> None:
    """Both sides of an equation; nothing for a statement, which has none."""
    for side in ("left", "right"):
        own = [(amount, place) for of, amount, place in terms if of == side]
        if own:
            terminal().print(f"  {side} side:")
        for amount, place in own[:_TERMS_SHOWN]:
            figure = "?" if amount is None else f"{amount:+,.2f}"
            terminal().print(plain(f"   {figure:>20}  {place}"), soft_wrap=True)
        if len(own) > _TERMS_SHOWN:
            left_out = sum(amount or Decimal(0) for amount, _ in own[_TERMS_SHOWN:])
            more = len(own) - _TERMS_SHOWN
            terminal().print(f"   {left_out:>+20,.2f}  in {_count(more, 'more term')}")


def _print_notes(connection: duckdb.DuckDBPyConnection, document_id: str) -> None:
    """What is no finding, because rounding may explain it."""
    console = terminal()
    notes = connection.execute(_NOTES, [document_id]).fetchall()
    for description, cells in notes:
        console.print(plain(f"\nnote: printed twice, not alike: {description}"), soft_wrap=True)
        _print_cells(cells)
    (sums,) = connection.execute(_SUMS, [document_id]).fetchone() or (0,)
    if sums:
        console.print(
            f"\nnote: {_count(sums, 'sum')} of rounded figures differ{'s' * (sums == 1)} from the"
            " printed total by no more than rounding explains (quality.rounding_notes)"
        )
    (statements,) = connection.execute(_STATEMENTS, [document_id]).fetchone() or (0,)
    if statements:
        console.print(
            f"\nnote: {_count(statements, 'statement')} in prose or forms"
            f" {'is' if statements == 1 else 'are'} off by no more than the last printed digit"
            " (quality.statement_checks)"
        )


def _print_cells(cells: str | None) -> None:
    for cell in (cells or "").split("; "):
        terminal().print(plain(f"   {cell}"), soft_wrap=True)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
