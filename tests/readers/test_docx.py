"""Tests of the reader of Word documents, on documents of another library and on bare XML."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers import docx as reader
from dagster_project.readers.document import Cell, Document, Grid, Paragraph, ReadError
from tests.readers.fuzzing import damage, fuzz, in_part, reads_or_refuses, zipped

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def by_hand(body: str, head: str = "") -> bytes:
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f'{head}<w:document xmlns:w="{WORD}" '
            'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
            f"<w:body>{body}</w:body></w:document>",
        }
    )


def p(text: str, run: str = "") -> str:
    return f"<w:p><w:r>{run}<w:t>{text}</w:t></w:r></w:p>"


def tc(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tbl(*rows: str) -> str:
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def texts(document: Document) -> list[str]:
    return [
        block.text if isinstance(block, Paragraph) else f"{block.row_count}x{block.column_count}"
        for block in document.blocks
    ]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def place(cell: Cell) -> tuple[str, int, int, int, int]:
    return (cell.text, cell.row, cell.column, cell.row_span, cell.column_span)


def test_paragraphs_and_tables_keep_their_order() -> None:
    body = (
        p("支出决算表")
        + "<w:p><w:r><w:t>部门：某局</w:t><w:tab/><w:t>单位：元</w:t></w:r></w:p>"
        + tbl(tc("科目") + tc("金额"), tc("合计") + tc("1,234.50"))
        + f"<w:sdt><w:sdtContent>{p('注：无')}</w:sdtContent></w:sdt>"
        + "<w:p><w:r><w:t>上</w:t><w:br/><w:t>下</w:t></w:r></w:p>"
    )
    document = reader.read(by_hand(body))
    assert texts(document) == ["支出决算表", "部门:某局  单位:元", "2x2", "注:无", "上", "下"]
    assert (document.format, document.text_origin) == ("docx", "markup")
    amount = grids(document)[0].cells[-1]
    assert (amount.page, amount.row_number, amount.column_number) == (1, 2, 2)


def test_merged_cells_are_one_cell() -> None:
    table = tbl(
        tc("项目", '<w:vMerge w:val="restart"/>') + tc("支出", '<w:gridSpan w:val="2"/>'),
        tc("", "<w:vMerge/>") + tc("基本") + tc("项目支出"),
        tc("合计") + tc("1.00") + tc("2.00"),
        f'<w:trPr><w:gridBefore w:val="1"/></w:trPr>{tc("3.00")}{tc("4.00")}',
    )
    (grid,) = grids(reader.read(by_hand(table)))
    assert [place(cell) for cell in grid.cells] == [
        ("项目", 0, 0, 2, 1), ("支出", 0, 1, 1, 2), ("基本", 1, 1, 1, 1), ("项目支出", 1, 2, 1, 1),
        ("合计", 2, 0, 1, 1), ("1.00", 2, 1, 1, 1), ("2.00", 2, 2, 1, 1),
        ("3.00", 3, 1, 1, 1), ("4.00", 3, 2, 1, 1),
    ]  # fmt: skip


def test_merging_library_gives_the_same() -> None:
    library = pytest.importorskip("docx")
    word = library.Document()
    word.sections[0].header.paragraphs[0].text = "页眉"
    table = word.add_table(3, 3)
    table.cell(0, 0).merge(table.cell(1, 1)).text = "项目"
    table.cell(2, 2).text = "1.00"
    buffer = BytesIO()
    word.save(buffer)
    document = reader.read(buffer.getvalue())
    assert [place(cell) for cell in grids(document)[0].cells] == [
        ("项目", 0, 0, 2, 2), ("1.00", 2, 2, 1, 1),
    ]  # fmt: skip
    assert "页眉" not in texts(document)


def test_nested_tables_follow_and_tables_of_one_column_are_text() -> None:
    inner = tbl(tc("甲") + tc("1.00"))
    outer = tbl(tc("乙") + f"<w:tc><w:tcPr/>{inner}{p('丙')}</w:tc>", tc("丁") + tc("2.00"))
    frame = f"<w:tbl><w:tr><w:tc>{p('说明')}{inner}</w:tc></w:tr></w:tbl>"
    document = reader.read(by_hand(outer + frame))
    assert texts(document) == ["2x2", "1x2", "说明", "1x2"]
    assert [cell.text for cell in grids(document)[0].cells] == ["乙", "丙", "丁", "2.00"]


def test_what_is_deleted_hidden_or_in_a_box_is_not_text() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>旧</w:delText><w:t>旧</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>新</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>"
        "<w:r><mc:AlternateContent><w:t>框</w:t></mc:AlternateContent></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
        "<w:hyperlink><w:r><w:t>链</w:t></w:r></w:hyperlink></w:p>"
        + tbl(tc("甲") + tc("1.00"), f"<w:trPr><w:del/></w:trPr>{tc('乙')}{tc('2.00')}")
    )
    document = reader.read(by_hand(body))
    assert texts(document) == ["新链", "1x2"]


def test_refusals() -> None:
    with pytest.raises(ReadError, match="not a Word document"):
        reader.read(zipped({"xl/workbook.xml": "", "[Content_Types].xml": ""}))
    with pytest.raises(ReadError, match="no text"):
        reader.read(by_hand(""))
    with pytest.raises(ReadError, match="document type"):
        reader.read(by_hand(p("&a;"), head='<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hosts">]>'))
    with pytest.raises(ReadError, match="too deep"):
        reader.read(by_hand("<w:sdt>" * 400 + "</w:sdt>" * 400))
    with pytest.raises(ReadError, match="columns"):
        reader.read(by_hand(tbl(tc("甲", '<w:gridSpan w:val="99999"/>') + tc("乙"))))


DOCX = by_hand(p("支出决算表") + tbl(tc("科目") + tc("金额", '<w:gridSpan w:val="2"/>'),
                                 tc("合计", "<w:vMerge/>") + tc("1") + tc("2")))  # fmt: skip


@fuzz
@given(damage(), st.integers(-1, 1))
def test_damaged_documents_are_read_or_refused(change: Callable[[bytes], bytes], part: int) -> None:
    reads_or_refuses(reader.read, change(DOCX) if part < 0 else in_part(DOCX, part, change))
