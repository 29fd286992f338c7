"""Tests of merged cells that a converter wrote into each of the cells that they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dagster_project.forms.repeated_cells import without_repeats
from dagster_project.readers.document import Box, Cell, Grid

ROWS = [
    ["项目名称", "项目名称", "路灯维护", "路灯维护", "路灯维护"],
    ["项目资金", "项目资金", "年初预算数", "年初预算数", "执行数"],
    ["项目资金", "年度资金总额", "5.00", "5.00", "5.00"],
    ["", "上年结转", "", "", "5.00"],
]


def grid(rows: Sequence[Sequence[str]]) -> Grid:
    cells = [
        Cell(text, r, c, 1, r + 1, c + 1)
        for r, row in enumerate(rows)
        for c, text in enumerate(row)
    ]
    return Grid(tuple(cells), len(rows), len(rows[0]), 1, "text")


def read(whole: Grid, *, goes_on: bool = False) -> list[list[tuple[str, int]]]:
    """The texts of each row with how many columns each covers; blank cells left out."""
    merged = without_repeats(whole, goes_on=goes_on)
    return [
        [(cell.text, cell.column_span) for cell in row if cell and cell.text]
        for row in merged.matrix()
    ]


def test_words_that_stand_again_are_one_cell_and_figures_below_one_heading_too() -> None:
    assert read(grid(ROWS)) == [
        [("项目名称", 2), ("路灯维护", 3)],
        [("项目资金", 2), ("年初预算数", 2), ("执行数", 1)],
        [("项目资金", 1), ("年度资金总额", 1), ("5.00", 2), ("5.00", 1)],
        [("上年结转", 1), ("5.00", 1)],
    ]


def test_a_figure_above_all_headings_is_one_but_not_in_a_table_that_goes_on() -> None:
    rows = [["预算数", "9.00", "9.00"], ["示例", "示例", "示例"]]
    assert read(grid(rows))[0] == [("预算数", 1), ("9.00", 2)]
    assert read(grid(rows), goes_on=True)[0] == [("预算数", 1), ("9.00", 1), ("9.00", 1)]


def test_words_that_a_form_prints_twice_stay_two_cells() -> None:
    """满意度指标 is a level of indicators and the one below it."""
    rows = [["满意度指标", "满意度指标", "群众满意度", "9.00", "9.00"]]
    assert without_repeats(grid(rows), goes_on=False) == grid(rows)


def test_a_grid_that_says_what_is_merged_is_left_alone() -> None:
    whole = grid(ROWS)
    spanned = replace(whole, cells=(*whole.cells[:-1], replace(whole.cells[-1], row_span=2)))
    placed = replace(whole, cells=tuple(replace(cell, box=Box(0, 0, 1, 1)) for cell in whole.cells))
    for own in (spanned, placed):
        assert without_repeats(own, goes_on=False) == own
