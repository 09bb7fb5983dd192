"""Saved mails (.eml): what is attached, each under its own name, and the letter itself where that is what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from io import BytesIO
from pathlib import PurePosixPath

from index.errors import UnreadableDocument
from index.load.archive import Budget, is_junk
from index.load.source import Source
from index.text import shown
from index.types import Rejected

LETTER = 600  # bytes of a letter that goes with attachments and is more than a line about them
LETTERS = {"text/html": ".html", "text/plain": ".txt"}
"""The kinds of letters, the best first."""
LONGEST_NAME = 80  # characters
EMPTY = "邮件里没有正文，也没有附件；请把附件另存后再试"
TOO_MANY = "邮件的附件太多（{limits}），其余的没有读取；请另存后再试"


def members(source: Source, budget: Budget) -> Iterator[Source | Rejected]:
    """The letter and the attachments of a mail; UnreadableDocument where it has neither."""
    message = message_from_bytes(source.read(), policy=policy.compat32)
    attached = [(name, data) for part in message.walk() if (name := _named(part)) and not is_junk(name) and (data := _content(part))]
    letters = {part.get_content_type(): data for part in message.walk() if not part.get_filename() and (data := _content(part))}
    kind = next((kind for kind in LETTERS if kind in letters), "")
    if kind and (not attached or len(letters[kind]) > LETTER):
        attached.insert(0, (_file_name(_words(message, "Subject") or "正文") + LETTERS[kind], letters[kind]))
    if not attached:
        raise UnreadableDocument(EMPTY)
    for name, data in attached:
        if budget.members <= 0 or len(data) > budget.unpacked:
            yield Rejected(source.file, TOO_MANY.format(limits=budget.limits))
            return
        budget.members -= 1
        budget.unpacked -= len(data)
        yield Source(f"{source.file}/{name}", BytesIO(data), len(data))


def _content(part: Message) -> bytes:
    payload = None if part.is_multipart() else part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _named(part: Message) -> str:
    """The name of an attachment; "" for what is none."""
    name = part.get_filename()
    return _file_name(_decoded(name)) if name else ""


def _words(message: Message, header: str) -> str:
    return _decoded(str(message.get(header, "")))


def _decoded(written: str) -> str:
    """A header's words, of which the Chinese ones are encoded; as written where that cannot be undone."""
    try:
        return str(make_header(decode_header(written)))
    except (LookupError, UnicodeError, HeaderParseError, ValueError):
        return written


def _file_name(words: str) -> str:
    """Words as a file can be called: the last part of a path, its ending kept."""
    name = PurePosixPath(shown(words).replace("\\", "/")).name.strip() or "附件"
    return name[-LONGEST_NAME:]
