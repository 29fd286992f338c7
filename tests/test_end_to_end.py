"""One whole run over raw/, from the files to the published warehouse, and what it must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pypdfium2
import pytest

from dagster_project.readers.glyphs import normalise
from dagster_project.settings import Settings

ROOT = Path(__file__).resolve().parent.parent

# The public schema: outside programs query these names.
COLUMNS = {
    "marts.dim_document": "document_id file_path sha256 format text_origin title document_kind "
    "department_id reporting_scope fiscal_year unit page_count status status_reason source_url",
    "marts.dim_department": "department_id department_name region_code region_name province_name "
    "city_name county_name",
    "marts.dim_fiscal_year": "fiscal_year",
    "marts.dim_function": "function_code function_name level class_code class_name group_code "
    "group_name",
    "marts.dim_economic": "economic_code economic_name scheme level class_code class_name",
    "marts.dim_fund": "fund fund_name",
    "marts.dim_form": "form form_name document_kind",
    "marts.fct_budget_line": "line_id document_id form form_number department_id reporting_scope "
    "fiscal_year phase flow fund spending_kind function_code economic_code label column_path "
    "row_kind amount_yuan printed_text printed_unit is_repaired page row_number column_number "
    "x0 y0 x1 y1",
    "quality.balance_checks": "equation_id identity description document_id form left_yuan "
    "right_yuan difference_yuan tolerance_yuan verdict",
    "quality.balance_terms": "equation_id side sign line_id amount_yuan",
    "quality.repairs": "line_id printed_text printed_yuan repaired_yuan evidence cost",
    "quality.form_coverage": "document_id form_number title declared found is_empty cells status",
}
TABLES = [
    "marts.fct_expenditure_by_function",
    "marts.fct_expenditure_by_economic",
    "marts.fct_expenditure_by_function_and_economic",
    "marts.fct_revenue",
    "marts.fct_project",
    "marts.fct_performance_indicator",
    "marts.fct_three_public",
    "marts.fct_asset",
    "marts.fct_policy_basis",
    "marts.fct_narrative_amount",
    "marts.obt_expenditure",
    "quality.review_queue",
    "quality.unrecognised_tables",
    "quality.unmapped_labels",
    "quality.reading_findings",
    "quality.run_history",
]


@pytest.fixture(scope="module")
def warehouse(raw_build: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(raw_build.warehouse), read_only=True) as connection:
        yield connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()


@pytest.mark.parametrize("table", COLUMNS)
def test_the_public_tables_have_their_columns(
    warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    found = [name for name, *_ in warehouse.execute(f"select * from {table} limit 0").description]
    assert [name for name in found if name in COLUMNS[table].split()] == COLUMNS[table].split()


@pytest.mark.parametrize("table", TABLES)
def test_the_other_public_tables_are_there(
    warehouse: duckdb.DuckDBPyConnection, table: str
) -> None:
    assert warehouse.execute(f"select count(*) from {table}").fetchone() is not None


def test_money_is_decimal_and_nowhere_a_float(warehouse: duckdb.DuckDBPyConnection) -> None:
    types = rows(
        warehouse,
        "select distinct data_type from duckdb_columns()"
        " where column_name like '%_yuan' and schema_name in ('marts', 'quality')",
    )
    assert types == [("DECIMAL(18,2)",)]


def test_every_document_has_a_status(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse, "select file_path, status from marts.dim_document order by file_path"
    ) == [
        ("chuxiong_gxj_2024_projects.txt", "loaded"),
        ("kunming_notice_2024.txt", "no_fiscal_tables"),
        ("nanan_jxw_2024_budget.md", "loaded"),
        ("qujing_gxj_2024_final_account.pdf", "loaded"),
        ("xianning_jxj_2023_budget.html", "loaded"),
    ]


def test_forms_are_found_and_the_absent_ones_named(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(
        warehouse,
        """
        select file_path, count(*) filter (where found), count(*) filter (where declared)
        from quality.form_coverage join marts.dim_document using (document_id)
        group by all order by all
        """,
    ) == [
        ("chuxiong_gxj_2024_projects.txt", 3, 0),
        ("nanan_jxw_2024_budget.md", 17, 0),
        ("qujing_gxj_2024_final_account.pdf", 26, 26),
        ("xianning_jxj_2023_budget.html", 8, 8),
    ]
    assert rows(
        warehouse,
        "select form_number, status from quality.form_coverage where not found order by all",
    ) == [("表2", "declared_absent"), ("表3", "declared_absent")]


def test_expenditure_by_function_adds_up_to_the_print(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    sums = dict(
        rows(
            warehouse,
            """
            select file_path || ' ' || fund || ' ' || spending_kind, sum(amount_yuan)
            from marts.fct_expenditure_by_function join marts.dim_document using (document_id)
            group by all
            """,
        )
    )
    final = "qujing_gxj_2024_final_account.pdf"
    assert sums[f"{final} all all"] == Decimal("103283376.20")
    assert sums[f"{final} all basic"] == Decimal("33635767.02")
    assert sums[f"{final} all project"] == Decimal("69647609.18")
    assert sums[f"{final} general_public_budget all"] == Decimal("103266640.20")
    html = "xianning_jxj_2023_budget.html"
    assert sums[f"{html} general_public_budget all"] == Decimal("38145200.00")
    # Printed in 万元: 5,615.72 in all, its accounts 5,615.73.
    rounding = sums["nanan_jxw_2024_budget.md all all"] - Decimal("56157200.00")
    assert rounding == Decimal("100.00")


def test_expenditure_by_economic_code_adds_up_to_the_print(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        warehouse,
        """
        select spending_kind, sum(amount_yuan)
        from marts.fct_expenditure_by_economic join marts.dim_document using (document_id)
        where file_path like 'qujing%' group by all order by all
        """,
    ) == [("basic", Decimal("33635767.02")), ("project", Decimal("69630873.18"))]


def test_only_the_publishers_own_inconsistencies_are_violated(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert rows(
        warehouse,
        "select distinct form, abs(difference_yuan) from quality.balance_checks"
        " where verdict = 'violated' order by all",
    ) == [
        ("budget_expenditure_by_function", Decimal("350000.00")),
        ("final_account_department_performance", Decimal("8892.00")),
    ]
    assert rows(warehouse, "select count(*) from marts.rpt_findings") == [(2,)]
    verdicts = dict(
        rows(warehouse, "select verdict, count(*) from quality.balance_checks group by all")
    )
    assert sum(verdicts.values()) > 1000
    assert "not_computable" not in verdicts


def test_the_box_of_an_amount_holds_its_printed_text(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    facts = rows(
        warehouse,
        """
        select page, x0, y0, x1, y1, printed_text
        from marts.fct_budget_line join marts.dim_document using (document_id)
        where format = 'pdf' and x0 is not null
        order by hash(line_id) limit 200
        """,
    )
    assert len(facts) == 200
    with pypdfium2.PdfDocument(ROOT / "raw" / "qujing_gxj_2024_final_account.pdf") as document:
        for page_number, x0, y0, x1, y1, printed in facts:
            page = document[page_number - 1]
            height = page.get_height()
            text = page.get_textpage().get_text_bounded(x0, height - y1, x1, height - y0)
            assert re.sub(r"\s", "", normalise(text)) == re.sub(r"\s", "", printed)


def test_the_run_is_recorded(warehouse: duckdb.DuckDBPyConnection) -> None:
    assert rows(warehouse, "select documents, documents_read from quality.run_history") == [(5, 5)]


def test_the_query_of_the_readme_gives_its_result(warehouse: duckdb.DuckDBPyConnection) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    match = re.search(r"```sql\n(.*?)```\s*```\n(.*?)```", readme, re.DOTALL)
    assert match
    shown = re.findall(r"│ (\S+)\s+│\s+([\d.]+) │", match[2])
    assert [(name, str(amount)) for name, amount in rows(warehouse, match[1])] == shown
