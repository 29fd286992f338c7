"""The command `budget explain`: its options and its exit statuses."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dagster_project.cli import main
from dagster_project.settings import PROJECT_ROOT, Settings

FILE = PROJECT_ROOT / "raw" / "nanan_jxw_2024_budget.md"


@pytest.fixture
def explain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    settings = Settings(
        PROJECT_ROOT / "raw", tmp_path / "w.duckdb", tmp_path / "cache", 1,
        dbt_project=PROJECT_ROOT / "dbt",
    )  # fmt: skip
    monkeypatch.setattr(
        Settings, "from_environment", classmethod(lambda cls, environment=None: settings)
    )
    return lambda *arguments: CliRunner().invoke(main, ["explain", *map(str, arguments)])


def test_html_goes_into_a_file(explain: Callable[..., Result], tmp_path: Path) -> None:
    result = explain(FILE, "--html", tmp_path / "out.html")
    assert result.exit_code == 0, result.output
    assert result.output.strip() == f"written to {tmp_path / 'out.html'}"
    assert (tmp_path / "out.html").read_text("utf-8").startswith("<!doctype html>")


def test_json_is_all_that_is_printed(explain: Callable[..., Result], tmp_path: Path) -> None:
    result = explain(FILE, "--json", "--html", tmp_path / "out.html")
    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["document"]["department_name"]
    assert (tmp_path / "out.html").exists()


def test_a_page_that_is_not_there_is_a_matter_of_usage(explain: Callable[..., Result]) -> None:
    result = explain(FILE, "--page", 9)
    assert result.exit_code == 2
    assert "has 1 pages" in result.output


def test_check_says_where_pdfplumber_differs(
    explain: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    from dagster_project.readers import cross_check

    seen = []

    def check(path: Path, grids: list[cross_check.GridText]) -> list[cross_check.Finding]:
        seen.extend(grids)
        return [cross_check.Finding(3, 1, "digits", "only here: 7")]

    monkeypatch.setattr(cross_check, "check", check)
    result = explain(PROJECT_ROOT / "raw" / "qujing_gxj_2024_final_account.pdf", "--check")
    assert result.exit_code == 0, result.output
    assert "p. 3  cross-check: digits: only here: 7" in result.output
    assert len(seen) == 29
    assert all(grid.box and grid.cells for grid in seen)
