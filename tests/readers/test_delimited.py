"""Tests of the reader of separated values."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given

from dagster_project.readers import delimited
from dagster_project.readers.document import Grid, Paragraph, ReadError
from tests.readers.fuzzing import damage, fuzz, reads_or_refuses

FORM = (
    '支出决算表,,,\r\n公开03表,,,\r\n部门：某局,,,单位：元\r\n科目编码,"科目\n名称",基本支出,项目支出\r\n'
    '205,教育支出,"1,234.50",2.00\r\n合计,,"1,234.50",2.00\r\n注：本表反映支出，含结转,,,\r\n'
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_captions_are_text_and_the_rest_is_a_grid(encoding: str, delimiter: str) -> None:
    text = FORM.replace("1,234", "1#234").replace(",", delimiter).replace("1#234", "1,234")
    data = text.encode(encoding)
    assert delimited.matches(data)
    document = delimited.read(data)
    texts = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert texts == ["支出决算表", "公开03表", "部门:某局  单位:元", "注:本表反映支出,含结转"]
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    assert [cell.text for cell in grid.cells] == [
        "科目编码", "科目名称", "基本支出", "项目支出", "205", "教育支出", "1,234.50", "2.00",
        "合计", "1,234.50", "2.00",
    ]  # fmt: skip
    amount = grid.cells[6]
    assert (amount.row_number, amount.column_number, grid.reader) == (5, 3, "delimited")
    assert (document.format, document.text_origin) == ("csv", "markup")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "部门预算\n一、收入100万元，其中财政拨款90万元，其他10万元。\n二、支出100万元，持平。\n三、无。",
        "In 2024, revenue, spending, and the rest.\nThey grew, shrank, and stayed. \n"
        "One, two, and three. \nFour, five, and six. \n",
        "| 科目 | 金额 | 备注 |\n| --- | --- | --- |\n| 合计 | 1 | 无 |\n| 教育 | 1 | 无 |",
        "合计\t1.00\n教育\t1.00\n卫生\t2.00",
        "a,b,c\nd,e,f\n",
    ],
)
def test_prose_markdown_and_pairs_are_not_separated_values(text: str) -> None:
    assert not delimited.matches(text.encode())
    with pytest.raises(ReadError):
        delimited.read(text.encode())


def test_binary_data_is_not_separated_values() -> None:
    assert not delimited.matches(b"a,b,c\n\x00,1,2\nd,e,f\n")


@fuzz
@given(damage())
def test_damaged_files_are_read_or_refused(change: Callable[[bytes], bytes]) -> None:
    reads_or_refuses(delimited.read, change(FORM.encode()))
