"""Whether the text of a file was written by recognition software, told by what only it leaves.

Here: traces in cells and paragraphs. Formats and forms do not belong here.

People and office programs write figures whole; recognition tears them at their separators, cuts
them at the edge of a page, runs two of them together or mistakes a comma for a point. One such
figure may be a slip of the pen, two are a pattern: in the native documents at hand, of two dozen
bodies, there is none. Only a text that is a figure and nothing else is looked at: in prose, `1. 20`
may number a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dagster_project.readers.document import Block, Grid

ENOUGH = 2  # traces: one could be chance

_GROUPED = r"\d{1,3}(?:[,.]\d{3})*"
_FIGURE_TRACES = re.compile(
    "|".join(
        (
            rf"{_GROUPED}[,.]",  # cut off behind a separator: 79,980.
            r"\d{1,3}(?:[,.]\d{3})+,\d{2}",  # the point read as a comma: 1,234,56
            r"\d{1,3}(?:,\d{3})*\.\d{3}(?:[,.]\d{3})*\.\d{2}",  # a comma as a point: 1.234.56
            r"\d{4,}(?:,\d{3})+(?:\.\d{2})?",  # a border digit read twice: 6000,000.00
            r"\d[\d,]*\.\d{2}\d{1,3},\d{3}[\d,.]*",  # two figures in one: 200.00200,000.00
            r"[!:;'`,]\d[\d,]*\.\d{2}",  # a ruling read as a mark: !57,700.00
        )
    )
)
_TORN = re.compile(r"\d[,.]\s\d|\d\s[,.]\d")
_MARKS_AND_DIGITS = re.compile(r"[\d,.\s!:;'`]+")
# LaTeX around single symbols, and inline tags without text, which recognition tools write.
_MARKUP_TRACES = re.compile(r"\$\\\w+|<(b|u|sup|del)>\s*</\1>")


def is_recognised(blocks: Iterable[Block], source: str = "") -> bool:
    """Whether recognition software wrote these blocks; ``source`` is their text as marked up."""
    texts = (
        cell.text
        for block in blocks
        for cell in (block.cells if isinstance(block, Grid) else (block,))
    )
    return sum(map(is_trace, texts)) + len(_MARKUP_TRACES.findall(source)) >= ENOUGH


def is_trace(text: str) -> bool:
    """Whether a text is a figure as only recognition leaves it.

    >>> [is_trace(text) for text in ("1, 044, 416. 28", "1,044,416.", "1,234,56", "6000,000.00")]
    [True, True, True, True]
    >>> [is_trace(text) for text in ("1,044,416.28", "1044416.28", "1,044", "2024.12.31", "-")]
    [False, False, False, False, False]
    """
    stripped = text.strip()
    if not _MARKS_AND_DIGITS.fullmatch(stripped):
        return False
    return bool(_TORN.search(stripped) or _FIGURE_TRACES.fullmatch(re.sub(r"\s", "", stripped)))
