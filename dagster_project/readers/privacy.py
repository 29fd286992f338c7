"""What must not be kept of a document: who may be called, and under which number.

Published budgets name contact persons and telephone numbers, and forms of projects the person
responsible. The warehouse is about public money; these are withheld before anything is stored.
"""

from __future__ import annotations

import re
from dataclasses import replace

from dagster_project.readers.document import Block, Cell, Document, Grid, Paragraph

WITHHELD = "[不予收录]"
_ROLES = (
    r"(?:(?:公开|项目|业务)?联系人(?:姓名)?|经办人|填报人|填表人|制表人|编制人|审核人|复核人"
    r"|(?:项目|单位|财务|部门|主要|分管)?负责人|法定代表人)"
)
_CALLS = (
    r"(?:联系方式|(?:联系|办公|咨询|监督|举报)?电话(?:号码)?|手机(?:号码?)?|传真|邮箱|电子邮件)"
)
_NUMBER = r"[\d()+\-—][\d()+\-—、/ ]{5,}\d"
_NAMED = re.compile(
    rf"(?P<role>{_ROLES}\s*(?:\([^()]*\))?(?:[及和、/]?\s*{_CALLS})?\s*[:：]\s*)"
    rf"[\u4e00-\u9fff·]{{2,4}}(?:[\s,，:：]*{_NUMBER})?"
)
_CALLED = re.compile(rf"(?P<role>{_CALLS}\s*[:：]?\s*){_NUMBER}")
# From the first letter on, and never back: a line of a million letters is looked at once.
_MAIL = re.compile(r"(?<![A-Za-z0-9_.+-])[A-Za-z0-9_.+-]++@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_LANDLINE = re.compile(r"(?<![\d,.])(?:\(0\d{2,3}\)|0\d{2,3}\s*[-—])\s*\d{7,8}(?![\d,.])")
_PLAIN = re.compile(r"(?<![\d,.])[\d()+-]{7,}(?![\d,.])")
_LABEL = re.compile(rf"^(?:{_ROLES}|{_CALLS})(?:及(?:{_ROLES}|{_CALLS}))?\s*[:：]?$")


def without_contacts(document: Document) -> Document:
    """The document with names and numbers of contact persons replaced by ``WITHHELD``."""
    return replace(document, blocks=tuple(_block(block) for block in document.blocks))


def withhold(text: str) -> str:
    """The text with the names and numbers that follow a contact's label replaced."""
    text = _NAMED.sub(rf"\g<role>{WITHHELD}", text)
    text = _CALLED.sub(rf"\g<role>{WITHHELD}", text)
    return _LANDLINE.sub(WITHHELD, _MAIL.sub(WITHHELD, text))


def _block(block: Block) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, text=withhold(block.text))
    cells = tuple(_cells(block))
    # The two readings of a number that is withheld are not kept either; it has no separators.
    findings = block.findings
    if cells != block.cells:
        findings = tuple(
            replace(f, ours=_hidden(f.ours), theirs=_hidden(f.theirs)) for f in findings
        )
    return replace(block, cells=cells, findings=findings)


def _hidden(text: str) -> str:
    return _PLAIN.sub(WITHHELD, withhold(text))


def _cells(grid: Grid) -> list[Cell]:
    """The cells, those to the right of a contact's label emptied of what they name."""
    labels = {
        (cell.row, cell.column + cell.column_span)
        for cell in grid.cells
        if _LABEL.match(re.sub(r"\s", "", cell.text))
    }
    return [
        replace(cell, text=WITHHELD if _is_value(cell, labels) else withhold(cell.text))
        for cell in grid.cells
    ]


def _is_value(cell: Cell, labels: set[tuple[int, int]]) -> bool:
    beside = (cell.row, cell.column) in labels
    return beside and not _LABEL.match(re.sub(r"\s", "", cell.text))
