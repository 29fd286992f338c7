"""Tests of publisher, region, scope, year and kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.forms import catalogue
from dagster_project.forms.identity import Identity, conflicts, identify, region_of
from dagster_project.readers import text

CATALOGUE = catalogue.load(Path(__file__).parents[2] / "dbt" / "seeds")


def identity(source: str, **manifest: str) -> Identity:
    return identify(text.read(source.encode()), CATALOGUE, manifest)


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("东岭市工业局2031年部门预算", "东岭市工业局"),
        ("2031年东岭市工业局部门预算公开", "东岭市工业局"),
        ("东岭市工业局关于2031年部门决算", "东岭市工业局"),
        ("收入决算表\n部门：东岭市工业局\t\t金额单位：元", "东岭市工业局"),
        ("收入决算表\n部门:109001-东岭市工业局本级 单位:元", "东岭市工业局"),
        ("填报单位（单位）名称：东岭市人民政府\n", "东岭市人民政府"),
        ("| 109 | 东岭市商务委员会 | 7.00 |\n|---|---|---|\n", "东岭市商务委员会"),
        ("编制单位：东岭大学附属第一医院\n", "东岭大学附属第一医院"),
        ("收入总表\n东岭市疾病预防控制中心  单位：元\n", "东岭市疾病预防控制中心"),
        ("收入总表\n部门支出  单位：元\n", None),
        ("东岭市青少年宫2031年单位预算\n", "东岭市青少年宫"),
        ("东岭市工业局部门“三公”经费统计表\n", "东岭市工业局"),
        ("2031年东岭市工业局财政拨款“三公”经费预算表\n", "东岭市工业局"),
        ("东岭县政协办2031年一般公共预算说明\n", "东岭县政协办"),
        ("东岭总署“三公经费”财政拨款情况\n", "东岭总署"),
        ("重点工作部署\n", None),
        ("东岭市工业局机关2031年部门预算\n", "东岭市工业局"),
        ("关于公开东岭市工业局2031年部门预算的通知\n", "东岭市工业局"),
        ("关于东岭市工业局2031年部门预算的说明\n", "东岭市工业局"),
        (f"填报单位(盖章):东岭市北山镇人民政府 项目名称{'修路' * 40}", "东岭市北山镇人民政府"),
        ("单位：元\n部门：\n", None),
        ("关于走访企业的通知", None),
    ],
)
def test_the_name_of_the_publisher(source: str, name: str | None) -> None:
    assert identity(source).department_name == name


def contradictions(source: str, **manifest: str) -> dict[str, tuple[str, str]]:
    found = conflicts(text.read(source.encode()), CATALOGUE, manifest)
    return {c.field: (c.manifest_value, c.text_value) for c in found}


def test_a_manifest_that_the_text_contradicts_is_used_and_reported() -> None:
    source = "南昌市财政局2031年部门预算\n"
    manifest = {"publisher": "南昌市审计局", "fiscal_year": "2030", "kind": "final_account"}
    own = identity(source, **manifest)
    assert (own.department_name, own.fiscal_year) == ("南昌市审计局", 2030)
    assert contradictions(source, **manifest) == {
        "publisher": ("南昌市审计局", "南昌市财政局"), "fiscal_year": ("2030", "2031"),
        "kind": ("final_account", "budget"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "manifest",
    [
        {},
        {"publisher": "南昌市财政局", "region_code": "360100", "fiscal_year": "2031"},
        {"publisher": "江西省南昌市财政局", "region_code": "360000"},
    ],
)
def test_a_manifest_that_says_the_same_is_no_conflict(manifest: dict[str, str]) -> None:
    assert contradictions("南昌市财政局2031年部门预算\n", **manifest) == {}


FORMS = "部门：东岭市经济和信息化局 单位：元\n\n" * 2


def test_the_name_printed_most_often_wins() -> None:
    other = "部门：东岭市财政局 单位：元\n"
    assert identity(other + FORMS).department_name == "东岭市经济和信息化局"


def test_a_shortened_name_is_written_out_where_the_forms_do() -> None:
    titles = "东岭市经信局2031年部门预算\n东岭市经信局\n"
    assert identity(titles).department_name == "东岭市经信局"
    assert identity(titles + FORMS).department_name == "东岭市经济和信息化局"


@pytest.mark.parametrize(
    ("name", "around", "code"),
    [
        ("江西省财政厅", "", "360000"),
        ("南昌市财政局", "", "360100"),
        ("江西省南昌市财政局", "", "360100"),
        ("重庆市南岸区财政局", "", "500108"),
        ("楚雄州财政局", "", "532300"),
        ("楚雄彝族自治州财政局", "", "532300"),
        ("上海市普陀区财政局", "", "310107"),
        ("普陀区财政局", "浙江省舟山市", "330903"),
        ("普陀区财政局", "上海市", "310107"),
        ("普陀区财政局", "", None),
        ("东岭市财政局", "", None),
        ("驻南昌市办事处", "", None),
        ("南昌职业学院", "由南昌市人民政府举办", "360100"),
        ("南昌职业学院", "", None),
        (None, "江西省南昌市", None),
    ],
)
def test_the_region_of_a_publisher(name: str | None, around: str, code: str | None) -> None:
    assert region_of(name, around, CATALOGUE) == code


LONG = "按照有关要求，" * 10


@pytest.mark.parametrize(
    ("source", "year"),
    [
        ("东岭市工业局2031年部门预算\n对比2030年预算执行情况", 2031),
        ("2031年度部门决算\n2030年1月印发", 2031),
        ("部门预算公开\n2030年预算数减少，2031年预算数增加，2031年部门预算安排", 2031),
        ("财政拨款“三公”经费预算2031年情况的说明\n比2030年预算减少，比2030年预算增加", 2031),
        ("本单位2031年度总支出\n较2030年度决算数减少，与2030年度决算相比增加", 2031),
        ("2030年决算和2031年预算情况的说明", 2031),
        ("部门预算公开", None),
        (f"{LONG}2031年一般公共预算“三公”经费支出预算为9万元，与2030年预算相比增长8%", 2031),
        (f"{LONG}2031年本部门机关运行经费安排9万元，比2030年增加1万元", 2031),
    ],
)
def test_the_fiscal_year(source: str, year: int | None) -> None:
    assert identity(source).fiscal_year == year


def test_the_year_of_the_files_name_counts_last() -> None:
    assert identity("部门预算公开", file_name="东岭2031预算.txt").fiscal_year == 2031
    assert identity("2030年部门预算公开", file_name="东岭2031预算.txt").fiscal_year == 2030
    assert identity("部门预算公开", file_name="20310412.txt").fiscal_year is None


def test_a_title_in_the_files_name_counts_before_the_running_text() -> None:
    text = "用途说明\n2030年预算安排9万元，2030年部门决算8万元"
    assert identity(text, file_name="东岭2031年部门预算.txt").fiscal_year == 2031


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("东岭市工业局2031年部门预算", "budget"),
        ("东岭市工业局2031年度部门决算", "final_account"),
        ("收入支出决算总表\n年初预算数", "final_account"),
        ("部门收支总表\n单位：万元", "budget"),
        ("东岭市工业局2031年预算重点领域财政项目文本公开", "project_disclosure"),
        ("东岭市工业局2031年部门预算重点领域财政项目文本公开", "project_disclosure"),
        ("东岭市工业局2031年部门预算\n附件：重点领域财政项目文本公开", "budget"),
        ("关于走访企业的通知", "other"),
        ("部门收支总体情况表\n| 项目 | 预算数 |\n|---|---|\n| 合计 | 7.00 |", "budget"),
        ("(二)基本支出预算 7.00 元，占支出总预算的 9%。", "budget"),
        ("所需经费纳入年度预算管理，给予补助 7 万元。", "other"),
        ("项目绩效目标表(2031年度)", "budget"),
        ("东岭市工业局2031年度项目支出绩效单位自评报告", "final_account"),
        ("2031年度部门预算项目支出绩效自评", "final_account"),
        ("关于2030年决算和2031年预算情况的说明\n2030年决算", "budget"),
        ("一、2031年“三公”经费预算安排情况\n二、2030年“三公”经费决算情况", "budget"),
        ("2031年度一般公共预算财政拨款支出决算情况\n2030年预算", "final_account"),
        ("2031年预算执行情况\n2031年度支出决算情况", "final_account"),
        ("2031年预决算公开\n东岭市工业局预算编制说明\n部门预算", "budget"),
        ("东岭市工业局2031年度部门决算\n2032年部门预算", "final_account"),
        ("一、2030年“三公”经费决算情况\n二、2031年“三公”经费预算情况", "budget"),
    ],
)
def test_the_kind_of_document(source: str, kind: str) -> None:
    assert identity(source).document_kind == kind


def test_the_files_name_says_the_kind_and_the_scope_that_no_title_says() -> None:
    found = identity("本年支出合计7万元，完成预算的90%。", file_name="东岭2031年度单位决算.txt")
    assert (found.document_kind, found.reporting_scope) == ("final_account", "unit")
    found = identity("东岭市工业局2031年部门预算", file_name="东岭2031年度单位决算.txt")
    assert (found.document_kind, found.reporting_scope) == ("budget", "department")


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        ("东岭市工业局2031年部门预算", "department"),
        ("东岭市工业局2031年单位预算", "unit"),
        ("东岭市工业局2031年部门预算\n含所属单位预算", "department"),
        ("部门：东岭市工业局 单位：元", "department"),
        ("东岭市第一医院2031年度决算\n目录\n第一部分 单位概况……1", "unit"),
        ("东岭市工业局2031年度决算\n目录\n第一部分 部门概况", "department"),
        ("东岭市工业局2031年度部门决算\n第一部分 单位概况", "department"),
        ("表6\n单位收支总表\n东岭市文化馆 单位：元", "unit"),
        ("表6\n部门收支总表\n表7\n单位收入总表", "department"),
    ],
)
def test_the_scope(source: str, scope: str) -> None:
    assert identity(source).reporting_scope == scope


def test_the_title_is_the_line_that_names_the_document() -> None:
    source = "附件2\n目录\n东岭市工业局2031年部门预算\n一、职责"
    assert identity(source).title == "东岭市工业局2031年部门预算"
    assert identity("通知\n正文").title == "通知"


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("6\n2031年部门预算安排7万元。", None),
        ("| 项目 | 2031年预算数 |\n|---|---|\n| 合计 | 7.00 |", None),
        ("一、2031年预算安排\n东岭市工业局“三公”经费预算表", "东岭市工业局“三公”经费预算表"),
    ],
)
def test_a_sentence_or_a_row_of_headings_is_no_title(source: str, title: str | None) -> None:
    assert identity(source).title == title


def test_the_manifest_overrides_the_document() -> None:
    found = identity(
        "东岭市工业局2031年部门预算", publisher="江西省财政厅", region_code="360100",
        fiscal_year="2029", kind="final_account",
    )  # fmt: skip
    assert (found.department_name, found.region_code) == ("江西省财政厅", "360100")
    assert (found.fiscal_year, found.document_kind) == (2029, "final_account")


def test_the_publisher_of_the_manifest_gives_the_region() -> None:
    found = identity("部门预算", publisher="南昌市财政局", fiscal_year="", kind="")
    assert (found.region_code, found.document_kind) == ("360100", "budget")


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("单位名称：东岭大学\n", "东岭大学"),
        ("部门：东岭市北山镇\t\t单位：元", "东岭市北山镇"),
        ("填报单位（盖章）：东岭市水库管理站\n", "东岭市水库管理站"),
    ],
)
def test_names_that_end_in_what_ends_other_words_too(source: str, name: str) -> None:
    assert identity(source).department_name == name


def test_the_title_says_the_region_where_the_name_does_not() -> None:
    found = identity("海南省示例部门2031年预算\n示例厅2031年预算数")
    assert (found.department_name, found.region_code) == ("示例厅", "460000")


def test_a_province_may_lead_by_its_short_name() -> None:
    assert region_of("广西灵川县人民医院", "", CATALOGUE) == "450323"
    assert region_of("江苏示例厅", "", CATALOGUE) == "320000"


def test_a_self_evaluation_prints_the_budget_and_is_a_final_account() -> None:
    source = "东岭市工业局2031年度部门决算绩效自评\n年初预算数\n全年预算数\n项目支出绩效自评表"
    assert identity(source).document_kind == "final_account"


def test_a_title_says_the_region_that_the_forms_leave_out() -> None:
    forms = "单位：五马街道办事处\n\n收入总表\n\n" * 9
    found = identity(f"浙江省温州市鹿城区五马街道办事处2031年单位预算\n\n{forms}")
    assert (found.department_name, found.region_code) == ("五马街道办事处", "330302")


OVERVIEW = "第一部分 东岭市工业局概况\n一、主要职责\n第二部分 2031年部门预算表\n"
RULE = "根据《东岭市工业局职能配置、内设机构和人员编制规定》，主要职责是：\n"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("东岭市工业局(北山管理局) 2031年度部门决算", "东岭市工业局"),
        ("东岭市植物园(部门)2031年部门预算", "东岭市植物园"),
        ("东岭市工业局系统汇总2031年部门预算公开", "东岭市工业局"),
        ("2031年度\n东岭市工业局部门决算", "东岭市工业局"),
        ("东岭市卫生健康委\n2031年部门预算编制说明", "东岭市卫生健康委"),
        (f"目录\n{OVERVIEW}", "东岭市工业局"),
        (f"2031年部门预算\n{RULE}", "东岭市工业局"),
        ("2031年部门预算\n东岭市中级人民法院是国家审判机关。\n", "东岭市中级人民法院"),
        ("2031年部门预算\n东岭市工业局（以下简称“本部门”）负责工业。\n", "东岭市工业局"),
        ("2031年部门预算\n受东岭市财政局（以下简称“市财政局”）委托。\n", None),
        ("东岭县北山镇2031年部门预算\n东岭县北山镇人民政府\n", "东岭县北山镇人民政府"),
        ("自治区林场2031年单位预算\n广西壮族自治区林场\n", "广西壮族自治区林场"),
        ("2031年部门决算\n东岭市中心医院始建于1951年，是三级医院。\n", "东岭市中心医院"),
        ("2031年单位决算\n东岭县实验小学是县教育局所属公办小学。\n", "东岭县实验小学"),
        (f"新闻中心\n首页\n2031年部门预算\n{RULE}", "东岭市工业局"),
        ("主动公开面向全社会\n东岭市医院2031年部门预算\n", "东岭市医院"),
        ("东岭市教育研究室\n2031年单位预算公开\n", "东岭市教育研究室"),
        (f"{'按要求，' * 20}现将北山镇本级2031年度“三公”经费公布如下：\n", "北山镇"),
        ("东岭县民政局部门2031年度部门决算\n", "东岭县民政局"),
        ("政协东岭县委员会办公室2031年部门预算\n", "政协东岭县委员会办公室"),
        ("东岭县委员会办公室2031年部门预算\n", "中共东岭县委办公室"),
    ],
)
def test_names_in_titles_headings_and_prose(source: str, name: str | None) -> None:
    assert identity(source).department_name == name


@pytest.mark.parametrize(
    ("source", "scope"),
    [
        ("东岭市工业局2031年单位预算\n2031年部门预算说明", "unit"),
        ("东岭市工业局(本级)2031年度部门决算", "unit"),
        ("2031年度东岭市工业局本级部门决算公开", "unit"),
        ("东岭市工业局2031年度（本级）决算公开报告", "unit"),
        ("2031年东岭市本级部门预算", "department"),
        ("东岭市工业局2031年部门及单位预算信息公开", "department"),
    ],
)
def test_the_first_title_says_the_scope(source: str, scope: str) -> None:
    assert identity(source).reporting_scope == scope


def test_a_budget_that_says_neither_department_nor_unit() -> None:
    assert identity("东岭县北山乡人民政府\n2031年预算情况说明").document_kind == "budget"


def test_the_region_after_the_name_of_an_organisation() -> None:
    name = "中国人民政治协商会议云南省寻甸回族彝族自治县委员会"
    assert region_of(name, "", CATALOGUE) == "530129"
    assert region_of("中共岳阳市委党校", "", CATALOGUE) == "430600"


def test_an_account_that_is_compared_with_its_budget() -> None:
    changes = "较上年决算减少1万元，较年初预算数减少2万元。\n" * 3
    assert identity(f"{LONG}经费公布如下\n{changes}").document_kind == "final_account"
    spent = "“三公”经费支出合计9万元，比预算数减少1万元。"
    assert identity(spent).document_kind == "final_account"


def test_the_word_for_contents_is_no_title() -> None:
    assert identity("目 录\n东岭市档案馆\n").title is None


def test_a_title_whose_year_stands_on_the_line_before() -> None:
    source = "首页>2031年部门决算\n2031年度东岭市北山镇\n部门决算\n第二部分 2031年度部门决算表\n"
    assert identity(source).title == "2031年度东岭市北山镇部门决算"


def test_the_region_of_a_title_that_begins_with_a_year() -> None:
    assert identity("2031年度南昌市“三公”经费支出决算情况\n").region_code == "360100"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("北山镇人民政府2031年部门预算\n发布机构 南昌县北山镇\n", "360121"),
        ("北山镇人民政府2031年部门预算\n南昌市南昌县北山镇人民政府\n", "360121"),
        ("北山镇人民政府2031年部门预算\n南昌县北山镇，浙江省舟山市北山镇\n", None),
        ("北山镇人民政府2031年部门预算\n南昌县政府网站\n", None),
    ],
)
def test_the_region_that_is_printed_before_the_name(source: str, code: str | None) -> None:
    assert identity(source).region_code == code
