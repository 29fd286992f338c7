"""Results of reading, kept by what they were made from, so that nothing is read twice.

Here: where a document's results lie, and how they get there whole or not at all. A key holds
everything the result depends on; there is no invalidation, only another key.
"""

import dataclasses
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SUMMARY = "summary.json"


@dataclass(frozen=True)
class Results:
    """The directory of one result: Parquet files, and a summary, written last."""

    directory: Path

    @property
    def exists(self) -> bool:
        """Whether the result is there, whole."""
        return (self.directory / _SUMMARY).is_file()

    def summary(self) -> dict[str, Any]:
        """The numbers that were stored beside the Parquet files."""
        found: dict[str, Any] = json.loads((self.directory / _SUMMARY).read_text("utf-8"))
        return found

    def make(self, write: Callable[[Path], Any]) -> dict[str, Any]:
        """Let `write` fill a new directory, then put it in place; return its summary.

        Args:
            write: fills the directory it is given, returns a dataclass of JSON values.
        """
        partial = self.directory.with_name(f"{self.directory.name}.{os.getpid()}.partial")
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        summary: dict[str, Any] = dataclasses.asdict(write(partial))
        (partial / _SUMMARY).write_text(json.dumps(summary, ensure_ascii=False), "utf-8")
        # A directory with files in it cannot be replaced; what is there is as good as this, or
        # is the rest of something unfinished.
        shutil.rmtree(self.directory, ignore_errors=True)
        partial.rename(self.directory)
        return summary


def tables_results(cache: Path, extractor_version: str, sha256: str) -> Results:
    """Where the grids of a document lie: they depend on its content and on the readers."""
    return Results(cache / "documents" / extractor_version / sha256 / "tables")


def forms_results(cache: Path, extractor_version: str, sha256: str, context: str) -> Results:
    """Where the forms of a document lie: recognition also depends on `context`.

    Args:
        cache: directory of the cache.
        extractor_version: version of readers and recognition.
        sha256: of the document.
        context: hash of the catalogue, the document's path and its row of the manifest.
    """
    name = f"forms-{context[:16]}"
    return Results(cache / "documents" / extractor_version / sha256 / name)


def hash_of(*values: object) -> str:
    """A hash of JSON values, the same on every machine."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of_files(directory: Path, patterns: Iterable[str]) -> str:
    """A hash of the names and contents of the files below a directory."""
    files = sorted({file for pattern in patterns for file in directory.rglob(pattern)})
    return hash_of(
        *(
            (file.relative_to(directory).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest())
            for file in files
            if file.is_file()
        )
    )
