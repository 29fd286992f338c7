"""A document as it was read and understood: pages, their blocks and cells, forms and problems.

Here: bringing together what staging keeps apart. Which cell a figure was printed in is known to
staging by page, row and column; a cell is coloured and told by that.
"""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project import extraction
from dagster_project.extraction import DocumentEntry
from dagster_project.readers import cross_check
from dagster_project.settings import Settings

Row = dict[str, Any]
Place = tuple[int, int, int]

LABEL, CODE, AMOUNT, BLANK = "label", "code", "amount", "blank"
DAMAGED, UNRECOGNISED = "damaged", "unrecognised"

_UNSURE = 0.5
_NOT_CODES = {"all", None}


@dataclass(frozen=True, slots=True)
class CellReading:
    """A cell with what it was understood to be.

    ``facts`` are the figures that were read from it, each a row of staging's ``lines`` or
    ``projects`` with its ``amount_yuan``; a cell that a text reader had to split has several.
    """

    text: str
    row: int
    column: int
    row_span: int
    column_span: int
    box: tuple[float, float, float, float] | None
    confidence: float | None
    role: str
    facts: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockReading:
    """A paragraph (``text``) or a grid of a page; ``reader`` says who found the grid."""

    number: int
    kind: str
    text: str = ""
    reader: str | None = None
    rows: int = 0
    columns: int = 0
    confidence: float | None = None
    cells: tuple[CellReading, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know of: its kind, where it stands, and what it is."""

    kind: str
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class PageReading:
    """A page, or a sheet, or the whole of a file without pages."""

    number: int
    blocks: tuple[BlockReading, ...]

    @property
    def grids(self) -> tuple[BlockReading, ...]:
        """The tables of the page."""
        return tuple(block for block in self.blocks if block.kind == "grid")

    def roles(self) -> Counter[str]:
        """How many cells of the page there are of each role."""
        return Counter(cell.role for grid in self.grids for cell in grid.cells)


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that is known of one document."""

    document: Row
    pages: tuple[PageReading, ...]
    forms: tuple[Row, ...]
    figures: tuple[Row, ...]
    problems: tuple[Problem, ...]

    @property
    def page_count(self) -> int:
        """How many pages the document has, read or not."""
        return max([self.document["page_count"] or 0, *(page.number for page in self.pages)])

    def only(self, number: int) -> Reading:
        """The reading of one page."""
        return replace(
            self,
            pages=tuple(page for page in self.pages if page.number == number),
            forms=tuple(f for f in self.forms if f["page"] and _on(f, number)),
            figures=tuple(figure for figure in self.figures if figure["page"] == number),
            problems=tuple(p for p in self.problems if p.page in {number, None}),
        )

    def states(self) -> Counter[str]:
        """How many figures there are of each state."""
        return Counter(figure["state"] for figure in self.figures)

    def as_json(self, *, with_cells: bool) -> dict[str, Any]:
        """The reading for programs; amounts are exact decimal strings."""
        return {
            "document": self.document,
            "pages": [_page_json(self, page, with_cells) for page in self.pages],
            "forms": [_form_json(self, form) for form in self.forms],
            "amounts": dict(sorted(self.states().items())),
            "problems": [_problem_json(problem) for problem in self.problems],
            "figures": [_figure_json(figure) for figure in self.figures] if with_cells else None,
        }


def _on(form: Row, number: int) -> bool:
    return bool(form["page"] <= number <= (form["last_page"] or form["page"]))


def read_document(settings: Settings, file: Path, *, check: bool = False) -> Reading:
    """Read and recognise one document as a run does, without touching the warehouse."""
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        raw, entry = _entry(settings, file, work / "raw")
        extraction.extract_tables(raw, entry, work / "tables.parquet")
        extraction.extract_forms(work / "tables.parquet", entry, settings.seeds, work)
        read = {
            name: pl.read_parquet(work / f"{name}.parquet").to_dicts()
            for name in extraction.SCHEMAS
        }
        found = cross_check.check(entry.below(raw), _grids(read)) if check else []
    return understand(read, _factors(settings.seeds), found)


def _entry(settings: Settings, file: Path, scratch: Path) -> tuple[Path, DocumentEntry]:
    """The registry's entry; a file outside raw/ gets one of its own, without a manifest."""
    if file.is_relative_to(settings.raw):
        path = file.relative_to(settings.raw).as_posix()
        for entry in extraction.register(settings.raw):
            if entry.file_path == path:
                return settings.raw, entry
    scratch.mkdir()
    shutil.copyfile(file, scratch / file.name)
    return scratch, extraction.register(scratch)[0]


def _factors(seeds: Path) -> dict[str, Decimal]:
    """Unit of money → how many 元 it is."""
    with (seeds / "units.csv").open(encoding="utf-8", newline="") as lines:
        return {row["unit"]: Decimal(row["factor"]) for row in csv.DictReader(lines)}


def _grids(read: dict[str, list[Row]]) -> list[cross_check.GridText]:
    """The grids of a PDF that were read from its text, as the cross-check wants them."""
    if read["documents"][0]["format"] != "pdf":
        return []
    grids: dict[int, cross_check.GridText] = {}
    for row in read["table_cells"]:
        if row["kind"] == "grid" and (row["reader"] or "").startswith("camelot"):
            grids[row["block"]] = cross_check.GridText(row["block"], row["page"])
        elif row["kind"] == "cell" and row["block"] in grids:
            box = None
            if row["x0"] is not None:
                box = (row["x0"], row["y0"], row["x1"], row["y1"])
            cell = cross_check.CellText(row["row"], row["column"], box, row["text"] or "")
            grids[row["block"]].cells.append(cell)
    return list(grids.values())


def understand(
    read: dict[str, list[Row]],
    factors: dict[str, Decimal],
    findings: Sequence[cross_check.Finding] = (),
) -> Reading:
    """Bring the staging rows of one document together."""
    forms = sorted(read["forms"], key=lambda form: form["ordinal"] or len(read["forms"]))
    figures = [_figure(row, factors) for row in read["lines"] + read["projects"]]
    facts = figures_by_cell(read["table_cells"], forms, figures)
    unrecognised = Counter(map(_shape, read["unrecognised_tables"]))
    codes = _code_places(read["lines"])
    blocks = [_block(rows, facts, unrecognised, codes) for rows in _grouped(read["table_cells"])]
    pages: defaultdict[int, list[BlockReading]] = defaultdict(list)
    for page, block in blocks:
        pages[page].append(block)
    document = read["documents"][0]
    for number in range(1, (document["page_count"] or 0) + 1):
        pages.setdefault(number, [])
    read_pages = tuple(PageReading(number, tuple(pages[number])) for number in sorted(pages))
    problems = tuple(_problems(document, read, figures, read_pages, findings))
    return Reading(document, read_pages, tuple(forms), tuple(figures), problems)


def _figure(row: Row, factors: dict[str, Decimal]) -> Row:
    """A figure with its amount in 元, where it is one of money."""
    factor = factors.get(row["printed_unit"] or "")
    money = row.get("measure", "money") == "money" and factor and row["number_text"] is not None
    yuan = Decimal(row["number_text"]) * factor if money and factor else None
    return {**row, "amount_yuan": None if yuan is None else f"{yuan:.2f}"}


def _place(row: Row) -> Place:
    return (row["page"], row["row_number"], row["column_number"])


def _grouped(rows: Sequence[Row]) -> list[list[Row]]:
    groups: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["block"]].append(row)
    return [groups[number] for number in sorted(groups)]


Facts = dict[tuple[int, int, int], list[Row]]


def figures_by_cell(cells: Sequence[Row], forms: Sequence[Row], figures: Sequence[Row]) -> Facts:
    """Figures by block, row and column of the cell that they were read from.

    Rows are counted anew in every table of a page, so that a place may name several cells; a form
    is then taken to stand in the tables that hold most of its figures.
    """
    at: defaultdict[Place, list[Row]] = defaultdict(list)
    for cell in cells:
        if cell["kind"] == "cell":
            at[_place(cell)].append(cell)
    of_form: defaultdict[str, list[Row]] = defaultdict(list)
    for figure in figures:
        of_form[figure["form_id"]].append(figure)
    facts: Facts = defaultdict(list)
    before = -1
    for form in forms:
        own = of_form[form["form_id"]]
        hits = Counter(
            cell["block"]
            for figure in own
            for cell in at[_place(figure)]
            if _likeness(cell, figure)
        )
        used = []
        for figure in own:
            fitting = [
                (_likeness(cell, figure), hits[cell["block"]], cell["block"] > before, -index)
                for index, cell in enumerate(at[_place(figure)])
            ]
            like, *_, index = max(fitting, default=(0, 0, False, 0))
            if like:
                best = at[_place(figure)][-index]
                facts[best["block"], best["row"], best["column"]].append(figure)
                used.append(best["block"])
        before = max(used, default=before)
    return facts


def _likeness(cell: Row, figure: Row) -> int:
    """How well a cell may be the one of a figure: 2 the same text or box, 1 part of it, 0 not."""
    if figure["x0"] is not None and cell["x0"] is not None:
        return 2 * ((cell["x0"], cell["y0"]) == (figure["x0"], figure["y0"]))
    printed, text = (figure["printed_text"] or "").strip(), (cell["text"] or "").strip()
    if printed == text:
        return 2
    return int(bool(printed) and printed in text)


def _code_places(lines: Iterable[Row]) -> set[tuple[int, int, str]]:
    """Where codes are printed: page, row, text."""
    return {
        (line["page"], line["row_number"], part)
        for line in lines
        for part in (line["code_printed"] or "").split()
    }


def _shape(row: Row) -> tuple[int, int, int, str]:
    return (row["page"], row["row_count"], row["column_count"], row["first_text"] or "")


def _block(
    rows: list[Row],
    facts: Facts,
    unrecognised: Counter[tuple[int, int, int, str]],
    codes: set[tuple[int, int, str]],
) -> tuple[int, BlockReading]:
    head = rows[0]
    if head["kind"] == "paragraph":
        return head["page"], BlockReading(head["block"], "paragraph", head["text"] or "")
    cells = [row for row in rows if row["kind"] == "cell"]
    first = " | ".join(row["text"] or "" for row in cells[:6])[:200]
    unknown = unrecognised[head["page"], head["row"], head["column"], first] > 0
    return head["page"], BlockReading(
        head["block"], "grid", "", head["reader"], head["row"], head["column"],
        head["confidence"], tuple(_cell(row, facts, codes, unknown=unknown) for row in cells),
    )  # fmt: skip


def _cell(
    row: Row, facts: Facts, codes: set[tuple[int, int, str]], *, unknown: bool
) -> CellReading:
    own = tuple(facts.get((row["block"], row["row"], row["column"]), ()))
    box = None
    if row["x0"] is not None:
        box = (row["x0"], row["y0"], row["x1"], row["y1"])
    text = row["text"] or ""
    is_code = (row["page"], row["row_number"], text.strip()) in codes
    role = UNRECOGNISED if unknown else _role(own, is_code=is_code)
    return CellReading(
        text, row["row"], row["column"], row["row_span"] or 1, row["column_span"] or 1, box,
        row["confidence"], role, own,
    )  # fmt: skip


def _role(facts: Sequence[Row], *, is_code: bool) -> str:
    states = {fact["state"] for fact in facts}
    for state, role in (("damaged", DAMAGED), ("amount", AMOUNT)):
        if state in states:
            return role
    if states:
        return BLANK
    return CODE if is_code else LABEL


# problems ------------------------------------------------------------------------------------


def _problems(
    document: Row,
    read: dict[str, list[Row]],
    figures: Iterable[Row],
    pages: Sequence[PageReading],
    findings: Sequence[cross_check.Finding],
) -> Iterable[Problem]:
    if document["status"] != "loaded":
        yield Problem(document["status"], None, document["status_reason"] or "")
    elif document["status_reason"]:
        yield Problem("note", None, document["status_reason"])
    for form in read["forms"]:
        if form["declared"] and not form["found"]:
            name = f"{form['form_number'] or ''} {form['title'] or ''}".strip()
            yield Problem("missing form", form["page"], f"{name}: announced, not found")
    for figure in figures:
        if figure["state"] == "damaged":
            text = f"{figure['label'] or ''}: {figure['printed_text']!r}: {figure['damage']}"
            yield Problem("damaged", figure["page"], text)
        elif (figure.get("confidence") or 1.0) < _UNSURE:
            text = f"{figure['label'] or ''}: {figure['printed_text']!r}"
            yield Problem("unsure", figure["page"], text)
    for row in read["unmapped_labels"]:
        number = row["form_number"] or row["form"]
        yield Problem("unmapped label", row["page"], f"{number}, {row['kind']}: {row['text']}")
    for row in read["unrecognised_tables"]:
        size = f"{row['row_count']} × {row['column_count']}"
        text = f"{size}, {row['reason']}: {row['first_text']}"
        yield Problem("unrecognised table", row["page"], text)
    for row in read["reading_findings"]:
        sides = "; ".join(f"{who}: {row[who]}" for who in ("ours", "theirs") if row[who])
        text = row["message"] + (f" ({sides})" if sides else "")
        yield Problem(f"second reading: {row['kind']}", row["page"], text)
    for page in pages:
        if not page.blocks and document["status"] != "quarantined":
            yield Problem("skipped page", page.number, "nothing was read on this page")
    for finding in findings:
        yield Problem(f"cross-check: {finding.kind}", finding.page, finding.detail)


# JSON ----------------------------------------------------------------------------------------


def _page_json(reading: Reading, page: PageReading, with_cells: bool) -> dict[str, Any]:
    return {
        "page": page.number,
        "blocks": [_block_json(block, with_cells) for block in page.blocks],
        "forms": [
            form["form_id"] for form in reading.forms if form["page"] and _on(form, page.number)
        ],
        "amounts": dict(Counter(f["state"] for f in reading.figures if f["page"] == page.number)),
        "problems": [_problem_json(p) for p in reading.problems if p.page == page.number],
    }


def _block_json(block: BlockReading, with_cells: bool) -> dict[str, Any]:
    if block.kind == "paragraph":
        return {"block": block.number, "kind": "paragraph", "text": block.text}
    told: dict[str, Any] = {
        "block": block.number, "kind": "grid", "reader": block.reader, "rows": block.rows,
        "columns": block.columns, "confidence": block.confidence,
        "roles": dict(Counter(cell.role for cell in block.cells)),
    }  # fmt: skip
    if with_cells:
        told["cells"] = [
            {
                "row": cell.row,
                "column": cell.column,
                "row_span": cell.row_span,
                "column_span": cell.column_span,
                "text": cell.text,
                "box": cell.box,
                "role": cell.role,
                "confidence": cell.confidence,
                "figures": [fact.get("line_id") for fact in cell.facts if fact.get("line_id")],
            }  # fmt: skip
            for cell in block.cells
        ]
    return told


def _form_json(reading: Reading, form: Row) -> dict[str, Any]:
    own = [f for f in reading.figures if f["form_id"] == form["form_id"]]
    return {**form, "amounts": dict(Counter(figure["state"] for figure in own))}


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"kind": problem.kind, "page": problem.page, "text": problem.text}


_FIGURE_FIELDS = (
    "line_id", "form_id", "form", "form_number", "label", "function_code", "economic_code",
    "column_path", "column_item", "state", "damage", "printed_text", "printed_unit",
    "number_text", "amount_yuan", "page", "row_number", "column_number",
)  # fmt: skip


def _figure_json(figure: Row) -> dict[str, Any]:
    return {name: figure.get(name) for name in _FIGURE_FIELDS}


def code_of(figure: Row) -> str | None:
    """The code that a figure is classified by, if it has one."""
    for name in ("function_code", "economic_code"):
        if figure.get(name) not in _NOT_CODES:
            return str(figure[name])
    return None
