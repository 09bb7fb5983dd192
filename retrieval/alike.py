"""Names that sound or look alike: 金进 and 金井, 白土破 and 白土坡. Slips of the keyboard, the ear and the eye.

A name is a candidate when it has the same length as the written one, and every character that differs sounds the same,
sounds nearly the same, or looks the same. Written names are compared through keys, so ten thousand names cost no more than ten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache

from retrieval.words import table

NEAR_SOUNDS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("f", "h"))
"""Initials and finals that speakers of many dialects, and hasty typists, do not tell apart."""


class Likeness(IntEnum):
    """How near a written name is to a known one; higher is nearer."""

    NONE = 0
    SHAPE = 1
    NEAR_SOUND = 2
    SOUND = 3
    TONE = 4


@lru_cache(maxsize=16384)
def _reading(character: str) -> str:
    """The commonest reading of a character, its tone as a digit at the end."""
    from pypinyin import Style, lazy_pinyin  # 0.3 s, needed only for a name that no town of the store has

    return lazy_pinyin(character, style=Style.TONE3, neutral_tone_with_five=True)[0]


def _toned(name: str) -> tuple[str, ...]:
    return tuple(map(_reading, name))


def _plain(name: str) -> tuple[str, ...]:
    return tuple(reading.rstrip("012345") for reading in _toned(name))


@lru_cache(maxsize=4096)
def _blurred(reading: str) -> str:
    for sound, same in NEAR_SOUNDS:
        reading = reading.replace(sound, same)
    return reading


def _near(name: str) -> tuple[str, ...]:
    return tuple(map(_blurred, _plain(name)))


@lru_cache(maxsize=1)
def _shapes() -> dict[str, frozenset[str]]:
    """Character → the characters that look like it."""
    alike: dict[str, set[str]] = defaultdict(set)
    for group in table()["similar"]["shapes"]:
        for character in group:
            alike[character] |= set(group)
    return {character: frozenset(group) for character, group in alike.items()}


def _looks(written: str, known: str) -> bool:
    return len(written) == len(known) and all(a == b or b in _shapes().get(a, ()) for a, b in zip(written, known, strict=True))


@dataclass(frozen=True, slots=True)
class AlikeIndex:
    """Known names by how they sound and, one character left open, by how they look."""

    sounds: dict[tuple[str, ...], list[str]] = field(default_factory=dict)
    open_names: dict[tuple[int, str], list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, names: Iterable[str]) -> AlikeIndex:
        sounds: dict[tuple[str, ...], list[str]] = defaultdict(list)
        open_names: dict[tuple[int, str], list[str]] = defaultdict(list)
        for name in names:
            sounds[_near(name)].append(name)
            for place in range(len(name)):
                open_names[place, name[:place] + name[place + 1 :]].append(name)
        return cls(dict(sounds), dict(open_names))

    def find(self, written: str) -> tuple[Likeness, list[str]]:
        """The known names nearest to ``written``, and how near they are; several when they are equally near."""
        heard = self.sounds.get(_near(written), [])
        opened = (self.open_names.get((i, written[:i] + written[i + 1 :]), []) for i in range(len(written)))
        ranked = {name: Likeness.SHAPE for names in opened for name in names if _looks(written, name)}
        ranked |= {name: _likeness_of_sound(written, name) for name in heard}
        best = max(ranked.values(), default=Likeness.NONE)
        return best, [name for name, likeness in ranked.items() if likeness is best and best]


def _likeness_of_sound(written: str, known: str) -> Likeness:
    if _toned(written) == _toned(known):
        return Likeness.TONE
    if _plain(written) == _plain(known):
        return Likeness.SOUND
    return Likeness.NEAR_SOUND if any(a == b for a, b in zip(written, known, strict=True)) else Likeness.NONE
