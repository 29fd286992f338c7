"""Readers: one module per format, each from a file to a ``Document``.

Here: which reader a file needs, judged by its content. What a form is does not belong here.
"""

from __future__ import annotations

import re
from pathlib import Path

from dagster_project.readers import (
    archive,
    delimited,
    docx,
    html,
    ofd,
    package,
    spreadsheet,
    text,
    xml_sheet,
)
from dagster_project.readers.data_frames import without_counts
from dagster_project.readers.document import Document, ReadError

_SNIFF = 4096
_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_REFUSED = (
    (b"GIF8", "a GIF image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
)
_PACKAGES = {
    "xlsx": spreadsheet.read_xlsx,
    "docx": docx.read,
    "ofd": ofd.read,
}
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)


def read(path: Path) -> Document:
    """Read a file by what it holds, whatever its name ends with.

    Raises:
        ReadError: the file is empty, damaged, protected, too large, or of a kind that is not
            read; its message is a sentence for a person.
    """
    return without_counts(_read(path))


def _read(path: Path) -> Document:
    size = path.stat().st_size
    if size == 0:
        raise ReadError("the file is empty (0 bytes)")
    with path.open("rb") as file:
        head = file.read(_SNIFF)
    if b"%PDF-" in head[:1024]:
        # camelot loads pandas: only documents that need it pay for it.
        from dagster_project.readers import pdf

        return pdf.read(path)
    if size > package.MAX_BYTES:
        raise ReadError(f"the file is larger than {package.MAX_BYTES // package.MEBIBYTE} MiB")
    for mark, kind in _REFUSED:
        if head.startswith(mark):
            raise ReadError(f"the file is {kind}, a kind that is not read")
    is_container = head.startswith((*package.ZIP_MARKS, package.OLE_MARK, *_IMAGES))
    if size > text.MAX_BYTES and not is_container:
        raise ReadError(f"the file is text or a page of more than {text.MAX_BYTES >> 20} MiB")
    data = path.read_bytes()
    if head.startswith(package.ZIP_MARKS):
        return _package(data)
    if head.startswith(package.OLE_MARK):
        return spreadsheet.read_xls(data)
    if head.startswith(_IMAGES):
        # Recognition loads its models: only documents that need them pay for it.
        from dagster_project.readers import image

        return image.read(data)
    if xml_sheet.matches(head):
        return spreadsheet.read_xml(data)
    # Tags are ASCII; dropping the zero bytes of UTF-16 makes them visible in any encoding.
    if _HTML.search(head.replace(b"\x00", b"")) and html.is_page(data):
        return html.read(data)
    return delimited.read(data) if delimited.matches(data) else text.read(data)


def _package(data: bytes) -> Document:
    with package.open_zip(data) as file:
        kind = package.zip_kind(file.namelist())
    if kind == "zip":
        return archive.read(data, read)
    if kind not in _PACKAGES:
        raise ReadError(f"the file is of the kind .{kind}, which is not read; save it as PDF")
    return _PACKAGES[kind](data)
