"""Who works on documents: processes of this machine, or the machines of a cluster.

Here: the choice. A document's result is the same whoever works on it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from dagster_project.settings import RAY, Settings
from dagster_project.workers import Done, KeptPool, Pool, Task


class ExecutorMissingError(RuntimeError):
    """What the settings ask for is not installed."""


class Executor(Protocol):
    """Runs tasks, each a picklable callable without arguments."""

    def run(self, tasks: Mapping[str, Task[Any]]) -> Iterator[Done[Any]]:
        """Yield what became of each task as soon as it is known, in no certain order."""
        ...

    def begin(self, preparation: Task[object]) -> None:
        """Let what will be needed be loaded where tasks will run, ahead of the first of them."""
        ...

    def close(self) -> None:
        """Give back what is held for further tasks."""
        ...


def executor_of(settings: Settings) -> Executor:
    """The executor of these settings.

    Raises:
        ExecutorMissingError: it is not installed.
    """
    log = settings.logs / "workers.log"  # gets whatever the libraries print
    if settings.executor != RAY:
        return KeptPool(Pool(settings.jobs, log, settings.limits))
    try:
        from dagster_project.cluster import ClusterPool
    except ModuleNotFoundError as error:
        raise ExecutorMissingError(
            f"BUDGET_EXECUTOR={RAY} needs Ray, which is not installed: pip install '.[ray]'"
        ) from error
    return ClusterPool(settings.ray_address, log, settings.limits, settings.cache, settings.seeds)
