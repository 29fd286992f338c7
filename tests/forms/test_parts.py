"""Files that bind the documents of several bodies: whose each form is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.parts import recognise_file
from dagster_project.readers import text
from dagster_project.readers.document import Document

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
FILE = "0" * 16
BUREAU, STATION = "青溪县示例林业局", "青溪县示例林业技术推广站"


def cover(body: str, year: int = 2024, scope: str = "部门") -> str:
    return f"{body}{year}年{scope}预算\n\n目录\n\n一、部门支出总体情况表\n\n预算公开表\n"


def expenditure(body: str, amount: str, label: str = "部门") -> str:
    return f"""公开表3
部门支出总体情况表
{label}：{body}　　单位：元

|科目编码|科目名称|合计|基本支出|项目支出|
|---|---|---|---|---|
|213|农林水支出|{amount}|{amount}||
|2130201|行政运行|{amount}|{amount}||
||合计|{amount}|{amount}||
"""


def general_public(body: str, amount: str, label: str = "部门") -> str:
    return f"""公开表5
一般公共预算支出表
{label}：{body}　　单位：元

|科目编码|科目名称|合计|基本支出|项目支出|
|---|---|---|---|---|
|213|农林水支出|{amount}|{amount}||
||合计|{amount}|{amount}||
"""


def recognised(pages: Iterable[str], origin: str = "native", **manifest: str) -> Any:
    read = text.read("\n".join(pages).encode())
    document = Document(read.format, origin, read.page_count, read.blocks)
    return recognise_file(document, FILE, CATALOGUE, manifest)


def bodies(pages: Iterable[str], **manifest: str) -> dict[tuple[str | None, str, int | None], str]:
    """(body, scope, year) → the amounts of its lines, in printed order."""
    first, staging = recognised(pages, **manifest)
    own: dict[str | None, tuple[str | None, str, int | None]] = {
        None: (first.department_name, first.reporting_scope, first.fiscal_year)
    }
    for part in staging.tables.get("parts", []):
        own[part["part_id"]] = (
            part["department_name"], part["reporting_scope"], part["fiscal_year"],
        )  # fmt: skip
    found: dict[tuple[str | None, str, int | None], list[str]] = {key: [] for key in own.values()}
    for line in staging.tables["lines"]:
        if line["number_text"] and line["row_kind"] == "total" and line["column_item"] == "total":
            found[own[line.get("part_id")]].append(line["number_text"])
    return {key: " ".join(numbers) for key, numbers in found.items()}


def test_each_form_has_the_body_on_whose_cover_it_follows() -> None:
    pages = [cover(BUREAU), expenditure("", "300.00"), cover(STATION, 2023, "单位"),
             expenditure("", "100.00"), general_public("", "70.00")]  # fmt: skip
    assert bodies(pages) == {
        (BUREAU, "department", 2024): "300.00",
        (STATION, "unit", 2023): "100.00 70.00",
    }


def test_a_part_is_recognised_as_a_document_of_its_own() -> None:
    """Its contents, forms and keys are its own; the file's ids stay the file's."""
    pages = [cover(BUREAU), expenditure(BUREAU, "300.00"), cover(STATION, scope="单位"),
             expenditure(STATION, "300.00")]  # fmt: skip
    _, staging = recognised(pages)
    forms = [form for form in staging.tables["forms"] if form["found"]]
    assert [(form.get("part_id"), form["ordinal"], form["declared"]) for form in forms] == [
        (None, 1, True), (f"{FILE}-2", 2, True),
    ]  # fmt: skip
    lines = staging.tables["lines"]
    assert {line["document_id"] for line in lines} == {FILE}
    assert max(Counter(line["line_id"] for line in lines).values()) == 1
    blocks = [table["block"] for table in staging.tables["form_tables"]]
    assert len(set(blocks)) == 2


def test_bodies_that_only_the_lines_above_forms_name_may_alternate() -> None:
    other = "青溪县示例农业农村局"
    pages = ["青溪县2024年部门预算公开表汇编\n"]
    for form in (expenditure, general_public):
        pages += [form(BUREAU, "300.00"), form(other, "200.00")]
    assert bodies(pages) == {
        (BUREAU, "department", 2024): "300.00 300.00",
        (other, "department", 2024): "200.00 200.00",
    }


def test_the_departments_own_unit_is_another_scope_of_its_name() -> None:
    pages = [cover(BUREAU), expenditure(BUREAU, "300.00"), general_public(BUREAU, "300.00"),
             cover(f"{BUREAU}(本级)", scope="单位"), expenditure(BUREAU, "200.00"),
             general_public(BUREAU, "200.00")]  # fmt: skip
    assert bodies(pages) == {
        (BUREAU, "department", 2024): "300.00 300.00",
        (BUREAU, "unit", 2024): "200.00 200.00",
    }


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param(
            [cover(BUREAU), expenditure(BUREAU, "300.00"), general_public(STATION, "300.00")],
            id="a form with another name that no form repeats",
        ),
        pytest.param(
            [cover(BUREAU), expenditure(BUREAU, "300.00"), general_public(BUREAU, "300.00"),
             f"附件：{STATION}2024年单位预算\n"],
            id="a list of what is not in the file",
        ),
        pytest.param(
            [cover(BUREAU), f"附件1 {BUREAU}2024年部门预算\n\n附件2 {STATION}2024年单位预算\n",
             expenditure("", "300.00"), general_public("", "300.00")],
            id="a list above the forms",
        ),
        pytest.param(
            [cover(BUREAU), expenditure("示例林业局", "300.00", "单位"),
             expenditure("青溪县示例林业局", "300.00")],
            id="a name without its region",
        ),
        pytest.param(
            [cover(BUREAU), expenditure(BUREAU, "300.00"), cover(BUREAU, scope="单位"),
             general_public(BUREAU, "300.00")],
            id="a heading that says unit for department",
        ),
    ],
)  # fmt: skip
def test_one_body_stays_one(pages: list[str]) -> None:
    assert [name for name, *_ in bodies(pages)] == [BUREAU]


def test_a_name_that_recognition_damaged_is_no_other_body() -> None:
    damaged = "青溪县示例木业局"
    pages = [cover(BUREAU)]
    for body in (BUREAU, damaged):
        pages += [expenditure(body, "300.00"), general_public(body, "300.00")]
    _, staging = recognised(pages, "ocr")
    assert "parts" not in staging.tables
    _, staging = recognised(pages)
    assert [part["department_name"] for part in staging.tables["parts"]] == [damaged]


def test_the_publisher_of_the_manifest_is_the_body_that_it_names() -> None:
    pages = [cover(BUREAU), expenditure("", "300.00"), cover(STATION, scope="单位"),
             expenditure("", "100.00")]  # fmt: skip
    assert [name for name, *_ in bodies(pages, publisher=f"某省{BUREAU}")] == [
        f"某省{BUREAU}", STATION,
    ]  # fmt: skip
    assert [name for name, *_ in bodies(pages, publisher="青溪县财政局")] == [BUREAU, STATION]
