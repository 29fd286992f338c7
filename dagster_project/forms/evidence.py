"""Which form a section is, by all that it says of itself, with the reasons.

Here: weighing title, table of contents, form number, and the table's own axis, panels and words
against each form of the catalogue. How a title line is read belongs in ``titles``; what a column
or a row means is read later, when the form is known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from dagster_project.forms.amounts import APOSTROPHES
from dagster_project.forms.catalogue import Catalogue, Classification, Form, bare, without_ordinal
from dagster_project.forms.sections import Declared, Section
from dagster_project.forms.titles import Titles

MARGIN = 5.0  # two candidates nearer than this are reported as ambiguous
_FARTHER = 0.5  # of two titles the one nearer to the table counts
_BY_CONTENTS = 5.0  # a title in the table of contents is one step farther away
_BASE = 45.0  # a table that nothing announces
_LEAST_UNTITLED = 75.0
_AXIS, _WRONG_AXIS, _PANELS, _WRONG_PANELS, _CROSS = 8.0, 15.0, 8.0, 10.0, 6.0
_HEAD_ROWS = 8
_FEWEST_CODES = 3
_CODE_BEGINS = frozenset("2[(【35")  # 201…, [201]…, 301…, 501…
_CODE = re.compile(rf"^[{APOSTROPHES}]?\d{{3}}(?:\s?\d{{2}}){{0,2}}$")
_DIGITS = re.compile(r"^\s*\d{1,6}\s*$")
_FIGURE = re.compile(r"\d[.,]\d{2}")
_WEIGHED = {"rows", "panels", "list"}  # layouts that have columns and rows to weigh
_PANEL = re.compile(r"^(?:财政拨款)?(收入|支出)(?:预算|决算)?$")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A form that a section may be, how likely (0 to 100), and why."""

    form: Form
    score: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The form chosen, if any, and the candidates in the order of their scores."""

    form: Form | None
    score: float
    candidates: tuple[Candidate, ...]

    @property
    def is_ambiguous(self) -> bool:
        """Whether another form is nearly as likely as the first."""
        first = self.candidates[:2]
        return len(first) == 2 and first[0].score - first[1].score < MARGIN

    @property
    def evidence(self) -> str:
        """The reasons for the form, and the runner-up where it is near."""
        if not self.candidates:
            return "no title, number or words of a known form"
        text = "; ".join(self.candidates[0].reasons)
        if self.is_ambiguous:
            rivals = ", ".join(f"{c.form.form} {c.score:.0f}" for c in self.candidates[1:3])
            text += f"; ambiguous: {self.candidates[0].score:.0f} against {rivals}"
        return text


@dataclass(frozen=True, slots=True)
class Profile:
    """What a table looks like before its form is known."""

    function_codes: int
    department_codes: int
    government_codes: int
    account_headers: int
    has_panels: bool
    has_rows: bool
    words: str

    @property
    def axis(self) -> str | None:
        """The axis that the codes or names of the rows belong to."""
        economic = self.department_codes + self.government_codes
        if max(self.function_codes, economic) < _FEWEST_CODES:
            return None
        return "function" if self.function_codes > economic else "economic"


def choose(
    section: Section, titles: Titles, declared: Iterable[Declared], catalogue: Catalogue
) -> Choice:
    """Weigh every form that the section may be."""
    profile = look_at(section, catalogue)
    named = _by_title(section, titles) or _by_contents(section, titles, declared)
    is_titled = bool(named)
    if not named:
        named = {
            form.form: (_BASE, "no title")
            for form in catalogue.forms.values()
            if form.document_kind == titles.document_kind and form.layout in _WEIGHED
        }
    weighed = [
        _weigh(catalogue.forms[name], score, reason, profile, catalogue, is_titled=is_titled)
        for name, (score, reason) in named.items()
    ]
    ordered = tuple(sorted(weighed, key=lambda candidate: -candidate.score)[:4])
    choice = Choice(ordered[0].form, ordered[0].score, ordered) if ordered else Choice(None, 0, ())
    if not is_titled and (choice.score < _LEAST_UNTITLED or choice.is_ambiguous):
        return Choice(None, 0.0, ordered)
    return choice


def _by_title(section: Section, titles: Titles) -> dict[str, tuple[float, str]]:
    """Form → score and reason, from the lines that announce the table."""
    named: dict[str, tuple[float, str]] = {}
    for distance, anchor in enumerate(reversed(section.anchors)):
        for form, score in titles.candidates(anchor.wording or anchor.text).items():
            near = score - _FARTHER * distance
            if near > named.get(form, (0.0, ""))[0]:
                named[form] = (near, f"title {anchor.text!r} like the catalogue's ({score:.0f})")
    return named


def _by_contents(
    section: Section, titles: Titles, declared: Iterable[Declared]
) -> dict[str, tuple[float, str]]:
    """Form → score and reason, from what the table of contents says of the printed number."""
    named: dict[str, tuple[float, str]] = {}
    for entry in declared:
        if section.number and entry.number == section.number:
            for form, score in titles.candidates(entry.text).items():
                reason = f"the contents say {entry.text!r} of number {entry.number} ({score:.0f})"
                named[form] = (score - _BY_CONTENTS, reason)
    return named


def look_at(section: Section, catalogue: Catalogue) -> Profile:
    """The codes, headings and words of a section's table."""
    rows = [
        [cell.text for cell in row if cell and cell.text]
        for grid in section.grids
        for row in grid.matrix()
    ]
    head = list(takewhile(lambda row: not _is_body(row), rows[:_HEAD_ROWS]))
    body = [text for row in rows[len(head) :] for text in row]
    plain = (text.lstrip(APOSTROPHES) for text in body)
    codes = [re.sub(r"\D", "", text[:12]) for text in plain if text[:1] in _CODE_BEGINS]
    codes += map(_split_code, rows[len(head) :])
    schemes = (catalogue.function, catalogue.economic, catalogue.government)
    function, economic, government = (_known(codes, scheme.by_code) for scheme in schemes)
    if not any((function, economic, government)):
        function, economic = (_named(body, scheme) for scheme in schemes[:2])
    sides = [{m[1] for text in row if (m := _PANEL.match(bare(text)))} for row in head]
    return Profile(
        function,
        economic,
        government,
        max(sum(bool(s.named(t)) for row in head for t in row) for s in schemes[1:]),
        any(len(side) == 2 for side in sides),
        any(grid.row_count > 2 for grid in section.grids),
        "|".join(bare(text) for row in rows for text in row),
    )


def _is_body(row: Sequence[str]) -> bool:
    """Whether a row prints figures with decimals, or begins with an account's code."""
    return any(map(_FIGURE.search, row)) or bool(row and _CODE.match(row[0].strip()))


def _split_code(row: Sequence[str]) -> str:
    """The code that a row begins with, over as many cells as it has: 214 | 01 | 04, 213030 | 5."""
    return "".join(text.strip() for text in takewhile(_DIGITS.match, row))


def _known(codes: Sequence[str], accounts: Mapping[str, object]) -> int:
    return len({code for code in codes if code in accounts})


def _named(labels: Sequence[str], accounts: Classification) -> int:
    """How many labels are classes or groups of a scheme, for tables that print no codes."""
    names = (accounts.named(without_ordinal(label)) for label in labels)
    return sum(any(account.level in {"class", "group"} for account in found) for found in names)


def _weigh(
    form: Form,
    score: float,
    reason: str,
    profile: Profile,
    catalogue: Catalogue,
    *,
    is_titled: bool,
) -> Candidate:
    reasons = [reason]
    if profile.has_rows and form.layout in _WEIGHED:
        points = [*_axis(form, profile), *_panels(form, profile), *_cross(form, profile)]
        if not is_titled:
            points += [*_words(form, profile, catalogue), *_no_panels(form, profile)]
        for value, why in points:
            score += value
            reasons.append(f"{why} ({value:+.0f})")
    return Candidate(form, max(0.0, min(100.0, score)) if not is_titled else score, tuple(reasons))


def _axis(form: Form, profile: Profile) -> Iterable[tuple[float, str]]:
    axis = profile.axis
    if axis is None or form.layout != "rows" or form.axis not in {"function", "economic", "items"}:
        return
    if form.axis == axis:
        yield _AXIS, f"rows by {axis}"
    elif form.axis != "items":
        yield -_WRONG_AXIS, f"rows by {axis}"
    is_government = profile.government_codes > profile.department_codes
    if axis == "economic" and "government_economic" in form.form and not is_government:
        yield -_WRONG_AXIS, "codes of the department's scheme"
    elif axis == "economic" and "government_economic" not in form.form and is_government:
        yield -_CROSS / 2, "codes of the government's scheme"


def _panels(form: Form, profile: Profile) -> Iterable[tuple[float, str]]:
    if (form.layout == "panels") == profile.has_panels:
        if profile.has_panels:
            yield _PANELS, "收入 beside 支出"
    elif profile.has_panels:
        yield -_WRONG_PANELS, "收入 beside 支出"


def _no_panels(form: Form, profile: Profile) -> Iterable[tuple[float, str]]:
    """Without a title, 收入 beside 支出 rules out all forms of one side."""
    if profile.has_panels and form.layout != "panels":
        yield -_BASE, "no form of two sides"


def _cross(form: Form, profile: Profile) -> Iterable[tuple[float, str]]:
    """Functions in rows and economic accounts in columns."""
    is_cross = "function_and_economic" in form.form
    if profile.account_headers < _FEWEST_CODES:
        if is_cross:
            yield -_WRONG_AXIS, "no economic accounts as columns"
    elif is_cross:
        yield _CROSS, "economic accounts as columns"
    elif form.layout == "rows" and form.axis == "economic":
        yield -_WRONG_AXIS, "economic accounts as columns"


def _words(form: Form, profile: Profile, catalogue: Catalogue) -> Iterable[tuple[float, str]]:
    """The best of the catalogue's sets of words that the table holds whole."""
    held = [
        (points, " ".join(words))
        for words, points in catalogue.form_evidence.get(form.form, ())
        if all(word in profile.words for word in words)
    ]
    yield from sorted(held, reverse=True)[:2]
