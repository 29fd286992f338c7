"""Characters from images: where text stands, and what it says.

Here: the recogniser and its models, and nothing about pages or tables. The models lie inside the
package that brings them; nothing is fetched. Loading them takes a moment, so a process does it
once, when the first image needs it.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dagster_project.readers.elsewhere import require_recognition_here

Image = NDArray[np.uint8]
Rectangle = tuple[int, int, int, int]

# The recogniser pads every strip to this ratio; most amounts are shorter than its default.
_STRIP = [3, 48, 64]
_MAX_TEXTS = 6000
_DETECTION_SHARE = 0.55
_LONGEST_DETECTED = 2800
_SMALLEST_STRIP = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a strip of an image says, and how sure the recogniser is, from 0 to 1."""

    text: str
    score: float


def _engine() -> Any:
    require_recognition_here()
    return _loaded_engine()


@cache
def _loaded_engine() -> Any:
    # Most images without text in a PDF are covers; the package takes longer than they do.
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.max_side_len": _LONGEST_DETECTED,
            "EngineConfig.onnxruntime.intra_op_num_threads": _threads(),
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.max_candidates": _MAX_TEXTS,
            "Rec.rec_img_shape": _STRIP,
        }
    )
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return engine


def _threads() -> int:
    """Two; but one in a process among others, where a second would only wait for the rest."""
    return 2 if multiprocessing.parent_process() is None else 1


def locate(image: Image) -> list[Rectangle]:
    """Where text stands in an image of 300 dpi, as (left, top, right, bottom) in its pixels."""
    height, width = image.shape[:2]
    share = min(_DETECTION_SHARE, _LONGEST_DETECTED / max(height, width))
    # To find text takes less resolution than to read it.
    small = cv2.resize(image, None, fx=share, fy=share, interpolation=cv2.INTER_AREA)
    boxes = _engine()(small, use_det=True, use_rec=False).boxes
    if boxes is None:
        return []
    found = []
    for corners in np.asarray(boxes) / share:
        x0, y0 = np.floor(corners.min(axis=0)).astype(int)
        x1, y1 = np.ceil(corners.max(axis=0)).astype(int)
        found.append((max(0, int(x0)), max(0, int(y0)), min(width, int(x1)), min(height, int(y1))))
    return found


def recognise(strips: Sequence[Image]) -> list[Reading]:
    """What each strip, an image of one line of text, says."""
    readings = [Reading("", 0.0)] * len(strips)
    legible = [n for n, strip in enumerate(strips) if min(strip.shape[:2]) >= _SMALLEST_STRIP]
    if legible:
        result = _engine().recognize_txt([_in_colour(strips[n]) for n in legible])
        for n, text, score in zip(legible, result.txts, result.scores, strict=True):
            readings[n] = Reading(text, float(score))
    return readings


def _in_colour(strip: Image) -> Image:
    return np.repeat(strip[:, :, None], 3, axis=2) if strip.ndim == 2 else strip
