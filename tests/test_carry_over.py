"""Rows carried over from the published warehouse: which are not, and that a build has the rest."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dagster_project import carry_over, extraction
from dagster_project.carry_over import documents_to_build
from dagster_project.inputs import Inputs
from dagster_project.run import run_warehouse
from dagster_project.settings import Settings
from tests.comparison import ABOUT_RUNS, differences

INPUTS = Inputs("m", "", "code", "reader", "recognition", "catalogue", "dbt", 1, 1)


def letters(name: str) -> str:
    """A file's id: sixteen letters."""
    return name.ljust(16, "0")


@dataclass
class Shelf:
    """A published warehouse of documents, and what the next run found."""

    place: Path
    published: dict[str, dict[str, object]] = field(default_factory=dict)
    units: list[tuple[str, str]] = field(default_factory=list)

    def put(self, name: str, department: str, **values: object) -> None:
        """A published document; `text` is what its tables say."""
        self.published[letters(name)] = {
            "department_name": department, "region_code": "320000", "document_kind": "budget",
            "fiscal_year": 2024, "reporting_scope": "department", "text": "", **values,
        }  # fmt: skip

    def write(self) -> Path:
        """The published file, as far as it is asked."""
        file = self.place / "warehouse.duckdb"
        file.unlink(missing_ok=True)
        results = [(name, "r1") for name in self.published]
        with duckdb.connect(file) as connection:
            for schema in ("extracted", "intermediate", "quality"):
                connection.execute(f"create schema {schema}")
            self._load(
                connection, "results", pl.DataFrame(results, carry_over.RESULTS, orient="row")
            )
            for table, frame in _frames(self.published).items():
                self._load(connection, table, frame)
            connection.execute(
                "create table quality.build as select '' as corrections_hash, 'code' as"
                " code_version, 'reader' as reader_version, 'recognition' as recognition_version,"
                " 'catalogue' as catalogue_hash, 'dbt' as dbt_project_hash"
            )
            connection.execute(
                "create table intermediate.int_department_units"
                " (document_id varchar, unit_document_id varchar)"
            )
            for pair in self.units:
                connection.execute(
                    "insert into intermediate.int_department_units values (?, ?)",
                    [letters(name) for name in pair],
                )
        return file

    def to_build(
        self,
        *,
        changed: Mapping[str, Mapping[str, object]] | None = None,
        removed: str = "",
        failed: str = "",
        decided: str = "",
        inputs: Inputs = INPUTS,
    ) -> set[str]:
        """What has to be built, without the zeros behind the names."""
        results: dict[str, str | None] = dict.fromkeys(self.published, "r1")
        directories = {}
        for name, values in (changed or {}).items():
            file = letters(name)
            results[file] = "r2"
            old = self.published.get(file, {
                "region_code": "320000", "document_kind": "budget", "fiscal_year": 2024,
                "reporting_scope": "department", "text": "",
            })  # fmt: skip
            directories[file] = self._directory(file, {**old, **values})
        if removed:
            del results[letters(removed)]
        if failed:
            results[letters(failed)] = None
            directories[letters(failed)] = self._directory(letters(failed), {"text": ""})
        if decided:
            directories[letters(decided)] = self._directory(
                letters(decided), self.published[letters(decided)]
            )
        found = documents_to_build(
            self.write(), inputs, directories, results, {letters(decided)} if decided else ()
        )
        return {name.rstrip("0") for name in found}

    def _directory(self, file: str, values: Mapping[str, object]) -> Path:
        directory = self.place / f"{file}-{len(list(self.place.iterdir()))}"
        directory.mkdir()
        for table, frame in _frames({file: dict(values)}).items():
            frame.write_parquet(directory / f"{table}.parquet")
        return directory

    def _load(self, connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
        file = self.place / "table.parquet"
        frame.write_parquet(file)
        connection.execute(f"create table extracted.{table} as from '{file}'")


def _frames(documents: Mapping[str, Mapping[str, object]]) -> dict[str, pl.DataFrame]:
    rows = [{"document_id": file, **values} for file, values in documents.items()]
    return {
        table: pl.DataFrame(
            [] if table == "parts" else [
                {column: row.get(column) for column in extraction.SCHEMAS[table]} for row in rows
            ],
            schema=pl.Schema(extraction.SCHEMAS[table]),
        )
        for table in ("documents", "parts", "table_cells")
    }  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    """Two documents of one department, one of another, and one of its namesake elsewhere."""
    monkeypatch.setattr(carry_over, "WORTH_CARRYING", 1)
    found = Shelf(tmp_path)
    found.put("a23", "财政局（本级）", fiscal_year=2023)
    found.put("a24", "财政局 (本级)")
    found.put("b24", "教育局")
    found.put("c24", "财政局（本级）", region_code="310000")
    return found


def test_a_changed_document_is_built_with_those_of_its_department(shelf: Shelf) -> None:
    assert shelf.to_build(changed={"a24": {}}) == {"a23", "a24"}


def test_a_document_that_changes_its_department_touches_both(shelf: Shelf) -> None:
    assert shelf.to_build(changed={"b24": {"department_name": "财政局（本级）"}}) == {
        "a23", "a24", "b24",
    }  # fmt: skip


def test_a_removed_document_touches_those_of_its_department(shelf: Shelf) -> None:
    assert shelf.to_build(removed="a23") == {"a24"}


def test_a_document_that_failed_is_always_built(shelf: Shelf) -> None:
    assert shelf.to_build(failed="b24") == {"b24"}


def test_a_document_about_which_was_decided_is_always_built(shelf: Shelf) -> None:
    assert shelf.to_build(changed={"b24": {}}, decided="c24") == {"b24", "c24"}


def test_a_unit_is_built_with_the_department_that_it_was_compared_with(shelf: Shelf) -> None:
    shelf.put("u24", "幼儿园", reporting_scope="unit")
    shelf.units = [("b24", "u24")]
    assert shelf.to_build(changed={"u24": {}}) == {"b24", "u24"}


def test_a_new_unit_is_built_with_the_department_that_names_it(shelf: Shelf) -> None:
    shelf.put("b24", "教育局", text="所属单位：第一 幼儿园")
    new = {"u24": {"department_name": "第一幼儿园", "reporting_scope": "unit"}}
    assert shelf.to_build(changed=new) == {"b24", "u24"}
    elsewhere = {"u24": {**new["u24"], "region_code": "310000"}}
    assert shelf.to_build(changed=elsewhere) == {"u24"}


@pytest.mark.parametrize(
    "name", ["corrections_hash", "code_version", "recognition_version", "dbt_project_hash"]
)
def test_all_are_built_where_anything_else_has_changed(shelf: Shelf, name: str) -> None:
    inputs = replace(INPUTS, **{name: "another"})  # type: ignore[arg-type]
    assert shelf.to_build(changed={"b24": {}}, inputs=inputs) == {"a23", "a24", "b24", "c24"}


def test_all_are_built_where_little_would_be_carried_over(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_over, "WORTH_CARRYING", 4)
    assert shelf.to_build(changed={"b24": {}}) == {"a23", "a24", "b24", "c24"}


def test_all_are_built_where_nothing_or_something_strange_is_published(
    shelf: Shelf, tmp_path: Path
) -> None:
    results: dict[str, str | None] = {"a": "r1"}
    strange = tmp_path / "strange.duckdb"
    strange.write_text("no database", "utf-8")
    with duckdb.connect(tmp_path / "older.duckdb") as connection:
        connection.execute("create table other (name varchar)")
    for file in (tmp_path / "missing.duckdb", strange, tmp_path / "older.duckdb"):
        assert documents_to_build(file, INPUTS, {}, results) == {"a"}


def test_every_table_says_whose_its_rows_are(raw_build: Settings) -> None:
    """Or is of all documents together, or of runs: else its rows could not be carried over."""
    manifest = json.loads((raw_build.dbt_target / "manifest.json").read_text("utf-8"))
    whole = {node["name"] for node in manifest["nodes"].values() if "whole" in node["tags"]}
    with duckdb.connect(raw_build.warehouse, read_only=True) as connection:
        tables = carry_over._tables_of(connection, raw_build.warehouse.stem)
    unowned = {
        table.partition(".")[2]
        for table, columns in tables.items()
        if not carry_over._ROWS_OF.keys() & set(columns)
    }
    assert unowned - whole == ABOUT_RUNS


def test_a_build_with_rows_carried_over_is_one_of_all_documents(
    raw_build: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carry_over, "WORTH_CARRYING", 1)
    loaded = []
    read = carry_over.carry_over

    def spy(build: Path, published: Path, registered: list[str]) -> int:
        loaded.append(read(build, published, registered))
        return loaded[-1]

    monkeypatch.setattr("dagster_project.assets.normalisation.carry_over", spy)
    raw, place = tmp_path / "raw", tmp_path / "place"
    shutil.copytree(raw_build.raw, raw)
    place.mkdir()
    shutil.copyfile(raw_build.warehouse, place / "warehouse.duckdb")
    settings = replace(raw_build, raw=raw, warehouse=place / "warehouse.duckdb")
    changed, removed = raw / "nanan_jxw_2024_budget.md", raw / "chuxiong_gxj_2024_projects.txt"
    changed.write_bytes(changed.read_bytes().replace(b"5,615.72", b"5,615.82", 1))
    removed.unlink()

    assert run_warehouse(settings)
    documents = len([path for path in raw.iterdir() if path.suffix != ".csv"])
    assert loaded == [documents - 1]
    carried = tmp_path / "carried.duckdb"
    shutil.copyfile(settings.warehouse, carried)
    assert differences(raw_build.warehouse, carried)

    assert run_warehouse(settings, rebuild=True)
    assert loaded[1:] == [0]
    assert differences(carried, settings.warehouse) == []
