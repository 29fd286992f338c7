"""From the grids of one form to rows of cells below columns with a meaning.

Here: reading the body of every grid of a form, over page breaks and side-by-side panels. What a
header says belongs in ``headers``; row labels, codes and sums do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import compress

from dagster_project.forms.catalogue import Catalogue, Dimensions, Form, bare
from dagster_project.forms.figures import untorn
from dagster_project.forms.headers import (
    LABELS,
    MONEY,
    ONLY_YEAR,
    Column,
    Matrix,
    Split,
    has_words,
    is_caption,
    is_numbering,
    is_total,
    resolve,
    split,
    text_of,
    unmapped,
)
from dagster_project.forms.merged_cells import Restored, restored, without_doubted
from dagster_project.forms.sections import Section
from dagster_project.forms.shifted_rows import are_displaced, in_place
from dagster_project.forms.wide_tables import widened
from dagster_project.readers.document import UNCERTAIN, Cell, Grid

ROW_YEAR = re.compile(r"^(?:19|20)\d{2}年?度?(?:年初)?(?:预算|决算|执行|完成)?数?$")
_PLAIN_AMOUNT = re.compile(r"^-?\d{1,3}(?:[,，]\s?\d{3})*\.\s?\d{2}$|^-?\d{1,3}(?:[,，]\s?\d{3})+$")
_ADJUSTED = re.compile(r"预算数[为是指].{0,12}(?:全年预算|(?:调整|调剂)后)")
_LEVEL = re.compile(r"^\d{1,3}$")
_LEVEL_DIGITS = 2  # of a group (款) or an item (项); a class has three


@dataclass(frozen=True, slots=True)
class Line:
    """One body row of one side-by-side group: its code cells, its label, its amount cells."""

    group: int
    code_parts: tuple[str, ...]
    label_parts: tuple[str, ...]
    cells: tuple[tuple[Column, Cell | None], ...]
    anchor: Cell
    indent: int = 0  # label columns left empty before the label: it stands in an open group
    reach: int = 0  # the last label column with text: rows that step to the right stand below
    is_code_doubted: bool = False  # readings of the code's image differ
    cross_codes: tuple[str, ...] = ()  # codes of the other classification beside the row's own
    year: str = ""  # the year that the row is of, with its word: 2023年决算数
    name: str = ""  # what stands right behind the code, where other labels stand in the row too
    is_nameless: bool = False  # neither name nor code are printed

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
    strays: tuple[Cell, ...] = ()  # amounts below the header of a label: a row lost its columns
    settled: tuple[str, ...] = ()  # what columns mean by the sums of their rows, with the reason

    @property
    def unit(self) -> str | None:
        """The unit of all amounts, if the header names one over the labels or over each amount."""
        over = [{c.unit for c in self.columns if c.role in roles} for roles in (LABELS, {"money"})]
        units = (over[0] - {None}) or over[1]
        return next(iter(units)) if len(units) == 1 else None


def read_table(
    section: Section, form: Form, catalogue: Catalogue, *, recognised: bool, body: int | None = None
) -> Table:
    """Resolve the header once and read the rows of every grid of the section.

    ``body`` cuts the first grid after that many rows (for forms whose table holds other matter
    below its amounts).
    """
    columns: tuple[Column, ...] = ()
    lines: list[Line] = []
    unknown: list[tuple[str, Cell]] = []
    strays: list[Cell] = []
    edges = _edges(section.grids[0])
    header_words: set[str] = set()
    heads: set[tuple[str, ...]] = set()
    for written in widened(section.grids):
        whole = Restored(written) if recognised else restored(written, form, catalogue)
        grid = whole.grid
        matrix = grid.matrix()[:body]
        parts = split(matrix, catalogue.labels_of(form.form))
        if recognised:
            headed = _headed(matrix, parts) or {c.index for c in columns if c.path}
            matrix[parts.body :] = [untorn(row, headed) for row in matrix[parts.body :]]
        start = parts.body
        own = resolve(matrix, parts, form, catalogue, recognised=recognised)
        own = without_doubted(own, whole.doubted)
        has_body = start < len(matrix)
        if not columns or (
            has_body
            and grid.column_count >= len(columns)
            and _understood(own) >= _understood(columns)
        ):
            columns = own
            unknown += unmapped(columns, matrix, parts)
            header_words |= {bare(c.text) for i in parts.header for c in matrix[i] if c}
        elif parts.header and not _repeats(matrix, parts, header_words):
            start = parts.header[0]  # rows without figures on a page that repeats no header
        heads |= {texts for i in parts.header if len(texts := _texts(matrix[i])) > 1}
        body_rows = [
            in_place(row, columns, recognised=recognised)
            for row in _aligned(grid, matrix, start, columns, edges)
            if not (_texts(row) in heads or is_numbering(row))
        ]
        if not recognised and are_displaced(body_rows, columns):
            strays += (cell for row in body_rows for cell in row if cell and _is_amount(cell))
            continue
        lines += _lines(columns, body_rows, continued=bool(lines))
        strays += [*_strays(columns, body_rows), *whole.strays]
    lines = _mended(lines)
    # A row beside rows with names says nothing without one; figures below headers of their own do.
    named = {line.group for line in lines if not line.is_nameless}
    listed = [line.is_nameless and line.group in named for line in lines]
    strays += [cell for line in compress(lines, listed) for _, cell in line.cells if cell]
    lines = [line for line, is_listed in zip(lines, listed, strict=True) if not is_listed]
    table = Table(columns, tuple(lines), tuple(unknown), tuple(strays))
    return _as_noted(table, section.remarks)


def _as_noted(table: Table, remarks: Sequence[str]) -> Table:
    """The columns below 预算数 as those of the adjusted budget, where the form's note says so.

    The note of the official form of accounts since 2021: 预算数 is 全年预算数, as adjusted.
    """
    if not any(map(_ADJUSTED.search, remarks)):
        return table

    def meant(column: Column) -> Column:
        if "预算数" not in map(bare, column.path):
            return column
        item = "adjusted_budget" if column.item == "initial_budget" else column.item
        phase = "adjusted_budget" if column.context.phase == "initial_budget" else None
        return replace(column, item=item, context=Dimensions(phase=phase).over(column.context))

    columns = {column: meant(column) for column in table.columns}
    lines = (
        replace(
            line, cells=tuple((columns.get(column, column), cell) for column, cell in line.cells)
        )
        for line in table.lines
    )
    return replace(table, columns=tuple(columns.values()), lines=tuple(lines))


def _texts(row: Sequence[Cell | None]) -> tuple[str, ...]:
    """What a row prints, to know a header row again where a page break stands inside a grid."""
    return tuple(bare(cell.text) for cell in row if cell and cell.text.strip())


def _headed(matrix: Matrix, parts: Split) -> set[int]:
    """The columns over which the header rows of a grid print something."""
    return {
        column
        for index in parts.header
        for cell in matrix[index]
        if cell and cell.text.strip()
        for column in range(cell.column, cell.column + cell.column_span)
    }


def _understood(columns: Sequence[Column]) -> int:
    """How many amount columns have a known meaning."""
    return sum(column.role in MONEY and column.item is not None for column in columns)


def _repeats(matrix: Matrix, parts: Split, words: set[str]) -> bool:
    """Whether the header rows of a later page say again what the first page's header said."""
    texts = [bare(cell.text) for index in parts.header for cell in matrix[index] if cell]
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
    if grid.column_count >= len(columns):
        return rows
    if not edges:
        return _below_figures(rows, columns)
    placed: Matrix = []
    for row in rows:
        wide: list[Cell | None] = [None] * len(columns)
        for cell in row:
            if cell and cell.box:
                middle = (cell.box.x0 + cell.box.x1) / 2
                wide[min(edges, key=lambda c: (abs(edges[c] - middle), c))] = cell
        placed.append(wide)
    return placed


def _below_figures(rows: Matrix, columns: tuple[Column, ...]) -> Matrix:
    """Rows of a name and a cell for each amount column, set below these: all labels were merged."""
    amounts = [column.index for column in columns if column.role in MONEY]
    labels = len(columns) - len(amounts)
    if labels < 2 or amounts != list(range(labels, len(columns))):
        return rows
    for row in rows:
        label, *texts = map(text_of, row)
        if len(texts) != len(amounts) or not has_words(label) or any(map(has_words, texts)):
            return rows
    return [[name, *[None] * (labels - 1), *figures] for name, *figures in rows]


def _lines(columns: tuple[Column, ...], body: Matrix, *, continued: bool) -> list[Line]:
    lines: list[Line] = []
    groups = sorted({column.group for column in columns})
    open_codes: dict[int, tuple[Cell, int]] = {}
    open_levels: dict[int, Cell] = {}
    levels = _levels(columns)
    for position, row in enumerate(body):
        if continued and is_caption(row):
            continue
        row = _with_merged_codes(row, columns, position, open_codes)
        row = _with_open_levels(row, levels, open_levels)
        carried = ""
        for group in groups:
            own = [c for c in columns if c.group == group and c.index < len(row)]
            line, carried = _line(group, own, row, carried)
            if line and _names_the_next(line, columns, row):
                carried = line.label
            elif line:
                is_nameless = _is_nameless(line, own, body, position)
                lines.append(replace(line, is_nameless=True) if is_nameless else line)
    return lines


def _is_nameless(line: Line, columns: Sequence[Column], body: Matrix, position: int) -> bool:
    """Whether a row of a body has neither name nor code, and no cell above reaches down to it."""
    if any(map(str.isalpha, line.label)) or line.code_parts or line.cross_codes or line.year:
        return False
    labels = {column.index for column in columns if column.role in LABELS}
    reaching = (
        cell and cell.row_span > position - above and cell.column in labels
        for above, row in enumerate(body[:position])
        for cell in row
    )
    return bool(labels) and not any(reaching)


def _strays(columns: Sequence[Column], body: Matrix) -> list[Cell]:
    """The amounts that no amount column holds: they stand where labels or codes should be."""
    others = [column.index for column in columns if column.role not in MONEY]
    return [
        cell
        for row in body
        for index in [*others, *range(len(columns), len(row))]
        if index < len(row) and (cell := row[index]) and _is_amount(cell)
    ]


def _is_amount(cell: Cell) -> bool:
    return bool(_PLAIN_AMOUNT.match(cell.text.strip()))


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


def _with_open_levels(
    row: list[Cell | None], levels: list[list[int]], open_levels: dict[int, Cell]
) -> list[Cell | None]:
    """The row with the levels of its code that stand only above it: 201, below it 03, below it 01.

    Each level has a column of its own; a row prints its own level alone. ``open_levels`` holds what
    stands open in each code column.
    """
    filled = list(row)
    for own in levels:
        texts = [text_of(row[index]).strip() for index in own if index < len(row)]
        printed = [place for place, text in enumerate(texts) if text]
        if not printed or not all(_LEVEL.match(texts[place]) for place in printed):
            continue
        for index in own[printed[0] :]:
            open_levels.pop(index, None)
        open_levels |= {own[place]: cell for place in printed if (cell := row[own[place]])}
        anchor = row[own[printed[0]]]
        for index in own[: printed[0]] if len(texts[printed[0]]) <= _LEVEL_DIGITS else ():
            if anchor and (above := open_levels.get(index)):
                filled[index] = replace(
                    anchor, text=above.text, column=index, confidence=above.confidence
                )
    return filled


def _levels(columns: tuple[Column, ...]) -> list[list[int]]:
    """The code columns that stand side by side: 类 | 款 | 项."""
    levels: list[list[int]] = []
    for column in columns:
        if column.role != "code":
            continue
        if levels and levels[-1][-1] == column.index - 1:
            levels[-1].append(column.index)
        else:
            levels.append([column.index])
    return [own for own in levels if len(own) > 1]


def _line(
    group: int, columns: list[Column], row: list[Cell | None], carried: str
) -> tuple[Line | None, str]:
    """One group of one row; words in an amount column belong to the label of what follows."""
    codes: list[str] = []
    labels = [carried] if carried else []
    cells: list[tuple[Column, Cell | None]] = []
    present: list[Cell] = []
    remarks: list[str] = []
    stray = ""
    is_code_doubted = False
    cross_codes: list[str] = []
    name = ""
    year = ""
    last_code = max((column.index for column in columns if column.role == "code"), default=None)
    for column in columns:
        cell = row[column.index]
        text = text_of(cell).strip()
        is_code_doubted |= _is_doubted(cell, column)
        if cell and text:
            present.append(cell)
        if column.role in {"label", "text"} and ROW_YEAR.match(bare(text)):
            year = bare(text)
        if column.role == "code":
            (labels if has_words(text) else codes).append(text)
        elif column.role == "cross":
            cross_codes += [text] if text and not has_words(text) else []
        elif column.role == "label":
            labels.append(text)
            name = text if last_code is not None and column.index == last_code + 1 else name
        elif column.role == "text" and has_words(text) and not ONLY_YEAR.match(text):
            remarks.append(text)
        elif column.role in MONEY:
            if has_words(text):
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
    parts = tuple(part for part in labels if part) or tuple(remarks[:1])
    filled = [place for place, part in enumerate(labels) if part] or [0]
    if not any(cell for _, cell in cells) and _reaches_on(present, columns):
        return None, "".join(parts)
    code_parts = tuple(filter(None, codes))
    return Line(
        group, code_parts, parts, tuple(cells), present[0], filled[0], filled[-1], is_code_doubted,
        tuple(cross_codes), year, name if len(parts) > 1 else "",
    ), ""  # fmt: skip


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
    named = any(row[c.index] for c in following if c.role in LABELS)
    money = [text_of(row[c.index]) for c in following if c.role in MONEY]
    return not named and any(text and not has_words(text) for text in money)


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
            and not is_total(before.label)
        ):
            parts = before.label_parts + line.label_parts
            name = before.name and before.name + line.label
            mended[-1] = replace(before, code_parts=line.code_parts, label_parts=parts, name=name)
        else:
            mended.append(line)
    return mended
