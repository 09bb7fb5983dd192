"""What people see, word for word: a conversation over the sample reports. Run this file as a program to write it anew."""

import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from conftest import ROOT
from core_builders import action, opened, person, run

from retrieval.reader.model import default_reader

GOLDEN = ROOT / "tests" / "golden" / "chat.txt"
CODE = re.compile(r"(?<=im_|nv_)[\w-]{16}")


def shown(reply):
    """A reply as plain lines: text, sources with their marked words, note, buttons, files."""
    if reply is None:
        return []
    lines = [*reply.text.splitlines()]
    for quote in reply.quotes:
        marked = quote.text
        for start, end in reversed(quote.marks):
            marked = f"{marked[:start]}【{marked[start:end]}】{marked[end:]}"
        lines += [f"  | {quote.head}", *(f"  |   {line}" for line in marked.splitlines())]
    lines += [f"  * {line}" for line in reply.note.splitlines()]
    lines += ["  " + " ".join(f"[{button.label}{'⧉' + button.copy if button.copy else ''}]" for button in row) for row in reply.buttons]
    return [*lines, *(f"  + {file.name}" for file in reply.files)]


async def conversation(core):
    lines = []

    async def say(one, text):
        reply = await one.say(text)
        lines.extend(CODE.sub("……", line) for line in ("", f"{one.who.name} > {text}", *shown(reply)))
        return reply

    async def press(one, reply, label):
        toast, further = await one.press(action(reply, label))
        lines.extend(["", f"{one.who.name} > [{label}]{' ' + toast if toast else ''}", *shown(further)])
        return further

    stranger = person(core, "9")
    await say(stranger, "你好")
    await say(stranger, "/start inv_0123456789abcdef")
    one = person(core, "1")
    await say(one, f"/start claim_{core.claim_code()}")
    await say(one, "/help")
    answer = await say(one, "金井镇2023年调解了多少纠纷")
    page = await press(one, answer, "原文")
    await press(one, page, "上一段")
    await press(one, answer, "原文件")
    await press(one, answer, "相关问题")
    await press(one, answer, "👍")
    why = await press(one, answer, "👎")
    await press(one, why, "自己写")
    await say(one, "应当分开写排查和化解")
    await say(one, "那成功率呢")
    several = await say(one, "对比磁灶和高观的法律明白人")
    await press(one, several, "复制引用")
    many = await say(one, "其他镇怎么开展普法宣传")
    await press(one, many, next((b.label for row in many.buttons for b in row if b.label.startswith("原文")), ""))
    await say(one, "金井镇2022年调解了多少纠纷")
    await say(one, "青阳街道2023年调解了多少纠纷")
    await say(one, "今天天气怎么样")
    await say(one, "我镇调解了多少纠纷")
    await say(one, "/me 金井")
    await say(one, "我镇调解了多少纠纷")
    for command in ("/me", "/towns", "/towns 晋江", "/towns 某某县", "/compare", "/compare 磁灶 高观 法律明白人", "/ledger", "/ledger 高观 法律明白人"):
        await say(one, command)
    for command in ("/ledger 某某镇", "/ask", "/stop", "/history", "/privacy", "/new", "/invite", "/invite 读者 3", "/members", "/role 1 读者", "/remove 8"):
        await say(one, command)
    for command in ("/allow", "/nothing", "", "/memo"):
        await say(one, command)
    group = person(core, "1", group="-7")
    await say(group, "/start")
    await say(group, "/allow")
    await say(group, "/help")
    await say(group, "/forbid")
    return lines[1:]


def transcript(store, folder):
    async def story():
        async with opened(store, folder / "zhenwen.sqlite", per_minute=0) as core:
            return "\n".join(await conversation(core)) + "\n"

    return run(story())


def test_what_people_see_is_as_agreed(sample_store, tmp_path, monkeypatch):
    monkeypatch.setattr("retrieval.answer.default_reader", default_reader)
    assert transcript(sample_store, tmp_path).splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_nothing_shouts_and_the_notice_of_secrets_is_where_one_begins():
    seen = GOLDEN.read_text(encoding="utf-8")
    assert "！" not in seen and "!" not in seen and not re.search("[\U0001f300-\U0001faff]", seen.replace("👍", "").replace("👎", ""))
    begin = seen.split("\n\n")
    for first in ("人9 > 你好", "人1 > /start", "人1 > /help"):
        (told,) = [part for part in begin[:6] if part.startswith(first) and "无效" not in part]
        assert all(word in told for word in ("涉密", "工作秘密", "个人信息"))


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        GOLDEN.write_text(transcript(Path(sys.argv[1]), Path(made)), encoding="utf-8")
