"""The figures ledger (指标台账): every stated number of a report with what it counts.

A sentence is read number by number: the words on its left up to the clause mark or the number before (``own``), those on its
right up to the next mark or number (``right``), and what it leans on when it has no words of its own (``topic``: 排查矛盾纠纷708起,
化解708起). From these follow kind, year, whole and part, and at last the indicator. Tables are read in ``cells``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from index.cells import Cell, cells, is_row, notes
from index.drafts import Draft, leading, set_kind, set_respective, set_wholes, surroundings
from index.indicators import Indicators
from index.numerals import PERCENT, Numeral, numerals, value_of
from index.text import clauses, sentences, simplified
from index.types import Figure, Kind, Part, Report, Section, Span
from index.whose import named_by, owner_of
from index.wording import PEOPLE, SUMS, action_and_subject, core, is_bare, is_elliptic, is_neutral, words

PREFIX = 300
"""Characters before a number without words of its own in which they are looked for."""
LISTED = re.compile(r"(?<=[一-鿿）)])(?P<number>\d[\d,]*(?:\.\d+)?)(?=[、，,；;。]|\s*$|\s*[\t│┃|｜])")
LEAST_LISTED = 2
"""Numbers without a measure word that make a list;"""
ALONE = re.compile(r"(?![见参]|附|[图表注第])[一-鿿]{2,10}(?<![件表图号])\d[\d,]*")
"""and what stands alone in a cell and is one all the same: 议事屋156, and not 见附件2."""
POINTS = frozenset({"个百分点", "百分点"})


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for every figure of a section."""

    report: Report
    section: Section
    indicators: Indicators

    @property
    def owner(self) -> str:
        """Whose the section is, where its headings name another than the town."""
        return next((owner for words in reversed(self.section.path) if (owner := named_by(words, self.report.town))), "")


def figures(report: Report, sections: Sequence[Section], indicators: Indicators | None = None) -> tuple[Figure, ...]:
    """Every stated number of ``report``, in the order of the text; ``ordinal`` counts from 0."""
    table = indicators or Indicators.load()
    report = replace(report, text=simplified(report.text))
    drafts: list[Draft] = []
    found = _counted(report)
    starts = [number.start for number in found]
    for section in sections:
        inside = found[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
        drafts.extend(_section(_Context(report, section, table), inside))
    noise = [(span.start, span.end) for span in report.noise]
    drafts = [draft for draft in drafts if not any(left <= draft.number.start < right for left, right in noise)]
    drafts.sort(key=lambda draft: (draft.number.start, draft.number.end))
    ordinals = {id(draft): ordinal for ordinal, draft in enumerate(drafts)}
    return tuple(_figure(report.id, draft, ordinals) for draft in drafts)


def _figure(report_id: str, draft: Draft, ordinals: dict[int, int]) -> Figure:
    number = draft.number
    action, subject = action_and_subject(draft.said[0])
    if not subject and draft.said[1]:
        leaned_on = action_and_subject(draft.said[1])
        subject = leaned_on[1] or draft.said[1]
    return Figure(
        report_id=report_id,
        ordinal=ordinals[id(draft)],
        start=number.start,
        end=number.end,
        clause=draft.clause,
        subject=subject,
        action=action,
        indicator=draft.indicator,
        value=number.value,
        unit=number.unit,
        qualifier=number.qualifier,
        kind=draft.kind,
        year=draft.year,
        parent=ordinals.get(id(draft.whole)) if draft.whole else None,
        owner=draft.owner,
    )


def _counted(report: Report) -> list[Numeral]:
    """The numerals of a report, without numbers of speech (两件大事)."""
    return [number for number in numerals(report.text) if not words().idle.match(report.text, number.end)]


def _section(context: _Context, found: Sequence[Numeral]) -> Iterator[Draft]:
    report, section = context.report, context.section
    starts = [number.start for number in found]
    before: list[Draft] = []
    rows: list[Span] = []
    caption = ""
    for sentence in sentences(report.text, section.start, section.end):
        if is_row(report.text[sentence.start : sentence.end]):
            rows.append(sentence)
            continue
        if rows:
            yield from _table(context, rows, caption, found)
            rows = []
        caption = report.text[sentence.start : sentence.end]
        inside = found[bisect_left(starts, sentence.start) : bisect_right(starts, sentence.end - 1)]
        drafts = _sentence(context, sentence, inside, before) if inside else []
        yield from drafts
        yield from _noughts(context, sentence)
        before = drafts
    yield from _table(context, rows, caption, found)


def _sentence(context: _Context, sentence: Span, found: Sequence[Numeral], before: Sequence[Draft]) -> list[Draft]:
    drafts = surroundings(context.report.text, sentence, found)
    for position, draft in enumerate(drafts):
        draft.own = core(draft.left)
        draft.owner = owner_of(context.report.text[sentence.start : draft.number.start], context.report.town) or context.owner
        set_kind(context.report, context.section.part, sentence, draft, leading((), drafts, position))
    set_respective(drafts)
    set_wholes(drafts, before)
    for position, draft in enumerate(drafts):
        _set_indicator(context, sentence, draft, leading(before, drafts, position), drafts[position + 1 : position + 2])
    return drafts


def _set_indicator(context: _Context, sentence: Span, draft: Draft, earlier: Sequence[Draft], following: Sequence[Draft]) -> None:
    """The first way of reading the words that the table knows gives the indicator; else the first way gives the subject."""
    if is_neutral(draft.own) and not draft.right and following and following[0].gap.startswith("、"):
        draft.right = following[0].right  # 开展4次、合计15个课时的培训
    if draft.level:
        draft.indicator, draft.said = draft.level.indicator, draft.level.said
        return
    levels = [d for d in earlier if d.kind is not Kind.CHANGE and not words().each.search(d.left)]
    unit = _level_unit(draft)
    readings = list(_readings(context, sentence, draft, levels))
    draft.said = readings[0]
    if words().each.search(draft.left):
        return
    for own, topic in readings:
        name = context.indicators.match(own, topic, unit)
        if name and not (draft.whole and draft.whole.indicator == name):
            draft.indicator, draft.said = name, (own, topic)
            break
    if draft.kind is Kind.DONE and draft.indicator and draft.number.unit in PEOPLE and words().fresh.match(draft.own):
        draft.kind = Kind.CHANGE


def _level_unit(draft: Draft) -> str | None:
    """The unit of what the number counts; None (any count) where a change or last year's level may have another than the level."""
    if draft.kind is Kind.CHANGE and draft.number.unit in POINTS:
        return PERCENT
    return None if draft.kind is Kind.CHANGE or draft.last_year else draft.number.unit


def _readings(context: _Context, sentence: Span, draft: Draft, levels: Sequence[Draft]) -> Iterator[tuple[str, str]]:
    """Ways to read what a number counts, the likeliest first: its own words, and those they lean on."""
    own, right = draft.own, "" if draft.kind is Kind.CHANGE or draft.last_year else draft.right
    if draft.whole:
        yield own or right, draft.whole.full
        if own and right:
            yield right, draft.whole.full
        return
    if not is_elliptic(own):
        yield own, ""
        if right:
            yield own + right, ""
        return
    if draft.number.unit in SUMS and not is_neutral(own):
        yield own, ""
    topic = _topic(context, sentence, draft, levels)
    own = "" if is_neutral(own) else own
    if right and is_bare(own):
        yield own + right, ""
        yield right, topic
    if own or not right:
        yield own, topic
    if own:
        text, end = context.report.text, draft.number.start - len(draft.left)
        before = text.rfind("。", context.section.start, max(context.section.start, sentence.start - 1)) + 1
        line = text.rfind("\n", 0, end) + 1
        row = line if is_row(text[line : sentence.end]) else 0  # nothing of one row is of another
        yield own, text[max(before, row, context.section.start, end - PREFIX) : end]


def _topic(context: _Context, sentence: Span, draft: Draft, levels: Sequence[Draft]) -> str:
    """What an elliptic number leans on: the clause before it when that has no number, else the last number with words of its own."""
    start = levels[-1].number.end if levels and levels[-1].number.start >= sentence.start else sentence.start
    between = context.report.text[start : draft.number.start - len(draft.left)].strip("，,；;、：:）)（( ")
    if between and start == sentence.start:
        return between
    leans = is_bare if is_bare(draft.own) else is_elliptic  # a rate leans on counts, not on the rate before it
    return next((d.full for d in reversed(levels) if d.whole is None and not leans(d.own)), between)


def _noughts(context: _Context, sentence: Span) -> Iterator[Draft]:
    """无…案件 as 0, for the indicators that may be nought and for things like 事故 and 投诉."""
    text, year = context.report.text, context.report.year
    if context.section.part is not Part.DONE:
        return
    for match in words().nought.finditer(text, sentence.start, sentence.end):
        things = match["things"] or match["before"]
        rows = context.indicators.noughts(things)
        named = [(row.name, row.unit) for row in rows] or _other_nought(match)
        clause = next(span for span in clauses(text, sentence.start, sentence.end) if span.start <= match.start() < span.end)
        for name, unit in named:
            number = Numeral(match.start(), match.end(), match.end(), 0.0, unit)
            yield Draft(number, clause, "", "", "", said=(things, ""), year=year, indicator=name)


def _other_nought(match: re.Match[str]) -> list[tuple[str, str]]:
    """A nought that no indicator of the table names: 无事故, 重新犯罪率为零."""
    if match["before"]:
        return [("", PERCENT if match["before"].endswith("率") else "件")]
    return [("", "件")] if words().nought_things.search(match["things"]) else []


def _table(context: _Context, rows: Sequence[Span], caption: str, found: Sequence[Numeral]) -> Iterator[Draft]:
    """The cells of a table as figures, and those that are told in words beside them."""
    drafts = list(_cells(context, rows, caption))
    yield from drafts
    known = {draft.number.start for draft in drafts}
    for row, place in notes(context.report.text, rows):
        own = [draft for draft in drafts if draft.clause == row]  # what the words lean on
        inside = [number for number in found if place.start <= number.start < place.end and number.start not in known]
        inside = sorted([*inside, *_bare(context.report.text, place, own, inside)], key=lambda number: number.start)
        told = _sentence(context, place, inside, own) if inside else []
        _set_listed(told, own)
        yield from told


def _bare(text: str, place: Span, own: Sequence[Draft], known: Sequence[Numeral]) -> Iterator[Numeral]:
    """The numbers that are listed without a measure word beside the one number of a row, in its measure: 412｜邻里128、婚姻家庭97."""
    listed = [match for match in LISTED.finditer(text, place.start, place.end) if match.start("number") not in {number.start for number in known}]
    if len(own) != 1 or (len(listed) < LEAST_LISTED and not ALONE.fullmatch(text, place.start, place.end)):
        return
    for match in listed:
        start, end = match.span("number")
        if (value := value_of(match["number"])) is not None and value <= own[0].number.value:
            yield Numeral(start, end, end, value, own[0].number.unit)


def _set_listed(told: Sequence[Draft], own: Sequence[Draft]) -> None:
    """What is listed beside a number and comes to it are its parts: 64件｜普通程序40件、简易程序24件."""
    for whole in own:
        alike = [draft for draft in told if draft.number.unit == whole.number.unit and draft.whole is None]
        if len(alike) > 1 and sum(draft.number.value for draft in alike) == whole.number.value:
            for draft in alike:
                draft.whole = whole


def _cells(context: _Context, rows: Sequence[Span], caption: str) -> Iterator[Draft]:
    topic = ""
    own_year = context.report.year
    for cell in cells(context.report.text, rows, town=context.report.town, caption=caption):
        year = cell.year or (own_year and own_year - cell.ago)
        coming = bool(own_year and year and year > own_year)
        own = core(cell.label)
        kind = Kind.PLANNED if coming else cell.kind
        draft = Draft(cell.number, cell.row, cell.label, "", "", own=own, said=(own, topic), kind=kind, year=year, owner=cell.owner or context.owner)
        draft.indicator = _cell_indicator(context.indicators, cell, own, topic)
        topic = topic if is_elliptic(own) or own.endswith("成功") else own
        yield draft


def _cell_indicator(indicators: Indicators, cell: Cell, own: str, topic: str) -> str:
    unit = cell.number.unit or None
    return indicators.match(own, "", unit) or indicators.match(own, topic, unit)
