"""Documents are worked on in other processes, within limits, and a bad one fails alone."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dagster_project.processes import Limits
from dagster_project.workers import Done, Failed, KeptPool, Pool

LIMITS = Limits(megabytes=512, seconds=20)


@dataclass(frozen=True)
class Work:
    kind: str
    amount: int = 0

    def __call__(self) -> int:
        match self.kind:
            case "raise":
                raise ValueError("page  7\nhas no end")
            case "crash":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(9)
            case "no disk":
                raise OSError(28, "No space left on device")
            case "spin":
                while True:
                    pass
            case "sleep":
                time.sleep(600)
            case "memory":
                return len(bytearray(self.amount * 1024 * 1024))
            case "speak":
                print("a library speaks")
        return os.getpid()


def work(
    tmp_path: Path, tasks: dict[str, Work], *, jobs: int = 2, limits: Limits = LIMITS
) -> dict[str, Done[int]]:
    pool: Pool[int] = Pool(jobs=jobs, log=tmp_path / "log", limits=limits)
    return {done.name: done for done in pool.run(tasks)}


def kinds(names: Iterable[str]) -> dict[str, Work]:
    return {name: Work(name) for name in names}


def failure(done: Done[int]) -> Failed:
    assert isinstance(done.result, Failed)
    return done.result


def test_good_tasks_survive_bad_ones(tmp_path: Path) -> None:
    bad = ("crash", "raise", "exit", "killed", "no disk")
    names = [name for pair in zip(("one", "two", "three", "four", "speak"), bad, strict=True)
             for name in pair]  # fmt: skip
    done = work(tmp_path, kinds(names))
    assert set(done) == set(names)
    for name in set(names) - set(bad):
        assert isinstance(done[name].result, int), done[name]
        assert done[name].result != os.getpid()
        assert 0 < done[name].megabytes < LIMITS.megabytes
    assert "SIGSEGV (a crash in a library)" in failure(done["crash"]).reason
    assert failure(done["raise"]).reason == "ValueError: page 7 has no end"
    assert "Traceback" in failure(done["raise"]).details
    assert "status 9" in failure(done["exit"]).reason
    assert "a library speaks" in (tmp_path / "log").read_text()


def test_only_faults_of_the_surroundings_may_pass(tmp_path: Path) -> None:
    done = work(tmp_path, kinds(("raise", "crash", "killed", "no disk")))
    assert {name for name in done if failure(done[name]).may_pass} == {"killed", "no disk"}


def test_a_task_gets_no_more_memory_than_its_limit(tmp_path: Path) -> None:
    done = work(tmp_path, {"small": Work("memory", 50), "large": Work("memory", 600)})
    assert done["small"].result == 50 * 1024 * 1024
    assert "512 MiB" in failure(done["large"]).reason
    assert not failure(done["large"]).may_pass


def test_a_task_gets_no_more_time_than_its_limit(tmp_path: Path) -> None:
    began = time.monotonic()
    done = work(tmp_path, kinds(("spin", "good")), jobs=1, limits=Limits(512, 1))
    assert failure(done["spin"]).reason == "it took more than 1 s of processor time"
    assert isinstance(done["good"].result, int)
    assert time.monotonic() - began < 30


def test_the_time_of_one_task_is_not_counted_against_the_next(tmp_path: Path) -> None:
    limits = Limits(512, 2)
    tasks = {str(number): Burn(0.9) for number in range(4)}
    pool: Pool[int] = Pool(1, tmp_path / "log", limits)
    pids = {done.result for done in pool.run(tasks)}
    assert len(pids) == 1
    assert isinstance(pids.pop(), int)


@dataclass(frozen=True)
class Burn:
    seconds: float

    def __call__(self) -> int:
        used = time.process_time()
        while time.process_time() - used < self.seconds:
            pass
        return os.getpid()


def test_a_task_that_only_waits_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Limits, "longest_wait", 2.0)
    done = work(tmp_path, kinds(("sleep", "good")), jobs=1)
    assert failure(done["sleep"]).reason == "it was not finished after 2 s"
    assert isinstance(done["good"].result, int)


@dataclass(frozen=True)
class FailsLate:
    """Fails in a process that has worked before: by what is left over, not by itself."""

    name: str

    def __call__(self) -> str:
        before = os.environ.get("WORKED")
        os.environ["WORKED"] = "1"
        if self.name == "doubtful" and before:
            os.kill(os.getpid(), signal.SIGSEGV)
        return self.name


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_failure_in_a_used_process_is_tried_in_a_fresh_one(tmp_path: Path, jobs: int) -> None:
    tasks = {name: FailsLate(name) for name in ("a", "b", "c", "d", "doubtful", "e")}
    pool: Pool[str] = Pool(jobs, tmp_path / "log", LIMITS)
    assert {done.name: done.result for done in pool.run(tasks)} == {name: name for name in tasks}


@pytest.mark.parametrize("jobs", [1, 2, 5])
@pytest.mark.parametrize("order", [1, -1])
def test_results_depend_on_neither_jobs_nor_order(tmp_path: Path, jobs: int, order: int) -> None:
    tasks = {
        "large": Work("memory", 300),
        "small": Work("memory", 1),
        "too large": Work("memory", 600),
        "crash": Work("crash"),
        "raise": Work("raise"),
    }
    done = work(tmp_path, dict(list(tasks.items())[::order]), jobs=jobs)
    outcome = {
        name: one.result.reason if isinstance(one.result, Failed) else one.result
        for name, one in done.items()
    }
    assert outcome == {
        "large": 300 * 1024 * 1024,
        "small": 1024 * 1024,
        "too large": "it needs more than the 512 MiB of memory that a document may use",
        "crash": "the process that worked on it was ended by SIGSEGV (a crash in a library)",
        "raise": "ValueError: page 7 has no end",
    }


def test_nothing_to_do_starts_nothing(tmp_path: Path) -> None:
    assert work(tmp_path, {}) == {}
    assert not (tmp_path / "log").exists()


def test_leaving_early_ends_the_processes(tmp_path: Path) -> None:
    pool: Pool[int] = Pool(2, tmp_path / "log", LIMITS)
    results = pool.run(kinds(("good", "sleep")))
    pid = next(results).result
    assert isinstance(pid, int)
    results.close()  # type: ignore[attr-defined]
    assert not is_alive(pid)


@dataclass(frozen=True)
class Preparing:
    """Leaves something in its process for the tasks that come later; or fails."""

    place: Path
    fails: bool = False

    def __call__(self) -> None:
        self.place.write_text(str(os.getpid()))
        if self.fails:
            raise ValueError("nothing to prepare")


@pytest.mark.parametrize("fails", [False, True])
def test_a_process_is_there_before_its_first_task_and_stays(tmp_path: Path, fails: bool) -> None:
    pool: KeptPool[int] = KeptPool(Pool(1, tmp_path / "log", LIMITS))
    pool.begin(Preparing(tmp_path / "pid", fails))
    first, second = ([done.result for done in pool.run(kinds(("good",)))] for _ in range(2))
    kept = int((tmp_path / "pid").read_text())
    assert first == second == [kept]
    assert is_alive(kept)
    pool.close()
    assert not is_alive(kept)
    (third,) = pool.run(kinds(("good",)))
    assert third.result != kept
    pool.close()


def test_leaving_a_kept_pool_early_ends_what_is_at_work(tmp_path: Path) -> None:
    pool: KeptPool[int] = KeptPool(Pool(2, tmp_path / "log", LIMITS))
    results = pool.run(kinds(("good", "sleep")))
    assert isinstance(next(results).result, int)
    sleeping = [worker.process.pid for worker in pool._workers if worker.task]
    results.close()  # type: ignore[attr-defined]
    assert [pid for pid in sleeping if pid and is_alive(pid)] == []
    assert len(pool._workers) == 1
    pool.close()


_PARENT = """
import sys
from pathlib import Path
from dagster_project.processes import Limits
from dagster_project.workers import Pool
from tests.test_workers import Tell

if __name__ == "__main__":
    list(Pool(1, Path(sys.argv[1]) / "log", Limits(512, 60)).run({"tell": Tell(sys.argv[1])}))
"""


@dataclass(frozen=True)
class Tell:
    place: str

    def __call__(self) -> None:
        (Path(self.place) / "pid").write_text(str(os.getpid()))
        time.sleep(600)


@pytest.mark.skipif(sys.platform != "linux", reason="needs the parent-death signal of Linux")
def test_a_killed_run_leaves_no_process_behind(tmp_path: Path) -> None:
    (tmp_path / "parent.py").write_text(_PARENT)
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, tmp_path / "parent.py", tmp_path],
        env={**os.environ, "PYTHONPATH": str(root)},
    ) as parent:
        until = time.monotonic() + 60
        while not (tmp_path / "pid").exists() and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.2)
        pid = int((tmp_path / "pid").read_text())
        assert is_alive(pid)
        parent.kill()
    for _ in range(100):
        if not is_alive(pid):
            return
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the worker outlived its run")


def is_alive(pid: int) -> bool:
    """Whether a process still works; one that nobody has waited for yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_no_dump_of_a_document_is_left() -> None:
    from dagster_project.processes import limit_memory

    before = {kind: resource.getrlimit(kind) for kind in (resource.RLIMIT_DATA,)}
    pid = os.fork()
    if not pid:
        limit_memory(400)
        wanted = (400 * 1024 * 1024, (0, 0))
        found = (
            resource.getrlimit(resource.RLIMIT_DATA)[0],
            resource.getrlimit(resource.RLIMIT_CORE),
        )
        os._exit(0 if found == wanted else 1)
    assert os.waitpid(pid, 0)[1] == 0
    assert {kind: resource.getrlimit(kind) for kind in before} == before
