"""Tests of amounts in prose."""

from __future__ import annotations

import pytest

from dagster_project.forms.narrative import NarrativeAmount, read_narrative, sentences
from dagster_project.readers.document import Document, Paragraph


def amounts(*lines: str, year: int = 2024, phase: str = "initial_budget") -> list[NarrativeAmount]:
    blocks = tuple(Paragraph(line, 1, row) for row, line in enumerate(lines, start=1))
    return list(read_narrative(Document("text", "native", 1, blocks), year, phase))


def test_an_amount_its_change_and_its_rate() -> None:
    found = amounts("公务接待费预算12.50万元，比上年预算减少1.50万元，下降10.71%。")
    assert [(a.item, a.measure, a.direction, a.compared_with, a.number, a.unit) for a in found] == [
        ("公务接待费预算", "amount", None, None, "12.50", "万元"),
        ("公务接待费预算", "change", "decrease", "prior_year", "1.50", "万元"),
        ("公务接待费预算", "rate", "decrease", "prior_year", "10.71", "%"),
    ]
    assert {(a.fiscal_year, a.phase) for a in found} == {(2024, "initial_budget")}


def test_a_sentence_goes_on_over_lines_and_pages() -> None:
    lines = [
        Paragraph("本年收入1,234.", 1, 1),
        Paragraph("— 1 —", 1, 2),
        Paragraph("50万元。", 2, 1),
    ]
    (sentence,) = sentences(lines)
    assert (sentence.page, sentence.row_number) == (1, 1)
    (amount,) = amounts(*(line.text for line in lines))
    assert (amount.item, amount.number) == ("收入", "1234.50")


def test_a_heading_is_no_part_of_the_sentence_below() -> None:
    (amount,) = amounts("二、收入预算情况说明", "财政拨款收入80万元。")
    assert amount.item == "财政拨款收入"


@pytest.mark.parametrize("words", ["与上年持平", "与上年数一致", "和上年预算相同"])
def test_nothing_changed(words: str) -> None:
    change = amounts(f"会议费3万元，{words}。")[-1]
    assert (change.item, change.measure, change.direction) == ("会议费", "change", "unchanged")
    assert (change.number, change.unit) == ("0", "万元")


def test_shares_of_a_total() -> None:
    found = amounts("基本支出60万元，占60%；项目支出40万元，占本年支出的40.00%。")
    assert [(a.item, a.measure, a.number) for a in found] == [
        ("基本支出", "amount", "60"),
        ("基本支出", "share", "60"),
        ("项目支出", "amount", "40"),
        ("项目支出", "share", "40.00"),
    ]


def test_budget_and_account_of_one_item() -> None:
    found = amounts(
        "1.行政运行（项）。",
        "年初预算为15.00万元，支出决算为14.80万元，完成年初预算的98.67%。",
        phase="final_account",
    )
    assert [(a.item, a.phase, a.measure) for a in found] == [
        ("行政运行（项）", "initial_budget", "amount"),
        ("行政运行（项）", "final_account", "amount"),
        ("行政运行（项）", "final_account", "rate"),
    ]


def test_the_name_of_a_fund_is_no_phase() -> None:
    (amount,) = amounts("一般公共预算财政拨款支出20万元。", phase="final_account")
    assert amount.phase == "final_account"


def test_the_year_before_and_what_is_left_of_it() -> None:
    (amount,) = amounts("上年结转资金5万元。")
    assert (amount.item, amount.fiscal_year) == ("上年结转资金", 2024)  # a row of this year's form
    (amount, _) = amounts("上年支出4万元，本年支出5万元。")
    assert (amount.item, amount.fiscal_year) == ("支出", 2023)


def test_a_line_without_an_amount_says_nothing() -> None:
    assert amounts("本部门共有12个内设机构，编制30名。", "2024年") == []


def test_a_sentence_goes_on_about_the_amount_before_it() -> None:
    first = "政府采购预算总额32.4万元，其中货物类3万元、服务类29.4万元。"
    found = amounts(first + "比上年减少51.06万元，下降61.18%。")
    assert [(a.item, a.measure, a.number) for a in found[3:]] == [
        ("政府采购预算", "change", "51.06"), ("政府采购预算", "rate", "61.18"),
    ]  # fmt: skip


def test_brackets_belong_to_names_and_remarks_do_not() -> None:
    found = amounts("维修(护)费2万元，政府采购金额(以合同签订为准)为3万元，“医疗(款)”科目4万元。")
    assert [a.item for a in found] == ["维修(护)费", "政府采购", "医疗(款)"]


def test_a_change_of_its_own_has_its_rate() -> None:
    found = amounts("与上年相比,财政拨款收、支总计各增加5万元,增长 11.07%。")
    assert [(a.item, a.measure) for a in found] == [
        ("财政拨款收支总计", "change"), ("财政拨款收支总计", "rate"),
    ]  # fmt: skip


def test_a_comparison_is_no_item() -> None:
    found = amounts("财政拨款收入7万元,比2023年预算执行数增加2万元;")
    assert [(a.item, a.measure, a.compared_with) for a in found] == [
        ("财政拨款收入", "amount", None), ("财政拨款收入", "change", "prior_year"),
    ]  # fmt: skip


def test_a_threshold_is_no_amount_of_the_body() -> None:
    (limit,) = amounts("单价100万元(含)以上设备0台。")
    assert limit.measure == "threshold"


def test_what_a_share_is_of() -> None:
    found = amounts("基本支出5万元，占本年支出合计的62.5%；其他资金1万元，占12.5%。")
    assert [a.share_of for a in found if a.measure == "share"] == ["本年支出合计", None]


def test_a_form_of_words_that_was_not_filled_in() -> None:
    found = amounts("会议费0万元，与上年相比增加(减少)0万元，增长(减少)0%。")
    assert [(a.item, a.measure, a.number) for a in found] == [
        ("会议费", "amount", "0"), ("会议费", "change", "0"), ("会议费", "rate", "0"),
    ]  # fmt: skip


def test_what_was_carried_out_last_year_is_said_of_the_account_before() -> None:
    found = amounts(
        "1.“一般公共服务支出(类)统战事务(款)一般行政管理事务(项)”12.00万元，主要用于统战事务。",
        "2023年当年预算执行数为9.00万元，2024年预算安排12.00万元，比2023年预算执行数增加33.33%。",
    )
    assert len({a.item for a in found}) == 1
    assert [(a.number, a.fiscal_year, a.phase) for a in found[1:]] == [
        ("9.00", 2023, "final_account"),
        ("12.00", 2024, "initial_budget"),
        ("33.33", 2024, "initial_budget"),
    ]


def test_after_a_bracket_the_amount_before_it_is_spoken_of_again() -> None:
    found = amounts("财政拨款收入9万元(其中,一般公共预算5万元,政府性基金4万元),占收入合计90%。")
    assert (found[-1].item, found[-1].share_of) == ("财政拨款收入", "收入合计")
    found = amounts("公务接待费2万元(国内接待费2万元),较上年增长5%。")
    assert (found[-1].item, found[-1].measure) == ("公务接待费", "rate")


def test_a_bracket_that_holds_sentences_is_closed_where_it_ends() -> None:
    found = amounts("运行费9万元(购置费4万元;维护费5万元,比上年增加1万元。)比上年增加2万元。")
    assert [(a.item, a.number) for a in found] == [
        ("运行费", "9"), ("购置费", "4"), ("维护费", "5"), ("维护费", "1"), ("", "2"),
    ]  # fmt: skip


def test_a_comparison_in_a_bracket_is_no_other_item() -> None:
    found = amounts("支出预算与2023年相比(2023年支出预算为7万元),增加2万元。")
    assert [(a.item, a.measure, a.fiscal_year) for a in found] == [
        ("支出预算", "amount", 2023), ("支出预算", "change", 2024),
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["占比", "占比例", "占,", "占"])
def test_a_share_that_says_no_whole(words: str) -> None:
    share = amounts(f"项目支出5万元,{words}40.5%。")[-1]
    assert (share.item, share.measure, share.share_of) == ("项目支出", "share", None)


def test_a_price_is_no_amount_of_the_body() -> None:
    price, whole = amounts("出国费用3.5万元/人,共计7万元。")
    assert (price.measure, whole.measure, whole.item) == ("threshold", "amount", "出国费用")


def test_an_item_may_hold_the_word_and() -> None:
    (change, other) = amounts("人员和公用经费减少16万元,社会保障和就业支出增加4万元。")
    assert (change.item, other.item) == ("人员和公用经费", "社会保障和就业支出")


def test_the_speaker_is_no_part_of_the_item() -> None:
    (amount,) = amounts("东岭省东岭市文物保护中心2024年度公务接待费预算为3万元。")
    assert amount.item == "公务接待费预算"


def test_the_name_of_a_fund_keeps_its_expenditure() -> None:
    (amount,) = amounts("2024年度一般公共预算支出数为9万元。")
    assert amount.item == "一般公共预算支出数"
    (amount, _) = amounts("财政拨款支出年初预算数8万元,完成年初预算的98%。")
    assert amount.item == "财政拨款支出"


def test_a_year_compared_with_is_not_the_year_of_what_follows() -> None:
    found = amounts("20101-人大事务9万元,较2023年决算数增加2万元,其中:20103-政府办公事务5万元。")
    assert [(a.item, a.fiscal_year) for a in found] == [
        ("人大事务", 2024), ("人大事务", 2024), ("政府办公事务", 2024),
    ]  # fmt: skip


def test_a_heading_says_the_phase_of_the_years_before() -> None:
    found = amounts(
        "二、2023年“三公”经费决算情况", "2023年度会议费支出5万元。", "2024年培训费2万元。"
    )
    assert [(a.fiscal_year, a.phase) for a in found] == [
        (2023, "final_account"), (2024, "initial_budget"),
    ]  # fmt: skip


def test_a_change_that_comes_first_is_said_of_the_clause_before() -> None:
    found = amounts("收入支出总体与上年相比,增加58万元,增长15%。")
    assert [(a.item, a.measure, a.compared_with) for a in found] == [
        ("收入支出总体", "change", "prior_year"), ("收入支出总体", "rate", "prior_year"),
    ]  # fmt: skip


def test_a_sum_after_parts_is_the_whole_once_more() -> None:
    found = amounts("项目总预算9.00万,其中支持外贸4.00万,支持商贸稳增长5.00万,合计9.00万。")
    assert [(a.item, a.measure, a.number) for a in found] == [
        ("项目总预算", "amount", "9.00"),
        ("支持外贸", "amount", "4.00"),
        ("支持商贸稳增长", "amount", "5.00"),
        ("项目总预算", "amount", "9.00"),
    ]


@pytest.mark.parametrize("mark", ["，", "。"])
def test_what_reasons_come_to_is_said_of_what_they_explain(mark: str) -> None:
    found = amounts(
        f"会议费9万元，比上年增加5万元{mark}主要原因是宣传费减少1万元，人代会经费增加6万元，"
        "增减相抵后增加5万元。"
    )
    said = [(a.item, a.measure, a.direction, a.number) for a in found]
    assert said[:2] == [("会议费", "amount", None, "9"), ("会议费", "change", "increase", "5")]
    assert said[-2:] == [
        ("人代会经费", "change", "increase", "6"),
        ("会议费", "change", "increase", "5"),
    ]


@pytest.mark.parametrize("verb", ["均为", "分别为", "各是", "为"])
@pytest.mark.parametrize("flows", ["收、支", "收入、支出", "收支"])
def test_verbs_of_two_totals_are_no_part_of_them(flows: str, verb: str) -> None:
    (amount,) = amounts(f"2024年度{flows}总计{verb}80万元。")
    assert amount.item in {"收支总计", "收入支出总计"}


def test_a_total_with_what_was_carried_over_is_not_that_of_the_year() -> None:
    found = amounts("2024年度收入总计80万元，其中：本年收入合计75万元，年初结转和结余5万元。")
    assert [a.item for a in found] == ["收入总计", "收入合计", "年初结转和结余"]
    assert amounts("“三公”经费预算合计6万元。")[0].item == "“三公”经费预算"


def test_parts_over_several_sentences_are_shares_of_what_was_divided() -> None:
    found = amounts(
        "支出合计50万元，比上年增加5万元，主要原因是人员增加。其中：基本支出30万元，占60%；"
        "项目支出20万元，占40%。年末结转和结余4万元，占8%。",
        "3.其他收入2万元，占4%。",
    )
    shares = [(a.item, a.share_of) for a in found if a.measure == "share"]
    assert shares[:2] == [("基本支出", "支出合计"), ("项目支出", "支出合计")]
    assert shares[-1] == ("其他收入", None)


def test_parts_of_an_account_named_before_are_shares_of_it() -> None:
    found = amounts(
        "“三公”经费支出预算为9万元，支出决算为8万元。",
        "“三公”经费支出决算中，公务接待费支出决算2万元，占25%；因公出国（境）费6万元，占75%。",
        phase="final_account",
    )
    assert {a.share_of for a in found if a.measure == "share"} == {"“三公”经费支出"}


def test_parts_are_of_the_year_and_phase_of_the_whole() -> None:
    found = amounts("2023年公务接待费决算7万元。其中：外事接待费2万元，国内接待费5万元。")
    assert {(a.fiscal_year, a.phase) for a in found} == {(2023, "final_account")}
    found = amounts("2023年公务接待费决算7万元，其中：外事接待费2万元。今年公务接待费8万元。")
    assert [a.fiscal_year for a in found] == [2023, 2023, 2024]


def test_a_year_with_which_the_word_for_year_is_printed_twice() -> None:
    found = amounts("本单位2024年度总收入9万元。", "本部门2024年度收入8万元。")
    assert [a.item for a in found] == ["本单位总收入", "本部门收入"]


def test_a_year_in_a_bracket_is_not_that_of_what_follows() -> None:
    (amount,) = amounts("2024年实施项目3个（含2022年转列项目1个），项目预算9万元。")
    assert amount.fiscal_year == 2024


def test_what_a_change_is_counted_from_is_not_what_changes() -> None:
    found = amounts(
        "本年支出合计12万元，比2023年的10万元，增加2万元，增长20%。其中：基本支出9万元。"
    )
    assert [(a.item, a.measure, a.fiscal_year) for a in found] == [
        ("支出合计", "amount", 2024),
        ("支出合计", "amount", 2023),
        ("支出合计", "change", 2024),
        ("支出合计", "rate", 2024),
        ("基本支出", "amount", 2024),
    ]


@pytest.mark.parametrize(
    ("words", "direction", "compared_with"),
    [
        ("决算数比预算数减少", "decrease", "initial_budget"),
        ("决算数大于年初预算数", "increase", "initial_budget"),
        ("决算数小于全年预算数", "decrease", "adjusted_budget"),
    ],
)
def test_an_account_compared_with_its_budget(
    words: str, direction: str, compared_with: str
) -> None:
    *_, change = amounts(f"培训费支出{words}3万元。", phase="final_account")
    said = (change.item, change.phase, change.measure, change.direction, change.compared_with)
    assert said == ("培训费支出", "final_account", "change", direction, compared_with)
    *_, change = amounts("教育支出9万元；", f"{words}3万元。", phase="final_account")
    assert (change.item, change.measure, change.number) == ("教育支出", "change", "3")


def test_a_figure_of_which_nothing_is_said_is_kept() -> None:
    (change,) = amounts("比上年减少1万元。")
    assert (change.item, change.measure, change.number) == ("", "change", "1")
    *_, reason = amounts("会议费9万元，主要原因是新增了4万元专项资金。")
    assert (reason.item, reason.number) == ("", "4")


@pytest.mark.parametrize(
    ("change", "item"),
    [
        ("较2023年增加10万元，增长12.5%", "收入总计"),
        ("较2023年增加10万元，增长50%", "年初结转"),
        ("较2023年增加10万元，增长99%", "收入总计"),
        ("较2023年增加10万元", "年初结转"),
    ],
)
def test_the_rate_says_whether_the_whole_or_its_part_has_changed(change: str, item: str) -> None:
    found = amounts(f"收入总计90万元，其中年初结转30万元，{change}。")
    assert {a.item for a in found[2:]} == {item}


def test_figures_that_share_a_unit_are_two() -> None:
    found = amounts("收、支总计各减少812.35,1403.26万元,各下降8.5%、9.3%。")
    assert [(a.number, a.unit, a.measure, a.direction) for a in found] == [
        ("812.35", "万元", "change", "decrease"),
        ("1403.26", "万元", "change", "decrease"),
        ("8.5", "%", "rate", "decrease"),
        ("9.3", "%", "rate", "decrease"),
    ]
    (amount,) = amounts("收入1,812.35万元。")
    assert amount.number == "1812.35"


def test_a_reason_is_not_said_of_what_it_explains() -> None:
    *_, reason = amounts("年末结转和结余4万元，主要原因是2023年职工工资调资3万元在本年支付。")
    assert (reason.item, reason.fiscal_year) == ("职工工资调资", 2023)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("2024年东岭署“三公经费”财政拨款预算9万元。", "“三公经费”财政拨款预算"),
        ("2024年东岭机关“三公”经费预算数为9万元。", "“三公”经费"),
        ("2024年东岭市法院安排公务接待费预算9万元。", "公务接待费预算"),
        ("共开支住宿费、用餐费等公务接待费9万元。", "公务接待费"),
        ("保有量3辆，计划购置0辆公务接待费9万元。", "公务接待费"),
        ("年初批复预算8个项目9万元。", "年初批复预算8个项目"),
        ("（二）收入决算情况说明 本年收入合计9万元。", "收入合计"),
        ("二、2024年收入预算总表的说明 本单位2024年收入预算9万元。", "本单位收入预算"),
        ("机关运行经费9万元。", "机关运行经费"),
        ("因公出国（境）费9万元。", "因公出国（境）费"),
    ],
)
def test_what_stands_before_an_item_is_no_part_of_it(text: str, item: str) -> None:
    assert amounts(text)[0].item == item


def test_a_blank_between_whole_figures_does_not_join_them() -> None:
    assert [a.number for a in amounts("预算执行数 9.60 9.60 10.00 100%。")] == ["100"]


def test_a_sentence_goes_on_about_the_account_named_with_a_figure() -> None:
    found = amounts(
        "三、支出决算情况说明",
        "1、教育支出（类）普通教育（款）小学教育（项）9万元。年初预算为8万元，支出决算为9万元，"
        "完成年初预算的112.5%。2023年决算数为7万元。",
        "小学教育（类）普通教育（款）初中教育（项）。",
        "年初预算为6万元。",
        year=2024,
        phase="final_account",
    )
    assert [(a.item[-6:], a.number, a.phase, a.fiscal_year) for a in found] == [
        ("学教育（项）", "9", "final_account", 2024),
        ("学教育（项）", "8", "initial_budget", 2024),
        ("学教育（项）", "9", "final_account", 2024),
        ("学教育（项）", "112.5", "final_account", 2024),
        ("学教育（项）", "7", "final_account", 2023),
        ("中教育（项）", "6", "initial_budget", 2024),
    ]


def test_a_sentence_goes_on_about_the_change_before_it() -> None:
    found = amounts(
        "“三公”经费9万元（公务接待费4万元、培训费5万元）。经比较，“三公”经费较上年减少1万元，"
        "下降10%；较年初预算数减少3万元。"
    )
    assert {(a.item, a.number) for a in found[-3:]} == {
        ("“三公”经费", "1"), ("“三公”经费", "10"), ("“三公”经费", "3"),
    }  # fmt: skip
    assert [a.compared_with for a in found[-3:]] == ["prior_year", "prior_year", "initial_budget"]


@pytest.mark.parametrize(
    ("text", "phases"),
    [
        ("推进政府预算信息公开，2024年公务接待费决算9万元。", ["final_account"]),
        ("按照《预算法》要求，2024年公务接待费9万元。", ["final_account"]),
        ("会议费预算数9万元、决算数8万元。", ["initial_budget", "final_account"]),
        (
            "会议费9万元，完成预算10万元的90%。",
            ["final_account", "initial_budget", "final_account"],
        ),
    ],
)
def test_the_phase_named_nearest_before_a_figure(text: str, phases: list[str]) -> None:
    assert [a.phase for a in amounts(text, phase="final_account")] == phases


@pytest.mark.parametrize(
    ("text", "compared_with"),
    [
        ("会议费9万元，同比增加1万元。", "prior_year"),
        ("会议费9万元，比上年年初预算增加1万元。", "prior_year"),
        ("会议费9万元，比2023年度年初预算增加1万元。", "prior_year"),
        ("会议费9万元，与2024年度预算相比，增加1万元。", "initial_budget"),
    ],
)
def test_with_what_a_change_is_compared(text: str, compared_with: str) -> None:
    assert amounts(text)[-1].compared_with == compared_with


def test_a_rate_in_brackets_is_that_of_the_change_before_them() -> None:
    found = amounts("会议费9万元，较上年减少1万元（10%），公务接待费4万元，较上年减少1万元，20%。")
    assert [(a.item, a.measure, a.direction, a.number) for a in found] == [
        ("会议费", "amount", None, "9"),
        ("会议费", "change", "decrease", "1"),
        ("会议费", "rate", "decrease", "10"),
        ("公务接待费", "amount", None, "4"),
        ("公务接待费", "change", "decrease", "1"),
        ("公务接待费", "rate", "decrease", "20"),
    ]


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("培训费、公务接待费（以下简称“三公”经费）支出9万元。", "“三公”经费支出"),
        ("北山镇2024年“三公”经费9万元。", "“三公”经费"),
        ("会议费决算汇总数为9万元。", "会议费决算"),
        ("支出年初预算数为9万元。", "支出"),
    ],
)
def test_what_an_amount_is_called(text: str, item: str) -> None:
    assert amounts(text)[0].item == item


def test_of_what_an_amount_without_a_name_is() -> None:
    found = amounts("会议费预算9万元，实际支出8万元，按同口径同比减少1万元。")
    assert [a.item for a in found] == ["会议费预算", "会议费", "会议费"]


def test_the_title_of_a_page_is_no_part_of_its_first_sentence() -> None:
    frame = ("索引号", "000014348/2024-00924", "发布机构", "东岭市教育局及其所属的事业单位", "时效")
    title = "东岭市实验中学2024年“三公”经费预算编制说明"
    lines = (*frame, title, "2024年“三公”经费预算9万元。")
    assert [a.item for a in amounts(*lines)] == ["“三公”经费预算"]


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("基本支出、项目支出分别为5万元、3万元。", ["基本支出", "项目支出"]),
        ("会议费9万元，培训费8万元。与上年相比，分别减少2万元、1万元。", ["", ""]),
        ("收入、支出总计分别增加5万元、5万元。", ["收入支出总计", "收入支出总计"]),
    ],
)
def test_of_what_each_of_several_figures_is_said(text: str, items: list[str]) -> None:
    assert [a.item for a in amounts(text)[-2:]] == items


def test_a_negative_growth_is_a_decrease() -> None:
    assert amounts("会议费9万元，同比负增长10%。")[-1].direction == "decrease"


@pytest.mark.parametrize("words", ["占转移支付的比重为", "占转移支付比重达", "占转移支付"])
def test_the_whole_of_a_share(words: str) -> None:
    assert amounts(f"专项转移支付8万元，{words}80%。")[-1].share_of == "转移支付"


def test_a_phase_is_no_item() -> None:
    found = amounts("财政拨款支出年初预算数为9万元，支出决算数为8万元，预算数7万元。")
    assert [(a.item, a.phase) for a in found] == [
        ("财政拨款支出", "initial_budget"),
        ("财政拨款支出", "final_account"),
        ("财政拨款支出", "initial_budget"),
    ]


def test_the_old_name_of_a_fund_says_no_phase() -> None:
    text = "公共财政预算拨款支出9万元，公共预算财政拨款支出8万元。"
    assert {a.phase for a in amounts(text, phase="final_account")} == {"final_account"}


def test_a_point_after_a_unit_ends_a_sentence() -> None:
    found = amounts("本年收入总计9万元,上年收入8.5万元.与去年相比收入增加了0.5万元.")
    assert [(a.item, a.fiscal_year, a.measure) for a in found] == [
        ("收入总计", 2024, "amount"), ("收入", 2023, "amount"), ("收入总计", 2024, "change"),
    ]  # fmt: skip


def test_a_change_of_nothing_is_that_of_the_part_that_is_nothing() -> None:
    found = amounts("收入总计9万元，其中年初结转0万元，较2023年增加0万元，增长0%。")
    assert [a.item for a in found] == ["收入总计", "年初结转", "年初结转", "年初结转"]


def test_an_increase_in_one_character() -> None:
    _, rate, other = amounts("会议费9万元，增12%。培训费新增5万元。")
    assert (rate.measure, rate.direction) == ("rate", "increase")
    assert (other.item, other.measure) == ("培训费", "amount")
