"""Amounts in prose: what a sentence of the narrative says, and of which year and phase.

Here: joining broken lines to sentences, and reading amounts, changes, rates and shares out of
them. Which amount of a table a sentence repeats is decided by the balance (文表一致), not here.
Project texts, whose every sentence belongs to a project, are read by ``projects``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise, takewhile, zip_longest

from dagster_project.forms.catalogue import without_ordinal
from dagster_project.readers.document import Document, Paragraph

_UNIT = r"(?:亿元|百万元|万元|千元|元|万(?![\u4e00-\u9fff])|[%％])"
# Of two figures with one unit (各减少812.35,1403.26万元) each has it.
_FIGURE = re.compile(
    r"(?P<number>(?<![\d.])\d[\d,]*(?:\.\d+)?)\s*"
    rf"(?:(?P<unit>{_UNIT})|(?:(?<=\.\d)|(?<=\.\d\d))(?=[,、和]\d[\d,]*(?:\.\d+)?\s*(?P<shared>{_UNIT})))"
    r"|(?P<same>持平|(?:与|和|同|较|比)(?:上年|去年|上一年|年初)[\u4e00-\u9fff]{0,6}(?:一致|相同)|无增减变?化?)"
)
# 稳增长 is the name of a policy, 负增长 is a decrease.
_THAN_BUDGET = r"(?=(?:上年|年初|全年|调整)?预算数)"  # 决算数大于预算数5万元
_UP = rf"增加|(?<![稳负])增长|上升|提高|多|增支|上涨|增幅|(?<!新)增|[大高]于{_THAN_BUDGET}"
_DOWN = rf"减少|负增长|下降|降低|减|少|压缩|压减|节约|减支|降幅|[小低]于{_THAN_BUDGET}"
_CHANGE = re.compile(
    rf"(?:(?P<up>{_UP})|(?P<down>{_DOWN}))(?:了|额|数|率|幅度|幅|支出|收入|上年|年初|全年|调整|预算|约|为|达|[:：])*\s*$"
)
# 增加(减少)0万元: a form of words that was not filled in
_EITHER = re.compile(r"(增加|增长)[(（](?:减少|下降|降低)[)）]")
_QUOTED = re.compile(r"^“(?P<name>[^“”]+)”(?:科目)?$")
_PHASE_TAIL = re.compile(r"(?<=..)(?:年初预算|预算|决算)数?$")
# A sentence that goes on about the amount before it: 与上年相比增加5万元。 决算数与预算数持平。
# 2023年当年预算执行数为9万元,2024年预算安排12万元。 年初预算为8万元,支出决算为9万元。
_GOES_ON = re.compile(
    r"^(?:比|与|较|和|同)(?:上年|去年|上一年|20\d{2}\s*年|年初)|^(?:决算|预算)数[与比大小]"
    r"|^(?:20\d{2}\s*年度?|上年|去年|年初)(?:当年|年初)?(?:预算|决算|预算执行)数?为"
    r"|^完成(?:年初|全年|调整)?预算"
)
_SHARE = re.compile(
    r"占(?:比(?:例|重)?)?[,，]?(?P<whole>[^,，。;；]{0,40}?)的?(?:比[重例])?(?:为|约|达)?\s*$"
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
_FUND = re.compile(r"(?:公共(?:财政)?|政府性基金|国有资本经营)预算")
# The title of a rule says nothing of the phase, either: 《预算法》.
_RULE = re.compile(r"《[^《》]*》")
# Remarks in brackets are no part of a name, unlike (境), (护), (类), (款), (项).
_REMARK = re.compile(r"[(（][^()（）]{4,}[)）]")
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
# What several together are called: 公务接待费、公务用车购置费(以下简称“三公”经费)支出9万元.
_TOGETHER = re.compile(r"^.*[(（](?:以下)?(?:简称)?(?P<name>“[^()（）]{2,12})[)）]")
# An account that a sentence of its own names: 教育支出(类)普通教育(款)小学教育(项)。
_ACCOUNT = re.compile(r"[(（](?:\d\d)?项[)）][。.:：]?$")
_COMPARED = re.compile(r"^\s*(?:比|较|与|和|同)(?:上年|去年|上一年|20\d{2}\s*年|年初)")
_COMPARED_END = re.compile(
    r"(?:(?<!同)(?:比|较)(?:上年|去年|上一年|20\d{2}\s*年)?|(?:与|和|同)(?:上年|去年|上一年|年初|20\d{2}\s*年))"
    r"[^比较与]{0,8}(?:相比)?$"
)
_COMPARISON = re.compile(r"相比|与上年相|^(?:决算|预算)数|基本$|原因|^大于|^小于|^完成")
_GENERIC = re.compile(r"^(?:年初预算|年初|支出决算|决算|预算执行|预算|实际支出|实际发生)数?$")
_HEADING_TAIL = re.compile(r"(?:具体|总体)?情况(?:说明)?$|说明$")
# 某局2024年度收入, 某院安排公务接待费, 2024年某机关“三公”经费
_SPEAKER = re.compile(
    r"^(?:20\d{2}\s*年度?)?[\u4e00-\u9fff()（）]{1,32}?"
    r"(?:[局厅院委会办室处部队站所馆园校场署镇乡]|街道|中心|政府|机关)(?:部门)?"
    r"(?:(?:20\d{2}\s*年度?|本年度?|本级|安排)+|(?=“三公))"
)
# What a clause begins with before it names anything: a heading on its line, the word for a reason,
# other items of its list (用餐费等公务接待费), a count (购置0辆公务接待费).
_BEGINNING = re.compile(
    r"^.*(?:情况|的)说明\d{0,3}|^.*?原因(?:主要)?(?:是|为|有|在于)?|^(?:由于|主要是|因(?!公))"
    r"|^[\u4e00-\u9fff]+?[费金]等(?=[\u4e00-\u9fff()“”]+(?:费|经费|支出)$)"
    r"|^.*\d(?:辆|人次?|批次|台|个)(?=[\u4e00-\u9fff()“”]+(?:费|支出|收入)(?:[预决]算)?数?$)"
)
_REASON = re.compile(r"原因|由于|主要是|[,，。;；:：]因(?!公)")
# 项目预算9万元,其中A 4万元,B 5万元,合计9万元: the whole once more.
_SUM = re.compile(r"其中.*[,，、](?:以上)?(?:合计|共计|总计)(?:为|约)?\s*$", re.DOTALL)
_REASONS = re.compile(r"^(?:主要)?原因")
# What an amount is divided by; in a bracket, only what is in it.
_PARTS = re.compile(r"(?<![(（])其中|用于以下方面")
# “三公”经费支出决算中,公务接待费支出决算2万元,占20%: the whole was named before.
_AMONG = re.compile(r"^(?P<whole>[^,，。;；]+[费支收算][用出入]?)中[,，:：]")
# What such parts are not said of: another year, or what stands beside the whole.
_OTHER = re.compile(r"20\d{2}\s*年|本年|今年|当年|此外|另外")
_LISTED = re.compile(r"^[,、和]\s*$")
# 基本支出、项目支出分别为5万元、3万元
_EACH = re.compile(r"(?P<names>[^,，。;；:：]*)分别")
_BOTH = re.compile(r"收支|收入支出")
# 减少5万元(20%)
_BY = re.compile(r"^\s*[(（,，]\s*$")
# A point after a figure's unit may stand for 。
_POINT = r"(?<=[元%％][.．])(?!\d)"
_SENTENCE_END = re.compile(rf"[。;；!！]|{_POINT}")
_CLAUSE_END = re.compile(r"[。;；,，:：、]")
_YEAR = re.compile(r"(?P<year>20\d{2})\s*年度?")
_COMPARED_YEAR = re.compile(r"(?:比|较|与|和|同)20\d{2}\s*年")
# 比2023年的9万元, 完成预算9万元的80%: what a change or a rate is counted from.
_BASE = re.compile(
    r"(?:比|较|与|和|同)(?:20\d{2}\s*年|上年|去年|上一年)[^,，。;；:：]{0,12}$"
    r"|完成(?:年初|全年|调整)?预算数?\s*$"
)
_COMPARED_BUDGET = re.compile(
    r"(?:比|较|与|和|同|[大小高低等]于)(?:本年)?(?P<kind>年初|全年|调整)?预算数?"
)
_BEFORE = re.compile(r"上年|去年|上一年")
_NOT_ITEM = re.compile(
    r"^(?:其中|增减相抵后|经(?:比较|汇总|统计)|按(?:同|可比)口径|全年|本年|今年|当年|预计|共|均|为|即|同比|较|比|与|上年(?!结转)|去年|年度|部门|度|的|安排|全部|用于|主要|包括|是|\d{3,7}[-—–])+"
)
# 收入总计 holds what is carried over, 收入合计 does not; elsewhere both only say that it is a sum.
_VERBS = re.compile(
    r"(?:(?<![收支][入出支])(?<![收支][入出支][预决]算)(?:总计|合计)|共计|总额|汇?总数|年初预算数|预算数|决算数|总?金额|安排|完成|(?<!公共预算)(?<!基金预算)(?<!经营预算)支出数|为|是|达|约|共|(?<![合总])计|了|各|均|分别|新增|[:：])+$"
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

    ``item`` is empty where the sentence does not tell what the figure is. ``measure`` is amount,
    change, rate, share, or threshold (单价100万元以上); ``direction`` (increase, decrease,
    unchanged) and ``compared_with`` (prior_year, initial_budget, adjusted_budget) are said of
    changes and rates; ``share_of`` is the whole of a share, named with it or before 其中.
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
    is_base: bool = False  # of a change (比2023年的9万元增加1万元): no next sentence speaks of it


def read_narrative(
    document: Document, fiscal_year: int | None, phase: str
) -> Iterator[NarrativeAmount]:
    """All figures of the document's prose; ``phase`` is meant where a sentence names none."""
    paragraphs = (block for block in document.blocks if isinstance(block, Paragraph))
    subject = ""
    spoken_of: NarrativeAmount | None = None
    whole: NarrativeAmount | None = None
    named: list[NarrativeAmount] = []
    previous: Sentence | None = None
    for sentence in sentences(paragraphs):
        if not (previous and _is_in_list(sentence, previous)):
            whole = None
        whole = _named_whole(sentence, spoken_of, named) or whole
        if _is_heading(sentence.text):
            subject = _HEADING_TAIL.sub("", _HEADING.sub("", sentence.text).rstrip("。;；"))
            spoken_of = None
        found = list(_amounts(sentence, subject, fiscal_year, phase, spoken_of, whole))
        yield from found
        named += (a for a in found if a.measure == "amount" and a.item and not a.is_base)
        spoken_of = _main(found) or spoken_of
        whole = whole or _divided(found)
        previous = sentence


def _is_heading(text: str) -> bool:
    """Whether a sentence is a heading, which tells what the sentences below it are about."""
    is_heading = _HEADING.match(text) or _ACCOUNT.search(text)
    return bool(is_heading) and len(text) <= _ITEM_LENGTH and not _FIGURE.search(text)


def _named_whole(
    sentence: Sentence, spoken_of: NarrativeAmount | None, named: list[NarrativeAmount]
) -> NarrativeAmount | None:
    """What a sentence begins to divide: 其中 the amount spoken of, X中 the X named last."""
    if _PARTS.match(sentence.text):
        return spoken_of
    among = _AMONG.match(sentence.text)
    name = _plain(_item(among["whole"], "", "amount", is_first=True)) if among else ""
    return next((a for a in reversed(named) if name and _plain(a.item) == name), None)


def _plain(item: str) -> str:
    """An item without the phase that it ends with, by which it is named again."""
    return _PHASE_TAIL.sub("", item)


def _main(found: list[NarrativeAmount]) -> NarrativeAmount | None:
    """The amount that a next sentence speaks of: the last of the latest year, or the whole.

    A sentence of changes alone (“三公”经费较上年减少5万元) goes on about what it begins with.
    """
    own = [a for a in found if a.measure == "amount" and a.item and not a.is_base]
    if own or not found:
        latest = max((a.fiscal_year or 0 for a in own), default=0)
        own = [a for a in own if (a.fiscal_year or 0) == latest]
        return (_divided(found) or own[-1]) if own else None
    is_reason = _REASON.search(found[0].sentence.text.split(found[0].amount_text, 1)[0])
    return found[0] if found[0].item and not is_reason else None


def _divided(found: list[NarrativeAmount]) -> NarrativeAmount | None:
    """The first amount of a sentence, if 其中 divides it."""
    own = [amount for amount in found if amount.measure == "amount" and amount.item]
    is_divided = own and _PARTS.search(own[0].sentence.text.split(own[0].amount_text, 1)[-1])
    return own[0] if is_divided else None


def _is_in_list(sentence: Sentence, previous: Sentence) -> bool:
    """Whether a sentence goes on with the parts that 其中 began: 其中:A 5万元,占50%;B 5万元."""
    if re.search(r"[;；]\s*$", previous.text):
        return True
    is_same_paragraph = (sentence.page, sentence.row_number) == (previous.page, previous.row_number)
    is_new = _HEADING.match(sentence.text) or _OTHER.search(sentence.text)
    return is_same_paragraph and not is_new


def sentences(paragraphs: Iterable[Paragraph]) -> Iterator[Sentence]:
    """The sentences, joined over the lines and pages that break them; a heading begins anew."""
    text, start, above = "", None, ""
    for paragraph in paragraphs:
        line = paragraph.text.strip()
        if not line or _PAGE_NUMBER.match(line):
            continue
        is_anew = bool(_ANEW.match(line))
        is_heading = len(text) <= _HEADING_LENGTH and bool(
            _HEADING_END.search(text) or (_HEADING.match(text) and is_anew)
        )
        # The title of a page below the names and dates that its frame prints.
        is_heading |= is_anew and len(above) <= _HEADING_LENGTH and bool(_HEADING_END.search(above))
        above = line
        if start and (_HEADING.match(line) or is_heading):
            yield Sentence(text, start.page, start.row_number)
            text, start = "", None
        for piece in re.split(rf"(?<=[。;；!！])(?![)）])|{_POINT}", line):
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
    whole: NarrativeAmount | None,
) -> Iterator[NarrativeAmount]:
    """The figures of a sentence; one that begins 与上年相比 says them of the amount before it.

    What changes come to after 增减相抵 is said of what the reasons are given of. ``whole`` is what
    an earlier sentence divides by 其中 into the parts that this one names.
    """
    # A figure that a line break cut after its point is one figure: 1,281. 76 is 1,281.76.
    text = sentence.text.replace("收、支", "收支").replace("收入、支出", "收入支出")
    text = _EITHER.sub(r"\1", text)
    text = re.sub(r"(?<=\d)(?<!\.\d\d)\s+(?=[\d,.])|(?<=[.,])\s+(?=\d)", "", text)
    last = spoken_of if _GOES_ON.match(sentence.text) else None
    first = spoken_of if _REASONS.match(sentence.text) else last
    bracketed: list[NarrativeAmount | None] = []
    found: list[NarrativeAmount] = []
    divided: NarrativeAmount | None = None
    figures = list(_FIGURE.finditer(text))
    names: list[str] = []
    end = 0
    for position, (match, following) in enumerate(zip_longest(figures, figures[1:])):
        before = text[end : match.start()]
        end = match.end()
        unit = _unit(match)
        number = (match["number"] or "0").replace(",", "")
        is_listed = found and match["number"] and _LISTED.match(before)
        if is_listed and (unit == "%") == (found[-1].unit == "%"):
            # 各减少5万元,3万元; 下降2%、1%
            item = names.pop(0) if names else found[-1].item
            listed = replace(found[-1], item=item, amount_text=match[0], unit=unit, number=number)
            found.append(listed)
            yield found[-1]
            continue
        last = _before_brackets(before, last, bracketed, fiscal_year)
        is_changed = found and found[-1].measure == "change" and found[-1].number != "0"
        if is_changed and unit == "%" and _BY.match(before):
            yield replace(found[-1], measure="rate", amount_text=match[0], unit=unit, number=number)
            continue
        if last and _PARTS.search(before):
            divided = last
        measure, direction = _measure(match, before)
        if measure == "amount" and _THRESHOLD.match(text[match.end() :]):
            measure = "threshold"
        said = text[: match.start()]
        heading = _plain(last.item) if last else subject
        year = _year_of(said, before, fiscal_year, whole.fiscal_year if whole else fiscal_year)
        # 2021年“三公”经费决算情况, in a budget of 2022
        is_past = "决算" in subject and year and fiscal_year and year < fiscal_year
        usual_phase = "final_account" if is_past else whole.phase if whole else phase
        own = NarrativeAmount(
            sentence, _item(before, heading, measure, is_first=last is None), year,
            _phase_of(before, said, usual_phase), measure, direction,
            _compared(text[: match.end()], fiscal_year) if direction else None,
            _whole(before, divided or whole) if measure == "share" else None,
            match[0], unit, number, is_base=measure == "amount" and bool(_BASE.search(before)),
        )  # fmt: skip
        is_said_of = measure not in {"amount", "threshold"}
        if is_said_of:
            own = replace(own, fiscal_year=fiscal_year)
        is_of_last = is_said_of or not (own.item or _REASON.search(before))
        if measure == "change" and not own.item and divided and last and found[-1:] == [last]:
            last = _changed(divided, last, own, following, found)
        if last and is_of_last:
            about = (first if _SUM.search(said) or "增减相抵" in before else None) or last
            own = _said_of(about, own, before)
        if names := _names_of_each(before, text, figures[position:]):
            own = replace(own, item=names.pop(0))
        if own.item or match["number"]:
            found.append(own)
            yield own
        if own.item:
            first = first or own
        # A change of its own (财政拨款支出增加5万元) is what the rate after it is of.
        is_next = own.item and (measure == "amount" or not last or own.item != last.item)
        if is_next and not (last and own.is_base):
            last = own


def _names_of_each(before: str, text: str, figures: list[re.Match[str]]) -> list[str]:
    """A、B分别为5万元、3万元: of what each figure is said, blank where the names do not tell."""
    gaps = (text[one.end() : other.start()] for one, other in pairwise(figures))
    count = 1 + sum(1 for _ in takewhile(_LISTED.match, gaps))
    each = _EACH.search(before)
    if not each or count == 1 or _BOTH.search(each["names"]):
        return []
    names = re.split("[、和与]", each["names"])
    if len(names) != count:
        return [""] * count
    return [_item(name, "", "amount", is_first=False) for name in names]


def _said_of(about: NarrativeAmount, own: NarrativeAmount, before: str) -> NarrativeAmount:
    """A figure of the amount before it: a change or a rate is of its year and phase, too.

    An amount may name a phase of its own: 预算数9万元、决算数8万元; 完成预算9万元的88.89%.
    """
    is_amount = own.measure in {"amount", "threshold"}
    return replace(
        own,
        item=own.item or about.item,
        fiscal_year=own.fiscal_year if is_amount else about.fiscal_year,
        phase=_phase_of(before, "", about.phase) if is_amount else about.phase,
        unit=about.unit if own.direction == "unchanged" else own.unit,
    )


def _changed(
    whole: NarrativeAmount,
    part: NarrativeAmount,
    change: NarrativeAmount,
    rate: re.Match[str] | None,
    found: list[NarrativeAmount],
) -> NarrativeAmount:
    """Of which of X,其中Y a change after it is said: of X, unless the rate after it says Y."""
    if not Decimal(part.number) and not Decimal(change.number):
        return part
    is_known = any(a.direction and a.item == whole.item for a in found)
    if rate is None or is_known or rate["number"] is None or _unit(rate) != "%":
        return part
    is_parts = _is_rate(rate["number"], change, part)
    return part if is_parts and not _is_rate(rate["number"], change, whole) else whole


def _is_rate(rate: str, change: NarrativeAmount, amount: NarrativeAmount) -> bool:
    """Whether the change is so many percent of what the amount was before it."""
    by = Decimal(change.number) * (-1 if change.direction == "decrease" else 1)
    base = Decimal(amount.number) - by
    if change.unit != amount.unit or base <= 0:
        return False
    printed = Decimal(rate.replace(",", ""))
    step = Decimal(1).scaleb(int(printed.as_tuple().exponent))
    return abs(abs(by) / base * 100 - printed) <= step


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
    unit = (match["unit"] or match["shared"] or "").replace("％", "%") or None
    return "万元" if unit == "万" else unit


def _whole(before: str, divided: NarrativeAmount | None) -> str | None:
    """What a share is of: 占本年支出合计的 of 本年支出合计, 占 alone of what 其中 divides."""
    match = _SHARE.search(before)
    named = re.sub(r"\s", "", match["whole"]) if match else ""
    return named or (divided.item if divided else "") or None


def _measure(match: re.Match[str], before: str) -> tuple[str, str | None]:
    if match["same"]:
        return "change", "unchanged"
    change = _CHANGE.search(before)
    direction = ("increase" if change["up"] else "decrease") if change else None
    if _unit(match) == "%":
        return ("share" if _SHARE.search(before) and not direction else "rate"), direction
    return ("change" if direction else "amount"), direction


def _item(before: str, subject: str, measure: str, *, is_first: bool) -> str:
    """What the figure is said to be: the last clause before it without years and verbs.

    Where that is a phase alone (年初预算为), the heading above the sentence says of what. A change
    that comes first may be said of the clause before it: 收入总体与上年相比,增加5万元.
    """
    said = _REMARK.sub("", _TOGETHER.sub(r"\g<name>", _HEADING.sub("", before)))
    inner = re.search(r"[(（](?P<text>[^()（）]{2,})$", said)
    said = inner["text"] if inner else said
    clauses = [c for c in _CLAUSE_END.split(said) if c.strip()]
    for position, clause in enumerate(reversed(clauses[-2:])):
        if _COMPARED.match(clause) and measure != "amount":
            return ""
        if measure == "change":
            clause = _COMPARED_END.sub("", _VERBS.sub("", _CHANGE.sub("", clause)))
        plain = _SPEAKER.sub("", re.sub(r"\s", "", without_ordinal(clause)))
        plain = _NOT_ITEM.sub("", _BEGINNING.sub("", _YEAR.sub("", plain)))
        # 支出决算数为 is a phase, though 支出 alone would be an item.
        phase = _GENERIC.match(plain.rstrip("为是达约"))
        plain = phase[0] if phase else _VERBS.sub("", plain)
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


def _year_of(
    before_all: str, before: str, fiscal_year: int | None, usual: int | None
) -> int | None:
    """The year named last in the sentence, else the usual; 上年 is that before the document's.

    A year with which something was compared (较2021年增加5万元) is not that of what comes after,
    nor is one in a bracket (含2021年转列项目).
    """
    clause = _CLAUSE_END.split(before)[-1]
    is_before = _BEFORE.search(clause) and "结转" not in clause and not _CHANGE.search(before)
    if is_before and fiscal_year:
        return fiscal_year - 1
    said = _COMPARED_YEAR.sub("", before_all[: len(before_all) - len(before)]) + before
    years = [int(match["year"]) for match in _YEAR.finditer(_BRACKET.sub("", said))]
    return years[-1] if years else usual


def _phase_of(before: str, said: str, phase: str) -> str:
    """The phase named nearest before a figure: in its clause, before it, in the sentence."""
    for words in (_CLAUSE_END.split(before)[-1], before, said):
        words = _COMPARED_BUDGET.sub("", _FUND.sub("", _RULE.sub("", words)))
        for name, pattern in _PHASES:
            if pattern.search(words):
                return name
    return phase


def _compared(said: str, fiscal_year: int | None) -> str | None:
    before = rf"|{fiscal_year - 1}\s*年" if fiscal_year else ""
    # 比上年年初预算增加, and 比2031年预算增加 in the document of 2031
    prior = rf"(?P<prior>(?:上年|去年|上一年{before})度?(?:年初预算)?|同比)"
    own_budget = rf"(?:比|较|与|和|同){fiscal_year}\s*年度?预算"
    words = rf"{prior}|{own_budget}|年初预算|{_COMPARED_BUDGET.pattern}"
    near = list(re.finditer(words, said[-_NEAR:]))
    if not near:
        return None
    if near[-1]["prior"]:
        return "prior_year"
    return "adjusted_budget" if near[-1]["kind"] in {"全年", "调整"} else "initial_budget"
