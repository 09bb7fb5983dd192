"""Questions across the towns of a county as people ask them: towns left out, lists, two asks at once, the year before in the same table."""

from pathlib import Path

import pytest
from answer_builders import answerer_of

from retrieval.answer import Answerer
from retrieval.reader.model import default_reader

REPORTS = {
    "岚谷县杉坪镇2024年.txt": """岚谷县杉坪镇2024年法治政府建设年度报告

一、主要举措和成效
全年受理矛盾纠纷130件，调解成功126件。
开展行政检查240次，作出行政处罚18件，罚款5.4万元。
全年发生行政复议案件2件。
举办法治宣传活动40场，受众8800人次。
法律明白人72名。全年投入法治经费20万元。

二、存在问题
一是综合执法队缺编3人，持证的不够用。
""",
    "岚谷县榆渡镇2024年.txt": """岚谷县榆渡镇2024年法治政府建设年度报告

一、主要指标
指标 | 单位 | 2024年 | 2023年
矛盾纠纷受理 | 件 | 95 | 80
行政检查 | 次 | 150 | 200
行政处罚 | 件 | 12 | 12
罚款 | 万元 | 2.1 | 2.8
法治宣传活动 | 场 | 25 | 22
法律明白人 | 名 | 50 | 46

二、存在问题
执法人员只有5名，人手不足，夜间巡查跟不上。
""",
    "岚谷县石碾镇2024年.txt": """岚谷县石碾镇2024年法治政府建设年度报告

一、工作情况
镇里共收到纠纷61件，调解成功58件。
全年巡查检查90次，罚款0.9万元。
全年没有发生行政复议案件。
普法宣传33场，听众2970人次。
每个村至少有2名法律明白人。人均法治经费不足6元。
""",
    "松阜县石碾镇2024年.txt": """松阜县石碾镇2024年法治政府建设年度报告

一、工作情况
全年受理矛盾纠纷44件，调解成功40件。
法律明白人30名。罚款1.2万元。
""",
}


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder: Path = tmp_path_factory.mktemp("county")
    return answerer_of(folder, REPORTS, default_reader())


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("除石碾镇外，岚谷县两个镇2024年行政检查一共多少次", ("240 + 150 = 390",)),
        ("岚谷县各镇（榆渡除外）2024年罚款合计多少万元", ("5.4 + 0.9 = 6.3",)),
        ("请算两镇（杉坪、榆渡）2024年法治宣传活动总量和平均数", ("40 + 25 = 65", "平均32.5场")),
        ("2024年岚谷县杉坪、榆渡、石碾三镇罚款一共多少万元", ("5.4 + 2.1 + 0.9 = 8.4",)),
        ("岚谷县2024年哪个镇罚款最多，比第二名多多少万", ("杉坪镇", "5.4 − 2.1 = 3.3")),
        ("两个石碾镇的罚款加在一块儿多少万元", ("0.9 + 1.2 = 2.1",)),
        ("杉坪镇的罚款占三镇（含榆渡、岚谷县石碾镇）罚款总数的百分之几", ("占比64.3%",)),
        ("岚谷县2024年行政复议案件一件都没有的镇有哪些", ("石碾镇",)),
        ("榆渡镇2024年行政检查次数同比降幅是多少", ("(200 − 150) ÷ 200 = 25%",)),
        ("和2023年比，榆渡镇法律明白人增加了几个", ("50 − 46 = 4",)),
        ("岚谷县哪些镇在报告里提了执法人手不足的困难", ("杉坪镇", "榆渡镇")),
    ],
)
def test_towns_are_put_together_as_the_question_says(answerer: Answerer, question: str, words: tuple[str, ...]) -> None:
    said = answerer.answer(question).text
    assert all(word in said for word in words), said


@pytest.mark.parametrize(
    ("history", "question", "words"),
    [
        (("2024年杉坪镇、榆渡镇、岚谷县石碾镇罚款一共多少万元",), "扣掉杉坪镇还剩多少", ("2.1 + 0.9 = 3",)),
        (("岚谷县2024年哪个镇的罚款最高",), "排第二的是哪个镇？多少万？", ("榆渡镇", "2.1")),
        (("杉坪镇2024年检查了多少次", "榆渡镇是多少次"), "把它也加进去，两个镇总共多少次", ("240 + 150 = 390",)),
        (("榆渡镇2024年行政处罚多少件",), "上年是几件？增加了几件？", ("12 − 12 = 0",)),
        (("杉坪镇2024年法律明白人多少名",), "改问榆渡镇，答案是多少", ("50名",)),
    ],
)
def test_a_turn_goes_on_with_the_towns_before_it(answerer: Answerer, history: tuple[str, ...], question: str, words: tuple[str, ...]) -> None:
    said = answerer.answer(question, history).text
    assert all(word in said for word in words), said
    assert "资料库没有" not in said


def test_so_much_for_each_is_no_total(answerer: Answerer) -> None:
    said = answerer.answer("岚谷县2024年法律明白人最少的是哪个镇").text
    assert "榆渡镇" in said.splitlines()[0]
    assert "至少有2名" not in said
    assert "不足6元" not in answerer.answer("岚谷县各镇2024年法治经费从高到低排一下").text
