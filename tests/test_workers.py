"""Documents are worked on in other processes, and a bad one fails alone."""

import os
from dataclasses import dataclass
from pathlib import Path

from dagster_project.workers import Failed, Pool


@dataclass(frozen=True)
class Work:
    kind: str

    def __call__(self) -> int:
        if self.kind == "raise":
            raise ValueError("page  7\nhas no end")
        if self.kind == "die":
            os._exit(9)
        print("a library speaks")
        return os.getpid()


def test_good_tasks_survive_bad_ones(tmp_path: Path) -> None:
    tasks = {name: Work(name) for name in ("one", "die", "two", "raise", "three")}
    pool: Pool[int] = Pool(jobs=2, log=tmp_path / "log")
    results = dict(pool.run(tasks))
    assert set(results) == set(tasks)
    for name in ("one", "two", "three"):
        assert isinstance(results[name], int)
        assert results[name] != os.getpid()
    died, raised = results["die"], results["raise"]
    assert isinstance(died, Failed)
    assert "died" in died.reason
    assert isinstance(raised, Failed)
    assert raised.reason == "ValueError: page 7 has no end"
    assert "Traceback" in raised.details
    assert "a library speaks" in (tmp_path / "log").read_text()


def test_nothing_to_do_starts_nothing(tmp_path: Path) -> None:
    assert list(Pool(jobs=2, log=tmp_path / "log").run({})) == []
    assert not (tmp_path / "log").exists()
