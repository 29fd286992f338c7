"""The floors of the package: domain code knows no framework, readers know no form."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dagster_project

PACKAGE = Path(dagster_project.__file__).parent
FRAMEWORKS = {"dagster", "dagster_dbt", "duckdb", "dbt"}
DOMAIN = ("readers", "forms", "balance", "extraction.py")


def imported(file: Path) -> Iterator[str]:
    """The full names of all modules that a file imports, at its top or in a function."""
    package = ("dagster_project", *file.relative_to(PACKAGE).parent.parts)
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield module
            yield from (f"{module}.{name.name}" for name in node.names)


def files(room: str) -> list[Path]:
    place = PACKAGE / room
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


@pytest.mark.parametrize("room", DOMAIN)
def test_domain_code_imports_no_framework(room: str) -> None:
    assert files(room), f"{room} is not there"
    for file in files(room):
        roots = {name.split(".")[0] for name in imported(file)}
        assert not roots & FRAMEWORKS, file


@pytest.mark.parametrize("room", DOMAIN)
def test_domain_code_does_not_reach_up(room: str) -> None:
    above = (
        "assets",
        "automation",
        "assembly",
        "definitions",
        "cli",
        "publication",
        "loading",
        "resources",
    )
    for file in files(room):
        reached = {name.split(".")[1] for name in imported(file) if "dagster_project." in name}
        assert not reached & set(above), file


def test_readers_do_not_know_forms() -> None:
    for file in files("readers"):
        assert not any("dagster_project.forms" in name for name in imported(file)), file


def test_only_dagster_loads_the_definitions_of_the_environment() -> None:
    """A module that imports them has another project parsed than the one it was asked for."""
    for file in PACKAGE.rglob("*.py"):
        assert "dagster_project.definitions" not in set(imported(file)), file


def test_relative_imports_are_seen(tmp_path: Path) -> None:
    assert set(imported(PACKAGE / "assembly.py")) >= {"dagster", "dagster_project.domain"}
