"""The real program against the fake server: what persons see, in private chats and in a group, and after it was killed."""

import asyncio
import shutil
import sqlite3
import subprocess
import sys

import pytest
from conftest import ROOT, SAMPLE
from fake_telegram import BUTTON, HUNG, TOKEN, FakeTelegram, buttons
from served import served

QUESTION = "金井镇2023年调解了多少纠纷"
TROUBLE = ("出了意外", "没有处理成", "没有做成")
GROUP = -1001
PRESSES = 30


@pytest.fixture
def store(sample_store, tmp_path):
    """A store of the test's own: uploads change it."""
    return shutil.copytree(sample_store, tmp_path / "store")


def play(conversation, store, folder, **settings):
    async def scene():
        async with FakeTelegram() as telegram:
            async with served(telegram, store, folder, per_minute=10_000, **settings) as program:
                keeper = telegram.person(7, "钱主任")
                assert "您现在是" in (await keeper.asks(f"/start {program.code}", 20))["text"]
                await conversation(telegram, program, keeper)
                code, seconds = await program.stop()
            assert (code, seconds < 10) == (0, True), program.output()
            assert TOKEN not in program.output()
            assert telegram.violations == []

    asyncio.run(scene())


def undone(folder):
    with sqlite3.connect(folder / "zhenwen.sqlite") as database:
        return database.execute("SELECT count(*) FROM inbox WHERE done IS NULL").fetchone()[0]


async def invited(telegram, keeper, role, person):
    """Let somebody in by the link that the keeper was given."""
    invitation = (await keeper.asks(f"/invite {role} 1"))["text"]
    assert "start=" in invitation, invitation
    link = invitation.split("start=")[1].split()[0]
    await person.asks(f"/start {link}")
    return person


@pytest.mark.slow
def test_what_persons_ask_press_and_send(store, tmp_path):
    async def conversation(telegram, program, keeper):
        await stranger(telegram)
        reader = await invited(telegram, keeper, "读者", telegram.person(8, "李四"))
        await questions(reader)
        await two_at_once(telegram, keeper, reader)
        await group(telegram, keeper, reader)
        await every_command(telegram, keeper)
        await every_button(telegram, keeper, tmp_path)
        await upload(await invited(telegram, keeper, "供稿人", telegram.person(9, "王五")))
        await second_copy(telegram, store, tmp_path)
        waited = sorted(keeper.waited + reader.waited)
        assert waited[int(len(waited) * 0.95)] < 15  # persons ask at once, and a question is read for half a second on two slow cores
        await telegram.until(lambda: undone(tmp_path) == 0, what="nothing is left to do")

    play(conversation, store, tmp_path)


async def stranger(telegram):
    message = await telegram.person(66, "路人").asks(QUESTION)
    assert "708" not in message["text"]
    assert "66" in message["text"]


async def questions(reader):
    answer = await reader.asks(QUESTION)
    assert "708起" in answer["text"].splitlines()[0]
    assert "expandable_blockquote" in {entity["type"] for entity in answer["entities"]}
    assert await reader.presses(answer, "👍")
    follow_up = await reader.asks("那磁灶镇呢")
    assert "磁灶镇" in follow_up["text"]
    assert "沿用" in follow_up["text"]
    which = (await reader.asks("哪个镇的法律明白人多"))["text"]
    assert sum(town in which for town in ("金井镇", "磁灶镇", "高观镇")) > 1


async def two_at_once(telegram, one, other):
    await asyncio.gather(one.say("高观镇2022年立案查处违法行为多少起"), other.say("中兴镇2022年发放了多少宣传资料"))
    answers = await asyncio.gather(one.hears(), other.hears())
    assert ["高观镇" in answers[0]["text"], "中兴镇" in answers[1]["text"]] == [True, True]


async def group(telegram, keeper, reader):
    here, there = telegram.person(7, "钱主任", GROUP), telegram.person(8, "李四", GROUP)
    await telegram.deliver_message(here, new_chat_members=[telegram.me])
    assert "/allow" in (await here.hears())["text"]
    await here.asks("/allow")
    question = await there.say(f"/ask@zhenwen_bot {QUESTION}")
    answer = await there.hears()
    assert "708起" in answer["text"]
    assert answer["reply_to_message"]["message_id"] == question["message_id"]
    await there.say("下午两点开会")
    await there.say("那磁灶镇呢", reply_to_message=answer)
    assert "磁灶镇" in (await there.hears())["text"]
    await asyncio.sleep(0.2)
    assert there.silent()


async def every_command(telegram, keeper):
    await telegram.until(lambda: str(keeper.chat) in telegram.commands, 8, "the keeper has a menu")
    for command in telegram.commands[str(keeper.chat)]:
        message = await keeper.asks(f"/{command['command']} 金井镇")
        assert not any(words in message.get("text", "") for words in TROUBLE), command


async def every_button(telegram, keeper, folder):
    """Press whatever can be pressed, what that brings too, each action once."""
    await keeper.asks(QUESTION)
    pressed = set()
    while waiting := [
        (message, button[BUTTON])
        for message in telegram.said(7)
        for button in buttons(message)
        if button.get(BUTTON, "") not in {"", *pressed}
    ]:
        message, action = waiting[-1]
        if len(pressed) == PRESSES:
            break
        pressed.add(action)
        await telegram.press(keeper, message, action)
    assert len(pressed) > 12
    await telegram.until(lambda: undone(folder) == 0, what="all that was pressed is answered")
    keeper.read = telegram.said(7)[-1]["message_id"]
    assert not [message for message in telegram.said(7) if any(words in message.get("text", "") for words in TROUBLE)]


async def upload(contributor):
    """A report that is sent can be asked about at once; two towns of one name are told apart."""
    await sent(contributor, "001_*", ("金井", "龙湖"), ("708", "913"))
    assert "913起" in (await contributor.asks("龙湖镇2023年调解了多少纠纷"))["text"]
    await sent(contributor, "*", ("高观", "中兴"))
    both = await contributor.asks("中兴镇2022年发放了多少宣传资料")
    assert all(words in both["text"] for words in ("城口县中兴镇", "[1]", "[2]"))


async def sent(contributor, pattern, *changes):
    """Send a sample report in which names and figures are changed, and confirm it where that is asked for."""
    text = next(text for path in sorted(SAMPLE.glob(pattern)) if changes[0][0] in (text := path.read_text(encoding="utf-8")))
    for old, new in changes:
        text = text.replace(old, new)
    await contributor.upload(f"{changes[0][1]}镇报告.txt", text.encode())
    recognised = await contributor.hears(30)
    assert f"{changes[0][1]}镇" in recognised["text"]
    if any(button["text"].startswith("确认") for button in buttons(recognised)):
        await contributor.presses(recognised, "确认")
        await contributor.hears(30)


async def second_copy(telegram, store, folder):
    """The same program with the same database and token says that it runs already."""
    environment = {"ZHENWEN_TELEGRAM_TOKEN": telegram.token, "ZHENWEN_TELEGRAM_URL": telegram.url, "ZHENWEN_STORE": str(store)}
    environment["ZHENWEN_DATABASE"] = str(folder / "zhenwen.sqlite")
    command = [sys.executable, "-m", "bot", "serve"]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    assert done.returncode == 1
    assert "已有一个镇问" in done.stderr


@pytest.mark.slow
def test_killed_while_it_answers_it_loses_and_doubles_nothing(store, tmp_path):
    async def scene():
        async with FakeTelegram() as telegram:
            persons = [telegram.person(number) for number in range(100, 110)]
            async with served(telegram, store, tmp_path, per_minute=10_000) as program:
                await persons[0].asks(f"/start {program.code}", 20)
                code = (await persons[0].asks("/invite 读者 9"))["text"].split("start=")[1].split()[0]
                await asyncio.gather(*(person.asks(f"/start {code}") for person in persons[1:]))
                await telegram.until(lambda: undone(tmp_path) == 0, what="nothing is left to do")
                telegram.fail("sendMessage", HUNG, times=99)
                for person in persons:
                    await person.say(QUESTION)
                await telegram.until(lambda: telegram.faults[0].times < 95, 20, "answers are on their way")
                await program.kill()
                telegram.faults.clear()
                for person in persons[:3]:
                    await person.say("你好")
            before = {person.chat: len(telegram.said(person.chat)) for person in persons}
            async with served(telegram, store, tmp_path, per_minute=10_000) as program:
                for person in persons:
                    person.read = 0
                expected = {person.chat: 2 if person in persons[:3] else 1 for person in persons}
                came = lambda: {person.chat: len(telegram.said(person.chat)) - before[person.chat] for person in persons}  # noqa: E731
                await telegram.until(lambda: came() == expected, 20, "everybody is answered")
                await telegram.until(lambda: undone(tmp_path) == 0, what="nothing is left to do")
                await asyncio.sleep(0.5)
                assert came() == expected
                assert (await program.stop())[0] == 0
            assert telegram.violations == []

    asyncio.run(scene())
