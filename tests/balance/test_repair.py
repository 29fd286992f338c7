from __future__ import annotations

import time
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dagster_project.balance.equations import Equation, Interval, determined, propagate
from dagster_project.balance.misprints import (
    FACTORS,
    cut_off_interval,
    misprint_cost,
    readings,
)
from dagster_project.balance.repair import repair
from dagster_project.balance.solver import PATIENCE, SECONDS


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


CUT_OFF = "the end of the figure is cut off"
GARBLED = "the figure is not written as a number"


def mend(
    equations: dict[str, tuple[list[str], list[str]]],
    prints: dict[str, str],
    *,
    damaged: tuple[str, ...] = (),
    recognised: bool = True,
    unit: str = "元",
) -> tuple[dict[str, Decimal], dict[str, str | None]]:
    """Repair amounts by equations `left cells = right cells`.

    Returns:
        The repaired amounts, and the candidates of what a person has to look at.
    """
    cells = {}
    for column, (name, text) in enumerate(prints.items()):
        cut = name in damaged and cut_off_interval(text, unit)
        amount = None if name in damaged or not text else Decimal(text.replace(",", ""))
        amount = amount and amount * FACTORS[unit]
        cells[name] = {
            "line_id": name, "document_id": "d", "is_recognised": recognised,
            "state": "damaged" if name in damaged else "amount" if text else "blank",
            "damage": (CUT_OFF if cut else GARBLED) if name in damaged else None,
            "printed_text": text, "printed_unit": unit, "decimals": None if amount is None else 2,
            "amount_yuan": amount, "tolerance_yuan": None if amount is None else Decimal(0),
            "page": 1, "row_number": 1, "column_number": 2 * column,
        }  # fmt: skip
    rows = [
        {"equation_id": equation, "side": side, "sign": 1, **cells[name]}
        for equation, sides in equations.items()
        for side, names in zip(("left", "right"), sides, strict=True)
        for name in names
    ]
    money = pl.Decimal(18, 2)
    overrides = {"amount_yuan": money, "tolerance_yuan": money, "decimals": pl.Int32(),
                 "damage": pl.String()}  # fmt: skip
    terms = pl.DataFrame(rows, schema_overrides=overrides, infer_schema_length=None)
    lines = pl.DataFrame(list(cells.values()), schema_overrides=overrides, infer_schema_length=None)
    repairs, review = repair(lines, terms)
    return (
        {row["line_id"]: row["repaired_yuan"] for row in repairs.to_dicts()},
        {row["line_id"]: row["candidates"] for row in review.to_dicts()},
    )


def test_an_equation_that_leaves_one_value_repairs_a_cut_figure() -> None:
    found = mend(
        {"e": (["total"], ["a", "b"])},
        {"total": "100.25", "a": "20.00", "b": "80.2"},
        damaged=("b",),
    )
    assert found == ({"b": Decimal("80.25")}, {})


def test_a_value_that_the_print_does_not_allow_is_left_to_a_person() -> None:
    repairs, review = mend(
        {"e": (["total"], ["b"])}, {"total": "100.25", "b": "70.2"}, damaged=("b",)
    )
    assert repairs == {}
    assert review == {"b": "70.20 … 70.29"}


@pytest.mark.parametrize(
    ("unit", "printed"), [("万元", "7, 635("), ("元", "400, 000("), ("万元", "0(")]
)
def test_a_total_that_is_cut_off_wherever_it_stands_is_left_to_a_person(
    unit: str, printed: str
) -> None:
    repairs, review = mend(
        {"e": (["total"], ["sum"])},
        {"total": printed, "sum": printed},
        damaged=("total", "sum"),
        unit=unit,
    )
    assert repairs == {}
    assert set(review) == {"total", "sum"}


def test_the_decimals_of_a_figure_in_10000_yuan_are_not_taken_for_nil() -> None:
    cells = {"a": "1,400.00", "b": "7, 600(", "c": "6, 200("}
    repairs, _ = mend({"e": (["b"], ["a", "c"])}, cells, damaged=("b", "c"), unit="万元")
    assert repairs == {}


def test_two_odd_unknowns_are_not_guessed() -> None:
    repairs, review = mend(
        {"e": (["total"], ["b", "c"])},
        {"total": "101.25", "b": "70.2", "c": "31.0"},
        damaged=("b", "c"),
    )
    assert repairs == {}
    assert set(review) == {"b", "c"}


def test_fen_are_on_the_figure_that_is_not_round() -> None:
    repairs, _ = mend(
        {"e": (["total"], ["b", "c", "d"])},
        {"total": "48630000.09", "b": "45,330,000.0", "c": "3,299,999.9", "d": "0.1"},
        damaged=("b", "c"),
    )
    assert repairs == {"b": Decimal("45330000.00"), "c": Decimal("3299999.99")}


def test_least_values_that_reach_the_total_are_the_only_ones() -> None:
    repairs, _ = mend(
        {"e": (["total"], ["b", "c"])},
        {"total": "100.20", "b": "70.2", "c": "30.0"},
        damaged=("b", "c"),
    )
    assert repairs == {"b": Decimal("70.20"), "c": Decimal("30.00")}


TABLE = {
    "row 1": (["t1"], ["a1", "b1"]),
    "row 2": (["t2"], ["a2", "b2"]),
    "total": (["t"], ["t1", "t2"]),
    "column a": (["a"], ["a1", "a2"]),
    "column b": (["b"], ["b1", "b2"]),
    "totals": (["t"], ["a", "b"]),
}
FIGURES = {
    "a1": "1,234.56", "b1": "765.44", "t1": "2,000.00", "a2": "388,600.69", "b2": "11,399.31",
    "t2": "400,000.00", "a": "389,835.25", "b": "12,164.75", "t": "402,000.00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "misread"),
    [("a2", "388,800.69"), ("a2", "38,600.69"), ("t2", "40,000.00"), ("b1", "785.44")],
)
def test_a_misread_figure_that_two_equations_agree_on_is_repaired(cell: str, misread: str) -> None:
    repairs, review = mend(TABLE, FIGURES | {cell: misread})
    assert repairs == {cell: Decimal(FIGURES[cell].replace(",", ""))}
    assert review == {}


def test_a_figure_that_is_read_twice_does_not_make_up_for_a_lost_row() -> None:
    """A row of 7.00 is lost, and 7.20 would be one digit from 0.20."""
    figures = {"t1": "0.20", "a1": "0.20", "b1": "0.00", "t2": "100.00", "a2": "100.00",
               "b2": "0.00", "t": "107.20", "a": "107.20", "b": "0.00"}  # fmt: skip
    repairs, review = mend(TABLE, figures)
    assert repairs == {}
    assert {"t1", "a1"} <= set(review)


def test_a_lost_cell_is_filled_only_if_two_equations_agree() -> None:
    assert mend(TABLE, FIGURES | {"a2": ""})[0] == {"a2": Decimal("388600.69")}
    repairs, review = mend({"row 2": TABLE["row 2"]}, FIGURES | {"a2": ""})
    assert repairs == {}
    assert review == {"a2": "388600.69 (1 of 1 equations)"}


def test_a_digit_printed_on_both_sides_of_a_border_is_read_once() -> None:
    figures = FIGURES | {"t2": "600,000.00", "a2": "6000, 000. 00", "b2": "0.00",
                         "a": "601,234.56", "b": "765.44", "t": "602,000.00"}  # fmt: skip
    assert mend(TABLE, figures, damaged=("a2",))[0] == {"a2": Decimal("600000.00")}


def test_a_figure_far_from_its_print_is_the_publishers_own_error() -> None:
    repairs, _ = mend(TABLE, FIGURES | {"a2": "777,123.45"})
    assert repairs == {}


def test_a_garbled_figure_is_repaired_if_it_reads_in_one_way_and_an_equation_confirms_it() -> None:
    equation = {"e": (["total"], ["a", "b"])}
    figures = {"total": "100.25", "a": "20.00", "b": "!80.25"}
    assert mend(equation, figures, damaged=("b",)) == ({"b": Decimal("80.25")}, {})
    two = figures | {"b": "80.25 20.00"}
    assert mend(equation, two, damaged=("b",))[0] == {}


def test_a_part_of_a_figure_is_no_reading_of_it() -> None:
    """Both cells of a row have a hole: 0.00 = 0.00 would hold, and be wrong."""
    repairs, review = mend(
        {"e": (["total"], ["a", "b"])},
        {"total": "4?0.00", "a": "4?0.00", "b": "0.00"},
        damaged=("total", "a"),
    )
    assert repairs == {}
    assert set(review) == {"total", "a"}


def test_a_change_that_breaks_another_equation_is_left_to_a_person() -> None:
    """A false equation, of a row whose parent was misread, must not undo a true one."""
    false = {f"false {i}": ([f"t{i}"], ["b"]) for i in range(6)}
    totals = {f"t{i}": "500.00" for i in range(6)}
    true = {"true": (["t"], ["a", "b"])}
    figures = {"b": "300.00", "a": "500.00", "t": "800.00"}
    assert mend(false, totals | {"b": "300.00"})[0] == {"b": Decimal("500.00")}
    repairs, _ = mend(false | true, totals | figures)
    assert repairs == {}


def test_a_hopeless_component_ends_in_time_and_goes_to_a_person() -> None:
    """Hundreds of cut figures with too few equations between them."""
    cells = {f"x{i}": f"{1000 + 7 * i:,}." for i in range(300)}
    rows = {f"row{i}": ([f"t{i % 5}"], [f"x{j}" for j in range(i, 300, 20)]) for i in range(20)}
    totals = {f"t{i}": f"{15 * (1000 + 900 * i)}.5" for i in range(5)}
    names = tuple(cells) + tuple(totals)
    began = time.monotonic()
    repairs, review = mend(rows, cells | totals, damaged=names)
    assert time.monotonic() - began < SECONDS * PATIENCE + 10
    assert repairs == {}
    assert set(review) == set(names)


def test_native_text_is_never_repaired() -> None:
    repairs, review = mend(TABLE, FIGURES | {"a2": "388,800.69"}, recognised=False)
    assert (repairs, review) == ({}, {})


@given(st.lists(st.integers(0, 10**10), min_size=4, max_size=4), st.data())
@settings(max_examples=25, deadline=None)
def test_what_is_accepted_is_never_wrong_with_one_misread_digit(
    fen: list[int], data: st.DataObject
) -> None:
    a1, b1, a2, b2 = fen
    truth = {"a1": a1, "b1": b1, "t1": a1 + b1, "a2": a2, "b2": b2, "t2": a2 + b2,
             "a": a1 + a2, "b": b1 + b2, "t": sum(fen)}  # fmt: skip
    printed = {name: f"{value // 100}.{value % 100:02d}" for name, value in truth.items()}
    cell = data.draw(st.sampled_from(sorted(truth)))
    at = data.draw(st.integers(0, len(printed[cell]) - 1).filter(lambda i: printed[cell][i] != "."))
    digit = data.draw(st.sampled_from("0123456789"))
    damaged = printed | {cell: printed[cell][:at] + digit + printed[cell][at + 1 :]}
    repairs, _ = mend(TABLE, damaged)
    assert all(repaired * 100 == truth[name] for name, repaired in repairs.items())


@pytest.mark.parametrize(
    ("printed", "needed", "cost"),
    [(12345, 12345, 0), (1234, 12234, 0.8), (8125, 3125, 1.0), (8125, 4125, 2.0), (-5, 5, 1.5)],
)
def test_a_misreading_costs_what_recognition_does(printed: int, needed: int, cost: float) -> None:
    assert misprint_cost(printed, needed) == pytest.approx(cost)


def test_two_figures_in_one_cell_are_two_readings() -> None:
    assert set(readings("26, 423. 75 7, 426, 423. 73", "元")) == {2642375, 742642373}


def test_unknowns_of_one_equation_are_not_determined() -> None:
    one = Equation("one", ((1, "x"), (1, "y"), (-1, "known")), 0)
    other = Equation("other", ((1, "x"), (-1, "y")), 0)
    assert determined(["x", "y"], [one]) == set()
    assert determined(["x", "y"], [one, other]) == {"x", "y"}


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
