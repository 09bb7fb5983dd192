"""Everyday words: what is no question to a report is understood as what it is, or answered 没看懂 with something to tap."""

import pytest
from conftest import ROOT
from core_builders import Clock, action, keeper, labels, opened, person, run

from bot.core import contact, texts
from bot.core.menu import VERBS, WORDS
from bot.core.spoken import spoken
from retrieval.reply.chat import CLOSING, GREETING, UNCLEAR

MESSAGES = (ROOT / "tests" / "everyday.txt").read_text(encoding="utf-8").splitlines()
MINUTE = 61


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


def test_of_everyday_messages_nineteen_in_twenty_are_answered_as_what_they_are(sample_store, database):
    async def story():
        clock, astray = Clock(), []
        async with opened(sample_store, database, clock=clock) as core:
            one = await keeper(core)
            for message in MESSAGES:
                clock.seconds += MINUTE
                await one.say("/new")
                reply = await one.say(message)
                assert not reply.text.startswith(UNCLEAR) or labels(reply), message
                if reply.quotes or "没有写明" in reply.text:
                    astray.append(message)
        assert len(astray) <= len(MESSAGES) // 20, astray

    run(story())


def test_talk_between_two_questions_is_not_carried_into_the_next(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            before = await one.say("金井镇2023年调解了多少纠纷")
            for message in ("你反应好快", "别理我", "9527"):
                assert (await one.say(message)).text.startswith(UNCLEAR)
            after = await one.say("那成功率呢")
            assert after.quotes == before.quotes and "沿用上一问：金井镇、2023年" in after.text

    run(story())


@pytest.mark.parametrize("message", ["法律明白人有多少", "群众说事", "反诈宣传怎么开展的", "开了几次会", "哪些镇写到了“反诈”", "存在哪些问题"])
def test_a_question_without_a_town_is_still_a_question(sample_store, database, message):
    async def story():
        async with opened(sample_store, database) as core:
            assert not (await (await keeper(core)).say(message)).text.startswith(UNCLEAR)

    run(story())


@pytest.mark.parametrize(
    ("message", "command"),
    [
        ("菜单", "/help"),
        ("/帮助", "/help"),
        ("帮助一下吧", "/help"),
        ("退出", "/stop"),
        ("导出纪要", "/memo"),
        ("有哪些镇？", "/towns"),
        ("对比 金井 高观 调解纠纷", "/compare 金井 高观 调解纠纷"),
        ("台账：金井镇", "/ledger 金井镇"),
        ("历史记录", "/history"),
        ("把聊天记录删了", "/privacy"),
    ],
)
def test_a_command_may_be_said_in_words(sample_store, database, message, command):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            in_words, with_slash = await one.say(message), await one.say(command)
            assert (in_words.text, labels(in_words)) == (with_slash.text, labels(with_slash))

    run(story())


@pytest.mark.parametrize("message", ["金井镇有哪些镇级网格", "对比金井和高观的调解", "怎么用法治方式化解矛盾", "投诉了多少件", "返回的赔偿款有多少"])
def test_a_question_that_begins_or_ends_like_a_command_is_none(message):
    assert spoken(message, WORDS) is None


def test_no_word_is_of_two_commands():
    words = [word for verb in VERBS for word in verb.words]
    assert len(words) == len(set(words))


def test_words_about_the_last_answer_do_what_its_buttons_do(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            _, source = await one.press(action(answer, "原文"))
            for words in ("1", "原文", "详细点", "出处呢", "[1]"):
                assert (await one.say(words)).quotes == source.quotes, words
            assert (await one.say("不对吧")).text == texts.WHY_BAD
            assert (await one.say("再说一遍")).text.endswith(answer.text)
            assert "已加入纪要" in (await one.say("加入纪要")).text
            assert (await one.say("7")).text.startswith(UNCLEAR)

    run(story())


def test_a_word_for_the_keeper_reaches_the_keeper(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            head = await keeper(core)
            invitation = await head.say("邀请 读者")
            one = person(core, "2")
            await one.say("/start " + invitation.text.split("/start ")[-1].split("=")[-1].strip())
            asked = await one.say("联系管理员")
            assert asked.text == contact.HOW and labels(asked) == [texts.NO_MORE]
            assert (await one.say("报告少了一份")).text == contact.PASSED_ON
            assert (await one.say("联系管理员 密码忘了")).text == contact.PASSED_ON
            told = []
            async for notice in core.notices():
                told.append(notice.reply.text)
                if len(told) == 2:
                    break
            assert all("人2" in text for text in told) and "报告少了一份" in told[0] + told[1]

    run(story())


def test_a_bare_town_is_offered_questions_that_stand_alone(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            for words in ("金井镇", "对比一下金井和高观", "2023年"):
                await one.say("/new")
                reply = await one.say(words)
                assert "所问的内容" not in reply.text and not reply.quotes
                offered = [label for label in labels(reply) if label not in "👍👎"]
                assert offered and all("镇" in label for label in offered)
            await one.say("/new")
            for piece in ("你好", "金井镇", "2023年"):
                await one.say(piece)
            assert "708起" in (await one.say("调解了多少纠纷")).text

    run(story())


def test_the_buttons_under_a_follow_up_that_cannot_be_answered_stand_alone(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            await one.say("金井镇2023年调解了多少纠纷")
            reply = await one.say("2022年呢")
            offered = [label for label in labels(reply) if label not in "👍👎"]
            assert offered and all("镇" in label and not label.endswith("呢") for label in offered)

    run(story())


@pytest.mark.parametrize("question", ["总结一下金井镇2023年的法治工作", "金井镇法治工作怎么样", "介绍一下金井镇"])
def test_the_whole_of_a_report_is_an_overview_with_every_part_cited(sample_store, database, question):
    async def story():
        async with opened(sample_store, database) as core:
            reply = await (await keeper(core)).say(question)
            for part in ("主要工作", "主要数字", "存在的问题"):
                assert f"金井镇2023年{part}" in reply.text
            assert "708起" in reply.text and len(reply.quotes) > 8

    run(story())


def test_greetings_and_thanks_stay_what_they_are(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            assert (await one.say("你好")).text.startswith(GREETING)
            assert (await one.say("谢谢")).text == CLOSING["thanks"]

    run(story())
