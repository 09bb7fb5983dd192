"""A question on its way to an answer: its turn, its limits, its steps, its end."""

from __future__ import annotations

import asyncio

from bot.core import texts
from bot.core.answers import answer_reply
from bot.core.desk import Desk, Respond
from bot.core.limits import QUESTION, Counter
from bot.core.offers import OWN
from bot.core.records import Record
from bot.core.running import Follower, Tell
from bot.core.types import Reply, Stage, Who
from bot.requests import sound
from index.errors import BadRequest
from retrieval.assist.workers import Workers
from retrieval.types import Answer

SILENCE = 0.7  # seconds without a sign
LONGEST = 60.0  # seconds for one answer, whatever hangs


class Answering:
    """Answers questions, each person's one after another and different persons' side by side."""

    def __init__(self, desk: Desk, respond: Respond, workers: Workers, counter: Counter) -> None:
        self._desk = desk
        self._respond = respond
        self._workers = workers
        self._counter = counter

    async def answer(self, who: Who, text: str, key: str, tell: Tell, *, again: bool) -> Reply:
        """The reply to a question. What is asked ``again`` after a crash is not counted twice and waits its turn.

        Raises BadRequest at a limit, when stopped, after LONGEST, and when many questions of the person wait; and what ``respond`` raises.
        """
        if not again:
            self._counter.admit(who, QUESTION)
        async with self._desk.running.turn(who, tell, again=again) as follower:
            record = self._desk.records.of_ask(key) or await self._record(who, text, key, follower, tell)
            return await self._workers.run(answer_reply, self._desk, record)

    async def _record(self, who: Who, text: str, key: str, follower: Follower, tell: Tell) -> Record:
        history = self._desk.talks.turns(who)
        question = self._placed(who, sound(text))
        work = self._workers.run(self._respond, question, history, f"{who.channel}:{who.user}", follower)
        try:
            answer = await _awaited(work, follower, tell)
        finally:
            work.cancel()
        return self._desk.records.add(key, who, text, history, answer)

    def _placed(self, who: Who, question: str) -> str:
        """The question with the person's town for 我镇."""
        person = self._desk.people.find(who.channel, who.user)
        return OWN.sub(person.county + person.town, question) if person and person.town else question


async def _awaited(work: asyncio.Future[Answer], follower: Follower, tell: Tell) -> Answer:
    """The answer; a sign of life when it tells nothing of itself. Raises BadRequest when it is stopped, or too slow."""
    either = (work, follower.stopped)
    done, _ = await asyncio.wait(either, timeout=SILENCE, return_when=asyncio.FIRST_COMPLETED)
    if not done:
        if not follower.told:
            tell(Stage(texts.STAGE))
        await asyncio.wait(either, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED)
    if not work.done():
        raise BadRequest(texts.STOPPED if follower.stopped.done() else texts.TOO_SLOW)
    return await work
