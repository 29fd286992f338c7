"""The documentation of the tables as a static page of the site, and a page that leads there.

Here: what is written under `site/docs`; the explorer writes the rest. The texts are in the dbt
project.
"""

import shutil
from pathlib import Path

import duckdb

from dagster_project.dbt_project import run_dbt
from dagster_project.docs_page import slim_page
from dagster_project.settings import Settings
from dagster_project.warehouse import attach, warehouse_of

_INDEX = """<!doctype html>
<html lang="zh-CN">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>部门预算决算数据仓库</title>
<h1>部门预算决算数据仓库</h1>
<p><a href="docs/index.html">数据表与字段说明 · Tables, columns and lineage</a></p>
</html>
"""


def build_docs(settings: Settings, site: Path) -> Path:
    """Write the documentation of the published warehouse, one file that needs no server.

    dbt opens the database for writing, so it is given a copy without rows.

    Returns:
        The page to open.

    Raises:
        DbtProjectError: dbt could not make it.
    """
    target = settings.work / "docs"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    copy = target / settings.warehouse.name
    _copy_structure(settings, copy)
    run_dbt(settings, "docs", "generate", "--static", "--target-path", str(target), build=copy)
    page = site / "docs" / "index.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(slim_page(target), "utf-8")
    shutil.rmtree(target)
    index = site / "index.html"
    if not index.exists():
        index.write_text(_INDEX, "utf-8")
    return page


def _copy_structure(settings: Settings, copy: Path) -> None:
    """Create the published tables, empty, in a file."""
    with duckdb.connect(copy) as connection:
        attach(connection, warehouse_of(settings), "published")
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables()"
            " where database_name = 'published' and not internal"
        ).fetchall()
        for schema, table in tables:
            name = f'"{schema}"."{table}"'
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f"create table {name} as from published.{name} limit 0")
