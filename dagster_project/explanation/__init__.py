"""What is read from one document, told to a person: for finding out why a figure is not there.

Here: where the explanation goes. ``reading`` makes it, by the same functions as a run; ``printed``
puts it on a terminal, ``page`` into one HTML file.
"""

import json
from collections.abc import Callable
from pathlib import Path

from dagster_project.explanation.printed import print_reading
from dagster_project.explanation.reading import Reading, read_document
from dagster_project.progress import terminal
from dagster_project.settings import Settings


class NoSuchPageError(ValueError):
    """The document has no page of that number."""


def explain_document(
    settings: Settings,
    file: Path,
    *,
    with_cells: bool = False,
    page: int | None = None,
    check: bool = False,
    as_json: bool = False,
    html: Path | None = None,
    echo: Callable[[str], None] = print,
) -> None:
    """Read one document and tell what came of it.

    Args:
        settings: where raw/ and the catalogue lie.
        file: the document; it need not lie in raw/.
        with_cells: tell every cell too.
        page: tell this page only.
        check: let pdfplumber read the tables of a PDF too, and tell where it differs.
        as_json: JSON on standard output, for programs.
        html: write a page for a browser there.
        echo: prints a line.

    Raises:
        NoSuchPageError: the document has no page ``page``.
    """
    reading = read_document(settings, file, check=check)
    if page is not None:
        if not 1 <= page <= reading.page_count:
            raise NoSuchPageError(f"{file.name} has {reading.page_count} pages")
        reading = reading.only(page)
    if as_json:
        echo(json.dumps(reading.as_json(with_cells=with_cells), ensure_ascii=False, indent=2))
    if html is not None:
        _write(reading, file, html)
        if not as_json:
            echo(f"written to {html}")
    if not as_json and html is None:
        print_reading(terminal(), reading, with_cells=with_cells)


def _write(reading: Reading, file: Path, target: Path) -> None:
    from dagster_project.explanation.page import render

    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(render(reading, file), "utf-8")
