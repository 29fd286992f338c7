"""The documented queries of `docs/queries/`, and the page that shows their results on `raw/`.

`python -m tests.queries WAREHOUSE` writes the page anew; a test compares it with what they give.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from dagster_project.explorer.queries import AnsweredQuery, answer

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
import polars

connection = duckdb.connect("warehouse.duckdb", read_only=True)
frame = polars.DataFrame(connection.sql("from marts.obt_expenditure"))  # or .df() for pandas
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


def files() -> list[Path]:
    """The files of the questions, in the order of their numbers."""
    return sorted(FOLDER.glob("*.sql"))


def page(connection: duckdb.DuckDBPyConnection) -> str:
    """The page, with the results that the queries give on a warehouse."""
    parts = [_INTRODUCTION]
    for file in files():
        query = answer(connection, file)
        assert query.error is None, f"{file.name}: {query.error}"
        parts.append(
            f"## {query.question_zh}\n\n{query.question_en} · [{file.name}]({file.name})\n\n"
            + (_table(query) if query.rows else "No rows: the documents in `raw/` hold none.\n")
        )
    return "\n".join(parts)


def _table(query: AnsweredQuery) -> str:
    lines = [query.columns, ["---"] * len(query.columns), *(map(_cell, row) for row in query.rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cell(value: str | None) -> str:
    return (value or "").replace("|", "\\|").replace("\n", " ")
