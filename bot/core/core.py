"""The core: what somebody says → what they are told. It decides who may ask and in which order, and loses nothing."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from typing import Self

from bot.core import texts, uploads
from bot.core.answering import Answering
from bot.core.audit import note
from bot.core.database import Database
from bot.core.deliveries import MOST_TRIES, Deliveries
from bot.core.desk import Call, Desk, Done, Respond
from bot.core.limits import COMMAND, FILE, SAID, STRANGER, Counter, Limits
from bot.core.menu import ACTIONS, COMMANDS, TERMINAL, WORDS, shown
from bot.core.metrics import Metrics, measured
from bot.core.notices import pending
from bot.core.people import People, may
from bot.core.records import Records
from bot.core.running import Running
from bot.core.spoken import on_answer, spoken
from bot.core.talk import Talks
from bot.core.types import Ask, Command, Document, Event, Final, Notice, Press, Preview, Reply, Role, Stage, Toast, Who
from bot.model import responding
from bot.settings import Settings
from index.errors import BadRequest, ZhenwenError
from index.store import Store
from retrieval.answer import Answerer
from retrieval.assist.workers import Workers

TRUSTED = (TERMINAL,)  # who sits at the machine can read the database anyway
THREADS = 64  # answers at once: a language model's take seconds, in which its thread only waits
CLERKS = 8  # commands and buttons at once: no slow answer is in their way
LOOK = 5.0  # seconds between two looks for something to send unasked
AT_ONCE = 0.5  # seconds within which a button's toast must be there

QUESTION = re.compile(r"[？?]|多少|几[个起件次场人名年条]|[吗呢]\s*$|哪[个些里镇年]|什么|怎么|怎样|如何|是否|有没有|总结|对比|比较")
SLASHED = re.compile(r"\s*[/／](?P<name>\w+)(?=\s|$)")

TellAll = Callable[[Stage | Preview | Toast], None]

logger = logging.getLogger(__name__)


class Core:
    """One for all channels of a process. Its methods belong to one event loop; what takes time runs in threads."""

    def __init__(self, desk: Desk, respond: Respond, limits: Limits) -> None:
        self._desk = desk
        self.metrics = Metrics()
        self.respond = measured(respond, self.metrics)
        self._deliveries = desk.deliveries
        self._clerks = Workers(CLERKS)
        self._workers = Workers(THREADS)
        self._counter = Counter(desk.database, desk.now, limits)
        self._answering = Answering(desk, self.respond, self._workers, self._counter)
        self._working: dict[str, asyncio.Task[Reply | None]] = {}
        self._again = frozenset(desk.deliveries.every_unfinished())

    @classmethod
    def open(cls, settings: Settings, respond: Respond | None = None, *, now: Callable[[], float] = time.time) -> Self:
        """Open the store and the database of ``settings``; ``respond`` answers in the place of the rules and the model that is set.

        Raises BadSettings, StoreMissing, StoreMismatch.
        """
        from index.embed import load_encoder, load_reranker

        encoder = load_encoder(settings.encoder)
        answerer = Answerer.open(settings.store, encoder, load_reranker(settings.reranker) if settings.reranker else None, chroma=settings.chroma)
        database = Database.open(settings.database)
        desk = Desk(
            database=database,
            people=People(database, now, TRUSTED),
            talks=Talks(database, now),
            records=Records(database, now, settings.keep_days),
            deliveries=Deliveries(database, now),
            store=Store.open(settings.store, chroma=settings.chroma),
            answerer=answerer,
            running=Running(),
            now=now,
            encoder=settings.encoder,
            chroma=settings.chroma,
        )
        desk.deliveries.forget_old()
        desk.records.forget_old()
        limits = Limits(settings.per_minute, settings.per_day, settings.all_day)
        return cls(desk, respond or responding(answerer, settings), limits)

    @property
    def desk(self) -> Desk:
        """What the HTTP interface shares with the chats."""
        return self._desk

    # what people say and press

    async def ask(self, ask: Ask) -> AsyncIterator[Event]:
        """Steps, then the final; nothing when the key is being worked on, was delivered already, or deserves no word."""
        async for event in self._once(ask.key, partial(self._said, ask)):
            if not isinstance(event, Toast):
                yield event

    async def act(self, press: Press) -> AsyncIterator[Toast | Event]:
        """One toast, at once, then what the button brings."""
        toasted = False
        async for event in self._once(press.key, partial(self._pressed, press)):
            if not toasted and not isinstance(event, Toast):
                yield Toast()
            if not (toasted and isinstance(event, Toast)):
                yield event
            toasted = True
        if not toasted:
            yield Toast()

    def cancel(self, who: Who) -> bool:
        """Stop the question of this person that runs in this chat; False when none does."""
        return self._desk.running.stop(who)

    async def _once(self, key: str, work: Callable[[TellAll], Awaitable[Reply | None]]) -> AsyncIterator[Toast | Event]:
        """Keep the reply that ``work`` comes to before it is sent; what is kept already is not made again.

        The work is a task of its own, so that it ends in order whenever the channel stops listening.
        """
        if self._deliveries.is_done(key) or key in self._working:
            return
        final = self._deliveries.kept(key)
        if final is None:
            steps: asyncio.Queue[Stage | Preview | Toast | None] = asyncio.Queue()
            task = self._working[key] = asyncio.create_task(_worded(self._tried(key, partial(work, _into(steps)))))
            task.add_done_callback(lambda _: steps.put_nowait(None))
            try:
                while (step := await steps.get()) is not None:
                    yield step
                reply = await task
            finally:
                task.cancel()
                del self._working[key]
            if reply is None:
                return
            final = Final(reply, key)
            self._deliveries.keep(final)
        yield final

    async def _tried(self, key: str, work: Callable[[], Awaitable[Reply | None]]) -> Reply | None:
        """What ``work`` comes to, unless it has ended the program again and again."""
        with self._deliveries.trying(key) as may_be_tried:
            if may_be_tried:
                return await work()
            logger.error("set aside after %d tries that ended the program: %s", MOST_TRIES, key)
            return Reply(texts.SET_ASIDE)

    async def _said(self, ask: Ask, tell: TellAll) -> Reply | None:
        who, again = ask.who, ask.key in self._again
        name, words = parsed(ask.text)
        call = Call(who, self._desk.people.role(who), words, ask.key)
        refusal = self._refusal(call, name)
        if (refusal or call.role is None) and not (again or self._desk.people.opens(words.partition("_")[2]) or self._admits_stranger(who)):
            return None
        if refusal:
            return refusal
        self._desk.people.seen(who)
        if call.role not in (None, Role.KEEPER) and not again:
            self._counter.admit(who, FILE if ask.document else COMMAND if name else SAID)
        if ask.document is not None:
            return await self._received(call, ask.document, tell)
        outcome = await self._outcome(call, name, ask.text.strip())
        return outcome if isinstance(outcome, Reply) else await self._answered(call, outcome, tell)

    def _refusal(self, call: Call, name: str) -> Reply | None:
        """What is said to those who may not ask here."""
        if not self._desk.people.allowed(call.who) and not (name == "allow" and call.role is Role.KEEPER):
            return Reply(texts.GROUP_CLOSED)
        verb = COMMANDS.get(name)
        if call.role is None and not (verb and verb.least is None):
            return Reply(texts.STRANGER.format(user=call.who.user), note=texts.SECRECY)
        return None

    def _admits_stranger(self, who: Who) -> bool:
        try:
            self._counter.admit(who, STRANGER)
        except BadRequest:
            return False  # in silence: whoever writes on and on is not talked to
        return True

    async def _received(self, call: Call, document: Document, tell: TellAll) -> Reply:
        if not may(call.role, Role.CONTRIBUTOR):
            return Reply(texts.NO_DOCUMENTS)
        return await uploads.receive(self._desk, call, document, tell)

    async def _outcome(self, call: Call, name: str, text: str) -> Reply | str:
        """What a message comes to: a reply, or a question to be answered."""
        if name:
            return await self._commanded(call, name)
        if not text:
            return Reply(texts.NOT_TEXT_FILES if may(call.role, Role.CONTRIBUTOR) else texts.NOT_TEXT)
        action = self._desk.talks.expected(call.who)
        if action and not asks(text):
            return (await self._done(call, action, said=text)).reply or Reply(texts.THANKED)
        if action := on_answer(self._desk, call, text):
            done = await self._done(call, action)
            return done.reply or Reply(done.toast)
        return text

    async def _commanded(self, call: Call, name: str) -> Reply | str:
        verb = COMMANDS.get(name)
        if verb is None:
            return Reply(texts.UNKNOWN.format(command=f"/{name}"))
        if not may(call.role, verb.least):
            return Reply(texts.NOT_ALLOWED.format(role=texts.ROLES[verb.least or Role.READER]))
        note(self._desk, call, f"/{name}", verb.least)
        return await self._clerks.run(verb.run, self._desk, call)

    async def _answered(self, call: Call, question: str, tell: TellAll) -> Reply:
        return await self._answering.answer(call.who, question, call.key, tell, again=call.key in self._again)

    async def _pressed(self, press: Press, tell: TellAll) -> Reply | None:
        role = self._desk.people.role(press.who)
        if role is None or not self._desk.people.allowed(press.who):
            tell(Toast(texts.NOT_YOURS))
            return None
        call = Call(press.who, role, "", press.key)
        if role is not Role.KEEPER:
            self._counter.admit(press.who, COMMAND)
        waiting = asyncio.get_running_loop().call_later(AT_ONCE, tell, Toast())
        try:
            done = await self._done(call, press.action)
        finally:
            waiting.cancel()
        tell(Toast(done.toast))
        return await self._answered(call, done.reply, tell) if isinstance(done.reply, str) else done.reply

    async def _done(self, call: Call, action: str, said: str = "") -> Done:
        name, _, words = action.partition(":")
        deed = ACTIONS.get(name)
        if deed is None:
            raise BadRequest(texts.GONE)
        if not may(call.role, deed.least):
            return Done(texts.NOT_ALLOWED.format(role=texts.ROLES[deed.least or Role.READER]))
        pressed = Call(call.who, call.role, words, call.key, said)
        note(self._desk, pressed, name, deed.least)
        return await self._clerks.run(deed.run, self._desk, pressed)

    # who is who

    def claim_code(self) -> str | None:
        """A new one-time code that makes its first user the keeper; None when there is one."""
        return self._desk.people.claim_code()

    def menu(self, who: Who | None) -> tuple[Command, ...]:
        """The commands that this person may use; None: those of a reader."""
        role = Role.READER if who is None else self._desk.people.role(who)
        return tuple(Command(verb.name, verb.summary) for verb in shown(role))

    def keepers(self, channel: str) -> tuple[str, ...]:
        """The private chats of a channel's keepers."""
        return self._desk.people.keepers(channel)

    # durability

    def accept(self, key: str, payload: str) -> bool:
        """Record an update, whose key begins with its channel, before the channel is told of its arrival; False: known already."""
        return self._deliveries.accept(key, key.partition(":")[0], payload)

    def unfinished(self, channel: str) -> list[tuple[str, str]]:
        """What was accepted and is not done, oldest first: to be gone through again after a start."""
        return self._deliveries.unfinished(channel)

    def sent(self, key: str, part: int) -> None:
        """Part ``part`` (from 0) of what belongs to ``key`` has gone out."""
        self._deliveries.sent(key, part)

    def parts_sent(self, key: str) -> int:
        """How many parts of it have gone out."""
        return self._deliveries.parts_sent(key)

    def done(self, key: str) -> None:
        """All that belongs to this update or notice has gone out."""
        self._deliveries.done(key)

    def kept(self, channel: str, name: str) -> str | None:
        """A small value that an adapter keeps; None when it has not."""
        return self._deliveries.value(channel, name)

    def keep(self, channel: str, name: str, value: str) -> None:
        """Keep a small value of an adapter; ``link`` is how its deep links begin."""
        self._deliveries.keep_value(channel, name, value)

    async def notices(self) -> AsyncIterator[Notice]:
        """What is to be sent unasked, for ever."""
        while True:
            for notice in await self._clerks.run(pending, self._desk):
                yield notice
            await asyncio.sleep(LOOK)

    async def close(self) -> None:
        """Stop what runs, which stays unfinished and is answered after the next start, and close the database."""
        tasks = list(self._working.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._workers.close()
        self._clerks.close()
        self._desk.store.close()
        self._desk.database.close()


def parsed(text: str) -> tuple[str, str]:
    """A command's name and words: /ask 问题 and 提问 问题 → ("ask", "问题"); for anything else the name is ""."""
    match = SLASHED.match(text)
    if match and match["name"].lower() in COMMANDS:
        return match["name"].lower(), text[match.end() :].strip()
    return spoken(text, WORDS) or ((match["name"].lower(), "") if match else ("", text))


def asks(text: str) -> bool:
    """Whether a message is a question, whatever else was waited for."""
    return QUESTION.search(text) is not None


def _into(steps: asyncio.Queue[Stage | Preview | Toast | None]) -> TellAll:
    """What puts a step into the queue, from any thread."""
    loop = asyncio.get_running_loop()

    def tell(step: Stage | Preview | Toast) -> None:
        loop.call_soon_threadsafe(steps.put_nowait, step)

    return tell


async def _worded(work: Awaitable[Reply | None]) -> Reply | None:
    """Whatever goes wrong ends in words: an ask that failed silently would be tried again at every start."""
    try:
        return await work
    except ZhenwenError as error:
        return Reply(str(error))
    except Exception:
        logger.exception("an ask failed")
        return Reply(texts.FAILED)
