"""Who published a document, for which year, and what kind of document it is.

Here: reading publisher, region, scope, year, kind and unit from the text itself. The manifest may
override what is found; nothing about tables belongs here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, pairwise

from dagster_project.forms.catalogue import Catalogue, Division, bare
from dagster_project.readers.document import Document, Grid, Paragraph

_TITLE_LENGTH = 60
_HEAD_LINES = 12
_FIRST_LINES = 60  # in which titles may stand
_PLACE_LENGTH = 16  # of the longest name of a division
_OF_PLACE = ("人民政府", "办事处", "街道办事处")
_BODY_SUFFIX = (
    r"(?:委员会办公厅|委员会|办公厅|办公室|人民政府|街道办事处|办事处|管理局|联合会|"
    r"研究院|研究室|教研室|总队|大队|支队|中心|法院|检察院|大学|学院|中学|小学|幼儿园|学校|医院|监狱|图书馆|博物馆|档案馆|文化馆|少年宫|文化宫|"
    r"研究所|电视台|报社|供销社|工商联|文联|残联|妇联|科协|侨联|社科联|团委|政协|纪委|监委|"
    r"(?:政协|人大|党政|政府|[省市区县州旗]委)办|(?<![部签])署|[局厅院部处会校委])"
)
# Beside 部门: a name may end in what ends other words too: 某某镇, 某某站.
_LABELLED_SUFFIX = rf"(?:{_BODY_SUFFIX}|街道|集团|公司|[镇乡所站馆队园社台场])"
_NAME = rf"[\u4e00-\u9fff]{{2,28}}?{_BODY_SUFFIX}"
_LABELLED = re.compile(
    r"(?:填报|编制|预算|公开)?(?:部门|单位)(?:\([\u4e00-\u9fff/]{1,6}\))?(?:名称)?(?:\([\u4e00-\u9fff]{1,6}\))?"
    r"[:：]?(?:[\[(]?\d{3,12}[\])]?[-—_]?)?"
    rf"(?P<name>[\u4e00-\u9fff]{{2,28}}?{_LABELLED_SUFFIX})(?:本级|\(本级\))?"
    r"(?=$|[^\u4e00-\u9fff]|金额|单位|项目名称)"
)
# What stands left of the unit of a form without a label: 某某市疾病预防控制中心 单位:元
_BESIDE_UNIT = re.compile(
    rf"^(?P<name>[\u4e00-\u9fff]{{2,28}}?{_LABELLED_SUFFIX})(?:本级|\(本级\))?"
    r"(?:金额)?单位[:：](?:人民币)?[亿百千万]{0,2}元$"
)
# The prose says of whom it speaks: 某某局2024年度一般公共预算支出……, 某某法院是国家审判机关,
_SPOKEN = re.compile(
    rf"^(?:关于)?(?P<name>{_NAME})(?=20\d{{2}}年|(?:始建|创建|创办|成立|组建)于"
    r"|[是为系][^。,，]{0,24}(?:机关|部门|机构|单位|医院|学校|小学|中学|院校|高校))"
)
# 现将某某镇(本级)2024年度“三公”经费决算情况公布如下
_MADE_PUBLIC = re.compile(
    rf"现将(?P<name>[\u4e00-\u9fff]{{2,28}}?{_LABELLED_SUFFIX})(?:本级|\(本级\))?(?=20\d{{2}}年)"
)
# 某某局(以下简称“本部门”), and by what rule: 《某某局职能配置、内设机构和人员编制规定》.
_INTRODUCED = re.compile(
    rf"(?P<name>{_NAME})(?=[(（]以下简称[“\"]?[本我])|[《〈<](?P<by_rule>{_NAME})(?=主要职责|职能配置)"
)
_INTRODUCTION = re.compile(r"以下简称[“\"]?[本我]|[《〈<][^》〉>]{4,40}(?:主要职责|职能配置)")
_CODED = re.compile(rf"^\d{{3,9}}[-—](?P<name>{_NAME})$")
# 第一部分 某某局概况
_OVERVIEW = re.compile(
    rf"^[:：、]?(?P<name>[\u4e00-\u9fff]{{2,28}}?{_LABELLED_SUFFIX})(?:部门|单位)?(?:概况|基本情况)$"
)
_NAMED_CELL = re.compile(rf"^(?:\d{{3,9}}[-—])?(?P<name>{_NAME})(?:本级|\(本级\))?$")
# Words of sentences about departments, which no department's own name holds.
_NOT_A_NAME = re.compile(
    r"单位.|部门.|名称.|主动公开|公开范围|全社会|包括|纳入|负责|属于|共计|按照|根据|设置|组成|构成|下属|内设|所属|编制"
)
# 某某局(本级)2024年度部门决算: the unit's own. 某某局系统汇总 is the department.
_SCOPE = re.compile(
    r"(?P<unit>单位(?:预算|决算)|机关行政(?=20\d{2})"
    r"|(?<![省市区县州旗])本级(?:[)）]?(?=20\d{2}|部门)|[)）](?=[预决]算)))"
    r"|部门(?:[及和(（、]单位[)）]?)?(?:预算|决算)"
)
# Where no title says it: 第一部分 单位概况, 单位收支总表
_SCOPE_OF_PART = re.compile(
    r"(?:(?P<unit>单位)|部门)(?:概况|(?:预算)?(?:收支|收入|支出)(?:预算)?总表)[.·…\d]*$"
)
_BRACKET = re.compile(r"[(（][^()（）]*[)）]")
_EXTENT = re.compile(r"(?:系统|机关(?:行政)?)?(?:汇总|本级)?$")
# The cover of one body's document: 某某中心2024年单位预算公开说明, 2023年度某某局(本级)部门决算.
_COVER = re.compile(
    rf"^(?:附[件表]?\d*[:、]?)?(?:关于)?(?P<before>20\d{{2}}年?度?)?"
    rf"(?P<name>[\u4e00-\u9fff]{{2,28}}?{_LABELLED_SUFFIX})"
    r"(?P<own>[(]?(?:本级|机关)[)]?)?(?:[(]?汇总[)]?)?(?:关于)?(?P<after>20\d{2}年?度?)?"
    r"(?P<scope>部门|单位)(?:预算|决算)(?:信息|公开|情况|编制|说明|报告|草案|报表|表|书|及|和|的|\([^()]{1,6}\))*$"
)
# The bodies that a line about a project names are not the publisher.
_OTHER_ROLE = re.compile(r"(?:主管|实施|用款|上级|牵头|责任|评价|使用|管理)$")
_PART = re.compile(r"^第[一二三四五六七八九十]部分")
_PARTY = re.compile(
    r"^(?!政协|共青团|民[革盟建进]|农工党|致公党|九三|台盟)(?:中国共产党|中共)?"
    r"(?P<place>[\u4e00-\u9fff]{1,12}?[省市区县州盟旗])委(?:员会)?"
    r"(?P<office>办公厅|办公室|[\u4e00-\u9fff]{2,12}(?:部|委员会|办公室|局))$"
)
# Stands before the region in the names of parties, their bodies and the political conference.
_ORGANISATION = re.compile(
    r"^(?:中国人民政治协商会议|政协|中国共产党|中共|中国共产主义青年团|共青团|中国民主同盟|民盟|"
    r"中国国民党革命委员会|民革|中国民主建国会|民建|中国民主促进会|民进|中国农工民主党|农工党|"
    r"中国致公党|致公党|九三学社|台湾民主自治同盟|台盟)"
)
_BARE_LEVEL = re.compile(
    r"^(?P<level>自治[区州县旗](?![\u4e00-\u9fff]?[市区县州])|[省市区县州](?![\u4e00-\u9fff]?[省市区县州]))"
)
# Money that a title names before it says 预算 or 决算: 某某局2031年财政拨款“三公”经费预算.
_OF_MONEY = r"(?:预算|决算|一般公共预算|财政拨款|[“\"]?三公)"
_TITLED = re.compile(
    r"(?:关于(?:公开|批复)?|现将)?(?P<before>(?:19|20)\d{2}年?度?)?(?P<name>[\u4e00-\u9fff]{2,28}?)"
    rf"(?:关于|部门|单位)?(?:(?:19|20)\d{{2}}年?度?)?(?:部门|单位)?{_OF_MONEY}"
)
# 2031年部门预算, and 预算2031年情况的说明
_TITLE_YEARS = re.compile(
    r"(?<=[预决]算)(20\d{2})年|(20\d{2})年?度?[\u4e00-\u9fff“”]{0,16}?(?:预算|决算|绩效|自评)"
)
_YEARS = re.compile(
    r"(20\d{2})年?度?(?:部门|单位|财政|年初|项目|支出|整体|区级|市级|省级|收支|收入){0,4}"
    r"(?:预算|决算|绩效|基本支出|自评)"
)
# Prose of which no title names the year: 2031年机关运行经费安排9.5万元
_MONEY_YEARS = re.compile(r"(20\d{2})年度?[^。;；\n]{0,40}?\d[亿万]?元")
_ANY_YEAR = re.compile(r"(20\d{2})年")
# A year with which the document's own is compared: 较2030年度决算数减少, 与2030年决算相比.
_COMPARED_YEAR = re.compile(
    r"[较比]20\d{2}年|[与和同]20\d{2}年(?=[^,，。;；\n]{0,16}(?:相比|比较|对比|持平|一致|相同))"
)
_FILE_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_MANIFEST_FIELDS = ("publisher", "region_code", "fiscal_year", "kind")
_FORMS_BY_KIND = {"budget": "预算|绩效目标", "final_account": "(?<!预)决算|自评"}
# A name of money that holds the word 预算 says nothing of the kind.
_BUDGET = r"(?<!一般公共)(?<!政府性基金)(?<!国有资本经营)预算(?!数|执行)(?![^\d\n]*自评)"
_ACCOUNT = r"(?<!预)决算(?!数)|自评"
_DATED_KIND = re.compile(rf"(20\d{{2}})年?度?[^\d\n]*?(?:({_BUDGET})|{_ACCOUNT})")
_BUDGET_WORDS = re.compile(
    r"(?:部门|单位)预算|预算(?:总)?表|预算(?:公开|情况)|(?<![较比与和于])年初预算数|收支总表"
)
_ACCOUNT_WORDS = re.compile(r"(?<!预)决算|绩效(?:单位)?自评|自评表|[较比](?:年初)?预算数")
# A budget that no title names says what it comes to; that costs are 纳入预算 anyone may say.
_BUDGETED = re.compile(r"预算(?:数|[\u4e00-\u9fff]{0,12}?\d[\d,.]*[亿万]?元)|绩效目标(?:申报)?表")
_HEADING = re.compile(r"[(（]?[一二三四五六七八九十]+[)）、]")
# A sentence, a heading, a unit, an amount, a number alone, or the way to a web page.
_NO_TITLE = re.compile(
    rf"[。;；,，>＞»]|^目录$|[:：]$|^{_HEADING.pattern}|单位[:：]|\d[亿万]?元|^[\d.—–-]*$"
)
_DISCLOSURE = re.compile(r"项目(?:支出)?(?:文本|预算)?(?:信息)?公开|项目文本")


@dataclass(frozen=True, slots=True)
class Identity:
    """What a document says of itself; None where it does not say."""

    title: str | None
    document_kind: str
    department_name: str | None
    region_code: str | None
    reporting_scope: str
    fiscal_year: int | None


def identify(document: Document, catalogue: Catalogue, manifest: Mapping[str, str]) -> Identity:
    """Read the document's own statements, the manifest's where it has them."""
    lines = list(_lines(document))
    titles = [line for line in lines[:_FIRST_LINES] if len(line) <= _TITLE_LENGTH]
    text = "\n".join(lines)
    file_name = manifest.get("file_name", "")
    kind = manifest.get("kind") or _kind(titles, text, file_name)
    name = (
        manifest.get("publisher")
        or _department(lines, titles, _named_cells(document))
        or _department(lines, [file_name], ())
    )
    name = _full_name(name, text, catalogue)
    region = manifest.get("region_code") or region_of(name, text, catalogue)
    title = _title(document, kind)
    places = (*_in_titles(name, titles), re.sub(r"^20\d{2}年度?", "", title or ""))
    region = region or next(filter(None, (region_of(own, text, catalogue) for own in places)), None)
    region = region or _region_beside(name, text, catalogue)
    said = manifest.get("fiscal_year", "").strip()
    year = int(said) if re.fullmatch(r"20[0-9]{2}", said) else None
    return Identity(
        title=title,
        document_kind=kind,
        department_name=name,
        region_code=region,
        reporting_scope=_scope(titles, name, file_name),
        fiscal_year=year or _year(titles, text, file_name),
    )


@dataclass(frozen=True, slots=True)
class Conflict:
    """What the manifest says of a document where the text says otherwise; the manifest is used."""

    field: str
    manifest_value: str
    text_value: str


def conflicts(
    document: Document, catalogue: Catalogue, manifest: Mapping[str, str]
) -> list[Conflict]:
    """Publisher, region, year and kind of the manifest that the text contradicts.

    A short form of a name (某市经信局) is no contradiction of the full one, nor is the region of a
    city one of its county's.
    """
    said = {name: manifest.get(name, "").strip() for name in _MANIFEST_FIELDS}
    if not any(said.values()):
        return []
    own = identify(document, catalogue, {"file_name": manifest.get("file_name", "")})
    read = {
        "publisher": own.department_name,
        "region_code": own.region_code,
        "fiscal_year": str(own.fiscal_year) if own.fiscal_year else None,
        "kind": own.document_kind,
    }
    return [
        Conflict(name, value, text)
        for name, value in said.items()
        if value and (text := read[name]) and not _same(name, value, text)
    ]


def _same(field: str, said: str, read: str) -> bool:
    if field == "publisher":
        within = said in read or read in said
        return within or abbreviates(said, read) or abbreviates(read, said)
    if field == "region_code":
        return said.rstrip("0").startswith(read.rstrip("0")) or read.rstrip("0").startswith(
            said.rstrip("0")
        )
    return said == read


def _lines(document: Document) -> Iterable[str]:
    """Paragraphs and the top rows of grids, where forms print publisher and unit."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield re.sub(r"\s", "", block.text)
        else:
            yield from grid_heads(block)


def grid_heads(grid: Grid) -> Iterable[str]:
    """The top rows of a grid, each as one text without blanks."""
    return map("".join, _head_rows(grid))


def _head_rows(grid: Grid) -> Iterable[list[str]]:
    rows: dict[int, list[str]] = {}
    for cell in grid.cells:
        if cell.row < 4:
            rows.setdefault(cell.row, []).append(re.sub(r"\s", "", cell.text))
    return rows.values()


def cover_of(line: str) -> tuple[str, str] | None:
    """The body and the scope of whose document a line without blanks is the cover."""
    cover = _COVER.match(_PART.sub("", line))
    if not cover or not (cover["before"] or cover["after"]) or _NOT_A_NAME.search(cover["name"]):
        return None
    is_unit = cover["scope"] == "单位" or cover["own"]
    return cover["name"], "unit" if is_unit else "department"


def labelled_body(line: str) -> str | None:
    """The body that a line without blanks names as the one whose form it is: 部门:某某局."""
    label = _LABELLED.search(line)
    if not label or ":" not in label[0] or _OTHER_ROLE.search(line[: label.start()]):
        return None
    return None if _NOT_A_NAME.search(label["name"]) else label["name"]


def _named_cells(document: Document) -> Iterable[str]:
    """Names of bodies that stand alone in a cell: the units that a budget lists above its rows."""
    for block in document.blocks:
        if isinstance(block, Grid):
            for cell in block.cells:
                match = _NAMED_CELL.match(re.sub(r"\s", "", cell.text))
                if match:
                    yield match["name"]


def _title(document: Document, kind: str) -> str | None:
    """The first line that names the document, else its first line."""
    lines = list(islice(_title_lines(document), _FIRST_LINES))
    wanted = re.compile(_FORMS_BY_KIND.get(kind, "公开"))
    spoken = [line for line in lines if wanted.search(line)]
    named = [line for line in spoken if re.search(r"20\d{2}", line)]
    # A title whose year stands on the line before it: 2031年度某某局 / 部门决算
    broken = [
        one + other
        for one, other in pairwise(lines)
        if spoken and other == spoken[0] not in named and re.match(r"20\d{2}年度?(?!\d)", one)
    ]
    return next(iter(broken or named or spoken or lines), None) or None


def _title_lines(document: Document) -> Iterable[str]:
    """Every line, blank where it is no title: a sentence, a figure, a row of headings."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            rows: Iterable[list[str]] = [[re.sub(r"\s", "", block.text)]]
        else:
            rows = _head_rows(block)
        for row in rows:
            line = "".join(row)
            is_row = sum(map(bool, row)) > 1
            is_title = len(line) <= _TITLE_LENGTH and not is_row and not _NO_TITLE.search(line)
            yield line if is_title else ""


def _unspoken(titles: list[str]) -> list[str]:
    """The first title lines that are no part of a sentence, and after them the headings as one."""
    lines = [line for line in titles[:6] if not re.search(r"[。;；,，]", line)]
    headings = [line for line in lines if _HEADING.match(line)]
    return [*(line for line in lines if line not in headings), "\n".join(headings)]


def _kind(titles: list[str], text: str, file_name: str) -> str:
    """What the titles say, else the file's name, else the text.

    Of two years the later one's word counts: a budget stands beside the account of the year before.
    """
    head = "\n".join(titles[:_HEAD_LINES])
    first = next((t for t in titles[:_HEAD_LINES] if re.search(r"预算|决算|文本", t)), "")
    is_departments = re.search(r"部门(?:预算|决算)", head)
    if "项目文本" in first or (_DISCLOSURE.search(head) and not is_departments):
        return "project_disclosure"
    for lines, words in ((_unspoken(titles), head), ([file_name], file_name), ([], text)):
        dated = (_DATED_KIND.findall(_COMPARED_YEAR.sub("", line)) for line in lines)
        if found := next(filter(None, dated), None):
            _, is_budget = max(found, key=lambda said: said[0])
            return "budget" if is_budget else "final_account"
        budget, final = len(_BUDGET_WORDS.findall(words)), len(_ACCOUNT_WORDS.findall(words))
        if budget or final:
            return "final_account" if final * 2 > budget else "budget"
    return "budget" if _BUDGETED.search(text) else "other"


def _department(lines: list[str], titles: list[str], cells: Iterable[str]) -> str | None:
    """The name printed most often beside 部门: or 单位:, completed or replaced by the title's."""
    votes = Counter(cells) + _labelled(lines) + _in_heads(titles)
    votes = Counter({n: c for n, c in votes.items() if not _NOT_A_NAME.search(n)})
    if not votes:
        return None
    best = max(votes, key=lambda name: (votes[name], len(name)))
    # The place alone (某县某镇) is its government where that is named too.
    best = next((body for end in _OF_PLACE if (body := best + end) in votes), best)
    whole = [name for name in votes if name != best and name.endswith(best)]
    if whole and _BARE_LEVEL.match(best):
        return max(whole, key=lambda name: votes[name])
    longer = [name for name in votes if votes[name] > 1 and abbreviates(best, name)]
    return max(longer, key=lambda name: votes[name], default=best)


def _labelled(lines: Iterable[str]) -> Counter[str]:
    """Names beside 部门: or a code, and those of which the prose speaks."""
    votes: Counter[str] = Counter()
    for line in lines:
        if spoken := _SPOKEN.match(line):
            votes[spoken["name"]] += 1
        if _INTRODUCTION.search(line) and (introduced := _INTRODUCED.search(line)):
            # A document quotes the rule of its own body: worth as much as a title.
            votes[introduced["name"] or introduced["by_rule"]] += 2
        votes.update(match["name"] for match in _MADE_PUBLIC.finditer(line))
        if len(line) > 80 and "盖章" not in line:
            continue
        votes.update(match["name"] for match in _LABELLED.finditer(line))
        if coded := _CODED.match(line) or _BESIDE_UNIT.match(line):
            votes[coded["name"]] += 1
    return votes


def _in_heads(titles: list[str]) -> Counter[str]:
    """Names in titles and headings; a title counts as two labels."""
    plain = [_BRACKET.sub("", _PART.sub("", line)) for line in titles]
    own = [_titled(line) for line in plain]
    # A name whose year stands on the next line: 某某局 / 2024年度部门决算
    broken = [
        _titled(one + other)
        for (one, name), (other, following) in pairwise(zip(plain, own, strict=True))
        if not name and not following
    ]
    alone = [line for line in plain[:_HEAD_LINES] if re.fullmatch(_NAME, line)]
    votes = Counter(2 * [name for name in [*own[:_HEAD_LINES], *broken, *alone] if name])
    votes.update(overview["name"] for line in plain if (overview := _OVERVIEW.match(line)))
    return votes


def _titled(line: str) -> str | None:
    """Whose budget or final account a title line says that it is."""
    titled = _TITLED.search(line)
    name = _EXTENT.sub("", titled["name"]) if titled else ""
    return name if re.search(rf"..{_LABELLED_SUFFIX}$", name) else None


def _in_titles(name: str | None, titles: list[str]) -> Iterable[str]:
    """The name as titles print it, with the region in front that the forms leave out."""
    for line in titles[:_HEAD_LINES]:
        titled = _titled(_BRACKET.sub("", _PART.sub("", line)))
        if name and titled and titled.endswith(name):
            yield titled


def _full_name(name: str | None, text: str, catalogue: Catalogue) -> str | None:
    """One name for one body: 省政协办公厅 gets its province, 中国共产党某省委员会 is 中共某省委."""
    if not name:
        return None
    if bare_level := _BARE_LEVEL.match(name):
        level = bare_level["level"]
        own = [d.name for d in catalogue.divisions if d.name.endswith(level) and d.name in text]
        place = max(own, key=lambda division: (text.count(division), division), default=level)
        name = place + name.removeprefix(level)
    party = _PARTY.match(name)
    return f"中共{party['place']}委{party['office']}" if party else name


def abbreviates(short: str, full: str) -> bool:
    """Whether a name is another one with characters left out: 经信局 for 经济和信息化局."""
    letters = iter(full)
    if short in full or full in short or short[:2] != full[:2]:
        return False
    return len(short) + 1 < len(full) and all(letter in letters for letter in short)


def _scope(titles: list[str], name: str | None, file_name: str) -> str:
    """What the first title that says it says, else the file's name, the overview or a form."""
    lines = [*titles[:8], file_name]
    said = next((found for line in lines if (found := _SCOPE.search(line))), None)
    heads = (_SCOPE_OF_PART.search(line) for line in titles)
    said = said or next(filter(None, heads), None)
    is_unit = bool(said["unit"]) if said else "本级" in (name or "")
    return "unit" if is_unit else "department"


def _year(titles: list[str], text: str, file_name: str) -> int | None:
    """The year that titles name, else the file's name as a title, the text, any year of these."""
    head = "\n".join(_unspoken(titles))
    for pattern, words in (
        (_TITLE_YEARS, head),
        (_TITLE_YEARS, file_name),
        (_YEARS, text),
        (_TITLE_YEARS, text),
        (_ANY_YEAR, head),
        (_FILE_YEAR, file_name),
        (_MONEY_YEARS, text),
    ):
        found = pattern.finditer(_COMPARED_YEAR.sub("", words))
        votes = Counter(int(match[match.lastindex or 0]) for match in found)
        if votes:
            return max(votes, key=lambda year: (votes[year], year))
    return None


def region_of(name: str | None, text: str, catalogue: Catalogue) -> str | None:
    """The division that a publisher's name begins with, the lowest one that fits.

    A county's name alone is ambiguous over the country: it counts when its city or province
    stands in the name or the text too, or when the name is unique.
    """
    if not name:
        return None
    name = _ORGANISATION.sub("", name)
    heads = {name[place : place + 2] for place in range(len(name))}  # each form of a name has it
    found = [d for d in catalogue.divisions if d.name[:2] in heads]
    found = [d for d in found if any(n in name for n in _names(d)) and _leads(d, name)]
    # 东岭职业学院, in a text that speaks of 东岭市
    found = found or [
        d
        for d in catalogue.divisions
        if d.level == "city" and name.startswith(_stems(d.name)) and d.name in text
    ]
    if not found:
        return None
    surroundings = name + text[:4000]
    placed = [d for d in found if d.level != "county" or _placed(d, name, surroundings)]
    unique = [d for d in found if sum(_share(d, other) for other in found) == 1]
    candidates = placed or unique
    order = {"province": 0, "city": 1, "county": 2}
    return max(candidates, key=lambda d: order[d.level]).code if candidates else None


def _region_beside(name: str | None, text: str, catalogue: Catalogue) -> str | None:
    """The region that the text prints before the name: 东岭区 in 东岭区北街街道办事处."""
    if not name:
        return None
    bare_name = re.sub(rf"(?:{'|'.join(_OF_PLACE)})$", "", name)
    before = {
        text[max(0, match.start() - _PLACE_LENGTH) : match.start()]
        for match in re.finditer(re.escape(bare_name), text)
    }
    found = {
        own + name
        for division in catalogue.divisions
        for own in _names(division)
        if any(words.endswith(own) for words in before)
    }
    codes = {code for whole in found if (code := region_of(whole, text, catalogue))}
    return min(codes) if len(codes) == 1 else None


def _share(one: Division, other: Division) -> bool:
    return one.level == other.level and one.name == other.name


def _placed(division: Division, name: str, text: str) -> bool:
    """Whether a publisher's name or its text says in which city or province a county lies."""
    above = (division.city_name, division.province_name)
    return any(own in text or any(s in name for s in _stems(own)) for own in above if own)


def _leads(division: Division, name: str) -> bool:
    """Whether the division's name stands at the head of the publisher's name."""
    for own in _names(division):
        before = name.split(own, 1)[0] if own in name else None
        if before is not None and all(
            part in {"", *_stems(division.province_name), *_stems(division.city_name)}
            for part in [before]
            if part
        ):
            return True
        joined = {p + c for p in _stems(division.province_name) for c in _stems(division.city_name)}
        if before is not None and before in joined:
            return True
    return False


def _names(division: Division) -> tuple[str, ...]:
    return _stems(division.name) if division.level == "province" else _short(division.name)


@lru_cache(maxsize=8192)
def _stems(name: str) -> tuple[str, ...]:
    """A division's names, and that without its kind: 广西壮族自治区 is 广西, 江苏省 is 江苏."""
    stem = re.sub(r"(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|[省市])$", "", name)
    return (*_short(name), stem) if len(stem) > 1 else _short(name)


@lru_cache(maxsize=8192)
def _short(name: str) -> tuple[str, ...]:
    """A division's name and its short form: 楚雄彝族自治州 is 楚雄州."""
    match = re.match(r"^(.{2,}?)(?:[\u4e00-\u9fff]{1,4}族)+自治([州县旗])$", name)
    return (name, match[1] + match[2]) if match else ((name,) if bare(name) else ())
