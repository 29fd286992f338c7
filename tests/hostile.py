"""Files that nobody would publish: damaged copies of every format, and files made to do harm."""

import os
import random
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from tests.readers.fuzzing import zipped
from tests.readers.test_fuzzing import samples

_MARKS = (b"<", b">", b'"', b"/>", b"999999999999", b"-1", b"NaN", b"\x00", b"\xff\xfe", b"%PDF-")


def write_hostile(place: Path, count: int, seed: int = 300) -> int:
    """Write so many hostile files below a directory; the same ones for the same seed.

    Returns:
        How many of them are to be found in a warehouse: each with a content of its own.
    """
    place.mkdir(parents=True, exist_ok=True)
    chance = random.Random(seed)  # noqa: S311
    made = list(_made())[:count]
    for name, content in made:
        (place / name).write_bytes(content)
    wholes = list(samples().items())
    for number in range(count - len(made)):
        kind, whole = wholes[number % len(wholes)]
        (place / f"{number:03d} {kind}").write_bytes(_damaged(whole, chance))
    return len({file.read_bytes() for file in place.iterdir()})


def _damaged(data: bytes, chance: random.Random) -> bytes:
    """A copy with one to five faults: bytes altered, cut out, put in, or the end missing."""
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(data) or 1)
        put = chance.choice((chance.choice(_MARKS), chance.randbytes(chance.randint(1, 40))))
        match chance.randrange(4):
            case 0:
                data = data[:at] + put + data[at + len(put) :]
            case 1:
                data = data[:at] + put + data[at:]
            case 2:
                data = data[:at] + data[at + chance.randint(1, 4000) :]
            case 3:
                data = data[: max(1, at)]
    return data


def _made() -> Iterator[tuple[str, bytes]]:
    """Files each made to one end; their names are hostile too."""
    yield "empty.pdf", b""
    yield "zeros.xlsx", bytes(100_000)
    yield "noise.pdf", random.Random(1).randbytes(50_000)  # noqa: S311
    yield "=cmd|'calc'!A1.csv", b"=1+1,=cmd|' /C calc'!A1\n@SUM(1),-2+3\n"
    yield (
        "\x1b]0;owned\x07\x1b[2J.txt",
        "\x1b[31m公开01表\x1b]8;;http://x\x07 \u202e1.00\n".encode(),
    )
    yield "'; drop schema marts cascade; --.txt", b"'); drop table x; --\n"
    yield "<script>alert(1)</script>".replace("/", "") + ".html", _html("<script>alert(1)</script>")
    yield os.fsdecode("预算.txt".encode("gb18030")), "一般公共预算\n1.00\n".encode("gb18030")
    yield "line\nbreak.md", b"| a | b |\n| - | - |\n| 1 | 2 |\n" * 20_000
    yield "deep.html", b"<table><tr><td>" * 20_000
    yield "wide.html", _html("<table><tr><td colspan=99999999 rowspan=99999999>1</td></tr></table>")
    yield "columns.csv", b"1," * 200_000 + b"\n"
    yield "long line.txt", b"9" * 20_000_000
    yield "bomb.zip", _bomb(500)
    yield "bomb.xlsx", _bomb(300, "xl/worksheets/sheet1.xml", "[Content_Types].xml")
    yield "outside.zip", zipped({"../../../../etc/cron.d/x": "* * * * * root true\n", "/abs": "x"})
    yield "laughs.xlsx", _laughs()
    yield "laughs.ofd", zipped({"OFD.xml": _ENTITIES})
    yield "stream bomb.pdf", _pdf_bomb()
    yield "pages.pdf", _pdf_of_pages(2_000_000)
    yield "loop.pdf", _pdf_loop()
    yield "giant.png", _giant_png()


_ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY c0 "xxxxxxxxxx">'
    + "".join(
        f'<!ENTITY c{n} "{("&c" + str(n - 1) + ";" if n else "&b;") * 10}">' for n in range(9)
    )
    + '<!ENTITY f SYSTEM "file:///etc/passwd">]><a>&c8;&f;</a>'
)


def _html(body: str) -> bytes:
    return f"<!doctype html><html><body>{body}</body></html>".encode()


def _bomb(megabytes: int, *names: str) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names or ("big.txt",):
            with file.open(name, "w") as part:
                for _ in range(megabytes):
                    part.write(bytes(1024 * 1024))
    return buffer.getvalue()


def _laughs() -> bytes:
    return zipped(
        {
            "[Content_Types].xml": _ENTITIES,
            "xl/workbook.xml": _ENTITIES,
            "xl/worksheets/sheet1.xml": _ENTITIES,
        }
    )


def _pdf(*objects: bytes) -> bytes:
    body = b"%PDF-1.7\n"
    for number, content in enumerate(objects, start=1):
        body += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    return body + b"trailer\n<< /Root 1 0 R /Size %d >>\n%%%%EOF\n" % (len(objects) + 1)


def _pdf_bomb() -> bytes:
    packed = zlib.compress(b"0 0 m 9 9 l S " * 20_000_000, 9)
    stream = b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >>",
        stream + b"\nendstream",
    )


def _pdf_of_pages(count: int) -> bytes:
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [" + b"3 0 R " * 20_000 + b"] /Count %d >>" % count,
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] >>",
    )


def _pdf_loop() -> bytes:
    return _pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>",
    )


def _giant_png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            len(data).to_bytes(4, "big") + kind + data
            + zlib.crc32(kind + data).to_bytes(4, "big")
        )  # fmt: skip

    header = (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\x00\x00\x00"
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b""))
        + chunk(b"IEND", b"")
    )
