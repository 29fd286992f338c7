"""Repair what recognition of a scan did to figures, where the equations prove it.

Two levels. Each suspicious cell gets the values that its print allows, with what recognition must
have done to it as a cost: a figure cut off on the right is an interval, a garbled one has
readings, a whole one in a violated equation may have a digit lost or confused or stand in its
neighbour's column, a lost cell may be anything. Then the cheapest choice that makes the equations
of a component hold is taken cell by cell, if

- every other value of the cell is dearer by a margin,
- its equations hold with it, and
- a cell that can be read in more ways than one, apart from its cut-off end, is fixed by its
  equations even when any one of them is left out: two equations agree on it, and
- no other print of a whole figure reads as it does, but where a doubled digit is lost from both.

Everything else is left to a person, with the candidates. Only figures of recognised text are
touched: a publisher's own figures never are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from dagster_project.balance.equations import (
    ANYTHING,
    Equation,
    Interval,
    around,
    components,
    determined,
    members_of,
    propagate,
    slack,
)
from dagster_project.balance.misprints import (
    FACTORS,
    REPEATED_DIGIT,
    cut_off_interval,
    likelihood_of_cut,
    misprint_cost,
    readings,
)
from dagster_project.balance.solver import NOT_ZERO, TINY, Component, Solution, Unknown

MARGIN = 1.0  # how much dearer any other value must be
_PLAUSIBLE = 2.0  # the dearest misreading that still counts as one
_SHIFTED = 2.5
_CANDIDATES = 12

MONEY = pl.Decimal(18, 2)
REPAIRS = {
    "line_id": pl.String(), "printed_text": pl.String(), "printed_yuan": MONEY,
    "repaired_yuan": MONEY, "evidence": pl.String(), "cost": pl.Float64(), "margin": pl.Float64(),
}  # fmt: skip
REVIEW = {
    "line_id": pl.String(), "printed_text": pl.String(), "reason": pl.String(),
    "candidates": pl.String(), "evidence": pl.String(),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Print:
    """One cell as it was printed; `fen` is its amount where it could be read."""

    name: str
    state: str
    damage: str | None
    text: str
    unit: str | None
    step: int
    fen: int | None
    place: tuple[str, int, int, int]
    is_recognised: bool

    @property
    def is_cut_off(self) -> bool:
        """Whether the figure is whole but for its last digits."""
        return self.state == "damaged" and cut_off_interval(self.text, self.unit) is not None

    @property
    def sole_reading(self) -> int | None:
        """The one figure that a garbled or doubted print may say, if there is only one."""
        found = readings(self.text, self.unit) if self.state == "damaged" else {}
        return next(iter(found)) if len(found) == 1 else None

    @property
    def is_blank(self) -> bool:
        """Whether nothing is printed where a figure may have been lost."""
        return self.state == "blank"


@dataclass(frozen=True, slots=True)
class Mended:
    """A value that is accepted, with its evidence."""

    name: str
    fen: int
    cost: float
    margin: float
    evidence: tuple[str, ...]


def repair(lines: pl.DataFrame, terms: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Repair what can be repaired, and list what a person must decide.

    Args:
        lines: one row per amount cell with ``line_id``, ``state``, ``damage`` and
            ``printed_text``.
        terms: one row per term of a balance equation with ``equation_id``, ``side``, ``sign``,
            ``line_id``, ``amount_yuan`` and ``tolerance_yuan`` (null where unknown), ``state``,
            and of the print ``is_recognised``, ``printed_text``, ``printed_unit``, ``decimals``,
            ``damage``, ``document_id``, ``page``, ``row_number`` and ``column_number``.

    Returns:
        The repairs (schema ``REPAIRS``) and the review queue (schema ``REVIEW``).
    """
    # Of documents in which nothing was recognised or is damaged there is nothing to say.
    doubtful = pl.col("is_recognised") | (pl.col("state") == "damaged")
    terms = terms.filter(doubtful.any().over("document_id"))
    prints = _prints(terms)
    repairs: list[dict[str, Any]] = []
    proposals: dict[str, list[int]] = {}
    for _, group in terms.filter(pl.col("is_recognised").any().over("document_id")).group_by(
        "document_id", maintain_order=True
    ):
        mended, open_values = _repair_document(_equations(group), prints)
        proposals |= open_values
        repairs += [_repair_row(prints[one.name], one) for one in mended]
    done = {row["line_id"]: _fen(row["repaired_yuan"]) for row in repairs}
    amounts = {name: one.fen for name, one in prints.items() if one.fen is not None} | done
    open_cells = {
        name
        for name in prints
        if name not in done and (prints[name].state == "damaged" or name in proposals)
    }
    equations_of = around(_equations(_terms_with(terms, open_cells)))
    review = [
        _review_row(prints[name], proposals.get(name, []), equations_of[name], amounts)
        for name in sorted(open_cells)
    ]
    listed = set(done) | open_cells
    review += [
        {"line_id": row["line_id"], "printed_text": row["printed_text"],
         "reason": f"{row['damage']}; it stands in no equation", "candidates": None,
         "evidence": None}
        for row in lines.filter(pl.col("state") == "damaged").to_dicts()
        if row["line_id"] not in listed
    ]  # fmt: skip
    return pl.DataFrame(repairs, schema=REPAIRS), pl.DataFrame(review, schema=REVIEW)


def _repair_document(
    equations: list[Equation], prints: Mapping[str, Print]
) -> tuple[list[Mended], dict[str, list[int]]]:
    """What is accepted in one document, and the values proposed for what is not."""
    amounts = {
        name: prints[name].fen or 0
        for equation in equations
        for _, name in equation.terms
        if prints[name].fen is not None
    }
    equations_of = around(equations)
    unknowns = _unknowns(equations, equations_of, prints, amounts)
    fixed = {name: fen for name, fen in amounts.items() if name not in unknowns}
    concerned = [
        equation
        for equation in equations
        if any(name in unknowns for _, name in equation.terms)
        and all(name in unknowns or name in fixed for _, name in equation.terms)
    ]
    mended: list[Mended] = []
    proposals: dict[str, list[int]] = {}
    for component in components(concerned, set(unknowns)):
        chosen = {name: unknowns[name] for name in members_of(component) if name in unknowns}
        solution = Component(component, chosen, fixed).solve()
        if solution is None:
            continue
        accepted = _accepted(solution, component, prints, fixed)
        mended += accepted
        names = {one.name for one in accepted}
        proposals |= {
            name: [value]
            for name, value in solution.values.items()
            if name not in names
            and value != prints[name].fen
            and _is_witnessed(name, component, solution, prints)
        }
        after = amounts | {one.name: one.fen for one in accepted}
        for name in members_of(equation for equation in component if equation.is_violated(after)):
            if name in chosen and name not in names and prints[name].state == "amount":
                others = sorted(chosen[name].costs, key=chosen[name].costs.__getitem__)
                proposals[name] = [value for value in others if value != prints[name].fen]
    return mended, proposals


def _is_witnessed(
    name: str, component: list[Equation], solution: Solution, prints: Mapping[str, Print]
) -> bool:
    """Whether an equation that holds with the proposal prints anything else at all."""
    return any(
        equation.equation_id not in solution.violated
        and any(other == name for _, other in equation.terms)
        and any(
            prints[other].state == "amount" or prints[other].is_cut_off
            for _, other in equation.terms
            if other != name
        )
        for equation in component
    )


def _unknowns(
    equations: list[Equation],
    equations_of: Mapping[str, list[Equation]],
    prints: Mapping[str, Print],
    amounts: Mapping[str, int],
) -> dict[str, Unknown]:
    """The cells that may be changed, with what each may be."""
    names = {n for equation in equations for _, n in equation.terms if prints[n].is_recognised}
    cut = {
        name: interval
        for name in names
        if prints[name].is_cut_off
        and (interval := cut_off_interval(prints[name].text, prints[name].unit))
    }
    exact = {name: Interval(fen, fen) for name, fen in amounts.items()}
    narrowed = propagate(exact | cut, [e for n in cut for e in equations_of[n]])
    found = {}
    for name in sorted(names):
        if name in cut:
            span = narrowed[name] if not narrowed[name].is_empty else cut[name]
            found[name] = _cut_unknown(cut[name], span, prints[name].unit)
        elif prints[name].is_blank:
            found[name] = Unknown(Interval(0, ANYTHING), base=0, otherwise=NOT_ZERO, tiny=TINY)
        elif prints[name].state == "damaged":
            found[name] = _garbled_unknown(prints[name])
    violated = [equation for equation in equations if equation.is_violated(amounts)]
    for name in sorted(names.intersection(members_of(violated))):
        costs = _whole_costs(prints[name], equations_of[name], prints, amounts)
        if len(costs) > 1:
            found[name] = Unknown(Interval(-ANYTHING, ANYTHING), costs, printed=prints[name].fen)
    return found


def _cut_unknown(printed: Interval, narrowed: Interval, unit: str | None) -> Unknown:
    """A cut-off figure: its interval, the visible digits alone being the likeliest."""
    return Unknown(
        narrowed, base=printed.low, otherwise=likelihood_of_cut(printed, printed.low + 1, unit)
    )


def _garbled_unknown(printed: Print) -> Unknown:
    """A garbled figure: what it may say; anything where it says nothing."""
    costs = readings(printed.text, printed.unit)
    return Unknown(Interval(0, ANYTHING), costs)


def _whole_costs(
    printed: Print,
    equations: Iterable[Equation],
    prints: Mapping[str, Print],
    amounts: Mapping[str, int],
) -> dict[int, float]:
    """What a whole figure in a violated equation may be a misreading of."""
    if printed.fen is None:
        return {}
    neighbours = _neighbours(printed, prints)
    costs: dict[int, float] = {}
    for equation in equations:
        if not equation.is_violated(amounts):
            continue
        for needed in _needed(equation, printed, amounts):
            cost = misprint_cost(printed.fen // printed.step, needed // printed.step)
            if needed in neighbours:
                cost = min(cost, _SHIFTED)
            if cost <= _PLAUSIBLE or needed in neighbours:
                costs[needed] = min(cost, costs.get(needed, cost))
    likeliest = sorted(costs.items(), key=lambda item: (item[1], item[0]))[:_CANDIDATES]
    return {printed.fen: 0.0, **dict(likeliest)}


def _needed(equation: Equation, printed: Print, amounts: Mapping[str, int]) -> Iterator[int]:
    """The values, as fine as the print, with which the equation holds."""
    coefficient = sum(c for c, name in equation.terms if name == printed.name)
    difference = equation.difference(amounts)
    if not coefficient or difference is None or printed.fen is None:
        return
    middle = printed.fen - difference // coefficient
    first = -(-(middle - equation.slack) // printed.step) * printed.step
    for value in range(first, middle + equation.slack + 1, printed.step):
        if (value - first) // printed.step > _CANDIDATES:
            return
        yield value


def _neighbours(printed: Print, prints: Mapping[str, Print]) -> set[int]:
    """The amounts beside a cell: what it would print had its row been shifted."""
    document, page, row, column = printed.place
    beside = {(document, page, row, column - 1), (document, page, row, column + 1)}
    return {
        other.fen
        for other in prints.values()
        if other.place in beside and other.fen is not None and other.fen != printed.fen
    }


def _accepted(
    solution: Solution,
    component: list[Equation],
    prints: Mapping[str, Print],
    fixed: Mapping[str, int],
) -> list[Mended]:
    """The cells whose value is beyond doubt."""
    sure = {
        name
        for name, value in solution.values.items()
        if value == prints[name].fen or solution.margins[name] >= MARGIN
    }
    while True:
        holding = [
            equation
            for equation in component
            if equation.equation_id not in solution.violated
            and all(name in sure or name in fixed for _, name in equation.terms)
        ]
        supported = _supported(sure, holding, prints, solution)
        if supported == sure:
            break
        sure = supported
    changes = {
        name: solution.values[name]
        for name in sure
        if solution.values[name] != prints[name].fen
        and (
            _cost(prints[name], solution.values[name]) <= REPEATED_DIGIT
            or not _is_read_twice(name, component, prints)
        )
    }
    evidence = around(holding)
    return [
        Mended(
            name,
            fen,
            _cost(prints[name], fen),
            solution.margins[name],
            tuple(sorted({equation.equation_id for equation in evidence[name]})),
        )
        for name, fen in sorted(_breaking_nothing(changes, component, prints, fixed).items())
    ]


def _is_read_twice(name: str, component: Iterable[Equation], prints: Mapping[str, Print]) -> bool:
    """Whether an equation holds a whole figure against one other print, and both read alike.

    合计 and 公用经费 of a row are read one by one: that both are misread in one way is less likely
    than a lost row, whose money another row may seem to lack (0.20 for 7.20 where 7.00 is lost).
    """
    for equation in component:
        read = [(sign, prints[other]) for sign, other in equation.terms if prints[other].fen]
        if (
            len(read) == 2
            and name in {one.name for _, one in read}
            and all(one.state == "amount" for _, one in read)
            and sum(sign * (one.fen or 0) for sign, one in read) == 0
        ):
            return True
    return False


def _breaking_nothing(
    changes: Mapping[str, int],
    component: list[Equation],
    prints: Mapping[str, Print],
    fixed: Mapping[str, int],
) -> dict[str, int]:
    """The changes with which every equation holds that can be computed once they are made.

    A cut-off end may stand in an equation that fails: its visible digits are not in doubt, and the
    failure may be the publisher's own. Any other change would then rest on one more assumption.
    """
    kept = dict(changes)
    while True:
        read = {n: f for n in members_of(component) if (f := prints[n].fen) is not None}
        after = {**read, **fixed, **kept}
        failing = {n for e in component if e.is_violated(after) for _, n in e.terms}
        dropped = {name for name in kept if name in failing and not prints[name].is_cut_off}
        if not dropped:
            return kept
        kept = {name: fen for name, fen in kept.items() if name not in dropped}


def _supported(
    sure: set[str], holding: list[Equation], prints: Mapping[str, Print], solution: Solution
) -> set[str]:
    """The cells that enough witnesses agree on: two equations, or one and the print itself.

    The print is a witness of a figure whose end alone is cut off, and of one that can be read in
    one way only. A total that is cut off wherever it stands is no witness of itself.
    """
    unchanged = {name for name in sure if solution.values[name] == prints[name].fen}
    changed = {name: solution.values[name] for name in sure - unchanged}
    holding = [
        equation
        for group in components(holding, set(changed))
        if _says_something(group, changed, prints)
        for equation in group
    ]
    names = {name for equation in holding for _, name in equation.terms}
    printed = {
        name
        for name in sure & names
        if prints[name].is_cut_off or prints[name].sole_reading == solution.values[name]
    }
    doubtful = sorted(sure - unchanged - printed)
    robust = names.intersection(doubtful)
    for group in components(holding, set(doubtful)):
        members = sorted({n for e in group for _, n in e.terms if n in robust})
        for left_out in group if members else ():
            kept = determined(members, [e for e in group if e is not left_out])
            robust -= set(members) - kept
    return unchanged | printed | robust


def _says_something(
    group: list[Equation], changed: Mapping[str, int], prints: Mapping[str, Print]
) -> bool:
    """Whether equations say more than that one damaged figure is another one's copy.

    They do if they hold an amount that could be read, or if figures add up. Zeros need no witness.
    """
    open_terms = [sum(1 for _, name in e.terms if changed.get(name)) for e in group]
    return (
        not any(open_terms)
        or max(open_terms) > 2
        or any(
            prints[name].fen and prints[name].state == "amount"
            for name in members_of(group)
            if name not in changed
        )
    )


def _cost(printed: Print, fen: int) -> float:
    """What recognition must have done to the cell."""
    interval = cut_off_interval(printed.text, printed.unit) if printed.is_cut_off else None
    if interval:
        return likelihood_of_cut(interval, fen, printed.unit)
    if printed.fen is not None:
        return min(misprint_cost(printed.fen // printed.step, fen // printed.step), _SHIFTED)
    if printed.is_blank:
        return NOT_ZERO if fen else 0.0
    return readings(printed.text, printed.unit).get(fen, _SHIFTED)


def _prints(terms: pl.DataFrame) -> dict[str, Print]:
    """Every cell that is a term, as it was printed."""
    return {
        row["line_id"]: Print(
            name=row["line_id"],
            state=row["state"],
            damage=row["damage"],
            text=row["printed_text"] or "",
            unit=row["printed_unit"],
            step=_step(row["printed_unit"], row["decimals"]),
            fen=None if row["amount_yuan"] is None else _fen(row["amount_yuan"]),
            is_recognised=row["is_recognised"],
            place=(row["document_id"], row["page"] or 0, row["row_number"] or 0,
                   row["column_number"] or 0),
        )
        for row in terms.unique("line_id", maintain_order=True).iter_rows(named=True)
    }  # fmt: skip


def _step(unit: str | None, decimals: int | None) -> int:
    """The last printed digit, in fen."""
    return max(FACTORS.get(unit or "", 1) * 100 // 10 ** (decimals or 0), 1)


def _equations(terms: pl.DataFrame) -> list[Equation]:
    """The equations over fen."""
    terms_of: dict[str, list[tuple[int, str]]] = defaultdict(list)
    tolerances: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for row in terms.iter_rows(named=True):
        coefficient = int(row["sign"]) * (1 if row["side"] == "left" else -1)
        tolerance = row["tolerance_yuan"]
        terms_of[row["equation_id"]].append((coefficient, row["line_id"]))
        tolerances[row["equation_id"]].append(
            (coefficient, None if tolerance is None else _fen(tolerance))
        )
    return [Equation(e, tuple(t), slack(tolerances[e])) for e, t in terms_of.items()]


def _repair_row(printed: Print, mended: Mended) -> dict[str, Any]:
    return {
        "line_id": mended.name,
        "printed_text": printed.text,
        "printed_yuan": None if printed.fen is None else yuan(printed.fen),
        "repaired_yuan": yuan(mended.fen),
        "evidence": " ".join(mended.evidence),
        "cost": mended.cost,
        "margin": mended.margin,
    }


def _terms_with(terms: pl.DataFrame, names: set[str]) -> pl.DataFrame:
    """All terms of the equations in which some of these cells stand."""
    concerned = terms.filter(pl.col("line_id").is_in(sorted(names)))["equation_id"].unique()
    return terms.filter(pl.col("equation_id").is_in(concerned.implode()))


def _review_row(
    printed: Print,
    proposed: list[int],
    equations: list[Equation],
    amounts: Mapping[str, int],
) -> dict[str, Any]:
    """What a person has to decide, each candidate with how many of the equations it satisfies."""
    candidates = list(proposed)
    if printed.state == "damaged" and not printed.is_cut_off:
        candidates = list(proposed if printed.text else [])
        candidates += [x for x in readings(printed.text, printed.unit) if x not in candidates]
    texts = [_candidate(printed.name, fen, equations, amounts) for fen in candidates]
    interval = cut_off_interval(printed.text, printed.unit) if printed.is_cut_off else None
    if interval:
        texts.append(f"{yuan(interval.low)} … {yuan(interval.high)}")
    why = printed.damage or ("nothing is printed" if printed.is_blank else "its equations fail")
    return {
        "line_id": printed.name,
        "printed_text": printed.text,
        "reason": f"{why}; its equations prove no one value",
        "candidates": "; ".join(texts) or None,
        "evidence": " ".join(sorted(equation.equation_id for equation in equations)),
    }


def _candidate(name: str, fen: int, equations: list[Equation], amounts: Mapping[str, int]) -> str:
    """A candidate, and how many of those equations hold with it that can be computed then."""
    differences = [(e, e.difference({**amounts, name: fen})) for e in equations]
    known = [(e, d) for e, d in differences if d is not None]
    holding = sum(abs(difference) <= equation.slack for equation, difference in known)
    return f"{yuan(fen)} ({holding} of {len(known)} equations)" if known else str(yuan(fen))


def _fen(amount: Decimal) -> int:
    return int((amount * 100).to_integral_exact())


def yuan(fen: int) -> Decimal:
    """Fen as 元, exactly."""
    return Decimal(fen).scaleb(-2)
