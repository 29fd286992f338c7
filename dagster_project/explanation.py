"""What is read from one document, told to a person: for finding out why a figure is not there.

Here: printing. The reading is that of a run, by the same functions.
"""

import shutil
import tempfile
from pathlib import Path

import polars as pl
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from dagster_project import extraction
from dagster_project.extraction import DocumentEntry
from dagster_project.progress import terminal
from dagster_project.settings import Settings

_AMOUNT_COLUMNS = (
    "page",
    "label",
    "function_code",
    "economic_code",
    "column_path",
    "printed_text",
    "printed_unit",
    "state",
)
_PROJECT_COLUMNS = ("page", "project_name", "label", "amount_role", "printed_text", "printed_unit")


def explain_document(settings: Settings, file: Path, *, with_cells: bool) -> None:
    """Read one document and print what came of it."""
    console = terminal()
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        raw, entry = _entry(settings, file, work / "raw")
        summary = extraction.extract_tables(raw, entry, work / "tables.parquet")
        extraction.extract_forms(work / "tables.parquet", entry, settings.seeds, work)
        read = {name: pl.read_parquet(work / f"{name}.parquet") for name in extraction.SCHEMAS}
    _say(console, f"{entry.file_path}: {summary.pages} pages, {summary.grids} grids")
    _print_document(console, read["documents"])
    _print_blocks(console, read["table_cells"], with_cells)
    _print_forms(console, read["forms"], read["lines"], read["projects"])
    _print_rows(console, "Unrecognised tables", read["unrecognised_tables"])
    _print_rows(console, "Unmapped labels", read["unmapped_labels"])


def _entry(settings: Settings, file: Path, scratch: Path) -> tuple[Path, DocumentEntry]:
    """The registry's entry; a file outside raw/ gets one of its own, without a manifest."""
    if file.is_relative_to(settings.raw):
        path = file.relative_to(settings.raw).as_posix()
        for entry in extraction.register(settings.raw):
            if entry.file_path == path:
                return settings.raw, entry
    scratch.mkdir()
    shutil.copyfile(file, scratch / file.name)
    return scratch, extraction.register(scratch)[0]


def _print_document(console: Console, documents: pl.DataFrame) -> None:
    for column, value in documents.row(0, named=True).items():
        if value is not None:
            _say(console, f"  {column}: {value}")


def _print_blocks(console: Console, cells: pl.DataFrame, with_cells: bool) -> None:
    blocks = cells.partition_by("block", maintain_order=True)
    _heading(console, f"{len(blocks)} blocks")
    for block in blocks:
        first = block.row(0, named=True)
        if first["kind"] == "paragraph":
            text = first["text"] or ""
            _say(console, f"p. {first['page']}  {text if with_cells else _short(text)}")
            continue
        reader = f", {first['reader']}" if first["reader"] else ""
        size = f"{first['row']} × {first['column']}"
        _say(console, f"p. {first['page']}  grid of {size}{reader}")
        if with_cells:
            console.print(_grid(block.filter(pl.col("kind") == "cell")))


def _grid(block: pl.DataFrame) -> Table:
    columns = sorted(block["column"].unique())
    table = Table(*(str(column + 1) for column in columns), box=box.SIMPLE_HEAD)
    for _, row in block.group_by("row", maintain_order=True):
        texts = dict(row.select("column", "text").iter_rows())
        table.add_row(*(Text(texts.get(column) or "") for column in columns))
    return table


def _print_forms(
    console: Console, forms: pl.DataFrame, lines: pl.DataFrame, projects: pl.DataFrame
) -> None:
    _heading(console, f"{forms.height} forms")
    for form in forms.sort("ordinal", nulls_last=True).iter_rows(named=True):
        state = "empty" if form["is_empty"] else form["status"]
        name = f"{form['form_number'] or '–'} {form['title'] or ''}"
        _say(console, f"p. {form['page']}  {name}: {form['form'] or 'unknown form'}, {state}")
        of_form = pl.col("form_id") == form["form_id"]
        printed = lines.filter(of_form & (pl.col("state") != "blank"))
        _print_rows(console, "", printed.select(_AMOUNT_COLUMNS))
        _print_rows(console, "", projects.filter(of_form).select(_PROJECT_COLUMNS))


def _print_rows(console: Console, heading: str, rows: pl.DataFrame) -> None:
    if rows.is_empty():
        return
    if heading:
        _heading(console, heading)
    table = Table(*rows.columns, box=box.SIMPLE_HEAD)
    for row in rows.iter_rows():
        table.add_row(*(Text("" if value is None else str(value)) for value in row))
    console.print(table)


def _heading(console: Console, text: str) -> None:
    console.print(Text(f"\n{text}", style="bold"))


def _say(console: Console, text: str) -> None:
    console.print(Text(text), soft_wrap=True)


def _short(text: str, limit: int = 60) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
