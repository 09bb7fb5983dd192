"""What is said to the bot reaches the core, and what the core says reaches the person: once, in order, whatever comes between."""

import asyncio
from datetime import UTC, datetime, timedelta

from fake_telegram import HUNG, FakeTelegram
from scripted_core import FullDisk, ScriptedCore, echo, saying, slow, with_buttons
from telegram_bot import running, talking

from bot.core.types import Button, Notice, Reply
from index.errors import BadRequest


def play(conversation):
    asyncio.run(conversation)


def test_a_question_is_answered_in_a_private_chat(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            message = await telegram.person(7, "李四").asks("金井镇2023年调解了多少纠纷")
            assert message["text"] == "您说：金井镇2023年调解了多少纠纷"
            assert "reply_to_message" not in message
        who = core.asked[0].who
        assert (who.channel, who.user, who.chat, who.name, who.group) == ("telegram", "7", "7", "李四", False)
        assert core.asked[0].key == f"telegram:{telegram.me['id']}:1"
        assert core.finished == {core.asked[0].key}

    play(conversation())


def test_a_button_is_acknowledged_before_it_is_answered(tmp_path):
    async def conversation():
        script = saying(with_buttons("答", (Button("👍", "fb:1:1"), Button("复制引用", copy="《报告》"))))
        async with talking(core := ScriptedCore(script), tmp_path) as telegram:
            person = telegram.person(7)
            message = await person.asks("问")
            core.script = echo
            assert await person.presses(message, "👍") == "好的"
            assert (await person.hears())["text"] == "按了 fb:1:1"
        methods = [call.method for call in telegram.calls]
        assert methods.index("answerCallbackQuery") < max(at for at, method in enumerate(methods) if method == "sendMessage")

    play(conversation())


def test_several_finals_come_in_order_and_files_after_their_message(tmp_path):
    async def conversation():
        async with talking(ScriptedCore(saying(Reply("一"), Reply("二"))), tmp_path) as telegram:
            person = telegram.person(7)
            assert [(await person.asks("问"))["text"], (await person.hears())["text"]] == ["一", "二"]

    play(conversation())


def test_nobody_waits_for_another_persons_slow_answer(tmp_path):
    async def script(what):
        if what.who.user == "7":
            yield 3
        yield Reply("答")

    async def conversation():
        async with talking(ScriptedCore(script), tmp_path) as telegram:
            await telegram.person(7).say("慢")
            quick = telegram.person(8)
            await quick.asks("快")
            assert quick.waited[0] < 2
            assert telegram.said(7) == []

    play(conversation())


def test_an_update_delivered_twice_is_answered_once(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            await telegram.person(7).asks("问")
            update = {"update_id": 1, "message": telegram.messages[7, 1]}
            telegram.updates.append(update)
            await telegram.person(8).asks("后来的")
            assert len(telegram.said(7)) == 1
        assert len(core.asked) == 2

    play(conversation())


def test_an_edited_question_is_answered_once(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            person = telegram.person(7)
            await person.say("问")
            await person.hears()
            await telegram.deliver(edited_message=telegram.messages[7, 1] | {"text": "改", "edit_date": 1})
            await person.asks("再问")
        assert [ask.text for ask in core.asked] == ["问", "再问"]

    play(conversation())


def test_an_update_that_cannot_be_understood_does_not_take_others_with_it(tmp_path, caplog):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            telegram.updates.append({"update_id": 500, "message": {"text": "没有日期"}})
            telegram.numbers["update"] = iter(range(501, 600))
            await telegram.person(7).asks("问")
        assert f"telegram:{telegram.me['id']}:500" in core.finished

    play(conversation())


def test_what_goes_wrong_is_told_in_words(tmp_path, caplog):
    async def script(what):
        raise BadRequest("问题太长，请分开问。") if what.text == "长" else RuntimeError("内部的事")
        yield

    async def conversation():
        async with talking(ScriptedCore(script), tmp_path) as telegram:
            person = telegram.person(7)
            assert (await person.asks("长"))["text"] == "问题太长，请分开问。"
            assert "出了意外" in (await person.asks("错"))["text"]

    play(conversation())
    assert "内部的事" in caplog.text


def test_an_old_question_is_apologised_for_once_and_answered(tmp_path):
    async def conversation():
        async with FakeTelegram() as telegram:
            person = telegram.person(7)
            long_ago = int((datetime.now(UTC) - timedelta(minutes=30)).timestamp())
            await person.say("一", date=long_ago)
            await person.say("二", date=long_ago)
            async with running(telegram, ScriptedCore(echo), tmp_path):
                texts = [(await person.hears())["text"] for _ in range(3)]
                await asyncio.sleep(0.1)
                assert person.silent()
        assert sum(text.startswith("抱歉让您久等") for text in texts) == 1
        assert {"您说：一", "您说：二"} < set(texts)
        assert texts[0].startswith("抱歉让您久等")

    play(conversation())


def test_what_was_left_undone_is_done_after_the_next_start(tmp_path):
    async def conversation():
        core = ScriptedCore(slow(60))
        async with FakeTelegram() as telegram:
            person = telegram.person(7)
            async with running(telegram, core, tmp_path):
                await person.say("问")
                await telegram.until(lambda: core.asked, what="it is asked")
            assert person.silent()
            core.script = echo
            async with running(telegram, core, tmp_path):
                assert (await person.hears())["text"] == "您说：问"
                await asyncio.sleep(0.1)
            assert len(telegram.said(7)) == 1

    play(conversation())


def test_parts_sent_before_a_restart_are_not_sent_again(tmp_path):
    async def conversation():
        core = ScriptedCore(saying(Reply("甲" * 4096 + "\n\n" + "乙" * 10)))
        async with FakeTelegram() as telegram:
            person = telegram.person(7)
            await person.say("问")
            core.parts[f"telegram:{telegram.me['id']}:1"] = 1
            async with running(telegram, core, tmp_path):
                assert (await person.hears())["text"] == "乙" * 10
                await telegram.until(lambda: core.finished, what="it is done")
            assert len(telegram.said(7)) == 1

    play(conversation())


def test_what_could_not_be_written_down_is_fetched_again(tmp_path, caplog):
    async def conversation():
        async with talking(FullDisk(echo, 1), tmp_path) as telegram:
            person = telegram.person(7)
            assert (await person.asks("问", 12))["text"] == "您说：问"
            assert len(telegram.said(7)) == 1

    play(conversation())
    assert "磁盘满了" in caplog.text


def test_what_another_bot_was_told_is_left_to_it(tmp_path):
    async def conversation():
        core = ScriptedCore(echo)
        core.accept("telegram:999:1", '{"update_id": 1}')
        async with talking(core, tmp_path) as telegram:
            await telegram.person(7).asks("问")
        assert "telegram:999:1" not in core.finished

    play(conversation())


def test_notices_are_delivered_once(tmp_path):
    async def conversation():
        async with talking(core := ScriptedCore(echo), tmp_path) as telegram:
            for channel, key in (("terminal", "n:0"), ("telegram", "n:1")):
                core.outbox.put_nowait(Notice(channel, "7", Reply(f"新报告 {key}"), key))
            assert (await telegram.person(7).hears())["text"] == "新报告 n:1"
            await telegram.until(lambda: core.finished == {"n:1"}, what="it is done")
            await asyncio.sleep(0.1)
            assert len(telegram.said(7)) == 1

    play(conversation())


def test_a_graceful_stop_lets_an_answer_under_way_end(tmp_path):
    async def conversation():
        core = ScriptedCore(slow(1))
        async with FakeTelegram() as telegram:
            async with running(telegram, core, tmp_path):
                await telegram.person(7).say("问")
                await telegram.until(lambda: core.asked, what="it is asked")
            assert len(telegram.said(7)) == 1

    play(conversation())


def test_a_graceful_stop_takes_less_than_ten_seconds_whatever_hangs(tmp_path):
    async def conversation():
        core = ScriptedCore(slow(600))
        loop = asyncio.get_running_loop()
        async with FakeTelegram() as telegram:
            telegram.fail("sendMessage", HUNG)
            async with running(telegram, core, tmp_path):
                await telegram.person(7).say("问")
                await telegram.until(lambda: core.asked, what="the first is asked")
                core.script = echo
                await telegram.person(8).say("问")
                await telegram.until(lambda: len(core.asked) == 2, what="both are asked")
                begun = loop.time()
            assert loop.time() - begun < 8
        assert core.finished == set()

    play(conversation())
