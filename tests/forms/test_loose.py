"""Tests of project forms of which no grid is left: typeset, torn into lines, read again."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.loose import read_lines
from dagster_project.forms.project_records import Project
from dagster_project.readers.document import Paragraph

LABELS = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds").project_labels

HEAD = ["项目名称", "河道清淤专项经费", "主管部门", "东岭市水务局", "实施单位", "东岭市河道管理所"]
COLUMNS = ["年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"]
TOTAL = ["年度资金总额", "310,000.00", "205,400.00", "184,860.00", "10.00", "90.00%", "9.00"]
OWN = ["其中:当年财政拨款", "300,000.00", "195,400.00", "174,860.00", "—", "89.49%", "—"]
BEFORE = ["上年结转资金", "10,000.00", "10,000.00", "10,000.00", "—", "100.00%", "—"]
TAIL = ["非财政拨款", "预期目标", "实际完成情况", "河道通畅。", "绩效指标", "一级指标", "二级指标"]
RESULT = ["总分", "100.00", "96.50", "优"]
CELLS = [*HEAD, *COLUMNS, *TOTAL, "项目资金(元)", *OWN, *BEFORE, *TAIL, *RESULT]

PRINTED = {
    (phase, source): number.replace(",", "")
    for source, row in (("all", TOTAL), ("current_year_appropriation", OWN), ("carry_over", BEFORE))
    for phase, number in zip(
        ("initial_budget", "adjusted_budget", "final_account"), row[1:4], strict=True
    )
}


def chance(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 (the same tears in every run)


def read(lines: list[str]) -> Project:
    paragraphs = [Paragraph(text, 1, number) for number, text in enumerate(lines, start=1)]
    return read_lines(paragraphs, "元", LABELS, recognised=True)


def numbers(project: Project) -> dict[tuple[str | None, str | None], str | None]:
    return {
        (amount.phase, amount.funding_source): amount.figure.number
        for amount in project.amounts
        if amount.figure.number
    }


def explode(cells: list[str], dice: random.Random) -> list[str]:
    """The cells in their order, so many to a line as it happens."""
    lines: list[list[str]] = [[]]
    for cell in cells:
        if lines[-1] and dice.random() < 0.4:
            lines.append([])
        lines[-1].append(cell)
    return [" ".join(line) for line in lines]


@pytest.mark.parametrize("seed", range(12))
def test_a_form_torn_into_lines_is_read_whole(seed: int) -> None:
    project = read(explode(CELLS, chance(seed)))
    assert numbers(project) == PRINTED
    assert project.name == "河道清淤专项经费"
    assert project.supervising_department == "东岭市水务局"
    assert project.implementing_unit == "东岭市河道管理所"
    assert {rating.item: rating.number for rating in project.ratings} | {"grade": None} == {
        "execution_weight": "10.00", "execution_rate": "90.00", "execution_score": "9.00",
        "total_weight": "100.00", "total_score": "96.50", "grade": None,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_of_shuffled_cells_no_amount_is_read_wrong(seed: int) -> None:
    """Every amount is kept, and none is given to a column that may not be its own."""
    cells = list(CELLS)
    chance(seed).shuffle(cells)
    project = read(explode(cells, chance(seed)))
    assert numbers(project).items() <= PRINTED.items()


def test_a_value_may_stand_before_its_label() -> None:
    lines = ["东岭市河道管理所 主管部门 东岭市水务局 实施单位 " + " ".join(COLUMNS), *TOTAL,
             "河道清淤专项经费", "项目名称", "质量指标"]  # fmt: skip
    project = read(lines)
    assert project.name == "河道清淤专项经费"
    assert project.supervising_department == "东岭市水务局"
    assert project.implementing_unit == "东岭市河道管理所"


def test_separators_that_recognition_confused_and_a_lost_rate() -> None:
    total = "年度资金总额 1, 310, 000, 00 1. 205. 400. 00 1. 205. 400. 00 10.00 项目资金(元)"
    project = read([" ".join(COLUMNS) + " " + total + " 1, 205, 400, 00 非财政拨款"])
    assert numbers(project) == {
        ("initial_budget", "all"): "1310000.00", ("adjusted_budget", "all"): "1205400.00",
        ("final_account", "all"): "1205400.00",
    }  # fmt: skip
    (stray,) = [amount for amount in project.amounts if amount.phase is None]
    assert (stray.figure.state, stray.printed_text) == ("damaged", "1, 205, 400, 00")


@pytest.mark.parametrize(
    "lines",
    [
        # labels first, figures after them: the last label is not the owner of all
        [*COLUMNS, "年度资金总额", "其中:当年财政拨款", "上年结转资金", *TOTAL[1:], *OWN[1:]],
        # figures before their label: what follows the total's label is its source's
        [*COLUMNS, *TOTAL[1:], "年度资金总额", *OWN[1:], "其中:当年财政拨款", *BEFORE[1:],
         "上年结转资金"],
    ],
)  # fmt: skip
def test_amounts_that_do_not_follow_their_label_have_no_column(lines: list[str]) -> None:
    project = read(lines)
    assert numbers(project) == {}
    assert any(amount.figure.state == "damaged" for amount in project.amounts)


def test_a_missing_amount_leaves_the_columns_open_unless_the_rate_tells() -> None:
    header = " ".join(COLUMNS)
    told = read([header, "年度资金总额 205,400.00 184,860.00 10.00 90.00% 9.00"])
    assert numbers(told) == {
        ("adjusted_budget", "all"): "205400.00", ("final_account", "all"): "184860.00",
    }  # fmt: skip
    assert numbers(read([header, "年度资金总额 205,400.00 184,860.00 10.00"])) == {}
