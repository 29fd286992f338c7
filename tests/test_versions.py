"""Versions follow the code, so that nobody has to remember to raise them."""

import ast
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from dagster_project import versions
from dagster_project.cache import hash_of_files


def libraries(patterns: Iterable[str]) -> set[str]:
    """The distributions that the files of a version import."""
    owners = packages_distributions()
    found = set()
    for pattern in patterns:
        for file in versions.PACKAGE.rglob(pattern):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                else:
                    continue
                roots = {name.partition(".")[0] for name in names}
                for root in roots - set(sys.stdlib_module_names) - {"dagster_project", ""}:
                    found |= {name.lower().replace("_", "-") for name in owners[root]}
    return found


@pytest.mark.parametrize(
    ("patterns", "listed"),
    [
        (versions.READING, versions.READING_LIBRARIES),
        (versions.RECOGNITION[:2], versions.RECOGNITION_LIBRARIES),
    ],
)
def test_every_library_that_is_used_is_part_of_the_version(
    patterns: tuple[str, ...], listed: tuple[str, ...]
) -> None:
    used = libraries(patterns)
    assert len(used) > 1
    if patterns == versions.READING:
        used -= {"rapidfuzz"}  # of recognition, which extraction.py calls
    assert used <= set(listed) | {"opencv-contrib-python"}


def test_every_listed_library_is_installed() -> None:
    listed = {
        *versions.READING_LIBRARIES, *versions.RECOGNITION_LIBRARIES, *versions.BUILD_LIBRARIES,
    }  # fmt: skip
    assert {name for name in listed if not versions.installed(name)} == set()
    assert versions.installed("no-such-library") == ""


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("extraction.py", "readers/pdf.py", "forms/rows.py", "balance/repair.py"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"# {name}\n")
    monkeypatch.setattr(versions, "PACKAGE", tmp_path)
    return tmp_path


def all_versions() -> tuple[str, str, str]:
    found = (versions.reader_version, versions.recognition_version, versions.code_version)
    for function in found:
        function.cache_clear()
    reader, recognition, code = (function() for function in found)
    return reader, recognition, code


@pytest.mark.parametrize(
    ("file", "changed"),
    [
        ("readers/pdf.py", (True, True, True)),
        ("readers/new/format.py", (True, True, True)),
        ("forms/rows.py", (False, True, True)),
        ("balance/repair.py", (False, False, True)),
        ("readers/notes.txt", (False, False, False)),
    ],
)
def test_a_change_of_code_changes_the_versions_that_depend_on_it(
    package: Path, file: str, changed: tuple[bool, ...]
) -> None:
    before = all_versions()
    (package / file).parent.mkdir(exist_ok=True)
    (package / file).write_text("x = 1\n")
    after = all_versions()
    assert tuple(old != new for old, new in zip(before, after, strict=True)) == changed


def test_another_library_is_another_version(package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = all_versions()
    monkeypatch.setattr(versions, "installed", lambda name: "9" if name == "xlrd" else "1")
    first = all_versions()
    monkeypatch.setattr(versions, "installed", lambda name: "10" if name == "xlrd" else "1")
    second = all_versions()
    assert before != first
    assert [old != new for old, new in zip(first, second, strict=True)] == [True, False, True]


@pytest.fixture(autouse=True)
def _forget() -> None:
    for function in (versions.reader_version, versions.recognition_version, versions.code_version):
        function.cache_clear()


def test_the_patterns_find_the_code() -> None:
    for pattern in (*versions.READING, *versions.RECOGNITION):
        assert hash_of_files(versions.PACKAGE, (pattern,)) != hash_of_files(
            versions.PACKAGE, ("*.none",)
        ), pattern
