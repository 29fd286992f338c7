"""The exported files, as the programs that will read them see them."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import frictionless
import mlcroissant
import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from dagster_project.exports import NotAnExportError, export_tables
from dagster_project.exports.tables import described, write_csv, write_parquet
from dagster_project.exports.workbook import write_workbook
from dagster_project.settings import Settings

Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def warehouse(raw_build: Settings) -> Iterator[Connection]:
    with duckdb.connect(str(raw_build.warehouse), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def exported(warehouse: Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("exports") / "export"
    list(export_tables(warehouse, directory))
    return directory


@pytest.fixture
def table_of() -> Callable[..., Connection]:
    """A database whose only published table holds the given values."""

    def make(data_type: str, *values: object) -> Connection:
        connection = duckdb.connect()
        connection.execute("create schema marts")
        connection.execute(f"create table marts.fct_given (given {data_type})")
        connection.executemany("insert into marts.fct_given values (?)", [[v] for v in values])
        return connection

    return make


def test_every_table_is_written_in_two_formats(warehouse: Connection, exported: Path) -> None:
    tables = warehouse.execute(
        "select table_schema || '/' || table_name from information_schema.tables"
        " where table_schema in ('marts', 'quality')"
    ).fetchall()
    written = {path.relative_to(exported).as_posix() for path in exported.rglob("*/*.*")}
    assert written == {f"{name}.{suffix}" for (name,) in tables for suffix in ("parquet", "csv")}


def test_parquet_holds_exact_amounts(warehouse: Connection, exported: Path) -> None:
    lines = pl.read_parquet(exported / "marts" / "fct_budget_line.parquet")
    assert lines["amount_yuan"].dtype == pl.Decimal(18, 2)
    total = warehouse.execute("select sum(amount_yuan) from marts.fct_budget_line").fetchone()
    assert (lines["amount_yuan"].sum(),) == total


def test_csv_is_what_spreadsheets_take_for_chinese(exported: Path) -> None:
    csv = (exported / "marts" / "dim_document.csv").read_bytes()
    assert csv.startswith(b"\xef\xbb\xbf")
    assert "曲靖市" in csv.decode("utf-8-sig")


def test_checksums_hold(exported: Path) -> None:
    check = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"], cwd=exported, capture_output=True
    )
    assert check.returncode == 0, check.stdout.decode()
    listed = (exported / "SHA256SUMS").read_text("utf-8").splitlines()
    assert len(listed) == sum(path.is_file() for path in exported.rglob("*")) - 1


def test_the_data_package_is_valid_with_its_keys(exported: Path) -> None:
    """Types, primary keys and foreign keys of every row of every file."""
    report = frictionless.validate(str(exported / "datapackage.json"))
    assert report.valid, report.flatten(["title", "fieldName", "message"])[:5]
    package = json.loads((exported / "datapackage.json").read_text("utf-8"))
    facts = {
        resource["title"]: resource["schema"]
        for resource in package["resources"]
        if resource["title"].startswith("marts.fct_")
    }
    assert all(schema["primaryKey"] for schema in facts.values())
    fields = {field["name"]: field for field in facts["marts.fct_budget_line"]["fields"]}
    assert fields["amount_yuan"]["columnType"] == "value"
    assert fields["function_code"]["columnType"] == "functional-classification:generic:code"
    keys = facts["marts.fct_budget_line"]["foreignKeys"]
    assert {key["fields"][0] for key in keys} >= {"document_id", "function_code", "fund", "form"}


def test_a_wrong_row_is_noticed_by_the_data_package(warehouse: Connection, tmp_path: Path) -> None:
    """The check above can fail."""
    list(export_tables(warehouse, tmp_path / "export"))
    file = tmp_path / "export" / "marts" / "dim_fund.csv"
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join([*lines, lines[-1]]) + "\n", "utf-8")
    report = frictionless.validate(str(tmp_path / "export" / "datapackage.json"))
    kinds = {kind for (kind,) in report.flatten(["type"])}
    assert "primary-key" in kinds


def test_croissant_is_valid_and_names_the_columns_of_its_files(exported: Path) -> None:
    dataset = mlcroissant.Dataset(jsonld=str(exported / "croissant.json"))
    assert not dataset.metadata.ctx.issues.errors
    assert not dataset.metadata.ctx.issues.warnings
    described = {
        record_set.name: {field.name for field in record_set.fields}
        for record_set in dataset.metadata.record_sets
    }
    for name, columns in described.items():
        file = exported / (name.replace(".", "/") + ".parquet")
        assert set(pl.read_parquet_schema(file)) == columns


def test_every_table_and_column_is_described_in_chinese_and_english(
    warehouse: Connection,
) -> None:
    for table in described(warehouse):
        texts = {table.name: table.description}
        texts |= {f"{table.name}.{column.name}": column.description for column in table.columns}
        for name, text in texts.items():
            assert re.search("[\u4e00-\u9fff]", text) and re.search("[A-Za-z]{3}", text), name


def test_the_keys_that_descriptions_name_are_keys(warehouse: Connection) -> None:
    keyed = [table for table in described(warehouse) if table.primary_key]
    assert {table.name for table in keyed} >= {"marts.fct_budget_line", "marts.obt_expenditure"}
    for table in keyed:
        key = ", ".join(table.primary_key)
        distinct = warehouse.execute(
            f"select count(*) from (select distinct {key} from {table.name})"
        ).fetchone()
        assert distinct == (table.rows,), table.name


def test_the_workbook_keeps_every_amount_to_the_cent(warehouse: Connection, exported: Path) -> None:
    book = CalamineWorkbook.from_path(str(exported / "budget.xlsx"))
    for table in [table for table in described(warehouse) if table.is_for_spreadsheets]:
        header, *rows = book.get_sheet_by_name(table.short_name[:31]).to_python()
        names = [column.name for column in table.columns]
        assert header[: len(names)] == names
        assert len(rows) == table.rows
        if "amount_yuan" not in names:
            continue
        at = names.index("amount_yuan")
        read = sum(Decimal(repr(row[at])) for row in rows if row[at] != "")
        total = warehouse.execute(
            f"select coalesce(sum(amount_yuan), 0) from {table.name}"
        ).fetchone()
        assert (read,) == total, table.name


def test_an_amount_that_no_spreadsheet_can_hold_is_text(
    table_of: Callable[..., Connection], tmp_path: Path
) -> None:
    amounts = [Decimal("9999999999999.99"), Decimal("9999999999999999.99"), Decimal("-0.07")]
    connection = table_of("decimal(18, 2)", *amounts)
    write_workbook(connection, described(connection), tmp_path / "a.xlsx")
    sheet = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx")).get_sheet_by_name("fct_given")
    cells = [row[0] for row in sheet.to_python()[1:]]
    assert cells == [-0.07, 9999999999999.99, "9999999999999999.99"]


HOSTILE = ['=HYPERLINK("http://x","y")', "+1+1", "@SUM(A1)", "-cmd|' /C calc'!A0", "\t=1"]


def test_no_text_becomes_a_formula(table_of: Callable[..., Connection], tmp_path: Path) -> None:
    connection = table_of("varchar", *HOSTILE, "-1,234.50", "—", "-")
    (table,) = described(connection)
    write_parquet(connection, table, tmp_path)
    write_csv(connection, table, tmp_path)
    write_workbook(connection, [table], tmp_path / "a.xlsx")
    csv = pl.read_csv(tmp_path / "marts" / "fct_given.csv", infer_schema=False)["given"]
    assert csv.to_list() == [*(f"'{text}" for text in HOSTILE), "-1,234.50", "—", "-"]
    assert (
        pl.read_parquet(tmp_path / "marts" / "fct_given.parquet")["given"].to_list()[0]
        == (HOSTILE[0])
    )
    raw = subprocess.run(
        ["unzip", "-p", str(tmp_path / "a.xlsx"), "xl/worksheets/sheet2.xml"],
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert b"<f>" not in raw
    assert b"HYPERLINK" in raw


def test_a_long_table_goes_on_in_another_sheet(
    table_of: Callable[..., Connection], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dagster_project.exports.workbook._LAST_ROW", 3)
    connection = table_of("integer", *range(5))
    write_workbook(connection, described(connection), tmp_path / "a.xlsx")
    book = CalamineWorkbook.from_path(str(tmp_path / "a.xlsx"))
    assert book.sheet_names[1:] == ["fct_given", "fct_given 2", "fct_given 3"]
    values = [book.get_sheet_by_name(name).to_python()[1:] for name in book.sheet_names[1:]]
    assert values == [[[0.0], [1.0]], [[2.0], [3.0]], [[4.0]]]


def test_an_earlier_export_is_replaced_and_other_files_are_not(
    table_of: Callable[..., Connection], tmp_path: Path
) -> None:
    connection = table_of("integer", 1)
    connection.execute("create schema quality")
    connection.execute("create table quality.run_history (finished_at timestamp)")
    list(export_tables(connection, tmp_path / "export"))
    (tmp_path / "export" / "marts" / "old.csv").write_text("old")
    list(export_tables(connection, tmp_path / "export"))
    assert not (tmp_path / "export" / "marts" / "old.csv").exists()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    with pytest.raises(NotAnExportError):
        list(export_tables(connection, tmp_path / "mine"))
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
