"""Results of reading, kept by what they were made from, so that nothing is read twice.

Here: where a document's results lie, how they get there whole or not at all, and when they go. A
key holds everything the result depends on; there is no invalidation, only another key.
"""

import contextlib
import dataclasses
import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_project.processes import Limits

_SUMMARY = "summary.json"
_FILES = "files"

DAY = 24 * 60 * 60
KEPT_DAYS = 30
"""How long a result is kept that no run has used."""


@dataclass(frozen=True)
class Results:
    """The directory of one result: Parquet files, and a summary with their hashes, written last."""

    directory: Path

    def use(self) -> dict[str, Any] | None:
        """The numbers stored beside the files, or nothing if a file is missing or not as written.

        A damaged result counts as absent and is made again. The result is noted as used.
        """
        found = self._read()
        if found is None or found.pop(_FILES, None) != self._hashes():
            return None
        _note_use(self.directory / _SUMMARY)
        return found

    def make(self, write: Callable[[Path], Any]) -> dict[str, Any]:
        """Let `write` fill a new directory, then put it in place; return its summary.

        Args:
            write: fills the directory it is given, returns a dataclass of JSON values.
        """
        # Several machines may share the cache, and a lost one may still be at work on the same.
        partial = self.directory.with_name(f"{self.directory.name}.{uuid.uuid4().hex}.partial")
        partial.mkdir(parents=True)
        try:
            summary: dict[str, Any] = dataclasses.asdict(write(partial))
            stored = {**summary, _FILES: Results(partial)._hashes()}
            (partial / _SUMMARY).write_text(json.dumps(stored, ensure_ascii=False), "utf-8")
            self._take(partial)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return summary

    def _take(self, finished: Path) -> None:
        """Become what is finished. What another has put here is as good, if it is whole."""
        with contextlib.suppress(OSError):  # a directory with files in it cannot be replaced
            finished.rename(self.directory)
            return
        if self.use() is None:
            shutil.rmtree(self.directory, ignore_errors=True)
            finished.rename(self.directory)

    def refuse(self, reason: str, limits: Limits) -> None:
        """Keep why there is no result, so that the same document does not fail in every run."""
        refusal = self._refusal(limits)
        refusal.parent.mkdir(parents=True, exist_ok=True)
        replace_text(refusal, json.dumps({"reason": reason}, ensure_ascii=False))

    def refusal(self, limits: Limits) -> str | None:
        """Why there is no result, if that was found out before under the same limits."""
        try:
            reason = json.loads(self._refusal(limits).read_text("utf-8"))["reason"]
        except (OSError, ValueError, LookupError, TypeError):
            return None
        _note_use(self._refusal(limits))
        return str(reason)

    def _refusal(self, limits: Limits) -> Path:
        name = f"{self.directory.name}.{limits.megabytes}-{limits.seconds}.refused.json"
        return self.directory.with_name(name)

    def _read(self) -> dict[str, Any] | None:
        try:
            found = json.loads((self.directory / _SUMMARY).read_text("utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) else None

    def _hashes(self) -> dict[str, str]:
        """The hash of each file; something that cannot be read has none."""
        hashes = {}
        for file in sorted(self.directory.iterdir()):
            if file.name != _SUMMARY:
                with contextlib.suppress(OSError):
                    hashes[file.name] = hash_of_file(file)
        return hashes


def tables_results(cache: Path, reader_version: str, sha256: str) -> Results:
    """Where the grids of a document lie: they depend on its content and on the readers."""
    return Results(cache / "documents" / sha256 / f"tables-{reader_version}")


def forms_results(cache: Path, sha256: str, context: str) -> Results:
    """Where the forms of a document lie.

    Args:
        cache: directory of the cache.
        sha256: of the document.
        context: hash of what recognition depends on besides: the code, the catalogue, the
            document's path and its row of the manifest.
    """
    return Results(cache / "documents" / sha256 / f"forms-{context[:16]}")


def sweep(cache: Path, days: int = KEPT_DAYS) -> int:
    """Remove the results that no run has used for so long, and what unfinished runs left behind.

    A clock that was set back keeps them longer, one that was set forward lets them be made again.

    Returns:
        How many were removed.
    """
    removed = 0
    for document in _directories(cache / "documents"):
        # Another run may work on the same document, or remove the same results.
        with contextlib.suppress(OSError):
            removed += sum(_remove_unused(path, days) for path in sorted(document.iterdir()))
            if not any(document.iterdir()):
                document.rmdir()
    return removed


def _remove_unused(path: Path, days: int) -> bool:
    kept = 1 if path.name.endswith(".partial") else days
    if time.time() - _last_use(path) <= kept * DAY:
        return False
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    return True


def keep_newest(directory: Path, pattern: str, count: int) -> None:
    """Remove all but the newest files of a kind, by their names, which begin with the time."""
    for path in sorted(directory.glob(pattern))[:-count]:
        path.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    try:
        partial.write_text(text, "utf-8")
        partial.rename(path)
    finally:
        partial.unlink(missing_ok=True)


def hash_of(*values: object) -> str:
    """A hash of JSON values, the same on every machine."""
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of_files(directory: Path, patterns: Iterable[str]) -> str:
    """A hash of the names and contents of the files below a directory."""
    files = sorted({file for pattern in patterns for file in directory.rglob(pattern)})
    return hash_of(
        *(
            (file.relative_to(directory).as_posix(), hash_of_file(file))
            for file in files
            if file.is_file()
        )
    )


def hash_of_file(path: Path) -> str:
    """The SHA-256 of a file's content, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _directories(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield from (path for path in sorted(place.iterdir()) if path.is_dir())


def _note_use(path: Path) -> None:
    with contextlib.suppress(OSError):  # a cache that is only read from is as good
        path.touch()


def _last_use(path: Path) -> float:
    summary = path / _SUMMARY
    return (summary if summary.is_file() else path).stat().st_mtime
