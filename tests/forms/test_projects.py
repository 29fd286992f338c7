"""Tests of the forms and texts of single projects."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.indicators import read_indicators
from dagster_project.forms.project_records import Project
from dagster_project.forms.project_texts import policies, read_texts
from dagster_project.forms.projects import read_project
from dagster_project.forms.sections import Section
from dagster_project.readers import text
from dagster_project.readers.document import Grid, Paragraph

LABELS = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds").project_labels


def section(source: str) -> Section:
    blocks = text.read(source.encode()).blocks
    return Section(
        lead=[block for block in blocks if isinstance(block, Paragraph)],
        grids=[block for block in blocks if isinstance(block, Grid)],
    )


def project(source: str, *, unit: str | None = "元", recognised: bool = False) -> Project:
    return read_project(section(source), "initial_budget", unit, LABELS, recognised=recognised)


def figures(found: Project) -> dict[tuple[str | None, str | None], str | None]:
    return {(a.phase, a.funding_source): a.figure.number for a in found.amounts}


def texts(source: str) -> list[Project]:
    return list(read_texts(section(source).lead, LABELS))


FUNDS = """项目名称\t工业园区\t管网维护
主管部门\t东岭市工业局\t\t\t实施单位\t东岭市工业服务中心
项目资金\t\t年初预算数\t全年预算数\t全年执行数\t分值\t执行率\t得分
\t年度资金总额\t80.00\t90.00\t{total}\t10\t94.44%\t9
\t其中：当年财政拨款\t80.00\t70.00\t70.00
\t上年结转资金\t\t20.00\t15.00
年度总体目标\t管网完好\t99.00
"""


def test_the_block_of_funds() -> None:
    found = project(FUNDS.format(total="85.00"))
    assert figures(found) == {
        ("initial_budget", "all"): "80.00", ("adjusted_budget", "all"): "90.00",
        ("final_account", "all"): "85.00",
        ("initial_budget", "current_year_appropriation"): "80.00",
        ("adjusted_budget", "current_year_appropriation"): "70.00",
        ("final_account", "current_year_appropriation"): "70.00",
        ("adjusted_budget", "carry_over"): "20.00", ("final_account", "carry_over"): "15.00",
    }  # fmt: skip
    assert {a.amount_role for a in found.amounts if a.funding_source != "all"} == {"component"}
    assert {a.unit for a in found.amounts} == {"元"}
    assert [a.row_number for a in found.amounts][:1] == [4]


def test_name_and_bodies_stand_beside_their_labels() -> None:
    found = project(FUNDS.format(total="85.00"))
    assert found.name == "工业园区管网维护"
    assert found.supervising_department == "东岭市工业局"
    assert found.implementing_unit == "东岭市工业服务中心"


def test_recognised_funds_that_do_not_add_up_are_doubted_in_their_phase_alone() -> None:
    torn = project(FUNDS.format(total="35.00"), recognised=True)
    states = {(a.phase, a.funding_source): a.figure.state for a in torn.amounts}
    assert {state for (phase, _), state in states.items() if phase == "final_account"} == {
        "damaged"
    }
    assert {state for (phase, _), state in states.items() if phase != "final_account"} == {"amount"}
    printed = project(FUNDS.format(total="35.00"))
    assert figures(printed)["final_account", "all"] == "35.00"  # print is not doubted


def test_the_part_that_equals_the_total_is_kept_when_others_are_too_many() -> None:
    found = project(FUNDS.format(total="70.00"), recognised=True)
    assert figures(found)["final_account", "all"] == "70.00"
    assert figures(found)["final_account", "current_year_appropriation"] == "70.00"
    assert figures(found)["final_account", "carry_over"] is None


def test_funds_without_decimals_are_doubted_where_yuan_are_recognised() -> None:
    source = FUNDS.format(total="85.00").replace("80.00", "80")
    assert figures(project(source, recognised=True))["initial_budget", "all"] is None
    assert figures(project(source, unit="万元", recognised=True))["initial_budget", "all"] == "80"


@pytest.mark.parametrize("label", ["当年预算", "预算金额", "项目资金"])
def test_the_line_of_a_target_form(label: str) -> None:
    source = f"| 项目名称 | 管网维护 | {label}（万元） | 35.50 |\n".replace("（万元）", "")
    (amount,) = project(source, unit="万元").amounts
    assert (amount.figure.number, amount.unit, amount.amount_role) == ("35.50", "万元", "total")
    assert (amount.phase, amount.column_number) == ("initial_budget", 4)


SENTENCE = """（一）管网维护项目
该项目2031年预算资金350万元，其中市级120.5万元。

| 一级指标 | 二级指标 | 三级指标 | 指标值 |
| 产出指标 | 数量指标 | 维护长度 | 35 |
"""


def test_the_sentence_above_a_table_names_the_budget() -> None:
    found = project(SENTENCE)
    assert found.name == "管网维护项目"
    assert [(a.figure.number, a.unit, a.amount_role) for a in found.amounts] == [
        ("350", "万元", "total"), ("120.5", "万元", "component"),
    ]  # fmt: skip


def test_a_sentence_above_the_projects_heading_is_not_its_own() -> None:
    moved = "另一个项目预算资金990万元。\n" + SENTENCE.replace(
        "该项目2031年预算资金350万元", "说明"
    )
    assert "990" not in {a.figure.number for a in project(moved).amounts}


def test_indicators_keep_their_levels_over_merged_rows() -> None:
    (grid,) = section(
        """一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位\t实际完成值\t分值\t得分
产出指标\t数量指标\t走访企业\t≥\t120\t户\t131\t20\t20
\t\t办结件数\t=\t35\t件\t35\t10\t10
\t质量指标\t办结率\t≥\t95\t%\t97\t20\t19
总分\t\t\t\t\t\t\t100\t99
备注\t无
"""
    ).grids
    found = [indicator.fields for indicator in read_indicators([grid], LABELS)]
    assert [f["indicator"] for f in found] == ["走访企业", "办结件数", "办结率"]
    assert [f["level_2"] for f in found] == ["数量指标", "数量指标", "质量指标"]
    assert {f["level_1"] for f in found} == {"产出指标"}
    assert found[2] == {
        "level_1": "产出指标", "level_2": "质量指标", "indicator": "办结率", "comparison": "≥",
        "target": "95", "target_unit": "%", "actual": "97", "weight": "20", "score": "19",
    }  # fmt: skip


@pytest.mark.parametrize("again", ["", "产出指标\t数量指标\t走访企业 办结件数\t≥\t120\t户\n"])
def test_a_header_run_together_with_the_first_row(again: str) -> None:
    (grid,) = section(
        f"""一级指标\t二级指标\t三级指标\t指标性质\t指标值\t度量单位
一级产出指标\t二级指标数量指标\t三级指标走访企业\t指标性质 ≥\t指标值 120\t度量单位户
{again}产出指标\t质量指标\t办结率\t≥\t95\t%
"""
    ).grids
    found = [indicator.fields for indicator in read_indicators([grid], LABELS)]
    assert [f["indicator"] for f in found] == [
        "走访企业 办结件数" if again else "走访企业", "办结率"
    ]  # fmt: skip
    assert (found[0]["level_2"], found[0]["comparison"], found[0]["target"]) == (
        "数量指标", "≥", "120"
    )  # fmt: skip


def test_a_table_without_indicator_headings_has_none() -> None:
    (grid,) = section("项目\t金额\n走访企业\t120\n").grids
    assert list(read_indicators([grid], LABELS)) == []


PROSE = """东岭市工业局2031年预算重点领域财政项目文本公开
一、企业培育补助资金
（一）项目名称
企业培育补助资金350000元，其中：新建企业奖励200000元；节能奖励150000元。
（二）立项依据
根据《东岭市企业培育办法》（东政发〔2030〕17号）文件。
（三）项目实施单位
东岭市工业局。
（五）项目实施内容
新建企业每户奖励50000元；产值达20000000元以上的企业。
（六）资金安排情况
2031年安排350000元。
二、信息系统运行维护费
（一）项目名称
信息系统运行维护费8.5万元。
"""


def test_numbered_texts_are_projects() -> None:
    first, second = texts(PROSE)
    assert (first.name, first.implementing_unit) == ("企业培育补助资金", "东岭市工业局")
    assert [(a.figure.number, a.amount_role) for a in first.amounts] == [
        ("350000", "total"), ("200000", "component"), ("150000", "component"),
        ("50000", "rate"), ("20000000", "threshold"), ("350000", "total"),
    ]  # fmt: skip
    assert [(a.figure.number, a.unit) for a in second.amounts] == [("8.5", "万元")]
    assert second.name == "信息系统运行维护费"


def test_what_a_project_rests_on() -> None:
    first, _ = texts(PROSE)
    assert first.policies == [("东岭市企业培育办法", "东政发〔2030〕17号", 1)]


def test_prose_without_sections_is_no_project() -> None:
    assert texts("一、企业培育补助资金\n安排350000元。\n（一）总体要求\n安排20000元。\n") == []


ONE_TEXT = """{one}项目名称{after}森林防火专项经费
{two}立项依据{after}东政发〔2030〕5号
{three}项目实施单位{after}东岭县林业局。
{four}项目基本概况{after}聘用护林员80人。
{five}项目实施内容{after}护林员补助480000元，按每人每年6000元标准发放。
{six}资金安排情况{after}2031年预算安排68万元，其中：县级50万元，上级补助18万元。
{seven}项目实施成效{after}减少火灾。
"""
CHINESE = {
    "one": "一", "two": "二", "three": "三", "four": "四", "five": "五", "six": "六", "seven": "八",
}  # fmt: skip
ARABIC = {word: str(place) for place, word in enumerate(CHINESE, start=1)}


@pytest.mark.parametrize("after", ["\n", "：", ":", "。\n"])
@pytest.mark.parametrize("heading", ["", "项目一：\n", "项目1：森林防火专项经费\n"])
@pytest.mark.parametrize(
    ("ordinals", "style"),
    [(CHINESE, "{}、"), (CHINESE, "（{}）"), (ARABIC, "{}."), (ARABIC, "（{}）")],
)
def test_texts_are_numbered_in_any_style_with_or_without_a_heading(
    ordinals: dict[str, str], style: str, heading: str, after: str
) -> None:
    own = {word: style.format(ordinal) for word, ordinal in ordinals.items()}
    first, second = texts((heading + ONE_TEXT.format(after=after, **own)) * 2)
    assert (first.name, first.implementing_unit) == ("森林防火专项经费", "东岭县林业局")
    assert [number for _, number, _ in first.policies] == ["东政发〔2030〕5号"]
    assert [(a.figure.number, a.amount_role) for a in first.amounts] == [
        ("480000", "component"), ("6000", "rate"),
        ("68", "total"), ("50", "component"), ("18", "component"),
    ]  # fmt: skip
    assert (second.name, len(second.amounts)) == (first.name, len(first.amounts))


def test_a_heading_that_says_more_than_a_label_opens_its_section() -> None:
    (found,) = texts(
        "（一）项目名称\n平台运行\n（二）项目立项的政策依据及立项依据\n东政发〔2030〕5号\n"
        "（六）2031年资金安排计划\n安排80000元。\n"
    )
    assert [(a.figure.number, a.amount_role) for a in found.amounts] == [("80000", "total")]
    assert found.amounts[0].section == "2031年资金安排计划"


def test_an_amount_a_year_is_a_part_and_one_a_head_is_a_rate() -> None:
    (found,) = texts(
        "一、项目名称\n平台运行\n五、项目实施内容\n服务器租赁费计300000元/年，补助500元/人，培训80元／课时。\n"
    )
    assert [(a.figure.number, a.amount_role) for a in found.amounts] == [
        ("300000", "component"), ("500", "rate"), ("80", "rate"),
    ]  # fmt: skip


def test_a_numbered_line_of_a_text_is_no_section_and_no_name() -> None:
    (found,) = texts(
        "一、项目名称\n校舍维修资金80万元（其中：屋面维修30万元）\n五、项目实施内容\n"
        "（一）维修屋面300000元\n1.项目名称牌2块5000元\n"
    )
    assert found.name == "校舍维修资金"
    assert [(a.figure.number, a.section) for a in found.amounts] == [
        ("80", "项目名称"), ("30", "项目名称"),
        ("300000", "项目实施内容"), ("5000", "项目实施内容"),
    ]  # fmt: skip


def test_a_number_belongs_to_the_title_beside_it() -> None:
    text = (
        "《东岭市燃气条例》、东经信〔2031〕8号《工业环保方案》、东岭市人民政府令29号、"
        "《关于编制有序用电方案的通知》(〔2031〕3号)，《东岭市办法》和东府发〔2030〕2号"
    )
    assert [(title, number) for title, number, _ in policies(text, 1)] == [
        ("工业环保方案", "东经信〔2031〕8号"), (None, "东岭市人民政府令29号"),
        ("关于编制有序用电方案的通知", "〔2031〕3号"), (None, "东府发〔2030〕2号"),
    ]  # fmt: skip


TARGETS = """项目名称\t管网维护
项目资金（万元）\t中期资金总额：\t300.00\t年度资金总额：\t100.00
\t其中：财政拨款\t280.00\t其中：财政拨款\t90.00
\t其他资金\t20.00\t其他资金\t10.00
总体目标\t管网完好
"""


def test_the_funds_of_a_target_form_stand_beside_their_labels() -> None:
    found = project(TARGETS, unit="万元")
    assert figures(found) == {
        ("initial_budget", "all"): "100.00",
        ("initial_budget", "current_year_appropriation"): "90.00",
        ("initial_budget", "other"): "10.00",
    }
    assert [a.amount_role for a in found.amounts] == ["total", "component", "component"]


YEARS = """项目名称\t技术改造\t项目属性\t延续项目
主管部门\t东岭县工业局\t实施单位 (盖章)\t东岭县工业服务中心
资金金额（万元）\t实施期资金总额：\t300.00
\t其中：财政拨款\t280.00
\t年度资金总额：\t100.00
\t其中：财政拨款\t90.00
\t其他资金\t10.00
绩效指标\t一级指标\t二级指标\t指标内容\t指标值
\t产出指标\t数量指标\t改造企业数\t7户
"""


def test_the_funds_of_all_years_above_those_of_the_year_are_not_the_years() -> None:
    found = project(YEARS, unit="万元")
    assert figures(found) == {
        ("initial_budget", "all"): "100.00",
        ("initial_budget", "current_year_appropriation"): "90.00",
        ("initial_budget", "other"): "10.00",
    }
    assert [a.printed_text for a in found.amounts] == ["100.00", "90.00", "10.00"]
    assert [own.fields["indicator"] for own in found.indicators] == ["改造企业数"]


def test_the_budget_of_the_year_stands_beside_that_of_all_years() -> None:
    found = project(
        "项目名称\t技术改造\t项目编码\t3010\n项目执行单位\t东岭县工业局\n"
        "项目总预算\t300\t项目当年预算\t100\n\t一般公共预算财政拨款\t90\n"
        "一级指标\t二级指标\t三级指标\t前年\t上年\t预计当年实现\n"
        "产出指标\t数量指标\t改造企业数\t7户\t8户\t9户\n"
    )
    assert (found.name, found.implementing_unit) == ("技术改造", "东岭县工业局")
    assert figures(found) == {
        ("initial_budget", "all"): "100", ("initial_budget", "current_year_appropriation"): "90",
    }  # fmt: skip
    assert [own.fields["target"] for own in found.indicators] == ["9户"]


def test_a_label_ends_the_value_before_it_and_a_seal_is_no_part_of_a_name() -> None:
    found = project(YEARS)
    assert (found.name, found.implementing_unit) == ("技术改造", "东岭县工业服务中心")


def test_the_weight_may_stand_behind_the_rate() -> None:
    found = project(
        "项目名称\t管网维护\n"
        "预算执行情况\t\t年初预算\t调整后预算数\t预算执行数\t预算执行率\t权重\t得分\n"
        "\t总额\t80.00\t90.00\t85.00\t94.44%\t10\t9.4\n"
        "\t其中：财政资金\t80.00\t90.00\t85.00\t94.44%\t/\t/\n"
    )
    assert [(rating.item, rating.number) for rating in found.ratings] == [
        ("execution_rate", "94.44"), ("execution_weight", "10"), ("execution_score", "9.4"),
    ]  # fmt: skip
    assert [a.figure.number for a in found.amounts if a.amount_role == "total"] == [
        "80.00", "90.00", "85.00",
    ]  # fmt: skip


def test_what_stands_below_an_unknown_heading_is_in_no_other_column() -> None:
    source = (
        "一级指标\t二级指标\t三级指标\t指标值\t全年完成值\t复核意见\t分值\t指标方向性\n"
        "产出指标\t数量指标\t维护长度\t12\t11\t7\t10\t正向指标\n"
    )
    (grid,) = section(source).grids
    (found,) = read_indicators([grid], LABELS)
    assert found.fields == {
        "level_1": "产出指标", "level_2": "数量指标", "indicator": "维护长度", "target": "12",
        "actual": "11", "weight": "10",
    }  # fmt: skip
    (torn,) = read_indicators([grid], LABELS, recognised=True)
    assert torn.fields["actual"] == "11 7"


def test_an_amount_of_an_unknown_source_is_kept() -> None:
    source = FUNDS.format(total="85.00").replace("上年结转资金", "东岭援建款")
    found = project(source)
    kept = [(a.phase, a.funding_source, a.figure.number) for a in found.amounts
            if a.label == "东岭援建款"]  # fmt: skip
    assert kept == [("adjusted_budget", None, "20.00"), ("final_account", None, "15.00")]
