"""Documents that nobody vetted: each gets a status and a reason, and none harms another."""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dagster_project import extraction
from dagster_project.cache import Results
from dagster_project.extraction import DocumentEntry, register
from dagster_project.processes import Limits
from dagster_project.progress import harmless, plain
from dagster_project.run import run_warehouse
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.tasks import ReadTables, RecogniseForms
from dagster_project.workers import Failed, Pool
from tests.hostile import write_hostile
from tests.mutation import absurd_prose, absurd_tables, write_mutated

LIMITS = Limits(megabytes=2048, seconds=30)
GOOD = ("kunming_notice_2024.txt", "nanan_jxw_2024_budget.md", "xianning_jxj_2023_budget.html")

LARGEST = 99 * Decimal("99999999999999.99")
TEXTS = sorted(
    file
    for place in ("raw", "tests/forms/layouts")
    for file in (PROJECT_ROOT / place).iterdir()
    if file.suffix in {".html", ".md", ".txt"}
)


def extract(raw: Path, place: Path) -> tuple[dict[str, DocumentEntry], dict[str, str], int]:
    """Read and recognise everything, as a run does.

    Returns:
        The documents, why those failed that gave nothing, and the most memory of a worker.
    """
    entries = {entry.document_id: entry for entry in register(raw)}
    pool: Pool[dict[str, Any]] = Pool(2, place / "log", LIMITS)
    tables = {name: Results(place / name / "tables") for name in entries}
    failures: dict[str, str] = {}
    peak = 0

    def work(tasks: dict[str, Any]) -> None:
        nonlocal peak
        for done in pool.run(tasks):
            peak = max(peak, done.megabytes)
            if isinstance(done.result, Failed):
                failures[done.name] = done.result.reason

    work(
        {
            name: ReadTables(extraction.extract_tables, raw, entry, tables[name])
            for name, entry in entries.items()
        }
    )
    work(
        {
            name: RecogniseForms(
                extraction.extract_forms, tables[name], entry, PROJECT_ROOT / "dbt" / "seeds",
                Results(place / name / "forms"),
            )
            for name, entry in entries.items()
            if name not in failures
        }
    )  # fmt: skip
    return entries, failures, peak


def test_hostile_documents_harm_nobody(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in GOOD:
        (raw / name).write_bytes((PROJECT_ROOT / "raw" / name).read_bytes())
    alone, _, _ = extract(raw, tmp_path / "alone")
    assert len(alone) == len(GOOD)
    different = write_hostile(raw / "hostile", 30)
    entries, failures, peak = extract(raw, tmp_path / "together")
    assert len(entries) == len(GOOD) + different
    assert 0 < peak < LIMITS.megabytes
    for name, entry in entries.items():
        if name in failures:
            assert failures[name]
            continue
        (document,) = pl.read_parquet(
            tmp_path / "together" / name / "forms/documents.parquet"
        ).rows(named=True)
        assert document["status"] in {"loaded", "no_fiscal_tables", "quarantined"}
        assert document["status"] == "loaded" or document["status_reason"], entry.file_path
    for name in alone:
        for file in (tmp_path / "alone" / name / "forms").glob("*.parquet"):
            together = tmp_path / "together" / name / "forms" / file.name
            assert file.read_bytes() == together.read_bytes()


def test_what_nobody_prints_stops_no_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Absurd figures and broken tables are listed, with the models and their tests all run."""
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(tmp_path / "raw"),
            "BUDGET_WAREHOUSE": str(tmp_path / "warehouse.duckdb"),
            "BUDGET_CACHE": str(tmp_path / "cache"),
        }
    )
    for name in settings.environment:
        monkeypatch.setenv(name, "")
    write_mutated(TEXTS, settings.raw, 2 * len(TEXTS), seed=12)
    (settings.raw / "prose.txt").write_text(absurd_prose(), "utf-8")
    for kind, sign in (("预算", ""), ("决算", "-")):
        (settings.raw / f"{kind}.md").write_text(absurd_tables(kind, sign), "utf-8")
    assert run_warehouse(settings)
    with duckdb.connect(settings.warehouse, read_only=True) as connection:
        assert connection.execute(
            "select count(*) > 2000, count(*) filter (where amount_yuan is null) > 20"
            " from marts.fct_budget_line"
        ).fetchone() == (True, True)
        assert connection.execute(
            "select initial_budget_yuan, final_account_yuan, difference_yuan, execution_percentage"
            " from marts.rpt_budget_vs_final_account where function_class_code = '201'"
            " and spending_kind = 'basic' and initial_budget_yuan > 1e15"
        ).fetchall() == [(LARGEST, -LARGEST, None, -100)]


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    (tmp_path / "outside.txt").write_text("secret")
    return tmp_path / "raw"


def status(raw: Path, tmp_path: Path) -> dict[str, str | None]:
    """Path → why the file is not read."""
    found = {}
    for entry in register(raw):
        target = tmp_path / "tables" / f"{entry.document_id}.parquet"
        found[entry.file_path] = extraction.extract_tables(raw, entry, target).error
    return found


def test_links_out_of_the_directory_are_listed_and_not_followed(raw: Path, tmp_path: Path) -> None:
    (raw / "inside.txt").write_text("x")
    (raw / "link.txt").symlink_to("inside.txt")
    (raw / "out.txt").symlink_to(tmp_path / "outside.txt")
    (raw / "gone.txt").symlink_to("nowhere")
    (raw / "folder").symlink_to(tmp_path)
    os.mkfifo(raw / "pipe")
    found = status(raw, tmp_path)
    assert set(found) == {"inside.txt", "out.txt", "gone.txt", "folder"}
    assert found["inside.txt"] is None
    assert "leads out of" in str(found["out.txt"])
    assert "leads to no file" in str(found["gone.txt"])
    assert "leads to a folder" in str(found["folder"])


def test_a_name_in_another_encoding_is_kept_and_its_file_read(raw: Path, tmp_path: Path) -> None:
    name = os.fsdecode("部门预算.txt".encode("gb18030"))
    (raw / name).write_text("一般公共预算", "utf-8")
    (entry,) = register(raw)
    assert entry.file_path == "部门预算.txt"
    assert entry.below(raw).read_text("utf-8") == "一般公共预算"
    assert status(raw, tmp_path) == {"部门预算.txt": None}


def test_a_file_that_cannot_be_opened_is_listed(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (raw / "a.txt").write_text("a")
    (raw / "b.txt").write_text("b")

    def refused(path: Path) -> str:
        if path.name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return real(path)

    real = extraction._sha256
    monkeypatch.setattr(extraction, "_sha256", refused)
    found = status(raw, tmp_path)
    assert found["a.txt"] is None
    assert found["b.txt"] == "the file cannot be opened: Permission denied"


def test_a_file_that_changes_while_it_is_read_is_not_taken_for_the_old(
    raw: Path, tmp_path: Path
) -> None:
    (raw / "a.txt").write_text("before")
    (entry,) = register(raw)
    (raw / "a.txt").write_text("after")
    results = Results(tmp_path / "tables")
    task = ReadTables(extraction.extract_tables, raw, entry, results)
    (done,) = Pool[dict[str, Any]](1, tmp_path / "log", LIMITS).run({"a": task})
    assert isinstance(done.result, Failed)
    assert "changed while it was read" in done.result.reason
    assert done.result.may_pass
    assert results.use() is None


def test_text_of_documents_commands_no_terminal() -> None:
    text = "\x1b[31m红\x1b]0;title\x07\x9b2J\x7f\u202e00.1\u2066\r\n第二行\t1"
    assert harmless(text) == "�[31m红�]0;title��2J��00.1��\n第二行\t1"
    assert plain("[bold]合计[/bold]").plain == "[bold]合计[/bold]"
    assert harmless("a\ud800") == "a?"
