"""Tests of tables that are printed on several pages because they are wider than one."""

from __future__ import annotations

from dagster_project.forms.wide_tables import goes_beside, widened
from dagster_project.readers.document import Cell, Grid

Rows = list[list[str]]
LEFT = [["科目", "合计", "小计"], ["合计", "9.00", "8.00"], ["教育支出", "9.00", "8.00"]]
RIGHT = [["事业收入", "上年结转"], ["1.00", "0.00"], ["", "-"]]


def grid(rows: Rows, page: int) -> Grid:
    cells = [
        Cell(text, r, c, page, r + 1, c + 1)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
        if text
    ]
    return Grid(tuple(cells), len(rows), max(map(len, rows)), page, "any")


def texts(own: Grid) -> Rows:
    return [[cell.text if cell else "" for cell in row] for row in own.matrix()]


def test_columns_go_on_beside_the_rows_of_the_page_before() -> None:
    (own,) = widened([grid(LEFT, 1), grid(RIGHT, 2)])
    assert texts(own) == [left + right for left, right in zip(LEFT, RIGHT, strict=True)]
    moved = own.matrix()[1][3]
    assert moved is not None
    assert (moved.page, moved.column_number) == (2, 1)


def test_all_pages_of_the_left_columns_come_before_those_of_the_right() -> None:
    second = [["科目", "合计", "小计"], ["卫生健康支出", "7.00", "7.00"], ["其他支出", "1.00", ""]]
    right = [["事业收入", "上年结转"], ["2.00", "0.00"], ["3.00", "-"]]
    first, other = widened([grid(LEFT, 1), grid(second, 2), grid(RIGHT, 3), grid(right, 4)])
    assert texts(first)[1][3:] == ["1.00", "0.00"]
    assert texts(other)[1] == ["卫生健康支出", "7.00", "7.00", "2.00", "0.00"]


def test_a_numbering_of_the_columns_may_stand_below_the_header() -> None:
    numbered = [[LEFT[0], ["栏次", "1", "2"], *LEFT[1:]], [RIGHT[0], ["3", "4"], *RIGHT[1:]]]
    assert len(widened([grid(numbered[0], 1), grid(numbered[1], 2)])) == 1


def test_what_has_names_or_other_rows_or_stands_on_the_same_page_is_apart() -> None:
    named = [["科目", "上年结转"], ["合计", "0.00"], ["教育支出", "1.00"]]
    coded = [["科目编码", "上年结转"], ["205", "0.00"], ["20501", "1.00"]]
    longer = [*RIGHT, ["1.00", "2.00"]]
    for other in (grid(named, 2), grid(coded, 2), grid(longer, 2), grid(RIGHT, 1)):
        assert not goes_beside([grid(LEFT, 1)], other)
        assert len(widened([grid(LEFT, 1), other])) == 2
