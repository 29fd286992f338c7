"""The dbt project as the assets need it: its manifest, its hash, and what its tests found.

Here: calls of dbt outside a run, and the reading of its results. Models are in `dbt/`.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dagster_project.cache import hash_of, hash_of_files
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunResult

# The program beside this interpreter: a virtual environment need not be on the search path.
DBT = Path(sys.executable).parent / "dbt"

# What dbt calls the build, whatever the name of its file: see profiles.yml.
_DATABASE = "warehouse"

_SOURCES = ("*.sql", "*.yml", "*.yaml", "*.csv", "*.md")
_ROWS_SHOWN = 20


@dataclass(frozen=True)
class Part:
    """What is built at once: dbt selects and excludes these, and the tests that go with them."""

    select: str
    exclude: str
    tests: str


_AFTER_REPAIRS = "source:extracted.repairs+ source:extracted.review_queue+"

# Of all documents together, also those whose rows are carried over, and what depends on it.
_WHOLE = "tag:whole+"

# What the repairs are computed from. A test that also looks at tables built later comes later.
EQUATIONS = Part(
    "resource_type:seed fqn:staging fqn:intermediate", f"{_AFTER_REPAIRS} {_WHOLE}", "cautious"
)
STAR_SCHEMA = Part(f"{_AFTER_REPAIRS} fqn:marts fqn:quality", _WHOLE, "buildable")
WHOLE = Part(_WHOLE, "", "eager")

# Unit tests look at code, not at the data of a run: the test suite runs them.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")


class DbtProjectError(RuntimeError):
    """dbt cannot make sense of its project; the message is dbt's own."""


@dataclass(frozen=True)
class FailedNode:
    """A test that failed, or a model that could not be built.

    Attributes:
        name: of the test or model.
        message: what dbt says about it.
        description: what the test asserts, if it says so.
        columns: of the failing rows.
        rows: the first of the failing rows, as text.
    """

    name: str
    message: str
    description: str = ""
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def project_hash(settings: Settings) -> str:
    """A hash of everything in the dbt project that a build depends on."""
    return hash_of_files(settings.dbt_project, _SOURCES)


def catalogue_hash(settings: Settings) -> str:
    """A hash of the catalogue that recognition reads."""
    return hash_of_files(settings.seeds, ("*.csv",))


def ensure_manifest(settings: Settings) -> Path:
    """Have dbt parse its project unless the manifest at hand is of the same project.

    Raises:
        DbtProjectError: the project does not parse.
    """
    manifest = settings.dbt_target / "manifest.json"
    stamp = settings.dbt_target / "manifest.hash"
    wanted = hash_of(project_hash(settings), version("dbt-core"), version("dbt-duckdb"))
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    # Dagster loads its definitions in several processes at once.
    with (settings.dbt_target / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (manifest.is_file() and stamp.is_file() and stamp.read_text() == wanted):
            stamp.unlink(missing_ok=True)  # a parse that is cut short must not look finished
            run_dbt(settings, "parse")
            stamp.write_text(wanted)
    return manifest


def run_dbt(settings: Settings, *arguments: str, build: Path | None = None) -> None:
    """Run dbt outside Dagster.

    Args:
        settings: where the project lies.
        arguments: the command and its options.
        build: database file to work on, if not the build of these settings.

    Raises:
        DbtProjectError: dbt ended with an error.
    """
    environment = {**os.environ, **settings.environment}
    if build:
        environment["BUDGET_BUILD_FILE"] = str(build)
    project = str(settings.dbt_project)
    done = subprocess.run(  # noqa: S603 - the program beside our own interpreter
        [str(DBT), "--quiet", *arguments, "--project-dir", project, "--profiles-dir", project],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DbtProjectError((done.stdout + done.stderr).strip() or "dbt gave no reason")


def failed_nodes(results: Iterable["RunResult"], build: Path) -> list[FailedNode]:
    """What failed of what dbt has built and tested, with failing rows.

    Tests that only warn are not among them.
    """
    failed = [result for result in results if result.status in ("fail", "error")]
    if not failed or not build.exists():
        return [_failed_node(result, None) for result in failed]
    with duckdb.connect() as connection:
        path = str(build).replace("'", "''")
        connection.execute(f"attach '{path}' as {_DATABASE} (read_only)")
        return [_failed_node(result, connection) for result in failed]


def _failed_node(result: "RunResult", connection: duckdb.DuckDBPyConnection | None) -> FailedNode:
    node = result.node
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    query = getattr(node, "compiled_code", None)
    if connection and query and result.status == "fail":
        columns, rows = _rows(connection, query)
    return FailedNode(
        name=node.name,
        message=" ".join((result.message or "").split()),
        description=" ".join((getattr(node, "description", "") or "").split()),
        columns=columns,
        rows=rows,
    )


def _rows(
    connection: duckdb.DuckDBPyConnection, query: str
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The first rows of a test's query; a test that cannot be run again shows none."""
    try:
        relation = connection.sql(query)
        found = relation.limit(_ROWS_SHOWN).fetchall()
    except duckdb.Error:
        return (), ()
    return tuple(relation.columns), tuple(_texts(row) for row in found)


def _texts(row: Iterable[object]) -> tuple[str, ...]:
    return tuple("" if value is None else str(value) for value in row)
