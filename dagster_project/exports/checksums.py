"""SHA-256 of the exported files, in the format that `sha256sum --check` reads."""

import hashlib
from pathlib import Path

FILE = "SHA256SUMS"


def checksum(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    with file.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def write_checksums(directory: Path) -> None:
    """Write `SHA256SUMS` over every file of the directory."""
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    lines = [f"{checksum(file)}  {file.relative_to(directory).as_posix()}\n" for file in files]
    (directory / FILE).write_text("".join(lines), "utf-8")
