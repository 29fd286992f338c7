"""Tests of the HTML reader."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.readers import html
from dagster_project.readers.document import Cell, Grid, Paragraph, ReadError


def grids(page: str) -> list[Grid]:
    return [block for block in html.read(page.encode()).blocks if isinstance(block, Grid)]


def cell(grid: Grid, row: int, column: int) -> Cell:
    found = grid.matrix()[row][column]
    assert found is not None
    return found


def texts(page: str) -> list[str]:
    return [block.text for block in html.read(page.encode()).blocks if isinstance(block, Paragraph)]


def test_blocks_come_in_reading_order() -> None:
    page = """<html><head><title>不是正文</title><style>p {}</style></head><body>
        <h1>部门<b>决算</b></h1><p>部门：某局&nbsp;&nbsp;&nbsp;单位：元</p>
        <table><caption>收入表</caption><tr><td>合计</td><td>1.00</td></tr></table>
        <ul><li>注：无</li></ul><div style="DISPLAY : none">藏</div><p hidden>藏</p>
        <script>x</script>完<br>毕</body></html>"""
    blocks = html.read(page.encode()).blocks
    assert [block.text if isinstance(block, Paragraph) else "grid" for block in blocks] == [
        "部门决算", "部门:某局  单位:元", "收入表", "grid", "注:无", "完", "毕",
    ]  # fmt: skip


def test_spans_place_the_cells_after_them() -> None:
    (grid,) = grids(
        """<table>
        <tr><th rowspan="2">项目</th><th colspan="2">支出</th></tr>
        <tr><th>基本<br>支出</th><th>项目支出</th></tr>
        <tr><td>201</td><td></td><td>1,234.56</td></tr></table>"""
    )
    assert (grid.row_count, grid.column_count) == (3, 3)
    assert (cell(grid, 0, 0).row_span, cell(grid, 0, 1).column_span) == (2, 2)
    assert cell(grid, 1, 1).text == "基本支出"
    amount = cell(grid, 2, 2)
    assert (amount.text, amount.row_number, amount.column_number) == ("1,234.56", 3, 3)
    assert grid.matrix()[2][1] is None


def test_a_span_counts_only_as_far_as_the_table_goes() -> None:
    (grid,) = grids(
        '<table><tr><td colspan="99999999">支出</td><td>备注</td></tr>'
        '<tr><td rowspan="99999999">a</td><td>b</td><td>c</td></tr><tr><td>d</td></tr></table>'
    )
    assert (grid.row_count, grid.column_count) == (3, 4)
    assert (cell(grid, 0, 0).column_span, cell(grid, 1, 0).row_span) == (3, 2)
    assert cell(grid, 2, 1).text == "d"


def test_a_nested_table_is_a_grid_of_its_own_after_the_outer_one() -> None:
    outer, inner = grids(
        "<table><tr><td>甲<table><tr><td>a</td><td>b</td></tr></table></td><td>乙</td></tr></table>"
    )
    assert [item.text for item in outer.cells] == ["甲", "乙"]
    assert [item.text for item in inner.cells] == ["a", "b"]


def test_a_table_of_one_column_only_arranges_text() -> None:
    page = (
        "<table><tr><td><p>标题</p><table><tr><td>a</td><td>1</td></tr></table></td></tr></table>"
    )
    assert texts(page) == ["标题"]
    assert len(grids(page)) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_text_is_decoded_undeclared(encoding: str) -> None:
    (block,) = html.read("<p>部门预算公开</p>".encode(encoding)).blocks
    assert isinstance(block, Paragraph)
    assert block.text == "部门预算公开"


@pytest.mark.parametrize("declared", ["gb2312", "GBK", "utf-8", "unicode_escape", "no-such"])
def test_a_wrong_or_narrow_declaration_does_no_harm(declared: str) -> None:
    # 镕 and 喆 are beyond GB 2312, which pages declare all the same.
    page = f'<meta charset="{declared}"><p>朱镕喆</p>'.encode("gb18030")
    (block,) = html.read(page).blocks
    assert isinstance(block, Paragraph)
    assert block.text == "朱镕喆"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no text"),
        (b"<html><body> </body></html>", "no text"),
        (b"\x00\x01\x02", "binary"),
        (b"<div>" * 200_000, "nests more"),
        (b"<table><tr>" + b"<td>1" * (html.MAX_COLUMNS + 1), "columns"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        html.read(data)


def test_a_page_beyond_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_BYTES", 10)
    with pytest.raises(ReadError, match="larger"):
        html.read(b"<p>12345678</p>")
    monkeypatch.undo()
    monkeypatch.setattr(html, "MAX_CELLS", 3)
    with pytest.raises(ReadError, match="more than 3 cells"):
        html.read(b"<table><tr><td>1<td>2<td>3<td>4")


TAGS = ["table", "tr", "td", "th", "tbody", "caption", "p", "div", "br", "b", "script", "li", "a"]
SOUP = st.lists(
    st.one_of(
        st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
        st.builds(
            '<td rowspan="{}" colspan={}>'.format,
            st.integers(-2, 10**12),
            st.one_of(st.integers(-2, 10**12), st.text(max_size=3)),
        ),
        st.text(max_size=8),
    ),
    max_size=60,
)


@settings(max_examples=150, deadline=None)
@given(SOUP)
def test_tag_soup_gives_a_sound_document_or_a_reason(parts: list[str]) -> None:
    try:
        document = html.read("".join(parts).encode("utf-8", errors="surrogatepass"))
    except ReadError:
        return
    for block in document.blocks:
        if isinstance(block, Paragraph):
            assert block.text.strip()
            continue
        taken: set[tuple[int, int]] = set()
        for item in block.cells:
            assert item.text
            assert item.row + item.row_span <= block.row_count
            assert item.column + item.column_span <= block.column_count
            assert (item.row, item.column) not in taken
            taken.add((item.row, item.column))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_document_or_a_reason(data: bytes) -> None:
    try:
        html.read(data)
    except ReadError as error:
        assert str(error)


def test_a_row_without_cells_of_its_own_is_a_row_that_spans_reach_over() -> None:
    source = """<table>
        <tr><td rowspan="2">甲</td><td rowspan="2">乙</td></tr><tr></tr>
        <tr><td>丙</td><td>丁</td></tr>
    </table>"""
    (grid,) = html.read(source.encode()).blocks
    assert isinstance(grid, Grid)
    assert [(c.text, c.row, c.column) for c in grid.cells] == [
        ("甲", 0, 0), ("乙", 0, 1), ("丙", 2, 0), ("丁", 2, 1)
    ]  # fmt: skip
