"""Fiscal documents as nobody prints them: texts with figures, rows and tables altered at random.

Bytes altered at random make files that cannot be read (``hostile``); these can be, and what is read
of them must not stop a build of all.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

_NUMBER = re.compile(r"\d[\d,]*\.\d+")
_CODE = re.compile(r"\b\d{3,7}\b")
_CELL = re.compile(r"\|([^|]*)")
_BORDERS = re.compile(r"[|\t]|</t[dh]>")
_FIGURES = ("99999999999999.99", "9" * 14, "9" * 22, "0.01", "-0.01", "123456789012345.678", "—")
_CODES = ("", "201", "302", "999", "2080505", "30201", "2299999")
_WORDS = (
    "合计",
    "决算",
    "预算",
    "收入",
    "支出",
    "“三公”",
    "基本支出",
    "政府性基金",
    "单位",
    "部门",
)


def mutated(text: str, chance: random.Random) -> str:
    """The text with one to four kinds of change."""
    lines = text.splitlines()
    for change in chance.sample(_CHANGES, chance.randint(1, 4)):
        lines = change(lines, chance) or [""]
    return "\n".join(lines)


def write_mutated(sources: list[Path], place: Path, count: int, seed: int) -> None:
    """Write so many mutated texts into a directory; the same ones for the same seed."""
    place.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311
    for number in range(count):
        source = sources[number % len(sources)]
        text = mutated(source.read_text("utf-8"), chance)
        (place / f"{number:03d}_{source.name}").write_text(text, "utf-8")


def absurd_prose() -> str:
    """A budget whose prose names every pair of absurd figures, with a growth rate and a share."""
    return "东岭市工业局2031年部门预算\n" + "\n".join(
        f"2031年支出预算{whole}元，比上年增加{part}元，增长{whole}%。其中：基本支出{part}元，占支出预算的{part}%。"
        for whole, part in permutations((*_FIGURES[:-1], "12.5"), 2)
    )


def absurd_tables(kind: str, sign: str) -> str:
    """A budget or final account with the largest of figures in a hundred items of two classes.

    The sum of the first class has room in an amount of 16 digits before the point, the second not.
    """
    figure = f"{sign}{_FIGURES[0]}"
    codes = [f"201{number:04d}" for number in range(101, 200)]
    codes += [f"208{number:04d}" for number in range(101, 202)]
    rows = [("科目编码", "科目名称", "合计", "基本支出", "项目支出"), ("---",) * 5]
    rows += [(code, "其他支出", figure, figure, "0.00") for code in codes]
    title = f"# 东岭市工业局2031年部门{kind}\n\n一般公共预算财政拨款支出{kind}表\n\n单位：元\n\n"
    return title + "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _some(lines: list[str], chance: random.Random) -> tuple[int, int]:
    """Where some lines begin and end."""
    start = chance.randrange(len(lines))
    return start, start + chance.randint(1, 60)


def _figures(lines: list[str], chance: random.Random) -> list[str]:
    return _altered(_NUMBER, 0.2, lambda _: chance.choice(_FIGURES), lines, chance)


def _codes(lines: list[str], chance: random.Random) -> list[str]:
    return _altered(_CODE, 0.2, lambda _: chance.choice(_CODES), lines, chance)


def _glued(lines: list[str], chance: random.Random) -> list[str]:
    return _altered(_NUMBER, 0.05, lambda number: number * 2, lines, chance)


def _lost_cells(lines: list[str], chance: random.Random) -> list[str]:
    return _altered(_CELL, 0.03, lambda _: "", lines, chance)


def _blank_cells(lines: list[str], chance: random.Random) -> list[str]:
    return _altered(_CELL, 0.1, lambda _: "| ", lines, chance)


def _altered(
    pattern: re.Pattern[str],
    share: float,
    change: Callable[[str], str],
    lines: list[str],
    chance: random.Random,
) -> list[str]:
    def alter(match: re.Match[str]) -> str:
        return change(match[0]) if chance.random() < share else match[0]

    return [pattern.sub(alter, line) for line in lines]


def _words(lines: list[str], chance: random.Random) -> list[str]:
    one, other = chance.sample(_WORDS, 2)
    return [line.replace(one, other) if chance.random() < 0.3 else line for line in lines]


def _cells_to_lines(lines: list[str], chance: random.Random) -> list[str]:
    start, end = _some(lines, chance)
    cells = [cell.strip() for line in lines[start:end] for cell in _BORDERS.split(line)]
    return [*lines[:start], *filter(None, cells), *lines[end:]]


def _lost_lines(lines: list[str], chance: random.Random) -> list[str]:
    return [line for line in lines if chance.random() > 0.05]


def _broken_lines(lines: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(len(lines))
    half = len(lines[place]) // 2
    return [*lines[:place], lines[place][:half], lines[place][half:], *lines[place + 1 :]]


def _repeated(lines: list[str], chance: random.Random) -> list[str]:
    start, end = _some(lines, chance)
    return [*lines[:end], *lines[start:end], *lines[end:]]


def _moved(lines: list[str], chance: random.Random) -> list[str]:
    start, end = _some(lines, chance)
    rest = lines[:start] + lines[end:]
    place = chance.randint(0, len(rest))
    return [*rest[:place], *lines[start:end], *rest[place:]]


def _begun_late(lines: list[str], chance: random.Random) -> list[str]:
    return lines[chance.randrange(len(lines)) :]


_CHANGES = (
    _figures, _codes, _glued, _lost_cells, _blank_cells, _words, _cells_to_lines, _lost_lines,
    _broken_lines, _repeated, _moved, _begun_late,
)  # fmt: skip
