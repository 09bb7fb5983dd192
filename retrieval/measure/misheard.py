"""Questions as they are dictated: ``python -m retrieval.measure.misheard --texts DIR… --share 0.2 --out FILE``.

Lessons of training texts with some characters of each question written as others that sound the same, and mostly without marks, in the form
that ``retrieval.reader.lessons`` reads.
"""

from __future__ import annotations

import argparse
import logging
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from retrieval.measure.sat import written
from retrieval.question.alike import spoken
from retrieval.reader.lessons import Fold, Text, lessons, texts

logger = logging.getLogger(__name__)

OFTEN = 50
"""Times that a character stands in the texts from which somebody may write it by mistake."""
EACH = 8
"""Characters of a question for one that is written by its sound,"""
MOST = 4
"""and how many at most."""
UNMARKED = 0.7
"""Share of the questions that lose their marks."""
MARKS = re.compile("[，。？！、；：,?!“”‘’]")
HAN = re.compile("[一-鿿]")


@dataclass(frozen=True, slots=True)
class Homophones:
    """Characters by how they sound, without the tone; only those that are often written."""

    alike: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, words: Iterable[str]) -> Homophones:
        """Those that ``words`` have often."""
        counted = Counter(character for text in words for character in text if HAN.match(character))
        alike: dict[str, list[str]] = defaultdict(list)
        for character, times in counted.most_common():
            if times >= OFTEN:
                alike[_sound(character)].append(character)
        return cls(alike)

    def mishear(self, question: str, random: Random) -> str:
        """``question`` with one or more characters as others that sound the same."""
        characters = list(question)
        places = [place for place, character in enumerate(characters) if len(self._others(character)) > 0]
        for place in random.sample(places, min(len(places), random.randint(1, min(MOST, 1 + len(question) // EACH)))):
            characters[place] = random.choice(self._others(characters[place]))
        return MARKS.sub("", "".join(characters)) if random.random() < UNMARKED else "".join(characters)

    def _others(self, character: str) -> list[str]:
        return [other for other in self.alike.get(_sound(character), ()) if other != character]


def _sound(character: str) -> str:
    return spoken(character)[0].rstrip("012345")


def main() -> None:
    """Write the lessons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, nargs="+", required=True, help="folders of training texts")
    parser.add_argument("--share", type=float, default=0.2, help="of their questions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="a .jsonl.gz for the school")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    random = Random(options.seed)
    known: list[Text] = [text for folder in options.texts for text in texts(folder) if text.fold is Fold.TAUGHT]
    homophones = Homophones.of(candidate.sentence for text in known for candidate in text.sentences)
    every = [lesson for text in known for lesson in lessons(text, random)]
    taken = random.sample(every, round(options.share * len(every)))
    logger.info("%d of %d lessons", len(taken), len(every))
    written((replace(lesson, question=homophones.mishear(lesson.question, random)) for lesson in taken), options.out)


if __name__ == "__main__":
    main()
