"""The explanation on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from dagster_project.explanation.reading import (
    BlockReading,
    PageReading,
    Reading,
    Row,
    code_of,
)
from dagster_project.progress import plain

_SHORT = 60


def print_reading(console: Console, reading: Reading, *, with_cells: bool) -> None:
    """Print a reading page by page, then its forms and its problems."""
    document = reading.document
    grids = sum(len(page.grids) for page in reading.pages)
    _say(console, f"{document['file_path']}: {reading.page_count} pages, {grids} grids")
    for name, value in document.items():
        if value is not None:
            _say(console, f"  {name}: {value}")
    for page in reading.pages:
        _print_page(console, reading, page, with_cells)
    _print_forms(console, reading, with_cells)
    _print_problems(console, reading)


def _print_page(console: Console, reading: Reading, page: PageReading, with_cells: bool) -> None:
    _heading(console, f"Page {page.number}{'' if page.blocks else ': nothing was read'}")
    for block in page.blocks:
        if block.kind == "paragraph":
            _say(console, f"  {block.text if with_cells else _short(block.text)}")
            continue
        by = ", ".join(part for part in (block.reader, _sure(block.confidence)) if part)
        _say(console, f"  grid of {block.rows} × {block.columns} ({by})")
        if with_cells:
            console.print(_grid(block))
    for form in reading.forms:
        if form["page"] == page.number and form["found"]:
            _say(console, f"  form {_name(form)}")
    states = Counter(f["state"] for f in reading.figures if f["page"] == page.number)
    if states:
        _say(console, f"  figures: {_counts(states)}")
    for problem in reading.problems:
        if problem.page == page.number:
            _say(console, f"  ! {problem.kind}: {_short(problem.text, 150)}")


def _grid(block: BlockReading) -> Table:
    table = Table(*(str(column + 1) for column in range(block.columns)), box=box.SIMPLE_HEAD)
    texts = {(cell.row, cell.column): cell.text for cell in block.cells}
    for row in range(block.rows):
        table.add_row(*(plain(texts.get((row, column), "")) for column in range(block.columns)))
    return table


def _print_forms(console: Console, reading: Reading, with_cells: bool) -> None:
    _heading(console, f"{len(reading.forms)} forms")
    for form in reading.forms:
        own = [f for f in reading.figures if f["form_id"] == form["form_id"]]
        pages = _pages(form)
        counts = _counts(Counter(f["state"] for f in own)) or form["status"]
        _say(console, f"{pages}  {_name(form)}")
        facts = [
            form["form"] or "unknown form",
            f"unit {form['unit']}" if form["unit"] else "no unit",
            f"score {form['score']:.0f}" if form["score"] is not None else "",
            "empty" if form["is_empty"] else counts,
        ]
        _say(console, f"      {', '.join(fact for fact in facts if fact)}")
        if form["evidence"]:
            _say(console, f"      {form['evidence']}")
        if with_cells:
            _print_figures(console, [f for f in own if f["state"] != "blank"])


def _print_figures(console: Console, figures: Sequence[Row]) -> None:
    if not figures:
        return
    table = Table(
        "page", "label", "code", "column", "printed", "unit", "元", "state", box=box.SIMPLE_HEAD
    )
    for figure in figures:
        cells = (
            figure["page"], figure["label"], code_of(figure),
            figure.get("column_path") or figure.get("amount_role"), figure["printed_text"],
            figure["printed_unit"], figure["amount_yuan"], figure["state"],
        )  # fmt: skip
        table.add_row(*(plain("" if cell is None else str(cell)) for cell in cells))
    console.print(table)


def _print_problems(console: Console, reading: Reading) -> None:
    if not reading.problems:
        _heading(console, "No problems")
        return
    kinds = Counter(problem.kind for problem in reading.problems)
    _heading(console, f"{len(reading.problems)} problems: {_counts(kinds)}")
    for problem in reading.problems:
        place = f"p. {problem.page}" if problem.page else "-"
        _say(console, f"{place}  {problem.kind}: {_short(problem.text, 150)}")


def _name(form: Row) -> str:
    return f"{form['form_number'] or '–'} {form['title'] or ''}".strip()


def _pages(form: Row) -> str:
    if not form["page"]:
        return "p. –"
    last = form["last_page"] or form["page"]
    return f"p. {form['page']}" + (f"–{last}" if last != form["page"] else "")


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))


def _sure(confidence: float | None) -> str:
    return "" if confidence is None else f"confidence {confidence:.2f}"


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(plain(text), style="bold")


def _say(console: Console, text: str) -> None:
    console.print(plain(text), soft_wrap=True)


def _short(text: str, limit: int = _SHORT) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
