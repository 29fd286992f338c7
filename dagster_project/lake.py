"""The warehouse of several machines: a DuckLake, Parquet files with their catalogue in PostgreSQL.

Here: opening it, its lock, and how a build gets into it. The extensions of DuckDB lie in packages
of their own; nothing is fetched. A build is one snapshot: readers see the one before it or all of
it, and any snapshot of the last weeks can be asked for.
"""

import contextlib
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import duckdb

from dagster_project.publication import SECONDS_BETWEEN_LOOKS, PublicationError, WarehouseBusyError
from dagster_project.settings import LAKE

EXTENSIONS = ("duckdb_extension_ducklake", "duckdb_extension_postgres_scanner")
"""The packages of the extensions, in the order in which they are loaded."""

NAME = "budget"
"""What the lake is called in a connection to it."""

_KEPT_DAYS = 30

# Of the locks that programs agree on in a database; any number will do.
_LOCK = 20_160_143


class LakeError(PublicationError):
    """The lake cannot be used; the message says why."""


def statements(address: str, *options: str, name: str = NAME) -> list[str]:
    """The SQL by which any DuckDB of this version attaches the lake.

    Args:
        address: of the lake, `ducklake:postgres:…`.
        options: of the statement that attaches it.
        name: what it is called in the connection.

    Raises:
        LakeError: the extensions are not installed.
    """
    given = f" ({', '.join(options)})" if options else ""
    return [
        *(f"load {_quoted(str(file))}" for file in _extensions()),
        f"attach {_quoted(address)} as {name}{given}",
    ]


def prepare(address: str, data: Path | None) -> None:
    """Make sure that the lake is there; at first it is created.

    Args:
        address: of the lake.
        data: directory of its Parquet files, which is needed at first and kept in the catalogue.

    Raises:
        LakeError: PostgreSQL does not answer, or it is not clear where the data go.
    """
    option = f"data_path {_quoted(f'{data}/')}" if data else "create_if_not_exists false"
    try:
        with _named_errors(address), duckdb.connect() as connection:
            _run(connection, statements(address, option))
    except LakeError as error:
        if data or "explicitly disabled" not in str(error):
            raise
        raise LakeError(
            f"there is no lake at {address} yet: BUDGET_LAKE_DATA must say where a new one is to"
            " keep its Parquet files"
        ) from error


def connect(address: str) -> duckdb.DuckDBPyConnection:
    """The lake as it is now, to be read: what is published meanwhile is not seen.

    Raises:
        LakeError: it cannot be opened.
    """
    connection = duckdb.connect()
    with _named_errors(address):
        _run(connection, statements(address, "read_only"))
        snapshot = _value(connection, f"select id from {NAME}.current_snapshot()")  # noqa: S608
        connection.execute(f"detach {NAME}")
        _run(connection, statements(address, "read_only", f"snapshot_version {snapshot}"))
        connection.execute(f"use {NAME}")
    return connection


def has_tables(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether anything has been published into the lake of a connection."""
    return bool(_tables(connection, NAME))


@contextlib.contextmanager
def changing(address: str, message: str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Change the lake: all that is done in the context is one snapshot, or nothing.

    Args:
        address: of the lake.
        message: what the snapshot is called among the others.
    """
    with duckdb.connect() as connection, _named_errors(address):
        _run(connection, [*statements(address), f"use {NAME}", "begin"])
        yield connection
        connection.execute(f"call {NAME}.set_commit_message('budget', ?)", [message])
        connection.execute("commit")


@contextlib.contextmanager
def exclusive(address: str, patience: float = 0) -> Iterator[None]:
    """Hold the lock of a run on whichever machine; it goes with the connection that holds it.

    Args:
        address: of the lake.
        patience: seconds to wait for a run that holds it.

    Raises:
        WarehouseBusyError: another run holds it.
        LakeError: PostgreSQL does not answer.
    """
    until = time.monotonic() + patience
    with duckdb.connect() as connection:
        with _named_errors(address):
            catalogue = _quoted(address.removeprefix(LAKE))
            _run(connection, [f"load {_quoted(str(file))}" for file in _extensions()])
            # A transaction keeps one connection to PostgreSQL, and the lock is that connection's.
            _run(connection, [f"attach {catalogue} as catalogue (type postgres)", "begin"])
        while not _is_locked(connection):
            if time.monotonic() >= until:
                raise WarehouseBusyError(
                    "another run is building this warehouse, here or on another machine; wait"
                    " until it has ended"
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)
        yield


def publish(build: Path, address: str, message: str) -> None:
    """Put a finished build into the lake as one snapshot, in place of what is there.

    Snapshots that nobody may want any more, and their files, go first.

    Raises:
        LakeError: it could not be written; the lake is as before.
    """
    _expire(address)
    with changing(address, message) as connection:
        connection.execute(f"attach {_quoted(str(build))} as build (read_only)")
        wanted = _tables(connection, "build")
        for schema in sorted({schema for schema, _ in wanted}):
            connection.execute(f'create schema if not exists {NAME}."{schema}"')
        for schema, table in _tables(connection, NAME) - wanted:
            connection.execute(f'drop table {NAME}."{schema}"."{table}"')
        for schema, table in sorted(wanted):
            name = f'"{schema}"."{table}"'
            connection.execute(f"create or replace table {NAME}.{name} as from build.{name}")
        _copy_comments(connection)


def _expire(address: str) -> None:
    with duckdb.connect() as connection, _named_errors(address):
        _run(connection, statements(address))
        until = f"older_than => now() - interval {_KEPT_DAYS} day"
        connection.execute(f"call ducklake_expire_snapshots('{NAME}', {until})")
        # What no snapshot has is still open to whoever began to read before.
        until = "older_than => now() - interval 1 day"
        connection.execute(f"call ducklake_cleanup_old_files('{NAME}', {until})")


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[tuple[str, str]]:
    """Tables and views, which become tables, as (schema, name)."""
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = $name"
        " union all select schema_name, view_name from duckdb_views()"
        " where database_name = $name and not internal",
        {"name": database},
    )
    return {(schema, table) for schema, table in rows.fetchall()}


def _copy_comments(connection: duckdb.DuckDBPyConnection) -> None:
    """The descriptions of tables and columns, which are part of the build."""
    comments = connection.execute(
        "select 'table', schema_name, table_name, null, comment from duckdb_tables()"
        " where database_name = 'build' and comment is not null"
        " union all"
        " select 'column', schema_name, table_name, column_name, comment from duckdb_columns()"
        " where database_name = 'build' and comment is not null"
    ).fetchall()
    for kind, *path, comment in comments:
        name = ".".join(f'"{part}"' for part in path if part)
        connection.execute(f"comment on {kind} {NAME}.{name} is {_quoted(comment)}")


def _is_locked(connection: duckdb.DuckDBPyConnection) -> bool:
    lock = f"select pg_try_advisory_lock({_LOCK})"
    return bool(_value(connection, f"from postgres_query('catalogue', '{lock}')"))


def _value(connection: duckdb.DuckDBPyConnection, query: str) -> object:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _run(connection: duckdb.DuckDBPyConnection, wanted: list[str]) -> None:
    for statement in wanted:
        connection.execute(statement)


def _extensions() -> Iterator[Path]:
    """The files of the extensions in their packages."""
    for package in EXTENSIONS:
        spec = find_spec(package)
        place = f"extensions/v{duckdb.__version__}/{package.removeprefix('duckdb_extension_')}"
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            file = Path(folder) / f"{place}.duckdb_extension"
            if file.is_file():
                yield file
                break
        else:
            raise LakeError(
                f"a warehouse {LAKE}… needs the package {package.replace('_', '-')} of version"
                f" {duckdb.__version__}: pip install '.[ducklake]'"
            )


def _quoted(text: str) -> str:
    """Text in a statement that takes no parameters."""
    return "'" + text.replace("'", "''") + "'"


@contextlib.contextmanager
def _named_errors(address: str) -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise LakeError(f"{address}: {error}") from error
