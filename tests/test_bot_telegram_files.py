"""Files: sizes are checked before anything is moved, a broken transfer is made again, a file is uploaded once."""

import asyncio

import pytest
from fake_telegram import LOST_REQUEST
from scripted_core import ScriptedCore, saying
from telegram_bot import talking

from bot.core.types import Attachment, Button, Reply
from bot.telegram import files
from index.errors import ChannelError


async def weigh(what):
    """Fetch what was sent and say how much it is."""
    try:
        content = await what.document.fetch()
        yield Reply(f"{what.document.name} {what.document.size} {len(content)} {what.text}".strip())
    except ChannelError as error:
        yield Reply(str(error))


def sent(folder, core, conversation, **more):
    async def play():
        async with talking(core, folder, **more) as telegram:
            return await conversation(telegram, telegram.person(7))

    return asyncio.run(play())


def test_a_document_is_fetched_with_its_name_size_and_caption(tmp_path):
    async def conversation(telegram, person):
        await person.upload("年度报告.docx", b"1" * 5000, caption="请收录")
        return (await person.hears())["text"]

    assert sent(tmp_path, ScriptedCore(weigh), conversation) == "年度报告.docx 5000 5000 请收录"


def test_a_photo_is_fetched_in_its_largest_size(tmp_path):
    async def conversation(telegram, person):
        stored = [telegram.store("", "", b"1" * size) for size in (10, 900)]
        sizes = [
            {name: each[name] for name in ("file_id", "file_unique_id", "file_size")} | {"width": 1, "height": 1} for each in stored
        ]
        await telegram.deliver_message(person, photo=sizes, caption="第一页")
        return (await person.hears())["text"]

    assert sent(tmp_path, ScriptedCore(weigh), conversation) == "照片.jpg 900 900 第一页"


def test_a_document_over_twenty_megabytes_is_refused_before_it_is_fetched(tmp_path):
    async def conversation(telegram, person):
        await person.upload("大.pdf", b"0" * 20_000_001)
        words = (await person.hears())["text"]
        assert telegram.made("getFile") == []
        return words

    assert "20 MB 以内" in sent(tmp_path, ScriptedCore(weigh), conversation)


def test_a_document_whose_size_was_not_said_is_refused_by_telegram_in_the_same_words(tmp_path):
    async def conversation(telegram, person):
        document = telegram.store("大.pdf", "application/pdf", b"0" * 20_000_001)
        await telegram.deliver_message(person, document={name: value for name, value in document.items() if name != "file_size"})
        return (await person.hears())["text"]

    assert "20 MB 以内" in sent(tmp_path, ScriptedCore(weigh), conversation)


def test_a_transfer_that_breaks_off_is_made_again(tmp_path):
    async def conversation(telegram, person):
        telegram.fail("getFile", 502, "Bad Gateway")
        telegram.fail("file", LOST_REQUEST)
        await person.upload("报告.txt", b"12345")
        return (await person.hears(8))["text"]

    assert sent(tmp_path, ScriptedCore(weigh), conversation) == "报告.txt 5 5"


def test_a_file_that_cannot_be_fetched_is_told_in_words(tmp_path):
    async def conversation(telegram, person):
        telegram.fail("getFile", 400, "Bad Request: invalid file_id")
        await person.upload("报告.txt", b"12345")
        return (await person.hears())["text"]

    assert "没有取到" in sent(tmp_path, ScriptedCore(weigh), conversation)


def test_a_file_is_uploaded_once_and_then_named(tmp_path):
    reply = Reply("原文件", files=(Attachment("报告.txt", "全文".encode()),))

    async def conversation(telegram, person):
        for _ in range(2):
            assert (await person.asks("要"))["text"] == "原文件"
            assert (await person.hears())["document"]["file_name"] == "报告.txt"
        first, second = telegram.made("sendDocument")
        assert next(iter(first.files.values()))[2] == "全文".encode()
        assert (second.files, second.parameters["document"]) == ({}, "F1")
        telegram.files.clear()
        await person.asks("再要")
        await person.hears()
        assert telegram.made("sendDocument")[-1].files

    sent(tmp_path, ScriptedCore(saying(reply)), conversation)


def test_a_file_on_disk_is_sent_with_its_buttons(tmp_path):
    path = tmp_path / "原件.txt"
    path.write_bytes(b"abc")
    reply = Reply("", buttons=((Button("👍", "fb:1"),),), files=(Attachment("报告.txt", path),))

    async def conversation(telegram, person):
        return await person.asks("要")

    message = sent(tmp_path, ScriptedCore(saying(reply)), conversation)
    assert message["document"]["file_size"] == 3
    assert message["reply_markup"]["inline_keyboard"][0][0]["text"] == "👍"


@pytest.mark.parametrize("case", ["moved away", "too large"])
def test_a_file_that_cannot_be_sent_is_told_in_words(tmp_path, case, monkeypatch):
    if case == "too large":
        monkeypatch.setattr(files, "SEND_LIMIT", 2)
        (tmp_path / "原件.txt").write_bytes(b"abc")
    reply = Reply("", files=(Attachment("报告.txt", tmp_path / "原件.txt"),))

    async def conversation(telegram, person):
        return (await person.asks("要"))["text"]

    words = sent(tmp_path, ScriptedCore(saying(reply)), conversation)
    assert ("读不到" if case == "moved away" else "50 MB 以内") in words
