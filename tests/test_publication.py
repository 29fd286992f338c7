"""Write, audit, publish: whole or not at all."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project import publication
from dagster_project.publication import (
    AUDIT,
    PublicationError,
    WarehouseBusyError,
    audit,
    exclusive,
    publish,
    storage_version,
)


def make(file: Path, *statements: str) -> Path:
    with duckdb.connect(file) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.dim_document as select 'a' as document_id")
        for statement in statements:
            connection.execute(statement)
    return file


def documents(file: Path) -> list[str]:
    with duckdb.connect(file, read_only=True) as connection:
        rows = connection.execute("select document_id from marts.dim_document").fetchall()
    return [row[0] for row in rows]


def failed(build: Path, registered: list[str]) -> set[str]:
    return {result.check for result in audit(build, registered) if not result.passed}


def test_storage_version_is_one_that_older_clients_read(tmp_path: Path) -> None:
    assert storage_version(make(tmp_path / "w.duckdb")) == 64


def test_storage_version_of_a_newer_format_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "new.duckdb"
    with duckdb.connect() as connection:
        connection.execute(f"attach '{file}' as new (storage_version 'v1.4.0')")
        connection.execute("create schema new.marts")
        connection.execute("create table new.marts.dim_document as select 'a' as document_id")
    assert storage_version(file) > 64
    assert failed(file, ["a"]) == {"readable_by_older_clients"}
    old = make(tmp_path / "w.duckdb")
    with pytest.raises(PublicationError, match="storage format"):
        publish(file, old)
    assert storage_version(old) == 64


@pytest.mark.parametrize("content", [b"", b"DUCK", b"x" * 4096])
def test_storage_version_of_another_file_is_an_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(PublicationError, match="not a DuckDB database"):
        storage_version(tmp_path / "f")


def test_audit_passes_a_whole_build(tmp_path: Path) -> None:
    build = make(tmp_path / "w.duckdb.next")
    assert {result.check for result in audit(build, ["a"])} == set(AUDIT)
    assert failed(build, ["a"]) == set()


def test_audit_misses_a_document(tmp_path: Path) -> None:
    assert failed(make(tmp_path / "w.duckdb.next"), ["a", "b"]) == {"every_document_is_there"}


def test_audit_finds_a_view_that_names_its_file(tmp_path: Path) -> None:
    build = make(
        tmp_path / "w.duckdb.next",
        "create view marts.bound as select * from w.marts.dim_document",
        "create view marts.free as select * from marts.dim_document",
    )
    results = {result.check: result for result in audit(build, ["a"])}
    assert not results["readable_under_any_name"].passed
    assert results["readable_under_any_name"].details.endswith(": marts.bound")


def test_publish_replaces_the_warehouse_and_open_readers_keep_the_old_one(tmp_path: Path) -> None:
    warehouse = make(tmp_path / "w.duckdb")
    reader = [
        sys.executable,
        "-c",
        "import duckdb, sys\n"
        f"c = duckdb.connect({str(warehouse)!r}, read_only=True)\n"
        "print('open', flush=True); sys.stdin.readline()\n"
        "print(c.execute('select count(*) from marts.dim_document').fetchone()[0])",
    ]
    build = make(tmp_path / "w.duckdb.next", "insert into marts.dim_document values ('b')")
    with subprocess.Popen(
        reader, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "open\n"
        publish(build, warehouse)
        output, _ = process.communicate("go on\n", timeout=60)
    assert output == "1\n"
    assert documents(warehouse) == ["a", "b"]
    assert not build.exists()


def test_a_failed_swap_leaves_the_old_warehouse(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = make(tmp_path / "w.duckdb")
    before = warehouse.read_bytes()
    build = make(tmp_path / "w.duckdb.next", "insert into marts.dim_document values ('b')")

    def no_space(path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publication, "_flush", no_space)
    with pytest.raises(OSError, match="No space"):
        publish(build, warehouse)
    assert warehouse.read_bytes() == before


def test_a_build_that_is_being_written_is_not_published(tmp_path: Path) -> None:
    build = make(tmp_path / "w.duckdb.next")
    (tmp_path / "w.duckdb.next.wal").write_bytes(b"x")
    with pytest.raises(PublicationError, match="write-ahead log"):
        publish(build, tmp_path / "w.duckdb")
    assert not (tmp_path / "w.duckdb").exists()


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    build = tmp_path / "warehouse.duckdb.next"
    for name in (build.name, f"{build.name}.wal", f"{build.name}.part", "warehouse.duckdb"):
        (tmp_path / name).touch()
    spilled = tmp_path / f"{build.name}.tmp"
    spilled.mkdir()
    (spilled / "duckdb_temp_storage_DEFAULT-0.tmp").touch()
    publication.remove_build(build)
    publication.remove_build(build)
    assert [path.name for path in tmp_path.iterdir()] == ["warehouse.duckdb"]


def test_a_second_run_is_refused_while_the_first_lasts(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        exclusive(lock),
        pytest.raises(WarehouseBusyError, match="another run"),
        exclusive(lock),
    ):
        pytest.fail("both hold the lock")
    with exclusive(lock):
        pass
