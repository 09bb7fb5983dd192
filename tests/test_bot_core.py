"""What somebody says and presses, and what they are told: over the sample reports, without a channel."""

import pytest
from core_builders import action, keeper, labels, opened, person, run

from retrieval import Answerer


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


def test_a_question_is_answered_as_on_the_command_line(sample_store, database):
    questions = ("金井镇2023年调解了多少纠纷", "对比磁灶和高观的法律明白人", "金井镇存在哪些问题", "青阳街道调解了多少", "今天天气")

    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            for question in questions:
                await one.say("/new")
                reply = await one.say(question)
                answer = Answerer.open(sample_store).answer(question)
                assert reply.text == answer.text
                assert [quote.text for quote in reply.quotes] == [citation.quote for citation in answer.citations]

    run(story())


def test_a_follow_up_leans_on_the_conversation_and_new_ends_it(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            await one.say("金井镇2023年调解了多少纠纷")
            assert "100%" in (await one.say("那成功率呢")).text
            await one.say("/new")
            assert "100%。[1]\n（沿用" not in (await one.say("那成功率呢")).text

    run(story())


def test_the_words_that_answer_are_marked_in_the_quote(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            reply = await (await keeper(core)).say("金井镇2023年调解了多少纠纷")
            (quote,) = reply.quotes
            assert [quote.text[start:end] for start, end in quote.marks] == ["共排查矛盾纠纷708起,化解708起,调处成功率达100%"]

    run(story())


def test_a_source_opens_in_its_paragraph_and_pages_turn(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            _, page = await one.press(action(answer, "原文"))
            (quote,) = page.quotes
            marked = [quote.text[start:end] for start, end in quote.marks]
            assert marked == [answer.quotes[0].text] and len(quote.text) > len(marked[0])
            _, before = await one.press(action(page, "上一段"))
            _, back = await one.press(action(before, "下一段"))
            assert before.quotes != page.quotes and back == page

    run(story())


def test_feedback_is_kept_once_a_person_with_its_reason(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            await one.press(action(answer, "👍"))
            _, why = await one.press(action(answer, "👎"))
            await one.press(action(why, "出处不对"))
            rows = core._desk.database.rows("SELECT good, reason FROM feedback")
            assert [tuple(row) for row in rows] == [(0, "出处不对")]
            await one.press(action(why, "自己写"))
            await one.say("应当是706起")
            rows = core._desk.database.rows("SELECT good, reason FROM feedback")
            assert [tuple(row) for row in rows] == [(0, "应当是706起")]

    run(story())


def test_a_refusal_offers_only_questions_that_are_answered(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            for question in ("金井镇2022年调解了多少纠纷", "青阳街道2023年调解了多少纠纷", "今天天气"):
                refusal = await one.say(question)
                offered = [label for label in labels(refusal) if label not in "👍👎"]
                assert offered
                for label in offered:
                    _, answer = await one.press(action(refusal, label))
                    assert answer.quotes

    run(story())


def test_nobody_is_served_who_was_not_let_in(sample_store, database):
    async def story():
        async with opened(sample_store, database) as core:
            one = await keeper(core)
            answer = await one.say("金井镇2023年调解了多少纠纷")
            stranger = person(core, "99")
            told = await stranger.say("金井镇2023年调解了多少纠纷")
            assert "99" in told.text and not told.quotes
            assert (await stranger.press(action(answer, "原文")))[1] is None
            assert not (await stranger.say("/start c_1_1")).quotes

    run(story())
