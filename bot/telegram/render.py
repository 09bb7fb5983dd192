"""A reply as Telegram shows it: plain text and entities, never markup, so that no word of a report can break a message.

The layout is one text, cut into messages that Telegram takes: nothing is lost at a cut but blanks.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from bot.core.types import Attachment, Button, Quote, Reply

TEXT_LIMIT = 4096  # UTF-16 units in a message
SPAN_LIMIT = 100  # entities in a message; Telegram drops those beyond without a word

Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """An entity: ``kind`` is Telegram's name for it, ``offset`` and ``length`` count UTF-16 units of its message."""

    kind: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Message:
    """One message: 1 to 4,096 UTF-16 units, no blank at either end, at most 100 spans."""

    text: str
    spans: tuple[Span, ...] = ()
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class File:
    """One message that is a file."""

    attachment: Attachment
    buttons: Rows = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of the layout, in code points."""

    kind: str
    start: int
    end: int


Part = Message | File


def parts(reply: Reply) -> tuple[Part, ...]:
    """What is sent for ``reply``, in order: messages, then files. The buttons are under the last message, or else the last file."""
    sent: list[Part] = [*split(*layout(reply))]
    buttons_at = len(sent) - 1
    sent += [File(attachment) for attachment in reply.files]
    if sent:
        sent[buttons_at] = replace(sent[buttons_at], buttons=reply.buttons)
    return tuple(sent)


def layout(reply: Reply) -> tuple[str, tuple[Mark, ...]]:
    """The whole of ``reply`` but its files as one text, with the spans in it."""
    pieces: list[tuple[str, list[Mark]]] = [(clean(reply.text), [])]
    pieces += [_source(number, quote, reply.text) for number, quote in enumerate(reply.quotes, 1)]
    note = clean(reply.note)
    pieces.append((note, [Mark("italic", 0, len(note))]))
    text, marks = "", list[Mark]()
    for piece, inside in pieces:
        if piece.strip():
            text += "\n\n" if text else ""
            marks += [Mark(mark.kind, mark.start + len(text), mark.end + len(text)) for mark in inside]
            text += piece
    return text, tuple(marks)


def _source(number: int, quote: Quote, text: str) -> tuple[str, list[Mark]]:
    """A source: which report, in bold; under it the words, folded, with those that answer in bold."""
    head = (f"[{number}] " if f"[{number}]" in text else "") + clean(quote.head)
    body = len(head) + 1
    answering = [Mark("bold", start + body, end + body) for start, end in _merged(quote.marks, len(quote.text))]
    folded = Mark("expandable_blockquote", body, body + len(quote.text))
    return f"{head}\n{clean(quote.text)}", [Mark("bold", 0, len(head)), folded, *answering]


def _merged(marks: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """The same marks within 0…``length``, in order, none touching another."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, length)) for start, end in marks):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        elif start < end:
            merged.append((start, end))
    return merged


def clean(text: str) -> str:
    """``text`` without what Telegram would drop or refuse, each such character replaced by one other."""
    return text.translate(SENDABLE)


SENDABLE = {
    **dict.fromkeys(
        [*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F)], " "
    ),  # control and direction marks
    **dict.fromkeys([0x2028, 0x2029], "\n"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),  # halves of characters
}


def split(text: str, marks: Iterable[Mark] = ()) -> Iterator[Message]:
    """Cut a text into messages, at the end of a paragraph, else of a line, a sentence, a clause; no word or number is cut in two."""
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    start = 0
    while start < len(text):
        cut = _cut(text, start, _reach(text, start, ordered))
        message = _message(text, start, cut, ordered)
        if message:
            yield message
        start = cut


def _reach(text: str, start: int, marks: list[Mark]) -> int:
    """How far a message that begins at ``start`` can go at most."""
    window = text[start : start + TEXT_LIMIT].encode("utf-16-le")[: 2 * TEXT_LIMIT]
    end = start + len(window.decode("utf-16-le", "ignore"))  # ignored: half of a character at the end
    touching = [mark for mark in marks if mark.start < end and mark.end > start]
    return max(touching[SPAN_LIMIT].start, start + 1) if len(touching) > SPAN_LIMIT else end


BREAKS = tuple(map(re.compile, (r"\n\s*\n", r"\n", r"[。！？；](?:[”’）》]|\[\d+\])*", r"，", r"\s")))


def _cut(text: str, start: int, end: int) -> int:
    """The best place to cut in the second half of ``start``…``end``."""
    if end == len(text):
        return end
    middle = (start + end) // 2
    for pattern in BREAKS:
        if found := [match.end() for match in pattern.finditer(text, middle, end)]:
            return found[-1]
    return next((cut for cut in range(end, middle, -1) if not _belong_together(text[cut - 1], text[cut])), end)


def _belong_together(left: str, right: str) -> bool:
    """Whether a cut would split a number, a foreign word, a mark like [1] or one visible character of several code points."""
    return (left in WORD and right in WORD) or JOINER in (left, right) or unicodedata.category(right) in ("Mn", "Me", "Mc", "Sk")


WORD = frozenset("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ０１２３４５６７８９.,%％[]-_/:")
JOINER = "\u200d"


def _message(text: str, start: int, end: int, marks: Iterable[Mark]) -> Message | None:
    """``text[start:end]`` without the blanks around it; None when nothing in it can be seen."""
    start, end = _trimmed(text, start, end)
    if all(unicodedata.category(character) in UNSEEN for character in text[start:end]):
        return None
    inside = [mark for mark in marks if mark.start < end and mark.end > start]
    spans = [_span(text, start, *_trimmed(text, max(mark.start, start), min(mark.end, end)), mark.kind) for mark in inside]
    return Message(text[start:end], tuple(span for span in spans if span.length))


UNSEEN = ("Cc", "Cf", "Zs", "Zl", "Zp")


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """``start``…``end`` without the blanks at its ends; the end comes before the start when nothing is left."""
    piece = text[start:end]
    return end - len(piece.lstrip()), start + len(piece.rstrip())


def _span(text: str, origin: int, start: int, end: int, kind: str) -> Span:
    return Span(kind, units(text[origin:start]), units(text[start:end]))


def units(text: str) -> int:
    """The length of ``text`` as Telegram counts: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
