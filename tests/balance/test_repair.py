from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.balance.repair import (
    CUT_OFF,
    Equation,
    Interval,
    cut_off_interval,
    propagate,
    repair,
)


@pytest.mark.parametrize(
    ("printed", "low", "high"),
    [
        ("79, 980. 0", 7998000, 7998009),
        ("3, 243, 634. 9", 324363490, 324363499),
        ("1, 044, 416.", 104441600, 104441699),
        ("1, 044, 416", 104441600, 104441699),
        ("0. (", 0, 99),
    ],
)
def test_a_cut_figure_bounds_what_it_was(printed: str, low: int, high: int) -> None:
    assert cut_off_interval(printed, "元") == Interval(low, high)


@pytest.mark.parametrize("printed", ["", "12,34", "a.0", "55,000.00 5", "1.234.5.6"])
def test_what_is_no_cut_figure_has_no_interval(printed: str) -> None:
    assert cut_off_interval(printed, "元") is None


@given(st.integers(0, 10**13), st.integers(1, 2))
def test_the_whole_figure_lies_in_the_interval_of_its_cut_print(fen: int, cut: int) -> None:
    printed = f"{fen // 100:,}.{fen % 100:02d}"[:-cut]
    interval = cut_off_interval(printed, "元")
    assert interval is not None
    assert interval.low <= fen <= interval.high


def _lines(*rows: tuple[str, str, str]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "line_id": line_id,
                "state": state,
                "damage": CUT_OFF if state == "damaged" else None,
                "printed_text": text,
                "printed_unit": "元",
            }
            for line_id, state, text in rows
        ],
        schema_overrides={"damage": pl.String()},
    )


def _terms(equation: str, left: dict[str, str | None], right: dict[str, str | None]) -> list[dict]:
    return [
        {
            "equation_id": equation,
            "side": side,
            "sign": 1,
            "line_id": line_id,
            "amount_yuan": Decimal(amount) if amount is not None else None,
            "tolerance_yuan": Decimal(0) if amount is not None else None,
        }
        for side, terms in (("left", left), ("right", right))
        for line_id, amount in terms.items()
    ]


def _frame(rows: list[dict]) -> pl.DataFrame:
    money = pl.Decimal(18, 2)
    return pl.DataFrame(rows, schema_overrides={"amount_yuan": money, "tolerance_yuan": money})


def test_an_equation_that_leaves_one_value_repairs_the_figure() -> None:
    lines = _lines(
        ("total", "amount", "100.25"), ("a", "amount", "20.00"), ("b", "damaged", "80.2")
    )
    terms = _frame(_terms("e", {"total": "100.25"}, {"a": "20.00", "b": None}))
    repairs, review = repair(lines, terms)
    assert repairs.to_dicts()[0]["repaired_yuan"] == Decimal("80.25")
    assert repairs.to_dicts()[0]["evidence"] == "e"
    assert review.is_empty()


def test_a_value_that_the_print_does_not_allow_is_left_to_a_person() -> None:
    lines = _lines(("total", "amount", "100.25"), ("b", "damaged", "70.2"))
    terms = _frame(_terms("e", {"total": "100.25"}, {"b": None}))
    repairs, review = repair(lines, terms)
    assert repairs.is_empty()
    assert "contradict" in review.to_dicts()[0]["reason"]


def test_two_unknowns_are_not_guessed() -> None:
    lines = _lines(("b", "damaged", "70.2"), ("c", "damaged", "30.0"))
    terms = _frame(_terms("e", {"total": "100.25"}, {"b": None, "c": None}))
    repairs, review = repair(lines, terms)
    assert repairs.is_empty()
    assert {row["line_id"] for row in review.to_dicts()} == {"b", "c"}


def test_least_values_that_reach_the_total_are_the_only_ones() -> None:
    lines = _lines(("b", "damaged", "70.2"), ("c", "damaged", "30.0"))
    terms = _frame(_terms("e", {"total": "100.20"}, {"b": None, "c": None}))
    repairs, _ = repair(lines, terms)
    found = {row["line_id"]: row["repaired_yuan"] for row in repairs.to_dicts()}
    assert found == {"b": Decimal("70.20"), "c": Decimal("30.00")}


def test_a_blank_takes_part_but_is_never_filled() -> None:
    lines = _lines(("b", "damaged", "80.2"), ("blank", "blank", ""))
    terms = _frame(
        _terms("child", {"blank": None}, {"zero": "0.00"})
        + _terms("sum", {"total": "80.25"}, {"b": None, "blank": None})
    )
    repairs, review = repair(lines, terms)
    assert [row["line_id"] for row in repairs.to_dicts()] == ["b"]
    assert review.is_empty()


@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=6), st.data())
def test_propagation_never_excludes_the_truth(amounts: list[int], data: st.DataObject) -> None:
    names = [f"x{i}" for i in range(len(amounts))]
    truth = dict(zip(names, amounts, strict=True)) | {"total": sum(amounts)}
    hidden = data.draw(st.sets(st.sampled_from(names), min_size=1))
    intervals = {
        name: Interval(value - value % 100, value - value % 100 + 99)
        if name in hidden
        else Interval(value, value)
        for name, value in truth.items()
    }
    equation = Equation("e", ((1, "total"), *((-1, name) for name in names)), 0)
    narrowed = propagate(intervals, [equation])
    assert all(narrowed[name].low <= truth[name] <= narrowed[name].high for name in truth)
