"""Where one form ends and the next begins.

Here: grouping a document's blocks into sections, each the paragraphs that announce a table and
the grids that make it up, over page breaks. What the cells of a grid mean does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Set
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import NamedTuple

from dagster_project.forms.catalogue import Catalogue, bare, without_ordinal
from dagster_project.forms.figure_lines import bare_figures
from dagster_project.forms.titles import (
    LEADER,
    NO_DATA,
    REFERENCE,
    UNIT,
    WORDED_SCORE,
    YEAR,
    Titles,
    find_number,
    without_number,
)
from dagster_project.forms.wide_tables import goes_beside
from dagster_project.readers.document import Cell, Document, Grid, Paragraph

ANCHOR_LENGTH = 70  # a title or number line is short; longer lines are prose
_JOINED_CUTOFF = 95.0  # a title broken over two lines must match almost exactly
_SAME_EDGE = 12.0  # points by which the outer edges of one table differ from page to page
_HEAD_ROWS = 4  # rows of a grid in which a title, a number or a unit may stand inside the table

_SENTENCE = re.compile(r"[。;；]")
_NOTE = re.compile(r"^(?:备?注|说明)\s*[:：]")
# 目录, and with what is listed: 2026年预算公开目录, 报表目录.
_CONTENTS = re.compile(r"^(?:\d{0,2}|.{0,40}?(?:预算|决算|公开|报表|公开表))目[录次]$")
_OUTLINED = re.compile(
    r"^\s*(?:第[一二三四五六七八九十]+部分|[(（]?[一二三四五六七八九十\d]+[)）、.．])"
)
# The page at the last letter of an entry of the contents, without marks: 概况1
_ENTRY_PAGE = re.compile(r"(?<=[\u4e00-\u9fff]{2})\d{1,3}$")
_PAGE_CELL = re.compile(r"^[.·…—\s-]*\d{1,3}[\s—-]*$")
_TOTALS = {"合计", "总计"}
_CONTINUED = re.compile(r"续表|[(（]续[^()（）]{0,2}[)）]|表续$")
_BROKEN_LENGTH = 20
# What is no beginning of a title: a sentence, a title, a part's heading, a note, a unit.
_ENDED = re.compile(r"[。;；,，]|[表况)）]$|^(?:第.{1,3}部分|备?注|说明)|[:：]\s*(?:万元|元)?$")
_CAPTION_LINES = 4  # from the title of a form down to its unit
_LABEL = re.compile(r"^(?:填报|编制|预算|公开)?(?:部门|单位)(?:名称)?\s*[:：]")
_TITLE_TAIL = re.compile(r"(\([^()]*\))?$")
_FEWEST_LISTED = 3  # forms that a table names to be a table of contents
_FIGURE = re.compile(r"\d[.,]\d{2}")
_WORD = re.compile(r"[\u4e00-\u9fff]")
_CODE = re.compile(r"\d{2,7}")
_ACCOUNT = re.compile(r"^[235]\d{2}(?:\d{2}){0,2}$")
_NAMES = re.compile(r"^(?:科目|项目|功能分类|支出功能|经济分类|单位|部门)[^支收]{0,8}$")
_FEWEST_HEADINGS = 3  # amount columns that make a header
_ANY_TITLE = re.compile(r"^[\u4e00-\u9fff“”\d]{4,28}表$")
_PROJECT_WORDS = (
    "项目名称",
    "年度资金总额",
    "绩效目标",
    "绩效指标",
    "主管部门",
    "实施单位",
    "全年执行数",
    "项目概况",
    "立项依据",
)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A line that announces a form: its printed number, the form its title names, or both.

    ``wording`` is the title that it is read as, where that is not the line itself.
    """

    text: str
    number: str | None
    family: str | None
    form: str | None
    score: float
    wording: str | None = None


@dataclass(slots=True)
class Section:
    """One form as it stands in the document: what announces it, its grids, its notes."""

    anchors: list[Anchor] = field(default_factory=list)
    lead: list[Paragraph] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    notes: list[Paragraph] = field(default_factory=list)

    @property
    def number(self) -> str | None:
        """The form number as printed; the first one where a table bears two."""
        return next((anchor.number for anchor in self.anchors if anchor.number), None)

    @property
    def title(self) -> str | None:
        """The title line that names a form best."""
        best = self.best_anchor
        return best.text if best else None

    @property
    def best_anchor(self) -> Anchor | None:
        """The anchor whose title names a form best; of equals the one nearest to the table."""
        titled = [anchor for anchor in reversed(self.anchors) if anchor.form]
        return max(titled, key=lambda anchor: anchor.score, default=None)

    @property
    def announcement(self) -> list[Paragraph]:
        """The paragraphs from the first line that announces the form down to its table."""
        announced = {anchor.text for anchor in self.anchors}
        texts = [paragraph.text in announced for paragraph in self.lead]
        return self.lead[texts.index(True) :] if any(texts) else self.lead[-3:]

    @property
    def unit(self) -> str | None:
        """The unit printed with the form, if any; the line nearest to the table decides."""
        texts = [paragraph.text for paragraph in self.announcement]
        texts += [cell.text for grid in self.grids for cell in grid.cells if cell.row < _HEAD_ROWS]
        found = [match["unit"] for text in texts for match in UNIT.finditer(text)]
        return found[-1] if found else None

    @property
    def remarks(self) -> list[str]:
        """The notes of the form, below its table or in its last rows."""
        texts = [paragraph.text for paragraph in self.notes]
        texts += [cell.text for grid in self.grids for cell in grid.cells]
        return [text for text in texts if _NOTE.match(text)]

    @property
    def says_no_data(self) -> bool:
        """Whether the form states that it has no data, as published empty forms must.

        What stands below figures in lines is said of something else: the form is not empty.
        """
        texts = [paragraph.text for paragraph in self.notes]
        texts += takewhile(lambda text: not bare_figures(text), (p.text for p in self.announcement))
        texts += [cell.text for grid in self.grids for cell in grid.cells if _NOTE.match(cell.text)]
        return any(map(NO_DATA.search, texts))

    @property
    def words(self) -> str:
        """All text of the section's grids, or of its paragraphs where it has no grid."""
        if self.grids:
            return "".join(bare(cell.text) for grid in self.grids for cell in grid.cells)
        return "".join(bare(paragraph.text) for paragraph in self.lead)


@dataclass(frozen=True, slots=True)
class Declared:
    """An entry of the table of contents: a form that the document promises."""

    ordinal: int
    text: str
    form: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class KnownTable:
    """A table that is no fiscal form and need not be one, e.g. the list of a department's units."""

    table_kind: str
    grid: Grid


class Outline(NamedTuple):
    """What a document consists of, in reading order."""

    sections: list[Section]
    declared: list[Declared]
    known: list[KnownTable]


def split(document: Document, catalogue: Catalogue, titles: Titles) -> Outline:
    """The sections of a document, what its contents declare, and its tables that are no forms."""
    per_project = {form.form for form in catalogue.forms.values() if form.layout == "project"}
    headings = {
        bare(part)
        for header, item, *_ in catalogue.headers
        if (meaning := catalogue.column_item(item)) and meaning.role == "money"
        for part in header.split("/")
    }
    splitter = _Splitter(titles, catalogue.known_tables, frozenset(per_project), headings)
    for block in document.blocks:
        if isinstance(block, Paragraph):
            splitter.paragraph(block)
        else:
            splitter.grid(block)
    splitter.close()
    return Outline(splitter.sections, splitter.declared, splitter.known)


class _Splitter:
    def __init__(
        self,
        titles: Titles,
        known_tables: dict[tuple[str, ...], str],
        per_project: frozenset[str],
        headings: Set[str],
    ) -> None:
        self.sections: list[Section] = []
        self.declared: list[Declared] = []
        self.known: list[KnownTable] = []
        self._titles = titles
        self._known_tables = known_tables
        self._per_project = per_project
        self._headings = headings
        self._open_known: KnownTable | None = None
        self._contents: list[str] | None = None
        self._entry = ""
        self._listed: list[Paragraph] = []
        self._pending = Section()

    def paragraph(self, paragraph: Paragraph) -> None:
        if self._in_contents(paragraph):
            return
        anchor = self._anchor(paragraph.text)
        whole = self._broken_title(paragraph)
        if whole and (not anchor or anchor.form != whole.form):
            anchor = whole
        if anchor and self._starts_another(anchor):
            self._flush_without_grid()
        if anchor:
            self._pending.anchors.append(anchor)
        elif not self._pending.anchors and self.sections:
            self.sections[-1].notes.append(paragraph)
        self._pending.lead.append(paragraph)

    def grid(self, grid: Grid) -> None:
        if self._contents is not None and (entries := _paged_entries(grid)):
            self.known.append(KnownTable("list_of_forms", grid))
            for entry in entries:
                self.paragraph(entry)
            return
        if self._contents is not None:
            self._end_contents(above_table=self._is_caption_listed())
        if _is_caption(grid):
            self.known.append(KnownTable("caption", grid))
            for row in grid.matrix():
                if cells := [cell for cell in row if cell and cell.text]:
                    text = " ".join(cell.text for cell in cells)
                    self.paragraph(Paragraph(text, grid.page, cells[0].row_number))
            return
        if self._is_known(grid) or self._is_contents(grid):
            return
        inner = [anchor for cell in _head(grid) if (anchor := self._anchor(cell.text))]
        inner = [anchor for anchor in inner if anchor.number or anchor.score >= 95]
        anchors = self._pending.anchors + inner
        if not any(anchor.form for anchor in anchors):
            anchors += self._heading()
        last = self.sections[-1] if self.sections else None
        if last and (
            self._repeats(last, anchors, grid) if anchors else self._continues(last, grid)
        ):
            last.grids.append(grid)
        else:
            section = Section(anchors, self._pending.lead, [grid])
            self.sections.append(section)
        self._pending = self._announced_below(grid)

    def _announced_below(self, grid: Grid) -> Section:
        """The next form, if a table without rulings took the number above its title for a row."""
        last = [cell for cell in grid.cells if cell.row == grid.row_count - 1 and cell.text]
        number = find_number(last[0].text) if len(last) == 1 and last[0].column else None
        anchor = self._anchor(last[0].text) if number else None
        if not anchor or anchor.form or bare(anchor.text) != bare(anchor.number or ""):
            return Section()
        line = Paragraph(anchor.text, grid.page, last[0].row_number)
        return Section(anchors=[anchor], lead=[line])

    def close(self) -> None:
        self._flush_without_grid()

    def _anchor(self, text: str) -> Anchor | None:
        if len(text) > ANCHOR_LENGTH or _SENTENCE.search(text):
            return None
        numbered = find_number(text)
        form, score = self._titles.match(text)
        if not form and (not numbered or REFERENCE.search(text)):
            return None
        number, family = numbered or (None, None)
        return Anchor(text, number, family, form, score)

    def _heading(self) -> list[Anchor]:
        """The heading right above a grid, if it were a title with 表 behind it: 支出总体情况.

        Such a heading is prose elsewhere. Between it and the grid stand number, body and unit.
        """
        for paragraph in reversed(self._pending.lead[-_CAPTION_LINES:]):
            text = paragraph.text
            if UNIT.search(text) or _is_number(text) or _LABEL.match(text):
                continue
            title = _TITLE_TAIL.sub(r"表\1", text, count=1)
            anchor = None if "表" in text else self._anchor(title)
            is_title = anchor is not None and anchor.form and anchor.score >= WORDED_SCORE
            return [replace(anchor, text=text, wording=title)] if anchor and is_title else []
        return []

    def _broken_title(self, paragraph: Paragraph) -> Anchor | None:
        """The title that is broken over two lines, of which this is the second.

        The second may read like a whole title, of another form: 财政拨款 | 收支总表.
        """
        before = self._pending.lead[-1] if self._pending.lead else None
        if not before or before.page != paragraph.page or len(paragraph.text) > _BROKEN_LENGTH:
            return None
        last = self._pending.anchors[-1] if self._pending.anchors else None
        if _is_number(paragraph.text) or _ENDED.search(before.text):
            return None
        if last and last.form and last.text == before.text:
            return None
        anchor = self._anchor(before.text + paragraph.text)
        return anchor if anchor and anchor.score >= _JOINED_CUTOFF else None

    def _repeats(self, last: Section, anchors: list[Anchor], grid: Grid) -> bool:
        """Whether a titled grid is the next page of the form before; a project has its own."""
        if any(anchor.form in self._per_project for anchor in anchors):
            return False
        return _repeats_title(last, anchors, grid)

    def _is_known(self, grid: Grid) -> bool:
        """Keep apart a table that is no form, or the next page of one."""
        head = tuple(bare(cell.text) for cell in grid.matrix()[0] if cell and cell.text)
        kind = self._known_tables.get(head)
        before = self._open_known
        if not kind and before and not self._pending.anchors:
            goes_on = grid.page == before.grid.page + 1 and _same_extent(before.grid, grid)
            kind = before.table_kind if goes_on else None
        self._open_known = KnownTable(kind, grid) if kind else None
        if not self._open_known:
            return False
        self.known.append(self._open_known)
        self._pending = Section()
        return True

    def _is_contents(self, grid: Grid) -> bool:
        """Keep apart a table that lists the forms: most of its rows are a title, none a figure."""
        rows = [[cell.text for cell in row if cell and cell.text] for row in grid.matrix()]
        if any(_FIGURE.search(text) for row in rows for text in row):
            return False
        listed = [
            (" ".join(row[: place + 1]))
            for row in rows
            for place, text in enumerate(row)
            if (anchor := self._anchor(text)) and anchor.form and anchor.score >= WORDED_SCORE
        ]
        if len(listed) < _FEWEST_LISTED or len(listed) < len(rows) / 2:
            return False
        self.known.append(KnownTable("list_of_forms", grid))
        for entry in listed:
            self._declare(entry)
        self._pending = Section()
        return True

    def _starts_another(self, anchor: Anchor) -> bool:
        """Whether a new number follows one of its family that no grid has followed."""
        return bool(anchor.number) and any(
            earlier.family == anchor.family and earlier.number != anchor.number
            for earlier in self._pending.anchors
        )

    def _flush_without_grid(self) -> None:
        """A form without a table: kept when its number and content or statement are there."""
        pending = self._pending
        # 《收支预算总表》 inside a sentence speaks of a form that stands elsewhere.
        is_titled = bare(pending.title or "").endswith("表") and "《" not in (pending.title or "")
        if (pending.number and is_project(pending)) or (
            (pending.number or is_titled) and pending.says_no_data
        ):
            self.sections.append(pending)
        self._pending = Section()

    def _in_contents(self, paragraph: Paragraph) -> bool:
        text = LEADER.sub("", paragraph.text)
        if _CONTENTS.match(bare(text)):
            self._contents, self._listed = [], []
            return True
        if self._contents is None:
            return False
        if self._ends_entry(text):
            self._listed.append(paragraph)
            return True
        number, _ = find_number(text) or (None, None)
        entry = bare(without_ordinal(without_number(text).strip())) or bare(text)
        if _OUTLINED.match(text):
            entry = _ENTRY_PAGE.sub("", entry)
        is_new = number is not None and number not in self._contents
        has_unit = bool(UNIT.search(text))
        is_prose = len(text) > ANCHOR_LENGTH * 2 or text.rstrip().endswith("。")
        if is_prose or has_unit or (entry in self._contents and not is_new):
            self._end_contents(above_table=has_unit)
            return False
        self._contents += [entry, number or entry]
        self._entry = text
        self._listed.append(paragraph)
        self._declare(text)
        return True

    def _ends_entry(self, text: str) -> bool:
        """Whether a line of the contents is the end of a title that the line before it begins."""
        alone = self._anchor(text)
        is_title = alone is not None and alone.score >= _JOINED_CUTOFF
        if is_title or _OUTLINED.match(text) or self._anchor(self._entry):
            return False
        entry, self._entry = self._entry + text, ""
        anchor = self._anchor(entry)
        if not anchor or anchor.score < _JOINED_CUTOFF:
            return False
        self._declare(entry)
        return True

    def _is_caption_listed(self) -> bool:
        """Whether the last lines listed hold one title: contents print one below the other."""
        last = [paragraph.text for paragraph in self._listed[-_CAPTION_LINES:]]
        return sum(self._titles.match(text)[0] is not None for text in last) == 1

    def _end_contents(self, *, above_table: bool) -> None:
        """End the table of contents before the lines that announce the first form below it.

        Its number alone, and above a table or a unit, which no contents print, its title.
        """
        self._contents = None
        first = len(self._listed)
        if above_table:
            last = range(first - 1, max(first - _CAPTION_LINES, 0) - 1, -1)
            first = next((n for n in last if self._titles.match(self._listed[n].text)[0]), first)
        while first and _is_number(self._listed[first - 1].text):
            first -= 1
        own = self._listed[first:]
        texts = {LEADER.sub("", paragraph.text) for paragraph in own}
        self.declared = [entry for entry in self.declared if entry.text not in texts]
        for paragraph in own:
            self.paragraph(paragraph)

    def _declare(self, text: str) -> None:
        form, _ = self._titles.match(text)
        number, _ = find_number(text) or (None, None)
        known = {(declared.form, declared.number) for declared in self.declared}
        if (form or number) and (form, number) not in known:
            self.declared.append(Declared(len(self.declared) + 1, text, form, number))

    def _continues(self, last: Section, grid: Grid) -> bool:
        """Whether a grid without a title goes on with the form before it."""
        if not last.grids:
            return False
        if _starts_project(grid):
            return False
        before = last.grids[-1]
        if is_project(last):
            return True
        if any(_names_a_table(paragraph.text) for paragraph in self._pending.lead):
            return False
        beside = goes_beside(last.grids, grid)
        if not beside and _is_headed_anew(last.grids[0], grid, self._headings):
            return False
        between = sum(len(paragraph.text) for paragraph in self._pending.lead)
        close = between < 400 and grid.page - before.page <= 1
        same_shape = abs(grid.column_count - before.column_count) <= 1
        return close and (beside or same_shape or _is_tail(grid) or _same_extent(before, grid))


def _repeats_title(last: Section, anchors: list[Anchor], grid: Grid) -> bool:
    """Whether a page says title and header again over rows that go on with the form before it.

    A table of its own would begin with its total; each project has a form of its own.
    """
    if is_project(last):
        return False
    forms = {anchor.form for anchor in anchors if anchor.form}
    numbers = {anchor.number for anchor in anchors if anchor.number}
    if not last.grids or not last.best_anchor or not numbers <= {last.number}:
        return False
    own = {last.best_anchor.form}
    if forms <= own and any(_CONTINUED.search(anchor.text) for anchor in anchors):
        return True
    if forms != own:
        return False
    first, before = last.grids[0], last.grids[-1]
    # Only over a page break: two tables of one page that bear one title are two forms. A text has
    # no pages; there the codes must go on.
    follows = grid.page == before.page and _codes_go_on(before, grid)
    goes_on = grid.page - before.page == 1 or follows
    rows = [[bare(cell.text) for cell in row if cell and cell.text] for row in grid.matrix()]
    again = rows[0] == [bare(cell.text) for cell in first.matrix()[0] if cell and cell.text]
    return goes_on and again and not any(row and row[0] in _TOTALS for row in rows[1:4])


def _is_headed_anew(first: Grid, grid: Grid, headings: Set[str]) -> bool:
    """Whether a grid has amount columns of its own, or begins again with the total of its rows.

    The title of such a table is lost: it is another form, however alike the two are in shape.
    """
    head, body = _head_and_body(grid)
    own = head & headings
    if len(own) < _FEWEST_HEADINGS or not body or not any(map(_NAMES.search, head)):
        return False
    known = {bare(cell.text) for cell in first.cells}
    begins_anew = len(body) > 1 and any(text in _TOTALS for text in body[0])
    return begins_anew or 2 * len(own & known) < len(own)


def _head_and_body(grid: Grid) -> tuple[set[str], list[list[str]]]:
    """What stands above the first row with a figure or a code, and that row and the next."""
    rows = [[cell.text for cell in row if cell and cell.text] for row in grid.matrix()]
    rows = [row for row in rows if row]
    is_body = (any(_FIGURE.search(t) or _ACCOUNT.match(t) for t in row) for row in rows)
    start = next((n for n, body in enumerate(is_body) if body), len(rows))
    head = {bare(text) for row in rows[: min(start, _HEAD_ROWS)] for text in row}
    return head, [[bare(text) for text in row] for row in rows[start : start + 2]]


def _codes_go_on(before: Grid, grid: Grid) -> bool:
    """Whether the first account of a grid comes after the last one of the grid before."""
    last, first = _codes(before)[-1:], _codes(grid)[:1]
    return bool(last and first) and last < first


def _codes(grid: Grid) -> list[str]:
    """The account codes of a grid, those that are split over cells in one."""
    codes = []
    for row in grid.matrix():
        texts = takewhile(_CODE.fullmatch, (cell.text for cell in row if cell and cell.text))
        codes.append("".join(texts))
    return [code for code in codes if len(code) in {3, 5, 7}]


def _is_number(text: str) -> bool:
    """Whether a line is the number of a form and nothing else."""
    return find_number(text) is not None and not bare(without_number(text))


def _names_a_table(text: str) -> bool:
    """Whether a line is the title of a table, though of none that the catalogue knows."""
    return bool(_ANY_TITLE.match(bare(text))) and not REFERENCE.search(text)


def _same_extent(one: Grid, other: Grid) -> bool:
    """Whether two grids reach from the same left to the same right edge of their pages."""
    edges = [
        (min(box.x0 for box in boxes), max(box.x1 for box in boxes))
        for grid in (one, other)
        if (boxes := [cell.box for cell in grid.cells if cell.box])
    ]
    return len(edges) == 2 and all(abs(a - b) <= _SAME_EDGE for a, b in zip(*edges, strict=True))


def _is_caption(grid: Grid) -> bool:
    """A line of publisher and unit that a reader took for a table of its own.

    A year, the form's number and the body's code may stand in it; a figure or a row of numbers
    does not.
    """
    texts = [cell.text for cell in grid.cells if cell.text]
    says_so = any(UNIT.search(text) or _LABEL.match(text) for text in texts)
    if grid.row_count > 2 or not (says_so or len(texts) == grid.row_count == 1):
        return False
    numbered = [text for text in texts if re.search(r"\d", YEAR.sub("", text))]
    return all(_WORD.search(text) and not _FIGURE.search(text) for text in numbered)


def _paged_entries(grid: Grid) -> list[Paragraph]:
    """The entries of contents whose page stands behind a tab: 收入支出决算总表 ⇥ 30."""
    rows = [[cell for cell in row if cell and cell.text.strip()] for row in grid.matrix()]
    if not all(len(row) > 1 and _PAGE_CELL.match(row[-1].text) for row in rows):
        return []
    if not all(_WORD.search(row[0].text) for row in rows):
        return []
    return [
        Paragraph(" ".join(cell.text for cell in row[:-1]), grid.page, row[0].row_number)
        for row in rows
    ]


def _is_tail(grid: Grid) -> bool:
    """The last rows of a table on a page of their own: a total without a header."""
    first = next((bare(cell.text) for cell in grid.cells if cell.text), "")
    return grid.row_count <= 2 and first in _TOTALS


def _head(grid: Grid) -> list[Cell]:
    return [cell for cell in grid.cells if cell.row < _HEAD_ROWS and cell.text]


def _starts_project(grid: Grid) -> bool:
    head = [bare(cell.text) for cell in grid.cells if cell.row < 2 and cell.text]
    return any(text.startswith("项目名称") for text in head) or (
        len(head) > 1 and head[0] in {"项目", "项目名"} and head[1].startswith("名称")
    )


def is_project(section: Section) -> bool:
    """Whether a section reads like the form of a single project."""
    words = section.words
    return sum(word in words for word in _PROJECT_WORDS) >= 3
