"""Everyday words → official words: 吵架 → 矛盾纠纷, and a slip of an official word to the word itself: 纠份 → 纠纷."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from retrieval.question.alike import AlikeIndex, Likeness
from retrieval.question.words import table

LONGEST_SLIP = 6  # characters of a word that is looked up by its sound
FUNCTION_WORDS = "了得过着的"  # 罚了 is said of much that only sounds like it: 发了
LONGEST = 12  # characters of the longest wording that is looked up
Pair = tuple[str, tuple[str, ...]]
"""An everyday wording, and the official words any of which says the same."""


@dataclass(frozen=True, slots=True)
class Thesaurus:
    """``official`` gives the official words of an everyday wording; ``vocabulary`` are words that need no translation."""

    official: dict[str, tuple[str, ...]]
    vocabulary: frozenset[str]
    _alike: list[AlikeIndex] = field(default_factory=list, repr=False)

    @classmethod
    def load(cls, extra: Path | None = None) -> Thesaurus:
        """The table that ships with the program, and a keeper's own file of the same form on top."""
        return cls._of(extra.read_text(encoding="utf-8") if extra is not None and extra.is_file() else "")

    @classmethod
    @lru_cache(maxsize=2)
    def _of(cls, own: str) -> Thesaurus:
        """One for the same words, so that understanding and search share what it knows of their sounds."""
        rows = [row for loaded in (table("thesaurus"), tomllib.loads(own)) for section in loaded.values() for row in section.items()]
        official: dict[str, dict[str, None]] = {}
        for term, wordings in rows:
            for wording in wordings:
                official.setdefault(wording, {})[term] = None
        vocabulary = {term for term, _ in rows} | _indicator_words()
        return cls({word: tuple(terms) for word, terms in official.items()}, frozenset(vocabulary))

    def expansions(self, text: str) -> Iterator[Pair]:
        """The everyday wordings in ``text``, longest first at each place, and the slips of official words."""
        at, gap = 0, 0
        while at <= len(text):
            size = next((n for n in range(min(LONGEST, len(text) - at), 1, -1) if self._knows(text[at : at + n])), 0)
            if size or at == len(text):
                yield from self._slips(text[gap:at])
                gap = at + size
            if (word := text[at : at + size]) in self.official and word not in self.vocabulary:
                yield word, self.official[word]
            at += max(size, 1)

    def _knows(self, word: str) -> bool:
        return word in self.vocabulary or word in self.official

    def _slips(self, unknown: str) -> Iterator[Pair]:
        """The stretches of ``unknown`` that sound exactly like a known word and share a character with it."""
        at = 0
        while at < len(unknown):
            size = next((n for n in range(min(LONGEST_SLIP, len(unknown) - at), 1, -1) if self._slip(unknown[at : at + n])), 0)
            if size:
                yield unknown[at : at + size], self._slip(unknown[at : at + size])
            at += max(size, 1)

    def _slip(self, written: str) -> tuple[str, ...]:
        if " " in written or not written.isalpha():
            return ()
        if not self._alike:
            self._alike.append(AlikeIndex.of(word for word in {*self.vocabulary, *self.official} if 1 < len(word) <= LONGEST_SLIP and word[-1] not in FUNCTION_WORDS))
        near, known = self._alike[0].find(written)
        meant = [word for word in known if near >= Likeness.SOUND and any(a == b for a, b in zip(written, word, strict=True))]
        return tuple(dict.fromkeys(term for word in meant for term in (self.official.get(word, (word,)))))


@lru_cache(maxsize=1)
def _indicator_words() -> frozenset[str]:
    """The subjects and actions of the table of indicators."""
    loaded = table("indicators", "index")
    words = (word for row in loaded["indicator"] for key in ("name", "subject", "action") for word in _words(row.get(key, ())))
    return frozenset(word for word in words if len(word) > 1)


def _words(entry: str | list[str]) -> list[str]:
    return [word for text in ([entry] if isinstance(entry, str) else entry) for word in text.split()]
