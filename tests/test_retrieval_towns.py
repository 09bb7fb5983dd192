"""A town named without 镇 is found wherever it stands in the words that people write, and nowhere else."""

from datetime import date

import pytest

from index.types import Place, ReportInfo
from index.vocabulary import vocabulary
from retrieval.evidence.scope import by_place, resolve, spoken_of
from retrieval.question.understand import Understanding
from retrieval.types import Query


def report(town: str, county: str = "") -> ReportInfo:
    key = f"{county}{town}"
    return ReportInfo(id=key, file=key, digest="", title="", place=Place("", "", county, town), year=2023, party=False)


UNDERSTANDING = Understanding.of(
    [report(town) for town in ("墨池街", "红苇农场", "葛村", "松隐镇", "临榭办事处", "禾湾镇", "新集镇", "三合镇", "长岗乡", "幸福镇", "平安街道", "泉掌镇")] + [report("双河镇", "荆阳县"), report("双河镇", "洮源县")]
)


def ask(question: str) -> Query:
    return UNDERSTANDING.understand(question, (), today=date(2026, 11, 22))


def towns(question: str) -> list[str]:
    return [f"{ref.county}{ref.town}{'' if ref.known else '?'}" for ref in ask(question).towns]


@pytest.mark.parametrize(
    ("question", "town"),
    [
        ("怎么禾湾的网格员老换人", "禾湾镇"),
        ("3月份禾湾街头搞普法没有", "禾湾镇"),
        ("去年下到长岗村里办了几次案子", "长岗乡"),
        ("第二条线上新集请了哪几位律师", "新集镇"),
        ("养鱼的那个新集", "新集镇"),
        ("他们为何跑到三合来告状", "三合镇"),
        ("收到建议后长岗改了几处", "长岗乡"),
        ("三合同比多办了几件", "三合镇"),
        ("照搬洮源双河那一套", "洮源县双河镇"),
        ("荆阳种柑橘的那个双河", "荆阳县双河镇"),
    ],
)
def test_a_bare_name_is_a_mention_wherever_it_stands(question: str, town: str) -> None:
    assert towns(question) == [town]


@pytest.mark.parametrize(
    "question",
    [
        "听说禾湾村修了条水渠",
        "在长岗小学上课的法治副校长有几个",
        "长岗东社区的网格员",
        "沿着禾湾路摆摊的怎么管",
        "打电话给三合水泥公司没有",
        "更新集体资产台账的有几家",
        "签了三合同的有几户",
        "过上幸福的日子靠什么",
        "为建设平安的环境做了什么",
    ],
)
def test_a_bare_name_in_a_longer_name_or_an_ordinary_word_is_none(question: str) -> None:
    assert not towns(question)


@pytest.mark.parametrize("question", ["长刚那个砖厂的事", "请问，禾弯的干部学法几次", "长刚这边几件", "新籍有几件"])
def test_a_bare_name_with_one_wrong_character_is_mended_before_the_words_that_follow_a_name(question: str) -> None:
    query = ask(question)
    assert [ref.town for ref in query.towns] in (["长岗乡"], ["禾湾镇"], ["新集镇"])
    assert "理解" in query.notes[0]


@pytest.mark.parametrize("question", ["信息的来源有哪些", "新疆的经验", "群众的诉求"])
def test_a_word_or_another_real_place_is_no_wrong_name(question: str) -> None:
    assert not [ref for ref in ask(question).towns if ref.known]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("禾湾镇镇长是谁", ["禾湾镇"]),
        ("禾湾镇镇村干部有几人", ["禾湾镇"]),
        ("禾湾镇来了多少镇干部", ["禾湾镇"]),
        ("代表提的意见镇里听没听", []),
        ("新集、长岗两镇哪个多", ["新集镇", "长岗乡"]),
        ("我想考镇上的编制", []),
    ],
)
def test_the_words_around_a_town_make_no_other_town(question: str, named: list[str]) -> None:
    assert towns(question) == named


def test_either_county_named_apart_from_a_shared_name_is_meant() -> None:
    assert towns("都叫双河镇，荆阳的和洮源的哪个多") == ["荆阳县双河镇", "洮源县双河镇"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("墨池街2023年调解几件", ["墨池街"]),
        ("红苇农场开了几次会", ["红苇农场"]),
        ("临榭办事处有几名网格员", ["临榭办事处"]),
        ("松隐镇葛村普法几场", ["葛村"]),
        ("松隐镇普法几场", ["松隐镇"]),
        ("砚坡街调解几件", ["砚坡街?"]),
        ("白苇林场2023年调解了多少", ["白苇林场?"]),
        ("青篱经济开发区管委会处罚几件", ["青篱经济开发区?"]),
        ("松蓬管理区普法几场", ["松蓬管理区?"]),
        ("2023年全国调解了多少件", ["全国?"]),
    ],
)
def test_a_street_a_farm_or_an_area_is_found_or_refused_by_its_name(question: str, named: list[str]) -> None:
    assert towns(question) == named


@pytest.mark.parametrize("question", ["步行街改造了没有", "化工园区的污染怎么管", "哪些镇的开发区有纠纷", "街上的摊位怎么管", "哪个镇评上了全国文明镇", "全国民主法治示范村有几个"])
def test_a_general_street_or_area_is_no_place(question: str) -> None:
    assert not towns(question)


def test_a_village_is_handed_on_and_narrows_the_scope_to_the_reports_that_speak_of_it() -> None:
    query = ask("石榴村普法几场")
    assert (query.villages, query.towns) == (("石榴村",), ())
    shelf = by_place([report("新集镇"), report("长岗乡")])
    assert [r.town for r in spoken_of(query, resolve(query, shelf), lambda info, _: info.town == "长岗乡").reports] == ["长岗乡"]
    refused = spoken_of(query, resolve(query, shelf), lambda *_: False)
    assert (refused.reports, [missing.town.town for missing in refused.missing]) == ((), ["石榴村"])


@pytest.mark.parametrize(
    ("question", "place"),
    [("南京市玄武区禾湾镇学法几次", "南京市玄武区"), ("江苏省南京市新集镇学法几次", "江苏省南京市"), ("在泉州市的禾湾镇学法几次", "泉州市")],
)
def test_a_county_or_city_that_no_report_confirms_is_said_to_be_unconfirmed(question: str, place: str) -> None:
    query = ask(question)
    assert query.towns[0].known and any(f"属于{place}，" in note for note in query.notes)


def test_where_words_end_is_read_from_the_vocabulary() -> None:
    assert "团结" in vocabulary() and "泉掌" not in vocabulary()
    assert vocabulary().apart("为什么新集的干部", 3, 5) > 0 > vocabulary().apart("更新集体台账", 1, 3)


@pytest.mark.parametrize(("question", "county"), [("荆扬县双河镇调解了几件", "荆阳县"), ("掏源县双河镇的纠纷", "洮源县")])
def test_a_county_that_sounds_like_one_of_the_towns_own_is_that_one_and_the_reply_says_so(question: str, county: str) -> None:
    query = ask(question)
    assert [(ref.county, ref.known) for ref in query.towns] == [(county, True)]
    assert county in query.notes[0]


@pytest.mark.parametrize("question", ["甲安县双河镇的纠纷", "金阳县双河镇的纠纷"])
def test_another_county_and_a_real_one_that_only_looks_alike_stay_what_they_are(question: str) -> None:
    assert not [ref for ref in ask(question).towns if ref.known]


@pytest.mark.parametrize("question", ["换救生衣镇里出几成", "韩立山镇长出庭了几回", "有没有邻镇一起执法的例子", "这些镇中谁的马要镇里养", "哪个镇跟邻镇签了协议", "禾湾、新集、三合三镇罚款合计多少", "3月泉掌镇那名协管员怎么处理的", "有没有案子从镇里转到公安", "2024年换过镇长吗", "有个渔镇专门给船员上课", "两年镇级合同审了几份", "这一年下来替镇里挡掉多少损失", "没议成转镇里的还剩几件", "我是隔壁镇办公室的想学", "要下乡的有几人"])
def test_words_that_only_stand_before_the_ending_of_a_town_are_none(question: str) -> None:
    assert not [ref for ref in ask(question).towns if not ref.known]


def test_a_village_is_named_without_the_bare_name_of_its_town() -> None:
    assert ask("禾湾石坳村的村规民约").villages == ("石坳村",)


@pytest.mark.parametrize(
    "question", ["修亭子花的7.8万里镇财政掏了多少", "补助款12万镇里配套多少", "一百零五件里镇里办了多少", "23件里镇长包了几件", "26人里镇干部有几个", "花的钱里镇财政占多少", "40户里街道帮了几户"]
)
def test_no_town_begins_inside_a_figure_with_its_unit(question: str) -> None:
    assert not towns(question)


def test_a_town_may_be_named_by_a_number() -> None:
    assert [towns(f"{name}2023年调解多少件") for name in ("万里镇", "五里镇")] == [["万里镇?"], ["五里镇?"]]


def test_what_points_to_a_town_is_no_part_of_its_name() -> None:
    assert towns("另外那个油坊埂镇2023年罚款多少") == ["油坊埂镇?"]


def test_a_town_that_nobody_knows_is_one_in_everyday_words_too():
    assert [ref.town for ref in ask("柳河湾镇里2023年调解了多少").towns if not ref.known] == ["柳河湾镇"]
