"""Tests of how recognised text is told from text that people and office programs wrote."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import damage
from dagster_project.readers import read
from dagster_project.readers.recognised import is_trace

ROOT = Path(__file__).parents[2]
CLEAN = [
    *sorted((ROOT / "raw").glob("*.*")),
    *sorted((ROOT / "tests" / "forms" / "layouts").glob("*.md")),
    *sorted((ROOT / "tests" / "forms" / "layouts").glob("*.html")),
]  # fmt: skip
CLEAN = [path for path in CLEAN if path.suffix != ".csv"]
PUBLISHED = ROOT.parent / "shared" / "documents" / "published"


def as_markdown(print_: damage.Printed, folder: Path) -> str:
    """The origin of the text once the document is written as Markdown."""
    file = folder / "document.md"
    damage.write(print_, file)
    return read(file).text_origin


@pytest.mark.parametrize("path", CLEAN, ids=lambda path: path.name)
def test_what_people_wrote_is_not_recognised_text(path: Path, tmp_path: Path) -> None:
    assert read(path).text_origin in {"native", "markup"}
    assert as_markdown(damage.printed(path), tmp_path) == "markup"


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published documents are absent")
def test_figures_of_published_documents_bear_no_trace(tmp_path: Path) -> None:
    path = sorted(PUBLISHED.rglob("*.pdf"))[0]
    assert as_markdown(damage.printed(path), tmp_path) == "markup"


@pytest.mark.parametrize(
    "path", [path for path in CLEAN if path.stem != "kunming_notice_2024"], ids=lambda p: p.name
)
def test_a_document_as_recognition_spaces_figures_is_recognised_text(
    path: Path, tmp_path: Path
) -> None:
    print_ = damage.printed(path)
    if not print_.figures():
        pytest.skip("it has no tables")
    for at, column in print_.figures():
        print_.row(at)[column] = damage.torn(print_.row(at)[column])
    assert as_markdown(print_, tmp_path) == "ocr"


@pytest.mark.parametrize(
    "text",
    [
        "1,044,416.28", "1044416.28", "0.00", "-3.50", "1,044,416", "12", "2010601", "2024.12.31",
        "—", "", "1. 基本支出", "(1,234.50)", "100.00%", "3-5", "1、2", "18.5", "10:30",
        "201 06 01", "1,2,3",
    ],
)  # fmt: skip
def test_a_figure_as_people_write_it_is_no_trace(text: str) -> None:
    assert not is_trace(text)


@pytest.mark.parametrize(
    "text",
    [
        "1, 044, 416. 28", "0. 00", "1,044,416.", "79, 980. ", "1,234,56", "1.234.567.89",
        "6000, 000. 00", "200, 000. 00200, 000. 00", "426, 423. 757, 426, 423. 73", "!57, 700. 00",
    ],
)  # fmt: skip
def test_a_figure_as_recognition_leaves_it_is_a_trace(text: str) -> None:
    assert is_trace(text)


def test_numbered_paragraphs_are_no_traces(tmp_path: Path) -> None:
    file = tmp_path / "document.md"
    file.write_text("1. 30%的项目已完成\n\n2. 50人参加\n\n3. 20 万元\n\n第1, 234号、第2, 345号\n")
    assert read(file).text_origin == "markup"
