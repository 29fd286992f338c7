"""Images of the pages that figures were read from.

Here: which pages, what must not be seen on them, and the store in which they are kept, so that a
page is rendered once. An original may name contact persons, so that only pages with figures are
shown, and the cells of which the text is withheld are painted over.
"""

from __future__ import annotations

import hashlib
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dagster_project.page_images import RenderedPage, render_pages
from dagster_project.readers.privacy import WITHHELD
from dagster_project.settings import Settings
from dagster_project.warehouse import warehouse_of
from dagster_project.workers import Pool

# Part of the name of the store: images made by other rules are made again.
_RULES = "1"
_COVER = "#d9d9d9"
_PAGED = ("pdf", "image")

_PAGES = """
with figures as (
    select document_id, page from marts.fct_budget_line
    union
    select document_id, page from marts.fct_three_public
    union
    select document_id, page from marts.fct_asset
    union
    select document_id, page from marts.fct_project
)

select
    documents.document_id,
    documents.file_path,
    documents.format,
    list(distinct figures.page order by figures.page) as pages,
from figures
inner join marts.dim_document as documents using (document_id)
where figures.page is not null
group by all
order by documents.document_id
"""

_HIDDEN = """
select document_id, page, x0, y0, x1, y1
from extracted.table_cells
where contains(text, ?) and x0 is not null
"""

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class PageImage:
    """An image of a page in the store, and the page's size in the units of its cells' boxes."""

    document_id: str
    page: int
    width: float
    height: float
    file: Path


@dataclass(frozen=True, slots=True)
class _Work:
    """A document of which pages are to be shown."""

    document_id: str
    file: Path
    format: str
    pages: tuple[int, ...]
    hidden: tuple[tuple[int, Box], ...]
    store: Path


def make_pages(settings: Settings) -> list[PageImage]:
    """Make the images of all pages with figures, those of earlier builds excepted.

    A document that is no longer in raw/, or is another one under its name, gets none.
    """
    store = settings.cache / "pages" / _RULES
    works = [work for work in _works(settings, store) if _is_unchanged(work)]
    pool: Pool[None] = Pool(settings.jobs, settings.logs / "pages.log", settings.limits)
    tasks = {work.document_id: partial(_render, work) for work in works if _missing(work)}
    for _ in pool.run(tasks):
        pass  # a document that cannot be rendered has no images; its tables are shown instead
    return [image for work in works for image in _stored(work)]


def copy_pages(images: list[PageImage], target: Path) -> None:
    """Put the images where a browser finds them: ``DOCUMENT/PAGE.webp``; others are removed."""
    shutil.rmtree(target, ignore_errors=True)
    for image in images:
        place = target / image.document_id / f"{image.page}.webp"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(image.file, place)


def _works(settings: Settings, store: Path) -> Iterator[_Work]:
    with warehouse_of(settings).connect() as connection:
        documents = connection.execute(_PAGES).fetchall()
        hidden: defaultdict[str, list[tuple[int, Box]]] = defaultdict(list)
        for document_id, page, *box in connection.execute(_HIDDEN, [WITHHELD]).fetchall():
            hidden[document_id].append((page, (box[0], box[1], box[2], box[3])))
    for document_id, path, file_format, pages in documents:
        yield _Work(
            document_id,
            settings.raw / path,
            file_format,
            tuple(pages),
            tuple(hidden[document_id]),
            store / document_id,
        )


def _is_unchanged(work: _Work) -> bool:
    if not work.file.is_file():
        return False
    with work.file.open("rb") as opened:
        sha256 = hashlib.file_digest(opened, "sha256").hexdigest()
    return sha256.startswith(work.document_id)


def _stored(work: _Work) -> list[PageImage]:
    """The wanted pages that are in the store; its files bear their page's number and size."""
    images = []
    for file in work.store.glob("*.webp"):
        number, width, height = file.stem.split("_")
        if int(number) in work.pages:
            image = PageImage(work.document_id, int(number), float(width), float(height), file)
            images.append(image)
    return sorted(images, key=lambda image: image.page)


def _missing(work: _Work) -> list[int]:
    if work.format not in _PAGED:
        return []
    stored = {image.page for image in _stored(work)}
    return [number for number in work.pages if number not in stored]


def _render(work: _Work) -> None:
    work.store.mkdir(parents=True, exist_ok=True)
    for page in render_pages(work.file, work.format, _missing(work)):
        _cover(page, [box for number, box in work.hidden if number == page.number])
        file = work.store / f"{page.number}_{page.width:g}_{page.height:g}.webp"
        file.write_bytes(page.webp())


def _cover(page: RenderedPage, boxes: list[Box]) -> None:
    if not boxes:
        return
    from PIL import ImageDraw

    draw = ImageDraw.Draw(page.image)
    across, down = page.image.width / page.width, page.image.height / page.height
    for x0, y0, x1, y1 in boxes:
        draw.rectangle((x0 * across, y0 * down, x1 * across, y1 * down), fill=_COVER)
