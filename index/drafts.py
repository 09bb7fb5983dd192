"""The numbers of a sentence with the words around them: what is on their left and right, their kind and year, wholes and parts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from index.numerals import Numeral, years
from index.text import COMMA, clauses
from index.types import Kind, Part, Report, Span
from index.wording import PEOPLE, action_and_subject, core, is_bare, is_elliptic, verbs, words

BOUNDARY = re.compile(rf"[，；：;:（）()。！？\n]|(?<!\d),|{COMMA}")
ASIDE = re.compile(r"[（(][^（）()\d]*[）)]")
SPLIT = re.compile(r"[、和及与]|其中|其余|共有?")
TAIL = re.compile(r"^(?:以上|以下|左右|以内|上下|的|等)+")
AS_OF = re.compile(r"截[至止]")
RISES_TO = re.compile(r"(?:增加|上升|提高|提升|降低|上涨|发展|扩大|减少|下降|增|升|降|减)(?:到|至)")
ENDS_AT = re.compile(rf"{RISES_TO.pattern}$")
OF_LAST_YEAR = re.compile(r"\s*(?:[（(][一二三四五六七八九十]+[）)]|\d+[.、]|[一二三四五六七八九十]+[、是])?\s*(?:上年|去年|上一年|前一年)度?(?!同期(?:相比|对比|比|增|减|下降|上升)|相比|以来|年?[底末]|结转|遗留)(?:同期)?")
"""Begins the words before a number of the year before: 上年受理12件."""
SINCE = re.compile(r"年(?:以来|起|开始)")
LIST_MARKS = frozenset("和、及与")
SAME_KIND = ({"起", "件", "宗", "例", "案"}, {"件", "项"}, {"人", "名", "位"}, {"场", "次", "场次", "期"})
LOOK_BACK = 16
"""How many numbers back a number may lean on; keeps a sentence of thousands of numbers linear."""
SAID = 80
"""Characters before a number, in its clause, that may say when."""


@dataclass(slots=True)
class Draft:
    """A number while its sentence is read. ``left`` and ``right`` are the words around it, ``own`` the left ones without time and totals.

    ``whole`` is the figure that this is a part of, ``level`` the one that this is the change of (分别提高3.2个和2.5个百分点).
    ``owner`` is whose it is where it is not the town's (see ``whose``).
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
    level: Draft | None = None
    indicator: str = ""
    last_year: bool = False
    owner: str = ""

    @property
    def full(self) -> str:
        """The words that a later number may lean on."""
        return self.own or self.right


def surroundings(text: str, sentence: Span, found: Sequence[Numeral]) -> list[Draft]:
    """Each number with the words on both sides, cut at clause marks and at its neighbours."""
    asides = {place for match in ASIDE.finditer(text, sentence.start, sentence.end) for place in (match.start(), match.end() - 1)}
    marks = [match.span() for match in BOUNDARY.finditer(text, sentence.start, sentence.end) if match.start() not in asides]
    starts, ends = [*(start for start, _ in marks), sentence.end], [sentence.start, *(end for _, end in marks)]
    spans = clauses(text, sentence.start, sentence.end)
    span_starts = [span.start for span in spans]
    drafts: list[Draft] = []
    end_of_last = sentence.start
    for position, number in enumerate(found):
        left = ends[bisect_right(ends, number.start) - 1]
        right = starts[bisect_left(starts, number.end)]
        following = found[position + 1].start if position + 1 < len(found) else sentence.end
        clause = spans[bisect_right(span_starts, number.start) - 1]
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
    if is_bare(core(last.left)):
        act = None if last.number.unit in PEOPLE else verbs().search(text, start + 1, end - 1)
        last.right = text[start : act.start()] if act else last.right
        return act.start() if act else end  # 在4个行政村|开展流动课堂18次; 组织35名干部参加考试 counts who took part
    last.right = ""
    return start


def leading(before: Sequence[Draft], drafts: Sequence[Draft], position: int) -> list[Draft]:
    """The numbers that the one at ``position`` may lean on, of its own sentence and of the one before."""
    return [*before, *drafts[max(0, position - LOOK_BACK) : position]][-LOOK_BACK:]


def set_kind(report: Report, part: Part, sentence: Span, draft: Draft, earlier: Sequence[Draft]) -> None:
    """Plan, change, last year's level, as of a date, or done; and the year it is about."""
    number, lists = draft.number, words()
    begins = max(draft.clause.start, number.start - SAID)
    said = report.text[begins : number.start]
    stated = [year.value for year in years(said) if not SINCE.match(report.text, begins + year.end)]
    last = earlier[-1] if earlier else None
    if last and last.clause == draft.clause and ENDS_AT.search(draft.left):
        stated = []  # 由2021年的96%提升到98%
    draft.year = stated[-1] if stated else None if report.spans_years else report.year
    listed = last is not None and last.kind is Kind.CHANGE and draft.gap.strip() in LIST_MARKS
    if listed or (lists.change.search(draft.left) and (number.unit in {"%", "个百分点", "百分点"} or lists.compare.search(said))):
        draft.kind, draft.year = Kind.CHANGE, report.year
        draft.own = core(lists.change.sub("", lists.compare.sub("", draft.left)))
        return
    if OF_LAST_YEAR.match(draft.left) or (lists.last_year.search(draft.left) and not draft.left.endswith("由")) or (
        draft.left.endswith("由") and RISES_TO.match(report.text, number.end)
    ):
        draft.last_year = True
        draft.year = stated[-1] if stated and report.year and stated[-1] < report.year else report.year and report.year - 1
        draft.own = core(OF_LAST_YEAR.sub("", lists.last_year.sub("", draft.left), count=1))
        return
    coming = bool(stated and report.year and stated[-1] > report.year)
    carried = last is not None and last.kind is Kind.PLANNED and is_elliptic(draft.own) and not re.search("[；;）)]", draft.gap)
    if part is Part.PLANS or coming or carried or lists.plans.search(said[max(0, len(said) - len(draft.left)) :]):
        draft.kind = Kind.PLANNED
        draft.year = stated[-1] if coming else report.year and report.year + 1
    elif AS_OF.search(report.text, sentence.start, number.start):
        draft.kind = Kind.AS_OF


def set_respective(drafts: Sequence[Draft]) -> None:
    """Give the numbers after 分别 their things: the figures before (changes), or the list of things (建议、提案分别为4件、2件)."""
    for position, draft in enumerate(drafts):
        if "分别" not in draft.left:
            continue
        following = takewhile(lambda other: other.gap.strip() in LIST_MARKS, drafts[position + 1 :])
        run = [draft, *following]
        things = [thing for thing in re.split("[、和及与]", core(draft.left)) if thing]
        if draft.kind is Kind.CHANGE and position >= len(run) > 1:
            for change, level in zip(run, drafts[position - len(run) : position], strict=True):
                change.level = level
        elif len(things) >= len(run) > 1:
            for number, thing in zip(run, things[-len(run) :], strict=True):
                number.own = thing


def _comparable(one: str, other: str) -> bool:
    return one == other or any(one in units and other in units for units in SAME_KIND)


def set_wholes(drafts: Sequence[Draft], before: Sequence[Draft]) -> None:
    """Find each run of parts (其中…) and the figure that they are parts of."""
    position = 0
    while position < len(drafts):
        if not words().parts.search(drafts[position].gap) or drafts[position].number.unit == "%":
            position += 1
            continue
        run = _run(drafts, position)
        candidates = [d for d in leading(before, drafts, position) if _can_be_whole(d, run[0])]
        just_before = drafts[position - 1] if position and not re.search("[；;]", drafts[position].gap) else None
        whole = _whole_of(run, candidates, just_before)
        for part in _filling(run, whole):
            part.whole = whole
        position += len(run)


def _filling(run: Sequence[Draft], whole: Draft | None) -> Sequence[Draft]:
    """The parts up to where they make up the whole: what is listed after them (立案撤销2件) divides it no further."""
    totals = accumulate(part.number.value for part in run)
    full = next((count for count, total in enumerate(totals, 1) if whole and count > 1 and total == whole.number.value), len(run))
    return run[:full]


def _whole_of(run: Sequence[Draft], candidates: Sequence[Draft], just_before: Draft | None) -> Draft | None:
    """The last candidate that the parts add up to; else the number just before 其中; else the last that names what it counts.

    A candidate is large enough for all parts, or if none is, for the first.
    """
    total = sum(part.number.value for part in run)
    enough = [d for d in candidates if d.number.value >= total] or [d for d in candidates if d.number.value >= run[0].number.value]
    exact = [d for d in enough if d.number.value == total]
    adjacent = [d for d in enough if d is just_before]
    named = [d for d in enough if not is_elliptic(d.own)]
    return next(reversed(exact or adjacent or named or enough), None)


def _can_be_whole(draft: Draft, part: Draft) -> bool:
    return draft.whole is None and draft.kind is not Kind.CHANGE and not draft.last_year and _comparable(draft.number.unit, part.number.unit)


def _run(drafts: Sequence[Draft], first: int) -> list[Draft]:
    """The parts from ``first`` on: like units, no semicolon or full stop between, no new verb with its own object."""
    run = [drafts[first]]
    for draft in drafts[first + 1 :]:
        action, subject = action_and_subject(draft.own)
        fresh = bool(action and subject and draft.own.startswith(action)) or (not draft.own and not draft.right)
        if not _comparable(draft.number.unit, run[0].number.unit) or re.search("[；;。）)]", draft.gap) or draft.kind is Kind.CHANGE or fresh:
            break
        run.append(draft)
    return run
