"""Account codes that were lost or misread: which account a row must be of, and what speaks for it.

Here: the evidence of one document. A code is accepted if it is the only one that most of the
evidence names: the row's name in the classification and in other forms of the document, the digits
that remain, its place between the codes around it, and the amounts that the document prints under
it elsewhere. What is printed stays beside it.
Amounts are compared with amounts of the same account and never added up: a tree found by sums
could not be tested by sums.

A publisher's own codes are never corrected: only recognised text has misread ones.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dagster_project.forms import amounts
from dagster_project.forms.catalogue import Catalogue, Classification, bare
from dagster_project.forms.rows import LENGTHS, Row

NAME, SIBLING, DIGITS, AMOUNTS = "name", "sibling", "digits", "amounts"
POSITION, GROUP = "position", "group"
_PRINTED = {"printed", "joined"}


@dataclass(slots=True)
class Accounts:
    """What one document prints together: names and amounts with their codes, form by form."""

    names: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    amounts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def learn(self, rows: Iterable[Row]) -> None:
        """Remember the codes of one form that are printed, with their names and amounts."""
        for row in rows:
            if row.code and row.scheme and row.code_source in _PRINTED:
                named = self.names.setdefault((row.scheme, bare(row.label)), Counter())
                named[row.code] += 1
                self.amounts.setdefault((row.scheme, row.code), Counter()).update(_amounts(row))

    def named(self, scheme: str, name: str) -> set[str]:
        """The codes that the document prints beside this name."""
        return set(self.names.get((scheme, bare(name)), ()))

    def share(self, row: Row, code: str) -> bool:
        """Whether another row prints one of this row's amounts under the code."""
        own = _amounts(row) if row.code == code else set()
        printed = self.amounts.get((row.scheme or "", code), Counter())
        return any(printed[number] > (number in own) for number in _amounts(row))


def resolve_codes(
    rows: list[Row], catalogue: Catalogue, accounts: Accounts, *, recognised: bool
) -> None:
    """Give a code to the rows of a form whose code was lost or, in recognised text, misread."""
    for position, row in enumerate(rows):
        if row.scheme not in LENGTHS or row.is_total or not row.label:
            continue
        classification: Classification = getattr(catalogue, row.scheme)
        if row.code and not (recognised and _is_doubtful(row, classification, accounts)):
            continue
        digits = row.code or _digits(row)  # beside the code may stand that of the unit
        if digits and not (recognised or row.line.is_code_doubted):
            continue
        evidence = {
            code: _evidence(code, digits, rows, position, classification, accounts)
            for code in _candidates(row, digits, classification, accounts)
        }
        row.is_account = bool(evidence)
        code = _best(evidence, at_least=2 if digits else 1)
        if code and code != row.code:
            row.code = code
            row.code_source = SIBLING if evidence[code] & {SIBLING, AMOUNTS} else NAME
            row.code_evidence = tuple(sorted(evidence[code]))
            row.is_unmapped = False


def _is_doubtful(row: Row, classification: Classification, accounts: Accounts) -> bool:
    """Whether name and printed code say two things, and the name's account was meant.

    A code that the classification has, under any name, is doubted only if the document prints
    another one beside the name elsewhere: bodies shorten names as they like.
    """
    if row.code_source not in _PRINTED or not row.code:
        return False
    named = {account.code for account in classification.named(row.label)}
    if row.code in named:
        return False
    printed = accounts.names.get((row.scheme or "", bare(row.label)), Counter())
    if printed[row.code] > 1:
        return False
    return row.code not in classification.by_code or bool(set(printed) - {row.code})


def _candidates(
    row: Row, digits: str, classification: Classification, accounts: Accounts
) -> set[str]:
    """The accounts that the row's name or the amounts under it speak of, less what digits bar."""
    scheme = row.scheme or ""
    found = accounts.named(scheme, row.label)
    found |= {account.code for account in classification.named(row.label)}
    if digits:
        found |= {code for kind, code in accounts.amounts if kind == scheme}
    found.discard(row.code or "")
    return {code for code in found if not digits or resembles(digits, code)}


def _evidence(
    code: str,
    digits: str,
    rows: list[Row],
    position: int,
    classification: Classification,
    accounts: Accounts,
) -> frozenset[str]:
    """What speaks for a code; nothing if its place among the other codes speaks against it."""
    row = rows[position]
    fits = _fits(code, rows, position)
    if fits is False:
        return frozenset()
    found = {
        NAME: code in {account.code for account in classification.named(row.label)},
        SIBLING: code in accounts.named(row.scheme or "", row.label),
        DIGITS: bool(digits),
        POSITION: fits,
        GROUP: _is_in_group(code, rows, position),
        AMOUNTS: accounts.share(row, code),
    }
    # Digits alone, or a place alone, fit many codes: one of the others has to name the account.
    if not found[NAME] and not found[SIBLING] and not found[AMOUNTS]:
        return frozenset()
    return frozenset(kind for kind, speaks in found.items() if speaks)


def _best(evidence: dict[str, frozenset[str]], at_least: int) -> str | None:
    """The one code for which more speaks than for any other."""
    ranked = sorted(evidence, key=lambda code: len(evidence[code]), reverse=True)
    counts = [len(evidence[code]) for code in ranked[:2]] + [0, 0]
    return ranked[0] if counts[0] >= at_least and counts[0] > counts[1] else None


def _fits(code: str, rows: list[Row], position: int) -> bool | None:
    """Whether a code stands in order between its neighbours'; nothing if they say nothing.

    Codes ascend, a class before its groups, within one unit of a department and one panel.
    """
    group = rows[position].line.group
    before = next(_codes(rows[position - 1 :: -1] if position else [], group), None)
    after = next(_codes(rows[position + 1 :], group), None)
    if (before is None and after is None) or (before and after and before >= after):
        return None
    return (before is None or before < code) and (after is None or code < after)


def _is_in_group(code: str, rows: list[Row], position: int) -> bool:
    """Whether the code above is the one that this code is under, or is under that one, too."""
    group = rows[position].line.group
    before = next(_codes(rows[position - 1 :: -1] if position else [], group), "")
    return len(code) > LENGTHS["function"][0] and before.startswith(code[:-2])


def _codes(rows: Iterable[Row], group: int) -> Iterator[str]:
    """The codes of neighbouring rows, up to where another panel, unit or total begins."""
    for row in rows:
        is_unit = not row.code and row.line.code_parts and not row.is_unmapped
        if row.is_total or is_unit or row.line.group != group:
            return
        if row.code:
            yield row.code


def _digits(row: Row) -> str:
    return re.sub(r"\D", "", "".join(row.line.code_parts))


def _amounts(row: Row) -> set[str]:
    """The figures of a row that are not zero, as digits."""
    found = set()
    for column, cell in row.line.cells:
        if cell and column.role == "money":
            number = amounts.parse(cell.text, recognised=True).number
            if number and number.strip("-0."):
                found.add(number)
    return found


def resembles(digits: str, code: str) -> bool:
    """Whether printed digits are a code with its beginning or one digit lost, or one misread.

    >>> resembles("0601", "2010601"), resembles("201061", "2010601"), resembles("201", "2010601")
    (True, True, False)
    """
    if digits == code or (len(digits) >= 4 and code.endswith(digits)):
        return True
    if len(digits) == len(code):
        return sum(a != b for a, b in zip(digits, code, strict=True)) == 1
    shorter, longer = sorted((digits, code), key=len)
    return len(longer) == len(shorter) + 1 and any(
        longer[:i] + longer[i + 1 :] == shorter for i in range(len(longer))
    )
