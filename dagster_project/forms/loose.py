"""A project's form whose grid was lost: labels and figures in lines, in the order of the print.

Here: finding the labels that the catalogue knows in running lines, and what follows each of them.
A row of funds is read only if its figures are as many as its columns and sums and rates hold;
every other amount is kept as one whose column is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from rapidfuzz import fuzz

from dagster_project.forms import funds, indicators
from dagster_project.forms.catalogue import ProjectLabels, bare
from dagster_project.forms.figures import Piece, tokens
from dagster_project.forms.funds import FundRow, Slot
from dagster_project.forms.project_records import Project, ProjectAmount, Rating
from dagster_project.readers.document import Paragraph

_PARTS = ("field", "fund_column", "fund_row", "heading", "indicator", "level", "end")
_LIKE = 75.0
_JOINED = 3  # words that a blank parted are one label
_LOOSE_LENGTH = 24  # a line with nothing but results is short
_BODY = re.compile(r"[\u3400-\u9fff]{3,}(?:[局厅委办院部处会校所站队馆]|中心|办公室|委员会)$")
_NAME = re.compile(r"^[^。;；:：]{4,60}$")
_FIGURE = re.compile(r"^[\d.,，%\-—_]+$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a line, and the label that it is, if it is one."""

    piece: Piece
    part: str | None = None
    item: str | None = None


def read_lines(
    paragraphs: Iterable[Paragraph], unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> Project:
    """The project of a form that stands in lines: its name, its bodies, its funds, its results."""
    lines = list(paragraphs)
    words = _words(lines, labels)
    names = _fields(words)
    project = Project(names["name"], names["supervising_department"], names["implementing_unit"])
    amounts, ratings = _funds(words, unit, labels, recognised=recognised)
    project.amounts += amounts
    project.ratings += ratings + (_labelled_results(words, labels) or read_results(lines, labels))
    return project


def read_results(paragraphs: Iterable[Paragraph], labels: ProjectLabels) -> list[Rating]:
    """The results of a form among short lines that hold nothing else.

    The sum of the weights is 100; the score is the other 100, or the figure beside the grade.
    """
    found: list[Rating] = []
    for paragraph in paragraphs:
        if len(paragraph.text) > _LOOSE_LENGTH:
            continue
        piece = Piece(
            paragraph.text, None, paragraph.page, paragraph.row_number, None, paragraph.box
        )
        own = indicators.results([piece], labels)
        words = [w for w in paragraph.text.split() if bare(w) not in labels.of("end")]
        if own and len(own) == len(words):
            found += own
    grade = next((index for index, own in enumerate(found) if own.item == "grade"), None)
    if grade is None:
        return []
    hundreds = [own for own in found if own.number and Decimal(own.number) == 100]
    beside = [own for own in found[max(grade - 1, 0) : grade + 2] if own.number]
    others = [own for own in beside if own not in hundreds]
    scores = hundreds[1:] or (others if len(others) == 1 else [])
    results = [replace(own, item="total_weight") for own in hundreds[:1]]
    results += [replace(own, item="total_score") for own in scores[:1]]
    return [*results, found[grade]]


def _labelled_results(words: Sequence[Word], labels: ProjectLabels) -> list[Rating]:
    """The results behind the label 总分, if two of them stand there."""
    for index, word in enumerate(words):
        if word.part == "end" and word.item == "total":
            after = [own.piece for own in words[index + 1 : index + 4]]
            found = indicators.results(after, labels)
            if len(found) >= len(after) - 1 > 0:
                return found
    return []


def _words(paragraphs: Sequence[Paragraph], labels: ProjectLabels) -> list[Word]:
    """The words of all lines in order, with the labels among them."""
    found: list[Word] = []
    for paragraph in paragraphs:
        pieces = [
            Piece(text, None, paragraph.page, paragraph.row_number, None, paragraph.box)
            for text in re.split(r"(?<!\d[,.，．])\s+", paragraph.text)
            if text
        ]
        index = 0
        while index < len(pieces):
            label, taken = _label(pieces[index : index + _JOINED], labels)
            found.append(label or Word(pieces[index]))
            index += taken
    return found


def _label(pieces: Sequence[Piece], labels: ProjectLabels) -> tuple[Word | None, int]:
    """The label that the next words make, the longest first, and how many words it takes."""
    for count in range(len(pieces), 0, -1):
        text = bare("".join(piece.text for piece in pieces[:count]))
        # 时效指标 is like 绩效指标 and is a label of its own: what is the same goes before.
        same = ((part, labels.of(part).get(text)) for part in _PARTS)
        like = ((part, _like(text, labels.of(part))) for part in _PARTS if count == 1)
        for part, own in (*same, *like):
            if own:
                piece = replace(pieces[0], text="".join(p.text for p in pieces[:count]))
                return Word(piece, part, own), count
    return None, 1


def _like(text: str, known: dict[str, str]) -> str | None:
    if len(text) < 4 or re.search(r"\d", text):
        return None
    scored = [(fuzz.ratio(text, label), item) for label, item in known.items() if len(label) >= 4]
    score, item = max(scored, default=(0.0, ""))
    return item if score >= _LIKE else None


def _fields(words: Sequence[Word]) -> dict[str, str | None]:
    """Name and bodies: what follows a label; a label and a value left over belong together.

    Recognition may put a value before its label: 某某经费, 项目名称.
    """
    found: dict[str, str | None] = {}
    used: set[int] = set()
    wanted = ("name", "supervising_department", "implementing_unit")
    for index, word in enumerate(words):
        if word.part == "field" and word.item in wanted and word.item not in found:
            value, taken = _following(words, index)
            found[word.item] = value or None
            used |= taken
    for item, position in _open(words, found):
        before = position - 1
        if item == "name" and before >= 0 and _is_value(words[before], used, before):
            found[item] = words[before].piece.text
        elif item != "name":
            bodies = [
                i for i, word in enumerate(words)
                if i not in used and word.part is None and _BODY.search(word.piece.text)
                and words[i - 1].item != "department"
            ]  # fmt: skip
            if len(bodies) == 1:
                found[item] = words[bodies[0]].piece.text
    return {item: found.get(item) for item in wanted}


def _following(words: Sequence[Word], index: int) -> tuple[str, set[int]]:
    value, taken = "", set()
    for position in range(index + 1, len(words)):
        word = words[position]
        if word.part or _FIGURE.match(word.piece.text):
            break
        value += word.piece.text
        taken.add(position)
    return (value, taken) if _NAME.match(value) else ("", set())


def _open(words: Sequence[Word], found: dict[str, str | None]) -> list[tuple[str, int]]:
    return [
        (word.item, index)
        for index, word in enumerate(words)
        if word.part == "field" and word.item in found and found[word.item] is None
    ]


def _is_value(word: Word, used: set[int], index: int) -> bool:
    text = word.piece.text
    return index not in used and word.part is None and bool(re.search(r"[\u3400-\u9fff]{3}", text))


def _funds(
    words: Sequence[Word], unit: str | None, labels: ProjectLabels, *, recognised: bool
) -> tuple[list[ProjectAmount], list[Rating]]:
    """The rows of funds, and the figures of the block of which no label says what they are."""
    starts = [i for i, w in enumerate(words) if w.part == "fund_row"]
    header = [w.item for w in words if w.part == "fund_column"]
    slots = [Slot(name) for name in funds.SLOTS if name in header]
    if not starts or len([s for s in slots if s.name in funds.PHASES]) < len(funds.PHASES) - 1:
        return [], []
    rows, strays = [], []
    for index, word in enumerate(words):
        if word.part not in {"fund_row", "fund_column"} and word.item != "funds":
            continue
        figures = tokens(_stretch(words, index + 1), unit, recognised=recognised)
        if word.part == "fund_row" and word.item:
            rows.append(FundRow(word.item, bare(word.piece.text), tuple(figures)))
        else:
            strays += [funds.unplaced(t, bare(word.piece.text), None, unit) for t in figures
                       if funds.is_money(t)]  # fmt: skip
    amounts, ratings = funds.read_funds(rows, slots, unit, recognised=True)
    amounts = funds.agreeing(rows, amounts)
    if not _is_whole(rows, slots):
        amounts = [funds.doubted(amount) for amount in amounts]
    return amounts + strays, ratings


def _stretch(words: Sequence[Word], start: int) -> list[Piece]:
    """The figures that follow a label, up to the next label or word."""
    pieces = []
    for word in words[start:]:
        if word.part or not re.search(r"[\d—_-]", word.piece.text):
            break
        if re.search(r"[\u3400-\u9fff]", word.piece.text):
            break
        pieces.append(word.piece)
    return pieces


def _is_whole(rows: Sequence[FundRow], slots: Sequence[Slot]) -> bool:
    """Whether the first row is the total with an amount for every phase, or two with their rate.

    Figures that stand before their label would make the row of a source look like the total: a
    total has a weight behind its amounts, a source has none.
    """
    totals = [row for row in rows if row.source == "all" and row.tokens]
    if len(totals) != 1 or rows[0] is not totals[0]:
        return False
    money = [token for token in totals[0].tokens if funds.is_money(token)]
    rest = [token for token in totals[0].tokens if token not in money]
    others = [t for row in rows[1:] for t in row.tokens if not funds.is_money(t)]
    is_weighted = any(not token.figure.is_percent for token in rest)
    phases = len([slot for slot in slots if slot.name in funds.PHASES])
    has_rate = any(token.figure.is_percent for token in rest)
    complete = len(money) == phases or (len(money) == phases - 1 and has_rate)
    return complete and is_weighted and all(t.figure.is_percent for t in others)
