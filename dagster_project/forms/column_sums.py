"""What a column means whose header is unknown or damaged, by the sums that its rows keep.

Here: trying the items that an identity between columns lacks (合计 = 基本支出 + 项目支出) on the
columns that have none. A meaning is taken only if it is the one under which every row adds up; of
two that both do, neither is. The wording stays listed as one that the catalogue lacks.
Headers are read before, in ``headers``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from typing import TYPE_CHECKING

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import ColumnTerm
from dagster_project.forms.headers import Column

if TYPE_CHECKING:
    from dagster_project.forms.tables import Table

_FEWEST_ROWS = 3  # rows that must print the columns in question
_MOST_UNKNOWN = 3
_ALL = ("required", "forbidden")
ROUNDING = Decimal("0.02")  # the largest honest difference of printed sums in 万元

Row = Mapping[int, Decimal]


def settle(table: Table, identities: Mapping[str, tuple[ColumnTerm, ...]]) -> Table:
    """The table with a meaning for the columns that only one identity's sums explain."""
    unknown = [c for c in table.columns if c.role == "money" and not c.item]
    if not 0 < len(unknown) <= _MOST_UNKNOWN or any(c.group for c in table.columns):
        return table
    rows = [_figures(table, number) for number in range(len(table.lines))]
    found = {
        tuple(sorted(mapping.items()))
        for terms in identities.values()
        for mapping in _mappings(table, unknown, terms)
        if _holds(table, mapping, terms, rows)
    }
    # A mapping that a wider one contains says nothing else.
    widest = [m for m in found if not any(set(m) < set(other) for other in found)]
    return _with(table, dict(widest[0])) if len(widest) == 1 else table


def _figures(table: Table, number: int) -> Row:
    figures = {}
    for column, cell in table.lines[number].cells:
        parsed = amounts.parse(cell.text) if cell else None
        if parsed and parsed.number is not None:
            figures[column.index] = Decimal(parsed.number)
    return figures


def _mappings(
    table: Table, unknown: list[Column], terms: tuple[ColumnTerm, ...]
) -> Iterator[dict[int, str]]:
    """Column → item, in every way in which the unknown columns may be what the identity lacks."""
    known = {column.item for column in table.columns if column.item}
    if any(term.column_item in known for term in terms if term.requirement == "forbidden"):
        return
    lacking = [
        term.column_item
        for term in terms
        if term.requirement == "required" and term.column_item not in known
    ]
    if lacking:
        for columns in permutations(unknown, len(lacking)):
            yield {c.index: item for c, item in zip(columns, lacking, strict=True)}


def _holds(
    table: Table, mapping: Mapping[int, str], terms: tuple[ColumnTerm, ...], rows: list[Row]
) -> bool:
    """Whether every row adds up under a mapping, and enough rows print what it is about."""
    items = {column.item: column.index for column in table.columns if column.item}
    items |= {item: index for index, item in mapping.items()}
    parts = terms_of(terms, items)
    printed = [row for row in rows if any(index in row for index, _ in parts)]
    telling = [row for row in printed if all(row.get(index) for index in mapping)]
    return len(telling) >= _FEWEST_ROWS and all(
        abs(difference(parts, row)) <= ROUNDING for row in printed
    )


def terms_of(terms: tuple[ColumnTerm, ...], items: Mapping[str, int]) -> list[tuple[int, int]]:
    """The columns of an identity, each with its sign on the left side; none if it says nothing."""
    has = {name: [t.column_item in items for t in terms if t.requirement == name] for name in _ALL}
    if any(has["forbidden"]) or not all(has["required"]):
        return []
    return [
        (items[term.column_item], term.sign if term.side == "left" else -term.sign)
        for term in terms
        if term.column_item in items
    ]


def difference(parts: list[tuple[int, int]], row: Row) -> Decimal:
    """What the left side of an identity is more than the right in one row; a blank is zero."""
    zero = Decimal(0)
    return sum((sign * row.get(index, zero) for index, sign in parts), zero)


def _with(table: Table, items: Mapping[int, str]) -> Table:
    columns = tuple(replace(c, item=items.get(c.index, c.item)) for c in table.columns)
    lines = tuple(
        replace(line, cells=tuple((columns[column.index], cell) for column, cell in line.cells))
        for line in table.lines
    )
    reasons = tuple(f"column {i + 1} is {item}: every row adds up" for i, item in items.items())
    return replace(table, columns=columns, lines=lines, settled=reasons)
