"""The published warehouse: a DuckDB file, or a lake that several machines share.

Here: what a run and its readers need of either, and which of the two it is. How the file is
replaced stands in `publication`, how the lake is changed in `lake`.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb

from dagster_project import lake, publication
from dagster_project.settings import Settings

_TAKEN = {"main", "system", "temp"}

Change = Callable[[duckdb.DuckDBPyConnection], None]


class Warehouse(Protocol):
    """What is published, for those who read it and for the run that replaces it."""

    @property
    def name(self) -> str:
        """What a person knows it by."""
        ...

    @property
    def file(self) -> Path | None:
        """The published file, if it is one that can be copied."""
        ...

    def prepare(self) -> None:
        """Make sure that a run may publish here.

        Raises:
            PublicationError: it may not; the message says why.
        """
        ...

    def exists(self) -> bool:
        """Whether something has been published."""
        ...

    def connect(self) -> duckdb.DuckDBPyConnection:
        """The published warehouse to be read, one whole build whatever is published meanwhile."""
        ...

    def statements(self, name: str) -> list[str]:
        """The SQL by which any DuckDB of this version reads the warehouse under a name."""
        ...

    def exclusive(self, patience: float = 0) -> contextlib.AbstractContextManager[None]:
        """Hold the lock of a run.

        Raises:
            WarehouseBusyError: another run holds it, after so many seconds of waiting.
        """
        ...

    def publish(self, build: Path, build_id: str) -> None:
        """Put a finished build in the place of what is published, whole or not at all."""
        ...

    def amend(self, change: Change, build: Path, registered: Sequence[str]) -> None:
        """Change what is published in a few rows, whole or not at all.

        Args:
            change: does it, given a connection.
            build: the file in which a run builds.
            registered: the documents that have to be there.
        """
        ...


@dataclass(frozen=True)
class FileWarehouse:
    """A DuckDB file beside which the next one is built."""

    file: Path
    lock: Path

    @property
    def name(self) -> str:
        """See `Warehouse`."""
        return str(self.file)

    def prepare(self) -> None:
        """See `Warehouse`."""
        if self.file.is_dir() or not self.file.parent.is_dir():
            raise publication.PublicationError(f"{self.file} is no place for a file")
        # A database is called by its file up to the first point, beside DuckDB's own schemas.
        if (name := self.file.name.partition(".")[0]) in _TAKEN:
            raise publication.PublicationError(
                f"{self.file}: DuckDB calls something of its own {name}; give the file another name"
            )

    def exists(self) -> bool:
        """See `Warehouse`."""
        return self.file.exists()

    def connect(self) -> duckdb.DuckDBPyConnection:
        """See `Warehouse`."""
        return duckdb.connect(self.file, read_only=True)

    def statements(self, name: str) -> list[str]:
        """See `Warehouse`."""
        path = str(self.file).replace("'", "''")  # the one statement that takes no parameters
        return [f"attach '{path}' as {name} (read_only)"]

    def exclusive(self, patience: float = 0) -> contextlib.AbstractContextManager[None]:
        """See `Warehouse`."""
        return publication.exclusive(self.lock, patience)

    def publish(self, build: Path, build_id: str) -> None:
        """See `Warehouse`."""
        publication.publish(build, self.file)

    def amend(self, change: Change, build: Path, registered: Sequence[str]) -> None:
        """Change a copy and publish it, since readers may have the file open."""
        publication.remove_build(build)
        shutil.copyfile(self.file, build)
        with duckdb.connect(build) as connection:
            change(connection)
        for result in publication.audit(build, registered):
            if not result.passed:
                raise publication.PublicationError(f"{result.check}: {result.details}")
        publication.publish(build, self.file)


@dataclass(frozen=True)
class LakeWarehouse:
    """A lake; the build is made in a file on the machine of the run."""

    address: str
    data: Path | None
    lock: Path

    @property
    def file(self) -> None:
        """See `Warehouse`: each build of a lake is one of all documents."""

    @property
    def name(self) -> str:
        """See `Warehouse`."""
        return self.address

    def prepare(self) -> None:
        """See `Warehouse`."""
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        lake.prepare(self.address, self.data)

    def exists(self) -> bool:
        """See `Warehouse`."""
        with self.connect() as connection:
            return lake.has_tables(connection)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """See `Warehouse`."""
        return lake.connect(self.address)

    def statements(self, name: str) -> list[str]:
        """See `Warehouse`."""
        return lake.statements(self.address, "read_only", name=name)

    @contextlib.contextmanager
    def exclusive(self, patience: float = 0) -> Iterator[None]:
        """See `Warehouse`."""
        with publication.exclusive(self.lock, patience), lake.exclusive(self.address, patience):
            yield

    def publish(self, build: Path, build_id: str) -> None:
        """See `Warehouse`."""
        lake.publish(build, self.address, f"build {build_id}")
        publication.remove_build(build)

    def amend(self, change: Change, build: Path, registered: Sequence[str]) -> None:
        """Change the lake itself: its readers keep their snapshot."""
        with lake.changing(self.address, "a run that found nothing to do") as connection:
            change(connection)


def attach(connection: duckdb.DuckDBPyConnection, warehouse: Warehouse, name: str) -> None:
    """Let a connection read the published warehouse under a name."""
    for statement in warehouse.statements(name):
        connection.execute(statement)


def warehouse_of(settings: Settings) -> Warehouse:
    """The warehouse of these settings."""
    if settings.lake:
        return LakeWarehouse(settings.lake, settings.lake_data, settings.lock)
    return FileWarehouse(settings.warehouse, settings.lock)
