"""Tests of account codes that were lost or misread, and of what speaks for the right one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.account_codes import Accounts, resembles, resolve_codes
from dagster_project.forms.rows import Row, build_tree, read_rows
from dagster_project.forms.tables import Column, Line, Table
from dagster_project.readers.document import Cell

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")
BY_FUNCTION = CATALOGUE.forms["final_account_expenditure_by_function"]
AMOUNT = Column(9, ("金额",), "money", "amount", 0)

Entry = tuple[str, str] | tuple[str, str, str]


def read(*entries: Entry) -> list[Row]:
    """The rows of a form by function: code, name and amount of each."""
    lines = []
    for code, label, *figures in entries:
        cell = Cell(figures[0] if figures else "1.00", 0, 9, 1, 1, 10)
        lines.append(Line(0, tuple(code.split()), (label,), ((AMOUNT, cell),), cell))
    return read_rows(Table((AMOUNT,), tuple(lines), ()), BY_FUNCTION, CATALOGUE)


def resolved(rows: list[Row], *others: list[Row], recognised: bool = True) -> list[Row]:
    """The rows with their codes resolved, beside other forms of the document."""
    accounts = Accounts()
    for form in (rows, *others):
        accounts.learn(form)
    resolve_codes(rows, CATALOGUE, accounts, recognised=recognised)
    build_tree(rows, BY_FUNCTION)
    return rows


PENSIONS = (
    ("208", "社会保障和就业支出", "30.00"),
    ("20805", "行政事业单位养老支出", "30.00"),
    ("2080501", "行政单位离退休", "7.11"),
    ("2080505", "机关事业单位基本养老保险缴费支出", "11.22"),
    ("2080506", "机关事业单位职业年金缴费支出", "11.67"),
)


def pensions(code: str, label: str | None = None, amount: str | None = None) -> list[Row]:
    """The form with 2080505 printed like this."""
    _, known, figure = PENSIONS[3]
    changed = (code, known if label is None else label, figure if amount is None else amount)
    return read(*PENSIONS[:3], changed, *PENSIONS[4:])


def test_a_lost_code_is_found_by_its_name_if_only_one_account_bears_it() -> None:
    found = resolved(read(("221", "住房保障支出"), ("", "住房公积金"), ("", "行政运行")))
    assert [(row.code, row.code_source) for row in found[1:]] == [("2210201", "name"), (None, None)]
    assert found[2].is_unmapped


@pytest.mark.parametrize("recognised", [True, False])
def test_a_lost_code_is_found_where_the_document_prints_it_beside_its_name(
    *, recognised: bool
) -> None:
    other = read(("20106", "财政事务"), ("2010601", "行政运行"))
    rows = read(("201", "一般公共服务支出"), ("", "行政 运行"))
    _, lost = resolved(rows, other, recognised=recognised)
    assert (lost.code, lost.code_source, lost.is_unmapped) == ("2010601", "sibling", False)
    assert lost.code_evidence == ("amounts", "name", "position", "sibling")


def test_two_codes_beside_one_name_resolve_nothing() -> None:
    other = read(("2010601", "行政运行", "5.00"), ("2011301", "行政运行", "6.00"))
    _, lost = resolved(read(("201", "一般公共服务支出"), ("", "行政运行")), other)
    assert lost.code is None


def test_the_amount_tells_which_of_two_accounts_of_one_name_it_is() -> None:
    other = read(("2010601", "行政运行", "5.00"), ("2011301", "行政运行", "6.00"))
    _, lost = resolved(read(("201", "一般公共服务支出"), ("", "行政运行", "6.00")), other)
    assert lost.code == "2011301"


def test_the_place_tells_which_of_two_accounts_of_one_name_it_is() -> None:
    other = read(("2010601", "行政运行", "5.00"), ("2011301", "行政运行", "6.00"))
    rows = read(("20106", "财政事务"), ("", "行政运行", "7.00"), ("2010602", "一般行政管理事务"))
    assert resolved(rows, other)[1].code == "2010601"


MISREAD = ["2080605", "208505", "20805055", "080505", "0505", "2080595"]


@pytest.mark.parametrize("printed", MISREAD)
def test_a_misread_code_is_the_account_of_its_name_and_place(printed: str) -> None:
    row = resolved(pensions(printed))[3]
    assert (row.code, row.parent) == ("2080505", 1)
    assert row.line.code_parts == (printed,)
    assert {"name", "digits"} <= set(row.code_evidence)


@pytest.mark.parametrize("printed", MISREAD)
def test_a_publishers_own_code_is_never_corrected(printed: str) -> None:
    before = [row.code for row in pensions(printed)]
    assert [row.code for row in resolved(pensions(printed), recognised=False)] == before


def test_a_name_that_was_lost_too_is_made_up_for_by_the_amount() -> None:
    other = read(*PENSIONS)
    row = resolved(pensions("208505", label="机美亊业"), other)[3]
    assert (row.code, row.code_evidence) == (
        "2080505",
        ("amounts", "digits", "group", "position"),
    )


def test_digits_and_place_alone_name_no_account() -> None:
    row = resolved(pensions("208505", label="机美亊业", amount="0.01"))[3]
    assert (row.code, row.is_unmapped) == (None, True)


@pytest.mark.parametrize("printed", ["", "208505", "9"])
def test_a_row_of_an_unknown_account_stands_beside_its_neighbours(printed: str) -> None:
    """Under the total, or taken for a unit's number, it would bring false equations."""
    rows = resolved(pensions(printed, label="行政运行", amount="0.01"))
    assert [row.parent for row in rows] == [None, 0, 1, 1, 1]


def test_a_code_misread_as_another_account_is_found_by_its_name() -> None:
    """2080501 is 行政单位离退休, and stands right above."""
    row = resolved(pensions("2080501"), read(*PENSIONS))[3]
    assert row.code == "2080505"


@pytest.mark.parametrize(
    ("code", "label"),
    [("2080505", "养老保险"), ("2150899", "某项新设的支出"), ("2010301", "行政运行及其他")],
)
def test_a_body_that_shortens_names_keeps_its_codes(code: str, label: str) -> None:
    (row,) = resolved(read((code, label)))
    assert (row.code, row.code_evidence) == (code, ())


def test_a_guess_is_not_learned() -> None:
    accounts = Accounts()
    accounts.learn(resolved(read(("221", "住房保障支出"), ("", "住房公积金"))))
    assert accounts.named("function", "住房公积金") == set()
    assert accounts.named("function", "住 房保障支出") == {"221"}


@pytest.mark.parametrize("digits", ["601", "20106", "2011602", "201060", "20106011"])
def test_digits_two_readings_away_are_another_code(digits: str) -> None:
    assert resembles(digits, "2010601") is (digits in {"201060", "20106011"})


# --- codes whose readings from an image differ ----------------------------------------------


def doubted(code: str, label: str, above: tuple[Entry, ...]) -> Row:
    """The last row of a form, the readings of whose code differ."""
    lines = [row.line for row in read(*above, (code, label))]
    lines[-1] = replace(lines[-1], is_code_doubted=True)
    rows = read_rows(Table((AMOUNT,), tuple(lines), ()), BY_FUNCTION, CATALOGUE)
    return resolved(rows, recognised=False)[-1]


@pytest.mark.parametrize(
    ("code", "label", "known"),
    [
        ("2150501", "行政运行", "2150501"),
        ("2150601", "行政运行", "2150501"),
        ("217", "金融支出", "217"),
        ("218", "金融支出", "217"),
        ("2150599", "地方自定的科目", None),
        ("2101", "行政运行", None),
        ("\ufffd", "行政运行", "2150501"),
        ("\ufffd", "看不清的名称", None),
    ],
)
def test_a_doubted_code_needs_its_name(code: str, label: str, known: str | None) -> None:
    above = (("215", "资源勘探工业信息等支出"), ("21505", "工业和信息产业监管"))
    row = doubted(code, label, above)
    assert (row.code, row.is_unmapped) == (known, known is None)


def test_the_code_of_the_unit_beside_a_misread_code_is_no_part_of_it() -> None:
    rows = read(
        ("208 05 05 301001", "机关事业单位基本养老保险缴费支出"),
        ("216 11 01 301001", "行政单位医疗"),
        ("221 02 01 301001", "住房公积金"),
    )
    assert [row.code for row in resolved(rows)] == ["2080505", "2101101", "2210201"]
