"""Work on documents in other processes, so that a bad document cannot take the run with it.

Here: the process pool and what becomes of a worker that fails. What a task does is not known here.
"""

import logging
import multiprocessing
import os
import signal
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

Result = TypeVar("Result")
Task = Callable[[], Result]

_DIED = "the process that worked on this document died (out of memory, or a crash in a library)"


@dataclass(frozen=True)
class Failed:
    """A task that gave no result, with the reason a person is shown and the details for the log."""

    reason: str
    details: str


@dataclass(frozen=True)
class Pool(Generic[Result]):
    """Runs tasks in `jobs` processes.

    Attributes:
        jobs: processes at work at the same time.
        log: file that gets whatever the workers' libraries print.
    """

    jobs: int
    log: Path

    def run(self, tasks: Mapping[str, Task[Result]]) -> Iterator[tuple[str, Result | Failed]]:
        """Yield each task's name with its result as soon as there is one, in no certain order.

        A task is a picklable callable without arguments. A process that dies breaks the pool it
        belongs to; the tasks left over then get a process each, so that only those which kill
        theirs fail.
        """
        if not tasks:
            return
        left = dict(tasks)
        for name, result in self._pooled(tasks):
            del left[name]
            yield name, result
        for name, task in left.items():
            yield name, self._alone(name, task)

    def _pooled(self, tasks: Mapping[str, Task[Result]]) -> Iterator[tuple[str, Result | Failed]]:
        with self._executor(min(self.jobs, len(tasks))) as executor:
            names: dict[Future[Result | Failed], str] = {}
            try:
                for name, task in tasks.items():
                    names[executor.submit(_guarded, task)] = name
                for future in as_completed(names):
                    yield names[future], future.result()
            except BrokenProcessPool:
                return
            finally:
                executor.shutdown(wait=True, cancel_futures=True)

    def _alone(self, name: str, task: Task[Result]) -> Result | Failed:
        with self._executor(1) as executor:
            try:
                return executor.submit(_guarded, task).result()
            except BrokenProcessPool:
                return Failed(_DIED, f"{name}: {_DIED}")

    def _executor(self, workers: int) -> ProcessPoolExecutor:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        return ProcessPoolExecutor(
            max_workers=workers,
            # A forked child would inherit the locks of the libraries' threads, locked.
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_prepare_worker,
            initargs=(self.log,),
        )


def _prepare_worker(log: Path) -> None:
    """Keep the terminal free: PDF libraries complain about documents on both streams."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    warnings.simplefilter("ignore")
    logging.getLogger().setLevel(logging.ERROR)


def _guarded(task: Task[Result]) -> Result | Failed:
    """Call the task; an error becomes a reason, since not every exception can be pickled."""
    try:
        return task()
    except Exception as error:
        message = " ".join(str(error).split())[:300]
        reason = f"{type(error).__name__}: {message}" if message else type(error).__name__
        return Failed(reason, traceback.format_exc())
