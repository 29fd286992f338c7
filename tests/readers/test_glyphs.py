"""Tests of the normalisation of characters."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagster_project.readers.glyphs import (
    RADICALS,
    is_garbled,
    is_private_use,
    join_lines,
    join_words,
    normalise,
)


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("⻔⻋⻚⻓", "门车页长"),
        ("⼯⽬⽀", "工目支"),
        ("１２，３４５．６７", "12,345.67"),
        ("金额单位：万元（含税）", "金额单位:万元(含税)"),
        ("〔2024〕《办法》“三公”、。—", "〔2024〕《办法》“三公”、。—"),
        ("收\u00a0入\u3000支\u200b出\ufeff", "收 入 支出"),
        ("－３．５％", "-3.5%"),
        ("ﬁle", "file"),
        ("a\x00b\tc\nd", "ab\tc\nd"),
    ],
)
def test_each_character_takes_its_plain_form(printed: str, plain: str) -> None:
    assert normalise(printed) == plain


@pytest.mark.parametrize("text", ["①100", "100㎡", "10²", "1½", "收入……3", "⒈收入", "3⁄4"])
def test_what_would_alter_a_number_stays_as_printed(text: str) -> None:
    assert normalise(text) == text


def test_every_supplementary_radical_but_the_one_without_counterpart_is_mapped() -> None:
    block = [chr(code) for code in range(0x2E80, 0x2EF4) if unicodedata.name(chr(code), "")]
    assert [char for char in block if normalise(char) == char] == ["⺀"]
    assert all(unicodedata.name(plain).startswith("CJK UNIFIED") for plain in RADICALS.values())


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="0123456789.,-+()%—"))
def test_digits_and_separators_keep_their_meaning(text: str) -> None:
    assert normalise(text) == text


def test_private_use_is_told_from_script() -> None:
    assert is_private_use("\ue003")
    assert not is_private_use("门")


@pytest.mark.parametrize(
    ("text", "garbled"),
    [
        ("(cid:12)(cid:99)(cid:7) 1", True),
        ("\ue001\ue002\ue003\ue004 支出", True),
        ("\ufffd\ufffd\ufffd", True),
        ("\uf0b7 收入 支出 合计 本年 上年 决算 预算 项目", False),
        ("", False),
    ],
)
def test_a_text_layer_without_meaning_is_known(text: str, garbled: bool) -> None:
    assert is_garbled(text) is garbled


def test_words_of_a_line_keep_a_space_only_where_it_parts() -> None:
    assert join_words(["合", "计"]) == "合计"
    assert join_words(["12.00", "34.00"]) == "12.00 34.00"
    assert join_words(["2024", "年度", "GDP", "growth"]) == "2024年度GDP growth"


def test_wrapped_lines_join_and_two_numbers_never_do() -> None:
    assert (
        join_lines(["机关事业单位基本养老", "保险缴费支出"]) == "机关事业单位基本养老保险缴费支出"
    )
    assert join_lines(["1,234", "5,678"]) == "1,234 5,678"
    assert join_lines(["103,283,", "376.20"]) == "103,283,376.20"
    assert join_lines(["103,283,376", ".20"]) == "103,283,376.20"
