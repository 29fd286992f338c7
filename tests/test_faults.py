"""What must hold whatever happens: the old warehouse is whole, and the next run completes."""

import dataclasses
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project import history
from dagster_project.publication import exclusive, publish
from dagster_project.run import NothingToDoError, run_warehouse
from dagster_project.settings import Settings
from tests import fakes
from tests.comparison import differences
from tests.small import small_settings

ROOT = Path(__file__).parents[1]
Put = Callable[[str, str], Path]


def run(settings: Settings, **options: object) -> bool:
    return run_warehouse(settings, domain=fakes.domain(), **options)  # type: ignore[arg-type]


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(statement).fetchall()


def start(settings: Settings) -> "subprocess.Popen[bytes]":
    arguments = [str(path) for path in (settings.raw, settings.warehouse, settings.cache)]
    return subprocess.Popen(
        [sys.executable, "-m", "tests.small", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def full_build(settings: Settings, place: Path) -> Path:
    """The same documents, with nothing to build on."""
    fresh = small_settings(settings.raw, place / settings.warehouse.name, place / "cache", 1)
    place.mkdir()
    # The parsed project is no result of the documents; everything else is made anew.
    shutil.copytree(settings.dbt_target, fresh.dbt_target)
    assert run(fresh)
    return fresh.warehouse


@pytest.fixture
def own(small: Settings, tmp_path: Path) -> Settings:
    """The small project with a cache of its own."""
    cache = tmp_path / "cache"
    if small.dbt_target.exists():
        shutil.copytree(small.dbt_target, cache / "dbt")
    return dataclasses.replace(small, cache=cache)


def test_an_incremental_run_equals_a_full_build(own: Settings, put: Put, tmp_path: Path) -> None:
    for name in ("a", "b", "c", "d"):
        put(f"{name}.txt", f"{name}1 1.00\n{name}2 -1.00\n")
    put("crash.txt", "die\n")
    assert run(own)
    put("a.txt", "a1 7.50\n")  # changed
    (own.raw / "b.txt").unlink()  # removed
    (own.raw / "c.txt").rename(own.raw / "moved.txt")  # renamed
    put("new/e.txt", "e1 3.00\n")  # added
    put("d-again.txt", "d1 1.00\nd2 -1.00\n")  # the same content twice
    assert run(own)
    counts = query(
        own,
        "select documents, documents_read, documents_cached, documents_removed,"
        " documents_quarantined from quality.run_history order by run_number",
    )
    assert counts == [(5, 5, 0, 0, 1), (5, 2, 3, 2, 1)]
    assert differences(own.warehouse, full_build(own, tmp_path / "full")) == []


def test_nothing_changed_means_nothing_done(own: Settings, put: Put) -> None:
    put("a.txt", "a 1.00\n")
    put("crash.txt", "die\n")
    assert run(own)
    before = query(own, "from quality.build")
    began = time.monotonic()
    assert run(own)
    assert time.monotonic() - began < 10
    rows = query(
        own,
        "select run_number, outcome, documents, documents_read, documents_cached,"
        " documents_quarantined, build_id from quality.run_history order by run_number",
    )
    build_id = before[0][0]
    assert rows == [
        (1, "published", 2, 2, 0, 1, build_id),
        (2, "unchanged", 2, 0, 2, 1, build_id),
    ]
    assert query(own, "from quality.build") == before
    assert not own.build.exists()
    assert not own.ledger.exists()


@pytest.mark.parametrize("what", ["file", "manifest", "corrections", "limits", "code"])
def test_every_input_is_noticed(
    own: Settings, put: Put, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster_project.inputs import inputs_of

    put("a.txt", "a 1.00\n")
    domain = fakes.domain()

    def build_id(settings: Settings) -> str:
        return inputs_of(settings, domain, domain.register(settings.raw)).build_id

    before = build_id(own)
    assert build_id(own) == before
    match what:
        case "file":
            put("a.txt", "a 2.00\n")
        case "manifest":
            put("manifest.csv", "file,publisher\na.txt,某局\n")
        case "corrections":
            put("corrections.csv", "document\n")
        case "limits":
            limits = dataclasses.replace(own.limits, seconds=7)
            own = dataclasses.replace(own, limits=limits)
        case "code":
            monkeypatch.setattr("dagster_project.versions.code_version", lambda: "other")
    assert build_id(own) != before


def test_a_fault_of_the_surroundings_is_tried_again(own: Settings, put: Put) -> None:
    put("a.txt", "a 1.00\n")
    flaky = put("b.txt", "killed\n")
    assert run(own)
    assert query(own, "select documents_to_retry from quality.build") == [(1,)]
    assert run(own)
    reads = query(
        own, "select outcome, documents_read from quality.run_history order by run_number"
    )
    assert reads == [("published", 2), ("published", 1)]
    flaky.unlink()


def test_a_damaged_cache_is_mended(own: Settings, put: Put) -> None:
    for name in ("a", "b", "c"):
        put(f"{name}.txt", f"{name} 1.00\n")
    assert run(own)
    before = query(own, "from marts.fct_budget_line order by all")
    results = sorted((own.cache / "documents").glob("*/forms-*"))
    tables = sorted((own.cache / "documents").glob("*/tables-*/tables.parquet"))
    (results[0] / "lines.parquet").write_bytes(b"PAR1")
    shutil.copyfile(tables[1], results[1] / "lines.parquet")
    (results[2] / "summary.json").write_text("{")
    tables[0].write_bytes(tables[0].read_bytes()[:100])
    assert run(own, rebuild=True)
    assert query(own, "from marts.fct_budget_line order by all") == before
    assert query(own, "select count(*) from marts.dim_document where status = 'loaded'") == [(3,)]


def test_a_killed_run_changes_nothing_and_the_next_completes(
    own: Settings, put: Put, tmp_path: Path
) -> None:
    chance = random.Random(6)  # noqa: S311
    for name in ("a", "b", "c"):
        put(f"{name}.txt", f"{name} 1.00\n")
    began = time.monotonic()
    assert run(own)
    length = time.monotonic() - began
    before = query(own, "from marts.fct_budget_line order by all")
    content = own.warehouse.read_bytes()
    for kill in range(3):
        put("new.txt", f"n{kill} {kill}.00\n")
        with start(own) as process:
            time.sleep(chance.uniform(0.3, 1.0) * length)
            process.kill()
        if own.warehouse.read_bytes() == content:
            assert query(own, "from marts.fct_budget_line order by all") == before
        else:  # it was quicker than the kill
            content = own.warehouse.read_bytes()
            before = query(own, "from marts.fct_budget_line order by all")
    put("last.txt", "z 9.00\n")
    assert run(own)
    outcomes = query(own, "select outcome from quality.run_history order by run_number")
    assert outcomes[0] == outcomes[-1] == ("published",)
    assert {outcome for (outcome,) in outcomes} <= {"published", "interrupted"}
    assert differences(own.warehouse, full_build(own, tmp_path / "full")) == []
    left = {path.name for path in own.warehouse.parent.iterdir()}
    assert left == {"raw", "cache", "full", "warehouse.duckdb", ".warehouse.duckdb.lock"}


def test_a_run_that_is_interrupted_says_so_and_leaves_nothing_behind(
    own: Settings, put: Put
) -> None:
    put("a.txt", "a 1.00\n")
    with start(own) as process:
        while not own.build.exists() and process.poll() is None:
            time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        assert process.wait(300) == 1
    assert not own.build.exists()
    assert not own.warehouse.exists()
    assert run(own)
    rows = query(own, "select outcome, reason from quality.run_history order by run_number")
    assert [outcome for outcome, _ in rows] == ["failed", "published"]
    assert "interrupt" in str(rows[0][1]).lower()


def test_two_runs_at_once_one_is_refused_or_waits(own: Settings, put: Put) -> None:
    put("a.txt", "a 1.00\n")
    with exclusive(own.lock):
        with pytest.raises(NothingToDoError, match="another run is building this warehouse"):
            run(own)
        with pytest.raises(NothingToDoError, match="another run"):
            run(own, patience=1)
    with start(own) as first:
        assert run(own, patience=300)
        assert first.wait(300) == 0
    outcomes = query(own, "select outcome from quality.run_history order by run_number")
    assert {outcome for (outcome,) in outcomes} == {"published", "unchanged"}


def test_a_failed_run_is_in_the_history_of_the_next(own: Settings, put: Put) -> None:
    put("a.txt", "same 1.00\nsame 2.00\n")
    assert not run(own)
    assert not own.warehouse.exists()
    assert not own.build.exists(), "what failed is cleaned away"
    put("a.txt", "same 1.00\n")
    assert run(own)
    rows = query(own, "select outcome, reason from quality.run_history order by run_number")
    assert [outcome for outcome, _ in rows] == ["failed", "published"]
    assert "blocking dbt results failed" in str(rows[0][1])
    assert not own.ledger.exists()


@pytest.fixture
def small_disk() -> Iterator[None]:
    """No file of this process may grow beyond a size, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_is_said_and_nothing_is_lost(
    own: Settings, put: Put, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("dagster_project.retries.SECONDS", 0)
    put("a.txt", "a 1.00\n")
    assert run(own)
    before = own.warehouse.read_bytes()
    put("b.txt", "b 1.00\n")
    request.getfixturevalue("small_disk")
    capsys.readouterr()
    assert not run(own)
    output = capsys.readouterr().out
    assert "Nothing was published" in output
    assert "too large" in output or "No space" in output, output
    assert own.warehouse.read_bytes() == before
    assert not own.build.exists()


def test_a_directory_that_cannot_be_written_to_is_said(
    own: Settings, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.txt", "a 1.00\n")

    def refused(path: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "touch", refused)
    with pytest.raises(NothingToDoError, match="cannot be written to: Permission denied"):
        run(own)


def test_a_name_that_duckdb_has_taken_is_refused(own: Settings, put: Put) -> None:
    put("a.txt", "a 1.00\n")
    with pytest.raises(NothingToDoError, match="DuckDB calls something of its own main"):
        run(dataclasses.replace(own, warehouse=own.warehouse.with_name("main.duckdb")))


def test_a_clock_that_is_set_back_loses_no_run(
    own: Settings, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.txt", "a 1.00\n")
    assert run(own)
    real = history.now
    monkeypatch.setattr(history, "now", lambda: real().replace(year=2001))
    monkeypatch.setattr("dagster_project.assembly.now", history.now)
    monkeypatch.setattr("dagster_project.run.now", history.now)
    put("b.txt", "b 2.00\n")
    assert run(own)
    assert run(own)
    rows = query(
        own,
        "select run_number, outcome, year(started_at), seconds >= 0 from quality.run_history"
        " order by run_number",
    )
    assert [(number, outcome) for number, outcome, *_ in rows] == [
        (1, "published"), (2, "published"), (3, "unchanged"),
    ]  # fmt: skip
    assert [year for _, _, year, _ in rows][1:] == [2001, 2001]
    assert all(positive for *_, positive in rows)


_READER = """
import sys, time
import duckdb
file, until = sys.argv[1], time.monotonic() + float(sys.argv[2])
builds, opened = set(), 0
while time.monotonic() < until:
    with duckdb.connect(file, read_only=True) as connection:
        numbers = "select max(build), count(*), sum(build) from numbers"
        first = connection.execute(numbers).fetchone()
        second = connection.execute("select build from about").fetchone()
    build, rows, total = first
    assert (build,) == second, (first, second)
    assert rows == 1000 and total == 1000 * build, first
    builds.add(build)
    opened += 1
print(opened, len(builds))
"""


def build(file: Path, number: int) -> Path:
    with duckdb.connect(file) as connection:
        connection.execute(f"create table numbers as select {number} as build from range(1000)")
        connection.execute(f"create table about as select {number} as build")
    return file


def test_fifty_publications_while_four_read(tmp_path: Path) -> None:
    warehouse = tmp_path / "w.duckdb"
    publish(build(tmp_path / "w.duckdb.next", 0), warehouse)
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", _READER, str(warehouse), "12"], stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    for number in range(1, 51):
        publish(build(tmp_path / "w.duckdb.next", number), warehouse)
        time.sleep(0.1)
    for reader in readers:
        output, _ = reader.communicate(timeout=120)
        assert reader.returncode == 0
        opened, builds = map(int, output.split())
        assert opened >= builds > 1
    with duckdb.connect(warehouse, read_only=True) as connection:
        assert connection.execute("select build from about").fetchone() == (50,)


def test_the_warehouse_does_not_depend_on_the_number_of_workers(
    own: Settings, put: Put, tmp_path: Path
) -> None:
    for name in ("a", "b", "c"):
        put(f"{name}.txt", f"{name} 1.00\n")
    put("crash.txt", "die\n")
    put("broken.txt", "raise\n")
    assert run(dataclasses.replace(own, jobs=3))
    assert differences(own.warehouse, full_build(own, tmp_path / "full")) == []
