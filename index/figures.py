"""The figures ledger (指标台账): every stated number of a report with what it counts.

A sentence is read number by number: the words on its left up to the clause mark or the number before (``own``), those on its
right up to the next mark or number (``right``), and what it leans on when it has no words of its own (``topic``: 排查矛盾纠纷708起,
化解708起). From these follow kind, year, whole and part, and at last the indicator. Tables are read in ``cells``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.cells import Cell, cells, is_row
from index.indicators import Indicators
from index.numerals import Numeral, numerals, years
from index.text import clauses, sentences
from index.types import Figure, Kind, Part, Report, Section, Span
from index.wording import action_and_subject, core, is_elliptic, is_neutral, words

BOUNDARY = re.compile(r"[，；：;:（）()。！？\n]|(?<!\d),|,(?!\d{3}(?!\d))")
ASIDE = re.compile(r"[（(][^（）()\d]*[）)]")
SPLIT = re.compile(r"[、和及与]|其中|其余|共有?")
TAIL = re.compile(r"^(?:以上|以下|左右|以内|上下|的|等)+")
AS_OF = re.compile(r"截[至止]")
RISES_TO = re.compile(r"(?:增加|上升|提高|发展|扩大|减少|下降|增|升|降|减)(?:到|至)")
SINCE = re.compile(r"年(?:以来|起|开始)")
SAME_KIND = ({"起", "件", "宗", "例", "案"}, {"人", "名", "位"}, {"场", "次", "场次", "期"})
EARLIER = 6
"""How many numbers back the whole of a 其中 may stand."""


@dataclass(slots=True)
class Draft:
    """A number while its sentence is read. ``left`` and ``right`` are the words around it, ``own`` the left ones without time and totals.

    ``said`` are the words that name what is counted: the number's own, and those it leans on.
    """

    number: Numeral
    clause: Span
    left: str
    right: str
    gap: str
    own: str = ""
    said: tuple[str, str] = ("", "")
    kind: Kind = Kind.DONE
    year: int | None = None
    whole: Draft | None = None
    indicator: str = ""
    last_year: bool = False

    @property
    def full(self) -> str:
        """The words that a later number may lean on."""
        return self.own or self.right


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for every figure of a section."""

    report: Report
    section: Section
    indicators: Indicators


def figures(report: Report, sections: Sequence[Section], indicators: Indicators | None = None) -> tuple[Figure, ...]:
    """Every stated number of ``report``, in the order of the text; ``ordinal`` counts from 0."""
    table = indicators or Indicators.load()
    drafts: list[Draft] = []
    found = _counted(report)
    starts = [number.start for number in found]
    for section in sections:
        inside = found[bisect_left(starts, section.start) : bisect_left(starts, section.end)]
        drafts.extend(_section(_Context(report, section, table), inside))
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
    )


def _counted(report: Report) -> list[Numeral]:
    """The numerals of the report itself: not those of the page around it, nor numbers of speech (两件大事)."""
    noise = [(span.start, span.end) for span in report.noise]
    return [
        number
        for number in numerals(report.text)
        if not any(left <= number.start < right for left, right in noise) and not words().idle.match(report.text, number.end)
    ]


def _section(context: _Context, found: Sequence[Numeral]) -> Iterator[Draft]:
    report, section = context.report, context.section
    starts = [number.start for number in found]
    before: list[Draft] = []
    rows: list[Span] = []
    for sentence in sentences(report.text, section.start, section.end):
        if is_row(report.text[sentence.start : sentence.end]):
            rows.append(sentence)
            continue
        if rows:
            yield from _table(context, rows)
            rows = []
        inside = found[bisect_left(starts, sentence.start) : bisect_right(starts, sentence.end - 1)]
        drafts = _sentence(context, sentence, inside, before) if inside else []
        yield from drafts
        yield from _noughts(context, sentence)
        before = drafts
    yield from _table(context, rows)


def _sentence(context: _Context, sentence: Span, found: Sequence[Numeral], before: Sequence[Draft]) -> list[Draft]:
    drafts = _surroundings(context.report.text, sentence, found)
    for position, draft in enumerate(drafts):
        earlier = drafts[:position]
        draft.own = core(draft.left)
        _set_kind(context, sentence, draft, earlier)
    _set_wholes(drafts, before)
    for position, draft in enumerate(drafts):
        _set_indicator(context, sentence, draft, [*before, *drafts[:position]], drafts[position + 1 : position + 2])
    return drafts


def _surroundings(text: str, sentence: Span, found: Sequence[Numeral]) -> list[Draft]:
    """Each number with the words on both sides, cut at clause marks and at its neighbours."""
    asides = {place for match in ASIDE.finditer(text, sentence.start, sentence.end) for place in (match.start(), match.end() - 1)}
    marks = [match.span() for match in BOUNDARY.finditer(text, sentence.start, sentence.end) if match.start() not in asides]
    spans = clauses(text, sentence.start, sentence.end)
    drafts: list[Draft] = []
    end_of_last = sentence.start
    for position, number in enumerate(found):
        left = max([end for _, end in marks if end <= number.start] + [sentence.start])
        right = min([start for start, _ in marks if start >= number.end] + [sentence.end])
        following = found[position + 1].start if position + 1 < len(found) else sentence.end
        clause = next(span for span in spans if span.start <= number.start < span.end)
        start = max(left, end_of_last)
        if drafts and left <= end_of_last:  # no clause mark between this number and the one before
            start = _divide(text, drafts[-1], end_of_last, number.start)
        after = TAIL.sub("", text[number.end : min(right, following)])
        drafts.append(Draft(number, clause, text[start : number.start], after, text[end_of_last : number.start]))
        end_of_last = number.end
    return drafts


def _divide(text: str, last: Draft, start: int, end: int) -> int:
    """Where the words between two numbers of a clause part: at 、 or 其中; else they go with the number that has none."""
    split = SPLIT.search(text, start, end)
    if split:
        last.right = text[start : split.start()]
        return split.start() if split[0] in {"其中", "其余"} else split.end()
    if is_elliptic(core(last.left)):
        return end
    last.right = ""
    return start


def _set_kind(context: _Context, sentence: Span, draft: Draft, earlier: Sequence[Draft]) -> None:
    """Plan, change, last year's level, as of a date, or done; and the year it is about."""
    report, number, lists = context.report, draft.number, words()
    said = report.text[draft.clause.start : number.start]
    stated = [year.value for year in years(said) if not SINCE.match(report.text, draft.clause.start + year.end)]
    last = earlier[-1] if earlier else None
    draft.year = stated[-1] if stated else report.year
    listed = last is not None and last.kind is Kind.CHANGE and draft.gap.strip() in {"和", "、", "及", "与"}
    if listed or (lists.change.search(draft.left) and (number.unit in {"%", "个百分点", "百分点"} or lists.compare.search(said))):
        draft.kind, draft.year = Kind.CHANGE, report.year
        draft.own = core(lists.change.sub("", lists.compare.sub("", draft.left)))
        return
    if (lists.last_year.search(draft.left) and not draft.left.endswith("由")) or (
        draft.left.endswith("由") and RISES_TO.match(report.text, number.end)
    ):
        draft.last_year = True
        draft.year = stated[-1] if stated and report.year and stated[-1] < report.year else report.year and report.year - 1
        draft.own = core(lists.last_year.sub("", draft.left))
        return
    coming = bool(stated and report.year and stated[-1] > report.year)
    carried = last is not None and last.kind is Kind.PLANNED and is_elliptic(draft.own) and not re.search("[；;）)]", draft.gap)
    if context.section.part is Part.PLANS or coming or carried or lists.plans.search(said[max(0, len(said) - len(draft.left)) :]):
        draft.kind = Kind.PLANNED
        draft.year = stated[-1] if coming else report.year and report.year + 1
    elif AS_OF.search(report.text, sentence.start, number.start):
        draft.kind = Kind.AS_OF


def _comparable(one: str, other: str) -> bool:
    return one == other or any(one in units and other in units for units in SAME_KIND)


def _set_wholes(drafts: Sequence[Draft], before: Sequence[Draft]) -> None:
    """Find each run of parts (其中…) and the figure that they are parts of."""
    position = 0
    while position < len(drafts):
        if not words().parts.search(drafts[position].gap) or drafts[position].number.unit == "%":
            position += 1
            continue
        run = _run(drafts, position)
        total = sum(part.number.value for part in run)
        earlier = [d for d in [*before, *drafts[:position]][-EARLIER:] if _can_be_whole(d, run[0])]
        exact = [d for d in earlier if d.number.value == total]
        enough = [d for d in earlier if d.number.value >= total] or [d for d in earlier if d.number.value >= run[0].number.value]
        whole = next(reversed(exact or enough), None)
        for part in run:
            part.whole = whole
        position += len(run)


def _can_be_whole(draft: Draft, part: Draft) -> bool:
    return draft.whole is None and draft.kind is not Kind.CHANGE and not draft.last_year and _comparable(draft.number.unit, part.number.unit)


def _run(drafts: Sequence[Draft], first: int) -> list[Draft]:
    """The parts from ``first`` on: like units, no semicolon or full stop between, no new verb with its own object."""
    run = [drafts[first]]
    for draft in drafts[first + 1 :]:
        if draft.number.unit == "%":
            continue
        action, subject = action_and_subject(draft.own)
        fresh = bool(action and subject and draft.own.startswith(action)) or (not draft.own and not draft.right)
        if not _comparable(draft.number.unit, run[0].number.unit) or re.search("[；;。）)]", draft.gap) or draft.kind is Kind.CHANGE or fresh:
            break
        run.append(draft)
    return run


def _set_indicator(context: _Context, sentence: Span, draft: Draft, earlier: Sequence[Draft], following: Sequence[Draft]) -> None:
    """The first way of reading the words that the table knows gives the indicator; else the first way gives the subject."""
    if not draft.own and not draft.right and following and following[0].gap.startswith("、"):
        draft.right = following[0].right  # 开展4次、合计15个课时的培训
    levels = [d for d in earlier if d.kind is not Kind.CHANGE]
    unit = None if draft.kind is Kind.CHANGE or draft.last_year else draft.number.unit
    readings = list(_readings(context, sentence, draft, levels))
    draft.said = readings[0]
    if words().each.search(draft.left):
        return
    for own, topic in readings:
        name = context.indicators.match(own, topic, unit)
        if name and not (draft.whole and draft.whole.indicator == name):
            draft.indicator, draft.said = name, (own, topic)
            return


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
    topic = _topic(context, sentence, draft, levels)
    own = "" if is_neutral(own) else own
    if right:
        yield own + right, ""
        yield right, topic
    if own or not right:
        yield own, topic
    if own:
        yield own, context.report.text[sentence.start : draft.number.start - len(draft.left)]


def _topic(context: _Context, sentence: Span, draft: Draft, levels: Sequence[Draft]) -> str:
    """What an elliptic number leans on: the clause before it when that has no number, else the last number with words of its own."""
    start = levels[-1].number.end if levels and levels[-1].number.start >= sentence.start else sentence.start
    between = context.report.text[start : draft.number.start - len(draft.left)].strip("，,；;、：:）)（( ")
    if between and start == sentence.start:
        return between
    return next((d.full for d in reversed(levels) if d.whole is None and not is_elliptic(d.own)), between)


def _noughts(context: _Context, sentence: Span) -> Iterator[Draft]:
    """无…案件 as 0, for the indicators that may be nought and for things like 事故 and 投诉."""
    text, year = context.report.text, context.report.year
    if context.section.part is not Part.DONE:
        return
    for match in words().nought.finditer(text, sentence.start, sentence.end):
        things = match["things"]
        rows = context.indicators.noughts(things)
        named = [(row.name, row.unit) for row in rows] or [("", "件")] * bool(words().nought_things.search(things))
        clause = next(span for span in clauses(text, sentence.start, sentence.end) if span.start <= match.start() < span.end)
        for name, unit in named:
            number = Numeral(match.start(), match.end(), match.end(), 0.0, unit)
            yield Draft(number, clause, "", "", "", said=(things, ""), year=year, indicator=name)


def _table(context: _Context, rows: Sequence[Span]) -> Iterator[Draft]:
    """The cells of a table as figures: the row says what is counted, the column the year."""
    topic = ""
    for cell in cells(context.report.text, rows):
        year = cell.year or context.report.year
        planned = bool(context.report.year and year and year > context.report.year)
        own = core(cell.label)
        draft = Draft(cell.number, cell.row, cell.label, "", "", said=(own, topic), kind=Kind.PLANNED if planned else Kind.DONE, year=year)
        draft.indicator = _cell_indicator(context.indicators, cell, own, topic)
        topic = topic if is_elliptic(own) or own.endswith("成功") else own
        yield draft


def _cell_indicator(indicators: Indicators, cell: Cell, own: str, topic: str) -> str:
    unit = cell.number.unit or None
    return indicators.match(own, "", unit) or indicators.match(own, topic, unit)
