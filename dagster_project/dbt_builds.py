"""dbt in the process of the run, which Dagster's library has loaded it into anyway.

Here: the building of models, and what came of it. A dbt process of its own for each part would load
Python, dbt and the project again, which takes longer than most builds; and one left behind by a
killed run would go on writing under the name that the next run gives to its build.
"""

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

from dagster._utils.interrupts import raise_interrupts_as
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.artifacts.schemas.run import RunResult
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest
from dbt_common.events.base_types import EventLevel, EventMsg
from dbt_common.events.functions import msg_to_dict

from dagster_project.dbt_project import DbtProjectError
from dagster_project.settings import Settings

# Nothing reads dbt's files, and its loggers make each line, shown or not, from all variables of the
# environment: `_Listener` prints what a person may want to read.
_SILENT = ("--no-write-json", "--log-level", "none", "--log-level-file", "none")

_SHOWN = (EventLevel.INFO.value, EventLevel.WARN.value, EventLevel.ERROR.value)


@dataclass(frozen=True)
class Built:
    """What dbt has built and tested.

    Attributes:
        events: of the models and tests, as Dagster's library understands them.
        results: of all nodes; none if dbt could not begin.
        error: why not all is well; nothing if it is.
    """

    events: list[DbtCoreCliEventMessage]
    results: list[RunResult]
    error: str | None


@dataclass(frozen=True)
class Dbt:
    """The dbt project of these settings, which is read once, while the run does something else."""

    settings: Settings
    _manifest: Future[Manifest]

    @classmethod
    def begin(cls, settings: Settings) -> "Dbt":
        """Begin to read the project, in a thread: workers have the documents meanwhile."""
        with_one = ThreadPoolExecutor(1, "dbt")
        manifest = with_one.submit(_parse, settings)
        with_one.shutdown(wait=False)
        return cls(settings, manifest)

    def build(self, *arguments: str) -> Built:
        """Build and test what the arguments select; dbt lets go of the file before this returns.

        Raises:
            DbtProjectError: the project does not parse.
        """
        listener = _Listener()
        runner = dbtRunner(self._manifest.result(), [listener])
        try:
            done = _invoke(self.settings, runner, "build", *arguments)
        finally:
            DuckDBConnectionManager.close_all_connections()
        results = list(getattr(done.result, "results", ()))
        error = None if done.success else str(done.exception or "not all of it succeeded")
        return Built(listener.events, results, error)


def _parse(settings: Settings) -> Manifest:
    """The project, parsed anew only where it is not as it was at the last parse."""
    parsed = settings.dbt_target / "partial_parse.msgpack"
    known = ("--partial-parse-file-path", str(parsed)) if parsed.is_file() else ()
    done = _invoke(settings, dbtRunner(), "parse", *known)
    if not isinstance(done.result, Manifest):
        raise DbtProjectError(str(done.exception or "dbt gave no reason"))
    return done.result


def _invoke(
    settings: Settings, runner: dbtRunner, command: str, *arguments: str
) -> dbtRunnerResult:
    project, target = str(settings.dbt_project), settings.work / "dbt"
    # dbt ends its queries when it hears of a Ctrl-C, and not of what Dagster makes of one.
    with raise_interrupts_as(KeyboardInterrupt):
        done = runner.invoke([
            *_SILENT, command, *arguments, "--project-dir", project, "--profiles-dir", project,
            "--target-path", str(target),
        ])  # fmt: skip
    if done.exception and not isinstance(done.exception, Exception):
        raise done.exception  # the run is interrupted, which dbt keeps to itself
    return done


@dataclass(frozen=True)
class _Listener:
    """Hears what dbt says while it works: prints what matters, and keeps the results."""

    events: list[DbtCoreCliEventMessage] = field(default_factory=list)

    def __call__(self, message: EventMsg) -> None:
        if message.info.level not in _SHOWN:
            return
        said = msg_to_dict(message)
        sys.stdout.write(f"{said['info']['msg']}\n")
        event = DbtCoreCliEventMessage(said, {})
        if event.is_result_event:
            self.events.append(event)
