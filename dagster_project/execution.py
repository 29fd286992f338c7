"""The job `warehouse` executed in this process, and why it failed if it did.

Here: what `run` needs of Dagster, apart from it because Dagster takes seconds to load, which a run
that finds nothing to do need not spend.
"""

import contextlib
import warnings
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from dagster_project.assembly import build_defs
from dagster_project.automation import JOB
from dagster_project.executors import Executor
from dagster_project.failures import causes, explanation
from dagster_project.progress import SilentProgress
from dagster_project.resources import Domain
from dagster_project.settings import Settings

# Errors that mean: do something else, rather than: something is broken.
_USAGE_ERRORS = (
    "ClusterError",
    "NoDocumentsError",
)


class UsageError(RuntimeError):
    """The run could not begin; nothing was touched."""


def execute(
    settings: Settings,
    domain: Domain,
    progress: SilentProgress,
    executor: Executor,
    *,
    log: Path,
    run_id: str,
) -> str | None:
    """Execute the job under the caller's lock; whatever the frameworks print goes into the log.

    Returns:
        Why nothing was published; nothing if the warehouse was.

    Raises:
        UsageError: there are no documents, or nobody who could read them.
        DbtProjectError: the dbt project does not parse.
    """
    with _printing_into(log), dg.DagsterInstance.ephemeral() as instance:
        definitions = build_defs(
            settings=settings,
            domain=domain,
            progress=progress,
            executor=executor,
            lock=contextlib.nullcontext(),
        )
        result = definitions.resolve_job_def(JOB).execute_in_process(
            instance=instance,
            run_id=run_id,
            run_config={"loggers": {"file": {"config": {"path": str(log)}}}},
            raise_on_error=False,
        )
    return None if result.success else "\n".join(_reasons(result))


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


def _reasons(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """Why each step failed; why the run did, if no step is to blame."""
    failures = [event for event in result.all_events if event.is_failure]
    steps = [event for event in failures if event.is_step_failure]
    for event in failures:
        error = getattr(event.event_specific_data, "error", None)
        for cause in causes(error):
            if cause.cls_name in _USAGE_ERRORS:
                raise UsageError(_words(cause.message))
    yield from (f"{event.step_key}: {explanation(event)}" for event in steps)
    if not steps:
        for event in failures:
            messages = [
                _words(cause.message)
                for cause in causes(getattr(event.event_specific_data, "error", None))
            ]
            yield messages[-1] if messages else event.message or ""


def _words(message: str) -> str:
    """The words of an exception, without the name of its class."""
    return message.strip().partition(": ")[2] or message.strip()
