"""What one report leaves to be calculated from two figures that it tells together; what it states itself is quoted."""

import pytest
from answer_builders import answerer_of

from retrieval.question.derivation import RULES, derived_of

REPORT = """沙墩镇2023年法治政府建设情况报告

一、主要工作
（一）化解矛盾。全年受理矛盾纠纷206件，调解成功197件，其中山林权属纠纷88件，护林员参与调解71件，调成68件。全镇共调解纠纷206件，其中移民纠纷占151件。
（二）院坝议事。“院坝会”开了一百四十四场，议定事项三百零九项，办结二百八十一项。排查高层住宅隐患164处，整改158处，整改率96.3%。
（三）依法行政。执法大队核定编制18名，实有15名。查处越界开采9件、罚没款88万元，超载运输31件、罚没款27.4万元。作出行政处罚决定69件，罚没金额9.7万元。
（四）公开听证。经听证，停车费由每月180元降为每月120元。赊走53户鲜叶款68万元，已追回41万元。
（五）法治宣传。投入普法经费7.5万元，比上年增加0.9万元。违反禁渔规定的案件19起，比上年减少14起。

沙墩镇人民政府
2024年1月9日
"""


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    answerer = answerer_of(tmp_path_factory.mktemp("derived"), {"沙墩镇2023年.txt": REPORT})
    return lambda question, *history: answerer.answer(question, history)


@pytest.mark.parametrize(
    ("question", "formula"),
    [
        ("沙墩镇院坝会议定的事项还有几项没办结", "309 − 281 = 28"),
        ("沙墩镇调解的纠纷里头不是移民的有多少件", "206 − 151 = 55"),
        ("沙墩镇高层住宅隐患还有几处没整改", "164 − 158 = 6"),
        ("沙墩镇执法大队离满编还差几个人", "18 − 15 = 3"),
        ("沙墩镇行政处罚决定平均每件罚没多少元", "97000（9.7万元） ÷ 69 = 1405.8"),
        ("沙墩镇停车费听证以后每月比原来少收几块钱", "180 − 120 = 60"),
        ("沙墩镇鲜叶款还有多少没追回来", "68 − 41 = 27"),
        ("按沙墩镇2023年的报告推算，上一年违反禁渔规定的案件有多少起", "19 + 14 = 33"),
        ("沙墩镇2022年普法经费多少万元", "7.5 − 0.9 = 6.6"),
    ],
)
def test_two_figures_that_are_told_together_give_the_third(ask, question, formula) -> None:
    answer = ask(question)
    assert formula in answer.text
    assert answer.numbers.total == answer.numbers.traced
    assert answer.citations


def test_a_rate_that_the_report_states_is_quoted_and_not_calculated(ask) -> None:
    answer = ask("沙墩镇高层住宅隐患整改率是多少")
    assert "96.3%" in answer.text
    assert "÷" not in answer.text


@pytest.mark.parametrize("question", ["沙墩镇信访事项还有几件没办结", "沙墩镇法律援助平均每件花了多少元", "沙墩镇人民调解协议履行率是多少"])
def test_what_the_report_does_not_speak_of_is_not_calculated(ask, question) -> None:
    assert "÷" not in ask(question).text
    assert "−" not in ask(question).text


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_of_derivations_matches_its_examples_and_not_those_against_it(rule) -> None:
    for example in rule.yes:
        assert rule.kind in [derived.kind for derived in derived_of(example)], example
    for example in rule.no:
        assert rule.kind not in [derived.kind for derived in derived_of(example)], example
