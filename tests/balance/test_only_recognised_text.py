"""One misprint in every format: repaired where recognition may have made it, and only there."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import duckdb
import pytest

from benchmarks import damage
from dagster_project.run import run_warehouse
from dagster_project.settings import Settings
from tests.corpus import documents as corpus
from tests.corpus.model import Document, Form
from tests.corpus.render_docx import render_docx
from tests.corpus.render_html import render_html
from tests.corpus.render_markdown import render_markdown
from tests.corpus.render_pdf import render_pdf
from tests.corpus.render_xlsx import render_xlsx

NAME = "xianning_jxj_2023_budget"
RIGHT, MISPRINTED = "52.79", "32.79"  # 行政单位离退休, 万元; 5 and 3 look alike
RENDERERS: dict[str, Callable[[Document], bytes]] = {
    "misprint.pdf": render_pdf, "misprint.html": render_html, "misprint.md": render_markdown,
    "misprint.xlsx": render_xlsx, "misprint.docx": render_docx,
}  # fmt: skip
SCANNED = "scanned.md"


def misprinted() -> Document:
    """The document's forms of amounts, with another digit in one of them."""
    document = corpus.load(NAME)
    blocks = [block for block in document.blocks if not isinstance(block, Form) or block.number]
    for at, block in enumerate(blocks):
        if isinstance(block, Form) and block.number == "表5":
            texts = [cell.text for cell in block.cells]
            cells = list(block.cells)
            place = texts.index(RIGHT)
            cells[place] = replace(cells[place], text=MISPRINTED)
            blocks[at] = replace(block, cells=tuple(cells))
    return replace(document, blocks=tuple(blocks))


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("only_recognised_text")
    raw = folder / "raw"
    raw.mkdir()
    document = misprinted()
    for name, render in RENDERERS.items():
        (raw / name).write_bytes(render(document))
    scan = damage.printed(raw / "misprint.md")
    for at, column in scan.figures():
        scan.row(at)[column] = damage.torn(scan.row(at)[column])
    damage.write(scan, raw / SCANNED)
    with (raw / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(
            [("file", "publisher"), *((name, f"{name}局") for name in [*RENDERERS, SCANNED])]
        )
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(raw),
            "BUDGET_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "BUDGET_CACHE": str(folder / "cache"),
        }
    )
    assert run_warehouse(settings)
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        yield connection


def test_only_recognised_text_is_repaired(warehouse: duckdb.DuckDBPyConnection) -> None:
    repairs = warehouse.execute(
        """
        select documents.file_path, repairs.printed_text, repairs.repaired_yuan
        from quality.repairs as repairs
        inner join marts.fct_budget_line as lines on repairs.line_id = lines.line_id
        inner join marts.dim_document as documents on lines.document_id = documents.document_id
        """
    ).fetchall()
    assert repairs == [(SCANNED, damage.torn(MISPRINTED), Decimal("527900.00"))]


def test_a_misprint_elsewhere_is_a_finding(warehouse: duckdb.DuckDBPyConnection) -> None:
    violated = warehouse.execute(
        """
        select documents.file_path, count(*)
        from quality.balance_checks as checks
        inner join marts.dim_document as documents on checks.document_id = documents.document_id
        where checks.verdict = 'violated'
        group by documents.file_path
        """
    ).fetchall()
    assert {name for name, _ in violated} == set(RENDERERS)
