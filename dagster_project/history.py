"""The history of runs: a note for each run while it lasts, a row for each in every warehouse.

Here: how a run notes what it did, also a run that fails or is killed, and how the notes come into
the build. A note is a small file beside the warehouse, because a run that publishes nothing has no
other place to leave word; the next build takes it in.
"""

import contextlib
import dataclasses
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.cache import replace_text
from dagster_project.inputs import Inputs
from dagster_project.warehouse import Warehouse, attach

PUBLISHED, UNCHANGED, FAILED, INTERRUPTED = "published", "unchanged", "failed", "interrupted"

RUN_HISTORY = {
    "run_id": "varchar",
    "run_number": "integer",
    "outcome": "varchar",
    "reason": "varchar",
    "started_at": "timestamp",
    "finished_at": "timestamp",
    "build_id": "varchar",
    "documents": "integer",
    "documents_read": "integer",
    "documents_cached": "integer",
    "documents_removed": "integer",
    "documents_quarantined": "integer",
    "forms_found": "integer",
    "amounts": "integer",
    "equations": "integer",
    "equations_holds": "integer",
    "equations_holds_within_rounding": "integer",
    "equations_holds_after_repair": "integer",
    "equations_violated": "integer",
    "equations_not_computable": "integer",
    "warnings": "integer",
    "jobs": "integer",
    "worker_megabytes": "integer",
    "seconds": "decimal(12, 3)",
    "seconds_registering": "decimal(12, 3)",
    "seconds_reading": "decimal(12, 3)",
    "seconds_recognising": "decimal(12, 3)",
    "seconds_loading": "decimal(12, 3)",
    "seconds_modelling": "decimal(12, 3)",
    "seconds_repairing": "decimal(12, 3)",
    "manifest_hash": "varchar",
    "corrections_hash": "varchar",
    "code_version": "varchar",
    "reader_version": "varchar",
    "recognition_version": "varchar",
    "catalogue_hash": "varchar",
    "dbt_project_hash": "varchar",
}

BUILD = {
    "build_id": "varchar",
    "run_id": "varchar",
    "built_at": "timestamp",
    "documents_to_retry": "integer",
    "manifest_hash": "varchar",
    "corrections_hash": "varchar",
    "code_version": "varchar",
    "reader_version": "varchar",
    "recognition_version": "varchar",
    "catalogue_hash": "varchar",
    "dbt_project_hash": "varchar",
    "limit_megabytes": "integer",
    "limit_seconds": "integer",
    "duckdb_version": "varchar",
}

_LONGEST_REASON = 2_000  # characters
_LOADED, _MODELLED = "extracted", "quality"


@dataclass
class Notes:
    """What a run notes about itself while it lasts.

    Attributes:
        file: where the notes are kept.
        values: columns of the run history, and whatever else the publication has to know.
    """

    file: Path
    values: dict[str, Any] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    @classmethod
    def begin(cls, ledger: Path, run_id: str, started_at: datetime, jobs: int) -> "Notes":
        """The notes of a run; from its first one on it is known, however it ends."""
        values = {"run_id": run_id, "started_at": started_at.isoformat(), "jobs": jobs}
        return cls(ledger / f"{run_id}.json", values)

    def add(self, **values: object) -> None:
        """Note something; a number of seconds is added to what was noted before."""
        for name, value in values.items():
            if name.startswith("seconds_"):
                self.values[name] = round(self.values.get(name, 0) + value, 3)
            else:
                self.values[name] = value
        self.file.parent.mkdir(parents=True, exist_ok=True)
        replace_text(self.file, json.dumps(self.values, ensure_ascii=False))

    @contextlib.contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Note how long a stage lasts; the clock of the machine may be set meanwhile."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.add(**{f"seconds_{name}": time.monotonic() - began})

    def fail(self, reason: str) -> None:
        """Note why the run publishes nothing; the first reason is the cause of others."""
        if not self.has_failed:
            self.add(**self.ended(FAILED), reason=reason[:_LONGEST_REASON])

    def forget(self) -> None:
        """Leave no trace: a run that neither published nor failed only made parts by hand."""
        self.file.unlink(missing_ok=True)

    @property
    def run_id(self) -> str:
        """Which run it is."""
        return str(self.values["run_id"])

    @property
    def has_failed(self) -> bool:
        """Whether the run was noted to have failed."""
        return self.values.get("outcome") == FAILED

    def ended(self, outcome: str) -> dict[str, Any]:
        """The values of a run that ends now.

        They are not noted: what is not yet published, a kill can still prevent.
        """
        seconds = round(time.monotonic() - self._began, 3)
        return {
            **self.values,
            "outcome": outcome,
            "seconds": seconds,
            "finished_at": now().isoformat(),
        }


@dataclass(frozen=True)
class Build:
    """Which build a warehouse is.

    Attributes:
        build_id: of its inputs.
        documents_to_retry: documents that failed by no fault of their own.
    """

    build_id: str
    documents_to_retry: int


def now() -> datetime:
    """The time in UTC as the warehouse keeps it, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


def load_history(build: Path, published: Warehouse, notes: Notes) -> int:
    """Create `run_history` and `build` in the build file: the runs known, and this one.

    Runs are known from the published warehouse and from the notes of those that published nothing.

    Returns:
        The number of runs known.

    Raises:
        duckdb.Error: the published warehouse cannot be read, and with it the history would go.
    """
    with duckdb.connect(build) as connection:
        _create(connection, "run_history", RUN_HISTORY)
        _create(connection, "build", BUILD)
        if published.exists():
            _copy_history(connection, published)
        for values in (*_earlier(notes), notes.values):
            _write_run(connection, [_LOADED], values)
        row = connection.execute(f"select count(*) from {_LOADED}.run_history").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def finish_build(build: Path, notes: Notes, inputs: Inputs) -> None:
    """Write into the finished build which one it is, and the whole row of its run."""
    values = {
        **dataclasses.asdict(inputs),
        **notes.ended(PUBLISHED),
        "build_id": inputs.build_id,
        "built_at": now(),
        "duckdb_version": duckdb.__version__,
    }
    with duckdb.connect(build) as connection:
        for schema in (_LOADED, _MODELLED):
            connection.execute(f"delete from {schema}.build")  # noqa: S608
            _insert(connection, f"{schema}.build", BUILD, values)
        _write_run(connection, [_LOADED, _MODELLED], values)


def add_unchanged_run(connection: duckdb.DuckDBPyConnection, notes: Notes, inputs: Inputs) -> None:
    """Write a run that found nothing to do into a warehouse."""
    values = {
        **dataclasses.asdict(inputs),
        **notes.ended(UNCHANGED),
        "build_id": inputs.build_id,
    }
    for run in (*_earlier(notes), values):
        _write_run(connection, [_LOADED, _MODELLED], run)


def forget_notes(ledger: Path) -> None:
    """Remove the notes of all runs: the published warehouse has them. Only under the lock."""
    for file in ledger.glob("*.json"):
        file.unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        ledger.rmdir()


def build_of(warehouse: Warehouse) -> Build | None:
    """Which build a warehouse is, if it says so."""
    try:
        with warehouse.connect() as connection:
            row = connection.execute(
                "select build_id, documents_to_retry from quality.build"
            ).fetchone()
    except duckdb.Error:
        return None
    return Build(row[0], row[1]) if row else None


def _earlier(notes: Notes) -> list[dict[str, Any]]:
    """The notes of earlier runs, by their beginning.

    Who holds the lock is the only run at work: what another did not end was interrupted.
    """
    found = []
    for file in notes.file.parent.glob("*.json"):
        with contextlib.suppress(OSError, ValueError):  # a note is worth no failed run
            values = json.loads(file.read_text("utf-8"))
            if values.get("run_id") != notes.values["run_id"]:
                found.append({"outcome": INTERRUPTED, **values})
    return sorted(found, key=lambda values: str(values.get("started_at")))


def _write_run(
    connection: duckdb.DuckDBPyConnection, schemas: Iterable[str], values: Mapping[str, Any]
) -> None:
    """Write the row of a run, or write it anew; a published one stays as it is."""
    known = connection.execute(
        f"select run_number, outcome from {_LOADED}.run_history where run_id = ?",  # noqa: S608
        [values["run_id"]],
    ).fetchone()
    if known and known[1] == PUBLISHED:
        return
    number = known[0] if known else _next_number(connection)
    for schema in schemas:
        table = f"{schema}.run_history"
        connection.execute(f"delete from {table} where run_id = ?", [values["run_id"]])  # noqa: S608
        _insert(connection, table, RUN_HISTORY, {**values, "run_number": number})


def _next_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the next run. Runs are numbered, since a clock may be set back."""
    row = connection.execute(
        f"select coalesce(max(run_number), 0) + 1 from {_LOADED}.run_history"  # noqa: S608
    ).fetchone()
    return int(row[0]) if row else 1


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str]) -> None:
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    connection.execute(f"create schema if not exists {_LOADED}")
    connection.execute(f"create or replace table {_LOADED}.{table} ({declared})")


def _insert(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    values: Mapping[str, Any],
) -> None:
    marks = ", ".join("?" for _ in columns)
    connection.execute(
        f"insert into {table} ({', '.join(columns)}) values ({marks})",  # noqa: S608
        [values.get(name) for name in columns],
    )


def _copy_history(connection: duckdb.DuckDBPyConnection, published: Warehouse) -> None:
    """Copy the columns that the published history has; an older one may lack some."""
    attach(connection, published, "published")
    found = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'published'"
        " and schema_name = 'quality' and table_name = 'run_history'"
    ).fetchall()
    common = [column for (column,) in found if column in RUN_HISTORY]
    if common and "run_number" not in common:
        common.append("row_number() over (order by started_at) as run_number")
    if common:
        connection.execute(
            f"insert into {_LOADED}.run_history by name"  # noqa: S608
            f" select {', '.join(common)} from published.quality.run_history"
        )
    connection.execute("detach published")
