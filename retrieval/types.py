"""The values that flow through ``retrieval/``.

question ─understand→ Query ─search→ Hit… ─extract/compose→ Draft ─verify→ Answer(Citation…)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from index.periods import Period
from index.types import Part, Passage
from retrieval.question.derivation import PAIRED, Asked, Derived
from retrieval.question.plan import NO_PLAN, Plan


class Intent(StrEnum):
    """What kind of answer a question wants."""

    FACT = "fact"
    LIST = "list"
    COMPARE = "compare"
    TREND = "trend"
    RANK = "rank"
    AGGREGATE = "aggregate"
    PRACTICE = "practice"
    PROBLEMS = "problems"
    PLANS = "plans"
    DEFINITION = "definition"
    META = "meta"
    GREETING = "greeting"
    OUT_OF_SCOPE = "out_of_scope"


class Reason(StrEnum):
    """Why a question is not answered."""

    NO_TOWN = "no_town"
    NO_YEAR = "no_year"
    NOT_STATED = "not_stated"
    DIFFERENT_MEASURE = "different_measure"
    OUT_OF_SCOPE = "out_of_scope"
    UNSAFE = "unsafe"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class TownRef:
    """A township as the question means it: a place in the store, or one that is not.

    ``known`` is False for a town that the store has no report of (it is still a town: 青阳街道).
    ``asked`` is how the question wrote it (金进镇), ``town`` the full name, ``county`` "" unless the question or the store decides it.
    """

    town: str
    county: str = ""
    known: bool = True
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One of the things that a question asks for: its words, and the measure words asked for."""

    topic: str
    units: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Query:
    """A question, understood.

    ``topic`` is the question with towns, places, years and question words taken out, in simplified characters: what is asked about.
    ``spoken`` is the question as a reader is asked it: with its question words, without towns and years, and after the earlier turn that it
    leans on. ``whole_part`` is True where all problems, or all plans, are asked for.
    ``towns`` and ``years`` are what was asked for, after carrying over from earlier turns; empty means no restriction was asked.
    ``place`` is a county, city or province that bounds the towns (晋江市, 甘肃省). ``party`` asks for the party committee's (True)
    or the government's (False) report. ``units`` are measure words asked for (起, 人次). ``carried`` says in words what earlier turns gave.
    ``every`` is True when the question is about all towns (各镇, 哪些镇, 最多), ``without`` the towns left out of all (其他镇, 除金井镇外).
    ``newest`` is True when no year was asked and each town's newest report answers; False with no years means all years.

    ``plan_year`` is the year that plans are asked for (2024年的思路: ``years`` is then 2023, whose report states them);
    ``base_year`` the earlier year that a change is measured from, where the words imply it (2022年的增幅, 同比: 2021).
    ``own`` asks about 我镇, which nobody has named. ``unsafe`` marks orders to the machine with no question in them.
    ``chat`` tells a greeting's kind: hello, thanks, bye, who, help.
    ``expansions`` are the everyday wordings found in the topic with the official words for each; ``quoted`` the words in quotation marks;
    ``context`` the topic of the earlier turn that an elliptic turn leans on (其中处罚的有多少 → 整治违法违规行为).
    ``asks`` are the parts of a question that asks for several things, in order; one part, one question word.
    ``wants`` says what a reply must give: quantity, share, average, when, where, who, why, how, name, confirm, which_town, which_year.
    ``operation`` is sum, mean, difference, growth, share or ""; ``order`` is most, least or "".
    ``period`` is the part of a year that is asked about (第三季度, 上半年).
    ``villages`` are the villages and communities named, which are no towns: what is stated of a town is not stated of them.
    ``post`` is the post whose holder is asked for (镇长).
    ``notes`` say in words how a wrong character or a missing year was read, and what of a place is not confirmed.
    ``item`` is the one of the problems or plans, counted from 1, that is asked for: 第二条展开说说; ``mentioned`` are the towns that the talk has
    named, the latest last: 两个镇合计呢.
    ``halves`` are the questions that it consists of, where it asks several: 走了几个，打算补到多少. Each is read as a turn after the one before.
    ``derived`` is what follows from two figures of each report, ``relations`` the same with the words of both sides, for one report.
    ``plan`` is what is done with the figures of several reports or years: 超过100件的镇里谁最多; ``subjects`` are the towns whose place or share
    among all is asked for, where ``towns`` is all of them.
    ``kept`` asks whether the plan of the first of two ``years`` came true in the second.
    """

    question: str
    topic: str
    intent: Intent = Intent.FACT
    towns: tuple[TownRef, ...] = ()
    years: tuple[int, ...] = ()
    place: str = ""
    party: bool | None = None
    units: tuple[str, ...] = ()
    numbers: tuple[float, ...] = ()
    part: Part | None = None
    spoken: str = ""
    whole_part: bool = False
    every: bool = False
    newest: bool = False
    carried: tuple[str, ...] = ()
    period: Period | None = None
    villages: tuple[str, ...] = ()
    without: tuple[TownRef, ...] = ()
    plan_year: int | None = None
    base_year: int | None = None
    own: bool = False
    unsafe: bool = False
    chat: str = ""
    expansions: tuple[tuple[str, tuple[str, ...]], ...] = ()
    quoted: tuple[str, ...] = ()
    context: str = ""
    asks: tuple[Ask, ...] = ()
    wants: tuple[str, ...] = ()
    operation: str = ""
    order: str = ""
    notes: tuple[str, ...] = ()
    plan: Plan = NO_PLAN
    subjects: tuple[TownRef, ...] = ()
    derived: tuple[Derived, ...] = ()
    relations: tuple[Asked, ...] = ()
    post: str = ""
    kept: bool = False
    item: int = 0
    mentioned: tuple[TownRef, ...] = ()
    halves: tuple[Query, ...] = ()

    @property
    def quotient(self) -> Derived | None:
        """What is to be calculated from two figures of each report, where something is."""
        return next((asked for asked in self.derived if asked.kind in PAIRED), None)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: ``score`` orders (higher is better), ``parts`` are the scores it was made of, ``rank`` counts from 1."""

    passage: Passage
    score: float
    rank: int
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact words of a report: ``report.text[start:end] == quote``, always.

    ``id`` is readable and stays while the text stays (``金井2023·一(三)1``); ``n`` counts within one answer.
    """

    n: int
    id: str
    report_id: str
    file: str
    title: str
    town: str
    year: int | None
    section: tuple[str, ...]
    quote: str
    start: int
    end: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which towns and years an answer rests on."""

    towns: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many reports were in scope, and how many of them state what was asked."""

    reports: int = 0
    stated: int = 0


@dataclass(frozen=True, slots=True)
class Numbers:
    """The receipt of the number lock: how many digits groups the reply has, and how many trace to a citation or a shown formula."""

    total: int = 0
    traced: int = 0


@dataclass(frozen=True, slots=True)
class Struck:
    """A sentence of a language model that was not delivered, and why, in words."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a language model had to do with a reply. ``shown`` sentences were given to it, ``chosen`` of them answer by its word; ``none``:
    by its word none does. ``sentences`` were written, ``kept`` of them delivered, the ``struck`` not.

    ``restored`` counts the lines of the reply that quote what it chose, where its own words were struck or it had none.
    ``understood`` tells in words how the model's plan changed the question; ``failure`` why the model gave nothing, "" if it did.
    Tokens, ``cost`` in yuan and ``model_ms`` (milliseconds of the model's own time) are sums over its calls; ``cached``: none was made.
    """

    shown: int = 0
    chosen: int = 0
    none: bool = False
    sentences: int = 0
    kept: int = 0
    restored: int = 0
    struck: tuple[Struck, ...] = ()
    understood: str = ""
    failure: str = ""
    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    model_ms: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply, verified. Every ``[n]`` in ``text`` has a citation and every citation is used.

    ``written`` is None where no language model was asked.
    """

    question: str
    text: str
    citations: tuple[Citation, ...] = ()
    reason: Reason | None = None
    scope: Scope = field(default_factory=Scope)
    coverage: Coverage = field(default_factory=Coverage)
    numbers: Numbers = field(default_factory=Numbers)
    took_ms: float = 0.0
    written: Receipt | None = None

    @property
    def refused(self) -> bool:
        return self.reason is not None
