"""Tests of the grammar of printed figures."""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dagster_project.forms import amounts
from dagster_project.forms.amounts import Figure, check_decimals, parse

DIGITS = re.compile(r"-?[0-9]+(\.[0-9]+)?")
FIGURE_LIKE = st.text("0123456789,.，． -−()（）%％¥￥△/*—元万亩ab\n\t", max_size=24)


def decimals(places: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-(10**12), 10**12, allow_nan=False, places=places).map(lambda d: d + 0)


def is_exact(figure: Figure) -> bool:
    """Whether the figure is made of text and counts alone, and its digits are plain digits."""
    values = [getattr(figure, field.name) for field in dataclasses.fields(figure)]
    plain = figure.number is None or bool(DIGITS.fullmatch(figure.number))
    return plain and not any(isinstance(value, float) for value in values)


@given(FIGURE_LIKE | st.text(max_size=24), st.booleans())
def test_any_text_gives_an_exact_figure_or_a_state(text: str, recognised: bool) -> None:
    figure = parse(text, recognised=recognised)
    assert is_exact(figure)
    assert (figure.number is not None) == (figure.state == amounts.AMOUNT)
    assert (figure.damage is not None) == (figure.state == amounts.DAMAGED)


@given(decimals(2), st.booleans())
def test_a_figure_with_commas_is_read_back(value: Decimal, recognised: bool) -> None:
    figure = parse(f"{value:,.2f}", recognised=recognised)
    assert (figure.state, figure.decimals) == (amounts.AMOUNT, 2)
    assert Decimal(figure.number or "nothing") == value


@given(decimals(2))
def test_a_figure_torn_at_its_separators_is_read_back(value: Decimal) -> None:
    torn = f"{value:,.2f}".replace(",", ", ").replace(".", ". ")
    assert parse(torn, recognised=True) == parse(f"{value:,.2f}")


@given(decimals(2).filter(lambda value: abs(value) >= 1000), st.sampled_from([",", "."]))
def test_any_mark_may_have_been_read_for_a_separator(value: Decimal, mark: str) -> None:
    misread = f"{value:,.2f}".replace(",", mark).replace(".", mark)
    half = len(misread) // 2
    assume(misread[:half] != misread[half:])  # 2.552.55 may as well be 2.55 printed twice
    assert parse(misread, recognised=True) == parse(f"{value:,.2f}")


@given(st.integers(0, 10**12))
def test_a_whole_figure_keeps_its_lack_of_decimals(value: int) -> None:
    assert parse(f"{value:,}") == Figure(amounts.AMOUNT, str(value), 0)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("", amounts.BLANK),
        (" \t", amounts.BLANK),
        ("¥", amounts.BLANK),
        ("-", amounts.NOT_APPLICABLE),
        ("——", amounts.NOT_APPLICABLE),
        ("/", amounts.NOT_APPLICABLE),
        ("合计", amounts.TEXT),
        ("%", amounts.TEXT),
        ("≤12万元", amounts.TEXT),
        ("12元/人", amounts.TEXT),
        ("8%元", amounts.TEXT),
        ("2辆", amounts.TEXT),
        ("1,23,4.00", amounts.DAMAGED),
        ("1.234.56", amounts.DAMAGED),
        ("12.", amounts.DAMAGED),
    ],
)
def test_what_is_no_native_figure_has_a_state(text: str, state: str) -> None:
    assert parse(text).state == state


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("-1,234.50", "-1234.50"),
        ("−1,234.50", "-1234.50"),
        ("△1,234.50", "-1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("¥1,234.50", "1234.50"),
        ("￥ 0.10", "0.10"),
        ("-0.00", "0.00"),
        ("0", "0"),
    ],
)
def test_signs_and_currency(text: str, number: str) -> None:
    assert parse(text) == parse(text, recognised=True)
    assert parse(text).number == number


@pytest.mark.parametrize("text", ["1,234.50万元", "1,234.50 万元"])
def test_a_unit_behind_a_figure_is_its_own(text: str) -> None:
    assert parse(text) == Figure(amounts.AMOUNT, "1234.50", 2, unit="万元")
    assert parse("(3)元") == Figure(amounts.AMOUNT, "-3", 0, unit="元")


@pytest.mark.parametrize("text", ["98.50%", "98.50％", "98.50 %"])
def test_a_rate_is_marked(text: str) -> None:
    assert parse(text) == Figure(amounts.AMOUNT, "98.50", 2, None, is_percent=True)


@pytest.mark.parametrize(
    ("text", "damage"),
    [
        ("1,200.00 3,400.00", "two figures stand in one cell"),
        ("3, 609, 125. 223, 609, 125. 22", "two figures stand in one cell"),
        ("12 34", "two figures stand in one cell"),
        ("1,200.", "the end of the figure is cut off"),
        ("1,200,3", "the end of the figure is cut off"),
        ("12;34", "the figure is not written as a number"),
    ],
)
def test_a_recognised_figure_is_doubted_with_a_reason(text: str, damage: str | None) -> None:
    figure = parse(text, recognised=True)
    assert figure.number is None
    assert figure.damage == damage


@pytest.mark.parametrize("text", ["12 34", "1 2"])
def test_two_native_figures_are_not_glued_into_one(text: str) -> None:
    assert parse(text).state == amounts.DAMAGED


def test_digits_of_another_script_make_no_number() -> None:
    assert is_exact(parse("٣٤٥"))


def test_decimals_unlike_those_of_the_form_are_doubted() -> None:
    assert check_decimals(parse("1,234.5"), 2).damage == "the end of the figure is cut off"
    assert check_decimals(parse("1,234"), 2).state == amounts.DAMAGED
    assert check_decimals(parse("1,234.567"), 2).state == amounts.DAMAGED
    for kept in ("1,234.50", "98%", "-", ""):
        assert check_decimals(parse(kept), 2) == parse(kept)


@pytest.mark.parametrize("recognised", [True, False])
@pytest.mark.parametrize("text", ["00,000.00", "0,123.00", "007.50", "00.00"])
def test_a_figure_that_begins_with_zeros_lost_its_beginning(text: str, *, recognised: bool) -> None:
    figure = parse(text, recognised=recognised)
    assert (figure.state, figure.damage) == ("damaged", "the beginning of the figure is cut off")


@pytest.mark.parametrize(("text", "number"), [("0.00", "0.00"), ("0", "0"), ("007", "007")])
def test_a_zero_is_a_figure(text: str, number: str) -> None:
    assert parse(text).number == number
