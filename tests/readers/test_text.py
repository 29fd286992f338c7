"""Tests of the reader of plain text and Markdown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers import encoding, text
from dagster_project.readers.document import Document, Grid, Paragraph, ReadError


def read(source: str) -> Document:
    return text.read(source.encode())


def table(source: str) -> list[list[str]]:
    (grid,) = (block for block in read(source).blocks if isinstance(block, Grid))
    return [[cell.text if cell else "" for cell in row] for row in grid.matrix()]


def test_blocks_come_in_reading_order_with_their_lines() -> None:
    document = read("# 部门预算\n\n单位：万元\n\n| a | b |\n|---|---|\n| 1 | 2 |\n完\nx\ty\n")
    found = [
        (block.row_number, block.text) if isinstance(block, Paragraph)
        else (block.reader, [cell.text for cell in block.cells])
        for block in document.blocks
    ]  # fmt: skip
    assert found == [
        (1, "部门预算"), (3, "单位:万元"), ("text/pipe", ["a", "b", "1", "2"]), (8, "完"),
        ("text/tab", ["x", "y"]),
    ]  # fmt: skip


def test_a_cell_says_its_line_and_field() -> None:
    (grid,) = read("说明\n| 科目 | | 金额 |\n|---|---|---|\n| 合计 | | 7.00 |\n").blocks[1:]
    assert isinstance(grid, Grid)
    amount = grid.matrix()[1][2]
    assert amount is not None
    assert (amount.text, amount.row_number, amount.column_number) == ("7.00", 4, 3)
    assert (grid.row_count, grid.column_count) == (2, 3)


def test_short_and_long_rows_are_kept_as_they_stand() -> None:
    assert table("a\tb\n1\n") != table("a\tb\n1\t\n")
    assert table("| a | b |\n| 1 |\n| 1 | 2 | 3 |\n") == [
        ["a", "b", ""], ["1", "", ""], ["1", "2", "3"],
    ]  # fmt: skip
    assert table("| a | b\n| 1 | 2 |\n") == [["a", "b"], ["1", "2"]]


def test_rows_that_no_mark_begins_are_a_table_of_two_rows_at_least() -> None:
    assert table("项目 | 行次 | 金额 |\n合计 | 1 | 7.00 |\n") == [
        ["项目", "行次", "金额"], ["合计", "1", "7.00"],
    ]  # fmt: skip
    assert table("a | b | c\n| 2 | 3\n1 | | 3\n")[1:] == [["", "2", "3"], ["1", "", "3"]]
    for line in ("首页 | 政务公开 | 预算 |", "说明\n首页 | 公开 | 预算\n无"):
        assert not [block for block in read(line).blocks if isinstance(block, Grid)]
    (paragraph,) = read("收入 | 支出").blocks
    assert isinstance(paragraph, Paragraph)


def test_empty_fields_in_the_place_of_dropped_cells_are_no_cells() -> None:
    (grid,) = read(
        "收入 | 支出 | |||\n项目 | 金额 | 项目 | 金额 |\n一、 | 二、 | 5.00 | |\n"
    ).blocks
    assert isinstance(grid, Grid)
    assert grid.row_lengths == (2, 4, 3)
    (kept,) = read("项目 | 甲 | 乙 |\n一、 | | 5.00 |\n二、 | 4.00 | |\n").blocks
    assert isinstance(kept, Grid)
    assert kept.row_lengths == ()


@pytest.mark.parametrize(
    ("short", "lengths"),
    [
        ("201\t教育支出\t5.00\n", ()),  # the blank end of a row, which an editor cut off
        ("教育支出\t5.00\t0.00\n", (4, 4, 3)),  # words where the whole row has a code
        ("201\t5.00\t5.00\n", (4, 4, 3)),  # and a figure where it has words
    ],
)
def test_rows_with_tabs_are_short_where_cells_within_are_missing(
    short: str, lengths: tuple[int, ...]
) -> None:
    (grid,) = read("编码\t名称\t合计\t基本\n201\t教育支出\t5.00\t5.00\n" + short).blocks
    assert isinstance(grid, Grid)
    assert grid.row_lengths == lengths


def test_leading_empty_fields_keep_their_columns() -> None:
    assert table("\t合计\t\t5.00\n201\t支出\t\t5.00\n")[0] == ["", "合计", "", "5.00"]


def test_what_data_libraries_write_into_empty_cells_is_no_text() -> None:
    source = "| 表1 | Unnamed: 1 | Unnamed: 2 |\n| NaN | 合计 | 7.0 |\n| NaN | nan | <NA> |\n"
    assert table(source) == [["表1", "", ""], ["", "合计", "7.0"], ["", "", ""]]


def test_a_table_of_one_column_only_arranges_text() -> None:
    assert read("| 某局部门预算 |\n|---|\n| 公开 |\n").blocks == (
        Paragraph("某局部门预算", 1, 1), Paragraph("公开", 1, 3),
    )  # fmt: skip


@pytest.mark.parametrize("end", ["</table></body></html>", ""])
def test_a_table_in_html_between_lines_leaves_these_their_ends(end: str) -> None:
    document = read(
        "# 表一\n\n部门收入总表\n单位：元\n\n<html><body><table><tr><td rowspan='2'>合计</td>"
        f"<td>金额</td></tr>\n<tr><td>7.00</td></tr>{end}\n\n注：无\n| a | b |\n| 1 | 2 |\n"
    )
    assert [
        (block.row_number, block.text) if isinstance(block, Paragraph)
        else [[cell and cell.text for cell in row] for row in block.matrix()]
        for block in document.blocks
    ] == [
        (1, "表一"), (3, "部门收入总表"), (4, "单位:元"), [["合计", "金额"], [None, "7.00"]],
        (9, "注:无"), [["a", "b"], ["1", "2"]],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "rule",
    [
        "|---|---|",
        "| :--- | ---: |",
        "| —— | —— |",
        "|:-:|:-:|",
    ],
)
def test_a_rule_of_a_table_is_no_row(rule: str) -> None:
    assert table(f"| a | b |\n{rule}\n| 1 | 2 |\n") == [["a", "b"], ["1", "2"]]


def test_a_table_inside_one_line_is_unfolded() -> None:
    lines = ["|科目|金额|备注|", "|---|---|---|", "|行政运行|1.00||", "|其他| |无|"]
    (folded,) = read(" ".join(lines)).blocks
    (usual,) = read("\n".join(lines)).blocks
    assert isinstance(folded, Grid)
    assert isinstance(usual, Grid)
    assert [[c and c.text for c in row] for row in folded.matrix()] == [
        [c and c.text for c in row] for row in usual.matrix()
    ]
    assert {cell.row_number for cell in folded.cells} == {1}


@pytest.mark.parametrize("line", ["|甲|---|乙|", "|a|b|---|---|c|d|e|", "|---|---|"])
def test_a_rule_in_a_row_need_not_part_it(line: str) -> None:
    assert len([b for b in read(line + "\n|1|2|3|").blocks if isinstance(b, Grid)]) == 1


def test_a_dash_is_no_rule() -> None:
    assert table("| a | b |\n|---|---|\n| - | - |\n")[1] == ["-", "-"]


def test_a_blank_line_parts_two_tables() -> None:
    grids = [block for block in read("| a | b |\n\n| c | d |\n").blocks if isinstance(block, Grid)]
    assert [[cell.text for cell in grid.cells] for grid in grids] == [["a", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("marked", "plain"),
    [
        ("<b>合计</b>", "合计"),
        ("**合计**", "合计"),
        ("__合计__", "合计"),
        ('<span style="color:red">1,234.50</span>', "1,234.50"),
        ("支出<br/>合计", "支出 合计"),
        ("&lt;100&gt;&nbsp;户", "<100> 户"),
        (r"$\geq$ 95", "≥ 95"),
        (r"$95\%$", "95%"),
        ("（一）　基本支出", "(一) 基本支出"),
        ("１２３．４５", "123.45"),
        ("a < b", "a < b"),
        ("a_b_c", "a_b_c"),
    ],
)
def test_what_tools_add_is_taken_off(marked: str, plain: str) -> None:
    assert text.clean(marked) == plain


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_of_chinese_bodies(encoding: str) -> None:
    (paragraph,) = text.read("东岭市工业局2025年部门预算㐂".encode(encoding)).blocks
    assert isinstance(paragraph, Paragraph)
    assert paragraph.text == "东岭市工业局2025年部门预算㐂"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_does_not_say_so(encoding: str) -> None:
    source = "表一\n|科目|金额|\n|行政运行|1,234.00|\n" * 3
    assert text.read(source.encode(encoding)).blocks == read(source).blocks


@pytest.mark.parametrize(
    ("name", "limit", "source", "reason"),
    [
        ("MAX_LINES", 3, "甲\n" * 4, "5 lines, more than 3"),
        ("MAX_COLUMNS", 3, "|甲|乙|丙|丁|\n", "4 columns, more than 3"),
        ("MAX_CELLS", 3, "|甲|乙|\n|丙|丁|\n", "more than 3 cells"),
    ],
)
def test_tables_beyond_the_limits_are_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, limit: int, source: str, reason: str
) -> None:
    monkeypatch.setattr(text, name, limit)
    with pytest.raises(ReadError, match=reason):
        read(source)


def test_big_endian_utf_16_with_its_mark() -> None:
    assert encoding.decode(b"\xfe\xff" + "预算".encode("utf-16-be")) == "预算"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_of_all_systems(ending: str) -> None:
    lines = ["预算", "", "| a | b |", "| 1 | 2 |"]
    document = text.read(ending.join(lines).encode())
    assert document == read("\n".join(lines))


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no text"),
        (b" \n\t\n", "no text"),
        (b"a\x00b", "binary"),
        (b"\xff\xff\xff", "no encoding"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        text.read(data)


def test_a_huge_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MAX_BYTES", 1024 * 1024)
    with pytest.raises(ReadError, match="larger than 1 MiB"):
        text.read(b"a" * (1024 * 1024 + 1))


@pytest.mark.parametrize(
    ("source", "origin"),
    [
        ("1, 234. 50\n5, 678. 90\n12. 00", "ocr"),
        (r"$\geq$ 1 $\leq$ 2 $\geq$ 3", "ocr"),
        ("<b></b><u> </u><sup></sup>", "ocr"),
        ("1,234.50\n5,678.90", "markup"),
        ("第1, 20条\n1,234.50", "markup"),
    ],
)
def test_the_traces_of_recognition_are_seen(source: str, origin: str) -> None:
    assert read(source).text_origin == origin


@given(st.text(min_size=1))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        document = text.read(source.encode("utf-8", "replace"))
    except ReadError:
        return
    for block in document.blocks:
        if isinstance(block, Grid):
            assert all(cell.row < block.row_count for cell in block.cells)
            assert all(cell.column < block.column_count for cell in block.cells)
        else:
            assert block.text == block.text.strip() != ""


@given(st.lists(
    st.lists(st.sampled_from(["合计", "201", "1,234.50", "", "-"]), min_size=2, max_size=5),
    min_size=1, max_size=6,
))  # fmt: skip
def test_a_table_written_with_tabs_is_read_back(rows: list[list[str]]) -> None:
    rows = [["项目", *row] for row in rows]
    width = max(map(len, rows))
    wide = [row + [""] * (width - len(row)) for row in rows]
    assert table("\n".join("\t".join(row) for row in rows)) == wide
