"""The dbt project on a small extraction: what becomes of amounts, equations and repairs."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Built, Dbt

DOCUMENT = {
    "document_id": "a" * 16, "file_path": "a.pdf", "sha256": "a" * 64, "bytes": 1,
    "format": "pdf", "text_origin": "ocr", "title": "甲局2024年度部门决算",
    "document_kind": "final_account", "department_name": "甲 局(本级)", "region_code": "500108",
    "reporting_scope": "department", "fiscal_year": 2024, "unit": "元", "page_count": 3,
    "status": "loaded",
}  # fmt: skip
QUARANTINED = {
    "document_id": "b" * 16, "file_path": "b.pdf", "sha256": "b" * 64, "bytes": 1,
    "format": "pdf", "text_origin": "native", "document_kind": "other",
    "status": "quarantined", "status_reason": "the file is encrypted",
}  # fmt: skip
BY_FUNCTION = "final_account_expenditure_by_function"
SUMMARY = "final_account_revenue_and_expenditure"
# A selected model is tested by what looks at no model outside the selection.
NO_UNIT_TESTS = (
    "--exclude-resource-type",
    "unit_test",
    "--indirect-selection",
    "cautious",
)
COLUMNS = ("total", "basic", "project")

# Rows of 支出决算表: code, parent row, then 合计, 基本支出, 项目支出.
EXPENDITURE = (
    ("all", None, "300.00", "100.00", "200.00"),
    ("208", 0, "120.00", "100.00", "20.00"),
    ("20805", 1, "100.00", "100.00", "0.00"),
    ("2080501", 2, "100.00", "100.00", "0.00"),
    ("20899", 1, "20.00", "0.00", "20.00"),
    ("2089999", 4, "20.00", "0.00", "20.00"),
    ("215", 0, "180.00", "0.00", "180.00"),
    ("2150517", 6, "180.00", "0.00", "180.00"),
)


def line(
    form: str, row: int, parent: int | None, column: str, number: str | None
) -> dict[str, Any]:
    return {
        "document_id": DOCUMENT["document_id"], "form_id": f"id_of_{form}",
        "line_id": f"{form}/{row}/{column}", "form": form, "form_number": "公开03表", "panel": 0,
        "row_index": row, "parent_row_index": parent, "is_additive": True,
        "label": f"row {row}", "function_code": "all", "economic_code": "all",
        "row_kind": "leaf", "column_path": column, "column_item": column, "measure": "money",
        "fund": "all", "phase": "final_account", "flow": "expenditure",
        "spending_kind": "all" if column in ("total", "amount") else column,
        "state": "amount" if number else "damaged", "printed_text": number or "1?0.00",
        "printed_unit": "元", "number_text": number, "decimals": 2 if number else None,
        "page": 1, "row_number": row,
        "column_number": COLUMNS.index(column) if column in COLUMNS else 0,
    }  # fmt: skip


def expenditure() -> Iterator[dict[str, Any]]:
    parents = {parent for _, parent, *_ in EXPENDITURE}
    for row, (code, parent, *numbers) in enumerate(EXPENDITURE):
        for column, number in zip(COLUMNS, numbers, strict=True):
            kind = "total" if parent is None else "subtotal" if row in parents else "leaf"
            yield line(BY_FUNCTION, row, parent, column, number) | {
                "function_code": code,
                "row_kind": kind,
                "code_source": "printed",
            }


def summary() -> Iterator[dict[str, Any]]:
    """The right side of 收入支出决算表: two classes, of which one is a damaged print."""
    panel = {"panel": 1, "form_number": "公开01表"}
    yield line(SUMMARY, 0, 2, "amount", None) | panel | {"function_code": "208"}
    yield line(SUMMARY, 1, 2, "amount", "180.00") | panel | {"function_code": "215"}
    yield (
        line(SUMMARY, 2, None, "amount", "300.00")
        | panel
        | {
            "row_item": "expenditure_current_total",
            "row_kind": "total",
        }
    )


def form(name: str, ordinal: int) -> dict[str, Any]:
    return {
        "document_id": DOCUMENT["document_id"], "form_id": f"id_of_{name}", "ordinal": ordinal,
        "form": name, "form_number": "公开03表", "declared": False, "found": True,
        "is_empty": False, "blank_is_nil": False, "status": "recognised",
    }  # fmt: skip


def extraction() -> dict[str, list[dict[str, Any]]]:
    return {
        "documents": [DOCUMENT, QUARANTINED],
        "forms": [form(SUMMARY, 0), form(BY_FUNCTION, 1)],
        "lines": [*expenditure(), *summary()],
        # A form that a recognition tool broke up into single lines: listed, but of no block.
        "unrecognised_tables": [{
            "document_id": DOCUMENT["document_id"], "page": 1, "block": None, "row_count": 7,
            "column_count": 1, "first_text": "支出决算表 | 合计", "reason": "broken up",
        }],
    }  # fmt: skip


@pytest.fixture(scope="module")
def built(dbt: Dbt) -> Built:
    """The small extraction, with the damaged cell repaired. Unit tests and macro tests run too."""
    repair = {"line_id": f"{SUMMARY}/0/amount", "printed_text": "1?0.00",
              "repaired_yuan": "120.00", "evidence": "two equations", "cost": 1.0}  # fmt: skip
    done = dbt.build(extraction() | {"repairs": [repair]})
    assert done.status == 0, done.output
    return done


def test_every_document_is_there_with_its_status(built: Built) -> None:
    assert built.rows("select file_path, status from marts.dim_document order by 1") == [
        ("a.pdf", "loaded"),
        ("b.pdf", "quarantined"),
    ]


def test_department_stands_in_its_region(built: Built) -> None:
    query = (
        "select department_name, region_name, city_name, province_name from marts.dim_department"
    )
    assert built.rows(query) == [("甲 局(本级)", "南岸区", "重庆市", "重庆市")]


def test_every_printed_amount_is_a_line(built: Built) -> None:
    assert built.rows("select count(*) from marts.fct_budget_line") == [(27,)]


def test_a_form_broken_up_into_lines_is_listed_and_is_no_table(built: Built) -> None:
    assert built.rows("select block, reason from quality.unrecognised_tables") == [
        (None, "broken up")
    ]
    assert built.rows("select * from quality.table_coverage") == []


def test_leaves_add_up_to_the_printed_total(built: Built) -> None:
    assert built.rows("""
        select spending_kind, count(*), sum(amount_yuan)
        from marts.fct_expenditure_by_function group by all order by all
    """) == [
        ("all", 3, Decimal("300.00")),
        ("basic", 3, Decimal("100.00")),
        ("project", 3, Decimal("200.00")),
    ]


def test_function_dimension_names_classes(built: Built) -> None:
    query = "select * from marts.dim_function where function_code = '2080501'"
    assert built.rows(query) == [
        ("2080501", "行政单位离退休", "item", "208", "社会保障和就业支出", "20805",
         "行政事业单位养老支出", "10", "Social protection", None, None, 2024, 2024),
    ]  # fmt: skip


def test_accounts_say_in_which_years_they_hold_and_were_printed(built: Built) -> None:
    """A code of the reviewed seed that no document prints has no years of documents."""
    assert built.rows("""
        select economic_code, valid_from, valid_to, first_fiscal_year, last_fiscal_year
        from marts.dim_economic where economic_code in ('304', '501') order by all
    """) == [("304", None, 2017, None, None), ("501", 2018, None, None, None)]


def test_equations_hold_as_printed_or_after_repair(built: Built) -> None:
    verdicts = dict(
        built.rows("select verdict, count(*) from quality.balance_checks group by verdict")
    )
    # The repaired cell is a term of its form's total and of the comparison with 支出决算表.
    assert verdicts.pop("holds_after_repair") == 2
    assert verdicts.pop("holds") >= 20
    assert verdicts == {}


def test_repaired_amount_keeps_its_print(built: Built) -> None:
    assert built.rows("""
        select amount_yuan, printed_text, is_repaired from marts.fct_budget_line
        where form_number = '公开01表' and function_code = '208'
    """) == [(Decimal("120.00"), "1?0.00", True)]


def test_money_is_decimal_and_every_column_is_described(built: Built) -> None:
    assert not built.rows("""
        select table_name, column_name from duckdb_columns()
        where schema_name in ('marts', 'quality') and column_name like '%_yuan'
            and data_type <> 'DECIMAL(18,2)'
    """)
    assert not built.rows("""
        select table_name, column_name from duckdb_columns()
        where schema_name in ('marts', 'quality') and comment is null
    """)


def test_schemas_are_named_as_the_contract_says(built: Built) -> None:
    assert {name for (name,) in built.rows("select distinct schema_name from duckdb_tables()")} == {
        "catalogue",
        "extracted",
        "intermediate",
        "marts",
        "quality",
        "staging",
    }


def test_empty_extraction_builds(dbt: Dbt) -> None:
    done = dbt.build({}, *NO_UNIT_TESTS)
    assert done.status == 0, done.output
    assert done.rows("select count(*) from marts.fct_budget_line") == [(0,)]
    assert done.rows("select function_name from marts.dim_function where function_code = 'all'")


def test_publishers_imbalance_warns_and_is_listed(dbt: Dbt) -> None:
    tables = extraction()
    (cell,) = (row for row in tables["lines"] if row["line_id"] == f"{BY_FUNCTION}/4/total")
    cell |= {"number_text": "19.99", "printed_text": "19.99"}
    done = dbt.build(tables, *NO_UNIT_TESTS, "--select", "+balance_checks")
    assert done.status == 0, done.output
    assert "WARN" in done.output
    assert {
        (identity, abs(difference))
        for identity, difference in done.rows(
            "select identity, difference_yuan from quality.balance_checks"
            " where verdict = 'violated'"
        )
    } == {
        ("function_hierarchy", Decimal("0.01")),
        ("expenditure_by_kind", Decimal("0.01")),
    }
    # An open equation is neither: the damaged cell is not repaired here.
    assert done.rows(
        "select count(*) from quality.balance_checks where verdict = 'not_computable'"
    ) == [(2,)]


def misread(number: int) -> dict[str, list[dict[str, Any]]]:
    """Documents in which a leaf is taken for a total: no equation says what the sum lacks."""
    tables: dict[str, list[dict[str, Any]]] = {"documents": [], "forms": [], "lines": []}
    for document in range(number):
        own = {"document_id": f"d{document}", "form_id": f"f{document}"}
        lines = [row | own | {"line_id": f"{document}/{row['line_id']}"} for row in expenditure()]
        for row in lines:
            if row["row_index"] == 5:
                row |= {"row_kind": "total", "function_code": None}
        tables["lines"] += lines
        tables["forms"].append(form(BY_FUNCTION, 0) | own)
        tables["documents"].append(
            DOCUMENT | {"document_id": f"d{document}", "file_path": f"{document}.pdf"}
        )
    return tables


def test_a_sum_that_does_not_reach_its_total_is_withheld(dbt: Dbt) -> None:
    """The facts go without it, every amount is kept, and the difference is told."""
    done = dbt.build(misread(1), *NO_UNIT_TESTS)
    assert done.status == 0, done.output
    withheld = done.rows(
        "select spending_kind, leaves_yuan, total_yuan, difference_yuan"
        " from quality.withheld_sums order by all"
    )
    assert withheld
    assert all(left - right == difference != 0 for _, left, right, difference in withheld)
    assert done.rows(
        "select count(*) from marts.fct_expenditure_by_function"
        " semi join quality.withheld_sums using (document_id, phase, fund, spending_kind)"
    ) == [(0,)]
    assert done.rows("select count(*) from marts.fct_budget_line where amount_yuan is null") == [
        (0,)
    ]
    assert done.rows("select count(*) from marts.fct_budget_line") == done.rows(
        "select count(*) from extracted.lines where state in ('amount', 'damaged')"
    )


def test_sums_withheld_of_most_documents_block(dbt: Dbt) -> None:
    done = dbt.build(misread(3), *NO_UNIT_TESTS, "--select", "+assert_few_sums_are_withheld")
    assert done.status == 1
    assert "assert_few_sums_are_withheld" in done.output


def test_a_lost_fact_blocks(dbt: Dbt) -> None:
    test = "assert_leaves_reach_printed_total"
    done = dbt.build(extraction(), *NO_UNIT_TESTS, "--select", f"+{test}")
    assert dbt.test("select 1", "--select", test).status == 0, done.output
    lost = "select min(line_id) from marts.fct_expenditure_by_function where amount_yuan <> 0"
    done = dbt.test(
        f"delete from marts.fct_expenditure_by_function where line_id = ({lost})", "--select", test
    )
    assert done.status == 1
    assert test in done.output
