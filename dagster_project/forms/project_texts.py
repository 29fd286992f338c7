"""Projects in prose: numbered texts, the budget in a sentence, and what a project rests on.

Here: sections （一）项目名称 … （八）项目实施成效 below a project's heading, amounts with their
role, and the document numbers that justify a project. Tables do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import ProjectLabels, without_ordinal
from dagster_project.forms.project_records import Project, ProjectAmount
from dagster_project.readers.document import Paragraph

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
    r"(?P<number>[\u4e00-\u9fff]{0,10}[\[〔(]\s*(?:19|20)\d{2}\s*[\]〕)]\s*(?:第\s*)?\d{1,5}\s*号"
    r"|[\u4e00-\u9fff]{2,12}令\s*(?:第\s*)?\d{1,4}\s*号)"
)
_INSTRUMENT = re.compile(
    r"《(?P<title>[^《》]{4,120}(?:《[^《》]*》[^《》]*)*)》[^《》、,，;；和及]{0,4}$"
)
# The number may stand before the title: 某发〔2031〕8号《关于……的通知》
_INSTRUMENT_AFTER = re.compile(r"^《(?P<title>[^《》]{4,120}(?:《[^《》]*》[^《》]*)*)》")


def budget_sentence(
    lead: Iterable[Paragraph], phase: str, labels: ProjectLabels
) -> Iterator[ProjectAmount]:
    """The budget named in the sentence between a project's heading and its target table."""
    for paragraph in reversed(list(lead)):
        if re.match(r"^[(（][一二三四五六七八九十]+[)）]", paragraph.text):
            return
        if _BUDGET_SENTENCE.search(paragraph.text):
            for match in _MONEY.finditer(paragraph.text):
                first = match.start() == next(_MONEY.finditer(paragraph.text)).start()
                role = "total" if first else "component"
                amount = _prose_amount(paragraph, match, None, phase, role)
                source = None if first else _source(amount.label, labels)
                yield replace(amount, funding_source=source or "all")


def _source(label: str, labels: ProjectLabels) -> str | None:
    """The source of funds that words name: 财政拨款 is 当年财政拨款."""
    known = labels.of("fund_row")
    return next((known[own] for own in known if own[-4:] in label), None)


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


def policies(text: str, page: int) -> Iterator[tuple[str | None, str, int]]:
    """The document numbers in a text, each with the instrument's title and the page."""
    for match in _DOCUMENT_NUMBER.finditer(text):
        before = text[: match.start()]
        another = re.match(r"[和及与]", match["number"])
        title = None if another else _INSTRUMENT.search(before.rstrip("(（"))
        title = title or _INSTRUMENT_AFTER.match(text[match.end() :])
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
    project.policies += policies(paragraph.text, paragraph.page)
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
