"""From the upper rows of a grid to columns with a meaning.

Here: splitting a grid into caption, header and body, and resolving header paths to column items.
What the rows below say does not belong here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import (
    CARRY_OVER,
    ECONOMIC,
    Catalogue,
    Classification,
    ColumnItem,
    Dimensions,
    Form,
    Wordings,
    bare,
    without_ordinal,
)
from dagster_project.forms.titles import NO_DATA, find_number
from dagster_project.readers.document import Cell

_HEADER_CUTOFF = 80.0
_PATH_CUTOFF = 88.0  # 财政拨款/罚没收入 is 80 like 财政拨款收入: its head counts in both
SURE = 99.0
ONLY_YEAR = re.compile(r"^(?:19|20)\d{2}年?度?$")
_FEWEST_ACCOUNTS = 2  # one header alone may share its wording with an account
SUMS = {"合计", "小计", "总计"}
_STOCKS = {"opening_balance", "closing_balance"}
_GOVERNMENT = {"government_code", "government_label"}
_HEADINGS = {"科目编码", "科目代码", "科目名称"}  # beside 301 and 302, which head columns
_WORDS = re.compile(r"[\u4e00-\u9fff]")
_GOVERNMENT_SCHEME = re.compile(r"政府.{0,4}经济")
_MAX_HEADER_ROWS = 9
_CAPTION = re.compile(
    r"^(?:填报|编制|公开)?(?:部门|单位|预算单位)(?:名称)?\s*[:：]|(?:^|\s)(?:金额)?单\s*位\s*[:：]"
)
_TOTAL = re.compile(r"^(?:合|总|小)计$|^本年.{0,4}合计$")
_CODE = re.compile(rf"^[{amounts.APOSTROPHES}\[【(]?\d{{3,12}}[\]】)]?$")
_OUTLINE = re.compile(r"^[一二三四五六七八九十]+、[\u4e00-\u9fff]")
_FIGURE = re.compile(r"\d[.,]\s?\d|\d{3}|^0$")
_UNIT = re.compile(rf"[(（:：](?:金额)?(?:单位[:：]?)?(?P<unit>{amounts.UNITS})[)）]?$")
_YEAR = re.compile(r"((?:19|20)\d{2})年?度?")
MONEY = {"money", "ratio", "count"}
LABELS = {"code", "label"}
# The phase that a header says in so many words, the narrower wording first; 一般公共预算 says none.
_PHASES = (
    (re.compile(r"(?:全年|调整后?的?)预算数"), "adjusted_budget"),
    (re.compile(r"(?:决算|执行|完成)数"), "final_account"),
    (re.compile(r"预算数|年初预算"), "initial_budget"),
)
_OF_A_YEAR = {"amount", "initial_budget", "adjusted_budget", "final_account"}
_PRIOR_YEAR = re.compile(r"^[上去]一?年度?(?:数?$|.*(?:预算|决算|执行|完成))")
_AXIS_WORDS = {"function": "功能", "economic": "经济"}
# A head that compares two years, and the ends below it: by how much, and by how many per cent.
_COMPARISON = re.compile(r"增减|变[动化]|比较|对比|同比|[比较](?:上年|去年|(?:19|20)\d{2}年)")
_CHANGE = {"金额", "数额", "绝对额", "绝对数"}
_RATE = re.compile(r"[(（]?[%％][)）]?")
_SHARE = re.compile(rf"(?:{_RATE.pattern}|率|比例|比重|占比|百分比)$")
_CHANGE_RATE = re.compile(rf"(?:百分[比数]|比[例率]|幅度)(?:{_RATE.pattern})?|{_RATE.pattern}")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: what its header says (``path``) and what that means (``item``).

    ``role`` is code, cross (a code of the other classification), label, row_number, money, ratio,
    text or none; ``group`` counts the side-by-side groups of label and amount columns from the
    left.
    """

    index: int
    path: tuple[str, ...]
    role: str
    item: str | None
    group: int
    year: int | None = None
    context: Dimensions = Dimensions()  # what other parts of the path say: 政府性基金/基本支出
    unit: str | None = None  # what the header says that its figures are printed in: 预算数(万元)

    @property
    def economic_code(self) -> str | None:
        """The economic account that heads the column, in a form by function and economic code."""
        is_account = self.item and self.item.startswith(ECONOMIC)
        return self.item.removeprefix(ECONOMIC) if self.item and is_account else None


Matrix = list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Split:
    """Which rows of a grid are header, which one numbers the columns, where the body begins."""

    header: tuple[int, ...]
    numbering: int | None
    body: int


def text_of(cell: Cell | None) -> str:
    """The text of a cell, empty where no cell begins."""
    return cell.text if cell else ""


def split(matrix: Matrix, labels: Wordings[str]) -> Split:
    """Which rows are header, which one numbers the columns, and where the body begins.

    ``labels`` are the rows that the form is known to have.
    """

    def begins_body(row: Sequence[Cell | None]) -> bool:
        return _is_body(row) or _prints_whole_amounts(row, labels)

    top = enumerate(matrix[:_MAX_HEADER_ROWS])
    numbering = next(
        (i for i, row in top if _numbers(row) and not _prints_whole_amounts(row, labels)), None
    )
    body = next((i for i, row in enumerate(matrix) if begins_body(row)), len(matrix))
    if numbering is not None:
        body = numbering + 1
    captions = {i for i, row in enumerate(matrix[:body]) if is_caption(row) or _is_remark(row)}
    header = tuple(i for i in range(body) if i not in captions and i != numbering)
    return Split(tuple(i for i in header if any(matrix[i])), numbering, body)


def _numbers(row: Sequence[Cell | None]) -> dict[int, int]:
    """Column → printed number of a 栏次 row (1, 2, 3 … from left to right), else empty."""
    texts = [(i, text_of(cell).strip()) for i, cell in enumerate(row)]
    numbers = {i: int(text) for i, text in texts if re.fullmatch(r"\d{1,2}", text)}
    sequential = list(numbers.values()) == list(range(1, len(numbers) + 1))
    marked = any(bare(text) == "栏次" or text == "*" for _, text in texts)
    return numbers if sequential and numbers and (marked or len(numbers) >= 3) else {}


def is_numbering(row: Sequence[Cell | None]) -> bool:
    """Whether a row only numbers the columns: 栏次 1 2 3."""
    words = {bare(text) for cell in row if has_words(text := text_of(cell))}
    return words <= {"栏次"} and bool(_numbers(row))


def is_caption(row: Sequence[Cell | None]) -> bool:
    """Whether a row bears the title, number, publisher or unit of the form."""
    texts = [cell.text for cell in row if cell]
    joined = "".join(texts)
    only_one = len(texts) == 1 and len(row) > 2 and bool(re.search(r"(?:表|情况)$", bare(joined)))
    numbered = any(find_number(text) for text in [joined, *texts])
    captioned = any(_CAPTION.search(text.strip()) for text in [joined, *texts])
    return captioned or numbered or only_one


def _is_remark(row: Sequence[Cell | None]) -> bool:
    """Whether a row is the sentence alone that the form has no data."""
    texts = [cell.text for cell in row if cell and cell.text]
    return len(texts) == 1 and bool(NO_DATA.search(texts[0]))


def _is_body(row: Sequence[Cell | None]) -> bool:
    """Whether a row holds data: an account code, a total, or a figure that is no mere number."""
    filled = [text for cell in row if (text := text_of(cell).strip())]
    if not filled or is_caption(row) or _HEADINGS.intersection(map(bare, filled)):
        return False
    if len(filled) >= 2 and _CODE.match(filled[0]) and has_words(filled[1]):
        return True
    if any(_OUTLINE.match(text) for text in filled):  # the first row of a form without figures
        return True
    # A converter may write what a merged cell prints into each of the cells that it covers.
    is_alone = len(filled) == 1 or (len(set(filled)) == 1 and text_of(row[0]).strip() != "")
    if is_alone and len(row) > 2 and _TOTAL.match(bare(filled[0])):
        return True
    return any(_FIGURE.search(text) and amounts_like(text) for text in filled)


def _prints_whole_amounts(row: Sequence[Cell | None], labels: Wordings[str]) -> bool:
    """Whether a row is a total, or one that the form has, of amounts with few digits: 合计 15."""
    filled = [text for cell in row if (text := text_of(cell).strip())]
    label, *figures = filled or [""]
    return (
        (is_total(label) or bool(labels.exact(without_ordinal(label))))
        and any(map(amounts_like, figures))
        and all(amounts_like(text) or amounts.is_dash(text) for text in figures)
    )


def amounts_like(text: str) -> bool:
    """Whether a text prints a figure rather than words or noise."""
    return amounts.parse(text, recognised=True).state == amounts.AMOUNT


def has_words(text: str) -> bool:
    """Whether a text holds Chinese letters, other than those of a figure's unit."""
    is_worded = bool(_WORDS.search(text)) and not amounts.is_dash(text)
    return is_worded and not amounts.parse(text).unit


def header_paths(matrix: Matrix, split: Split) -> list[tuple[str, ...]]:
    """The header texts above each column from top to bottom, merged cells spread out."""
    width = max((len(row) for row in matrix), default=0)
    spread = [_spread(matrix, position, split.header) for position in range(len(split.header))]
    paths = []
    for column in range(width):
        texts = [row[column] for row in spread if column < len(row) and row[column]]
        paths.append(tuple(dict.fromkeys(texts)))
    return paths


def _spread(matrix: Matrix, position: int, header: Sequence[int]) -> list[str]:
    """One header row with each text repeated over the columns that it covers."""
    row = matrix[header[position]]
    above = [matrix[index] for index in header[:position]]
    below = [matrix[index] for index in header[position + 1 :]]
    texts = [""] * len(row)
    spans = any(cell and cell.column_span > 1 for cell in row)
    for column, cell in enumerate(row):
        if cell and (has_words(cell.text) or _RATE.fullmatch(cell.text.strip())):
            for covered in range(column, min(column + cell.column_span, len(row))):
                texts[covered] = cell.text
        elif not spans and not cell and column and _reaches(column, above, below):
            texts[column] = texts[column - 1]
    for column, text in _from_above(matrix, position, header):
        texts[column] = texts[column] or text
    return texts


def _reaches(
    column: int, above: Sequence[Sequence[Cell | None]], below: Sequence[Sequence[Cell | None]]
) -> bool:
    """Whether a header text to the left covers this column in a table without marked spans.

    Text tables do not say that a cell is merged: it reaches as far to the right as the lower
    header rows have texts of their own, and ends where a text of a higher row begins.
    """

    def headed(index: int, rows: Sequence[Sequence[Cell | None]]) -> bool:
        return any(index < len(row) and row[index] for row in rows)

    return headed(column, below) and headed(column - 1, below) and not headed(column, above)


def _from_above(matrix: Matrix, position: int, header: Sequence[int]) -> list[tuple[int, str]]:
    """Cells of higher header rows that reach down into this one."""
    reaching = []
    for upper in header[:position]:
        for cell in matrix[upper]:
            if cell and cell.row_span > header[position] - upper and cell.column_span > 1:
                reaching += [
                    (column, cell.text)
                    for column in range(cell.column, cell.column + cell.column_span)
                    if column < len(matrix[header[position]])
                ]
    return reaching


def resolve(
    matrix: Matrix, parts: Split, form: Form, catalogue: Catalogue, *, recognised: bool
) -> tuple[Column, ...]:
    """The columns of a grid: by their headers, and where those say nothing by their contents."""
    words = Vocabulary(catalogue, form, matrix, parts)
    own = _columns(matrix, parts, form, words)
    own = _by_content(own, matrix[parts.body :], recognised=recognised)
    own = _one_scheme([_by_ending(column, words) for column in own])
    return _with_groups(_one_axis(own, form))


class Vocabulary:
    """What headers mean in one form: the catalogue's wordings, and accounts as columns."""

    def __init__(self, catalogue: Catalogue, form: Form, matrix: Matrix, parts: Split) -> None:
        """Prepare the wordings of a form; ``matrix`` says which scheme its accounts are of."""
        self.catalogue = catalogue
        self._headers = catalogue.headers_of(form.form)
        self._accounts = self._schemes(matrix, parts) if form.axis != "economic" else ()
        self._accounts_first = form.axis == "function"
        self._fund = form.dimensions.fund

    def _schemes(self, matrix: Matrix, parts: Split) -> tuple[Classification, ...]:
        """The economic schemes, that one first which names most of the headers."""
        texts = [cell.text for index in parts.header for cell in matrix[index] if cell]
        schemes = (self.catalogue.economic, self.catalogue.government)
        named = [sum(bool(scheme.named(text)) for text in texts) for scheme in schemes]
        if max(named) < _FEWEST_ACCOUNTS:
            return ()
        return schemes if named[0] >= named[1] else schemes[::-1]

    def item(self, path: tuple[str, ...]) -> tuple[str | None, float]:
        """The column item of a header path and how like its wording it is (0 to 100)."""
        if path and all(ONLY_YEAR.match(bare(text)) for text in path):
            return "amount", SURE
        if change := _change(path):
            return change, SURE
        account = self._account(path)
        if account and self._accounts_first:
            return account, 100.0
        known, score = _item(path, self._headers)
        if account and score < SURE:
            return account, 100.0
        return _of_prior_year(known, path), score

    def exact(self, text: str) -> str | None:
        """The item of exactly this wording."""
        found = self._headers.exact(text)
        return found[0] if found else None

    def meaning(self, item: str | None) -> ColumnItem | None:
        """What an item holds."""
        return self.catalogue.column_item(item)

    def is_part(self, meaning: ColumnItem) -> bool:
        """Whether an item is money of one fund or source among those of the form."""
        fund = meaning.dimensions.fund
        return meaning.role == "money" and fund not in {None, "all", self._fund}

    def _account(self, path: tuple[str, ...]) -> str | None:
        """The account that the end of a path names, 商品和服务支出/小计 and 基本支出/办公费 too."""
        texts = [without_ordinal(text) for text in path]
        if texts and bare(texts[-1]) in SUMS:
            texts.pop()
        above = {bare(text) for text in texts[:-1]}
        named = [(a, s) for s in self._accounts for a in s.named(texts[-1])] if texts else []
        under = [a for a, s in named if bare(s.by_code[a.code[:3]].name) in above]
        classes = [a for a, _ in named if a.level == "class"]  # 工资福利支出 is 301, and 50501 too
        account = next(iter(under or classes or [a for a, _ in named]), None)
        return ECONOMIC + account.code if account else None


def _columns(matrix: Matrix, parts: Split, form: Form, words: Vocabulary) -> list[Column]:
    paths = header_paths(matrix, parts)
    named = [words.item(path) for path in paths]
    numbers = _numbers(matrix[parts.numbering]) if parts.numbering is not None else {}
    if len(numbers) == len(form.columns) > 0 and _are_of_form(numbers, named, form, words):
        exact = [named[column][0] for column in numbers if named[column][1] >= SURE]
        if len(set(exact)) < len(numbers) or set(exact) == set(form.columns):
            for column, number in numbers.items():
                named[column] = (form.columns[number - 1], 100.0)
    columns = []
    once = _once_each(paths, [item for item, _ in named])
    over_labels = {
        text
        for path, item in zip(paths, once, strict=True)
        if (meaning := words.meaning(item)) and meaning.role in LABELS
        for text in path
    }
    for index, (path, name) in enumerate(zip(paths, once, strict=True)):
        own = tuple(text for text in path if text not in over_labels)
        item, context = _in_context(own, name, words)
        meaning = words.meaning(item)
        is_share = bool(own) and bool(_SHARE.search(own[-1].strip()))
        if is_share and meaning and meaning.role == "money":
            item, meaning = None, None  # 占年初预算% is like 年初预算, and no money
        said = meaning.dimensions if meaning else Dimensions()
        if meaning and meaning.role == "money" and not said.phase and said.flow != "other":
            context = context.over(Dimensions(phase=_phase(own)))
        role = meaning.role if meaning else ("unknown" if path else "none")
        role = "ratio" if is_share and not meaning else role
        columns.append(Column(index, path, role, item, 0, _year(path), context, _unit(path)))
    if any(column.item == "total" and len(column.path) == 1 for column in columns):
        return [_without_unknown_whole(column, words) for column in columns]
    return columns


def _without_unknown_whole(column: Column, words: Vocabulary) -> Column:
    """The column, no total beside that of the form where it sums up what its head alone knows."""
    head = column.path[:-1]
    is_unknown = bool(head) and not any(map(ONLY_YEAR.match, head)) and not words.item(head)[0]
    is_total = column.item == "total" and column.year is None
    return replace(column, item=None) if is_total and is_unknown else column


def _are_of_form(
    numbers: Iterable[int],
    named: Sequence[tuple[str | None, float]],
    form: Form,
    words: Vocabulary,
) -> bool:
    """Whether numbered columns may be those of the form, which has no labels between them.

    预算数 1, 决算数 2 | 项目 | 决算数 3 numbers two panels side by side.
    """
    if form.layout == "panels":
        return True
    between = (words.meaning(item) for item, _ in named[min(numbers) : max(numbers)])
    return not any(meaning and meaning.role == "label" for meaning in between)


def _in_context(
    path: tuple[str, ...], item: str | None, words: Vocabulary
) -> tuple[str | None, Dimensions]:
    """The item with what the head of its path says beside it.

    A kind of expense above 决算数 is the item, and the end only its phase; above 小计 it is the
    item, however the body words it; a source above 金额 is the item too; a fund above 基本支出
    limits it; below 上年结转 every fund is a part of what was carried over. A head that stands over
    labels as well (人员经费 over code, name and amount) names a panel, and is not in ``path``. An
    end that is not known is a part of what its head says: 项目支出/专项资金 of project expenditure.
    """
    meaning = words.meaning(item)
    if len(path) < 2 or (meaning and meaning.role != "money"):
        return item, Dimensions()
    if meaning and meaning.dimensions.phase:
        above, score = words.item(path[:-1])
        expense = words.meaning(above)
        if expense and expense.role == "money" and score >= SURE:
            said = expense.dimensions
            if said.flow == "expenditure" and not said.phase:
                return above, Dimensions(phase=meaning.dimensions.phase)
        return item, Dimensions()
    if item == "total" and bare(path[-1]) in SUMS:
        above, _ = words.item(path[:-1])
        expense = words.meaning(above)
        if expense and (expense.dimensions.is_expense or words.is_part(expense)):
            return above, Dimensions()
    context = Dimensions()
    for end in range(1, len(path)):
        head, score = words.item(path[:end])
        known = words.meaning(head)
        if known and known.role == "money" and score >= SURE and head != item:
            context = known.dimensions.over(context)
            if known.dimensions.flow == "other":  # 增减变化情况/三公经费 is a change
                return head, Dimensions()
            if known.dimensions.fund == "carry_over" and item:
                is_sum = bare(path[-1]) in SUMS or item == "amount"
                return (head if is_sum else f"{CARRY_OVER}{item}"), Dimensions()
            item = head if item == "amount" else item
    # A head that speaks of the whole limits nothing: 本年支出 over 小计 in a form of 基本支出.
    kind, fund, flow = context.spending_kind, context.fund, context.flow
    return item, replace(
        context,
        flow=flow if flow in _STOCKS else None,
        spending_kind=None if kind == "all" else kind,
        fund=None if fund == "all" else fund,
    )


def _once_each(paths: list[tuple[str, ...]], items: list[str | None]) -> list[str | None]:
    """The items, with a bare 合计 read as the total of all where 小计 below it means the item.

    A form of two years has each item once a year.
    """
    plain = [tuple(text for text in path if not ONLY_YEAR.match(text)) for path in paths]
    years = [set(path) - set(rest) for path, rest in zip(paths, plain, strict=True)]
    keys = [(item, tuple(sorted(year))) for item, year in zip(items, years, strict=True)]
    counts = Counter(keys)
    bare_total = [len(rest) == 1 and bare(rest[0]) in {"合计", "总计"} for rest in plain]
    return [
        "total" if key[0] and counts[key] > 1 and alone and key[0].endswith("_total") else key[0]
        for key, alone in zip(keys, bare_total, strict=True)
    ]


def _item(path: tuple[str, ...], headers: Wordings[str]) -> tuple[str | None, float]:
    """The column item of a header path: the longest suffix of the path that is known.

    A header that is broken over rows is also tried as one wording without its remark in brackets.
    """
    plain = [_YEAR.sub("", bare(text)) for text in path if bare(text)]
    unbracketed = [_YEAR.sub("", bare(re.sub(r"[(（].*$", "", text))) for text in path]
    suffixes = ["/".join(plain[start:]) for start in range(len(plain))]
    suffixes += ["/".join(unbracketed[start:]) for start in range(len(unbracketed))]
    whole = re.sub(r"[(（].*$", "", "".join(path))
    for reading in [*suffixes, "".join(plain), whole]:
        if found := headers.exact(reading):
            return found[0], 100.0
    for reading in [*suffixes, "".join(plain), whole]:
        of_several = len(plain) > 1 and reading.startswith(plain[0])
        found, score = headers.like(reading, _PATH_CUTOFF if of_several else _HEADER_CUTOFF)
        if found:
            return found[0], score
    return None, 0.0


def _of_prior_year(item: str | None, path: tuple[str, ...]) -> str | None:
    """The item as that of the year before, where the header says so: 上年预算执行数."""
    if item not in _OF_A_YEAR or not any(_PRIOR_YEAR.search(bare(text)) for text in path):
        return item
    is_account = _phase(path) == "final_account"
    return "prior_year_final_account" if is_account else "prior_year_budget"


def _change(path: tuple[str, ...]) -> str | None:
    """The item of a bare 金额 or % below a head that compares: 2023年预算数比2022年增减/金额."""
    if not any(_COMPARISON.search(bare(text)) for text in path[:-1]):
        return None
    end = bare(path[-1])
    if end in _CHANGE:
        return "change_amount"
    return "change_rate" if _CHANGE_RATE.fullmatch(end) else None


def _year(path: tuple[str, ...]) -> int | None:
    years = [int(match[1]) for text in path for match in _YEAR.finditer(bare(text))]
    return years[0] if years else None


def _phase(path: tuple[str, ...]) -> str | None:
    """The phase that a header says, whatever else it says: 2010年“三公”经费预算数 over 合计."""
    text = "".join(map(bare, path))
    return next((phase for wording, phase in _PHASES if wording.search(text)), None)


def _unit(path: tuple[str, ...]) -> str | None:
    """The unit that a header names, the one nearest to the figures: 预算数(万元)."""
    found = [match["unit"] for text in path if (match := _UNIT.search(text.strip()))]
    return found[-1] if found else None


def _by_content(columns: list[Column], body: Matrix, *, recognised: bool) -> list[Column]:
    """Settle by their contents the columns whose header says nothing or is damaged."""
    settled: list[Column] = []
    for column in columns:
        texts = [text_of(row[column.index]) for row in body if column.index < len(row)]
        texts = [text.strip() for text in texts if text.strip()]
        kinds = Counter(kind_of(text, recognised=recognised) for text in texts)
        role = column.role
        contradicted = (role in LABELS and kinds["money"] > kinds["words"] + 2) or (
            role in MONEY and kinds["words"] > 2 * (kinds["money"] + kinds["code"])
        )
        if role in {"none", "unknown"} or contradicted:
            role = _role_of(kinds) if kinds else role
        if role == "label" and kinds["code"] > kinds["words"]:
            role = "code"
        elif role == "code" and kinds["words"] > kinds.total() - kinds["words"] - kinds["dash"]:
            role = "label"
        if role == "code" and not column.item and _counts_up(texts):
            role = "row_number"
        item = column.item if role == column.role else None
        settled.append(replace(column, role=role, item=item))
    return settled


def _by_ending(column: Column, words: Vocabulary) -> Column:
    """Settle an amount column under one text for name and amount, 科目名称金额."""
    if column.role != "money" or column.item or not column.path:
        return column
    text = bare(column.path[-1])
    found = (words.exact(text[start:]) for start in range(1, len(text) - 1))
    meaning = words.meaning(next((name for name in found if name), None))
    if not meaning or meaning.role != "money":
        return column
    return replace(column, item=_of_prior_year(meaning.column_item, column.path))


def _one_scheme(columns: list[Column]) -> list[Column]:
    """One account a row: where both economic schemes stand side by side, the department's.

    The government's code and name beside it say the same amount again in other words.
    """

    def is_government(column: Column) -> bool:
        return column.item in _GOVERNMENT or bool(_GOVERNMENT_SCHEME.search("".join(column.path)))

    if not any(column.item == "code" and not is_government(column) for column in columns):
        return columns
    return [
        replace(column, role="text") if column.role in LABELS and is_government(column) else column
        for column in columns
    ]


def _one_axis(columns: list[Column], form: Form) -> list[Column]:
    """One code a row: where functions and economic accounts stand side by side, the form's own.

    The other code becomes the row's ``cross`` code; in a list of projects both do.
    """
    codes = [column for column in columns if column.role == "code"]
    said = {axis for axis in _AXIS_WORDS for column in codes if _says(column, axis)}
    others = {"function": {"economic"}, "economic": {"function"}}.get(form.axis, set(_AXIS_WORDS))
    if not others <= said or len(others) == len(codes) and form.axis in _AXIS_WORDS:
        return columns

    def moved(column: Column) -> Column:
        if column.role not in LABELS or not any(_says(column, axis) for axis in others):
            return column
        return replace(column, role="cross" if column.role == "code" else "text")

    return [moved(column) for column in columns]


def _says(column: Column, axis: str) -> bool:
    return _AXIS_WORDS[axis] in "".join(column.path)


def _counts_up(texts: list[str]) -> bool:
    """Whether a column numbers its rows one by one."""
    numbers = [int(text) for text in texts if re.fullmatch(r"\d{1,3}", text)]
    steps = [after - before for before, after in zip(numbers, numbers[1:], strict=False)]
    return len(steps) >= 3 and sum(step == 1 for step in steps) > 0.8 * len(steps)


@lru_cache(maxsize=1 << 14)
def kind_of(text: str, *, recognised: bool) -> str:
    """What a text of a body is: words, code, identifier, money or a mere dash."""
    if has_words(text):
        return "words"
    if re.fullmatch(r"[\[【(]?(?!0$)\d{1,7}[\]】)]?", text.strip().lstrip(amounts.APOSTROPHES)):
        return "code"
    if re.fullmatch(r"[23]\d{2}(?:\s\d{2}){1,2}", text.strip()):
        return "code"
    # A project's number, a model of a printer. No department has as many 元 as 13 digits say.
    if re.search(r"[A-Za-z]|^\d{13,}$", text.strip()):
        return "identifier"
    state = amounts.parse(text, recognised=recognised).state
    return "money" if state in {amounts.AMOUNT, amounts.DAMAGED} else "dash"


def _role_of(kinds: Counter[str]) -> str:
    kind, _ = kinds.most_common(1)[0]
    roles = {"words": "label", "identifier": "label", "code": "code", "money": "money"}
    return roles.get(kind, "none")


def _with_groups(columns: list[Column]) -> tuple[Column, ...]:
    """Number the side-by-side groups: label columns after amount columns open a new one."""
    group, seen_money = 0, False
    grouped = []
    for column in columns:
        if column.role in MONEY:
            seen_money = True
        elif column.role in LABELS and seen_money:
            group, seen_money = group + 1, False
        grouped.append(replace(column, group=group))
    return tuple(grouped)


def is_total(label: str) -> bool:
    """Whether a label names a total."""
    return bool(_TOTAL.match(bare(label)))


def unmapped(columns: tuple[Column, ...], matrix: Matrix, split: Split) -> list[tuple[str, Cell]]:
    """The headers of amount columns whose meaning is not known, each with its cell."""
    header = [cell for index in split.header for cell in matrix[index] if cell]
    return [
        ("/".join(column.path), cell)
        for column in columns
        if column.role in {"money", "unknown", "ratio"} and not column.item
        for cell in [next((c for c in header if c.column == column.index), None)]
        if cell
    ]
