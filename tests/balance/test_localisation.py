from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dagster_project.balance.equations import Equation
from dagster_project.balance.localisation import located

TABLE = [
    Equation("row 1", ((1, "t1"), (-1, "a1"), (-1, "b1")), 0),
    Equation("row 2", ((1, "t2"), (-1, "a2"), (-1, "b2")), 0),
    Equation("total", ((1, "t"), (-1, "t1"), (-1, "t2")), 0),
    Equation("column a", ((1, "a"), (-1, "a1"), (-1, "a2")), 0),
    Equation("column b", ((1, "b"), (-1, "b1"), (-1, "b2")), 0),
    Equation("totals", ((1, "t"), (-1, "a"), (-1, "b")), 0),
]


def _amounts(a1: int, b1: int, a2: int, b2: int) -> dict[str, int]:
    return {"a1": a1, "b1": b1, "t1": a1 + b1, "a2": a2, "b2": b2, "t2": a2 + b2,
            "a": a1 + a2, "b": b1 + b2, "t": a1 + b1 + a2 + b2}  # fmt: skip


def test_what_balances_has_no_cause() -> None:
    assert located(TABLE, _amounts(1, 2, 3, 4)) == []


@given(
    st.tuples(*[st.integers(1, 10**12)] * 4),
    st.sampled_from(["a1", "b1", "a2", "b2", "t1", "t2", "a", "b", "t"]),
    st.integers(-(10**6), 10**6).filter(bool),
)
def test_the_changed_amount_is_the_first_suspect(
    leaves: tuple[int, int, int, int], cell: str, change: int
) -> None:
    truth = _amounts(*leaves)
    ((cause, suspects),) = located(TABLE, truth | {cell: truth[cell] + change})
    assert suspects[0].name == cell
    assert suspects[0].proposed == truth[cell]
    assert (suspects[0].mended, suspects[0].broken) == (len(cause), 0)


def test_two_errors_that_share_no_equation_are_two_causes() -> None:
    others = [Equation("other", ((1, "x"), (-1, "y")), 0)]
    amounts = _amounts(1, 2, 3, 4) | {"a1": 9, "x": 1, "y": 2}
    assert len(located(TABLE + others, amounts)) == 2


def test_rounding_is_no_error() -> None:
    assert located([Equation("e", ((1, "x"), (-1, "y")), 5)], {"x": 10, "y": 14}) == []
