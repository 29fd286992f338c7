"""Where things lie."""

import dataclasses
from pathlib import Path

import pytest

from dagster_project.settings import PROJECT_ROOT, Settings, SettingsError


def test_defaults_lie_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment({})
    assert settings.raw == tmp_path / "raw"
    assert settings.warehouse == tmp_path / "warehouse.duckdb"
    assert settings.cache == tmp_path / ".cache"
    assert settings.jobs >= 1
    assert settings.dbt_project == PROJECT_ROOT / "dbt"


def test_environment_overrides_and_relative_paths_are_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment(
        {"BUDGET_RAW": "in", "BUDGET_WAREHOUSE": "/data/w.duckdb", "BUDGET_JOBS": "3"}
    )
    assert settings.raw == tmp_path / "in"
    assert settings.warehouse == Path("/data/w.duckdb")
    assert settings.build == Path("/data/w.duckdb.next")
    assert settings.jobs == 3


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5", "²"])
def test_jobs_must_be_a_whole_number_above_zero(jobs: str) -> None:
    with pytest.raises(SettingsError, match="BUDGET_JOBS"):
        Settings.from_environment({"BUDGET_JOBS": jobs})


def test_environment_gives_back_what_it_was_made_from() -> None:
    settings = Settings.from_environment({"BUDGET_RAW": "/a", "BUDGET_JOBS": "2"})
    assert Settings.from_environment(settings.environment) == settings
    assert settings.environment["BUDGET_BUILD_FILE"] == str(settings.build)
    assert settings.environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"
    assert settings.environment["DAGSTER_DISABLE_TELEMETRY"] == "1"


def test_two_warehouses_have_separate_working_files() -> None:
    one = Settings.from_environment({})
    other = dataclasses.replace(one, warehouse=one.warehouse.with_name("other.duckdb"))
    assert one.work != other.work
    assert one.lock != other.lock
