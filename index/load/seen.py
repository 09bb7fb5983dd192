"""What a reader sees of a text: one rule for every format, at the loader's edge.

Characters that show nothing (zero-width blanks, soft hyphens, direction marks, variation selectors, control characters) are taken out,
so that what stands beside them is read as it is seen: 7​08 is 708. What is shown from right to left by force is put in the order in
which it is shown. Nothing else is altered; what cannot be read stays, and the digits at it are doubted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from index.numerals import unreadable
from index.types import Document, Heading, Span

UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
REVERSED = re.compile("\u202e([^\n\u202a-\u202e\u2066-\u2069]*)")

Stretch = TypeVar("Stretch", Span, Heading)


def seen(text: str) -> str:
    """``text`` as it is seen; on one line or many."""
    return UNSEEN.sub("", _turned(text)) if UNSEEN.search(text) else text


def as_seen(document: Document) -> Document:
    """``document`` with the text that a reader sees, all its spans moved with it, and what digits are to be doubted."""
    text = document.text
    if UNSEEN.search(text):
        turned = _turned(text)
        gone = [match.start() for match in UNSEEN.finditer(turned)]
        document = replace(
            document,
            text=UNSEEN.sub("", turned),
            headings=tuple(_moved(document.headings, gone)),
            noise=tuple(_moved(document.noise, gone)),
            doubtful=tuple(_moved(document.doubtful, gone)),
        )
    doubtful = sorted({*document.doubtful, *unreadable(document.text)}, key=lambda span: (span.start, span.end))
    title, issuer = (seen(words) if words else words for words in (document.title, document.issuer))
    return replace(document, doubtful=tuple(doubtful), title=title, issuer=issuer)


def _turned(text: str) -> str:
    """``text`` with the stretches after a right-to-left override in the order in which they are shown; of the same length."""
    return REVERSED.sub(lambda match: match[0][0] + match[1][::-1], text) if "\u202e" in text else text


def _moved(spans: Iterable[Stretch], gone: Sequence[int]) -> Iterable[Stretch]:
    """``spans`` where they stand once the characters at ``gone`` are out; those of which nothing is left are out, too."""
    for span in spans:
        start, end = span.start - bisect_left(gone, span.start), span.end - bisect_left(gone, span.end)
        if start < end:
            yield replace(span, start=start, end=end)
