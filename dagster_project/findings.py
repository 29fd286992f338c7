"""What does not balance in one document, as the published warehouse has it.

Here: looking up and printing. The verdicts are made by the models of `quality`.
"""

import hashlib
from pathlib import Path

import duckdb
from rich import box
from rich.table import Table
from rich.text import Text

from dagster_project.progress import terminal

_DOCUMENT = "select file_path, status, status_reason from marts.dim_document where document_id = ?"

_VIOLATED = """
select
    equation_id,
    form,
    identity,
    description,
    left_yuan,
    right_yuan,
    difference_yuan,
    tolerance_yuan,
from quality.balance_checks
where document_id = ? and verdict = 'violated'
order by form, identity, equation_id
"""

_TERMS = """
select
    terms.side,
    terms.sign,
    terms.amount_yuan,
    lines.label,
    lines.column_path,
    lines.printed_text,
    lines.page,
from quality.balance_terms as terms
left join marts.fct_budget_line as lines on terms.line_id = lines.line_id
where terms.equation_id = ?
order by terms.side, lines.page, lines.row_number, lines.column_number
"""


class UnknownDocumentError(RuntimeError):
    """The file is not in the warehouse."""


def print_findings(connection: duckdb.DuckDBPyConnection, file: Path) -> None:
    """Print the violated equations of a document with their terms.

    Raises:
        UnknownDocumentError: no document of the warehouse has this content.
    """
    console = terminal()
    document_id = hashlib.sha256(file.read_bytes()).hexdigest()[:16]
    document = connection.execute(_DOCUMENT, [document_id]).fetchone()
    if document is None:
        raise UnknownDocumentError(f"{file} is not in the warehouse; `make run` reads what is new")
    path, status, reason = document
    console.print(Text(f"{path}: {status}{f', {reason}' if reason else ''}"), soft_wrap=True)
    violated = connection.execute(_VIOLATED, [document_id]).fetchall()
    for equation_id, form, identity, description, left, right, difference, tolerance in violated:
        heading = (
            f"\n{form}, {identity}: {description}\n"
            f"{left} against {right} yuan: a difference of {difference}, tolerance {tolerance}"
        )
        console.print(Text(heading), soft_wrap=True)
        console.print(_terms_table(connection, equation_id))
    checked = connection.execute(
        "select count(*) from quality.balance_checks where document_id = ?", [document_id]
    ).fetchone()
    total = checked[0] if checked else 0
    console.print(f"{len(violated):,} of {total:,} equations are violated")


def _terms_table(connection: duckdb.DuckDBPyConnection, equation_id: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    for column in ("side", "label", "column", "printed", "page"):
        table.add_column(column, overflow="fold")
    table.add_column("yuan", justify="right", no_wrap=True)
    for side, sign, amount, label, column, printed, page in connection.execute(
        _TERMS, [equation_id]
    ).fetchall():
        value = "" if amount is None else f"{'−' if sign < 0 else '+'} {amount:,}"
        cells = [side, label, column, printed, "" if page is None else str(page), value]
        table.add_row(*(Text(cell or "") for cell in cells))
    return table
