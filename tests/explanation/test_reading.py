"""What is told of a document: every figure in its cell, every problem, in each way of telling."""

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from dagster_project.explanation import NoSuchPageError, explain_document
from dagster_project.explanation.printed import print_reading
from dagster_project.explanation.reading import (
    AMOUNT,
    CODE,
    DAMAGED,
    UNRECOGNISED,
    CellReading,
    Reading,
    read_document,
)
from dagster_project.settings import PROJECT_ROOT, Settings

RAW = PROJECT_ROOT / "raw"
DAMAGED_FORM = """# 某某市工业局2024年部门决算

| 收入决算表 | | |
| --- | --- | --- |

公开02表 收入决算表

单位:万元

| 科目编码 | 科目名称 | 本年收入合计 | 财政拨款收入 |
| --- | --- | --- | --- |
| 合计 | | 12.50 | 1<2.5x0 |
| 2080505 | <b>养老</b> | 12.50 | 12.50 |
"""


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    place = tmp_path_factory.mktemp("explanation")
    return Settings(
        RAW, place / "warehouse.duckdb", place / "cache", 1, dbt_project=PROJECT_ROOT / "dbt"
    )


@pytest.fixture(scope="session")
def readings(settings: Settings) -> dict[str, Reading]:
    files = ("nanan_jxw_2024_budget.md", "xianning_jxj_2023_budget.html")
    return {name: read_document(settings, RAW / name) for name in files}


def cells(reading: Reading) -> list[CellReading]:
    return [cell for page in reading.pages for grid in page.grids for cell in grid.cells]


@pytest.mark.parametrize("name", ["nanan_jxw_2024_budget.md", "xianning_jxj_2023_budget.html"])
def test_every_amount_stands_in_one_cell_with_its_text(
    readings: dict[str, Reading], name: str
) -> None:
    reading = readings[name]
    told = [(cell.text, fact) for cell in cells(reading) for fact in cell.facts]
    amounts = [f for f in reading.figures if f["state"] == "amount" and f["column_number"]]
    assert len(amounts) > 150
    placed = {id(fact) for _, fact in told}
    assert [fact for fact in amounts if id(fact) not in placed] == []
    assert all(fact["printed_text"].strip() in text for text, fact in told)


def test_a_form_keeps_to_its_own_tables(readings: dict[str, Reading]) -> None:
    """Rows of a web page are counted anew in each table, so that places alone are ambiguous."""
    reading = readings["xianning_jxj_2023_budget.html"]
    for page in reading.pages:
        for grid in page.grids:
            forms = {fact["form_id"] for cell in grid.cells for fact in cell.facts}
            assert len(forms) <= 1


def test_roles_and_amounts_in_yuan(readings: dict[str, Reading]) -> None:
    found = cells(readings["nanan_jxw_2024_budget.md"])
    assert {cell.text for cell in found if cell.role == CODE} >= {"208", "20805", "2080501"}
    (fact, *_) = next(cell.facts for cell in found if cell.text == "4,646.00")
    assert fact["amount_yuan"] == "46460000.00"
    assert {cell.role for cell in found if cell.facts} == {AMOUNT}


def test_problems_are_told_where_they_stand(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "damaged.md"
    file.write_text(DAMAGED_FORM, "utf-8")
    reading = read_document(settings, file)
    assert ("damaged", 1) in {(problem.kind, problem.page) for problem in reading.problems}
    assert [cell.text for cell in cells(reading) if cell.role == DAMAGED] == ["1<2.5x0"]
    file.write_text("# 通知\n\n| 甲 | 乙 |\n| --- | --- |\n| 丙 | 1 |\n", "utf-8")
    reading = read_document(settings, file)
    assert {p.kind for p in reading.problems} == {"no_fiscal_tables", "unrecognised table"}
    assert {cell.role for cell in cells(reading)} == {UNRECOGNISED}


def test_what_cannot_be_read_is_told(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "broken.pdf"
    file.write_bytes(b"%PDF-1.7 nothing more")
    reading = read_document(settings, file)
    assert [problem.kind for problem in reading.problems] == ["quarantined"]
    assert "truncated" in reading.problems[0].text


def test_json_is_complete_and_exact(settings: Settings) -> None:
    lines: list[str] = []
    file = RAW / "nanan_jxw_2024_budget.md"
    explain_document(settings, file, as_json=True, with_cells=True, echo=lines.append)
    told = json.loads("\n".join(lines))
    assert told["document"]["fiscal_year"] == 2024
    form = next(f for f in told["forms"] if f["form_number"] == "表二")
    assert (form["unit"], form["score"]) == ("万元", 100)
    assert told["amounts"]["amount"] == sum(f["state"] == "amount" for f in told["figures"])
    grid = next(b for b in told["pages"][0]["blocks"] if b["kind"] == "grid")
    assert (grid["rows"], grid["columns"], grid["reader"]) == (13, 7, "text/pipe")
    assert isinstance(told["figures"][0]["number_text"], str)


def test_one_page_only(readings: dict[str, Reading], settings: Settings) -> None:
    reading = readings["nanan_jxw_2024_budget.md"].only(1)
    assert [page.number for page in reading.pages] == [1]
    with pytest.raises(NoSuchPageError, match="1 pages"):
        explain_document(settings, RAW / "nanan_jxw_2024_budget.md", page=2)


@pytest.mark.parametrize("with_cells", [False, True])
def test_print(readings: dict[str, Reading], with_cells: bool) -> None:
    target = io.StringIO()
    reading = readings["nanan_jxw_2024_budget.md"]
    print_reading(Console(file=target, width=180), reading, with_cells=with_cells)
    text = target.getvalue()
    assert "grid of 13 × 7 (text/pipe" in text
    assert "budget_general_public_expenditure_by_function, unit 万元, score 100" in text
    assert "No problems" in text
    assert ("46460000.00" in text) == with_cells
