"""What keepers look at: unanswered questions, feedback, usage, backups, cases."""

import json
import sqlite3
from pathlib import Path

import pytest
from core_builders import Clock, action, keeper, labels, opened, person, run

from retrieval.measure.scoring import read_items

DAY = 86_400.0
QUESTION = "金井镇2023年调解了多少纠纷"


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


def told(sample_store, database, story, clock=None):
    async def whole():
        async with opened(sample_store, database, clock=clock) as core:
            return await story(core, await keeper(core))

    return run(whole())


async def complained(one, question=QUESTION, reason="答错了"):
    answer = await one.say(question)
    _, why = await one.press(action(answer, "👎"))
    await one.press(action(why, reason))


def test_unanswered_questions_are_counted_with_their_reason(sample_store, database):
    async def story(core, one):
        assert "没有答不上来的问题" in (await one.say("/unanswered")).text
        for question in ("青阳街道调解了多少纠纷", "金井镇2019年调解了多少纠纷", "青阳街道调解了多少纠纷", "今天天气怎么样", QUESTION):
            await one.say("/new")
            await one.say(question)
        reply = await one.say("/unanswered")
        assert reply.text.splitlines()[1:] == ["青阳街道调解了多少纠纷（2次，没有该镇）", "金井镇2019年调解了多少纠纷（1次，没有该年）"]
        _, seen = await one.press(action(reply, "青阳街道调解了多少纠纷"))
        assert seen.text.startswith("问：青阳街道调解了多少纠纷\n资料库没有青阳街道")

    told(sample_store, database, story)


def test_feedback_lists_what_people_were_not_content_with(sample_store, database):
    async def story(core, one):
        assert "没有人评价" in (await one.say("/feedback")).text
        await complained(one)
        await one.press(action(await one.say("金井镇存在哪些问题"), "👍"))
        reply = await one.say("/feedback")
        assert "1个👍，1个👎" in reply.text and f"{QUESTION}（答错了）" in reply.text and labels(reply) == [QUESTION]
        _, seen = await one.press(action(reply, QUESTION))
        assert "708起" in seen.text and seen.quotes

    told(sample_store, database, story)


def test_only_the_days_asked_for_are_looked_at(sample_store, database):
    clock = Clock()

    async def story(core, one):
        await one.say("青阳街道调解了多少纠纷")
        clock.seconds += 10 * DAY
        assert "没有答不上来" in (await one.say("/unanswered 7")).text
        assert "青阳街道" in (await one.say("/unanswered 11天")).text
        assert "青阳街道" in (await one.say("/unanswered 很多")).text, "what is no number means thirty days"

    told(sample_store, database, story, clock)


def test_usage_counts_people_questions_refusals_and_feedback(sample_store, database):
    clock = Clock()

    async def story(core, one):
        await complained(one)
        clock.seconds += 2 * DAY
        await one.say("青阳街道调解了多少纠纷")
        lines = (await one.say("/usage")).text.splitlines()
        assert lines[:2] == ["今天：1人问了1次，没答上1次，👍0 👎0", "最近7天：1人问了2次，没答上1次，👍0 👎1"]
        assert "5份报告" in lines[3] and lines[4] == "最近30天问得最多的：人1 2次"

    told(sample_store, database, story, clock)


def test_a_backup_is_a_whole_database_beside_the_first(sample_store, database):
    async def story(core, one):
        await one.say(QUESTION)
        reply = await one.say("/backup")
        path = Path(next(line for line in reply.text.splitlines() if line.endswith(".sqlite")))
        assert path.parent == database.parent and not reply.files, "it is not sent through the chat"
        with sqlite3.connect(path) as copy:
            assert copy.execute("SELECT question FROM answers").fetchall() == [(QUESTION,)]
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        copy.close()

    told(sample_store, database, story)


def test_cases_are_a_question_file_that_can_be_scored(sample_store, database, tmp_path):
    async def story(core, one):
        assert "没有可以导出的" in (await one.say("/export")).text
        await complained(one)
        for question in ("那成功率呢", "青阳街道调解了多少纠纷", "青阳街道调解了多少纠纷", "今天天气怎么样"):
            await one.say(question)
        await one.say("/new")
        await one.say("青阳街道调解了多少纠纷")
        (file,) = (await one.say("/export cases")).files
        return file

    file = told(sample_store, database, story)
    (tmp_path / file.name).write_bytes(file.content)
    items = read_items(tmp_path / file.name)
    wrong = next(item for item in items if item.question == QUESTION)
    assert wrong.answerable and "708起" in wrong.evidence[0].quote
    refused = [item for item in items if item.question == "青阳街道调解了多少纠纷"]
    assert all(not item.answerable for item in refused) and () in {item.history for item in refused}
    assert "天气" not in file.content.decode() and "那成功率呢" not in {item.question for item in items}
    assert json.loads(file.content.decode().partition("\n")[0])["note"].startswith("评价：答错了；")


def test_only_keepers_see_it_and_only_in_private(sample_store, database):
    async def story(core, one):
        code = (await one.say("/invite 供稿人")).text.rpartition("inv_")[2].split()[0]
        two, group = person(core, "2"), person(core, "1", group="-100")
        await two.say(f"/start inv_{code}")
        await group.say("/allow")
        await complained(one)
        for command in ("unanswered", "feedback", "usage", "backup", "export"):
            assert "管理员才能用" in (await two.say(f"/{command}")).text
            assert "请在私聊里" in (await group.say(f"/{command}")).text
        assert "管理员才能用" in (await two.press("rev:1"))[0]

    told(sample_store, database, story)
