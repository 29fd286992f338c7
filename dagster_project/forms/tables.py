"""From the grids of one form to columns with a meaning and rows of cells.

Here: splitting a grid into caption, header and body, resolving header paths to column items, and
finding the panels that stand side by side. Row labels, codes and sums do not belong here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import Catalogue, ColumnItem, Form, Wordings, bare
from dagster_project.forms.sections import Section, find_number
from dagster_project.readers.document import UNCERTAIN, Cell, Grid

_HEADER_CUTOFF = 80.0
_MAX_HEADER_ROWS = 9
_CAPTION = re.compile(
    r"^(?:填报|编制|公开)?(?:部门|单位|预算单位)(?:名称)?\s*[:：]|(?:金额)?单\s*位\s*[:：]"
)
_TOTAL = re.compile(r"^(?:合|总|小)计$|^本年.{0,4}合计$")
_CODE = re.compile(r"^[\[【(]?\d{3,12}[\]】)]?$")
_OUTLINE = re.compile(r"^[一二三四五六七八九十]+、[\u4e00-\u9fff]")
_FIGURE = re.compile(r"\d[.,]\s?\d|\d{3}|^0$")
_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
_MONEY = {"money", "ratio", "count"}
_LABELS = {"code", "label"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what its header says (``path``) and what that means (``item``).

    ``role`` is code, label, row_number, money, ratio, text or none; ``group`` counts the
    side-by-side groups of label and amount columns from the left.
    """

    index: int
    path: tuple[str, ...]
    role: str
    item: str | None
    group: int
    year: int | None = None
    phase: str | None = (
        None  # 公务接待费/决算数: what the end of the path adds to the item above it
    )


@dataclass(frozen=True, slots=True)
class Line:
    """One body row of one side-by-side group: its code cells, its label, its amount cells."""

    group: int
    code_parts: tuple[str, ...]
    label_parts: tuple[str, ...]
    cells: tuple[tuple[Column, Cell | None], ...]
    anchor: Cell
    indent: int = 0  # label columns left empty before the label: it stands in an open group
    is_code_doubted: bool = False  # readings of the code's image differ

    @property
    def label(self) -> str:
        """The label as printed, its pieces joined."""
        return "".join(self.label_parts)

    @property
    def has_figures(self) -> bool:
        """Whether any amount cell of the row prints something with a digit or a dash."""
        return any(cell is not None for _, cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """The whole table of a form: columns of its first grid, lines of all its grids."""

    columns: tuple[Column, ...]
    lines: tuple[Line, ...]
    unmapped: tuple[tuple[str, Cell], ...]


def read_table(
    section: Section, form: Form, catalogue: Catalogue, *, recognised: bool, body: int | None = None
) -> Table:
    """Resolve the header once and read the rows of every grid of the section.

    ``body`` cuts the first grid after that many rows (for forms whose table holds other matter
    below its amounts).
    """
    headers = catalogue.headers_of(form.form)
    columns: tuple[Column, ...] = ()
    lines: list[Line] = []
    unmapped: list[tuple[str, Cell]] = []
    edges = _edges(section.grids[0])
    header_words: set[str] = set()
    for grid in section.grids:
        matrix = _matrix(grid)[:body]
        split = _split(matrix)
        start = split.body
        own = _columns(matrix, split, form, headers, catalogue.column_items)
        own = _by_content(own, matrix[start:], recognised=recognised)
        own = [_by_ending(column, headers, catalogue.column_items) for column in own]
        has_body = start < len(matrix)
        if not columns or (
            has_body
            and grid.column_count >= len(columns)
            and _understood(own) >= _understood(columns)
        ):
            columns = _with_groups(own)
            unmapped += _unmapped(columns, matrix, split)
            header_words |= {bare(c.text) for i in split.header for c in matrix[i] if c}
        elif split.header and not _repeats(matrix, split, header_words):
            start = split.header[0]  # rows without figures on a page that repeats no header
        body_rows = _aligned(grid, matrix, start, columns, edges)
        lines += _lines(columns, body_rows, continued=bool(lines))
    return Table(columns, tuple(_mended(lines)), tuple(unmapped))


def _understood(columns: Sequence[Column]) -> int:
    """How many amount columns have a known meaning."""
    return sum(column.role in _MONEY and column.item is not None for column in columns)


Matrix = list[list[Cell | None]]


def _repeats(matrix: Matrix, split: _Split, words: set[str]) -> bool:
    """Whether the header rows of a later page say again what the first page's header said."""
    texts = [bare(cell.text) for index in split.header for cell in matrix[index] if cell]
    return sum(text in words for text in texts) * 2 >= len(texts)


def _edges(grid: Grid) -> dict[int, float]:
    """Column → where its middle stands on the page, for grids whose cells have boxes."""
    return {
        cell.column: (cell.box.x0 + cell.box.x1) / 2
        for cell in grid.cells
        if cell.box and cell.column_span == 1
    }


def _aligned(
    grid: Grid,
    matrix: Matrix,
    body: int,
    columns: tuple[Column, ...],
    edges: dict[int, float],
) -> Matrix:
    """The body rows of a grid, its columns set below those of the form's first grid.

    A last page may hold the total alone: merged label cells make it narrower than the table.
    """
    rows = matrix[body:]
    if grid.column_count >= len(columns) or not edges:
        return rows
    placed: Matrix = []
    for row in rows:
        wide: list[Cell | None] = [None] * len(columns)
        for cell in row:
            if cell and cell.box:
                middle = (cell.box.x0 + cell.box.x1) / 2
                wide[min(edges, key=lambda c: (abs(edges[c] - middle), c))] = cell
        placed.append(wide)
    return placed


def _matrix(grid: Grid) -> Matrix:
    return grid.matrix()


@dataclass(frozen=True, slots=True)
class _Split:
    header: tuple[int, ...]
    numbering: int | None
    body: int


def _text(cell: Cell | None) -> str:
    return cell.text if cell else ""


def _split(matrix: Matrix) -> _Split:
    """Which rows are header, which one numbers the columns, and where the body begins."""
    numbering = next((i for i, row in enumerate(matrix[:_MAX_HEADER_ROWS]) if _numbers(row)), None)
    body = next((i for i, row in enumerate(matrix) if _is_body(row)), len(matrix))
    if numbering is not None:
        body = numbering + 1
    captions = {i for i, row in enumerate(matrix[:body]) if _is_caption(row)}
    header = tuple(i for i in range(body) if i not in captions and i != numbering)
    return _Split(tuple(i for i in header if any(matrix[i])), numbering, body)


def _numbers(row: Sequence[Cell | None]) -> dict[int, int]:
    """Column → printed number of a 栏次 row (1, 2, 3 … from left to right), else empty."""
    texts = [(i, _text(cell).strip()) for i, cell in enumerate(row)]
    numbers = {i: int(text) for i, text in texts if re.fullmatch(r"\d{1,2}", text)}
    sequential = list(numbers.values()) == list(range(1, len(numbers) + 1))
    marked = any(bare(text) == "栏次" or text == "*" for _, text in texts)
    return numbers if sequential and numbers and (marked or len(numbers) >= 3) else {}


def _is_caption(row: Sequence[Cell | None]) -> bool:
    texts = [cell.text for cell in row if cell]
    joined = "".join(texts)
    only_one = len(texts) == 1 and len(row) > 2 and bool(re.search(r"(?:表|情况)$", bare(joined)))
    numbered = any(find_number(text) for text in [joined, *texts])
    return bool(_CAPTION.search(joined)) or numbered or only_one


def _is_body(row: Sequence[Cell | None]) -> bool:
    """Whether a row holds data: an account code, a total, or a figure that is no mere number."""
    filled = [text for cell in row if (text := _text(cell).strip())]
    if not filled or _is_caption(row):
        return False
    if len(filled) >= 2 and _CODE.match(filled[0]) and _has_words(filled[1]):
        return True
    if any(_OUTLINE.match(text) for text in filled):  # the first row of a form without figures
        return True
    if len(filled) == 1 and len(row) > 2 and _TOTAL.match(bare(filled[0])):
        return True
    return any(_FIGURE.search(text) and amounts_like(text) for text in filled)


def amounts_like(text: str) -> bool:
    """Whether a text prints a figure rather than words or noise."""
    return amounts.parse(text, recognised=True).state == amounts.AMOUNT


def _has_words(text: str) -> bool:
    return bool(re.search(r"[\u4e00-\u9fff]", text)) and not amounts.is_dash(text)


def _paths(matrix: Matrix, split: _Split) -> list[tuple[str, ...]]:
    """The header texts above each column from top to bottom, merged cells spread out."""
    width = max((len(row) for row in matrix), default=0)
    spread = [_spread(matrix, position, split.header) for position in range(len(split.header))]
    paths = []
    for column in range(width):
        texts = [row[column] for row in spread if column < len(row) and row[column]]
        paths.append(tuple(dict.fromkeys(texts)))
    return paths


def _spread(matrix: Matrix, position: int, header: Sequence[int]) -> list[str]:
    """One header row with each text repeated over the columns that it covers."""
    row = matrix[header[position]]
    below = [matrix[index] for index in header[position + 1 :]]
    texts = [""] * len(row)
    spans = any(cell and cell.column_span > 1 for cell in row)
    for column, cell in enumerate(row):
        if cell and _has_words(cell.text):
            for covered in range(column, min(column + cell.column_span, len(row))):
                texts[covered] = cell.text
        elif not spans and not cell and column and _reaches(column, below):
            texts[column] = texts[column - 1]
    for column, text in _from_above(matrix, position, header):
        texts[column] = texts[column] or text
    return texts


def _reaches(column: int, below: Sequence[Sequence[Cell | None]]) -> bool:
    """Whether a header text to the left covers this column in a table without marked spans.

    Text tables do not say that a cell is merged: it reaches as far to the right as the lower
    header rows have texts of their own.
    """

    def headed(index: int) -> bool:
        return any(index < len(lower) and lower[index] for lower in below)

    return headed(column) and headed(column - 1)


def _from_above(matrix: Matrix, position: int, header: Sequence[int]) -> list[tuple[int, str]]:
    """Cells of higher header rows that reach down into this one."""
    reaching = []
    for upper in header[:position]:
        for cell in matrix[upper]:
            if cell and cell.row_span > header[position] - upper and cell.column_span > 1:
                reaching += [
                    (column, cell.text)
                    for column in range(cell.column, cell.column + cell.column_span)
                    if column < len(matrix[header[position]])
                ]
    return reaching


def _columns(
    matrix: Matrix,
    split: _Split,
    form: Form,
    headers: Wordings[str],
    items: dict[str, ColumnItem],
) -> list[Column]:
    paths = _paths(matrix, split)
    named = [_item(path, headers) for path in paths]
    numbers = _numbers(matrix[split.numbering]) if split.numbering is not None else {}
    if form.columns and len(numbers) == len(form.columns):
        exact = [named[column][0] for column in numbers if named[column][1] >= 99]
        if len(set(exact)) < len(numbers) or set(exact) == set(form.columns):
            for column, number in numbers.items():
                named[column] = (form.columns[number - 1], 100.0)
    columns = []
    once = _once_each(paths, [item for item, _ in named])
    for index, (path, item) in enumerate(zip(paths, once, strict=True)):
        role = items[item].role if item in items else ("unknown" if path else "none")
        kind, phase = _phased(path, item, headers, items)
        columns.append(Column(index, path, role, kind, 0, _year(path), phase))
    return columns


def _phased(
    path: tuple[str, ...],
    item: str | None,
    headers: Wordings[str],
    items: dict[str, ColumnItem],
) -> tuple[str | None, str | None]:
    """What is spent and its phase of a kind of expense above or below 预算数 | 决算数."""
    if item not in items or len(path) < 2:
        return item, None
    phase = items[item].dimensions.phase
    if not phase:
        first, score = _item(path[:1], headers)
        is_expense = items[item].dimensions.is_expense
        said = items[first].dimensions if first in items and score >= 99 else None
        return item, said.phase if said and is_expense else None
    above, score = _item(path[:-1], headers)
    if above in items and score >= 99 and items[above].role == "money":
        said = items[above].dimensions
        if said.flow == "expenditure" and not said.phase:
            return above, phase
    return item, None


def _once_each(paths: list[tuple[str, ...]], items: list[str | None]) -> list[str | None]:
    """The items, with a bare 合计 read as the total of all where 小计 below it means the item."""
    counts = Counter(items)
    bare_total = [
        bool(path) and len(path) == 1 and bare(path[0]) in {"合计", "总计"} for path in paths
    ]
    return [
        "total" if item and counts[item] > 1 and alone and item.endswith("_total") else item
        for item, alone in zip(items, bare_total, strict=True)
    ]


def _item(path: tuple[str, ...], headers: Wordings[str]) -> tuple[str | None, float]:
    """The column item of a header path: the longest suffix of the path that is known.

    A header that is broken over rows is also tried as one wording without its remark in brackets.
    """
    plain = [_YEAR.sub("", bare(text)) for text in path if bare(text)]
    unbracketed = [_YEAR.sub("", bare(re.sub(r"[(（].*$", "", text))) for text in path]
    suffixes = ["/".join(plain[start:]) for start in range(len(plain))]
    suffixes += ["/".join(unbracketed[start:]) for start in range(len(unbracketed))]
    whole = re.sub(r"[(（].*$", "", "".join(path))
    for reading in [*suffixes, "".join(plain), whole]:
        if found := headers.exact(reading):
            return found[0], 100.0
    for reading in [*suffixes, "".join(plain), whole]:
        found, score = headers.like(reading, _HEADER_CUTOFF)
        if found:
            return found[0], score
    return None, 0.0


def _year(path: tuple[str, ...]) -> int | None:
    years = [int(match[1]) for text in path for match in _YEAR.finditer(bare(text))]
    return years[0] if years else None


def _by_content(columns: list[Column], body: Matrix, *, recognised: bool) -> list[Column]:
    """Settle by their contents the columns whose header says nothing or is damaged."""
    settled: list[Column] = []
    for column in columns:
        texts = [_text(row[column.index]) for row in body if column.index < len(row)]
        texts = [text.strip() for text in texts if text.strip()]
        kinds = Counter(_kind(text, recognised=recognised) for text in texts)
        role = column.role
        contradicted = (role in _LABELS and kinds["money"] > kinds["words"] + 2) or (
            role in _MONEY and kinds["words"] > 2 * (kinds["money"] + kinds["code"])
        )
        if role in {"none", "unknown"} or contradicted:
            role = _role_of(kinds) if kinds else role
        if role == "label" and kinds["code"] > kinds["words"]:
            role = "code"
        elif role == "code" and kinds["words"] > kinds["code"] + kinds["money"]:
            role = "label"
        if role == "code" and not column.item and _counts_up(texts):
            role = "row_number"
        item = column.item if role == column.role else None
        settled.append(replace(column, role=role, item=item))
    return settled


def _by_ending(column: Column, headers: Wordings[str], items: dict[str, ColumnItem]) -> Column:
    """Settle an amount column under one text for name and amount, 科目名称金额."""
    if column.role != "money" or column.item or not column.path:
        return column
    text = bare(column.path[-1])
    found = (headers.exact(text[start:]) for start in range(1, len(text) - 1))
    own = next((names[0] for names in found if names), None)
    return replace(column, item=own) if own and items[own].role == "money" else column


def _counts_up(texts: list[str]) -> bool:
    """Whether a column numbers its rows one by one."""
    numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,3}", text)]
    steps = [after - before for before, after in zip(numbers, numbers[1:], strict=False)]
    return len(steps) >= 3 and sum(step == 1 for step in steps) > 0.8 * len(steps)


def _kind(text: str, *, recognised: bool) -> str:
    if _has_words(text):
        return "words"
    if re.fullmatch(r"[\[【(]?\d{1,7}[\]】)]?", text.strip()):
        return "code"
    state = amounts.parse(text, recognised=recognised).state
    return "money" if state in {amounts.AMOUNT, amounts.DAMAGED} else "dash"


def _role_of(kinds: Counter[str]) -> str:
    kind, _ = kinds.most_common(1)[0]
    return {"words": "label", "code": "code", "money": "money"}.get(kind, "none")


def _with_groups(columns: list[Column]) -> tuple[Column, ...]:
    """Number the side-by-side groups: label columns after amount columns open a new one."""
    group, seen_money = 0, False
    grouped = []
    for column in columns:
        if column.role in _MONEY:
            seen_money = True
        elif column.role in _LABELS and seen_money:
            group, seen_money = group + 1, False
        grouped.append(replace(column, group=group))
    return tuple(grouped)


def _unmapped(columns: tuple[Column, ...], matrix: Matrix, split: _Split) -> list[tuple[str, Cell]]:
    header = [cell for index in split.header for cell in matrix[index] if cell]
    return [
        ("/".join(column.path), cell)
        for column in columns
        if column.role in {"money", "unknown"} and not column.item
        for cell in [next((c for c in header if c.column == column.index), None)]
        if cell
    ]


def _lines(columns: tuple[Column, ...], body: Matrix, *, continued: bool) -> list[Line]:
    lines: list[Line] = []
    groups = sorted({column.group for column in columns})
    open_codes: dict[int, tuple[Cell, int]] = {}
    for position, row in enumerate(body):
        if continued and _is_caption(row):
            continue
        row = _with_merged_codes(row, columns, position, open_codes)
        carried = ""
        for group in groups:
            own = [c for c in columns if c.group == group and c.index < len(row)]
            line, carried = _line(group, own, row, carried)
            if line and _names_the_next(line, columns, row):
                carried = line.label
            elif line:
                lines.append(line)
    return lines


def _with_merged_codes(
    row: list[Cell | None],
    columns: tuple[Column, ...],
    position: int,
    open_codes: dict[int, tuple[Cell, int]],
) -> list[Cell | None]:
    """The row with code cells repeated that are printed once for several rows."""
    filled = list(row)
    for column in columns:
        if column.role != "code" or column.index >= len(row):
            continue
        cell = row[column.index]
        if cell and cell.row_span > 1 and cell.text.strip().isdigit():
            open_codes[column.index] = (cell, position + cell.row_span)
        merged, end = open_codes.get(column.index, (None, 0))
        below = next((c for c in row if c), None)
        if not cell and merged and position < end and below:
            filled[column.index] = replace(
                below, text=merged.text, column=column.index, confidence=merged.confidence
            )
    return filled


def _line(
    group: int, columns: list[Column], row: list[Cell | None], carried: str
) -> tuple[Line | None, str]:
    """One group of one row; words in an amount column belong to the label of what follows."""
    codes: list[str] = []
    labels = [carried] if carried else []
    cells: list[tuple[Column, Cell | None]] = []
    present: list[Cell] = []
    stray = ""
    is_code_doubted = False
    for column in columns:
        cell = row[column.index]
        text = _text(cell).strip()
        is_code_doubted |= _is_doubted(cell, column)
        if cell and text:
            present.append(cell)
        if column.role == "code":
            (labels if _has_words(text) else codes).append(text)
        elif column.role == "label":
            labels.append(text)
        elif column.role in _MONEY:
            if _has_words(text):
                stray += text
                cells.append((column, None))
            else:
                cells.append((column, cell if text else None))
    if not present and not carried:
        return None, stray
    if stray and not any(cell for _, cell in cells):
        return None, "".join(labels) + stray
    if not present:
        return None, carried
    parts = tuple(part for part in labels if part)
    indent = next((place for place, part in enumerate(labels) if part), 0)
    if not any(cell for _, cell in cells) and _reaches_on(present, columns):
        return None, "".join(parts)
    code_parts = tuple(filter(None, codes))
    return Line(group, code_parts, parts, tuple(cells), present[0], indent, is_code_doubted), ""


def _is_doubted(cell: Cell | None, column: Column) -> bool:
    """Whether readings of the image of a code differ; it may stand in the label's own cell."""
    if cell is None or cell.confidence is None or cell.confidence >= UNCERTAIN:
        return False
    return column.role == "code" or column.role == "label" and bool(re.search(r"\d{3}", cell.text))


def _names_the_next(line: Line, columns: tuple[Column, ...], row: list[Cell | None]) -> bool:
    """Whether a label without a figure stands before a group that has a figure and no label."""
    if line.has_figures or line.code_parts:
        return False
    following = [c for c in columns if c.group == line.group + 1 and c.index < len(row)]
    named = any(row[c.index] for c in following if c.role in _LABELS)
    money = [_text(row[c.index]) for c in following if c.role in _MONEY]
    return not named and any(text and not _has_words(text) for text in money)


def _reaches_on(present: list[Cell], columns: list[Column]) -> bool:
    """Whether a label is merged over its whole group into the next: it names that one's figure."""
    last = max((column.index for column in columns), default=0)
    return any(cell.column + cell.column_span - 1 > last for cell in present)


def _mended(lines: list[Line]) -> list[Line]:
    """Join a row that a page break cut in two: figures above, code and rest of the name below."""
    mended: list[Line] = []
    for line in lines:
        before = mended[-1] if mended else None
        if (
            before
            and line.group == before.group
            and not line.has_figures
            and before.has_figures
            and not before.code_parts
            and line.code_parts
            and not _TOTAL.match(bare(before.label))
        ):
            parts = before.label_parts + line.label_parts
            mended[-1] = replace(before, code_parts=line.code_parts, label_parts=parts)
        else:
            mended.append(line)
    return mended
