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
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
TALK = ("金井镇2023年调解了多少纠纷", "那磁灶镇呢", "哪个镇的法律明白人多", "/quit")
PROMPT = "问> ".encode()
COLUMNS, ROWS = 76, 60
UNSEEN = re.compile(r"\x1b\[\?2004[hl]|\r")  # what readline says to a terminal besides text
SVG = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<style>
.{unique_id}-matrix {{ font-family: "Noto Sans Mono CJK SC", "Sarasa Mono SC", Consolas, Menlo, monospace; font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-family: sans-serif; font-size: 18px; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal"><rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""
"""Rich's own template without the fonts that it would load from the network."""


def talk(store: Path) -> str:
    """What a terminal shows when TALK is typed into it."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    command = [sys.executable, "-m", "bot", "--store", str(store), "chat"]
    environment = os.environ | {"TERM": "xterm-256color"}
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


def main() -> None:
    """Write the picture."""
    store, target = map(Path, sys.argv[1:])
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi(talk(store)))
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(console.export_svg(title="zhenwen chat", code_format=SVG, unique_id="zhenwen"), encoding="utf-8")


if __name__ == "__main__":
    main()
