"""Scan renderer: pages of a typeset PDF as a scanner would have made them.

A scan has a resolution, lies a little askew, is noisy and was compressed. The same pages and the
same settings give the same pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

POINTS_PER_INCH = 72
PAPER = 250

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Scanner:
    """How pages are scanned.

    Attributes:
        dpi: pixels per inch.
        skew: degrees by which the page is turned anticlockwise.
        noise: standard deviation of the grey values, of 255.
        blur: standard deviation of the optics, in pixels.
        quality: JPEG quality; 100 keeps the pixels as they are.
        quarter_turns: how often the page was laid in turned by 90° anticlockwise.
        seed: of the noise.
    """

    dpi: int = 300
    skew: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    quality: int = 100
    quarter_turns: int = 0
    seed: int = 1

    def scan(self, pdf: bytes, pages: Sequence[int], crop: Box | None = None) -> list[Image.Image]:
        """Scan pages (counted from 1), or the part of each within ``crop`` (points, top left)."""
        document = pdfium.PdfDocument(pdf)
        try:
            return [self._page(document[page - 1], page, crop) for page in pages]
        finally:
            document.close()

    def _page(self, page: pdfium.PdfPage, number: int, crop: Box | None) -> Image.Image:
        scale = self.dpi / POINTS_PER_INCH
        grey = page.render(scale=scale, grayscale=True).to_numpy()
        grey = grey[:, :, 0] if grey.ndim == 3 else grey
        if crop:
            x0, y0, x1, y1 = (round(value * scale) for value in crop)
            grey = grey[y0:y1, x0:x1]
        pixels = self._degraded(np.minimum(grey, PAPER).astype(np.float64), number)
        image = Image.fromarray(pixels)
        image.info["dpi"] = (self.dpi, self.dpi)
        return image

    def _degraded(self, page: NDArray[np.float64], number: int) -> NDArray[np.uint8]:
        grey: Any = page
        if self.skew:
            height, width = grey.shape
            turn = cv2.getRotationMatrix2D((width / 2, height / 2), self.skew, 1.0)
            grey = cv2.warpAffine(
                grey, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=PAPER
            )
        if self.blur:
            grey = cv2.GaussianBlur(grey, (0, 0), self.blur)
        if self.noise:
            random = np.random.default_rng((self.seed, number))
            grey = grey + random.normal(0, self.noise, grey.shape)
        pixels = np.clip(np.rot90(grey, self.quarter_turns), 0, 255).astype(np.uint8)
        if self.quality == 100:
            return np.ascontiguousarray(pixels)
        _, packed = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, self.quality])
        return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), np.uint8)


def to_pdf(images: Sequence[Image.Image]) -> bytes:
    """A PDF whose pages are the images, with no text."""
    target = BytesIO()
    canvas = Canvas(target, invariant=1)
    for image in images:
        dpi = image.info["dpi"][0]
        width, height = (side * POINTS_PER_INCH / dpi for side in image.size)
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def to_image(images: Sequence[Image.Image], kind: str) -> bytes:
    """The images as one file of a kind that Pillow writes; only TIFF holds several."""
    target = BytesIO()
    first, *others = images
    options = {"save_all": True, "append_images": others} if kind == "TIFF" else {}
    first.save(target, kind, dpi=first.info["dpi"], **options)
    return target.getvalue()
