"""Numbers of a spreadsheet as their cells show them.

Here: number formats of Excel, as far as they decide which digits are seen. Colours, widths and
alignment do not matter here, nor what a number means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

# A double carries 15 decimal digits safely, and Excel keeps no more.
_DIGITS = 15
_MAX_DECIMALS = 30
_EXACT = Context(prec=400)  # more digits than any double has before and after its point
_DAY_SECONDS = 86_400
_LAST_DAY = 2_958_465  # 9999-12-31
_LEAP_DAY_1900 = 60  # Excel counts a 29 February 1900 that never was

# The formats that files refer to by number only (ECMA-376, 18.8.30, the Chinese ones included).
BUILT_IN: dict[int, str] = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "¥#,##0;¥-#,##0",
    6: "¥#,##0;¥-#,##0", 7: "¥#,##0.00;¥-#,##0.00", 8: "¥#,##0.00;¥-#,##0.00", 9: "0%",
    10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??", 14: "yyyy-m-d", 15: "d-mmm-yy",
    16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-m-d h:mm", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00", 41: "#,##0;-#,##0", 42: "¥#,##0;-¥#,##0", 43: "#,##0.00;-#,##0.00",
    44: "¥#,##0.00;-¥#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss", 48: "0.0E+0", 49: "@",
} | dict.fromkeys((*range(27, 32), 36, *range(50, 59)), "yyyy-m-d")  # fmt: skip

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|_.|\*.|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>General)|(?P<exponent>[Ee][+-])|(?P<mark>[0#?.,%/@])|(?P<literal>.)",
    re.DOTALL | re.IGNORECASE,
)
_CURRENCY = re.compile(r"\$([^-\]]*)")
_CONDITION = re.compile(r"[<>=]")
_PLACES = frozenset("0#?")
_NONZERO = re.compile(r"[1-9]")
_CALENDAR = re.compile(r"[ymdhs]", re.IGNORECASE)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)


@dataclass(slots=True)
class _Parsing:
    """A section of a format while it is read: literals and digit places in order."""

    parts: list[str] = field(default_factory=list)  # "0", "#", "?", "." or a literal "'text"
    groups: bool = False
    thousands: int = 0
    percents: int = 0
    is_plain: bool = False
    is_date: bool = False

    @property
    def has_digits(self) -> bool:
        return any(part in _PLACES for part in self.parts)


@dataclass(frozen=True, slots=True)
class _Section:
    """One section of a format: what stands before, between and after the digits of a number.

    ``places`` are the digit places and literals left of the point from the first place to the
    last; ``decimals`` the places right of it, ``power`` what the number is scaled by.
    """

    before: str
    places: tuple[str, ...]
    decimals: str
    after: str
    groups: bool
    power: int
    is_plain: bool
    is_date: bool
    has_digits: bool
    has_zero_place: bool
    says_minus: bool

    @classmethod
    def of(cls, parsed: _Parsing) -> _Section:
        point = parsed.parts.index(".") if "." in parsed.parts else len(parsed.parts)
        whole, fraction = parsed.parts[:point], parsed.parts[point + 1 :]
        digits = [place for place, part in enumerate(whole) if part in _PLACES]
        first, end = (digits[0], digits[-1] + 1) if digits else (len(whole), len(whole))
        literals = "".join(_literals(parsed.parts))
        return cls(
            before="".join(_literals(whole[:first])),
            places=tuple(whole[first:end]),
            decimals="".join(part for part in fraction if part in _PLACES)[:_MAX_DECIMALS],
            after="".join([*_literals(whole[end:]), *_literals(fraction)]),
            groups=parsed.groups,
            power=2 * parsed.percents - 3 * parsed.thousands,
            is_plain=parsed.is_plain,
            is_date=parsed.is_date,
            has_digits=parsed.has_digits,
            has_zero_place="0" in parsed.parts,
            says_minus="-" in literals or "(" in literals,
        )


def _literals(parts: Iterable[str]) -> Iterator[str]:
    return (part[1:] for part in parts if part.startswith("'"))


def decimal(value: float) -> Decimal:
    """The number that a stored double stands for: 0.30000000000000004 is 0.3."""
    return Decimal(f"{value:.{_DIGITS}g}")


def shown(value: float, code: str) -> str:
    """A stored number as the format ``code`` shows it, its digits at least.

    A number is never lost to its format: what would be shown as a dash, as nothing or in words
    is written with its digits, and a minus that is only a colour is written as a minus.
    """
    number = decimal(value)
    sections = _sections(code)
    if any(section.is_plain for section in sections):
        return _plain(number)
    first = section = sections[0]
    if number < 0 and len(sections) > 1:
        section = sections[1]
    elif not number and len(sections) > 2 and sections[2].has_zero_place:
        section = sections[2]
    if not section.has_digits:
        section = first
    if not section.has_digits:
        return _plain(number)
    text = _written(abs(number), section)
    if number >= 0 or (section is not first and section.says_minus):
        return text
    return f"-{text}" if _NONZERO.search(text) else text


def is_date(code: str) -> bool:
    """Whether a format shows a number as a date or a time."""
    return _sections(code)[0].is_date


def date(serial: float, *, from_1904: bool = False) -> str:
    """A serial number of days as ISO 8601: a date, a time, or both."""
    if not 0 <= serial <= _LAST_DAY:
        return _plain(decimal(serial))
    days, seconds = divmod(round(serial * _DAY_SECONDS), _DAY_SECONDS)
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30)
    if not from_1904 and days < _LEAP_DAY_1900:
        start += timedelta(days=1)
    try:
        moment = start + timedelta(days=days, seconds=seconds)
    except OverflowError:
        return _plain(decimal(serial))
    if not days and seconds:
        return moment.time().isoformat()
    return moment.isoformat(sep=" ") if seconds else moment.date().isoformat()


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    sections = [_Parsing()]
    tail: list[str] = []  # commas since the last digit place: they divide by thousands, if last
    for match in _TOKEN.finditer(code or "General"):
        section = sections[-1]
        if match["literal"] == ";":
            sections.append(_Parsing())
            tail.clear()
        else:
            _take(section, match, tail)
    return tuple(_Section.of(section) for section in sections)


def _take(section: _Parsing, match: re.Match[str], tail: list[str]) -> None:
    mark = match["mark"]
    if mark == "@":
        return
    if match["general"] or match["exponent"] or mark == "/":
        section.is_plain = True
    elif match["bracket"] is not None:
        _take_bracket(section, match["bracket"])
    elif mark == ",":
        tail.append(mark)
        section.thousands += section.has_digits
    elif mark == "%":
        section.percents += 1
        section.parts.append("'%")
    elif mark == "." and "." in section.parts:
        section.is_plain = True
    elif mark:
        if mark != "." and tail and section.has_digits:
            section.groups, section.thousands = True, section.thousands - len(tail)
        tail.clear()
        section.parts.append(mark)
    else:
        _take_literal(section, match)


def _take_bracket(section: _Parsing, text: str) -> None:
    if found := _CURRENCY.match(text):
        section.parts.append("'" + found[1])
    elif _CONDITION.match(text) or text.upper().startswith("DBNUM"):
        section.is_plain = True
    elif _ELAPSED.fullmatch(text):
        section.is_date = True


def _take_literal(section: _Parsing, match: re.Match[str]) -> None:
    text = match["quoted"] if match["quoted"] is not None else match["escaped"]
    if text is None and match["literal"]:
        text = match["literal"]
        section.is_date |= bool(_CALENDAR.match(text))
    if text:
        section.parts.append("'" + text)


def _written(number: Decimal, section: _Section) -> str:
    scaled = number.scaleb(section.power, _EXACT) if section.power else number
    decimals = section.decimals
    rounded = scaled.quantize(Decimal((0, (1,), -len(decimals))), ROUND_HALF_UP, _EXACT)
    whole, _, fraction = f"{rounded:f}".partition(".")
    while fraction and decimals[len(fraction) - 1] != "0" and fraction[-1] == "0":
        fraction = fraction[:-1]
    whole = _placed(whole, section)
    point = "." if fraction else ""
    return f"{section.before}{whole}{point}{fraction}{section.after}".strip()


def _placed(whole: str, section: _Section) -> str:
    """The digits left of the point set into their places."""
    least = section.places.count("0")
    if len(whole) < least or (least != 1 and whole.startswith("0")):
        whole = whole.lstrip("0").rjust(max(least, 1), "0")
    if section.groups:
        return f"{int(whole):,}"
    if not any(part.startswith("'") for part in section.places):
        return whole
    # Places with a literal among them take one digit each, as in 0\.0000 for ten thousands.
    texts = []
    for part in reversed(section.places[1:]):
        if part.startswith("'"):
            texts.append(part[1:])
        else:
            texts.append(whole[-1:])
            whole = whole[:-1]
    return whole + "".join(reversed(texts))
