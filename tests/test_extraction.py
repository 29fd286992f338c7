"""Tests of the unit of work: registering files, reading one, recognising one."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from dagster_project import extraction, readers
from dagster_project.extraction import SCHEMAS, DocumentEntry, FormsSummary, TablesSummary
from dagster_project.readers import pdf as pdf_reader
from dagster_project.readers.document import Box, Cell, Document, Grid, Paragraph

SEEDS = Path(__file__).parents[1] / "dbt" / "seeds"
BUDGET = """东岭市工业局2025年部门预算
表一 一般公共预算支出表
单位：万元

| 科目编码 | 科目名称 | 合计 | 基本支出 | 项目支出 |
|---|---|---|---|---|
| | 合计 | 70.00 | 60.00 | |
| 201 | 一般公共服务支出 | 70.00 | 60.00 | |
"""
Rows = dict[str, list[dict[str, Any]]]


def extract(raw: Path, entry: DocumentEntry) -> tuple[TablesSummary, FormsSummary, Path]:
    out = raw.parent / "out"
    read = extraction.extract_tables(raw, entry, out / f"{entry.document_id}.parquet")
    target = out / entry.document_id
    found = extraction.extract_forms(out / f"{entry.document_id}.parquet", entry, SEEDS, target)
    return read, found, target


def rows(target: Path, table: str) -> list[dict[str, Any]]:
    return pl.read_parquet(target / f"{table}.parquet").to_dicts()


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


# --- registering ----------------------------------------------------------------------------


def test_a_document_is_known_by_its_content(raw: Path) -> None:
    (raw / "sub").mkdir()
    (raw / "sub" / "b.txt").write_text(BUDGET, "utf-8")
    (entry,) = extraction.register(raw)
    digest = hashlib.sha256(BUDGET.encode()).hexdigest()
    assert (entry.file_path, entry.sha256, entry.document_id) == ("sub/b.txt", digest, digest[:16])
    assert entry.size == len(BUDGET.encode())


def test_the_same_content_is_one_document_under_its_first_name(raw: Path) -> None:
    for name in ("c.txt", "a.txt", "b.txt"):
        (raw / name).write_text("另一份" if name == "b.txt" else BUDGET, "utf-8")
    assert [entry.file_path for entry in extraction.register(raw)] == ["a.txt", "b.txt"]


def test_hidden_files_manifest_and_corrections_are_no_documents(raw: Path) -> None:
    for name in ("manifest.csv", "corrections.csv", ".hidden.txt", ".git/config", "预算.csv"):
        (raw / name).parent.mkdir(exist_ok=True)
        (raw / name).write_text(f"file\n{name}\n", "utf-8")
    assert [entry.file_path for entry in extraction.register(raw)] == ["预算.csv"]


def test_nothing_in_raw_is_no_error(raw: Path) -> None:
    assert extraction.register(raw) == []


def test_the_manifest_overrides_what_the_document_says(raw: Path) -> None:
    (raw / "a.txt").write_text(BUDGET, "utf-8")
    (raw / "manifest.csv").write_text(
        "\ufefffile,publisher,region_code,fiscal_year,source_url\n"
        "a.txt,西岭市商务局,360100,2031,https://example.org/a\n"
        "gone.txt,某局,,,\n",
        "utf-8",
    )
    (entry,) = extraction.register(raw)
    _, _, target = extract(raw, entry)
    (document,) = rows(target, "documents")
    assert (document["publisher"], document["region_code"], document["fiscal_year"]) == (
        "西岭市商务局", "360100", 2031,
    )  # fmt: skip
    assert document["source_url"] == "https://example.org/a"
    assert document["document_kind"] == "budget"  # not overridden: as the document says


def test_a_manifest_without_values_overrides_nothing(raw: Path) -> None:
    (raw / "a.txt").write_text(BUDGET, "utf-8")
    (raw / "manifest.csv").write_text("file,publisher,fiscal_year,kind\na.txt,,,\n", "utf-8")
    (entry,) = extraction.register(raw)
    (document,) = rows(extract(raw, entry)[2], "documents")
    assert (document["publisher"], document["fiscal_year"]) == ("东岭市工业局", 2025)


def test_a_year_that_is_no_number_overrides_nothing(raw: Path) -> None:
    (raw / "a.txt").write_text(BUDGET, "utf-8")
    (raw / "manifest.csv").write_text("file,fiscal_year\na.txt,去年\n", "utf-8")
    (entry,) = extraction.register(raw)
    (document,) = rows(extract(raw, entry)[2], "documents")
    assert document["fiscal_year"] == 2025


def test_a_manifest_may_be_saved_by_a_chinese_spreadsheet(raw: Path) -> None:
    (raw / "a.txt").write_text(BUDGET, "utf-8")
    (raw / "manifest.csv").write_text("file,publisher\na.txt,西岭市商务局\n", "gb18030")
    (entry,) = extraction.register(raw)
    assert dict(entry.manifest)["publisher"] == "西岭市商务局"


# --- what comes out -------------------------------------------------------------------------


def test_a_form_becomes_rows_and_a_summary(raw: Path) -> None:
    (raw / "a.md").write_text(BUDGET, "utf-8")
    (entry,) = extraction.register(raw)
    read, found, target = extract(raw, entry)
    assert read == TablesSummary(pages=1, grids=1, error=None)
    assert found == FormsSummary("loaded", None, 1, 0, amounts=4, unrecognised=0)
    (document,) = rows(target, "documents")
    assert (document["format"], document["unit"], document["status"]) == ("text", "万元", "loaded")
    assert [line["state"] for line in rows(target, "lines")].count("blank") == 2


def test_what_a_second_reading_says_otherwise_becomes_rows(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canvas = Canvas(str(raw / "a.pdf"))
    canvas.drawString(60, 780, "notice")
    for row, texts in enumerate([("code", "basic", "project"), *[("208", "1.50", "22.00")] * 3]):
        for column, text in enumerate(texts):
            canvas.drawRightString(150 + 90 * column, 700 - 20 * row, text)
    canvas.save()
    read = pdf_reader.cell_text
    monkeypatch.setattr(pdf_reader, "cell_text", lambda words: read(words).replace("1.50", "7.50"))
    (entry,) = extraction.register(raw)
    found = rows(extract(raw, entry)[2], "reading_findings")
    assert [(row["kind"], row["ours"], row["theirs"]) for row in found] == [
        ("digits", "7.50", "1.50")
    ] * 3
    assert {(row["document_id"], row["page"], row["block"]) for row in found} == {
        (entry.document_id, 1, 1)
    }
    assert found[0]["message"] == "the cell in row 2, column 2 says other numbers"


@pytest.mark.parametrize("content", [BUDGET, "通知\n各科室：\n", ""], ids=["form", "none", "empty"])
def test_every_staging_table_is_written_with_its_schema(raw: Path, content: str) -> None:
    (raw / "a.txt").write_text(content, "utf-8")
    (entry,) = extraction.register(raw)
    _, _, target = extract(raw, entry)
    assert {path.stem for path in target.iterdir()} == set(SCHEMAS)
    for table, schema in SCHEMAS.items():
        frame = pl.read_parquet(target / f"{table}.parquet")
        assert dict(frame.schema) == schema, table
        assert set(frame["document_id"]) <= {entry.document_id}, table
    assert len(rows(target, "documents")) == 1


def test_no_staging_column_of_an_amount_is_a_float() -> None:
    for table in ("lines", "projects", "narrative_amounts"):
        assert SCHEMAS[table]["number_text"] == pl.String()


def test_a_document_without_forms_says_so(raw: Path) -> None:
    (raw / "notice.txt").write_text("关于开展企业走访的通知\n各科室：请按时完成。\n", "utf-8")
    (entry,) = extraction.register(raw)
    _, found, target = extract(raw, entry)
    assert (found.status, found.forms_found) == ("no_fiscal_tables", 0)
    assert found.status_reason
    assert rows(target, "forms") == rows(target, "lines") == []


# --- bad input ------------------------------------------------------------------------------


def pdf(password: str | None = None) -> bytes:
    file = io.BytesIO()
    encryption = StandardEncryption(password, canPrint=0) if password else None
    canvas = Canvas(file, encrypt=encryption)
    for page in range(20):
        canvas.drawString(72, 720, f"page {page}")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def archive(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("预算.bin", content)
    return file.getvalue()


def noise(seed: int) -> bytes:
    return random.Random(seed).randbytes(4096)  # noqa: S311


BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.pdf": (lambda: b"", "empty"),
    "blank.txt": (lambda: b" \r\n\t\n", "no text"),
    "truncated.pdf": (lambda: pdf()[:700], "truncated"),
    "protected.pdf": (lambda: pdf("secret"), "password|protected"),
    "files.zip": (lambda: archive(noise(6)), "archive|binary"),
    "scan.png": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(64), "image"),
    "random.bin": (lambda: noise(7), "binary"),
    "random.pdf": (lambda: b"%PDF-1.7\n" + noise(8) + b"%%EOF", "damaged"),
    "random.txt": (lambda: noise(9), "binary"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_input_is_quarantined_with_a_reason(raw: Path, name: str) -> None:
    make, said = BAD[name]
    content = make()
    (raw / name).write_bytes(content)
    (entry,) = extraction.register(raw)
    read, found, target = extract(raw, entry)
    (document,) = rows(target, "documents")
    assert (document["status"], found.forms_found, read.grids) == ("quarantined", 0, 0)
    reason = document["status_reason"]
    assert reason == read.error == found.status_reason
    assert any(word in reason for word in said.split("|")), reason
    assert_is_for_people(reason, raw)
    assert [document["file_path"], document["bytes"]] == [name, len(content)]


def test_the_documents_of_an_archive_are_read(raw: Path) -> None:
    (raw / "files.zip").write_bytes(archive(BUDGET.encode()))
    (entry,) = extraction.register(raw)
    _, found, _ = extract(raw, entry)
    assert (found.status, found.forms_found) == ("loaded", 1)


def assert_is_for_people(reason: str, raw: Path) -> None:
    """A sentence: several words, no class names, traces, escapes or places on this machine."""
    assert len(reason.split()) >= 4
    for noise in ("Error", "Exception", "Traceback", "\\x", "0x", "\n", str(raw), "<", "None"):
        assert noise not in reason


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=300), prefix=st.sampled_from([b"", b"%PDF-1.4\n", b"<html>", b"PK"]))
def test_no_file_whatever_it_holds_raises(
    data: bytes, prefix: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    raw = tmp_path_factory.mktemp("any") / "raw"
    raw.mkdir()
    (raw / "a.pdf").write_bytes(prefix + data)
    (entry,) = extraction.register(raw)
    _, found, _ = extract(raw, entry)
    assert found.status in {"quarantined", "no_fiscal_tables"}


# --- Parquet between reading and recognition ------------------------------------------------

numbers = st.floats(-1e6, 1e6, allow_nan=False)
boxes = st.none() | st.builds(Box, numbers, numbers, numbers, numbers)
places = st.integers(1, 2**31 - 1)
counts = st.integers(0, 40)
words = st.text(st.characters(codec="utf-8"), max_size=12)
cells = st.builds(
    Cell, words, counts, counts, places, places, places, counts, counts, boxes,
    st.none() | numbers,
)  # fmt: skip
grids = st.builds(
    Grid, st.lists(cells, max_size=5).map(tuple), counts, counts, places, words,
    st.none() | numbers, row_lengths=st.lists(counts, max_size=4).map(tuple),
)  # fmt: skip
paragraphs = st.builds(Paragraph, words, places, places, boxes)
documents = st.builds(
    Document, st.sampled_from(["pdf", "text", "html"]), st.sampled_from(["native", "ocr"]),
    counts, st.lists(grids | paragraphs, max_size=6).map(tuple),
)  # fmt: skip


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(document=documents)
def test_a_document_comes_back_from_parquet_as_it_was(
    document: Document, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(readers, "read", lambda _: document)
    target = tmp_path / "tables.parquet"
    extraction.extract_tables(tmp_path, DocumentEntry("d" * 16, "a", "d" * 64, 1), target)
    meta = extraction.json.loads(pl.read_parquet_metadata(target)["document"])
    assert extraction._document(pl.read_parquet(target), meta) == document


def test_contact_persons_are_in_nothing_that_is_stored(raw: Path) -> None:
    (raw / "预算.txt").write_text(
        BUDGET + "\n联系人:王小明 联系电话:010-12345678\n", encoding="utf-8"
    )
    (entry,) = extraction.register(raw)
    *_, target = extract(raw, entry)
    for name in extraction.SCHEMAS:
        stored = (target / f"{name}.parquet").read_bytes() + str(rows(target, name)).encode()
        assert "王小明".encode() not in stored
        assert b"12345678" not in stored
