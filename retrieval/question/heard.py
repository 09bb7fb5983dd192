"""Words that a question writes by their sound: 行镇诉送 → 行政诉讼, where the reports in scope say the one and hardly anybody the other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.vocabulary import vocabulary
from retrieval.question.alike import spoken

RUN = re.compile(r"[一-鿿]+")
LENGTHS = (4, 3, 2)
PLAIN = frozenset("是的在有几按和与或不没了吗多少什么怎哪谁这那个件年月日")
"""Characters that nobody writes for another by their sound."""
BETTER = 6.3
"""How much likelier (natural logarithm) a run of characters must read with the words of the report in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Sounds:
    """What a report says, and its stretches of two to four characters by how they sound."""

    text: str
    stretches: dict[tuple[str, ...], str]

    @classmethod
    def of(cls, text: str) -> Sounds:
        """Of several stretches that sound the same, the first."""
        found: dict[tuple[str, ...], str] = {}
        for run in RUN.findall(text):
            for start, end in _spans(run):
                found.setdefault(spoken(run[start:end]), run[start:end])
        return cls(text, found)


def heard(question: str, sounds: Sounds) -> str:
    """``question`` with what was written by its sound in the words of the report.

    What the report says itself stays, and so does whatever reads hardly better otherwise.

    >>> heard("行镇诉送赔了多少", Sounds.of("行政诉讼1件，赔偿2万元"))
    '行镇诉讼赔了多少'
    """
    return RUN.sub(lambda match: _mended(match[0], sounds), question)


def in_words(written: str, meant: str) -> Iterator[str]:
    """What was read otherwise than it is written, with a character on either side: “考式”按“考试”理解."""
    for match in re.finditer("x+", "".join("x" if one != other else "." for one, other in zip(written, meant, strict=True))):
        start, end = max(0, match.start() - 1), match.end() + (match.end() < len(written))
        yield f"“{written[start:end]}”按“{meant[start:end]}”理解"


def _mended(run: str, sounds: Sounds) -> str:
    while (best := max(_readings(run, sounds), default=(0.0, run)))[0] >= BETTER:
        run = best[1]
    return run


def _readings(run: str, sounds: Sounds) -> Iterator[tuple[float, str]]:
    """Every way to put one stretch of the report into ``run``, with how much likelier it reads then."""
    now = vocabulary().likelihood(run)
    known = {place for at in range(len(run) - 1) if run[at : at + 2] in sounds.text for place in (at, at + 1)}
    for start, end in _spans(run):
        said = sounds.stretches.get(spoken(run[start:end]), "")
        changed = {start + at for at, character in enumerate(said) if character != run[start + at]}
        if changed and known.isdisjoint(changed) and not any(run[place] in PLAIN for place in changed):
            other = f"{run[:start]}{said}{run[end:]}"
            yield vocabulary().likelihood(other) - now, other


def _spans(run: str) -> Iterator[tuple[int, int]]:
    return ((start, start + length) for length in LENGTHS for start in range(len(run) - length + 1))
