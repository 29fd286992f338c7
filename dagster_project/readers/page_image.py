"""The image of a page, turned so that its text stands upright and level.

Here: which way up a page is, where its glyphs stand, and the way from its pixels back to the
page that was given. What is written there is read in ``dagster_project.readers.ocr``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from dagster_project.readers import image_rules, recogniser
from dagster_project.readers.document import Box
from dagster_project.readers.recogniser import Rectangle

Image = NDArray[np.uint8]

# In pixels of an image of 300 dpi: what is smaller is dirt.
_DIRT = 5
_LEAST_SKEW = 0.03

_ELONGATED = 2.0
_SAMPLES = 8
_SURE = 0.85
_AROUND_RULES = np.ones((5, 5), np.uint8)


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page as a grey image with its ink; ``back`` leads from its pixels to those given."""

    grey: Image
    ink: Image
    back: NDArray[np.float64]
    points_per_pixel: float

    def seen(self, rectangle: Iterable[float]) -> Box:
        """A rectangle of this image as it lies on the page that was given, in points."""
        x0, y0, x1, y1 = rectangle
        corners = np.array([(x0, y0, 1), (x1, y0, 1), (x1, y1, 1), (x0, y1, 1)], float)
        places = corners @ self.back.T * self.points_per_pixel
        sides = [*places.min(axis=0), *places.max(axis=0)]
        return Box(*(round(max(0.0, float(value)), 2) for value in sides))

    def strip(self, rectangle: Rectangle, stretch: float = 1.0) -> Image:
        """The part of the image in a rectangle, stretched along its line."""
        x0, y0, x1, y1 = rectangle
        part = self.grey[max(0, y0) : y1, max(0, x0) : x1]
        if stretch == 1.0 or not part.size:
            return part
        size = (max(1, round(part.shape[1] * stretch)), part.shape[0])
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)

    def glyphs(self, rules: Image) -> list[Rectangle]:
        """Where characters, or parts of them, stand: ink that is no rule and no dirt."""
        ink = image_rules.ink_of(self.grey, above_noise=True)
        ink[np.asarray(cv2.dilate(rules, _AROUND_RULES)) > 0] = 0
        return _glyphs(ink)

    def turned(self, degrees: float) -> PageImage:
        """The image turned anticlockwise around its middle, its frame grown to hold it."""
        height, width = self.grey.shape
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        cos, sin = abs(turn[0, 0]), abs(turn[0, 1])
        size = (round(width * cos + height * sin), round(width * sin + height * cos))
        turn[:, 2] += ((size[0] - width) / 2, (size[1] - height) / 2)
        grey = cv2.warpAffine(
            self.grey, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
        )
        there = np.vstack([turn, (0, 0, 1)])
        back = np.vstack([self.back, (0, 0, 1)]) @ np.linalg.inv(there)
        image = np.asarray(grey, np.uint8)
        return PageImage(image, image_rules.ink_of(image), back[:2], self.points_per_pixel)


def has_writing(grey: Image, least: int) -> bool:
    """Whether an image has at least so many glyphs."""
    return len(_glyphs(image_rules.ink_of(grey, above_noise=True))) >= least


def upright(grey: Image, points_per_pixel: float) -> tuple[PageImage, list[Rectangle]]:
    """A page level and the right way up, and where text stands on it."""
    image = PageImage(grey, image_rules.ink_of(grey), np.eye(2, 3), points_per_pixel)
    skew = image_rules.skew_of(image.ink)
    if abs(skew) >= _LEAST_SKEW:
        image = image.turned(skew)
    located = recogniser.locate(image.grey)
    quarter = _quarter_turn(image, located)
    if quarter:
        image = image.turned(quarter)
        located = recogniser.locate(image.grey)
    return image, located


def _quarter_turn(image: PageImage, located: Sequence[Rectangle]) -> int:
    """By how many degrees the text must be turned to be read: 0, 90, 180 or 270.

    Lines of text are long in the direction of reading; which end is up, the recogniser says of
    some samples.
    """
    level = [box for box in located if box[2] - box[0] >= _ELONGATED * (box[3] - box[1])]
    steep = [box for box in located if box[3] - box[1] >= _ELONGATED * (box[2] - box[0])]
    turns = (90, 270) if len(steep) > len(level) else (0, 180)
    lines = steep if len(steep) > len(level) else level
    samples = sorted(lines, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]))[-_SAMPLES:]
    if not samples:
        return 0
    scores = {}
    for turn in turns:
        strips = [np.rot90(image.strip(box), turn // 90) for box in samples]
        scores[turn] = fmean(reading.score for reading in recogniser.recognise(strips))
        if scores[turn] >= _SURE:
            return turn
    return max(scores, key=lambda turn: scores[turn])


def _glyphs(ink: Image) -> list[Rectangle]:
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink)
    boxes = stats[1:count]
    large = (boxes[:, 2] >= _DIRT) | (boxes[:, 3] >= _DIRT)
    return [
        (int(x), int(y), int(x + width), int(y + height)) for x, y, width, height, _ in boxes[large]
    ]
