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
    r"(?P<number>(?<![\d.])\d[\d,]*(?:\.\d+)?)\s*(?P<unit>亿元|百万元|万元|千元|元|万(?![\u4e00-\u9fff])|[%％])"
    r"|(?P<same>持平|(?:与|和|同|较|比)(?:上年|去年|上一年|年初)[\u4e00-\u9fff]{0,6}(?:一致|相同)|无增减变?化?)"
)
# 稳增长 is the name of a policy.
_UP = r"增加|(?<!稳)增长|上升|提高|多|增支|上涨|增幅"
_DOWN = r"减少|下降|降低|减|少|压缩|压减|节约|减支|降幅"
_CHANGE = re.compile(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|额|数|率|幅度|幅|支出|收入|预算|约|为|达|[:：])*\s*$"
)
# 增加(减少)0万元: a form of words that was not filled in
_EITHER = re.compile(r"(增加|增长)[(（](?:减少|下降|降低)[)）]")
_QUOTED = re.compile(r"^“(?P<name>[^“”]+)”(?:科目)?$")
_PHASE_TAIL = re.compile(r"(?<=..)(?:年初预算|预算|决算)数?$")
# A sentence that goes on about the amount before it: 与上年相比增加5万元。 决算数与预算数持平。
# 2023年当年预算执行数为9万元,2024年预算安排12万元。
_GOES_ON = re.compile(
    r"^(?:比|与|较|和|同)(?:上年|去年|上一年|20\d{2}\s*年|年初)|^(?:决算|预算)数[与比大小]"
    r"|^(?:20\d{2}\s*年|上年|去年)(?:当年)?预算执行数为"
)
_SHARE = re.compile(
    r"占(?:比(?:例|重)?)?[,，]?(?P<whole>[^,，。;；]{0,40}?)(?:的(?:比[重例])?)?(?:为|约)?\s*$"
)
# 100万元以上 is no amount, nor is the price of one: 3.5万元/人
_THRESHOLD = re.compile(
    r"^\s*(?:(?:[(（]含[^()（）]{0,4}[)）])?及?以[上下]|[/／每][\u4e00-\u9fff])"
)
_PAGE_NUMBER = re.compile(r"^[\s\-—─–·]*\d{1,3}[\s\-—─–·]*$|^第\s*\d+\s*页")
_HEADING = re.compile(
    r"^(?:第[一二三四五六七八九十]+[部章节]分?|[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}[.、．](?!\d))"
)
_HEADING_END = re.compile(r"(?:说明|情况|概况|目标|任务|解释|依据)$")
_HEADING_LENGTH = 40
# A line after a heading begins anew with a year or with its publisher.
_ANEW = re.compile(r"^20\d{2}\s*年|^[\u4e00-\u9fff]{2,20}?[局厅院委会办室处部]\s*20\d{2}\s*年")
# A name of money that holds the word 预算 says nothing of the phase.
_FUND = re.compile(r"(?:一般公共|政府性基金|国有资本经营)预算")
# Remarks in brackets are no part of a name, unlike (境), (护), (类), (款), (项).
_REMARK = re.compile(r"[(（][^()（）]{4,}[)）]")
_COMPARED = re.compile(r"^\s*(?:比|较|与|和|同)(?:上年|去年|上一年|20\d{2}\s*年|年初)")
_COMPARED_END = re.compile(
    r"(?:(?:比|较)(?:上年|去年|上一年|20\d{2}\s*年)?|(?:与|和|同)(?:上年|去年|上一年|年初|20\d{2}\s*年))"
    r"[^比较与]{0,8}(?:相比)?$"
)
_COMPARISON = re.compile(r"相比|与上年相|^(?:决算|预算)数|基本$|原因|^大于|^小于|^完成")
_GENERIC = re.compile(r"^(?:年初预算|年初|支出决算|决算|预算执行|预算)数?$")
_HEADING_TAIL = re.compile(r"(?:具体|总体)?情况(?:说明)?$|说明$")
_SPEAKER = re.compile(
    r"^[\u4e00-\u9fff()（）]{2,32}?(?:[局厅院委会办室处部队站所馆园校场]|中心|政府)(?:度|本年|本级)+"
)
# 项目预算9万元,其中A 4万元,B 5万元,合计9万元: the whole once more.
_SUM = re.compile(r"其中.*[,，、](?:以上)?(?:合计|共计|总计)(?:为|约)?\s*$", re.DOTALL)
_REASONS = re.compile(r"^(?:主要)?原因")
_SENTENCE_END = re.compile(r"[。;；!！]")
_CLAUSE_END = re.compile(r"[。;；,，:：、]")
_YEAR = re.compile(r"(?P<year>20\d{2})\s*年")
_COMPARED_YEAR = re.compile(r"(?:比|较|与|和|同)20\d{2}\s*年")
_BEFORE = re.compile(r"上年|去年|上一年")
_NOT_ITEM = re.compile(
    r"^(?:其中|增减相抵后|全年|本年|当年|预计|共|均|为|即|同比|较|比|与|上年(?!结转)|去年|年度|部门|度|的|用于|主要|包括|是|\d{3,7}[-—–])+"
)
_VERBS = re.compile(
    r"(?:总计|合计|共计|总额|总数|年初预算数|预算数|决算数|金额|安排|完成|(?<!公共预算)(?<!基金预算)(?<!经营预算)支出数|为|是|达|约|共|计|了|各|[:：])+$"
)
_PHASES = (
    ("final_account", re.compile(r"预算执行数")),
    ("adjusted_budget", re.compile(r"调整预算|全年预算|预算调整")),
    ("initial_budget", re.compile(r"年初预算|预算")),
    ("final_account", re.compile(r"决算|执行数|实际支出|实际发生")),
)
_ITEM_LENGTH = 60
_NEAR = 50  # with what a change is compared is said so near before it


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the paragraph in which it begins."""

    text: str
    page: int
    row_number: int


@dataclass(frozen=True, slots=True)
class NarrativeAmount:
    """One figure of a sentence.

    ``measure`` is amount, change, rate, share, or threshold (单价100万元以上); ``direction``
    (increase, decrease, unchanged) and ``compared_with`` (prior_year, initial_budget) are said of
    changes and rates; ``share_of`` is the whole of a share, None where it is not said.
    """

    sentence: Sentence
    item: str
    fiscal_year: int | None
    phase: str
    measure: str
    direction: str | None
    compared_with: str | None
    share_of: str | None
    amount_text: str
    unit: str | None
    number: str


def read_narrative(
    document: Document, fiscal_year: int | None, phase: str
) -> Iterator[NarrativeAmount]:
    """All figures of the document's prose; ``phase`` is meant where a sentence names none."""
    paragraphs = (block for block in document.blocks if isinstance(block, Paragraph))
    subject = ""
    spoken_of: NarrativeAmount | None = None
    for sentence in sentences(paragraphs):
        is_short = len(sentence.text) <= _ITEM_LENGTH
        if is_short and _HEADING.match(sentence.text) and not _FIGURE.search(sentence.text):
            subject = _HEADING_TAIL.sub("", _HEADING.sub("", sentence.text).rstrip("。;；"))
            spoken_of = None
        found = list(_amounts(sentence, subject, fiscal_year, phase, spoken_of))
        yield from found
        spoken_of = _main(found) or spoken_of


def _main(found: list[NarrativeAmount]) -> NarrativeAmount | None:
    """The amount that a next sentence speaks of: the last one, or the whole before 其中."""
    own = [amount for amount in found if amount.measure == "amount"]
    if not own:
        return None
    whole = "其中" in own[0].sentence.text.split(own[0].amount_text, 1)[-1]
    return own[0] if whole else own[-1]


def sentences(paragraphs: Iterable[Paragraph]) -> Iterator[Sentence]:
    """The sentences, joined over the lines and pages that break them; a heading begins anew."""
    text, start = "", None
    for paragraph in paragraphs:
        line = paragraph.text.strip()
        if not line or _PAGE_NUMBER.match(line):
            continue
        is_heading = len(text) <= _HEADING_LENGTH and bool(
            _HEADING_END.search(text) or (_HEADING.match(text) and _ANEW.match(line))
        )
        if start and (_HEADING.match(line) or is_heading):
            yield Sentence(text, start.page, start.row_number)
            text, start = "", None
        for piece in re.split(r"(?<=[。;；!！])(?![)）])", line):
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
    sentence: Sentence,
    subject: str,
    fiscal_year: int | None,
    phase: str,
    spoken_of: NarrativeAmount | None,
) -> Iterator[NarrativeAmount]:
    """The figures of a sentence; one that begins 与上年相比 says them of the amount before it.

    What changes come to after 增减相抵 is said of what the reasons are given of.
    """
    # A figure that a line break cut after its point is one figure: 1,281. 76 is 1,281.76.
    text = sentence.text.replace("收、支", "收支").replace("收入、支出", "收入支出")
    text = _EITHER.sub(r"\1", text)
    text = re.sub(r"(?<=\d)\s+(?=[\d,.])|(?<=[\d.,])\s+(?=\d)", "", text)
    last = spoken_of if _GOES_ON.match(sentence.text) else None
    first = spoken_of if _REASONS.match(sentence.text) else last
    bracketed: list[NarrativeAmount | None] = []
    end = 0
    for match in _FIGURE.finditer(text):
        before = text[end : match.start()]
        last = _before_brackets(before, last, bracketed, fiscal_year)
        measure, direction = _measure(match, before)
        if measure == "amount" and _THRESHOLD.match(text[match.end() :]):
            measure = "threshold"
        said = text[: match.start()]
        heading = _PHASE_TAIL.sub("", last.item) if last else subject
        year = _year_of(said, before, fiscal_year)
        # 2021年“三公”经费决算情况, in a budget of 2022
        is_past = "决算" in subject and year and fiscal_year and year < fiscal_year
        own = NarrativeAmount(
            sentence, _item(before, heading, measure, is_first=last is None), year,
            _phase_of(before, said, "final_account" if is_past else phase), measure, direction,
            _compared(text[: match.end()], fiscal_year) if direction else None,
            _whole(before) if measure == "share" else None,
            match.group(0), _unit(match), (match["number"] or "0").replace(",", ""),
        )  # fmt: skip
        is_said_of = measure not in {"amount", "threshold"}
        if is_said_of:
            own = replace(own, fiscal_year=fiscal_year)
        if last and (is_said_of or not own.item):
            # Changes and rates are said of the amount before them, in its year and phase.
            is_of_first = _SUM.search(said) or "增减相抵" in before
            about = (is_of_first and first) or last
            year = about.fiscal_year if is_said_of else own.fiscal_year
            own = replace(own, item=own.item or about.item, fiscal_year=year, phase=about.phase)
            unit = about.unit if match["same"] else own.unit
            own = replace(own, unit=unit)
        if own.item:
            yield own
            first = first or own
        # A change of its own (财政拨款支出增加5万元) is what the rate after it is of.
        if own.item and (measure == "amount" or not last or own.item != last.item):
            last = own
        end = match.end()


def _before_brackets(
    said: str,
    last: NarrativeAmount | None,
    bracketed: list[NarrativeAmount | None],
    fiscal_year: int | None,
) -> NarrativeAmount | None:
    """What is spoken of again when a bracket ends: 收入9万元(其中,拨款5万元),占90%.

    Where nothing was, the bracket itself says of what, of another year as it may be:
    支出与上年相比(上年支出7万元),增加2万元.
    """
    for mark in re.findall(r"[()（）]", said):
        if mark in "(（":
            bracketed.append(last)
        elif bracketed:
            last = bracketed.pop() or (last and replace(last, fiscal_year=fiscal_year))
        else:
            last = None  # the bracket began in an earlier sentence
    return last


def _unit(match: re.Match[str]) -> str | None:
    unit = (match["unit"] or "").replace("％", "%") or None
    return "万元" if unit == "万" else unit


def _whole(before: str) -> str | None:
    """What a share is of: 占本年支出合计的 is said of 本年支出合计."""
    match = _SHARE.search(before)
    return (re.sub(r"\s", "", match["whole"]) or None) if match else None


def _measure(match: re.Match[str], before: str) -> tuple[str, str | None]:
    if match["same"]:
        return "change", "unchanged"
    change = _CHANGE.search(before)
    direction = ("increase" if change["up"] else "decrease") if change else None
    if match["unit"] in {"%", "％"}:
        return ("share" if _SHARE.search(before) and not direction else "rate"), direction
    return ("change" if direction else "amount"), direction


def _item(before: str, subject: str, measure: str, *, is_first: bool) -> str:
    """What the figure is said to be: the last clause before it without years and verbs.

    Where that is a phase alone (年初预算为), the heading above the sentence says of what. A change
    that comes first may be said of the clause before it: 收入总体与上年相比,增加5万元.
    """
    said = _REMARK.sub("", _HEADING.sub("", before))
    inner = re.search(r"[(（](?P<text>[^()（）]{2,})$", said)
    said = inner["text"] if inner else said
    clauses = [c for c in _CLAUSE_END.split(said) if c.strip()]
    for position, clause in enumerate(reversed(clauses[-2:])):
        if _COMPARED.match(clause) and measure != "amount":
            return ""
        if measure == "change":
            clause = _COMPARED_END.sub("", _VERBS.sub("", _CHANGE.sub("", clause)))
        plain = _YEAR.sub("", re.sub(r"\s", "", without_ordinal(clause)))
        plain = _SPEAKER.sub("", plain)
        plain = _VERBS.sub("", _NOT_ITEM.sub("", plain))
        if _COMPARISON.search(plain):
            return ""
        if measure != "amount":
            plain = _VERBS.sub("", _CHANGE.sub("", re.sub(r"占.*$", "", plain)))
        if _GENERIC.match(plain):
            if measure != "amount" or position or len(clauses) < 2:
                return (subject or plain) if measure == "amount" else ""
            continue
        if len(re.findall(r"[\u4e00-\u9fff]", plain)) >= 2:
            quoted = _QUOTED.match(plain)
            return (quoted["name"] if quoted else plain)[-_ITEM_LENGTH:]
        if measure != "amount" and (plain or not is_first):
            return ""
    return ""


def _year_of(before_all: str, before: str, fiscal_year: int | None) -> int | None:
    """The year named last in the sentence; 上年 alone is the year before the document's.

    A year with which something was compared (较2021年增加5万元) is not that of what comes after.
    """
    clause = _CLAUSE_END.split(before)[-1]
    is_before = _BEFORE.search(clause) and "结转" not in clause and not _CHANGE.search(before)
    if is_before and fiscal_year:
        return fiscal_year - 1
    said = _COMPARED_YEAR.sub("", before_all[: len(before_all) - len(before)]) + before
    years = [int(match["year"]) for match in _YEAR.finditer(said)]
    return years[-1] if years else fiscal_year


def _phase_of(before: str, said: str, phase: str) -> str:
    for words in (_FUND.sub("", before), _FUND.sub("", said)):
        for name, pattern in _PHASES:
            if pattern.search(words):
                return name
    return phase


def _compared(said: str, fiscal_year: int | None) -> str | None:
    before = rf"{fiscal_year - 1}\s*年" if fiscal_year else "上年"
    found = re.findall(rf"上年|去年|上一年|{before}|年初预算", said[-_NEAR:])
    if not found:
        return None
    return "initial_budget" if found[-1] == "年初预算" else "prior_year"
