"""Damage the figures of balanced documents as recognition of a scan does, and repair them.

    python benchmarks/damage.py [--warehouse FILE] [--rounds N] [--cells N] [--seed N]

Every round takes one document of the warehouse, damages some of its figures in a mix of ways, and
hands its equations to the same code that repairs a scan. Of each damaged figure it then says
whether it was repaired rightly, left to a person in the review queue, left as an equation that is
violated or cannot be computed, not noticed, or repaired wrongly; a repair of a figure that was not
damaged is wrong, too. Seeds are random unless one is given, and printed.
"""

from __future__ import annotations

import argparse
import random
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from dagster_project.balance.misprints import CUT_OFF, cut_off_interval
from dagster_project.balance.repair import repair

GARBLED = "the figure is not written as a number"
OUTCOMES = ("repaired", "in review", "as finding", "unnoticed", "wrong")
CONFUSED = {"0": "86", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "5", "7": "1",
            "8": "3", "9": "4"}  # fmt: skip

_TERMS = """
select
    terms.* exclude (amount_yuan, tolerance_yuan, state),
    amounts.term_yuan as amount_yuan,
    amounts.term_tolerance_yuan as tolerance_yuan,
    amounts.term_state as state,
from intermediate.int_balance_terms as terms
inner join intermediate.int_term_amounts_repaired as amounts on terms.line_id = amounts.line_id
"""
Row = dict[str, Any]


def cut(row: Row, chance: random.Random) -> None:
    """The right edge of the page cuts the last digits off."""
    text = grouped(row)[: -chance.choice((1, 1, 2))]
    if cut_off_interval(text, row["printed_unit"]):
        row |= {"printed_text": text, "state": "damaged", "damage": CUT_OFF}
        row |= {"amount_yuan": None, "tolerance_yuan": None}


def split(row: Row, _: random.Random) -> None:
    """A column's border runs through the figure, and its digit is read on both sides."""
    head, comma, tail = grouped(row).partition(",")
    if comma and len(head) == 3:
        text = f"{head}{head[-1]}, {tail}"
        row |= {"printed_text": text, "state": "damaged", "damage": GARBLED}
        row |= {"amount_yuan": None, "tolerance_yuan": None}


def lose(row: Row, _: random.Random) -> None:
    """Nothing is recognised in the cell."""
    row |= {"printed_text": "", "state": "blank", "damage": None}
    row |= {"amount_yuan": None, "tolerance_yuan": None}


def confuse(row: Row, chance: random.Random) -> None:
    """One digit is taken for one that looks alike."""
    text = grouped(row)
    places = [i for i, digit in enumerate(text) if digit.isdigit()]
    at = chance.choice(places)
    misread(row, text[:at] + chance.choice(CONFUSED[text[at]]) + text[at + 1 :])


def collapse(row: Row, chance: random.Random) -> None:
    """One of two equal digits that stand side by side is lost."""
    text = grouped(row)
    pairs = [i for i in range(1, len(text)) if text[i].isdigit() and text[i] == text[i - 1]]
    pairs = [i for i in pairs if i < len(text) - 2]
    if pairs:
        at = chance.choice(pairs)
        misread(row, text[:at] + text[at + 1 :])


DAMAGES: dict[str, Callable[[Row, random.Random], None]] = {
    "cut off": cut, "split": split, "lost": lose, "confused": confuse, "collapsed": collapse,
}  # fmt: skip


def grouped(row: Row) -> str:
    """The figure as forms print it."""
    return f"{row['amount_yuan']:,}" if row["printed_unit"] == "元" else str(row["printed_text"])


def misread(row: Row, text: str) -> None:
    """Give the figure another text and its amount."""
    amount = Decimal(text.replace(",", "").replace(" ", ""))
    row |= {"printed_text": text, "amount_yuan": amount}


def damaged(rows: list[Row], cells: int, chance: random.Random) -> dict[str, tuple[str, Row]]:
    """Some cells damaged: each one's name with the damage and the new print."""
    whole = {
        row["line_id"]: row
        for row in rows
        if row["state"] == "amount" and row["printed_unit"] == "元" and row["amount_yuan"] > 0
    }
    found: dict[str, tuple[str, Row]] = {}
    for name in chance.sample(sorted(whole), min(cells, len(whole))):
        kind = chance.choice(sorted(DAMAGES))
        row = dict(whole[name])
        DAMAGES[kind](row, chance)
        if row != whole[name]:
            found[name] = (kind, row)
    return found


def shifted(rows: list[Row], chance: random.Random) -> dict[str, tuple[str, Row]]:
    """One row whose figures all stand one column further to the right, the first one blank."""
    by_row: dict[tuple[Any, ...], dict[str, Row]] = defaultdict(dict)
    for row in rows:
        if row["state"] == "amount" and row["printed_unit"] == "元" and row["row_number"]:
            by_row[row["form_id"], row["page"], row["row_number"]][row["line_id"]] = row
    wide = [line for line in by_row.values() if len(line) >= 3]
    if not wide:
        return {}
    line = sorted(chance.choice(wide).values(), key=lambda row: row["column_number"])
    found = {}
    for at, row in enumerate(line):
        new = dict(row)
        if at:
            before = line[at - 1]
            new |= {"printed_text": before["printed_text"], "amount_yuan": before["amount_yuan"]}
        else:
            lose(new, chance)
        if new["amount_yuan"] != row["amount_yuan"]:
            found[row["line_id"]] = ("shifted", new)
    return found


def tried(
    terms: pl.DataFrame, cells: int, chance: random.Random, outcomes: dict[str, Counter[str]]
) -> None:
    """One round on one document."""
    rows = terms.to_dicts()
    truth = {row["line_id"]: row["amount_yuan"] for row in rows}
    changes = damaged(rows, cells, chance)
    if chance.random() < 0.25:
        changes |= shifted(rows, chance)
    print_of = {
        "printed_text", "state", "damage", "amount_yuan", "tolerance_yuan",
    }  # fmt: skip
    for row in rows:
        row["text_origin"] = "ocr"
        if row["line_id"] in changes:
            row |= {key: changes[row["line_id"]][1][key] for key in print_of}
    frame = pl.DataFrame(rows, schema=dict(terms.schema) | {"damage": pl.String()})
    lines = frame.select("line_id", "state", "damage", "printed_text").unique("line_id")
    repairs, review = repair(lines, frame)
    values = {row["line_id"]: row["repaired_yuan"] for row in repairs.to_dicts()}
    queue = set(review["line_id"].to_list())
    suspicious = open_cells(frame, values)
    for name, (kind, _) in changes.items():
        if name in values:
            outcome = "repaired" if values[name] == truth[name] else "wrong"
        else:
            left = "as finding" if name in suspicious else "unnoticed"
            outcome = "in review" if name in queue else left
        outcomes[kind][outcome] += 1
    for name, value in values.items():
        if name not in changes and truth[name] is not None and value != truth[name]:
            outcomes["not damaged"]["wrong"] += 1


def open_cells(frame: pl.DataFrame, values: dict[str, Decimal]) -> set[str]:
    """The cells of equations that do not hold, or cannot be computed, after repair."""
    repaired = pl.col("line_id").replace_strict(
        values, default=pl.col("amount_yuan"), return_dtype=pl.Decimal(18, 2)
    )
    sign = pl.when(pl.col("side") == "left").then(pl.col("sign")).otherwise(-pl.col("sign"))
    judged = (
        frame.with_columns(fen=(repaired * 100).cast(pl.Int64) * sign)
        .group_by("equation_id")
        .agg(
            (
                pl.col("fen").is_null().any()
                | (
                    pl.col("fen").sum().abs()
                    > (pl.col("tolerance_yuan").sum() * 100).cast(pl.Int64)
                )
            ).alias("is_open")
        )
    )
    return set(frame.join(judged.filter("is_open"), on="equation_id")["line_id"].to_list())


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--warehouse", type=Path, default=Path("warehouse.duckdb"))
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--cells", type=int, default=4, help="damaged figures of a round, at most")
    parser.add_argument("--seed", type=int, default=None)
    arguments = parser.parse_args()
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    chance = random.Random(seed)  # noqa: S311
    with duckdb.connect(arguments.warehouse, read_only=True) as connection:
        cursor = connection.execute(_TERMS)
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    frame = pl.DataFrame(rows, infer_schema_length=None)
    documents = [
        group.with_columns(pl.col("amount_yuan", "tolerance_yuan").cast(pl.Decimal(18, 2)))
        for _, group in frame.group_by("document_id", maintain_order=True)
        if group["equation_id"].n_unique() >= 50 and "元" in group["printed_unit"].to_list()
    ]
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for _ in range(arguments.rounds):
        tried(chance.choice(documents), chance.randint(1, arguments.cells), chance, outcomes)
    print(f"{arguments.rounds} rounds over {len(documents)} documents, seed {seed}")
    print(f"{'damage':<12} {'figures':>8}" + "".join(f"{name:>12}" for name in OUTCOMES))
    whole: Counter[str] = Counter()
    for kind, counted in sorted(outcomes.items()):
        whole += counted
        print_row(kind, counted)
    print_row("all", whole)
    accepted = whole["repaired"] + whole["wrong"]
    print(f"wrong among accepted: {whole['wrong'] / max(accepted, 1):.2%}")


def print_row(kind: str, counted: Counter[str]) -> None:
    """One line of the table."""
    total = counted.total()
    shares = "".join(f"{counted[name] / max(total, 1):>12.1%}" for name in OUTCOMES)
    print(f"{kind:<12} {total:>8,}{shares}")


if __name__ == "__main__":
    main()
