"""Answers that are a whole part of a report: its problems, its plans. Complete, in order, each item cited."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from index.text import fold
from index.types import Part, Section
from retrieval.draft import Line, Source
from retrieval.evidence.reading import Reading, Sentence
from retrieval.reply.compose import label, shown

ITEM_LENGTH = 60
"""An item up to this long is shown whole; of a longer one its first sentences, up to this many characters."""
QUOTE_SENTENCES = 3
"""An item is cited with its heading and at most this many sentences in all."""


def items(reading: Reading, part: Part) -> list[tuple[Sentence, ...]]:
    """The items of ``part`` in order, each as its sentences: the headings one below the top of the part, with all that is under
    them; one a paragraph, or one a sentence, where the part has no headings below its top."""
    own = [section for section in reading.sections if section.part is part]
    top = min((section.level for section in own), default=0)
    groups: list[list[Section]] = []
    for section in own:
        if section.level == top + 1 or (section.level > top and not groups):
            groups.append([section])
        elif section.level > top:
            groups[-1].append(section)
    found = [tuple(s for section in group for s in reading.of(section)) for group in groups]
    if len(found) > 1:
        return found
    return _paragraphs([s for section in own for s in reading.of(section)])


def _paragraphs(sentences: Sequence[Sentence]) -> list[tuple[Sentence, ...]]:
    """Cut at line breaks; a heading line is left out; a single paragraph gives an item a sentence."""
    body = [s for s in sentences if not (s.section.heading and s.section.heading.start <= s.start and s.end <= s.section.heading.end)]
    groups: list[list[Sentence]] = []
    for sentence in body:
        if groups and "\n" not in sentence.report.text[groups[-1][-1].end : sentence.start]:
            groups[-1].append(sentence)
        else:
            groups.append([sentence])
    if len(groups) > 1:
        return [tuple(group) for group in groups]
    return [(part,) for sentence in body for part in (_semicolons(sentence) if len(body) == 1 else [sentence])]


def _semicolons(sentence: Sentence) -> list[Sentence]:
    """A sole sentence that lists its items between semicolons, without what leads in to the list."""
    text = sentence.report.text
    marks = [m.end() for m in re.finditer("[；;]", sentence.text)]
    if not marks:
        return [sentence]
    lead = re.match(r"[^；;]*?[：:]", sentence.text)
    cuts = [sentence.start + at for at in (lead.end() if lead else 0, *marks, len(sentence.text))]
    spans = [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]
    return [replace(sentence, start=a, end=b, words=fold(text[a:b])) for a, b in spans]


def item(reading: Reading, part: Part, number: int, *, county: bool = False) -> list[Line]:
    """One item, whole; empty when the report has not so many."""
    listed = items(reading, part)
    if len(listed) < number:
        return []
    sentences = listed[number - 1]
    report = reading.report
    head = f"{label(report, county=county)}报告写明的第{number}条："
    facts = (float(number), float(report.year or 0))
    told = [shown(sentence.text) for sentence in sentences]
    sources = tuple(Source(report, s.section, s.start, s.end) for s in sentences)
    return [Line(f"{head}{'。'.join(words for words in told if words)}。", sources, facts=facts)]


def lines(reading: Reading, part: Part, *, county: bool = False) -> list[Line]:
    """A head line and one line an item; empty when the report has no such part."""
    listed = items(reading, part)
    if not listed:
        return []
    name = "存在的问题" if part is Part.PROBLEMS else "下一步打算"
    facts = (float(len(listed)), float(reading.report.year or 0))
    head = Line(f"{label(reading.report, county=county)}报告写明的{name}（共{len(listed)}条）：", facts=facts)
    return [head, *(_item(number, sentences) for number, sentences in enumerate(listed, 1))]


def _item(number: int, sentences: Sequence[Sentence]) -> Line:
    last = sentences[0]
    for sentence in sentences[1:]:
        if sentence.end - sentences[0].start > ITEM_LENGTH:
            break
        last = sentence
    report, section = sentences[0].report, sentences[0].section
    quoted = sentences[:QUOTE_SENTENCES][-1].end
    words = shown(report.text[sentences[0].start : last.end])
    return Line(f"{number}. {words}", (Source(report, section, sentences[0].start, quoted),), facts=(float(number),))
