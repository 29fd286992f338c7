"""Titles that bodies of many provinces print for their forms, beside the form each must name.

``provincial_titles.csv`` holds them as they stand in tables of contents: with ordinals, years,
numbers, pages and names of places. A title without a form is no form that the catalogue knows, and
must not be taken for one that it is like.
"""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.titles import Titles

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
KINDS = ("budget", "final_account")
LIKELY = 0.9  # the share of titles whose words alone name the form

with Path(__file__).with_name("provincial_titles.csv").open(encoding="utf-8", newline="") as _file:
    PRINTED = list(csv.DictReader(_file))


def of_kind(kind: str) -> dict[str, str]:
    return {row["title"]: row["form"] for row in PRINTED if row["document_kind"] == kind}


def test_there_are_titles_of_many_provinces() -> None:
    assert len({place for row in PRINTED for place in row["seen_in"].split("、")}) >= 20


@pytest.mark.parametrize("kind", KINDS)
def test_every_title_names_its_form(kind: str) -> None:
    titles, wanted = Titles(CATALOGUE, kind), of_kind(kind)
    found = {title: titles.match(title)[0] or "" for title in wanted}
    assert {t: (found[t], form) for t, form in wanted.items() if found[t] != form} == {}


@pytest.mark.parametrize(
    ("title", "form"),
    [
        ("东岭市第三中学2031年收支总表", "budget_revenue_and_expenditure"),
        ("三、东岭县残联2031年一般公共预算支出表", "budget_general_public_expenditure_by_function"),
        ("单位公开表2 东岭市第三中学2031年收入总表", "budget_revenue_by_function"),
        ("一般公共预算2031年情况表", None),
    ],
)
def test_whoever_stands_before_the_year_is_no_part_of_the_title(
    title: str, form: str | None
) -> None:
    assert Titles(CATALOGUE, "budget").match(title)[0] == form


def test_the_publisher_is_no_part_of_a_title() -> None:
    title = "东岭市第三中学支出总表"
    assert Titles(CATALOGUE, "budget").match(title)[0] is None
    own = Titles(CATALOGUE, "budget", "东岭市第三中学")
    assert own.match(title)[0] == "budget_expenditure_by_function"


@pytest.mark.parametrize("kind", KINDS)
def test_most_titles_are_understood_by_their_words_alone(kind: str) -> None:
    """What is to be expected of a province whose titles nobody has entered."""
    titles = Titles(replace(CATALOGUE, titles=()), kind)
    wanted = {title: form for title, form in of_kind(kind).items() if form}
    understood = [title for title, form in wanted.items() if form in titles.candidates(title)]
    assert len(understood) >= LIKELY * len(wanted)
