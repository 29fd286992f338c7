"""The catalogue: what forms, titles, headers, rows, classes and places are called.

Here: loading ``dbt/seeds`` and finding a printed wording in it. A province's new wording is a new
row of a seed; a rule that needs code belongs in the module that applies it, not here.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Generic, TypeVar

from rapidfuzz import fuzz, process

from dagster_project.readers.glyphs import normalise

_KEEP = re.compile(r"[^0-9A-Za-z\u3400-\u9fff/%]+")
_ORDINAL = re.compile(
    r"^\s*(?:[(（]?[一二三四五六七八九十]+[)）]?\s*[、.．]|[(（][一二三四五六七八九十\d]+[)）]|\d{1,2}\s*[、.．](?:(?!\d)|(?=20\d{2}年)))\s*"
)


def bare(text: str) -> str:
    """A wording stripped of blanks, punctuation and marks, for comparison."""
    return _KEEP.sub("", normalise(text))


def without_ordinal(text: str) -> str:
    """The wording without its outline number and without 其中 / 加 / 减 in front."""
    text = _ORDINAL.sub("", text.strip())
    return _ORDINAL.sub("", re.sub(r"^(?:其中|加|减)\s*[:：]?\s*", "", text))


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


T = TypeVar("T")


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
        best = process.extractOne(key, self._keys, scorer=fuzz.ratio, score_cutoff=cutoff)
        return (self._meanings[best[0]], best[1]) if best else ([], 0.0)


class Classification:
    """Accounts of one classification by code and by name."""

    def __init__(
        self, accounts: Iterable[Account], aliases: Iterable[tuple[str, Account]] = ()
    ) -> None:
        """Index the accounts by code, name and alias; a name may belong to several codes."""
        self.by_code = {account.code: account for account in accounts}
        names = [(account.name, account) for account in self.by_code.values()]
        self._by_name = Wordings([*names, *aliases])

    def named(self, name: str, level: str | None = None) -> list[Account]:
        """The accounts of exactly this name, optionally of one level only."""
        return [a for a in self._by_name.exact(name) if level in {None, a.level}]

    def named_like(self, name: str, level: str, cutoff: float) -> list[Account]:
        """The accounts of one level whose name is most like this one."""
        found, _ = self._by_name.like(name, cutoff)
        return [account for account in found if account.level == level]


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
    divisions: tuple[Division, ...]
    known_tables: dict[tuple[str, ...], str]
    project_labels: ProjectLabels
    title_words: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = ()

    def named_by_words(self, title: str, document_kind: str | None) -> str | None:
        """The one form whose words a title holds, all of them and none that speaks against it.

        Only forms of the document's kind are looked at: titles of either kind may say 情况表.
        """
        found = {
            form
            for form, required, forbidden in self.title_words
            if self.forms[form].document_kind == document_kind
            and all(word in title for word in required)
            and not any(word in title for word in forbidden)
        }
        return found.pop() if len(found) == 1 else None

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
        divisions=_divisions(seeds / "administrative_divisions.csv"),
        known_tables={
            tuple(bare(text) for text in row["header"].split("|")): row["table_kind"]
            for row in _rows(seeds / "known_tables.csv")
        },
        project_labels=ProjectLabels(
            (row["part"], row["item"], row["label"]) for row in _rows(seeds / "project_labels.csv")
        ),
        title_words=tuple(
            (row["form"], tuple(row["required"].split()), tuple(row["forbidden"].split()))
            for row in _rows(seeds / "form_words.csv")
        ),
    )


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


def _classification(seeds: Path, axis: str) -> Classification:
    """The accounts of one axis, with the names that other years and documents print for them."""
    rows = _rows(seeds / f"{axis}_classification.csv")
    accounts = {
        row["code"]: Account(row["code"], row["name"], row["level"])
        for row in rows
        if row.get("scheme", "department") == "department"
    }
    aliases = [
        (row["name"], accounts[row["code"]])
        for row in _rows(seeds / "classification_aliases.csv")
        if row["axis"] == axis and row["code"] in accounts
    ]
    return Classification(accounts.values(), aliases)


def _divisions(path: Path) -> tuple[Division, ...]:
    names = ("code", "name", "level", "province_name", "city_name", "county_name")
    return tuple(Division(*(row[name] for name in names)) for row in _rows(path))
