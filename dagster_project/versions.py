"""Which code, libraries and catalogue a result was made with, told from their content.

Here: hashes, and the lists of what goes into each. Nobody has to remember to raise a number: a
change of the code that matters, or of a library it stands on, is another version.
"""

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from dagster_project.cache import hash_of, hash_of_files

PACKAGE = Path(__file__).parent

READING = ("extraction.py", "readers/**/*.py")
READING_LIBRARIES = (
    "camelot-py",
    "numpy",
    "onnxruntime",
    "opencv-python-headless",
    "pdfminer-six",
    "pdfplumber",
    "pillow",
    "polars",
    "pypdfium2",
    "rapidocr",
    "selectolax",
    "xlrd",
)

RECOGNITION = ("extraction.py", "forms/**/*.py", "readers/**/*.py")
RECOGNITION_LIBRARIES = ("polars", "rapidfuzz")

BUILD_LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb", "ortools", "polars")


@cache
def reader_version() -> str:
    """What grids depend on besides the document: the readers and the libraries they use."""
    return _version(READING, READING_LIBRARIES)


@cache
def recognition_version() -> str:
    """What forms depend on besides the grids, the catalogue and the document's manifest row."""
    return _version(RECOGNITION, RECOGNITION_LIBRARIES)


@cache
def code_version() -> str:
    """Everything a warehouse depends on besides the documents and the dbt project."""
    libraries = {*READING_LIBRARIES, *RECOGNITION_LIBRARIES, *BUILD_LIBRARIES}
    return _version(("**/*.py",), sorted(libraries))


def installed(library: str) -> str:
    """The version of a library; one that is not there has none."""
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def _version(patterns: Iterable[str], libraries: Iterable[str]) -> str:
    found = {library: installed(library) for library in libraries}
    return hash_of(hash_of_files(PACKAGE, patterns), found)[:12]
