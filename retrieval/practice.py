"""What towns do and what they mean by it: practice cards, definitions, and which towns mention a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from index.types import Part
from retrieval import find
from retrieval.compose import TABLE_ROW, both, label, shown, source, statement
from retrieval.draft import Draft, Line, Source
from retrieval.find import SAID, Found, Look
from retrieval.inquiry import Inquiry
from retrieval.match import Needle
from retrieval.reading import Reading, Sentence
from retrieval.silence import not_stated, unexplained

ASKS_PLACE = re.compile(r"[县省市区]|哪里|什么地方")
MEANING = re.compile(r"指的?是?(?:什么|啥|哪)|(?:什么|啥)意思|含义|代表(?:什么|啥)|全称")
DEFINES = re.compile(r"即|是指|指的是|就是|简称|包括|分别[是为]|——|：")
"""Marks of a sentence that says what a thing means."""
ORDER = re.compile(r"(?:忽略|无视|忘记|不要?理会|不要?遵守|绕过|跳过).{0,8}(?:指令|指示|提示词|设定)|提示词|ignore .{0,30}instructions", re.IGNORECASE)
"""Words in a report that are meant for a machine; what they say is not what the town did."""
DENIAL = re.compile(r"[没无未不]")
DENIED = 4
"""Characters of what is asked about that a sentence denies: 没有发生行政诉讼败诉."""
CARDS = 4
"""Practices in one reply; a person reads no more on a phone."""
CARD_LENGTH = 120
"""Characters of a card: one or two sentences of the report."""
KEEP = 0.6
"""A town that mentions a thing must say it at least this nearly as fully as the one that says it best."""
SHARED = 0.45
"""A card's passage must cover at least this much of what the fullest one covers of the topic; of 0.3 to 0.6, measured over the cards
of 28 questions of our own, the share that left out most strangers and no town that did the thing."""
WORTH = 0.1
"""A card's passage must rise above the common run of passages by at least this share of what the best one does."""
COUNTING_PENALTY, FEW = 0.15, 3
"""A sentence of so many figures says how much was done, not what."""
SENTENCES = 4
"""Sentences in a definition."""


def mentions(inquiry: Inquiry) -> Draft:
    """哪些镇…: every report in scope that says it, each with its words, and how many were looked at."""
    look = inquiry.look()
    best = [f for r in inquiry.readings if (f := _mentioned(inquiry, look, r))]
    if not best:
        return not_stated(inquiry)
    bar = max(f.coverage for f in best) * KEEP
    best = [f for f in best if f.coverage >= bar]
    county = both(best) or ASKS_PLACE.search(inquiry.query.question) is not None
    lines = [statement(f, county=county) for f in best]
    total, read = inquiry.total, len(inquiry.readings)
    looked = f"查了范围内{total}份报告" if read == total else f"范围内{total}份报告，按检索看了最相关的{read}份"
    lines.append(Line(f"覆盖：{looked}，{len(best)}份写到。", facts=(float(total), float(read), float(len(best)))))
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(best)))


def _mentioned(inquiry: Inquiry, look: Look, reading: Reading) -> Found | None:
    """The sentence of a report that says it, of what was done rather than of what is lacking; one that says there was none only
    where that is asked."""
    found = find.words(look, reading.sentences, SAID)
    if not DENIAL.search(inquiry.query.question):
        heavy = max(inquiry.query.topic.split(), key=len, default="")[-DENIED:]
        found = [f for f in found if not (heavy and re.search(rf"(?:没有|未|无)[^，。；,;]{{0,6}}{re.escape(heavy)}", f.words))]
    return next((f for f in found if f.sentence.section.part is Part.DONE), found[0] if found else None)


def cards(inquiry: Inquiry) -> Draft:
    """What other towns did, in their own words: the best passage of each town, by the search, and its sentence that fits best."""
    needle = inquiry.needle()
    readings = {r.report.id: r for r in inquiry.readings}
    bar = _bar([hit.score for hit in inquiry.hits])
    found: dict[tuple[str, str], Found] = {}
    for hit in inquiry.hits:
        report = readings[hit.passage.report_id].report
        key = (report.place.county, report.town)
        if hit.passage.part is Part.DONE and hit.score >= bar and key not in found:
            inside = [s for s in readings[report.id].sentences if hit.passage.start <= s.start < hit.passage.end]
            if best := _best_of(needle, inside):
                found[key] = best
    fullest = max((f.coverage for f in found.values()), default=0.0)
    kept = [f for f in found.values() if f.coverage >= SHARED * fullest][:CARDS]
    if not kept:
        return not_stated(inquiry)
    county = both(kept)
    lines = [Line(f"{label(f.sentence.report, county=county)}：{shown(_card(f).quote)}。", (_card(f),)) for f in kept]
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(kept)))


def _bar(scores: Sequence[float]) -> float:
    """The score that a card must reach: over the median, which every report's own words on the matter reach."""
    return median(scores) + WORTH * (scores[0] - median(scores)) if scores else 0.0


def _best_of(needle: Needle, sentences: Sequence[Sentence]) -> Found | None:
    """The sentence of a passage that covers most of the topic, with the coverage of the whole passage; a heading only where there
    is nothing else, a row of a table never."""
    spoken = [s for s in sentences if not (TABLE_ROW.search(s.text) or ORDER.search(s.text))]
    told = [s for s in spoken if not find.is_heading(s)] or spoken
    if not told:
        return None
    rated = [(needle.coverage(s.words, s.text, s.above) - COUNTING_PENALTY * min(1.0, len(tuple(s.figures)) / FEW), s) for s in told]
    score, sentence = max(rated, key=lambda pair: pair[0])
    words = "\n".join(s.words for s in spoken)
    covered = needle.coverage(words, "".join(s.text for s in spoken), sentence.above)
    start, end = find.run(needle, sentence)
    return Found(sentence, start, end, covered, score)


def _card(found: Found) -> Source:
    sentence = found.sentence
    return sentence.source() if sentence.end - sentence.start <= CARD_LENGTH else source(found)


def definition(inquiry: Inquiry) -> Draft:
    """What the report itself says a thing is: the sentences that hold its name, from the report that says most."""
    needle = inquiry.needle()
    said: list[tuple[float, list[Sentence]]] = []
    for reading in inquiry.readings:
        holding = [s for s in reading.sentences if s.section.part is Part.DONE and needle.coverage(s.words, s.text) >= SAID]
        said.append((sum(needle.coverage(s.words, s.text) for s in holding[:SENTENCES]), holding[:SENTENCES]))
    best = max(said, key=lambda pair: pair[0], default=(0.0, []))[1]
    if not best:
        return not_stated(inquiry)
    if MEANING.search(inquiry.query.question) and not any(DEFINES.search(s.text) for s in best):
        return unexplained(inquiry, best[0])
    report = best[0].report
    lines = [Line(f"{label(report)}报告是这样写的：", facts=(float(report.year or 0),)), *_quoted(best)]
    return Draft(tuple(lines), scope=inquiry.scope([r for r in inquiry.readings if r.report.id == report.id]), coverage=inquiry.coverage(1))


def _quoted(sentences: Sequence[Sentence]) -> list[Line]:
    return [Line(f"{shown(s.text)}。", (s.source(),)) for s in sentences]
