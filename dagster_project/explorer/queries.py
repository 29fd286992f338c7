"""The questions of docs/queries with the answers that this warehouse gives, for a page of the site.

Here: running them. A file begins with its question in Chinese and in English, a comment line each.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb

MAX_ROWS = 30
_MARK = "-- "


@dataclass(frozen=True)
class AnsweredQuery:
    """A query with its first rows, every value as the text that SQL gives it.

    ``rows`` is empty and ``error`` says why where the query does not run on this warehouse.
    """

    name: str
    question_zh: str
    question_en: str
    sql: str
    columns: list[str]
    rows: list[list[str | None]]
    row_count: int
    error: str | None = None


def write_queries(connection: duckdb.DuckDBPyConnection, queries: Path, target: Path) -> int:
    """Answer every ``*.sql`` of a folder, and write the answers as JSON.

    Returns:
        How many there are; a folder that is not there has none.
    """
    answers = [answer(connection, file) for file in sorted(queries.glob("*.sql"))]
    content = json.dumps([asdict(answer) for answer in answers], ensure_ascii=False)
    target.write_text(content, "utf-8")
    return len(answers)


def answer(
    connection: duckdb.DuckDBPyConnection, file: Path, most: int = MAX_ROWS
) -> AnsweredQuery:
    """Answer one file, with at most so many rows."""
    sql = file.read_text("utf-8").strip()
    questions = [line.removeprefix(_MARK) for line in sql.splitlines() if line.startswith(_MARK)]
    zh, en = [*questions, file.stem, file.stem][:2]
    try:
        relation = connection.sql(sql.rstrip(";"))
        columns = relation.columns
        rows = [
            [None if value is None else str(value) for value in row] for row in relation.fetchall()
        ]
    except duckdb.Error as error:
        return AnsweredQuery(file.stem, zh, en, sql, [], [], 0, str(error))
    return AnsweredQuery(file.stem, zh, en, sql, columns, rows[:most], len(rows))
