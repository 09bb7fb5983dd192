"""What follows from two figures of each report, over several reports and years: the same for all, and never of another thing."""

import pytest
from answer_builders import answerer_of

REPORTS = {
    "云埠镇2023年.txt": "洛川县云埠镇2023年法治政府建设情况报告\n\n一、主要工作\n受理矛盾纠纷200件，化解190件。举办普法活动40场，参加群众6000人次。查处违法案件20件，罚款5万元。现有执法人员10名，其中持证9名。排查安全隐患50处，全部整改到位。",
    "云埠镇2022年.txt": "洛川县云埠镇2022年法治政府建设情况报告\n\n一、主要工作\n受理矛盾纠纷160件，化解144件。举办普法活动30场，参加群众3000人次。",
    "柏溪镇2023年.txt": "洛川县柏溪镇2023年法治政府建设情况报告\n\n一、主要工作\n调处矛盾纠纷100件，调解成功99件，其中邻里纠纷30件、婚姻纠纷25件。开展普法宣讲20场，听众2000人次。作出行政处罚10件，罚款8000元。执法人员8人，8人持有执法证。排查安全隐患60处，整改57处。",
    "苇川镇2023年.txt": "洛川县苇川镇2023年法治政府建设情况报告\n\n一、主要工作\n受理矛盾纠纷300件，同比下降25%。法治经费18万元，比上年增加3万元。发生行政诉讼案件2件，均胜诉。",
}


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("pairs"), REPORTS)
    return lambda question, *history: answerer.answer(question, history)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("2023年洛川县哪个镇矛盾纠纷化解率最高", "最高的是柏溪镇2023年：99%：99 ÷ 100 = 99%"),
        ("2023年洛川县矛盾纠纷化解率在96%以上的镇有哪些", "柏溪镇2023年化解率99%：99 ÷ 100 = 99%"),
        ("2023年洛川县各镇矛盾纠纷总化解率是多少", "289 ÷ 300 = 96.33%（190 + 99 = 289；200 + 100 = 300）"),
        ("2023年洛川县各镇还有多少件矛盾纠纷没化解", "300 − 289 = 11"),
        ("2023年洛川县哪个镇平均每场普法参加群众最多", "6000 ÷ 40 = 150"),
        ("云埠镇和柏溪镇2023年安全隐患整改率哪个高", "云埠镇2023年比柏溪镇2023年高5个百分点"),
        ("云埠镇矛盾纠纷化解率2023年比2022年提高了几个百分点", "2023年比2022年提高5个百分点：95 − 90 = 5"),
        ("柏溪镇2023年除邻里、婚姻两类外的矛盾纠纷还有多少件", "100 − 55 = 45（30 + 25 = 55）"),
        ("苇川镇2022年受理矛盾纠纷多少件", "300 ÷ (1 − 25%) = 400"),
        ("苇川镇2023年法治经费比2022年增幅是多少", "(18 − 15) ÷ 15 = 20%"),
    ],
)
def test_two_figures_of_each_report_give_the_third(ask, question, said) -> None:
    answer = ask(question)
    assert said in answer.text
    assert answer.numbers.total == answer.numbers.traced


def test_a_report_that_tells_no_such_figures_is_named_as_one_that_nothing_was_calculated_for(ask) -> None:
    answer = ask("2023年洛川县各镇矛盾纠纷总化解率是多少")
    assert "1份没能算出（苇川镇2023年）" in answer.text
    assert (answer.coverage.reports, answer.coverage.stated) == (3, 2)


def test_all_the_towns_of_a_county_are_no_town_of_that_name(ask) -> None:
    answer = ask("2023年普法活动超过30场的洛川县镇有哪些")
    assert [c.town for c in answer.citations] == ["云埠镇"]
    assert answer.reason is None


def test_what_is_asked_after_a_wide_question_keeps_its_scope_without_the_town_that_is_taken_away(ask) -> None:
    answer = ask("去掉云埠镇以后还有多少？", "2023年洛川县各镇行政处罚总共多少件？")
    assert "云埠镇" not in {c.town for c in answer.citations}
    assert "10件" in answer.text


def test_what_all_ended_well_did_not_all_end_badly(ask):
    assert "100%" not in ask("洛川县2023年行政诉讼败诉率是多少").text
