"""What towns do: practice cards, and which towns mention a thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence

from index.types import Part
from retrieval.draft import Draft, Line
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Finding, Findings, Judge
from retrieval.reply.chat import COVERED
from retrieval.reply.compose import both, label, shown, source, statement
from retrieval.reply.silence import not_stated

ASKS_PLACE = re.compile(r"[县省市区]|哪里|什么地方")
ORDER = re.compile(r"(?:忽略|无视|忘记|不要?理会|不要?遵守|绕过|跳过).{0,8}(?:指令|指示|提示词|设定)|提示词|ignore .{0,30}instructions", re.IGNORECASE)
"""Words in a report that are meant for a machine; what they say is not what the town did."""
ANY = 0.25
"""Least chance that one of many reports answers: what is left of the question without 哪个镇 is half a question, and the reader less
sure. Of the which-town questions of seven exams it takes four of six that ``answer`` loses, and one that nothing answers."""
CARDS = 4
"""Practices in one reply; a person reads no more on a phone."""
KEEP, NAMED = 0.7, 0.8
"""A town must be as likely to answer as what is said as an answer anywhere else, or nearly as likely as the one that answers best, or say as
much as this of the topic in its very words; of several towns that are asked for, it need only be as likely as ``ANY``: with less, one of
the sample reports is named that does not say it."""
SEVERAL = re.compile(r"哪些|哪几|[有是][几两三四五六]个?(?:镇|乡|街道|地方)|都有谁")


def mentions(inquiry: Inquiry, judge: Judge) -> Draft:
    """哪些镇…: every report in scope that says it, each with its words, and how many were looked at."""
    findings = judge.findings(inquiry, each=True)
    near, several = judge.calibration.near, SEVERAL.search(inquiry.query.question) is not None
    bar = ANY if several else judge.calibration.answer
    told = (Part.DONE, Part.PROBLEMS, *((Part.PLANS,) if inquiry.wanted.plans else ()))
    best = _best(findings, near, bar, told) or _best(findings, near, bar, (*told, Part.PLANS))
    if not best or (findings.chance < ANY and findings.ranked[0].covered < NAMED):
        return not_stated(inquiry, judge, findings)
    county = both(best) or _shared(inquiry, best) or ASKS_PLACE.search(inquiry.query.question) is not None
    lines = [statement(f, county=county) for f in best]
    total, read = inquiry.total, len(inquiry.readings)
    looked = f"查了范围内{total}份报告" if read == total else f"范围内{total}份报告，按检索看了最相关的{read}份"
    lines.append(Line(f"{COVERED}{looked}，{len(best)}份写到。", facts=(float(total), float(read), float(len(best)))))
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(best)))


def cards(inquiry: Inquiry, judge: Judge) -> Draft:
    """What other towns did, in their own words: the sentence of each town that answers best, of the towns that answer best."""
    findings = judge.findings(inquiry, each=True)
    kept = _best(findings, judge.calibration.near, 1.0, (Part.DONE,))[:CARDS]
    if not kept or findings.chance < judge.calibration.near:
        return not_stated(inquiry, judge, findings)
    county = both(kept) or _shared(inquiry, kept)
    lines = [Line(f"{label(f.sentence.report, county=county)}：{shown(f.words)}。", (source(f),)) for f in kept]
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(kept)))


def _shared(inquiry: Inquiry, found: Sequence[Found]) -> bool:
    """Whether another place of the collection has the name of one of the towns, so that the county must be said."""
    names = Counter(name for name, _ in {(report.town, report.place.county) for report in inquiry.catalogue})
    return any(names[each.sentence.report.town] > 1 for each in found)


def _best(findings: Findings, least: float, bar: float, parts: Collection[Part]) -> list[Found]:
    """The best sentence of each town in these ``parts`` of its report, best first; those that are less likely than ``bar``, and far behind
    the best, left out."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in findings.ranked:
        sentence = finding.piece.sentence
        key = (sentence.report.place.county, sentence.report.town)
        if key not in found and finding.chance >= least and sentence.section.part in parts and not ORDER.search(finding.piece.text):
            found[key] = finding
    bar = min(bar, KEEP * max((f.chance for f in found.values()), default=0.0))
    kept = (f for f in found.values() if f.chance >= bar or f.covered >= NAMED)
    return [Found(f.piece.sentence, f.piece.start, f.piece.end, f.chance, f.chance) for f in kept]
