"""Asset `documents`: the registry of what lies in raw/."""

import dataclasses
import json
from collections.abc import Iterable

import dagster as dg
import polars as pl

from dagster_project.extraction import DocumentEntry
from dagster_project.inputs import Inputs, inputs_of
from dagster_project.loading import published_documents
from dagster_project.resources import Domain, Workspace
from dagster_project.retries import retried
from dagster_project.warehouse import warehouse_of

REGISTRY = {
    "document_id": pl.String,
    "file_path": pl.String,
    "sha256": pl.String,
    "size": pl.Int64,
    "manifest": pl.String,
    "location": pl.String,
    "problem": pl.String,
}


class NoDocumentsError(RuntimeError):
    """There is nothing to build a warehouse from."""


@dg.asset(group_name="extraction", kinds={"polars", "parquet"})
def documents(
    workspace: dg.ResourceParam[Workspace],
    domain: dg.ResourceParam[Domain],
) -> dg.MaterializeResult:
    """Every document in raw/ with its hash and its row of the manifest; a content once."""
    settings, notes = workspace.settings, workspace.notes
    with notes.stage("registering"), retried():
        entries = domain.register(settings.raw)
        if not entries:
            raise NoDocumentsError(f"{settings.raw} holds no documents: put some there")
        registry = write_registry(workspace, entries)
        inputs = inputs_of(settings, domain, entries)
        workspace.inputs.write_text(json.dumps(dataclasses.asdict(inputs)), "utf-8")
    removed = published_documents(warehouse_of(settings)) - set(registry["document_id"])
    notes.add(documents=len(entries), documents_removed=len(removed), build_id=inputs.build_id)
    notes.add(**dataclasses.asdict(inputs))
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(entries),
            "documents": len(entries),
            "documents_removed": len(removed),
            "bytes": int(registry["size"].sum()),
            "manifest_hash": inputs.manifest_hash,
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
                "location": entry.location,
                "problem": entry.problem,
            }
            for entry in entries
        ],
        schema=REGISTRY,
    )
    workspace.registry.parent.mkdir(parents=True, exist_ok=True)
    registry.write_parquet(workspace.registry)
    return registry


def read_inputs(workspace: Workspace) -> Inputs:
    """The inputs of this run, as they were when its documents were registered."""
    return Inputs(**json.loads(workspace.inputs.read_text("utf-8")))


def read_registry(workspace: Workspace) -> list[DocumentEntry]:
    """The documents of this run, as `write_registry` left them."""
    return [
        DocumentEntry(
            document_id=row["document_id"],
            file_path=row["file_path"],
            sha256=row["sha256"],
            size=row["size"],
            manifest=tuple((name, value) for name, value in json.loads(row["manifest"])),
            location=row["location"],
            problem=row["problem"],
        )
        for row in pl.read_parquet(workspace.registry).iter_rows(named=True)
    ]
