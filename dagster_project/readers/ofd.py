"""OFD, the national format of fixed pages (GB/T 33190).

Here: what stands where on the pages of an OFD file. Its ruling lines decide where tables run, the
characters are put into their cells one text run at a time. Pages that hold only images are left
out. What a form is does not belong here.
"""

from __future__ import annotations

import math
import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from dagster_project.readers.document import Block, Box, Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.glyphs import is_garbled, normalise
from dagster_project.readers.package import Package, resolve
from dagster_project.readers.pdf_text import (
    Character,
    Word,
    cell_text,
    line_text,
    rectangle_of,
    text_lines,
    words,
)
from dagster_project.readers.rulings import Lattice, Rule, Span, lattices

MAX_PAGES = 2000
MAX_CHARACTERS = 2_000_000
_MAX_PAGE_CHARACTERS = 200_000
_POINTS = 72 / 25.4
_ASCENT, _DESCENT = 0.86, 0.14
_NARROW = 0.5  # width of a Latin letter or digit, in sizes of the font
_THIN = 1.5  # points: a filled shape as thin as this is a ruling line
_STRAIGHT = 0.5  # points that a line may lean and still be level or upright
_MAX_REPEATS = 10_000
_PATH = re.compile(r"([A-Za-z])|(-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
# How many numbers each drawing command takes.
_COMMANDS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}

_Matrix = tuple[float, float, float, float, float, float]
_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(slots=True)
class _Ink:
    """What is drawn on a page, in points from its top left."""

    characters: list[Character] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    images: int = 0
    runs: int = 0


def read(data: bytes) -> Document:
    """Read an OFD file whose pages carry text; pages without any are left out.

    Raises:
        ReadError: the file is no OFD, is damaged or protected, too long, or consists of images.
    """
    package = Package(data)
    if package.kind != "ofd":
        raise ReadError("the file is not an OFD document")
    if "Encryptions.xml" in package:
        raise ReadError("the file is protected by a password")
    pages = [ink for root in _roots(package) for ink in _pages(package, root)]
    if not pages:
        raise ReadError("the document has no pages")
    if not any(ink.characters for ink in pages):
        raise ReadError(
            "the pages are images without text; they need OCR, which is not available yet"
            if any(ink.images for ink in pages)
            else "the file holds no text"
        )
    blocks = [block for number, ink in enumerate(pages, 1) for block in _blocks(ink, number)]
    return Document("ofd", "native", len(pages), tuple(blocks))


# Parts --------------------------------------------------------------------------------------


def _roots(package: Package) -> list[str]:
    """The documents of the file; nearly always one."""
    return [resolve("", element.text or "") for element in package.tree("OFD.xml").iter("DocRoot")]


def _pages(package: Package, root: str) -> Iterator[_Ink]:
    document = package.tree(root)
    templates = {
        item.get("ID", ""): item.get("BaseLoc", "") for item in document.iter("TemplatePage")
    }
    pages = list(document.iter("Page"))
    if len(pages) > MAX_PAGES:
        raise ReadError(f"the document has {len(pages):,} pages, more than {MAX_PAGES:,}")
    total = 0
    for page in pages:
        ink = _Ink()
        content = package.tree(_part(package, root, page.get("BaseLoc", "")))
        origin = _origin(content) or _origin(document)
        for reference in content.iter("Template"):
            location = templates.get(reference.get("TemplateID", ""))
            if location:
                _draw(ink, package.tree(_part(package, root, location)), origin)
        _draw(ink, content, origin)
        total += len(ink.characters)
        if total > MAX_CHARACTERS:
            raise ReadError(f"the document has more than {MAX_CHARACTERS:,} characters")
        yield ink


def _part(package: Package, root: str, location: str) -> str:
    part = resolve(root, location)
    # Some writers name pages from the top of the file instead of from the document's folder.
    return part if part in package else resolve("", posixpath.normpath(location or "."))


def _origin(content: Element) -> tuple[float, float] | None:
    """The top left of the page, which need not be the zero point of its coordinates."""
    box = content.find(".//PhysicalBox")
    numbers = _numbers(box.text) if box is not None else []
    return (numbers[0], numbers[1]) if len(numbers) >= 4 else None


def _numbers(text: str | None) -> list[float]:
    found = []
    for piece in (text or "").split():
        try:
            number = float(piece)
        except ValueError:
            return []
        if not math.isfinite(number) or abs(number) > 1e6:
            return []
        found.append(number)
    return found


# Drawing ------------------------------------------------------------------------------------


def _draw(ink: _Ink, content: Element, origin: tuple[float, float] | None) -> None:
    left, top = origin or (0.0, 0.0)
    for layer in content.iter("Layer"):
        for element in _objects(layer):
            if element.get("Visible", "true").lower() == "false":
                continue
            if element.tag == "TextObject":
                _draw_text(ink, element, (left, top))
            elif element.tag == "PathObject":
                _draw_path(ink, element, (left, top))
            else:
                ink.images += 1


def _objects(parent: Element) -> Iterator[Element]:
    for child in parent:
        if child.tag in {"TextObject", "PathObject", "ImageObject"}:
            yield child
        elif child.tag in {"PageBlock", "Layer"}:
            yield from _objects(child)


def _placement(element: Element, origin: tuple[float, float]) -> _Matrix | None:
    """From the coordinates inside an object to points on the page."""
    boundary = _numbers(element.get("Boundary"))
    if len(boundary) < 2:
        return None
    matrix = _numbers(element.get("CTM"))
    a, b, c, d, e, f = matrix if len(matrix) == 6 else _IDENTITY
    x, y = boundary[0] - origin[0] + e, boundary[1] - origin[1] + f
    return (a * _POINTS, b * _POINTS, c * _POINTS, d * _POINTS, x * _POINTS, y * _POINTS)


def _apply(matrix: _Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _draw_text(ink: _Ink, element: Element, origin: tuple[float, float]) -> None:
    matrix = _placement(element, origin)
    sizes = _numbers(element.get("Size"))
    if matrix is None or not sizes or sizes[0] <= 0:
        return
    ink.runs += 1
    scale = (_numbers(element.get("HScale")) or [1.0])[0]
    x = y = 0.0
    for code in element.iter("TextCode"):
        text = "".join(code.itertext())
        # A position that is not given goes on from the text before.
        x = (_numbers(code.get("X")) or [x])[0]
        y = (_numbers(code.get("Y")) or [y])[0]
        steps_x, steps_y = _steps(code.get("DeltaX")), _steps(code.get("DeltaY"))
        for index, letter in enumerate(text):
            step = steps_x[index] if index < len(steps_x) else None
            width = (1.0 if ord(letter) > 0x2E7F else _NARROW) * sizes[0] * scale
            if step is not None and 0 < step < width:
                width = step
            _put(ink, letter, matrix, (x, y), (width, sizes[0]))
            x += step if step is not None else (0.0 if steps_y else width)
            y += steps_y[index] if index < len(steps_y) else 0.0
        if len(ink.characters) > _MAX_PAGE_CHARACTERS:
            raise ReadError(f"a page of the file has more than {_MAX_PAGE_CHARACTERS:,} characters")


def _put(
    ink: _Ink,
    letter: str,
    matrix: _Matrix,
    place: tuple[float, float],
    extent: tuple[float, float],
) -> None:
    text = " " if letter.isspace() else normalise(letter)
    if not text:
        return
    (x, y), (width, size) = place, extent
    corners = [
        _apply(matrix, at_x, at_y)
        for at_x in (x, x + width)
        for at_y in (y - _ASCENT * size, y + _DESCENT * size)
    ]
    x0, x1 = min(p[0] for p in corners), max(p[0] for p in corners)
    y0, y1 = min(p[1] for p in corners), max(p[1] for p in corners)
    baseline = _apply(matrix, x, y)[1]
    height = max(y1 - y0, 1.0)
    order = len(ink.characters)
    ink.characters.append(Character(text, x0, y0, x1, y1, baseline, height, order, ink.runs))


def _steps(text: str | None) -> list[float]:
    """Distances between characters: ``g 3 4.2`` says three times 4.2."""
    pieces = (text or "").split()
    found: list[float] = []
    place = 0
    while place < len(pieces) and len(found) < _MAX_REPEATS:
        if pieces[place] == "g" and place + 2 < len(pieces):
            count, step = _numbers(pieces[place + 1]), _numbers(pieces[place + 2])
            repeats = min(int(count[0]), _MAX_REPEATS) if count else 0
            found += (step or [0.0]) * max(repeats, 0)
            place += 3
        else:
            found += _numbers(pieces[place]) or [0.0]
            place += 1
    return found


def _draw_path(ink: _Ink, element: Element, origin: tuple[float, float]) -> None:
    """Add the straight level and upright lines of a drawing, and filled shapes thin as lines."""
    matrix = _placement(element, origin)
    data = element.find("AbbreviatedData")
    if matrix is None or data is None:
        return
    is_stroked = element.get("Stroke", "true").lower() != "false"
    is_filled = element.get("Fill", "false").lower() == "true"
    for points in _figures(data.text or ""):
        placed = [_apply(matrix, x, y) for x, y in points]
        if is_stroked:
            for start, end in zip(placed, placed[1:], strict=False):
                _add_rule(ink, start, end)
        elif is_filled and placed:
            _add_filled(ink, placed)


def _add_rule(ink: _Ink, start: tuple[float, float], end: tuple[float, float]) -> None:
    (x0, y0), (x1, y1) = start, end
    if abs(y1 - y0) <= _STRAIGHT < abs(x1 - x0):
        ink.rules.append(Rule(True, (y0 + y1) / 2, min(x0, x1), max(x0, x1)))
    elif abs(x1 - x0) <= _STRAIGHT < abs(y1 - y0):
        ink.rules.append(Rule(False, (x0 + x1) / 2, min(y0, y1), max(y0, y1)))


def _add_filled(ink: _Ink, points: Sequence[tuple[float, float]]) -> None:
    x0, x1 = min(x for x, _ in points), max(x for x, _ in points)
    y0, y1 = min(y for _, y in points), max(y for _, y in points)
    if y1 - y0 <= _THIN < x1 - x0:
        ink.rules.append(Rule(True, (y0 + y1) / 2, x0, x1))
    elif x1 - x0 <= _THIN < y1 - y0:
        ink.rules.append(Rule(False, (x0 + x1) / 2, y0, y1))


def _figures(text: str) -> Iterator[list[tuple[float, float]]]:
    """The figures of a path as their corners; of a curve only its end."""
    points: list[tuple[float, float]] = []
    command, numbers = "", list[float]()
    for match in [*_PATH.finditer(text), None]:
        if match is None or match[1]:
            if command == "C" and points:
                points.append(points[0])
            command, numbers = (match[1] if match else ""), []
            continue
        numbers.append(float(match[2]))
        if command not in _COMMANDS or len(numbers) < max(2, _COMMANDS[command]):
            continue
        if command in {"M", "S"}:
            if points:
                yield points
            points = []
        points.append((numbers[-2], numbers[-1]))
        numbers = []
    if points:
        yield points


# Blocks -------------------------------------------------------------------------------------


def _blocks(ink: _Ink, page: int) -> list[Block]:
    """The tables of a page and the lines between them, from top to bottom."""
    if is_garbled("".join(character.text for character in ink.characters)):
        return []
    tables = [table for table in lattices(ink.rules) if len(table.spans) > 1]
    held: list[defaultdict[Span, list[Character]]] = [defaultdict(list) for _ in tables]
    outside: list[Character] = []
    # The smallest first: a frame around a page must not take the words of the table in it.
    order = sorted(range(len(tables)), key=lambda index: _area(tables[index]))
    for word in _run_words(ink.characters):
        for index in order:
            if span := _span_of(word, tables[index]):
                held[index][span] += word.characters
                break
        else:
            outside += word.characters
    placed: list[tuple[float, float, Block]] = []
    for table, cells in zip(tables, held, strict=True):
        if grid := _grid(table, cells, page):
            x0, y0, _, _ = table.rectangle
            placed.append((y0, x0, grid))
    for number, line in enumerate(text_lines(words(outside)), start=1):
        x0, y0, x1, y1 = rectangle_of(line)
        box = Box(*(round(value, 2) for value in (x0, y0, x1, y1)))
        placed.append(((y0 + y1) / 2, x0, Paragraph(line_text(line), page, number, box)))
    return [block for _, _, block in sorted(placed, key=lambda item: item[:2])]


def _area(table: Lattice) -> float:
    x0, y0, x1, y1 = table.rectangle
    return (x1 - x0) * (y1 - y0)


def _run_words(characters: Sequence[Character]) -> list[Word]:
    """Words of each text run by itself: texts of two cells may touch, runs seldom cross cells."""
    runs: defaultdict[int, list[Character]] = defaultdict(list)
    for character in characters:
        runs[character.written_with].append(character)
    return [word for run in runs.values() for word in words(run)]


def _span_of(word: Word, table: Lattice) -> Span | None:
    """The cell that most of a word stands in."""
    spans: Iterable[Span | None] = (table.span_at(item.middle) for item in word.characters)
    return Counter(spans).most_common(1)[0][0]


def _grid(table: Lattice, held: dict[Span, list[Character]], page: int) -> Grid | None:
    cells = []
    for span in table.spans:
        if text := cell_text(words(held.get(span, []))):
            row, column, row_span, column_span = span
            box = Box(*(round(value, 2) for value in table.rectangle_of(span)))
            cells.append(
                Cell(text, row, column, page, row + 1, column + 1, row_span, column_span, box)
            )
    if not cells:
        return None
    return Grid(tuple(cells), len(table.rows) - 1, len(table.columns) - 1, page, "ofd")
