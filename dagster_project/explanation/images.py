"""Pages as images for the explanation, as ``data:`` addresses."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_IMAGES = 300
_DPI = 110
_POINTS_PER_INCH = 72
_LONGEST_SIDE = 2000
_QUALITY = 60


@dataclass(frozen=True, slots=True)
class PageImage:
    """An image of a page, and the page's size in points: the units of the boxes of its cells."""

    address: str
    width: float
    height: float


def page_images(file: Path, file_format: str, numbers: Iterable[int]) -> dict[int, PageImage]:
    """Images of the pages of a PDF or of an image file, at most 300; none of other formats."""
    wanted = list(numbers)[:MAX_IMAGES]
    with file.open("rb") as opened:
        is_pdf = b"%PDF-" in opened.read(1024)
    if is_pdf:
        return _of_pdf(file, wanted)
    return _of_image(file, wanted) if file_format == "image" else {}


def _of_pdf(file: Path, numbers: Iterable[int]) -> dict[int, PageImage]:
    import pypdfium2 as pdfium

    images = {}
    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError:  # the reading says why it cannot be opened
        return {}
    try:
        for number in numbers:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_DPI / _POINTS_PER_INCH, _LONGEST_SIDE / max(width, height))
            image = page.render(scale=scale).to_pil()
            images[number] = PageImage(_address(image), width, height)
            page.close()
    finally:
        document.close()
    return images


def _of_image(file: Path, numbers: Iterable[int]) -> dict[int, PageImage]:
    """Images of an image file; its reader counts pixels, as a viewer shows them, as points."""
    from PIL import Image, ImageOps, ImageSequence

    images = {}
    wanted = set(numbers)
    with Image.open(file) as opened:
        for number, frame in enumerate(ImageSequence.Iterator(opened), 1):
            if number in wanted:
                upright = ImageOps.exif_transpose(frame).convert("RGB")
                width, height = upright.size
                upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                images[number] = PageImage(_address(upright), width, height)
    return images


def _address(image: Image) -> str:
    target = BytesIO()
    image.convert("RGB").save(target, "WEBP", quality=_QUALITY)
    return "data:image/webp;base64," + base64.b64encode(target.getvalue()).decode("ascii")
