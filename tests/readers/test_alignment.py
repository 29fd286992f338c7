"""Tables without column rules: the figures of the corpus typeset without rules, and small cases."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.recognise import recognise
from dagster_project.readers import pdf
from dagster_project.readers.alignment import Aligned, tables_of
from tests.corpus import render_pdf as typesetter
from tests.corpus.documents import load
from tests.corpus.model import Document, Form

ROOT = Path(__file__).parents[2]
NAMES = ("qujing_gxj_2024_final_account", "xianning_jxj_2023_budget", "nanan_jxw_2024_budget")
EM = 8.0


# words with places ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Text:
    text: str
    rectangle: tuple[float, float, float, float]


def width(text: str) -> float:
    return sum(EM if ord(letter) > 0x2E7F else EM / 2 for letter in text)


def line(y: float, *placed: tuple[str, float, str]) -> list[Text]:
    """Texts of one line: what they say, where, and on which side of that place they end."""
    found = []
    for text, x, side in placed:
        left = x - {"l": 0.0, "c": width(text) / 2, "r": width(text)}[side]
        found.append(Text(text, (left, y - EM / 2, left + width(text), y + EM / 2)))
    return found


def texts(table: Aligned[Text]) -> list[list[str]]:
    rows = [[""] * (len(table.columns) - 1) for _ in range(len(table.rows) - 1)]
    for (row, column, _, _), found in table.cells:
        rows[row][column] = "".join(text.text for text in found)
    return rows


def test_a_header_over_short_figures_is_theirs_though_it_stands_nearer_to_others() -> None:
    # Columns end at 200, 300, 400: a short figure is nearer to the next header than to its own.
    found = line(0, ("科目名称", 60, "c"), ("基本支出", 150, "c"), ("项目支出合计", 250, "c"),
                 ("上缴上级支出", 350, "c"))  # fmt: skip
    for number in range(1, 5):
        found += line(20 * number, ("行政运行", 10, "l"), ("0.00", 200, "r"), ("1.00", 400, "r"))
    (table,) = tables_of(found)
    assert texts(table)[0] == ["科目名称", "基本支出", "项目支出合计", "上缴上级支出"]
    assert texts(table)[1] == ["行政运行", "0.00", "", "1.00"]


def test_the_heading_of_a_group_covers_the_columns_it_is_in_the_middle_of() -> None:
    found = line(0, ("本年收入", 200, "c"), ("本年支出", 400, "c"))
    found += line(16, ("科目名称", 50, "c"))
    found += line(
        32, ("基本", 150, "c"), ("项目", 250, "c"), ("基本", 350, "c"), ("项目", 450, "c")
    )
    for number in range(1, 4):
        figures = [(f"{number}{n}.00", 100.0 * n + 98, "r") for n in range(1, 5)]
        found += line(32 + 16 * number, ("行政运行", 5, "l"), *figures)
    (table,) = tables_of(found)
    spans = {(t[0].text, span[1], span[3]) for span, t in table.cells if span[0] == 0}
    assert spans == {("本年收入", 1, 2), ("本年支出", 3, 2)}


def test_a_line_that_ends_early_since_none_may_end_in_a_bracket_goes_on() -> None:
    found = line(0, ("科目编码", 20, "c"), ("科目名称", 90, "c"), ("合计", 200, "c"))
    found += line(30, ("政府办公厅", 60, "l"))
    found += line(35, ("20103", 5, "l"), ("59.34", 230, "r"))
    found += line(40, ("(室)及相关机构", 60, "l"))
    for number in range(3):
        y = 56 + 10 * number
        found += line(y, (f"208060{number}", 5, "l"), ("其他社会保障支出", 60, "l"))
        found[-1:] += line(y, ("1.00", 230, "r"))
    (table,) = tables_of(found)
    assert texts(table)[1] == ["20103", "政府办公厅(室)及相关机构", "59.34"]


def test_names_over_several_lines_are_one_row_and_rows_set_closely_are_not() -> None:
    found = line(0, ("科目编码", 20, "c"), ("科目名称", 90, "c"), ("合计", 200, "c"))
    found += line(30, ("机关事业单位基", 60, "l"))
    found += line(35, ("2080505", 5, "l"), ("59.34", 230, "r"))
    found += line(40, ("本养老保险缴费", 60, "l"))
    for number in range(3):
        y = 56 + 10 * number
        found += line(
            y, (f"208060{number}", 5, "l"), ("其他社会保障支", 60, "l"), ("1.00", 230, "r")
        )
    (table,) = tables_of(found)
    assert texts(table)[1:] == [
        ["2080505", "机关事业单位基本养老保险缴费", "59.34"],
        *[[f"208060{number}", "其他社会保障支", "1.00"] for number in range(3)],
    ]


def test_a_page_without_a_header_goes_on_in_the_columns_of_the_page_before() -> None:
    first = line(0, ("名称", 30, "c"), ("基本", 150, "c"), ("项目", 250, "c"))
    for number in range(1, 4):
        first += line(16 * number, ("支出", 5, "l"), ("10.00", 198, "r"), ("20.00", 298, "r"))
    (before,) = tables_of(first)
    rest = line(0, ("结余", 5, "l"), ("7.00", 298, "r"))
    assert tables_of(rest) == []
    (table,) = tables_of(rest, before)
    assert texts(table) == [["结余", "", "7.00"]]


def test_prose_with_figures_and_contents_are_no_tables() -> None:
    found: list[Text] = []
    for number in range(8):
        found += line(12 * number, ("2024年度支出1,234.56万元", 0, "l"), ("增加", 150, "l"))
    for number in range(8):
        found += line(200 + 12 * number, ("部门概况", 0, "l"), (str(number), 300, "r"))
    assert tables_of(found) == []


# documents ------------------------------------------------------------------------------------


@cache
def seeds() -> catalogue.Catalogue:
    return catalogue.load(ROOT / "dbt" / "seeds")


def facts(content: bytes, path: Path) -> Counter[tuple[Any, ...]]:
    path.write_bytes(content)
    lines = recognise(pdf.read(path), "0" * 16, seeds(), {})[1].tables["lines"]
    return Counter(
        (x["form"], re.sub(r"\s", "", x["label"] or ""), x["function_code"], x["economic_code"],
         x["column_item"], Decimal(x["number_text"]))
        for x in lines
        if x["number_text"] is not None
    )  # fmt: skip


def of_forms(change: Callable[[Form], Form]) -> Callable[[Document], Document]:
    """A change of the forms of a document; sheets, whose cells are no columns, stay."""

    def changed(document: Document) -> Document:
        return replace(
            document,
            blocks=tuple(
                change(b) if isinstance(b, Form) and not b.is_sheet else b for b in document.blocks
            ),
        )

    return changed


def plain(form: Form) -> Form:
    """The form in signs that the typeface has."""
    cells = (replace(c, text=c.text.replace("≥", ">=").replace("≤", "<=")) for c in form.cells)
    return replace(form, cells=tuple(cells))


def with_figures(text: Callable[[Any], str]) -> Callable[[Form], Form]:
    def change(form: Form) -> Form:
        cells = (
            replace(c, text=text(c)) if c.is_amount and c.row >= form.header_rows else c
            for c in form.cells
        )
        return replace(form, cells=tuple(cells))

    return change


def set_to(side: str) -> Callable[[Form], Form]:
    def change(form: Form) -> Form:
        columns = (replace(c, align=side) if c.align == "r" else c for c in form.columns)
        return replace(form, columns=tuple(columns))

    return change


def with_blank_columns(form: Form) -> Form:
    chosen = random.Random(3)  # noqa: S311
    gone = {n for n, column in enumerate(form.columns) if chosen.random() < 0.4}
    return with_figures(lambda c: "" if c.column in gone else c.text)(form)


def first_rows(form: Form) -> Form:
    last = form.header_rows + 1
    cells = (replace(c, row_span=min(c.row_span, last - c.row)) for c in form.cells if c.row < last)
    return replace(form, cells=tuple(cells), row_count=min(form.row_count, last))


def short(cell: Any) -> str:
    return f"{(cell.row * 7 + cell.column) % 9}.{(cell.row + cell.column) % 100:02}"


VARIATIONS: dict[str, tuple[Callable[[Form], Form], dict[str, float]]] = {
    "as published": (lambda form: form, {}),
    "figures to the left": (set_to("l"), {}),
    "figures in the middle": (set_to("c"), {}),
    "zeros left blank": (with_figures(lambda c: "" if c.text == "0.00" else c.text), {}),
    "blank columns": (with_blank_columns, {}),
    "short figures": (with_figures(short), {}),
    "short figures in the middle": (lambda form: set_to("c")(with_figures(short)(form)), {}),
    "one row": (first_rows, {}),
    "narrow gaps": (lambda form: form, {"SIDE_PADDING": 1.5}),
}


@pytest.mark.parametrize("rules", ["three", "none"])
@pytest.mark.parametrize("variation", VARIATIONS)
def test_the_facts_are_those_of_the_ruled_tables(
    variation: str, rules: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change, layout = VARIATIONS[variation]
    if rules == "three" and variation != "as published":
        pytest.skip("rules are not looked at: one kind of them is enough")
    for name, value in layout.items():
        monkeypatch.setattr(typesetter, name, value)
    for name in NAMES:
        document = of_forms(change)(of_forms(plain)(load(name)))
        ruled = facts(typesetter.render_pdf(_plain_sheets(document)), tmp_path / "ruled.pdf")
        free = facts(typesetter.render_pdf(_plain_sheets(document), rules), tmp_path / "free.pdf")
        assert sum(ruled.values()) > 20
        assert (name, free - ruled, ruled - free) == (name, Counter(), Counter())


def _plain_sheets(document: Document) -> Document:
    blocks = (
        plain(b) if isinstance(b, Form) else replace(b, text=_in_typeface(b.text))
        for b in document.blocks
    )
    return replace(document, blocks=tuple(blocks))


def _in_typeface(text: str) -> str:
    return text.replace("≥", ">=").replace("≤", "<=")
