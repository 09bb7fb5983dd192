"""Report → the tree of its headings, as sections that tile the text.

Which places are headings is found in ``marks``; here they are nested by a stack. The order of the styles is the document's
own: a style that is open is a sibling, a new one is a child, unless it is usually further out (see ``headings.toml``) and the
list it stands in does not go on after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import layout
from index.headings import ASIDE, LEAD, Mark, Table, shipped
from index.marks import Body, marks
from index.types import Heading, Part, Report, Section, Span

TITLE, OPENING, SIGNATURE = "标题", "导语", "落款"
TOPIC_WORDS = 40  # characters: longer headings are sentences and say nothing about the part of what follows


@dataclass(slots=True)
class _Node:
    """An open heading: its mark, what it gives to path and label, the next of its style, and how many it has under it so far."""

    mark: Mark
    words: str
    label: str
    part: Part
    follower: Mark | None
    children: int = 0

    @property
    def goes_on(self) -> bool:
        """Whether the list that this is an item of has another item."""
        return self.follower is not None and (self.mark.number is None or self.follower.number == self.mark.number + 1)


def _label(mark: Mark, count: int) -> str:
    written = mark.written
    return mark.style.label.format(written) if written and mark.style.label else f"第{count}节"


def _joined(nodes: Sequence[_Node]) -> str:
    """The label of a section: 一(三)1, 三·一是, 1.1 (whose number contains those above it), 第3节·一是."""
    joined = ""
    for node in (node for node in nodes if node.label):
        word = len(node.label) > 1 and not node.label[0].isascii()
        if node.mark.style.absolute:
            joined = node.label
        elif joined and (word or joined[-1] in "节章编分条是要则" or (joined[-1].isdigit() and node.label[0].isdigit())):
            joined += "·" + node.label
        else:
            joined += node.label
    return joined


def _with_followers(found: Sequence[Mark]) -> Iterator[tuple[Mark, Mark | None]]:
    """Each mark with the next heading of its style."""
    latest: dict[str, Mark] = {}
    pairs: list[tuple[Mark, Mark | None]] = []
    for mark in reversed(found):
        pairs.append((mark, latest.get(mark.style.name)))
        if not mark.closing:
            latest[mark.style.name] = mark
    yield from reversed(pairs)


class _Tree:
    """The stack of open headings while the marks are read from the first to the last."""

    def __init__(self, text: str, body: Body) -> None:
        self.text, self.body = text, body
        self.stack: list[_Node] = []
        self.children = 0
        self.usual: dict[str, str] = {}  # style → the style that it last stood under

    @property
    def part(self) -> Part:
        return self.stack[-1].part if self.stack else Part.DONE

    def _depth(self, mark: Mark) -> int:
        """How much of the stack stays open above the heading ``mark``."""
        names = [node.mark.style.name for node in self.stack]
        if mark.style.name in names:
            return names.index(mark.style.name)
        parent, depth = self.usual.get(mark.style.name), len(names)
        while depth and names[depth - 1] != parent and self._stands_outside(mark, self.stack[depth - 1]):
            depth -= 1
        return depth

    def _stands_outside(self, mark: Mark, node: _Node) -> bool:
        """Whether the mark's style is usually further out than the open heading, which is the last of its list."""
        return mark.style.rank < node.mark.style.rank and not node.goes_on

    def _lead_depth(self) -> int:
        """An opening without a heading stands under a heading of problems or plans, or under a list item that is not the last."""
        depth = next((i for i, node in enumerate(self.stack) if node.mark.style.name == LEAD), len(self.stack))
        while depth and self.stack[depth - 1].part is Part.DONE and not self.stack[depth - 1].goes_on:
            depth -= 1
        return depth

    def open(self, mark: Mark, follower: Mark | None) -> None:
        if mark.style.name != ASIDE:
            del self.stack[self._lead_depth() if mark.style.name == LEAD else self._depth(mark) :]
        if mark.part is None:
            self.usual[mark.style.name] = self.stack[-1].mark.style.name if self.stack else ""
        words = re.sub(r"\s*\n\s*", "", self.text[mark.start : mark.end]).strip()
        self.stack.append(_Node(mark, words, _label(mark, self._count()) if words else "", mark.part or self._part(mark), follower))

    def _count(self) -> int:
        """The place of a new heading among those under the same one, from 1."""
        if not self.stack:
            self.children += 1
            return self.children
        self.stack[-1].children += 1
        return self.stack[-1].children

    def _part(self, mark: Mark) -> Part:
        words = self.body.seen[mark.start : mark.end]
        number = mark.style.pattern.match(words) if mark.style.pattern else None
        topic = (words[number.end() :] if number else words).strip("【】 :")
        sentence = len(topic) > TOPIC_WORDS or mark.style.text == "sentence"
        said = None if sentence else self.body.table.part_of(topic, self.body.year)
        return said or self.part

    def section(self, report_id: str, mark: Mark) -> Section:
        """The section that begins with ``mark``, its end still to be set."""
        path = tuple(node.words for node in self.stack if node.words)
        heading = Span(mark.start, mark.end) if mark.start < mark.end else None
        return Section(report_id, 0, mark.start, 0, path, _joined(self.stack), heading, self.part)

    def close(self, mark: Mark) -> bool:
        """End the list that ``mark`` closes; False when it is not open any more."""
        names = [node.mark.style.name for node in self.stack]
        if mark.style.name not in names:
            return False
        del self.stack[names.index(mark.style.name) :]
        return True


def _cuts(report: Report, headings: Sequence[Heading], table: Table) -> Iterator[Section]:
    """The sections without their ends and ordinals."""
    seen = layout.view(report.text, report.noise)
    paragraphs = layout.paragraphs(seen)
    signed = len(paragraphs) - layout.foot(paragraphs)
    lines = paragraphs[:signed]
    body = Body(seen, lines, layout.head(lines), report.year, table)
    if body.head:
        yield Section(report.id, 0, 0, 0, label=TITLE)
    found = marks(body, headings)
    if len(lines) > body.head and not (found and found[0].start == lines[body.head].start):
        yield Section(report.id, 0, lines[body.head].start, 0, label=OPENING)
    tree = _Tree(report.text, body)
    for mark, follower in _with_followers(found):
        if mark.closing:
            if not tree.close(mark):
                continue
        elif mark.part is not None and mark.part is tree.part:
            continue
        else:
            tree.open(mark, follower)
        yield tree.section(report.id, mark)
    if signed < len(paragraphs):
        yield Section(report.id, 0, paragraphs[signed].start, 0, label=SIGNATURE)


def outline(report: Report, headings: Sequence[Heading] = (), table: Table | None = None) -> tuple[Section, ...]:
    """The sections of a report, in order: no gap, no overlap, none empty; at least one, even of an empty text.

    ``path`` holds the headings as the report writes them, without a full stop (（一）健全党委议事制度); of an item of 一是…二是… and
    of a heading that runs into its paragraph it holds the first sentence. ``label`` holds their numbers in half-width brackets
    (一(三)1, 三·一是); a heading without a number counts among its neighbours (第3节). What is under no heading has an empty path
    and the label 标题 (title block), 导语 (opening) or 落款 (signature). Text after a list goes on under the heading above it.
    ``headings`` are those that the container states, ``table`` the styles (those shipped); the year of the report tells plans (2025年工作计划) from what was done.
    """
    cuts = list(_cuts(report, headings, table or shipped()))
    starts = [0, *(cut.start for cut in cuts[1:])] if cuts else [0]
    ends = [*starts[1:], len(report.text)]
    pieces = zip(cuts or [Section(report.id, 0, 0, 0)], starts, ends, strict=True)
    filled = [(cut, start, end) for cut, start, end in pieces if start < end or len(starts) == 1]
    return tuple(
        Section(report.id, ordinal, start, end, cut.path, cut.label, cut.heading, cut.part)
        for ordinal, (cut, start, end) in enumerate(filled)
    )
