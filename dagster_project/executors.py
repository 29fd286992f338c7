"""Who works on documents: processes of this machine, or the machines of a cluster.

Here: the choice. A document's result is the same whoever works on it.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from dagster_project.settings import RAY, Settings
from dagster_project.workers import Done, Pool, Task


class ExecutorMissingError(RuntimeError):
    """What the settings ask for is not installed."""


class Executor(Protocol):
    """Runs tasks, each a picklable callable without arguments."""

    def run(self, tasks: Mapping[str, Task[Any]]) -> Iterator[Done[Any]]:
        """Yield what became of each task as soon as it is known, in no certain order."""
        ...


def pool_of(settings: Settings, log: Path) -> Executor:
    """The executor of these settings.

    Args:
        settings: which one, and what a task may use.
        log: file that gets whatever the libraries print that work on documents.

    Raises:
        ExecutorMissingError: it is not installed.
    """
    if settings.executor != RAY:
        return Pool(settings.jobs, log, settings.limits)
    try:
        from dagster_project.cluster import ClusterPool
    except ModuleNotFoundError as error:
        raise ExecutorMissingError(
            f"BUDGET_EXECUTOR={RAY} needs Ray, which is not installed: pip install '.[ray]'"
        ) from error
    return ClusterPool(settings.ray_address, log, settings.limits, settings.cache, settings.seeds)
