"""Pages of documents as images, for people who compare a figure with its print.

Here: rendering. Who shows which page, and where an image is kept, is settled by the callers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_DPI = 110
_POINTS_PER_INCH = 72
_LONGEST_SIDE = 2000
_QUALITY = 60


@dataclass(frozen=True, slots=True)
class RenderedPage:
    """A page as an image; ``width`` and ``height`` are in the units of the boxes of its cells.

    These are points in a PDF, and pixels in an image file, as a viewer shows it.
    """

    number: int
    image: Image
    width: float
    height: float

    def webp(self) -> bytes:
        """The image as a WebP file."""
        target = BytesIO()
        self.image.convert("RGB").save(target, "WEBP", quality=_QUALITY)
        return target.getvalue()


def render_pages(file: Path, file_format: str, numbers: Iterable[int]) -> Iterator[RenderedPage]:
    """Render pages of a PDF or of an image file; other formats have none."""
    wanted = list(numbers)
    with file.open("rb") as opened:
        is_pdf = b"%PDF-" in opened.read(1024)
    if is_pdf:
        yield from _of_pdf(file, wanted)
    elif file_format == "image":
        yield from _of_image(file, wanted)


def _of_pdf(file: Path, numbers: Iterable[int]) -> Iterator[RenderedPage]:
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(file)
    except pdfium.PdfiumError:  # the reading says why it cannot be opened
        return
    try:
        for number in numbers:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(_DPI / _POINTS_PER_INCH, _LONGEST_SIDE / max(width, height))
            yield RenderedPage(number, page.render(scale=scale).to_pil(), width, height)
            page.close()
    finally:
        document.close()


def _of_image(file: Path, numbers: Iterable[int]) -> Iterator[RenderedPage]:
    from PIL import Image, ImageOps, ImageSequence

    wanted = set(numbers)
    with Image.open(file) as opened:
        for number, frame in enumerate(ImageSequence.Iterator(opened), 1):
            if number in wanted:
                upright = ImageOps.exif_transpose(frame).convert("RGB")
                width, height = upright.size
                upright.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
                yield RenderedPage(number, upright, width, height)
