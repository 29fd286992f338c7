"""The characters of a PDF page: where they stand, which line and which word they belong to.

Here: everything about characters as pdfium stores them, and how words become the text of a cell
or of a line. Where a page has tables is not decided here, but in ``dagster_project.readers.pdf``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import compress, pairwise
from typing import NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium

from dagster_project.readers import pdfium_calls as calls
from dagster_project.readers.document import Box
from dagster_project.readers.glyphs import join_lines, join_words, normalise
from dagster_project.readers.pdfium_calls import address_of

Rectangle = tuple[float, float, float, float]
Array = npt.NDArray[np.float64]
Number = TypeVar("Number", float, Array)
_Way = Callable[[float, float, Rectangle, int], tuple[float, float]]

# All in sizes of the character at that place.
_WORD_GAP = 0.3
_PRINTED_SPACE = 0.4
_COLUMN_GAP = 1.5
_BASELINE_DRIFT = 0.35
_MIDDLE_ABOVE_BASELINE = 0.35
_OVERPRINT = 0.2
_DESCENT = 0.2

_ANGLES_SAMPLED = 100


@dataclass(frozen=True, slots=True)
class View:
    """How a page is looked at.

    ``shown`` is the part of user space that a viewer shows, ``rotation`` what it turns it by
    (clockwise, degrees). ``turn`` is turned on top of it to bring the text upright where it is
    drawn sideways. Coordinates in a view have their origin at the top left, y grows downwards.
    """

    shown: Rectangle
    media: Rectangle
    rotation: int
    turn: int = 0

    def upright(self, rectangle: Rectangle) -> Rectangle:
        """A rectangle of user space as it lies when the text is upright."""
        return _map(rectangle, self.shown, self.rotation + self.turn, _turned)

    def from_camelot(self, rectangle: Rectangle) -> Rectangle:
        """A rectangle as camelot gives it (upright, origin at the bottom left of the media box)."""
        rotation = (self.rotation + self.turn) % 360
        left, bottom, right, top = self.media
        height = top - bottom if rotation % 180 == 0 else right - left
        x0, y0, x1, y1 = rectangle
        flipped = (x0, height - y1, x1, height - y0)
        return self.upright(_map(flipped, self.media, rotation, _returned))

    def to_camelot(self, rectangle: Rectangle) -> Rectangle:
        """A rectangle of user space as camelot has it: the reverse of ``from_camelot``."""
        rotation = (self.rotation + self.turn) % 360
        left, bottom, right, top = self.media
        height = top - bottom if rotation % 180 == 0 else right - left
        x0, y0, x1, y1 = _map(rectangle, self.media, rotation, _turned)
        return (x0, height - y1, x1, height - y0)

    def seen(self, rectangle: Rectangle) -> Box:
        """A rectangle of the upright view as it lies on the page that a viewer shows."""
        if self.turn:
            user = _map(rectangle, self.shown, self.rotation + self.turn, _returned)
            rectangle = _map(user, self.shown, self.rotation, _turned)
        x0, y0, x1, y1 = rectangle
        return Box(round(x0, 2), round(y0, 2), round(x1, 2), round(y1, 2))


def _map(rectangle: Rectangle, frame: Rectangle, rotation: int, way: _Way) -> Rectangle:
    x0, y0, x1, y1 = rectangle
    ax, ay = way(x0, y0, frame, rotation % 360)
    bx, by = way(x1, y1, frame, rotation % 360)
    return (min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))


def _turned(x: Number, y: Number, frame: Rectangle, rotation: int) -> tuple[Number, Number]:
    left, bottom, right, top = frame
    if rotation == 90:
        return y - bottom, x - left
    if rotation == 180:
        return right - x, y - bottom
    if rotation == 270:
        return top - y, right - x
    return x - left, top - y


def _returned(x: float, y: float, frame: Rectangle, rotation: int) -> tuple[float, float]:
    left, bottom, right, top = frame
    if rotation == 90:
        return y + left, x + bottom
    if rotation == 180:
        return right - x, y + bottom
    if rotation == 270:
        return right - y, top - x
    return x + left, top - y


class Character(NamedTuple):
    """One character in the upright view; ``text`` is normalised and may hold several letters.

    ``order`` is its place in the text of the page, ``written_with`` tells what was written in one
    go from what was not. A tuple, since a document has a hundred thousand of them.
    """

    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    baseline: float
    size: float
    order: int
    written_with: int

    @property
    def middle(self) -> tuple[float, float]:
        """The point that decides in which cell the character stands."""
        return (self.x0 + self.x1) / 2, self.baseline - _MIDDLE_ABOVE_BASELINE * self.size


# As Character._make does, without a call of Python's for each.
_character = partial(tuple.__new__, Character)


@dataclass(frozen=True, slots=True)
class Word:
    """Characters of one line without a space between them."""

    characters: tuple[Character, ...]
    rectangle: Rectangle = field(init=False, compare=False, repr=False)
    """The extent of the characters in the upright view."""
    text: str = field(init=False, compare=False)
    """The characters joined."""

    def __post_init__(self) -> None:
        found = self.characters
        top, bottom = min([part.y0 for part in found]), max([part.y1 for part in found])
        object.__setattr__(self, "rectangle", (found[0].x0, top, found[-1].x1, bottom))
        object.__setattr__(self, "text", "".join([part.text for part in found]))

    @property
    def baseline(self) -> float:
        """The line that the first character stands on."""
        return self.characters[0].baseline

    @property
    def size(self) -> float:
        """The size of the font at the first character."""
        return self.characters[0].size


def view_of(page: pdfium.PdfPage, text_page: pdfium.PdfTextPage) -> View:
    """How a page has to be turned for its text to stand upright."""
    rotation = page.get_rotation()
    handle, count = address_of(text_page.raw), text_page.count_chars()
    step = max(1, count // _ANGLES_SAMPLED)
    # pdfium measures clockwise what a matrix turns the other way.
    angles = Counter(
        round(-math.degrees(calls.angle(handle, index)) / 90) * 90 % 360
        for index in range(0, count, step)
        if not calls.is_generated(handle, index)
    )
    drawn = angles.most_common(1)[0][0] if angles else rotation
    return View(page.get_bbox(), page.get_mediabox(), rotation, (drawn - rotation) % 360)


def words(characters: list[Character]) -> list[Word]:
    """The words of a page, in lines from top to bottom, each line from left to right."""
    return [
        word
        for line in _lines(characters)
        for word in _split(sorted(line, key=lambda character: character.x0))
    ]


def characters(text_page: pdfium.PdfTextPage, view: View) -> list[Character]:
    """The characters of a page as pdfium reads them, without the spaces it adds by itself."""
    handle = address_of(text_page.raw)
    count = text_page.count_chars()
    boxes = np.zeros((count, 4), dtype=np.float32)
    origins = np.zeros((count, 2), dtype=np.float64)
    box_at, origin_at = boxes.ctypes.data, origins.ctypes.data
    texts: list[str] = []
    kept: list[int] = []
    written: list[int] = []
    for index in range(count):
        text = _letter(calls.unicode(handle, index))
        # What pdfium adds by itself are spaces and line ends.
        if text == " " and calls.is_generated(handle, index) == 1:
            continue
        if text and calls.loose_box(handle, index, box_at + 16 * index):
            calls.origin(handle, index, origin_at + 16 * index, origin_at + 16 * index + 8)
            texts.append(text)
            kept.append(index)
            written.append(calls.text_object(handle, index) or 0)
    # pdfium's rectangles run left, top, right, bottom.
    rectangles = _upright(boxes[kept].astype(np.float64).T[[0, 3, 2, 1]], view)
    baselines = _upright(origins[kept].T[[0, 1, 0, 1]], view)[1]
    # The nominal size of a font may be scaled by its matrix; the box on the page is not.
    sizes = np.maximum(np.maximum(*(rectangles[2:] - rectangles[:2])), 1.0)
    places = (*rectangles.tolist(), baselines.tolist(), sizes.tolist())
    shown = _are_shown(rectangles, view.upright(view.shown)).tolist()
    return list(compress(map(_character, zip(texts, *places, kept, written, strict=True)), shown))


def _upright(rectangles: Array, view: View) -> Array:
    """As ``View.upright``, of many rectangles in columns."""
    left, bottom, right, top = rectangles
    ax, ay = _turned(left, bottom, view.shown, (view.rotation + view.turn) % 360)
    bx, by = _turned(right, top, view.shown, (view.rotation + view.turn) % 360)
    return np.stack(
        [np.minimum(ax, bx), np.minimum(ay, by), np.maximum(ax, bx), np.maximum(ay, by)]
    )


def characters_of_camelot(parts: Iterable[tuple[str, Rectangle]], view: View) -> list[Character]:
    """Characters as camelot's own parser reads them: texts with their rectangles."""
    shown = view.upright(view.shown)
    found = []
    for order, (text, part) in enumerate(parts):
        x0, y0, x1, y1 = view.from_camelot(part)
        if not _are_shown(np.array([x0, y0, x1, y1]), shown):
            continue
        size = max(y1 - y0, x1 - x0, 1.0)
        letter = " " if text.isspace() else normalise(text)
        baseline = y1 - _DESCENT * (y1 - y0)
        if letter:
            found.append(Character(letter, x0, y0, x1, y1, baseline, size, order, order))
    return found


def _are_shown(rectangles: Array, shown: Rectangle) -> Array:
    """Whether the middles of characters lie on the part of the page that a viewer shows."""
    x, y = (rectangles[0] + rectangles[2]) / 2, (rectangles[1] + rectangles[3]) / 2
    return (shown[0] <= x) & (x <= shown[2]) & (shown[1] <= y) & (y <= shown[3])


@cache
def _letter(code: int) -> str:
    if code == 0 or 0xD800 <= code < 0xE000:
        return "\ufffd" if code else ""
    text = chr(code)
    return " " if text.isspace() else normalise(text)


def _lines(characters: list[Character]) -> list[list[Character]]:
    lines: list[list[Character]] = []
    for character in sorted(characters, key=lambda item: item.baseline):
        if lines:
            first = lines[-1][0]
            drift = _BASELINE_DRIFT * min(first.size, character.size)
            if character.baseline - first.baseline <= drift:
                lines[-1].append(character)
                continue
        lines.append([character])
    return lines


def _split(line: list[Character]) -> list[Word]:
    found: list[Word] = []
    current: list[Character] = []
    for character in line:
        text = character.text
        if current:
            last = current[-1]
            if text == " " or character.x0 - last.x1 > _WORD_GAP * min(character.size, last.size):
                found.append(Word(tuple(current)))
                current = []
            # Bold is sometimes made by printing twice; the second print is no second character.
            elif text == last.text and _is_overprint(last, character):
                continue
        if text != " ":
            current.append(character)
    return [*found, Word(tuple(current))] if current else found


def _is_overprint(first: Character, second: Character) -> bool:
    shift = abs(second.x0 - first.x0) + abs(second.baseline - first.baseline)
    return shift < _OVERPRINT * (first.x1 - first.x0)


def text_lines(found: list[Word]) -> list[list[Word]]:
    """Words grouped by the line they stand on, lines from top to bottom."""
    lines: list[list[Word]] = []
    for word in sorted(found, key=lambda item: item.baseline):
        first = lines[-1][0] if lines else None
        if first and word.baseline - first.baseline <= _BASELINE_DRIFT * min(first.size, word.size):
            lines[-1].append(word)
        else:
            lines.append([word])
    return [sorted(line, key=lambda word: word.rectangle[0]) for line in lines]


def columns_of(line: list[Word]) -> list[list[Word]]:
    """The words of a line, parted where the gap is as wide as between columns."""
    columns = [[line[0]]]
    for left, right in pairwise(line):
        if right.rectangle[0] - left.rectangle[2] >= _COLUMN_GAP * min(left.size, right.size):
            columns.append([right])
        else:
            columns[-1].append(right)
    return columns


def line_text(line: list[Word]) -> str:
    """A line of running text: columns two spaces apart, one space where one was printed."""
    return "  ".join(_spaced(column) for column in columns_of(line))


def _spaced(column: list[Word]) -> str:
    text = column[0].text
    for left, right in pairwise(column):
        gap = right.rectangle[0] - left.rectangle[2]
        printed = gap >= _PRINTED_SPACE * min(left.size, right.size)
        text = f"{text} {right.text}" if printed else join_words([text, right.text])
    return text


def cell_text(found: list[Word]) -> str:
    """The text of a cell, its wrapped lines joined."""
    return join_lines(join_words(word.text for word in line) for line in text_lines(found))


def rectangle_of(found: list[Word]) -> Rectangle:
    """The extent of some words in the upright view."""
    parts = [word.rectangle for word in found]
    return (
        min(part[0] for part in parts),
        min(part[1] for part in parts),
        max(part[2] for part in parts),
        max(part[3] for part in parts),
    )
