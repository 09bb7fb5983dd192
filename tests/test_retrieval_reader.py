"""The reader that ships: it tells what answers from what shares its words, without torch, the same at every batch."""

import json
from pathlib import Path
from random import Random

import numpy as np
import pytest

from index.errors import ModelUnavailable
from retrieval.reader.lessons import Asked, Fold, Text, fold_of, lessons, texts
from retrieval.reader.model import LocalReader, default_reader
from retrieval.reader.pair import HEADING, SENTENCE, Candidate, asked, last_named, told

SENTENCES = (
    Candidate("三、矛盾纠纷化解", "", "全年受理各类矛盾纠纷312件，调解成功305件。"),
    Candidate("三、矛盾纠纷化解", "全年受理各类矛盾纠纷312件，调解成功305件。", "其余7件已引导当事人到法院起诉。"),
    Candidate("四、法治宣传", "", "组织普法宣讲队进村入户，发放宣传册4000份。"),
    Candidate("五、存在问题", "", "司法所只有1名在编人员，忙时顾不过来。"),
)


@pytest.fixture(scope="module")
def reader():
    return default_reader()


@pytest.mark.parametrize(
    ("question", "place"),
    [("没劝成的后来怎么办了", 1), ("吵架扯皮的事一年接了多少", 0)],
)
def test_everyday_words_find_the_sentence_that_answers(reader, question, place):
    assert int(reader.read(question, SENTENCES).argmax()) == place


def test_a_score_does_not_hang_on_what_is_read_beside_it(reader):
    question = "调解成功了多少件"
    together = reader.read(question, SENTENCES)
    alone = np.concatenate([reader.read(question, [candidate]) for candidate in SENTENCES])
    assert np.allclose(together, alone, atol=1e-3)


def test_nothing_to_read_is_nothing_read(reader):
    assert reader.read("谁负责", []).shape == (0,)


def test_a_reader_whose_files_are_gone_says_what_to_do(tmp_path):
    with pytest.raises(ModelUnavailable, match="重新安装"):
        LocalReader(tmp_path).read("谁负责", SENTENCES)


def test_what_is_read_is_bounded():
    long = Candidate("很长的标题" * 20, "前一句" * 50, "很长的句子，" * 100)
    assert len(told(long)) < HEADING + SENTENCE + 60
    assert asked("前面的话" * 40 + "谁牵头").endswith("谁牵头")


@pytest.mark.parametrize(
    ("words", "above", "named"),
    [("成立护渔队，叫“白鹭哨”，夜里守江。", "", "白鹭哨"), ("哨员自愿报名。", "白鹭哨", "白鹭哨"), ("从“白鹭哨”到“渔家夜话”。", "", "渔家夜话"), ("“一”字开头。", "", "")],
    ids=["it says one", "the one above", "the last of two", "a single character is none"],
)
def test_the_name_that_was_said_last_is_known(words, above, named):
    assert last_named(words, above) == named


def test_a_sentence_is_read_with_the_name_that_its_section_said_last_unless_it_stands_there():
    why = Candidate("三、护江", "哨员自愿报名。", "起因是2023年发生一起深夜盗采江砂。", "白鹭哨")
    assert "“白鹭哨”" in told(why)
    assert told(Candidate("三、护江", "哨员自愿报名。", "白鹭哨有哨员40名。", "白鹭哨")).count("白鹭哨") == 1


def test_the_name_above_helps_to_find_what_speaks_of_it_without_saying_so(reader):
    plain = Candidate("三、护江", "哨员自愿报名，镇里发哨子。", "起因是2023年发生一起深夜盗采江砂。")
    [without, with_name] = reader.read("白鹭哨是因为出了什么事才搞的", [plain, Candidate(plain.headings, plain.before, plain.sentence, "白鹭哨")])
    assert with_name > without


ROW = {
    "town": "云埠镇",
    "year": 2023,
    "sents": [["一、工作", f"第{n}项工作已经完成，共办理{n}件。"] for n in range(12)],
    "qa": [{"q": "云埠镇第3项办了几件", "a": [3]}, {"q": "第5项和第6项呢", "a": [5, 6]}],
    "none": ["谁批准的"],
    "talk": [{"t": ["第1项办了几件", "那第2项呢"], "a": [2]}],
}


@pytest.fixture
def text(tmp_path) -> Text:
    (tmp_path / "w.jsonl").write_text(json.dumps(ROW, ensure_ascii=False), encoding="utf-8")
    [found] = texts(tmp_path)
    return found


def test_a_lesson_shows_what_answers_first_and_then_what_does_not(text):
    for lesson, known in zip(lessons(text, Random(1)), text.asked, strict=True):
        right = {text.sentences[place] for place in known.right}
        assert set(lesson.sentences[: lesson.right]) == right
        assert not right & set(lesson.sentences[lesson.right :])


def test_a_question_is_taught_without_its_town_and_a_later_turn_after_the_one_before(text):
    assert text.asked[0] == Asked("第3项办了几件", (3,))
    assert text.asked[-1] == Asked("第1项办了几件；那第2项呢", (2,))


def test_a_row_is_taught_after_the_row_that_names_its_columns(tmp_path):
    rows = ["主要指标如下。", "指标│单位│2023年", "调解│件│12", "普法│场│3", "均已公开。"]
    written = {**ROW, "head": "二、指标", "sents": rows, "qa": [], "none": [], "talk": []}
    (tmp_path / "w.jsonl").write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")
    [found] = texts(tmp_path)
    assert [sentence.before for sentence in found.sentences] == ["", rows[0], rows[1], rows[1], rows[3]]


def test_a_tenth_is_kept_for_the_calibration_and_a_tenth_for_the_card():
    folds = [fold_of(number) for number in range(20)]
    assert (folds.count(Fold.CALIBRATION), folds.count(Fold.CARD)) == (2, 2)


def test_the_reports_that_teach_are_whole():
    folder = Path(__file__).parent.parent / "data" / "train" / "reports"
    for found in texts(folder):
        assert all(0 <= place < len(found.sentences) for known in found.asked for place in known.right)
