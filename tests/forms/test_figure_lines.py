"""Tests of figures that stand in lines, outside tables and sentences."""

from __future__ import annotations

import pytest

from dagster_project.forms.figure_lines import bare_figures, broken_tables
from dagster_project.readers.document import Cell, Document, Grid, Paragraph


def runs(source: str) -> list[list[str]]:
    """The runs of a text whose every line is a paragraph; a line of = is a table."""
    blocks: list[Paragraph | Grid] = [
        Grid((Cell("7.00", 0, 0, 1, number, 1),), 1, 1, 1, "text")
        if line == "="
        else Paragraph(line, 1, number)
        for number, line in enumerate(source.splitlines(), start=1)
    ]
    return [
        [p.text for p in run] for run in broken_tables(Document("text", "native", 1, tuple(blocks)))
    ]


@pytest.mark.parametrize(
    ("line", "below", "figures"),
    [
        ("1,600.00", "", ["1,600.00"]),
        ("0.5 |", "", ["0.5"]),
        ("(一)公务接待费 7.00 -9.0", "", ["7.00", "-9.0"]),
        ("合 计 7.00 9.00 公务接待费。说明如下，", "", ["7.00", "9.00"]),
        ("公务接待费支出 7.00 万元", "", []),
        ("公务接待费支出 7.00", "万元，比上年减少", []),
        ("公务接待费7.00，减少", "", []),
        ("— 12 —", "", []),
        ("收入支出决算总表 30", "", []),
        ("2031.03", "", []),
        ("电话 0999-1234567", "", []),
        ("1.2 部门职责", "", []),
        ("东财〔2031〕12号", "", []),
    ],
)
def test_a_figure_without_a_unit_beside_it_is_of_a_row(
    line: str, below: str, figures: list[str]
) -> None:
    assert bare_figures(line, below) == figures


def test_a_run_goes_from_its_title_to_its_last_figure() -> None:
    table = ["公开03表", "支出决算表", "项目 | ||", "合计", "1,600.00", "办公费", "7.00"]
    assert runs("\n".join(["一、概况", "本年收支平衡。", *table, "附件", "以上为决算。"])) == [
        table
    ]


def test_titles_tables_and_sentences_part_runs() -> None:
    assert runs("7.00\n支出决算表\n8.00\n=\n9.00\n数字如下。\n1.00") == [
        ["7.00"], ["支出决算表", "8.00"], ["9.00"], ["1.00"]
    ]  # fmt: skip
