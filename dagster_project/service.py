"""The service: Dagster's UI and daemon, started and stopped as one.

Here: the processes, where they keep their state, and how they end. What they run is in
`automation`.
"""

import os
import shutil
import signal
import subprocess
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from dagster_project.publication import WarehouseBusyError, exclusive
from dagster_project.settings import PROJECT_ROOT, Settings

LOOPBACK = "127.0.0.1"
PORT = 3000

# A run in progress may be ended at any moment: nothing is published until it is whole.
_SECONDS_TO_END = 20
_DEFINITIONS = ("-m", "dagster_project.definitions")


def prepare_home(settings: Settings) -> Path:
    """The directory of Dagster's runs, ticks and logs, with the project's own `dagster.yaml`."""
    home = settings.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(PROJECT_ROOT / "dagster.yaml", home / "dagster.yaml")
    os.environ.update(settings.environment)
    os.environ["DAGSTER_HOME"] = str(home)
    return home


def close_abandoned_runs(settings: Settings) -> list[str]:
    """Mark the runs as failed that a killed service has left, since they hold up all others.

    Returns:
        Their identifiers; none if a run is under way, which may be one of them.
    """
    import dagster as dg
    from dagster._core.storage.dagster_run import IN_PROGRESS_RUN_STATUSES

    prepare_home(settings)
    try:
        with exclusive(settings.lock), dg.DagsterInstance.get() as instance:
            runs = instance.get_runs(dg.RunsFilter(statuses=IN_PROGRESS_RUN_STATUSES))
            for run in runs:
                instance.report_run_failed(run, "the service was stopped while this run lasted")
            return [run.run_id for run in runs]
    except WarehouseBusyError:
        return []


def serve(settings: Settings, *, host: str = LOOPBACK, port: int = PORT) -> int:
    """Run the UI and the daemon until one of them ends, or a signal asks for the end.

    Args:
        settings: where things lie.
        host: address the UI binds to. It knows no users: who reaches it may start runs.
        port: of the UI.

    Returns:
        The exit status: 0 if a signal ended it.
    """
    prepare_home(settings)
    close_abandoned_runs(settings)
    command = [sys.executable, "-m", "dagster", "dev", *_DEFINITIONS, "-h", host, "-p", str(port)]
    with _stopping() as stop:
        # A session of its own: its processes can be ended together, and a Ctrl-C meant for this
        # one does not reach them twice.
        process = subprocess.Popen(command, start_new_session=True)  # noqa: S603 - our own
        try:
            while not stop and process.poll() is None:
                _wait(process, 0.5)
        finally:
            _end(process)
    return 0 if stop else process.returncode or 1


@contextmanager
def _stopping() -> Iterator[list[int]]:
    """The signals that have asked for the end.

    They are heard even where they are ignored by default: a shell starts background jobs deaf to
    interrupts, and they would pass that on to all their children.
    """
    heard: list[int] = []

    def note(number: int, frame: types.FrameType | None) -> None:
        heard.append(number)

    before = {number: signal.signal(number, note) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ask once, wait, then end every process of the session."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        _wait(process, _SECONDS_TO_END)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    with suppress(subprocess.TimeoutExpired):
        process.wait(seconds)
