"""The rows of a document whose worker gave no result, so that it is in the warehouse all the same.

Here: only what the registry knows of such a document. A file that a reader refuses is described by
extraction itself.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from dagster_project.cache import Results
from dagster_project.extraction import DocumentEntry, FormsSummary


def write_quarantined(
    directory: Path, schemas: Mapping[str, Mapping[str, Any]], entry: DocumentEntry, reason: str
) -> dict[str, Any]:
    """Write a result with no amounts, and one document that says why it has none.

    Returns:
        Its summary, as recognition would have left it.
    """

    def write(target: Path) -> FormsSummary:
        for name, schema in schemas.items():
            rows = [_document(entry, reason, schema)] if name == "documents" else []
            pl.DataFrame(rows, schema=dict(schema)).write_parquet(target / f"{name}.parquet")
        return FormsSummary(
            status="quarantined",
            status_reason=reason,
            forms_found=0,
            forms_declared=0,
            amounts=0,
            unrecognised=0,
        )

    return Results(directory).make(write)


def _document(
    entry: DocumentEntry, reason: str, schema: Mapping[str, Any]
) -> dict[str, object | None]:
    known: dict[str, object] = {
        **dict(entry.manifest),
        "document_id": entry.document_id,
        "file_path": entry.file_path,
        "sha256": entry.sha256,
        "bytes": entry.size,
        "status": "quarantined",
        "status_reason": reason,
    }
    # Of the manifest only texts: a number in it is text too, and may not be one.
    return {
        column: value
        for column, kind in schema.items()
        if (value := known.get(column)) is not None
        and (isinstance(value, int) or kind == pl.String)
    }
