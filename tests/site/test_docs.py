"""The documentation of tables and columns, as a browser shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dagster_project.settings import Settings
from dagster_project.site import build_docs
from tests.browser import Browser, Page
from tests.site.serving import served

# What dbt's page itself asks for in vain: its icon, and images whose names are not yet filled in.
OWN = ("favicon", "%7B%7B")
LARGEST = 3_600_000  # bytes; the whole site stays under 5 MB with the explorer


@pytest.fixture(scope="module")
def file(raw_build: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in raw_build.environment.items():
            patch.setenv(name, value)
        return build_docs(raw_build, tmp_path_factory.mktemp("site"))


@pytest.fixture
def page(browser: Browser, file: Path) -> Iterator[Page]:
    with served(file.parent) as address, browser.page() as opened:
        opened.open(f"{address}#!/overview")
        opened.wait("document.body.innerText.includes('用哪张表')")
        yield opened
        here = (address, "data:")
        assert [url for url in opened.requests if not url.startswith(here)] == []
        assert [told for told in opened.complaints if not any(map(told.__contains__, OWN))] == []


def test_it_is_one_small_page(file: Path) -> None:
    assert [path.name for path in file.parent.iterdir()] == ["index.html"]
    assert file.stat().st_size < LARGEST


def test_the_overview_says_what_there_is(page: Page) -> None:
    shown = page.js("document.body.innerText")
    for words in ("marts.fct_expenditure_by_function", "粒度与主键", "相加的规则", "注意事项"):
        assert words in shown
    assert page.wait("document.querySelectorAll('pre code').length") >= 3


@pytest.mark.parametrize("words", ["印刷文本", "fct_project", "资金来源"])
def test_search_finds_tables_and_columns(page: Page, words: str) -> None:
    page.js(
        f"""(() => {{
            const box = document.querySelector("input[type=search], input.form-control");
            box.focus(); box.value = {words!r};
            box.dispatchEvent(new Event("input", {{ bubbles: true }}));
            box.dispatchEvent(new Event("change", {{ bubbles: true }}));
        }})()"""
    )
    page.wait("[...document.querySelectorAll('a')].some((a) => a.innerText.includes('fct_'))")


def test_a_table_shows_its_columns_its_code_and_its_place(page: Page) -> None:
    page.js("location.hash = '#!/model/model.budget.fct_budget_line'")
    page.wait("document.body.innerText.includes('DECIMAL(18,2)')")
    shown = page.js("document.body.innerText")
    assert "金额" in shown
    assert "int_lines_repaired" in shown
    assert page.js("document.body.innerHTML.includes('dim_department')"), "the tree of the project"
