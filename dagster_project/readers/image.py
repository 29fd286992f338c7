"""Images of pages: PNG, JPEG, and TIFF with one page or many.

Here: how an image file is opened, within which limits, and at which size it is read. What is drawn
and written on it is found in ``dagster_project.readers.ocr``. An image has no points, so a pixel
of it, as a viewer shows it, counts as one.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from io import BytesIO
from itertools import islice

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from dagster_project.readers import ocr
from dagster_project.readers.document import Block, Document, ReadError

MAX_BYTES = 200 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_PAGES = 300

_FORMATS = ("PNG", "JPEG", "TIFF")
# Resolutions are often noted wrongly; one that makes a sheet of another size is not believed.
_SHEET_INCHES = (5.0, 24.0)
_USUAL_SHEET_INCHES = 11.7
_SMALLEST_SHEET = 1400
_SCREEN_DPI = 96.0
_LARGEST_SCALE = 3.0


def read(data: bytes) -> Document:
    """Read an image file: each of its pages as an image of a page.

    Raises:
        ReadError: the file is no such image, is damaged, too large, or shows no text.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"the image is larger than {MAX_BYTES // 1024 // 1024} MiB")
    blocks: list[Block] = []
    count = 0
    for count, (grey, dpi) in enumerate(_pages(data), start=1):
        blocks += _page(grey, dpi, count)
    if not blocks:
        raise ReadError("the image shows no text that can be read")
    return Document("image", "ocr", count, tuple(blocks))


def _pages(data: bytes) -> Iterator[tuple[NDArray[np.uint8], float]]:
    """Each page of the file in shades of grey, with its pixels per inch."""
    try:
        with warnings.catch_warnings():
            # Of damaged files Pillow complains much; the damage is said in the reason.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_FORMATS) as file:
                yield from _decoded(file)
    except ReadError:
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ReadError(_too_large()) from error
    except UnidentifiedImageError as error:
        raise ReadError("the file is not a PNG, JPEG or TIFF image that can be read") from error
    except Exception as error:
        # Pillow lets errors of any kind out of a damaged file: a KeyError, a TypeError.
        raise ReadError("the image is damaged and cannot be decoded") from error


def _decoded(file: Image.Image) -> Iterator[tuple[NDArray[np.uint8], float]]:
    count = getattr(file, "n_frames", 1) if file.format == "TIFF" else 1
    if count > MAX_PAGES:
        raise ReadError(f"the image has {count} pages, more than the {MAX_PAGES} that are read")
    for frame in islice(ImageSequence.Iterator(file), count):
        # The size stands in the header: what is too large is never decoded.
        if frame.width * frame.height > MAX_PIXELS:
            raise ReadError(_too_large())
        yield _grey(ImageOps.exif_transpose(frame)), _resolution(frame)


def _too_large() -> str:
    return f"the image has more than the {MAX_PIXELS:,} pixels that are read"


def _page(grey: NDArray[np.uint8], dpi: float, number: int) -> list[Block]:
    longest = max(grey.shape)
    scale = min(ocr.DPI / dpi, _LARGEST_SCALE, ocr.LONGEST_SIDE / longest)
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale)))
    resized = np.asarray(cv2.resize(grey, size, interpolation=way), np.uint8)
    return ocr.read_image(resized, number, 1 / scale)


def _resolution(frame: Image.Image) -> float:
    """Pixels per inch as noted in the file, or else as a sheet of usual size would have."""
    longest = max(frame.size)
    noted = float(max(frame.info.get("dpi", (0, 0)), default=0))
    low, high = _SHEET_INCHES
    if noted > 0 and low <= longest / noted <= high:
        return noted
    return longest / _USUAL_SHEET_INCHES if longest >= _SMALLEST_SHEET else _SCREEN_DPI


def _grey(frame: Image.Image) -> NDArray[np.uint8]:
    """The image in shades of grey, what is transparent being paper."""
    if frame.mode.startswith(("I", "F")):
        depth = np.asarray(frame, np.float64)
        return np.asarray(depth * (255 / max(255.0, float(depth.max()))), np.uint8)
    if "A" in frame.mode or "transparency" in frame.info:
        colours = frame.convert("RGBA")
        frame = Image.alpha_composite(Image.new("RGBA", colours.size, "white"), colours)
    return np.asarray(frame.convert("L"), np.uint8)
