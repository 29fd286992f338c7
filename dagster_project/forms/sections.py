"""Where one form ends and the next begins.

Here: grouping a document's blocks into sections, each the paragraphs that announce a table and
the grids that make it up, over page breaks. What the cells of a grid mean does not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from dagster_project.forms.catalogue import Catalogue, bare, without_ordinal
from dagster_project.readers.document import Cell, Document, Grid, Paragraph

TITLE_CUTOFF = 84.0
ANCHOR_LENGTH = 70  # a title or number line is short; longer lines are prose
_HEAD_ROWS = 4  # rows of a grid in which a title, a number or a unit may stand inside the table

# 公开03表, 预算01表, 表二, 表 1, 附表3; recognition software reads 表 as 老 or 未 now and then.
_NUMBER = re.compile(
    r"(?:^|[\s(:])(?P<number>(?P<family>公开|预算|财决|财预)\s*(?P<a>\d{1,2}(?:-\d{1,2})?)\s*[表老未]"
    r"|(?:部门|单位)?公开表\s*(?P<d>\d{1,2})(?!\d)"
    r"|附?表\s*(?P<b>\d{1,2}(?:-\d{1,2})?)(?!\d)"
    r"|附?表\s*(?P<c>[一二三四五六七八九十]{1,3})(?=$|[\s:、.(]))"
)
_UNIT = re.compile(r"单\s*位\s*[:：]?\s*(?:人民币)?\s*(?P<unit>亿元|百万元|万元|千元|百元|元)")
_TITLE_END = re.compile(r"(?:表|情况|报告|文本)$")
_CONTENTS = re.compile(r"^目\s*[录次]$")
_LEADER = re.compile(r"[.·…\s]{2,}\d*$|(?<=\D)\s+\d{1,3}$")
_YEAR = re.compile(r"(?:19|20)\d{2}\s*年?\s*度?")
_BODY = re.compile(
    r"^.{2,40}?(?:委员会|办公厅|办公室|人民政府|街道办事处|管理局|联合会|研究院|[局厅院部处会]|中心|单位)"
)
_NO_DATA = re.compile(
    r"空表|无数据|无此项|无该项|无相关|没有.{0,20}(?:收入|支出|安排)|本表为空|无.{0,14}(?:预算|收支|拨款)"
)
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
    """A line that announces a form: its printed number, the form its title names, or both."""

    text: str
    number: str | None
    family: str | None
    form: str | None
    score: float


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
        found = [match["unit"] for text in texts for match in _UNIT.finditer(text)]
        return found[-1] if found else None

    @property
    def says_no_data(self) -> bool:
        """Whether the form states that it has no data, as published empty forms must."""
        return any(_NO_DATA.search(paragraph.text) for paragraph in self.notes + self.announcement)

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


def find_number(text: str) -> tuple[str, str] | None:
    """The form number printed in a line, and its family, e.g. ``("公开03表", "公开")``."""
    match = _NUMBER.search(text)
    if not match:
        return None
    compact = re.sub(r"\s", "", match["number"])
    compact = re.sub(r"[老未]$", "表", compact)
    family = match["family"] or next(name for name in "bcd" if match[name])
    return compact, family


class Titles:
    """Finds the form that a title line names."""

    def __init__(self, catalogue: Catalogue, document_kind: str | None) -> None:
        """Prefer the forms of the document's kind: some titles name one of either kind."""
        self._forms: dict[str, str] = {}
        ordered = sorted(
            catalogue.titles,
            key=lambda pair: catalogue.forms[pair[1]].document_kind != document_kind,
        )
        for title, form in ordered:
            self._forms.setdefault(bare(title), form)
        self._keys = list(self._forms)

    def match(self, text: str) -> tuple[str | None, float]:
        """The form and the likeness (0 to 100) of the best of the line's readings."""
        best: tuple[str | None, float] = (None, 0.0)
        for reading in _readings(text):
            found = process.extractOne(
                reading, self._keys, scorer=fuzz.ratio, score_cutoff=TITLE_CUTOFF
            )
            if found and found[1] > best[1]:
                best = (self._forms[found[0]], found[1])
        return best


def _readings(text: str) -> Iterator[str]:
    """A title line with and without its number, year, publisher and remarks in brackets."""
    plain = without_ordinal(_NUMBER.sub(" ", _UNIT.sub(" ", text)).strip(" :：-"))
    plain = _LEADER.sub("", _YEAR.sub("", plain))
    unbracketed = re.sub(r"[(（][^()（）]*[)）]", "", plain)
    bodies = [_BODY.sub("", plain), _BODY.sub("", unbracketed)]
    for reading in dict.fromkeys(bare(reading) for reading in (plain, unbracketed, *bodies)):
        if _TITLE_END.search(reading) and len(reading) >= 4:
            yield reading


def split(
    document: Document, catalogue: Catalogue, document_kind: str | None
) -> tuple[list[Section], list[Declared]]:
    """The sections of a document in reading order, and what its table of contents declares."""
    splitter = _Splitter(Titles(catalogue, document_kind))
    for block in document.blocks:
        if isinstance(block, Paragraph):
            splitter.paragraph(block)
        else:
            splitter.grid(block)
    splitter.close()
    return splitter.sections, splitter.declared


class _Splitter:
    def __init__(self, titles: Titles) -> None:
        self.sections: list[Section] = []
        self.declared: list[Declared] = []
        self._titles = titles
        self._contents: list[str] | None = None
        self._pending = Section()

    def paragraph(self, paragraph: Paragraph) -> None:
        if self._in_contents(paragraph):
            return
        anchor = self._anchor(paragraph.text)
        if anchor and self._starts_another(anchor):
            self._flush_without_grid()
        if anchor:
            self._pending.anchors.append(anchor)
        elif not self._pending.anchors and self.sections:
            self.sections[-1].notes.append(paragraph)
        self._pending.lead.append(paragraph)

    def grid(self, grid: Grid) -> None:
        self._contents = None
        if _is_caption(grid):
            text = " ".join(cell.text for cell in grid.cells)
            self._pending.lead.append(Paragraph(text, grid.page, grid.cells[0].row_number))
            return
        inner = [anchor for cell in _head(grid) if (anchor := self._anchor(cell.text))]
        inner = [anchor for anchor in inner if anchor.number or anchor.score >= 95]
        anchors = self._pending.anchors + inner
        last = self.sections[-1] if self.sections else None
        if not anchors and last and self._continues(last, grid):
            last.grids.append(grid)
        else:
            section = Section(anchors, self._pending.lead, [grid])
            self.sections.append(section)
        self._pending = Section()

    def close(self) -> None:
        self._flush_without_grid()

    def _anchor(self, text: str) -> Anchor | None:
        if len(text) > ANCHOR_LENGTH or re.search(r"[。;；]", text):
            return None
        numbered = find_number(text)
        form, score = self._titles.match(text)
        if not numbered and not form:
            return None
        number, family = numbered or (None, None)
        return Anchor(text, number, family, form, score)

    def _starts_another(self, anchor: Anchor) -> bool:
        """Whether a new number follows one of its family that no grid has followed."""
        return any(
            anchor.number and earlier.family == anchor.family and earlier.number != anchor.number
            for earlier in self._pending.anchors
        )

    def _flush_without_grid(self) -> None:
        """A form whose table was lost: kept when its number and content or statement are there."""
        pending = self._pending
        if pending.number and (is_project(pending) or pending.says_no_data):
            self.sections.append(pending)
        self._pending = Section()

    def _in_contents(self, paragraph: Paragraph) -> bool:
        text = _LEADER.sub("", paragraph.text)
        if _CONTENTS.match(bare(text)):
            self._contents = []
            return True
        if self._contents is None:
            return False
        number, _ = find_number(text) or (None, None)
        entry = bare(without_ordinal(_NUMBER.sub(" ", text).strip())) or bare(text)
        is_new = number is not None and number not in self._contents
        if len(text) > ANCHOR_LENGTH * 2 or (entry in self._contents and not is_new):
            self._contents = None
            return False
        self._contents += [entry, number or entry]
        self._declare(text)
        return True

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
        between = sum(len(paragraph.text) for paragraph in self._pending.lead)
        close = between < 400 and grid.page - before.page <= 1
        same_shape = abs(grid.column_count - before.column_count) <= 1
        return close and (same_shape or _is_tail(grid))


def _is_caption(grid: Grid) -> bool:
    """A line of publisher and unit that a reader took for a table of its own."""
    text = "".join(cell.text for cell in grid.cells)
    return grid.row_count <= 2 and bool(_UNIT.search(text)) and not re.search(r"\d", text)


def _is_tail(grid: Grid) -> bool:
    """The last rows of a table on a page of their own: a total without a header."""
    first = next((bare(cell.text) for cell in grid.cells if cell.text), "")
    return grid.row_count <= 2 and first in {"合计", "总计"}


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
