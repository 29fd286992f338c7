"""One run, as a person or cron starts it: nothing to do, or the job `warehouse` in this process.

Here: whether there is anything to do, and telling what came of it. What a run does stands in the
assets.
"""

import contextlib
import dataclasses
import time
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb
from rich.console import Console

from dagster_project import summary
from dagster_project.dbt_project import DbtProjectError
from dagster_project.domain import default_domain
from dagster_project.executors import Executor, ExecutorMissingError, executor_of
from dagster_project.extraction import DocumentEntry
from dagster_project.history import Notes, add_unchanged_run, build_of, forget_notes, now
from dagster_project.inputs import Inputs, inputs_of
from dagster_project.progress import TerminalProgress, plain, terminal
from dagster_project.publication import PublicationError, WarehouseBusyError, remove_build
from dagster_project.resources import Domain
from dagster_project.settings import Settings
from dagster_project.tasks import Preparation
from dagster_project.warehouse import warehouse_of


class NothingToDoError(RuntimeError):
    """The run cannot begin; nothing was touched, and the message says what to do."""


def run_warehouse(
    settings: Settings,
    *,
    domain: Domain | None = None,
    rebuild: bool = False,
    patience: float = 0,
) -> bool:
    """Bring the warehouse up to date with the documents, and print how that went.

    Args:
        settings: where things lie.
        domain: readers, recognition and repair; by default the project's own.
        rebuild: build and test all anew even if the published build is of the same inputs.
        patience: seconds to wait while another run builds the same warehouse.

    Returns:
        Whether the warehouse is up to date and tested.

    Raises:
        NothingToDoError: no documents, no place for the warehouse, or another run is under way.
    """
    _require_places(settings)
    try:
        # One lock for the look and the build: who has waited for a run sees what it published.
        with warehouse_of(settings).exclusive(patience):
            settings = dataclasses.replace(settings, rebuild=rebuild)
            return _bring_up_to_date(settings, domain or default_domain())
    except (WarehouseBusyError, PublicationError) as error:
        raise NothingToDoError(str(error)) from error


def _bring_up_to_date(settings: Settings, domain: Domain) -> bool:
    console = terminal()
    began = time.monotonic()
    try:
        unchanged = not settings.rebuild and _record_unchanged(settings, domain)
    except (OSError, duckdb.Error, PublicationError) as error:
        return _failed(console, f"{type(error).__name__}: {error}")
    if not unchanged:
        return _build(settings, domain, console, began)
    name = warehouse_of(settings).name
    _report(console, settings, f"nothing has changed since {name} was built")
    return True


def _require_places(settings: Settings) -> None:
    if not settings.raw.is_dir():
        raise NothingToDoError(f"{settings.raw} is no directory: put the documents there")
    try:
        warehouse_of(settings).prepare()
    except PublicationError as error:
        raise NothingToDoError(str(error)) from error
    for directory in (settings.warehouse.parent, settings.work, settings.logs):
        probe = directory / f".{uuid.uuid4().hex}.probe"
        try:
            directory.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            raise NothingToDoError(
                f"{directory} cannot be written to: {error.strerror or error}"
            ) from error


def _build(settings: Settings, domain: Domain, console: Console, began: float) -> bool:
    try:
        executor = executor_of(settings)
    except ExecutorMissingError as error:
        raise NothingToDoError(str(error)) from error
    with contextlib.closing(executor):
        # Dagster takes seconds to load, and so do the readers.
        executor.begin(Preparation(domain.extract_tables, domain.extract_forms))
        return _build_by(executor, settings, domain, console, began)


def _build_by(
    executor: Executor, settings: Settings, domain: Domain, console: Console, began: float
) -> bool:
    from dagster_project.execution import UsageError, execute

    log = settings.logs / f"run-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.log"
    notes = Notes.begin(settings.ledger, str(uuid.uuid4()), now(), settings.jobs)
    try:
        reason = execute(
            settings, domain, TerminalProgress(console), executor, log=log, run_id=notes.run_id
        )
    except UsageError as error:
        raise NothingToDoError(str(error)) from error
    except DbtProjectError as error:
        return _failed(console, f"The dbt project does not parse.\n{error}")
    if reason is not None:
        if not notes.file.exists():  # of a Ctrl-C no asset hears
            notes.fail(reason)
            remove_build(settings.build)
        return _failed(console, reason, f"The full log: {log}")
    seconds = time.monotonic() - began
    _report(console, settings, f"published {warehouse_of(settings).name} in {seconds:.0f} s")
    return True


def _record_unchanged(settings: Settings, domain: Domain) -> bool:
    """Whether the warehouse was built from what is there now; if so, its history gets this run.

    Only under the lock.
    """
    build = build_of(warehouse_of(settings))
    if build is None or build.documents_to_retry:
        return False
    started_at, began = now(), time.monotonic()
    entries = domain.register(settings.raw)
    inputs = inputs_of(settings, domain, entries)
    if inputs.build_id != build.build_id:
        return False
    notes = Notes.begin(settings.ledger, uuid.uuid4().hex, started_at, settings.jobs)
    notes.add(seconds_registering=time.monotonic() - began)
    try:
        _add_to_history(settings, entries, inputs, notes)
    except BaseException as error:
        notes.fail(f"{type(error).__name__}: {error}")
        remove_build(settings.build)
        raise
    forget_notes(settings.ledger)
    return True


def _add_to_history(
    settings: Settings, entries: Sequence[DocumentEntry], inputs: Inputs, notes: Notes
) -> None:
    warehouse = warehouse_of(settings)
    with warehouse.connect() as connection:
        notes.add(
            **summary.totals(connection),
            documents_read=0,
            documents_cached=len(entries),
            documents_removed=0,
        )
    warehouse.amend(
        lambda connection: add_unchanged_run(connection, notes, inputs),
        settings.build,
        [entry.document_id for entry in entries],
    )


def _report(console: Console, settings: Settings, end: str) -> None:
    with warehouse_of(settings).connect() as connection:
        found = summary.documents(connection)
        counted = summary.totals(connection)
    console.print(summary.documents_table(found))
    if problems := summary.problems_text(found):
        console.print(plain(f"{problems}\n"), soft_wrap=True)
    verdicts = ", ".join(
        f"{counted[f'equations_{verdict}']:,} {verdict.replace('_', ' ')}"
        for verdict in summary.VERDICTS
    )
    lines = [
        f"{counted['documents']:,} documents, {counted['documents_quarantined']:,} quarantined; "
        f"{counted['forms_found']:,} forms found, {counted['forms_declared']:,} declared; "
        f"{counted['amounts']:,} amounts",
        f"{counted['equations']:,} equations: {verdicts}",
        end,
    ]
    for line in lines:
        console.print(plain(line), soft_wrap=True)


def _failed(console: Console, *lines: str) -> bool:
    lines = (*lines[:1], "Nothing was published.", *lines[1:])
    for line in lines:
        console.print(plain(line), soft_wrap=True)
    return False
