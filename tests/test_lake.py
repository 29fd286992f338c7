"""The warehouse as a lake: whole builds, one at a time, on a real PostgreSQL."""

import dataclasses
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pytest

from dagster_project import lake
from dagster_project.lake import LakeError
from dagster_project.publication import WarehouseBusyError
from dagster_project.run import NothingToDoError, run_warehouse
from dagster_project.settings import Settings, SettingsError
from dagster_project.warehouse import warehouse_of
from tests import fakes, postgres
from tests.small import SMALL_DBT

pytestmark = [
    pytest.mark.skipif(
        not all(find_spec(package) for package in lake.EXTENSIONS),
        reason="the extensions are not installed: pip install '.[ducklake]'",
    ),
    pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed"),
]

NewLake = Callable[[str], Settings]


@pytest.fixture(scope="module")
def socket() -> Iterator[Path]:
    with postgres.server() as place:
        yield place


@pytest.fixture
def new_lake(socket: Path, small: Settings, tmp_path: Path) -> NewLake:
    """Settings of a machine, by its name, that publishes into a lake of this test's own."""
    database = f"lake_{next(_NUMBERS)}"
    postgres.create(socket, database)
    # Where dbt keeps the project as it has parsed it has nothing to do with the lake.
    parsed = small.cache / "dbt"
    parsed.mkdir(exist_ok=True)

    def machine(name: str) -> Settings:
        address = f"ducklake:postgres:host={socket} user={postgres.USER} dbname={database}"
        cache = tmp_path / name
        cache.mkdir(exist_ok=True)
        if not (cache / "dbt").exists():
            (cache / "dbt").symlink_to(parsed)
        given = {
            "BUDGET_RAW": str(small.raw),
            "BUDGET_WAREHOUSE": address,
            "BUDGET_LAKE_DATA": str(tmp_path / "data"),
            "BUDGET_CACHE": str(cache),
            "BUDGET_JOBS": "1",
        }
        return dataclasses.replace(Settings.from_environment(given), dbt_project=SMALL_DBT)

    return machine


_NUMBERS = itertools.count()


def lines(connection: duckdb.DuckDBPyConnection, at: str = "") -> list[tuple[object, ...]]:
    return connection.execute(
        f"select line_id, amount_yuan::varchar from marts.fct_budget_line {at} order by all"
    ).fetchall()


def history(connection: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return connection.execute(
        "select run_number, outcome from quality.run_history order by run_number"
    ).fetchall()


def test_a_run_publishes_into_a_lake_and_another_machine_sees_what_was_built(
    new_lake: NewLake, capsys: pytest.CaptureFixture[str]
) -> None:
    one, other = new_lake("one"), new_lake("other")
    (one.raw / "a.txt").write_text("a1 1.00\na2 2.50\n")
    assert run_warehouse(one, domain=fakes.domain())
    assert f"published {one.lake}" in capsys.readouterr().out
    with warehouse_of(one).connect() as before:
        assert lines(before) == [("a1", "1.00"), ("a2", "2.50")]
        assert history(before) == [(1, "published")]
        called = "select commit_message from budget.snapshots() where commit_message is not null"
        build = "select 'build ' || build_id from quality.build"
        assert before.execute(called).fetchall() == before.execute(build).fetchall()

        assert run_warehouse(other, domain=fakes.domain())
        assert "nothing has changed" in capsys.readouterr().out
        assert history(before) == [(1, "published")], "a reader saw what came later"
    with warehouse_of(other).connect() as after:
        assert history(after) == [(1, "published"), (2, "unchanged")]
        assert lines(after) == [("a1", "1.00"), ("a2", "2.50")]
    assert not one.build.exists()


BUILDS = 3

_LOADER = """
import sys
from pathlib import Path
import duckdb
from dagster_project.settings import Settings
from dagster_project.warehouse import warehouse_of

warehouse, build = warehouse_of(Settings.from_environment()), Path(sys.argv[1])
warehouse.prepare()
for number in range(int(sys.argv[2])):
    with warehouse.exclusive(300):
        with duckdb.connect(build) as connection:
            connection.execute("create schema marts")
            for table in ("one", "two"):
                connection.execute(
                    f"create table marts.{table} as select ? as build from range(500)",
                    [f"{build.stem} {number}"],
                )
        warehouse.publish(build, f"{build.stem} {number}")
"""


def load(settings: Settings, program: Path, build: Path) -> subprocess.Popen[bytes]:
    """A machine that publishes builds one after the other."""
    environment = {
        **os.environ,
        **settings.environment,
        "PYTHONPATH": str(Path(__file__).parents[1]),
    }
    command = [sys.executable, str(program), str(build), str(BUILDS)]
    return subprocess.Popen(command, env=environment)


def test_two_loaders_at_once_publish_whole_builds_one_after_the_other(
    new_lake: NewLake, tmp_path: Path
) -> None:
    machines = {name: new_lake(name) for name in ("first", "second")}
    warehouse = warehouse_of(machines["first"])
    warehouse.prepare()
    (tmp_path / "loader.py").write_text(_LOADER)
    loaders = [
        load(machine, tmp_path / "loader.py", tmp_path / f"{name}.duckdb")
        for name, machine in machines.items()
    ]
    reader = duckdb.connect()
    for statement in [*warehouse.statements("budget"), "use budget"]:
        reader.execute(statement)
    seen = set()
    while any(loader.poll() is None for loader in loaders):
        if lake.has_tables(reader):
            seen.add(whole_build(reader))
        time.sleep(0.02)
    assert [loader.wait() for loader in loaders] == [0, 0]
    snapshots = reader.execute(
        "select snapshot_id, commit_message from budget.snapshots()"
        " where commit_message is not null order by snapshot_id"
    ).fetchall()
    published = {f"{name} {number}" for name in machines for number in range(BUILDS)}
    assert sorted(message for _, message in snapshots) == sorted(f"build {b}" for b in published)
    assert len(seen) > 1, "nobody read while there was loading"
    assert seen <= published
    # Time travel: every build is still there, as it was.
    for snapshot, message in snapshots:
        assert f"build {whole_build(reader, f'at (version => {snapshot})')}" == message


def whole_build(reader: duckdb.DuckDBPyConnection, at: str = "") -> str:
    """The one build of which everything is that a reader sees."""
    reader.begin()
    rows = [
        row
        for table in ("one", "two")
        for row in reader.execute(
            f"select build, count(*) from marts.{table} {at} group by build"
        ).fetchall()
    ]
    reader.commit()
    assert len(rows) == 2
    assert rows[0] == rows[1], "two builds at once"
    assert rows[0][1] == 500, "half a build"
    return str(rows[0][0])


def test_a_lake_has_one_run_at_a_time_on_all_machines(new_lake: NewLake) -> None:
    one, other = new_lake("one"), new_lake("other")
    (one.raw / "a.txt").write_text("a1 1.00\n")
    warehouse_of(one).prepare()
    warehouse_of(other).prepare()
    with warehouse_of(one).exclusive():
        with (
            pytest.raises(WarehouseBusyError, match="here or on another machine"),
            warehouse_of(other).exclusive(),
        ):
            pytest.fail("two runs had the lock")
        with pytest.raises(NothingToDoError, match="another run is building"):
            run_warehouse(other, domain=fakes.domain())
    with warehouse_of(other).exclusive():
        pass


def test_tables_that_a_build_no_longer_has_go(new_lake: NewLake, tmp_path: Path) -> None:
    address = new_lake("one").lake
    warehouse_of(new_lake("one")).prepare()
    for number, table in enumerate(("old", "new")):
        build = tmp_path / f"{number}.duckdb"
        with duckdb.connect(build) as connection:
            connection.execute("create schema marts")
            connection.execute(f"create table marts.{table} as select 1.50::decimal(18, 2) as x")
            connection.execute(f"create view marts.seen as from marts.{table}")
            connection.execute(f"comment on column marts.{table}.x is '金额，publisher''s own'")
        lake.publish(build, address, table)
    with lake.connect(address) as connection:
        assert lake._tables(connection, lake.NAME) == {("marts", "new"), ("marts", "seen")}
        found = connection.execute("select x, typeof(x) from marts.seen").fetchall()
        comments = connection.execute(
            "select comment from duckdb_columns() where comment is not null"
        ).fetchall()
    assert [str(value) for value in found[0]] == ["1.50", "DECIMAL(18,2)"]
    assert comments == [("金额，publisher's own",)]


def test_a_lake_that_cannot_be_used_is_named(
    new_lake: NewLake, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = new_lake("one")
    (one.raw / "a.txt").write_text("a1 1.00\n")
    with pytest.raises(NothingToDoError, match="BUDGET_LAKE_DATA must say"):
        run_warehouse(dataclasses.replace(one, lake_data=None), domain=fakes.domain())
    nobody = dataclasses.replace(one, lake="ducklake:postgres:host=/nowhere dbname=budget")
    with pytest.raises(NothingToDoError, match="host=/nowhere"):
        run_warehouse(nobody, domain=fakes.domain())
    monkeypatch.setattr(lake, "EXTENSIONS", ("duckdb_extension_absent",))
    with pytest.raises(LakeError, match=r"duckdb-extension-absent .*pip install '\.\[ducklake\]'"):
        warehouse_of(one).connect()


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("ducklake:postgres:host=h password=secret", "holds a password"),
        ("ducklake:postgres:postgresql://user:secret@host/db", "holds a password"),
        ("ducklake:lake.db", "must be a file or ducklake:postgres:"),
    ],
)
def test_an_address_is_refused_without_showing_its_password(address: str, reason: str) -> None:
    with pytest.raises(SettingsError, match=reason) as refused:
        Settings.from_environment({"BUDGET_WAREHOUSE": address})
    assert "secret" not in str(refused.value)


def test_settings_of_a_lake_give_back_what_they_were_made_from(new_lake: NewLake) -> None:
    settings = dataclasses.replace(new_lake("one"), dbt_project=Settings.dbt_project)
    assert Settings.from_environment(settings.environment) == settings
    assert settings.work != new_lake("other").work
