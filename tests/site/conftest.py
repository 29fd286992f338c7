"""The explorer as a browser sees it: of raw/, and of the published documents beside the project."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from dagster_project.explorer.build import PROGRAM, build_explorer
from dagster_project.run import run_warehouse
from dagster_project.settings import PROJECT_ROOT, Settings
from dagster_project.site import build_docs
from tests.browser import Browser, find_browser, running_browser
from tests.site.serving import Explorer, served

SHARED = PROJECT_ROOT.parent / "shared" / "documents"


@pytest.fixture(scope="session")
def program() -> Path:
    """The explorer's program, built anew if its packages are there."""
    npm, folder = shutil.which("npm"), PROGRAM.parent
    if npm and (folder / "node_modules").is_dir():
        subprocess.run(
            [npm, "run", "--silent", "build", "--", "--logLevel", "warn"], cwd=folder, check=True
        )
    if not (PROGRAM / "index.html").is_file():
        pytest.skip("the explorer's program is not built: `make site` builds it, with node")
    return PROGRAM


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    executable = find_browser()
    if executable is None:
        pytest.skip("there is no Chromium on this machine")
    with running_browser(executable, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="session")
def shared_build(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of one run over all published documents that stand beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the published documents are absent")
    place = tmp_path_factory.mktemp("shared_build")
    settings = Settings.from_environment(
        {
            "BUDGET_RAW": str(SHARED),
            "BUDGET_WAREHOUSE": str(place / "warehouse.duckdb"),
            "BUDGET_CACHE": str(place / "cache"),
        }
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in settings.environment:
            patch.setenv(name, "")
        assert run_warehouse(settings)
    return settings


@pytest.fixture(scope="session")
def docs_page(raw_build: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation of the tables, one file alone in its folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in raw_build.environment.items():
            patch.setenv(name, value)
        return build_docs(raw_build, tmp_path_factory.mktemp("documented"))


@pytest.fixture(scope="session", params=["raw_build", "shared_build"])
def explorer(
    request: pytest.FixtureRequest,
    program: Path,
    browser: Browser,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Explorer]:
    settings: Settings = request.getfixturevalue(request.param)
    site = tmp_path_factory.mktemp("site")
    build_explorer(settings, site, program)
    with (
        served(site) as address,
        duckdb.connect(settings.warehouse, read_only=True) as warehouse,
        browser.page() as page,
    ):
        page.resize(1280, 900)
        page.open(address)
        page.wait("document.body?.dataset.ready")
        yield Explorer(address, site, page, warehouse)
