"""Whatever goes wrong between the bot and Telegram, a final is delivered once, and the bot never goes deaf for good."""

import asyncio
from itertools import pairwise

import pytest
from fake_telegram import HUNG, LOST_ANSWER, LOST_REQUEST, FakeTelegram
from scripted_core import ScriptedCore, echo, saying, slow
from telegram_bot import QUICK, running, talking

from bot.core.types import Preview, Quote, Reply, Stage
from bot.settings import Settings
from bot.telegram.app import run
from index.errors import BadSettings


def play(conversation):
    asyncio.run(conversation)


@pytest.mark.parametrize(
    "fault",
    [
        (429, "Too Many Requests: retry after 1", {"retry_after": 1}),
        (500, "Internal Server Error", {}),
        (502, "Bad Gateway", {}),
        (LOST_REQUEST, "", {}),
    ],
    ids=["flood", "500", "502", "lost request"],
)
def test_a_final_that_failed_is_delivered_once(tmp_path, fault):
    code, words, parameters = fault

    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            telegram.fail("sendMessage", code, words, times=2, **parameters)
            person = telegram.person(7)
            assert (await person.asks("问", 8))["text"] == "您说：问"
            await telegram.until(lambda: core.finished, what="it is done")
            assert len(telegram.said(7)) == 1

    play(conversation())


def test_a_lost_answer_is_the_one_case_in_which_a_final_is_doubled(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            telegram.fail("sendMessage", LOST_ANSWER)
            await telegram.person(7).say("问")
            await telegram.until(lambda: core.finished, what="it is done")
            assert [message["text"] for message in telegram.said(7)] == ["您说：问"] * 2

    play(conversation())


def test_a_flood_limit_in_one_chat_holds_up_no_other(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(echo), tmp_path) as telegram:
            telegram.fail("sendMessage", 429, "Too Many Requests: retry after 2", chat=7, retry_after=2)
            await telegram.person(7).say("问")
            assert (await telegram.person(8).asks("问", 1.5))["text"] == "您说：问"
            assert telegram.said(7) == []
            await telegram.person(7).hears()

    play(conversation())


def test_who_has_blocked_the_bot_is_not_tried_again(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(saying(Reply("甲" * 5000))), tmp_path) as telegram:
            telegram.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
            await telegram.person(7).say("问")
            await telegram.until(lambda: core.finished, what="it is done")
            assert len(telegram.made("sendMessage")) == 1
            await telegram.person(8).asks("问")

    play(conversation())


def test_what_telegram_refuses_is_sent_as_plain_text(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(saying(Reply("答", (Quote("题", "引文"),)))), tmp_path) as telegram:
            telegram.fail("sendMessage", 400, "Bad Request: ENTITY_BOUNDS_INVALID")
            message = await telegram.person(7).asks("问")
            assert message["text"] == "答\n\n题\n引文"
            assert "entities" not in message

    play(conversation())


def test_what_is_refused_for_good_is_logged_and_ends(tmp_path, caplog):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            telegram.fail("sendMessage", 400, "Bad Request: chat not found", times=2)
            await telegram.person(7).say("问")
            await telegram.until(lambda: core.finished, what="it is done")

    play(conversation())
    assert "没有送到" in caplog.text


def test_a_group_that_became_a_supergroup_is_answered_there(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(echo), tmp_path) as telegram:
            words = "Bad Request: group chat was upgraded to a supergroup chat"
            telegram.fail("sendMessage", 400, words, migrate_to_chat_id=-100500)
            await telegram.person(7, chat=-5).say("/ask 问")
            await telegram.until(lambda: telegram.said(-100500), what="it is answered there")
            assert telegram.said(-5) == []

    play(conversation())


def test_a_button_too_old_to_be_acknowledged_still_works(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(echo), tmp_path) as telegram:
            person = telegram.person(7)
            message = await person.asks("问")
            query = {"id": "gone", "from": person.account(), "message": message, "chat_instance": "1", "data": "fb:1:1"}
            await telegram.deliver(callback_query=query)
            assert (await person.hears())["text"] == "按了 fb:1:1"

    play(conversation())


async def thinking(what):
    yield Stage("正在查找……")
    yield 1.2
    yield Preview("金井镇2023年")
    yield 1.2
    yield Preview("金井镇2023年排查708起")
    yield 1.2
    yield Reply("答")


def drafts_of(telegram, chat):
    return [draft["text"] for draft in telegram.drafts if draft["chat_id"] == chat]


@pytest.mark.slow
def test_in_a_private_chat_an_answer_in_the_making_is_a_draft(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(thinking), tmp_path) as telegram:
            await telegram.person(7).asks("问", 8)
            shown = drafts_of(telegram, 7)
            assert shown[0] == "正在查找……"
            assert any(text.startswith("金井镇2023年排查708起\n\n（正在核对") for text in shown)
            assert {draft["can_stop"] for draft in telegram.drafts} == {True}
            times = [draft["at"] for draft in telegram.drafts]
            assert all(later - earlier >= 0.9 for earlier, later in pairwise(times))
            last = len(telegram.drafts)
            await asyncio.sleep(1.5)
            assert len(telegram.drafts) == last

    play(conversation())


def test_in_a_group_an_answer_in_the_making_is_typing_only(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(thinking), tmp_path) as telegram:
            await telegram.person(7, chat=-5).asks("/ask 问", 8)
            assert [(chat, action) for chat, action, _ in telegram.actions] == [(-5, "typing")]
            assert telegram.drafts == []

    play(conversation())


def test_a_quick_answer_needs_no_sign(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(echo), tmp_path) as telegram:
            await telegram.person(7).asks("问")
            await asyncio.sleep(0.6)
            assert (telegram.drafts, telegram.actions) == ([], [])

    play(conversation())


def test_the_first_sign_comes_within_a_second_though_the_core_says_nothing(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(slow(2)), tmp_path, telegram_preview="typing") as telegram:
            loop = asyncio.get_running_loop()
            asked = loop.time()
            await telegram.person(7).say("问")
            await telegram.called("sendChatAction")
            assert telegram.actions[0][2] - asked < 1
            await telegram.person(7).hears()

    play(conversation())


@pytest.mark.slow
def test_drafts_that_are_refused_once_become_typing_for_everybody(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(thinking), tmp_path) as telegram:
            telegram.fail("sendMessageDraft", 400, "Bad Request: TEXTDRAFT_PEER_INVALID")
            await telegram.person(7).asks("问", 8)
            assert telegram.actions
            await telegram.person(8).asks("问", 8)
            assert telegram.drafts == []

    play(conversation())


def test_a_flood_limit_on_drafts_silences_them_and_never_the_answer(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(thinking), tmp_path) as telegram:
            telegram.fail("sendMessageDraft", 429, "Too Many Requests: retry after 30", retry_after=30)
            await telegram.person(7).asks("问", 6)
            assert telegram.drafts == []

    play(conversation())


def test_a_draft_that_hangs_delays_the_answer_by_a_second_at_most(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(thinking), tmp_path) as telegram:
            telegram.fail("sendMessageDraft", HUNG)
            await telegram.person(7).asks("问", 7)

    play(conversation())


def test_the_stop_button_of_a_draft_cancels_the_question(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(thinking), tmp_path) as telegram:
            await telegram.person(7).say("问")
            draft = (await telegram.called("sendMessageDraft")).parameters
            await telegram.deliver(stopped_message_generation={"chat": telegram.chat(7), "draft_id": int(draft["draft_id"])})
            await telegram.until(lambda: core.cancelled, what="it is cancelled")
            assert (core.cancelled[0].user, core.cancelled[0].chat) == ("7", "7")

    play(conversation())


def test_a_poll_that_fails_is_made_again(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(echo), tmp_path) as telegram:
            telegram.fail("getUpdates", 502, "Bad Gateway")
            telegram.fail("getUpdates", 429, "Too Many Requests: retry after 1", retry_after=1)
            telegram.fail("getUpdates", LOST_REQUEST)
            assert (await telegram.person(7).asks("问", 10))["text"] == "您说：问"

    play(conversation())


def test_updates_whose_delivery_was_lost_come_once_more_and_are_answered_once(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            telegram.fail("getUpdates", LOST_ANSWER, times=2)
            await telegram.person(7).asks("问", 10)
            await asyncio.sleep(0.3)
            assert len(telegram.said(7)) == 1
        assert len(core.asked) == 1

    play(conversation())


@pytest.mark.slow
def test_another_program_with_the_same_token_is_told_once_and_outlived(tmp_path, caplog):
    async def conversation():
        async with talking(ScriptedCore(echo), tmp_path) as telegram:
            words = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
            telegram.fail("getUpdates", 409, words, times=2)
            await telegram.until(lambda: telegram.faults[0].times == 0, 15, "both conflicts have come")
            assert (await telegram.person(7).asks("问", 15))["text"] == "您说：问"

    play(conversation())
    assert caplog.text.count("另一个程序正用同一个令牌") == 1


def test_a_second_copy_on_one_database_does_not_start(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            settings = Settings(telegram_token=telegram.token, telegram_url=telegram.url, database=tmp_path / "zhenwen.sqlite")
            with pytest.raises(BadSettings, match="已有一个镇问"):
                await run(core, settings, QUICK)
            await telegram.person(7).asks("问")

    play(conversation())


def test_a_webhook_that_was_set_before_is_removed(tmp_path):
    async def conversation():
        async with FakeTelegram() as telegram:
            telegram.webhook = {"url": "https://old.example/hook"}
            async with running(telegram, ScriptedCore(echo), tmp_path):
                await telegram.called("deleteWebhook")
                assert (await telegram.person(7).asks("问"))["text"] == "您说：问"

    play(conversation())


def test_without_network_it_starts_and_waits(tmp_path):
    async def conversation():
        async with FakeTelegram() as telegram:
            telegram.fail("*", LOST_REQUEST, times=2)
            async with running(telegram, ScriptedCore(echo), tmp_path):
                await telegram.person(7).asks("问")

    play(conversation())


class BlackHole:
    """A proxy that passes requests on, or swallows everything while ``swallowing``."""

    def __init__(self, target):
        self.target = target.removeprefix("http://")
        self.swallowing = False

    async def __aenter__(self):
        self.server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self.server.close()

    async def _connected(self, reader, writer):
        there_reader, there_writer = await asyncio.open_connection(*self.target.split(":"))
        await asyncio.gather(self._pass(reader, there_writer), self._pass(there_reader, writer), return_exceptions=True)

    async def _pass(self, reader, writer):
        while piece := await reader.read(1 << 16):
            if not self.swallowing:
                writer.write(piece)
        writer.close()


@pytest.mark.slow
def test_a_proxy_that_swallows_everything_is_noticed_and_left_when_it_passes_again(tmp_path, caplog):
    async def conversation():
        core = ScriptedCore(echo)
        async with (
            FakeTelegram() as telegram,
            BlackHole(telegram.url) as proxy,
            running(telegram, core, tmp_path, telegram_proxy=proxy.url),
        ):
            person = telegram.person(7)
            await person.asks("一")
            await telegram.until(lambda: core.finished, what="it is done")
            proxy.swallowing = True
            await asyncio.sleep(0.5)
            await person.say("二")
            await asyncio.sleep(6)
            assert "重新建立连接" in caplog.text
            proxy.swallowing = False
            assert (await person.hears(12))["text"] == "您说：二"

    play(conversation())
    assert "已恢复" in caplog.text


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"telegram_token": "123456789:BBwrongwrongwrongwrongwrong"}, "不认这个令牌"),
        ({"telegram_token": "x"}, "不认这个令牌"),
        ({"telegram_proxy": "ftp://a b"}, "代理地址"),
    ],
)
def test_a_setting_that_is_of_no_use_is_told_in_words_without_secrets(tmp_path, wrong, words):
    async def conversation():
        async with FakeTelegram() as telegram:
            given = {"telegram_token": telegram.token, "telegram_url": telegram.url, "database": tmp_path / "z.sqlite"}
            with pytest.raises(BadSettings, match=words) as raised:
                await run(ScriptedCore(echo), Settings(**(given | wrong)), QUICK)
            assert "wrongwrong" not in str(raised.value)

    play(conversation())
