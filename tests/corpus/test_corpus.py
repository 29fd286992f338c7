"""The documents of ``raw/`` are what the figure files say, and the figures balance."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from tests.corpus.documents import FIGURES, MANIFEST, entries, load, render
from tests.corpus.fonts import FontNotFoundError, is_committed_font
from tests.corpus.model import AMOUNT, Form, place_cells

RAW = Path(__file__).parents[2] / "raw"
FILES = [entry["file"] for entry in entries()]
FINAL_ACCOUNT = "qujing_gxj_2024_final_account"
XIANNING = "xianning_jxj_2023_budget"
NANAN = "nanan_jxw_2024_budget"
MAXIMUM_BYTES = 1_000_000


def manifest() -> dict[str, dict[str, str]]:
    with (RAW / MANIFEST).open(encoding="utf-8", newline="") as lines:
        return {line["file"]: line for line in csv.DictReader(lines)}


def form_of(document: str, number: str) -> Form:
    return next(form for form in load(document).forms if form.number == number)


def texts(form: Form) -> list[list[str]]:
    rows = [[""] * len(form.columns) for _ in range(form.row_count)]
    for cell in form.cells:
        rows[cell.row][cell.column] = cell.text
    return rows


def amounts(document: str, number: str) -> dict[str, list[Decimal]]:
    """Amounts of a form's rows by the first text of the row that is a code or a label."""
    found: dict[str, list[Decimal]] = {}
    for row in texts(form_of(document, number)):
        label = next((text for text in row if text and not AMOUNT.fullmatch(text)), "")
        money = [Decimal(text.replace(",", "")) for text in row if AMOUNT.fullmatch(text)]
        if money:
            found[label] = money
    return found


def by_economic_code(number: str) -> dict[str, Decimal]:
    """Amounts by code of the side-by-side 科目编码-科目名称-金额 groups of a form."""
    found = {}
    for row in texts(form_of(FINAL_ACCOUNT, number)):
        for code, amount in zip(row[::3], row[2::3], strict=True):
            if re.fullmatch(r"\d{3,5}", code):
                found[code] = Decimal(amount.replace(",", ""))
    return found


def column_sums(rows: dict[str, list[Decimal]], total: str) -> list[Decimal]:
    parts = [money for label, money in rows.items() if label != total]
    return [sum(column, Decimal()) for column in zip(*parts, strict=True)]


@pytest.mark.parametrize("name", FILES)
def test_rebuild_gives_the_committed_bytes(name: str) -> None:
    path = RAW / name
    if path.suffix == ".pdf":
        pytest.importorskip("reportlab", reason="reportlab sets the PDF")
        try:
            if not is_committed_font():
                pytest.skip("another release of the typeface is installed")
        except FontNotFoundError as error:
            pytest.skip(str(error))
    assert render(path.stem, path.suffix) == path.read_bytes()


@pytest.mark.parametrize("name", FILES)
def test_manifest_names_every_document(name: str) -> None:
    content = (RAW / name).read_bytes()
    line = manifest()[name]
    assert line["sha256"] == sha256(content).hexdigest()
    assert int(line["bytes"]) == len(content) < MAXIMUM_BYTES
    assert line["kind"] in {"budget", "final_account", "project_disclosure", "other"}


def test_manifest_lists_no_other_file() -> None:
    assert list(manifest()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_document_says_that_it_is_re_typeset(name: str) -> None:
    path = RAW / name
    notice = load(path.stem).notice
    assert "并非" in notice[0]
    assert "not the original" in notice[1]
    if path.suffix == ".pdf":
        pdfium = pytest.importorskip("pypdfium2")
        pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(path)]
        assert all(line in page for page in pages for line in notice)
    else:
        text = path.read_text(encoding="utf-8")
        assert all(line in text for line in notice)


def test_pdf_prints_every_cell() -> None:
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(RAW / f"{FINAL_ACCOUNT}.pdf")
    printed = "".join(page.get_textpage().get_text_range() for page in document)
    printed = re.sub(r"\s", "", printed)
    cells = {cell.text for form in load(FINAL_ACCOUNT).forms for cell in form.cells}
    amounts_printed = {text for text in cells if AMOUNT.fullmatch(text)}
    assert len(amounts_printed) > 150
    assert {text for text in amounts_printed if text not in printed} == set()


def test_span_marks_must_make_rectangles() -> None:
    with pytest.raises(ValueError, match="rectangle"):
        place_cells([["a", "←"], ["↑", "b"]])
    with pytest.raises(ValueError, match="columns"):
        place_cells([["a", "b"], ["c"]])


def test_spans_are_placed() -> None:
    cells = place_cells([["a", "←", "b"], ["↑", "↑", "c"]])
    assert [(cell.text, cell.row_span, cell.column_span) for cell in cells] == [
        ("a", 2, 2),
        ("b", 1, 1),
        ("c", 1, 1),
    ]


@pytest.mark.parametrize("number", ["公开02表", "公开03表"])
def test_function_rows_add_up_to_the_total(number: str) -> None:
    rows = amounts(FINAL_ACCOUNT, number)
    assert column_sums(rows, "合计") == rows["合计"]


def test_expenditure_is_basic_plus_project() -> None:
    for label, (total, *parts) in amounts(FINAL_ACCOUNT, "公开03表").items():
        assert total == sum(parts), label


def test_general_public_budget_balances_in_every_row() -> None:
    rows = texts(form_of(FINAL_ACCOUNT, "公开05表"))
    lines = [[Decimal(text.replace(",", "")) for text in row[4:]] for row in rows[4:]]
    total, *parts = lines
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    for opening, _, _, revenue, *_, closing, _, _, _, _ in lines:
        assert opening >= 0 <= closing <= opening + revenue
    for line in lines:
        assert line[6] == line[7] + line[10]
        assert line[7] == line[8] + line[9]
        assert line[0] + line[3] == line[6] + line[11]


@pytest.mark.parametrize("number", ["公开06表", "公开07表"])
def test_economic_classes_are_the_sum_of_their_groups(number: str) -> None:
    by_code = by_economic_code(number)
    classes = [code for code in by_code if len(code) == 3]
    assert len(classes) >= 7
    for code in classes:
        parts = [by_code[part] for part in by_code if part != code and part.startswith(code)]
        assert by_code[code] == sum(parts), code


def test_basic_and_project_expenditure_agree_across_forms() -> None:
    total = amounts(FINAL_ACCOUNT, "公开05表")["合计"]
    basic, project = total[7], total[10]
    sums = [
        sum(value for code, value in by_economic_code(number).items() if len(code) == 3)
        for number in ("公开06表", "公开07表")
    ]
    assert sums == [basic, project]


def test_project_forms_fund_their_total() -> None:
    sheets = [form for form in load(FINAL_ACCOUNT).forms if form.is_sheet and not form.title]
    assert len(sheets) >= 6
    for form in sheets:
        rows = {row[2]: row[3:7] for row in texts(form) if row[2]}
        appropriation, carry_over = rows["其中:当年财政拨款"], rows["上年结转资金"]
        assert rows["年度资金总额"] == [
            first or second for first, second in zip(appropriation, carry_over, strict=True)
        ]


def test_publisher_inconsistencies_stay() -> None:
    rows = {row[2]: row[3] for row in texts(form_of(FINAL_ACCOUNT, "公开14表"))[4:8]}
    parts = [Decimal(rows[label].replace(",", "")) for label in rows if label != "年度资金总额"]
    total = Decimal(rows["年度资金总额"].replace(",", ""))
    assert sum(parts) - total == Decimal("8892.00")


def test_xianning_leaves_out_the_two_forms_that_were_not_published() -> None:
    document = load(XIANNING)
    assert [form.number for form in document.forms if form.number] == [
        "表1",
        "表4",
        "表5",
        "表6",
        "表7",
        "表8",
    ]
    assert {"二、部门收入总表", "三、部门支出总表(按功能科目到项级)"} <= set(document.contents)


@pytest.mark.parametrize(
    ("document", "number", "amount_column"), [(XIANNING, "表6", 2), (NANAN, "表三", 2)]
)
def test_budget_total_is_the_sum_of_economic_classes(
    document: str, number: str, amount_column: int
) -> None:
    rows = texts(form_of(document, number))
    total = next(
        Decimal(row[amount_column])
        for row in rows
        if "合计" in row and AMOUNT.fullmatch(row[amount_column])
    )
    classes = [row[amount_column] for row in rows if re.fullmatch(r"30[123]|310", row[0])]
    # Printed in 万元 with two decimals: each figure is rounded by half a unit at most.
    rounding = Decimal("0.005") * (len(classes) + 1)
    assert len(classes) == 4
    assert abs(sum(Decimal(text) for text in classes) - total) <= rounding


def test_nanan_has_all_its_forms() -> None:
    numbers = [form.number for form in load(NANAN).forms]
    ten = [f"表{number}" for number in "一二三四五六七八九十"]
    assert numbers == [*ten, *["表十一"] * 7]


def test_figure_folders_are_the_listed_documents() -> None:
    folders = {path.name for path in FIGURES.iterdir() if path.is_dir()}
    assert folders == {Path(name).stem for name in FILES}
