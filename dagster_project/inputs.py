"""What a warehouse is made from, in hashes: two builds with the same inputs hold the same.

Here: the hashes of one state of documents, decisions, code and catalogue. Nothing is compared here.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from dagster_project import versions
from dagster_project.cache import hash_of, hash_of_file
from dagster_project.dbt_project import catalogue_hash, project_hash
from dagster_project.extraction import DocumentEntry
from dagster_project.resources import Domain
from dagster_project.settings import Settings

CORRECTIONS = "corrections.csv"


@dataclass(frozen=True)
class Inputs:
    """Everything that decides what is in a warehouse.

    Attributes:
        manifest_hash: the documents with their paths and manifest rows.
        corrections_hash: what people have decided about single figures.
        code_version: the package and the libraries it stands on.
        reader_version: the part of it that reads documents.
        recognition_version: the part of it that recognises forms.
        catalogue_hash: the seeds.
        dbt_project_hash: models, tests and seeds.
        limit_megabytes: memory that a document may use.
        limit_seconds: processor time that a document may use.
    """

    manifest_hash: str
    corrections_hash: str
    code_version: str
    reader_version: str
    recognition_version: str
    catalogue_hash: str
    dbt_project_hash: str
    limit_megabytes: int
    limit_seconds: int

    @property
    def build_id(self) -> str:
        """What a build from these inputs is called: 16 hexadecimal digits."""
        return hash_of(dataclasses.asdict(self))[:16]


def inputs_of(settings: Settings, domain: Domain, entries: Iterable[DocumentEntry]) -> Inputs:
    """The inputs as they are now.

    Args:
        settings: where things lie.
        domain: readers and recognition, with their versions.
        entries: the documents.
    """
    return Inputs(
        manifest_hash=manifest_hash(entries),
        corrections_hash=_hash_if_there(settings.raw / CORRECTIONS),
        code_version=versions.code_version(),
        reader_version=domain.reader_version,
        recognition_version=domain.recognition_version,
        catalogue_hash=catalogue_hash(settings),
        dbt_project_hash=project_hash(settings),
        limit_megabytes=settings.limits.megabytes,
        limit_seconds=settings.limits.seconds,
    )


def manifest_hash(entries: Iterable[DocumentEntry]) -> str:
    """A hash of which files, with which content and manifest rows, a run was given."""
    return hash_of(*((entry.file_path, entry.sha256, entry.manifest) for entry in entries))


def _hash_if_there(file: Path) -> str:
    return hash_of_file(file) if file.is_file() else ""
