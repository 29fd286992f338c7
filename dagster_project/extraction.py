"""One document in, Parquet rows out: reading, then recognition.

Here: the unit of work that any executor can run, and the schemas of staging. Functions are pure
(a file and a catalogue decide the result) and picklable. Dagster and DuckDB do not belong here.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import polars as pl

from dagster_project import readers
from dagster_project.forms import amounts, catalogue
from dagster_project.forms.parts import OF_PARTS, recognise_file
from dagster_project.readers.document import (
    Block,
    Box,
    Cell,
    Document,
    Grid,
    Paragraph,
    ReadError,
)
from dagster_project.readers.encoding import decode
from dagster_project.readers.privacy import without_contacts

MANIFEST = "manifest.csv"
NOT_DOCUMENTS = {MANIFEST, "corrections.csv"}

_TEXT, _COUNT, _REAL, _FLAG = pl.String(), pl.Int32(), pl.Float64(), pl.Boolean()
_PLACE: dict[str, pl.DataType] = {
    "page": _COUNT, "row_number": _COUNT, "column_number": _COUNT,
    "x0": _REAL, "y0": _REAL, "x1": _REAL, "y1": _REAL,
}  # fmt: skip


def _texts(names: str) -> dict[str, pl.DataType]:
    return dict.fromkeys(names.split(), _TEXT)


_FIGURE = _texts("state damage printed_text printed_unit number_text") | {"decimals": _COUNT}
SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "documents": _texts("document_id file_path sha256")
    | {"bytes": pl.Int64()}
    | _texts("format text_origin title document_kind department_name region_code reporting_scope")
    | {"fiscal_year": _COUNT, "unit": _TEXT, "page_count": _COUNT}
    | _texts("status status_reason source_url publisher"),
    "parts": _texts("document_id part_id title document_kind department_name region_code")
    | {"reporting_scope": _TEXT, "fiscal_year": _COUNT},
    "table_cells": _texts("document_id") | {"block": _COUNT, "kind": _TEXT} | _PLACE
    | {"row": _COUNT, "column": _COUNT, "row_span": _COUNT, "column_span": _COUNT}
    | _texts("text reader") | {"confidence": _REAL, "row_lengths": pl.List(_COUNT)},
    "forms": _texts("document_id form_id") | {"ordinal": _COUNT}
    | _texts("form form_number title") | {"declared": _FLAG, "found": _FLAG, "is_empty": _FLAG}
    | {"unit": _TEXT, "page": _COUNT, "last_page": _COUNT, "blank_is_nil": _FLAG, "score": _REAL}
    | _texts("status evidence"),
    "lines": _texts("document_id form_id line_id form form_number")
    | {"panel": _COUNT, "row_index": _COUNT, "parent_row_index": _COUNT, "is_additive": _FLAG}
    | _texts("row_item label code_printed function_code economic_code code_source")
    | _texts("code_evidence row_kind")
    | _texts("column_path column_item measure fund phase flow spending_kind")
    | _FIGURE | _PLACE | {"confidence": _REAL},
    "projects": _texts("document_id form_id form form_number project_id project_name")
    | _texts("parent_project_id supervising_department implementing_unit phase funding_source")
    | _texts("amount_role section label") | _FIGURE | _PLACE,
    "indicators": _texts("document_id form_id project_id project_name") | {"ordinal": _COUNT}
    | _texts("level_1 level_2 indicator comparison target target_unit actual weight score")
    | {"deviation_reason": _TEXT, "page": _COUNT, "row_number": _COUNT},
    "ratings": _texts("document_id form_id project_id project_name item printed_text number_text")
    | _PLACE,
    "policy_basis": _texts("document_id project_id project_name instrument_title document_number")
    | {"page": _COUNT},
    "narrative_amounts": _texts("document_id") | {"page": _COUNT, "row_number": _COUNT}
    | _texts("sentence item") | {"fiscal_year": _COUNT}
    | _texts("phase measure direction compared_with share_of amount_text unit number_text"),
    "unrecognised_tables": _texts("document_id")
    | {"page": _COUNT, "block": _COUNT, "row_count": _COUNT, "column_count": _COUNT}
    | _texts("first_text reason"),
    "reading_findings": _texts("document_id")
    | {"page": _COUNT, "block": _COUNT}
    | _texts("kind message ours theirs"),
    "known_tables": _texts("document_id table_kind")
    | {"page": _COUNT, "block": _COUNT, "row_count": _COUNT, "column_count": _COUNT},
    "form_tables": _texts("document_id form_id")
    | {"page": _COUNT, "block": _COUNT, "row_count": _COUNT, "column_count": _COUNT},
    "identity_conflicts": _texts("document_id field manifest_value text_value"),
    "unmapped_labels": _texts("document_id form form_number kind text")
    | {"page": _COUNT, "row_number": _COUNT},
}  # fmt: skip
"""Staging tables: column → polars type. Amounts are exact decimal strings, cast by dbt."""
for _table in OF_PARTS:
    SCHEMAS[_table]["part_id"] = _TEXT


@dataclass(frozen=True, slots=True)
class DocumentEntry:
    """A file of raw/ with its content's hash and its row of the manifest, if it has one.

    Attributes:
        document_id: first 16 digits of the hash.
        file_path: below raw/, as text.
        sha256: of the content; of path and problem where the content cannot be had.
        size: bytes.
        manifest: names and values of its row.
        location: the path in percent encoding, where its bytes are no UTF-8.
        problem: why the file cannot be opened, if so.
    """

    document_id: str
    file_path: str
    sha256: str
    size: int
    manifest: tuple[tuple[str, str], ...] = ()
    location: str = ""
    problem: str | None = None

    def below(self, raw: Path) -> Path:
        """Where the file lies."""
        if self.location:
            return raw / os.fsdecode(unquote_to_bytes(self.location))
        return raw / self.file_path


@dataclass(frozen=True, slots=True)
class TablesSummary:
    """What reading a document gave; ``error`` is the reason if it could not be read."""

    pages: int
    grids: int
    error: str | None


@dataclass(frozen=True, slots=True)
class FormsSummary:
    """What recognition made of a document."""

    status: str
    status_reason: str | None
    forms_found: int
    forms_declared: int
    amounts: int
    unrecognised: int


def register(raw: Path) -> list[DocumentEntry]:
    """All documents below ``raw`` with their hashes, one per content, ordered by path.

    A file that stands there twice under different names is one document, under its first name.
    What cannot be opened, or is a link that leads out of ``raw``, is an entry with its problem.
    """
    manifest = _manifest(raw / MANIFEST)
    entries: dict[str, DocumentEntry] = {}
    for path, problem in sorted(_files(raw)):
        relative = path.relative_to(raw)
        hidden = any(part.startswith(".") for part in relative.parts)
        if hidden or relative.as_posix() in NOT_DOCUMENTS:
            continue
        try:
            entry = _entry(raw, path, problem, manifest)
        except FileNotFoundError:  # removed since it was listed
            continue
        entries.setdefault(entry.sha256, entry)
    return list(entries.values())


def _files(raw: Path) -> Iterator[tuple[Path, str]]:
    """Everything below a directory that could be a document, each with its problem or none."""
    unlisted: list[OSError] = []
    for folder, folders, files in os.walk(raw, onerror=unlisted.append):
        yield from (
            (link, "the link leads to a folder; folders are not followed through links")
            for name in folders
            if (link := Path(folder, name)).is_symlink()
        )
        paths = (Path(folder, name) for name in files)
        yield from ((path, _problem(raw, path)) for path in paths if _may_be(path))
    for error in unlisted:
        yield Path(error.filename), f"the folder cannot be listed: {error.strerror}"


def _may_be(path: Path) -> bool:
    """Pipes, sockets and devices are no documents; opening one may never end."""
    return path.is_file() or path.is_symlink()


def _problem(raw: Path, path: Path) -> str:
    if path.is_symlink():
        if not path.resolve().is_relative_to(raw.resolve()):
            return "the file is a link that leads out of the directory of documents"
        if not path.is_file():
            return "the file is a link that leads to no file"
    return ""


def _entry(
    raw: Path, path: Path, problem: str, manifest: Mapping[str, Mapping[str, str]]
) -> DocumentEntry:
    name, location = _name(path.relative_to(raw))
    sha256, size = "", 0
    if not problem:
        try:
            sha256, size = _sha256(path), path.stat().st_size
        except FileNotFoundError:
            raise
        except OSError as error:
            problem = f"the file cannot be opened: {error.strerror}"
    if problem:
        sha256 = hashlib.sha256(f"{name}\n{problem}".encode()).hexdigest()
    row = tuple(sorted(manifest.get(name, {}).items()))
    return DocumentEntry(sha256[:16], name, sha256, size, row, location, problem or None)


def _name(relative: Path) -> tuple[str, str]:
    """A path as text, and in percent encoding if its bytes are no UTF-8, as of old archives."""
    posix = relative.as_posix()
    written = os.fsencode(posix)
    for encoding in ("utf-8", "gb18030"):
        try:
            return written.decode(encoding), "" if encoding == "utf-8" else quote(written)
        except UnicodeDecodeError:
            continue
    return written.decode("utf-8", "backslashreplace"), quote(written)


def _manifest(path: Path) -> dict[str, dict[str, str]]:
    if not path.is_file():
        return {}
    rows = csv.DictReader(decode(path.read_bytes()).splitlines())
    return {row["file"]: row for row in rows if row.get("file")}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def extract_tables(raw: Path, entry: DocumentEntry, target: Path) -> TablesSummary:
    """Read one document into ``target`` (Parquet); a file that cannot be read gives its reason.

    Names and numbers of contact persons are withheld: they are in nothing that is stored.
    """
    try:
        if entry.problem:
            raise ReadError(entry.problem)
        document = without_contacts(readers.read(entry.below(raw)))
        error = None
    except ReadError as reason:
        document = Document(_format(entry.file_path), "native", 0, ())
        error = str(reason)
    frame = _frame("table_cells", _block_rows(document, entry.document_id))
    meta = {
        "format": document.format,
        "text_origin": document.text_origin,
        "page_count": document.page_count,
        "error": error,
        "notes": document.notes,
        "findings": _findings(document, entry.document_id),
    }
    target.parent.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(target, metadata={"document": json.dumps(meta, ensure_ascii=False)})
    grids = sum(isinstance(block, Grid) for block in document.blocks)
    return TablesSummary(document.page_count, grids, error)


def _format(name: str) -> str:
    suffix = Path(name).suffix.lower().lstrip(".")
    return {"txt": "text", "md": "text", "htm": "html"}.get(suffix, suffix or "unknown")


def extract_forms(tables: Path, entry: DocumentEntry, seeds: Path, target: Path) -> FormsSummary:
    """Recognise one read document; writes ``target/<table>.parquet`` for every staging table."""
    frame = pl.read_parquet(tables)
    meta = json.loads(pl.read_parquet_metadata(tables)["document"])
    document = _document(frame, meta)
    manifest = {"file_name": Path(entry.file_path).name, **dict(entry.manifest)}
    identity, staging = recognise_file(document, entry.document_id, catalogue.load(seeds), manifest)
    rows = {**staging.tables, "reading_findings": meta["findings"]}
    status, reason = _status(meta["error"], meta["notes"], rows)
    units = [row["unit"] for row in rows.get("forms", []) if row["unit"]]
    rows["documents"] = [{
        "document_id": entry.document_id, "file_path": entry.file_path, "sha256": entry.sha256,
        "bytes": entry.size,
        # The grids are the content's, whatever its name; what could not be read has only a name.
        "format": _format(entry.file_path) if meta["error"] else meta["format"],
        "text_origin": meta["text_origin"],
        "title": identity.title, "document_kind": identity.document_kind,
        "department_name": identity.department_name, "region_code": identity.region_code,
        "reporting_scope": identity.reporting_scope, "fiscal_year": identity.fiscal_year,
        "unit": max(sorted(set(units)), key=units.count, default=None),
        "page_count": meta["page_count"], "status": status, "status_reason": reason,
        "source_url": manifest.get("source_url") or manifest.get("source") or None,
        "publisher": manifest.get("publisher") or identity.department_name,
    }]  # fmt: skip
    target.mkdir(parents=True, exist_ok=True)
    for name in SCHEMAS:
        own = frame if name == "table_cells" else _frame(name, rows.get(name, []))
        own.write_parquet(target / f"{name}.parquet")
    return _summary(status, reason, rows)


def _summary(
    status: str, reason: str | None, rows: dict[str, list[dict[str, Any]]]
) -> FormsSummary:
    forms = rows.get("forms", [])
    printed = [
        row
        for row in rows.get("lines", []) + rows.get("projects", [])
        if row["state"] in {amounts.AMOUNT, amounts.DAMAGED}
    ]
    return FormsSummary(
        status, reason,
        sum(row["found"] for row in forms), sum(row["declared"] for row in forms),
        len(printed), len(rows.get("unrecognised_tables", [])),
    )  # fmt: skip


def _status(
    error: str | None, notes: Sequence[str], rows: dict[str, list[dict[str, Any]]]
) -> tuple[str, str | None]:
    """What became of a document, and why; of a loaded one, what to know of its reading."""
    if error:
        return "quarantined", error
    if any(row["found"] for row in rows.get("forms", [])):
        return "loaded", "; ".join(notes) or None
    none = "no form of a budget or final account was recognised in it"
    return "no_fiscal_tables", "; ".join([none, *notes])


def _frame(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema = SCHEMAS[name]
    columns = {column: [row.get(column) for row in rows] for column in schema}
    return pl.DataFrame(columns, schema=schema)


def _block_rows(document: Document, document_id: str) -> list[dict[str, Any]]:
    return [
        {"document_id": document_id, "block": number, **row}
        for number, block in enumerate(document.blocks)
        for row in _rows_of(block)
    ]


def _findings(document: Document, document_id: str) -> list[dict[str, Any]]:
    """What two readings of the document's grids differ in, one row each."""
    return [
        {
            "document_id": document_id, "page": block.page, "block": number,
            "kind": finding.kind, "message": finding.message,
            "ours": finding.ours or None, "theirs": finding.theirs or None,
        }
        for number, block in enumerate(document.blocks)
        if isinstance(block, Grid)
        for finding in block.findings
    ]  # fmt: skip


def _rows_of(block: Block) -> Iterator[dict[str, Any]]:
    if isinstance(block, Paragraph):
        yield {
            "kind": "paragraph", "page": block.page, "row_number": block.row_number,
            "text": block.text, **_box(block.box),
        }  # fmt: skip
        return
    yield {
        "kind": "grid", "page": block.page, "row": block.row_count, "column": block.column_count,
        "reader": block.reader, "confidence": block.confidence,
        "row_lengths": block.row_lengths or None,
    }  # fmt: skip
    for cell in block.cells:
        yield {
            "kind": "cell", "page": cell.page, "row_number": cell.row_number,
            "column_number": cell.column_number, "row": cell.row, "column": cell.column,
            "row_span": cell.row_span, "column_span": cell.column_span, "text": cell.text,
            "reader": block.reader, "confidence": cell.confidence, **_box(cell.box),
        }  # fmt: skip


def _box(box: Box | None) -> dict[str, float]:
    return {"x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1} if box else {}


def _document(frame: pl.DataFrame, meta: dict[str, Any]) -> Document:
    """The document as it was read, rebuilt from its Parquet rows."""
    blocks: list[Block] = []
    grid: dict[str, Any] | None = None
    cells: list[Cell] = []

    def close() -> None:
        nonlocal grid
        if grid:
            blocks.append(
                Grid(
                    tuple(cells),
                    grid["row"],
                    grid["column"],
                    grid["page"],
                    grid["reader"],
                    grid["confidence"],
                    row_lengths=tuple(grid["row_lengths"] or ()),
                )  # fmt: skip
            )
        grid = None
        cells.clear()

    for row in frame.iter_rows(named=True):
        box = None
        if row["x0"] is not None:
            box = Box(row["x0"], row["y0"], row["x1"], row["y1"])
        if row["kind"] == "cell":
            cells.append(Cell(
                row["text"], row["row"], row["column"], row["page"], row["row_number"],
                row["column_number"], row["row_span"], row["column_span"], box, row["confidence"],
            ))  # fmt: skip
            continue
        close()
        if row["kind"] == "grid":
            grid = row
        else:
            blocks.append(Paragraph(row["text"], row["page"], row["row_number"], box))
    close()
    return Document(
        meta["format"],
        meta["text_origin"],
        meta["page_count"],
        tuple(blocks),
        tuple(meta["notes"]),
    )
