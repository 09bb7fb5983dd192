"""Draws the picture of the README: a real conversation with `zhenwen chat`, typed into a real terminal.

    python tests/picture.py STORE FILE.svg
"""

import fcntl
import io
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterable, Iterator
from html import escape
from itertools import accumulate
from pathlib import Path
from tempfile import TemporaryDirectory
from unicodedata import east_asian_width

from rich.console import Console
from rich.segment import Segment
from rich.terminal_theme import MONOKAI
from rich.text import Text

ROOT = Path(__file__).parent.parent
TALK = ("金井镇2023年调解了多少纠纷", "那磁灶镇呢", "哪个镇的法律明白人多", "/quit")
PROMPT = "问> ".encode()
COLUMNS, ROWS = 76, 60
UNSEEN = re.compile(r"\x1b\[\?2004[hl]|\r")  # what readline says to a terminal besides text
CELL, LINE, EDGE, SIZE = 9, 26, 20, 18  # pixels; a Chinese character is as wide as two cells
INK, PAPER = "#d8dee9", "#242933"
FONTS = "Noto Sans Mono CJK SC, Noto Sans CJK SC, Microsoft YaHei, PingFang SC, monospace"


def talk(store: Path, folder: str) -> str:
    """What a terminal shows when TALK is typed into it; what is said is kept in ``folder``."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    command = [sys.executable, "-m", "bot", "--store", str(store), "chat"]
    environment = os.environ | {"TERM": "xterm-256color", "ZHENWEN_DATABASE": f"{folder}/talk.sqlite"}
    with subprocess.Popen(command, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, close_fds=True):
        os.close(theirs)
        seen = b""
        for turn, line in enumerate(TALK, 1):
            while seen.count(PROMPT) < turn:
                seen += os.read(ours, 4096)
            os.write(ours, f"{line}\n".encode())
        seen += rest(ours)
    return UNSEEN.sub("", seen.decode())


def rest(terminal: int) -> bytes:
    """What is still to come until the other side hangs up, which Linux reports as an error."""
    seen = b""
    try:
        while piece := os.read(terminal, 4096):
            seen += piece
    except OSError:
        pass
    return seen


def drawn(text: Text) -> str:
    """The text as SVG. Every character has its own place, so that it looks alike with any font."""
    console = Console(file=io.StringIO())
    lines = text.split("\n")
    marks = [mark for row, line in enumerate(lines) for mark in placed(line.render(console), EDGE + SIZE + row * LINE)]
    width, height = max(sum(map(cells, line.plain)) for line in lines) + 2 * EDGE, len(lines) * LINE + 2 * EDGE
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="{FONTS}" font-size="{SIZE}">',
            f'<rect width="{width}" height="{height}" rx="8" fill="{PAPER}"/>',
            *marks,
            "</svg>\n",
        ]
    )


def placed(segments: Iterable[Segment], y: int) -> Iterator[str]:
    """The characters of one line, a run of one style at a time."""
    x = EDGE
    for segment in segments:
        css = segment.style.get_html_style(MONOKAI) if segment.style else ""
        for word in re.split("( +)", segment.text):
            places = list(accumulate(map(cells, word), initial=x))
            x = places.pop()
            if word.strip():
                yield f'<text x="{" ".join(map(str, places))}" y="{y}" fill="currentColor" style="color:{INK};{css}">{escape(word)}</text>'


def cells(character: str) -> int:
    """The width of a character, in pixels."""
    return CELL * (2 if east_asian_width(character) in "WFA" else 1)


def main() -> None:
    """Write the picture."""
    store, target = map(Path, sys.argv[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder:
        target.write_text(drawn(Text.from_ansi(talk(store, folder).strip())), encoding="utf-8")


if __name__ == "__main__":
    main()
