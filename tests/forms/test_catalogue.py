"""Tests of the catalogue: how wordings are found, and that the seeds agree with each other."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.forms import catalogue
from dagster_project.forms.catalogue import Dimensions, Wordings, Years, bare, without_ordinal
from dagster_project.forms.titles import Titles

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"
CATALOGUE = catalogue.load(SEEDS)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("一、教育支出", "教育支出"),
        ("二十三、其他支出", "其他支出"),
        ("（三）公务接待费", "公务接待费"),
        ("(2)国内接待费", "国内接待费"),
        ("1．公务用车购置费", "公务用车购置费"),
        ("其中：外事接待费", "外事接待费"),
        ("  五、  加：年初结转", "年初结转"),
        ("310工程奖补", "310工程奖补"),
        ("1.5万元以下", "1.5万元以下"),
    ],
)
def test_an_outline_number_is_no_part_of_a_name(text: str, plain: str) -> None:
    assert without_ordinal(text) == plain


def test_wordings_are_compared_without_blanks_and_punctuation() -> None:
    assert bare(" “三 公”经费（支出） ") == "三公经费支出"
    assert bare("执行率(%)") == "执行率%"


@given(st.text())
def test_bare_is_idempotent(text: str) -> None:
    assert bare(bare(text)) == bare(text)


def test_a_wording_may_mean_several_things() -> None:
    wordings = Wordings([("小 计", 1), ("小计", 2), ("小计", 1), ("合计", 3)])
    assert wordings.exact("小计：") == [1, 2]
    assert wordings.exact("总计") == []


def test_a_wording_is_found_by_likeness_above_the_cutoff_only() -> None:
    wordings = Wordings([("公务用车运行维护费", "running")])
    found, score = wordings.like("公务用车运行维扩费", 80)
    assert (found, 80 < score < 100) == (["running"], True)
    assert wordings.like("公务用车运行维护费", 99) == (["running"], 100.0)
    assert wordings.like("培训费", 80) == ([], 0.0)
    assert wordings.like("——", 0) == ([], 0.0)


@pytest.mark.parametrize(
    ("printed", "known"),
    [
        ("非财政拨款收入", "财政拨款收入"),
        ("本年财政拨款支出", "本年财政拨款收入"),
        ("年末结转和结余", "年初结转和结余"),
    ],
)
def test_wordings_of_opposite_meaning_are_not_alike(printed: str, known: str) -> None:
    assert Wordings([(known, "item")]).like(printed, 60.0) == ([], 0.0)


def test_dimensions_that_are_said_go_over_those_that_are_not() -> None:
    row, form = Dimensions(fund="other_revenue"), Dimensions("all", "initial_budget", "revenue")
    assert row.over(form) == Dimensions("other_revenue", "initial_budget", "revenue")


def test_wordings_of_a_form_come_before_those_of_all_forms() -> None:
    scoped = CATALOGUE.headers_of("final_account_three_public")
    assert scoped.exact("预算数")[0] == "initial_budget"
    assert CATALOGUE.headers_of("budget_three_public").exact("预算数")[0] == "amount"


def test_accounts_are_found_by_old_names_too() -> None:
    assert [a.code for a in CATALOGUE.function.named("医疗卫生与计划生育支出")] == ["210"]
    assert {a.code for a in CATALOGUE.function.named("行政运行")} >= {"2010101", "2010601"}
    assert CATALOGUE.function.named("行政运行", "class") == []


def test_a_name_means_the_account_of_its_year() -> None:
    def codes(name: str, year: int | None) -> set[str]:
        return {a.code for a in CATALOGUE.of_year(year).economic.named(name)}

    assert codes("住房公积金", 2017) == {"30311"}
    assert codes("住房公积金", 2018) == {"30113"}
    assert codes("生产补贴", 2024) == {"30310"}  # no other account has the name
    assert codes("住房公积金", None) == {"30113", "30311"}


def test_a_wording_of_other_years_yields_to_one_that_holds() -> None:
    titles = (("支出预算表", "budget_expenditure_by_function"),
              ("支出预算表", "budget_expenditure_by_economic"))  # fmt: skip
    years: dict[object, Years] = {titles[0]: Years(None, 2017), titles[1]: Years(2018, None)}
    versioned = replace(CATALOGUE, titles=titles, years=years)
    assert versioned.of_year(2016).titles == titles[:1]
    assert versioned.of_year(2024).titles == titles[1:]
    assert versioned.of_year(None).titles == titles
    alone = replace(CATALOGUE, titles=titles[:1], years=years)
    assert alone.of_year(2024).titles == titles[:1]


def test_years_of_the_seeds_are_in_order() -> None:
    spans = [years for years in CATALOGUE.years.values() if years.first and years.last]
    assert all(years.first <= years.last for years in spans if years.first and years.last)
    with (SEEDS / "classification_aliases.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["valid_from"] and row["valid_to"]]
    assert rows
    assert all(row["valid_from"] <= row["valid_to"] for row in rows)


# --- the seeds agree with each other --------------------------------------------------------


def test_titles_headers_and_labels_name_what_exists() -> None:
    assert {form for _, form in CATALOGUE.titles} <= set(CATALOGUE.forms)
    assert {item for _, item, _ in CATALOGUE.headers} <= set(CATALOGUE.column_items)
    assert {item for _, item, _ in CATALOGUE.labels} <= set(CATALOGUE.row_items)
    scopes = [scope for _, _, scope in CATALOGUE.headers + CATALOGUE.labels]
    assert frozenset().union(*scopes) <= set(CATALOGUE.forms)


def test_columns_by_number_name_what_exists_once() -> None:
    for form in CATALOGUE.forms.values():
        assert set(form.columns) <= set(CATALOGUE.column_items), form.form
        assert len(set(form.columns)) == len(form.columns), form.form


def test_every_form_of_a_table_has_a_title() -> None:
    titled = {form for _, form in CATALOGUE.titles}
    assert set(CATALOGUE.forms) - titled == {"project_disclosure_text"}


def test_a_title_names_one_form_of_a_kind_of_document() -> None:
    named: dict[tuple[str, str], set[str]] = {}
    for title, form in CATALOGUE.titles:
        kind = CATALOGUE.forms[form].document_kind
        named.setdefault((bare(title), kind), set()).add(form)
    assert [key for key, forms in named.items() if len(forms) > 1] == []


def test_concepts_and_evidence_name_forms_and_terms_that_exist() -> None:
    named = {
        concept for _, *sets in CATALOGUE.form_concepts for concept in frozenset().union(*sets)
    }
    said, rest = CATALOGUE.title_terms.read("部门一般公共预算基本支出预算表")
    assert (set(said), rest) == ({"general_public", "basic", "budget"}, ())
    with (SEEDS / "title_terms.csv").open(encoding="utf-8", newline="") as file:
        assert named <= {row["concept"] for row in csv.DictReader(file)}
    assert {form for form, *_ in CATALOGUE.form_concepts} <= set(CATALOGUE.forms)
    assert set(CATALOGUE.form_evidence) <= set(CATALOGUE.forms)


def test_every_form_is_named_by_the_terms_of_its_own_name() -> None:
    """Each form can be told by its name alone, without any title of form_titles."""
    catalogue_without_titles = replace(CATALOGUE, titles=())
    lost = {}
    for form in CATALOGUE.forms.values():
        if any(form.form == concepts[0] for concepts in CATALOGUE.form_concepts):
            found = Titles(catalogue_without_titles, form.document_kind).candidates(form.name)
            if form.form not in found:
                lost[form.form] = found
    assert lost == {}


def test_parent_items_exist_and_end_at_a_root() -> None:
    for item in CATALOGUE.row_items.values():
        chain = [item.row_item]
        while parent := CATALOGUE.row_items[chain[-1]].parent_item:
            assert parent not in chain, item.row_item
            chain.append(parent)


def test_row_and_column_items_use_the_known_words() -> None:
    kinds = {item.row_kind for item in CATALOGUE.row_items.values()}
    assert kinds <= {"total", "subtotal", "leaf", "memo"}
    assert {item.measure for item in CATALOGUE.row_items.values()} <= {"money", "count", "ratio"}
    roles = {item.role for item in CATALOGUE.column_items.values()}
    assert roles <= {"code", "label", "row_number", "text", "money", "ratio", "count"}
    memo = [item for item in CATALOGUE.row_items.values() if item.row_kind == "memo"]
    assert not any(item.is_additive for item in memo)


def test_no_wording_is_listed_twice_for_one_meaning() -> None:
    for pairs in (CATALOGUE.headers, CATALOGUE.labels):
        counts = Counter((bare(wording), item, scope) for wording, item, scope in pairs)
        assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("axis", ["function", "economic"])
def test_every_account_stands_under_the_accounts_that_begin_its_code(axis: str) -> None:
    accounts = getattr(CATALOGUE, axis).by_code
    lengths = {"function": (3, 5, 7), "economic": (3, 5)}[axis]
    assert {len(code) for code in accounts} == set(lengths)
    for code in accounts:
        assert all(code[:length] in accounts for length in lengths if length < len(code)), code
