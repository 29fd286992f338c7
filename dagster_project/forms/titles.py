"""Which form a title line names, and which number it prints.

Here: reading one line. A title that bodies print is a row of ``form_titles``; one that is like no
other is read term by term (``title_terms``) and names the form whose concepts it holds. Where a
form begins and what its table says do not belong here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rapidfuzz import fuzz, process

from dagster_project.forms.catalogue import Catalogue, bare, without_ordinal

TITLE_CUTOFF = 84.0
WORDED_SCORE = 95.0
_LETTER_COST = 4.0  # for each letter of a title that no term explains
_MOST_UNEXPLAINED = 4
# One unexplained letter is misread; two in a row are a word, and it may change what is meant:
# 非税收入计划表 is no revenue of the department, 财政拨款结转资金支出表 no whole expenditure.
_UNKNOWN_WORD = 2
_OTHER_KIND = 8.0  # a form of the other kind of document is less likely
_FREE = frozenset({"final_account", "budget", "by_function"})

_FAMILY = r"(?:[\u4e00-\u9fff]{0,6}?(?:公开|预算|决算|财[决预]|批复|[决预])|[A-Z]{1,4})"
_ORDINAL = r"\d{1,2}(?:[-_—–－]\d{1,2}){0,2}"
_CHINESE_ORDINAL = r"[一二三四五六七八九十]{1,3}(?=$|[\s:、.(])"
# 公开03表, 财决公开01表, 浙财预02表, 表二, 表 1-1, 附表3, 附件1-3 (附件1 is no form's number);
# OCR reads 表 as 老 or 未 now and then.
_NUMBER = re.compile(
    rf"(?:^|[\s(:【])(?P<number>(?P<family>{_FAMILY})\s*(?P<a>{_ORDINAL})\s*[表老未]"
    rf"|(?:[省市区县]级|部门|单位|预算|决算){{0,3}}公开表\s*(?P<d>{_ORDINAL}(?!\d)|{_CHINESE_ORDINAL})"
    rf"|附件\s*(?P<e>\d{{1,2}}[-—–－]\d{{1,2}}(?!\d))"
    rf"|附?表\s*(?P<b>{_ORDINAL})(?!\d)"
    rf"|附?表\s*(?P<c>{_CHINESE_ORDINAL}))"
)
# 单位:元 names a unit of money, 单位:元谋县财政局 a body: the names of five counties begin so.
UNIT = re.compile(
    r"单\s*位\s*[:：]?\s*(?:人民币)?\s*(?P<unit>亿元|百万元|万元|千元|百元|元(?![谋江阳氏宝]))"
)
# What contents print after an entry: dots and a page, a page alone, whether the form is empty.
LEADER = re.compile(r"[.·…\s]{2,}[(（]?[\d\s—-]*[)）]?$|(?<=\D)\s+\d{1,3}$|\s+[是否]$")
# A page that stands at the last letter of an entry: 收入支出决算总表15
PAGE = re.compile(r"(?<=[\u4e00-\u9fff”)）]{3})\d{1,3}$")
# A sentence about a form names its number too: 本表(公开12表)反映……情况
REFERENCE = re.compile(r"本表|反映|[详参]见|如下|附后")
# What a form prints that has nothing to print.
NO_DATA = re.compile(
    r"空表|无数据|无此项|无该项|无相关|没有.{0,20}(?:收入|支出|安排)|本表为空|无.{0,14}(?:预算|收支|拨款)"
)
_TITLE_END = re.compile(r"(?:表|情况|报告|文本)$")
_PART = re.compile(r"表\s*[-—–－]+\s*[\u4e00-\u9fff]")
YEAR = re.compile(r"(?:19|20)\d{2}\s*年?\s*度?")
# 某某市第三中学2023年收支总表: whoever it is that stands before the year.
_BEFORE_YEAR = re.compile(rf"^(?P<body>[\u4e00-\u9fff()（）]{{3,40}}?)(?={YEAR.pattern})")
_BODY = re.compile(
    r"^(?:.{2,40}?(?:委员会|办公厅|办公室|人民政府|街道办事处|管理局|联合会|研究院|中心|单位|大学|"
    r"学院|公司|委(?!托)|[局厅院部处会队场站所馆园校])|[\u4e00-\u9fff]{2,8}?[省市区县旗州镇乡](?!本?级))"
)


def find_number(text: str) -> tuple[str, str] | None:
    """The form number printed in a line, and its family, e.g. ``("公开03表", "公开")``."""
    match = _NUMBER.search(text) if re.search(r"[表件老未]", text) else None
    if not match:
        return None
    compact = re.sub(r"[_—–－]", "-", re.sub(r"\s", "", match["number"]))
    compact = re.sub(r"[老未]$", "表", compact)
    family = match["family"] or next(name for name in "bcde" if match[name])
    return compact, family


def without_number(text: str) -> str:
    """The line without its form number."""
    return _NUMBER.sub(" ", text)


class Titles:
    """Finds the forms that a title line may name."""

    def __init__(
        self, catalogue: Catalogue, document_kind: str | None, publisher: str | None = None
    ) -> None:
        """Prefer the forms of the document's kind: some titles name one of either kind.

        A title may begin with the publisher's name.
        """
        self._catalogue, self.document_kind, self._publisher = catalogue, document_kind, publisher
        self._forms: dict[str, list[str]] = {}
        for title, form in catalogue.titles:
            self._forms.setdefault(bare(title), []).append(form)
        self._keys = list(self._forms)
        self._matched: dict[str, tuple[str | None, float]] = {}

    def match(self, text: str) -> tuple[str | None, float]:
        """The likeliest form and its score (0 to 100)."""
        if text not in self._matched:
            found = self.candidates(text)
            best = max(found, key=lambda form: found[form], default=None)
            self._matched[text] = best, found[best] if best else 0.0
        return self._matched[text]

    def readings(self, text: str) -> list[str]:
        """What a line may be read as: with and without number, year, publisher and brackets."""
        whole = list(_readings(text))
        own = self._without_body(text) if whole else text
        return whole if own == text else list(dict.fromkeys([*whole, *_readings(own)]))

    def _without_body(self, text: str) -> str:
        """The line without the publisher's name, or without what names no form before the year."""
        plain = without_ordinal(without_number(text).strip())
        if self._publisher and plain.startswith(self._publisher):
            return plain.removeprefix(self._publisher)
        named = _BEFORE_YEAR.match(plain)
        is_body = named and not self._catalogue.title_terms.read(bare(named["body"]))[0]
        return plain[named.end() :] if named and is_body else text

    def candidates(self, text: str) -> dict[str, float]:
        """Every form that the line may name, with its score (0 to 100), the document's first."""
        readings = self.readings(text)
        # 《收支预算总表》 as an entry is a title; inside a sentence it speaks of a form elsewhere.
        inner = without_ordinal(text).removeprefix("《")
        is_title = not REFERENCE.search(text) and "《" not in inner
        said, misread = self._said(readings)
        scores = dict(self._worded(said, misread)) if is_title and said else {}
        for reading in readings:
            # A bracket may say what the title means: 支出总表(按政府预算经济分类).
            if scores and self._catalogue.title_terms.read(reading)[0] < said:
                continue
            for form, score in self._like(reading):
                scores[form] = max(scores.get(form, 0.0), score)
        kinds = {form: self._catalogue.forms[form].document_kind for form in scores}
        for form, kind in kinds.items():
            scores[form] -= _OTHER_KIND if kind != self.document_kind else 0.0
        return dict(sorted(scores.items(), key=lambda pair: kinds[pair[0]] != self.document_kind))

    def _like(self, reading: str) -> Iterator[tuple[str, float]]:
        """Forms with a title like this one: likeness forgives letters, it forgives no concept.

        收入预算总表 is 92 like 收支预算总表. Nor does it forgive a word that no term explains, or
        that a heading (政府采购情况) is no 表.
        """
        if reading in self._forms:
            yield from ((form, 100.0) for form in self._forms[reading])
            return
        own, unexplained = self._catalogue.title_terms.read(reading)
        for key, score, _ in process.extract(
            reading, self._keys, scorer=fuzz.ratio, score_cutoff=TITLE_CUTOFF, limit=None
        ):
            concepts, rest = self._catalogue.title_terms.read(key)
            if _end(reading) != _end(key) or (
                unexplained and len(reading) - len(key) >= _UNKNOWN_WORD
            ):
                continue
            if unexplained or rest or concepts - _FREE == own - _FREE:
                yield from ((form, score) for form in self._forms[key])

    def _said(self, readings: list[str]) -> tuple[frozenset[str], int]:
        """The concepts of the reading that is understood best, and how many letters are not."""
        understood = [
            (sum(map(len, rest)), concepts)
            for concepts, rest in map(self._catalogue.title_terms.read, readings)
            if all(len(word) < _UNKNOWN_WORD for word in rest)
        ]
        if not any("表" in reading for reading in readings) or not understood:
            return frozenset(), 0
        misread = min(letters for letters, _ in understood)
        return max((c for letters, c in understood if letters == misread), key=len), misread

    def _worded(self, said: frozenset[str], misread: int) -> Iterator[tuple[str, float]]:
        """Forms whose concepts the title holds: all that the form needs, and no others."""
        if misread > _MOST_UNEXPLAINED:
            return
        for form, required, optional in self._catalogue.form_concepts:
            is_account = self._catalogue.forms[form].document_kind == "final_account"
            if is_account != ("final_account" in said) and not self._leaves_kind_open(said):
                continue
            own, needed = said - {"budget", "final_account"}, required - {"final_account"}
            if needed <= own <= needed | optional:
                yield form, WORDED_SCORE - _LETTER_COST * misread

    def _leaves_kind_open(self, said: frozenset[str]) -> bool:
        """Whether a title says neither 预算 nor 决算, so that only the document can say it."""
        return not said & {"budget", "final_account"}


def _end(title: str) -> str | None:
    """What a title says that it is: 表, 情况, 报告 or 文本."""
    match = _TITLE_END.search(title)
    return match[0] if match else None


def _readings(text: str) -> Iterator[str]:
    """A title line with and without its number, year, publisher and remarks in brackets."""
    if not re.search(r"表|情\s*况|报\s*告|文\s*本", text):
        return
    plain = without_ordinal(without_number(UNIT.sub(" ", text)).strip(" :：-"))
    plain = PAGE.sub("", LEADER.sub("", YEAR.sub("", plain)))
    unbracketed = re.sub(r"[(（][^()（）]*[)）]", "", plain)
    bodies = [_BODY.sub("", plain), _BODY.sub("", unbracketed)]
    # 支出预算表(部门经济分类科目), 基本支出表--人员经费(按政府预算经济分类)
    titled = bool(_TITLE_END.search(bare(unbracketed)) or _PART.search(unbracketed))
    with_brackets = {bare(plain), bare(bodies[0])}
    for reading in dict.fromkeys(bare(reading) for reading in (plain, unbracketed, *bodies)):
        is_title = _TITLE_END.search(reading) or (titled and reading in with_brackets)
        if is_title and len(reading) >= 4:
            yield reading
