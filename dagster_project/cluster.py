"""Work on documents on the machines of a Ray cluster: one document is one task of Ray's.

Here: how documents are handed out, and what becomes of one whose machine is lost. On each machine
a document is worked on as it is locally, in a process of its own within the same limits
(`workers`). Results lie in the cache, which all machines share: it is the checkpoint, so that
neither a lost machine nor a second run does anything twice that was done.
"""

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Generic, TypeVar

import ray
from ray.exceptions import RayError, RayTaskError

from dagster_project import versions
from dagster_project.cache import hash_of, hash_of_files
from dagster_project.processes import Limits
from dagster_project.readers.elsewhere import RecognisedElsewhereError, recognition_elsewhere
from dagster_project.workers import Done, Failed, KeptPool, Pool, Task

Result = TypeVar("Result")

# Machines that bear this label recognise images: `ray start --resources '{"ocr": 4}'`.
OCR = "ocr"

# How often a document is begun anew because its machine was lost.
_RETRIES = 3

# Documents handed to Ray and not yet done: enough for any cluster to be busy, and to see its need.
_HANDED_OUT = 1000

_SECONDS_TO_ANSWER = 10

# Not even the machine that leads the cluster may report its use to anyone.
_NO_TELEMETRY = {"RAY_USAGE_STATS_ENABLED": "0"}


class ClusterError(RuntimeError):
    """The cluster cannot be used as it is; the message says why."""


@dataclass(frozen=True)
class ClusterPool(Generic[Result]):
    """Runs tasks as `workers.Pool` does, on the machines of a cluster.

    Attributes:
        address: of the cluster: `auto` for the one this machine belongs to, or `host:port`.
        log: file that gets whatever the workers' libraries print.
        limits: what one task may use.
        cache: a directory that every machine must see under this name.
        seeds: the catalogue, which must be the same on every machine.
    """

    address: str
    log: Path
    limits: Limits
    cache: Path
    seeds: Path

    def run(self, tasks: Mapping[str, Task[Result]]) -> Iterator[Done[Result]]:
        """Yield what became of each task as soon as it is known, in no certain order.

        If machines of the cluster are labelled for recognition, the others leave it to them.

        Raises:
            ClusterError: there is no cluster, or one of its machines is not as this one.
        """
        if not tasks:
            return
        with _connected(self.address):
            is_labelled = OCR in ray.cluster_resources()
            waiting = iter(tasks)
            running: dict[ray.ObjectRef, str] = {}
            while True:
                for name in islice(waiting, _HANDED_OUT - len(running)):
                    task = _LeavingImages(tasks[name]) if is_labelled else tasks[name]
                    running[self._hand_out(name, task)] = name
                if not running:
                    return
                (done,), _ = ray.wait(list(running), num_returns=1)
                name = running.pop(done)
                outcome: Done[Any] = _outcome(name, done)
                if outcome.result == _ELSEWHERE:
                    running[self._hand_out(name, tasks[name], {OCR: 1})] = name
                else:
                    yield outcome

    def begin(self, preparation: Task[object]) -> None:
        """Nothing: the machines keep their processes from one run to the next."""

    def close(self) -> None:
        """Nothing: the cluster goes on without this run."""

    def _hand_out(
        self, name: str, task: Task[Any], label: Mapping[str, float] | None = None
    ) -> ray.ObjectRef:
        remote = _remote_attempt.options(resources=dict(label or {}))
        return remote.remote(name, task, self, _version(self.seeds))


@dataclass(frozen=True)
class _LeavingImages:
    """A task that gives up where an image has to be recognised."""

    task: Task[Any]

    def __call__(self) -> Any:
        try:
            with recognition_elsewhere():
                return self.task()
        except RecognisedElsewhereError:
            return _ELSEWHERE


_ELSEWHERE = "recognised elsewhere"


@contextlib.contextmanager
def _connected(address: str) -> Iterator[None]:
    os.environ.update(_NO_TELEMETRY)
    try:
        _require_answer(address)
        ray.init(address=address, log_to_driver=False, configure_logging=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise ClusterError(f"there is no Ray cluster at {address}: {_words(error)}") from error
    try:
        yield
    finally:
        ray.shutdown()


def _require_answer(address: str) -> None:
    """Let an address where nobody answers fail at once: Ray would go on trying for minutes."""
    host, _, port = address.rpartition(":")
    if host:
        socket.create_connection((host, int(port)), _SECONDS_TO_ANSWER).close()


def _outcome(name: str, reference: ray.ObjectRef) -> Done[Any]:
    """What a machine says of a task; why it cannot, if it was lost every time."""
    try:
        done: Done[Any] = ray.get(reference)
    except RayTaskError as error:
        # A document's own faults do not come this way: the machine cannot work on any.
        raise ClusterError(_words(error.cause or error)) from error
    except RayError as error:
        reason = f"the machine that worked on it was lost {_RETRIES + 1} times"
        return Done(name, Failed(reason, f"{reason}: {error}", may_pass=True), 0)
    return done


def _attempt(name: str, task: Task[Any], pool: ClusterPool[Any], version: str) -> Done[Any]:
    """Work on one document; this runs in a process of Ray's on one of the machines."""
    machine = ray.util.get_node_ip_address()
    if not pool.cache.is_dir():
        raise ClusterError(f"{machine} does not see {pool.cache}, which all machines share")
    if _version(pool.seeds) != version:
        raise ClusterError(
            f"{machine} has another version of this package, of its libraries or of the catalogue"
        )
    (done,) = _kept_pool(pool.log, pool.limits).run({name: task})
    return done


# The function keeps its own name, so that a machine runs its own code, not a copy of this one's.
_remote_attempt = ray.remote(num_cpus=1, max_retries=_RETRIES)(_attempt)


@cache
def _version(seeds: Path) -> str:
    return hash_of(versions.code_version(), hash_of_files(seeds, ("*.csv",)))


@cache
def _kept_pool(log: Path, limits: Limits) -> KeptPool[Any]:
    return KeptPool(Pool(1, log, limits))


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
