"""Which cell is to blame: the amounts whose change alone mends all equations of a cause.

Here: ranking over equations and amounts. Whether a change is applied is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz.distance import DamerauLevenshtein

from dagster_project.balance.equations import Equation, around, components

_REACH = 20  # last digits on either side of the balancing value
_ANOTHER_SIGN = 9  # digits


@dataclass(frozen=True, slots=True)
class Suspect:
    """An amount whose change to ``proposed`` fen mends equations of one cause.

    Attributes:
        name: the amount.
        proposed: the value with which the equations hold.
        mended: violated equations that would hold.
        broken: equations that hold now and would not.
        distance: how many digits were typed wrongly, two in exchange counting once; another sign
            counts as many.
    """

    name: str
    proposed: int
    mended: int
    broken: int
    distance: int


def causes(equations: Iterable[Equation], amounts: Mapping[str, int]) -> list[list[Equation]]:
    """The violated equations, grouped by the amounts that they share."""
    violated = [equation for equation in equations if equation.is_violated(amounts)]
    return components(violated, {name for equation in violated for _, name in equation.terms})


def suspects(
    cause: Iterable[Equation],
    amounts: Mapping[str, int],
    equations_of: Mapping[str, list[Equation]],
    steps: Mapping[str, int] | None = None,
) -> list[Suspect]:
    """The amounts of a cause, the likeliest to be wrong first.

    Those first whose change mends most of the violated equations and breaks fewest of the others;
    of equals, the one that fewest wrong digits explain. Of the values that an equation allows
    within its slack, a proposal is one that could have been printed: a multiple of the amount's
    step (one in its last printed digit, in fen; 1 where it is not given).
    """
    violated = list(cause)
    found = []
    for name in {name for equation in violated for _, name in equation.terms}:
        step = (steps or {}).get(name, 1)
        for proposed in sorted(
            {p for e in violated if _has(e, name) for p in _proposals(e, name, amounts, step)}
        ):
            change = proposed - amounts[name]
            mended = sum(1 for e in violated if _has(e, name) and _holds(e, name, change, amounts))
            broken = sum(
                1
                for e in equations_of[name]
                if e.difference(amounts) is not None
                and not e.is_violated(amounts)
                and not _holds(e, name, change, amounts)
            )
            distance = _digits_apart(amounts[name], proposed)
            found.append(Suspect(name, proposed, mended, broken, distance))
    best: dict[str, Suspect] = {}
    for suspect in sorted(found, key=_order):
        best.setdefault(suspect.name, suspect)
    return list(best.values())


def located(
    equations: Iterable[Equation], amounts: Mapping[str, int]
) -> list[tuple[list[Equation], list[Suspect]]]:
    """Every cause with its suspects."""
    members = list(equations)
    equations_of = around(members)
    return [(cause, suspects(cause, amounts, equations_of)) for cause in causes(members, amounts)]


def _order(suspect: Suspect) -> tuple[int, int, str, int]:
    return (suspect.broken - suspect.mended, suspect.distance, suspect.name, suspect.proposed)


def _digits_apart(printed: int, proposed: int) -> int:
    apart = int(DamerauLevenshtein.distance(str(printed), str(proposed)))
    return apart + (_ANOTHER_SIGN if printed * proposed < 0 else 0)


def _has(equation: Equation, name: str) -> bool:
    return any(other == name for _, other in equation.terms)


def _holds(equation: Equation, name: str, change: int, amounts: Mapping[str, int]) -> bool:
    """Whether the equation holds once the amount is changed."""
    difference = equation.difference(amounts) or 0
    return abs(difference + _coefficient(equation, name) * change) <= equation.slack


def _coefficient(equation: Equation, name: str) -> int:
    return sum(coefficient for coefficient, other in equation.terms if other == name)


def _proposals(
    equation: Equation, name: str, amounts: Mapping[str, int], step: int
) -> Iterator[int]:
    """The value that balances the equation, else those near it that could have been printed."""
    coefficient = _coefficient(equation, name)
    difference = equation.difference(amounts) or 0
    needed = amounts[name] - (difference // coefficient if coefficient else 0)
    reach = min(equation.slack // step, _REACH)
    nearest = (2 * needed + step) // (2 * step)
    for k in range(nearest - reach, nearest + reach + 1):
        if abs(k * step - needed) <= equation.slack:
            yield k * step
