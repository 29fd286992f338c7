from __future__ import annotations

import pytest

from dagster_project.readers.document import Cell, Document, Grid, Paragraph
from dagster_project.readers.privacy import WITHHELD, withhold, without_contacts


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("预算公开联系人:王小明", f"预算公开联系人:{WITHHELD}"),
        ("联系方式:010-12345678", f"联系方式:{WITHHELD}"),
        ("联系人:王小明 联系电话:13800000000", f"联系人:{WITHHELD} 联系电话:{WITHHELD}"),
        ("项目负责人: 王小明", f"项目负责人: {WITHHELD}"),
        ("如有疑问请拨0571-87654321咨询", f"如有疑问请拨{WITHHELD}咨询"),
        ("联系人及电话:王小明 12345678;", f"联系人及电话:{WITHHELD};"),
        ("电子邮件:someone@example.invalid", f"电子邮件:{WITHHELD}"),
    ],
)
def test_contacts_are_withheld(printed: str, kept: str) -> None:
    assert withhold(printed) == kept


@pytest.mark.parametrize(
    "printed",
    [
        "邮电费 7.25 万元",
        "13800000000.00",
        "103,266,640.20",
        "30207 邮电费",
        "电话费预算12.50万元",
        "单位负责人办公用房面积",
        "实施单位:东岭市工业局",
        "2019-2035年规划",
        "无线电及信息通信监管",
    ],
)
def test_what_is_no_contact_stays(printed: str) -> None:
    assert withhold(printed) == printed


def test_the_cell_beside_a_label_is_withheld() -> None:
    def cell(column: int, text: str) -> Cell:
        return Cell(text, 0, column, page=1, row_number=1, column_number=column + 1)

    texts = ["项目负责人", "王小明", "联系电话", "13800000000", "金额", "12.00"]
    grid = Grid(tuple(cell(i, t) for i, t in enumerate(texts)), 1, 6, 1, "any")
    document = without_contacts(Document("text", "native", 1, (grid, Paragraph("正文", 1, 2))))
    kept = document.blocks[0]
    assert isinstance(kept, Grid)
    assert [c.text for c in kept.cells] == [
        "项目负责人", WITHHELD, "联系电话", WITHHELD, "金额", "12.00",
    ]  # fmt: skip
    assert document.blocks[1] == Paragraph("正文", 1, 2)
