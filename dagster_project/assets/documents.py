"""Asset `documents`: the registry of what lies in raw/."""

import json
from collections.abc import Iterable

import dagster as dg
import polars as pl

from dagster_project.cache import hash_of
from dagster_project.extraction import DocumentEntry
from dagster_project.resources import Domain, Workspace

REGISTRY = {
    "document_id": pl.String,
    "file_path": pl.String,
    "sha256": pl.String,
    "size": pl.Int64,
    "manifest": pl.String,
}


class NoDocumentsError(RuntimeError):
    """There is nothing to build a warehouse from."""


@dg.asset(group_name="extraction", kinds={"polars", "parquet"})
def documents(
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
) -> dg.MaterializeResult:
    """Every document in raw/ with its hash and its row of the manifest; a content once."""
    raw = workspace.settings.raw
    entries = domain.register(raw)
    if not entries:
        raise NoDocumentsError(f"{raw} holds no documents: put some there")
    registry = write_registry(workspace, entries)
    return dg.MaterializeResult(
        metadata={
            "documents": len(entries),
            "bytes": int(registry["size"].sum()),
            "manifest_hash": manifest_hash(registry),
        }
    )


def write_registry(workspace: Workspace, entries: Iterable[DocumentEntry]) -> pl.DataFrame:
    """Write the registry of this run."""
    registry = pl.DataFrame(
        [
            {
                "document_id": entry.document_id,
                "file_path": entry.file_path,
                "sha256": entry.sha256,
                "size": entry.size,
                "manifest": json.dumps(entry.manifest, ensure_ascii=False),
            }
            for entry in entries
        ],
        schema=REGISTRY,
    )
    workspace.registry.parent.mkdir(parents=True, exist_ok=True)
    registry.write_parquet(workspace.registry)
    return registry


def read_registry(workspace: Workspace) -> list[DocumentEntry]:
    """The documents of this run, as `write_registry` left them."""
    return [
        DocumentEntry(
            document_id=row["document_id"],
            file_path=row["file_path"],
            sha256=row["sha256"],
            size=row["size"],
            manifest=tuple((name, value) for name, value in json.loads(row["manifest"])),
        )
        for row in pl.read_parquet(workspace.registry).iter_rows(named=True)
    ]


def manifest_hash(registry: pl.DataFrame) -> str:
    """A hash of which files, with which content and manifest rows, a run was given."""
    return hash_of(*registry.select("file_path", "sha256", "manifest").rows())
