"""What is drawn on a page of a PDF: its rules, its images, and the texts that pdfium drops.

Here: one walk over the objects of a page. What the rules enclose is decided by
``dagster_project.readers.pdf``.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from dagster_project.readers import pdfium_calls as calls
from dagster_project.readers.pdfium_calls import address_of

Rectangle = tuple[float, float, float, float]
_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]

MAX_DEPTH = 5
"""How deep forms may stand in forms; deeper ones are not looked at."""

# As camelot has it, in points: a filled rectangle as thin as this is a rule.
_THIN = 1.5
# pdfium drops texts narrower than this, as are all turned by 90° whose font is not in the file.
_NO_WIDTH = 0.01
_LINE, _RECTANGLE = 2, 5
# In points: lines and rectangles of a length between these may be strokes of letters.
_STROKES = (_THIN, 12.0)
# Pixels to the point of the image that shows whether a page is of one colour.
_GLANCE = 0.5


@dataclass(slots=True)
class Drawing:
    """What is drawn on a page; rectangles are (left, bottom, right, top) in user space.

    Attributes:
        rules: lines, edges of stroked rectangles and thin filled ones, as rectangles without an
            extent across.
        image_area: what the images cover, in square points.
        has_lost_text: whether pdfium drops a text of the page.
    """

    rules: list[Rectangle] = field(default_factory=list)
    image_area: float = 0.0
    has_lost_text: bool = False


def of(page: pdfium.PdfPage) -> Drawing:
    """Look at every object of a page once, those of its forms included."""
    reader = _Reader(Drawing())
    handle = address_of(page.raw)
    reader.look_at(handle, calls.page_count(handle), calls.page_object, ())
    return reader.drawing


def may_hold_writing(page: pdfium.PdfPage) -> bool:
    """Whether a page without text may show some: in an image, a form, or shapes like letters.

    Rules hold none, if they are not of the length of strokes; nor do shades, but what fills them
    may be a pattern, which pdfium does not tell: these hold none if the page is of one colour.
    What is not known may hold some.
    """
    if pdfium_c.FPDFPage_GetAnnotCount(page.raw):
        return True
    has_shades = False
    for item in page.get_objects(max_depth=1):
        if _may_be_writing(item):
            return True
        has_shades = has_shades or _is_shade(item)
    if not has_shades:
        return False
    seen = page.render(scale=_GLANCE, grayscale=True).to_numpy()
    return bool(seen.min() != seen.max())


def _may_be_writing(item: pdfium.PdfObject) -> bool:
    if item.type != pdfium_c.FPDF_PAGEOBJ_PATH:
        return True
    count = pdfium_c.FPDFPath_CountSegments(item.raw)
    if count > _RECTANGLE:
        return True
    segments = (pdfium_c.FPDFPath_GetPathSegment(item.raw, index) for index in range(count))
    kinds = {pdfium_c.FPDFPathSegment_GetType(segment) for segment in segments}
    left, bottom, right, top = item.get_bounds()
    shortest, longest = _STROKES
    is_stroke = shortest < max(right - left, top - bottom) < longest
    return is_stroke or pdfium_c.FPDF_SEGMENT_BEZIERTO in kinds


def _is_shade(path: pdfium.PdfObject) -> bool:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if pdfium_c.FPDFPath_GetDrawMode(path.raw, fill, stroke) and not fill.value:
        return False
    left, bottom, right, top = path.get_bounds()
    return min(right - left, top - bottom) > _THIN


class _Reader:
    """Reads objects into a drawing; holds the numbers that pdfium writes into."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.numbers = (ctypes.c_float * 6)()
        self.flags = (ctypes.c_int * 2)()
        self.at = [ctypes.addressof(self.numbers) + 4 * place for place in range(4)]
        self.flags_at = [ctypes.addressof(self.flags) + 4 * place for place in range(2)]

    def look_at(
        self,
        parent: int,
        count: int,
        get_object: Callable[[int, int], int],
        forms: tuple[_Matrix, ...],
    ) -> None:
        """Read the objects of a page, or those of a form inside of ``forms``."""
        for index in range(count):
            item = get_object(parent, index)
            kind = calls.object_type(item)
            if kind == pdfium_c.FPDF_PAGEOBJ_PATH:
                self.drawing.rules += self._rules(item, forms)
            elif kind == pdfium_c.FPDF_PAGEOBJ_TEXT:
                calls.bounds(item, *self.at)
                left, _, right, _, _, _ = self.numbers
                if right - left < _NO_WIDTH:
                    # An upright text without a width is empty.
                    a, b, *_ = self._matrix(item)
                    self.drawing.has_lost_text |= abs(b) > abs(a)
            elif kind == pdfium_c.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = self._bounds(item, forms)
                self.drawing.image_area += (right - left) * (top - bottom)
            elif kind == pdfium_c.FPDF_PAGEOBJ_FORM and len(forms) + 1 < MAX_DEPTH:
                inner = (self._matrix(item), *forms)
                self.look_at(item, calls.form_count(item), calls.form_object, inner)

    def _bounds(self, item: int, forms: tuple[_Matrix, ...]) -> Rectangle:
        """The extent of an object; pdfium gives it in the space of the form that it stands in."""
        calls.bounds(item, *self.at)
        left, bottom, right, top, _, _ = self.numbers
        return _box(_placed([(left, bottom), (right, top)], forms))

    def _matrix(self, item: int) -> _Matrix:
        calls.matrix(item, self.at[0])
        a, b, c, d, e, f = self.numbers
        return (a, b, c, d, e, f)

    def _rules(self, item: int, forms: tuple[_Matrix, ...]) -> Iterator[Rectangle]:
        """The rules of a path, as camelot finds them in what its own parser reads."""
        calls.draw_mode(item, *self.flags_at)
        is_filled, is_stroked = self.flags
        count = calls.segment_count(item)
        if is_filled and not is_stroked and count <= _RECTANGLE:
            # Most rules are such; the bounds of what is filled alone are the path's own.
            if count == _RECTANGLE:
                yield from _thin(self._bounds(item, forms))
            return
        matrices = (self._matrix(item), *forms)
        for points in self._parts(item, count):
            placed = _placed(points, matrices)
            if is_stroked and _is_line(points):
                yield _box(placed[:2])
            elif _is_rectangle(placed):
                yield from _edges(_box(placed)) if is_stroked else _thin(_box(placed))

    def _parts(self, item: int, count: int) -> Iterator[list[_Point]]:
        """The points of each connected part of a path; none of one with curves."""
        points: list[_Point] = []
        is_straight = True
        for index in range(count):
            segment = calls.segment(item, index)
            kind = calls.segment_type(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                if points and is_straight:
                    yield points
                points, is_straight = [], True
            is_straight = is_straight and kind != pdfium_c.FPDF_SEGMENT_BEZIERTO
            calls.segment_point(segment, *self.at[:2])
            points.append((self.numbers[0], self.numbers[1]))
            if calls.segment_closes(segment) and points[-1] != points[0]:
                points.append(points[0])
        if points and is_straight:
            yield points


def _placed(points: list[_Point], matrices: tuple[_Matrix, ...]) -> list[_Point]:
    for a, b, c, d, e, f in matrices:
        points = [(a * x + c * y + e, b * x + d * y + f) for x, y in points]
    return points


def _box(points: list[_Point]) -> Rectangle:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def _is_line(points: list[_Point]) -> bool:
    return len(points) == _LINE or (len(points) == _LINE + 1 and points[0] == points[-1])


def _is_rectangle(points: list[_Point]) -> bool:
    if len(points) != _RECTANGLE or points[0] != points[-1]:
        return False
    left, bottom, right, top = _box(points)
    return all(x in (left, right) and y in (bottom, top) for x, y in points)


def _edges(box: Rectangle) -> Iterator[Rectangle]:
    left, bottom, right, top = box
    yield (left, bottom, right, bottom)
    yield (left, top, right, top)
    yield (left, bottom, left, top)
    yield (right, bottom, right, top)


def _thin(box: Rectangle) -> Iterator[Rectangle]:
    """The middle of a filled rectangle that is as thin as a line."""
    left, bottom, right, top = box
    width, height = right - left, top - bottom
    if not min(width, height) <= _THIN < max(width, height):
        return
    if width >= height:
        middle = (bottom + top) / 2
        yield (left, middle, right, middle)
    else:
        middle = (left + right) / 2
        yield (middle, bottom, middle, top)
