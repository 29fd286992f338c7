"""Tests of the OFD reader and of the cells that ruling lines make."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers import ofd
from dagster_project.readers.document import Document, Grid, Paragraph, ReadError
from dagster_project.readers.rulings import Rule, lattices, merged
from tests.readers.fuzzing import damage, fuzz, in_part, reads_or_refuses, zipped

POINTS = 72 / 25.4


def text(x: float, y: float, content: str, attributes: str = "", code: str = "") -> str:
    """A run of text with its baseline at ``y`` millimetres, in characters of 3 millimetres."""
    return (
        f'<ofd:TextObject Boundary="{x} {y - 3} 60 4" Size="3" {attributes}>'
        f'<ofd:TextCode X="0" Y="3" {code}>{content}</ofd:TextCode></ofd:TextObject>'
    )


def rule(x0: float, y0: float, x1: float, y1: float) -> str:
    return (
        f'<ofd:PathObject Boundary="{x0} {y0} 1 1"><ofd:AbbreviatedData>'
        f"M 0 0 L {x1 - x0} {y1 - y0}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def package(*pages: str, template: str = "", box: str = "0 0 210 297") -> bytes:
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    listed = "".join(f'<ofd:Page BaseLoc="P{n}/Content.xml"/>' for n in range(len(pages)))
    layer = "<ofd:Content><ofd:Layer>{}</ofd:Layer></ofd:Content>"
    parts: dict[str, str | bytes] = {
        "OFD.xml": f"<ofd:OFD {space}><ofd:DocBody><ofd:DocRoot>/Doc_0/Document.xml"
        "</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {space}><ofd:CommonData><ofd:PageArea>"
        f"<ofd:PhysicalBox>{box}</ofd:PhysicalBox></ofd:PageArea>"
        '<ofd:TemplatePage ID="1" BaseLoc="T.xml"/></ofd:CommonData>'
        f"<ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
        "Doc_0/T.xml": f"<ofd:Page {space}>{layer.format(template)}</ofd:Page>",
    }
    for number, page in enumerate(pages):
        head = '<ofd:Template TemplateID="1"/>'
        parts[f"Doc_0/P{number}/Content.xml"] = (
            f"<ofd:Page {space}>{head}{layer.format(page)}</ofd:Page>"
        )
    return zipped(parts)


def frame() -> str:
    """Rules of a table of two rows and two columns, its first row merged."""
    return "".join(
        rule(*line)
        for line in (
            (20, 30, 100, 30), (20, 40, 100, 40), (20, 50, 100, 50),
            (20, 30, 20, 50), (60, 40, 60, 50), (100, 30, 100, 50),
        )
    )  # fmt: skip


def texts(document: Document) -> list[str]:
    return [
        block.text if isinstance(block, Paragraph) else f"{block.row_count}x{block.column_count}"
        for block in document.blocks
    ]


def test_lines_make_cells_and_the_rest_is_text() -> None:
    page = (
        text(50, 20, "支出决算表")
        + text(20, 26, "部门：某局")
        + text(80, 26, "单位：元")
        + frame()
        + text(30, 37, "支出")
        + text(30, 47, "合计")
        + text(70, 47, "1,234.50", code='DeltaX="g 7 1.5"')
        + text(20, 57, "注：无")
    )
    document = ofd.read(package(page))
    assert texts(document) == ["支出决算表", "部门:某局  单位:元", "2x2", "注:无"]
    (grid,) = [block for block in document.blocks if isinstance(block, Grid)]
    assert [(cell.text, cell.row, cell.column, cell.column_span) for cell in grid.cells] == [
        ("支出", 0, 0, 2), ("合计", 1, 0, 1), ("1,234.50", 1, 1, 1),
    ]  # fmt: skip
    box = grid.cells[-1].box
    assert box is not None
    expected = [60 * POINTS, 40 * POINTS, 100 * POINTS, 50 * POINTS]
    assert [box.x0, box.y0, box.x1, box.y1] == pytest.approx(expected, abs=0.01)
    assert (document.format, document.text_origin, document.page_count) == ("ofd", "native", 1)


def test_templates_matrices_and_the_corner_of_the_page() -> None:
    scaled = text(20, 47, "合计", 'CTM="2 0 0 2 0 0"')
    document = ofd.read(
        package(scaled, scaled, template=text(10, 290, "页脚"), box="10 10 210 297")
    )
    assert texts(document) == ["合计", "页脚"] * 2
    first = document.blocks[0]
    assert isinstance(first, Paragraph)
    assert first.box is not None
    assert first.box.x0 == pytest.approx(10 * POINTS, abs=0.01)
    assert first.box.x1 - first.box.x0 == pytest.approx(12 * POINTS, abs=0.01)
    assert [block.page for block in document.blocks] == [1, 1, 2, 2]


def test_texts_that_touch_across_a_rule_stay_apart() -> None:
    page = frame() + text(53.5, 47, "合计") + text(59.8, 47, "7.00") + text(30, 37, "支出")
    (grid,) = [block for block in ofd.read(package(page)).blocks if isinstance(block, Grid)]
    assert [cell.text for cell in grid.cells] == ["支出", "合计", "7.00"]


def test_rules_drawn_as_filled_shapes() -> None:
    def filled(x0: float, y0: float, x1: float, y1: float) -> str:
        width, height = max(x1 - x0, 0.2), max(y1 - y0, 0.2)
        return (
            f'<ofd:PathObject Boundary="{x0} {y0} 1 1" Stroke="false" Fill="true">'
            f"<ofd:AbbreviatedData>M 0 0 L {width} 0 L {width} {height} L 0 {height} C"
            "</ofd:AbbreviatedData></ofd:PathObject>"
        )

    lines = [(20, y, 100, y) for y in (30, 40, 50)] + [(x, 30, x, 50) for x in (20, 60, 100)]
    page = "".join(filled(*line) for line in lines) + text(30, 37, "甲") + text(70, 47, "1.00")
    assert texts(ofd.read(package(page))) == ["2x2"]


def test_refusals() -> None:
    with pytest.raises(ReadError, match="images without text"):
        ofd.read(package('<ofd:ImageObject Boundary="0 0 210 297" ResourceID="1"/>'))
    with pytest.raises(ReadError, match="no text"):
        ofd.read(package(""))
    with pytest.raises(ReadError, match="not an OFD"):
        ofd.read(zipped({"a.txt": "x"}))
    with pytest.raises(ReadError, match="missing"):
        ofd.read(zipped({"OFD.xml": "<OFD><DocRoot>Doc_0/Document.xml</DocRoot></OFD>"}))


def test_merged_cells_are_the_largest_rectangles() -> None:
    right = [[True, False], [True, False]]
    below = [[True, True], [False, False]]
    assert merged(right, below) == [(0, 0, 2, 2)]


def test_two_tables_on_a_page_are_two() -> None:
    def table(top: float) -> list[Rule]:
        level = [Rule(True, top + y, 0, 100) for y in (0, 20, 40)]
        return level + [Rule(False, x, top, top + 40) for x in (0, 50, 100)]

    first, second = lattices([*table(200), *table(0), Rule(True, 120, 0, 100)])
    assert (first.rectangle, second.rectangle) == ((0, 0, 100, 40), (0, 200, 100, 240))
    assert len(first.spans) == 4
    assert first.span_at((75, 30)) == (1, 1, 1, 1)
    assert first.span_at((175, 30)) is None


OFD = package(text(50, 20, "支出决算表") + frame() + text(30, 37, "支出") + text(70, 47, "1.00"))


@fuzz
@given(damage(), st.integers(-1, 3))
def test_damaged_files_are_read_or_refused(change: Callable[[bytes], bytes], part: int) -> None:
    reads_or_refuses(ofd.read, change(OFD) if part < 0 else in_part(OFD, part, change))
