"""From the figures in scope, those that may be what is asked: a number of the ledger whose words and unit fit the question.

Measured is how much of the topic is covered; below ``STATED`` the report does not state it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.layout import CELL_MARKS
from index.numerals import numerals, quantities
from index.periods import Period
from index.text import clauses, fold, grams
from index.types import Figure, Kind, Part
from retrieval.evidence import bounds
from retrieval.evidence.match import Needle
from retrieval.evidence.reading import Sentence
from retrieval.measures import agree, measures_of
from retrieval.question.words import table

STATED = 0.45
"""Share of the topic's weight that a sentence must cover for its figure to be an answer."""
NAMED = 0.4
"""Coverage of a figure of the very value that the question names, whatever its words."""
VALUE_CREDIT = 0.3
"""For a figure of the very value that the question names."""
ROW = re.compile(f"[{CELL_MARKS}]")
HAN = re.compile(r"[一-鿿]")
SHARED_OUT = re.compile(r"[人户村镇场件案次期][均](?![已能由为])|平均(?![年岁])|每一?(?:个|名|件|起|场|户|家|期|次|人|村|镇|所|座|位|批|月|季|周|天)")
DENIED = re.compile(r"未(?!成年|来|检|然|满)|没有(?!数)|(?<!罚)没(?![有收入款])")
"""Says that a thing was not done: 4名未取得执法证 have none."""
RELATED = 0.3
"""Share of the topic that a sentence must cover for its figures to be looked at."""
LOCAL_SHARE = 0.5
"""How much the words next to the figure count against the words of its whole sentence."""
INDICATOR_CREDIT = 0.25
"""What being the very indicator that is asked for adds to the words."""
EXACT = 0.9
"""What a figure of the very indicator covers of a question that speaks of nothing else, whatever its words."""
RELATIVE_SHARE = 0.5
"""化解 answers for 调解 where nothing better is stated."""
FAMILY_SHARE = 0.3
"""纠纷 asked without a verb: any of its indicators may be meant."""
OTHER_SHARE = -1.6
UNNAMED_SHARE = -0.5
"""A figure that the table has no name for is less likely to be the one that it has a name for."""
CHANGE_CREDIT = 0.15
"""For a stated change, when a change is asked for."""
UNIT_CREDIT = 0.1
"""For the very unit that is asked for: 场 asked, 场 rather than 次."""
CONTEXT_SHARE = 0.2
"""How much the rest of the question counts in choosing among the candidates for one part of it;"""
LEANING_SHARE = 0.6
"""and how much the earlier turn counts for a turn that leans on it (都是什么案子)."""
RATE_PENALTY = 0.15
"""A percentage where nobody asked for one: 调解了多少 wants a count first."""
PART_PENALTY = 0.1
"""A part (其中…) loses to the whole unless its own words were asked for."""
NEXT_PENALTY = 0.05
"""Times what only the words of the next figure cover: it decides between 教育79起 and 处罚68起 in one clause."""
FOREIGN_PENALTY = 0.25
"""Times the share of the figure's own subject that the question does not speak of: 邻里纠纷 for 纠纷."""
NO_COUNTS = frozenset(("share", "money", "hours", "days"))
"""Measures that count no things: 无行政诉讼案件 says nothing of them."""
RUN_LENGTH = 60
"""Characters that the clauses around a figure may grow to."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What kind of words answer: units asked for, the years, whether plans are asked, whether a number is asked at all.

    ``indicator`` is the one that the question speaks of, "" when the table has none; ``relatives`` are near and not equal to it;
    ``exact`` says that the question speaks of it and of nothing else.
    ``values`` are the numbers that the question itself names; ``change`` asks for a difference to another year (降了多少);
    ``leaning`` is a turn that leans on an earlier one, ``rate`` the name of the rate that is asked for (办结率);
    ``period`` the part of a year and ``villages`` those whose figures are asked for; ``shared_out`` tells that so much for each is asked,
    ``denied`` that the question itself speaks of what was not done.
    """

    units: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    plans: bool = False
    number: bool = False
    indicator: str = ""
    relatives: tuple[str, ...] = ()
    exact: bool = False
    values: tuple[float, ...] = ()
    change: bool = False
    leaning: bool = False
    rate: str = ""
    period: Period | None = None
    villages: tuple[str, ...] = ()
    shared_out: bool = False
    denied: bool = False

    @property
    def context_share(self) -> float:
        return LEANING_SHARE if self.leaning else CONTEXT_SHARE

    def is_exactly(self, figure: Figure) -> bool:
        """Whether the figure is the very indicator that is asked for, in whatever words."""
        return self.exact and figure.indicator == self.indicator

    def likes(self, indicator: str) -> float:
        """1 for the indicator asked for, less for a relative, below 0 for any other; 0 when the table does not know what is asked."""
        if not self.indicator:
            return FAMILY_SHARE if indicator in self.relatives else 0.0
        if indicator == self.indicator:
            return 1.0
        return RELATIVE_SHARE if indicator in self.relatives else OTHER_SHARE if indicator else UNNAMED_SHARE


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate answer: ``start:end`` are the clauses that say it, ``coverage`` (0–1) how much of the topic its sentence covers."""

    sentence: Sentence
    start: int
    end: int
    coverage: float
    score: float
    figure: Figure | None = None

    @property
    def words(self) -> str:
        return self.sentence.report.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Look:
    """One look for one of the things asked: the words looked for, everything that was said of the matter, and what is wanted.

    ``context`` only decides between candidates that ``needle`` leaves equal.
    """

    needle: Needle
    context: Needle
    wanted: Wanted


def figures(look: Look, sentences: Iterable[Sentence], least: float = RELATED) -> list[Found]:
    """Figures whose sentence covers something of the needle (``least``), best first, whatever their unit (the caller asks ``fits``)."""
    needle, wanted = look.needle, look.wanted
    found = []
    for sentence in sentences:
        words, text = _said(sentence)
        covered = needle.coverage(words, text, sentence.above)
        if covered >= least or any(figure.value in wanted.values or wanted.is_exactly(figure) for figure in sentence.figures):
            about = wanted.context_share * look.context.coverage(words, text, sentence.above)
            found += [_figure(needle, sentence, figure, covered, about, wanted) for figure in sentence.figures if _admitted(sentence, figure, wanted)]
    return sorted(found, key=lambda f: (-f.score, f.sentence.report.id, f.start))


def _said(sentence: Sentence) -> tuple[str, str]:
    """The words of a sentence, folded and as they are; of a row of a table, with those of the heads above its figures."""
    if not ROW.search(sentence.text):
        return sentence.words, sentence.text
    heads = " ".join(f"{figure.owner}{figure.subject}{figure.action}" for figure in sentence.figures)
    return f"{sentence.words} {fold(heads)}", f"{sentence.text} {heads}"


def _admitted(sentence: Sentence, figure: Figure, wanted: Wanted) -> bool:
    """Plans never answer what was done, a change never for a level, last year's figure never for this year."""
    if figure.kind is Kind.CHANGE and not wanted.change:
        return False
    if not (bounds.of_period(sentence, figure, wanted.period) and bounds.of_owner(sentence, figure, wanted.villages)):
        return False
    planned = figure.kind is Kind.PLANNED or sentence.section.part is Part.PLANS
    years = wanted.years or (sentence.report.year,)
    undated = figure.year is None and not (wanted.years and sentence.report.spans_years)  # five years together are none of them
    return planned == wanted.plans and (planned or undated or figure.year in years)


def _figure(needle: Needle, sentence: Sentence, figure: Figure, covered: float, about: float, wanted: Wanted) -> Found:
    near, own = (needle.coverage(fold(words), words) for words in _beside(sentence, figure))
    if wanted.is_exactly(figure):
        near, own, covered = (EXACT + (1 - EXACT) * share for share in (near, own, covered))
    subject = set(grams(figure.subject))
    foreign = sum(gram not in needle.weights for gram in subject) / len(subject) if subject else 0.0
    credit = INDICATOR_CREDIT * wanted.likes(figure.indicator) + VALUE_CREDIT * (figure.value in wanted.values)
    credit += UNIT_CREDIT * (figure.unit in wanted.units) + CHANGE_CREDIT * (figure.kind is Kind.CHANGE)
    credit -= RATE_PENALTY * (figure.unit == "%" and not wanted.units and not wanted.rate)
    score = LOCAL_SHARE * near - NEXT_PENALTY * (near - own) + (1 - LOCAL_SHARE) * covered + about + credit - FOREIGN_PENALTY * foreign - PART_PENALTY * (figure.parent is not None)
    start, end = max(figure.clause.start, sentence.start), min(figure.clause.end, sentence.end)
    stated = max((near + covered) / 2, NAMED * (figure.value in wanted.values)) + credit
    return Found(sentence, start, end, stated, score, figure)


def _beside(sentence: Sentence, figure: Figure) -> tuple[str, str]:
    """The words around a figure up to the figures beside it, and those that are its own: 教育79起、处罚68起."""
    text, named = sentence.report.text, f"{figure.owner}{figure.subject}{figure.action}"
    left = max((f.end for f in sentence.figures if figure.clause.start < f.end <= figure.start), default=figure.clause.start)
    right = min((f.start for f in sentence.figures if f.start > figure.start), default=figure.clause.end)
    right = min(right, figure.clause.end)
    mark = text.find("、", figure.end, right) if HAN.search(text, left, figure.start) else -1
    return named + text[left:right], named + text[left : mark if mark >= 0 else right]


def fits(found: Found, wanted: Wanted) -> bool:
    """Whether the figure measures what was asked: its unit agrees, or its value is the very one that was asked about; and a rate
    is the rate of the same name, or the same indicator under another; and villages asked about are villages (11个行政村)."""
    figure = found.figure
    if figure is None or not (figure.value in wanted.values or agree(wanted.units, figure.unit) or _none_at_all(found, wanted.units) or _bare_cell(found, wanted)):
        return False
    thing = next((unit for unit in wanted.units if unit in table()["unit"]["things"]), "")
    if thing and figure.unit != thing and not re.match(rf"[一-鿿]{{0,2}}{thing}", found.sentence.report.text[figure.end :][:4]):
        return False
    same = wanted.indicator and figure.indicator == wanted.indicator
    return not wanted.rate or bool(same) or wanted.rate in f"{figure.subject}{figure.action}{found.words}"


def shared_out(found: Found) -> bool:
    """Whether the figure says how much there was for each (人均不足7元, 每个村至少3名): it is no figure of the whole."""
    figure = found.figure
    return figure is not None and SHARED_OUT.search(found.sentence.report.text[figure.clause.start : figure.start]) is not None


def of_the_whole(found: Found, wanted: Wanted) -> bool:
    """Whether the figure tells how much of the thing there was: not for each, nor what was not done, unless that is asked."""
    return (wanted.shared_out or not shared_out(found)) and (wanted.denied or not denied(found))


def denied(found: Found) -> bool:
    """Whether the figure counts what was not done (未取得执法证的4名): it is no figure of what was."""
    figure = found.figure
    if figure is None or not figure.value:
        return False
    text = found.sentence.report.text
    end = min((other.start for other in found.sentence.figures if other.start >= figure.end), default=figure.clause.end)
    return DENIED.search(text[figure.clause.start : min(end, figure.clause.end)]) is not None


def _none_at_all(found: Found, units: Iterable[str]) -> bool:
    """Whether the words say that there was none (无行政诉讼案件): without a unit of their own, they answer whatever count is asked."""
    figure = found.figure
    said = figure is not None and not figure.value and not quantities(found.sentence.report.text[figure.start : figure.end])
    return said and not any(measures_of(unit) & NO_COUNTS for unit in units)


def _bare_cell(found: Found, wanted: Wanted) -> bool:
    """Whether the figure is a cell of a table that names no unit, of the very indicator whose count is asked for."""
    figure = found.figure
    same = figure is not None and not figure.unit and bool(wanted.indicator) and figure.indicator == wanted.indicator
    return same and ROW.search(found.sentence.text) is not None and not any(measures_of(unit) & NO_COUNTS for unit in wanted.units)


def spoken_of(figure: Figure, question: str) -> bool:
    """Whether the question, which names the figure's value, may mean it: a unit right after the number in it must agree."""
    units = [n.unit for n in numerals(question) if n.value == figure.value and n.unit]
    return agree(units, figure.unit)


def widen(found: Found, length: int = RUN_LENGTH) -> Found:
    """Let the clauses of ``found`` grow over their neighbours within the sentence: to the left until they have a subject,
    to the right while figures go on, up to ``length`` characters."""
    text = found.sentence.report.text
    parts = clauses(text, found.sentence.start, found.sentence.end)
    inside = [i for i, part in enumerate(parts) if part.end > found.start and part.start < found.end]
    if not inside:
        return found
    first, last = inside[0], inside[-1]
    while first > 0 and _leans_left(found, text[parts[first].start : parts[first].end]) and parts[last].end - parts[first - 1].start <= length:
        first -= 1
    while last + 1 < len(parts) and _has_figure(found, parts[last + 1].start, parts[last + 1].end) and parts[last + 1].end - parts[first].start <= length:
        last += 1
    return replace(found, start=parts[first].start, end=parts[last].end)


def _leans_left(found: Found, clause: str) -> bool:
    """A clause that needs the one before it: 其中…, or one that does not hold its own subject (化解708起)."""
    subject = found.figure.subject if found.figure else ""
    return clause.startswith(("其中", "合计", "共计", "其余")) or (bool(subject) and subject not in clause)


def _has_figure(found: Found, start: int, end: int) -> bool:
    return any(start <= figure.start < end for figure in found.sentence.figures)
