"""A scripted dialogue with the real program, as data: who said what, with quotes and buttons, to draw a picture of it.

    PYTHONPATH=. .venv/bin/python tests/bench/transcript.py STORE [LINE…]      prints it as JSON

A LINE is what the person says; one that begins with ">" presses the button so called under the bot's last message with it.
"""

import asyncio
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from fake_telegram import BUTTON, FakeTelegram, Line, buttons
from served import served

DIALOGUE = ("金井镇2023年调解了多少纠纷", "> 原文", "那磁灶镇呢", "哪个镇的法律明白人多")
PATIENCE = 30.0


def transcript(store: Path, dialogue=DIALOGUE, name="李主任") -> list[Line]:
    """What is to be seen in the chat after ``dialogue``."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_play(store, dialogue, name, Path(folder)))


async def _play(store, dialogue, name, folder):
    async with FakeTelegram() as telegram, served(telegram, store, folder) as program:
        person = telegram.person(7, name)
        await person.asks(f"/start {program.code}", PATIENCE)
        begun = len(telegram.transcript(7))
        for line in dialogue:
            if line.startswith(">"):
                await _press(person, telegram.said(7), line.removeprefix(">").strip())
            else:
                await person.asks(line, PATIENCE)
        return telegram.transcript(7)[begun:]


async def _press(person, said, label):
    message = next(
        message for message in reversed(said) if any(each["text"] == label and BUTTON in each for each in buttons(message))
    )
    await person.presses(message, label)
    await person.hears(PATIENCE)


if __name__ == "__main__":
    lines = transcript(Path(sys.argv[1]), sys.argv[2:] or DIALOGUE)
    print(json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=1))
