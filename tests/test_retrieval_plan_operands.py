"""Of the figures that may be a side of a calculation: which are chosen, and when none are."""

from dataclasses import replace

import pytest

from index.figures import figures
from index.outline import outline
from index.types import Place as Town
from index.types import Report
from retrieval.evidence.calibration import Calibration
from retrieval.evidence.reading import Reading, Stated
from retrieval.plan.operands import Operand, choice_of, found_of
from retrieval.question.derivation import Asked, Relation

TEXT = """檀溪镇2024年法治政府建设情况报告

一、主要工作
全年登记各类纠纷164起，说和151起，其中水塘纠纷8起、地界纠纷5起。
上年登记140起。巡查88次，罚款6.5万元，办结率96%。
"""


def operands(**odds):
    """The figures by their words (说和151起), each with the log-odds of both sides; the others are neither."""
    report = Report(id="a" * 16, file="a.txt", digest="", title="", place=Town(town="檀溪镇"), year=2024, text=TEXT)
    sections = outline(report)
    reading = Reading(report, sections, Stated(lambda: figures(report, sections)))
    found = [found_of(s, f) for s in reading.sentences for f in s.figures if f.end > f.start and "年法治" not in s.text]
    known = {name[1:]: own for name, own in odds.items()}
    return [Operand(f, *known.get(TEXT[f.figure.start : f.figure.end], (-6.0, -6.0))) for f in found]


def chosen(relation, **odds):
    choice = choice_of(Asked(relation, parts=0 if relation in (Relation.REST, Relation.SUM) else 1), operands(**odds), Calibration.load())
    return [TEXT[f.figure.start : f.figure.end] for f in choice.figures] if choice else []


@pytest.mark.parametrize(
    ("relation", "odds", "figures_taken"),
    [
        (Relation.SHARE, {"_151起": (3.0, -2.0), "_164起": (-2.0, 3.0)}, ["151起", "164起"]),
        (Relation.REST, {"_8起": (3.0, -2.0), "_5起": (2.0, -2.0), "_151起": (-2.0, 3.0)}, ["8起", "5起", "151起"]),
        (Relation.GAP, {"_164起": (3.0, -2.0), "_140起": (-2.0, 3.0)}, ["164起", "140起"]),
        (Relation.GROWTH, {"_164起": (3.0, -2.0), "_140起": (-2.0, 3.0)}, ["164起", "140起"]),
        (Relation.SUM, {"_8起": (3.0, -2.0), "_5起": (2.0, -2.0)}, ["8起", "5起"]),
        (Relation.EACH, {"_6.5万元": (3.0, -2.0), "_151起": (-2.0, 3.0)}, ["6.5万元", "151起"]),
        (Relation.WHOLE, {"_151起": (3.0, -2.0), "_96%": (-2.0, 3.0)}, ["151起", "96%"]),
    ],
)
def test_the_likeliest_figures_are_taken_in_the_order_of_the_formula(relation, odds, figures_taken):
    assert chosen(relation, **odds) == figures_taken


@pytest.mark.parametrize(
    ("relation", "odds"),
    [
        (Relation.SHARE, {"_164起": (3.0, -2.0), "_8起": (-2.0, 3.0)}),
        (Relation.SHARE, {"_88次": (3.0, -2.0), "_164起": (-2.0, 3.0)}),
        (Relation.SHARE, {"_140起": (3.0, -2.0), "_164起": (-2.0, 3.0)}),
        (Relation.REST, {"_164起": (3.0, -2.0), "_151起": (-2.0, 3.0)}),
        (Relation.REST, {"_8起": (3.0, -2.0), "_5起": (3.0, -2.0), "_151起": (3.0, -2.0), "_164起": (-2.0, 3.0)}),
        (Relation.GAP, {"_164起": (3.0, -2.0), "_88次": (-2.0, 3.0)}),
        (Relation.EACH, {"_164起": (3.0, -2.0), "_8起": (-2.0, 3.0)}),
        (Relation.SUM, {"_151起": (3.0, -2.0), "_88次": (2.0, -2.0)}),
        (Relation.SUM, {"_8起": (3.0, -2.0)}),
    ],
    ids=["a part larger than its whole", "another measure", "the year before is no part", "more than there was", "parts that leave nothing", "unlike measures apart", "one measure by itself", "a sum of unlike measures", "a sum of one"],
)
def test_figures_that_cannot_be_calculated_with_are_not_taken(relation, odds):
    assert not chosen(relation, **odds)


def test_none_are_taken_where_all_are_unlikely():
    assert not chosen(Relation.SHARE, _151起=(-3.0, -4.0))


def test_of_two_that_are_as_likely_none_is_taken():
    assert not chosen(Relation.SHARE, _8起=(2.0, -3.0), _5起=(1.9, -3.0), _164起=(-3.0, 3.0))


def test_of_a_part_and_its_part_only_the_whole_is_taken_away_or_added():
    assert chosen(Relation.REST, _151起=(6.0, -2.0), _8起=(2.0, -2.0), _164起=(-2.0, 3.0)) == ["151起", "164起"]


def test_figures_of_two_reports_are_not_put_together():
    one = [replace(o, one=3.0) for o in operands() if o.figure.value == 151]
    other = [replace(o, other=3.0, found=elsewhere(o.found)) for o in operands() if o.figure.value == 164]
    assert choice_of(Asked(Relation.SHARE), [*one, *other], Calibration.load()) is None


def elsewhere(found):
    report = replace(found.sentence.report, id="b" * 16)
    return replace(found, sentence=replace(found.sentence, report=report))


STEP = """檀溪镇2024年法治政府建设情况报告

一、主要工作
夜查后油烟投诉由4月的33件降到12月的9件。收件38件。
"""


@pytest.mark.parametrize("sides", [((4.0, -2.0), (-3.0, -5.0)), ((4.0, -5.0), (5.0, -6.0))], ids=["the first is taken for what is now", "both are"])
def test_the_words_that_lead_from_one_figure_to_the_other_tell_which_was_first(monkeypatch, sides):
    monkeypatch.setattr("test_retrieval_plan_operands.TEXT", STEP)
    first, second = sides
    assert chosen(Relation.GROWTH, _33件=first, _9件=second) == ["9件", "33件"]
