"""One county whose reports word the same measures differently, asked across its towns and turn by turn, with the reader that ships."""

from pathlib import Path

import pytest
from answer_builders import answerer_of

from retrieval.answer import Answerer
from retrieval.reader.model import default_reader

BODIES = {
    (
        "云溪县",
        "桃林镇",
        2023,
    ): "全年受理矛盾纠纷126件，调解成功121件，其中邻里纠纷48件。\n执法队有执法人员10人，持证8人。罚款3.2万元。全年无行政复议案件。\n开展法治宣传活动24场次。培育法律明白人45名。安排法治专项经费18万元。",
    ("云溪县", "桃林镇", 2022): "全年受理矛盾纠纷140件，调解成功130件，其中邻里纠纷56件。\n罚款2.5万元。",
    (
        "云溪县",
        "石桥镇",
        2023,
    ): "镇调委会共收到各类纠纷203起，成功化解195起。\n全镇取得行政执法证的工作人员12名。罚没款45000元。未发生行政复议案件。\n组织普法讲座和赶集宣传31场。累计培养“法律明白人”62人。全年投入法治建设资金22万元。",
    (
        "云溪县",
        "双河镇",
        2023,
    ): "全年登记矛盾纠纷85件，办结80件。\n收到行政复议申请2件。罚款金额1.1万元。\n举办法治宣讲18场。新增法律明白人6名，达到23名。法治经费列支9.5万元。",
    ("云溪县", "大坪镇", 2023): "矛盾纠纷总体平稳。\n罚款8000元。\n召开院坝会、坝坝会宣讲法律40余场，送法进校园4次。法律明白人38人。",
    ("洮源县", "双河镇", 2023): "全年受理矛盾纠纷97件，调解成功92件。\n罚款2.1万元。\n开展法治宣传33场。法律明白人51名。",
}


HEADS = ("（一）化解矛盾。", "（二）行政执法。", "（三）普法宣传。")


def report(county: str, town: str, year: int, body: str) -> str:
    body = "\n".join(f"{head}{line}" for head, line in zip(HEADS, body.splitlines(), strict=False))
    problems = "二、存在问题\n一是执法力量不足。二是普法针对性不强。\n\n三、下一步打算\n继续推进法治政府建设。"
    return f"{county}{town}人民政府\n{town}{year}年法治政府建设年度报告\n\n一、主要举措和成效\n{body}\n\n{problems}\n\n{county}{town}人民政府\n{year + 1}年1月10日\n"


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder: Path = tmp_path_factory.mktemp("county")
    reports = {f"{county}{town}{year}.txt": report(county, town, year, body) for (county, town, year), body in BODIES.items()}
    return answerer_of(folder, reports, default_reader())


def test_a_measure_is_known_by_its_meaning_whatever_a_report_calls_it(answerer: Answerer) -> None:
    said = answerer.answer("云溪县2023年四个镇一共受理多少件纠纷").text
    assert "85 + 126 + 203 = 414" in said
    said = answerer.answer("云溪县2023年普法活动平均每个镇多少场").text
    assert "18 + 24 + 31" in said
    assert "石桥镇2023年投入法治建设资金22万元" in answerer.answer("云溪县2023年法治经费最多的镇").text


def test_what_no_report_states_is_no_measure_of_another_thing(answerer: Answerer) -> None:
    assert answerer.answer("云溪县2023年各镇法律援助案件多少件").refused


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("云溪县2023年有几个镇发生过行政复议", ("共1个", "申请2件")),
        ("桃林镇占云溪县2023年受理纠纷的百分之几", ("126 ÷ 414",)),
        ("云溪县双河镇和洮源县双河镇2023年罚款谁多", ("洮源县双河镇2023年较多",)),
        ("桃林镇和石桥镇2023年受理纠纷差多少", ("203 − 126 = 77",)),
        ("桃林镇和石桥镇2023年受理纠纷和罚款各是多少", ("126件", "203起", "3.2万元", "45000元")),
        ("双河镇2023年罚款多少，云溪县的", ("1.1万元", "云溪县双河镇")),
        ("云溪县和洮源县的双河镇2023年罚款差多少", ("2.1 − 1.1 = 1",)),
        ("云溪县2023年罚款在1万到5万元之间的有哪几个镇", ("1.1万元", "3.2万元", "45000元", "1份写的不在所问之列")),
        ("除桃林镇外云溪县其他镇2023年法律明白人合计多少", ("23 + 38 + 62 = 123",)),
        ("云溪县2023年法律明白人最多的镇比最少的镇多多少", ("62 − 23 = 39",)),
        ("桃林镇2023年法律明白人是石桥镇的几倍", ("倍",)),
        ("桃林镇和石桥镇2023年谁的法律明白人多，多几个", ("62 − 45 = 17",)),
        ("云溪县2022年和2023年受理纠纷总数分别是多少", ("85 + 126 + 203 = 414", "2022年合计140件")),
        ("桃林镇2022年和2023年邻里纠纷占比各是多少", ("2022年占比", "2023年占比", "个百分点")),
        ("桃林镇2023年调解成功率比2022年提高几个百分点", ("96 − 92.9 = 3.1",)),
        ("桃林镇和石桥镇2023年哪个调解成功率高", ("高0.1个百分点",)),
        ("桃林镇罚款较2022年净增多少", ("3.2 − 2.5 = 0.7",)),
        ("桃林镇2023年执法队里还有几个没证", ("10 − 8 = 2",)),
        ("桃林镇2023年执法人员中持证者占比多少", ("8 ÷ 10 = 80%",)),
    ],
)
def test_questions_across_towns(answerer: Answerer, question: str, words: tuple[str, ...]) -> None:
    said = answerer.answer(question).text
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("turns", "words", "never"),
    [
        (("云溪县2023年各镇受理纠纷多少", "最多的呢"), ("最多的是石桥镇2023年：203起",), "洮源"),
        (("云溪县2023年各镇受理纠纷多少", "超过100件的有哪些"), ("126件", "203起"), "洮源"),
        (("桃林镇和石桥镇2023年各受理多少纠纷", "差多少"), ("203 − 126 = 77",), "双河"),
        (("桃林镇2023年受理多少纠纷", "石桥呢", "两个镇合计呢"), ("126 + 203 = 329",), "双河"),
        (("桃林镇2023年存在哪些问题", "第二条展开说说"), ("普法针对性不强",), "力量不足"),
        (("桃林镇2023年受理多少纠纷", "依据是哪句话"), ("126件",), "没有写明"),
        (("桃林镇2023年受理多少纠纷", "哪来的数"), ("126件",), "没有写明"),
        (("云溪县双河镇2023年罚款多少", "不是那个双河，是洮源的"), ("2.1万元", "洮源县双河镇"), "1.1万元"),
        (("云溪县双河镇2023年罚款多少", "不对，我问的是洮源县的"), ("2.1万元", "洮源县双河镇"), "1.1万元"),
        (("桃林镇2023年存在哪些问题", "第二条展开说说：具体怎么回事"), ("普法针对性不强",), "力量不足"),
        (("桃林镇2023年受理多少纠纷", "以上结论，依据是报告里的哪句话？请照录原文。"), ("126件",), "没有写明"),
        (("桃林镇和石桥镇2023年罚款各多少", "谁多，多多少"), ("4.5（45000元） − 3.2 = 1.3",), "双河"),
        (("桃林镇2023年罚款多少", "比石桥多还是少"), ("3.2万元", "45000元", "较多"), "双河"),
        (("桃林镇2022年和2023年罚款各多少", "增长率呢"), ("28%",), "双河"),
        (("云溪县双河镇2023年罚款多少", "搞错了，是石桥镇"), ("45000元",), "1.1万元"),
    ],
)
def test_a_turn_changes_one_thing_and_keeps_the_others(
    answerer: Answerer, turns: tuple[str, ...], words: tuple[str, ...], never: str
) -> None:
    *history, question = turns
    said = answerer.answer(question, history=history).text
    assert all(word in said for word in words), said
    assert never not in said, said
