"""Every question of the evaluation, asked of the real program in the chat: the answer and its sources are those of ``zhenwen ask --batch``.

    PYTHONPATH=. .venv/bin/python tests/bench/through_bot.py STORE [FILE]

A question with earlier turns is asked after them, in a conversation of its own. Prints what differs; the exit code is 1 when anything does.
"""

import asyncio
import json
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from fake_telegram import FakeTelegram
from served import ROOT, served

QUOTE = "expandable_blockquote"


def asked_on_the_command_line(store, file):
    """The answer object of each question, by its id."""
    command = [sys.executable, "-m", "bot", "--store", str(store), "ask", "--batch", str(file)]
    lines = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout.splitlines()
    return {answer["id"]: answer for answer in map(json.loads, lines)}


def quoted(message):
    """The words of the sources under a message."""
    encoded = message["text"].encode("utf-16-le")
    spans = [(entity["offset"], entity["length"]) for entity in message.get("entities", []) if entity["type"] == QUOTE]
    return [encoded[2 * start : 2 * (start + length)].decode("utf-16-le") for start, length in spans]


def squeezed(text):
    """Blanks apart, for Telegram trims them."""
    return "".join(text.split())


def differences(message, answer):
    """What the chat says otherwise than the command line."""
    said, shown = squeezed(message["text"]), squeezed("".join(quoted(message)))
    if not said.startswith(squeezed(answer["answer"])):
        yield f"answer: {answer['answer']!r} but {message['text'][:200]!r}"
    missing = [citation["quote"] for citation in answer["citations"] if squeezed(citation["quote"]) not in shown]
    if missing:
        yield f"not quoted: {missing}"
    if len(quoted(message)) > len(answer["citations"]):
        yield f"{len(quoted(message))} sources instead of {len(answer['citations'])}"


async def ask(telegram, folder, store, items, answers):
    """Ask one after the other; returns what differs, by question."""
    found = {}
    async with served(telegram, store, folder, per_minute=10**6, per_day=10**6) as program:
        person = telegram.person(7)
        await person.asks(f"/start {program.code}", 30)
        for item in items:
            await person.asks("/new", 30)
            for turn in item["history"]:
                await person.asks(turn, 30)
            message = await person.asks(item["question"], 30)
            if different := list(differences(message, answers[item["id"]])):
                found[item["id"], item["question"]] = different
    return found


async def play(store, file):
    items = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    answers = asked_on_the_command_line(store, file)
    with tempfile.TemporaryDirectory() as folder:
        async with FakeTelegram() as telegram:
            found = await ask(telegram, Path(folder), store, items, answers)
    for (number, question), different in found.items():
        print(number, question, *different, sep="\n    ")
    print(f"{len(items)} questions, {len(items) - len(found)} alike, {len(telegram.violations)} schema violations")
    return int(bool(found or telegram.violations))


if __name__ == "__main__":
    chosen = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT / "data" / "eval" / "dev.jsonl"
    sys.exit(asyncio.run(play(Path(sys.argv[1]), chosen)))
