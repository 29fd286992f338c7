"""The encoding of a text file, judged by its bytes and not by what it declares.

Here: from bytes to characters. What the characters mean does not belong here.
"""

from __future__ import annotations

import codecs
import unicodedata

from dagster_project.readers.document import ReadError

MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# Text in UTF-16 has its zero bytes on one side, and next to no characters that nobody types.
_ONE_SIDED = 4
_NO_TEXT = {"Cc", "Cn", "Co", "Cs"}
_LINE_MARKS = {"\t", "\n", "\r"}
_STRANGE = 0.02


def decode(data: bytes) -> str:
    """The text of a file: a byte order mark decides, then UTF-8, then GB 18030.

    Raises:
        ReadError: no encoding that Chinese bodies use fits, so this is not text.
    """
    if data.startswith(MARKS):
        encoding = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-16"
        return data.decode(encoding, errors="replace")
    if b"\x00" in data:
        return _without_mark(data)
    for encoding in ("utf-8", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ReadError("the text is in no encoding that is known here (UTF-8, UTF-16, GB 18030)")


def _without_mark(data: bytes) -> str:
    """UTF-16 that does not say so: of its ASCII characters, one byte in two is zero."""
    low, high = data[0::2].count(0), data[1::2].count(0)
    if max(low, high) > _ONE_SIDED * min(low, high):
        try:
            text = data.decode("utf-16-le" if high > low else "utf-16-be")
        except UnicodeDecodeError:
            text = ""
        strange = sum(
            unicodedata.category(character) in _NO_TEXT and character not in _LINE_MARKS
            for character in text
        )
        if text and strange <= _STRANGE * len(text):
            return text
    raise ReadError("the file holds binary data, not text")
