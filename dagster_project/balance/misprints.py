"""What recognition of a scan does to a printed figure, and what a damaged figure may have been.

Here: text and digits. Equations do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from dagster_project.balance.equations import Interval

FACTORS = {"元": 1, "百元": 100, "千元": 1_000, "万元": 10_000, "百万元": 10**6, "亿元": 10**8}

# Weights of a weighted edit distance, in the order of how often recognition does it.
REPEATED_DIGIT = 0.8
CONFUSED_DIGIT = 1.0
OTHER_DIGIT = 2.0
LOST_DIGIT = 1.5
_CONFUSED = {
    frozenset(pair) for pair in ("08", "06", "38", "35", "56", "58", "68", "17", "27", "49", "89",
                                 "14", "09", "69")
}  # fmt: skip

_CUT_OFF = re.compile(r"^(?P<whole>\d{1,3}(?:[,.]\d{3})*)(?:[.,](?P<decimals>\d?))?[^\d]*$")
_HOLE = re.compile(r"\d[^\d]*[^\d,.]+[^\d]*\d")
_FIGURE = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})*?\.\d{2}|\d{1,3}(?:,\d{3})*\.\d{2}")


def cut_off_interval(printed: str, unit: str | None) -> Interval | None:
    """The amounts, in fen, that a figure cut off on the right may have been.

    >>> cut_off_interval("79, 980. 0", "元")
    Interval(low=7998000, high=7998009)
    >>> cut_off_interval("0. (", "元")
    Interval(low=0, high=99)
    """
    match = _CUT_OFF.match(re.sub(r"\s", "", printed))
    if not unit or not match or re.search(r"\d\s+\d", printed):
        return None
    whole = int(re.sub(r"\D", "", match["whole"]))
    decimals = match["decimals"] or ""
    missing = 10 ** (2 - len(decimals))
    low = (whole * 10 ** len(decimals) + int(decimals or 0)) * missing
    factor = FACTORS.get(unit, 1)
    return Interval(low * factor, (low + missing - 1) * factor)


def readings(printed: str, unit: str | None) -> dict[int, float]:
    """What a damaged figure may say, in fen, each with a cost.

    A digit on the border of two cells is printed in both (``6000,000.00`` is ``60|00,000.00``);
    two figures may stand in one cell, or one figure twice, the second cut at its head.

    >>> readings("6000, 000. 00", "元")
    {60000000: 0.8}
    >>> readings("200, 000. 00200, 000. 00", "元")
    {20000000: 1.0}

    What stands on one side of an unreadable mark is a part of a figure and says nothing.

    >>> readings("4?0. 00", "元")
    {}

    Nor does a figure whose unit is not known: 元 and 万元 are both likely.

    >>> readings("200, 000. 00", None)
    {}
    """
    text = re.sub(r"\s", "", printed)
    found: dict[int, float] = {}
    if not unit or _HOLE.search(text):
        return found
    factor = FACTORS.get(unit, 1)
    for candidate, cost in _readings(text):
        fen = int(re.sub(r"\D", "", candidate)) * factor
        found[fen] = min(cost, found.get(fen, cost))
    return found


def _readings(text: str) -> Iterator[tuple[str, float]]:
    border = re.fullmatch(r"\D*(\d+)((?:[,.]\d{3})+[.,]\d{2})\D*", text)
    if border and len(border[1]) == 4:
        head = border[1]
        for i in range(3):
            if head[i] == head[i + 1]:
                yield head[:i] + head[i + 1 :] + border[2], REPEATED_DIGIT
        return
    for match in _FIGURE.finditer(text):
        yield match[0], CONFUSED_DIGIT


def likelihood_of_cut(interval: Interval, fen: int, unit: str | None) -> float:
    """What it costs to take a cut-off figure for more than its visible digits say.

    Figures that are round to the hundred 元, and amounts below one 元, have no fen unless nothing
    else can carry them; a figure with odd 元 has odd fen as a matter of course. So has every figure
    in 万元, whose decimals are 元.
    """
    if fen == interval.low:
        return 0.0
    is_odd = interval.low % 10_000 or FACTORS.get(unit or "", 1) > 1
    return 0.2 if is_odd else 3.0


def misprint_cost(printed: int, needed: int) -> float:
    """The cost of taking one exact figure for a misreading of another, by their digits.

    >>> misprint_cost(12345, 12845)
    1.0
    >>> misprint_cost(1234, 12234)
    0.8
    """
    if printed == needed:
        return 0.0
    if (printed < 0) != (needed < 0) and printed and needed:
        return LOST_DIGIT + misprint_cost(abs(printed), abs(needed))
    return _distance(str(abs(printed)), str(abs(needed)))


@lru_cache(maxsize=100_000)
def _distance(printed: str, needed: str) -> float:
    """Weighted edit distance: how ``needed`` was misread as ``printed``."""
    row = [0.0]
    for j, digit in enumerate(needed):
        row.append(row[j] + _lost(needed, j, digit))
    for i, seen in enumerate(printed):
        following = [row[0] + LOST_DIGIT]
        for j, digit in enumerate(needed):
            same = 0.0 if seen == digit else _substituted(seen, digit)
            added = REPEATED_DIGIT if i and printed[i - 1] == seen else LOST_DIGIT
            following.append(
                min(row[j] + same, row[j + 1] + added, following[j] + _lost(needed, j, digit))
            )
        row = following
    return row[-1]


def _lost(text: str, position: int, digit: str) -> float:
    return REPEATED_DIGIT if position and text[position - 1] == digit else LOST_DIGIT


def _substituted(seen: str, digit: str) -> float:
    return CONFUSED_DIGIT if frozenset((seen, digit)) in _CONFUSED else OTHER_DIGIT
