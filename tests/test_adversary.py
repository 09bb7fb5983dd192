"""Nothing false is stated of a town by documents made to mislead; the benchmark tests/bench/adversary.py in small."""

import sys
from pathlib import Path

import pytest
from answer_builders import WordsReader

pytest.importorskip("reportlab", reason="needs reportlab")
sys.path.append(str(Path(__file__).parent / "bench"))
import adversary
from twisted import KINDS

REPORTS, EACH, SEED = 8, 3, 5
ANSWERED = 0.9  # of what is stated


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_false_is_said_of_a_town_and_what_is_stated_is_mostly_answered(tmp_path, kind):
    marks = list(adversary.measure(tmp_path, n=REPORTS, seed=SEED, kinds=[kind], each=EACH, reader=WordsReader()))
    assert [(mark.case.question, mark.false) for mark in marks if mark.verdict == "false"] == []
    stated = [mark.verdict == "right" for mark in marks if mark.case.truth is not None]
    assert stated and sum(stated) >= ANSWERED * len(stated)


def test_a_line_that_says_anothers_figure_of_a_town_is_false():
    told = [adversary.Told("桃畈镇", "2023年", "调解矛盾纠纷34件", (("石桥村", "调解27件"),))]
    case = adversary.Case("others", "桃畈镇2023年调解矛盾纠纷多少件", "34")
    assert list(adversary.false_lines(case, "桃畈镇2023年调解矛盾纠纷34件。[1]\n桃畈镇2023年石桥村调解27件。[2]", told)) == []
    assert len(list(adversary.false_lines(case, "桃畈镇2023年调解矛盾纠纷27件。[1]\n桃畈镇2022年调解矛盾纠纷34件。[2]", told))) == 2
