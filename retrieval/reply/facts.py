"""What the reports in scope say of a question: the sentences that answer, whole, or an honest 没有."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import groupby, islice

from index.types import Part, Span
from retrieval.draft import Draft, Line
from retrieval.evidence import bounds, find
from retrieval.evidence.companions import SEVERAL, Asked, companions, touch
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import SURE, Finding, Findings, Judge, chance_of, odds_of
from retrieval.evidence.pieces import cut, pieces
from retrieval.evidence.reading import Reading, Sentence
from retrieval.plan import parts
from retrieval.question.holders import SURE_NAME, named
from retrieval.reply.compose import TABLE_ROW, both, shown, statement
from retrieval.reply.silence import not_stated

MOST, MOST_LISTED = 3, 6
"""Sentences of one report in one reply, and where a list, a definition or a whole part is asked for."""
KEEP = 0.6
"""Where no town is named: a report must answer at least this nearly as surely as the one that answers best."""
DOUBTED = 0.1
"""Chance below which the reader holds a piece for no answer at all."""
RIVAL = 0.5
"""Share of the chance of another sentence, of which the reader is sure, that a recorded figure's needs to stand."""
TOLD = frozenset(("why", "how", "where", "who"))
"""What no figure of a table says."""
OLDER = 2
"""Older reports that are read where the newest does not answer."""
OLDER_LEAD = 2.0
"""By how much (log-odds) an older report must answer more surely than the newest, of which the reader is not sure: of 101 questions without
a year to towns of several years 4 more are right from 1.5 to 2.5, and none fewer (sixteen exams that were looked at)."""


def fact(inquiry: Inquiry, judge: Judge) -> Draft:
    """Answer from the newest report of each town; from an older one only when the newest does not state it."""
    own = _apart(inquiry)
    certain = [_held(inquiry, readings) or _believed(inquiry, judge, readings, _each_version(inquiry, readings)) for readings in own]
    read = [Findings() if known else judge.findings(inquiry, readings) for known, readings in zip(certain, own, strict=True)]
    if inquiry.query.newest and not any(certain) and len(own) == 1:
        read = [_surest(inquiry, judge, read[0])]
    found = _came_true(inquiry, judge) if inquiry.query.kept else []
    found = found or [f for known, findings in zip(certain, read, strict=True) for f in known or _said(inquiry, judge, findings)]
    others = _of_halves(inquiry, judge, own)
    if not (found or others):
        return not_stated(inquiry, judge, max(read, key=lambda findings: findings.chance, default=Findings()))
    lines = parts.foremost(inquiry, found)
    found = [*parts.kinds(inquiry, found), *others]
    county = both(found) or len({ref.town for ref in inquiry.query.towns}) < len(inquiry.query.towns)
    lines += told(found, county=county)
    ids = {f.sentence.report.id for f in found}
    stated = tuple(r for r in (*inquiry.readings, *inquiry.older) if r.report.id in ids)
    return Draft(tuple(lines), scope=inquiry.scope(stated), coverage=inquiry.coverage(len(stated)))


def told(found: Sequence[Found], *, county: bool) -> list[Line]:
    """A line for each; whose words they are is said where it changes."""
    kept = _distinct(found)
    return [statement(each, county=county, after=before) for before, each in zip([None, *kept], kept, strict=False)]


def _apart(inquiry: Inquiry) -> list[Sequence[Reading]]:
    """The reports of each named town and year by themselves; all together where no town is named."""
    if not inquiry.query.towns:
        return [inquiry.readings]

    def key(reading: Reading) -> tuple[str, str, int]:
        return reading.report.place.county, reading.report.town, reading.report.year or 0

    return [tuple(group) for _, group in groupby(sorted(inquiry.readings, key=key), key=key)]


def _held(inquiry: Inquiry, readings: Sequence[Reading]) -> list[Found]:
    """The sentence of each report that most surely names who holds the post that is asked for."""
    if not inquiry.query.post:
        return []
    post = inquiry.query.post
    surest = (max(pieces(reading), key=lambda piece: named(piece.text, post), default=None) for reading in readings)
    return [Found(piece.sentence, piece.start, piece.end, 1.0, 1.0) for piece in surest if piece and named(piece.text, post) >= SURE_NAME]


def _each_version(inquiry: Inquiry, readings: Sequence[Reading]) -> list[Found]:
    """What is recorded; two reports of one town and year both speak where they state different figures."""
    each = [found for reading in readings if (found := _recorded(inquiry, (reading,)))]
    values = {tuple(f.figure.value for f in found if f.figure) for found in each}
    return [f for found in each for f in found] if len(values) > 1 else each[0] if each else []


def _believed(inquiry: Inquiry, judge: Judge, readings: Sequence[Reading], found: list[Found]) -> list[Found]:
    """What is recorded, unless the reader holds the sentence for no answer at all, or is sure of another with a figure: the fine in one
    case is not that of the year. Where nothing but the table's own name is asked for, and stated once, nothing need be read."""
    plain = inquiry.wanted.exact and not _rivalled(inquiry, readings)
    if not found or plain or inquiry.query.derived or inquiry.query.relations:
        return found
    ranked = judge.findings(inquiry, readings).ranked
    doubted = [finding for finding in ranked if finding.chance < DOUBTED]
    sure = [finding for finding in ranked[:1] if finding.figure and finding.chance >= SURE]
    better = sure and not any(_in(each, finding) for each in found for finding in ranked if finding.chance >= RIVAL * sure[0].chance)
    return [] if better or any(_in(each, finding) for each in found for finding in doubted) else found


def _rivalled(inquiry: Inquiry, readings: Sequence[Reading]) -> bool:
    """Whether the reports state several figures that what is asked for may be."""
    look = inquiry.look()
    figures = (f.figure for reading in readings for f in find.figures(look, reading.sentences) if find.fits(f, look.wanted) and f.coverage >= find.STATED)
    return len({figure.value for figure in figures if figure and figure.parent is None}) > 1


def _in(found: Found, finding: Finding) -> bool:
    """Whether the figure of ``found`` stands in the piece."""
    at = found.figure.start if found.figure else found.start
    return found.sentence.report.id == finding.report_id and finding.piece.start <= at < finding.piece.end


def _recorded(inquiry: Inquiry, readings: Sequence[Reading]) -> list[Found]:
    """The figures of the very measures that a question asks for, or of their relatives, where the table of indicators knows all of them:
    the ledger has them under their names, and nothing need be read."""
    sentences = [sentence for reading in readings for sentence in reading.sentences]
    found: list[Found] = []
    for ask in inquiry.asks if inquiry.query.towns and TOLD.isdisjoint(inquiry.query.wants) else ():
        look = inquiry.look(ask)
        wanted = look.wanted
        fitting = (f for f in find.figures(look, sentences) if find.fits(f, wanted)) if wanted.number or (wanted.values and "confirm" in inquiry.query.wants) else iter(())
        best = next(fitting, None)
        known = best and best.figure and best.coverage >= find.STATED and (wanted.values or inquiry.query.operation or wanted.likes(best.figure.indicator) > 0)
        if best is None or not known:
            return []
        found.append(_whole(best))
    return found


def _whole(found: Found) -> Found:
    """``found`` with the whole piece of its sentence around the figure."""
    piece = next((p for p in cut(found.sentence) if found.figure and p.start <= found.figure.start < p.end), None)
    if piece is None:
        return found
    own = bounds.own(found.sentence, piece, found.figure)
    return replace(found, start=own.start, end=own.end)


def _of_halves(inquiry: Inquiry, judge: Judge, own: Sequence[Sequence[Reading]]) -> list[Found]:
    """What answers each of the questions that were asked at once, one sentence for each; what has answered one before is left out."""
    taken: dict[tuple[str, int], Finding] = {}
    older = [(reading,) for reading in inquiry.older[:OLDER]] if inquiry.query.newest else []
    for half in inquiry.query.halves:
        asked = replace(inquiry, query=half)
        first = [new for readings in own if (new := _new(asked, judge, readings, taken))]
        for new in first or [new for readings in older if (new := _new(asked, judge, readings, taken))][:1]:
            taken[new.report_id, new.piece.start] = new
    return [each for finding in taken.values() for each in _found(inquiry, finding)]


def _new(inquiry: Inquiry, judge: Judge, readings: Sequence[Reading], taken: Collection[tuple[str, int]]) -> Finding | None:
    """The best sentence of ``readings`` that is not ``taken``, where it answers."""
    findings = judge.findings(inquiry, readings)
    new = next((finding for finding in findings.ranked if (finding.report_id, finding.piece.start) not in taken), None)
    return new if new and findings.chance >= judge.calibration.answer and new.chance >= DOUBTED else None


def _came_true(inquiry: Inquiry, judge: Judge) -> list[Found]:
    """A plan, and what the next report says was done: it is asked in the words of the plan, too, which people shorten."""
    query = inquiry.query
    early, late = ([r for r in inquiry.readings if r.report.year == year] for year in query.years)
    planned = judge.findings(replace(inquiry, query=replace(query, part=Part.PLANS)), early)
    plan = next((f for f in planned.ranked if _is_plan(f)), None)
    if plan is None or planned.chance < judge.calibration.answer:
        return []
    asked = (query.spoken, f"{shown(plan.piece.text)}，做到了吗")
    read = [f for spoken in asked for f in judge.findings(replace(inquiry, query=replace(query, spoken=spoken)), late).ranked if not _is_plan(f)]
    bar = max(DOUBTED, KEEP * max((f.chance for f in read), default=0.0))
    done = {f.piece.start: f for f in sorted(read, key=lambda f: -f.chance) if f.chance >= bar}
    return [found for f in (plan, *islice(done.values(), MOST - 1)) for found in _found(inquiry, f)] if done else []


def _is_plan(finding: Finding) -> bool:
    return finding.piece.sentence.section.part is Part.PLANS


def _surest(inquiry: Inquiry, judge: Judge, newest: Findings) -> Findings:
    """What the newest reports say, or an older one that answers where they do not, or far more surely."""
    if newest.chance >= SURE:
        return newest
    bar = max(judge.calibration.answer, chance_of(odds_of(newest.chance) + OLDER_LEAD) if newest.chance >= judge.calibration.answer else 0.0)
    older = (judge.findings(inquiry, (reading,)) for reading in inquiry.older[:OLDER])
    return next((findings for findings in older if findings.chance >= bar), newest)


def _said(inquiry: Inquiry, judge: Judge, findings: Findings) -> list[Found]:
    """The sentences that answer, those of one report together, the best first and its companions in the order of the text."""
    chances = judge.calibration
    if findings.chance < chances.answer:
        return []
    if inquiry.wanted.indicator and findings.ranked[0].unmeasured:
        return []  # a measure that the table names is answered by a number of its unit alone
    most = MOST_LISTED if inquiry.query.intent in SEVERAL else MOST
    bar = KEEP * findings.ranked[0].chance
    found: list[Found] = []
    for report_id in dict.fromkeys(finding.report_id for finding in findings.ranked if finding.chance >= bar):
        best, *others = findings.of(report_id)
        more = companions(best, others, Asked.of(inquiry), chances)[: most - 1]
        found += [each for finding in _in_order(best, more) for each in _found(inquiry, finding)][:most]
    return found


def _in_order(best: Finding, more: Sequence[Finding]) -> list[Finding]:
    """The best first, the others in the order of the text; but what leads to it (为此，…) stands before it."""
    leading = [other for other in more if other.piece.start < best.piece.start and touch(best, other)]
    rest = sorted((other for other in more if other not in leading), key=lambda finding: finding.piece.start)
    return [*leading, best, *rest]


def _found(inquiry: Inquiry, finding: Finding) -> list[Found]:
    """What a piece says; in the place of a bare heading (（一）提升干部素质) what stands below it."""
    piece, figure = finding.piece, finding.figure
    if piece.is_title and not any(piece.figures) and (below := _below(inquiry, piece.sentence)):
        return [Found(sentence, sentence.start, sentence.end, finding.chance, finding.chance) for sentence in below]
    own = bounds.own(piece.sentence, Span(piece.start, piece.end), figure.figure if figure else None)
    return [Found(piece.sentence, own.start, own.end, finding.chance, finding.chance, figure.figure if figure else None)]


def _below(inquiry: Inquiry, heading: Sentence) -> list[Sentence]:
    """The first sentences below a heading, of its own section or of those under it."""
    reading = next(each for each in (*inquiry.readings, *inquiry.older) if each.report.id == heading.report.id)
    path = heading.section.path
    own = (each for each in reading.sentences if each.start > heading.start and each.section.path[: len(path)] == path and not each.is_heading)
    return list(islice(own, MOST))


def _of_one_row(one: Found, other: Found) -> bool:
    """Whether they are different figures of one row of a table, which are said each by itself."""
    return bool(one.figure and other.figure) and one.figure != other.figure and TABLE_ROW.search(one.words) is not None


def _distinct(found: Sequence[Found]) -> list[Found]:
    """Candidates whose words lie within the words of another are said once; two figures of one row of a table are two."""
    kept: list[Found] = []
    for f in found:
        others = [o for o in found if o is not f and o.sentence == f.sentence and o.start <= f.start and f.end <= o.end and not _of_one_row(o, f)]
        if not any((o.start, o.end) != (f.start, f.end) or o in kept for o in others):
            kept.append(f)
    return kept
