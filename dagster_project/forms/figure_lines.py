"""Figures that stand in lines, outside every table and sentence: what is left of a broken table.

Here: telling such lines from prose, headings and numbers of pages, and which of them belong
together. What they mean cannot be known; ``recognise`` lists those that no form has read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from dagster_project.forms.titles import find_number
from dagster_project.readers.document import Document, Grid, Paragraph

# 1,600.00 or 0.5: a number without a point may be of a page, a row, a telephone; 2031.03 is a date.
_FIGURE = re.compile(
    r"(?!20\d{2}\.(?:0[1-9]|1[0-2])$)-?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d{1,6})"
)
_UNIT = re.compile(r"[亿百千]?万?元|[%％]")
_ORDINAL = re.compile(r"\d{1,2}\.\d{1,2}")
_SENTENCE = re.compile(r"[。;；!！]|[,，](?!\d)")
_TITLE = re.compile(r"表(?:[(（][^()（）]*[)）])?$")
_TITLE_LENGTH = 70
_FEWEST_IN_SENTENCE = 2  # of a line that holds a table and sentences
_HEADER_LINES = 20  # above the first figure


def bare_figures(text: str, below: str = "") -> list[str]:
    """Amounts of a line that stand as in a row, without a unit; ``below`` is the next line."""
    words = _words(text)
    is_heading = len(words) > 1 and _ORDINAL.fullmatch(words[0]) and not _is_figure(words[1])
    beside = list(pairwise([*words, below.strip()]))[bool(is_heading) :]
    found = [word for word, after in beside if _is_figure(word) and not _UNIT.match(after)]
    return [] if _SENTENCE.search(text) and len(found) < _FEWEST_IN_SENTENCE else found


def broken_tables(document: Document) -> Iterator[list[Paragraph]]:
    """Runs of lines, each from a title or header down to the last of its figures."""
    for stretch in _stretches(document):
        places = [place for place, (_, has_figures) in enumerate(stretch) if has_figures]
        if places:
            start = max(places[0] - _HEADER_LINES, 0)
            yield [line for line, _ in stretch[start : places[-1] + 1]]


def _stretches(document: Document) -> Iterator[list[tuple[Paragraph, bool]]]:
    """The lines between tables and sentences, anew at each title, and whether each has figures."""
    stretch: list[tuple[Paragraph, bool]] = []
    blocks = document.blocks
    for block, after in zip(blocks, (*blocks[1:], None), strict=False):
        below = after.text if isinstance(after, Paragraph) else ""
        has_figures = isinstance(block, Paragraph) and bool(bare_figures(block.text, below))
        if isinstance(block, Grid) or (_SENTENCE.search(block.text) and not has_figures):
            yield stretch
            stretch = []
            continue
        if _is_title(block.text) and not (stretch and _is_title(stretch[-1][0].text)):
            yield stretch
            stretch = []
        if _words(block.text):
            stretch.append((block, has_figures))
    yield stretch


def _words(text: str) -> list[str]:
    """The words of a line; a bar is what a converter left of a rule."""
    return text.replace("|", " ").split()


def _is_figure(word: str) -> bool:
    return bool(_FIGURE.fullmatch(word))


def _is_title(text: str) -> bool:
    is_short = len(text) <= _TITLE_LENGTH
    return is_short and bool(_TITLE.search(text.strip()) or find_number(text))
