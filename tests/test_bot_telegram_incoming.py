"""What is meant for the bot is heard, with its words as the person meant them; what is meant for others is not."""

import asyncio

import pytest
from fake_telegram import FakeTelegram
from scripted_core import ScriptedCore, echo
from telegram_bot import running, talking

GROUP = -1001


def heard(conversation, folder, privacy=True):
    """What the core is asked while ``conversation(telegram, person)`` goes on in a group."""

    async def play():
        async with talking(core := ScriptedCore(echo), folder, privacy) as telegram:
            await conversation(telegram, telegram.person(7, chat=GROUP))
            await telegram.person(9).asks("完")
        return core.asked[:-1]

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("/ask 金井镇调解了多少", "/ask 金井镇调解了多少"),
        ("/ask@zhenwen_bot 金井镇调解了多少", "/ask 金井镇调解了多少"),
        ("/HELP@Zhenwen_Bot", "/HELP"),
        ("@zhenwen_bot 金井镇调解了多少", "金井镇调解了多少"),
        ("金井镇调解了多少？@zhenwen_bot", "金井镇调解了多少？"),
        ("@zhenwen_bot金井镇调解了多少", "金井镇调解了多少"),
    ],
)
def test_in_a_group_commands_and_mentions_are_heard_without_the_bots_name(tmp_path, said, meant):
    async def conversation(telegram, person):
        await person.asks(said)

    (ask,) = heard(conversation, tmp_path, privacy=False)
    assert (ask.text, ask.who.group, ask.who.chat, ask.who.user) == (meant, True, str(GROUP), "7")


@pytest.mark.parametrize("said", ["大家下午开会", "/ask@other_bot 天气", "@zhenwen_bot2 你好"])
def test_in_a_group_what_is_meant_for_others_is_not_heard(tmp_path, said):
    async def conversation(telegram, person):
        await person.say(said)

    assert heard(conversation, tmp_path, privacy=False) == []


def test_in_a_group_a_reply_to_the_bot_is_a_question_and_is_replied_to(tmp_path):
    async def conversation(telegram, person):
        answer = await person.asks("/ask 一")
        question = await person.say("那另一个镇呢", reply_to_message=answer)
        assert (await person.hears())["reply_to_message"]["message_id"] == question["message_id"]

    assert [ask.text for ask in heard(conversation, tmp_path)] == ["/ask 一", "那另一个镇呢"]


def test_a_bare_ask_under_a_colleagues_question_asks_it(tmp_path):
    async def conversation(telegram, person):
        colleague = telegram.person(8, "王五", GROUP)
        question = await colleague.say("金井镇调解了多少")
        await person.say("/ask", reply_to_message=question)
        await person.hears()

    assert [ask.text for ask in heard(conversation, tmp_path)] == ["/ask 金井镇调解了多少"]


def test_being_put_into_a_group_is_a_start(tmp_path):
    async def conversation(telegram, person):
        await telegram.deliver_message(person, new_chat_members=[telegram.me])
        await person.hears()

    (ask,) = heard(conversation, tmp_path)
    assert (ask.text, ask.who.group) == ("/start", True)


def test_topics_are_kept_apart_and_answered_in_place(tmp_path):
    async def conversation(telegram, person):
        await person.say("/ask 一", message_thread_id=5, is_topic_message=True)
        message = await person.hears()
        assert message["message_thread_id"] == 5

    assert [ask.who.thread for ask in heard(conversation, tmp_path)] == ["5"]


def test_a_deep_link_and_a_sticker_reach_the_core(tmp_path):
    async def play():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            person = telegram.person(7)
            await person.asks("/start c_12_1")
            sticker = {
                "file_id": "s",
                "file_unique_id": "s",
                "type": "regular",
                "width": 1,
                "height": 1,
                "is_animated": False,
                "is_video": False,
            }
            await telegram.deliver_message(person, sticker=sticker)
            await person.hears()
        assert [(ask.text, ask.document) for ask in core.asked] == [("/start c_12_1", None), ("", None)]

    asyncio.run(play())


def test_what_another_bot_says_is_not_heard(tmp_path):
    async def conversation(telegram, person):
        robot = telegram.person(99, chat=GROUP)
        robot.account = lambda: {"id": 99, "is_bot": True, "first_name": "机器人"}
        await robot.say("/ask 一")

    assert heard(conversation, tmp_path) == []


def test_a_button_under_a_message_too_old_to_be_seen_still_says_where_it_is(tmp_path):
    async def play():
        async with FakeTelegram() as telegram, running(telegram, core := ScriptedCore(echo), tmp_path):
            person = telegram.person(7, chat=GROUP)
            message = {"chat": telegram.chat(GROUP), "message_id": 1, "date": 0}
            await telegram.deliver(
                callback_query={"id": "1", "from": person.account(), "message": message, "chat_instance": "1", "data": "x:1"}
            )
            await person.hears()
        assert (core.pressed[0].who.chat, core.pressed[0].who.group) == (str(GROUP), True)

    asyncio.run(play())
