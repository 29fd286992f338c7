"""Forms and texts of single projects: their funds, their indicators, what they rest on.

Here: the fund block of a performance form (年度资金总额 by 年初预算数, 全年预算数, 全年执行数),
the line 当年预算 of a target form, the sentence that names a project's budget, numbered project
texts in prose, indicators, and the document numbers that justify a project. Tables with account
codes do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from dagster_project.forms import amounts
from dagster_project.forms.amounts import Figure
from dagster_project.forms.catalogue import bare, without_ordinal
from dagster_project.forms.sections import Section
from dagster_project.readers.document import Box, Cell, Grid, Paragraph

_PHASES = (
    ("initial_budget", ("年初预算",)),
    ("adjusted_budget", ("全年预算",)),
    ("final_account", ("全年执行",)),
    ("", ("分值",)),
    ("", ("执行率",)),
    ("", ("得分",)),
)
_FUNDING = (
    ("all", "年度资金总额"),
    ("current_year_appropriation", "当年财政"),
    ("carry_over", "上年结转"),
    ("other", "其他资金"),
    ("other", "非财政拨款"),
)
_BUDGET_LABELS = {"当年预算", "项目预算", "预算金额", "项目资金", "资金总额", "年度预算"}
_MONEY = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>亿元|万元|元)(?P<after>以上|以下)?")
_BUDGET_SENTENCE = re.compile(r"预算|资金|拨款|安排")
_SECTION = re.compile(
    r"^[(（](?P<ordinal>[一二三四五六七八九十]+)[)）]\s*(?P<name>[^。,，;；]{2,14})[。:：]?\s*$"
)
_PROJECT_HEADING = re.compile(r"^[一二三四五六七八九十]+、\s*(?P<name>.{4,60})$")
_PROJECT_SECTIONS = (
    "项目名称",
    "立项依据",
    "实施单位",
    "基本概况",
    "实施内容",
    "资金安排",
    "实施计划",
    "实施成效",
)
_DOCUMENT_NUMBER = re.compile(
    r"(?P<number>[\u4e00-\u9fff]{1,10}[\[〔(]\s*(?:19|20)\d{2}\s*[\]〕)]\s*(?:第\s*)?\d{1,5}\s*号)"
)
_INSTRUMENT = re.compile(r"《(?P<title>[^《》]{4,120}(?:《[^《》]*》[^《》]*)*)》[^《》]{0,4}$")
_INDICATOR_HEADERS = (
    ("level_1", ("一级指标",)),
    ("level_2", ("二级指标",)),
    ("indicator", ("三级指标", "指标名称", "指标")),
    ("comparison", ("指标性质",)),
    ("target", ("指标值", "年度指标值")),
    ("target_unit", ("度量单位", "计量单位")),
    ("actual", ("实际完成值", "完成值")),
    ("weight", ("分值", "指标权重", "权重")),
    ("score", ("得分",)),
    ("deviation_reason", ("偏差原因", "偏差原因分析及改进措施", "是否核心")),
)
_INDICATOR_END = ("总分", "其他需要说明", "其他需说明", "备注")
_END_OF_NAME = {"主管部门", "实施单位", "项目类型", "年初预算数"}


@dataclass(frozen=True, slots=True)
class ProjectAmount:
    """One amount printed for a project, with where it stands."""

    label: str
    section: str | None
    phase: str
    funding_source: str
    amount_role: str
    printed_text: str
    figure: Figure
    unit: str | None
    page: int
    row_number: int
    column_number: int | None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One performance indicator as printed; every field is text."""

    fields: dict[str, str]
    page: int
    row_number: int


@dataclass(slots=True)
class Project:
    """A project with what its form or text prints."""

    name: str | None
    supervising_department: str | None = None
    implementing_unit: str | None = None
    amounts: list[ProjectAmount] = field(default_factory=list)
    indicators: list[Indicator] = field(default_factory=list)
    policies: list[tuple[str | None, str, int]] = field(default_factory=list)


def read_project(section: Section, phase: str, unit: str | None, *, recognised: bool) -> Project:
    """Read the form of one project: fund block or budget line, indicators, name and bodies."""
    rows = [row for grid in section.grids for row in _texts(grid)]
    project = Project(
        _beside(rows, "项目名称") or _heading_name(section),
        _beside(rows, "主管部门"),
        _beside(rows, "实施单位"),
    )
    for grid in section.grids:
        project.amounts += _fund_block(grid, unit, recognised=recognised)
        project.amounts += _budget_line(grid, phase, unit, recognised=recognised)
        project.indicators += read_indicators(grid)
        for cell in grid.cells:
            project.policies += _policies(cell.text, cell.page)
    if not section.grids and not project.name:
        project.name = _name_in_text(section)
    if section.grids and not project.amounts:
        project.amounts += _budget_sentence(section, phase)
    return project


Texts = list[tuple[int, str, Cell]]  # column, text, cell of one row


def _texts(grid: Grid) -> Iterator[Texts]:
    for row in grid.matrix():
        yield [(index, cell.text, cell) for index, cell in enumerate(row) if cell and cell.text]


def _beside(rows: Iterable[Texts], label: str) -> str | None:
    """The words to the right of a label, joined over the cells that recognition cut them into."""
    for row in rows:
        joined = ""
        for position, (_, text, _cell) in enumerate(row):
            joined += bare(text)
            if joined.endswith(label) or (len(joined) <= 8 and fuzz.ratio(joined, label) >= 75):
                value = _value(row[position + 1 :])
                return value or None
            if len(joined) > 24:
                joined = bare(text)
    return None


def _value(rest: Texts) -> str:
    value = ""
    for _, text, _cell in rest:
        if bare(text) in _END_OF_NAME:
            break
        value += text
    return re.sub(r"\s", "", value)


def _heading_name(section: Section) -> str | None:
    """The heading above the table, where the form itself has no line for the project's name."""
    for paragraph in reversed(section.lead):
        match = re.match(r"^[(（][一二三四五六七八九十]+[)）]\s*(?P<name>.{4,50})$", paragraph.text)
        if match and not re.search(r"[。;；]", paragraph.text):
            return re.sub(r"\s", "", match["name"])
    return None


def _name_in_text(section: Section) -> str | None:
    for paragraph in section.lead:
        match = re.search(r"项目名称\s*(?P<name>.{3,60}?)\s*(?:主管部门|实施单位)", paragraph.text)
        if match:
            return re.sub(r"\s", "", match["name"])
    return None


def _fund_block(grid: Grid, unit: str | None, *, recognised: bool) -> list[ProjectAmount]:
    rows = list(_texts(grid))
    header = next((row for row in rows if _is_fund_header(row)), None)
    if not header:
        return []
    spans = _spans(header)
    found: list[ProjectAmount] = []
    for row in rows[rows.index(header) + 1 :]:
        source = _funding_source(row)
        if source:
            found += _fund_row(row, source, spans, unit, recognised=recognised)
        elif found and "目标" in "".join(bare(text) for _, text, _ in row):
            break
    return _agreeing(found) if recognised else found


def _is_fund_header(row: Texts) -> bool:
    joined = "".join(bare(text) for _, text, _ in row)
    return "执行率" in joined and ("年初预算" in joined or "全年执行" in joined)


def _spans(header: Texts) -> list[tuple[str, int, int]]:
    """Phase → columns from its heading to the next one; recognition may tear a heading apart."""
    letters = [(letter, column) for column, text, _ in header for letter in bare(text)]
    joined = "".join(letter for letter, _ in letters)
    starts = []
    for phase, words in _PHASES:
        position = next((p for word in words if (p := joined.find(word)) >= 0), None)
        if position is not None:
            starts.append((letters[position][1], phase))
    starts.sort()
    ends = [column for column, _ in starts[1:]] + [10**6]
    return [
        (phase, start, end - 1) for (start, phase), end in zip(starts, ends, strict=True) if phase
    ]


def _funding_source(row: Texts) -> str | None:
    joined = "".join(bare(text) for _, text, _ in row)
    return next((source for source, words in _FUNDING if words in joined), None)


def _fund_row(
    row: Texts,
    source: str,
    spans: list[tuple[str, int, int]],
    unit: str | None,
    *,
    recognised: bool,
) -> Iterator[ProjectAmount]:
    for phase, start, end in spans:
        cells = [cell for column, _, cell in row if start <= column <= end]
        text = (
            " ".join(cell.text for cell in cells)
            if len(cells) < 2
            else "".join(cell.text for cell in cells)
        )
        figure = amounts.parse(text, recognised=recognised)
        if recognised and unit in {None, "元"}:
            figure = amounts.check_decimals(figure, 2)
        if figure.state in {amounts.AMOUNT, amounts.DAMAGED}:
            first = cells[0]
            role = "total" if source == "all" else "component"
            yield ProjectAmount(
                dict(reversed(_FUNDING))[source],
                None, phase, source, role, text, figure, unit,
                first.page, first.row_number, first.column_number, first.box,
            )  # fmt: skip


def _agreeing(found: list[ProjectAmount]) -> list[ProjectAmount]:
    """Doubt recognised amounts of a phase whose total is not the sum of its sources.

    If one single part equals the total the other parts are the ones in doubt.
    """
    doubted: set[int] = set()
    for phase in {amount.phase for amount in found}:
        own = [(i, a) for i, a in enumerate(found) if a.phase == phase and a.figure.number]
        totals = [(i, a) for i, a in own if a.funding_source == "all"]
        parts = [(i, a) for i, a in own if a.funding_source != "all"]
        if len(totals) != 1:
            continue
        total = _fen(totals[0][1])
        if sum(_fen(part) for _, part in parts) == total:
            continue
        equal = [i for i, part in parts if _fen(part) == total]
        if len(equal) == 1:
            doubted |= {i for i, _ in parts if i != equal[0]}
        else:
            doubted |= {i for i, _ in own}
    reason = "the amount does not agree with the total of its funds"
    return [
        replace(a, figure=Figure(amounts.DAMAGED, damage=reason)) if i in doubted else a
        for i, a in enumerate(found)
    ]


def _fen(amount: ProjectAmount) -> int:
    """The amount in hundredths of its printed unit."""
    whole, _, decimals = (amount.figure.number or "0").partition(".")
    return int(whole + (decimals + "00")[:2])


def _budget_line(
    grid: Grid, phase: str, unit: str | None, *, recognised: bool
) -> Iterator[ProjectAmount]:
    for row in _texts(grid):
        for position, (_, text, _cell) in enumerate(row[:-1]):
            if bare(text) in _BUDGET_LABELS:
                cell = row[position + 1][2]
                figure = amounts.parse(cell.text, recognised=recognised)
                if figure.state in {amounts.AMOUNT, amounts.DAMAGED}:
                    yield ProjectAmount(
                        bare(text), None, phase, "all", "total", cell.text, figure, unit,
                        cell.page, cell.row_number, cell.column_number, cell.box,
                    )  # fmt: skip


def _budget_sentence(section: Section, phase: str) -> Iterator[ProjectAmount]:
    """The budget named in the sentence between a project's heading and its target table."""
    for paragraph in reversed(section.lead):
        if re.match(r"^[(（][一二三四五六七八九十]+[)）]", paragraph.text):
            return
        if _BUDGET_SENTENCE.search(paragraph.text):
            for match in _MONEY.finditer(paragraph.text):
                first = match.start() == next(_MONEY.finditer(paragraph.text)).start()
                yield _prose_amount(
                    paragraph, match, None, phase, "total" if first else "component"
                )


def _prose_amount(
    paragraph: Paragraph, match: re.Match[str], section: str | None, phase: str, role: str
) -> ProjectAmount:
    return ProjectAmount(
        _prose_label(paragraph.text, match, whole=section == "项目名称"), section, phase, "all",
        role, match.group(0), amounts.parse(match["number"]), match["unit"], paragraph.page,
        paragraph.row_number, None, paragraph.box,
    )  # fmt: skip


def _prose_label(text: str, match: re.Match[str], *, whole: bool) -> str:
    """The words between the amount before and this one; in a list of names they are the name."""
    earlier = [m.end() for m in _MONEY.finditer(text) if m.end() <= match.start()]
    between = text[max(earlier, default=0) : match.start()].strip(" :：,，;；、。")
    between = without_ordinal(re.sub(r"^[)）]*[,，;；]?[(（](?![^(（)）]*[)）])", "", between))
    if not whole:
        between = re.split(r"[。;；,，]", between)[-1].strip() or between
    return between or text[max(0, match.start() - 20) : match.start()]


def read_indicators(grid: Grid) -> Iterator[Indicator]:
    """The performance indicators of a form: the rows below 一级指标, 二级指标, 三级指标."""
    columns: dict[str, int] = {}
    last: dict[str, str] = {}
    for row in _texts(grid):
        header = _indicator_columns(row)
        if header:
            columns = header
            continue
        joined = "".join(bare(text) for _, text, _ in row)
        if not columns or any(word in joined for word in _INDICATOR_END):
            if columns:
                return
            continue
        fields = _indicator_fields(row, columns)
        if fields.get("indicator"):
            for level in ("level_1", "level_2"):
                last[level] = fields.get(level) or last.get(level, "")
            cell = row[0][2]
            yield Indicator(fields | last, cell.page, cell.row_number)


def _indicator_columns(row: Texts) -> dict[str, int]:
    found: dict[str, int] = {}
    for column, text, _ in row:
        name = next(
            (n for n, words in _INDICATOR_HEADERS if bare(text) in words and n not in found), None
        )
        if name:
            found[name] = column
    return found if "indicator" in found and len(found) >= 3 else {}


def _indicator_fields(row: Texts, columns: dict[str, int]) -> dict[str, str]:
    """Each cell belongs to the last heading at or before its column."""
    starts = sorted((column, name) for name, column in columns.items())
    fields: dict[str, str] = {}
    for column, text, _ in row:
        names = [name for start, name in starts if start <= column]
        if names:
            fields[names[-1]] = (fields.get(names[-1], "") + " " + text).strip()
    return fields


def _policies(text: str, page: int) -> Iterator[tuple[str | None, str, int]]:
    for match in _DOCUMENT_NUMBER.finditer(text):
        before = text[: match.start()]
        title = _INSTRUMENT.search(before.rstrip("(（"))
        number = re.sub(r"\s", "", match["number"])
        yield (title["title"] if title else None), _issuer(number), page


def _issuer(number: str) -> str:
    """The number without words that precede the issuer's abbreviation, e.g. 根据."""
    return re.sub(r"^(?:根据|按照|依据|见|和|及|与|文件|实施)+", "", number)


def read_texts(paragraphs: list[Paragraph]) -> Iterator[Project]:
    """Numbered project texts: 一、name, then sections （一）项目名称 … （八）项目实施成效."""
    project: Project | None = None
    heading: str | None = None
    section: str | None = None
    for paragraph in paragraphs:
        own_section = _SECTION.match(paragraph.text)
        named = own_section and any(word in own_section["name"] for word in _PROJECT_SECTIONS)
        title = _PROJECT_HEADING.match(paragraph.text)
        if title and not re.search(r"[。;；]", paragraph.text):
            heading = re.sub(r"\s", "", title["name"])
        elif own_section and named:
            section = own_section["name"].strip()
            if section == "项目名称" and heading:
                if project:
                    yield project
                project = Project(heading)
        elif project and section:
            _read_text(project, section, paragraph)
    if project:
        yield project


def _read_text(project: Project, section: str, paragraph: Paragraph) -> None:
    if "实施单位" in section and not project.implementing_unit:
        project.implementing_unit = paragraph.text.rstrip("。")
    project.policies += _policies(paragraph.text, paragraph.page)
    for match in _MONEY.finditer(paragraph.text):
        is_first = not any(amount.section == section for amount in project.amounts)
        role = _role(section, match, paragraph.text, is_first=is_first)
        project.amounts.append(_prose_amount(paragraph, match, section, "initial_budget", role))


def _role(section: str, match: re.Match[str], text: str, *, is_first: bool) -> str:
    """total, component, rate (per case), threshold or reference, from the words around it."""
    before = text[max(0, match.start() - 14) : match.start()]
    if section == "项目名称":
        return "total" if is_first else "component"
    if "资金安排" in section:
        return "total"
    if match["after"]:
        return "threshold"
    if re.search(r"每户|每家|每个|一次性|[国省州市县]级$|标准", before):
        return "rate"
    if re.search(r"原有|追加|上年|共计", before):
        return "reference"
    return "component"
