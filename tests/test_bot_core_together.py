"""Many people at once: nobody waits for another's slow answer, one person's questions come one after another, everything ends."""

import asyncio
import time
from contextlib import asynccontextmanager
from threading import Event as Flag

import pytest
from core_builders import keeper, new_key, opened, person, run

from bot.core import answering, texts
from bot.core.running import MOST
from bot.core.types import Ask, Final, Preview, Stage
from index.errors import Cancelled
from retrieval.types import Answer


@pytest.fixture
def database(tmp_path):
    return tmp_path / "zhenwen.sqlite"


class Model:
    """Answers with the question; one that begins with 慢 waits until it is let go, listening every 10 ms."""

    def __init__(self):
        self.free = Flag()
        self.users = []
        self.cancelled = 0

    def __call__(self, question, history, user, listener):
        self.users.append(user)
        if question.startswith("慢"):
            listener.stage("正在写……")
            while not self.free.wait(0.01):
                try:
                    listener.preview("写到一半")
                except Cancelled:
                    self.cancelled += 1
                    raise
        return Answer(question, f"答：{question}")


class Deaf:
    """A model that hangs and listens to nobody."""

    def __init__(self):
        self.free = Flag()

    def __call__(self, question, history, user, listener):
        self.free.wait(30)
        return Answer(question, "太晚了")


async def members(core, count):
    """A keeper and ``count`` readers."""
    one = await keeper(core)
    invitation = (await one.say(f"/invite 读者 {count}")).text.splitlines()[-1]
    people = [person(core, str(100 + n)) for n in range(count)]
    for each in people:
        await each.say(invitation)
    return people


@asynccontextmanager
async def one_waiting(store, database, end="答：慢问题"):
    """A core with its model, and a keeper who has asked something slow and waits; their answer is ``end`` at last."""
    model = Model()
    async with opened(store, database, model) as core:
        one = await keeper(core)
        waiting = asyncio.create_task(one.say("慢问题"))
        while not model.users:
            await asyncio.sleep(0.01)
        yield core, model, one, waiting
        model.free.set()
        assert (await waiting).text == end


def test_fifty_ask_at_once_and_each_gets_their_own_answer(sample_store, database):
    async def story():
        model = Model()
        async with opened(sample_store, database, model) as core:
            people = await members(core, 50)
            replies = await asyncio.gather(*(each.say(f"问题{each.who.user}") for each in people))
            assert [reply.text for reply in replies] == [f"答：问题{each.who.user}" for each in people]
            assert set(model.users) == {f"telegram:{each.who.user}" for each in people}

    run(story())


def test_a_slow_answer_delays_nobody_else_and_tells_its_steps(sample_store, database):
    async def story():
        async with one_waiting(sample_store, database) as (core, _, slow, waiting):
            quick = person(core, "2")
            await quick.say((await slow.say("/invite 读者")).text.splitlines()[-1])
            started = time.monotonic()
            assert (await quick.say("快问题")).text == "答：快问题"
            assert time.monotonic() - started < 1 and not waiting.done()
        assert Stage("正在写……") in slow.events and Preview("写到一半") in slow.events

    run(story())


def test_as_many_slow_answers_as_people_do_not_stop_commands(sample_store, database):
    async def story():
        model = Model()
        async with opened(sample_store, database, model) as core:
            people = await members(core, 70)  # more than there are threads for answers
            waiting = [asyncio.create_task(each.say("慢问题")) for each in people]
            await asyncio.sleep(0.2)
            assert (await people[-1].say("/stop")).text == texts.STOPPING
            assert (await waiting[-1]).text == texts.STOPPED
            model.free.set()
            assert {(await each).text for each in waiting[:-1]} == {"答：慢问题"}

    run(story())


def test_questions_while_the_first_runs_wait_their_turn_and_too_many_are_told_so(sample_store, database):
    async def story():
        async with one_waiting(sample_store, database) as (_, model, one, waiting):
            others = [asyncio.create_task(one.say(f"第{n}问")) for n in range(MOST)]
            *queued, late = others
            assert (await late).text == texts.BUSY.format(most=MOST)
            model.free.set()
            await waiting
            assert [(await each).text for each in queued] == [f"答：第{n}问" for n in range(MOST - 1)]
            assert (await one.say("还有一问")).text == "答：还有一问"

    run(story())


def test_quick_questions_in_a_row_are_all_answered_in_order(sample_store, database):
    async def story():
        async with opened(sample_store, database, Model()) as core:
            (one,) = await members(core, 1)
            replies = await asyncio.gather(*(one.say(f"第{n}问") for n in range(5)))
            assert [reply.text for reply in replies] == [f"答：第{n}问" for n in range(5)]

    run(story())


def test_a_person_may_ask_in_two_chats_at_once(sample_store, database):
    async def story():
        async with one_waiting(sample_store, database) as (core, _, _, waiting):
            here = person(core, "1", group="-7")
            await here.say("/allow")
            assert (await here.say("/ask 群里问")).text == "答：群里问" and not waiting.done()

    run(story())


def test_stop_ends_the_running_question_at_once_and_the_model_hears_of_it(sample_store, database):
    async def story():
        async with one_waiting(sample_store, database, end=texts.STOPPED) as (core, model, one, waiting):
            assert core.cancel(one.who)
            await waiting
            await asyncio.sleep(0.1)
            assert model.cancelled == 1
            assert not core.cancel(one.who)
            assert (await one.say("/stop")).text == texts.NOTHING_TO_STOP

    run(story())


def test_an_answer_that_never_comes_is_given_up(sample_store, database, monkeypatch):
    monkeypatch.setattr(answering, "LONGEST", 0.1)

    async def story():
        deaf = Deaf()
        async with opened(sample_store, database, deaf) as core:
            one = await keeper(core)
            assert (await one.say("问题")).text == texts.TOO_SLOW
            assert one.events[0] == Stage(texts.STAGE)
            deaf.free.set()

    run(story())


def test_closing_takes_no_time_and_leaves_the_question_for_the_next_start(sample_store, database):
    async def asked(core, one, key):
        return [event async for event in core.ask(Ask(one.who, "慢问题", key))]

    async def story():
        key, deaf = new_key(), Deaf()
        async with opened(sample_store, database, deaf) as core:
            one = await keeper(core)
            core.accept(key, "慢问题")
            waiting = asyncio.create_task(asked(core, one, key))
            await asyncio.sleep(0.1)
            started = time.monotonic()
            await core.close()
            assert time.monotonic() - started < 1
            with pytest.raises(asyncio.CancelledError):
                await waiting
        deaf.free.set()
        async with opened(sample_store, database, Model()) as core:
            assert core.unfinished("telegram") == [(key, "慢问题")]
            model = Model()
            model.free.set()
            core._answering._respond = model
            (final,) = [event for event in await asked(core, one, key) if isinstance(event, Final)]
            assert final.reply.text == "答：慢问题"

    run(story())


def test_who_stops_listening_does_not_block_their_next_question(sample_store, database):
    async def story():
        model = Model()
        async with opened(sample_store, database, model) as core:
            (one,) = await members(core, 1)
            stream = core.ask(Ask(one.who, "慢问题", new_key()))
            assert isinstance(await anext(stream), Stage)
            await stream.aclose()
            assert (await one.say("下一问")).text == "答：下一问"

    run(story())


def test_a_defect_of_ours_ends_in_words_and_the_next_question_works(sample_store, database, caplog):
    async def story():
        def broken(question, history, user, listener):
            if question == "坏":
                raise KeyError("秘密")
            return Answer(question, "好")

        async with opened(sample_store, database, broken) as core:
            one = await keeper(core)
            assert (await one.say("坏")).text == texts.FAILED
            assert (await one.say("好")).text == "好"

    run(story())
