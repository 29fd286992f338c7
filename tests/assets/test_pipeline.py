"""The assets together, on the small dbt project: what a run leaves behind."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from dagster_project.assembly import build_defs
from dagster_project.publication import AUDIT, storage_version
from dagster_project.run import NothingToDoError, run_warehouse
from dagster_project.settings import Settings
from tests import fakes

Put = Callable[[str, str], Path]


def run(settings: Settings) -> bool:
    return run_warehouse(settings, domain=fakes.domain())


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        return connection.execute(statement).fetchall()


def test_the_asset_graph_is_the_way_of_the_data(small: Settings) -> None:
    graph = build_defs(settings=small, domain=fakes.domain()).resolve_asset_graph()

    def above(*path: str) -> set[str]:
        parents = graph.get(dg.AssetKey(path)).parent_keys
        return {key.to_user_string() for key in parents}

    assert above("documents") == set()
    assert above("tables") == {"documents"}
    assert above("forms") == {"tables"}
    assert above("staging") == {"forms"}
    assert above("staging", "stg_documents") == {"staging"}
    assert above("repairs") == {"intermediate/int_lines", "intermediate/int_balance_terms"}
    assert above("staging", "stg_repairs") == {"repairs"}
    assert above("marts", "fct_budget_line") == {"intermediate/int_lines", "staging/stg_repairs"}
    built = {
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if key.path[0] in {"catalogue", "staging", "intermediate", "marts", "quality"}
        and len(key.path) == 2
    }
    assert above("publication") == built


def test_dbt_tests_are_asset_checks(small: Settings) -> None:
    graph = build_defs(settings=small, domain=fakes.domain()).resolve_asset_graph()
    checks = {(key.asset_key.to_user_string(), key.name) for key in graph.asset_check_keys}
    assert ("marts/fct_budget_line", "line_id_is_unique") in checks
    assert ("intermediate/int_lines", "not_null_int_lines_line_id") in checks
    assert {("publication", name) for name in AUDIT} <= checks


def test_a_run_publishes_every_document_with_a_status(
    small: Settings, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("good.txt", "l1 5.00\nl2 -5.00\n")
    put("sub/violated.txt", "l3 7.10\n")
    put("crash.txt", "die\n")
    put("broken.txt", "raise\n")
    assert run(small)

    statuses = query(small, "select file_path, status from marts.dim_document order by all")
    assert statuses == [
        ("broken.txt", "quarantined"),
        ("crash.txt", "quarantined"),
        ("good.txt", "loaded"),
        ("sub/violated.txt", "loaded"),
    ]
    total = query(small, "select sum(amount_yuan)::varchar from marts.fct_budget_line")
    assert total == [("7.10",)]
    assert storage_version(small.warehouse) == 64
    assert not small.build.exists()

    output = capsys.readouterr().out
    assert "ValueError: no such page" in output
    assert "1 violated equation" in output
    assert "4 documents, 2 quarantined; 2 forms found, 2 declared; 3 amounts" in output
    assert "START" not in output, "dbt's own output belongs in the log"


def test_what_was_read_is_not_read_again_and_history_is_kept(small: Settings, put: Put) -> None:
    first = put("first.txt", "a1 1.00\n")
    assert run(small)
    put("second.txt", "b1 2.00\n")
    assert run(small)
    first.unlink()
    assert run(small)
    history = query(
        small,
        "select documents, documents_read, documents_cached from quality.run_history"
        " order by started_at",
    )
    assert history == [(1, 1, 0), (2, 1, 1), (1, 0, 1)]
    assert query(small, "select line_id from marts.fct_budget_line") == [("b1",)]
    unfinished = query(
        small,
        "select count(*) from quality.run_history"
        " where finished_at is null or finished_at < started_at",
    )
    assert unfinished == [(0,)]


def test_a_blocking_test_prints_its_rows_and_publishes_nothing(
    small: Settings, put: Put, capsys: pytest.CaptureFixture[str]
) -> None:
    put("a.txt", "same 1.00\n")
    assert run(small)
    before = small.warehouse.read_bytes()
    put("b.txt", "same 2.00\n")
    assert not run(small)
    output = capsys.readouterr().out
    assert "line_id_is_unique" in output
    assert "would be counted as one amount" in output
    assert "same" in output.split("line_id_is_unique")[1]
    assert "Nothing was published" in output
    assert small.warehouse.read_bytes() == before


def test_a_failed_audit_publishes_nothing(
    small: Settings, put: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    put("a.txt", "a 1.00\n")
    monkeypatch.setattr("dagster_project.publication.READABLE_STORAGE_VERSION", 63)
    assert not run(small)
    assert not small.warehouse.exists()


def test_an_empty_raw_is_a_matter_of_usage(small: Settings, put: Put) -> None:
    small.warehouse.write_bytes(b"the old one")
    with pytest.raises(NothingToDoError, match="holds no documents"):
        run(small)
    with pytest.raises(NothingToDoError, match="is no directory"):
        run(dataclasses.replace(small, raw=small.raw / "absent"))
    assert small.warehouse.read_bytes() == b"the old one"


def test_a_published_warehouse_can_be_read_under_another_name(published: Settings) -> None:
    other = published.warehouse.rename(published.warehouse.with_name("copy.duckdb"))
    with duckdb.connect(other, read_only=True) as connection:
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        for schema, name in names:
            connection.execute(f'from "{schema}"."{name}" limit 1')
    assert len(names) > 10
