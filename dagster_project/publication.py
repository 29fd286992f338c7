"""Write, audit, publish: how a finished build becomes the warehouse that others query.

Here: the lock of a run, the audit of the file itself, and the swap. What the tables must hold is
tested by dbt before any of this is called.
"""

import contextlib
import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import duckdb

# The storage format that every DuckDB client from 0.10 to 1.5 opens. A file of a newer format
# cannot be read by the clients that are in use, whatever the tables in it.
READABLE_STORAGE_VERSION = 64

SECONDS_BETWEEN_LOOKS = 0.5

_MAGIC = b"DUCK"
_MAGIC_OFFSET = 8
_VERSION_OFFSET = 12


AUDIT = {
    "readable_by_older_clients": "The file's storage format is one that older clients open.",
    "every_document_is_there": "Every registered document is in marts.dim_document.",
    "readable_under_any_name": "Every view can be read whatever the file is called.",
}


@dataclass(frozen=True)
class AuditResult:
    """What one check of `AUDIT` found in a build."""

    check: str
    passed: bool
    details: str


class WarehouseBusyError(RuntimeError):
    """Another run is building the same warehouse."""


class PublicationError(RuntimeError):
    """The build may not become the warehouse; the message says why."""


@contextlib.contextmanager
def exclusive(lock: Path, patience: float = 0) -> Iterator[None]:
    """Hold the lock of a run; the system releases it when the process ends, however it ends.

    Args:
        lock: the file; it stays, because a run may just be about to lock it.
        patience: seconds to wait for a run that holds it.

    Raises:
        WarehouseBusyError: another run holds it.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + patience
    with lock.open("a") as handle:
        while not _locked(handle):
            if time.monotonic() >= until:
                raise WarehouseBusyError(
                    f"another run is building this warehouse (it holds {lock}); wait until it has"
                    " ended"
                )
            time.sleep(SECONDS_BETWEEN_LOOKS)
        yield


def _locked(handle: IO[str]) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def remove_build(build: Path) -> None:
    """Remove what an earlier, unfinished run left behind: the build, its part, and DuckDB's own.

    Beside a file DuckDB keeps its log and, in a directory, what has no room in memory.
    """
    for file in (build, part_of(build)):
        file.unlink(missing_ok=True)
        _write_ahead_log(file).unlink(missing_ok=True)
        shutil.rmtree(file.with_name(file.name + ".tmp"), ignore_errors=True)


def part_of(build: Path) -> Path:
    """Where the build of some documents lies while those of all are put together."""
    return build.with_name(build.name + ".part")


def storage_version(file: Path) -> int:
    """The storage format number that stands in the header of a DuckDB file.

    Raises:
        PublicationError: the file is no DuckDB database.
    """
    with file.open("rb") as handle:
        header = handle.read(_VERSION_OFFSET + 8)
    if len(header) < _VERSION_OFFSET + 8 or header[_MAGIC_OFFSET:_VERSION_OFFSET] != _MAGIC:
        raise PublicationError(f"{file.name} is not a DuckDB database")
    return int.from_bytes(header[_VERSION_OFFSET:], "little")


def audit(build: Path, registered: Iterable[str]) -> list[AuditResult]:
    """Look at the finished file as those will who open it; every check of `AUDIT` once.

    Args:
        build: the finished build; it is brought to its last state on disk.
        registered: the documents that the run was given.
    """
    with duckdb.connect(build) as connection:
        connection.execute("checkpoint")
    version = storage_version(build)
    missing = _missing_documents(build, registered)
    bound = _views_bound_to_a_name(build)
    return [
        AuditResult(
            "readable_by_older_clients",
            version <= READABLE_STORAGE_VERSION,
            f"storage format {version}, clients in use read up to {READABLE_STORAGE_VERSION}",
        ),
        AuditResult(
            "every_document_is_there",
            not missing,
            f"missing in marts.dim_document: {', '.join(missing) or 'none'}",
        ),
        AuditResult(
            "readable_under_any_name",
            not bound,
            f"views that name the file they were built in: {', '.join(bound) or 'none'}",
        ),
    ]


def publish(build: Path, warehouse: Path) -> None:
    """Put the build in the place of the warehouse, whole or not at all.

    A reader that has the old file open keeps it; whoever opens the name afterwards gets the new
    one. Both files lie in the same directory, so that the rename is atomic.

    Raises:
        PublicationError: the file is not one that may be published; the old warehouse stays.
    """
    version = storage_version(build)
    if version > READABLE_STORAGE_VERSION:
        raise PublicationError(f"{build.name} has storage format {version}")
    if _write_ahead_log(build).exists():
        raise PublicationError(f"{build.name} has a write-ahead log: it is still being written to")
    _flush(build)
    os.replace(build, warehouse)  # noqa: PTH105 - the name says that it replaces
    _flush(warehouse.parent)


def _missing_documents(build: Path, registered: Iterable[str]) -> list[str]:
    with duckdb.connect(build, read_only=True) as connection:
        found = connection.execute("select document_id from marts.dim_document").fetchall()
    return sorted(set(registered) - {document_id for (document_id,) in found})


def _views_bound_to_a_name(build: Path) -> list[str]:
    """Views that can be read only while the file bears the name it was built under."""
    bound = []
    with duckdb.connect() as connection:
        path = str(build).replace("'", "''")
        connection.execute(f"attach '{path}' as under_another_name (read_only)")
        views = connection.execute(
            "select schema_name, view_name from duckdb_views()"
            " where database_name = 'under_another_name' and not internal"
        ).fetchall()
        for schema, view in views:
            try:
                connection.execute(f'from under_another_name."{schema}"."{view}" limit 0')
            except duckdb.Error:
                bound.append(f"{schema}.{view}")
    return bound


def _write_ahead_log(file: Path) -> Path:
    return file.with_name(file.name + ".wal")


def _flush(path: Path) -> None:
    """Make sure that a file, or the names in a directory, have reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
