"""From what a language model read to the reply: calculated, then worded as far as the lock lets it stand, then quoted as it is.

The rules' own reply stays where the model says the same and no more: rows that a plan gave, the items of a section. 没有写明 takes two:
the model that finds nothing, and the local reader that has nothing above its bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.numerals import quantities
from retrieval.assist.candidates import CELL, Candidates, source_of
from retrieval.assist.lock import Fault, Guard, locked, visible
from retrieval.assist.reader import Reply, Sentence, chosen, tags_of, without_tags
from retrieval.assist.sums import calculated
from retrieval.assist.wording import plain
from retrieval.draft import Draft, Line, Source
from retrieval.evidence.find import Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.judge import Judge
from retrieval.evidence.pieces import Piece
from retrieval.question.plan import FoldKind
from retrieval.reply.compose import both, label, shown
from retrieval.reply.facts import told
from retrieval.reply.silence import NAMED, not_stated, subject
from retrieval.types import Coverage, Query, Reason, Receipt, Scope, Struck

AGREED = 0.5
"""Share of what the model chose that the rules' calculated reply must cite to stand."""
MOST_SENTENCES = 24
"""A model that writes more is not answering; the rest is not read."""
SHOWN = 80
"""Characters of a struck sentence in the receipt."""
DIFFERS = Line("（报告写的与问题里的说法不同，没有写明所问的。）")
"""Below what the report says of a thing that the question takes for granted."""


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked and what there is: the rules' reply beside the sentences that the model was given."""

    inquiry: Inquiry
    draft: Draft
    candidates: Candidates
    judge: Judge
    said: str

    @property
    def calculated(self) -> bool:
        """Whether the rules' reply follows from a plan: its rows, its counts and its formulas belong together."""
        return self.draft.reason is None and any(line.formula or line.tallies for line in self.draft.lines)


def replied(reply: Reply, question: Question) -> tuple[Draft, Receipt]:
    """The reply as the model's reading makes it, and what the model had to do with it."""
    receipt = Receipt(shown=len(question.candidates.pieces), none=reply.none)
    picked = chosen(reply, question.candidates)
    if not picked:
        return (_nothing(question) if reply.none else question.draft), receipt
    receipt = replace(receipt, chosen=len(picked), none=False)
    sums = calculated(reply, question.candidates, question.said)
    if not sums and _stands(picked, question, calculates=bool(reply.calculations)):
        return question.draft, receipt
    held = _held(reply, question)
    lost = [piece for (_, line), sentence in zip(held, reply.sentences, strict=False) if isinstance(line, Fault) for piece in _cited_by(sentence, question)]
    lines = [line for _, line in held if isinstance(line, Line) and not any(_overlap(piece, source) for piece in lost for source in line.sources)]
    struck = tuple(Struck(text[:SHOWN], fault) for text, fault in held if isinstance(fault, Fault))
    rest = _quoted(picked, lines, question.inquiry.query)
    receipt = replace(receipt, sentences=len(held), kept=len(lines), restored=len(rest), struck=struck)
    return _draft([*sums, *lines, *rest, *([DIFFERS] if reply.differs else [])], picked, question), receipt


def _cited_by(sentence: Sentence, question: Question) -> list[Piece]:
    return [piece for tag in tags_of(sentence) if (piece := question.candidates.numbered(tag))]


def _stands(picked: Sequence[Piece], question: Question, *, calculates: bool) -> bool:
    """Whether the rules' reply says what the model chose, of the same reports, and says it better: by a plan that picks or counts, or where the
    model ``calculates``, too; or all the items of a section."""
    cited = [source for line in question.draft.lines for source in line.sources]
    agreed = sum(any(_overlap(piece, source) for source in cited) for piece in picked)
    query, reports = question.inquiry.query, {source.report.id for source in cited}
    whole = question.draft.reason is None and query.whole_part and query.part is not None
    picks = bool(query.plan.conditions or query.plan.tops) or FoldKind.COUNT in query.plan.folds
    calculated = question.calculated and (calculates or picks)
    told = {piece.sentence.report.id for piece in picked} <= reports
    return (calculated and told and agreed >= AGREED * len(picked)) or (whole and agreed == len(picked))


def _overlap(piece: Piece, source: Source) -> bool:
    return piece.sentence.report.id == source.report.id and piece.start < source.end and source.start < piece.end


def _held(reply: Reply, question: Question) -> list[tuple[str, Line | Fault]]:
    """Each sentence as it was written, with what the lock makes of it. What was said already is not said again."""
    county = both([_found(piece) for piece in question.candidates.pieces])
    guard = _guard(question)
    held: list[tuple[str, Line | Fault]] = []
    for sentence in reply.sentences[:MOST_SENTENCES]:
        tags = tags_of(sentence)
        pieces = [question.candidates.numbered(tag) for tag in tags]
        if any(piece and _copied(sentence.text, piece) for piece in pieces):
            continue  # chosen; it is said as rows are said
        known = [source_of(piece) for piece in pieces if piece]
        line: Line | Fault = (
            Fault.UNCITED
            if not tags
            else Fault.UNKNOWN
            if len(known) < len(tags)
            else locked(without_tags(sentence.text), known, county=county, guard=guard)
        )
        said = any(isinstance(other, Line) and isinstance(line, Line) and other.text == line.text for _, other in held)
        held.append((visible(sentence.text), Fault.REPEATED if said else line))
    return held


def _copied(text: str, piece: Piece) -> bool:
    """Whether ``text`` is a row of a table with the marks between its cells, or the first of them, instead of a sentence."""
    return CELL in text and plain(text).strip(CELL) in plain(piece.candidate.sentence)


def _guard(question: Question) -> Guard:
    """The local reader's word on whether sentences carry what was made of them."""
    known = {(piece.sentence.report.id, piece.start): piece for piece in question.candidates.pieces}

    def carries(text: str, sources: Sequence[Source]) -> bool:
        pairs = [known[source.report.id, source.start].candidate for source in sources]
        for source in sources:
            text = text.replace(f"{source.report.year}年", "").replace(source.report.town, "").replace(source.report.place.county or source.report.town, "")
        if any(plain(text).rstrip("。") in plain(source.quote) for source in sources):
            return True  # word for word: there is nothing to judge
        return question.judge.carries(text, pairs) >= question.judge.calibration.carried

    return carries


def _quoted(picked: Sequence[Piece], lines: Sequence[Line], query: Query) -> list[Line]:
    """The sentences that no line before cites, as they stand, those of one report together."""
    cited = {source for line in lines for source in line.sources}
    rest = [piece for piece in picked if not any(_overlap(piece, source) for source in cited)]
    reports = list(dict.fromkeys(piece.sentence.report.id for piece in rest))
    rest.sort(key=lambda piece: reports.index(piece.sentence.report.id))
    return told([found for piece in rest for found in _as_asked(piece, query)], county=both([_found(piece) for piece in picked]))


def _as_asked(piece: Piece, query: Query) -> list[Found]:
    """A piece; of a row with figures of several years those of the years that are asked about, where the report's own is not the only one."""
    years = {*query.years, query.base_year} - {None}
    stated = [figure for figure in piece.figures if figure.year in years]
    if all(figure.year == piece.sentence.report.year for figure in stated):
        return [_found(piece)]
    return [replace(_found(piece), figure=figure) for figure in stated]


def _found(piece: Piece) -> Found:
    return Found(piece.sentence, piece.start, piece.end, 1.0, 1.0)


def _draft(lines: Sequence[Line], picked: Sequence[Piece], question: Question) -> Draft:
    """The lines with their scope; of a question about all towns, with how many reports were looked at."""
    inquiry = question.inquiry
    reports = {piece.sentence.report.id: piece.sentence.report for piece in picked}
    scope = Scope(
        tuple(dict.fromkeys(r.town for r in reports.values())), tuple(sorted({r.year for r in reports.values() if r.year}))
    )
    extra: tuple[Line, ...] = ()
    if inquiry.query.every:
        text = f"覆盖：范围内{inquiry.total}份报告，语言模型看了其中最相关的{len(question.candidates.pieces)}句，{len(reports)}份写到。"
        extra = (Line(text, facts=(float(inquiry.total), float(len(question.candidates.pieces)), float(len(reports)))),)
    return Draft((*lines, *extra), None, scope, Coverage(inquiry.total, len(reports)))


def _nothing(question: Question) -> Draft:
    """The model finds nothing: so it is where the local reader finds nothing either; else the nearest sentence is shown as what is nearest."""
    inquiry, draft, judge = question.inquiry, question.draft, question.judge
    whole = inquiry.query.whole_part and inquiry.query.part is not None  # a section stands there, whatever is said of it
    if draft.reason is not None or whole or (question.calculated and inquiry.total > len(inquiry.readings)):
        return draft  # of a wide scope the model has seen a part
    if question.candidates.findings.chance < judge.calibration.answer:
        return not_stated(inquiry, judge, question.candidates.findings)
    reports = [reading.report for reading in inquiry.readings]
    names = (
        "、".join(dict.fromkeys(label(report, county=True) for report in reports))
        if len(reports) <= NAMED
        else f"范围内{inquiry.total}份报告"
    )
    text = f"{names}里没有找到直接写明“{subject(inquiry, inquiry.look().needle)}”的句子。"
    first = Line(text, facts=tuple(quantity.value for quantity in quantities(text)))
    nearest = next((source for line in draft.lines for source in line.sources), None) or source_of(question.candidates.pieces[0])
    second = (
        (Line(f"与此最相近的是：{shown(nearest.quote)}。", (nearest,)),) if inquiry.query.towns else ()
    )  # another town's is not near
    return Draft((first, *second), Reason.NOT_STATED, inquiry.scope(), inquiry.coverage(0))
