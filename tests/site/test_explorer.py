"""What people see in the explorer, against what SQL says of the same warehouse."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from tests.browser import Browser
from tests.site.serving import Explorer

VIEWS = [
    "coverage", "purpose", "economic", "execution", "compare", "three-public", "projects",
    "balance", "search", "queries",
]  # fmt: skip
MOST_BYTES = 4_700_000  # 5 MB are promised
MOST_MILLISECONDS = 2_000
UNIVERSES = """
select department_id, document_id, phase, fund, spending_kind,
    cast(100 * sum(amount_yuan) as bigint)
from marts.fct_expenditure_by_{axis}
where department_id is not null
group by all
order by all
"""


def sample(rows: list[Any], most: int) -> list[Any]:
    """The same rows in every run, of all kinds where there are too many to look at each."""
    chosen = random.Random(1).sample(rows, min(most, len(rows)))  # noqa: S311
    return sorted(chosen, key=str)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_view_opens_without_a_complaint_or_a_request_elsewhere(
    explorer: Explorer, lang: str, width: int
) -> None:
    explorer.page.resize(width, 844, phone=width < 500)
    try:
        for view in VIEWS:
            explorer.go(view, lang=lang, **({"q": "5"} if view == "search" else {}))
            assert explorer.page.js("document.documentElement.scrollWidth") <= width, view
            assert explorer.text("main h1")
            assert not explorer.page.js("document.querySelector('.failure')")
    finally:
        explorer.page.resize(1280, 900)
    assert explorer.page.complaints == []
    own = (explorer.address, "data:", "blob:")
    assert [url for url in explorer.page.requests if not url.startswith(own)] == []


def test_the_first_view_is_soon_there_and_the_site_is_small(
    explorer: Explorer, docs_page: Path, browser: Browser
) -> None:
    script = "performance.getEntriesByName('ready')[0]?.startTime"
    times = []
    for _ in range(3):  # a busy machine is not a slow page
        with browser.page() as page:
            page.open(explorer.address)
            times.append(page.wait(script))
    assert min(times) < MOST_MILLISECONDS
    files = [docs_page, *(path for path in explorer.site.rglob("*") if path.is_file())]
    size = sum(path.stat().st_size for path in files if path.suffix != ".webp")
    assert size < MOST_BYTES


def test_a_search_in_chinese_finds_bodies_and_codes(explorer: Explorer) -> None:
    ((body, name),) = explorer.sql(
        "select department_id, department_name from marts.dim_department order by all limit 1"
    )
    explorer.go("coverage")
    explorer.page.js("document.querySelector('.top input').focus()")
    explorer.page.call("Input.insertText", text=name[2:6])
    explorer.page.wait("document.querySelector('.results li b')")
    found = explorer.page.js("[...document.querySelectorAll('.results b')].map((e) => e.innerText)")
    assert name in found
    assert explorer.page.js(f"!!document.querySelector('.results a[href*=\"body={body}\"]')")
    assert explorer.page.js("document.activeElement.value") == name[2:6]
    explorer.go("search", q="%E8%A1%8C%E6%94%BF%E8%BF%90%E8%A1%8C")  # 行政运行
    assert "行政运行" in explorer.text(".results")
    explorer.go("search", q="20805")
    assert "20805 行政事业单位" in explorer.text(".results")
    href = explorer.page.js("document.querySelector('.results a[href*=\"code=20805\"]').hash")
    explorer.follow(href)
    assert "20805" in explorer.text(".headline")


@pytest.mark.parametrize(("view", "axis"), [("purpose", "function"), ("economic", "economic")])
def test_spending_is_what_sql_sums(explorer: Explorer, view: str, axis: str) -> None:
    universes = explorer.sql(UNIVERSES.format(axis=axis))
    assert universes
    for body, document, phase, fund, kind, fen in sample(universes, 30):
        explorer.go(view, body=body, doc=document, phase=phase, fund=fund, kind=kind)
        assert explorer.money(".headline .money") == [fen or 0]
        table = "main section.table:last-of-type tr:not(:has([style*='--depth'])) .money"
        if view == "purpose":
            table = "main > .table tr:not(:has([style*='--depth'])) .money"
        assert sum(explorer.money(table)) == (fen or 0)


def test_the_flow_of_money_is_what_sql_sums(explorer: Explorer) -> None:
    rows = explorer.sql(
        "select department_id, document_id, phase, cast(100 * sum(amount_yuan) as bigint)"
        " from marts.fct_revenue where department_id is not null group by all"
        " having sum(amount_yuan) <> 0 order by all"
    )
    drawn = 0
    for body, document, phase, fen in rows:
        explorer.go("purpose", body=body, doc=document, phase=phase, fund="all", kind="all")
        if explorer.page.js("document.querySelector('select[name=fund]')?.value") != "all":
            continue
        assert sum(explorer.money(".flows a[href*='figure=source.']")) == fen
        drawn += 1
        for kind in ("basic", "project"):
            sums = explorer.sql(
                "select coalesce(cast(100 * sum(amount_yuan) as bigint), 0)"
                " from marts.fct_expenditure_by_function"
                " where document_id = ? and phase = ? and fund = 'all' and spending_kind = ?",
                document, phase, kind,
            )  # fmt: skip
            shown = explorer.money(f".flows a[href*='figure=kind.'][href*='.{kind}']")
            assert sum(shown) == sums[0][0]
    assert drawn


def test_execution_and_change_are_what_the_reports_say(explorer: Explorer) -> None:
    groups = explorer.sql(
        "select department_id, reporting_scope, fund, spending_kind, fiscal_year"
        " from marts.rpt_expenditure_by_class where phase in ('initial_budget', 'final_account')"
        " group by all order by all"
    )
    for body, scope, fund, kind, year in sample(groups, 25):
        explorer.go("execution", body=body, scope=scope, fund=fund, kind=kind, year=year)
        shown = _table(explorer)
        where = (
            "where department_id = ? and reporting_scope = ? and fund = ? and spending_kind = ?"
            " and fiscal_year = ?"
        )
        both = explorer.sql(
            "select sum(initial_budget_yuan), sum(final_account_yuan)"
            f" from marts.rpt_budget_vs_final_account {where}",
            body, scope, fund, kind, year,
        )[0]  # fmt: skip
        if None not in both:
            expected = [int(100 * amount) for amount in both]
            assert shown["budget"] == [*expected, expected[1] - expected[0]]
        for phase in ("initial_budget", "final_account"):
            now, before = explorer.sql(
                "select sum(amount_yuan), sum(prior_year_yuan)"
                f" from marts.rpt_year_on_year_by_function {where} and phase = ?",
                body, scope, fund, kind, year, phase,
            )[0]  # fmt: skip
            if before is not None and now is not None:
                all_before = explorer.sql(
                    f"select sum(amount_yuan) from marts.rpt_expenditure_by_class {where}"
                    " and phase = ?",
                    body, scope, fund, kind, year - 1, phase,
                )[0][0]  # fmt: skip
                fen = [int(100 * all_before), int(100 * now)]
                assert shown[f"change.{phase}"] == [*fen, fen[1] - fen[0]]


def _table(explorer: Explorer) -> dict[str, list[int]]:
    """The amounts of the rows of totals, by the figure that their first amount names."""
    rows: list[list[list[str]]] = explorer.page.js(
        "[...document.querySelectorAll('tr.total')].map((row) =>"
        " [...row.querySelectorAll('.money')].map((e) => [e.hash ?? '', e.dataset.fen]))"
    )
    found = {}
    for row in rows:
        figure = row[0][0].split("figure=")[-1].split(".")
        key = figure[0] if figure[0] == "budget" else ".".join(figure[:2])
        found[key] = [int(fen) for _, fen in row]
    return found


def test_bodies_compared_are_what_sql_sums(explorer: Explorer) -> None:
    groups = explorer.sql(
        "select reporting_scope, fiscal_year, phase, fund, spending_kind"
        " from marts.rpt_expenditure_by_class where phase in ('initial_budget', 'final_account')"
        " group by all order by all"
    )
    for group in sample(groups, 20):
        scope, year, phase, fund, kind = group
        explorer.go("compare", scope=scope, year=year, phase=phase, fund=fund, kind=kind)
        sums = explorer.sql(
            "select cast(100 * sum(amount_yuan) as bigint) from marts.rpt_expenditure_by_class"
            " where (reporting_scope, fiscal_year, phase, fund, spending_kind)"
            " = row(?, ?, ?, ?, ?) group by department_id order by 1 desc",
            *group,
        )
        assert explorer.money(".multiple .sum .money") == [fen for (fen,) in sums]


def test_three_public_expenses_are_what_the_report_says(explorer: Explorer) -> None:
    rows = explorer.sql(
        "select department_id, reporting_scope,"
        " cast(100 * sum(total_yuan) as bigint), cast(100 * sum(reception_yuan) as bigint)"
        " from marts.rpt_three_public_over_years group by all order by all"
    )
    assert rows
    for body, scope, total, reception in rows:
        explorer.go("three-public", body=body, scope=scope)
        for item, fen in (("total", total), ("reception", reception)):
            shown = explorer.money(f"td a.money[href*='figure='][href*='.{item}']")
            assert sum(shown) == (fen or 0)


def test_projects_are_what_the_report_says(explorer: Explorer) -> None:
    bodies = explorer.sql(
        "select distinct department_id from marts.rpt_projects"
        " where department_id is not null order by 1"
    )
    assert bodies
    for (body,) in bodies:
        explorer.go("projects", body=body)
        for phase in ("initial_budget", "adjusted_budget", "final_account"):
            expected = explorer.sql(
                f"select cast(100 * {phase}_yuan as bigint) from marts.rpt_projects"
                f" where department_id = ? and {phase}_yuan is not null order by 1",
                body,
            )
            shown = explorer.money(f"a.money[href*='figure=total.{phase}.']")
            assert sorted(shown) == [fen for (fen,) in expected]
        results = explorer.sql(
            "select coalesce(sum(execution_rate), 0), coalesce(sum(total_score), 0), count(grade)"
            " from marts.rpt_projects where department_id = ?",
            body,
        )[0]
        rates, scores, grades = (_column(explorer, head) for head in ("执行率", "得分", "等级"))
        assert sum(float(rate.rstrip("%")) for rate in rates) == pytest.approx(float(results[0]))
        assert sum(map(float, scores)) == pytest.approx(float(results[1]))
        assert len(grades) == results[2]


def _column(explorer: Explorer, head: str) -> list[str]:
    """What a column of the first table shows, blanks excepted; nothing if there is no such one."""
    shown: list[str] = explorer.page.js(
        f"""(() => {{
            const table = document.querySelector('main > .table table');
            const at = [...table.querySelectorAll('thead th')]
                .findIndex((th) => th.innerText.trim() === {head!r});
            if (at < 0) return [];
            return [...table.querySelectorAll('tbody tr')].map((tr) => tr.children[at].innerText);
        }})()"""
    )
    return [text for text in shown if text != "—"]


def test_a_score_leads_to_its_print(explorer: Explorer) -> None:
    rows = explorer.sql(
        "select ratings.department_id, document_id, project_rating_id, printed_text, x0"
        " from marts.fct_project_rating as ratings"
        " inner join marts.dim_document using (document_id)"
        " where item = 'total_score' and format = 'pdf' order by 3 limit 1"
    )
    for body, document, rating, printed, x0 in rows:
        explorer.go("projects", body=body)
        assert explorer.page.js(f"!!document.querySelector('td a[href*=\"{document}.{rating}\"]')")
        explorer.go("projects", body=body, line=f"{document}.{rating}")
        assert explorer.text(".printed").strip("“”") == printed
        box = "Number(document.querySelector('.sheet .box').getAttribute('x'))"
        assert explorer.page.js(box) == pytest.approx(x0, abs=0.01)


def test_coverage_and_verdicts_are_counted_as_sql_counts(explorer: Explorer) -> None:
    explorer.go("coverage")
    counted = explorer.sql(
        "select (select count(*) from marts.dim_document),"
        " (select count(*) from marts.dim_department),"
        " (select count(distinct fiscal_year) from marts.dim_document),"
        " (select count(*) from marts.fct_budget_line) + (select count(*) from marts.fct_project),"
        " (select count(*) from quality.balance_checks)"
    )[0]
    shown = explorer.page.js("[...document.querySelectorAll('.summary b')].map((e) => e.innerText)")
    assert [int(number.replace(",", "")) for number in shown] == list(counted)
    dots = explorer.page.js("document.querySelectorAll('.chip .dot').length")
    missing = explorer.page.js("document.querySelectorAll('.chip .dot.missing').length")
    assert [(dots, missing)] == explorer.sql(
        "select count(*), count(*) filter (where not found) from quality.form_coverage"
    )
    explorer.go("balance")
    cells = explorer.page.js(
        "[...document.querySelectorAll('main > .table tbody tr')].map((row) =>"
        " [...row.querySelectorAll('td')].slice(1).map((e) => e.innerText))"
    )
    verdicts = ("holds", "holds_within_rounding", "holds_after_repair", "violated",
                "not_computable")  # fmt: skip
    expected = explorer.sql("select verdict, count(*) from quality.balance_checks group by all")
    for index, verdict in enumerate(verdicts):
        total = sum(int(row[index].replace(",", "")) for row in cells)
        assert total == dict(expected).get(verdict, 0)
    sentences = explorer.page.js(
        "[...document.querySelectorAll('.findings > li > p')].map((e) => e.innerText)"
    )
    findings = explorer.sql("select sentence_zh from marts.rpt_findings")
    assert sorted(sentences) == sorted(sentence for (sentence,) in findings)


DOUBTS = """
with figures as (
    select document_id, line_id from intermediate.int_lines_repaired
    union
    select document_id, project_amount_id from marts.fct_project
),

doubts as (
    select document_id, true as is_repaired from quality.repairs inner join figures using (line_id)
    union all
    select document_id, false from quality.review_queue
)

select count(*) filter (where is_repaired), count(*)
from doubts inner join marts.dim_document using (document_id)
where department_id is not distinct from ?
"""


def test_what_was_repaired_or_doubted_is_told_for_every_body(explorer: Explorer) -> None:
    bodies = explorer.sql("select distinct department_id from marts.dim_document order by 1")
    for (body,) in bodies:
        explorer.go("balance", body=body or "none")
        counted = explorer.sql(DOUBTS, body)[0]
        rows = "document.querySelectorAll('.doubts tbody tr').length"
        links = "document.querySelectorAll('.doubts th a[href*=\"line=\"]').length"
        assert explorer.page.js(rows) == explorer.page.js(links) == counted[1]
        if counted[1]:
            assert f"{counted[0]} 个数字由勾稽关系修复" in explorer.text(".doubts .note")
        findings = explorer.sql(
            "select count(*) from marts.rpt_findings inner join marts.dim_document"
            " using (document_id) where department_id is not distinct from ?",
            body,
        )[0][0]
        assert explorer.page.js("document.querySelectorAll('.findings > li').length") == findings


PROSE = """
select document_id, narrative_amount_id, amount_text from marts.fct_narrative_amount
inner join quality.balance_terms on narrative_amount_id = line_id
group by all order by all limit 3
"""


def test_an_amount_in_prose_is_marked_in_its_sentence(explorer: Explorer) -> None:
    for document, line, printed in explorer.sql(PROSE):
        explorer.go("balance", line=f"{document}.{line}")
        assert explorer.text(f"[data-line='{line}']") == printed


@pytest.mark.parametrize(
    "view", ["purpose", "economic", "execution", "compare", "three-public", "projects"]
)
def test_every_figure_leads_to_the_rows_that_it_is_the_sum_of(
    explorer: Explorer, view: str
) -> None:
    explorer.go(view)
    figures = explorer.page.js(
        "[...document.querySelectorAll('main a.money')].map((e) => [e.hash, e.dataset.fen])"
    )
    assert figures or view == "execution"  # raw/ has no two years of one body
    for address, fen in sample(figures, 15):
        explorer.follow(address)
        assert explorer.page.js("document.querySelector('.drawer .table').dataset.sumFen") == fen


LINES = """
select lines.document_id, lines.line_id, lines.page, lines.printed_text,
    lines.x0, lines.y0, lines.x1, lines.y1
from marts.fct_budget_line as lines
inner join marts.fct_expenditure_by_function as facts using (line_id)
inner join marts.dim_document as documents on documents.document_id = lines.document_id
where lines.amount_yuan <> 0 and documents.format {which}
order by lines.line_id
limit 15
"""


def test_the_way_down_ends_at_the_boxed_cell_of_the_page(explorer: Explorer) -> None:
    rows = explorer.sql(LINES.format(which="= 'pdf'"))
    assert rows
    for document, line, page, printed, *box in rows:
        explorer.go("purpose", line=f"{document}.{line}")
        assert explorer.text(".printed").strip("“”") == printed
        shown = explorer.page.js(
            "(() => { const r = document.querySelector('.sheet .box'); return ['x', 'y', 'width',"
            " 'height'].map((name) => Number(r.getAttribute(name))); })()"
        )
        x0, y0, x1, y1 = box
        assert shown == pytest.approx([x0, y0, x1 - x0, y1 - y0], abs=0.01)
        explorer.page.wait("document.querySelector('.sheet img').naturalWidth")
        image = explorer.page.js("document.querySelector('.sheet img').getAttribute('src')")
        assert image == f"pages/{document}/{page}.webp"
        inside = explorer.page.js(
            "(() => { const b = document.querySelector('.sheet .box').getBoundingClientRect();"
            " const v = document.querySelector('.page').getBoundingClientRect();"
            " return b.left >= v.left && b.right <= v.right && b.top >= v.top"
            " && b.bottom <= v.bottom; })()"
        )
        assert inside, "the box is scrolled to"


def test_a_document_without_pages_shows_its_table_with_the_cell_marked(explorer: Explorer) -> None:
    rows = explorer.sql(LINES.format(which="not in ('pdf', 'image')"))
    assert rows
    for document, line, _, printed, *_box in rows:
        explorer.go("purpose", line=f"{document}.{line}")
        marked = explorer.page.js(
            f"[...document.querySelectorAll('[data-line=\"{line}\"]')].map((e) => e.innerText)"
        )
        assert len(marked) == 1
        assert "".join(printed.split()) in "".join(marked[0].split())


def test_from_a_figure_to_its_print_by_keyboard(explorer: Explorer) -> None:
    explorer.go("purpose")
    explorer.page.js("document.querySelector('.headline a').focus()")
    explorer.page.press("Enter")
    explorer.page.wait("document.querySelector('.drawer td a')")
    explorer.page.js("document.querySelector('.drawer td a').focus()")
    explorer.page.press("Enter")
    explorer.page.wait("document.querySelector('.evidence .printed')")
    assert explorer.page.js("document.activeElement.closest('.drawer') !== null")
    equations = explorer.page.js("document.querySelectorAll('.equation').length")
    document, line = explorer.page.js("location.hash.match(/line=(\\w+)\\.(\\w+)/).slice(1)")
    assert [(equations,)] == explorer.sql(
        "select count(distinct equation_id) from quality.balance_terms where line_id = ?", line
    )
    explorer.page.press("Escape")
    explorer.page.wait("!document.querySelector('.drawer')")


def test_an_address_shows_the_same_to_whoever_gets_it(explorer: Explorer, browser: Browser) -> None:
    explorer.go("purpose")
    explorer.follow(explorer.page.js("document.querySelector('main a.money').hash"))
    explorer.follow(explorer.page.js("document.querySelector('.drawer td a').hash"))
    script = "document.querySelector('main').innerText + document.querySelector('.drawer').innerText"
    with browser.page() as other:
        other.resize(1280, 900)
        other.open(explorer.address + explorer.page.js("location.hash"))
        other.wait("document.querySelector('.drawer')")
        assert other.js(script) == explorer.page.js(script)


def test_what_is_shown_is_downloaded_to_the_fen(explorer: Explorer) -> None:
    explorer.go("purpose")
    explorer.page.js(
        "URL.createObjectURL = (blob) => { window.saved = blob; return 'blob:none'; };"
        "HTMLAnchorElement.prototype.click = () => {};"
        "document.querySelector('main > .table .download').click()"
    )
    bytes_ = explorer.page.js("window.saved.arrayBuffer().then((b) => [...new Uint8Array(b)])")
    text = bytes(bytes_).decode("utf-8")
    assert text.startswith("\ufeff科目,编码,金额 (元),占比\r\n")
    shown = explorer.money("main > .table tbody .money")
    saved = [row.split(",")[2] for row in text.strip().splitlines()[1:]]
    assert sorted(round(100 * float(amount)) for amount in saved) == sorted(shown)


def test_print_leaves_out_what_is_to_be_clicked(explorer: Explorer) -> None:
    explorer.go("purpose")
    explorer.page.call("Emulation.setEmulatedMedia", media="print")
    try:
        hidden = explorer.page.js(
            "['.questions', '.top form', '.download'].map((name) =>"
            " getComputedStyle(document.querySelector(name)).display)"
        )
    finally:
        explorer.page.call("Emulation.setEmulatedMedia", media="")
    assert hidden == ["none"] * 3
