"""Fifty persons ask the real program at once, again and again; halfway it is killed with kill -9 and started again.

    PYTHONPATH=. .venv/bin/python tests/bench/crowd.py STORE [--seconds 30] [--persons 50] [--json FILE]

Each person waits for the answer, then asks the next question. One person's deliveries are held up by Telegram for a second each, which
must delay nobody else. Printed are the waiting times, the memory and what was lost or doubled; the exit code is 1 when anything was.
"""

import argparse
import asyncio
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from fake_telegram import FakeTelegram
from served import ROOT, served

SLOW = 1000  # the person whose deliveries are held up
HELD_UP = 1  # seconds
PATIENCE = 60.0  # seconds that a person waits before the answer counts as lost
SETTLING = 3.0  # seconds at the end in which a second copy of an answer would come


class Crowd:
    """The persons and what happened to their questions."""

    def __init__(self, telegram, count, questions):
        self.telegram = telegram
        self.persons = [telegram.person(SLOW + number, f"人{number}") for number in range(count)]
        self.questions = questions
        self.asked, self.lost, self.over = 0, 0, False
        self.waited = {}  # person → [(when asked, seconds waited)]

    async def let_in(self, code):
        first, *others = self.persons
        await first.asks(f"/start {code}", 30)
        link = (await first.asks(f"/invite 读者 {len(self.persons)}"))["text"].split("start=")[1].split()[0]
        await asyncio.gather(*(person.asks(f"/start {link}", 30) for person in others))

    async def go_on(self, person):
        """Ask, wait for the answer, ask again."""
        chance = random.Random(person.id)
        await asyncio.sleep(chance.random())
        while not self.over:
            if person.id == SLOW:
                self.telegram.fail("sendMessage", 429, "Too Many Requests", chat=SLOW, retry_after=HELD_UP)
            begun = time.monotonic()
            self.asked += 1
            try:
                await person.asks(chance.choice(self.questions), PATIENCE)
            except AssertionError:
                self.lost += 1
            self.waited.setdefault(person.id, []).append((begun, time.monotonic() - begun))

    def answers(self):
        return sum(len(self.telegram.said(person.chat)) for person in self.persons)


def noted(folder):
    """How many answers the program has noted as delivered, each of one message."""
    with sqlite3.connect(folder / "zhenwen.sqlite") as database:
        done = database.execute("SELECT count(*) FROM inbox WHERE done IS NOT NULL").fetchone()[0]
        return done + database.execute("SELECT count(*) FROM delivered JOIN inbox USING (key) WHERE done IS NULL").fetchone()[0]


def share(values, part):
    return round(sorted(values)[min(int(len(values) * part), len(values) - 1)], 3)


def summary(crowd, begun, killed, restarted, memory):
    """What the run came to, as an object."""
    usual = [
        wait
        for person, waits in crowd.waited.items()
        if person != SLOW
        for at, wait in waits
        if at + wait < killed or at > restarted
    ]
    slow = [wait for at, wait in crowd.waited[SLOW] if at + wait < killed or at > restarted]
    across = [wait for waits in crowd.waited.values() for at, wait in waits if at < restarted and at + wait > killed]
    return {
        "persons": len(crowd.persons),
        "seconds": round(time.monotonic() - begun),
        "asked": crowd.asked,
        "per_second": round(len(usual) / (time.monotonic() - begun - (restarted - killed)), 1),
        "p50_s": round(statistics.median(usual), 3),
        "p95_s": share(usual, 0.95),
        "longest_s": share(usual, 1),
        "held_up_person_p50_s": round(statistics.median(slow), 3) if slow else None,
        "restart_s": round(restarted - killed, 1),
        "longest_over_the_kill_s": share(across, 1),
        "memory_mb": [round(level) for level in memory],
        "lost": crowd.lost,
        "schema_violations": len(crowd.telegram.violations),
    }


async def play(options, questions, folder):
    limits = {"per_minute": 10**6, "per_day": 10**6, "all_day": 10**7}
    async with FakeTelegram() as telegram:
        crowd = Crowd(telegram, options.persons, questions)
        async with served(telegram, options.store, folder, **limits) as program:
            await crowd.let_in(program.code)
            before, begun, memory = crowd.answers(), time.monotonic(), [program.memory()]
            talking = [asyncio.create_task(crowd.go_on(person)) for person in crowd.persons]
            await asyncio.sleep(options.seconds / 2)
            memory.append(program.memory())
            await program.kill()
            killed, unnoted = time.monotonic(), crowd.answers() - noted(folder)
        async with served(telegram, options.store, folder, **limits) as program:
            restarted = time.monotonic()
            await asyncio.sleep(options.seconds / 2)
            memory.append(program.memory())
            crowd.over = True
            await asyncio.gather(*talking)
            await asyncio.sleep(SETTLING)
            result = summary(crowd, begun, killed, restarted, memory)
            result["doubled_unavoidably"] = unnoted  # Telegram had taken them, the program died before it noted that
            result["doubled"] = crowd.answers() - before - crowd.asked - unnoted
            code, seconds = await program.stop()
    return result | {"stopped_in_s": round(seconds, 1), "exit_code": code}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("store", type=Path)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--persons", type=int, default=50)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    lines = (ROOT / "data" / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [item["question"] for item in map(json.loads, lines) if item["type"] == "fact_number"]  # answered in one message
    with tempfile.TemporaryDirectory() as folder:
        result = asyncio.run(play(options, questions, Path(folder)))
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if options.json:
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return int(bool(result["lost"] or result["doubled"] or result["schema_violations"]))


if __name__ == "__main__":
    sys.exit(main())
