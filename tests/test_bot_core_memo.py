"""纪要: answers are collected and come out as a Word file."""

import io
import re

import pytest
from core_builders import Clock, action, keeper, labels, opened, person, run
from docx import Document

QUESTION = "金井镇2023年调解了多少纠纷"


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


def told(sample_store, database, story):
    async def whole():
        async with opened(sample_store, database) as core:
            return await story(core, await keeper(core))

    return run(whole())


def test_answers_are_collected_listed_and_exported_with_their_sources(sample_store, database):
    async def story(core, one):
        for question in (QUESTION, "对比磁灶和高观的法律明白人"):
            answer = await one.say(question)
            toast, reply = await one.press(action(answer, "加入纪要"))
            assert toast.startswith("已加入纪要") and reply is None
        listed = await one.say("/memo")
        assert "1. 金井镇2023年调解了多少纠纷\n2. 对比磁灶和高观的法律明白人" in listed.text
        (file,) = (await one.press(action(listed, "导出 Word")))[1].files
        return file

    file = told(sample_store, database, story)
    texts = [paragraph.text for paragraph in Document(io.BytesIO(file.content)).paragraphs]
    assert file.name == "法治政府建设情况摘编.docx" and texts[0] == "法治政府建设情况摘编" and texts[1] == "（2024年6月1日）"
    assert f"一、{QUESTION}" in texts and any("708起" in text for text in texts) and "引用原文" in texts
    assert not any(re.search(r"\[\d+\]", text) for text in texts), "the marks are footnotes"


def test_a_title_can_be_given_and_is_made_a_file_name(sample_store, database):
    async def story(core, one):
        await one.press(action(await one.say(QUESTION), "加入纪要"))
        return (await one.say("/memo export 调解/工作 情况")).files[0]

    file = told(sample_store, database, story)
    assert Document(io.BytesIO(file.content)).paragraphs[0].text == "调解/工作 情况"
    assert file.name == "调解_工作 情况.docx"


def test_an_answer_is_collected_once_and_can_be_taken_out(sample_store, database):
    async def story(core, one):
        answer = await one.say(QUESTION)
        await one.press(action(answer, "加入纪要"))
        assert "已有" in (await one.press(action(answer, "加入纪要")))[0]
        _, left = await one.press(action(await one.say("/memo"), f"去掉：{QUESTION}"))
        assert "纪要是空的" in left.text
        await one.press(action(answer, "加入纪要"))
        assert "清空" in (await one.say("/memo clear")).text
        for words in ("/memo", "/memo export"):
            assert "纪要是空的" in (await one.say(words)).text

    told(sample_store, database, story)


def test_a_memo_is_its_owners_and_what_is_forgotten_leaves_it(sample_store, database):
    async def story(core, one):
        await one.press(action(await one.say(QUESTION), "加入纪要"))
        code = (await one.say("/invite 读者")).text.rpartition("inv_")[2].split()[0]
        two = person(core, "2")
        await two.say(f"/start inv_{code}")
        assert "纪要是空的" in (await two.say("/memo")).text
        await one.press("forget")
        assert "纪要是空的" in (await one.say("/memo")).text

    told(sample_store, database, story)


def test_a_memo_outlives_a_restart(sample_store, database):
    clock = Clock()

    async def story():
        async with opened(sample_store, database, clock=clock) as core:
            await (one := await keeper(core)).press(action(await one.say(QUESTION), "加入纪要"))
        async with opened(sample_store, database, clock=clock) as core:
            assert QUESTION in (await person(core, "1").say("/memo")).text

    run(story())


def test_a_refusal_is_not_offered_for_a_memo(sample_store, database):
    async def story(core, one):
        assert "加入纪要" not in labels(await one.say("青阳街道调解了多少"))

    told(sample_store, database, story)
