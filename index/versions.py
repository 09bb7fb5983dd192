"""Two reports of one town and year: the same words in another form (Word and web page), or another version?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.text import fold, sentences
from index.types import Place, Report

MOST = 0.9  # share of the shorter report that must be common; the rest is what a page puts around it
NOT_WORDS = re.compile(r"[\W_]+")


def apart(one: Place, other: Place) -> bool:
    """Whether two towns of one name are known to be two: their county, city or province differs."""
    pairs = ((one.county, other.county), (one.city, other.city), (one.province, other.province))
    return any(left and right and left != right for left, right in pairs)


def same_words(one: Report, other: Report) -> bool:
    """Whether both say the same, digit by digit, apart from marks, white space, and what stands before and after the text."""
    left, right = _lines(one), _lines(other)
    common = set(left) & set(right)
    core = _core(left, common)
    return bool(core) and core == _core(right, common) and len(core) >= MOST * min(len("".join(left)), len("".join(right)))


def differing(one: Report, other: Report) -> tuple[list[str], list[str]]:
    """The sentences that stand in the first only, and those that stand in the other only, as they are printed."""
    left, right = dict(_sentences(one)), dict(_sentences(other))
    return [left[words] for words in left if words not in right], [right[words] for words in right if words not in left]


def _lines(report: Report) -> list[str]:
    """The letters and digits of each sentence, without the noise of the page."""
    return [words for words, _ in _sentences(report)]


def _sentences(report: Report) -> Iterator[tuple[str, str]]:
    """The letters and digits of each sentence, and the sentence as it is printed; without the noise of the page."""
    for span in sentences(report.text):
        printed = report.text[span.start : span.end]
        words = NOT_WORDS.sub("", fold(printed))
        if words and not any(noise.start <= span.start and span.end <= noise.end for noise in report.noise):
            yield words, " ".join(printed.split())


def _core(lines: list[str], common: set[str]) -> str:
    """From the first common line to the last."""
    at = [number for number, line in enumerate(lines) if line in common]
    return "".join(lines[at[0] : at[-1] + 1]) if at else ""
