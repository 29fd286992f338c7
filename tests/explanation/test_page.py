"""The explanation as a page: complete, escaped, and at peace with a browser that has no network."""

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path

import pytest

from dagster_project.explanation import explain_document
from dagster_project.settings import PROJECT_ROOT, Settings

RAW = PROJECT_ROOT / "raw"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
PROBE = """
<script>
const rect = document.querySelectorAll(".c.amount")[3];
rect.focus();
const first = document.getElementById("cell").textContent;
rect.dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowDown", bubbles: true}));
const second = document.getElementById("cell").textContent;
document.querySelector(".legend input[value=amount]").click();
document.title = JSON.stringify({
  first, second, moved: document.activeElement !== rect,
  hidden: getComputedStyle(rect).display, images: document.images[0].naturalWidth,
  fetched: performance.getEntriesByType("resource").map((entry) => entry.name.slice(0, 90)),
  links: [...document.querySelectorAll("nav a")].every(
    (link) => document.querySelector(link.getAttribute("href"))),
});
</script>
"""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
    "--virtual-time-budget=4000", "--dump-dom",
)  # fmt: skip


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    place = tmp_path_factory.mktemp("page")
    return Settings(
        RAW, place / "warehouse.duckdb", place / "cache", 1, dbt_project=PROJECT_ROOT / "dbt"
    )


@pytest.fixture(scope="module")
def pdf_page(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("page") / "new" / "page.html"
    file = RAW / "qujing_gxj_2024_final_account.pdf"
    explain_document(settings, file, page=4, html=target, echo=lambda _: None)
    return target


def facts(page: str) -> list[dict[str, str]]:
    return [dict(json.loads(unescape(found))) for found in re.findall(r'data-f="(.*?)"', page)]


def test_a_page_shows_its_image_with_its_cells(pdf_page: Path) -> None:
    page = pdf_page.read_text("utf-8")
    assert page.count("data:image/webp;base64,") == 1
    amounts = [told for told in facts(page) if "yuan" in told]
    assert len(amounts) == 192
    assert all(told["yuan"] == told["text"] for told in amounts)  # printed in 元, with commas
    assert {told.get("code") for told in amounts} >= {"2150501", "2150517"}
    assert page.count("<rect ") > 192


def test_boxes_lie_on_the_page(pdf_page: Path) -> None:
    page = pdf_page.read_text("utf-8")
    view = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', page)
    assert view
    width, height = map(float, view.groups())
    for box in re.findall(r'<rect x="(.*?)" y="(.*?)" width="(.*?)" height="(.*?)"', page):
        x, y, across, down = map(float, box)
        assert 0 <= x < x + across <= width + 1
        assert 0 <= y < y + down <= height + 1


def test_texts_are_escaped(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "<b>.md"
    file.write_text(
        '# <script>alert(1)</script>\n\n| "甲" | </td><img src=x onerror=alert(1)> |\n'
        "| --- | --- |\n| ' onfocus='alert(1) | &amp; |\n",
        "utf-8",
    )
    target = tmp_path / "out.html"
    explain_document(settings, file, html=target, echo=lambda _: None)
    page = target.read_text("utf-8")
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;b&gt;.md" in page
    assert re.search(r"""['"]\s*onfocus""", page) is None


def test_tables_keep_their_shape(settings: Settings, tmp_path: Path) -> None:
    target = tmp_path / "out.html"
    file = RAW / "nanan_jxw_2024_budget.md"
    explain_document(settings, file, html=target, echo=lambda _: None)
    page = target.read_text("utf-8")
    table = re.search(r"<table><caption>13 × 7.*?</table>", page, re.DOTALL)
    assert table
    for row in re.findall(r"<tr>(.*?)</tr>", table[0], re.DOTALL):
        assert row.count("<td") == 7


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_opens_it_without_errors_or_requests(pdf_page: Path, tmp_path: Path) -> None:
    probed = tmp_path / "probed.html"
    probed.write_text(pdf_page.read_text("utf-8").replace("</body>", f"{PROBE}</body>"), "utf-8")
    result = subprocess.run(
        [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", probed.as_uri()],
        capture_output=True, encoding="utf-8", timeout=120, check=True,
    )  # fmt: skip
    # What the page's own policy forbids, and what cannot be fetched, is said on the console.
    assert "CONSOLE" not in result.stderr
    title = re.search(r"<title>(.*?)</title>", result.stdout)
    assert title
    seen = json.loads(unescape(title[1]))
    assert "公开02表" in seen["first"]
    assert "金额(元)" in seen["first"]
    assert seen["second"] != seen["first"]
    assert (seen["moved"], seen["hidden"], seen["links"]) == (True, "none", True)
    assert seen["images"] > 1000
    assert [name for name in seen["fetched"] if not name.startswith("data:")] == []


@pytest.mark.parametrize("name", ["broken.pdf", "broken.png", "empty.txt"])
def test_what_cannot_be_read_gives_a_page_that_says_so(
    settings: Settings, tmp_path: Path, name: str
) -> None:
    file = tmp_path / name
    file.write_bytes({"broken.pdf": b"%PDF-1.7", "broken.png": b"\x89PNG\r\n"}.get(name, b""))
    target = tmp_path / "out.html"
    explain_document(settings, file, html=target, echo=lambda _: None)
    page = target.read_text("utf-8")
    assert "未能读取 quarantined" in page
    assert "<img" not in page
