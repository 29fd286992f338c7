"""The row axis of a form: which account or item each row is, and under which row it stands.

Here: account codes, canonical items of uncoded rows, and the row tree (类 above 款 above 项, 合计
above all, 其中 beside the sum). Amounts are not looked at: a tree found by sums could not be
tested by sums.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from dagster_project.forms.catalogue import (
    Account,
    Catalogue,
    Classification,
    Form,
    RowItem,
    Wordings,
    bare,
    without_ordinal,
)
from dagster_project.forms.tables import Line, Table

_LABEL_CUTOFF = 86.0
_TOTAL_CUTOFF = 80.0
_TOTAL_LABELS = {"合计", "总计", "小计"}
_FEWEST_NAMES, _NAMED_SHARE = 3, 0.6  # of the rows of a form that prints names without codes
_UNIT_DIGITS = 6
_NAMED_UNIT = "/"  # before the name of a unit without a number
_UNIT_LENGTHS = (6, 9)  # no account has as many digits
LENGTHS = {"function": (3, 5, 7), "economic": (3, 5), "government": (3, 5)}
ECONOMIC_SCHEMES = {"economic", "government"}
_CROSS_SCHEMES = {"3": "economic", "5": "government"}  # the first digit of a code
_GOVERNMENT_CODE = re.compile(r"^5\d{2}(?:\d{2})?$")
# 人员经费 is 工资福利支出 and 对个人和家庭的补助; the other classes of basic expenditure are
# 公用经费 (部门预算支出经济分类).
_PERSONNEL_CLASSES = {"301", "303"}
_DEPTHS = (
    re.compile(r"^[一二三四五六七八九十]+[、.．]"),
    re.compile(r"^[(（][一二三四五六七八九十]+[)）]"),
    re.compile(r"^\d{1,2}[、.．](?!\d)"),
    re.compile(r"^[(（]\d{1,2}[)）]"),
)
_ORGANISATION = re.compile(
    r"(?:[局委厅院部处会校馆所站队园社台学宫]|中心|办公室|单位|本级|机关|街道办事处|医院|公司|集团|协会)"
    r"(?:[(（].{1,8}[)）])?$"
)
_CODE_IN_NAME = re.compile(
    r"^\s*[\[【(（]?(?P<code>\d{3}(?:\d{2,3}){0,3})[\]】)）]?[-—_:：.、\s]*(?P<name>[\u4e00-\u9fff“].*)$"
)
_NOTE = re.compile(r"^(?:备?注|说明)\s*[:：]")
_MEMO = re.compile(r"^其中")
_ITEM = 7  # digits of the code of a function's item (项)
_COUNT = re.compile(r"[(（](?:个|人|辆|台|次|批|人次|批次|台/套)[)）]")


@dataclass(slots=True)
class Row:
    """One row with its place: ``parent`` is the index of the row it adds up to, if any."""

    line: Line
    panel: int
    label: str
    code: str | None = None
    scheme: str | None = None
    code_source: str | None = None
    code_evidence: tuple[str, ...] = ()
    item: RowItem | None = None
    parent: int | None = None
    is_additive: bool = True
    is_total: bool = False
    has_children: bool = False
    is_unmapped: bool = False
    is_account: bool = False  # of an account, though of which one cannot be told
    cross: dict[str, str] = field(default_factory=dict)  # scheme → code beside the row's own
    within: str | None = None  # the kind of spending of the item that an account stands under

    @property
    def kind(self) -> str:
        """total, subtotal, leaf or memo."""
        if not self.is_additive:
            return "memo"
        if self.is_total:
            return "total"
        return "subtotal" if self.has_children else "leaf"

    @property
    def measure(self) -> str:
        """Money or count, as the item or the label says."""
        if self.item:
            return self.item.measure
        return "count" if _COUNT.search(self.label) else "money"


def read_rows(table: Table, form: Form, catalogue: Catalogue) -> list[Row]:
    """The rows of a form in logical order: group after group where groups continue each other."""
    lines = list(table.lines)
    if form.axis in LENGTHS:
        lines = [_with_code_apart(line) for line in lines]
    if form.layout == "panels":
        lines = _with_whole_names(lines, catalogue.function, catalogue.labels_of(form.form))
    coded = form.axis in LENGTHS and any(line.code_parts for line in lines)
    if coded:
        lines.sort(key=lambda line: line.group)
    schemes = _panel_schemes(table, lines) if form.layout == "panels" else {}
    # Among coded rows only totals have names of their own: 公务接待费 is an account there.
    labels = catalogue.totals_of(form.form) if coded else catalogue.labels_of(form.form)
    rows = [_row(line, 0 if coded else line.group, coded=coded) for line in lines]
    for row in rows:
        row.cross = _cross(row.line, catalogue)
        if form.layout == "list":
            row.cross |= _listed(row.line, catalogue)
    if not coded and form.axis in LENGTHS:
        _by_names(rows, catalogue.classification(form.axis), form.axis)
    for row in rows:
        if row.scheme and not coded and bare(row.label) not in _TOTAL_LABELS:
            row.is_unmapped = not row.code
            continue
        if coded:
            row.scheme = _scheme(row.line, form.axis)
            _code(row, catalogue.classification(row.scheme))
        if not row.code:
            _name(row, rows, form, labels, catalogue, schemes.get(row.panel))
    if coded:
        _complete_codes(rows, catalogue)
        _settle_departments(rows)
    return rows


def _by_names(rows: list[Row], accounts: Classification, scheme: str) -> None:
    """Give codes to the rows of a form that prints names alone, each within what is open above.

    行政运行 is an item of many groups: the group that stands above it says which.
    """
    labels = [row for row in rows if row.label and bare(row.label) not in _TOTAL_LABELS]
    named = [row for row in labels if accounts.named(without_ordinal(row.label))]
    if len(named) < max(_FEWEST_NAMES, _NAMED_SHARE * len(labels)):
        return
    open_code = ""
    for row in rows:
        row.scheme = scheme
        codes = [account.code for account in accounts.named(without_ordinal(row.label))]
        above = [open_code[:length] for length in (5, 3) if len(open_code) >= length]
        within = ([c for c in codes if c.startswith(code) and c != code] for code in above)
        found = next((own for own in within if own), codes)
        # 能源节约利用 is a group and its item. Below a class alone 行政运行 may be of any group.
        chosen = [code for code in found if len(code) == min(map(len, found))]
        if len(chosen) == 1:
            row.code, row.code_source, open_code = chosen[0], "name", chosen[0]


def _panel_schemes(table: Table, lines: Iterable[Line]) -> dict[int, str]:
    """Panel → the scheme that its header names: 支出功能分类, 部门经济科目, 政府预算经济分类."""
    schemes = {line.group: "function" for line in lines if line.group > 0}
    for column in table.columns:
        if column.role == "label" and column.group > 0:
            text = "".join(column.path)
            by_economy = "government" if "政府" in text else "economic"
            schemes[column.group] = by_economy if "经济" in text else "function"
    return schemes


def _scheme(line: Line, axis: str) -> str:
    """The scheme of a row's code: forms of either economic scheme bear the same titles."""
    digits = re.sub(r"\D", "", "".join(line.code_parts))
    return "government" if axis == "economic" and _GOVERNMENT_CODE.match(digits) else axis


def _with_whole_names(
    lines: list[Line], classes: Classification, labels: Wordings[str]
) -> list[Line]:
    """The lines, with a row whose name a page break or a converter cut in two as one row again."""
    joined: list[Line] = []
    last: dict[int, int] = {}  # group → place of its last line
    for line in lines:
        place = last.get(line.group)
        before = joined[place] if place is not None else None
        if (
            before
            and place is not None
            and not line.has_figures
            and _is_cut(before.label, line.label, classes, labels)
        ):
            joined[place] = replace(before, label_parts=before.label_parts + line.label_parts)
            continue
        last[line.group] = len(joined)
        joined.append(line)
    return joined


def _is_cut(above: str, below: str, classes: Classification, labels: Wordings[str]) -> bool:
    """Whether two texts are one name: 八、社会保障和就 | 业支出, 教育 | 支出, 当年收入 | 小计."""
    whole = without_ordinal(above + below)
    if bare(below) in _TOTAL_LABELS:
        return bool(labels.exact(whole))
    named, cut = classes.named(whole, "class"), classes.named(without_ordinal(above), "class")
    return bool(named) and cut in ([], named)


def _with_code_apart(line: Line) -> Line:
    """The line with the code that some bodies print in the name's own cell: [2010301]行政运行."""
    match = _CODE_IN_NAME.match(line.label)
    if line.code_parts or not match:
        return line
    return replace(line, code_parts=(match["code"],), label_parts=(match["name"],))


def _row(line: Line, panel: int, *, coded: bool) -> Row:
    has_name = coded and line.code_parts and line.name
    return Row(line, panel, line.name if has_name else _label(line))


def _cross(line: Line, catalogue: Catalogue) -> dict[str, str]:
    """The accounts of the other classifications that a row prints beside its own code."""
    found = {}
    for text in line.cross_codes:
        digits = re.sub(r"\D", "", text)
        scheme = _CROSS_SCHEMES.get(digits[:1], "function")
        known = digits[:3] in catalogue.classification(scheme).by_code
        if known and len(digits) in LENGTHS[scheme]:
            found[scheme] = digits
    return found


def _listed(line: Line, catalogue: Catalogue) -> dict[str, str]:
    """The account that a row of a list prints before its name: 213 | 03 | 04, and a project.

    A class alone is none: units and projects are numbered with three digits too.
    """
    for _, digits in _joined([re.sub(r"\D", "", part) for part in line.code_parts if part]):
        scheme = _CROSS_SCHEMES.get(digits[:1], "function")
        accounts = catalogue.classification(scheme).by_code
        is_item = len(digits) == _ITEM and scheme == "function" and digits[:3] in accounts
        if is_item or (digits in accounts and len(digits) > LENGTHS[scheme][0]):
            return {scheme: digits}
    return {}


def _label(line: Line) -> str:
    """The label; noise before a total's name (a torn header above it) is left out."""
    parts = line.label_parts
    if parts and bare(parts[-1]) in _TOTAL_LABELS:
        return parts[-1]
    return line.label


def _code(row: Row, classification: Classification) -> None:
    """Resolve the printed code cells of a row, joined where they are split over cells."""
    if bare(row.label) in _TOTAL_LABELS:
        return
    parts = [re.sub(r"\D", "", part) for part in row.line.code_parts]
    parts = [part for part in parts if part]
    is_doubted = row.line.is_code_doubted
    if not parts and not is_doubted:
        return
    candidates = [c for c in _joined(parts) if _is_code(c[1], row, classification)]
    known = [c for c in candidates if c[1] in classification.by_code]
    if candidates and not is_doubted:
        row.code_source, row.code = next(iter(known or candidates))
        return
    row.is_unmapped = not _is_unit(row)


def _complete_codes(rows: list[Row], catalogue: Catalogue) -> None:
    """Give whole codes to rows that print the digits of their own level only: 207, then 01, 01, 04.

    Which level it is, its name says: 01 below 20701 is 行政运行 (2070101), not 文化和旅游 (20701).
    行政运行 is the item 01 of many groups, so it may be that of a group not known to have one. A
    name that no group has is an item's: of items the classification knows some only.
    """
    above = ""
    for row in rows:
        digits = _digits(row)
        if not row.code and len(digits) == 2 and above:
            scheme = row.scheme or "function"
            accounts = catalogue.classification(scheme)
            whole = [
                above[: own - 2] + digits for own in LENGTHS[scheme][1:] if own - 2 <= len(above)
            ]
            likely = max(whole, key=lambda code: (_likeness(row.label, code, accounts), len(code)))
            if len(likely) == _ITEM or likely in accounts.by_code:
                row.code, row.code_source, row.is_unmapped = likely, "joined", False
        above = row.code or above


def _likeness(label: str, code: str, accounts: Classification) -> float:
    """How much a name looks like that of a code; 0 if it looks like another one's."""
    same_level = [a for a in accounts.named(label) if len(a.code) == len(code)]
    names = [account.name for account in same_level if account.code[-2:] == code[-2:]]
    known = accounts.by_code.get(code)
    if known and _same_name(label, known.name):
        names.append(known.name)
    return max((fuzz.ratio(bare(label), bare(name)) for name in names), default=0.0)


def _digits(row: Row) -> str:
    return re.sub(r"\D", "", "".join(row.line.code_parts))


def _settle_departments(rows: list[Row]) -> None:
    """A number that begins a unit's number is its department's: 209 above 209001."""
    units = [_digits(row) for row in rows if not row.code and not row.is_unmapped]
    for row in rows:
        digits = _digits(row)
        if row.is_unmapped and not row.code and digits:
            row.is_unmapped = not any(u.startswith(digits) and u != digits for u in units)


def _is_unit(row: Row) -> bool:
    """Whether a row is a unit's (209 部门, 209001 单位, or its name alone): it is a subtotal."""
    digits = _digits(row)
    is_numbered = len(digits) in _UNIT_LENGTHS and digits[3:5] == "00"
    return is_numbered or bool(_ORGANISATION.search(row.label.strip()))


def _joined(parts: list[str]) -> Iterator[tuple[str, str]]:
    """The codes that the cells of a row may spell, the likeliest first."""
    if len(parts) > 1 and len(parts[0]) >= 3 and len(set(parts)) == 1:
        parts = parts[:1]  # a cell over 类, 款 and 项 that a converter wrote into each
    if len(parts) > 1 and parts[-1] == "".join(parts[:-1]):
        parts = parts[:-1]  # 类 | 款 | 项 | 科目编码: the account in pieces, and once more whole
    if len(parts) > 1 and len(parts[0]) == 3 and len(parts[-1]) >= _UNIT_DIGITS:
        parts = parts[:-1]  # 类 | 款 | 项 | 单位代码: the account, then the unit that spends
    if len(parts) > 1 and len(parts[0]) in _UNIT_LENGTHS and len(parts[1]) >= 3:
        parts = parts[1:]  # 单位代码 | 科目编码: the unit that spends, then the account
    if len(parts) > 1 and len(parts[0]) == 3 and all(len(part) <= 2 for part in parts[1:]):
        # 款 and 项 may be printed as numbers, without their leading zero.
        yield "joined", parts[0] + "".join(part.zfill(2) for part in parts[1:])
    yield ("printed" if len(parts) == 1 else "joined"), "".join(parts)
    if len(parts) > 1 and parts[0][-1] == parts[1][0]:
        # A digit that stands on a cell border is read into both cells.
        yield "joined", parts[0] + parts[1][1:] + "".join(parts[2:])


def _is_code(digits: str, row: Row, classification: Classification) -> bool:
    if len(digits) not in LENGTHS[row.scheme or "function"]:
        return False
    if digits in classification.by_code and len(digits) > 3:
        return True
    account = classification.by_code.get(digits[:3])
    if not account:
        return False
    # Budgets number their units too (209 is 社会保险基金支出, or the 209th department). A class
    # may bear the name of earlier years: 210 was 医疗卫生与计划生育支出 until 2018.
    is_named = account in classification.named(row.label)
    return len(digits) > 3 or is_named or _same_name(row.label, account.name)


def _same_name(label: str, name: str) -> bool:
    printed, known = bare(label), bare(name)
    return known.startswith(printed[:4]) or fuzz.ratio(printed, known) >= 50


def _name(
    row: Row,
    rows: list[Row],
    form: Form,
    labels: Wordings[str],
    catalogue: Catalogue,
    scheme: str | None,
) -> None:
    """Resolve a row without code: a class in a summary form, or a canonical item.

    ``scheme`` is what the classes of the row's panel belong to, if it is a panel of expenditure.
    """
    if not row.label or row.line.code_parts and row.scheme:
        row.is_total = bare(row.label) in _TOTAL_LABELS
        return
    plain = without_ordinal(row.label)
    if _heads_group(row.line, labels):
        row.label, plain = row.line.label, without_ordinal("".join(row.line.label_parts[:-1]))
    if scheme and not row.scheme:
        account = _class(plain, catalogue.classification(scheme), labels)
        if not account and not labels.exact(plain):  # 国有企业资本金注入, of one class all
            groups = catalogue.classification(scheme).named(plain, "group")
            account = groups[0] if len(groups) == 1 else None
        if not account and not labels.exact(plain):  # 基本支出, and of it 工资福利支出
            scheme = "economic"
            account = next(iter(catalogue.economic.named(plain, "class")), None)
        if account:
            row.code, row.scheme, row.code_source = account.code, scheme, "name"
            return
    item = _item(row, rows, labels, catalogue, plain)
    if item:
        row.item = item
        row.is_additive = item.is_additive
        row.is_total = item.row_kind == "total"
    else:
        row.is_total = bare(row.label) in _TOTAL_LABELS
        is_note = _NOTE.match(row.label) and not row.line.has_figures
        is_named = _is_unit(row) or _MEMO.match(row.label) or row.line.year or is_note
        free = form.layout == "list" or is_named
        row.is_unmapped = not row.is_total and not free


def _heads_group(line: Line, labels: Wordings[str] | None = None) -> bool:
    """Whether a row is the 小计 of the group whose name a merged cell prints beside it."""
    *names, last = line.label_parts or ("",)
    if not names or line.indent or bare(last) not in _TOTAL_LABELS:
        return False
    return labels is None or bool(labels.exact(without_ordinal("".join(names))))


def _class(plain: str, accounts: Classification, labels: Wordings[str]) -> Account | None:
    """The class that a row of a summary form names, with or without its code before the name."""
    coded = _CODE_IN_NAME.match(plain)
    name = coded["name"] if coded else plain
    found = accounts.named(name, "class")
    if not found and not labels.exact(plain):
        found = accounts.named_like(name, "class", _LABEL_CUTOFF)
    if not found and coded and coded["code"] in accounts.by_code:
        found = [accounts.by_code[coded["code"]]]
    return next(iter(found), None)


def _item(
    row: Row, rows: list[Row], labels: Wordings[str], catalogue: Catalogue, plain: str
) -> RowItem | None:
    parts = row.line.label_parts
    readings = [plain, *("".join(parts[start:]) for start in range(1, len(parts)))]
    cutoff = _TOTAL_CUTOFF if row.scheme else _LABEL_CUTOFF
    found = next((found for reading in readings if (found := labels.exact(reading))), [])
    if not found:
        found = next((f for reading in readings if (f := labels.like(reading, cutoff)[0])), [])
    items = [catalogue.row_items[name] for name in found]
    before = [r for r in rows if r is not row and r.panel == row.panel and r.item]
    used = {r.item.row_item for r in before if r.item}
    fresh = [item for item in items if item.row_item not in used]
    last = before[-1].item if before else None
    under = [
        i for i in fresh if last and i.parent_item in {last.row_item, last.parent_item} - {None}
    ]
    seen = {None, *(r.item.row_item for r in before if r.item)}
    likely = [item for item in fresh if item.parent_item in seen]
    return next(iter(under or likely or fresh or items), None)


def build_tree(rows: list[Row], form: Form) -> None:
    """Set each row's parent: by code where rows are coded, by item and outline elsewhere.

    The rows of a list have none, unless its label columns step to the right.
    """
    if form.layout == "list":
        _tree_by_steps(rows)
        return
    for panel in sorted({row.panel for row in rows}):
        own = [(index, row) for index, row in enumerate(rows) if row.panel == panel]
        if all(row.scheme for _, row in own):
            _tree_by_code(own)
        else:
            _tree_by_outline(own)
    parts = Counter(row.parent for row in rows if row.parent is not None and row.is_additive)
    for row in rows:
        above = rows[row.parent].item if row.parent is not None else None
        if above and row.code and form.layout == "panels":  # 基本支出, and of it 工资福利支出
            row.within = above.dimensions.spending_kind
        if row.parent is not None and parts[row.parent] == 1 and _MEMO.match(row.label):
            row.is_additive = False  # 其中:政府性基金 alone is a part of 财政拨款, not all of it
        elif row.parent is not None and row.is_additive:
            rows[row.parent].has_children = True


Indexed = list[tuple[int, Row]]


def _tree_by_steps(rows: list[Row]) -> None:
    """The tree of a list whose levels have a label column each: 品目大类 | 专项 | 采购物品.

    A row belongs to the nearest one above that ends further left. A list with several totals, or
    all of whose rows end in one column, does not say what adds up to what.
    """
    printed = [(index, row) for index, row in enumerate(rows) if row.line.has_figures]
    totals = [index for index, row in printed if row.is_total]
    parts = [(index, row) for index, row in printed if not row.is_total]
    reaches = {row.line.reach for _, row in parts}
    is_apart = len(totals) == 1 and totals[0] in (printed[0][0], printed[-1][0])
    if not is_apart or len(reaches) < 2 or parts[0][1].line.reach > min(reaches):
        return
    open_rows = [(-1, totals[0])]  # (reach, index): the total is above all
    for index, row in parts:
        while open_rows[-1][0] >= row.line.reach:
            open_rows.pop()
        row.is_additive = row.is_additive and not _MEMO.match(row.label)
        row.parent = open_rows[-1][1]
        rows[row.parent].has_children |= row.is_additive
        if row.is_additive:
            open_rows.append((row.line.reach, index))


def _tree_by_code(rows: Indexed) -> None:
    scopes: list[tuple[str, int]] = []  # the total, then the units that rows stand under
    open_codes: dict[str, int] = {}
    orphans: list[tuple[int, Row]] = []
    last: tuple[int, Row] | None = None
    for position, (index, row) in enumerate(rows):
        after = next((r.code for _, r in rows[position + 1 :] if r.code or r.is_total), None)
        if row.is_total:
            if orphans and all(number for number, _ in scopes):
                orphans = _adopt(index, row, orphans)
            else:
                scopes, open_codes = [("", index)], {}
            last = None
            continue
        if not row.code and not row.line.code_parts and _MEMO.match(row.label):
            row.is_additive = False  # 其中：设备更新, below the account that it explains
            row.parent = last[0] if last else scopes[-1][1] if scopes else None
            continue
        is_named_unit = not row.line.code_parts and not row.code and _is_unit(row)
        if last and not row.code and (row.is_account or _goes_on(row, last[1], after)):
            row.parent = last[0] if (after or "").startswith(last[1].code or "") else last[1].parent
            continue
        if is_named_unit or (not row.code and row.line.code_parts and not row.line.is_code_doubted):
            number = "".join(row.line.code_parts) or _NAMED_UNIT + row.label
            # A unit right below another one, before any account, is a part of it.
            while scopes and open_codes and scopes[-1][0].startswith(_NAMED_UNIT):
                scopes.pop()
                open_codes = {}
            while scopes and not is_named_unit and not number.startswith(scopes[-1][0]):
                scopes.pop()
            row.parent = scopes[-1][1] if scopes else None
            if row.parent is None:
                orphans.append((index, row))
            scopes.append((number, index))
            open_codes, last = {}, None
            continue
        code = row.code or ""
        last = (index, row) if row.code else last
        prefixes = [code[:length] for length in (5, 3) if length < len(code)]
        row.parent = next((open_codes[p] for p in prefixes if p in open_codes), None)
        if row.parent is None and scopes:
            row.parent = scopes[-1][1]
        if row.parent is None:
            orphans.append((index, row))
        open_codes[code] = index


def _goes_on(row: Row, last: Row, after: str | None) -> bool:
    """Whether digits that are no code are a misread one: below a unit's number codes begin anew.

    Such a row stands beside the row above it, or under it if the next one does.
    """
    return row.is_unmapped and bool(row.line.code_parts) and (after or "~") > (last.code or "")


def _adopt(index: int, total: Row, orphans: Indexed) -> Indexed:
    """Put the rows above a total under it; 人员经费合计 and 公用经费合计 share them by class."""
    kind = total.item.row_item if total.item else None
    left = []
    for position, row in orphans:
        is_personnel = (row.code or "")[:3] in _PERSONNEL_CLASSES
        if (kind == "personnel_total" and not is_personnel) or (
            kind == "public_total" and is_personnel
        ):
            left.append((position, row))
        else:
            row.parent = index
    return left


def _tree_by_outline(rows: Indexed) -> None:
    seen: dict[str, int] = {}
    orphans: Indexed = []
    open_rows: list[tuple[int, int]] = []  # (depth, index) of the rows that may have children
    placed: list[tuple[int, int]] = []  # the same of the rows that have one above by their items
    scope: int | None = None  # a total printed above its parts
    group: int | None = None  # the 小计 of a group whose name a merged cell prints once
    units: list[tuple[str, int]] = []  # the units that the rows stand under, 101 over 101001
    explained = False  # whether the row above is a 其中 under an outline number
    for index, row in rows:
        name = row.item.row_item if row.item else None
        depth = _depth(row.label)
        group = group if row.line.indent else (index if _heads_group(row.line) else None)
        above = next((seen[i] for i in row.item.ancestors if i in seen), None) if row.item else None
        goes_on = explained and not depth and not row.is_total and not _is_sum(row)
        explained = bool(open_rows) and (goes_on or bool(_MEMO.match(row.label)))
        if not row.label and not row.line.has_figures:
            continue
        if not row.is_additive or _MEMO.match(row.label) or goes_on:
            _memo(row, seen, open_rows)
        elif group is not None and group != index:
            row.parent = group
        elif not row.item and row.line.code_parts and _is_unit(row):
            row.parent = _open_unit(row, index, units, scope)
        elif above is not None and not _beside(row, rows, above):
            placed = [(level, place) for level, place in placed if level < depth or not depth]
            row.parent = _nested(depth, above, [*open_rows, *placed])
            placed += [(depth, index)] if depth else []
        elif group == index and not row.item:
            row.parent = scope
        elif _is_sum(row):
            if orphans and scope is None:
                for _, orphan in orphans:
                    orphan.parent = index
                orphans = [(index, row)]
            elif row.is_total:
                scope = index
                orphans.append((index, row))
            open_rows = []
        else:
            while open_rows and depth and open_rows[-1][0] >= depth:
                open_rows.pop()
            whole = None if scope is None or _is_apart(row, scope, rows) else scope
            row.parent = open_rows[-1][1] if open_rows else whole
            if row.parent is None:
                orphans.append((index, row))
            if depth:
                open_rows.append((depth, index))
        if name:
            seen.setdefault(name, index)


def _nested(depth: int, above: int, outlined: Iterable[tuple[int, int]]) -> int:
    """The row that a row adds up to by its item; one between them by the outline goes before it.

    一、一般公共预算拨款 of which (一)财政拨款, of which 1.经费拨款.
    """
    between = (index for level, index in outlined if index > above and level < depth)
    return max(between, default=above)


def _beside(row: Row, rows: Indexed, above: int) -> bool:
    """Whether the outline says that two rows stand side by side: 一、… and 二、….

    A 其中 that explains 一、 is no head for what stands under 二、 either.
    """
    label = next(r.label for index, r in rows if index == above)
    depth = _depth(row.label)
    return bool(depth) and (depth == _depth(label) or bool(_MEMO.match(label)))


def _is_apart(row: Row, scope: int, rows: Indexed) -> bool:
    """Whether a row is no part of a named total that has its own: 会议费 below “三公”经费合计."""
    total = next(r for index, r in rows if index == scope)
    if not row.item or not total.item or bare(total.label) in _TOTAL_LABELS:
        return False
    has_parts = any(r.item and r.item.parent_item == total.item.row_item for _, r in rows)
    return has_parts and total.item.row_item not in row.item.ancestors


def _open_unit(row: Row, index: int, units: list[tuple[str, int]], scope: int | None) -> int | None:
    """The unit or total that a unit's row adds up to, by its number; the row is open then."""
    number = "".join(row.line.code_parts).strip()
    while units and not number.startswith(units[-1][0]):
        units.pop()
    parent = units[-1][1] if units else scope
    units.append((number, index))
    return parent


def _is_sum(row: Row) -> bool:
    """Totals, and 本年收入合计 / 本年支出合计, which take in what stands above them."""
    name = row.item.row_item if row.item else ""
    return row.is_total or name in {"revenue_current_total", "expenditure_current_total"}


def _memo(row: Row, seen: dict[str, int], open_rows: list[tuple[int, int]]) -> None:
    """A 其中 row explains the row above; it is a part of the sum only if the catalogue says so."""
    if row.item and row.item.parent_item in seen:
        row.parent = seen[row.item.parent_item or ""]
        return
    row.is_additive = False
    row.parent = open_rows[-1][1] if open_rows else None


def _depth(label: str) -> int:
    stripped = label.strip()
    return next((d for d, pattern in enumerate(_DEPTHS, start=1) if pattern.match(stripped)), 0)
