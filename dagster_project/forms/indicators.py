"""Performance indicators of a form (绩效指标), and the results below them (总分, 得分, 等级).

Here: the header of the indicators, torn or merged, the rows below it, and the row of totals.
Amounts of money do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from rapidfuzz import fuzz

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import ProjectLabels, bare
from dagster_project.forms.figures import Piece
from dagster_project.forms.project_records import Indicator, Rating
from dagster_project.readers.document import Cell, Grid

Texts = list[tuple[int, str, Cell]]  # column, text, cell of one row

_LIKE, _SHORTEST = 80.0, 2
_COMPARED = re.compile(r"^(?P<sign>>=|<=|≥|≤|=|>|<)\s*(?P<value>\S.*)$")
_NUMBER = re.compile(r"^\d{1,3}(?:[.,]\s?\d{1,2})?$")
_NUMERIC = ("weight", "score")
_ENDS = ("其他需", "需要说明", "需说明事项", "说明事项", "说明的事项")
_LEAST_HEADINGS = 3
_UNKNOWN = "unknown "  # and the column of a heading that nobody knows
_SAYS = ("level_2", "comparison", "target", "actual", "weight")  # one at least says of what


def texts(grid: Grid) -> Iterator[Texts]:
    """The rows of a grid, each as its cells that are not empty."""
    for row in grid.matrix():
        yield [(index, cell.text, cell) for index, cell in enumerate(row) if cell and cell.text]


@dataclass(slots=True)
class _Header:
    """The columns of the last header and the levels above the last row, from page to page."""

    columns: dict[str, int] = field(default_factory=dict)
    levels: dict[str, str] = field(default_factory=dict)
    width: int = 0


def read_indicators(
    grids: Iterable[Grid], labels: ProjectLabels, *, recognised: bool = False
) -> Iterator[Indicator]:
    """The performance indicators of a form: the rows below 一级指标, 二级指标, 三级指标.

    A page without a header goes on with the columns of the page before, if it has as many.
    Recognition may run the header and the first row together, and then print the row once more.
    It tears headings too: only in print is a heading that nobody knows a column of its own.
    """
    header = _Header()
    for grid in grids:
        yield from _read_page(grid, header, labels, recognised=recognised)


def _read_page(
    grid: Grid, header: _Header, labels: ProjectLabels, *, recognised: bool
) -> Iterator[Indicator]:
    glued: Indicator | None = None
    for indicator in _rows_of_indicators(grid, header, labels, recognised=recognised):
        if glued and not bare(indicator.fields["indicator"]).startswith(
            bare(glued.fields["indicator"])
        ):
            yield glued
        own = _without_headings(indicator.fields, labels)
        glued = Indicator(own, indicator.page, indicator.row_number) if own else None
        if not glued:
            yield indicator
    if glued:
        yield glued


def _without_headings(fields: dict[str, str], labels: ProjectLabels) -> dict[str, str] | None:
    """The fields of a row whose cells begin with the headings of their columns, without these."""
    known = labels.of("indicator")
    own = {
        name: text[len(heading) :].strip()
        for name, text in fields.items()
        for heading in sorted(known, key=len, reverse=True)
        if known[heading] == name and len(text) > len(heading) > 2 and text.startswith(heading)
    }
    return fields | own if len(own) >= _LEAST_HEADINGS else None


def _rows_of_indicators(
    grid: Grid, header: _Header, labels: ProjectLabels, *, recognised: bool
) -> Iterator[Indicator]:
    if header.width != grid.column_count:
        header.columns, header.width = {}, grid.column_count
    above: Texts = []
    for row in texts(grid):
        found = _columns(row, above, labels)
        above = row
        if found:
            header.columns = found if recognised else _unknown(row, found) | found
            continue
        joined = "".join(bare(text) for _, text, _ in row)
        if header.columns and _is_numbering(row):
            continue
        if not header.columns or _is_end(joined, labels):
            if header.columns:
                header.columns = {}
                return
            continue
        fields = _fields(row, header.columns)
        if fields.get("indicator") and any(fields.get(name) for name in _SAYS):
            for level in ("level_1", "level_2"):
                header.levels[level] = fields.get(level) or header.levels.get(level, "")
            cell = row[0][2]
            yield Indicator(fields | header.levels, cell.page, cell.row_number)


def _is_numbering(row: Texts) -> bool:
    """Whether a row numbers the columns of the header above it."""
    numbers = [int(text) for _, text, _ in row if re.fullmatch(r"[0-9]{1,2}", text)]
    if len(numbers) < max(_LEAST_HEADINGS, len(row)):
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(row)))


def _is_end(joined: str, labels: ProjectLabels) -> bool:
    if any(word in joined for word in _ENDS) or joined.startswith("备注"):
        return True
    totals = labels.labels("end", "total")
    return any(word in joined for word in totals) or _is_result(joined, labels)


def _is_result(joined: str, labels: ProjectLabels) -> bool:
    """Whether a row holds nothing but figures and a grade, and perhaps a rest of 总分."""
    letters = "".join(labels.labels("end", "total"))
    rest = "".join(letter for letter in _graded(joined, labels)[0] if letter not in letters)
    return bool(re.fullmatch(r"[^\u3400-\u9fff]*\d[^\u3400-\u9fff]*", rest))


def _graded(text: str, labels: ProjectLabels) -> tuple[str, str | None]:
    """The text without the grade at its end, and the grade."""
    for grade in sorted(labels.of("grade"), key=len, reverse=True):
        if text.endswith(grade):
            return text[: -len(grade)], grade
    return text, None


def _columns(row: Texts, above: Texts, labels: ProjectLabels) -> dict[str, int]:
    """The columns of the headings; those of the row above where the row itself says nothing.

    A cell into which several headings were merged stands for as many columns.
    """
    known = labels.of("indicator")
    if any(known.get(bare(text)) == "indicator" and len(bare(text)) > 2 for _, text, _ in row):
        known = {label: item for label, item in known.items() if label != "指标"}
    found: dict[str, int] = {}
    for line in (row, above):
        last = max((column for column, _, _ in line), default=0)
        for column, text, _ in line:
            names = _headings(text, known, found)
            spread = range(column, column + len(names)) if last == column else [column] * len(names)
            free = [c for c in spread if line is row or c not in found.values()]
            found |= dict(zip(names, free, strict=False)) if len(free) == len(names) else {}
        if line is row and not ({"indicator", "level_2"} & found.keys()):
            return {}
    enough = "indicator" in found and len(found) >= _LEAST_HEADINGS
    return found if enough else {}


def _unknown(row: Texts, known: dict[str, int]) -> dict[str, int]:
    """The columns whose headings mean nothing here: what they hold is no other column's."""
    return {f"{_UNKNOWN}{column}": column for column, _, _ in row if column not in known.values()}


def _headings(text: str, known: dict[str, str], found: dict[str, int]) -> list[str]:
    """The columns that a header cell names; in one cell recognition may have merged several."""
    whole = known.get(bare(text))
    if whole:
        return [whole] if whole not in found else []
    names = []
    for word in text.split():
        name = known.get(bare(word)) or _like(bare(word), known)
        if name and name not in found and name not in names:
            names.append(name)
    joined = _like(bare(text), known)
    return names or ([joined] if joined and joined not in found else [])


def _like(text: str, known: dict[str, str]) -> str | None:
    """The heading that damaged words are like; of 一级指标 the first two letters are enough."""
    if len(text) < _SHORTEST:
        return None
    ordinal = [name for label, name in known.items() if label[1] == "级" and label[:2] == text[:2]]
    if ordinal and len(text) <= len("一级指标"):
        return ordinal[0]
    longer = [(label, name) for label, name in known.items() if len(label) > 2 < len(text)]
    scored = [(fuzz.ratio(text, label), name) for label, name in longer]
    score, name = max(scored, default=(0.0, ""))
    return name if score >= _LIKE else None


def _fields(row: Texts, columns: dict[str, int]) -> dict[str, str]:
    """Each cell belongs to the last heading at or before its column.

    What a cell holds too much goes to the columns after it, as far as these are empty.
    """
    starts = sorted((column, name) for name, column in columns.items())
    fields: dict[str, str] = {}
    for column, text, _ in row:
        names = [name for start, name in starts if start <= column]
        if not names or (len(bare(text)) == 0 and names[-1] not in {"comparison"}):
            continue
        fields[names[-1]] = (fields.get(names[-1], "") + " " + text).strip()
    _spread(fields, [name for _, name in starts])
    return {name: text for name, text in fields.items() if not name.startswith(_UNKNOWN)}


def _spread(fields: dict[str, str], names: Sequence[str]) -> None:
    compared = _COMPARED.match(fields.get("comparison", ""))
    if compared and not fields.get("target"):
        fields["comparison"], fields["target"] = compared["sign"], compared["value"]
    for index, name in enumerate(names):
        parts = fields.get(name, "").split(" ")
        after = [other for other in names[index + 1 :] if other not in fields]
        takes = [other for other in names[index + 1 :][: len(parts) - 1] if other in after]
        numeric = [part for part in parts if _NUMBER.match(part)]
        if name in {"actual", *_NUMERIC} and takes and len(numeric) >= len(parts) - 1 > 0:
            fields[name] = " ".join(parts[: len(parts) - len(takes)])
            fields |= dict(zip(takes, parts[len(parts) - len(takes) :], strict=True))


def read_results(grid: Grid, labels: ProjectLabels) -> list[Rating]:
    """The row 总分: the sum of the weights, the score, and the grade."""
    found: list[Rating] = []
    totals = labels.labels("end", "total")
    for row in texts(grid):
        joined = "".join(bare(text) for _, text, _ in row)
        labelled = any(word in joined for word in totals)
        if not labelled and not (_is_result(joined, labels) and _graded(joined, labels)[1]):
            continue
        pieces = [_piece(cell, index) for index, _, cell in row]
        own = results([p for p in pieces if p.text], labels)
        if len(own) >= len(found):
            found = own
    return found


def _piece(cell: Cell, column: int) -> Piece:
    return Piece(cell.text, column, cell.page, cell.row_number, cell.column_number, cell.box)


def _is_points(figure: amounts.Figure) -> bool:
    is_plain = figure.number and not figure.is_percent and not figure.unit
    return bool(is_plain) and Decimal(figure.number or 0) <= 100


def results(pieces: Sequence[Piece], labels: ProjectLabels) -> list[Rating]:
    """The results among the words of pieces in print order: weights first, then score, grade."""
    found: list[Rating] = []
    numbers = ["total_weight", "total_score"]
    for piece in pieces:
        for word in re.sub(r"(?<=\d[.,])\s(?=\d)", "", piece.text).split():
            place = (piece.page, piece.row_number, piece.column_number, piece.box)
            figure = amounts.parse(word, recognised=True)
            if numbers and len(word) > 1 and _is_points(figure):
                found.append(Rating(numbers.pop(0), word, figure.number, *place))
            elif bare(word) in labels.of("grade"):
                found.append(Rating("grade", bare(word), None, *place))
    return found
