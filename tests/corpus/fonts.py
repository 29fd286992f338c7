"""Typefaces of the PDF renderer.

Chinese text is set in Droid Sans Fallback (Apache-2.0), embedded as a subset. It has no Latin
letters or digits; those are set in Helvetica, which every PDF reader has. The face of a
character is therefore chosen by coverage.
"""

from __future__ import annotations

import os
from functools import cache
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

CJK_FACE = "DroidSansFallback"
LATIN_FACE = "Helvetica"
FILE_NAME = "DroidSansFallbackFull.ttf"
PACKAGE = "fonts-droid-fallback"
VARIABLE = "BUDGET_CORPUS_FONT"
# The committed PDF was set with this file; another release of the font gives other bytes.
COMMITTED_SHA256 = "acb6440a713d880a13a21b468ba7cd43f5a2b2934972e51be791c880730777b8"
DIRECTORIES = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")


class FontNotFoundError(FileNotFoundError):
    """The Chinese typeface is not installed."""


def find_font() -> Path:
    """Return the file of the Chinese typeface.

    Raises:
        FontNotFoundError: the typeface is in none of the usual places.
    """
    chosen = os.environ.get(VARIABLE)
    if chosen and Path(chosen).is_file():
        return Path(chosen)
    for directory in () if chosen else DIRECTORIES:
        for path in sorted(Path(directory).expanduser().rglob(FILE_NAME)):
            return path
    raise FontNotFoundError(
        f"{chosen or FILE_NAME} not found: install the Debian package {PACKAGE} "
        f"or set {VARIABLE} to the path of {FILE_NAME}"
    )


def is_committed_font() -> bool:
    """Whether the installed typeface is the one the committed PDF was set with."""
    return sha256(find_font().read_bytes()).hexdigest() == COMMITTED_SHA256


def register_font() -> None:
    """Make the Chinese typeface known to reportlab, with a fresh subset for each document."""
    pdfmetrics.registerFont(TTFont(CJK_FACE, str(find_font())))
    _covered.cache_clear()


@cache
def _covered() -> frozenset[int]:
    return frozenset(pdfmetrics.getFont(CJK_FACE).face.charToGlyph)


def face_runs(text: str) -> list[tuple[str, str]]:
    """Split a text into runs of (face, text).

    Raises:
        UnicodeEncodeError: a character is in neither face.
    """
    covered = _covered()
    runs = []
    for is_cjk, group in groupby(text, key=lambda char: ord(char) in covered and char > "\xff"):
        run = "".join(group)
        if not is_cjk:
            run.encode("cp1252")
        runs.append((CJK_FACE if is_cjk else LATIN_FACE, run))
    return runs


def text_width(text: str, size: float) -> float:
    """Width of a text in points."""
    return sum((pdfmetrics.stringWidth(run, face, size) for face, run in face_runs(text)), 0.0)
