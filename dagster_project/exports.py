"""The published tables as files, for programs that do not open DuckDB.

Here: formats. Which columns there are is settled by the models.
"""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl

_TABLES = """
select
    schema_name,
    table_name,
from duckdb_tables()
where schema_name in ('marts', 'quality') and not internal
order by all
"""


def export_tables(
    connection: duckdb.DuckDBPyConnection, directory: Path
) -> Iterator[tuple[str, int]]:
    """Write `<schema>/<table>.parquet` and `.csv` for every table of marts and quality.

    The CSV is UTF-8 with a byte order mark, without which spreadsheets take Chinese for Latin.

    Yields:
        Each table with its number of rows, once both of its files are written.
    """
    for schema, table in connection.execute(_TABLES).fetchall():
        target = directory / schema / f"{table}.parquet"
        target.parent.mkdir(parents=True, exist_ok=True)
        connection.table(f'{schema}."{table}"').write_parquet(str(target), compression="zstd")
        pl.scan_parquet(target).sink_csv(target.with_suffix(".csv"), include_bom=True)
        rows = pl.scan_parquet(target).select(pl.len()).collect().item()
        yield f"{schema}.{table}", rows
