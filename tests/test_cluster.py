"""Documents read on a Ray cluster: as locally, also when one of its machines is lost."""

import contextlib
import dataclasses
import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from PIL import Image, ImageDraw

from dagster_project import extraction, versions
from dagster_project.cache import Results, tables_results
from dagster_project.executors import ExecutorMissingError, executor_of
from dagster_project.extraction import DocumentEntry, TablesSummary
from dagster_project.processes import Limits
from dagster_project.run import NothingToDoError, run_warehouse
from dagster_project.settings import PROJECT_ROOT, RAY, Settings
from dagster_project.tasks import ReadTables
from dagster_project.workers import Done, Failed, Pool
from tests import fakes
from tests.test_workers import LIMITS, Work

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install '.[ray]'")

from ray.cluster_utils import Cluster  # noqa: E402 - only where there is Ray

from dagster_project import cluster  # noqa: E402
from dagster_project.cluster import ClusterError, ClusterPool  # noqa: E402

# A lost machine is noticed within two seconds instead of half a minute.
ATTENTIVE = {
    "health_check_initial_delay_ms": 0,
    "health_check_period_ms": 500,
    "health_check_timeout_ms": 500,
    "health_check_failure_threshold": 3,
}
STORE = 80 * 1024 * 1024


@dataclass(frozen=True)
class Machines:
    """A cluster on this machine: its head reads nothing, two nodes read one document each."""

    cluster: Any
    address: str
    recognising: Any

    def add(self) -> Any:
        return self.cluster.add_node(num_cpus=1, object_store_memory=STORE)

    def kill(self, node: Any) -> None:
        self.cluster.remove_node(node, allow_graceful=False)


def raylet(node: Any) -> str:
    """What the processes of a node know it by."""
    return str(node.all_processes["raylet"][0].process.pid)


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", str(PROJECT_ROOT))
        machines = Cluster(
            initialize_head=True,
            head_node_args={
                "num_cpus": 0,
                "object_store_memory": STORE,
                "include_dashboard": False,
                "_system_config": ATTENTIVE,
            },
        )
        node = machines.add_node(num_cpus=1, object_store_memory=STORE, resources={"ocr": 1})
        yield Machines(machines, machines.address, node)
        machines.shutdown()


def pool(machines: Machines, place: Path, limits: Limits = LIMITS) -> ClusterPool[Any]:
    return ClusterPool(machines.address, place / "log", limits, place, PROJECT_ROOT / "dbt/seeds")


def reasons(found: Iterator[Done[Any]]) -> dict[str, Any]:
    done = list(found)
    assert len({one.name for one in done}) == len(done), "a task was done twice"
    return {
        one.name: (one.result.reason, one.result.may_pass)
        if isinstance(one.result, Failed)
        else one.result
        for one in done
    }


def test_tasks_are_held_to_the_same_limits_as_locally(machines: Machines, tmp_path: Path) -> None:
    tasks = {
        "fits": Work("memory", 100),
        "too large": Work("memory", 600),
        "spin": Work("spin"),
        **{kind: Work(kind) for kind in ("raise", "crash", "killed", "exit", "no disk")},
        "fits too": Work("memory", 101),
    }
    limits = Limits(512, 1)
    local = reasons(Pool[Any](2, tmp_path / "log", limits).run(tasks))
    assert local["spin"] == ("it took more than 1 s of processor time", False)
    assert reasons(pool(machines, tmp_path, limits).run(tasks)) == local


@dataclass(frozen=True)
class Slow:
    """Reads as the fakes do, slowly, and leaves word which machine began with what."""

    place: Path

    def __call__(self, raw: Path, entry: DocumentEntry, target: Path) -> TablesSummary:
        begun = f"{entry.file_path} {os.environ['RAY_RAYLET_PID']} {os.getpid()} {os.getppid()}"
        (self.place / begun).touch()
        time.sleep(0.7)
        return fakes.extract_tables(raw, entry, target)


def test_a_machine_lost_in_mid_run_costs_no_document(
    machines: Machines, small: Settings, tmp_path: Path
) -> None:
    good = {f"{number}.txt": f"a{number} {number}.50" for number in range(8)}
    for name, text in {**good, "bad.txt": "raise", "fatal.txt": "die"}.items():
        (small.raw / name).write_text(f"{text}\n")
    begun = tmp_path / "begun"
    begun.mkdir()
    lost = machines.add()
    its_name = raylet(lost)
    killer = threading.Thread(target=kill_at_work, args=(machines, lost, begun))
    killer.start()
    settings = dataclasses.replace(small, executor=RAY, ray_address=machines.address)
    domain = dataclasses.replace(fakes.domain(), reader_version="slow", extract_tables=Slow(begun))
    assert run_warehouse(settings, domain=domain)
    killer.join()

    starts = [file.name.split() for file in begun.iterdir()]
    in_work = {name for name, machine, *_ in starts if machine == its_name}
    again = {name for name, machine, *_ in starts if machine != its_name}
    assert len(in_work) == 1, "the machine was to be lost with its first document in work"
    assert in_work < again == {*good, "bad.txt", "fatal.txt"}
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        documents = connection.execute(
            "select file_path, status, status_reason from marts.dim_document order by all"
        ).fetchall()
        lines = connection.execute(
            "select line_id, amount_yuan::varchar from marts.fct_budget_line order by all"
        ).fetchall()
    died = "the process that worked on it ended by itself with status 9"
    assert documents == [
        *((name, "loaded", None) for name in good),
        ("bad.txt", "quarantined", "ValueError: no such page"),
        ("fatal.txt", "quarantined", died),
    ]
    assert lines == [tuple(text.split()) for text in good.values()]


def kill_at_work(machines: Machines, node: Any, begun: Path) -> None:
    """End everything on a machine as soon as it has begun with a document."""
    its_name = raylet(node)
    while not (found := [f for f in begun.iterdir() if f.name.split()[1] == its_name]):
        time.sleep(0.02)
    machines.kill(node)
    for pid in found[0].name.split()[2:]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def test_documents_are_read_as_locally(
    machines: Machines, raw_build: Settings, tmp_path: Path
) -> None:
    entries = {entry.document_id: entry for entry in extraction.register(raw_build.raw)}
    local = {
        name: tables_results(raw_build.cache, versions.reader_version(), entry.sha256)
        for name, entry in entries.items()
    }
    tasks = {
        name: ReadTables(extraction.extract_tables, raw_build.raw, entry, Results(tmp_path / name))
        for name, entry in entries.items()
    }
    assert reasons(pool(machines, tmp_path, raw_build.limits).run(tasks)) == {
        name: {key: value for key, value in (result.use() or {}).items() if key != "files"}
        for name, result in local.items()
    }
    for name, task in tasks.items():
        ours = task.results.directory / "tables.parquet"
        assert ours.read_bytes() == (local[name].directory / "tables.parquet").read_bytes()


@dataclass(frozen=True)
class Noted:
    """Reads as a run does, and says on which machine."""

    def __call__(self, raw: Path, entry: DocumentEntry, target: Path) -> TablesSummary:
        summary = extraction.extract_tables(raw, entry, target)
        (target.parent / "machine").write_text(os.environ["RAY_RAYLET_PID"])
        return summary


def test_images_are_recognised_by_the_machines_labelled_for_it(
    machines: Machines, tmp_path: Path
) -> None:
    raw, other = tmp_path / "raw", machines.add()
    raw.mkdir()
    page = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(page).text((100, 100), "1234.56", font_size=60, fill=0)
    page.save(raw / "scan.png", dpi=(200, 200))
    for number in range(6):
        (raw / f"{number}.txt").write_text(f"收入支出决算总表 {number}\n")
    entries = {entry.file_path: entry for entry in extraction.register(raw)}
    tasks = {
        name: ReadTables(Noted(), raw, entry, Results(tmp_path / "results" / name))
        for name, entry in entries.items()
    }
    done = reasons(pool(machines, tmp_path, Limits(2048, 60)).run(tasks))
    assert done == {name: {"pages": 1, "grids": 0, "error": None} for name in entries}
    by = {name: (task.results.directory / "machine").read_text() for name, task in tasks.items()}
    assert by["scan.png"] == raylet(machines.recognising)
    assert raylet(other) in by.values(), "the other machine had nothing to do"
    machines.kill(other)


def test_a_machine_that_is_not_as_this_one_reads_nothing(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = {"one": Work("speak")}
    unseen = dataclasses.replace(pool(machines, tmp_path), cache=tmp_path / "not there")
    with pytest.raises(ClusterError, match="does not see .*not there"):
        list(unseen.run(tasks))
    monkeypatch.setattr(cluster, "_version", lambda seeds: "another")
    with pytest.raises(ClusterError, match="another version of this package"):
        list(pool(machines, tmp_path).run(tasks))


def test_without_a_cluster_a_run_says_so(small: Settings) -> None:
    (small.raw / "a.txt").write_text("unread 7.31\n")  # what is in the cache needs no cluster
    alone = dataclasses.replace(small, executor=RAY, ray_address="127.0.0.1:1")
    with pytest.raises(NothingToDoError, match="no Ray cluster at 127.0.0.1:1"):
        run_warehouse(alone, domain=fakes.domain())


def test_ray_that_is_not_installed_is_asked_for(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "dagster_project.cluster", None)
    with pytest.raises(ExecutorMissingError, match=r"pip install '\.\[ray\]'"):
        executor_of(dataclasses.replace(small, executor=RAY))
    with pytest.raises(NothingToDoError, match=r"pip install '\.\[ray\]'"):
        run_warehouse(dataclasses.replace(small, executor=RAY), domain=fakes.domain())
