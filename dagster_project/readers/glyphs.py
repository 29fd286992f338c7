"""Characters as their writers meant them: one spelling for each, whatever the font stored.

Here: what happens to characters, and to words where they meet, in every reader. The reading of
amounts belongs in ``dagster_project.forms``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from functools import cache

# The CJK Radicals Supplement (U+2E80 to U+2EF3). PDF producers store 门 or 车 as the radical that
# looks the same; NFKC maps only two of the block. Counterparts as in Unicode's
# EquivalentUnifiedIdeograph.txt; where that names a rare character beyond the basic plane, the
# everyday character of the same radical stands here. U+2E80 has no counterpart.
_RADICALS = (
    "⺁厂 ⺂乛 ⺃乚 ⺄乙 ⺅亻 ⺆冂 ⺇几 ⺈刀 ⺉刂 ⺊卜 ⺋㔾 ⺌小 ⺍小 ⺎兀 ⺏尣 ⺐尢 ⺑尢 ⺒巳 "
    "⺓幺 ⺔彑 ⺕彐 ⺖忄 ⺗心 ⺘扌 ⺙攵 ⺛旡 ⺜日 ⺝月 ⺞歺 ⺟母 ⺠民 ⺡氵 ⺢氺 ⺣灬 ⺤爫 ⺥爫 "
    "⺦丬 ⺧牛 ⺨犭 ⺩王 ⺪疋 ⺫目 ⺬示 ⺭礻 ⺮竹 ⺯糹 ⺰纟 ⺱罓 ⺲罒 ⺳㓁 ⺴网 ⺵网 ⺶羊 ⺷羊 "
    "⺸羊 ⺹耂 ⺺肀 ⺻聿 ⺼肉 ⺽臼 ⺾艹 ⺿艹 ⻀艹 ⻁虎 ⻂衤 ⻃覀 ⻄西 ⻅见 ⻆角 ⻇角 ⻈讠 ⻉贝 "
    "⻊足 ⻋车 ⻌辶 ⻍辶 ⻎辶 ⻏邑 ⻐钅 ⻑長 ⻒镸 ⻓长 ⻔门 ⻕阜 ⻖阝 ⻗雨 ⻘青 ⻙韦 ⻚页 ⻛风 "
    "⻜飞 ⻝食 ⻞食 ⻟飠 ⻠饣 ⻡首 ⻢马 ⻣骨 ⻤鬼 ⻥鱼 ⻦鸟 ⻧卤 ⻨麦 ⻩黄 ⻪黾 ⻫斉 ⻬齐 ⻭歯 "
    "⻮齿 ⻯竜 ⻰龙 ⻱龜 ⻲亀 ⻳龟"
)
RADICALS = {pair[0]: pair[1] for pair in _RADICALS.split()}

# Soft hyphen, zero-width characters and joiners, direction marks, byte order mark.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
# pandas, and so the converters that are built on it, in cells and as names of unnamed columns.
_FILLER = re.compile(r"NaN|nan|NaT|None|<NA>|Unnamed:\s?\d+(?:_level_\d+)?")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_ELLIPSES = {"…", "‥"}
_UNREADABLE_COUNT = 3
_UNREADABLE_SHARE = 0.2
_DIGITS_GO_ON = re.compile(r"\d[.,]\n\d|\d\n[.,]\d")
_CID = re.compile(r"\(cid:\d+\)")


def normalise(text: str) -> str:
    """The text with each character in its one plain spelling; idempotent.

    Full-width and half-width forms, Kangxi and supplementary radicals, compatibility ideographs,
    ligatures and the no-break and ideographic space take their plain form, as NFKC says: ``（``
    becomes ``(``, ``，`` becomes ``,``, ``：`` becomes ``:``. ``〔〕《》、。“”—`` are plain already
    and stay. Invisible and control characters are dropped, line breaks and tabs are kept.

    What would alter a number is left as printed: NFKC turns ``①`` into ``1``, ``²`` into ``2``,
    ``½`` into ``1⁄2`` and ``…`` into full stops, which would join the digits beside them.
    """
    if text.isascii() and text.isprintable():
        return text
    # One character at a time, so that the exceptions hold; composing follows for base and mark.
    return unicodedata.normalize("NFC", "".join(map(_plain, text)))


def without_filler(text: str) -> str:
    """The text of a cell, empty where it is what data libraries write into an empty one.

    >>> without_filler("NaN"), without_filler("Unnamed: 3"), without_filler("合计")
    ('', '', '合计')
    """
    return "" if _FILLER.fullmatch(text) else text


@cache
def _plain(char: str) -> str:
    if _INVISIBLE.match(char) or _CONTROL.match(char):
        return "\n" if char == "\x85" else ""
    if char in RADICALS:
        return RADICALS[char]
    plain = unicodedata.normalize("NFKC", char)
    if plain == char or _alters_a_number(char, plain):
        return char
    # Spacing accents become a space and a mark; the space was never printed.
    return char if len(plain) > 1 and plain[0].isspace() else plain


def _alters_a_number(char: str, plain: str) -> bool:
    if char in _ELLIPSES:
        return True
    if not any("0" <= part <= "9" for part in plain):
        return False
    # A full-width or styled digit is that digit; a circled, raised or fractional one is not.
    tag = unicodedata.decomposition(char).partition(" ")[0]
    return tag not in {"<wide>", "<narrow>", "<font>"}


def is_private_use(char: str) -> bool:
    """Whether a character means something only in its own font."""
    return unicodedata.category(char) == "Co"


def is_garbled(text: str) -> bool:
    """Whether a text layer cannot be read for what it shows.

    So it is where a font carries no map to Unicode: ``(cid:12)``, private-use characters or
    replacement characters in more than a fifth of the text. A few such are bullets and logos.
    """
    counts = Counter("".join(_CID.sub("\ufffd", text).split()))
    unreadable = sum(count for char, count in counts.items() if _is_unreadable(char))
    return unreadable >= _UNREADABLE_COUNT and unreadable > _UNREADABLE_SHARE * counts.total()


def _is_unreadable(char: str) -> bool:
    return char in "\ufffd\ufffe\uffff" or unicodedata.category(char) in {"Co", "Cc"}


def join_words(words: Iterable[str]) -> str:
    """Words of one line as one text: a space stays only between letters, digits and the like.

    Chinese is set without spaces; those in it stretch a heading or fill a line. Two numbers side
    by side never become one.
    """
    text = ""
    for word in filter(None, words):
        apart = bool(text) and not (_is_wide(text[-1]) or _is_wide(word[0]))
        text += f" {word}" if apart else word
    return text


def join_lines(lines: Iterable[str]) -> str:
    """Lines that one cell was wrapped into, as one text.

    As words of a line, but a number that was broken at its own separator is one number.
    """
    text = ""
    for line in filter(None, lines):
        if not text:
            text = line
            continue
        seams = (f"{text[-2:]}\n{line[:1]}", f"{text[-1:]}\n{line[:2]}")
        goes_on = any(_DIGITS_GO_ON.fullmatch(seam) for seam in seams)
        text = text + line if goes_on else join_words([text, line])
    return text


def _is_wide(char: str) -> bool:
    # Curly quotes are printed full-width in Chinese text, though Unicode leaves that open.
    return char in "“”‘’" or unicodedata.east_asian_width(char) in "WF"
