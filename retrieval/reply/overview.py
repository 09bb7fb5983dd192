"""A report as a whole: what was done, what it counts, its problems and plans, each cited; and what may be asked where nothing was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from index.types import Figure, Kind, Part, ReportInfo
from retrieval.draft import Draft, Line
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Reading, Sentence
from retrieval.question.words import table
from retrieval.reply import sections
from retrieval.reply.compose import label, shown
from retrieval.types import Intent, Query, Reason, Scope

LISTED = 6
"""Things done, figures, problems and plans shown of one report, each."""
TOGETHER = 2
"""Reports whose overviews make one reply."""
WHOLE = re.compile(r"(?:法治|依法行政|政府|建设|工作|年度|情况|总体|整体|全年|总结|概况|概述|报告|成效|做|主要|基本|一下)*")
"""A topic of these alone singles nothing out of a report on the rule of law."""
FIGURES = 2
"""Questions for figures among those that are thought up."""
ASKED = frozenset(("how",))
NAMES = {Part.DONE: "主要工作", Part.PROBLEMS: "存在的问题", Part.PLANS: "下一步打算"}


def asks_nothing(query: Query) -> bool:
    """Whether a question names towns or years, and nothing that is asked of them: 金井镇, 对比一下金井和高观."""
    said = query.units or query.numbers or query.quoted or query.item or query.part or query.derived or query.relations or query.post or query.villages
    told = query.intent in (Intent.FACT, Intent.LIST, Intent.DEFINITION, Intent.COMPARE)
    return told and not said and not query.context and WHOLE.fullmatch(query.topic.replace(" ", "")) is not None


def asked(query: Query) -> bool:
    """Whether the whole of a town's report is asked for: 金井镇法治工作怎么样, 介绍一下金井镇."""
    return bool(query.towns and query.spoken) and query.intent is not Intent.COMPARE and asks_nothing(query) and ASKED.issuperset(query.wants)


def overview(inquiry: Inquiry) -> Draft | None:
    """The overview of each report in scope; None where there are many, or none of them has parts."""
    if len(inquiry.readings) > TOGETHER:
        return None
    lines = [line for reading in inquiry.readings for line in _of(reading)]
    return Draft(tuple(lines), scope=inquiry.scope(), coverage=inquiry.coverage(len(inquiry.readings))) if lines else None


def _of(reading: Reading) -> Iterator[Line]:
    for part, name in NAMES.items():
        listed = _done(reading) if part is Part.DONE else sections.items(reading, part)
        if listed:
            yield _head(reading, f"{name}（共{len(listed)}条）", len(listed))
            yield from (_short(number, item) for number, item in enumerate(listed[:LISTED], 1))
        if part is Part.DONE and (counted := _counted(reading)):
            yield _head(reading, "主要数字")
            yield from counted


def _done(reading: Reading) -> list[tuple[Sentence, ...]]:
    """What was done, by the first level of headings that has several."""
    own = [s for s in reading.sections if s.part is Part.DONE and s.heading]
    levels = sorted({s.level for s in own if sum(other.level == s.level for other in own) > 1})
    return [sentences for s in own if levels and s.level == levels[0] and (sentences := reading.of(s))]


def _head(reading: Reading, name: str, *facts: int) -> Line:
    return Line(f"{label(reading.report)}{name}：", facts=(float(reading.report.year or 0), *map(float, facts)))


def _short(number: int, item: Sequence[Sentence]) -> Line:
    """The heading of an item, or its first sentence."""
    first = item[0]
    return Line(f"{number}. {shown(first.text)}", (first.source(),), facts=(float(number),))


def _counted(reading: Reading) -> list[Line]:
    """The sentences of the figures that the table of indicators knows, each once, in its order of importance."""
    order = list(table()["examples"])
    told = [f for f in reading.stated.figures if f.indicator and f.kind in (Kind.DONE, Kind.AS_OF) and f.parent is None and not f.owner]
    told.sort(key=lambda f: order.index(f.indicator) if f.indicator in order else len(order))
    spans = dict.fromkeys(sentence for f in told if (sentence := _around(reading, f)))
    return [Line(f"{shown(sentence.text)}。", (sentence.source(),)) for sentence in list(spans)[:LISTED]]


def _around(reading: Reading, figure: Figure) -> Sentence | None:
    return next((s for s in reading.sentences if s.start <= figure.start < s.end), None)


def invitation(reports: Sequence[ReportInfo], asking: Sequence[str]) -> Draft:
    """What the store has of the towns and years that were named, and questions that these answer."""
    names = "、".join(dict.fromkeys(label(report) for report in reports[:LISTED]))
    head = f"{names}{'等' * (len(reports) > LISTED)}的报告里，您想问什么？"
    facts = tuple(float(report.year or 0) for report in reports)
    said = [Line(head, facts=facts), *([Line(f"可以这样问：{'；'.join(asking)}", facts=facts)] if asking else [])]
    scope = Scope(tuple(dict.fromkeys(r.town for r in reports)), tuple(sorted({r.year for r in reports if r.year})))
    return Draft(tuple(said), Reason.AMBIGUOUS, scope)


def questions(reports: Sequence[ReportInfo], stated: Sequence[Figure]) -> Iterator[str]:
    """What may be asked of ``reports``: figures that all of them state, then each as a whole."""
    asking: dict[str, str] = table()["examples"]
    ids = {report.id for report in reports}
    by = {name: {f.report_id for f in stated if f.indicator == name and f.kind in (Kind.DONE, Kind.AS_OF) and f.parent is None} for name in asking}
    towns = "和".join(dict.fromkeys(report.town for report in reports))
    several = "各" if len(reports) > 1 else f"{reports[0].year}年"
    yield from islice((f"{towns}{several}{words}" for name, words in asking.items() if by[name] >= ids), FIGURES)
    for report in reports:
        yield f"{report.town}{report.year}年法治工作怎么样"
        yield f"{report.town}存在哪些问题"
