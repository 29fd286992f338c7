"""From the printed text of a cell to an exact decimal, or to the reason why there is none.

Here: the grammar of printed figures. Units, columns and sums do not belong here. No float is
ever made: a figure is a string of digits until the warehouse casts it to DECIMAL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

AMOUNT, BLANK, NOT_APPLICABLE, DAMAGED, TEXT = (
    "amount",
    "blank",
    "not_applicable",
    "damaged",
    "text",
)

# What spreadsheets write before digits that are text.
APOSTROPHES = "'‘’`"

UNITS = "亿元|百万元|万元|千元|百元|元"  # of money, a longer one before one that it ends in

_DASHES = re.compile(r"^[-‐-―−_一/*·—－\s]+$")
_STRICT = re.compile(r"^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$", re.ASCII)
# One figure and the unit that it is printed in: 44万元.
_IN_UNIT = re.compile(rf"^(?P<figure>.*\d[)）]?)\s*(?P<unit>{UNITS})$")
_BEGUN = re.compile(r"^0+,\d|^00+\d*\.")
_SIGN = re.compile(r"^(?P<minus>[-−－△▲])?(?P<rest>.+)$")
_LETTERS = re.compile(r"[^\W\d_]")
_SEPARATED = re.compile(r"^\d{1,3}(?:[,.]\d{3})*(?:[,.]\d{2})?$", re.ASCII)
# One figure read twice: 125.22125.22 would be a figure with a comma taken for a point.
_TWICE = re.compile(r"^(\d{1,3}(?:,\d{3})*\.\d{2})\1$", re.ASCII)
_RECOGNISED_PREFIX = re.compile(r"^\d{1,3}(?:[,.]\d{1,3})*[,.]?$", re.ASCII)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a cell prints: its ``state``, and for an amount the exact digits.

    ``number`` is a plain decimal string in the printed unit, ``decimals`` the number of printed
    decimals; ``damage`` says in words why a figure cannot be trusted; ``unit`` is the unit of money
    that stands behind the figure in its cell.
    """

    state: str
    number: str | None = None
    decimals: int | None = None
    damage: str | None = None
    is_percent: bool = False
    unit: str | None = None


def is_dash(text: str) -> bool:
    """Whether a text only says that nothing applies; recognition takes — for 一, too."""
    return bool(_DASHES.match(text))


@lru_cache(maxsize=1 << 14)  # the same figures stand in many forms, and are asked about often
def parse(text: str, *, recognised: bool = False) -> Figure:
    """Read one printed figure.

    ``recognised`` says that the text came from character recognition: then blanks inside a
    figure are dropped, and the last separator followed by exactly two digits is the decimal
    point whatever mark was read for it, while all others divide thousands.
    """
    stripped = text.strip().lstrip(APOSTROPHES).replace("¥", "").replace("￥", "").strip()
    if not stripped:
        return Figure(BLANK)
    if is_dash(stripped):
        return Figure(NOT_APPLICABLE)
    if not re.search(r"[0-9]", stripped):
        return Figure(TEXT)
    if in_unit := _IN_UNIT.match(stripped):
        own = parse(in_unit["figure"], recognised=recognised)
        is_money = own.state == AMOUNT and not own.is_percent
        return replace(own, unit=in_unit["unit"]) if is_money else Figure(TEXT)
    is_percent = stripped.endswith(("%", "％"))
    bare = stripped.rstrip("%％").strip()
    if bare.startswith("(") and bare.endswith(")") and len(bare) > 2:
        bare = "-" + bare[1:-1]
    match = _SIGN.match(bare)
    minus, digits = bool(match and match["minus"]), match["rest"] if match else bare
    if _LETTERS.search(digits):
        return Figure(TEXT)
    figure = _recognised(digits) if recognised else _strict(digits)
    if figure.state != AMOUNT or figure.number is None:
        return figure
    negative = minus and bool(figure.number.strip("0."))
    number = f"-{figure.number}" if negative else figure.number
    return Figure(AMOUNT, number, figure.decimals, None, is_percent)


def _strict(digits: str) -> Figure:
    if re.search(r"\d\s+\d", digits):
        return Figure(DAMAGED, damage="two figures stand in one cell")
    compact = re.sub(r"\s", "", digits)
    match = _STRICT.match(compact)
    if match and _BEGUN.match(compact):
        return Figure(DAMAGED, damage="the beginning of the figure is cut off")
    if not match:
        return Figure(DAMAGED, damage="the figure is not written as a number")
    return Figure(AMOUNT, compact.replace(",", ""), len(match[1] or ""))


def _recognised(digits: str) -> Figure:
    if re.search(r"\d \d", digits):
        return Figure(DAMAGED, damage="two figures stand in one cell")
    compact = re.sub(r"\s", "", digits).replace("，", ",").replace("．", ".").replace("、", ",")
    if _STRICT.match(compact):
        return _strict(compact)
    if _BEGUN.match(compact):
        return Figure(DAMAGED, damage="the beginning of the figure is cut off")
    if _TWICE.match(compact):
        return Figure(DAMAGED, damage="two figures stand in one cell")
    if _SEPARATED.match(compact):
        parts = re.split(r"[,.]", compact)
        decimals = parts.pop() if len(parts[-1]) == 2 else ""
        return Figure(AMOUNT, "".join(parts) + (f".{decimals}" if decimals else ""), len(decimals))
    if _RECOGNISED_PREFIX.match(compact):
        return Figure(DAMAGED, damage="the end of the figure is cut off")
    return Figure(DAMAGED, damage="the figure is not written as a number")


def check_decimals(figure: Figure, usual_decimals: int) -> Figure:
    """Doubt a recognised figure with fewer decimals than its form prints: its end was cut off."""
    if figure.state == AMOUNT and figure.decimals is not None and not figure.is_percent:
        if figure.decimals < usual_decimals:
            return Figure(DAMAGED, damage="the end of the figure is cut off")
        if figure.decimals > usual_decimals:
            return Figure(DAMAGED, damage="the figure has more decimals than its form prints")
    return figure
