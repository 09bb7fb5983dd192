"""核稿: what a draft repeats rightly is left in peace, what it gets wrong is told with the words that it should have."""

import pytest
from conftest import SAMPLE
from planted import planted, wrong_at

from index.build import build
from index.embed import default_encoder
from index.errors import BadRequest
from index.store import Store
from retrieval.proof.check import LONGEST, Matter, Proofreader, Verdict

TOWNS = SAMPLE.parent / "eval" / "towns" / "reports"
ALARMING = {Verdict.DIFFERENT, Verdict.NOT_FOUND}


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    path = tmp_path_factory.mktemp("towns") / "store"
    with Store.create(path, default_encoder()) as store:
        build([SAMPLE, TOWNS], store)
    return path


@pytest.fixture(scope="module")
def checked(sample_store):
    reader = Proofreader.open(sample_store)
    return lambda text: [(each.words, each.verdict, each.instead) for each in reader.check(text)]


def test_a_right_figure_agrees_and_leads_to_its_words(sample_store):
    first, *_ = Proofreader.open(sample_store).check("金井镇2023年共排查矛盾纠纷708起。")
    assert (first.words, first.verdict, first.matter) == ("708起", Verdict.SAME, Matter.FIGURE)
    assert [citation.id for citation in first.citations] == ["金井2023·一(三)1"]
    assert "排查矛盾纠纷708起" in first.citations[0].quote


@pytest.mark.parametrize(
    ("draft", "told"),
    [
        ("金井镇2023年共排查矛盾纠纷780起。", ("780起", Verdict.DIFFERENT, "708起")),
        ("金井镇2023年共排查矛盾纠纷708件。", ("708件", Verdict.DIFFERENT, "708起")),
        ("金井镇2022年共排查矛盾纠纷708起。", ("708起", Verdict.DIFFERENT, "2023年的708起")),
        ("青阳街道2023年共排查矛盾纠纷708起。", ("708起", Verdict.NOT_FOUND, "")),
        ("金井镇2023年新建足球场3个。", ("3个", Verdict.NOT_FOUND, "")),
    ],
    ids=["a digit", "a unit", "a year", "a town that is not there", "nothing of the kind"],
)
def test_a_wrong_figure_is_told_with_what_the_report_says(checked, draft, told):
    assert checked(draft) == [told]


def test_the_town_and_year_hold_until_others_are_named(checked):
    found = checked("金井镇2023年工作扎实。共排查矛盾纠纷708起，化解708起。\n磁灶镇2022年法律明白人总共有274人。")
    assert [verdict for _, verdict, _ in found] == [Verdict.SAME] * 3


def test_a_year_that_is_only_compared_with_is_not_the_one_spoken_of(checked):
    assert checked("金井镇2023年比2022年更进一步，共排查矛盾纠纷708起。")[0][1] is Verdict.SAME


def test_without_a_town_the_likeliest_reports_are_compared(checked):
    assert checked("共排查矛盾纠纷708起，化解708起，调处成功率达100%。")[0][1] is Verdict.SAME


def test_a_quotation_is_compared_word_by_word(checked):
    right, wrong = "共排查矛盾纠纷708起,化解708起,调处成功率达100%", "共排查矛盾纠纷708起,调解708起,调处成功率达100%"
    assert [verdict for _, verdict, _ in checked(f"金井镇2023年报告说：“{right}”。")] == [Verdict.SAME]
    assert checked(f"金井镇2023年报告说：“{wrong}”。") == [(wrong, Verdict.DIFFERENT, right)]
    assert checked("金井镇2023年报告说：“春风又绿江南岸明月何时照我还”。")[0][1] is Verdict.NOT_FOUND


def test_what_two_reports_quote_alike_stands_in_several_places(checked):
    assert checked("报告都写到“党的二十大精神”和“习近平法治思想”。") == []  # names are no quotations


def test_offsets_are_those_of_the_draft(sample_store):
    text = "金井镇2023年共排查矛盾纠纷708起，化解780起。"
    assert all(text[each.start : each.end] == each.words for each in Proofreader.open(sample_store).check(text))


@pytest.mark.parametrize("draft", ["", " \n", "字" * (LONGEST + 1)], ids=["empty", "blank", "endless"])
def test_no_draft_and_an_endless_one_are_refused(sample_store, draft):
    with pytest.raises(BadRequest):
        Proofreader.open(sample_store).check(draft)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_mistakes_are_found_and_right_figures_are_not_alarmed_about(towns, seed):
    with Store.open(towns) as store:
        draft = planted(store, right=160, wrong=40, seed=seed)
    checked = Proofreader.open(towns).check(draft.text)
    caught = {mistake for each in checked if each.verdict in ALARMING for mistake in wrong_at(draft, each.start, each.end)}
    right = [each for each in checked if not any(wrong_at(draft, each.start, each.end))]
    alarms = [each for each in right if each.verdict in ALARMING]
    assert len(draft.wrong) == 40
    assert len(right) >= 200
    assert len(caught) >= 0.95 * len(draft.wrong), set(draft.wrong) - caught
    assert len(alarms) <= 0.03 * len(right), alarms
