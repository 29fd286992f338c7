"""Tests of the numbers that libraries for data write around a table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project import readers
from dagster_project.readers.document import Grid

ROWS = [["科目", "合计", "基本"], ["合计", "9.00", "8.00"], ["201", "0", "1"], ["208", "9", "7"]]


def markdown(rows: list[list[str]]) -> str:
    first, *rest = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([first, "|" + "---|" * len(rows[0]), *rest])


def page(rows: list[list[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in rows)
    return f"<html><body><table>{body}</table></body></html>"


def separated(rows: list[list[str]]) -> str:
    return "\n".join(map(",".join, rows)) + "\n"


def grid(source: str, place: Path) -> Grid:
    path = place / "table"
    path.write_text(source, "utf-8")
    (found,) = [block for block in readers.read(path).blocks if isinstance(block, Grid)]
    return found


def texts(found: Grid) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in found.matrix()]


@pytest.mark.parametrize("write", [markdown, page, separated])
def test_numbers_of_columns_and_rows_are_taken_off(
    write: Callable[[list[list[str]]], str], tmp_path: Path
) -> None:
    headed = [["0", "1", "2"], *ROWS]
    assert texts(grid(write(headed), tmp_path)) == ROWS
    indexed = [["", "0", "1", "2"], *([str(number), *row] for number, row in enumerate(ROWS))]
    found = grid(write(indexed), tmp_path)
    assert texts(found) == ROWS
    assert [cell.column_number for cell in found.cells][:2] == [2, 3]  # as they were printed


@pytest.mark.parametrize(
    "rows",
    [
        [["栏次", "1", "2"], *ROWS],
        [["1", "2", "3"], *ROWS],  # the numbers of the columns as forms print them
        [["0", "1", "1"], *ROWS],
        [["0", "1", "2", ""], *([*row, "x"] for row in ROWS)],
    ],
)
def test_other_numbers_stay(rows: list[list[str]], tmp_path: Path) -> None:
    assert texts(grid(markdown(rows), tmp_path)) == rows


def test_a_column_of_other_numbers_stays(tmp_path: Path) -> None:
    rows = [["", "0", "1"], ["201", "人大", "9.00"], ["201", "政协", "8.00"]]
    assert texts(grid(markdown(rows), tmp_path)) == rows[1:]
