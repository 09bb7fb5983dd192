"""Words that sound or look alike: 金进 and 金井, 纠份 and 纠纷. Slips of the keyboard, the ear and the eye.

A known word is a candidate when it has the length of the written one, and every character that differs sounds the same,
sounds nearly the same, or looks the same. Words are compared through keys, so ten thousand cost no more than ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files
from itertools import product

from retrieval.question.words import table

NEAR_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("f", "h"))
"""Initials and finals that speakers of many dialects, and hasty typists, do not tell apart."""


class Likeness(IntEnum):
    """How near a written word is to a known one; higher is nearer."""

    NONE = 0
    SHAPE = 1
    NEAR_SOUND = 2
    SOUND = 3
    TONE = 4


@lru_cache(maxsize=1)
def _sounds() -> dict[str, tuple[str, ...]]:
    """Character → its toned readings, the commonest first, the tone as a digit at the end."""
    readings: dict[str, list[str]] = defaultdict(list)
    lines = files("retrieval.question").joinpath("sounds.txt").read_text(encoding="utf-8").splitlines()
    known = [line.split(" ") for line in lines if not line.startswith("#")]
    for place in (1, 2):
        for reading, *characters in known:
            for character in "".join(characters[place - 1 : place]):
                readings[character].append(reading)
    return {character: tuple(found) for character, found in readings.items()}


def _toned(character: str) -> tuple[str, ...]:
    return _sounds().get(character, (character,))


@lru_cache(maxsize=16384)
def _plain(character: str) -> frozenset[str]:
    return frozenset(reading.rstrip("012345") for reading in _toned(character))


@lru_cache(maxsize=16384)
def _near(character: str) -> frozenset[str]:
    return frozenset(_blurred(reading) for reading in _plain(character))


@lru_cache(maxsize=4096)
def _blurred(reading: str) -> str:
    for sound, same in NEAR_SOUNDS:
        reading = reading.replace(sound, same)
    return reading


@lru_cache(maxsize=1)
def _shapes() -> dict[str, frozenset[str]]:
    """Character → the characters that look like it."""
    alike: dict[str, set[str]] = defaultdict(set)
    for group in table()["similar"]["shapes"]:
        for character in group:
            alike[character] |= set(group)
    return {character: frozenset(group) for character, group in alike.items()}


def _keys(word: str) -> Iterable[tuple[str, ...]]:
    """How a word may sound, its near sounds taken as one."""
    return product(*map(_near, word))


def spoken(word: str) -> tuple[str, ...]:
    """How a word sounds, tones included, each character in its commonest reading."""
    return tuple(_toned(character)[0] for character in word)


def likeness(written: str, known: str) -> Likeness:
    """How near two words of one length are."""
    differing = [(a, b) for a, b in zip(written, known, strict=True) if a != b]
    if all(set(_toned(a)) & set(_toned(b)) for a, b in differing):
        return Likeness.TONE
    if all(_plain(a) & _plain(b) for a, b in differing):
        return Likeness.SOUND
    if all(_near(a) & _near(b) for a, b in differing) and len(differing) < len(written):
        return Likeness.NEAR_SOUND
    return Likeness.SHAPE if all(b in _shapes().get(a, ()) for a, b in differing) else Likeness.NONE


@dataclass(frozen=True, slots=True)
class AlikeIndex:
    """Known words by how they sound and, one character left open, by how they look."""

    sounds: dict[tuple[str, ...], list[str]]
    open_words: dict[tuple[int, str], list[str]]

    @classmethod
    def of(cls, words: Iterable[str]) -> AlikeIndex:
        sounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
        open_words: dict[tuple[int, str], list[str]] = defaultdict(list)
        for word in words:
            for key in _keys(word):
                sounds[key].append(word)
            for place in range(len(word)):
                open_words[place, word[:place] + word[place + 1 :]].append(word)
        return cls(dict(sounds), dict(open_words))

    def find(self, written: str) -> tuple[Likeness, list[str]]:
        """The known words nearest to ``written``, and how near they are; several when they are equally near."""
        candidates = {word for key in _keys(written) for word in self.sounds.get(key, ())}
        for place in range(len(written)):
            candidates.update(self.open_words.get((place, written[:place] + written[place + 1 :]), ()))
        ranked = {word: likeness(written, word) for word in sorted(candidates)}
        best = max(ranked.values(), default=Likeness.NONE)
        return best, [word for word, near in ranked.items() if near is best and best]
