"""What a question asks for, and what a turn takes over from the turns before."""

from datetime import date
from pathlib import Path

import pytest

from index.types import Part, Place, ReportInfo
from retrieval.question.alike import AlikeIndex, Likeness
from retrieval.question.thesaurus import Thesaurus
from retrieval.question.understand import Understanding
from retrieval.types import Intent, Query

TODAY = date(2026, 11, 22)


def report(town: str, county: str, year: int, *, party: bool = False) -> ReportInfo:
    key = f"{county}{town}{year}{party}"
    province = "湖南省" if county == "芷源县" else "青海省"
    return ReportInfo(id=key, file=f"{key}.txt", digest="", title="", place=Place(province, "", county, town), year=year, party=party)


CATALOGUE = (
    *(report("榆坪镇", "芷源县", year) for year in (2021, 2022, 2023)),
    report("岩溪乡", "芷源县", 2022),
    report("双槐镇", "芷源县", 2022),
    report("双槐镇", "湟西县", 2022),
    report("麦场街道", "湟西县", 2024),
    report("麦场街道", "湟西县", 2024, party=True),
)
UNDERSTANDING = Understanding.of(CATALOGUE)


def ask(*turns: str) -> Query:
    """The last turn, after the ones before it."""
    return UNDERSTANDING.understand(turns[-1], turns[:-1], today=TODAY)


def towns(query: Query) -> list[str]:
    return [ref.county + ref.town for ref in query.towns]


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("榆坪镇2022年调解了多少件纠纷", Intent.FACT),
        ("榆坪镇的村级纠纷调解流程包括哪些步骤", Intent.LIST),
        ("榆坪镇和岩溪乡普法场次对比", Intent.COMPARE),
        ("榆坪镇和岩溪乡谁的网格员多", Intent.COMPARE),
        ("榆坪镇2021到2023年每年受理多少件", Intent.TREND),
        ("榆坪镇2023年比上年多调解多少件", Intent.TREND),
        ("榆坪镇哪一年来访最少", Intent.TREND),
        ("哪个镇的网格员最多", Intent.RANK),
        ("各镇化解率从高到低排一下", Intent.RANK),
        ("各镇普法场次各有多少", Intent.AGGREGATE),
        ("2022年所有乡镇一共办了几件法律援助", Intent.AGGREGATE),
        ("平均每个镇有几名调解员", Intent.AGGREGATE),
        ("芷源县的镇2022年总共调解多少件", Intent.AGGREGATE),
        ("有没有哪个镇把庙会和普法结合的好做法", Intent.PRACTICE),
        ("其他镇怎么管夜市摊贩", Intent.PRACTICE),
        ("榆坪镇2022年还有哪些短板", Intent.PROBLEMS),
        ("榆坪镇下一步打算怎么做", Intent.PLANS),
        ("“槐下茶会”是怎么回事", Intent.DEFINITION),
        ("什么是枫桥经验", Intent.DEFINITION),
        ("你这里有哪些镇的报告", Intent.META),
        ("榆坪镇的报告都有哪几年的", Intent.META),
        ("双槐镇在哪个县", Intent.META),
        ("早上好", Intent.GREETING),
        ("给我写一首关于秋天的诗", Intent.OUT_OF_SCOPE),
        ("明天会下雨吗", Intent.OUT_OF_SCOPE),
        ("榆坪镇发布了几次暴雨天气预警", Intent.FACT),
        ("败诉的原因是什么", Intent.FACT),
        ("榆坪镇纠纷为什么减少了", Intent.FACT),
    ],
)
def test_intent(question: str, intent: Intent) -> None:
    assert ask(question).intent is intent


@pytest.mark.parametrize(
    ("question", "topic", "units"),
    [
        ("榆坪22年老百姓吵架闹矛盾调处了几起", "老百姓吵架闹矛盾调处", ("起",)),
        ("请问榆坪镇2022年排查化解矛盾纠纷的数量是多少？谢谢", "排查化解矛盾纠纷", ()),
        ("榆坪镇培训法律明白人多少人次", "培训法律明白人", ("人次",)),
        ("榆坪镇法律顾问参与了几次诉讼", "法律顾问参与 诉讼", ("次",)),
        ("榆坪镇查处违法行为多少起", "查处违法行为", ("起",)),
        ("榆坪镇罚没了多少钱", "罚没", ("元",)),
        ("榆坪镇一共罚了多少款", "罚", ("元",)),
        ("榆坪镇网格员有几个", "网格员", ()),
        ("榆坪镇有多少案件", "案件", ()),
        ("榆坪镇信访总量同比降了百分之几", "信访总量同比降", ("%",)),
        ("榆坪镇12345工单量", "12345工单量", ()),
    ],
)
def test_topic_and_units(question: str, topic: str, units: tuple[str, ...]) -> None:
    query = ask(question)
    assert (query.topic, query.units) == (topic, units)


def test_numbers_of_a_question_are_values_and_hotlines_are_none() -> None:
    assert ask("七百零八起纠纷是哪个镇的").numbers == (708,)
    assert ask("榆坪镇两千多人次的培训是谁讲的").numbers == (2000,)
    assert ask("榆坪镇147起里处罚了多少").numbers == (147,)
    assert ask("两个镇的12345热线老百姓打了几千次").numbers == ()


def test_a_question_for_several_things_has_its_parts() -> None:
    parts = ask("榆坪镇普法办了多少场，法律援助多少件").asks
    assert [(part.topic, part.units) for part in parts] == [("普法办", ("场",)), ("法律援助", ("件",))]
    parts = ask("榆坪镇横幅和标语加起来多少").asks
    assert [part.topic for part in parts] == ["横幅", "标语"] and ask("榆坪镇横幅和标语加起来多少").operation == "sum"
    parts = ask("榆坪镇培训搞了几次，多少个课时").asks
    assert [(part.topic, part.units) for part in parts] == [("培训", ("次",)), ("培训", ("课时",))]
    assert ask("榆坪镇调解多少件").asks == ()


def test_order_and_wants() -> None:
    assert [ask(q).order for q in ("哪个镇调解最少", "哪个镇调解最多", "各镇从低到高排一下", "榆坪镇调解多少")] == ["least", "most", "least", ""]
    assert "why" in ask("榆坪镇为什么败诉").wants and "confirm" in ask("榆坪镇全都化解了吧").wants


def test_everyday_words_bring_their_official_words() -> None:
    expansions = dict(ask("榆坪镇民告官打输了几件").expansions)
    assert "行政诉讼" in expansions["民告官"] and "败诉" in expansions["打输"]
    assert ask("榆坪镇法律明白人多少名").expansions == (), "an official word needs no other"


def test_a_slip_of_an_official_word_is_heard() -> None:
    assert dict(ask("榆坪镇形政复议几件").expansions)["形政"] == ("行政",)
    assert "信访" in dict(ask("榆坪镇化解多少信仿").expansions)["信仿"]


def test_a_keeper_adds_words_to_the_thesaurus(tmp_path: Path) -> None:
    own = tmp_path / "thesaurus.toml"
    own.write_text('[ours]\n"人民调解员" = ["老舅舅"]\n', encoding="utf-8")
    assert list(Thesaurus.load(own).expansions("有几个老舅舅")) == [("老舅舅", ("人民调解员",))]


def test_likeness_of_names() -> None:
    index = AlikeIndex.of(["榆坪", "岩溪", "长岗"])
    assert index.find("余平") == (Likeness.TONE, ["榆坪"])
    assert index.find("雨坪") == (Likeness.SOUND, ["榆坪"])
    assert index.find("长岚") == (Likeness.SHAPE, ["长岗"])
    assert index.find("青阳") == (Likeness.NONE, [])


@pytest.mark.parametrize(
    ("turns", "expected", "years", "topic"),
    [
        (("榆坪镇2022年调解多少纠纷", "那成功率呢？"), ["芷源县榆坪镇"], (2022,), "成功率"),
        (("榆坪镇2022年调解多少纠纷", "那岩溪乡呢？"), ["芷源县岩溪乡"], (2022,), "调解 纠纷"),
        (("榆坪镇2022年调解多少纠纷", "岩溪乡同年呢"), ["芷源县岩溪乡"], (2022,), "调解 纠纷"),
        (("榆坪镇2022年调解多少纠纷", "上一年呢"), ["芷源县榆坪镇"], (2021,), "调解 纠纷"),
        (("榆坪镇2021年调解多少纠纷", "2022年呢", "再往后一年"), ["芷源县榆坪镇"], (2023,), "调解 纠纷"),
        (("榆坪镇2022年调解多少纠纷", "较上年下降几件"), ["芷源县榆坪镇"], (2021, 2022), "调解 纠纷"),
        (("榆坪镇2022年调解多少纠纷", "其中邻里的有多少"), ["芷源县榆坪镇"], (2022,), "邻里"),
        (("榆坪镇2022年调解多少纠纷", "谢谢", "它的法律援助办了几件"), ["芷源县榆坪镇"], (2022,), "法律援助办"),
        (("榆坪镇2022年调解多少纠纷", "麦场街道呢"), ["湟西县麦场街道"], (), "调解 纠纷"),
        (("双槐镇2022年普法多少场", "湟西的那个呢"), ["湟西县双槐镇"], (2022,), "普法"),
        (("榆坪镇2022年调解多少纠纷", "岩溪乡2022年有哪些网格员"), ["芷源县岩溪乡"], (2022,), "网格员"),
        (("榆坪镇有多少网格员", "岩溪乡呢", "麦场街道呢"), ["湟西县麦场街道"], (), "网格员"),
        (("双槐镇2022年普法多少场", "我问的是湟西那个，不是芷源"), ["湟西县双槐镇"], (2022,), "普法"),
        (("榆坪镇2022年调解多少纠纷", "换成岩溪乡看看"), ["芷源县岩溪乡"], (2022,), "调解 纠纷"),
        (("榆坪镇2022年调解多少纠纷", "跟岩溪乡比呢"), ["芷源县榆坪镇", "芷源县岩溪乡"], (2022,), "调解 纠纷"),
    ],
)
def test_a_turn_takes_over_only_what_it_does_not_say(turns: tuple[str, ...], expected: list[str], years: tuple[int, ...], topic: str) -> None:
    query = ask(*turns)
    assert (towns(query), query.years, query.topic) == (expected, years, topic)


def test_what_was_taken_over_is_said() -> None:
    assert ask("榆坪镇2022年调解多少纠纷", "那成功率呢").carried == ("沿用上一问：榆坪镇、2022年",)
    assert ask("榆坪镇2022年调解多少纠纷", "岩溪乡2022年普法几场").carried == ()
    assert "没有2022年的报告" in ask("榆坪镇2022年调解多少纠纷", "麦场街道呢").notes[0]


def test_a_whole_new_question_takes_nothing() -> None:
    query = ask("榆坪镇2022年还有哪些短板", "岩溪乡普法多少场")
    assert (query.intent, query.years, query.newest, query.context, query.carried) == (Intent.FACT, (), True, "", ())
    assert ask("榆坪镇2022年调解多少纠纷", "“槐下茶会”是什么").towns == ()
    assert ask("榆坪镇2022年调解多少纠纷", "你这里有哪些镇的报告").towns == ()


def test_the_year_of_today_is_not_the_year_of_the_talk() -> None:
    assert ask("榆坪镇2022年调解多少纠纷", "去年呢").years == (2025,), "去年 is the calendar's"
    assert ask("榆坪镇2022年调解多少纠纷", "比去年呢").years == (2021, 2022), "compared with, it is the talk's"


def test_plans_of_a_talk() -> None:
    query = ask("麦场街道2024年普法多少场", "那下一年打算搞多少场")
    assert (query.part, query.years, query.plan_year, query.topic, query.units) == (Part.PLANS, (2024,), 2025, "普法", ("场",))
    assert ask("麦场街道2024年普法多少场", "明年呢").plan_year == 2025


def test_the_issuer_and_the_intent_are_carried() -> None:
    assert ask("麦场街道政府2024年报告写调解几件", "党委的那份怎么写的").party is True
    assert ask("榆坪镇有哪些问题", "岩溪乡呢").intent is Intent.PROBLEMS
    assert ask("各镇网格员各有多少", "2022年的呢").every
    assert ask("榆坪镇2022年调解多少纠纷", "其他镇呢").without[0].town == "榆坪镇"


def test_a_calculation_of_ones_own_takes_no_mean_from_the_turn_before():
    turns = ("柳垭镇2022年装灯花了多少钱，平均一盏多少",)
    assert not UNDERSTANDING.understand("投诉降了百分之几", turns, today=TODAY).plan


SUMMED = "榆坪镇和岩溪乡2022年一共调解了多少件纠纷"


@pytest.mark.parametrize("turn", ["再算上双槐镇（湟西县）呢", "把湟西县双槐镇也加上呢", "再加上湟西县双槐镇，它排第几"])
def test_a_turn_may_set_another_town_beside_those_before(turn):
    query = ask(SUMMED, turn)
    assert towns(query) == ["芷源县榆坪镇", "芷源县岩溪乡", "湟西县双槐镇"]
    assert query.topic == ask(SUMMED).topic and query.plan.folds


def test_a_turn_may_leave_a_town_out_of_those_before():
    query = ask(SUMMED, "去掉榆坪镇再算")
    assert towns(query) == ["芷源县岩溪乡"] and query.topic == ask(SUMMED).topic and not query.relations


@pytest.mark.parametrize("turn", ["我问的是街道，不是乡", "不是乡，我问的是街道"])
def test_a_turn_may_tell_which_kind_of_place_is_meant(turn):
    query = ask("岩溪乡和麦场街道调解了多少件纠纷", turn)
    assert towns(query) == ["湟西县麦场街道"] and query.topic == ask("麦场街道调解了多少件纠纷").topic


def test_a_turn_may_ask_the_same_share_of_another_part():
    (asked,) = ask("榆坪镇2022年婚姻家庭类纠纷占排查总数多少", "土地流转的呢").relations
    assert asked.relation == "share" and asked.one == "土地流转"


def test_this_year_and_last_are_the_last_two_there_are_where_the_last_report_is_of_last_year():
    years = UNDERSTANDING.understand("榆坪镇今年比去年多调解多少件", today=date(2024, 3, 1)).years
    assert years == (2022, 2023)


@pytest.mark.parametrize("turn", ["居首的那一类占百分之几", "较上一年度是升是降，差额几宗"])
def test_a_turn_after_one_town_stays_with_it_unless_its_words_speak_of_several(turn):
    before = "榆坪镇2022年受理的纠纷按类型怎样分布"
    assert towns(ask(before, turn)) == ["芷源县榆坪镇"]
    assert ask(before, "各镇里谁最多").every


@pytest.mark.parametrize("question", ["要往全县总结里填：各镇一共接了多少纠纷", "各镇一共接了多少纠纷，没数的就空着", "写了数的几个镇一共接了多少纠纷，榆坪镇的巡查不算"])
def test_what_several_towns_are_asked_for_is_what_is_asked_and_not_what_is_said_around_it(question):
    query = ask(question)
    assert (query.every, query.towns, query.derived) == (True, (), ())
    assert query.topic.endswith("接 纠纷")


def test_the_partys_and_the_governments_report_are_both_meant_where_both_are_named():
    assert ask("榆坪镇2022年党委那份报告").party is True
    assert ask("榆坪镇2022年党委那份报告跟政府那份报告差多少").party is None


def test_a_year_without_a_report_is_not_carried_on():
    query = ask("榆坪镇2019年调解多少纠纷", "它的法律援助办了几件")
    assert (query.years, query.newest) == ((), True)
    assert query.notes[-1] == "榆坪镇没有2019年的报告，看最新的一份"
    assert ask("榆坪镇2019年调解多少纠纷", "比上年多几件").years == (2022, 2023)
