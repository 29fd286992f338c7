"""The console command `budget`: what a person or a cron job starts by name.

Here: options, messages and exit statuses. What is done stands in the modules that are called, and
these are imported only when their command runs, so that `--help` is quick.
"""

import atexit
import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.settings import Settings, SettingsError

if TYPE_CHECKING:
    import duckdb

FAILED = 1
USAGE = 2


class Usage(click.ClickException):
    """What was asked for cannot be done; exit status 2."""

    exit_code = USAGE


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """A tested warehouse of Chinese departmental budgets (部门预算) and final accounts (部门决算).

    BUDGET_RAW, BUDGET_WAREHOUSE, BUDGET_CACHE and BUDGET_JOBS in the environment say where things
    lie and how many documents are read at the same time; options come before them.
    """


@main.command()
@click.option("--raw", type=click.Path(path_type=Path), help="Directory of documents [./raw].")
@click.option(
    "--warehouse",
    metavar="FILE",
    help="The DuckDB file, or ducklake:postgres:…, to publish [./warehouse.duckdb].",
)
@click.option("--jobs", type=click.IntRange(min=1), help="Worker processes [all processors].")
@click.option("--rebuild", is_flag=True, help="Build and test anew even if nothing has changed.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    default=0,
    metavar="SECONDS",
    help="How long to wait for another run of the same warehouse.",
)
def run(
    raw: Path | None, warehouse: str | None, jobs: int | None, rebuild: bool, wait: float
) -> None:
    """Build the warehouse from the documents, test it, and publish it.

    If nothing has changed since the published build (documents, decisions, code, catalogue), that
    is written into its history, and nothing else is done.

    Exit status: 0 published; 1 a blocking test failed and nothing was published, the failing rows
    are printed; 2 there is nothing to read, or another run is under way. The published file is
    replaced as a whole or not at all.
    """
    # What Dagster and dbt load stays to the end: it need not be looked through again, nor then.
    gc.set_threshold(700, 10, 1_000)
    atexit.register(gc.freeze)

    from dagster_project.run import NothingToDoError, run_warehouse

    settings = _settings(BUDGET_RAW=raw, BUDGET_WAREHOUSE=warehouse, BUDGET_JOBS=jobs)
    try:
        published = run_warehouse(settings, rebuild=rebuild, patience=wait)
    except NothingToDoError as error:
        raise Usage(str(error)) from error
    if not published:
        sys.exit(FAILED)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address the UI binds to.")
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
def dev(host: str, port: int) -> None:
    """Start the service: Dagster's UI, the daily schedule, the sensor on raw/ and the alerts.

    Ctrl-C, or SIGTERM, ends all of it. The UI knows no users: whoever reaches it can start runs,
    so that it binds to this machine alone unless told otherwise.
    """
    from dagster_project.service import serve

    sys.exit(serve(_settings(), host=host, port=port))


@main.command("close-runs")
def close_runs() -> None:
    """Mark runs as failed that a killed service has left; done before a service starts."""
    from dagster_project.service import close_abandoned_runs

    for run_id in close_abandoned_runs(_settings()):
        click.echo(f"closed {run_id}")


@main.command()
@click.option("--last", type=click.IntRange(min=1), default=20, show_default=True)
def history(last: int) -> None:
    """Print the last runs, the newest first, and which build the warehouse is."""
    from dagster_project.summary import print_history

    with _published(_settings()) as connection:
        print_history(connection, last)


@main.command("attach")
def attach_sql() -> None:
    """Print the SQL by which a DuckDB of the same version reads the warehouse, as `make sql` does.

    For a lake it loads the extensions from where they are installed.
    """
    from dagster_project.warehouse import warehouse_of

    settings = _settings()
    with _published(settings):
        pass
    for statement in [*warehouse_of(settings).statements("budget"), "use budget"]:
        click.echo(f"{statement};")


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--page", type=click.IntRange(min=1), help="Only this page (or sheet).")
@click.option("--cells", is_flag=True, help="Every cell and every figure too.")
@click.option("--check", is_flag=True, help="Let pdfplumber read the tables of a PDF as well.")
@click.option("--json", "as_json", is_flag=True, help="JSON, for programs.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write one HTML page that shows every page with the cells that were read.",
)
def explain(
    file: Path, page: int | None, cells: bool, check: bool, as_json: bool, html: Path | None
) -> None:
    """Tell what is read from one document: blocks, grids, forms, amounts, problems.

    The document need not lie in raw/, and the warehouse is not touched.
    """
    from dagster_project.explanation import NoSuchPageError, explain_document

    try:
        explain_document(
            _settings(), file.absolute(), with_cells=cells, page=page, check=check,
            as_json=as_json, html=html, echo=click.echo,
        )  # fmt: skip
    except NoSuchPageError as error:
        raise Usage(str(error)) from error


@main.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def findings(file: Path) -> None:
    """Print the equations of a document that its own figures violate, with their terms.

    The document is looked up in the published warehouse by its content.
    """
    from dagster_project.findings import UnknownDocumentError, print_findings

    with _published(_settings()) as connection:
        try:
            print_findings(connection, file)
        except UnknownDocumentError as error:
            raise Usage(str(error)) from error


@main.command()
@click.option(
    "--to",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("export"),
    show_default=True,
    help="Directory to write into.",
)
def export(directory: Path) -> None:
    """Write the warehouse as files: Parquet, CSV and XLSX, with their description and checksums.

    Every table of marts and quality as Parquet, and as CSV that spreadsheets open; budget.xlsx
    with one sheet for each fact and report; datapackage.json, croissant.json and SHA256SUMS. An
    earlier export in the directory is replaced, whole or not at all; other files are left alone.
    """
    from dagster_project.exports import NotAnExportError, export_tables

    with _published(_settings()) as connection:
        try:
            for table, rows in export_tables(connection, directory):
                click.echo(f"{rows:>10,}  {table}")
        except NotAnExportError as error:
            raise Usage(str(error)) from error
    click.echo(f"written to {directory}")


_to_site = click.option(
    "--to",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("site"),
    show_default=True,
    help="Directory of the site; the documentation goes into its folder docs.",
)


@main.command()
@_to_site
def docs(directory: Path) -> None:
    """Write the documentation of tables and columns, with their lineage, as static files."""
    from dagster_project.dbt_project import DbtProjectError
    from dagster_project.site import build_docs

    settings = _settings()
    with _published(settings):
        pass
    try:
        click.echo(f"written to {build_docs(settings, directory)}")
    except DbtProjectError as error:
        raise click.ClickException(str(error)) from error


@main.command()
@_to_site
def site(directory: Path) -> None:
    """Write the explorer of the published warehouse, as static files for any web server.

    Its program is built by node: `make site` does that first, and writes the documentation too.
    """
    from dagster_project.explorer.build import ProgramMissingError, build_explorer

    settings = _settings()
    with _published(settings):
        pass
    try:
        built = build_explorer(settings, directory)
    except ProgramMissingError as error:
        raise Usage(str(error)) from error
    click.echo(f"written to {built.page}: {built.shards} files of rows, {built.images} page images")


def _settings(**options: object) -> Settings:
    """The settings of the environment, save what the options say."""
    given = {name: str(value) for name, value in options.items() if value is not None}
    try:
        return Settings.from_environment({**os.environ, **given})
    except SettingsError as error:
        raise Usage(str(error)) from error


def _published(settings: Settings) -> "duckdb.DuckDBPyConnection":
    """The published warehouse, to be read."""
    from dagster_project.publication import PublicationError
    from dagster_project.warehouse import warehouse_of

    warehouse = warehouse_of(settings)
    try:
        if warehouse.exists():
            return warehouse.connect()
    except PublicationError as error:
        raise Usage(str(error)) from error
    raise Usage(f"there is no {warehouse.name}; `make run` builds it")
