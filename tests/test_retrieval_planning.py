"""The rules of plans: each matches its own examples and none of those against it; and what whole questions become."""

import pytest

from retrieval.question.plan import (
    AgainstMean,
    Change,
    Comparison,
    Condition,
    Direction,
    Fold,
    FoldKind,
    Grouping,
    Having,
    Plan,
    Silent,
    Top,
)
from retrieval.question.planning import _matches, plan_of, without_plan
from retrieval.question.rules import RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_matches_its_examples_and_not_those_against_it(rule):
    for example in rule.yes:
        assert rule in [match.rule for match in _matches(example)], example
    for example in rule.no:
        assert rule not in [match.rule for match in _matches(example)], example


def test_rules_have_names_of_their_own_and_an_example_each():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.yes for rule in RULES)


SUM, MEAN, COUNT = Fold(FoldKind.SUM), Fold(FoldKind.MEAN), Fold(FoldKind.COUNT)


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("各镇调解纠纷超过100件的有几个", Plan((Condition(Comparison.ABOVE, 100, "件"), COUNT))),
        ("调解纠纷100件以上的镇里谁最多", Plan((Condition(Comparison.AT_LEAST, 100, "件"), Top()))),
        ("发放资料前三名合计多少份", Plan((Top(3), SUM))),
        ("平均数以上的有几个", Plan((AgainstMean(Comparison.AT_LEAST), COUNT))),
        ("罚款在1.5万元到3万元之间的镇平均多少", Plan((Condition(Comparison.BETWEEN, 1.5, "万元", 3.0), MEAN))),
        ("开展普法100到200场的镇", Plan((Condition(Comparison.BETWEEN, 100, "场", 200),))),
        ("哪些镇法治宣传不足三十场", Plan((Condition(Comparison.BELOW, 30, "场"),))),
        ("化解率百分之九十五以上的镇有几个", Plan((Condition(Comparison.AT_LEAST, 95, "%"), COUNT))),
        ("哪个镇调解纠纷增加最多", Plan((Change(Direction.RISE), Top()))),
        ("比    增长超过10%的镇有几家", Plan((Change(Direction.RISE, percent=True), Condition(Comparison.ABOVE, 10, "%"), COUNT))),
        ("最多的镇和最少的镇相差多少场", Plan((Fold(FoldKind.SPREAD),))),
        ("哪个镇最多,哪个镇最少", Plan((Top(), Top(least=True)))),
        ("哪个县的镇调解纠纷合计最多", Plan((SUM, Top()), Grouping.COUNTY)),
        ("没有写明代表建议件数的是哪些单位,写明的几家合计多少件", Plan((Silent(), SUM))),
        ("有几个镇没有发生行政诉讼案件", Plan((Having(had=False), COUNT))),
        ("各镇有多少法律明白人", Plan()),
        ("调解了多少纠纷", Plan()),
    ],
)
def test_questions_become_plans(question, plan):
    assert plan_of(question) == plan


def test_what_only_says_how_to_calculate_is_no_part_of_the_topic():
    assert without_plan("调解纠纷超过100件的镇里谁最多").split() == ["调解纠纷", "的镇里谁"]
    assert "行政诉讼案件" in without_plan("哪些镇没有发生行政诉讼案件")


def test_a_turn_about_what_was_kept_narrows_it_further():
    before = plan_of("调解纠纷超过100件的镇有哪些")
    assert plan_of("其中超过200件的有几个").after(before, within=True).steps == (
        Condition(Comparison.ABOVE, 100, "件"),
        Condition(Comparison.ABOVE, 200, "件"),
        COUNT,
    )
    assert plan_of("那前三名呢").after(before, within=False) == Plan((Top(3),))
    assert Plan().after(before, within=False) == before


def test_a_bound_that_a_later_turn_moves_keeps_the_rest_of_the_plan():
    before = plan_of("法治经费超过30万元的有几个镇")
    assert plan_of("门槛改成40万元呢").after(before, within=False).steps == (Condition(Comparison.ABOVE, 40, "万元"), COUNT)
