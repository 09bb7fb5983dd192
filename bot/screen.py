"""Standard output and standard error of one run: words for people, JSON for machines."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from index.text import UNSHOWN, shown

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

PIPE_WIDTH = 100_000  # columns; nothing that goes to a file or a pipe is wrapped or cut
Progress = Callable[[int, int, str], None]
STYLED = re.compile("\x1b\\[[0-9;]*m")  # colours and weights, all that rich writes


@dataclass(frozen=True, slots=True)
class Screen:
    """Where a verb writes. Colours and progress bars appear on a terminal only."""

    out: TextIO
    err: TextIO

    def json(self, value: Mapping[str, Any]) -> None:
        """Write one line of JSON at once, so that a reader of a pipe can go on."""
        self.out.write(harmless(json.dumps(value, ensure_ascii=False)) + "\n")
        self.out.flush()

    def show(self, *parts: RenderableType) -> None:
        """Write for a person: wrapped to the terminal's width, or unwrapped into a pipe."""
        console = self.console()
        with console.capture() as written:  # rich itself would end the program when the reader of a pipe has gone
            for part in parts:
                console.print(part)
        self.out.write(harmless(written.get()))
        self.out.flush()

    def complain(self, message: str) -> None:
        """Say on standard error what went wrong and how to mend it."""
        self.err.write(harmless(message) + "\n")
        self.err.flush()

    def passing(self, message: str) -> None:
        """Show ``message`` on standard error until the next one, or nothing; on a terminal only."""
        if self.err.isatty():
            self.err.write(f"\r\x1b[K{shown(message)}")
            self.err.flush()

    def console(self) -> Console:
        """A rich console that prints text as it is: ``[1]`` is a citation, not a style."""
        from rich.console import Console

        width = None if self.out.isatty() else PIPE_WIDTH
        return Console(file=self.out, width=width, highlight=False, markup=False, emoji=False)

    @contextmanager
    def progress(self) -> Iterator[Progress | None]:
        """Yield a function (done, total, what) that draws a bar with rate and time left on standard error, None when that is no terminal."""
        if not self.err.isatty():
            yield None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"), TimeRemainingColumn())
        with Progress(*columns, TextColumn("{task.description}", markup=False), console=Console(file=self.err), transient=True) as bar:
            task = bar.add_task("", total=None, rate="")
            started = monotonic()

            def draw(done: int, total: int, what: str) -> None:
                rate = done / max(monotonic() - started, 0.001)
                bar.update(task, completed=done, total=total, description=shown(what), rate=f"每秒 {rate:.1f}")

            yield draw


def harmless(written: str) -> str:
    """What goes to a terminal, without anything that moves the cursor, names the window or answers for the person at it."""
    styles = STYLED.findall(written)
    plain = (_visible(piece) for piece in STYLED.split(written))
    return next(plain) + "".join(style + piece for style, piece in zip(styles, plain, strict=True))


def _visible(piece: str) -> str:
    return UNSHOWN.sub(lambda match: match[0] if match[0] in "\n\t" else shown(match[0]), piece)
