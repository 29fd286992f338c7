"""Damage for the readers of containers: bytes altered, cut or put in, in the file or in a part."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from dagster_project.readers.document import Document, Grid, ReadError

DEADLINE = timedelta(seconds=2)
# The same cases every time: a failure must be one that can be looked at again.
fuzz = settings(
    max_examples=60,
    deadline=DEADLINE,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def damage() -> st.SearchStrategy[Callable[[bytes], bytes]]:
    """Functions that damage bytes in one of several ways."""
    place = st.floats(0, 1, exclude_max=True)
    noise = st.binary(min_size=1, max_size=40)

    def overwrite(at: float, put: bytes) -> Callable[[bytes], bytes]:
        return lambda data: data[: (i := int(at * len(data)))] + put + data[i + len(put) :]

    def insert(at: float, put: bytes) -> Callable[[bytes], bytes]:
        return lambda data: data[: (i := int(at * len(data)))] + put + data[i:]

    def cut(start: float, length: int) -> Callable[[bytes], bytes]:
        return lambda data: data[: (i := int(start * len(data)))] + data[i + length :]

    marks = st.sampled_from([b"<", b">", b'"', b"/>", b"999999999999", b"-1", b"NaN", b"\x00"])
    return st.one_of(
        st.builds(overwrite, place, st.one_of(noise, marks)),
        st.builds(insert, place, st.one_of(noise, marks)),
        st.builds(cut, place, st.integers(1, 4000)),
    )


def in_part(data: bytes, index: int, change: Callable[[bytes], bytes]) -> bytes:
    """A ZIP file with one of its parts damaged and packed again, so that checksums hold."""
    buffer = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        infos = source.infolist()
        for number, info in enumerate(infos):
            content = source.read(info)
            damaged = change(content) if number == index % len(infos) else content
            target.writestr(info.filename, damaged, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def reads_or_refuses(read: Callable[[bytes], Document], data: bytes) -> None:
    """Assert that a reader gives a document that holds together, or a reason."""
    try:
        document = read(data)
    except ReadError as error:
        assert str(error)
        return
    for block in document.blocks:
        if isinstance(block, Grid):
            assert block.cells
            block.matrix()
            for cell in block.cells:
                assert cell.row + cell.row_span <= block.row_count
                assert cell.column + cell.column_span <= block.column_count
        else:
            assert block.text.strip()


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A ZIP file of parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return buffer.getvalue()
