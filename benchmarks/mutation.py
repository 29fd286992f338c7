"""Change one amount at a time, and see whether the equations notice it and where they look.

    python benchmarks/mutation.py [--warehouse FILE] [--sample N] [--uncovered]

The warehouse is built once; its equations are then tried in Python, without dbt. Every amount of a
budget or final account that is not zero is changed in three ways: by a tenth, by one in its last
printed digit, and by two neighbouring digits in exchange. Noticed means that an equation which held
is violated, by the same interval rule as in the warehouse; located, that the changed cell is among
the first three suspects.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project.balance.equations import Equation, around, slack
from dagster_project.balance.localisation import suspects

UNITS = {"元": 100, "百元": 10_000, "千元": 100_000, "万元": 10**6, "百万元": 10**8, "亿元": 10**10}
KINDS = ("+10 %", "+1 last digit", "two digits swapped")

_TERMS = """
select
    terms.equation_id,
    terms.line_id,
    case terms.side when 'left' then terms.sign else -terms.sign end,
    amounts.term_yuan,
    amounts.term_tolerance_yuan,
    amounts.term_state,
from intermediate.int_balance_terms as terms
inner join intermediate.int_term_amounts_repaired as amounts on terms.line_id = amounts.line_id
"""

_CELLS = """
select
    lines.line_id,
    lines.amount_yuan,
    lines.printed_unit,
    lines.form,
    documents.document_kind,
    amounts.decimals,
from marts.fct_budget_line as lines
inner join marts.dim_document as documents on lines.document_id = documents.document_id
inner join intermediate.int_term_amounts as amounts on lines.line_id = amounts.line_id
where
    documents.document_kind in ('budget', 'final_account') and lines.amount_yuan <> 0
    and not lines.is_repaired
order by lines.line_id
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount in fen, and how fine it is printed."""

    name: str
    fen: int
    step: int
    form: str
    kind: str


@dataclass(slots=True)
class Tally:
    """What became of the changes of one kind."""

    tried: int = 0
    noticed: int = 0
    located: int = 0
    within_rounding: int = 0
    uncovered: int = 0


@dataclass(slots=True)
class Book:
    """All equations of a warehouse with their amounts and differences."""

    amounts: dict[str, int] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)


def read(connection: duckdb.DuckDBPyConnection) -> tuple[Book, list[Cell]]:
    """The equations that can be computed, and the cells to change."""
    terms: dict[str, list[tuple[int, str]]] = defaultdict(list)
    tolerances: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    book, unknown = Book(), set()
    for equation, name, sign, amount, tolerance, state in connection.execute(_TERMS).fetchall():
        terms[equation].append((sign, name))
        if amount is None or state not in ("amount", "nil"):
            unknown.add(equation)
            continue
        book.amounts[name] = fen(amount)
        tolerances[equation].append((sign, None if tolerance is None else fen(tolerance)))
    book.equations = [
        Equation(equation, tuple(members), slack(tolerances[equation]))
        for equation, members in terms.items()
        if equation not in unknown
    ]
    cells = [
        Cell(name, fen(amount), max(UNITS.get(unit, 100) // 10 ** (decimals or 0), 1), form, kind)
        for name, amount, unit, form, kind, decimals in connection.execute(_CELLS).fetchall()
    ]
    return book, cells


def fen(yuan: Decimal) -> int:
    """Fen, exactly."""
    return int((yuan * 100).to_integral_exact())


def changes(cell: Cell) -> Iterator[tuple[str, int]]:
    """Each kind of change with the amount it makes."""
    printed = cell.fen // cell.step
    tenth = round(Decimal(printed) / 10)
    if tenth:
        yield KINDS[0], (printed + tenth) * cell.step
    yield KINDS[1], (printed + (1 if printed > 0 else -1)) * cell.step
    digits = str(abs(printed))
    for i in range(len(digits) - 1):
        if digits[i] != digits[i + 1]:
            swapped = digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
            yield KINDS[2], int(swapped) * cell.step * (1 if printed > 0 else -1)
            return


def measure(book: Book, cells: list[Cell]) -> tuple[dict[tuple[str, str], Tally], Counter[str]]:
    """Try every change of every cell.

    Returns:
        A tally for each kind of document and change, and the uncovered cells of each form.
    """
    equations_of = around(book.equations)
    held = {e.equation_id: not e.is_violated(book.amounts) for e in book.equations}
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    uncovered: Counter[str] = Counter()
    for cell in cells:
        around_cell = equations_of.get(cell.name, [])
        if not around_cell:
            uncovered[cell.form] += 1
        for kind, changed in changes(cell):
            tally = tallies[cell.kind, kind]
            tally.tried += 1
            if not around_cell:
                tally.uncovered += 1
                continue
            before = book.amounts[cell.name]
            book.amounts[cell.name] = changed
            broken = [e for e in around_cell if held[e.equation_id] and e.is_violated(book.amounts)]
            if broken:
                tally.noticed += 1
                first = suspects(broken, book.amounts, equations_of)[:3]
                tally.located += any(one.name == cell.name for one in first)
            else:
                tally.within_rounding += 1
            book.amounts[cell.name] = before
    return tallies, uncovered


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--warehouse", type=Path, default=Path("warehouse.duckdb"))
    parser.add_argument("--sample", type=int, default=0, help="cells to try [all]")
    parser.add_argument("--seed", type=int, default=None, help="of the sample [random]")
    arguments = parser.parse_args()
    with duckdb.connect(arguments.warehouse, read_only=True) as connection:
        book, cells = read(connection)
    if arguments.sample and arguments.sample < len(cells):
        cells = random.Random(arguments.seed).sample(cells, arguments.sample)  # noqa: S311
    tallies, uncovered = measure(book, cells)
    print(f"{len(cells):,} amounts, {len(book.equations):,} equations")
    print(f"{'document':<14} {'change':<20} {'tried':>6} {'noticed':>8} {'in first 3':>10} "
          f"{'hidden by rounding':>18} {'uncovered':>9}")  # fmt: skip
    for (kind, change), tally in sorted(tallies.items()):
        share = [part / tally.tried for part in (
            tally.noticed, tally.located, tally.within_rounding, tally.uncovered)]  # fmt: skip
        print(f"{kind:<14} {change:<20} {tally.tried:>6,} {share[0]:>8.1%} {share[1]:>10.1%} "
              f"{share[2]:>18.1%} {share[3]:>9.1%}")  # fmt: skip
    print("\nAmounts that no identity covers, by form:")
    for form, count in uncovered.most_common():
        print(f"{count:>6,}  {form}")


if __name__ == "__main__":
    main()
