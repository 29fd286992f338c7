"""Projects in prose: numbered texts, the budget in a sentence, and what a project rests on.

Here: sections 项目名称 … 项目实施成效, numbered in any style, with their text below or behind them;
amounts with their role, and the document numbers that justify a project. Tables do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import zip_longest
from typing import NamedTuple

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import ProjectLabels, bare, without_ordinal
from dagster_project.forms.project_records import Project, ProjectAmount
from dagster_project.readers.document import Paragraph

_MONEY = re.compile(r"(?P<number>\d[\d,]*(?:\.\d+)?)\s*(?P<unit>亿元|万元|元)(?P<after>以上|以下)?")
_BUDGET_SENTENCE = re.compile(r"预算|资金|拨款|安排")
_ORDINAL = r"(?:[(（][一二三四五六七八九十\d]+[)）]|[一二三四五六七八九十\d]+[、.．])"
_SECTION = re.compile(
    rf"^{_ORDINAL}[、.．]?\s*(?P<name>[^。,，;；:：]{{2,14}}?)\s*(?:[。:：]\s*(?P<text>.*))?$"
)
_PROJECT_HEADING = re.compile(
    rf"^(?:{_ORDINAL}|项目[一二三四五六七八九十\d]+\s*(?:[:：、]|$))\s*(?P<name>.{{0,60}})$"
)
_SHORTEST_NAME = 4  # of a project, and of a label that stands within a longer heading
_YEAR = re.compile(r"20\d{2}年度?")
_PARTS = re.compile(rf"其中|包括|分别|^{_ORDINAL}")  # what follows is part of the amount before
_DOCUMENT_NUMBER = re.compile(
    r"(?P<number>[\u4e00-\u9fff]{0,10}[\[〔(]\s*(?:19|20)\d{2}\s*[\]〕)]\s*(?:第\s*)?\d{1,5}\s*号"
    r"|[\u4e00-\u9fff]{2,12}令\s*(?:第\s*)?\d{1,4}\s*号)"
)
_INSTRUMENT = re.compile(
    r"《(?P<title>[^《》]{4,120}(?:《[^《》]*》[^《》]*)*)》[^《》、,，;；和及]{0,4}$"
)
# The number may stand before the title: 某发〔2031〕8号《关于……的通知》
_INSTRUMENT_AFTER = re.compile(r"^《(?P<title>[^《》]{4,120}(?:《[^《》]*》[^《》]*)*)》")


class _TextSection(NamedTuple):
    """A section of a project's text: its name as printed, what it is, the text on its own line."""

    name: str
    item: str
    text: str


_NO_SECTION = _TextSection("", "", "")


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


def read_texts(paragraphs: list[Paragraph], labels: ProjectLabels) -> Iterator[Project]:
    """Numbered project texts: sections 项目名称 … 项目实施成效, below a heading or without one.

    Where no heading names the project, the text of its first section does.
    """
    project: Project | None = None
    heading: str | None = None
    section = _NO_SECTION
    opened = [_opened(paragraph, labels) for paragraph in paragraphs]
    for (paragraph, own), after in zip_longest(zip(paragraphs, opened, strict=True), opened[1:]):
        title = _PROJECT_HEADING.match(paragraph.text)
        if own:
            section = own
            if own.item == "name":
                if project:
                    yield project
                project, heading = Project(heading), None
            if project and own.text:
                _read_text(project, own, replace(paragraph, text=own.text))
        elif title and _is_heading(paragraph.text, after):
            name = re.sub(r"\s", "", title["name"]).rstrip(":：")
            heading = name if len(name) >= _SHORTEST_NAME else None
        elif project:
            _read_text(project, section, paragraph)
    if project:
        yield project


def _opened(paragraph: Paragraph, labels: ProjectLabels) -> _TextSection | None:
    """The section that a line opens: a number, a label of the catalogue, and perhaps its text."""
    match = _SECTION.match(paragraph.text)
    if not match:
        return None
    known, name = labels.of("section"), bare(match["name"])
    item = known.get(name)
    if not item and not match["text"] and not re.search(r"\d", _YEAR.sub("", name)):
        # 2024年资金安排计划 says more than a label, but nothing else
        within = [label for label in known if len(label) >= _SHORTEST_NAME and label in name]
        item = known[max(within, key=len)] if within else None
    return _TextSection(match["name"], item, match["text"] or "") if item else None


def _is_heading(text: str, after: _TextSection | None) -> bool:
    """Whether a numbered line names a project: 一、 always, any other right above 项目名称."""
    is_outer = re.match(r"^[一二三四五六七八九十]+、", text)
    is_above = after is not None and after.item == "name"
    return bool((is_outer or is_above) and not re.search(r"[。;；]", text))


def _read_text(project: Project, section: _TextSection, paragraph: Paragraph) -> None:
    money = list(_MONEY.finditer(paragraph.text))
    if section.item == "name" and not project.name:
        end = money[0].start() if money else len(paragraph.text)
        name = re.sub(r"\s", "", without_ordinal(paragraph.text[:end]))
        project.name = name.strip("。:：,，(（") or None
    if section.item == "implementing_unit" and not project.implementing_unit:
        project.implementing_unit = paragraph.text.rstrip("。")
    project.policies += policies(paragraph.text, paragraph.page)
    for match in money:
        is_first = not any(amount.section == section.name for amount in project.amounts)
        role = _role(section.item, match, paragraph.text, is_first=is_first)
        amount = _prose_amount(paragraph, match, section.name, "initial_budget", role)
        project.amounts.append(amount)


def _role(item: str, match: re.Match[str], text: str, *, is_first: bool) -> str:
    """total, component, rate (per case), threshold or reference, from the words around it."""
    before = text[max(0, match.start() - 14) : match.start()]
    if item == "name":
        return "total" if is_first else "component"
    if item == "budget":
        is_part = not is_first and _PARTS.search(text[: match.start()])
        return "component" if is_part else "total"
    if match["after"]:
        return "threshold"
    is_rate = re.search(r"每户|每家|每个|每人|每生|一次性|[国省州市县]级$|标准", before)
    if is_rate or re.match(r"标准|[/／](?!年)", text[match.end() :]):
        return "rate"
    if re.search(r"原有|追加|上年|共计", before):
        return "reference"
    return "component"
