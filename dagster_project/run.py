"""One run of the job `warehouse` in this process, watched by a person or by cron.

Here: starting the job, and telling what came of it. What a run does stands in the assets.
"""

import contextlib
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import duckdb
from rich.console import Console
from rich.text import Text

from dagster_project import summary
from dagster_project.automation import JOB
from dagster_project.dbt_project import DbtProjectError
from dagster_project.definitions import build_defs, default_domain
from dagster_project.failures import causes, explanation
from dagster_project.progress import SilentProgress, TerminalProgress, terminal
from dagster_project.resources import Domain
from dagster_project.settings import Settings

# Errors that mean: do something else, rather than: something is broken.
_USAGE_ERRORS = ("NoDocumentsError", "WarehouseBusyError")


class NothingToDoError(RuntimeError):
    """The run cannot begin; nothing was touched, and the message says what to do."""


def run_warehouse(settings: Settings, *, domain: Domain | None = None) -> bool:
    """Run the job and print its progress and its end.

    Returns:
        Whether a warehouse was published.

    Raises:
        NothingToDoError: no documents, no place for the warehouse, or another run is under way.
    """
    _require_places(settings)
    console = terminal()
    began = time.monotonic()
    log = settings.logs / f"run-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    try:
        result = _execute(settings, domain, TerminalProgress(console), log)
    except DbtProjectError as error:
        console.print(Text(f"The dbt project does not parse.\n{error}"), soft_wrap=True)
        return False
    if not result.success:
        _report_failure(console, result, log)
        return False
    _report_success(console, settings, time.monotonic() - began)
    return True


def _require_places(settings: Settings) -> None:
    if not settings.raw.is_dir():
        raise NothingToDoError(f"{settings.raw} is no directory: put the documents there")
    if settings.warehouse.is_dir() or not settings.warehouse.parent.is_dir():
        raise NothingToDoError(f"{settings.warehouse} is no place for a file")


def _execute(
    settings: Settings, domain: Domain | None, progress: SilentProgress, log: Path
) -> dg.ExecuteInProcessResult:
    """Execute the job; whatever the frameworks print goes into the log."""
    with _printing_into(log), dg.DagsterInstance.ephemeral() as instance:
        definitions = build_defs(
            settings=settings, domain=domain or default_domain(), progress=progress
        )
        return definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            run_config={"loggers": {"file": {"config": {"path": str(log)}}}},
            raise_on_error=False,
        )


@contextlib.contextmanager
def _printing_into(log: Path) -> Iterator[None]:
    with (
        log.open("a", encoding="utf-8") as handle,
        contextlib.redirect_stdout(handle),
        contextlib.redirect_stderr(handle),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        yield


def _report_success(console: Console, settings: Settings, seconds: float) -> None:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        found = summary.documents(connection)
        counted = summary.totals(connection)
    console.print(summary.documents_table(found))
    if problems := summary.problems_text(found):
        console.print(Text(f"{problems}\n"), soft_wrap=True)
    verdicts = ", ".join(
        f"{counted[f'equations_{verdict}']:,} {verdict.replace('_', ' ')}"
        for verdict in summary.VERDICTS
    )
    lines = [
        f"{counted['documents']:,} documents, {counted['documents_quarantined']:,} quarantined; "
        f"{counted['forms_found']:,} forms found, {counted['forms_declared']:,} declared; "
        f"{counted['amounts']:,} amounts",
        f"{counted['equations']:,} equations: {verdicts}",
        f"published {settings.warehouse} in {seconds:.0f} s",
    ]
    for line in lines:
        console.print(Text(line), soft_wrap=True)


def _report_failure(console: Console, result: dg.ExecuteInProcessResult, log: Path) -> None:
    for event in result.all_events:
        if not event.is_failure:
            continue
        error = getattr(event.event_specific_data, "error", None)
        for cause in causes(error):
            if cause.cls_name in _USAGE_ERRORS:
                raise NothingToDoError(_last_line(cause.message))
        if event.is_step_failure:
            console.print(Text(f"{event.step_key}: {explanation(event)}"), soft_wrap=True)
        elif not result.filter_events(lambda other: other.is_step_failure):
            messages = [_last_line(cause.message) for cause in causes(error)]
            console.print(Text(messages[-1] if messages else event.message or ""), soft_wrap=True)
    console.print(Text(f"Nothing was published. The full log: {log}"), soft_wrap=True)


def _last_line(message: str) -> str:
    """The words of an exception, without the name of its class."""
    return message.strip().partition(": ")[2] or message.strip()
