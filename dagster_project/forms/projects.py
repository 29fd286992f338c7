"""Forms of single projects: their names and bodies, their funds, their indicators and results.

Here: the cells of a project's grid, and what a form has in its lines alone. How a fund block is
read stands in ``funds``, indicators in ``indicators``, lines without a grid in ``loose``, prose in
``project_texts``. Tables with account codes do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from dagster_project.forms import amounts, funds, loose
from dagster_project.forms.catalogue import ProjectLabels, bare, without_ordinal
from dagster_project.forms.figures import Piece, tokens
from dagster_project.forms.funds import FundRow
from dagster_project.forms.indicators import Texts, read_indicators, read_results, texts
from dagster_project.forms.project_records import Project, ProjectAmount, Rating
from dagster_project.forms.project_texts import budget_sentence, policies
from dagster_project.forms.sections import Section
from dagster_project.readers.document import Cell, Grid

_SLIVER = re.compile(r"(?:^|\s)[^\u3400-\u9fff\d\s()（）]{1,3}(?:\s[^\u3400-\u9fff\d\s]{1,2})*$")
# What the heading of a fund block says of its figures: 项目资金（万元）, 年度预算数(元)
_FUND_UNIT = re.compile(
    r"(?:资金|预算|金额|总额|投入|执行)[^\d()（）]{0,8}[(（](?:单位[:：])?(?P<unit>亿元|万元|千元|元)[)）]"
)
_LONGEST_HEADING = 24
_MARK = re.compile(r"[(（](?:盖章|公章)[)）]")  # stands at the label or at the body
_LONGEST_LABEL, _LONGEST_JOIN = 8, 24
_LIKE = 75.0


def read_project(
    section: Section, phase: str, unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> Project:
    """Read the form of one project: fund block or budget line, indicators, name and bodies."""
    if not section.grids:
        return loose.read_lines(section.announcement, unit, labels, recognised=recognised)
    rows = [_words(row, labels) for grid in section.grids for row in texts(grid)]
    name, department, implementer = (
        _beside(rows, labels, item, recognised=recognised)
        for item in ("name", "supervising_department", "implementing_unit")
    )
    project = Project(name or _heading_name(section), department, implementer)
    project.indicators += read_indicators(section.grids, labels, recognised=recognised)
    for grid in section.grids:
        block, ratings = _fund_block(grid, unit, labels, recognised=recognised)
        if not block:
            block = list(_plain_funds(grid, phase, unit, labels, recognised=recognised))
        project.amounts += block
        project.ratings += ratings
        if not any(amount.amount_role == "total" for amount in block):
            project.amounts += _budget_line(grid, phase, unit, labels, recognised=recognised)
        project.ratings += read_results(grid, labels)
        for cell in grid.cells:
            project.policies += policies(cell.text, cell.page)
    if not project.amounts:
        project.amounts += budget_sentence(section.lead, phase, labels)
    project.ratings += _results_outside(section, project.ratings, labels)
    return project


def fund_unit(section: Section) -> str | None:
    """The unit that the heading of a fund block prints; it is nearer than any caption."""
    cells = [cell.text for grid in section.grids for cell in grid.cells]
    lines = (re.sub(r"\s", "", t) for t in cells or [p.text for p in section.announcement])
    found = (_FUND_UNIT.search(line) for line in lines if len(line) <= _LONGEST_HEADING)
    return next((match["unit"] for match in found if match), None)


def unread(
    grids: Iterable[Grid], projects: Sequence[Project], labels: ProjectLabels
) -> Iterator[Cell]:
    """The figures of printed forms that are no amount, no result, and in no row of indicators."""
    amounts_read = [own for project in projects for own in project.amounts]
    read = {(own.page, own.row_number, own.column_number) for own in amounts_read}
    ratings_read = [own for project in projects for own in project.ratings]
    read |= {(own.page, own.row_number, own.column_number) for own in ratings_read}
    rows = {(own.page, own.row_number) for project in projects for own in project.indicators}
    for grid in grids:
        for row in texts(grid):
            label = ""
            for _, text, cell in row:
                place = (cell.page, cell.row_number, cell.column_number)
                is_read = place in read or place[:2] in rows or label in labels.of("field")
                if _is_figure(text) and not is_read:
                    yield cell
                label = bare(text)


def _is_figure(text: str) -> bool:
    """Whether a cell may be an amount: no year, no small count, no long code, no rate."""
    figure = amounts.parse(text)
    digits = re.sub(r"\D", "", text)
    is_amount = figure.state == amounts.AMOUNT and not figure.is_percent
    is_other = re.fullmatch(r"(?:19|20)\d{2}|\d{1,2}|0*|\d{9,}", digits)
    return is_amount and (bool(figure.unit) or "." in text or not is_other)


def _results_outside(
    section: Section, found: Sequence[Rating], labels: ProjectLabels
) -> list[Rating]:
    """The results that recognition left beside the table, where the table has none."""
    if any(rating.item.startswith(("total", "grade")) for rating in found):
        return []
    return loose.read_results([*section.lead, *section.notes], labels)


def _beside(
    rows: Sequence[Texts], labels: ProjectLabels, item: str, *, recognised: bool
) -> str | None:
    """The words to the right of a label, joined over the cells that recognition cut them into.

    A label may be torn over two cells, or over two rows of its cell (项目 above 名称); half of it
    counts where no row has the whole.
    """
    wordings = labels.labels("field", item)
    halves = _halves(labels, item) if recognised else []
    for found in (_label_end(rows, wordings), _half_label(rows, halves)):
        if found:
            return _MARK.sub("", _value(found, labels, recognised=recognised)) or None
    return None


def _label_end(rows: Iterable[Texts], wordings: Sequence[str]) -> Texts | None:
    """What stands behind a label; the label reaches as far as likeness grows."""
    for row in rows:
        joined = ""
        likeness = 0.0
        for position, (_, text, _cell) in enumerate(row):
            if len(joined) > _LONGEST_JOIN:
                joined = ""
            joined += bare(text)
            own = _likeness(joined, wordings)
            if likeness and own < likeness:
                return row[position:]
            likeness = own
        if likeness:
            return []
    return None


def _likeness(joined: str, wordings: Sequence[str]) -> float:
    """How much words are like a label, 0 if they are not."""
    if any(joined.endswith(wording) for wording in wordings):
        return 100.0
    if len(joined) > _LONGEST_LABEL:
        return 0.0
    return max(own if (own := fuzz.ratio(joined, w)) >= _LIKE else 0.0 for w in wordings)


def _halves(labels: ProjectLabels, item: str) -> list[str]:
    """The halves of a field's labels that are no half of a field before it."""
    owners: dict[str, str] = {}
    for label, own in labels.of("field").items():
        for half in (label[:2], label[-2:]):
            owners.setdefault(half, own)
    return [half for half, own in owners.items() if own == item]


def _half_label(rows: Iterable[Texts], halves: Sequence[str]) -> Texts | None:
    for row in rows:
        for position, (_, text, _cell) in enumerate(row[:-1]):
            if bare(text) in halves:
                return row[position + 1 :]
    return None


def _words(row: Texts, labels: ProjectLabels) -> Texts:
    """A row with the cells parted that hold a label and its value, or two labels."""
    known = {**labels.of("field"), **labels.of("fund_column")}
    parts = {label[-2:] for label in labels.of("field")} | set(known)
    found: Texts = []
    for column, text, cell in row:
        words = text.split(" ")
        is_labelled = (
            bare(text) not in known
            and len(words) > 1
            and (bare(words[0]) in parts or bare(words[-1]) in known)
        )
        found += [(column, word, cell) for word in words] if is_labelled else [(column, text, cell)]
    return found


def _value(rest: Texts, labels: ProjectLabels, *, recognised: bool) -> str:
    known = {**labels.of("field"), **labels.of("fund_column"), **labels.of("budget")}
    pieces: list[str] = []
    for _, text, _cell in rest:
        if bare(text) in known:
            break
        pieces.append(text)
    return joined_pieces(pieces) if recognised else re.sub(r"\s", "", "".join(pieces))


def joined_pieces(pieces: Sequence[str]) -> str:
    """The words of one value that the borders of cells cut: a letter may stand on both sides.

    Strokes that the border left of a letter (E, T, :, _) are no words.
    """
    value = ""
    for piece in pieces:
        text = re.sub(r"^[^\u3400-\u9fff\d(（“\"《]+\s*(?=[\u3400-\u9fff\d])", "", piece.strip())
        text = re.sub(r"\s", "", _SLIVER.sub("", text) if value else text)
        if not re.search(r"[\u3400-\u9fff]", text) and not re.fullmatch(r"\d{4}年?", text):
            text = "" if value else text
        if value and text and value[-1] == text[0] and "\u3400" <= text[0] <= "\u9fff":
            text = text[1:]
        value += text
    return re.sub(r"[:：;；_.,，\-—]+$", "", value)


def _heading_name(section: Section) -> str | None:
    """The heading above the table, where the form itself has no line for the project's name."""
    for paragraph in reversed(section.lead):
        match = re.match(r"^[(（][一二三四五六七八九十]+[)）]\s*(?P<name>.{4,50})$", paragraph.text)
        if match and not re.search(r"[。;；]", paragraph.text):
            return re.sub(r"\s", "", match["name"])
    return None


def _fund_block(
    grid: Grid, unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> tuple[list[ProjectAmount], list[Rating]]:
    lines = list(texts(grid))
    head = next((i for i, row in enumerate(lines) if _is_fund_header(row, labels)), None)
    if head is None:
        return [], []
    slots = funds.locate([(column, bare(text)) for column, text, _ in lines[head]], labels)
    rows: list[FundRow] = []
    levels = [*labels.labels("indicator", "level_1"), *labels.labels("level", "level_1")]
    for row in lines[head + 1 :]:
        joined = "".join(bare(text) for _, text, _ in row)
        if rows and ("目标" in joined or any(level in joined for level in levels)):
            break
        found = _fund_row(row, unit, labels, recognised=recognised)
        rows += [found] if found else []
    block, ratings = funds.read_funds(rows, slots, unit, recognised=recognised)
    return (funds.agreeing(rows, block) if recognised else block), ratings


def _is_fund_header(row: Texts, labels: ProjectLabels) -> bool:
    joined = "".join(bare(text) for _, text, _ in row)

    def says(item: str) -> bool:
        return any(label in joined for label in labels.labels("fund_column", item))

    return says("rate") and (says("initial_budget") or says("final_account"))


def _fund_row(
    row: Texts, unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> FundRow | None:
    """The row of a source of funds; what stands at or before its label is no figure."""
    known = labels.of("fund_row")
    before = ""
    for position, (_, text, _cell) in enumerate(row):
        before += bare(text)
        label = next((own for own in known if own in before), None) or like_fund(before, known)
        if label:
            pieces = [_piece(entry) for entry in row[position + 1 :]]
            figures = tokens(pieces, unit, recognised=recognised)
            return FundRow(known[label], label, tuple(figures))
    return _unknown_fund(row, unit, recognised=recognised)


def _unknown_fund(row: Texts, unit: str | None, *, recognised: bool) -> FundRow | None:
    """A row of the block whose source the catalogue does not know: its amounts are kept."""
    words = [i for i, (_, text, _cell) in enumerate(row) if re.search(r"[\u3400-\u9fff]", text)]
    if not words or words[-1] != len(words) - 1:
        return None
    pieces = [_piece(entry) for entry in row[words[-1] + 1 :]]
    figures = tokens(pieces, unit, recognised=recognised)
    label = row[words[-1]][1]
    return FundRow(None, label, tuple(figures)) if figures else None


def _piece(entry: tuple[int, str, Cell]) -> Piece:
    column, text, cell = entry
    return Piece(text, column, cell.page, cell.row_number, cell.column_number, cell.box)


def like_fund(text: str, known: dict[str, str]) -> str | None:
    """The source of funds whose label recognition damaged, e.g. 当年财政款."""
    scored = [(fuzz.partial_ratio(label, text), label) for label in known if len(text) >= 4]
    score, label = max(scored, default=(0.0, ""))
    return label if score >= 80 else None


def _plain_funds(
    grid: Grid, phase: str, unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> Iterator[ProjectAmount]:
    """The funds of a target form, whose one amount stands beside each label.

    A form of several years prints a source twice in a row, 中期 before the year: the last counts.
    Or it has 实施期资金总额 in a row above the year's: what stands below is of all years.
    """
    known = labels.of("fund_row")
    is_of_year = True
    for row in texts(grid):
        found: dict[str, ProjectAmount] = {}
        for (_, text, _cell), (_, _, cell) in pairwise(row):
            label = bare(without_ordinal(text))
            figure = amounts.parse(cell.text, recognised=recognised)
            source = known.get(label)
            if source == "all" or label in labels.of("fund_years"):
                is_of_year = source == "all"
            if source and is_of_year and figure.state in {amounts.AMOUNT, amounts.DAMAGED}:
                found[source] = ProjectAmount(
                    label, None, phase, source, "total" if source == "all" else "component",
                    cell.text, figure, figure.unit or unit, cell.page, cell.row_number,
                    cell.column_number, cell.box,
                )  # fmt: skip
        yield from found.values()


def _budget_line(
    grid: Grid, phase: str, unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> Iterator[ProjectAmount]:
    known = labels.of("budget")
    for row in texts(grid):
        for position, (_, text, _cell) in enumerate(row[:-1]):
            if bare(text) in known:
                cell = row[position + 1][2]
                figure = amounts.parse(cell.text, recognised=recognised)
                if figure.state in {amounts.AMOUNT, amounts.DAMAGED}:
                    yield ProjectAmount(
                        bare(text), None, phase, "all", "total", cell.text, figure,
                        figure.unit or unit, cell.page, cell.row_number, cell.column_number,
                        cell.box,
                    )  # fmt: skip
