"""Tests of tables whose columns are set with spaces."""

from __future__ import annotations

from unicodedata import east_asian_width

import pytest

from dagster_project.readers import text
from dagster_project.readers.document import UNREADABLE, Document, Grid, Paragraph

ROWS = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出"],
    ["", "合计", "1,160.89", "1,078.21", "82.68"],
    ["208", "社会保障和就业支出", "9.16", "9.16", ""],
    ["2080505", "机关事业单位基本养老保险缴费支出", "9.16", "9.16", ""],
    ["214", "交通运输支出", "1,151.73", "1,069.05", "82.68"],
    ["2140104", "公路建设", "82.68", "", "82.68"],
]
BOUNDS = [0, 12, 60, 76, 90]


def width(string: str, wide: int) -> int:
    return sum(wide if east_asian_width(c) in "WF" else 1 for c in string)


def laid_out(rows: list[list[str]], wide: int) -> str:
    """Names set to the left and the rest to the right, a wide character ``wide`` columns wide."""
    lines = []
    for row in rows:
        line = ""
        for place, cell in enumerate(row):
            start = BOUNDS[place] if place < 2 else BOUNDS[place] - width(cell, wide)
            line += " " * (start - width(line, wide)) + cell if cell else ""
        lines.append(line)
    return "\n".join(lines)


def read(source: str) -> Document:
    return text.read(source.encode())


def tables(source: str) -> list[list[list[str]]]:
    return [
        [[cell.text if cell else "" for cell in row] for row in block.matrix()]
        for block in read(source).blocks
        if isinstance(block, Grid)
    ]


@pytest.mark.parametrize("wide", [1, 2])
def test_columns_are_found_however_wide_a_character_counts(wide: int) -> None:
    assert tables(f"支出总表\n单位：万元\n{laid_out(ROWS, wide)}\n注：无\n") == [ROWS]


def test_lines_around_a_table_stay_paragraphs_in_their_order() -> None:
    document = read(f"支出总表\n单位：万元\n{laid_out(ROWS, 2)}\n\n注：本表反映支出。\n表二\n")
    assert [
        block.text if isinstance(block, Paragraph) else block.reader for block in document.blocks
    ] == ["支出总表", "单位:万元", "text/aligned", "注:本表反映支出。", "表二"]


def test_a_cell_says_its_line_and_where_it_begins() -> None:
    (grid,) = (b for b in read(f"单位：万元\n{laid_out(ROWS, 2)}\n").blocks if isinstance(b, Grid))
    amount = grid.matrix()[2][2]
    assert amount is not None
    assert (amount.text, amount.page, amount.row_number) == ("9.16", 1, 4)
    line = laid_out(ROWS, 2).split("\n")[2]
    assert line[amount.column_number - 1 :].startswith("9.16")


def test_a_page_that_begins_with_figures_goes_on_in_the_same_columns() -> None:
    more = [
        ["2140106", "公路养护", "5.00", "", "5.00"],
        ["221", "住房保障支出", "4.98", "4.98", ""],
    ]
    pages = f"单位：万元\n{laid_out(ROWS, 2)}\n\f{laid_out(more, 2)}\n"
    assert tables(pages) == [ROWS, more]


@pytest.mark.parametrize(
    "prose",
    [
        "2024年收入  1,160.89 万元，支出 9.16 万元。\n其中基本支出  1,078.21 万元。\n",
        "第一部分  概况\n一、主要职责  1\n二、机构设置  2\n",
        "一、收入  7.00\n",
    ],
)
def test_prose_and_contents_are_no_table(prose: str) -> None:
    assert tables(prose) == []


def test_figures_at_one_distance_from_labels_of_any_length_are_in_no_column() -> None:
    """A converter left a blank cell out: which of the two years a figure is of, no place says."""
    labels = ["合计", "公务接待费", "公务用车购置费", "因公出国（境）费用"]
    rows = "\n".join(f"{label}   {place}50000" for place, label in enumerate(labels, 1))
    (grid,) = tables(f"项目 2023年执行数 2024年预算数\n{rows}\n")
    assert [row[1:] for row in grid[1:]] == [
        [f"{place}50000 {UNREADABLE}"] * 2 for place in range(1, 5)
    ]  # fmt: skip
