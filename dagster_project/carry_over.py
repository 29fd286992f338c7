"""What a build takes over from the published warehouse instead of building it anew.

A row of a table depends on its own document, on those of the same department, and on those of the
departments and units that it is compared with: never on all. So only the documents that have
changed, and those tied to one that has, are loaded and modelled; the rows of the others are those
that were published. What is of all documents together is built afterwards (in dbt: the tag
`whole`).

Here: which documents have to be built, and the putting together. A build of all documents holds the
same rows.
"""

import dataclasses
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import duckdb
import polars as pl

from dagster_project.balance.corrections import FILE_ID
from dagster_project.inputs import Inputs
from dagster_project.publication import part_of

RESULTS = {"document_id": pl.String, "result": pl.String}
"""Columns of `extracted.results`: which result of recognition each document's rows are."""

# To put tables together takes a few seconds: with fewer documents to carry over nothing is gained.
WORTH_CARRYING = 100

# What decides the rows of a document besides itself and those tied to it.
_SAME_FOR_ALL = {field.name for field in dataclasses.fields(Inputs)} - {
    "manifest_hash", "limit_megabytes", "limit_seconds",
}  # fmt: skip

# Bodies of a file: its own, and those of the further documents that it binds. The key of a body is
# coarser than that of dim_department: what may be one department counts as one.
_BODIES = """
select
    document_id as file, document_kind, fiscal_year, reporting_scope,
    coalesce(region_code, '') as region_code,
    regexp_replace(department_name, '[^\\p{{L}}\\p{{N}}]', '', 'g') as name
from {documents}
union all by name
select
    document_id as file, document_kind, fiscal_year, reporting_scope,
    coalesce(region_code, '') as region_code,
    regexp_replace(department_name, '[^\\p{{L}}\\p{{N}}]', '', 'g') as name
from {parts}
"""

_CELLS = """
create temp view cells as
select document_id, text from extracted.table_cells
union all
select document_id, text from {cells}
"""

# A department and a unit that its file names, as int_department_units finds them.
_NAMED = """
with places as (
    select distinct departments.file, units.file as unit_file, units.name
    from bodies as departments
    inner join bodies as units using (region_code, document_kind, fiscal_year)
    where
        departments.reporting_scope = 'department' and units.reporting_scope = 'unit'
        and (list_contains($files, departments.file) or list_contains($files, units.file))
        and departments.file <> units.file and units.name <> ''
),
texts as (
    select document_id as file, regexp_replace(text, '[^\\p{L}\\p{N}]', '', 'g') as letters
    from cells
    where document_id in (select file from places)
)
select distinct places.file, places.unit_file
from places inner join texts using (file)
where contains(texts.letters, places.name)
"""

# Whose rows a table has, by the first of these columns that it has; `gone` are the files whose
# published rows go.
_ROWS_OF = {
    "document_id": f"left(document_id, {FILE_ID}) in (select file from gone)",  # noqa: S608
    "equation_id": "equation_id in (select equation_id from gone_equations)",
    "line_id": "line_id in (select line_id from gone_lines)",
    "department_id": "department_id in (select department_id from gone_departments)",
}
_GONE = {
    "gone_equations": "select equation_id from intermediate.int_balance_equations",
    "gone_lines": "select line_id from intermediate.int_term_amounts",
    "gone_departments": "select department_id from intermediate.int_documents",
}


def documents_to_build(
    published: Path,
    inputs: Inputs,
    directories: Mapping[str, Path],
    results: Mapping[str, str | None],
    decided: Collection[str] = (),
) -> set[str]:
    """The documents whose rows have to be built; the others' can be carried over.

    Args:
        published: the file of the published warehouse, if there is one.
        inputs: of this run.
        directories: of each document, with its rows in Parquet.
        results: of each document, the name of its result; none if it is to be tried again.
        decided: documents, by their id, about which somebody has decided something: a decision is
            held against what is read.
    """
    everything = set(results)
    try:
        if not published.is_file():
            return everything
        with duckdb.connect() as connection:
            connection.execute(f"attach {_quoted(published)} as published (read_only)")
            connection.execute("use published")
            if not _same_for_all(connection, inputs):
                return everything
            earlier = dict(
                connection.execute("select document_id, result from extracted.results").fetchall()
            )
            changed = {
                name
                for name in earlier.keys() | results.keys()
                if results.get(name) is None or earlier.get(name) != results[name]
            }
            changed |= set(decided)
            new = [directories[name] for name in sorted(changed & everything)]
            concerned = everything & _tied(connection, changed, new)
    except duckdb.Error:  # of another version, or damaged: no reason not to build
        return everything
    carried = len(everything - concerned)
    return concerned if concerned and carried >= WORTH_CARRYING else everything


def carry_over(build: Path, published: Path, registered: Collection[str]) -> int:
    """Turn a build of some documents into one of all, by the published rows of the others.

    Args:
        build: the file under construction; tables of all documents together are left as they were
            published.
        published: the file of which `documents_to_build` has spoken.
        registered: all documents of this run.

    Returns:
        The number of documents carried over; none if the build is one of all.
    """
    with duckdb.connect(build, read_only=True) as connection:
        built = {row[0] for row in connection.execute("from extracted.results").fetchall()}
    carried = set(registered) - built
    if not carried:
        return 0
    part = part_of(build)
    build.replace(part)
    shutil.copyfile(published, build)
    with duckdb.connect(build) as connection:
        connection.execute(f"attach {_quoted(part)} as part (read_only)")
        connection.execute("begin")
        connection.execute(
            "create temp table gone as select document_id as file from extracted.results"
            " where not list_contains($carried, document_id)",
            {"carried": sorted(carried)},
        )
        for name, query in _GONE.items():
            connection.execute(
                f"create temp table {name} as {query} where {_ROWS_OF['document_id']}"
            )
        for table, columns in _tables_of(connection, "part").items():
            key = next((_ROWS_OF[column] for column in _ROWS_OF if column in columns), "true")
            connection.execute(f"delete from {table} where {key}")  # noqa: S608
            connection.execute(f"insert into {table} by name from part.{table}")
        connection.execute("commit")
    part.unlink()
    return len(carried)


def _same_for_all(connection: duckdb.DuckDBPyConnection, inputs: Inputs) -> bool:
    """Whether code, catalogue and decisions are those of the published build."""
    build = connection.sql("select * from quality.build")
    row = dict(zip(build.columns, build.fetchone() or (), strict=False))
    wanted = dataclasses.asdict(inputs)
    return all(row.get(name) == wanted[name] for name in _SAME_FOR_ALL)


def _tied(
    connection: duckdb.DuckDBPyConnection, changed: set[str], directories: Collection[Path]
) -> set[str]:
    """The files that have changed, and those whose rows may change with them."""
    new = {
        name: _parquet(place / f"{name}.parquet" for place in directories)
        if directories
        else f"(select * from extracted.{name} limit 0)"  # noqa: S608 - a name of ours
        for name in ("documents", "parts", "table_cells")
    }
    connection.execute(
        "create temp table bodies as "
        + _BODIES.format(documents="extracted.documents", parts="extracted.parts")
        + " union all by name "
        + _BODIES.format(documents=new["documents"], parts=new["parts"])
    )
    connection.execute(_CELLS.format(cells=new["table_cells"]))
    departments = defaultdict(set)
    for file, name, region in connection.execute(
        "select file, name, region_code from bodies where name <> ''"
    ).fetchall():
        departments[name, region].add(file)
    of_departments = list(departments.values())
    compared = connection.execute(
        f"select left(document_id, {FILE_ID}), left(unit_document_id, {FILE_ID})"  # noqa: S608
        " from intermediate.int_department_units"
    ).fetchall()
    named = connection.execute(
        _NAMED, {"files": sorted(_reachable(changed, of_departments))}
    ).fetchall()
    return _reachable(changed, [*of_departments, *map(set, compared), *map(set, named)])


def _reachable(files: Iterable[str], groups: Iterable[set[str]]) -> set[str]:
    """The files, and all that share a group with one of them, and so on."""
    of_file = defaultdict(list)
    for group in groups:
        for file in group:
            of_file[file].append(group)
    found, waiting = set(files), list(files)
    while waiting:
        for group in of_file.pop(waiting.pop(), ()):
            waiting.extend(group - found)
            found |= group
    return found


def _tables_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """The tables that may differ, with their columns; the catalogue is the same in every build."""
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name)"
        " from duckdb_columns() where database_name = ? and schema_name <> 'catalogue'"
        " group by all",
        [database],
    ).fetchall()
    return dict(rows)


def _parquet(files: Iterable[Path]) -> str:
    return f"read_parquet([{', '.join(map(_quoted, files))}])"


def _quoted(path: Path) -> str:
    """A path in a statement that takes no parameters."""
    return "'" + str(path).replace("'", "''") + "'"
