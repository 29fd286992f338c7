"""The files of the explorer: what is in them, and what must not be."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import polars as pl
import pytest
from PIL import Image

from dagster_project.explorer import pages
from dagster_project.explorer.build import ProgramMissingError, build_data, build_explorer
from dagster_project.explorer.pages import copy_pages, make_pages
from dagster_project.page_images import render_pages
from dagster_project.readers.privacy import WITHHELD
from dagster_project.settings import Settings
from tests.browser import Browser
from tests.site.serving import served

PDF = "qujing_gxj_2024_final_account.pdf"


@pytest.fixture(scope="module")
def data(raw_build: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = tmp_path_factory.mktemp("data")
    build_data(raw_build, site)
    return site / "data"


def test_money_is_whole_fen_and_nothing_is_lost(raw_build: Settings, data: Path) -> None:
    with duckdb.connect(raw_build.warehouse, read_only=True) as warehouse:
        for table in ("fct_expenditure_by_function", "fct_expenditure_by_economic", "fct_revenue"):
            files = list((data / table).glob("*.parquet"))
            frame = pl.concat([pl.read_parquet(file) for file in files])
            assert frame.schema["amount_fen"] == pl.Int64
            expected = warehouse.execute(
                f"select count(*), cast(100 * sum(amount_yuan) as bigint) from marts.{table}"
            ).fetchone()
            assert (frame.height, frame["amount_fen"].sum()) == expected


def test_every_term_of_an_equation_names_a_line(raw_build: Settings, data: Path) -> None:
    with duckdb.connect(raw_build.warehouse, read_only=True) as warehouse:
        ((terms,),) = warehouse.execute("select count(*) from quality.balance_terms").fetchall()
    found = 0
    for file in (data / "term").glob("*.parquet"):
        lines = pl.read_parquet(data / "line" / file.name)
        own = pl.read_parquet(file)
        assert own["line_number"].drop_nulls().is_between(1, lines.height).all()
        found += own.height
    assert found == terms


def test_every_figure_is_shown_on_a_page_or_in_its_table(raw_build: Settings, data: Path) -> None:
    images = pl.read_parquet(data / "page.parquet").select("document_id", "page")
    for file in (data / "line").glob("*.parquet"):
        lines = pl.read_parquet(file).filter(pl.col("amount_fen").is_not_null())
        lines = lines.with_columns(pl.lit(file.stem).alias("document_id"))
        nowhere = lines.filter(pl.col("block").is_null() | pl.col("x0").is_not_null())
        nowhere = nowhere.join(images, on=["document_id", "page"], how="anti")
        assert nowhere.select("line_id", "page", "row_number", "printed_text").rows() == []


def test_the_index_names_every_file(data: Path) -> None:
    index = json.loads((data / "index.json").read_text("utf-8"))
    named = {
        f"{table}/{key}" if keys else table
        for table, keys in index["shards"].items()
        for key in keys or [""]
    }
    files = {path.relative_to(data).with_suffix("").as_posix() for path in data.rglob("*.parquet")}
    assert files == named


def test_every_query_has_its_answer(data: Path) -> None:
    answers = json.loads((data / "queries.json").read_text("utf-8"))
    assert len(answers) >= 20
    assert [answer["name"] for answer in answers if answer["error"]] == []
    assert all(answer["question_zh"] and answer["question_en"] for answer in answers)


def test_only_pages_with_figures_have_images(raw_build: Settings) -> None:
    with duckdb.connect(raw_build.warehouse, read_only=True) as warehouse:
        expected = warehouse.execute(
            "select distinct page from (select document_id, page from marts.fct_budget_line"
            " union all select document_id, page from marts.fct_project"
            " union all select document_id, page from marts.fct_three_public"
            " union all select document_id, page from marts.fct_asset)"
            " inner join marts.dim_document using (document_id) where format = 'pdf' order by 1"
        ).fetchall()
    assert [(image.page,) for image in make_pages(raw_build)] == expected


def test_what_is_withheld_is_painted_over(
    raw_build: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(raw_build.warehouse, warehouse)
    with duckdb.connect(warehouse) as connection:
        ((document, page, *box),) = connection.execute(
            "select document_id, page, x0, y0, x1, y1 from extracted.table_cells"
            " where kind = 'cell' and page = 5 and row_number = 4 and length(text) > 1 and"
            " x0 is not null order by column_number limit 1"
        ).fetchall()
        connection.execute(
            "update extracted.table_cells set text = ? where document_id = ? and page = ?"
            " and x0 = ? and y0 = ?",
            [WITHHELD, document, page, box[0], box[1]],
        )
    settings = Settings(raw_build.raw, warehouse, tmp_path / "cache", 1)
    found = {image.page: image for image in make_pages(settings)}[page]
    plain = next(iter(render_pages(raw_build.raw / PDF, "pdf", [page])))
    scale = plain.image.width / plain.width
    x0, y0, x1, y1 = (round(edge * scale) for edge in box)
    inner = (x0 + 3, y0 + 3, x1 - 3, y1 - 3)
    with Image.open(found.file) as covered:
        assert min(covered.convert("L").crop(inner).tobytes()) > 190, "something dark is left"
    assert min(plain.image.convert("L").crop(inner).tobytes()) < 120


def test_a_document_that_has_changed_is_not_shown(raw_build: Settings, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / PDF).write_bytes(b"%PDF-1.4 another document")
    settings = Settings(raw, raw_build.warehouse, tmp_path / "cache", 1)
    assert make_pages(settings) == []


def test_images_are_made_once(
    raw_build: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(raw_build.raw, raw_build.warehouse, raw_build.cache, 1)
    first = make_pages(settings)
    times = [image.file.stat().st_mtime_ns for image in first]
    monkeypatch.setattr(pages, "_cover", None)
    again = make_pages(settings)
    assert [image.file.stat().st_mtime_ns for image in again] == times
    copy_pages(again, tmp_path / "pages")
    assert len(list((tmp_path / "pages").rglob("*.webp"))) == len(first)


def test_a_missing_program_is_said(raw_build: Settings, tmp_path: Path) -> None:
    with pytest.raises(ProgramMissingError, match="make site"):
        build_explorer(raw_build, tmp_path / "site", tmp_path)


def test_markup_and_formulas_in_a_document_stay_text(
    raw_build: Settings, program: Path, browser: Browser, tmp_path: Path
) -> None:
    """A body that calls itself by markup runs nothing, and is a text in the downloaded table."""
    evil = "=1+1<img src=x onerror='document.title=\"run\"'><b>"
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copyfile(raw_build.warehouse, warehouse)
    with duckdb.connect(warehouse) as connection:
        connection.execute("update marts.dim_department set department_name = ?", [evil])
        connection.execute("update marts.dim_function set function_name = ?", [evil])
        connection.execute("update marts.fct_project set project_name = ?", [evil])
        connection.execute("update intermediate.int_lines_repaired set label = ?", [evil])
    site = tmp_path / "site"
    build_explorer(Settings(raw_build.raw, warehouse, raw_build.cache, 1), site, program)
    with served(site) as address, browser.page() as page:
        for view in ("coverage", "purpose", "compare", "projects", "search?q=img"):
            page.open("about:blank")
            page.open(f"{address}#{view}")
            page.wait("document.body?.dataset.ready")
            page.wait("!document.querySelector('.chart') || document.querySelector('[data-drawn]')")
            assert evil in page.js("document.body.innerText")
            assert page.js("document.querySelectorAll('img, main b b').length") == 0
            assert page.js("document.title") != "run"
            assert page.complaints == []
        page.open("about:blank")
        page.open(f"{address}#purpose?lang=en")
        page.wait("document.querySelector('main > .table .download')")
        page.js(
            "URL.createObjectURL = (blob) => { window.saved = blob; return 'blob:none'; };"
            "HTMLAnchorElement.prototype.click = () => {};"
            "document.querySelector('main > .table .download').click()"
        )
        saved = page.js("window.saved.text()")
    lines = saved.splitlines()[1:]
    assert lines
    assert all(line.startswith("\"'=1+1") for line in lines)
