"""Amounts in prose: what a sentence of the narrative says, and of which year and phase.

Here: joining broken lines to sentences, and reading amounts, changes, rates and shares out of
them. Which amount of a table a sentence repeats is decided by the balance (文表一致), not here.
Project texts, whose every sentence belongs to a project, are read by ``projects``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from dagster_project.forms.catalogue import without_ordinal
from dagster_project.readers.document import Document, Paragraph

_FIGURE = re.compile(
    r"(?P<number>(?<![\d.])\d[\d,]*(?:\.\d+)?)\s*(?P<unit>亿元|百万元|万元|千元|元|[%％])"
    r"|(?P<same>持平|(?:与|和|同|较|比)(?:上年|去年|上一年|年初)[\u4e00-\u9fff]{0,6}(?:一致|相同)|无增减变?化?)"
)
_UP = r"增加|增长|上升|提高|多|增支|上涨|增幅"
_DOWN = r"减少|下降|降低|减|少|压缩|压减|节约|减支|降幅"
_CHANGE = re.compile(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|额|数|率|幅度|幅|支出|收入|预算|约|为|达|[:：])*\s*$"
)
_SHARE = re.compile(r"占[^,，。;；]{0,40}$")
_PAGE_NUMBER = re.compile(r"^[\s\-—─–·]*\d{1,3}[\s\-—─–·]*$|^第\s*\d+\s*页")
_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]+[部章节]分?|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[.、．](?!\d))"
)
_HEADING_END = re.compile(r"(?:说明|情况|概况|目标|任务|解释|依据)$")
_HEADING_LENGTH = 40
# A name of money that holds the word 预算 says nothing of the phase.
_FUND = re.compile(r"(?:一般公共|政府性基金|国有资本经营)预算")
_COMPARISON = re.compile(r"相比|^(?:决算|预算)数|基本$|原因|^大于|^小于|^完成")
_GENERIC = re.compile(r"^(?:年初预算|支出决算|决算|预算)数?$")
_SPEAKER = re.compile(r"^[\u4e00-\u9fff]{2,20}?[局厅院委会办室处部](?:度|本年|本级)+")
_SENTENCE_END = re.compile(r"[。;；!！]")
_CLAUSE_END = re.compile(r"[。;；,，:：、()（）]")
_YEAR = re.compile(r"(?P<year>20\d{2})\s*年")
_BEFORE = re.compile(r"上年|去年|上一年")
_NOT_ITEM = re.compile(
    r"^(?:其中|全年|本年|当年|预计|共|均|为|即|同比|较|比|与|上年|去年|年度|部门|度|的|用于|主要|包括)+"
)
_VERBS = re.compile(
    r"(?:总计|合计|共计|总额|总数|预算数|决算数|金额|安排|完成|支出数|为|是|达|约|共|计|了|[:：])+$"
)
_PHASES = (
    ("adjusted_budget", re.compile(r"调整预算|全年预算|预算调整")),
    ("initial_budget", re.compile(r"年初预算|预算")),
    ("final_account", re.compile(r"决算|执行数|实际支出|实际发生")),
)
_ITEM_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the paragraph in which it begins."""

    text: str
    page: int
    row_number: int


@dataclass(frozen=True, slots=True)
class NarrativeAmount:
    """One figure of a sentence.

    ``measure`` is amount, change, rate or share; ``direction`` (increase, decrease, unchanged)
    and ``compared_with`` (prior_year, initial_budget) are said of changes and rates.
    """

    sentence: Sentence
    item: str
    fiscal_year: int | None
    phase: str
    measure: str
    direction: str | None
    compared_with: str | None
    amount_text: str
    unit: str | None
    number: str


def read_narrative(
    document: Document, fiscal_year: int | None, phase: str
) -> Iterator[NarrativeAmount]:
    """All figures of the document's prose; ``phase`` is meant where a sentence names none."""
    paragraphs = (block for block in document.blocks if isinstance(block, Paragraph))
    subject = ""
    for sentence in sentences(paragraphs):
        is_short = len(sentence.text) <= _ITEM_LENGTH
        if is_short and _HEADING.match(sentence.text) and not _FIGURE.search(sentence.text):
            subject = _HEADING.sub("", sentence.text).rstrip("。;；")
        yield from _amounts(sentence, subject, fiscal_year, phase)


def sentences(paragraphs: Iterable[Paragraph]) -> Iterator[Sentence]:
    """The sentences, joined over the lines and pages that break them; a heading begins anew."""
    text, start = "", None
    for paragraph in paragraphs:
        line = paragraph.text.strip()
        if not line or _PAGE_NUMBER.match(line):
            continue
        is_heading = len(text) <= _HEADING_LENGTH and bool(_HEADING_END.search(text))
        if start and (_HEADING.match(line) or is_heading):
            yield Sentence(text, start.page, start.row_number)
            text, start = "", None
        for piece in re.split(r"(?<=[。;；!！])", line):
            if not piece.strip():
                continue
            start = start or paragraph
            text += piece.strip() if not text or not text[-1].isascii() else " " + piece.strip()
            if _SENTENCE_END.search(piece):
                yield Sentence(text, start.page, start.row_number)
                text, start = "", None
    if start:
        yield Sentence(text, start.page, start.row_number)


def _amounts(
    sentence: Sentence, subject: str, fiscal_year: int | None, phase: str
) -> Iterator[NarrativeAmount]:
    # A figure that a line break cut after its point is one figure: 1,281. 76 is 1,281.76.
    text = sentence.text.replace("收、支", "收支")
    text = re.sub(r"(?<=\d)\s+(?=[\d,.])|(?<=[\d.,])\s+(?=\d)", "", text)
    last: NarrativeAmount | None = None
    end = 0
    for match in _FIGURE.finditer(text):
        before = text[end : match.start()]
        measure, direction = _measure(match, before)
        said = text[: match.start()]
        own = NarrativeAmount(
            sentence, _item(before, subject, measure), _year_of(said, before, fiscal_year),
            _phase_of(before, said, phase), measure, direction,
            _compared(said, fiscal_year) if direction else None,
            match.group(0), _unit(match), (match["number"] or "0").replace(",", ""),
        )  # fmt: skip
        if measure != "amount":
            own = replace(own, fiscal_year=fiscal_year)
        if last and (measure != "amount" or not own.item):
            # Changes and rates are said of the amount before them, in its year and phase.
            year = last.fiscal_year if measure != "amount" else own.fiscal_year
            own = replace(own, item=own.item or last.item, fiscal_year=year, phase=last.phase)
            unit = last.unit if match["same"] else own.unit
            own = replace(own, unit=unit)
        if own.item:
            yield own
        if measure == "amount" and own.item:
            last = own
        end = match.end()


def _unit(match: re.Match[str]) -> str | None:
    return (match["unit"] or "").replace("％", "%") or None


def _measure(match: re.Match[str], before: str) -> tuple[str, str | None]:
    if match["same"]:
        return "change", "unchanged"
    change = _CHANGE.search(before)
    direction = ("increase" if change["up"] else "decrease") if change else None
    if match["unit"] in {"%", "％"}:
        return ("share" if _SHARE.search(before) and not direction else "rate"), direction
    return ("change" if direction else "amount"), direction


def _item(before: str, subject: str, measure: str) -> str:
    """What the figure is said to be: the last clause before it without years and verbs.

    Where that is a phase alone (年初预算为), the heading above the sentence says of what.
    """
    clauses = [c for c in _CLAUSE_END.split(_HEADING.sub("", before)) if c.strip()]
    for clause in reversed(clauses[-2:]):
        plain = _YEAR.sub("", re.sub(r"\s", "", without_ordinal(clause)))
        plain = _SPEAKER.sub("", plain)
        plain = _VERBS.sub("", _NOT_ITEM.sub("", plain))
        if _COMPARISON.search(plain):
            return ""
        if measure != "amount":
            plain = _VERBS.sub("", _CHANGE.sub("", re.sub(r"占.*$", "", plain)))
        if _GENERIC.match(plain):
            return (subject or plain) if measure == "amount" else ""
        if len(re.findall(r"[\u4e00-\u9fff]", plain)) >= 2:
            return plain[-_ITEM_LENGTH:]
        if measure != "amount":
            return ""
    return ""


def _year_of(before_all: str, before: str, fiscal_year: int | None) -> int | None:
    """The year named last in the sentence; 上年 alone is the year before the document's."""
    clause = _CLAUSE_END.split(before)[-1]
    if _BEFORE.search(clause) and fiscal_year and not _CHANGE.search(before):
        return fiscal_year - 1
    years = [int(match["year"]) for match in _YEAR.finditer(before_all)]
    return years[-1] if years else fiscal_year


def _phase_of(before: str, said: str, phase: str) -> str:
    for words in (_FUND.sub("", before), _FUND.sub("", said)):
        for name, pattern in _PHASES:
            if pattern.search(words):
                return name
    return phase


def _compared(said: str, fiscal_year: int | None) -> str | None:
    before = f"{fiscal_year - 1}年" if fiscal_year else "上年"
    found = re.findall(rf"上年|去年|上一年|{before}|年初预算", said[-40:])
    if not found:
        return None
    return "initial_budget" if found[-1] == "年初预算" else "prior_year"
