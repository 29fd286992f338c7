"""The documented queries of `docs/queries/`, and the page that shows their results on `raw/`.

`python -m tests.queries WAREHOUSE` writes the page anew; a test compares it with what they give.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "queries"
PAGE = FOLDER / "README.md"

_INTRODUCTION = """\
# Questions and their answers · 常见问题与查询

Each file here is one question to the warehouse. The results are those of the documents in `raw/`;
on your own warehouse:

```sh
.venv/bin/duckdb -readonly warehouse.duckdb -f docs/queries/02-by-function-class.sql
```

From Python with polars or pandas, and from R:

```python
import duckdb

connection = duckdb.connect("warehouse.duckdb", read_only=True)
frame = connection.sql("from marts.obt_expenditure").pl()  # .df() for pandas
```

```r
library(duckdb)
connection <- dbConnect(duckdb(), "warehouse.duckdb", read_only = TRUE)
frame <- dbGetQuery(connection, "from marts.obt_expenditure")
```

A run replaces the file as a whole, so queries go on while it works; a connection that is open
keeps the old warehouse until it is opened again. Before you add anything up, read
[the rules](../../README.md#before-you-add-anything-up).
"""


@dataclass(frozen=True)
class Query:
    """A documented question.

    Attributes:
        file: of its SQL.
        question_zh: in Chinese; the first line of the file.
        question_en: in English; the second.
        sql: the statement.
    """

    file: Path
    question_zh: str
    question_en: str
    sql: str


def queries() -> Iterator[Query]:
    """All of them, in the order of their numbers."""
    for file in sorted(FOLDER.glob("*.sql")):
        text = file.read_text("utf-8")
        zh, en, *_ = (line.removeprefix("-- ") for line in text.splitlines())
        yield Query(file, zh, en, text)


def page(connection: duckdb.DuckDBPyConnection) -> str:
    """The page, with the results that the queries give on a warehouse."""
    parts = [_INTRODUCTION]
    for query in queries():
        result = connection.execute(query.sql)
        names = [name for name, *_ in result.description]
        rows = result.fetchall()
        parts.append(
            f"## {query.question_zh}\n\n"
            f"{query.question_en} · [{query.file.name}]({query.file.name})\n\n"
            + (_table(names, rows) if rows else "No rows: the documents in `raw/` hold none.\n")
        )
    return "\n".join(parts)


def _table(names: list[str], rows: list[tuple[object, ...]]) -> str:
    lines = [names, ["---"] * len(names), *([_cell(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("|", "\\|").replace("\n", " ")
