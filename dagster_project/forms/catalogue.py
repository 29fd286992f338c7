"""The catalogue: what forms, titles, headers, rows, classes and places are called.

Here: loading ``dbt/seeds`` and finding a printed wording in it. A province's new wording is a new
row of a seed; a rule that needs code belongs in the module that applies it, not here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from dagster_project.readers.glyphs import normalise

ECONOMIC = "economic:"  # begins the item of a column that an economic account heads
CARRY_OVER = "carry_over:"  # begins the item of a part of last year's balance: 上年结转/政府性基金
_KEEP = re.compile(r"[^0-9A-Za-z\u3400-\u9fff/%]+")
_ADDED = re.compile(r"^(?:其中|加|减)\s*[:：]?\s*")
_ORDINAL = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]+[)）]?\s*[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}\s*[、.．](?:(?!\d)|(?=20\d{2}年)))\s*"
)


@lru_cache(maxsize=1 << 16)
def bare(text: str) -> str:
    """A wording stripped of blanks, punctuation and marks, for comparison."""
    return _KEEP.sub("", normalise(text))


@lru_cache(maxsize=1 << 14)
def without_ordinal(text: str) -> str:
    """The wording without its outline number and without 其中 / 加 / 减 in front."""
    text = _ORDINAL.sub("", text.strip())
    return _ORDINAL.sub("", _ADDED.sub("", text))


@dataclass(frozen=True, slots=True)
class Dimensions:
    """What an amount is about, as far as its form, row or column says (None: not said)."""

    fund: str | None = None
    phase: str | None = None
    flow: str | None = None
    spending_kind: str | None = None

    @property
    def is_expense(self) -> bool:
        """Whether this is one kind of expense (公务接待费), neither a fund nor a part of all."""
        return self.flow == "expenditure" and not (self.fund or self.phase or self.spending_kind)

    def values(self) -> dict[str, str | None]:
        """The dimensions by name."""
        return {
            "fund": self.fund,
            "phase": self.phase,
            "flow": self.flow,
            "spending_kind": self.spending_kind,
        }

    def over(self, other: Dimensions) -> Dimensions:
        """These dimensions where said, those of ``other`` elsewhere."""
        return Dimensions(
            self.fund or other.fund,
            self.phase or other.phase,
            self.flow or other.flow,
            self.spending_kind or other.spending_kind,
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A statutory form: ``columns`` are the items of its 栏次 in order, where they are fixed."""

    form: str
    name: str
    document_kind: str
    layout: str
    axis: str
    dimensions: Dimensions
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ColumnItem:
    """What a column holds: its role (code, label, row_number, text, money, ratio) and meaning."""

    column_item: str
    role: str
    dimensions: Dimensions


@dataclass(frozen=True, slots=True)
class RowItem:
    """What an uncoded row says, and under which row it stands."""

    row_item: str
    parent_item: str | None
    row_kind: str
    is_additive: bool
    measure: str
    dimensions: Dimensions
    ancestors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a classification: function 类/款/项 or economic 类/款."""

    code: str
    name: str
    level: str


@dataclass(frozen=True, slots=True)
class Division:
    """An administrative division of GB/T 2260."""

    code: str
    name: str
    level: str
    province_name: str
    city_name: str
    county_name: str


@dataclass(frozen=True, slots=True)
class ColumnTerm:
    """One column of an identity between columns of a row (合计 = 基本支出 + 项目支出)."""

    side: str
    sign: int
    column_item: str
    requirement: str


T = TypeVar("T")


# Words of which one means the opposite of the other, though a wording differs in nothing else.
_OPPOSITES = (
    ("收入", "支出"), ("年初", "年末"), ("年初", "年终"), ("上年", "本年", "下年"),
    ("购置", "运行"), ("基本", "项目"), ("人员", "公用"), ("预算数", "执行数", "决算数", "完成数"),
    ("数", "率"),
)  # fmt: skip


def _sides(wording: str) -> tuple[frozenset[str], ...]:
    """Which of each set of opposites a wording has; 非财政拨款 has 非."""
    found = [frozenset(word for word in words if word in wording) for words in _OPPOSITES]
    return (*found, frozenset("非") if "非" in wording else frozenset("是"))


def _opposed(one: tuple[frozenset[str], ...], other: tuple[frozenset[str], ...]) -> bool:
    return any(a and b and a.isdisjoint(b) for a, b in zip(one, other, strict=True))


class Wordings(Generic[T]):
    """Printed wordings and what each may mean, found exactly or by likeness."""

    def __init__(self, pairs: Iterable[tuple[str, T]]) -> None:
        """Keep every (wording, meaning) pair; one wording may have several meanings."""
        self._meanings: dict[str, list[T]] = {}
        for wording, meaning in pairs:
            meanings = self._meanings.setdefault(bare(wording), [])
            if meaning not in meanings:
                meanings.append(meaning)
        self._keys = list(self._meanings)

    def exact(self, wording: str) -> list[T]:
        """The meanings of exactly this wording, blanks and punctuation aside."""
        return self._meanings.get(bare(wording), [])

    def like(self, wording: str, cutoff: float) -> tuple[list[T], float]:
        """The meanings of the most similar wording, and its likeness (0 to 100)."""
        key = bare(wording)
        if key in self._meanings:
            return self._meanings[key], 100.0
        if not key:
            return [], 0.0
        own = _sides(key)
        alike = process.extract(key, self._keys, scorer=fuzz.ratio, score_cutoff=cutoff, limit=None)
        best = next((k for k in alike if not _opposed(own, _sides(k[0]))), None)
        return (self._meanings[best[0]], best[1]) if best else ([], 0.0)


@dataclass(frozen=True, slots=True)
class Years:
    """The fiscal years in which a row of the catalogue holds; None: without beginning or end."""

    first: int | None = None
    last: int | None = None

    def hold(self, year: int | None) -> bool:
        """Whether the row holds in a year; in an unknown year every row does."""
        return year is None or (self.first or year) <= year <= (self.last or year)


class Classification:
    """Accounts of one classification by code and by name."""

    def __init__(
        self,
        accounts: Iterable[Account],
        aliases: Iterable[tuple[str, Account, Years]] = (),
        year: int | None = None,
    ) -> None:
        """Index the accounts by code, name and alias; a name may belong to several codes.

        Of a name that meant different accounts in different years, those of ``year`` are taken.
        """
        self._aliases = tuple(aliases)
        self.by_code = {account.code: account for account in accounts}
        holding = [(name, a, years) for name, a, years in self._aliases if years.hold(year)]
        # 住房公积金 is 30311 until 2017 and 30113 since: a name of former years goes alone in them.
        former = {bare(name) for name, _, years in holding if year and years.last}
        official = [
            (account.name, account)
            for account in self.by_code.values()
            if bare(account.name) not in former
        ]
        known = [*official, *((name, account) for name, account, _ in holding)]
        explained = {bare(name) for name, _ in known}
        others = [(name, a) for name, a, _ in self._aliases if bare(name) not in explained]
        self._by_name = Wordings([*known, *others])

    def of_year(self, year: int | None) -> Classification:
        """The same accounts, names read as in a fiscal year."""
        return Classification(self.by_code.values(), self._aliases, year)

    def named(self, name: str, level: str | None = None) -> list[Account]:
        """The accounts of exactly this name, optionally of one level only."""
        return [a for a in self._by_name.exact(name) if level in {None, a.level}]

    def named_like(self, name: str, level: str, cutoff: float) -> list[Account]:
        """The accounts of one level whose name is most like this one."""
        found, _ = self._by_name.like(name, cutoff)
        return [account for account in found if account.level == level]


class TitleTerms:
    """The terms that titles are made of, and the concept of each; some say nothing (情况, 总)."""

    def __init__(self, concepts: dict[str, str]) -> None:
        """Prepare for reading titles term by term, the longest first."""
        self._concepts = {bare(term): concept for term, concept in concepts.items()}
        longest_first = sorted(self._concepts, key=len, reverse=True)
        self._terms = re.compile("|".join(map(re.escape, longest_first)))
        self._read: dict[str, tuple[frozenset[str], tuple[str, ...]]] = {}

    def read(self, title: str) -> tuple[frozenset[str], tuple[str, ...]]:
        """The concepts that a bare title holds, and the words that no term explains."""
        if title not in self._read:
            self._read[title] = self._parse(title)
        return self._read[title]

    def _parse(self, title: str) -> tuple[frozenset[str], tuple[str, ...]]:
        named = frozenset(self._concepts[term] for term in self._terms.findall(title))
        return named - {""}, tuple(word for word in self._terms.split(title) if word)


class ProjectLabels:
    """What forms of single projects print, by the part of the form that it belongs to."""

    def __init__(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Keep rows of part, item and label."""
        self._by_part: dict[str, dict[str, str]] = {}
        for part, item, label in rows:
            self._by_part.setdefault(part, {}).setdefault(bare(label), item)

    def of(self, part: str) -> dict[str, str]:
        """The labels of a part, stripped as by ``bare``, each with its item."""
        return self._by_part.get(part, {})

    def labels(self, part: str, item: str) -> list[str]:
        """The labels of one item, the longest first."""
        return sorted((own for own, i in self.of(part).items() if i == item), key=len)[::-1]


@dataclass(frozen=True)
class Catalogue:
    """All that recognition knows that is not code."""

    forms: dict[str, Form]
    titles: tuple[tuple[str, str], ...]
    column_items: dict[str, ColumnItem]
    headers: tuple[tuple[str, str, frozenset[str]], ...]
    row_items: dict[str, RowItem]
    labels: tuple[tuple[str, str, frozenset[str]], ...]
    function: Classification
    economic: Classification
    government: Classification
    divisions: tuple[Division, ...]
    known_tables: dict[tuple[str, ...], str]
    title_terms: TitleTerms
    form_concepts: tuple[tuple[str, frozenset[str], frozenset[str]], ...]
    form_evidence: dict[str, tuple[tuple[tuple[str, ...], float], ...]]
    years: dict[object, Years]
    column_terms: dict[str, tuple[ColumnTerm, ...]]
    project_labels: ProjectLabels
    _in_years: dict[int | None, Catalogue] = field(
        init=False, default_factory=dict, compare=False, repr=False
    )

    def classification(self, scheme: str) -> Classification:
        """The accounts of a scheme: function, economic (部门) or government (政府预算经济分类)."""
        return {
            "function": self.function,
            "economic": self.economic,
            "government": self.government,
        }[scheme]

    def column_item(self, name: str | None) -> ColumnItem | None:
        """What a column item means; ``economic:30101`` is a column of that account.

        ``carry_over:general_public_budget`` is what was carried over from that fund.
        """
        if name and name.startswith(ECONOMIC):
            return ColumnItem(name, "money", Dimensions(flow="expenditure"))
        if name and name.startswith(CARRY_OVER):
            return ColumnItem(name, "money", Dimensions(fund="carry_over"))
        return self.column_items.get(name or "")

    def of_year(self, year: int | None) -> Catalogue:
        """The catalogue as it holds in a fiscal year.

        A wording is left out where it holds in other years only and another row says what it means
        in this one; a wording that stands alone is kept, because bodies are slow to change.
        """
        if year not in self._in_years:
            self._in_years[year] = self._of_year(year)
        return self._in_years[year]

    def _of_year(self, year: int | None) -> Catalogue:
        return replace(
            self,
            titles=_of_year(self.titles, self.years, year),
            headers=_of_year(self.headers, self.years, year),
            labels=_of_year(self.labels, self.years, year),
            function=self.function.of_year(year),
            economic=self.economic.of_year(year),
            government=self.government.of_year(year),
        )

    def labels_of(self, form: str) -> Wordings[str]:
        """The row wordings that may occur in a form; those of this form alone come first."""
        return _scoped(self.labels, form)

    def totals_of(self, form: str) -> Wordings[str]:
        """The wordings of totals alone, for rows that stand among account codes."""
        kept = [row for row in self.labels if self.row_items[row[1]].row_kind == "total"]
        return _scoped(tuple(kept), form)

    def headers_of(self, form: str) -> Wordings[str]:
        """The header wordings that may occur in a form; those of this form alone come first."""
        return _scoped(self.headers, form)


R = TypeVar("R", bound=tuple[object, ...])


def _of_year(rows: tuple[R, ...], years: dict[object, Years], year: int | None) -> tuple[R, ...]:
    """The rows that hold in a year, and those whose wording no row that holds explains."""
    holding = {row for row in rows if years.get(row, Years()).hold(year)}
    known = {(row[0], *row[2:]) for row in holding}
    return tuple(row for row in rows if row in holding or (row[0], *row[2:]) not in known)


@lru_cache(maxsize=1024)
def _scoped(rows: tuple[tuple[str, str, frozenset[str]], ...], form: str) -> Wordings[str]:
    own = [(wording, item) for wording, item, forms in rows if form in forms]
    return Wordings(own + [(wording, item) for wording, item, forms in rows if not forms])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _dimensions(row: dict[str, str]) -> Dimensions:
    fields = (row[name] or None for name in ("fund", "phase", "flow", "spending_kind"))
    return Dimensions(*fields)


def _scoped_rows(path: Path, key: str, item: str) -> tuple[tuple[str, str, frozenset[str]], ...]:
    return tuple((row[key], row[item], frozenset(row["forms"].split())) for row in _rows(path))


@lru_cache(maxsize=4)
def load(seeds: Path) -> Catalogue:
    """Load the catalogue from the folder of dbt seeds."""
    return Catalogue(
        forms={
            row["form"]: Form(
                row["form"],
                row["form_name"],
                row["document_kind"],
                row["layout"],
                row["axis"],
                _dimensions(row),
                tuple(row["columns"].split()),
            )
            for row in _rows(seeds / "forms.csv")
        },
        titles=tuple((row["title"], row["form"]) for row in _rows(seeds / "form_titles.csv")),
        column_items={
            row["column_item"]: ColumnItem(row["column_item"], row["role"], _dimensions(row))
            for row in _rows(seeds / "column_items.csv")
        },
        headers=_scoped_rows(seeds / "form_columns.csv", "header", "column_item"),
        row_items=_row_items(seeds / "row_items.csv"),
        labels=_scoped_rows(seeds / "form_rows.csv", "label", "row_item"),
        function=_classification(seeds, "function"),
        economic=_classification(seeds, "economic"),
        government=_classification(seeds, "economic", "government"),
        divisions=_divisions(seeds / "administrative_divisions.csv"),
        known_tables={
            tuple(bare(text) for text in row["header"].split("|")): row["table_kind"]
            for row in _rows(seeds / "known_tables.csv")
        },
        project_labels=ProjectLabels(
            (row["part"], row["item"], row["label"]) for row in _rows(seeds / "project_labels.csv")
        ),
        title_terms=TitleTerms(
            {row["term"]: row["concept"] for row in _rows(seeds / "title_terms.csv")}
        ),
        form_concepts=tuple(
            (row["form"], frozenset(row["required"].split()), frozenset(row["optional"].split()))
            for row in _rows(seeds / "form_concepts.csv")
        ),
        form_evidence=_form_evidence(seeds / "form_evidence.csv"),
        column_terms=_column_terms(seeds / "balance_column_terms.csv"),
        years={
            key: _years(row)
            for key, row in [
                *(((row["title"], row["form"]), row) for row in _rows(seeds / "form_titles.csv")),
                *_keyed(seeds / "form_columns.csv", "header", "column_item"),
                *_keyed(seeds / "form_rows.csv", "label", "row_item"),
            ]
            if row["valid_from"] or row["valid_to"]
        },
    )


def _column_terms(path: Path) -> dict[str, tuple[ColumnTerm, ...]]:
    found: dict[str, tuple[ColumnTerm, ...]] = {}
    for row in _rows(path):
        term = ColumnTerm(row["side"], int(row["sign"]), row["column_item"], row["requirement"])
        found[row["identity"]] = (*found.get(row["identity"], ()), term)
    return found


def _keyed(path: Path, key: str, item: str) -> Iterable[tuple[object, dict[str, str]]]:
    rows = _rows(path)
    return zip(_scoped_rows(path, key, item), rows, strict=True)


def _years(row: dict[str, str]) -> Years:
    return Years(*(int(row[name]) if row[name] else None for name in ("valid_from", "valid_to")))


def _form_evidence(path: Path) -> dict[str, tuple[tuple[tuple[str, ...], float], ...]]:
    """Form → sets of words that its table holds, each with what it counts for."""
    found: dict[str, tuple[tuple[tuple[str, ...], float], ...]] = {}
    for row in _rows(path):
        words = (tuple(map(bare, row["words"].split())), float(row["points"]))
        found[row["form"]] = (*found.get(row["form"], ()), words)
    return found


def _row_items(path: Path) -> dict[str, RowItem]:
    """The row items with their ancestors, nearest first: forms may leave out a level between."""
    rows = {row["row_item"]: row for row in _rows(path)}
    items = {}
    for name, row in rows.items():
        ancestors: list[str] = []
        while parent := rows[ancestors[-1] if ancestors else name]["parent_item"]:
            ancestors.append(parent)
        items[name] = RowItem(
            name,
            row["parent_item"] or None,
            row["row_kind"],
            row["is_additive"] == "true",
            row["measure"],
            _dimensions(row),
            tuple(ancestors),
        )
    return items


def _classification(seeds: Path, axis: str, scheme: str = "department") -> Classification:
    """The accounts of one axis, with the names that other years and documents print for them."""
    rows = _rows(seeds / f"{axis}_classification.csv")
    accounts = {
        row["code"]: Account(row["code"], row["name"], row["level"])
        for row in rows
        if row.get("scheme", scheme) == scheme
    }
    aliases = [
        (row["name"], accounts[row["code"]], _years(row))
        for row in _rows(seeds / "classification_aliases.csv")
        if row["axis"] in {axis, scheme} and row["code"] in accounts
    ]
    return Classification(accounts.values(), aliases)


def _divisions(path: Path) -> tuple[Division, ...]:
    names = ("code", "name", "level", "province_name", "city_name", "county_name")
    return tuple(Division(*(row[name] for name in names)) for row in _rows(path))
