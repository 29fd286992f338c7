"""Pages as images for the explanation, as ``data:`` addresses."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from dagster_project.page_images import render_pages

MAX_IMAGES = 300


@dataclass(frozen=True, slots=True)
class PageImage:
    """An image of a page, and the page's size in points: the units of the boxes of its cells."""

    address: str
    width: float
    height: float


def page_images(file: Path, file_format: str, numbers: Iterable[int]) -> dict[int, PageImage]:
    """Images of the pages of a PDF or of an image file, at most 300; none of other formats."""
    pages = render_pages(file, file_format, islice(numbers, MAX_IMAGES))
    return {
        page.number: PageImage(_address(page.webp()), page.width, page.height) for page in pages
    }


def _address(webp: bytes) -> str:
    return "data:image/webp;base64," + base64.b64encode(webp).decode("ascii")
