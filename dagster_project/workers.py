"""Work on documents in other processes, so that a bad document cannot take the run with it.

Here: the processes, what each may use, and what becomes of one that fails. What a task does is not
known here. The result of a task depends on neither the number of processes nor their order: a task
that fails in a process which has worked before is tried again in a fresh one.
"""

import contextlib
import logging
import multiprocessing
import os
import signal
import time
import traceback
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, TypeVar

from dagster_project import processes
from dagster_project.processes import Limits

Result = TypeVar("Result")
Task = Callable[[], Result]

# A forked child would inherit the locks of the libraries' threads, locked.
_SPAWN = multiprocessing.get_context("spawn")

# Libraries that would start a thread for each processor, with memory for each of them. Documents
# are what is done side by side.
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")

_LONGEST_REASON = 300  # characters
_SECONDS_TO_END = 5


@dataclass(frozen=True)
class Failed:
    """A task that gave no result.

    Attributes:
        reason: what a person is shown.
        details: for the log.
        may_pass: whether the same task may succeed another time, since the fault was not its own.
    """

    reason: str
    details: str
    may_pass: bool = False


@dataclass(frozen=True)
class Done(Generic[Result]):
    """What became of one task.

    Attributes:
        name: of the task.
        result: what it returned, or why it returned nothing.
        megabytes: the most memory its process has had so far; 0 if it died.
    """

    name: str
    result: Result | Failed
    megabytes: int


@dataclass(frozen=True)
class Pool(Generic[Result]):
    """Runs tasks in processes of their own.

    Attributes:
        jobs: processes at work at the same time.
        log: file that gets whatever the workers' libraries print.
        limits: what one task may use.
    """

    jobs: int
    log: Path
    limits: Limits

    def run(self, tasks: Mapping[str, Task[Result]]) -> Iterator[Done[Result]]:
        """Yield what became of each task as soon as it is known, in no certain order.

        A task is a picklable callable without arguments.
        """
        workers: list[_Worker] = []
        try:
            yield from self._run(tasks, workers)
        finally:
            for worker in workers:
                worker.end()

    def _run(
        self, tasks: Mapping[str, Task[Result]], workers: "list[_Worker]"
    ) -> Iterator[Done[Result]]:
        """Do the tasks in these processes, which stay, and in new ones where they are too few."""
        waiting = deque(tasks)
        alone: deque[str] = deque()
        while waiting or alone or any(worker.task for worker in workers):
            self._give_out(tasks, waiting, alone, workers)
            for worker in _finished(workers):
                done = worker.take()
                if worker.is_spent:
                    worker.end()
                    workers.remove(worker)
                if worker.is_to_blame:
                    alone.append(done.name)
                else:
                    yield done

    def _give_out(
        self,
        tasks: Mapping[str, Task[Result]],
        waiting: deque[str],
        alone: deque[str],
        workers: "list[_Worker]",
    ) -> None:
        """Let every free process begin a task, and start processes as long as there may be more."""
        for worker in workers:
            if waiting and not worker.task:
                name = waiting.popleft()
                worker.give(name, tasks[name])
        while (waiting or alone) and len(workers) < self.jobs:
            name = (waiting or alone).popleft()
            worker = _Worker.start(self.log, self.limits)
            workers.append(worker)
            worker.give(name, tasks[name])
        if alone and not waiting and len(workers) >= self.jobs:
            # The last tasks need fresh processes: make room for them.
            idle = [worker for worker in workers if not worker.task]
            for worker in idle[: len(alone)]:
                worker.end()
                workers.remove(worker)
            if idle:
                self._give_out(tasks, waiting, alone, workers)


@dataclass(frozen=True)
class KeptPool(Generic[Result]):
    """A pool whose processes stay for further tasks, until it is closed or this process ends."""

    pool: Pool[Result]
    _workers: "list[_Worker]" = field(default_factory=list)

    def begin(self, preparation: Task[object]) -> None:
        """Start a process ahead of its first task.

        Args:
            preparation: what it does meanwhile, such as to import what tasks need. It is no task:
                whether it fails shows in the tasks.
        """
        worker = _Worker.start(self.pool.log, self.pool.limits)
        worker.send(_Preparation(preparation))
        self._workers.append(worker)

    def run(self, tasks: Mapping[str, Task[Result]]) -> Iterator[Done[Result]]:
        """See `Pool`; whoever leaves early ends the processes that are still at work."""
        try:
            yield from self.pool._run(tasks, self._workers)
        finally:
            for worker in [worker for worker in self._workers if worker.task]:
                worker.end()
                self._workers.remove(worker)

    def close(self) -> None:
        """End all processes; tasks that come later get new ones."""
        while self._workers:
            self._workers.pop().end()


@dataclass(frozen=True)
class _Preparation:
    """What a process is sent that is no task."""

    call: Task[object]


@dataclass
class _Worker:
    """One process, seen from the run.

    Attributes:
        task: the name of what it works on.
        tasks: how many it has been given.
        is_spent: it can do no more.
        is_to_blame: its last task failed, and would perhaps not have in a fresh process.
    """

    process: multiprocessing.process.BaseProcess
    connection: Connection
    limits: Limits
    task: str | None = None
    tasks: int = 0
    is_spent: bool = False
    is_to_blame: bool = False
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def start(cls, log: Path, limits: Limits) -> "_Worker":
        log.parent.mkdir(parents=True, exist_ok=True)
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_work, args=(theirs, log, limits, os.getpid()), daemon=True)
        process.start()
        theirs.close()
        return cls(process, ours, limits)

    def give(self, name: str, task: Task[Result]) -> None:
        self.task, self.began = name, time.monotonic()
        self.tasks += 1
        self.send(task)

    def send(self, message: Task[Result] | _Preparation) -> None:
        with contextlib.suppress(OSError):  # it has died already, which `take` finds out
            self.connection.send(message)

    @property
    def is_late(self) -> bool:
        return time.monotonic() - self.began > self.limits.longest_wait

    def take(self) -> Done:
        """What became of the task at hand."""
        name, self.task = self.task or "", None
        try:
            if not self.connection.poll():
                return Done(name, self._stopped(), 0)
            result, megabytes, self.is_spent = self.connection.recv()
        except (EOFError, OSError):
            return Done(name, self._dead(), 0)
        self.is_to_blame = isinstance(result, Failed) and self.is_spent and self.tasks > 1
        return Done(name, result, megabytes)

    def _stopped(self) -> Failed:
        """End a process that does not come to an end."""
        self.process.kill()
        self.is_spent = True
        reason = f"it was not finished after {self.limits.longest_wait:.0f} s"
        return Failed(reason, reason, may_pass=True)

    def _dead(self) -> Failed:
        self.process.join(_SECONDS_TO_END)
        code = self.process.exitcode
        self.is_spent = True
        self.is_to_blame = self.tasks > 1 and code != -signal.SIGXCPU
        reason = processes.why_it_died(code, self.limits)
        return Failed(reason, reason, may_pass=code == -signal.SIGKILL)

    def end(self) -> None:
        self.connection.close()
        if self.task:
            self.process.kill()
        self.process.join(_SECONDS_TO_END)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def _finished(workers: "list[_Worker]") -> "list[_Worker]":
    """The workers that have something to say, have died, or have taken too long; waits for one."""
    busy = [worker for worker in workers if worker.task]
    ready = wait([worker.connection for worker in busy], timeout=1)
    return [worker for worker in busy if worker.connection in ready or worker.is_late]


def _work(connection: Connection, log: Path, limits: Limits, parent: int) -> None:
    """The life of a worker process: tasks in, results out, until nobody asks any more."""
    processes.die_with_parent(parent)
    _prepare(log, limits)
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        except Exception:  # a task that cannot be unpickled is a fault of the program
            connection.send((_failed(RuntimeError("it could not be sent to a worker")), 0, True))
            return
        if isinstance(task, _Preparation):
            with contextlib.suppress(Exception):
                task.call()
            continue
        processes.limit_seconds(limits.seconds)
        result, is_spent = _attempt(task, limits)
        peak = processes.peak_megabytes()
        # What one large document has left behind is not counted against the next.
        is_spent = is_spent or peak > limits.megabytes // 2
        connection.send((result, peak, is_spent))
        if is_spent:
            return


def _prepare(log: Path, limits: Limits) -> None:
    """Keep the terminal free: PDF libraries complain about documents on both streams."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    warnings.simplefilter("ignore")
    logging.getLogger().setLevel(logging.ERROR)
    for name in _THREADS:
        os.environ.setdefault(name, "1")
    processes.limit_memory(limits.megabytes)


def _attempt(task: Task[Result], limits: Limits) -> tuple[Result | Failed, bool]:
    """Call the task; also says whether the process is spent.

    An error becomes a reason here, since not every exception can be pickled.
    """
    try:
        return task(), False
    except MemoryError:
        reason = f"it needs more than the {limits.megabytes} MiB of memory that a document may use"
        return Failed(reason, f"{reason}\n{traceback.format_exc()}"), True
    except Exception as error:
        return _failed(error), False


def _failed(error: Exception) -> Failed:
    message = " ".join(str(error).split())[:_LONGEST_REASON]
    reason = f"{type(error).__name__}: {message}" if message else type(error).__name__
    # The disk, a file that was moved: what the system refuses now it may grant another time.
    return Failed(reason, traceback.format_exc(), may_pass=isinstance(error, OSError))
