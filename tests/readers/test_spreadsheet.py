"""Tests of the workbook readers, on workbooks written by other libraries and part by part."""

from __future__ import annotations

import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers import read, spreadsheet
from dagster_project.readers import sheets as layout
from dagster_project.readers.document import Cell, Document, Grid, Paragraph, ReadError
from dagster_project.readers.package import OLE_MARK
from tests.readers.fuzzing import damage, fuzz, in_part, reads_or_refuses, zipped

xlsxwriter = pytest.importorskip("xlsxwriter", reason="xlsxwriter writes the workbooks")
xlwt = pytest.importorskip("xlwt", reason="xlwt writes the workbooks")

TEMPLATES = Path(__file__).parents[3] / "shared" / "documents" / "published" / "templates"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def written(fill: Callable[[Any], None]) -> bytes:
    """A workbook that ``fill`` fills."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    fill(book)
    book.close()
    return buffer.getvalue()


def by_hand(data: str, *, strings: str = "", head: str = "", tail: str = "") -> bytes:
    """A workbook of one sheet, the rows of which are given as XML."""
    relation = f'<Relationship Id="{{}}" Type="{OFFICE}/{{}}" Target="{{}}"/>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}">'
        + relation.format("a", "officeDocument", "/xl/workbook.xml")
        + "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="s"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">'
        + relation.format("s", "worksheet", "worksheets/sheet1.xml")
        + relation.format("t", "sharedStrings", "sharedStrings.xml")
        + "</Relationships>",
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{data}</sheetData>'
        f"{tail}</worksheet>",
    }
    return zipped(parts)


def texts(document: Document) -> list[str]:
    """Paragraphs by their text, grids by their size."""
    return [
        block.text if isinstance(block, Paragraph) else f"{block.row_count}x{block.column_count}"
        for block in document.blocks
    ]


def grids(document: Document) -> list[Grid]:
    return [block for block in document.blocks if isinstance(block, Grid)]


def cell(grid: Grid, row: int, column: int) -> Cell:
    found = grid.matrix()[row][column]
    assert found is not None
    return found


def a_form(sheet: Any, top: int, number: str, money: Any) -> None:
    """A form as bodies lay it out, with a title over its table and a note below."""
    sheet.merge_range(top, 0, top, 3, "支出决算表")
    sheet.write(top + 1, 3, number)
    sheet.write(top + 2, 0, "部门：某某局")
    sheet.write(top + 2, 3, "金额单位：元")
    sheet.merge_range(top + 3, 0, top + 4, 0, "科目编码")
    sheet.merge_range(top + 3, 1, top + 4, 1, "科目名称")
    sheet.merge_range(top + 3, 2, top + 3, 3, "支出")
    sheet.write_row(top + 4, 2, ["基本支出", "项目支出"])
    sheet.merge_range(top + 5, 0, top + 5, 1, "合计")
    sheet.write_row(top + 5, 2, [1234.5, 0.1 + 0.2], money)
    sheet.write_row(top + 6, 0, ["205", "教育\n支出"])
    sheet.write_row(top + 6, 2, [1234.5, 0.3], money)
    sheet.merge_range(top + 7, 0, top + 7, 3, "本表反映部门本年度支出。")


def two_forms(book: Any) -> None:
    sheet = book.add_worksheet("表")
    money = book.add_format({"num_format": "#,##0.00"})
    a_form(sheet, 0, "公开03表", money)
    a_form(sheet, 10, "公开04表", money)


def test_a_form_is_its_captions_its_grid_and_its_notes() -> None:
    document = spreadsheet.read_xlsx(written(two_forms))
    form = ["支出决算表", "部门:某某局  金额单位:元", "4x4", "本表反映部门本年度支出。"]
    assert texts(document) == [
        *[form[0], "公开03表", *form[1:]],
        *[form[0], "公开04表", *form[1:]],
    ]
    assert (document.format, document.text_origin, document.page_count) == (
        "xlsx", "spreadsheet", 1,
    )  # fmt: skip
    first, second = grids(document)
    head = cell(first, 0, 2)
    assert (head.text, head.row_span, head.column_span) == ("支出", 1, 2)
    assert (cell(first, 0, 0).row_span, cell(first, 3, 1).text) == (2, "教育支出")
    assert [cell(first, 2, column).text for column in (2, 3)] == ["1,234.50", "0.30"]
    amount = cell(second, 3, 2)
    assert (amount.page, amount.row_number, amount.column_number) == (1, 17, 3)


XML_SHEET = """<?xml version="1.0"?>
<?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"
 xmlns:x="urn:schemas-microsoft-com:office:excel">
<Styles><Style ss:ID="m"><NumberFormat ss:Format="Standard"/></Style></Styles>
<Worksheet ss:Name="表"><Table>
<Row><Cell ss:MergeAcross="2"><Data ss:Type="String">支出决算表</Data></Cell></Row>
<Row ss:Index="3"><Cell ss:MergeDown="1"><Data ss:Type="String">科目名称</Data></Cell>
<Cell ss:MergeAcross="1"><Data ss:Type="String">支出</Data></Cell></Row>
<Row><Cell ss:Index="2"><Data ss:Type="String">基本支出</Data></Cell>
<Cell><Data ss:Type="String">项目支出</Data></Cell></Row>
<Row ss:StyleID="m"><Cell><Data ss:Type="String">合计</Data></Cell>
<Cell><Data ss:Type="Number">1234.5</Data></Cell>
<Cell ss:StyleID="none"><Data ss:Type="Number">0.3</Data></Cell></Row>
</Table></Worksheet>
<Worksheet ss:Name="底稿"><Table><Row><Cell><Data ss:Type="String">旧</Data></Cell></Row></Table>
<x:WorksheetOptions><x:Visible>SheetHidden</x:Visible></x:WorksheetOptions></Worksheet>
</Workbook>"""


def test_a_workbook_may_be_a_single_file_of_xml(tmp_path: Path) -> None:
    path = tmp_path / "budget.xls"
    path.write_text(XML_SHEET, encoding="utf-8")
    document = read(path)
    (own,) = grids(document)
    assert (document.format, document.text_origin, document.page_count) == (
        "xls", "spreadsheet", 2,
    )  # fmt: skip
    assert [[c.text if c else "" for c in row] for row in own.matrix()] == [
        ["科目名称", "支出", ""], ["", "基本支出", "项目支出"], ["合计", "1,234.50", "0.3"],
    ]  # fmt: skip
    assert (cell(own, 0, 0).row_span, cell(own, 0, 1).column_span) == (2, 2)
    assert cell(own, 2, 1).row_number == 5
    assert any("底稿" in note for note in document.notes)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("</Workbook>", "", "not well-formed"),
        ('ss:Index="3"', 'ss:Index="1"', "damaged"),
        ('ss:Index="3"', 'ss:Index="60000"', "larger"),
        ("<Workbook ", "<!DOCTYPE Workbook><Workbook ", "document type"),
    ],
)
def test_a_workbook_of_xml_that_is_damaged_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        spreadsheet.read_xml(XML_SHEET.replace(old, new).encode())


def test_a_sheet_is_a_page_and_its_tab_a_heading_where_nothing_else_is() -> None:
    def fill(book: Any) -> None:
        for name in ("收入预算表", "Sheet2"):
            sheet = book.add_worksheet(name)
            sheet.write_row(3, 1, ["科目", "预算数"])
            sheet.write_row(4, 1, ["教育支出", "1.00"])

    document = spreadsheet.read_xlsx(written(fill))
    assert texts(document) == ["收入预算表", "2x2", "2x2"]
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert cell(grids(document)[0], 1, 1).row_number == 5


def test_forms_without_a_title_are_parted_where_a_line_stands_between_them() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("项目")
        sheet.write_row(0, 0, ["科目", "预算数"])
        sheet.write_row(1, 0, ["教育支出", "1.00"])
        sheet.write(3, 0, "二、项目绩效目标")
        sheet.write_row(4, 0, ["项目名称", "某项目"])
        sheet.write_row(5, 0, ["金额", "2.00"])

    assert texts(spreadsheet.read_xlsx(written(fill))) == [
        "项目", "2x2", "二、项目绩效目标", "2x2",
    ]  # fmt: skip


def test_rows_of_a_single_label_stay_in_their_table() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        sheet.write_row(0, 0, ["科目编码", "科目", "预算数"])
        sheet.merge_range(1, 0, 1, 1, "合计")
        sheet.write_row(2, 0, ["205", "教育支出"])
        sheet.merge_range(5, 0, 5, 1, "总计")

    (grid,) = grids(spreadsheet.read_xlsx(written(fill)))
    assert (grid.row_count, cell(grid, 3, 0).text, cell(grid, 3, 0).column_span) == (4, "总计", 2)


def test_hidden_sheets_are_named_and_hidden_rows_read() -> None:
    def fill(book: Any) -> None:
        for name, amount in (("公开03表", "1.00"), ("公开03表 旧", "9.00")):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["科目", "金额", "备用"])
            sheet.write_row(1, 0, ["教育支出", amount, "3.00"])
        sheet.hide()
        first = book.worksheets()[0]
        first.set_row(1, None, None, {"hidden": True})
        first.set_column(2, 2, None, None, {"hidden": True})

    document = spreadsheet.read_xlsx(written(fill))
    assert texts(document) == [
        "公开03表", "2x3", "[note; 1 hidden rows, read as the others]",
        "[note; 1 hidden columns, read as the others]",
        "[note; hidden sheet, not read: 公开03表 旧]",
    ]  # fmt: skip
    assert document.notes == (
        "sheet 公开03表: 1 hidden rows, read as the others",
        "sheet 公开03表: 1 hidden columns, read as the others",
        "hidden sheet, not read: 公开03表 旧",
    )


def test_kinds_of_values() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("Sheet1")
        day = book.add_format({"num_format": "yyyy年m月d日"})
        sheet.write_row(0, 0, ["甲", "乙"])
        sheet.write(1, 0, True)
        sheet.write(1, 1, 45292, day)
        sheet.write_formula(2, 0, "=1/0", None, "#DIV/0!")
        sheet.write_formula(2, 1, "=SUM(A1)", None, 12.25)
        sheet.write_rich_string(3, 0, "教育", book.add_format({"bold": True}), "支出")
        sheet.write_string(3, 1, "００１")

    (grid,) = grids(spreadsheet.read_xlsx(written(fill)))
    assert [item.text for item in grid.cells[2:]] == [
        "TRUE", "2024-01-01", "#DIV/0!", "12.25", "教育支出", "001",
    ]  # fmt: skip


def test_cells_without_addresses_inline_texts_guides_and_missing_results() -> None:
    rows = (
        '<row><c t="s"><v>0</v></c><c t="inlineStr"><is><t>金额</t></is></c></row>'
        '<row><c t="str"><v>合计</v></c><c><f>SUM(B3)</f></c><c t="s"><v>99</v></c></row>'
        "<row><c/><c><v>1e3</v></c><c><v>abc</v></c></row>"
    )
    strings = "<si><r><t>科</t></r><r><t>目</t></r><rPh><t>kemu</t></rPh></si>"
    document = spreadsheet.read_xlsx(by_hand(rows, strings=strings))
    (grid,) = grids(document)
    assert [item.text for item in grid.cells] == ["科目", "金额", "合计", "\ufffd", "1000", "abc"]
    note = "1 formulas without a stored result, which cannot be read"
    assert texts(document)[-1] == f"[note; {note}]"
    assert [one.partition(": ")[2] for one in document.notes] == [note]


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("<c><f>SUM(B3)</f></c>", "\ufffd"),
        ("<c><f>SUM(B3)</f><v></v></c>", "\ufffd"),
        ("<c><f>SUM(B3)</f><v/></c>", "\ufffd"),
        ("<c><f>SUM(B3)</f><v>0</v></c>", "0"),
        ('<c t="str"><f>T(B3)</f><v></v></c>', None),
        ("<c><v></v></c>", None),
    ],
)
def test_what_a_formula_came_to(cell: str, shown: str | None) -> None:
    strings = "<si><t>科目</t></si><si><t>金额</t></si>"
    rows = f'<row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row><row><c><v>1</v></c>{cell}</row>'
    (grid,) = grids(spreadsheet.read_xlsx(by_hand(rows, strings=strings)))
    last = grid.matrix()[1][1]
    assert (last.text if last else None) == shown


def test_what_a_merged_cell_covers_is_not_read() -> None:
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c></row>'
        '<row r="2"><c r="A2"><v>4</v></c><c r="B2"><v>5</v></c><c r="C2"><v>6</v></c></row>'
    )
    tail = '<mergeCells><mergeCell ref="A1:B1"/><mergeCell ref="C1:C1048576"/></mergeCells>'
    (grid,) = grids(spreadsheet.read_xlsx(by_hand(rows, tail=tail)))
    assert [item.text for item in grid.cells] == ["1", "3", "4", "5"]
    assert (grid.cells[0].column_span, grid.cells[1].row_span) == (2, 2)


def test_far_cells_and_a_million_empty_rows_cost_nothing() -> None:
    filled = "".join(
        f'<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}"><v>2</v></c></row>'
        for row in (1, 2)
    )
    empty = "".join(f'<row r="{row}" s="3"><c r="A{row}" s="3"/></row>' for row in range(3, 10**6))
    data = by_hand(filled + empty)
    start = time.perf_counter()
    (grid,) = grids(spreadsheet.read_xlsx(data))
    assert time.perf_counter() - start < 5
    assert (grid.row_count, grid.column_count) == (2, 2)
    last = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    (grid,) = grids(spreadsheet.read_xlsx(by_hand(filled + last)))
    assert (grid.row_count, grid.column_count, grid.cells[-1].column_number) == (3, 3, 16_384)


def test_too_many_rows_columns_and_sheets_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"<row><c><v>{n}</v></c><c><v>{n}</v></c></row>" for n in range(30))
    monkeypatch.setattr(layout, "MAX_ROWS", 20)
    with pytest.raises(ReadError, match="30 rows, more than 20"):
        spreadsheet.read_xlsx(by_hand(rows))
    monkeypatch.setattr(layout, "MAX_ROWS", 50)
    monkeypatch.setattr(layout, "MAX_COLUMNS", 1)
    with pytest.raises(ReadError, match="2 columns, more than 1"):
        spreadsheet.read_xlsx(by_hand(rows))
    monkeypatch.setattr(layout, "MAX_CELLS", 9)
    with pytest.raises(ReadError, match="more than 9 filled cells"):
        spreadsheet.read_xlsx(by_hand(rows))


BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c SYSTEM "file:///etc/passwd">]>'
)


def test_document_types_are_refused() -> None:
    data = by_hand("<row/>", head=BILLION_LAUGHS, strings="<si><t>&b;&c;</t></si>")
    with pytest.raises(ReadError, match="document type"):
        spreadsheet.read_xlsx(data)


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    data = by_hand("<row/>" + " " * 60_000_000)
    assert len(data) < 100_000
    with pytest.raises(ReadError, match="times its size"):
        spreadsheet.read_xlsx(data)


def test_other_packages_are_refused() -> None:
    for parts in ({"ppt/presentation.xml": "", "[Content_Types].xml": ""}, {"a.txt": ""}):
        with pytest.raises(ReadError, match="not an Excel workbook"):
            spreadsheet.read_xlsx(zipped(dict(parts)))
    with pytest.raises(ReadError, match="empty"):
        spreadsheet.read_xlsx(by_hand(""))
    with pytest.raises(ReadError, match="damaged"):
        spreadsheet.read_xlsx(by_hand("")[:-30])


def ole(*streams: str) -> bytes:
    """The beginning of an OLE file: its header and the entries of its directory."""
    entries = b""
    for name in ("Root Entry", *streams):
        raw = name.encode("utf-16-le") + b"\x00\x00"
        entries += raw.ljust(64, b"\x00") + len(raw).to_bytes(2, "little") + bytes(62)
    return OLE_MARK + bytes(512 - len(OLE_MARK)) + entries


@pytest.mark.parametrize(
    ("streams", "reason"),
    [
        (("EncryptionInfo", "EncryptedPackage"), "protected by a password"),
        (("WordDocument", "ObjectPool", "Workbook"), r"old Word file \(\.doc\)"),
        (("PowerPoint Document",), "PowerPoint"),
        (("Quill",), "damaged, or an old Office file"),
        (("Workbook",), "damaged"),
    ],
)
def test_old_office_files_are_told_apart(streams: tuple[str, ...], reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        spreadsheet.read_xls(ole(*streams))


def old_workbook() -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("公开03表")
    money = xlwt.easyxf(num_format_str="#,##0.00")
    sheet.write_merge(0, 0, 0, 2, "支出决算表")
    sheet.write(1, 2, "单位：万元")
    for column, text in enumerate(["编码", "科目", "金额"]):
        sheet.write(2, column, text)
    sheet.write_merge(3, 3, 0, 1, "合计")
    sheet.write(3, 2, 1234.5, money)
    sheet.write(4, 0, 20501)
    sheet.write(4, 1, True)
    sheet.write(4, 2, 0.1 + 0.2, money)
    sheet.row(4).hidden = True
    hidden = book.add_sheet("旧")
    hidden.write(0, 0, "旧")
    hidden.visibility = 1
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_old_workbooks() -> None:
    document = spreadsheet.read_xls(old_workbook())
    assert texts(document) == [
        "支出决算表", "单位:万元", "3x3", "[note; 1 hidden rows, read as the others]",
        "[note; hidden sheet, not read: 旧]",
    ]  # fmt: skip
    (grid,) = grids(document)
    assert [item.text for item in grid.cells[3:]] == ["合计", "1,234.50", "20501", "TRUE", "0.30"]
    total = cell(grid, 1, 0)
    assert (total.column_span, total.row_number, grid.reader) == (2, 4, "xls")


@pytest.mark.parametrize("name", ["budget_template.xls", "department_budget_template.xlsx"])
def test_blank_forms_of_a_region_give_each_title_before_its_grid(name: str) -> None:
    path = TEMPLATES / name
    if not path.exists():
        pytest.skip("the published templates are not at hand")
    reader = spreadsheet.read_xls if path.suffix == ".xls" else spreadsheet.read_xlsx
    blocks = reader(path.read_bytes()).blocks
    found = [
        (blocks[place - 2], blocks[place - 1])
        for place, block in enumerate(blocks)
        if isinstance(block, Grid)
    ]
    assert len(found) == 9
    for title, caption in found:
        assert isinstance(title, Paragraph)
        assert isinstance(caption, Paragraph)
        assert title.text.endswith("表")
        assert "单位:" in caption.text


@pytest.mark.parametrize("name", ["budget_template.xls", "unit_budget_template.xlsx"])
def test_another_reader_finds_the_same_texts(name: str) -> None:
    calamine = pytest.importorskip("python_calamine")
    path = TEMPLATES / name
    if not path.exists():
        pytest.skip("the published templates are not at hand")
    reader = spreadsheet.read_xls if path.suffix == ".xls" else spreadsheet.read_xlsx
    ours = "".join(
        block.text if isinstance(block, Paragraph) else "".join(c.text for c in block.cells)
        for block in reader(path.read_bytes()).blocks
    )
    book = calamine.CalamineWorkbook.from_path(str(path))
    for sheet in book.sheet_names:
        for row in book.get_sheet_by_name(sheet).to_python():
            for value in row:
                if isinstance(value, str) and len(value) < 12 and value.isalpha():
                    assert value in ours


XLSX, XLS = written(two_forms), old_workbook()


@fuzz
@given(damage(), st.integers(-1, 20))
def test_damaged_workbooks_are_read_or_refused(change: Callable[[bytes], bytes], part: int) -> None:
    data = change(XLSX) if part < 0 else in_part(XLSX, part, change)
    reads_or_refuses(spreadsheet.read_xlsx, data)


@fuzz
@given(damage())
def test_damaged_old_workbooks_are_read_or_refused(change: Callable[[bytes], bytes]) -> None:
    reads_or_refuses(spreadsheet.read_xls, change(XLS))


@fuzz
@given(damage())
def test_damaged_workbooks_of_xml_are_read_or_refused(change: Callable[[bytes], bytes]) -> None:
    reads_or_refuses(spreadsheet.read_xml, change(XML_SHEET.encode()))
