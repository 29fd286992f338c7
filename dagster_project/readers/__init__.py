"""Readers: one module per format, each from a file to a ``Document``.

Here: which reader a file needs, judged by its content. What a form is does not belong here.
"""

from __future__ import annotations

import re
from pathlib import Path

from dagster_project.readers import html, pdf, text
from dagster_project.readers.document import Document, ReadError

_SNIFF = 4096
_CONTAINERS = (
    (b"PK\x03\x04", "an Office or ZIP file"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"II*\x00", "an image"),
    (b"MM\x00*", "an image"),
    (b"GIF8", "an image"),
    (b"\x1f\x8b", "a compressed file"),
    (b"7z\xbc\xaf", "a compressed file"),
    (b"Rar!", "a compressed file"),
)
_HTML = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE)


def read(path: Path) -> Document:
    """Read a file by what it holds, whatever its name ends with.

    Raises:
        ReadError: the file is empty, damaged, protected, or of a kind that is not read;
            its message is a sentence for a person.
    """
    size = path.stat().st_size
    if size == 0:
        raise ReadError("the file is empty (0 bytes)")
    with path.open("rb") as file:
        head = file.read(_SNIFF)
    if b"%PDF-" in head[:1024]:
        return pdf.read(path)
    for mark, kind in _CONTAINERS:
        if head.startswith(mark):
            raise ReadError(f"the file is {kind}, a kind that is not read yet")
    if size > text.MAX_BYTES:
        raise ReadError(f"the file is larger than {text.MAX_BYTES // 1024 // 1024} MiB")
    data = path.read_bytes()
    # Tags are ASCII; dropping the zero bytes of UTF-16 makes them visible in any encoding.
    if _HTML.search(head.replace(b"\x00", b"")):
        return html.read(data)
    return text.read(data)
