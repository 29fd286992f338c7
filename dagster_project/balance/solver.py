"""The cheapest set of changes that makes equations hold: CP-SAT over integer fen.

Here: the optimisation of one component. Which candidates there are, and which of the changes are
accepted, stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ortools.sat.python import cp_model

from dagster_project.balance.equations import ANYTHING, Equation, Interval

VIOLATED = 3.0  # what it costs to leave an equation violated: a publisher's own error
NOT_ZERO = 0.5  # what it costs to fill a lost cell with anything but zero
TINY = 2.5  # and what it costs besides if that were less than one 元: nobody budgets it
_SCALE = 100  # costs are integers to the solver


@dataclass(frozen=True, slots=True)
class Unknown:
    """An amount that the solver may choose.

    Attributes:
        interval: what it may be.
        costs: the values it may be and what each costs; empty if any value of the interval.
        base: with no costs, the value that costs nothing.
        otherwise: with no costs, what every other value costs.
        tiny: with no costs, what a value below one 元 costs besides.
    """

    interval: Interval
    costs: Mapping[int, float] = field(default_factory=dict)
    base: int | None = None
    otherwise: float = 0.0
    tiny: float = 0.0


@dataclass(frozen=True, slots=True)
class Solution:
    """The cheapest values, their cost, and by how much any other value of a cell is dearer."""

    values: Mapping[str, int]
    cost: float
    margins: Mapping[str, float]
    violated: frozenset[str]


class Component:
    """Equations with the amounts in them that may be changed."""

    def __init__(
        self,
        equations: Iterable[Equation],
        unknowns: Mapping[str, Unknown],
        amounts: Mapping[str, int],
        *,
        seconds: float = 2.0,
    ) -> None:
        """Take what is to be solved; `amounts` are those that are not in question."""
        self._equations = list(equations)
        self._unknowns = dict(unknowns)
        self._amounts = amounts
        self._seconds = seconds

    def solve(self) -> Solution | None:
        """The cheapest solution; nothing if none was proved to be the cheapest in time."""
        best = self._cheapest(None)
        if best is None:
            return None
        values, cost, violated = best
        margins = {}
        for name in self._unknowns:
            other = self._cheapest((name, values[name]))
            margins[name] = (other[1] if other else cost + self._ceiling()) - cost
        return Solution(values, cost, margins, violated)

    def _ceiling(self) -> float:
        return VIOLATED * len(self._equations)

    def _cheapest(
        self, forbidden: tuple[str, int] | None
    ) -> tuple[dict[str, int], float, frozenset[str]] | None:
        model = cp_model.CpModel()
        cells: dict[str, cp_model.IntVar] = {}
        objective = []
        for name, unknown in self._unknowns.items():
            cells[name], penalty = _cell(model, name, unknown)
            objective += penalty
        if forbidden:
            model.add(cells[forbidden[0]] != forbidden[1])
        left = {}
        for number, equation in enumerate(self._equations):
            left[equation.equation_id] = model.new_bool_var(f"left_{number}")
            terms = [
                coefficient * (cells[name] if name in cells else self._amounts[name])
                for coefficient, name in equation.terms
            ]
            model.add_linear_constraint(
                sum(terms), -equation.slack, equation.slack
            ).only_enforce_if(~left[equation.equation_id])
            objective.append(round(VIOLATED * _SCALE) * left[equation.equation_id])
        model.minimize(sum(objective))
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.max_time_in_seconds = self._seconds
        if solver.solve(model) != cp_model.OPTIMAL:
            return None
        return (
            {name: solver.value(cell) for name, cell in cells.items()},
            solver.objective_value / _SCALE,
            frozenset(name for name, is_left in left.items() if solver.value(is_left)),
        )


def _cell(
    model: cp_model.CpModel, name: str, unknown: Unknown
) -> tuple[cp_model.IntVar, list[cp_model.LinearExprT]]:
    """The variable of an amount, and what its value costs."""
    if unknown.costs:
        domain = cp_model.Domain.from_values(sorted(unknown.costs))
        cell = model.new_int_var_from_domain(domain, name)
        penalty: list[cp_model.LinearExprT] = []
        for number, (value, cost) in enumerate(sorted(unknown.costs.items())):
            chosen = model.new_bool_var(f"{name}_{number}")
            model.add(cell == value).only_enforce_if(chosen)
            model.add(cell != value).only_enforce_if(~chosen)
            penalty.append(round(cost * _SCALE) * chosen)
        return cell, penalty
    low = max(unknown.interval.low, -ANYTHING)
    high = min(unknown.interval.high, ANYTHING)
    cell = model.new_int_var(low, high, name)
    if unknown.base is None or not unknown.otherwise or not low <= unknown.base <= high:
        return cell, []
    differs = model.new_bool_var(f"{name}_differs")
    model.add(cell == unknown.base).only_enforce_if(~differs)
    model.add(cell != unknown.base).only_enforce_if(differs)
    penalty = [round(unknown.otherwise * _SCALE) * differs]
    if unknown.tiny:
        tiny = model.new_bool_var(f"{name}_tiny")
        model.add(cell >= 100).only_enforce_if(differs, ~tiny)
        penalty.append(round(unknown.tiny * _SCALE) * tiny)
    return cell, penalty
