"""How the warehouse grows with its facts: dbt build, size, and queries beside SQLite and pandas.

    python benchmarks/facts.py [--warehouse FILE] [--facts 10000 100000 ...] [--directory DIRECTORY]

The staging tables of a built warehouse are repeated, each time under other documents and bodies,
until ``marts.fct_budget_line`` has so many rows; then dbt builds all models and tests over them.
The same ten questions go to DuckDB, to SQLite with an index for each column that some question
filters, to SQLite with an index made for each question, and to pandas in memory. Each answer is a
frame, of polars or of pandas; the fastest of three counts. SQLite has its rows in the order in
which documents are loaded. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import duckdb  # noqa: E402
import pandas as pd  # noqa: E402
import polars as pl  # noqa: E402

from benchmarks import report  # noqa: E402
from dagster_project.dbt_project import DBT  # noqa: E402

_IDS = {"document_id", "part_id", "form_id", "line_id", "project_id", "parent_project_id"}
_NAMES = {"file_path", "sha256", "department_name", "publisher"}
_FUNCTION, _ECONOMIC = "fct_expenditure_by_function", "fct_expenditure_by_economic"
_LINES, _PUBLIC = "fct_budget_line", "fct_three_public"
_KEYS = {
    "dim_department": "department_id", "dim_function": "function_code",
    "dim_economic": "economic_code", "dim_document": "document_id",
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """A sum over a table of facts: where, and by which columns of it and of which dimensions."""

    name: str
    fact: str
    by: tuple[str, ...]
    where: Mapping[str, str]
    dimensions: tuple[str, ...] = ()
    tables: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", (self.fact, *self.dimensions))

    def sql(self, schema: str) -> str:
        """The question in SQL that DuckDB and SQLite both understand; each answers with floats.

        DuckDB adds up exact decimals, SQLite has none.
        """
        joins = " ".join(f"join {schema}{name} using ({_KEYS[name]})" for name in self.dimensions)
        where = " and ".join(f"{self.fact}.{column} = '{v}'" for column, v in self.where.items())
        by = ", ".join(self.by)
        return (
            f"select {by}, cast(sum(amount_yuan) as double) as amount "  # noqa: S608
            f"from {schema}{self.fact} {joins} "
            f"where {where or 'true'} group by {by}"
        )

    def frame(self, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
        """The same with pandas."""
        fact = frames[self.fact]
        mask = pd.Series(True, index=fact.index)
        for column, value in self.where.items():
            mask &= fact[column] == value
        found = fact[mask]
        for name in self.dimensions:
            columns = [_KEYS[name], *(c for c in self.by if c in frames[name])]
            found = found.merge(frames[name][list(dict.fromkeys(columns))], on=_KEYS[name])
        return found.groupby(list(self.by), dropna=False)["amount_yuan"].sum().reset_index()


_SPENT = {"fund": "all", "spending_kind": "all", "phase": "final_account"}
_PLANNED = {**_SPENT, "phase": "initial_budget"}
_BASIC = {"fund": "general_public_budget", "spending_kind": "basic", "phase": "initial_budget"}
QUESTIONS = (
    Question("spending by class", _FUNCTION, ("class_name",), _SPENT, ("dim_function",)),
    Question("budgets by class", _FUNCTION, ("class_name",), _PLANNED, ("dim_function",)),
    Question("spending by item of function", _FUNCTION, ("function_code",), _SPENT),
    Question("one item of function, by body", _FUNCTION, ("department_name",),
             {**_SPENT, "function_code": "2080505"}, ("dim_department",)),
    Question("basic spending by economic class", _ECONOMIC, ("class_name",), _BASIC,
             ("dim_economic",)),
    Question("office costs, by body", _ECONOMIC, ("department_name",),
             {**_BASIC, "economic_code": "30201"}, ("dim_department",)),
    Question("basic and project, by year", _FUNCTION, ("fiscal_year", "spending_kind"),
             {"fund": "general_public_budget"}),
    Question("by county and phase", _FUNCTION, ("region_code", "phase"),
             {"fund": "all", "spending_kind": "all"}, ("dim_department",)),
    Question("printed lines by form", _LINES, ("form", "phase"), {}),
    Question("by kind of document", _FUNCTION, ("document_kind",),
             {"spending_kind": "all"}, ("dim_document",)),
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """How many milliseconds a question took; of SQLite with plain indexes and with made ones."""

    name: str
    duckdb: float
    sqlite: float
    sqlite_made: float
    pandas: float


def repeat(source: Path, target: Path, facts: int) -> int:
    """Write a build file whose staging is that of ``source`` repeated; returns how often."""
    target.unlink(missing_ok=True)
    with duckdb.connect(target) as connection:
        connection.execute(f"attach '{source}' as source (read_only)")
        counted = connection.sql("select count(*) from source.marts.fct_budget_line").fetchone()
        times = max(1, round(facts / (counted or (1,))[0]))
        connection.execute("create schema extracted")
        names = connection.sql(
            "select table_name from duckdb_tables() "
            "where database_name = 'source' and schema_name = 'extracted'"
        ).fetchall()
        for (name,) in names:
            columns = connection.sql(f'describe source.extracted."{name}"').fetchall()  # noqa: S608
            chosen = ", ".join(_column(row[0]) for row in columns)
            has_document = any(row[0] == "document_id" for row in columns)
            many = f"cross join range({times}) as copies (copy)" if has_document else ""
            statement = f'create table extracted."{name}" as select {chosen} ' + (
                f'from source.extracted."{name}" {many}'
            )
            connection.execute(statement if many else statement.replace("copy", "0"))
    return times


def _column(name: str) -> str:
    if name in _IDS:
        return f'substr(md5("{name}" || copy), 1, 16) as "{name}"'
    if name in _NAMES:
        return f'"{name}" || copy as "{name}"'
    return f'"{name}"'


def build(file: Path, work: Path) -> float:
    """Have dbt build all models and tests over a build file; returns the seconds of the clock."""
    environment = {
        **os.environ, "BUDGET_BUILD_FILE": str(file), "DBT_TARGET_PATH": str(work),
        "DBT_LOG_PATH": str(work), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }  # fmt: skip
    command = [str(DBT), "--quiet", "build", "--exclude-resource-type", "unit_test"]
    places = ["--project-dir", str(ROOT / "dbt"), "--profiles-dir", str(ROOT / "dbt")]
    began = time.perf_counter()
    subprocess.run([*command, *places], env=environment, check=False)
    return time.perf_counter() - began


def best(call: Callable[[], Any]) -> float:
    """Milliseconds of the fastest of three calls; one that takes seconds is called once."""
    found: list[float] = []
    while len(found) < 3 and sum(found) < 2:
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return 1000 * min(found)


def ask(file: Path, directory: Path) -> list[Answer]:
    """Each question with its milliseconds in all four."""
    duck, panda, plain, made = ([0.0] * len(QUESTIONS) for _ in range(4))
    with duckdb.connect(file, read_only=True) as connection:
        for number, question in enumerate(QUESTIONS):
            duck[number] = best(lambda q=question: pl.DataFrame(connection.sql(q.sql("marts."))))  # type: ignore[misc]
            frames = {
                name: connection.sql(
                    f"select {_needed(connection, name, [question])} from marts.{name}"  # noqa: S608
                ).df()
                for name in question.tables
            }
            panda[number] = best(lambda q=question, f=frames: q.frame(f))  # type: ignore[misc]
        tables = sorted({name for question in QUESTIONS for name in question.tables})
        needed = {name: _needed(connection, name, QUESTIONS) for name in tables}
        lite = _sqlite(connection, needed, directory / "facts.sqlite")
    for times, index in ((plain, _index_columns), (made, _index_questions)):
        index(lite)
        for number, question in enumerate(QUESTIONS):
            times[number] = best(lambda q=question: pl.read_database(q.sql(""), lite))  # type: ignore[misc]
    lite.close()
    names = (question.name for question in QUESTIONS)
    return [Answer(*row) for row in zip(names, duck, plain, made, panda, strict=True)]


def _needed(
    connection: duckdb.DuckDBPyConnection, table: str, questions: Sequence[Question]
) -> str:
    """The columns of a table that some question asks for; money as a float, as SQLite has it."""
    asked = {"amount_yuan", *_KEYS.values()}
    asked |= {column for question in questions for column in (*question.by, *question.where)}
    own = [row[0] for row in connection.sql(f"describe marts.{table}").fetchall()]
    return ", ".join(f"{c}::double as {c}" if c == "amount_yuan" else c for c in own if c in asked)


def _sqlite(
    connection: duckdb.DuckDBPyConnection, needed: Mapping[str, str], file: Path
) -> sqlite3.Connection:
    file.unlink(missing_ok=True)
    lite = sqlite3.connect(file)
    lite.execute("pragma journal_mode = off")
    for table, columns in needed.items():
        order = "" if table in _KEYS else "order by document_id"
        found = connection.execute(f"select {columns} from marts.{table} {order}")  # noqa: S608
        names = [item[0] for item in found.description or ()]
        lite.execute(f"create table {table} ({', '.join(names)})")
        marks = ", ".join("?" * len(names))
        while rows := found.fetchmany(100_000):
            lite.executemany(f"insert into {table} values ({marks})", rows)  # noqa: S608
        if table in _KEYS:
            lite.execute(f"create unique index key_of_{table} on {table} ({_KEYS[table]})")
    lite.commit()
    return lite


def _index_columns(lite: sqlite3.Connection) -> None:
    """An index for each column that some question filters."""
    filtered = sorted({(question.fact, c) for question in QUESTIONS for c in question.where})
    for fact, column in filtered:
        lite.execute(f"create index {fact}_{column} on {fact} ({column})")
    lite.execute("analyze")


def _index_questions(lite: sqlite3.Connection) -> None:
    """An index for each question: all its filters and, where nothing is joined, its columns."""
    for number, question in enumerate(QUESTIONS):
        columns = ", ".join([*question.where, *(c for c in question.by if not question.dimensions)])
        lite.execute(f"create index question_{number} on {question.fact} ({columns})")
    lite.execute("analyze")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--warehouse", type=Path, default=ROOT / "warehouse.duckdb",
                        help="whose staging is repeated [warehouse.duckdb]")  # fmt: skip
    parser.add_argument("--facts", type=int, nargs="+", default=[10**n for n in range(4, 8)])
    parser.add_argument("--directory", type=Path, help="where to put the builds")
    arguments = parser.parse_args()
    if not arguments.warehouse.is_file():
        parser.error(f"there is no {arguments.warehouse}; `make run` builds it")
    rows, answers, seconds = [], [], []
    with tempfile.TemporaryDirectory(dir=arguments.directory) as name:
        directory = Path(name)
        for facts in arguments.facts:
            file = directory / "facts.duckdb"
            repeat(arguments.warehouse, file, facts)
            seconds.append((facts, build(file, directory / "dbt")))
            size = file.stat().st_size / 2**20
            with duckdb.connect(file, read_only=True) as connection:
                counted = connection.sql("select count(*) from marts.fct_budget_line").fetchone()
            before = seconds[-2][1] if len(seconds) > 1 else None
            ratio = f"{seconds[-1][1] / before:.1f}" if before else ""
            count = (counted or (0,))[0]
            rows.append([f"{count:,}", f"{seconds[-1][1]:.0f}", ratio, f"{size:,.0f}"])
            print(rows[-1], file=sys.stderr, flush=True)
            answers = ask(file, directory)
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir()
    _report(rows, answers, arguments.facts[-1])


def _report(rows: Sequence[Sequence[str]], answers: Sequence[Answer], facts: int) -> None:
    asked = [
        [
            answer.name,
            f"{answer.duckdb:.1f}",
            f"{answer.sqlite:,.0f}",
            f"{answer.sqlite / answer.duckdb:.0f}",
            f"{answer.sqlite_made:,.0f}",
            f"{answer.sqlite_made / answer.duckdb:.1f}",
            f"{answer.pandas / answer.duckdb:.0f}",
        ]
        for answer in answers
    ]
    text = [
        f"Staging rows repeated under other bodies; {report.machine()}.",
        report.table(["Facts", "dbt build, s", "of the size before", "MiB"], rows),
        f"Ten questions over {facts:,} facts, milliseconds, the fastest of three answers:",
        report.table(
            [
                "",
                "DuckDB, ms",
                "SQLite, ms",
                "÷ DuckDB",
                "SQLite, index made for it, ms",
                "÷ DuckDB",
                "pandas ÷ DuckDB",
            ],
            asked,
        ),
        report.bars(
            "star-queries",
            "How many times slower SQLite answers",
            {answer.name: answer.sqlite / answer.duckdb for answer in answers},
        ),
    ]
    report.section("facts", "\n\n".join(text))


if __name__ == "__main__":
    main()
