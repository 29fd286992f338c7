"""The whole explorer, put together: its program, its rows, its images, its queries.

Here: which part goes where under the site. The program is built before, by node, from the folder
``explorer/`` of the project; everything else needs no node.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dagster_project.explorer.pages import copy_pages, make_pages
from dagster_project.explorer.queries import write_queries
from dagster_project.explorer.shards import write_shards
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.warehouse import warehouse_of

PROGRAM = PROJECT_ROOT / "explorer" / "dist"
_QUERIES = PROJECT_ROOT / "docs" / "queries"


class ProgramMissingError(RuntimeError):
    """The explorer's program has not been built."""


@dataclass(frozen=True)
class BuiltExplorer:
    """What was written: the page to open, and how many files of rows and images of pages."""

    page: Path
    shards: int
    images: int


def build_explorer(settings: Settings, site: Path, program: Path = PROGRAM) -> BuiltExplorer:
    """Write the explorer of the published warehouse.

    Raises:
        ProgramMissingError: ``program`` holds no built program.
    """
    if not (program / "index.html").is_file():
        raise ProgramMissingError("the explorer's program is not built: `make site` builds it")
    shutil.rmtree(site / "assets", ignore_errors=True)
    shutil.copytree(program, site, dirs_exist_ok=True)
    shards, images = build_data(settings, site)
    return BuiltExplorer(site / "index.html", shards, images)


def build_data(settings: Settings, site: Path) -> tuple[int, int]:
    """Write what the program shows: rows, images of pages, and queries with their answers.

    Returns:
        How many files of rows, and how many images.
    """
    images = make_pages(settings)
    copy_pages(images, site / "pages")
    with warehouse_of(settings).connect() as connection:
        shards = write_shards(connection, site / "data", images)
        write_queries(connection, _QUERIES, site / "data" / "queries.json")
    return shards, len(images)
