"""Answers and passages as a person sees them on a terminal: the answer first, then its sources. Nothing here decides anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

from rich.cells import cell_len
from rich.console import Console, RenderableType
from rich.containers import Lines
from rich.padding import Padding
from rich.text import Text

from bot.core.types import Button, Reply
from bot.receipts import note
from index.types import ReportInfo
from retrieval.proof.check import Checked
from retrieval.types import Answer, Citation, Hit

HEADING_LIMIT = 24  # characters of a heading in a source line; some headings run into their paragraph
PROOF_MARKS = {"一致": ("✓", "green"), "不一致": ("✗", "red"), "未找到": ("？", "yellow"), "有多处": ("≡", "cyan")}
INDENT = 4  # terminal cells
MARK = r"\[\d+\]"
UNIT = re.compile(rf"[“‘《（(]*(?:[\w.%-]+?(?![A-Za-z0-9.%_-])|.)(?:[，。；：、！？”’》）),;:]|{MARK})*\s*", re.ASCII | re.DOTALL)
"""What stays on one line: a word, a number or one Chinese character, with its marks before and after it."""


class Words(Text):
    """Text that wraps as Chinese does: between any two characters, but no line starts with a closing mark or splits a number."""

    def wrap(self, console: Console, width: int, **_: object) -> Lines:  # noqa: ARG002
        return Lines(piece for line in self.split("\n", allow_blank=True) for piece in line.divide(breaks(line.plain, width)))


def breaks(text: str, width: int) -> list[int]:
    """Where ``text``, a single line, has to be broken to fit into ``width`` terminal cells."""
    found, used = [], 0
    for unit in UNIT.finditer(text):
        fits = cell_len(unit[0].rstrip()) <= width
        for start, piece in [(unit.start(), unit[0])] if fits else enumerate(unit[0], unit.start()):
            if used and used + cell_len(piece.rstrip()) > width:
                found.append(start)
                used = 0
            used += cell_len(piece)
    return found


def answer_view(answer: Answer) -> Iterator[RenderableType]:
    """The answer, what a language model had to do with it, then each source: ``[n] 《title》 › headings``, the sentence, its id and file."""
    for line in answer.text.splitlines():
        text = Words(line)
        text.highlight_regex(MARK, "cyan")
        yield indented(text, 0)
    if about := note(answer.written):
        yield indented(Words(about, "dim"), 0)
    for citation in answer.citations:
        yield ""
        yield from _source(citation)


def _source(citation: Citation) -> Iterator[RenderableType]:
    yield _heading(f"[{citation.n}]", citation.title, citation.section)
    for line in f"“{citation.quote}”".splitlines():
        yield indented(Words(line))
    yield indented(Words(" · ".join(part for part in (citation.id, citation.file, citation.url) if part), "dim"))


def _heading(mark: str, title: str, path: Iterable[str]) -> Padding:
    text = Words.assemble((f"{mark} ", "cyan"), (f"《{title}》", "bold"), *(f" › {_shortened(heading)}" for heading in path))
    return indented(text, 0)


def _shortened(heading: str) -> str:
    return heading if len(heading) <= HEADING_LIMIT else heading[:HEADING_LIMIT] + "…"


def indented(text: Text, cells: int = INDENT) -> Padding:
    """``text``, a single line, set in from the left however it wraps."""
    return Padding(text, (0, 0, 0, cells), expand=False)


def reply_view(reply: Reply) -> Iterator[RenderableType]:
    """What the core replies: the text, each source with the words that answer underlined, the note, the buttons as what to type."""
    for line in reply.text.splitlines():
        text = Words(line)
        text.highlight_regex(MARK, "cyan")
        yield indented(text, 0)
    for number, quote in enumerate(reply.quotes, 1):
        if reply.text or number > 1:
            yield ""
        mark = f"[{number}]"
        yield indented(Words.assemble((f"{mark} ", "cyan") if mark in reply.text else "", (quote.head, "bold")), 0)
        text = Words(quote.text)
        for start, end in quote.marks:
            text.stylize("underline", start, end)
        yield from (indented(line) for line in text.split("\n"))
    if reply.note:
        yield ""
        yield from (indented(Words(line, "dim"), 0) for line in reply.note.splitlines())
    if reply.buttons:
        yield ""
        yield from _buttons(reply.buttons)


def _buttons(rows: Sequence[Sequence[Button]]) -> Iterator[RenderableType]:
    """A line a row: ``/1 原文  /2 复制引用``."""
    numbers = count(1)
    for row in rows:
        buttons = (Text.assemble((f"/{next(numbers)} ", "cyan"), button.label) for button in row)
        yield indented(Words("　").join(buttons), 0)


def hits_view(hits: Sequence[Hit], reports: dict[str, ReportInfo]) -> Iterator[RenderableType]:
    """The passages found, best first, each with its score."""
    for hit in hits:
        yield _heading(f"{hit.rank}.", reports[hit.passage.report_id].title, hit.passage.path)
        for line in hit.passage.text.splitlines():
            yield indented(Words(line))
        yield indented(Words(f"{hit.score:.3f}", "dim"))
        yield ""


def proof_view(checked: Sequence[Checked]) -> Iterator[RenderableType]:
    """The sum, then a line for each figure and quotation with the words that it was compared with."""
    from bot.core.drafts import remark, summary

    yield summary(checked)
    for each in checked:
        mark, colour = PROOF_MARKS[each.verdict]
        yield indented(Words.assemble((f"{mark} ", colour), (each.words, "bold")), 0)
        yield indented(Words(remark(each), "dim"))
