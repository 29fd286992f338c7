"""The documentation of tables and columns, as a browser shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import Browser, Page
from tests.site.serving import served

# What dbt's page itself asks for in vain: its icon, and images whose names are not yet filled in.
OWN = ("favicon", "%7B%7B")


@pytest.fixture
def page(browser: Browser, docs_page: Path) -> Iterator[Page]:
    with served(docs_page.parent) as address, browser.page() as opened:
        opened.open(f"{address}#!/overview")
        opened.wait("document.body.innerText.includes('用哪张表')")
        yield opened
        here = (address, "data:")
        assert [url for url in opened.requests if not url.startswith(here)] == []
        assert [told for told in opened.complaints if not any(map(told.__contains__, OWN))] == []


def test_it_is_one_page(docs_page: Path) -> None:
    assert [path.name for path in docs_page.parent.iterdir()] == ["index.html"]


def test_the_overview_says_what_there_is(page: Page) -> None:
    shown = page.js("document.body.innerText")
    for words in ("marts.fct_expenditure_by_function", "粒度与主键", "相加的规则", "注意事项"):
        assert words in shown
    assert page.wait("document.querySelectorAll('pre code').length") >= 3


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("印刷文本", "fct_budget_line"),  # in the description of a column only
        ("项目自评", "fct_project_rating"),
        ("fct_project", "fct_project"),
    ],
)
def test_search_finds_tables_and_columns(page: Page, words: str, found: str) -> None:
    page.js("document.querySelector('#search').focus()")
    page.call("Input.insertText", text=words)
    results = "[...document.querySelectorAll('.search-result')].map((result) => result.innerText)"
    shown = page.wait(f"document.querySelector('#search').value && {results}")
    assert any(found in result for result in shown)
    assert not any("known_tables" in result for result in shown), "only what was searched for"


def test_a_table_shows_its_columns_its_code_and_its_place(page: Page) -> None:
    page.js("location.hash = '#!/model/model.budget.fct_budget_line'")
    page.wait("document.body.innerText.includes('DECIMAL(18,2)')")
    shown = page.js("document.body.innerText")
    assert "金额" in shown
    assert "int_lines_repaired" in shown
    assert "select" in page.js("document.querySelector('pre code').innerText")
    assert page.js("document.body.innerHTML.includes('dim_department')"), "the tree of the project"
    row = "[...document.querySelectorAll('.column-row')].find((row) => row.innerText.includes({!r}))"
    assert page.js(f"{row.format('amount_yuan')}.innerText.includes('金额')")
    badges = f"[...{row.format('line_id')}.querySelectorAll('span')].map((e) => e.innerText.trim())"
    assert {"U", "F"} & set(page.js(badges)), "the tests of the column"


def test_the_lineage_graph_leads_from_the_documents_to_a_table(page: Page) -> None:
    page.js("location.hash = '#!/model/model.budget.rpt_findings?g_v=1&g_i=%2Brpt_findings'")
    page.js("location.reload()")
    page.wait("document.querySelector('canvas')")
    script = (
        "document.querySelector('canvas').parentElement.parentElement._cyreg.cy.nodes()"
        ".map((node) => node.data('name'))"
    )
    for name in ("rpt_findings", "balance_checks", "int_balance_terms", "lines"):
        page.wait(f"{script}.includes({name!r})")
