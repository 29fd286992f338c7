"""A file that binds the documents of two bodies: no fact and no equation mixes them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.models.conftest import Built, Dbt

FILE = "0123456789abcdef"
PART = f"{FILE}-2"
ACCOUNT = f"{FILE}-3"
BY_FUNCTION, GENERAL = "budget_expenditure_by_function", (
    "budget_general_public_expenditure_by_function"
)  # fmt: skip
DOCUMENT = {
    "document_id": FILE, "file_path": "a.md", "sha256": "0" * 64, "bytes": 1, "format": "text",
    "text_origin": "markup", "document_kind": "budget", "department_name": "甲局",
    "region_code": "500108", "reporting_scope": "department", "fiscal_year": 2024,
    "page_count": 1, "status": "loaded",
}  # fmt: skip
SECOND = {
    "document_id": FILE, "part_id": PART, "document_kind": "budget", "department_name": "甲局",
    "region_code": "500108", "reporting_scope": "unit", "fiscal_year": 2024,
}  # fmt: skip
THIRD = {**SECOND, "part_id": ACCOUNT, "document_kind": "final_account", "department_name": "乙局"}


def lines(part: str | None, amount: str, phase: str = "initial_budget") -> Iterator[dict[str, Any]]:
    """Two forms that print one class and the total."""
    for form in (BY_FUNCTION, GENERAL):
        fund = "all" if form == BY_FUNCTION else "general_public_budget"
        for row, code in enumerate(("213", "all")):
            yield {
                "document_id": FILE, "part_id": part, "form_id": f"{form}/{part}",
                "line_id": f"{form}/{part}/{row}", "form": form, "panel": 0, "row_index": row,
                "parent_row_index": None if code == "all" else 1, "is_additive": True,
                "function_code": code, "economic_code": "all", "column_item": "total",
                "column_path": "合计", "row_kind": "total" if code == "all" else "leaf",
                "measure": "money", "fund": fund, "phase": phase,
                "flow": "expenditure", "spending_kind": "all", "state": "amount",
                "printed_text": amount, "printed_unit": "元", "number_text": amount,
                "decimals": 2, "page": 1, "row_number": row, "column_number": 3,
                "code_source": None if code == "all" else "printed",
            }  # fmt: skip


def forms(part: str | None) -> Iterator[dict[str, Any]]:
    for ordinal, form in enumerate((BY_FUNCTION, GENERAL)):
        yield {
            "document_id": FILE, "part_id": part, "form_id": f"{form}/{part}", "form": form,
            "ordinal": ordinal, "declared": False, "found": True, "is_empty": False,
            "blank_is_nil": True, "status": "recognised",
        }  # fmt: skip


@pytest.fixture(scope="module")
def built(dbt: Dbt) -> Built:
    done = dbt.build(
        {
            "documents": [DOCUMENT],
            "parts": [SECOND, THIRD],
            "forms": [*forms(None), *forms(PART), *forms(ACCOUNT)],
            "lines": [
                *lines(None, "300.00"), *lines(PART, "100.00"),
                *lines(ACCOUNT, "50.00", "final_account"),
            ],
        },
        "--exclude-resource-type", "unit_test",
    )  # fmt: skip
    assert done.status == 0, done.output
    return done


def test_every_amount_is_its_bodys(built: Built) -> None:
    assert built.rows(
        "select distinct document_id, reporting_scope, amount_yuan::int"
        " from marts.fct_budget_line order by all"
    ) == [(FILE, "department", 300), (FILE, "unit", 50), (FILE, "unit", 100)]
    assert built.rows("select document_id, reporting_scope from marts.dim_document") == [
        (FILE, "department")
    ]


def test_the_wide_table_names_the_kind_of_the_bodys_own_document(built: Built) -> None:
    assert built.rows(
        "select distinct document_kind, phase, amount_yuan::int from marts.obt_expenditure"
        " order by all"
    ) == [
        ("budget", "initial_budget", 100),
        ("budget", "initial_budget", 300),
        ("final_account", "final_account", 50),
    ]


def test_no_equation_mixes_two_bodies(built: Built) -> None:
    """Each body's two forms agree; of one document they would contradict each other."""
    checks = built.rows("select document_id, verdict from quality.balance_checks")
    assert len(checks) >= 4
    assert set(checks) == {(FILE, "holds")}


def test_the_additive_facts_and_reports_keep_the_bodies_apart(built: Built) -> None:
    for table in ("fct_expenditure_by_function", "rpt_expenditure_by_class"):
        assert built.rows(
            f"select reporting_scope, sum(amount_yuan)::int from marts.{table}"  # noqa: S608
            " where fund = 'all' and phase = 'initial_budget' group by all order by all"
        ) == [("department", 300), ("unit", 100)]
    assert built.rows(
        "select department_yuan::int, unit_yuan::int from marts.rpt_department_minus_units"
        " where fund = 'all'"
    ) == [(300, 100)]
