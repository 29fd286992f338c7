"""What all tests share: an environment of their own, and a small project that builds in seconds."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dagster_project.run import run_warehouse
from dagster_project.settings import NO_TELEMETRY, PROJECT_ROOT, Settings
from tests import fakes

DOCUMENT, DOCUMENT_TEXT = "预算.txt", "a 1234.50\n"
SMALL_DBT = Path(__file__).parent / "assets" / "small_dbt"


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may see, or leave behind, where the user's warehouse lies."""
    for name in list(os.environ):
        if name.startswith(("BUDGET_", "DBT_", "DAGSTER_")):
            monkeypatch.delenv(name)
    for name, value in NO_TELEMETRY.items():
        monkeypatch.setenv(name, value)
    # Set here so that monkeypatch takes back what the definitions put into the environment.
    for name in ("RAW", "WAREHOUSE", "CACHE", "JOBS", "BUILD_FILE"):
        monkeypatch.setenv(f"BUDGET_{name}", "")
    for name in ("DBT_TARGET_PATH", "DBT_LOG_PATH"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def shared_dbt_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache whose parsed dbt project all tests use."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def small(tmp_path: Path, shared_dbt_cache: Path) -> Settings:
    """Settings of a small project with an empty raw/."""
    (tmp_path / "raw").mkdir()
    return Settings(
        raw=tmp_path / "raw",
        warehouse=tmp_path / "warehouse.duckdb",
        cache=shared_dbt_cache,
        jobs=2,
        dbt_project=SMALL_DBT,
    )


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory, shared_dbt_cache: Path) -> Path:
    """A warehouse of one document that does not balance: many tests read it, one run makes it."""
    place = tmp_path_factory.mktemp("published")
    settings = Settings(
        place / "raw", place / "warehouse.duckdb", shared_dbt_cache, 1, dbt_project=SMALL_DBT
    )
    settings.raw.mkdir()
    (settings.raw / DOCUMENT).write_text(DOCUMENT_TEXT, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        for name in settings.environment:
            patch.setenv(name, "")
        assert run_warehouse(settings, domain=fakes.domain())
    return settings.warehouse


@pytest.fixture
def published(small: Settings, published_once: Path) -> Settings:
    """Settings of a small project that has published, with its one document in raw/."""
    (small.raw / DOCUMENT).write_text(DOCUMENT_TEXT, "utf-8")
    shutil.copyfile(published_once, small.warehouse)
    return small


@pytest.fixture(scope="session")
def raw_build(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of one whole run over the project's own raw/, which many tests look at."""
    place = tmp_path_factory.mktemp("raw_build")
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(PROJECT_ROOT / "raw"),
            "BUDGET_WAREHOUSE": str(place / "warehouse.duckdb"),
            "BUDGET_CACHE": str(place / "cache"),
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in settings.environment:
            patch.setenv(name, "")
        assert run_warehouse(settings)
    return settings


@pytest.fixture
def put(small: Settings) -> Callable[[str, str], Path]:
    """Put a document into the small project's raw/."""

    def write(name: str, text: str) -> Path:
        path = small.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return write
