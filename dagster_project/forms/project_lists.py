"""Tables of many projects: a name, an amount and indicators in each block of rows.

Here: which table is such a list, and what each of its blocks says. The form of one project belongs
in ``projects``; how a row of indicators is read stands in ``indicators``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import ProjectLabels, bare
from dagster_project.forms.indicators import Texts, read_indicators, texts
from dagster_project.forms.project_records import Project, ProjectAmount
from dagster_project.forms.sections import Section
from dagster_project.readers.document import Cell, Grid

_FIGURES = {amounts.AMOUNT, amounts.DAMAGED}


@dataclass(frozen=True, slots=True)
class _Row:
    """A row below the header: its name, its unit, its amounts with their headings."""

    name: str | None
    unit: str | None
    amounts: tuple[tuple[str, Cell], ...]
    has_words: bool
    first: Cell


def is_list(section: Section, labels: ProjectLabels) -> bool:
    """Whether one header names both the projects and the levels of their indicators."""
    return any(_header(grid, labels) for grid in section.grids)


def read_list(
    section: Section, phase: str, unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> Iterator[Project]:
    """The projects of a list in print order.

    What a unit's row sums up is no project; where one column names units and projects, a name with
    no other words beside it is that of a unit.
    """
    header: dict[int, tuple[str, str]] = {}
    project, body = None, None
    indicators = {
        (own.page, own.row_number): own
        for own in read_indicators(section.grids, labels, recognised=recognised)
    }
    for grid in section.grids:
        start, own = _header(grid, labels) or (-1, {})
        header = own or header
        for index, line in enumerate(texts(grid)):
            if index <= start or not line:
                continue
            row = _row(line, header)
            indicator = indicators.get((row.first.page, row.first.row_number))
            is_mixed = any(item == "unit_or_name" for item, _ in header.values())
            is_unit = is_mixed and not indicator and not row.has_words
            if row.unit or (row.name and is_unit):
                body = row.unit or row.name
            if row.name and not is_unit:
                if project:
                    yield project
                project = Project(row.name, None, body)
                project.amounts += [
                    _amount(label, cell, phase, unit, labels, recognised=recognised)
                    for label, cell in row.amounts
                ]
            if project and indicator:
                project.indicators.append(indicator)
    if project:
        yield project


def _header(grid: Grid, labels: ProjectLabels) -> tuple[int, dict[int, tuple[str, str]]] | None:
    """The last row of the header, and what each column left of the indicators is.

    A header of two rows names the projects above the levels of the indicators; a row of labels
    and their values is no header.
    """
    above: Texts = []
    for index, row in enumerate(texts(grid)):
        level = next((c for c, text, _ in row if _is(text, labels, "indicator", "level_1")), None)
        if level is not None:
            found = _columns(row, level, labels)
            upper = _columns(above, level, labels)
            if 2 * sum(bare(text) in labels.of("list_column") for _, text, _ in above) > len(above):
                found = upper | found
            named = {item for item, _ in found.values()} & {"name", "unit_or_name"}
            return (index, found) if named else None
        above = row
    return None


def _columns(row: Texts, level: int, labels: ProjectLabels) -> dict[int, tuple[str, str]]:
    known = labels.of("list_column")
    return {
        column: (known[bare(text)], bare(text))
        for column, text, _ in row
        if column < level and bare(text) in known
    }


def _is(text: str, labels: ProjectLabels, part: str, item: str) -> bool:
    return labels.of(part).get(bare(text)) == item


def _row(line: Texts, header: Mapping[int, tuple[str, str]]) -> _Row:
    cells = {column: cell for column, _, cell in line}
    said = {header[column][0]: cell for column, cell in cells.items() if column in header}
    name = said.get("name") or said.get("unit_or_name")
    unit = said.get("unit")
    figures = tuple(
        (header[column][1], cell)
        for column, cell in cells.items()
        if column in header and header[column][0] == "amount"
        and amounts.parse(cell.text).state in _FIGURES
    )  # fmt: skip
    others = [cell for cell in cells.values() if cell not in {name, unit}]
    return _Row(_words(name), _words(unit), figures, any(map(_words, others)), line[0][2])


def _words(cell: Cell | None) -> str | None:
    """The words of a cell; the number of a column or of a row is no name."""
    text = re.sub(r"\s", "", cell.text) if cell else ""
    return text if re.search(r"[\u3400-\u9fff]", text) else None


def _amount(
    label: str,
    cell: Cell,
    phase: str,
    unit: str | None,
    labels: ProjectLabels,
    *,
    recognised: bool,
) -> ProjectAmount:
    figure = amounts.parse(cell.text, recognised=recognised)
    source = labels.of("fund_row").get(label, "all")
    return ProjectAmount(
        label, None, phase, source, "total" if source == "all" else "component", cell.text, figure,
        figure.unit or unit, cell.page, cell.row_number, cell.column_number, cell.box,
    )  # fmt: skip
