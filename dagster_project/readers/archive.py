"""ZIP archives of documents, as publishing sites offer them.

Here: which files an archive holds, unpacked within limits and never onto the disk by their own
names, and one document made of them all. How each is read belongs in the reader of its format.
"""

from __future__ import annotations

import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from dagster_project.readers.document import Block, Document, Grid, Paragraph, ReadError
from dagster_project.readers.package import MEBIBYTE, open_zip, read_part, zip_kind

MAX_MEMBERS = 200
MAX_UNPACKED = 200 * MEBIBYTE
_UTF8_FLAG = 0x800
# What systems leave in archives beside the files that people put there.
_LITTER = re.compile(r"(?:^|/)(?:__MACOSX/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$)")
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
# The most doubtful origin of a part is that of the whole: it decides how strictly figures are read.
_ORIGINS = ("ocr", "native", "markup", "spreadsheet")


def members(data: bytes) -> list[tuple[str, bytes]]:
    """The files of an archive by their names in it, in the order of their names.

    The files of an archive inside the archive follow its own name; deeper ones stay unopened.
    Names are only names: nothing is written to where they point.

    Raises:
        ReadError: the archive is damaged, protected, or larger than the limits.
    """
    found = sorted(_members(data, MAX_UNPACKED, nested=True))
    if len(found) > MAX_MEMBERS:
        raise ReadError(f"the archive holds {len(found)} files, more than {MAX_MEMBERS}")
    return found


def _members(data: bytes, room: int, *, nested: bool) -> Iterator[tuple[str, bytes]]:
    file = open_zip(data, max_unpacked=room)
    infos = [info for info in file.infolist() if not info.is_dir()]
    infos = [info for info in infos if not _LITTER.search(info.filename)]
    if len(infos) > MAX_MEMBERS:
        raise ReadError(f"the archive holds {len(infos)} files, more than {MAX_MEMBERS}")
    room -= sum(info.file_size for info in infos)
    for info in infos:
        name, content = _name(info), read_part(file, info)
        if not (nested and is_archive(content)):
            yield name, content
            continue
        inner = list(_members(content, room, nested=False))
        room -= sum(len(part) for _, part in inner)
        yield from ((f"{name}/{part_name}", part) for part_name, part in inner)


def is_archive(data: bytes) -> bool:
    """Whether a file is a ZIP of files, not a document that is packed as one."""
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return False
    try:
        return zip_kind(open_zip(data).namelist()) == "zip"
    except ReadError:
        return False


def _name(info: zipfile.ZipInfo) -> str:
    """A member's name; Chinese systems write it in GBK without saying so."""
    name = info.filename
    if not info.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part not in {"", ".", ".."}]
    return "/".join(parts) or "unnamed"


def read(data: bytes, read_file: Callable[[Path], Document]) -> Document:
    """Read all files of an archive as one document, pages counted on.

    A paragraph names each file before its blocks; a file that cannot be read gives a paragraph
    with the reason.

    Args:
        data: the archive.
        read_file: reads one file, judging it by its content.

    Raises:
        ReadError: the archive is damaged, protected, beyond the limits, or nothing in it is read.
    """
    blocks: list[Block] = []
    origins: set[str] = set()
    refusals: list[str] = []
    notes: list[str] = []
    pages = 0
    with tempfile.TemporaryDirectory(prefix="archive-") as folder:
        for number, (name, content) in enumerate(members(data)):
            suffix = _SUFFIX.search(name)
            path = Path(folder) / f"{number}{suffix[0] if suffix else ''}"
            path.write_bytes(content)
            try:
                document = _read_member(path, content, read_file)
            except ReadError as error:
                refusals.append(f"{name}: {error}")
                notes.append(f"file not read: {name}: {error}")
                blocks.append(Paragraph(f"[file; not read] {name}: {error}", max(pages, 1), 1))
                continue
            finally:
                path.unlink()
            origins.add(document.text_origin)
            blocks.append(Paragraph(f"[file; {document.format}] {name}", pages + 1, 1))
            blocks += (_moved(block, pages) for block in document.blocks)
            notes += [f"{name}: {note}" for note in document.notes]
            pages += document.page_count
    if not origins:
        reasons = "; ".join(refusals[:3]) or "it holds no files"
        raise ReadError(f"nothing in the archive can be read: {reasons}")
    origin = min(origins, key=lambda item: _ORIGINS.index(item) if item in _ORIGINS else 0)
    return Document("zip", origin, max(pages, 1), tuple(blocks), tuple(notes))


def _read_member(path: Path, content: bytes, read_file: Callable[[Path], Document]) -> Document:
    if is_archive(content):
        raise ReadError("an archive inside an archive inside an archive is not opened")
    return read_file(path)


def _moved(block: Block, pages: int) -> Block:
    if isinstance(block, Grid):
        cells = tuple(replace(cell, page=cell.page + pages) for cell in block.cells)
        return replace(block, cells=cells, page=block.page + pages)
    return replace(block, page=block.page + pages)
