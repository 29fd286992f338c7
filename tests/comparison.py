"""Two warehouses, row by row."""

from collections.abc import Collection
from pathlib import Path

import duckdb

# What differs between two runs that built the same: when they ran, and what they had to read.
ABOUT_RUNS = {"run_history", "stg_run_history", "build", "stg_build"}


def differences(
    left: Path, right: Path, *, documents: Collection[str] = (), schemas: Collection[str] = ()
) -> list[str]:
    """Which tables differ, and by how many rows; columns too are part of a table.

    Args:
        left: a warehouse.
        right: another one.
        documents: compare only the rows of these documents, in tables that name their document.
        schemas: compare only these.
    """
    with duckdb.connect() as connection:
        for name, file in (("a", left), ("b", right)):
            path = str(file).replace("'", "''")
            connection.execute(f"attach '{path}' as {name} (read_only)")
        tables = {name: _tables(connection, name, schemas) for name in ("a", "b")}
        found = [f"only in one: {table}" for table in tables["a"] ^ tables["b"]]
        for schema, table in sorted(tables["a"] & tables["b"]):
            if documents and not _has_document(connection, schema, table):
                continue
            rows = [_rows(connection, name, schema, table, documents) for name in ("a", "b")]
            if rows[0] != rows[1]:
                unlike = sum(one != other for one, other in zip(*rows, strict=False))
                found.append(
                    f"{schema}.{table}: {len(rows[0])} and {len(rows[1])}, {unlike} unlike"
                )
    return found


def _tables(
    connection: duckdb.DuckDBPyConnection, database: str, schemas: Collection[str]
) -> set[tuple[str, str]]:
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = ?", [database]
    ).fetchall()
    return {
        (schema, table)
        for schema, table in rows
        if table not in ABOUT_RUNS and (not schemas or schema in schemas)
    }


def _has_document(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> bool:
    row = connection.execute(
        "select count(*) from duckdb_columns() where database_name = 'a' and schema_name = ?"
        " and table_name = ? and column_name = 'document_id'",
        [schema, table],
    ).fetchone()
    return bool(row and row[0])


def _rows(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    schema: str,
    table: str,
    documents: Collection[str],
) -> list[tuple[object, ...]]:
    where = "where document_id in (select unnest(?))" if documents else ""
    query = f'select * from {database}."{schema}"."{table}" {where} order by all'
    result = connection.execute(query, [sorted(documents)] if documents else [])
    header = tuple(column[0] for column in result.description or ())
    return [header, *result.fetchall()]
