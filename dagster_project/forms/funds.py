"""The fund block of a project's form: which figure belongs to which phase and source of funds.

Here: 年度资金总额 and its sources by 年初预算数, 全年预算数, 全年执行数, with weight, execution
rate and score. Print is read by its columns. Recognised text has lost borders and cells: there the
figures of a row keep their order, and of all ways to give them to the columns the one is taken
that fits the columns best and in which sums and printed rates hold; what stays open is doubted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations, product

from rapidfuzz import fuzz

from dagster_project.forms import amounts
from dagster_project.forms.amounts import Figure
from dagster_project.forms.catalogue import ProjectLabels
from dagster_project.forms.figures import Piece, Token
from dagster_project.forms.project_records import ProjectAmount, Rating

PHASES = ("initial_budget", "adjusted_budget", "final_account")
SLOTS = (*PHASES, "weight", "rate", "score")
_RATINGS = {"weight": "execution_weight", "rate": "execution_rate", "score": "execution_score"}
_LARGEST_SCORE = 100
_LIKE = 75.0
_FAR = 3  # a figure further from its column than this many columns is as far as any
_BEST = 24  # of the ways to read one row, how many are looked at together with the other rows
# What it costs that a figure stands beside its column, that sums or rates do not hold, that a
# row prints a rate and one of its two amounts is absent, or a total has no source or no total.
_SHIFTED, _UNEQUAL, _NO_RATE, _INCOMPLETE, _NO_COUNTERPART, _OTHER = 4, 6, 5, 3, 2, 1
_NO_PLACE, _NO_RATING = 20, 5  # what it costs that a figure has no column at all
_MOST_TOKENS, _MOST_DROPPED = 9, 3


@dataclass(frozen=True, slots=True)
class FundRow:
    """One printed row: its source of funds, its label, and the figures behind the label.

    ``source`` is None where the catalogue does not know the label; such a row is in no sum.
    """

    source: str | None
    label: str
    tokens: tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class Slot:
    """A column of the block: ``start`` to ``end`` in the grid, None where lines have no columns."""

    name: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure and the column that it is read into; ``number`` may leave out a doubled digit."""

    token: Token
    slot: str
    number: str | None
    is_other: bool = False


Reading = tuple[Placed, ...]  # one row


def locate(header: Sequence[tuple[int, str]], labels: ProjectLabels) -> list[Slot]:
    """The columns of the block from the cells of its header; borders may have torn its words."""
    letters = [(letter, column) for column, text in header for letter in text]
    joined = "".join(letter for letter, _ in letters)
    found = {name: _position(joined, labels.labels("fund_column", name)) for name in SLOTS}
    for index, name in enumerate(SLOTS):
        if found[name] is None:
            before = [p for n in SLOTS[:index] if (p := found[n]) is not None]
            after = [p for n in SLOTS[index + 1 :] if (p := found[n]) is not None]
            start, end = max(before, default=-1) + 1, min(after, default=len(joined))
            part = _part(joined[start:end], labels.labels("fund_column", name))
            found[name] = None if part is None else start + part
    starts = {n: letters[p][1] for n, p in found.items() if p is not None}
    return _slots(starts)


def _position(joined: str, wordings: list[str]) -> int | None:
    places = [joined.find(wording) for wording in wordings]
    return next((place for place in places if place >= 0), None)


def _part(joined: str, wordings: list[str]) -> int | None:
    """Where a damaged heading stands: by likeness, else by its first or its last letters."""
    for wording in wordings:
        like = fuzz.partial_ratio_alignment(wording, joined, score_cutoff=_LIKE)
        if like and len(joined) >= len(wording):
            return like.dest_start
    for wording in wordings:
        for piece in (wording[:2], wording[-3:]):
            if piece in joined:
                return joined.find(piece)
    return None


def _slots(starts: dict[str, int]) -> list[Slot]:
    """The columns with their ranges; one that was not found lies between its neighbours."""
    order = SLOTS
    if "weight" in starts and starts.get("rate", starts["weight"]) < starts["weight"]:
        order = (*PHASES, "rate", "weight", "score")
    slots = []
    for index, name in enumerate(order):
        after = [starts[n] for n in order[index + 1 :] if n in starts]
        end = max(min(after, default=10**6) - 1, starts.get(name, 0))
        before = [starts[n] for n in order[:index] if n in starts]
        slots.append(Slot(name, starts.get(name, max(before, default=-1) + 1), end))
    return slots


def read_funds(
    rows: Sequence[FundRow], slots: Sequence[Slot], unit: str | None, *, recognised: bool
) -> tuple[list[ProjectAmount], list[Rating]]:
    """The amounts of a block by phase and source, and the ratings of its total."""
    options = [_readings(row, slots) for row in rows]
    if not recognised:
        chosen = [min(own, key=lambda option: option[0])[1] for own in options]
        return _emit(rows, chosen, unit, frozenset(), 0)
    chosen, doubted = _together(rows, options)
    return _emit(rows, chosen, unit, doubted, 2 if unit in {None, "元"} else 0)


def _readings(row: FundRow, slots: Sequence[Slot]) -> list[tuple[int, Reading]]:
    """The ways to give a row's figures to columns in print order, cheapest first."""
    found: list[tuple[int, Reading]] = []
    most = min(len(row.tokens), len(slots)) if len(row.tokens) <= _MOST_TOKENS else 0
    for count in range(most, max(most - _MOST_DROPPED, 0) - 1, -1):
        for own, chosen in product(combinations(row.tokens, count), combinations(slots, count)):
            pairs = list(zip(own, chosen, strict=True))
            costs = [_cost(token, slot, row.source) for token, slot in pairs]
            if None not in costs:
                placed = tuple(Placed(t, slot.name, t.figure.number) for t, slot in pairs)
                dropped = sum(_dropped(token) for token in _others(row, own))
                found.append((dropped + _shifted(pairs) + sum(filter(None, costs)), placed))
    found.sort(key=lambda option: option[0])
    return found[:_BEST] or [(_NO_PLACE, ())]


def _others(row: FundRow, own: Sequence[Token]) -> list[Token]:
    taken = {id(token) for token in own}
    return [token for token in row.tokens if id(token) not in taken]


def _dropped(token: Token) -> int:
    """What it costs that a figure has no column; amounts and rates always have one."""
    return _NO_PLACE if is_money(token) or token.figure.is_percent else _NO_RATING


def _cost(token: Token, slot: Slot, source: str | None) -> int | None:
    """What it costs to read a figure into a column; None where it cannot be.

    Rates bear a percent sign or stand under their heading; weights and scores are small numbers,
    and no amount of money of a block is one of them.
    """
    number = token.figure.number
    is_small = number is not None and abs(Decimal(number)) <= _LARGEST_SCORE
    if token.figure.is_percent != (slot.name == "rate") and (
        token.figure.is_percent or slot.start is None
    ):
        return None
    if slot.name in {"weight", "score"} and not is_small:
        return None
    if slot.name in _RATINGS and slot.start is None and source != "all" and slot.name != "rate":
        return None
    if token.columns is None or slot.start is None:
        # Without columns a small number is a weight before it is a score or an amount.
        is_amount = slot.name in PHASES and is_small and bool(number and number.strip("0."))
        return _OTHER if is_amount or slot.name == "score" else 0
    return 0


def _shift(token: Token, slot: Slot) -> int:
    """By how many columns a figure stands to the right (or, below 0, to the left) of its column."""
    if token.columns is None or slot.start is None or slot.end is None:
        return 0
    first, last = token.columns
    away = max(first - slot.end, 0) or min(last - slot.start, 0)
    return max(-_FAR, min(away, _FAR))


def _shifted(pairs: Iterable[tuple[Token, Slot]]) -> int:
    """What it costs that figures stand beside their columns; a row moved as a whole moves once."""
    cost, before = 0, 0
    for token, slot in pairs:
        own = _shift(token, slot)
        cost += _SHIFTED * abs(own) if own != before else 0
        before = own
    return cost


def _together(
    rows: Sequence[FundRow], options: list[list[tuple[int, Reading]]]
) -> tuple[list[Reading], frozenset[int]]:
    """The reading of all rows at once, and the tokens (by id) that other readings place elsewhere.

    A doubled digit is left out only where sums or rates then hold.
    """
    near = [[o for o in own if o[0] <= own[0][0] + 2 * _SHIFTED * _FAR] for own in options]
    while _size(near) > 20_000:
        longest = max(near, key=len)
        longest.pop()
    scored = []
    for combination in product(*near):
        for readings, cost in _with_others([reading for _, reading in combination]):
            own = sum(place for place, _ in combination) + cost
            scored.append((own + _broken(rows, readings), readings))
    lowest = min(score for score, _ in scored)
    best = [readings for score, readings in scored if score == lowest]
    places = [{id(p.token): (p.slot, p.number) for r in readings for p in r} for readings in best]
    doubted = frozenset(
        key for key in places[0] if any(own.get(key) != places[0][key] for own in places[1:])
    )
    return list(best[0]), doubted


def _size(near: list[list[tuple[int, Reading]]]) -> int:
    size = 1
    for own in near:
        size *= len(own)
    return size


def _with_others(readings: list[Reading]) -> Iterator[tuple[list[Reading], int]]:
    """The readings as printed, and with doubled digits left out, each at its cost."""
    own = [
        [(p, replace(p, number=p.token.other, is_other=True)) if p.token.other else (p,) for p in r]
        for r in readings
    ]
    for choice in product(*(product(*row) for row in own)):
        yield list(choice), _OTHER * sum(p.is_other for row in choice for p in row)


def _broken(rows: Sequence[FundRow], readings: Sequence[Reading]) -> int:
    cost = sum(_broken_rate(reading) for reading in readings)
    for phase in PHASES:
        total, parts, damaged = _phase(rows, readings, phase)
        if total is not None and parts and not damaged:
            cost += 0 if total in {sum(parts), *(p for p in parts if len(parts) > 1)} else _UNEQUAL
        elif (total is None) != (not parts) and not damaged:
            cost += _NO_COUNTERPART
    return cost


def _phase(
    rows: Sequence[FundRow], readings: Sequence[Reading], phase: str
) -> tuple[Decimal | None, list[Decimal], bool]:
    """The total of a phase, its parts, and whether one of them is damaged."""
    total, parts, damaged = None, [], False
    for row, reading in zip(rows, readings, strict=True):
        for placed in reading:
            if placed.slot == phase and row.source:
                if placed.number is None:
                    damaged = True
                elif row.source == "all":
                    total = Decimal(placed.number)
                else:
                    parts.append(Decimal(placed.number))
    return total, parts, damaged


def _broken_rate(reading: Reading) -> int:
    numbers = {p.slot: p.number for p in reading}
    if numbers.get("rate") is None:
        return 0
    missing = [slot for slot in ("adjusted_budget", "final_account") if slot not in numbers]
    if missing:
        return _NO_RATE * len(missing)
    return 0 if rate_holds(reading) is not False else _INCOMPLETE


def rate_holds(reading: Iterable[Placed]) -> bool | None:
    """Whether the printed rate is 全年执行数 over 全年预算数; None where one of them is unknown."""
    numbers = {p.slot: p.number for p in reading}
    rate, budget, spent = (numbers.get(n) for n in ("rate", "adjusted_budget", "final_account"))
    if rate is None or budget is None or spent is None or not Decimal(budget):
        return None
    digits = Decimal(1).scaleb(Decimal(rate).as_tuple().exponent)  # type: ignore[arg-type]
    exact = Decimal(spent) / Decimal(budget) * 100
    return bool(abs(exact.quantize(digits, ROUND_HALF_UP) - Decimal(rate)) <= digits)


def _emit(
    rows: Sequence[FundRow],
    readings: Sequence[Reading],
    unit: str | None,
    doubted: frozenset[int],
    decimals: int,
) -> tuple[list[ProjectAmount], list[Rating]]:
    """Amounts and ratings; amounts of money print ``decimals`` decimals where that is known."""
    found: list[ProjectAmount] = []
    ratings: list[Rating] = []
    for row, reading in zip(rows, readings, strict=True):
        role = "total" if row.source == "all" else "component"
        for placed in reading:
            token, place = placed.token, placed.token.first
            if placed.slot in PHASES:
                figure = _figure(placed, doubted, decimals)
                found.append(ProjectAmount(
                    row.label, None, placed.slot, row.source, role, token.text, figure, unit,
                    place.page, place.row_number, place.column_number, place.box,
                ))  # fmt: skip
            elif row.source == "all" and token.figure.number and id(token) not in doubted:
                ratings.append(
                    rating(_RATINGS[placed.slot], token.text, token.figure.number, place)
                )
        placed_tokens = {id(placed.token) for placed in reading}
        found += [
            unplaced(token, row.label, row.source, unit)
            for token in row.tokens
            if id(token) not in placed_tokens and is_money(token)
        ]
    return found, ratings


def is_money(token: Token) -> bool:
    """Whether a figure can be an amount of money, neither a rate nor a weight nor a score."""
    number = token.figure.number
    if token.figure.is_percent:
        return False
    if number is None:
        return len(re.sub(r"\D", "", token.text)) > len("10000")  # the digits of 100.00
    return abs(Decimal(number)) > _LARGEST_SCORE


def unplaced(token: Token, label: str, source: str | None, unit: str | None) -> ProjectAmount:
    """An amount of which the print does not say to which phase it belongs."""
    figure = Figure(amounts.DAMAGED, damage="it is not certain to which column it belongs")
    place = token.first
    return ProjectAmount(
        label, None, None, source, "component", token.text, figure, unit,
        place.page, place.row_number, place.column_number, place.box,
    )  # fmt: skip


def rating(item: str, text: str, number: str | None, place: Piece) -> Rating:
    """A result of a project with the place of its print."""
    return Rating(item, text, number, place.page, place.row_number, place.column_number, place.box)


def doubted(amount: ProjectAmount) -> ProjectAmount:
    """The amount without its number: to which column it belongs is not certain."""
    figure = Figure(amounts.DAMAGED, damage="it is not certain to which column it belongs")
    return replace(amount, phase=None, figure=figure)


def _figure(placed: Placed, doubted: frozenset[int], decimals: int) -> Figure:
    figure = placed.token.figure
    if id(placed.token) in doubted:
        return Figure(amounts.DAMAGED, damage="it is not certain to which column it belongs")
    if placed.is_other:
        return replace(figure, number=placed.number)
    return amounts.check_decimals(figure, decimals) if decimals else figure


def agreeing(rows: Sequence[FundRow], found: list[ProjectAmount]) -> list[ProjectAmount]:
    """Doubt recognised amounts of a phase whose total is not the sum of its sources.

    If one single part equals the total the other parts are the ones in doubt. A total beside a
    source whose head is torn off is in doubt with it; one whose end is cut off must begin alike.
    """
    doubted: set[int] = set()
    confirmed = _confirmed(found, rows)
    for phase in PHASES:
        own = [(i, a) for i, a in enumerate(found) if a.phase == phase]
        totals = [(i, a) for i, a in own if a.funding_source == "all" and a.figure.number]
        parts = [(i, a) for i, a in own if a.funding_source not in {"all", None}]
        if len(totals) == 1:
            doubted |= _in_doubt(totals[0], parts) - confirmed
    reason = "the amount does not agree with the total of its funds"
    return [
        replace(a, figure=Figure(amounts.DAMAGED, damage=reason))
        if i in doubted and a.figure.number
        else a
        for i, a in enumerate(found)
    ]


def _in_doubt(total: tuple[int, ProjectAmount], parts: list[tuple[int, ProjectAmount]]) -> set[int]:
    amount = Decimal(total[1].figure.number or 0)
    whole = [(i, Decimal(part.figure.number)) for i, part in parts if part.figure.number]
    damaged = [part for _, part in parts if not part.figure.number]
    if not parts or (not damaged and sum(number for _, number in whole) == amount):
        return set()
    equal = [i for i, number in whole if number == amount]
    if len(equal) == 1:
        return {i for i, _ in whole if i != equal[0]}
    if len(damaged) == 1 and not whole and _begins(total[1].printed_text, damaged[0].printed_text):
        return set()
    return {total[0], *(i for i, _ in whole)}


def _begins(whole: str, cut: str) -> bool:
    """Whether a figure that was cut off begins like a whole one."""
    digits = [re.sub(r"\D", "", text) for text in (whole, cut)]
    return len(digits[1]) >= 2 and digits[0].startswith(digits[1])


def _confirmed(found: list[ProjectAmount], rows: Sequence[FundRow]) -> set[int]:
    """The amounts of a row whose printed rate holds between its two phases."""
    confirmed: set[int] = set()
    for row in rows:
        rates = [t for t in row.tokens if t.figure.is_percent and t.figure.number]
        own = {a.phase: i for i, a in enumerate(found) if a.funding_source == row.source}
        pair = [own.get("adjusted_budget"), own.get("final_account")]
        numbers = [found[i].figure.number for i in pair if i is not None]
        if len(rates) == 1 and len(numbers) == 2 and None not in numbers:
            placed = [
                Placed(rates[0], slot, number)
                for slot, number in zip(
                    ("rate", "adjusted_budget", "final_account"),
                    (rates[0].figure.number, *numbers),
                    strict=True,
                )
            ]
            if rate_holds(placed) and Decimal(numbers[0] or 0):
                confirmed |= {i for i in pair if i is not None}
    return confirmed
