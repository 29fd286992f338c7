"""The same figures give the same facts, whatever format they were typeset in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dagster_project import readers
from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import delimited, docx, html, ofd, spreadsheet, text
from dagster_project.readers.document import Document
from tests.corpus.documents import load

for name in ("xlsxwriter", "xlwt", "docx"):
    pytest.importorskip(name, reason="writes one of the formats")

from tests.corpus.render_csv import render_csv  # noqa: E402
from tests.corpus.render_docx import render_docx  # noqa: E402
from tests.corpus.render_html import render_html  # noqa: E402
from tests.corpus.render_markdown import render_markdown  # noqa: E402
from tests.corpus.render_ofd import render_ofd  # noqa: E402
from tests.corpus.render_xls import render_xls  # noqa: E402
from tests.corpus.render_xlsx import render_xlsx  # noqa: E402

ROOT = Path(__file__).parents[2]
RAW = ("xianning_jxj_2023_budget.html", "nanan_jxw_2024_budget.md",
       "qujing_gxj_2024_final_account.pdf")  # fmt: skip
FORMATS: dict[str, Callable[[Any], Document]] = {
    "xlsx": lambda form: spreadsheet.read_xlsx(render_xlsx(form)),
    "xlsx, one sheet": lambda form: spreadsheet.read_xlsx(render_xlsx(form, stacked=True)),
    "xls": lambda form: spreadsheet.read_xls(render_xls(form)),
    "xls, one sheet": lambda form: spreadsheet.read_xls(render_xls(form, stacked=True)),
    "docx": lambda form: docx.read(render_docx(form)),
    "ofd": lambda form: ofd.read(render_ofd(form)),
    "ofd, filled rules": lambda form: ofd.read(render_ofd(form, filled_rules=True)),
    "html": lambda form: html.read(render_html(form)),
    "markdown": lambda form: text.read(render_markdown(form)),
    "markdown, merged cells repeated": lambda form: text.read(render_markdown(form, repeated=True)),
    "csv": lambda form: delimited.read(render_csv(form)),
    "tsv in GB 18030": lambda form: delimited.read(
        render_csv(form, delimiter="\t", encoding="gb18030")
    ),
}


@cache
def seeds() -> catalogue.Catalogue:
    return catalogue.load(ROOT / "dbt" / "seeds")


def facts(document: Document) -> tuple[Counter[Any], Counter[Any], list[tuple[Any, ...]]]:
    """Amounts of forms by form, code and column, amounts of projects, and the forms themselves."""
    tables = recognise(document, "0" * 16, seeds(), {})[1].tables
    lines = Counter(
        (x["form"], x["function_code"], x["economic_code"], x["column_item"],
         Decimal(x["number_text"]), x["decimals"])
        for x in tables["lines"]
        if x["number_text"] is not None
    )  # fmt: skip
    projects = Counter(
        (x["project_name"], x["amount_role"], x["label"], x["state"], x["number_text"])
        for x in tables.get("projects", [])
    )
    forms = [(x["form"], x["form_number"], x["unit"], x["status"]) for x in tables["forms"]]
    return lines, projects, forms


@cache
def published(name: str) -> tuple[Counter[Any], Counter[Any], list[tuple[Any, ...]]]:
    return facts(readers.read(ROOT / "raw" / name))


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("name", RAW)
def test_same_facts(name: str, format_name: str) -> None:
    lines, projects, forms = published(name)
    assert sum(lines.values()) > 100
    found = facts(FORMATS[format_name](load(Path(name).stem)))
    assert found[2] == forms
    assert found[0] - lines == Counter()
    assert lines - found[0] == Counter()
    assert found[1] == projects
