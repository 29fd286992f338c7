"""Linear equations between amounts in integer fen, and intervals of what an amount may be.

Here: arithmetic only. What was printed, and which change is plausible, stands elsewhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

ANYTHING = 10**16  # fen; beyond any department's budget
_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Interval:
    """The fen that an amount may be: every integer from ``low`` to ``high``."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Whether one value is left."""
        return self.low == self.high

    @property
    def is_empty(self) -> bool:
        """Whether no value is left: the equations contradict each other or the print."""
        return self.low > self.high

    def meet(self, other: Interval) -> Interval:
        """The values that both allow."""
        return Interval(max(self.low, other.low), min(self.high, other.high))


@dataclass(frozen=True, slots=True)
class Equation:
    """``sum(coefficient * amount) = 0``, up to ``slack`` fen of printed rounding."""

    equation_id: str
    terms: tuple[tuple[int, str], ...]
    slack: int

    def difference(self, amounts: Mapping[str, int]) -> int | None:
        """The left side less the right side; nothing where an amount is not known."""
        total = 0
        for coefficient, name in self.terms:
            if name not in amounts:
                return None
            total += coefficient * amounts[name]
        return total

    def is_violated(self, amounts: Mapping[str, int]) -> bool:
        """Whether all amounts are known and the sides differ by more than rounding explains."""
        difference = self.difference(amounts)
        return difference is not None and abs(difference) > self.slack


def slack(tolerances: Iterable[tuple[int, int | None]]) -> int:
    """How many fen rounding may explain: the tolerances of all terms together."""
    return sum(tolerance or 0 for _, tolerance in tolerances)


def propagate(intervals: dict[str, Interval], equations: Iterable[Equation]) -> dict[str, Interval]:
    """Narrow every interval by every equation until nothing changes.

    Amounts that no interval is given for may be anything. The result may hold empty intervals:
    there the equations contradict each other.
    """
    known = dict(intervals)
    pending = list(equations)
    for _ in range(_ROUNDS):
        changed = False
        for equation in pending:
            for name, narrowed in _narrowed(equation, known):
                if narrowed != known.get(name):
                    known[name] = narrowed
                    changed = True
        if not changed:
            break
    return known


def _narrowed(equation: Equation, known: dict[str, Interval]) -> Iterator[tuple[str, Interval]]:
    anything = Interval(-100 * ANYTHING, 100 * ANYTHING)
    spans = [(coefficient, name, known.get(name, anything)) for coefficient, name in equation.terms]
    if any(span.is_empty for _, _, span in spans):
        return
    low = sum(min(c * s.low, c * s.high) for c, _, s in spans)
    high = sum(max(c * s.low, c * s.high) for c, _, s in spans)
    for coefficient, name, span in spans:
        if span.is_exact:
            continue
        rest_low = low - min(coefficient * span.low, coefficient * span.high)
        rest_high = high - max(coefficient * span.low, coefficient * span.high)
        one = coefficient * (-rest_high - equation.slack)
        other = coefficient * (-rest_low + equation.slack)
        yield name, span.meet(Interval(min(one, other), max(one, other)))


def around(equations: Iterable[Equation]) -> dict[str, list[Equation]]:
    """For every amount the equations it stands in."""
    found: dict[str, list[Equation]] = defaultdict(list)
    for equation in equations:
        for _, name in equation.terms:
            found[name].append(equation)
    return found


def members_of(equations: Iterable[Equation]) -> list[str]:
    """The amounts of some equations, each once, in order."""
    return sorted({name for equation in equations for _, name in equation.terms})


def components(equations: Iterable[Equation], linking: set[str]) -> list[list[Equation]]:
    """Equations grouped by what joins them: an amount of ``linking`` that both contain."""
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    members = list(equations)
    for equation in members:
        names = [name for _, name in equation.terms if name in linking]
        for name in names:
            parent[root(f"cell {name}")] = root(equation.equation_id)
    groups: dict[str, list[Equation]] = defaultdict(list)
    for equation in members:
        groups[root(equation.equation_id)].append(equation)
    return list(groups.values())


def determined(names: list[str], equations: Iterable[Equation]) -> set[str]:
    """Which unknowns the equations fix, all other amounts being known (modular elimination)."""
    column = {name: index for index, name in enumerate(names)}
    rows = []
    for equation in equations:
        row = [0] * len(names)
        for coefficient, name in equation.terms:
            if name in column:
                row[column[name]] += coefficient
        if any(row):
            rows.append(row)
    reduced = _eliminated(rows)
    return {
        names[next(i for i, x in enumerate(row) if x)]
        for row in reduced
        if sum(1 for x in row if x) == 1
    }


_PRIME = 2**61 - 1


def _eliminated(rows: list[list[int]]) -> list[list[int]]:
    """The reduced row echelon form over a prime field, wide enough for coefficients of ±1."""
    rows = [[x % _PRIME for x in row] for row in rows]
    width = len(rows[0]) if rows else 0
    done = 0
    for column in range(width):
        pivot = next((i for i in range(done, len(rows)) if rows[i][column]), None)
        if pivot is None:
            continue
        rows[done], rows[pivot] = rows[pivot], rows[done]
        inverse = pow(rows[done][column], -1, _PRIME)
        rows[done] = [x * inverse % _PRIME for x in rows[done]]
        for i, row in enumerate(rows):
            if i != done and row[column]:
                factor = row[column]
                rows[i] = [(x - factor * y) % _PRIME for x, y in zip(row, rows[done], strict=True)]
        done += 1
    return rows[:done]
