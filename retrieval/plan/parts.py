"""A whole and its parts: which of them is the greatest, and which kinds there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.text import clauses
from index.types import Figure
from retrieval.draft import Line
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Sentence
from retrieval.reply.compose import cell_words, source

KINDS = re.compile(r"(?:都|分别|主要)(?:是|有|涉及|属于?)?(?:些|哪些|什么|啥)|(?:哪些|什么|啥|哪几|哪一?)个?(?:类型|种类|类别|类|种)")
"""Asks which kinds a figure is made of: 都是什么案子, 哪些类型的纠纷."""
EXPLAINS = re.compile(r"^(?:全部|均|都|多|主要|包括|涉及|其中|分别|大部分|以)")
"""The start of a clause that says what the things counted in the clause before it were."""


def foremost(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """哪类纠纷最多: the greatest or least of the stated parts."""
    if not inquiry.query.order or not KINDS.search(inquiry.query.question):
        return []
    split = ([p for p in _parts_of(inquiry, s, whole) if p.figure and p.figure.unit != "%"] for f in found for s, whole in _wholes(inquiry, f))
    parts = next((parts for parts in split if len(parts) > 1), None)
    if parts is None:
        return []
    least = inquiry.query.order == "least"
    first = (min if least else max)(parts, key=lambda p: p.figure.value if p.figure else 0.0)
    assert first.figure is not None
    return [Line(f"{'最少' if least else '最多'}的是{cell_words(first)}。", (source(first),))]


def _wholes(inquiry: Inquiry, found: Found) -> list[tuple[Sentence, Figure]]:
    """The figure that was found, or the whole that it is a part of; where only a sentence was found, those of all its figures."""
    every = {figure.ordinal: (sentence, figure) for sentence, figure in _figures(_sentences(inquiry, found))}
    figures = [found.figure] if found.figure else found.sentence.figures
    return list(dict.fromkeys(every.get(f.ordinal if f.parent is None else f.parent, (found.sentence, f)) for f in figures))


def kinds(inquiry: Inquiry, found: Sequence[Found]) -> list[Found]:
    """What was found, and where kinds are asked for the words that list them: the parts (其中…), or the clause after the figure."""
    if KINDS.search(inquiry.query.question) is None:
        return list(found)
    listed: list[Found] = []
    for f in found:
        parts = [part for sentence, whole in _wholes(inquiry, f) for part in _parts_of(inquiry, sentence, whole)]
        outside = [p for p in parts if not (p.sentence == f.sentence and f.start <= p.start < f.end)]
        together = [p for p in outside if p.sentence == outside[0].sentence]
        listed += [_explained(f), *([replace(together[0], end=together[-1].end)] if together else [])]
    return listed


def _explained(found: Found) -> Found:
    """``found`` with the clauses after it that say what the things were: 三件，全部为农民工讨薪."""
    text, end = found.sentence.report.text, found.end
    for clause in clauses(text, end, found.sentence.end):
        if not EXPLAINS.match(text[clause.start : clause.end]):
            break
        end = clause.end
    return replace(found, end=end)


def _parts_of(inquiry: Inquiry, sentence: Sentence, whole: Figure) -> list[Found]:
    """The stated parts of a figure of ``sentence``, or of the same value said elsewhere in its report."""
    sentences = _sentences(inquiry, _found(sentence, whole))
    same = {f.ordinal for _, f in _figures(sentences) if (f.value, f.unit, f.year) == (whole.value, whole.unit, whole.year)}
    return [_found(s, f) for s, f in _figures(sentences) if f.parent in same]


def _sentences(inquiry: Inquiry, found: Found) -> Sequence[Sentence]:
    """All sentences of the report that ``found`` stands in."""
    return next(r for r in (*inquiry.readings, *inquiry.older) if r.report.id == found.sentence.report.id).sentences


def _figures(sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, Figure]]:
    return ((sentence, figure) for sentence in sentences for figure in sentence.figures)


def _found(sentence: Sentence, figure: Figure) -> Found:
    return Found(sentence, figure.clause.start, figure.clause.end, 1.0, 1.0, figure)
