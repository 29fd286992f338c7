"""What a run has brought about, for a person: counts of each document, and failing rows.

Here: counting queries over a published warehouse, and their display. No judgement of what the
counts mean; that is what the tests and `quality` are for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

import duckdb
from rich import box
from rich.console import Console
from rich.table import Table

from dagster_project.dbt_project import FailedNode
from dagster_project.progress import plain, terminal

VERDICTS = ("holds", "holds_within_rounding", "holds_after_repair", "violated", "not_computable")
_VERDICT_HEADINGS = ("hold", "rounded", "repaired", "violated", "open")

_DOCUMENTS = """
select
    document_id,
    file_path,
    status,
    status_reason,
from marts.dim_document
order by file_path
"""

_FORMS = """
select
    document_id,
    count(*) filter (where found) as found,
    count(*) filter (where declared) as declared,
    list(coalesce(form_number, title) order by form_number, title)
        filter (where declared and not found) as absent,
from quality.form_coverage
group by document_id
"""

_AMOUNTS = """
with amounts as (
    select document_id from marts.fct_budget_line where amount_yuan is not null
    union all
    select document_id from marts.fct_project where amount_yuan is not null
)

select
    document_id,
    count(*) as amounts,
from amounts
group by document_id
"""

_DAMAGED = """
with cells as (
    select document_id, state from extracted.lines
    union all
    select document_id, state from extracted.projects
)

select
    document_id,
    count(*) as damaged,
from cells
where state = 'damaged'
group by document_id
"""

_VERDICTS = """
select
    document_id,
    verdict,
    count(*) as equations,
from quality.balance_checks
group by document_id, verdict
"""

_UNRECOGNISED = """
select
    document_id,
    count(*) as tables,
from quality.unrecognised_tables
group by document_id
"""

_READING_FINDINGS = """
select
    document_id,
    count(*) as findings,
from quality.reading_findings
group by document_id
"""

_UNMAPPED = """
select
    document_id,
    count(*) as labels,
from quality.unmapped_labels
group by document_id
"""


_WITHHELD = """
select
    document_id,
    count(*) as sums,
from quality.withheld_sums
group by document_id
"""


@dataclass(frozen=True)
class DocumentSummary:
    """One document of a published warehouse, in counts."""

    document_id: str
    file_path: str
    status: str
    status_reason: str = ""
    forms_found: int = 0
    forms_declared: int = 0
    amounts: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)
    forms_absent: tuple[str, ...] = ()
    damaged: int = 0
    unrecognised_tables: int = 0
    unmapped_labels: int = 0
    reading_findings: int = 0
    withheld_sums: int = 0

    @property
    def _absent(self) -> str:
        """The promised forms that are not there; a document with none of them is said to be so."""
        if not self.forms_absent:
            return ""
        if not self.forms_found:
            return f"all {len(self.forms_absent)} declared forms are absent"
        return f"declared but absent: {', '.join(self.forms_absent)}"

    @property
    def problems(self) -> str:
        """What a person may want to look at, in words."""
        parts = [
            self.status_reason if self.status == "loaded" else self._status,
            self._absent,
            _plural(self.verdicts.get("violated", 0), "violated equation"),
            _plural(self.damaged, "damaged cell"),
            _plural(self.unrecognised_tables, "unrecognised table"),
            _plural(self.unmapped_labels, "unmapped label"),
            _plural(self.reading_findings, "reading finding"),
            _plural(self.withheld_sums, "withheld sum"),
        ]
        return "; ".join(part for part in parts if part)

    @property
    def _status(self) -> str:
        words = self.status.replace("_", " ")
        return f"{words} ({self.status_reason})" if self.status_reason else words


def documents(connection: duckdb.DuckDBPyConnection) -> list[DocumentSummary]:
    """Every document of the warehouse, by path."""
    forms = _by_document(connection, _FORMS)
    amounts = _by_document(connection, _AMOUNTS)
    damaged = _by_document(connection, _DAMAGED)
    unrecognised = _by_document(connection, _UNRECOGNISED)
    unmapped = _by_document(connection, _UNMAPPED)
    findings = _by_document(connection, _READING_FINDINGS)
    withheld = _by_document(connection, _WITHHELD)
    verdicts: dict[str, dict[str, int]] = {}
    for document_id, verdict, equations in connection.execute(_VERDICTS).fetchall():
        verdicts.setdefault(document_id, {})[verdict] = equations
    summaries = []
    for document_id, path, status, reason in connection.execute(_DOCUMENTS).fetchall():
        found, declared, absent = forms.get(document_id, (0, 0, None))
        summaries.append(
            DocumentSummary(
                document_id=document_id,
                file_path=path,
                status=status,
                status_reason=reason or "",
                forms_found=found,
                forms_declared=declared,
                forms_absent=tuple(absent or ()),
                amounts=amounts.get(document_id, (0,))[0],
                verdicts=verdicts.get(document_id, {}),
                damaged=damaged.get(document_id, (0,))[0],
                unrecognised_tables=unrecognised.get(document_id, (0,))[0],
                unmapped_labels=unmapped.get(document_id, (0,))[0],
                reading_findings=findings.get(document_id, (0,))[0],
                withheld_sums=withheld.get(document_id, (0,))[0],
            )
        )
    return summaries


def totals(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Counts over all documents, as metadata of the published warehouse."""
    found = documents(connection)
    verdicts = {
        f"equations_{verdict}": sum(document.verdicts.get(verdict, 0) for document in found)
        for verdict in VERDICTS
    }
    # An equation between documents belongs to none of them in particular, but counts here.
    row = connection.execute("select count(*) from quality.balance_checks").fetchone()
    return {
        "documents": len(found),
        "documents_quarantined": sum(document.status == "quarantined" for document in found),
        "forms_absent": sum(len(document.forms_absent) for document in found),
        "forms_found": sum(document.forms_found for document in found),
        "forms_declared": sum(document.forms_declared for document in found),
        "amounts": sum(document.amounts for document in found),
        "equations": int(row[0]) if row else 0,
        **verdicts,
    }


def documents_table(found: Sequence[DocumentSummary]) -> Table:
    """The documents as a table that fits a terminal; `problems_text` has the rest."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("document", overflow="fold")
    for heading in ("forms", "amounts", *_VERDICT_HEADINGS):
        table.add_column(heading, justify="right", no_wrap=True)
    for document in found:
        forms = f"{document.forms_found}/{document.forms_declared or '–'}"
        counts = [document.verdicts.get(verdict, 0) for verdict in VERDICTS]
        table.add_row(
            plain(document.file_path),
            forms,
            f"{document.amounts:,}",
            *(f"{count:,}" for count in counts),
        )
    return table


def problems_text(found: Iterable[DocumentSummary]) -> str:
    """One line for each document that a person may want to look at."""
    lines = [f"{document.file_path}: {document.problems}" for document in found]
    return "\n".join(line for line in lines if not line.endswith(": "))


_BUILD = """
select
    build_id,
    built_at,
from quality.build
"""

_FINDINGS = """
select
    document_id,
    count(*) as findings,
from marts.rpt_findings
group by document_id
"""


def night_text(connection: duckdb.DuckDBPyConnection) -> str:
    """What a person may want to look at in a warehouse; its first line is the gist."""
    found, counted = documents(connection), totals(connection)
    findings = sum(row[0] for row in _by_document(connection, _FINDINGS).values())
    build = connection.execute(_BUILD).fetchone() or ("unknown", None)
    gist = [
        f"{counted['documents']:,} documents",
        f"{counted['documents_quarantined']:,} quarantined",
        f"{counted['forms_absent']:,} declared forms absent",
        f"{findings:,} findings",
    ]
    lines = [
        ", ".join(gist),
        f"build {build[0]} of {build[1]} UTC",
        "",
        problems_text(found) or "Nothing to look at.",
    ]
    return "\n".join(lines) + "\n"


def failed_nodes_text(failed: Iterable[FailedNode]) -> str:
    """Failed tests with their rows, as plain text: what a log and a terminal show alike."""
    console = Console(file=StringIO(), width=160, color_system=None)
    for node in failed:
        console.print(plain(f"✗ {node.name}: {node.message}"), soft_wrap=True)
        if node.description:
            console.print(plain(f"  {node.description}"), soft_wrap=True)
        if node.rows:
            table = Table(box=box.SIMPLE_HEAD)
            for column in node.columns:
                table.add_column(plain(column), overflow="fold")
            for row in node.rows:
                table.add_row(*(plain(value) for value in row))
            console.print(table)
    text = console.file
    assert isinstance(text, StringIO)  # noqa: S101 - what was put in above
    return text.getvalue().rstrip()


def _by_document(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, tuple[Any, ...]]:
    """The rows of a query by their first column, the document."""
    return {row[0]: row[1:] for row in connection.execute(query).fetchall()}


def _plural(count: int, noun: str) -> str:
    if not count:
        return ""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


_HISTORY = """
select
    run_number,
    started_at,
    outcome,
    seconds,
    documents,
    documents_read,
    documents_removed,
    documents_quarantined,
    equations_violated,
    warnings,
    build_id,
    reason,
from quality.run_history
order by run_number desc
limit ?
"""


def print_history(connection: duckdb.DuckDBPyConnection, last: int) -> None:
    """Print the last runs as a table, the newest first, and the build of this warehouse."""
    console = terminal()
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in (
        "run", "began (UTC)", "outcome", "s", "documents", "read", "gone", "quarantined",
        "violated", "warnings", "build", "reason",
    ):  # fmt: skip
        table.add_column(heading, overflow="fold")
    for number, began, *values in connection.execute(_HISTORY, [last]).fetchall():
        cells = (number, f"{began:%Y-%m-%d %H:%M}", *values)
        table.add_row(*(plain("" if cell is None else str(cell)) for cell in cells))
    console.print(table)
    build = connection.execute(_BUILD).fetchone()
    if build:
        console.print(plain(f"this is build {build[0]}, of {build[1]:%Y-%m-%d %H:%M} UTC"))
