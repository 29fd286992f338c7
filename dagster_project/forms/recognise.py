"""From a document to staging rows: every form, every amount cell, every thing left over.

Here: the order in which a document is understood, and the shape of what comes out. How a title,
a header, a row or a figure is read belongs in the module of that name.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from rapidfuzz import fuzz

from dagster_project.forms import amounts
from dagster_project.forms.account_codes import Accounts, resolve_codes
from dagster_project.forms.amounts import Figure
from dagster_project.forms.bodies import settle
from dagster_project.forms.catalogue import Catalogue, Form, ProjectLabels, bare
from dagster_project.forms.column_sums import settle as settle_by_sums
from dagster_project.forms.dimensions import FormDimensions
from dagster_project.forms.evidence import Candidate, Choice, choose
from dagster_project.forms.figure_lines import bare_figures, broken_tables
from dagster_project.forms.headers import Column
from dagster_project.forms.identity import Identity, conflicts, identify
from dagster_project.forms.indicators import read_indicators
from dagster_project.forms.narrative import read_narrative
from dagster_project.forms.project_lists import is_list, read_list
from dagster_project.forms.project_records import Indicator, Project
from dagster_project.forms.project_texts import read_texts
from dagster_project.forms.projects import fund_unit, read_project, unread
from dagster_project.forms.repeated_cells import without_repeats
from dagster_project.forms.rows import ECONOMIC_SCHEMES, Row, build_tree, read_rows
from dagster_project.forms.sections import ANCHOR_LENGTH, Declared, Section, is_project, split
from dagster_project.forms.tables import Table, read_table
from dagster_project.forms.titles import UNIT, Titles
from dagster_project.readers.document import UNCERTAIN, Box, Cell, Document, Grid, Paragraph

_SAME_NAME = 50.0  # names of one account differ less over the years than names of two
_DECIMALS_SHARE = 0.6  # a form whose figures mostly print n decimals prints n everywhere
_PHASES = {"budget": "initial_budget", "final_account": "final_account"}
_FISCAL_WORDS = re.compile(r"三公[”\"]?经费|财政拨款[收支]|基本支出|项目支出|机关运行经费")
_PERFORMANCE_END = ("目标", "绩效指标", "一级指标")


@dataclass(frozen=True, slots=True)
class Found:
    """One form found in the document."""

    section: Section
    form: Form
    choice: Choice
    form_id: str
    ordinal: int
    unit: str | None
    table: Table | None = None
    rows: tuple[Row, ...] = ()
    projects: tuple[Project, ...] = ()


Printed = tuple[Row, Column, Cell | None, Figure]  # an amount cell of a form


@dataclass(slots=True)
class Staging:
    """Rows by staging table, ready to be written; see ``dagster_project.extraction.SCHEMAS``."""

    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def add(self, table: str, row: Mapping[str, Any]) -> None:
        """Append one row."""
        self.tables.setdefault(table, []).append(dict(row))


def key(*parts: object) -> str:
    """A stable key of 16 hex digits from what a thing is, never from when it was met."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:16]


def recognise(
    document: Document,
    document_id: str,
    catalogue: Catalogue,
    manifest: Mapping[str, str],
    blocks: Mapping[int, int] | None = None,
) -> tuple[Identity, Staging]:
    """Recognise all forms of a document; ``blocks`` numbers its blocks by their ``id``.

    Returns what the document says of itself, and the staging rows of forms, lines, projects,
    indicators, policy_basis, unrecognised_tables and unmapped_labels.
    """
    identity = identify(document, catalogue, manifest)
    catalogue = catalogue.of_year(identity.fiscal_year)
    recognised = document.text_origin == "ocr"
    titles = Titles(catalogue, identity.document_kind, identity.department_name)
    sections, declared, known = split(document, catalogue, titles)
    usual_unit = _usual(section.unit for section in sections) or _stated_once(document)
    found: list[Found] = []
    staging = Staging()
    accounts = Accounts()
    blocks = blocks or {id(block): number for number, block in enumerate(document.blocks)}
    for section in sections:
        choice = _choice(section, titles, declared, identity, catalogue)
        if choice.form is None:
            _list_unrecognised(staging, document_id, section, choice, blocks)
            continue
        one = Found(
            section, choice.form, choice, _form_id(document_id, section, len(found)),
            len(found) + 1, section.unit or usual_unit,
        )  # fmt: skip
        one = _read(one, catalogue, recognised=recognised)
        accounts.learn(one.rows)
        found.append(one)
    if recognised:
        settle([project for one in found for project in one.projects], identity.department_name)
    for one in found:
        rows = list(one.rows)
        resolve_codes(rows, catalogue, accounts, recognised=recognised)
        build_tree(rows, one.form)
        _stage_form(staging, document_id, one, rows, identity, catalogue, recognised=recognised)
    _list_broken(staging, document_id, document, found)
    _stage_declared(staging, document_id, declared, found, catalogue)
    for conflict in conflicts(document, catalogue, manifest):
        staging.add("identity_conflicts", {"document_id": document_id} | asdict(conflict))
    for one in found:
        for grid in one.section.grids:
            staging.add("form_tables", _table(document_id, grid, blocks) | {"form_id": one.form_id})
    for table in known:
        own = _table(document_id, table.grid, blocks)
        staging.add("known_tables", own | {"table_kind": table.table_kind})
    if identity.document_kind == "project_disclosure" or not found:
        _stage_texts(staging, document_id, document, catalogue)
    is_unread = identity.document_kind == "project_disclosure" and not staging.tables.get("forms")
    if identity.document_kind in _PHASES or is_unread or _is_fiscal(document, identity):
        _stage_narrative(staging, document_id, document, identity)
    return identity, staging


def _usual(units: Iterable[str | None]) -> str | None:
    counts = Counter(unit for unit in units if unit)
    return counts.most_common(1)[0][0] if counts else None


def _stated_once(document: Document) -> str | None:
    """The unit that a line stands for alone, away from every table, if the document has one."""
    lines = (p.text for p in document.blocks if isinstance(p, Paragraph))
    found = {match["unit"] for line in lines if (match := UNIT.search(line)) and _is_line(line)}
    return found.pop() if len(found) == 1 else None


def _is_line(text: str) -> bool:
    """Whether a text is a line of its own rather than prose."""
    return len(text) <= ANCHOR_LENGTH and not re.search(r"[。;；]", text)


def _form_id(document_id: str, section: Section, ordinal: int) -> str:
    """The form's place among the document's forms; a number or title may occur more than once."""
    return key(document_id, "form", ordinal, section.number)


def _choice(
    section: Section,
    titles: Titles,
    declared: Iterable[Declared],
    identity: Identity,
    catalogue: Catalogue,
) -> Choice:
    """The form by title, contents and table, else the project form that its words show."""
    if section.best_anchor or not is_project(section):
        return choose(section, titles, declared, catalogue)
    kind = "final_account" if identity.document_kind == "final_account" else "budget"
    form = catalogue.forms[f"{kind}_project_performance"]
    return Choice(form, 80.0, (Candidate(form, 80.0, ("words of a project form in the table",)),))


def _read(one: Found, catalogue: Catalogue, *, recognised: bool) -> Found:
    if one.form.layout == "project":
        section, unit = _whole_cells(one.section), fund_unit(one.section) or one.unit
        args = (section, one.form.dimensions.phase or "", unit, catalogue.project_labels)
        if is_list(section, catalogue.project_labels):
            projects = tuple(read_list(*args, recognised=recognised))
        else:
            projects = (read_project(*args, recognised=recognised),)
        return replace(one, projects=projects, unit=unit)
    if one.form.layout == "report" or not one.section.grids:
        return one
    is_performance = one.form.layout == "performance"
    section = _whole_cells(one.section) if is_performance else one.section
    body = _performance_rows(section) if is_performance else None
    table = read_table(section, one.form, catalogue, recognised=recognised, body=body)
    table = settle_by_sums(table, catalogue.column_terms)
    rows = tuple(read_rows(table, one.form, catalogue))
    return replace(one, table=table, rows=rows, unit=table.unit or one.unit)


def _whole_cells(section: Section) -> Section:
    """The section with what a converter repeated in the cells of a merged one as one cell."""
    grids = [without_repeats(grid, goes_on=place > 0) for place, grid in enumerate(section.grids)]
    return replace(section, grids=grids)


def _performance_rows(section: Section) -> int | None:
    """How many rows stand above the targets of a whole-department performance form."""
    for index, row in enumerate(section.grids[0].matrix()):
        text = "".join(bare(cell.text) for cell in row if cell)
        if index and any(word in text for word in _PERFORMANCE_END):
            return index
    return None


# --- staging rows ---------------------------------------------------------------------------


def _stage_form(
    staging: Staging,
    document_id: str,
    one: Found,
    rows: list[Row],
    identity: Identity,
    catalogue: Catalogue,
    *,
    recognised: bool,
) -> None:
    figures = _figures(rows, one.unit, recognised=recognised)
    money = [f for (row, column, _, f) in figures if row.measure == "money" and _is_money(column)]
    has_zeros = any(f.state == amounts.AMOUNT and not (f.number or "").strip("-0.") for f in money)
    amounts_found = sum(f.state in {amounts.AMOUNT, amounts.DAMAGED} for f in money)
    if one.projects:
        amounts_found = sum(len(project.amounts) for project in one.projects)
    pages = [grid.page for grid in one.section.grids] or [p.page for p in one.section.lead[:1]]
    staging.add("forms", {
        "document_id": document_id, "form_id": one.form_id, "ordinal": one.ordinal,
        "form": one.form.form, "form_number": one.section.number,
        "title": one.section.title or (one.projects[0].name if one.projects else None),
        "declared": False, "found": True, "is_empty": amounts_found == 0, "unit": one.unit,
        "page": pages[0] if pages else None, "last_page": pages[-1] if pages else None,
        "blank_is_nil": not recognised or not has_zeros, "score": min(100.0, one.choice.score),
        "status": "recognised", "evidence": _evidence(one),
    })  # fmt: skip
    places = {id(row): index for index, row in enumerate(rows)}
    dimensions = FormDimensions(one.form, one.section.title, one.table, identity, catalogue)
    for row, column, cell, figure in figures:
        staging.add("lines", {
            **_line(document_id, one, places[id(row)], row, column, cell, figure),
            "column_item": dimensions.column_item(column),
            **dimensions.of(row, column).values(),
        })  # fmt: skip
    _stage_unmapped(staging, document_id, one, rows, catalogue)
    _stage_without_unit(staging, document_id, one, figures)
    if one.form.layout == "performance":
        labels = catalogue.project_labels
        grids = _whole_cells(one.section).grids
        own = read_indicators(grids, labels, recognised=recognised)
        _stage_indicators(staging, document_id, one.form_id, own)
    for project in one.projects:
        _stage_project(staging, document_id, one, project)
    if one.projects and not recognised:
        _stage_unread(staging, document_id, one, catalogue.project_labels)


def _evidence(one: Found) -> str:
    number = f"; number {one.section.number}" if one.section.number else ""
    return "; ".join([one.choice.evidence + number, *(one.table.settled if one.table else ())])


def _is_money(column: Column) -> bool:
    return column.role == "money"


def _figures(rows: list[Row], unit: str | None, *, recognised: bool) -> list[Printed]:
    """Every amount cell with its parsed figure; doubtful decimals marked where text is OCR's."""
    parsed = [
        (row, column, cell, _figure(cell, recognised=recognised))
        for row in rows
        for column, cell in row.line.cells
    ]
    if not recognised:
        return parsed
    decimals = Counter(
        f.decimals
        for row, column, _, f in parsed
        if f.state == amounts.AMOUNT and row.measure == "money" and _is_money(column)
    )
    if not decimals:
        return parsed
    usual, count = decimals.most_common(1)[0]
    if usual is None or count < _DECIMALS_SHARE * sum(decimals.values()):
        usual = 2 if unit == "元" else 0
    return [
        (row, column, cell, amounts.check_decimals(f, usual))
        if row.measure == "money" and _is_money(column)
        else (row, column, cell, f)
        for row, column, cell, f in parsed
    ]


def _figure(cell: Cell | None, *, recognised: bool) -> Figure:
    """The figure of a cell; one whose readings from an image differ is not believed."""
    if cell is None:
        return amounts.parse("")
    if cell.confidence is None:
        return amounts.parse(cell.text, recognised=recognised)
    if cell.confidence < UNCERTAIN and re.search(r"\d", cell.text):
        return Figure(amounts.DAMAGED, damage="two readings of the figure differ")
    return amounts.parse(cell.text, recognised=True)


def _line(
    document_id: str,
    one: Found,
    row_index: int,
    row: Row,
    column: Column,
    cell: Cell | None,
    figure: Figure,
) -> dict[str, Any]:
    place = cell or row.line.anchor
    column_number = cell.column_number if cell else column.index + 1
    box = cell.box if cell else None
    measure = "ratio" if figure.is_percent else _measure(row, column)
    crossed = row.cross.get("economic") or row.cross.get("government") or column.economic_code
    economic = row.code if row.scheme in ECONOMIC_SCHEMES else crossed
    function = row.code if row.scheme == "function" else row.cross.get("function")
    return {
        "document_id": document_id,
        "form_id": one.form_id,
        "line_id": key(
            document_id,
            one.form_id,
            row_index,
            place.page,
            place.row_number,
            column_number,
            column.index,
        ),  # fmt: skip
        "form": one.form.form,
        "form_number": one.section.number,
        "panel": row.panel,
        "row_index": row_index,
        "parent_row_index": row.parent,
        "is_additive": row.is_additive,
        "row_item": row.item.row_item if row.item else None,
        "label": row.label,
        "code_printed": " ".join(row.line.code_parts) or None,
        "function_code": function or "all",
        "economic_code": economic or "all",
        "code_source": row.code_source,
        "code_evidence": ", ".join(row.code_evidence) or None,
        "row_kind": row.kind,
        "column_path": "/".join(column.path),
        "measure": measure,
        "state": figure.state if figure.state != amounts.TEXT else amounts.DAMAGED,
        "damage": figure.damage if figure.state != amounts.TEXT else "words instead of a figure",
        "printed_text": cell.text if cell else "",
        "printed_unit": "%" if measure == "ratio" else _unit(one, row, column, figure),
        "number_text": figure.number,
        "decimals": figure.decimals,
        "page": place.page,
        "row_number": place.row_number,
        "column_number": column_number,
        **_box(box),
        "confidence": place.confidence,
    }


def _unit(one: Found, row: Row, column: Column, figure: Figure) -> str | None:
    """The unit of an amount of money: that of its cell, of its column or of its form."""
    is_money = _measure(row, column) == "money"
    return (figure.unit or column.unit or one.unit) if is_money else None


def _measure(row: Row, column: Column) -> str:
    return column.role if column.role in {"ratio", "count"} else row.measure


def _box(box: Box | None) -> dict[str, float | None]:
    names = ("x0", "y0", "x1", "y1")
    return {name: getattr(box, name) if box else None for name in names}


def _stage_unmapped(
    staging: Staging, document_id: str, one: Found, rows: list[Row], catalogue: Catalogue
) -> None:
    common = {"document_id": document_id, "form": one.form.form, "form_number": one.section.number}
    if one.choice.is_ambiguous:
        place = one.section.grids[0].cells[0] if one.section.grids else None
        staging.add("unmapped_labels", {
            **common, "kind": "form", "text": one.choice.evidence,
            "page": place.page if place else None,
            "row_number": place.row_number if place else None,
        })  # fmt: skip
    for text, cell in one.table.unmapped if one.table else ():
        staging.add("unmapped_labels", {
            **common, "kind": "column", "text": text, "page": cell.page,
            "row_number": cell.row_number,
        })  # fmt: skip
    for cell in one.table.strays if one.table else ():
        staging.add("unmapped_labels", {
            **common, "kind": "figure", "text": cell.text, "page": cell.page,
            "row_number": cell.row_number,
        })  # fmt: skip
    for row in rows:
        if row.is_unmapped or _is_misnamed(row, catalogue):
            place = row.line.anchor
            staging.add("unmapped_labels", {
                **common, "kind": _unmapped_kind(row),
                "text": " ".join([*row.line.code_parts, row.label]), "page": place.page,
                "row_number": place.row_number,
            })  # fmt: skip


def _stage_without_unit(
    staging: Staging, document_id: str, one: Found, figures: Iterable[Printed]
) -> None:
    """List the first amount of a form that no unit makes money."""
    for row, column, cell, figure in figures:
        is_money = _measure(row, column) == "money" and not figure.is_percent
        if cell and is_money and figure.number and not _unit(one, row, column, figure):
            staging.add("unmapped_labels", {
                "document_id": document_id, "form": one.form.form,
                "form_number": one.section.number, "kind": "unit", "text": "/".join(column.path),
                "page": cell.page, "row_number": cell.row_number,
            })  # fmt: skip
            return


def _stage_unread(staging: Staging, document_id: str, one: Found, labels: ProjectLabels) -> None:
    """List the figures of a project's form that no part of it is, and amounts without a unit."""
    common = {"document_id": document_id, "form": one.form.form, "form_number": one.section.number}
    for cell in unread(_whole_cells(one.section).grids, one.projects, labels):
        staging.add("unmapped_labels", {
            **common, "kind": "figure", "text": cell.text, "page": cell.page,
            "row_number": cell.row_number,
        })  # fmt: skip
    nameless = [a for project in one.projects for a in project.amounts if not a.unit]
    for amount in nameless[:1]:
        staging.add("unmapped_labels", {
            **common, "kind": "unit", "text": amount.label, "page": amount.page,
            "row_number": amount.row_number,
        })  # fmt: skip


def _unmapped_kind(row: Row) -> str:
    if not row.is_unmapped:
        return "name"
    return "code" if row.line.code_parts else "row"


def _is_misnamed(row: Row, catalogue: Catalogue) -> bool:
    """Whether a printed code stands beside a name that is not its account's.

    30311 was 住房公积金 until 2017 and is 代缴社会保险费 since; a name that was cut off is no
    disagreement.
    """
    if row.code_source not in {"printed", "joined"} or not row.code or not row.scheme:
        return False
    classification = catalogue.classification(row.scheme)
    account, label = classification.by_code.get(row.code), bare(row.label)
    if not account or not label or bare(account.name).startswith(label):
        return False
    is_known = any(own.code == row.code for own in classification.named(row.label))
    return not is_known and fuzz.ratio(label, bare(account.name)) < _SAME_NAME


def _table(document_id: str, grid: Grid, blocks: Mapping[int, int]) -> dict[str, Any]:
    """Which table of the document a grid is: the number of its block, its page and its shape."""
    return {
        "document_id": document_id, "page": grid.page, "block": blocks.get(id(grid)),
        "row_count": grid.row_count, "column_count": grid.column_count,
    }  # fmt: skip


def _list_unrecognised(
    staging: Staging, document_id: str, section: Section, choice: Choice, blocks: Mapping[int, int]
) -> None:
    for grid in section.grids:
        first = " | ".join(cell.text for cell in grid.cells[:6])
        staging.add("unrecognised_tables", _table(document_id, grid, blocks) | {
            "first_text": first[:200], "reason": _why_unrecognised(choice),
        })  # fmt: skip


def _why_unrecognised(choice: Choice) -> str:
    """What is missing, with the forms that the table alone speaks for."""
    rivals = ", ".join(f"{c.form.form} {c.score:.0f}" for c in choice.candidates[:3])
    reason = "no title, number or words of a known form"
    return f"{reason}; by its table it may be {rivals}" if rivals else reason


def _list_broken(
    staging: Staging, document_id: str, document: Document, found: Iterable[Found]
) -> None:
    """List the tables that were broken up into lines, except those of projects, which are read."""
    projects = [project for one in found for project in one.projects]
    read = {(x.page, x.row_number) for project in projects for x in project.amounts}
    read |= {(x.page, x.row_number) for project in projects for x in project.ratings}
    for lines in broken_tables(document):
        if all((line.page, line.row_number) in read for line in lines if bare_figures(line.text)):
            continue
        staging.add("unrecognised_tables", {
            "document_id": document_id, "page": lines[0].page, "block": None,
            "row_count": len(lines), "column_count": 1,
            "first_text": " | ".join(line.text for line in lines[:6])[:200],
            "reason": "a table is broken up into lines that no reader puts together",
        })  # fmt: skip


def _stage_declared(
    staging: Staging,
    document_id: str,
    declared: list[Declared],
    found: list[Found],
    catalogue: Catalogue,
) -> None:
    """Match the table of contents with what was found; what is absent gets a row of its own."""
    forms = staging.tables.get("forms", [])
    style = _numbering_style(found, declared)
    for entry in declared:
        own = [row for row in forms if row["found"] and _is_declared(row, entry)]
        for row in own:
            row["declared"] = True
        if not own:
            number = style.replace("#", str(entry.ordinal)) if style else None
            staging.add("forms", {
                "document_id": document_id, "form_id": key(document_id, "declared", entry.text),
                "ordinal": None, "form": entry.form, "form_number": entry.number or number,
                "title": entry.text, "declared": True, "found": False, "is_empty": None,
                "unit": None, "page": None, "last_page": None, "blank_is_nil": None,
                "score": None, "status": "declared_absent",
                "evidence": "named in the table of contents, not in the document",
            })  # fmt: skip


def _is_declared(row: Mapping[str, Any], entry: Declared) -> bool:
    """An entry means the form of its number, or of its title where it bears no number."""
    if entry.number:
        # The contents may shorten it: 公开表01 for 部门公开表01.
        number = row["form_number"] or ""
        return number == entry.number or (
            row["form"] == entry.form and number.endswith(entry.number)
        )
    return bool(row["form"] == entry.form)


def _numbering_style(found: list[Found], declared: list[Declared]) -> str | None:
    """How the document numbers its forms, if its numbers follow its table of contents: 表#."""
    ordinals = {entry.form: entry.ordinal for entry in declared}
    for one in found:
        number, ordinal = one.section.number, ordinals.get(one.form.form)
        if number and ordinal and number == f"表{ordinal}":
            return "表#"
    return None


def _is_fiscal(document: Document, identity: Identity) -> bool:
    """Whether prose of no known kind has the words of a department's money; a notice has not."""
    lines = (block.text for block in document.blocks if isinstance(block, Paragraph))
    return identity.document_kind == "other" and any(map(_FISCAL_WORDS.search, lines))


def _stage_narrative(
    staging: Staging, document_id: str, document: Document, identity: Identity
) -> None:
    phase = _PHASES.get(identity.document_kind, "")
    for amount in read_narrative(document, identity.fiscal_year, phase):
        staging.add("narrative_amounts", {
            "document_id": document_id, "page": amount.sentence.page,
            "row_number": amount.sentence.row_number, "sentence": amount.sentence.text,
            "item": amount.item or None, "fiscal_year": amount.fiscal_year,
            "phase": amount.phase or None,
            "measure": amount.measure, "direction": amount.direction,
            "compared_with": amount.compared_with, "share_of": amount.share_of,
            "amount_text": amount.amount_text,
            "unit": amount.unit, "number_text": amount.number,
        })  # fmt: skip


def _stage_texts(
    staging: Staging, document_id: str, document: Document, catalogue: Catalogue
) -> None:
    paragraphs = [block for block in document.blocks if isinstance(block, Paragraph)]
    form = catalogue.forms["project_disclosure_text"]
    own = read_texts(paragraphs, catalogue.project_labels)
    for ordinal, project in enumerate(own, start=1):
        first = project.amounts[0].row_number if project.amounts else ordinal
        one = Found(
            Section(), form, Choice(form, 100.0, ()),
            key(document_id, "text", project.name, first), ordinal, "元", projects=(project,),
        )  # fmt: skip
        staging.add("forms", {
            "document_id": document_id, "form_id": one.form_id, "ordinal": ordinal,
            "form": form.form, "form_number": None, "title": project.name, "declared": False,
            "found": True, "is_empty": not project.amounts, "unit": "元", "page": 1,
            "last_page": 1, "blank_is_nil": True, "score": 100.0, "status": "recognised",
            "evidence": "numbered sections from 项目名称 to 项目实施成效",
        })  # fmt: skip
        _stage_project(staging, document_id, one, project)


def _stage_project(staging: Staging, document_id: str, one: Found, project: Project) -> None:
    # Two units of a list may each have a project of one name.
    unit = [project.implementing_unit] if len(one.projects) > 1 else []
    project_id = key(document_id, "project", one.form_id, project.name, *unit)
    common = {"document_id": document_id, "form_id": one.form_id}
    for amount in project.amounts:
        is_part = amount.section == "项目名称" and amount.amount_role == "component"
        own_id = key(project_id, amount.label) if is_part else project_id
        staging.add("projects", {
            **common, "form": one.form.form, "form_number": one.section.number,
            "project_id": own_id, "project_name": amount.label if is_part else project.name,
            "parent_project_id": project_id if is_part else None,
            "supervising_department": project.supervising_department,
            "implementing_unit": project.implementing_unit, "phase": amount.phase,
            "funding_source": amount.funding_source, "amount_role": amount.amount_role,
            "section": amount.section, "label": amount.label, "state": amount.figure.state,
            "damage": amount.figure.damage, "printed_text": amount.printed_text,
            "printed_unit": amount.unit, "number_text": amount.figure.number,
            "decimals": amount.figure.decimals, "page": amount.page,
            "row_number": amount.row_number, "column_number": amount.column_number,
            **_box(amount.box),
        })  # fmt: skip
    for rating in project.ratings:
        staging.add("ratings", {
            **common, "project_id": project_id, "project_name": project.name,
            "item": rating.item, "printed_text": rating.printed_text,
            "number_text": rating.number, "page": rating.page, "row_number": rating.row_number,
            "column_number": rating.column_number, **_box(rating.box),
        })  # fmt: skip
    _stage_indicators(
        staging, document_id, one.form_id, project.indicators, project_id, project.name
    )
    for title, number, page in dict.fromkeys(project.policies):
        staging.add("policy_basis", {
            "document_id": document_id, "project_id": project_id, "project_name": project.name,
            "instrument_title": title, "document_number": number, "page": page,
        })  # fmt: skip


def _stage_indicators(
    staging: Staging,
    document_id: str,
    form_id: str,
    indicators: Iterable[Indicator],
    project_id: str | None = None,
    project_name: str | None = None,
) -> None:
    for ordinal, indicator in enumerate(indicators, start=1):
        staging.add("indicators", {
            "document_id": document_id, "form_id": form_id, "project_id": project_id,
            "project_name": project_name, "ordinal": ordinal, **indicator.fields,
            "page": indicator.page, "row_number": indicator.row_number,
        })  # fmt: skip
