"""Evidence: what is cut, what is read, and when something is said."""

import numpy as np
import pytest
from answer_builders import WordsReader, answerer_of
from hypothesis import given
from hypothesis import strategies as st

from retrieval.answer import Answerer
from retrieval.evidence.calibration import COMPANION, FEATURES, QUESTION, Calibration
from retrieval.evidence.companions import Asked, features, touch
from retrieval.evidence.judge import READ, Finding, ranked
from retrieval.evidence.pieces import LENGTH, pieces
from retrieval.measure.calibrate import cases_of, report_of

LONG = "一是" + "，".join(f"完善第{n}项制度并抓好落实" for n in range(12)) + "；二是加强队伍建设，" + "补充人员若干，" * 3 + "经费列入预算。"
REPORT = f"""柏溪镇2023年法治政府建设情况报告

一、主要工作
（一）矛盾化解。全年调解矛盾纠纷120件。聘请12名老茶农在茶山现场评议鲜叶纠纷，做法在全县推广。
（二）制度建设。{LONG}

二、存在的问题
司法所人手紧。

三、下一步打算
2024年新建调解室3个。
"""


class Counting(WordsReader):
    """Remembers how many sentences it was given, and holds each for as unlikely as it is told."""

    def __init__(self, odds: float) -> None:
        self.read_so_far = 0
        self.odds = odds

    def read(self, question, candidates):
        self.read_so_far += len(candidates)
        return np.full(len(candidates), self.odds, np.float32)


@pytest.fixture(scope="module")
def answerer(tmp_path_factory) -> Answerer:
    return answerer_of(tmp_path_factory.mktemp("evidence"), {"柏溪镇2023年.txt": REPORT})


def reading_of(answerer):
    [reading] = answerer.inquire(answerer.understand("柏溪镇2023年做了什么")).readings
    return reading


def test_the_pieces_of_a_report_are_its_sentences_and_long_ones_are_cut_between_clauses(answerer):
    reading = reading_of(answerer)
    found = pieces(reading)
    for sentence in reading.sentences:
        own = [piece for piece in found if piece.sentence == sentence]
        assert "".join(piece.text for piece in own) == sentence.text
        assert len(own) == 1 or all(len(piece.text) <= LENGTH for piece in own)


RUN_ON = "二是守住决策关口，政府签订的合同协议必须先经司法所审核，全年审核合同协议21份，提出意见37条，被采纳34条，另外审查决策4项，其中蓄水池迁建一项因资金来源不明被暂缓，"


def test_of_a_sentence_that_runs_on_some_clauses_are_read_by_themselves_too(tmp_path):
    made = answerer_of(tmp_path, {"柏溪镇2023年.txt": f"柏溪镇2023年法治政府建设情况报告\n\n一、工作\n一是加强学习，全年办班3期，{RUN_ON}三是化解纠纷9件。\n"})
    [piece] = [piece for piece in pieces(reading_of(made)) if "蓄水池" in piece.text]
    assert piece.text == RUN_ON
    whole, *runs = piece.candidates
    assert whole.sentence == RUN_ON and "".join(run.sentence for run in runs) == RUN_ON
    assert any(run.sentence.endswith("蓄水池迁建一项因资金来源不明被暂缓，") and "合同协议21份" not in run.sentence for run in runs)


def test_no_more_is_read_than_the_bound_and_less_where_the_answer_is_sure(tmp_path):
    many = "\n".join(f"第{n}村开展法治宣传{n + 1}场，群众反映良好。" for n in range(80))
    for odds, most in ((-9.0, sum(READ)), (9.0, READ[0])):
        reader = Counting(odds)
        folder = tmp_path / str(odds)
        folder.mkdir()
        made = answerer_of(folder, {"柏溪镇2023年.txt": f"柏溪镇2023年法治政府建设情况报告\n\n一、工作\n{many}"})
        Answerer.open(folder / "store", reader=reader).answer("柏溪镇2023年的做法是谁想出来的")
        assert 0 < reader.read_so_far <= most
        assert made


def test_where_nothing_clears_the_bar_the_reply_declines_and_shows_at_most_what_is_nearest(answerer):
    answer = answerer.answer("柏溪镇2023年谁负责修桥")
    assert answer.refused
    assert "没有写明" in answer.text


def test_words_of_a_report_are_said_whole_and_cited(answerer):
    answer = answerer.answer("柏溪镇2023年老茶农评议鲜叶纠纷的做法")
    assert "聘请12名老茶农在茶山现场评议鲜叶纠纷，做法在全县推广" in answer.text
    assert answer.citations[0].quote.startswith("聘请12名老茶农")


@given(st.lists(st.floats(-5, 5), min_size=len(FEATURES), max_size=len(FEATURES)), st.floats(0.01, 3))
def test_a_sentence_that_the_reader_likes_more_is_never_ranked_lower(features, more):
    calibration = Calibration.load()
    liked = (features[0] + more, *features[1:])
    assert calibration.piece(liked) > calibration.piece(features)


@given(st.lists(st.floats(-5, 5), min_size=len(COMPANION), max_size=len(COMPANION)), st.floats(0.01, 3))
def test_a_likelier_sentence_never_belongs_less_to_an_answer(known, more):
    calibration = Calibration.load()
    assert calibration.companion((known[0] + more, *known[1:])) > calibration.companion(known)


def test_sentences_touch_where_nothing_stands_between_them_in_one_section(answerer):
    first, second, third = (
        Finding(next(p for p in pieces(reading_of(answerer)) if p.text.startswith(words)), (0.0,) * len(FEATURES), 0.5)
        for words in ("（一）矛盾化解", "全年调解", "聘请12名")
    )
    assert touch(second, third) and touch(third, second)
    assert not touch(first, third)
    plain = Asked(several=False, number=False, told=True)
    assert features(second, third, plain)[COMPANION.index("after")] == 1.0
    assert features(third, second, plain)[COMPANION.index("before")] == 1.0


def test_nothing_read_is_no_answer():
    assert len(QUESTION) + 1 == len(Calibration.load().questions)
    with pytest.raises(IndexError):
        ranked([], Calibration.load(), number=False)


ROWS = {
    "town": "云埠镇",
    "year": 2023,
    "sents": [["一、工作 › （一）宣传", "发放资料300份。"], ["一、工作 › （二）调解", "调解纠纷20件。"], ["二、问题", "经费不足。"]],
    "qa": [{"q": "发了多少资料", "a": [0]}],
    "none": ["谁出的钱"],
    "talk": [{"t": ["调解了几件", "成了几件"], "a": []}],
}


def test_an_invented_report_is_written_out_with_each_heading_once():
    assert report_of(ROWS).splitlines()[1:] == ["一、工作", "（一）宣传", "发放资料300份。", "（二）调解", "调解纠纷20件。", "二、问题", "经费不足。"]


def test_every_question_is_asked_with_its_town_and_a_later_turn_after_the_first():
    plain, nothing, later = cases_of(ROWS)
    assert plain.question == "云埠镇2023年发了多少资料"
    assert nothing.right == ()
    assert (later.history, later.question) == (("云埠镇2023年调解了几件",), "成了几件")
