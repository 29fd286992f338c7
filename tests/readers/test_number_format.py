"""Tests of how spreadsheets show numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers import number_format
from dagster_project.readers.number_format import shown

ACCOUNTING = '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (0.1 + 0.2, "General", "0.3"),
        (0.1 + 0.2, "0.00", "0.30"),
        (103266640.2, "General", "103266640.2"),
        (2010101.0, "General", "2010101"),
        (1e15, "0", "1000000000000000"),
        (1.5e-7, "General", "0.00000015"),
        (5.0, "00", "05"),
        (0.0, "#,##0.00", "0.00"),
        (0.0, ACCOUNTING, "0.00"),
        (-1234.5, ACCOUNTING, "-1,234.50"),
        (1234.5, ACCOUNTING, "1,234.50"),
        (-1234.5, "#,##0.00_);(#,##0.00)", "(1,234.50)"),
        (-1234.5, "#,##0.00;[Red]#,##0.00", "-1,234.50"),
        (-0.001, "0.00", "0.00"),
        (0.8512, "0.00%", "85.12%"),
        (0.85, "0%", "85%"),
        (12345678.0, "#,##0,", "12,346"),
        (12345678.0, "#,##0.0,,", "12.3"),
        (12345.0, r"0\.0000", "1.2345"),
        (345.0, r"0\.0000", "0.0345"),
        (12345.0, '0.00"万元"', "12345.00万元"),
        (1234.5, "[$¥-804]#,##0.00", "¥1,234.50"),
        (1234.5, "0.00_ ", "1234.50"),
        (1234.567, "#,##0.##", "1,234.57"),
        (1234.0, "#,##0.##", "1,234"),
        (2.5, "0", "3"),
        (1.005, "0.00", "1.01"),
        (1234.5, ";;;", "1234.5"),
        (1234.5, "@", "1234.5"),
        (1234.5, "0.00E+00", "1234.5"),
        (1234.5, "[DBNum1][$-804]General", "1234.5"),
    ],
)
def test_shown(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False))
def test_amounts_to_the_cent_come_back(amount: Decimal) -> None:
    for code in ("#,##0.00", "0.00", "General", ACCOUNTING):
        assert Decimal(shown(float(amount), code).replace(",", "")) == amount


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=12))
def test_no_format_breaks(value: float, code: str) -> None:
    assert shown(value, code) or code
    number_format.is_date(code)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("yyyy-m-d", True), ("[$-804]yyyy年m月d日", True), ("h:mm", True), ("[h]:mm", True),
        ("#,##0.00", False), ("General", False), ('0.00"day"', False), ("[Red]0.00", False),
        (r"0\d", False), ("_-* #,##0_-", False),
    ],
)  # fmt: skip
def test_dates_are_told_from_numbers(code: str, expected: bool) -> None:
    assert number_format.is_date(code) is expected


@pytest.mark.parametrize(
    ("serial", "text"),
    [
        (45292.0, "2024-01-01"), (45292.5, "2024-01-01 12:00:00"), (0.25, "06:00:00"),
        (1.0, "1900-01-01"), (-3.0, "-3"), (1e12, "1000000000000"),
    ],
)  # fmt: skip
def test_dates(serial: float, text: str) -> None:
    assert number_format.date(serial) == text
