"""Draws the Telegram chat of the README: real persons' moves on the fake server, the real core and channel, the sample reports.

    python tests/chat_picture.py STORE FILE.svg
"""

import asyncio
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import combining, east_asian_width

from fake_telegram import FakeTelegram, Line, units
from telegram_bot import running

from bot.core.core import Core
from bot.render import breaks
from bot.settings import Settings

WIDTH, EDGE, GAP, SIZE, LEADING, PAD = 620, 16, 10, 16, 24, 12  # pixels; a Chinese character is SIZE wide
BUBBLE, CELL = 500, 9
FONTS = "Noto Sans CJK SC, Microsoft YaHei, PingFang SC, Noto Color Emoji, sans-serif"
PAPER, OURS, THEIRS, INK, LINK, QUIET, KEY = "#d5e4d3", "#ffffff", "#e3fdd0", "#111111", "#2a7ac0", "#6d7f6b", "#8fae8b"
STYLES = {"bold": "font-weight:600", "italic": f"fill:{QUIET};font-style:italic", "underline": "text-decoration:underline", "bot_command": f"fill:{LINK}"}


@dataclass(frozen=True)
class Row:
    """One line of a bubble: pieces of text with their styles; ``quoted`` ones have a bar at the left."""

    pieces: tuple[tuple[str, str], ...]
    quoted: bool = False

    @property
    def width(self) -> float:
        return sum(wide(character) for text, _ in self.pieces for character in text) + (PAD if self.quoted else 0)


async def dialogue(store: Path, folder: Path) -> list[Line]:
    """Claim, a question, a follow-up, the paragraph behind it, a comparison, a town that is not there."""
    core = Core.open(Settings(store=store, database=folder / "talk.sqlite"))
    async with FakeTelegram() as telegram:
        person = telegram.person(7, "小林")
        async with running(telegram, core, folder):
            await person.asks(f"/start claim_{core.claim_code()}")
            shown = len(telegram.transcript(7))
            answer = await person.asks("金井镇2023年调解了多少纠纷")
            await person.presses(answer, "原文")
            await person.hears()
            await person.asks("那磁灶镇有多少法律明白人")
            await person.asks("青阳街道呢")
        await core.close()
        assert telegram.violations == []
        return telegram.transcript(7)[shown:]


def drawn(lines: list[Line]) -> str:
    """The chat as SVG: the person's bubbles on the right, the bot's on the left, buttons under them."""
    y, parts = float(EDGE), list[str]()
    for line in lines:
        rows = list(wrapped(line, BUBBLE - 2 * PAD))
        width = max([row.width for row in rows] + [140 if line.buttons else 0]) + 2 * PAD
        mine = line.speaker == "小林"
        x = WIDTH - EDGE - width if mine else EDGE
        height = len(rows) * LEADING + 2 * PAD
        parts.append(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="12" fill="{THEIRS if mine else OURS}"/>')
        for number, row in enumerate(rows):
            parts += written(row, x + PAD, y + PAD + number * LEADING)
        y += height
        parts += keyboard(line.buttons, x, y, BUBBLE)
        y += len(line.buttons) * 36 + GAP
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + EDGE:g}" font-family="{FONTS}" font-size="{SIZE}">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{y + EDGE:g}" rx="8" fill="{PAPER}"/>', *parts, "</svg>\n"])


def wrapped(line: Line, width: float) -> Iterator[Row]:
    """The rows of a message, each character with the style of its entities."""
    text = line.text or f"文件：{line.document}"
    places = list(accumulate((units(character) for character in text), initial=0))
    start = 0
    for whole in text.split("\n"):
        quoted = "quote" in str(kinds(line, places[start]))
        cuts = [start + cut for cut in (0, *breaks(whole, int((width - PAD * quoted) / CELL)), len(whole))]
        for left, right in pairwise(cuts):
            styled = [(text[n], ";".join(STYLES[kind] for kind in sorted(kinds(line, places[n]) & STYLES.keys()))) for n in range(left, right)]
            pieces = tuple(("".join(c for c, _ in run), style) for style, run in groupby(styled, key=itemgetter(1)))
            yield Row(pieces, quoted)
        start += len(whole) + 1


def kinds(line: Line, place: int) -> set[str]:
    """The entities over the character at ``place``, in Telegram's units."""
    return {e["type"] for e in line.entities if e["offset"] <= place < e["offset"] + e["length"]}


def written(row: Row, x: float, y: float) -> Iterator[str]:
    if row.quoted:
        yield f'<rect x="{x:g}" y="{y:g}" width="3" height="{LEADING}" fill="{LINK}"/>'
        x += PAD
    for text, style in row.pieces:
        places = list(accumulate((wide(character) for character in text), initial=x))
        x = places.pop()
        yield f'<text x="{" ".join(f"{p:g}" for p in places)}" y="{y + SIZE + 1:g}" fill="{INK}" style="{style}">{escape(text)}</text>'


def keyboard(rows: tuple[tuple[str, ...], ...], x: float, y: float, width: float) -> Iterator[str]:
    for number, labels in enumerate(rows):
        each = (width - 4 * (len(labels) - 1)) / len(labels)
        for place, label in enumerate(labels):
            left, top = x + place * (each + 4), y + 4 + number * 36
            yield f'<rect x="{left:g}" y="{top:g}" width="{each:g}" height="32" rx="8" fill="{KEY}"/>'
            yield f'<text x="{left + each / 2:g}" y="{top + 22:g}" fill="#ffffff" text-anchor="middle">{escape(label)}</text>'


def wide(character: str) -> float:
    """The width of a character, in pixels."""
    return 0 if combining(character) else SIZE if east_asian_width(character) in "WFA" else SIZE * 0.56


def main() -> None:
    """Write the picture."""
    store, target = map(Path, sys.argv[1:])
    with TemporaryDirectory() as folder:
        lines = asyncio.run(dialogue(store, Path(folder)))
    target.write_text(drawn(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
