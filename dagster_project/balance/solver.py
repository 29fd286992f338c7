"""The cheapest set of changes that makes equations hold: CP-SAT over integer fen.

Here: the optimisation of one component. Which candidates there are, and which of the changes are
accepted, stands elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

# It brings pandas, which DuckDB would load by itself at its first parameter: a Ctrl-C amid that
# leaves Python's lock of imports held.
from ortools.sat.python import cp_model

from dagster_project.balance.equations import ANYTHING, Equation, Interval

VIOLATED = 3.0  # what it costs to leave an equation violated: a publisher's own error
NOT_ZERO = 0.5  # what it costs to fill a lost cell with anything but zero
TINY = 2.5  # and what it costs besides if that were less than one 元: nobody budgets it
# Limits in the solver's own deterministic seconds, so that a slow machine repairs the same cells.
SEARCH = 2.0  # of one search
SECONDS = 20.0  # of all searches of a component
PATIENCE = 3.0  # how much longer than that a component may take by the clock
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
        printed: what a whole figure says; it needs no margin to stay.
    """

    interval: Interval
    costs: Mapping[int, float] = field(default_factory=dict)
    base: int | None = None
    otherwise: float = 0.0
    tiny: float = 0.0
    printed: int | None = None


@dataclass(frozen=True, slots=True)
class Solution:
    """The cheapest values, their cost, and what any other value of a changed cell costs more."""

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
        seconds: float = SECONDS,
    ) -> None:
        """Take what is to be solved; `amounts` are those that are not in question.

        `seconds` limits all searches together; a value whose margin was not proved in that time
        has none.
        """
        self._equations = list(equations)
        self._unknowns = dict(unknowns)
        self._amounts = amounts
        self._seconds = seconds
        self._end = time.monotonic() + PATIENCE * seconds

    def solve(self) -> Solution | None:
        """The cheapest solution; nothing if none was proved to be the cheapest in time."""
        best = self._cheapest(None)
        if best is None:
            return None
        values, cost, violated = best
        margins = {}
        for name in self._unknowns:
            if values[name] == self._unknowns[name].printed:
                continue
            other = self._cheapest((name, values[name]))
            margins[name] = other[1] - cost if other else 0.0
        return Solution(values, cost, margins, violated)

    def _cheapest(
        self, forbidden: tuple[str, int] | None
    ) -> tuple[dict[str, int], float, frozenset[str]] | None:
        """Values, cost and violated equations; nothing if time ran out before they were proved.

        A cell that may have one value only can have no other: then the cost is beyond all others.
        """
        if self._seconds <= 0 or time.monotonic() >= self._end:
            return None
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
        solver.parameters.max_deterministic_time = min(SEARCH, self._seconds)
        solver.parameters.max_time_in_seconds = self._end - time.monotonic()
        status = solver.solve(model)
        self._seconds -= solver.response_proto.deterministic_time
        if status == cp_model.INFEASIBLE:
            return {}, VIOLATED * (len(self._equations) + len(self._unknowns)), frozenset()
        if status != cp_model.OPTIMAL:
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
