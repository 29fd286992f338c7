"""Damage documents as recognition of a scan does, send them through the pipeline, and compare.

    python -m benchmarks.damage [--published DIRECTORY] [--documents N] [--seed N] [--keep FOLDER]

Every document of `raw/`, of the layouts of other provinces and, if given, of the published PDFs is
written once as clean Markdown, whose amounts are the truth, and several times as an OCR tool would
write it, with a mix of damage. One run of the pipeline reads them all: text, recognition,
equations, repair, tests. Of each damaged figure it then says what became of it:

    read       the reader coped with it, nothing had to be repaired
    repaired   another value than the print was accepted, and it is right
    in review  it waits in the queue for a person
    finding    an equation it stands in is violated or cannot be computed, or its row is listed
    unnoticed  none of these, and the amount is wrong or absent
    wrong      another value than the print was accepted, and it is not right

A repair of a figure that was not damaged is wrong, too. Seeds are random unless one is given.
"""

from __future__ import annotations

import argparse
import csv
import random
import re
import secrets
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb

from dagster_project import readers
from dagster_project.readers.document import Grid
from dagster_project.run import run_warehouse
from dagster_project.settings import PROJECT_ROOT, Settings
from tests.corpus import documents as corpus

LAYOUTS = PROJECT_ROOT / "tests" / "forms" / "layouts"
OUTCOMES = ("read", "repaired", "in review", "finding", "unnoticed", "wrong")
NOT_DAMAGED = "not damaged"
CONFUSED = {
    "0": "86", "1": "74", "2": "7", "3": "85", "4": "19", "5": "638", "6": "580", "7": "12",
    "8": "36509", "9": "840",
}  # fmt: skip
_FIGURE = re.compile(r"-?\d{1,3}(?:,?\d{3})*\.\d{1,2}")
_CODE = re.compile(r"\d{3}|\d{5}|\d{7}")

Place = tuple[int, int]


class NothingToDamage(LookupError):  # noqa: N818 - not an error, only a miss
    """No figure of the document can be damaged in this way."""


@dataclass(slots=True)
class Printed:
    """A document as lines, each a text or the fields of a table's row, and what was done to it."""

    name: str
    lines: list[str | list[str]]
    numbers: list[int] = field(default_factory=list)
    damaged: dict[Place, str] = field(default_factory=dict)
    codes: dict[int, str] = field(default_factory=dict)
    lost: list[int] = field(default_factory=list)

    def copy(self) -> Printed:
        """The same print, not damaged yet."""
        lines = [line if isinstance(line, str) else list(line) for line in self.lines]
        return Printed(self.name, lines, list(range(1, len(lines) + 1)))

    def figures(self) -> list[Place]:
        """Line and field, from zero, of all figures of tables."""
        return [
            (at, column)
            for at, line in enumerate(self.lines)
            if not isinstance(line, str)
            for column, text in enumerate(line)
            if _FIGURE.fullmatch(text)
        ]

    def tables(self) -> Iterator[list[int]]:
        """The lines of each table."""
        table: list[int] = []
        for at, line in enumerate([*self.lines, ""]):
            if isinstance(line, str):
                if table:
                    yield table
                table = []
            else:
                table.append(at)

    def row(self, at: int) -> list[str]:
        """The fields of a table's row."""
        line = self.lines[at]
        assert not isinstance(line, str)
        return line

    def mark(self, at: int, column: int, kind: str) -> None:
        """Remember what was done to a figure, by its place in the clean print."""
        self.damaged[self.numbers[at], column + 1] = kind


# --- what recognition does ------------------------------------------------------------------


def torn(text: str) -> str:
    """The figure with blanks behind its separators, as recognition spaces it."""
    return re.sub(r"([,.])(?=\d)", r"\1 ", text)


def cut(print_: Printed, chance: random.Random) -> None:
    """The right edge of the page cuts the last column off, over several rows."""
    table = chance.choice(list(print_.tables()))
    width = max(len(print_.row(at)) for at in table)
    rows = [at for at in table if len(print_.row(at)) == width]
    rows = [at for at in rows if _FIGURE.fullmatch(print_.row(at)[-1])]
    if not rows:
        raise NothingToDamage
    first = chance.randrange(len(rows))
    lost = chance.choice((1, 1, 2, 2, 3))
    for at in rows[first : first + chance.randint(1, 6)]:
        text = print_.row(at)[-1]
        print_.row(at)[-1] = text[:-lost] + chance.choice(("", "", "("))
        print_.mark(at, width - 1, "cut off")


def border(print_: Printed, chance: random.Random) -> None:
    """A column's border runs through the figure: a digit is read on both of its sides."""
    at, column = _any(print_, chance, r"\d{3},.*")
    text = print_.row(at)[column]
    place = chance.choice((0, 0, 1))
    print_.row(at)[column] = text[: place + 1] + text[place:]
    print_.mark(at, column, "border digit")


def split(print_: Printed, chance: random.Random) -> None:
    """A figure falls into two cells, so that its row has one cell more."""
    at, column = _any(print_, chance, r"\d+,.*")
    text = print_.row(at)[column]
    comma = text.index(",")
    row = print_.row(at)
    row[column : column + 1] = [text[: comma + 1], text[comma + 1 :]]
    for place in range(column, len(row)):
        print_.mark(at, place, "split")


def merge(print_: Printed, chance: random.Random) -> None:
    """Two neighbouring figures are read into one cell, the other stays blank."""
    rows = [(at, column) for at, column in print_.figures() if _beside(print_, at, column)]
    if not rows:
        raise NothingToDamage
    at, column = chance.choice(rows)
    row = print_.row(at)
    row[column : column + 2] = [row[column] + chance.choice(("", " ")) + row[column + 1], ""]
    print_.mark(at, column, "merged")
    print_.mark(at, column + 1, "merged")


def shift(print_: Printed, chance: random.Random) -> None:
    """All figures of a row stand one column further to the right, the last one falls off."""
    by_row: dict[int, list[int]] = defaultdict(list)
    for at, column in print_.figures():
        by_row[at].append(column)
    rows = {at: columns for at, columns in by_row.items() if len(columns) >= 3}
    if not rows:
        raise NothingToDamage
    at = chance.choice(sorted(rows))
    row, first = print_.row(at), min(rows[at])
    row.insert(first, "")
    row.pop()
    for column in range(first, len(row)):
        print_.mark(at, column, "shifted row")


def lose_row(print_: Printed, chance: random.Random) -> None:
    """A row is not recognised at all."""
    at, _ = chance.choice(print_.figures())
    print_.lost.append(print_.numbers[at])
    del print_.lines[at]
    del print_.numbers[at]


def lose(print_: Printed, chance: random.Random) -> None:
    """Nothing is recognised in a cell."""
    at, column = _any(print_, chance)
    print_.row(at)[column] = ""
    print_.mark(at, column, "lost cell")


def confuse(print_: Printed, chance: random.Random) -> None:
    """A digit is taken for one that looks alike."""
    at, column = _any(print_, chance, r".*[1-9].*")
    text = print_.row(at)[column]
    place = chance.choice([i for i, digit in enumerate(text) if digit.isdigit()])
    print_.row(at)[column] = text[:place] + chance.choice(CONFUSED[text[place]]) + text[place + 1 :]
    print_.mark(at, column, "confused digit")


def collapse(print_: Printed, chance: random.Random) -> None:
    """Of two equal digits side by side one is lost."""
    at, column = _any(print_, chance, r".*(\d)\1.*\..*")
    text = print_.row(at)[column]
    pairs = [i for i in range(1, len(text)) if text[i] == text[i - 1] and text[i].isdigit()]
    place = chance.choice(pairs)
    print_.row(at)[column] = text[:place] + text[place + 1 :]
    print_.mark(at, column, "collapsed digit")


def mistake_comma(print_: Printed, chance: random.Random) -> None:
    """A comma is read as a point, or the point as a comma."""
    at, column = _any(print_, chance, r".*,.*")
    text = print_.row(at)[column]
    place = chance.choice([i for i, mark in enumerate(text) if mark in ",."])
    other = "." if text[place] == "," else ","
    print_.row(at)[column] = text[:place] + other + text[place + 1 :]
    print_.mark(at, column, "comma as point")


def lose_point(print_: Printed, chance: random.Random) -> None:
    """A separator is not seen."""
    at, column = _any(print_, chance, r".*[1-9].*")
    text = print_.row(at)[column]
    place = chance.choice([i for i, mark in enumerate(text) if mark in ",."])
    print_.row(at)[column] = text[:place] + text[place + 1 :]
    print_.mark(at, column, "separator lost")


def misread_code(print_: Printed, chance: random.Random) -> None:
    """A digit of an account's code is lost, or taken for another, or the whole code is lost."""
    rows = [
        at
        for at, _ in print_.figures()
        if _CODE.fullmatch(print_.row(at)[0]) and print_.numbers[at] not in print_.codes
    ]
    if not rows:
        raise NothingToDamage
    at = chance.choice(rows)
    code = print_.row(at)[0]
    place = chance.randrange(len(code))
    kind = chance.choice(("code lost", "code misread", "code cut"))
    if kind == "code lost":
        code = ""
    elif kind == "code misread":
        code = code[:place] + chance.choice(CONFUSED[code[place]]) + code[place + 1 :]
    else:
        code = code[:place] + code[place + 1 :]
    print_.row(at)[0] = code
    print_.codes[print_.numbers[at]] = kind


DAMAGES: dict[Callable[[Printed, random.Random], None], int] = {
    cut: 3, border: 1, split: 1, merge: 1, shift: 1, lose_row: 1, lose: 2, confuse: 4,
    collapse: 3, mistake_comma: 1, lose_point: 1, misread_code: 3,
}  # fmt: skip
"""What recognition does, and how often."""


def _any(print_: Printed, chance: random.Random, pattern: str = ".*") -> Place:
    """A figure that is not damaged yet and looks like the pattern."""
    free = [
        (at, column)
        for at, column in print_.figures()
        if (print_.numbers[at], column + 1) not in print_.damaged
    ]
    fitting = [(at, c) for at, c in free if re.fullmatch(pattern, print_.row(at)[c])]
    if not fitting:
        raise NothingToDamage
    return chance.choice(fitting)


def _beside(print_: Printed, at: int, column: int) -> bool:
    row = print_.row(at)
    return column + 1 < len(row) and _FIGURE.fullmatch(row[column + 1]) is not None


# --- documents ------------------------------------------------------------------------------


def sources(published: Path | None) -> Iterator[Path]:
    """The documents to be damaged."""
    for entry in corpus.entries():
        yield PROJECT_ROOT / "raw" / entry["file"]
    yield from sorted(path for path in LAYOUTS.iterdir() if path.suffix in {".md", ".html"})
    if published:
        yield from sorted(published.rglob("*.pdf"))


def printed(path: Path) -> Printed:
    """A document of any format as lines, a merged cell in the first of its places."""
    lines: list[str | list[str]] = []
    for block in readers.read(path).blocks:
        if isinstance(block, Grid):
            for row in block.matrix():
                texts = [cell.text if cell else "" for cell in row]
                lines.append([" ".join(text.replace("|", " ").split()) for text in texts])
        else:
            lines.append(" ".join(block.text.split()))
        lines.append("")
    return Printed(path.stem, lines).copy()


def damaged(clean: Printed, damages: int, chance: random.Random) -> Printed:
    """A copy with that many damages, its figures spaced as recognition spaces them."""
    found = clean.copy()
    kinds, weights = list(DAMAGES), list(DAMAGES.values())
    done = 0
    for kind in chance.choices(kinds, weights, k=4 * damages):
        try:
            kind(found, chance)
            done += 1
        except NothingToDamage:
            continue
        if done == damages:
            break
    for line in found.lines:
        if not isinstance(line, str):
            line[:] = [torn(text) if re.match(r"\d[\d,]*[.,]", text) else text for text in line]
    return found


def write(print_: Printed, file: Path) -> None:
    """Write the lines as a Markdown file, one line of the print a line of the file."""
    lines = [line if isinstance(line, str) else f"| {' | '.join(line)} |" for line in print_.lines]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def build(prints: dict[str, Printed], raw: Path, folder: Path) -> Path:
    """Run the pipeline over the prints; each is another body's document."""
    raw.mkdir(parents=True)
    with (raw / "manifest.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("file", "publisher"))
        for name, print_ in prints.items():
            write(print_, raw / f"{name}.md")
            rows.writerow((f"{name}.md", f"{print_.name}{name}"))
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(raw),
            "BUDGET_WAREHOUSE": str(folder / "warehouse.duckdb"),
            "BUDGET_CACHE": str(folder / "cache"),
        }
    )
    if not run_warehouse(settings):
        raise SystemExit("a blocking test stopped the run: damage got through that it must not")
    return settings.warehouse


# --- what became of it ----------------------------------------------------------------------

_CELLS = """
with cells as (
    select document_id, line_id, row_number, column_number, amount_yuan, is_repaired,
        coalesce(nullif(function_code, 'all'), economic_code) as code,
        form_id, panel, row_index, parent_row_index, column_key,
    from intermediate.int_lines_repaired
    where measure = 'money'
    union all by name
    select document_id, project_amount_id as line_id, row_number, column_number, amount_yuan,
        is_repaired, 'all' as code,
    from intermediate.int_project_amounts_repaired
),

sums as (
    select form_id, panel, column_key, parent_row_index as row_index, count(*) as parts
    from cells
    where parent_row_index is not null
    group by all
),

open_cells as (
    select distinct terms.line_id
    from quality.balance_terms as terms
    inner join quality.balance_checks as checks using (equation_id)
    where checks.verdict in ('violated', 'not_computable')
)

select
    documents.file_path,
    cells.row_number,
    cells.column_number,
    cells.amount_yuan,
    cells.is_repaired,
    cells.code,
    cells.line_id in (select line_id from quality.review_queue) as is_in_review,
    cells.line_id in (select line_id from open_cells) as is_open,
    coalesce(sums.parts, 0) as parts,
    coalesce(siblings.parts, 0) as parts_of_its_sum,
    cells.panel || '/' || cells.column_key as heading,
from cells
inner join extracted.documents as documents using (document_id)
left join sums
    on
        cells.form_id = sums.form_id
        and cells.panel = sums.panel
        and cells.column_key = sums.column_key
        and cells.row_index = sums.row_index
left join sums as siblings
    on
        cells.form_id = siblings.form_id
        and cells.panel = siblings.panel
        and cells.column_key = siblings.column_key
        and cells.parent_row_index = siblings.row_index
order by cells.row_number, cells.column_number, cells.line_id
"""
# Cells that stand in one equation of a clean document, by their places.
_BESIDE = """
select
    documents.file_path, ones.row_number, ones.column_number, others.row_number,
    others.column_number
from intermediate.int_balance_terms as ones
inner join intermediate.int_balance_terms as others using (equation_id)
inner join extracted.documents as documents on ones.document_id = documents.document_id
where
    ones.line_id <> others.line_id and others.document_id = ones.document_id
    and documents.file_path like 'clean%'
    and ones.row_number is not null and others.row_number is not null
group by all
"""
_UNMAPPED = """
select documents.file_path, labels.row_number
from quality.unmapped_labels as labels
inner join extracted.documents as documents using (document_id)
"""


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount cell as the warehouse has it."""

    amount: Decimal | None
    is_repaired: bool
    code: str
    is_in_review: bool
    is_open: bool
    parts: int
    parts_of_its_sum: int
    heading: str | None


class Cells(dict[Place, Cell]):
    """The amount cells of a document by their place."""

    def under(self, row: int, column: int, heading: str | None) -> Cell | None:
        """The cell of a row under a heading, wherever it stands: a row that was torn is wider."""
        here = self.get((row, column))
        if not heading or here and here.heading == heading:
            return here
        own = [cell for (at, _), cell in self.items() if at == row and cell.heading == heading]
        return own[0] if own else here


def cells(warehouse: Path) -> tuple[dict[str, Cells], dict[str, set[int]]]:
    """The amount cells of every document by their place, and the rows without a known code."""
    found: dict[str, Cells] = defaultdict(Cells)
    unmapped: dict[str, set[int]] = defaultdict(set)
    with duckdb.connect(warehouse, read_only=True) as connection:
        for name, row, column, *values in connection.execute(_CELLS).fetchall():
            found[Path(name).stem].setdefault((row, column), Cell(*values))
        for name, row in connection.execute(_UNMAPPED).fetchall():
            unmapped[Path(name).stem].add(row)
    return found, unmapped


def neighbours(warehouse: Path) -> dict[str, dict[Place, set[Place]]]:
    """For every figure of the clean documents those that it stands in equations with."""
    found: dict[str, dict[Place, set[Place]]] = defaultdict(lambda: defaultdict(set))
    with duckdb.connect(warehouse, read_only=True) as connection:
        for name, row, column, other_row, other_column in connection.execute(_BESIDE).fetchall():
            found[Path(name).stem][row, column].add((other_row, other_column))
    return found


def outcome(cell: Cell | None, truth: Decimal) -> str:
    """What became of a damaged figure."""
    if cell and cell.amount == truth:
        return "repaired" if cell.is_repaired else "read"
    if cell and cell.is_repaired:
        return "wrong"
    if cell and cell.is_in_review:
        return "in review"
    return "finding" if cell and cell.is_open else "unnoticed"


def outcome_of_code(cell: Cell | None, truth: str, *, is_listed: bool) -> str:
    """What became of a row whose code was damaged."""
    if cell and cell.code == truth:
        return "repaired"
    if cell and cell.code != "all":
        return "finding" if cell.is_open else "wrong"
    return "in review" if is_listed else "finding" if cell and cell.is_open else "unnoticed"


def why_unnoticed(lost: Cell, beside: set[Place]) -> str:
    """Why no equation fails that a lost figure stood in."""
    if not beside:
        return "it stands in no equation"
    if lost.parts:
        return "a sum, whose parts remain and add up to the sum above or in other forms"
    if lost.parts_of_its_sum == 1:
        return "the only part of a sum, which remains with the same amount"
    return "other"


def compare(
    print_: Printed,
    clean: Cells,
    found: Cells,
    unmapped: set[int],
    beside: dict[Place, set[Place]],
) -> Iterator[tuple[str, str, str]]:
    """Kind of damage, outcome and place of everything that was damaged, or changed without it.

    A lost row is noticed if an equation is open now that one of its figures stood in.
    """
    line_of = {number: at for at, number in enumerate(print_.numbers, start=1)}
    for place, truth in clean.items():
        row, column = place
        if truth.amount is None:
            continue
        cell = found.under(line_of.get(row, 0), column, truth.heading)
        if row in print_.lost:
            if truth.amount:
                others = {p for p in beside.get(place, set()) if p[0] not in print_.lost}
                left = [found.get((line_of.get(r, 0), c)) for r, c in others]
                if any(cell and cell.is_open for cell in left):
                    yield "row lost", "finding", str(place)
                else:
                    why = why_unnoticed(truth, beside.get(place, set()))
                    yield "row lost", "unnoticed", f"{place}: {why}"
        elif place in print_.damaged:
            result = outcome(cell, truth.amount)
            if result == "unnoticed" and line_of.get(row) in unmapped:
                result = "finding"  # its row is listed: a figure stands where a label should be
            yield print_.damaged[place], result, str(place)
        elif cell and cell.is_repaired and cell.amount != truth.amount:
            yield NOT_DAMAGED, "wrong", str(place)
    for row, kind in print_.codes.items():
        truth_cell = next((c for (at, _), c in clean.items() if at == row), None)
        at = line_of.get(row)
        if truth_cell and truth_cell.code != "all" and at:
            cell = next((c for (line, _), c in found.items() if line == at), None)
            yield kind, outcome_of_code(cell, truth_cell.code, is_listed=at in unmapped), str(row)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--published", type=Path, default=None)
    parser.add_argument("--documents", type=int, default=60, help="damaged documents in all")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--keep", type=Path, default=None, help="keep documents and warehouse here")
    parser.add_argument("--list", action="append", default=[], choices=OUTCOMES)
    arguments = parser.parse_args()
    seed = secrets.randbits(32) if arguments.seed is None else arguments.seed
    print(f"seed {seed}")
    chance = random.Random(seed)  # noqa: S311
    originals = [print_ for path in sources(arguments.published) if (print_ := printed(path))]
    originals = [print_ for print_ in originals if len(print_.figures()) >= 30]
    prints = {f"clean{at:03}": print_ for at, print_ in enumerate(originals)}
    tries: dict[str, tuple[str, Printed]] = {}
    for at in range(arguments.documents):
        clean = at % len(originals)
        copy = damaged(originals[clean], chance.choice((0, 1, 2, 4, 8, 16)), chance)
        tries[f"damaged{at:03}"] = (f"clean{clean:03}", copy)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        everything = prints | {name: copy for name, (_, copy) in tries.items()}
        warehouse = build(everything, folder / "raw", folder)
        found, unmapped = cells(warehouse)
        beside = neighbours(warehouse)
    reasons: Counter[str] = Counter()
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for name, (clean_name, copy) in tries.items():
        for kind, result, place in compare(
            copy, found[clean_name], found[name], unmapped.get(name, set()), beside[clean_name]
        ):
            outcomes[kind][result] += 1
            if kind == "row lost" and result == "unnoticed":
                reasons[place.partition(": ")[2]] += 1
            if result in arguments.list:
                print(f"{result}: {kind}, {copy.name}, {name}.md, {place}")
    print_table(outcomes)
    print("figures of lost rows that nothing notices:")
    for why, count in reasons.most_common():
        print(f"{count:>6}  {why}")


def print_table(outcomes: dict[str, Counter[str]]) -> None:
    """One line for each kind of damage, and one for all."""
    print(f"{'damage':<16} {'figures':>8}" + "".join(f"{name:>11}" for name in OUTCOMES))
    whole: Counter[str] = Counter()
    for kind, counted in sorted(outcomes.items()):
        whole += counted
        print_row(kind, counted)
    print_row("all", whole)
    accepted = whole["repaired"] + whole["wrong"]
    print(f"wrong: {whole['wrong']} of {whole.total()} damaged figures, "
          f"{whole['wrong'] / max(whole.total(), 1):.2%}; "
          f"{whole['wrong'] / max(accepted, 1):.2%} of the accepted repairs")  # fmt: skip


def print_row(kind: str, counted: Counter[str]) -> None:
    """One line of the table."""
    total = counted.total()
    shares = "".join(f"{counted[name] / max(total, 1):>11.1%}" for name in OUTCOMES)
    print(f"{kind:<16} {total:>8,}{shares}")


if __name__ == "__main__":
    main()
