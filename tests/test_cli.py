"""The console command: messages and exit statuses."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dagster_project import run as run_module
from dagster_project.cli import main
from dagster_project.publication import exclusive
from dagster_project.settings import PROJECT_ROOT, Settings
from tests import fakes

Put = Callable[[str, str], Path]
Budget = Callable[..., Result]


@pytest.fixture
def budget(small: Settings, monkeypatch: pytest.MonkeyPatch) -> Budget:
    """The command in an environment that points to the small project."""
    for name, value in small.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(
        Settings, "from_environment", classmethod(lambda cls, environment=None: small)
    )
    monkeypatch.setattr(run_module, "default_domain", fakes.domain)

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments])

    return call


@pytest.mark.parametrize("command", ["run", "explain", "findings", "export", "docs"])
def test_every_command_has_help(budget: Budget, command: str) -> None:
    result = budget(command, "--help")
    assert result.exit_code == 0
    assert command in budget("--help").output
    assert "Usage:" in result.output


def test_run_publishes_and_exits_0(budget: Budget, small: Settings, put: Put) -> None:
    put("a.txt", "a 0.00\n")
    result = budget("run")
    assert result.exit_code == 0, result.output
    assert "1 equations: 1 holds" in result.output
    assert small.warehouse.exists()


def test_run_exits_1_when_a_blocking_test_fails(budget: Budget, small: Settings, put: Put) -> None:
    put("a.txt", "same 1.00\nsame 2.00\n")
    result = budget("run")
    assert result.exit_code == 1
    assert "line_id_is_unique" in result.output
    assert not small.warehouse.exists()


def test_run_exits_2_when_there_is_nothing_to_read(
    budget: Budget, small: Settings, tmp_path: Path
) -> None:
    small.warehouse.write_bytes(b"the old one")
    for arguments in (["run"], ["run", "--raw", tmp_path / "absent"]):
        result = budget(*arguments)
        assert result.exit_code == 2
        assert "put " in result.output
    assert small.warehouse.read_bytes() == b"the old one"


def test_run_exits_2_while_another_run_lasts(budget: Budget, small: Settings, put: Put) -> None:
    put("a.txt", "a 1.00\n")
    with exclusive(small.lock):
        result = budget("run")
    assert result.exit_code == 2
    assert "another run" in result.output
    assert not small.warehouse.exists()


@pytest.mark.parametrize("jobs", ["0", "many"])
def test_run_refuses_a_senseless_number_of_jobs(budget: Budget, jobs: str) -> None:
    assert budget("run", "--jobs", jobs).exit_code == 2


def test_commands_that_read_the_warehouse_need_one(budget: Budget, put: Put) -> None:
    for arguments in (["findings", put("a.txt", "x")], ["export"], ["docs"]):
        result = budget(*arguments)
        assert result.exit_code == 2
        assert "make run" in result.output


def test_findings_prints_what_does_not_balance_and_says_so_by_its_status(
    budget: Budget, published: Settings, tmp_path: Path
) -> None:
    (document,) = published.raw.iterdir()
    result = budget("findings", document)
    assert result.exit_code == 1, result.output
    assert "合计 = Σ：相差 1234.50 元" in result.output
    assert "right side:\n" in result.output
    assert "+1,234.50  p1 r1" in result.output
    assert "look at (place, print → what would balance):\n   p1 r1 → 0.00" in result.output
    assert "note: printed twice, not alike: 合计一致" in result.output
    assert "note: 1 statement in prose or forms is off by no more than the last" in result.output
    assert "1 finding; 1 of 1 equation is violated" in result.output


def test_findings_of_an_unknown_document_is_a_matter_of_usage(
    budget: Budget, published: Settings, tmp_path: Path
) -> None:
    unknown = tmp_path / "unknown.txt"
    unknown.write_text("b 1.00\n")
    result = budget("findings", unknown)
    assert result.exit_code == 2
    assert "is not in the warehouse" in result.output


def test_export_writes_files_and_says_so(
    budget: Budget, published: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "out"
    result = budget("export", "--to", target)
    assert result.exit_code == 0, result.output
    assert "marts.fct_budget_line" in result.output
    assert (target / "budget.xlsx").is_file()


def test_export_leaves_other_files_alone(
    budget: Budget, published: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    result = budget("export", "--to", tmp_path)
    assert result.exit_code == 2
    assert "holds other files" in result.output
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_docs_are_one_page_and_leave_the_warehouse_alone(
    budget: Budget, published: Settings, tmp_path: Path
) -> None:
    before = published.warehouse.read_bytes()
    result = budget("docs", "--to", tmp_path / "site")
    assert result.exit_code == 0, result.output
    page = (tmp_path / "site" / "docs" / "index.html").read_text("utf-8")
    assert "line_id_is_unique" in page
    assert published.warehouse.read_bytes() == before
    assert "docs/index.html" in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_explain_prints_what_is_read(
    budget: Budget, small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = dataclasses.replace(small, dbt_project=PROJECT_ROOT / "dbt")
    monkeypatch.setattr(
        Settings, "from_environment", classmethod(lambda cls, environment=None: real)
    )
    document = tmp_path / "notice.md"
    document.write_text("# 关于公开预算的通知\n\n| 甲 | 乙 |\n| --- | --- |\n| 丙 | 1 |\n", "utf-8")
    result = budget("explain", document, "--cells")
    assert result.exit_code == 0, result.output
    assert "notice.md: 1 pages, 1 grids" in result.output
    assert "status: no_fiscal_tables" in result.output
    assert "丙" in result.output
