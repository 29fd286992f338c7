"""Tables and columns with their descriptions, and the two plain formats: Parquet and CSV."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

_TABLES = """
select
    schema_name,
    table_name,
    comment,
from duckdb_tables()
where schema_name in ('marts', 'quality') and not internal
order by all
"""

_COLUMNS = """
select
    column_name,
    data_type,
    comment,
from duckdb_columns()
where schema_name = ? and table_name = ?
order by column_index
"""

# What a spreadsheet takes for a formula when a text begins with it. A minus before a digit is a
# printed negative amount, and stays as it is printed.
_FORMULA = r"^([=+@\t\r]|-[^0-9.,])"


@dataclass(frozen=True)
class Column:
    """A column of a published table.

    Attributes:
        name: as in the warehouse.
        data_type: DuckDB's, such as `DECIMAL(18,2)`.
        description: of the model, in Chinese and English.
    """

    name: str
    data_type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A published table.

    Attributes:
        schema: marts or quality.
        short_name: without the schema.
        description: of the model.
        columns: in the order of the table.
        primary_key: columns that tell its rows apart; empty where the model names none.
        rows: how many there are.
    """

    schema: str
    short_name: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]
    rows: int

    @property
    def name(self) -> str:
        """With the schema: `marts.dim_fund`."""
        return f"{self.schema}.{self.short_name}"

    @property
    def is_for_spreadsheets(self) -> bool:
        """Facts, the wide table and reports: what people open without joining anything."""
        return self.schema == "marts" and not self.short_name.startswith("dim_")

    def file(self, suffix: str) -> str:
        """Path of the table's file within the export."""
        return f"{self.schema}/{self.short_name}.{suffix}"


def described(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """Every table of marts and quality, with what its models say about it."""
    return [
        _described(connection, schema, name, comment or "")
        for schema, name, comment in connection.execute(_TABLES).fetchall()
    ]


def write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, directory: Path) -> None:
    """Write `<schema>/<table>.parquet`; amounts stay DECIMAL(18,2)."""
    target = directory / table.file("parquet")
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.table(table.name).write_parquet(str(target), compression="zstd")


def write_csv(connection: duckdb.DuckDBPyConnection, table: Table, directory: Path) -> None:
    """Write `<schema>/<table>.csv`, as spreadsheets open it.

    UTF-8 with a byte order mark, without which they take Chinese for Latin. A text that they would
    take for a formula gets an apostrophe in front; the Parquet file has it as it is printed.
    """
    target = directory / table.file("csv")
    target.parent.mkdir(parents=True, exist_ok=True)
    lazy = pl.scan_parquet(directory / table.file("parquet"))
    text = pl.col(pl.String)
    guarded = pl.when(text.str.contains(_FORMULA)).then("'" + text).otherwise(text).name.keep()
    has_text = any(column.data_type == "VARCHAR" for column in table.columns)
    (lazy.with_columns(guarded) if has_text else lazy).sink_csv(target, include_bom=True)


def _described(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, description: str
) -> Table:
    columns = connection.execute(_COLUMNS, [schema, name]).fetchall()
    counted = connection.execute(f'select count(*) from "{schema}"."{name}"').fetchone()  # noqa: S608
    return Table(
        schema=schema,
        short_name=name,
        description=" ".join(description.split()),
        columns=tuple(
            Column(column, data_type, " ".join((comment or "").split()))
            for column, data_type, comment in columns
        ),
        primary_key=_primary_key(description),
        rows=counted[0] if counted else 0,
    )


def _primary_key(description: str) -> tuple[str, ...]:
    """The columns that a model's description names, as in `Key: a, b.`."""
    _, found, rest = description.partition("Key: ")
    if not found:
        return ()
    names = rest.split(".")[0].replace(" and ", ", ")
    return tuple(name.strip(" ()") for name in names.split(","))
