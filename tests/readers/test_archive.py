"""Tests of archives of documents."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers import archive, text
from dagster_project.readers.document import Document, Grid, Paragraph, ReadError
from tests.readers.fuzzing import damage, fuzz, in_part, reads_or_refuses, zipped

FORM = "支出决算表\n\n| 科目 | 金额 |\n| --- | --- |\n| 合计 | 1.00 |\n"


def read_text(path: Path) -> Document:
    return text.read(path.read_bytes())


def read(data: bytes) -> Document:
    return archive.read(data, read_text)


def named(*names: bytes) -> bytes:
    """An archive as Chinese systems write it: names in GBK, no flag that says so."""
    data = zipped({f"{n:03d}".ljust(len(name), "_"): FORM for n, name in enumerate(names)})
    for number, name in enumerate(names):
        data = data.replace(f"{number:03d}".ljust(len(name), "_").encode(), name)
    return data


def test_files_follow_each_other_and_their_pages_count_on() -> None:
    document = read(
        zipped({"b.md": FORM, "a/a.md": FORM, "c.bin": b"\x00\x01", "__MACOSX/b.md": "x"})
    )
    texts = [block.text if isinstance(block, Paragraph) else "grid" for block in document.blocks]
    assert texts == [
        "[file; text] a/a.md", "支出决算表", "grid", "[file; text] b.md", "支出决算表", "grid",
        "[file; not read] c.bin: the file holds binary data, not text",
    ]  # fmt: skip
    assert [block.page for block in document.blocks] == [1, 1, 1, 2, 2, 2, 2]
    assert (document.format, document.text_origin, document.page_count) == ("zip", "markup", 2)
    (_, grid) = [block for block in document.blocks if isinstance(block, Grid)]
    assert {cell.page for cell in grid.cells} == {2}


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_names_in_chinese_encodings(encoding: str) -> None:
    names = ["2024年部门决算/公开表.md", "附件：说明.md"]
    found = archive.members(named(*(name.encode(encoding) for name in names)))
    assert sorted(name for name, _ in found) == sorted(names)


def test_names_never_point_anywhere() -> None:
    found = archive.members(named(b"../../etc/passwd", b"/abs.md", b"a\\..\\b.md"))
    assert [name for name, _ in found] == ["a/b.md", "abs.md", "etc/passwd"]


def test_archives_in_archives_are_opened_once() -> None:
    inner = zipped({"x.md": FORM})
    once, twice = zipped({"in.zip": inner}), zipped({"mid.zip": zipped({"in.zip": inner})})
    assert [name for name, _ in archive.members(once)] == ["in.zip/x.md"]
    assert read(once).page_count == 1
    with pytest.raises(ReadError, match="inside an archive"):
        read(twice)


def test_documents_packed_as_zip_are_no_archives() -> None:
    assert archive.is_archive(zipped({"a.md": FORM}))
    assert not archive.is_archive(zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}))
    assert not archive.is_archive(zipped({"OFD.xml": ""}))
    assert not archive.is_archive(b"PK\x03\x04")


def test_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ReadError, match="nothing in the archive can be read: a.bin: "):
        read(zipped({"a.bin": b"\x00"}))
    with pytest.raises(ReadError, match="no files"):
        read(zipped({}))
    with pytest.raises(ReadError, match="times its size"):
        read(zipped({"a.md": "0" * 20_000_000}))
    with pytest.raises(ReadError, match="201 files, more than 200"):
        read(zipped({f"{n}.md": FORM for n in range(201)}))
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1000)
    with pytest.raises(ReadError, match="would unpack to"):
        read(zipped({"a.md": "0" * 2000}))


def test_protected_archives_are_refused() -> None:
    data = bytearray(zipped({"a.md": FORM}))
    directory = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[directory + 8] |= 1
    with pytest.raises(ReadError, match="password"):
        read(bytes(data))


def test_nothing_is_written_under_the_names_of_the_archive(tmp_path: Path) -> None:
    seen: list[Path] = []

    def look(path: Path) -> Document:
        seen.append(path)
        return read_text(path)

    archive.read(named(b"../../x.md"), look)
    (path,) = seen
    assert path.name == "0.md"
    assert not path.parent.exists()


ZIP = zipped({"a.md": FORM, "b/b.md": FORM, "in.zip": zipped({"x.md": FORM})})


@fuzz
@given(damage(), st.integers(-1, 2))
def test_damaged_archives_are_read_or_refused(change: Callable[[bytes], bytes], part: int) -> None:
    reads_or_refuses(read, change(ZIP) if part < 0 else in_part(ZIP, part, change))


def test_stored_sizes_that_lie_are_found_out() -> None:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.md", FORM * 100)
    size = len((FORM * 100).encode()).to_bytes(4, "little")
    with pytest.raises(ReadError):
        read(buffer.getvalue().replace(size, (10).to_bytes(4, "little")))
