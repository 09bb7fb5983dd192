"""Where a miss was lost: the step is named, and a right reply has none."""

import pytest
from answer_builders import answerer_of

from retrieval.measure.evaluate import evaluate
from retrieval.measure.losses import Loss, where_lost
from retrieval.measure.scoring import Evidence, Item

REPORT = """柏溪镇2023年法治政府建设情况报告

一、主要工作
全年调解矛盾纠纷120件。聘请12名老茶农在茶山现场评议鲜叶纠纷。
"""
SAID = Evidence("柏溪镇2023年.txt", "聘请12名老茶农在茶山现场评议鲜叶纠纷")


@pytest.fixture(scope="module")
def answerer(tmp_path_factory):
    return answerer_of(tmp_path_factory.mktemp("losses"), {"柏溪镇2023年.txt": REPORT})


def lost(answerer, item):
    [graded] = evaluate(answerer, [item], losing=lambda known: where_lost(answerer, known)).graded
    return graded.lost


QUESTION = "柏溪镇2023年聘请老茶农在茶山评议鲜叶纠纷"


@pytest.mark.parametrize(
    ("item", "step"),
    [
        (Item("1", QUESTION, "fact", True, must_contain=(("12名",),), evidence=(SAID,)), ""),
        (Item("2", QUESTION, "fact", True, must_contain=(("13名",),), evidence=(SAID,)), Loss.COMPOSITION),
        (Item("3", QUESTION, "fact", True, evidence=(Evidence("别的镇.txt", "别的话别的话"),)), Loss.SCOPE),
        (Item("4", QUESTION, "fact", True, evidence=(Evidence(SAID.file, "报告里没有的一句话"),)), Loss.CANDIDATES),
        (Item("5", QUESTION, "near_miss", False), Loss.REFUSAL),
    ],
    ids=["right", "words", "scope", "candidates", "not declined"],
)
def test_the_step_that_lost_a_miss_is_named(answerer, item, step):
    assert lost(answerer, item) == step
