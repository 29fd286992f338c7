"""Identities between documents, between prose and forms, and exactness, on a small extraction.

A department and its two units publish budgets of 2024, the department also that of 2023. Its prose
names amounts, changes, sums, shares and a growth rate; one of each kind is wrong. A department that
is one unit says of itself what the unit says, but for one figure. Another publishes the accounts of
two years and the budget of the later one: what these print of each other is right in one row and
wrong in another.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from .conftest import Built, Dbt

FORM = "budget_expenditure_by_function"
COLUMNS = {"total": "all", "basic": "basic", "project": "project"}
HUGE = Decimal("99999999999999.99")

# Document: name, scope, year, and 合计, 基本支出, 项目支出 of 208 and of 215.
BUDGETS = {
    "d" * 16: ("甲局", "department", 2024, ("300.07", "200.00", "100.07")),
    "e" * 16: ("甲局", "unit", 2024, ("200.00", "150.00", "50.00")),
    "f" * 16: ("甲局信息中心", "unit", 2024, ("100.07", "50.00", "50.07")),
    "c" * 16: ("甲局", "department", 2023, ("250.00", "180.00", "70.00")),
    "b" * 16: ("丙局", "department", 2024, ("90.00", "60.00", "30.00")),
    "a" * 16: ("丙局", "unit", 2024, ("90.00", "60.00", "30.00")),
}
DEPARTMENT = "d" * 16
SENTENCES = (
    # measure, item, text, number, unit, direction, sentence
    ("amount", "支出预算", "300.07元", "300.07", "元", None, "a"),
    ("change", "支出预算", "50.07元", "50.07", "元", "increase", "a"),
    ("rate", "支出预算", "20.03%", "20.03", "%", "increase", "a"),
    ("amount", "基本支出", "200.00元", "200.00", "元", None, "b"),
    ("share", "基本支出", "66.65%", "66.65", "%", None, "b"),
    ("amount", "项目支出", "100.00元", "100.00", "元", None, "c"),
    ("share", "项目支出", "43.35%", "43.35", "%", None, "c"),
    ("amount", "接待外宾的支出", "7.00元", "7.00", "元", None, "d"),
    # All there is, and not said so.
    ("amount", "支出预算", "300.07元", "300.07", "元", None, "f"),
    ("amount", "一般公共预算支出", "300.07元", "300.07", "元", None, "f"),
    ("share", "一般公共预算支出", "90.00%", "90.00", "%", None, "f"),
)


PARTS = (
    # row, measure, item, year, text, number, unit, direction, sentence
    (2, "amount", "支出预算", 2023, "250.00元", "250.00", "元", None, "e"),
    (2, "amount", "支出预算", 2024, "300.07元", "300.07", "元", None, "e"),
    (2, "rate", "支出预算", 2024, "20.03%", "20.03", "%", "increase", "e"),
    (3, "amount", "基本支出", 2024, "200.00元", "200.00", "元", None, "基本支出200.00元,其中:"),
    (4, "amount", "人员经费", 2024, "150.00元", "150.00", "元", None, "人员经费150.00元"),
    (5, "amount", "公用经费", 2024, "49.00元", "49.00", "元", None, "公用经费49.00元"),
    (6, "amount", "办案经费", 2023, "5.00元", "5.00", "元", None, "5.00元7.00元"),
    (6, "amount", "办案经费", 2024, "7.00元", "7.00", "元", None, "5.00元7.00元"),
    (6, "change", "办案经费", 2024, "2.00元", "2.00", "元", "increase", "5.00元7.00元"),
    (7, "amount", "办案经费", 2023, "9.00元", "9.00", "元", None, "9.00元8.00元持平"),
    (7, "amount", "办案经费", 2024, "8.00元", "8.00", "元", None, "9.00元8.00元持平"),
    (7, "change", "办案经费", 2024, "持平", "0", "元", "unchanged", "9.00元8.00元持平"),
    (8, "amount", "项目支出", 2024, "100.07元", "100.07", "元", None, "项目支出100.07元"),
    (9, "change", "“三公”经费", 2024, "25.00元", "25.00", "元", "increase", "“三公”经费"),
    (9, "change", "因公出国(境)费", 2024, "持平", "0", "元", "unchanged", "出国"),
    (9, "change", "公务用车购置及运行费", 2024, "30.00元", "30.00", "元", "increase", "用车"),
    (9, "change", "公务接待费", 2024, "4.00元", "4.00", "元", "decrease", "接待"),
)
# What 其中 divides stands in the sentence before; a figure of which nothing is said is nobody's.
DIVIDED = (
    # measure, item, text, number, unit, share_of, sentence
    ("amount", "办案支出合计", "10.00元", "10.00", "元", None, "办案支出合计10.00元。"),
    ("amount", "甲类办案支出", "4.00元", "4.00", "元", None, "其中:4.00元,占40.00%;"),
    ("share", "甲类办案支出", "40.00%", "40.00", "%", "办案支出合计", "其中:4.00元,占40.00%;"),
    ("amount", "乙类办案支出", "6.00元", "6.00", "元", None, "6.00元,占61.00%。"),
    ("share", "乙类办案支出", "61.00%", "61.00", "%", "办案支出合计", "6.00元,占61.00%。"),
    ("amount", None, "1.00元", "1.00", "元", None, "1.00元,占99.00%。"),
    ("share", None, "99.00%", "99.00", "%", None, "1.00元,占99.00%。"),
)
WORDS = {
    # item: fund, kind of expenditure, row that it names
    "全口径安排“三公”经费支出预算": (None, None, "three_public_total"),
    "公车购置及运行维护费": (None, None, "three_public_vehicle"),
    "国内公务接待支出": (None, None, "three_public_reception_domestic"),
    "外事接待费支出": (None, None, "three_public_reception_foreign_affairs"),
    "年初结转": (None, None, "opening_balance"),
    "年末结转": (None, None, "closing_balance"),
    "使用非财政拨款结余": ("use_of_surplus", None, None),
    "经营支出": (None, "operating", None),
    "上缴上级支出": (None, "transfer_up", None),
    "对附属单位补助支出": (None, "subsidy_down", None),
}
LIST = "项目总预算9.00元,其中甲项4.00元,乙项6.00元,合计9.00元"
LISTED = (("项目总预算", "9.00"), ("甲项", "4.00"), ("乙项", "6.00"), ("项目总预算", "9.00"))
# A department that is one unit: what both say of each item.
ONLY_UNIT = {"b" * 16: ("3.00", "7.00"), "a" * 16: ("3.00", "7.10")}


ACCOUNT = "final_account_expenditure_by_function"
STOCKS = "final_account_general_public_revenue_and_expenditure_by_function"
# Document: kind, year, and of each form its columns (item, phase, flow, words) with the amounts of
# 合计, of 208 and of 215. The account of 2024 prints 20元 more than the budget for 208, and opens
# with 3元 less of 215 than the account of 2023 closed with.
YEARS = {
    "9" * 16: ("budget", 2024, {FORM: {
        ("total", "initial_budget", "expenditure", "合计"): ("1235500.00", "1234900.00", "600.00"),
    }}),
    "8" * 16: ("final_account", 2024, {
        ACCOUNT: {
            ("initial_budget", "initial_budget", "expenditure", "年初预算数"):
                ("1235500.00", "1234920.00", "600.00"),
            ("final_account", "final_account", "expenditure", "决算数"):
                ("1400.00", "850.00", "550.00"),
        },
        STOCKS: {
            ("opening_total", "final_account", "opening_balance", "年初结转和结余/合计"):
                ("70.00", "40.00", "27.00"),
        },
    }),
    "7" * 16: ("final_account", 2023, {STOCKS: {
        ("closing_total", "final_account", "closing_balance", "年末结转和结余/合计"):
            ("70.00", "40.00", "30.00"),
    }}),
}  # fmt: skip


def _document(identifier: str) -> dict[str, Any]:
    if identifier in YEARS:
        kind, year, _ = YEARS[identifier]
        return _file(identifier, "乙局", "department", year) | {"document_kind": kind}
    name, scope, year, _ = BUDGETS[identifier]
    return _file(identifier, name, scope, year)


def _file(identifier: str, name: str, scope: str, year: int) -> dict[str, Any]:
    return {
        "document_id": identifier, "file_path": f"{identifier}.pdf", "sha256": identifier * 4,
        "bytes": 1, "format": "pdf", "text_origin": "native", "title": name,
        "document_kind": "budget", "department_name": name, "region_code": "500108",
        "reporting_scope": scope, "fiscal_year": year, "unit": "元", "page_count": 1,
        "status": "loaded",
    }  # fmt: skip


def _lines(identifier: str, form: str, amounts: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for row, (code, kind) in enumerate((("all", "total"), ("208", "leaf"))):
        for (column, spending), number in zip(COLUMNS.items(), amounts, strict=True):
            yield {
                "document_id": identifier, "form_id": f"{identifier}/{form}",
                "line_id": f"{identifier}/{form}/{row}/{column}", "form": form, "panel": 0,
                "row_index": row, "parent_row_index": 0 if row else None, "is_additive": True,
                "row_item": None if row else "sum_total", "label": f"row {row}",
                "function_code": code, "economic_code": "all", "row_kind": kind,
                "column_path": column, "column_item": column, "measure": "money", "fund": "all",
                "phase": "initial_budget", "flow": "expenditure", "spending_kind": spending,
                "state": "amount", "printed_text": number, "printed_unit": "元",
                "number_text": number, "decimals": 2, "page": 1, "row_number": row,
            }  # fmt: skip


def _lines_of_years() -> Iterator[dict[str, Any]]:
    for identifier, (_, _, forms) in YEARS.items():
        for form, columns in forms.items():
            for (item, phase, flow, words), numbers in columns.items():
                for row, (code, number) in enumerate(
                    zip(("all", "208", "215"), numbers, strict=True)
                ):
                    yield {
                        "document_id": identifier, "form_id": f"{identifier}/{form}",
                        "line_id": f"{identifier}/{form}/{row}/{item}", "form": form, "panel": 0,
                        "row_index": row, "parent_row_index": None, "is_additive": True,
                        "row_item": None if row else "sum_total", "label": f"row {row}",
                        "function_code": code, "economic_code": "all",
                        "row_kind": "leaf" if row else "total", "column_path": words,
                        "column_item": item, "measure": "money", "fund": "all", "phase": phase,
                        "flow": flow, "spending_kind": "all", "state": "amount",
                        "printed_text": number, "printed_unit": "元", "number_text": number,
                        "decimals": 2, "page": 1, "row_number": row,
                    }  # fmt: skip


def _tables() -> dict[str, list[dict[str, Any]]]:
    lines = [
        line
        for identifier, (*_, amounts) in BUDGETS.items()
        for form in (FORM, "budget_general_public_expenditure_by_function")
        for line in _lines(identifier, form, amounts)
    ]
    lines += [
        line | {"line_id": "huge", "form": "budget_procurement", "form_id": "huge",
                "number_text": str(HUGE), "document_id": "c" * 16}
        for line in list(_lines("c" * 16, FORM, ("1.00", "1.00", "1.00")))[:1]
    ]  # fmt: skip
    lines += _lines_of_years()
    prose = [
        {"document_id": DEPARTMENT, "page": 2, "row_number": 1, "sentence": sentence,
         "item": item, "fiscal_year": 2024, "phase": "initial_budget", "measure": measure,
         "direction": direction, "compared_with": "prior_year" if direction else None,
         "amount_text": text, "unit": unit, "number_text": number}
        for measure, item, text, number, unit, direction, sentence in SENTENCES
    ] + [
        {"document_id": DEPARTMENT, "page": 2, "row_number": row, "sentence": sentence,
         "item": item, "fiscal_year": year, "phase": "initial_budget", "measure": measure,
         "direction": direction, "compared_with": "prior_year" if direction else None,
         "amount_text": text, "unit": unit, "number_text": number}
        for row, measure, item, year, text, number, unit, direction, sentence in (
            *PARTS,
            *((10, "amount", item, 2024, f"{number}元", number, "元", None, LIST)
              for item, number in LISTED),
        )
    ] + [
        {"document_id": DEPARTMENT, "page": 2, "row_number": 11, "sentence": sentence,
         "item": item, "fiscal_year": 2024, "phase": "initial_budget", "measure": measure,
         "share_of": whole, "amount_text": text, "unit": unit, "number_text": number}
        for measure, item, text, number, unit, whole, sentence in DIVIDED
    ] + [
        {"document_id": DEPARTMENT, "page": 3, "row_number": 1, "sentence": item, "item": item,
         "fiscal_year": 2024, "phase": "initial_budget", "measure": "threshold",
         "amount_text": "1.00元", "unit": "元", "number_text": "1.00"}
        for item in WORDS
    ] + [
        {"document_id": identifier, "page": 2, "row_number": 1, "sentence": item,
         "item": item, "fiscal_year": 2024, "phase": "initial_budget", "measure": "amount",
         "amount_text": f"{number}元", "unit": "元", "number_text": number}
        for identifier, numbers in ONLY_UNIT.items()
        for item, number in zip(("编报绩效目标的项目", "采购项目"), numbers, strict=True)
    ]  # fmt: skip
    cells = [
        {"document_id": DEPARTMENT, "block": 1, "kind": "paragraph", "page": 1, "row_number": 1,
         "column_number": 0, "text": "甲局部门预算单位构成：本级、甲局信息中心"}
    ]  # fmt: skip
    return {
        "documents": [_document(identifier) for identifier in (*BUDGETS, *YEARS)],
        "lines": lines,
        "narrative_amounts": prose,
        "table_cells": cells,
    }


@pytest.fixture(scope="module")
def built(dbt: Dbt) -> Built:
    done = dbt.build(
        _tables(), "--exclude-resource-type", "unit_test", "test", "--select", "+rpt_findings",
        "+fct_budget_line", "+rounding_notes", "+printed_terms",
    )  # fmt: skip
    assert done.status == 0, done.output
    return done


def _verdicts(built: Built, identity: str) -> dict[str, int]:
    found = built.rows(
        f"select verdict, count(*) from quality.balance_checks where identity = '{identity}'"
        " group by all"
    )
    return dict(found)


def _sides(built: Built, identity: str) -> list[tuple[Decimal, Decimal]]:
    """The two sides of what is violated."""
    return built.rows(
        "select left_yuan, right_yuan from quality.balance_checks"
        f" where identity = '{identity}' and verdict = 'violated' order by all"
    )


def test_a_department_is_its_units_where_their_totals_add_up(built: Built) -> None:
    assert _verdicts(built, "department_and_units") == {"holds": 25, "violated": 1}
    # What the prose of a department says, its only unit says, too.
    assert _sides(built, "department_and_units") == [(Decimal("7.00"), Decimal("7.10"))]


def test_an_account_prints_the_budget_as_it_was_published(built: Built) -> None:
    assert _verdicts(built, "budget_in_account") == {"holds": 2, "violated": 1}
    assert _sides(built, "budget_in_account") == [(Decimal("1234920.00"), Decimal("1234900.00"))]


def test_a_year_opens_with_what_the_year_before_closed_with(built: Built) -> None:
    assert _verdicts(built, "opening_and_closing") == {"holds": 2, "violated": 1}
    assert _sides(built, "opening_and_closing") == [(Decimal("27.00"), Decimal("30.00"))]


def test_a_finding_is_a_sentence_and_an_equation_with_its_terms(built: Built) -> None:
    [(zh, en, terms)] = built.rows(
        "select sentence_zh, sentence_en, (select count(*) from quality.balance_terms as terms"
        " where terms.equation_id = findings.equation_id)"
        " from marts.rpt_findings as findings where identity = 'budget_in_account'"
    )
    assert "左边 1,234,920.00 元，右边 1,234,900.00 元，相差 20.00 元。" in zh
    assert "is 1,234,920.00 yuan, the right side 1,234,900.00, a difference of 20.00." in en
    assert terms == 2


def test_prose_is_held_against_the_forms(built: Built) -> None:
    assert _verdicts(built, "prose_amount") == {"holds": 7, "violated": 1}
    assert _sides(built, "prose_amount") == [(Decimal("100.00"), Decimal("100.07"))]


def test_a_change_is_held_against_the_year_before(built: Built) -> None:
    assert _verdicts(built, "prose_change") == {"holds": 2, "violated": 1}
    # Both years of a sentence: 9元, 8元, 持平.
    assert _sides(built, "prose_change") == [(Decimal("8.00"), Decimal("9.00"))]


def test_what_prose_lists_adds_up(built: Built) -> None:
    """A sentence says the whole twice; the changes of the three public expenses are one sum."""
    assert _sides(built, "prose_listed_sum") == [(Decimal("9.00"), Decimal("10.00"))] * 2
    assert _sides(built, "prose_change_by_expense") == [(Decimal("25.00"), Decimal("26.00"))]


def test_what_prose_names_twice_is_alike(built: Built) -> None:
    assert _verdicts(built, "prose_named_twice") == {"holds": 3, "violated": 1}
    assert _sides(built, "prose_named_twice") == [(Decimal("100.07"), Decimal("100.00"))]


def test_shares_and_growth_follow_from_the_amounts(built: Built) -> None:
    assert set(
        built.rows("select identity, stated, verdict from quality.statement_checks")
    ) == {
        ("prose_growth_rate", "20.03%", "holds"),
        ("prose_growth_between", "20.03%", "holds"),
        ("prose_share", "66.65%", "holds"),
        ("prose_share", "43.35%", "violated"),
        ("prose_share", "40.00%", "holds"),
        ("prose_share", "61.00%", "violated"),
        ("prose_share", "90.00%", "violated"),
    }  # fmt: skip


def test_items_are_understood_word_by_word(built: Built) -> None:
    found = built.rows(
        "select item, fund, spending_kind, named_item from intermediate.int_narrative_items"
        " where page = 3"
    )
    assert {item: tuple(meaning) for item, *meaning in found} == WORDS


def test_every_cause_is_a_finding(built: Built) -> None:
    assert set(built.rows("select identity, difference_yuan from marts.rpt_findings")) == {
        ("prose_amount", Decimal("-0.07")),
        ("prose_basic_by_part", Decimal("1.00")),
        ("prose_change", Decimal("-1.00")),
        ("prose_change_by_expense", Decimal("-1.00")),
        ("prose_listed_sum", Decimal("-1.00")),
        ("department_and_units", Decimal("-0.10")),
        ("prose_share", None),
        ("budget_in_account", Decimal("20.00")),
        ("opening_and_closing", Decimal("-3.00")),
    }


def test_no_amount_is_ever_a_float(built: Built) -> None:
    """Neither by type, in any layer, nor by value: 0.07 and sixteen digits arrive as printed."""
    assert not built.rows(
        """
        select schema_name, table_name, column_name from duckdb_columns()
        where
            data_type in ('DOUBLE', 'FLOAT', 'REAL')
            and schema_name not in ('extracted', 'pg_catalog', 'information_schema')
            and not regexp_full_match(column_name, '[xy][01]|confidence|score|position')
        """
    )
    assert not built.rows(
        """
        select table_name, column_name, data_type from duckdb_columns()
        where schema_name = 'extracted' and regexp_matches(column_name, 'number_text|yuan')
            and not regexp_matches(data_type, 'VARCHAR|DECIMAL')
        """
    )
    assert built.rows(
        "select amount_yuan from marts.fct_budget_line where line_id = 'huge'"
    ) == [(HUGE,)]  # fmt: skip
    assert built.rows(
        "select left_yuan - 300 from quality.balance_checks"
        " where identity = 'department_and_units' and left_yuan > 300 limit 1"
    ) == [(Decimal("0.07"),)]
