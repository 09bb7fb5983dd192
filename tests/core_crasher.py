"""A channel that is killed at one of the writes of its database, and started again: run as a program by test_bot_core_crash.

Updates arrive, are accepted, answered, sent part by part and done; what "Telegram" got is a line in a file.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from bot.core.core import Core
from bot.core.database import Database
from bot.core.types import Ask, Final, Press, Who
from bot.settings import Settings
from retrieval.types import Answer

UPDATES = ("/start", "第一问", "/help", "第二问", "[good:1]", "第三问", "/me 无", "[q:1]", "第四问", "/new")
WHO = Who("telegram", "1", "1")


def key(number):
    return f"telegram:1:{number}"


def respond(question, history, user, listener):
    return Answer(question, f"答：{question}（{len(history)}）")


async def channel(store, folder):
    """Deliver what was left unfinished, then what is new, as an adapter does."""
    core = Core.open(Settings(store=store, database=folder / "zhenwen.sqlite"), respond)
    if not core.keepers("telegram"):
        core._desk.people._let_in(WHO, "keeper")
    core._desk.records.offer(Who("telegram", "1", "1"), "第一问")
    for known, payload in core.unfinished("telegram"):
        await deliver(core, folder, known, payload)
    for number, payload in enumerate(UPDATES):
        if core.accept(key(number), payload):
            await deliver(core, folder, key(number), payload)
    await core.close()


async def deliver(core, folder, known, payload):
    events = core.act(Press(WHO, payload.strip("[]"), known)) if payload.startswith("[") else core.ask(Ask(WHO, payload, known))
    finals = [event async for event in events if isinstance(event, Final)]
    parts = [part for final in finals for part in (final.reply.text[:10], final.reply.text[10:])]
    for number, part in enumerate(parts):
        if number >= core.parts_sent(known):
            with (folder / "sent.txt").open("a", encoding="utf-8") as file:
                file.write(json.dumps([known, number, part], ensure_ascii=False) + "\n")
            core.sent(known, number)
    core.done(known)


def dying_at(count, after):
    """Kill this process at the ``count``-th write, before or after it."""
    left = [count]
    write = Database.write

    def counted(self, sql, *values):
        left[0] -= 1
        if left[0] == 0 and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = write(self, sql, *values)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    Database.write = counted
    return left


def lived(store, folder, count, after):
    """Run the channel in a child; whether it came to its end."""
    child = os.fork()
    if child == 0:
        dying_at(count, after)
        asyncio.run(channel(store, folder))
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def main(store, folder, step):
    """Kill at every ``step``-th write, again and again, each time in a new folder; print what was sent in each."""
    for count in range(1, 10_000, step):
        here = folder / str(count)
        here.mkdir()
        ended = lived(store, here, count, after=count % 2 == 0)
        if not ended:
            lived(store, here, count + 7, after=True)  # and once more, somewhere else
            lived(store, here, 0, after=False)
        sent = [json.loads(line) for line in (here / "sent.txt").read_text(encoding="utf-8").splitlines()]
        database = Database.open(here / "zhenwen.sqlite")
        asked = [row["question"] for row in database.rows("SELECT question FROM answers ORDER BY id")]
        counted = database.rows("SELECT count(*) FROM counted WHERE kind = 'question'")[0][0]
        print(json.dumps({"died": not ended, "sent": sent, "asked": asked, "counted": counted}, ensure_ascii=False), flush=True)
        if ended:
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
