"""Containers that other formats are made of: ZIP packages with XML parts, and OLE files.

Here: opening a container without trusting it (how far it may unpack, no document type, no
entities, no network), and telling by its parts which format it holds. What the parts mean belongs
in the reader of the format.
"""

from __future__ import annotations

import posixpath
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from dagster_project.readers.document import ReadError

MEBIBYTE = 1024 * 1024
MAX_BYTES = 200 * MEBIBYTE
MAX_UNPACKED = 400 * MEBIBYTE
MAX_PARTS = 20_000
# Sheets of empty rows pack to a fiftieth; DEFLATE reaches a thousandth.
MAX_RATIO = 200
_RATIO_MATTERS_ABOVE = 4 * MEBIBYTE
# Parts that are kept as a tree are as large as the text of a document, never as its data.
MAX_ELEMENTS = 3_000_000
MAX_DEPTH = 250

ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")
OLE_MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_FLAG = 0x1
_DIRECTORY_ENTRY = 128
_OFFICE_RELATION = "/officeDocument"


def zip_kind(names: list[str]) -> str:
    """What a ZIP file holds: xlsx, xlsb, docx, pptx, ofd, odf or just zip.

    Args:
        names: the names of its parts.
    """
    parts = {_plain(name) for name in names}
    folders = {part.partition("/")[0] for part in parts}
    if "ofd.xml" in parts:
        return "ofd"
    if "[content_types].xml" in parts or "_rels/.rels" in parts:
        if "xl/workbook.bin" in parts:
            return "xlsb"
        for folder, kind in (("xl", "xlsx"), ("word", "docx"), ("ppt", "pptx")):
            if folder in folders:
                return kind
    return "odf" if "mimetype" in parts and "content.xml" in parts else "zip"


def ole_kind(data: bytes) -> str:
    """What an OLE file holds: encrypted, doc, ppt, xls or other.

    Judged by the names in its directory. A letter may embed a workbook and a workbook a letter:
    the entry that comes first is the document's own.
    """
    names = {
        "EncryptedPackage": "encrypted", "EncryptionInfo": "encrypted", "WordDocument": "doc",
        "PowerPoint Document": "ppt", "Workbook": "xls", "Book": "xls",
    }  # fmt: skip
    places = {place: kind for name, kind in names.items() if (place := _entry(data, name)) >= 0}
    return places[min(places)] if places else "other"


def _entry(data: bytes, name: str) -> int:
    """Where the directory entry of a stream stands: its name, padded, then the name's length."""
    written = name.encode("utf-16-le") + b"\x00\x00"
    place = data.find(written)
    while place >= 0:
        length = data[place + 64 : place + 66]
        if place % _DIRECTORY_ENTRY == 0 and length == struct.pack("<H", len(written)):
            return place
        place = data.find(written, place + 1)
    return -1


def _plain(name: str) -> str:
    # Some writers of packages use backslashes or begin with a slash; case never matters.
    return name.replace("\\", "/").lstrip("/").lower()


def resolve(base: str, target: str) -> str:
    """The name of a part that another part points to, relative to that part's folder."""
    if target.replace("\\", "/").startswith("/"):
        return _plain(posixpath.normpath(target.replace("\\", "/")))
    return _plain(posixpath.normpath(posixpath.join(posixpath.dirname(base), _slashed(target))))


def _slashed(name: str) -> str:
    return name.replace("\\", "/")


def open_zip(data: bytes, *, max_unpacked: int = MAX_UNPACKED) -> zipfile.ZipFile:
    """Open a ZIP file after checking how much it would unpack to.

    Raises:
        ReadError: it is damaged, protected by a password, or larger than the limits.
    """
    if len(data) > MAX_BYTES:
        raise ReadError(f"the file is larger than {MAX_BYTES // MEBIBYTE} MiB")
    try:
        file = zipfile.ZipFile(BytesIO(data))
    except Exception as error:  # what a damaged file breaks first is not foreseeable
        raise ReadError("the file is damaged: its parts cannot be listed") from error
    infos = file.infolist()
    if len(infos) > MAX_PARTS:
        raise ReadError(f"the file has {len(infos):,} parts, more than {MAX_PARTS:,}")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > max_unpacked:
        size = f"{unpacked / MEBIBYTE:,.0f} MiB, more than {max_unpacked // MEBIBYTE} MiB"
        raise ReadError(f"the file would unpack to {size}")
    if unpacked > _RATIO_MATTERS_ABOVE and unpacked > MAX_RATIO * len(data):
        ratio = f"{unpacked // len(data):,} times its size, more than {MAX_RATIO}"
        raise ReadError(f"the file would unpack to {ratio}")
    return file


def read_part(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The bytes of one part, never more than the file declares.

    Raises:
        ReadError: the part is damaged or protected.
    """
    if info.flag_bits & _ENCRYPTED_FLAG:
        raise ReadError("the file is protected by a password")
    try:
        return file.read(info)
    except Exception as error:  # broken streams fail in zlib, struct, codecs and more
        raise ReadError(f"the file is damaged: its part {info.filename!r} is broken") from error


class Package:
    """A ZIP file of XML parts; names are compared without case."""

    def __init__(self, data: bytes) -> None:
        """Open the package.

        Raises:
            ReadError: it is damaged, protected by a password, or larger than the limits.
        """
        self._file = open_zip(data)
        self._parts = {_plain(info.filename): info for info in self._file.infolist()}
        self.kind = zip_kind([info.filename for info in self._file.infolist()])

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._parts

    def read(self, name: str) -> bytes:
        """The bytes of a part.

        Raises:
            ReadError: the part is missing or damaged.
        """
        info = self._parts.get(_plain(name))
        if info is None:
            raise ReadError(f"the file is incomplete: its part {name!r} is missing")
        return read_part(self._file, info)

    def tree(self, name: str) -> Element:
        """A part as a tree; see ``parse``.

        Raises:
            ReadError: the part is missing, damaged or not plain XML.
        """
        return parse(self.read(name), name)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Relation id → (type, name of the part) of what a part points to inside the package."""
        folder, _, file = name.rpartition("/")
        path = f"{folder}/_rels/{file}.rels" if folder else f"_rels/{file}.rels"
        if path not in self:
            return {}
        return {
            item.get("Id", ""): (item.get("Type", ""), resolve(name, item.get("Target", "")))
            for item in self.tree(path).iter("Relationship")
            if item.get("TargetMode") != "External"
        }

    def main_part(self, fallback: str) -> str:
        """The part that the package is about, as its relations say."""
        for kind, target in self.relations("").values():
            if kind.endswith(_OFFICE_RELATION) and target in self:
                return target
        return fallback


def parse(data: bytes, name: str) -> Element:
    """XML as a tree of elements named without their namespace.

    The formats read here use one name for one thing, while the same format comes in two
    namespaces (transitional and strict).

    Raises:
        ReadError: it is not well-formed, has a document type, or is too large or too deep.
    """
    builder = TreeBuilder()
    count = depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal count, depth
        count, depth = count + 1, depth + 1
        if count > MAX_ELEMENTS or depth > MAX_DEPTH:
            raise ReadError(f"the part {name!r} of the file has too many or too deep elements")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    scan(data, name, Handlers(start, end, builder.data))
    return builder.close()


@dataclass(frozen=True, slots=True)
class Handlers:
    """What to do at the start and the end of an element and with text."""

    start: Callable[[str, dict[str, str]], None]
    end: Callable[[str], None]
    text: Callable[[str], object]


def scan(data: bytes, name: str, handlers: Handlers) -> None:
    """Run through XML of any size; names come without their namespace.

    Raises:
        ReadError: it is not well-formed or has a document type: no format read here needs one,
            and entities that refer to each other or to other files begin there.
    """

    def start(tag: str, attributes: dict[str, str]) -> None:
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        handlers.start(tag.rpartition(" ")[2], plain)

    def end(tag: str) -> None:
        handlers.end(tag.rpartition(" ")[2])

    def refuse(*_: object) -> None:
        raise ReadError(f"the part {name!r} of the file declares a document type; refused")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handlers.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise ReadError(f"the file is damaged: its part {name!r} is not well-formed") from error
