"""Change one amount at a time, and see whether the checks notice it and where they look.

    python -m benchmarks.mutation [--warehouse FILE] [--sample N] [--uncovered] [--hidden]
        [--check ROUNDS] [--repairs N]

The warehouse is built once; its equations and ratios are then tried in Python, without dbt. Every
amount of a budget or final account that is not zero is changed in three ways: by a tenth, by one in
its last printed digit, and by two neighbouring digits in exchange; and so is every amount, share
and rate that its prose names. Thresholds (单价100万元以上) are no amounts of a budget and counted
apart. `--check` makes changes in a copy of the warehouse, one a document, has dbt judge it again,
and counts how often the verdicts are the same.

violated: an equation that held is violated, or a statement no longer follows, by the rules of the
warehouse. noted: one figure that is printed twice is not printed alike (quality.rounding_notes).
Both are noticed. located: the changed cell is among the first three suspects.

listed: everything holds, but the change adds a row to what holds only within rounding: a sum of
quality.rounding_notes, or a statement of quality.statement_checks. How many are listed unchanged is
printed, too: a list that names everything says nothing. hidden: it leaves no trace, because the
intervals of all its equations reach that far, and each compares what is rounded differently.
`--hidden` lists these by form, with the identities the figure stands in and in how many of their
roundings the change is lost.

`--repairs` gives changed documents to the repair: as they are, where no figure may be touched
unless it was recognised from an image, and as if all of them had been, where each value that is
accepted is right or wrong. A change of another figure than the changed one is wrong.
"""

from __future__ import annotations

import argparse
import random
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from dagster_project.balance.equations import Equation, around, slack
from dagster_project.balance.localisation import suspects
from dagster_project.balance.repair import repair
from dagster_project.dbt_project import run_dbt
from dagster_project.loading import read_rows
from dagster_project.repairs import NO_PROOF
from dagster_project.settings import Settings

UNITS = {"元": 100, "百元": 10_000, "千元": 100_000, "万元": 10**6, "百万元": 10**8, "亿元": 10**10}
PERCENT = 10_000  # ten-thousandths, as fen are hundredths
KINDS = ("+10 %", "+1 last digit", "two digits swapped")

_TERMS = """
select
    terms.equation_id,
    terms.line_id,
    case terms.side when 'left' then terms.sign else -terms.sign end,
    amounts.term_yuan,
    amounts.term_tolerance_yuan,
    amounts.term_state,
    amounts.printed_unit,
    amounts.decimals,
    equations.comparison_kind,
    equations.identity,
from intermediate.int_balance_terms as terms
inner join intermediate.int_term_amounts_repaired as amounts on terms.line_id = amounts.line_id
inner join intermediate.int_balance_equations as equations
    on terms.equation_id = equations.equation_id
"""

_CELLS = """
select
    lines.line_id,
    lines.document_id,
    lines.amount_yuan,
    lines.printed_unit,
    amounts.decimals,
    documents.document_kind,
    lines.form,
    concat_ws(' · ', lines.form, lines.label, lines.column_path),
from marts.fct_budget_line as lines
inner join marts.dim_document as documents on lines.document_id = documents.document_id
inner join intermediate.int_term_amounts as amounts on lines.line_id = amounts.line_id
where
    documents.document_kind in ('budget', 'final_account') and lines.amount_yuan <> 0
    and not lines.is_repaired
union all
select
    prose.narrative_amount_id,
    prose.document_id,
    coalesce(prose.percentage, prose.amount_yuan),
    prose.unit,
    prose.decimals,
    case prose.measure when 'threshold' then 'threshold' else 'prose' end,
    case
        when prose.measure = 'threshold' then 'prose: a threshold, no amount of a budget'
        when items.narrative_amount_id is null and cells.narrative_amount_id is null
            then 'prose: what it names is no item of a form'
        when prose.measure in ('change', 'rate')
            then 'prose: last year''s figure is not at hand'
        else 'prose: no form at hand prints it'
    end,
    concat_ws(' · ', prose.item, prose.amount_text),
from staging.stg_narrative_amounts as prose
inner join marts.dim_document as documents on prose.document_id = documents.document_id
left join intermediate.int_narrative_items as items
    on prose.narrative_amount_id = items.narrative_amount_id
left join (select distinct narrative_amount_id from intermediate.int_narrative_cells) as cells
    on prose.narrative_amount_id = cells.narrative_amount_id
where
    documents.document_kind in ('budget', 'final_account')
    and coalesce(prose.percentage, prose.amount_yuan) <> 0
order by all
"""

# Prose that cuts a figure off says it to a whole digit: changed, it would be held against the form.
_CUT_OFF = """
select
    cells.narrative_amount_id, cells.line_id, amounts.amount_yuan, cells.term_yuan,
    2 * amounts.tolerance_yuan, amounts.unit, amounts.decimals
from intermediate.int_narrative_cells as cells
inner join staging.stg_narrative_amounts as amounts
    on cells.narrative_amount_id = amounts.narrative_amount_id
where cells.is_cut_off and cells.cell_rank = 1
order by all
"""

_RATIOS = """
select
    statement_id, stated_percent, step, part_line_id, whole_line_id, part_sign,
    part_yuan, part_tolerance_yuan, whole_yuan - part_sign * part_yuan, whole_tolerance_yuan,
    base_percent, stated_sign, is_proper_whole,
from intermediate.int_stated_ratios
order by all
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """A printed figure as a whole number, of fen or of ten-thousandths of a percent."""

    name: str
    document: str
    value: int
    step: int
    unit: str
    decimals: int
    kind: str
    place: str
    words: str


@dataclass(frozen=True, slots=True)
class Ratio:
    """A stated percentage and two printed amounts it may be of; tolerances are fen.

    A rate of growth is stated beside ``base``, which is then the whole, and added or taken away.
    """

    statement: str
    step: int
    part: str
    whole: str
    part_sign: int
    part_tolerance: int
    whole_tolerance: int
    base: int = 0
    stated_sign: int = 1
    is_proper: bool = True

    def whole_of(self, values: dict[str, int]) -> int:
        """The whole, which may be told as what the part is added to."""
        return values[self.whole] + self.part_sign * values[self.part]

    def is_exact(self, values: dict[str, int]) -> bool:
        """Whether the percentage is right and rounds to what is printed, in its last digit."""
        part, whole = values[self.part], self.whole_of(values)
        if not self.is_right(values):
            return False
        quotient = abs(part) * 100 * PERCENT // whole * (1 if part >= 0 else -1)
        expected = self.stated_sign * (quotient - self.base)
        return 2 * abs(values[self.statement] - expected) <= self.step

    def is_right(self, values: dict[str, int]) -> bool:
        """Whether the intervals meet, the percentage up to one in its last digit."""
        stated = self.base + self.stated_sign * values[self.statement]
        part, whole = values[self.part], self.whole_of(values)
        low, high = whole - self.whole_tolerance, whole + self.whole_tolerance
        hundred = 100 * PERCENT
        return (
            low > 0
            and (stated - self.step) * low <= hundred * (part + self.part_tolerance)
            and (stated + self.step) * high >= hundred * (part - self.part_tolerance)
        )


@dataclass(slots=True)
class Tally:
    """What became of the changes of one kind."""

    tried: int = 0
    violated: int = 0
    noted: int = 0
    listed: int = 0
    hidden: int = 0
    uncovered: int = 0
    located: int = 0

    @property
    def noticed(self) -> int:
        """What is a finding, or a note that one figure is printed in two ways."""
        return self.violated + self.noted

    def add(self, outcome: str, is_located: bool) -> None:
        """Count one change."""
        self.tried += 1
        self.located += is_located
        setattr(self, outcome, getattr(self, outcome) + 1)


@dataclass(slots=True)
class Book:
    """All equations and ratios of a warehouse with the figures in them.

    An equation between two prints of one figure has no slack here: its rounding is in ``rounding``.
    ``sums`` are the equations that are listed if they hold within rounding only. ``cut_off`` has
    the figure of prose, the cell, and from what to what the cell may be more, if it was cut off.
    """

    values: dict[str, int] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)
    rounding: dict[str, int] = field(default_factory=dict)
    sums: set[str] = field(default_factory=set)
    cut_off: dict[str, tuple[str, str, int, int]] = field(default_factory=dict)
    steps: dict[str, int] = field(default_factory=dict)
    ratios: dict[str, list[Ratio]] = field(default_factory=lambda: defaultdict(list))


def read(connection: duckdb.DuckDBPyConnection) -> tuple[Book, list[Cell]]:
    """The equations and ratios that can be computed, and the figures to change."""
    book = Book()
    _read_equations(connection, book)
    for prose, line, stated, printed, digit, unit, decimals in connection.execute(
        _CUT_OFF
    ).fetchall():
        book.values[prose] = scaled(stated)
        book.steps[prose] = last_digit(unit, decimals)
        book.values.setdefault(line, scaled(printed))
        book.rounding[prose] = scaled(digit)
        book.equations.append(Equation(prose, ((1, prose), (-1, line)), scaled(digit)))
    for row in connection.execute(_RATIOS).fetchall():
        (statement, stated, step, part, whole, sign, part_yuan, part_slack, base, base_slack,
         percent, stated_sign, is_proper_whole) = row  # fmt: skip
        book.values[statement] = scaled(stated, PERCENT)
        book.values.setdefault(part, scaled(part_yuan))
        book.values.setdefault(whole, scaled(base))
        book.ratios[statement].append(
            Ratio(statement, scaled(step, PERCENT), part, whole, sign,
                  scaled(part_slack), scaled(base_slack), percent * PERCENT, stated_sign,
                  is_proper_whole)
        )  # fmt: skip
    cells = []
    for name, document, value, unit, decimals, kind, place, words in connection.execute(
        _CELLS
    ).fetchall():
        unit = unit or "元"
        scale = PERCENT if unit == "%" else 100
        step = last_digit(unit, decimals)
        cells.append(
            Cell(name, document, scaled(value, scale), step, unit, decimals or 0, kind, place,
                 words)
        )  # fmt: skip
    return book, cells


def _read_equations(connection: duckdb.DuckDBPyConnection, book: Book) -> None:
    terms: dict[str, list[tuple[int, str]]] = defaultdict(list)
    tolerances: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    kind_of: dict[str, str] = {}
    unknown, of_prose = set(), set()
    for (
        equation,
        name,
        sign,
        amount,
        tolerance,
        state,
        unit,
        decimals,
        comparison_kind,
        identity,
    ) in connection.execute(_TERMS).fetchall():
        terms[equation].append((sign, name))
        kind_of[equation] = comparison_kind
        if identity == "prose_amount":
            of_prose.add(equation)
        if amount is None or state not in ("amount", "nil"):
            unknown.add(equation)
            continue
        book.values[name] = scaled(amount)
        book.steps[name] = last_digit(unit, decimals)
        tolerances[equation].append((sign, None if tolerance is None else scaled(tolerance)))
    for equation, members in terms.items():
        if equation in unknown:
            continue
        book.rounding[equation] = slack(tolerances[equation])
        allowed = 0 if kind_of[equation] == "same_figure" else book.rounding[equation]
        if kind_of[equation] == "sum":
            book.sums.add(equation)
        if equation in of_prose:
            (_, prose), (_, cell) = sorted(members, reverse=True)
            half, finer = (
                tolerance or 0
                for _, tolerance in sorted(tolerances[equation], key=lambda term: -term[0])
            )
            if finer < half:
                book.cut_off[equation] = (prose, cell, half + finer + 1, 2 * half - 1)
        book.equations.append(Equation(equation, tuple(members), allowed))


def last_digit(unit: str | None, decimals: int | None) -> int:
    """One in the last printed digit."""
    whole = PERCENT if unit == "%" else UNITS.get(unit or "元", 100)
    return int(max(whole // 10 ** (decimals or 0), 1))


def scaled(number: Decimal, scale: int = 100) -> int:
    """A decimal number as a whole number of its smallest parts, exactly."""
    return int((number * scale).to_integral_exact())


def changes(cell: Cell) -> Iterator[tuple[str, int]]:
    """Each kind of change with the figure it makes."""
    printed = cell.value // cell.step
    sign = 1 if printed > 0 else -1
    tenth = round(Decimal(printed) / 10)
    if tenth:
        yield KINDS[0], (printed + tenth) * cell.step
    yield KINDS[1], (printed + sign) * cell.step
    digits = str(abs(printed))
    for i in range(len(digits) - 1):
        if digits[i] != digits[i + 1]:
            swapped = digits[:i] + digits[i + 1] + digits[i] + digits[i + 2 :]
            yield KINDS[2], int(swapped) * cell.step * sign
            return


class Checks:
    """The checks of a warehouse, to be asked what one changed figure would break."""

    def __init__(self, book: Book) -> None:
        """Remember what holds as it is printed."""
        self.book = book
        self.equations_of = around(book.equations)
        self.held = {e.equation_id for e in book.equations if not e.is_violated(book.values)}
        self.right = {s for s, ratios in book.ratios.items() if self._is_right(ratios)}
        self.statements_of: dict[str, set[str]] = defaultdict(set)
        for statement, ratios in book.ratios.items():
            for ratio in ratios:
                for name in (ratio.statement, ratio.part, ratio.whole):
                    self.statements_of[name].add(statement)
        self.listed = {
            check
            for name in (*self.equations_of, *self.statements_of)
            for check in self._listed(name)
        }

    def _is_right(self, ratios: Iterable[Ratio]) -> bool:
        return any(ratio.is_right(self.book.values) for ratio in ratios)

    def _is_misstated(self, ratios: Iterable[Ratio]) -> bool:
        """Whether none is right, though one at least is of another figure than itself."""
        return not self._is_right(ratios) and any(
            ratio.is_proper or ratio.whole_of(self.book.values) != self.book.values[ratio.part]
            for ratio in ratios
        )

    def _is_cut_off(self, equation: Equation) -> bool:
        """Whether prose may have cut off the figure instead of rounding it."""
        values = self.book.values
        if equation.equation_id not in self.book.cut_off:
            return False
        prose, cell, least, most = self.book.cut_off[equation.equation_id]
        return least <= abs(values[cell]) - abs(values[prose]) <= most

    def _listed(self, name: str) -> set[str]:
        """What is said of a figure and holds, but within rounding only."""
        values, ratios = self.book.values, self.book.ratios
        return {
            e.equation_id for e in self.equations_of.get(name, [])
            if self._is_cut_off(e)
            or e.equation_id in self.book.sums and 0 < abs(e.difference(values) or 0) <= e.slack
        } | {
            s for s in self.statements_of.get(name, ())
            if self._is_right(ratios[s]) and not any(r.is_exact(values) for r in ratios[s])
        }  # fmt: skip

    def covers(self, name: str) -> bool:
        """Whether anything is said of this figure."""
        return bool(self.equations_of.get(name) or self.statements_of.get(name))

    def outcome(self, cell: Cell, changed: int) -> tuple[str, bool]:
        """What becomes of one change, and whether it is located."""
        if not self.covers(cell.name):
            return "uncovered", False
        values, rounding = self.book.values, self.book.rounding
        before = values[cell.name]
        values[cell.name] = changed
        try:
            broken = [
                e for e in self.equations_of.get(cell.name, [])
                if e.equation_id in self.held and e.is_violated(values)
                and not self._is_cut_off(e)
            ]  # fmt: skip
            misstated = [
                s for s in self.statements_of.get(cell.name, ())
                if s in self.right and self._is_misstated(self.book.ratios[s])
            ]  # fmt: skip
            if not broken and not misstated:
                return ("listed" if self._listed(cell.name) - self.listed else "hidden"), False
            # A statement names the two or three figures it is about.
            is_located = not broken or any(
                one.name == cell.name
                for one in suspects(broken, values, self.equations_of, self.book.steps)[:3]
            )
            is_violated = misstated or any(
                abs(e.difference(values) or 0) > rounding[e.equation_id] for e in broken
            )
            return ("violated" if is_violated else "noted"), is_located
        finally:
            values[cell.name] = before


def measure(
    book: Book, cells: list[Cell]
) -> tuple[dict[tuple[str, str], Tally], dict[str, Counter[str]]]:
    """Try every change of every cell.

    Returns:
        A tally for each kind of document and change; by reason, the cells that nothing covers.
    """
    checks = Checks(book)
    tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
    uncovered: dict[str, Counter[str]] = defaultdict(Counter)
    for cell in cells:
        if not checks.covers(cell.name):
            uncovered[cell.place][cell.words] += 1
        for kind, changed in changes(cell):
            tallies[cell.kind, kind].add(*checks.outcome(cell, changed))
    return tallies, uncovered


def hidden(connection: duckdb.DuckDBPyConnection, book: Book, cells: list[Cell]) -> Counter[str]:
    """Changes that rounding hides: the kind of change, the form, and what the figure stands in.

    Every equation is named with the least number of last digits that its roundings come to: a
    change of one digit is seen from none on, and no identity over rounded figures has fewer.
    """
    identity_of = dict(
        connection.execute("select equation_id, identity from quality.balance_checks").fetchall()
    )
    checks = Checks(book)
    found: Counter[str] = Counter()
    for cell in cells:
        for kind, changed in changes(cell):
            if checks.outcome(cell, changed)[0] != "hidden":
                continue
            reach: dict[str, int] = {}
            for equation in checks.equations_of.get(cell.name, []):
                identity = identity_of.get(equation.equation_id, "prose_amount")
                digits = equation.slack // cell.step
                reach[identity] = min(digits, reach.get(identity, digits))
            said = ", ".join(f"{name} ± {digits}" for name, digits in sorted(reach.items()))
            found[f"{kind} · {cell.kind} · {cell.place}: {said}"] += 1
    return found


def repairs(warehouse: Path, cells: list[Cell], tries: int, chance: random.Random) -> str:
    """What the repair makes of changed documents, as they are and as if they were scans."""
    lines = read_rows(
        warehouse,
        "select line_id, document_id, state, damage, printed_text from intermediate.int_lines",
    )
    terms = read_rows(warehouse, "select * from intermediate.int_balance_terms").filter(
        ~pl.col("kind").is_in(NO_PROOF)
    )
    printed = [cell for cell in cells if cell.kind not in ("prose", "threshold")]
    counted: dict[str, Counter[str]] = {"as it is": Counter(), "as if scanned": Counter()}
    for cell in chance.choices(printed, k=tries):
        _, changed = chance.choice(list(changes(cell)))
        of_document = _changed(terms.filter(pl.col("document_id") == cell.document), cell, changed)
        own = lines.filter(pl.col("document_id") == cell.document)
        for kind, counter in counted.items():
            given = of_document
            if kind == "as if scanned":
                given = given.with_columns(is_recognised=pl.lit(value=True))
            accepted, _ = repair(own, given)
            for row in accepted.to_dicts():
                is_right = (
                    row["line_id"] == cell.name and scaled(row["repaired_yuan"]) == cell.value
                )
                counter["right" if is_right else "wrong"] += 1
    return "\n".join(
        f"{kind}: {tries} changed figures, {counter['right']} repaired rightly, "
        f"{counter['wrong']} values wrong ({counter['wrong'] / tries:.2%})"
        for kind, counter in counted.items()
    )


def _changed(terms: pl.DataFrame, cell: Cell, changed: int) -> pl.DataFrame:
    """The terms of a document with one figure printed otherwise."""
    is_cell = pl.col("line_id") == cell.name
    amount = pl.lit(Decimal(changed).scaleb(-2)).cast(pl.Decimal(18, 2))
    return terms.with_columns(
        amount_yuan=pl.when(is_cell).then(amount).otherwise("amount_yuan"),
        printed_text=pl.when(is_cell)
        .then(pl.lit(_number(cell, changed)))
        .otherwise("printed_text"),
    )


def agreement(warehouse: Path, cells: list[Cell], rounds: int, chance: random.Random) -> str:
    """Have dbt judge changed copies of the warehouse, and compare with Python's outcomes."""
    with duckdb.connect(warehouse, read_only=True) as connection:
        checks = Checks(read(connection)[0])
        before = {name: _rows_of(connection, query) for name, query in _TRACES.items()}
    same: Counter[str] = Counter()
    total = 0
    differing: list[str] = []
    for _ in range(rounds):
        by_document: dict[str, list[Cell]] = defaultdict(list)
        for cell in cells:
            by_document[cell.document].append(cell)
        chosen = {}
        for document, members in by_document.items():
            cell = chance.choice(members)
            kind, changed = chance.choice(list(changes(cell)))
            chosen[document] = (cell, kind, changed)
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "changed.duckdb"
            shutil.copy(warehouse, copy)
            with duckdb.connect(copy) as connection:
                for cell, _, changed in chosen.values():
                    _change(connection, cell, changed)
            run_dbt(Settings.from_environment(), "run", build=copy)
            with duckdb.connect(copy, read_only=True) as connection:
                after = {name: _rows_of(connection, query) for name, query in _TRACES.items()}
        for cell, kind, changed in chosen.values():
            outcome = _TRACE_OF[checks.outcome(cell, changed)[0]]
            found = next(
                (trace for trace in _TRACES if after[trace][cell.name] - before[trace][cell.name]),
                "none",
            )
            total += 1
            if found == outcome:
                same[found] += 1
            else:
                differing.append(f"  {kind}, {cell.words}: {outcome} here, {found} in SQL")
    said = ", ".join(f"{count} {trace}" for trace, count in sorted(same.items()))
    return "\n".join(
        [f"the same outcome in SQL for {same.total()} of {total} changes ({said})", *differing]
    )


_TRACE_OF = {"violated": "noticed", "noted": "noticed", "listed": "listed"} | dict.fromkeys(
    ("hidden", "uncovered"), "none"
)

# By trace, the figures with what is said of them; the plainer trace goes first.
_TRACES = {
    "noticed": """
select terms.line_id, checks.equation_id
from quality.balance_checks as checks
inner join quality.balance_terms as terms on checks.equation_id = terms.equation_id
left join quality.rounding_notes as notes on checks.equation_id = notes.equation_id
where checks.verdict = 'violated' or notes.note_kind = 'same_figure'
union
select unnest([ratios.statement_id, ratios.part_line_id, ratios.whole_line_id]), checks.statement_id
from quality.statement_checks as checks
inner join intermediate.int_stated_ratios as ratios on checks.statement_id = ratios.statement_id
where checks.verdict = 'violated'
""",
    "listed": """
select terms.line_id, notes.equation_id
from quality.rounding_notes as notes
inner join quality.balance_terms as terms on notes.equation_id = terms.equation_id
union
select unnest([ratios.statement_id, ratios.part_line_id, ratios.whole_line_id]), checks.statement_id
from quality.statement_checks as checks
inner join intermediate.int_stated_ratios as ratios on checks.statement_id = ratios.statement_id
where checks.verdict = 'holds_within_rounding'
union
select unnest([cells.narrative_amount_id, cells.line_id]), checks.statement_id
from quality.statement_checks as checks
inner join intermediate.int_narrative_cells as cells
    on checks.statement_id = cells.narrative_amount_id and cells.cell_rank = 1
where checks.verdict = 'holds_within_rounding' and checks.identity = 'prose_amount'
""",
}

# What is listed of the unchanged documents: kind of check, listed, all.
_LISTED_UNCHANGED = """
select
    concat(replace(equations.comparison_kind, '_', ' '), 's'),
    count(*) filter (where notes.equation_id is not null),
    count(*),
from quality.balance_checks as checks
inner join intermediate.int_balance_equations as equations
    on checks.equation_id = equations.equation_id
left join quality.rounding_notes as notes on checks.equation_id = notes.equation_id
group by all
union all
select
    'percentages',
    count(*) filter (where verdict = 'holds_within_rounding'),
    count(*),
from quality.statement_checks
where statement_id in (select statement_id from intermediate.int_stated_ratios)
order by all
"""


def _rows_of(connection: duckdb.DuckDBPyConnection, query: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for name, check in connection.execute(query).fetchall():
        found[name].add(check)
    return found


def _change(connection: duckdb.DuckDBPyConnection, cell: Cell, changed: int) -> None:
    number = _number(cell, changed)
    if cell.kind not in ("prose", "threshold"):
        connection.execute(
            "update extracted.lines set number_text = ? where line_id = ?", [number, cell.name]
        )
        return
    connection.execute(
        "update extracted.narrative_amounts as prose set number_text = ?"
        " from staging.stg_narrative_amounts as typed"
        " where typed.narrative_amount_id = ? and prose.document_id = typed.document_id"
        " and prose.sentence = typed.sentence and prose.item = typed.item"
        " and prose.amount_text = typed.amount_text and prose.page = typed.page",
        [number, cell.name],
    )


def _number(cell: Cell, changed: int) -> str:
    """A changed figure in the unit of its print."""
    scale = PERCENT if cell.unit == "%" else UNITS.get(cell.unit, 100)
    return str((Decimal(changed) / scale).quantize(Decimal(1).scaleb(-cell.decimals)))


def print_tables(
    tallies: dict[tuple[str, str], Tally], uncovered: dict[str, Counter[str]], with_cells: bool
) -> None:
    """What became of the changes. Located is a share of those noticed."""
    print(f"{'figures':<14} {'change':<20} {'tried':>6} {'uncovered':>9} {'violated':>8} "
          f"{'noted':>6} {'listed':>6} {'hidden':>6} {'noticed':>8} {'of covered':>10} "
          f"{'or listed':>9} {'located':>8}")  # fmt: skip
    for (kind, change), tally in sorted(tallies.items()):
        covered = max(tally.tried - tally.uncovered, 1)
        print(f"{kind:<14} {change:<20} {tally.tried:>6,} {tally.uncovered:>9,} "
              f"{tally.violated:>8,} {tally.noted:>6,} {tally.listed:>6,} {tally.hidden:>6,} "
              f"{tally.noticed / tally.tried:>8.1%} {tally.noticed / covered:>10.1%} "
              f"{(tally.noticed + tally.listed) / tally.tried:>9.1%} "
              f"{tally.located / max(tally.noticed, 1):>8.1%}")  # fmt: skip
    print("\nFigures that no check covers, by reason:")
    for place, words in sorted(uncovered.items(), key=lambda item: -item[1].total()):
        print(f"{words.total():>6,}  {place}")
        for cell, count in words.most_common() if with_cells else ():
            print(f"{count:>10,}  {cell}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--warehouse", type=Path, default=Path("warehouse.duckdb"))
    parser.add_argument("--sample", type=int, default=0, help="figures to try [all]")
    parser.add_argument("--seed", type=int, default=None, help="of the sample [random]")
    parser.add_argument("--uncovered", action="store_true", help="list every uncovered figure")
    parser.add_argument("--check", type=int, default=0, metavar="ROUNDS", help="compare with SQL")
    parser.add_argument("--hidden", action="store_true", help="list what rounding hides")
    parser.add_argument("--repairs", type=int, default=0, metavar="N", help="changes to repair")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)  # noqa: S311
    with duckdb.connect(arguments.warehouse, read_only=True) as connection:
        book, cells = read(connection)
        listed = connection.execute(_LISTED_UNCHANGED).fetchall()
    tried = cells
    if arguments.sample and arguments.sample < len(cells):
        tried = chance.sample(cells, arguments.sample)
    print(f"{len(tried):,} figures, {len(book.equations):,} equations, {len(book.ratios):,} ratios")
    said = ", ".join(f"{count:,} of {total:,} {kind}" for kind, count, total in listed)
    print(f"listed unchanged: {said}")
    print_tables(*measure(book, tried), arguments.uncovered)
    if arguments.hidden:
        with duckdb.connect(arguments.warehouse, read_only=True) as connection:
            found = hidden(connection, book, tried)
        print("\nHidden by rounding (last digits that the roundings of each identity come to):")
        for words, count in found.most_common():
            print(f"{count:>6,}  {words}")
    if arguments.repairs:
        print(repairs(arguments.warehouse, tried, arguments.repairs, chance))
    if arguments.check:
        print(agreement(arguments.warehouse, cells, arguments.check, chance))


if __name__ == "__main__":
    main()
