"""The figures of docs/scale.md are those that its script prints."""

from pathlib import Path

from benchmarks import scale
from dagster_project.settings import PROJECT_ROOT

SHARES = (0, 0.05, 0.2, 1)


def test_the_page_holds_what_the_script_prints() -> None:
    page = Path(PROJECT_ROOT / "docs" / "scale.md").read_text("utf-8")
    printed = page.partition("<!-- tables -->")[2].partition("<!-- end of tables -->")[0]
    assert printed.strip() == scale.tables(scale.Unit(), SHARES)


def test_scans_cost_what_their_share_says() -> None:
    unit = scale.Unit(pages=10, native=1, ocr=101)
    assert "1,600" in scale.tables(unit, [0])
    # 1,600 documents of 10 pages: 16,000 s of text, of which a tenth of the pages take 101 s.
    assert f"{scale.rounded(16_000 * 11 / 3600)} h" in scale.tables(unit, [0.1])
    assert f"{scale.rounded(16_000 / 3600)} h" in scale.tables(unit, [0])
