"""Deduce figures whose end was cut off, where the print and the equations leave one value.

A figure cut off on the right, ``79,980.0``, still says that the amount lies between 79,980.00 and
79,980.09. Its balance equations narrow that interval (bounds propagation over integer fen, as in
deductive correction of survey data); if they leave exactly one value, that value is taken, with
the equations as evidence. A cell of which nothing is printed takes part as an unknown but is never
filled, and a figure whose equations contradict each other is left to a person.

Only figures of recognised text can be cut off: a publisher's own figures are never touched.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

CUT_OFF = "the end of the figure is cut off"
_FACTORS = {"元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "百万元": 10**6, "亿元": 10**8}
_CUT_OFF = re.compile(r"^(?P<whole>\d{1,3}(?:[,.]\d{3})*)(?:[.,](?P<decimals>\d?))?[^\d]*$")
_ANYTHING = 10**17  # fen; beyond any budget
_ROUNDS = 100

MONEY = pl.Decimal(18, 2)
REPAIRS = {
    "line_id": pl.String(), "printed_text": pl.String(), "printed_yuan": MONEY,
    "repaired_yuan": MONEY, "evidence": pl.String(), "cost": pl.Float64(), "margin": pl.Float64(),
}  # fmt: skip
REVIEW = {
    "line_id": pl.String(), "printed_text": pl.String(), "reason": pl.String(),
    "candidates": pl.String(),
}  # fmt: skip


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


def cut_off_interval(printed: str, unit: str | None) -> Interval | None:
    """The amounts, in fen, that a figure cut off on the right may have been.

    >>> cut_off_interval("79, 980. 0", "元")
    Interval(low=7998000, high=7998009)
    >>> cut_off_interval("0. (", "元")
    Interval(low=0, high=99)
    """
    match = _CUT_OFF.match(re.sub(r"\s", "", printed))
    if not match or re.search(r"\d\s+\d", printed):
        return None
    whole = int(re.sub(r"\D", "", match["whole"]))
    decimals = match["decimals"] or ""
    missing = 10 ** (2 - len(decimals))
    low = (whole * 10 ** len(decimals) + int(decimals or 0)) * missing
    factor = _FACTORS.get(unit or "", 1)
    return Interval(low * factor, (low + missing - 1) * factor)


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
    anything = Interval(-_ANYTHING, _ANYTHING)
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


def repair(lines: pl.DataFrame, terms: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Deduce what can be deduced, and list what a person must decide.

    Args:
        lines: one row per amount cell with ``line_id``, ``state``, ``damage``, ``printed_text``
            and ``printed_unit``.
        terms: one row per term of a balance equation with ``equation_id``, ``side``, ``sign``,
            ``line_id``, ``amount_yuan`` and ``tolerance_yuan`` (null where unknown).

    Returns:
        The repairs (schema ``REPAIRS``) and the review queue (schema ``REVIEW``).
    """
    damaged = lines.filter(pl.col("state") == "damaged").to_dicts()
    printed = {
        row["line_id"]: interval
        for row in damaged
        if row["damage"] == CUT_OFF
        and (interval := cut_off_interval(row["printed_text"], row["printed_unit"]))
    }
    equations, amounts = _equations(terms)
    concerned = _concerned(equations, {row["line_id"] for row in damaged})
    narrowed = propagate(amounts | printed, concerned)
    evidence = _evidence(concerned, narrowed)
    repairs, review = [], []
    for row in damaged:
        line_id, text = row["line_id"], row["printed_text"]
        interval = narrowed.get(line_id, Interval(-_ANYTHING, _ANYTHING))
        if line_id in printed and interval.is_exact and evidence[line_id]:
            tried = printed[line_id]
            repairs.append({
                "line_id": line_id, "printed_text": text, "printed_yuan": None,
                "repaired_yuan": _yuan(interval.low), "evidence": " ".join(evidence[line_id]),
                "cost": float(len(str(tried.high - tried.low))),
                "margin": float(tried.high - tried.low),
            })  # fmt: skip
        else:
            review.append({
                "line_id": line_id, "printed_text": text, "reason": _reason(row, interval),
                "candidates": _candidates(interval),
            })  # fmt: skip
    return pl.DataFrame(repairs, schema=REPAIRS), pl.DataFrame(review, schema=REVIEW)


def _equations(terms: pl.DataFrame) -> tuple[list[Equation], dict[str, Interval]]:
    """The equations over fen, and the exact intervals of the amounts that are known."""
    grouped: dict[str, list[tuple[int, str]]] = defaultdict(list)
    slack: dict[str, int] = defaultdict(int)
    amounts: dict[str, Interval] = {}
    for row in terms.iter_rows(named=True):
        coefficient = int(row["sign"]) * (1 if row["side"] == "left" else -1)
        grouped[row["equation_id"]].append((coefficient, row["line_id"]))
        if row["amount_yuan"] is not None:
            fen = _fen(row["amount_yuan"])
            amounts[row["line_id"]] = Interval(fen, fen)
            slack[row["equation_id"]] += _fen(row["tolerance_yuan"] or Decimal(0))
    return [Equation(e, tuple(t), slack[e]) for e, t in grouped.items()], amounts


def _concerned(equations: list[Equation], damaged: set[str]) -> list[Equation]:
    """The equations that are joined to a damaged amount, directly or over another unknown."""
    touched = set(damaged)
    chosen: dict[str, Equation] = {}
    while True:
        new = [
            equation
            for equation in equations
            if equation.equation_id not in chosen
            and any(name in touched for _, name in equation.terms)
        ]
        if not new:
            return list(chosen.values())
        chosen |= {equation.equation_id: equation for equation in new}
        touched |= {name for equation in new for _, name in equation.terms}


def _evidence(equations: list[Equation], known: dict[str, Interval]) -> dict[str, list[str]]:
    """For every amount the equations around it that hold with the values that are left."""
    evidence: dict[str, list[str]] = defaultdict(list)
    for equation in equations:
        spans = [(c, known.get(name)) for c, name in equation.terms]
        if all(span and span.is_exact for _, span in spans):
            total = sum(c * span.low for c, span in spans if span)
            if abs(total) <= equation.slack:
                for _, name in equation.terms:
                    evidence[name].append(equation.equation_id)
    return evidence


def _reason(row: dict[str, str], interval: Interval) -> str:
    if interval.is_empty:
        return f"{row['damage']}; its equations contradict each other"
    return f"{row['damage']}; its equations leave more than one value"


def _candidates(interval: Interval) -> str | None:
    if interval.is_empty or interval.high - interval.low > 10_000:
        return None
    return f"{_yuan(interval.low)} … {_yuan(interval.high)}"


def _fen(yuan: Decimal) -> int:
    return int((yuan * 100).to_integral_exact())


def _yuan(fen: int) -> Decimal:
    return Decimal(fen).scaleb(-2)
