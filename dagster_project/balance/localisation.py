"""Which cell is to blame: the amounts whose change alone mends all equations of a cause.

Here: ranking over equations and amounts. Whether a change is applied is decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dagster_project.balance.equations import Equation, around, components
from dagster_project.balance.misprints import misprint_cost


@dataclass(frozen=True, slots=True)
class Suspect:
    """An amount whose change to ``proposed`` fen mends equations of one cause.

    Attributes:
        name: the amount.
        proposed: the value with which the equations hold.
        mended: violated equations that would hold.
        broken: equations that hold now and would not.
        cost: how far the proposal is from the print, as a misreading.
    """

    name: str
    proposed: int
    mended: int
    broken: int
    cost: float


def causes(equations: Iterable[Equation], amounts: Mapping[str, int]) -> list[list[Equation]]:
    """The violated equations, grouped by the amounts that they share."""
    violated = [equation for equation in equations if equation.is_violated(amounts)]
    return components(violated, {name for equation in violated for _, name in equation.terms})


def suspects(
    cause: Iterable[Equation],
    amounts: Mapping[str, int],
    equations_of: Mapping[str, list[Equation]],
) -> list[Suspect]:
    """The amounts of a cause, the likeliest to be wrong first.

    Those first whose change mends most of the violated equations and breaks fewest of the others;
    of equals, the one whose proposal is the likelier misreading of its print.
    """
    violated = list(cause)
    found = []
    for name in {name for equation in violated for _, name in equation.terms}:
        for proposed in sorted({_needed(e, name, amounts) for e in violated if _has(e, name)}):
            change = proposed - amounts[name]
            mended = sum(1 for e in violated if _has(e, name) and _holds(e, name, change, amounts))
            broken = sum(
                1
                for e in equations_of[name]
                if e.difference(amounts) is not None
                and not e.is_violated(amounts)
                and not _holds(e, name, change, amounts)
            )
            cost = misprint_cost(amounts[name], proposed)
            found.append(Suspect(name, proposed, mended, broken, cost))
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


def _order(suspect: Suspect) -> tuple[int, float, str, int]:
    return (suspect.broken - suspect.mended, suspect.cost, suspect.name, suspect.proposed)


def _has(equation: Equation, name: str) -> bool:
    return any(other == name for _, other in equation.terms)


def _holds(equation: Equation, name: str, change: int, amounts: Mapping[str, int]) -> bool:
    """Whether the equation holds once the amount is changed."""
    difference = equation.difference(amounts) or 0
    return abs(difference + _coefficient(equation, name) * change) <= equation.slack


def _coefficient(equation: Equation, name: str) -> int:
    return sum(coefficient for coefficient, other in equation.terms if other == name)


def _needed(equation: Equation, name: str, amounts: Mapping[str, int]) -> int:
    coefficient = _coefficient(equation, name)
    difference = equation.difference(amounts) or 0
    return amounts[name] - (difference // coefficient if coefficient else 0)
