"""Tests of tables of a text whose cells one blank parts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import text
from dagster_project.readers.document import UNREADABLE, Grid, Paragraph

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
HEADER = ["项目 本年支出", "科目编码 科目名称 小计 基本支出 项目支出", "栏次 1 2 3"]
ROWS = [
    "合计 300.00 210.00 90.00",
    "208 社会保障和就业支出 120.00 100.00 20.00",
    "2080501 行政单位离退休 120.00 100.00 20.00",
    "215 资源勘探 工业信息等支出 180.00 110.00 70.00",
    "2150517 产业发展 180.00 110.00 70.00",
]
READ = [
    ["项目", "本年支出", "", "", ""],
    ["科目编码", "科目名称", "小计", "基本支出", "项目支出"],
    ["栏次", "1", "2", "3", ""],
    ["", "合计", "300.00", "210.00", "90.00"],
    ["208", "社会保障和就业支出", "120.00", "100.00", "20.00"],
    ["2080501", "行政单位离退休", "120.00", "100.00", "20.00"],
    ["215", "资源勘探 工业信息等支出", "180.00", "110.00", "70.00"],
    ["2150517", "产业发展", "180.00", "110.00", "70.00"],
]


def tables(*lines: str) -> list[list[list[str]]]:
    return [
        [[cell.text if cell else "" for cell in row] for row in block.matrix()]
        for block in text.read("\n".join(lines).encode()).blocks
        if isinstance(block, Grid)
    ]


def test_words_are_cells_where_they_are_as_many_as_the_columns() -> None:
    assert tables("支出决算表", "部门：某局 单位：元", *HEADER, *ROWS, "注：本表反映支出。") == [
        READ
    ]


def test_each_cell_says_where_it_stands_in_the_file() -> None:
    (grid,) = [
        b for b in text.read("\n".join(HEADER + ROWS).encode()).blocks if isinstance(b, Grid)
    ]
    cell = next(cell for cell in grid.cells if cell.text == "110.00")
    assert (cell.row_number, cell.column_number) == (7, ROWS[3].index("110.00") + 1)
    assert grid.row_lengths == (2, 5, 4, 5, 5, 5, 5, 5)


def test_a_page_break_ends_no_table() -> None:
    page = ["", "- 2 -", "支出决算表", "部门：某局 单位：元", *HEADER]
    lines = ["支出决算表", "部门：某局 单位：元", *HEADER, *ROWS[:3], *page, *ROWS[3:]]
    (rows,) = tables(*lines)
    assert [row for row in rows if row not in READ] == []
    assert rows[-2:] == READ[-2:]


def test_a_name_over_two_lines_is_one() -> None:
    (rows,) = tables(*HEADER, *ROWS[:4], "2150517 产业", "发展 180.00 110.00 70.00")
    assert rows[-1] == READ[-1]


def test_a_row_of_one_panel_stands_below_codes_of_its_class() -> None:
    header = ["人员经费 公用经费", "科目编码 科目名称 金额 科目编码 科目名称 金额"]
    rows = [
        "301 工资福利支出 30.00 302 商品和服务支出 20.00",
        "30101 基本工资 30.00 30201 办公费 5.00",
    ]
    (found,) = tables(*header, *rows, "30202 印刷费 15.00", "人员经费合计 30.00 公用经费合计 20.00")
    assert found[-2:] == [
        ["", "", "", "30202", "印刷费", "15.00"],
        ["", "人员经费合计", "30.00", "", "公用经费合计", "20.00"],
    ]


@pytest.mark.parametrize("label", ["其中：", "商贸 本级 本级"])
def test_a_label_without_figures_is_a_row_where_more_rows_follow(label: str) -> None:
    (rows,) = tables(*HEADER, *ROWS[:3], label, *ROWS[3:], "公用部分")
    assert [row for row in rows if row not in READ] == [["", label.replace("：", ":"), "", "", ""]]
    assert rows[-1] == READ[-1]


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([*HEADER[:2], *(f"{r.rsplit(' ', 1)[0]}" for r in ROWS[1:])],
                     id="fewer figures than the header has columns, in every row"),
        pytest.param(["收入 情况", "2024年 收入 100.00", "2023年 收入 90.00"],
                     id="words without a table"),
        pytest.param([*ROWS], id="no header"),
        pytest.param([*HEADER, *ROWS[:3], "公用部分 情况", *ROWS[3:]],
                     id="rows behind a line between"),
    ],
)  # fmt: skip
def test_what_the_header_does_not_explain_stays_lines(lines: list[str]) -> None:
    blocks = text.read("\n".join(lines).encode()).blocks
    grids = [block for block in blocks if isinstance(block, Grid)]
    assert not [c for g in grids for c in g.cells if c.column > 1 and UNREADABLE not in c.text
                and any(ch.isdigit() for ch in c.text)]  # fmt: skip
    assert grids or all(isinstance(block, Paragraph) for block in blocks)


def test_a_row_with_an_empty_cell_is_not_guessed_at() -> None:
    """Its sum stands, if the full rows show that the first figure is one; the rest is damaged."""
    short = "21502 制造业 70.00 70.00"
    lines = ["一般公共预算财政拨款支出决算表", "单位：元", *HEADER, *ROWS, short]
    document = text.read("\n".join(lines).encode())
    tables = recognise(document, "0" * 16, CATALOGUE, {})[1].tables
    own = [line for line in tables["lines"] if line["label"] == "制造业"]
    assert [(line["column_item"], line["state"], line["number_text"]) for line in own] == [
        ("total", "amount", "70.00"),
        ("expenditure_basic", "damaged", None),
        ("expenditure_project", "damaged", None),
    ]  # fmt: skip
    assert all("70.00" in line["printed_text"] for line in own)
    full = [line for line in tables["lines"] if line["label"] == "合计"]
    assert [Decimal(line["number_text"]) for line in full] == [300, 210, 90]
