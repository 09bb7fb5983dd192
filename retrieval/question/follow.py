"""What a turn takes over from the turns before: only what it does not say itself, and only when it leans on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.types import Part
from retrieval.question.planning import says_within
from retrieval.question.topic import ASKS, Topic
from retrieval.question.towns import Towns
from retrieval.question.turns import corrected, joins, of_kind, pointed, shifted, together
from retrieval.question.words import pattern
from retrieval.question.years import Years
from retrieval.reader.pair import TURN
from retrieval.types import Intent, Query, TownRef

MOVES = re.compile(r"(?:那么?|的|呢|又|啊|呀|吗|还有|换成|如果是|看看|[,，。?？!！])*")
"""A turn that says nothing of its own, once its town and year are taken out."""
SAME = "呢"
"""What is left to say of a turn that only tells which towns are meant."""
HAN = re.compile(r"[一-鿿]")
WIDENS = re.compile(r"各|每|所有|全部|其[他它余]|别的|库里")
"""Words of a turn that ask about all towns, whatever the turn before was about."""
ALOOF = frozenset((Intent.DEFINITION, Intent.PRACTICE, Intent.META))
"""Questions that stand alone, unless their words point back."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One question read by itself: ``query`` holds what needs no earlier turn, ``text`` is what the towns and years left."""

    query: Query
    text: str
    towns: Towns
    years: Years
    topic: Topic
    joins: bool = False
    """Whether its towns come beside those of the turn before."""

    @property
    def placed(self) -> bool:
        """Whether the turn says which towns it is about."""
        return bool(self.query.towns or self.query.place or self.query.every or self.query.own)

    @property
    def weak(self) -> bool:
        """Whether it has no subject of its own: it only asks on, or only moves the turn before to another town or year."""
        return self.topic.weak or MOVES.fullmatch("".join(self.text.split())) is not None

    @property
    def leans(self) -> bool:
        """Whether its words point to the turn before: 那…呢, 其中…, 较上年…, or no subject of its own."""
        return self.weak or self.query.item > 0 or pattern("topic", "turn").search(self.text.strip()) is not None


def said_after(text: str, previous: Query) -> tuple[str, tuple[TownRef, ...], bool]:
    """What a turn says of its own, the towns of the talk that it points to, and whether its towns come beside those before."""
    words, towns = of_kind(text, previous.towns)
    if not towns:
        words, towns = pointed(corrected(shifted(words)), previous.mentioned)
    words, more = joins(words)
    return words if HAN.search(words) or not towns else SAME, towns, more


def carried(previous: Query | None, turn: Turn) -> Query:
    """The turn's query with the towns, subject and party that it takes from ``previous``; the years come later."""
    query = turn.query
    if previous is None or query.intent in (Intent.GREETING, Intent.OUT_OF_SCOPE):
        return replace(query, mentioned=query.towns)
    if query.every and len(previous.towns) == 1 and not _speaks_of_many(turn):  # 居首的那一类, 较上年差几宗, within the town spoken of
        query = replace(query, every=False, intent=Intent.FACT if query.intent in _FIGURES else query.intent)
        turn = replace(turn, query=query)
    query = replace(query, mentioned=tuple(dict.fromkeys((*(m for m in previous.mentioned if m not in query.towns), *query.towns))))
    calculates = bool(query.derived or query.relations) and len(previous.towns) == 1  # 降了百分之几 after 平均多少 of one town is no mean
    if (turn.leans or not turn.placed) and not calculates:
        query = replace(query, plan=query.plan.after(previous.plan, within=says_within(turn.text)))
    if query.every and pattern("town", "others").search(turn.text) and not query.without:
        query = replace(query, without=tuple(town for town in previous.towns if town.known))
    if query.without and turn.weak and not query.place:
        query = replace(query, place=previous.place)
    if query.without and turn.weak and (left := _but(previous.towns, query.without)):
        query = replace(query, towns=left, without=(), every=False, relations=())  # what is left of the towns is no rest of a figure
    if query.towns and (turn.joins or pattern("topic", "beside").search(turn.text)):
        intent = previous.intent if turn.joins and len(previous.towns) > 1 else Intent.COMPARE
        query = replace(query, towns=tuple(dict.fromkeys((*previous.towns, *query.towns))), intent=intent)
    if (count := together(turn.text)) and len(query.mentioned) >= count and not query.towns:
        return _with_subject(
            replace(query, towns=query.mentioned[-count:], every=False, spoken=_after(previous, query.spoken)), previous
        )
    if (not turn.placed and _takes_towns(turn)) or (not query.towns and _keeps_scope(turn, previous)):
        query = _with_towns(query, previous)
    if query.item and previous.intent in _SECTIONS:
        return replace(
            query, intent=previous.intent, part=previous.part, whole_part=True, topic=previous.topic, spoken=previous.spoken
        )
    if turn.leans and turn.weak and query.intent is not Intent.META:
        return _with_subject(replace(query, spoken=_after(previous, query.spoken)), previous)
    if turn.leans and (moved := _of_another_part(previous, turn)):
        return replace(query, relations=moved.relations, spoken=moved.spoken, context=f"{previous.context} {previous.topic}".strip(), plan=previous.plan)
    if turn.leans or not turn.placed:
        query = replace(query, context=f"{previous.context} {previous.topic}".strip(), spoken=_after(previous, query.spoken))
        if query.intent is Intent.FACT and previous.intent in _FIGURES:
            query = replace(query, intent=previous.intent, order=query.order or previous.order)
    return query


def _speaks_of_many(turn: Turn) -> bool:
    """Whether the words of a turn, and not only what it does with figures, are about several towns."""
    named = any(pattern(group, name).search(turn.text) for group, name in _MANY)
    return named or bool(turn.towns.areas or turn.query.without)


def _of_another_part(previous: Query, turn: Turn) -> Query | None:
    """土地流转的呢, after 婚姻家庭类占多少: the same calculation of another part; None where the turn asks anything itself."""
    if turn.query.relations or turn.query.wants or ASKS.search(turn.text.replace(SAME, " ")) or len(previous.relations) != 1:
        return None
    asked, part = previous.relations[0], turn.topic.text.replace(" ", "")
    if not asked.one or asked.one not in previous.spoken:
        return None
    return replace(previous, relations=(replace(asked, one=part),), spoken=previous.spoken.replace(asked.one, part))


def _after(previous: Query, said: str) -> str:
    """The turn before and this one, as the reader is asked them; the turn before alone where this one only moves it (那磁灶镇呢)."""
    return previous.spoken if MOVES.fullmatch(said) else f"{previous.spoken}{TURN}{said}"


def next_year(turn: Turn, today: date) -> Turn:
    """明年 in a talk about a year is the year after that one, and what is asked of it are plans."""
    if not turn.years.calendar or turn.years.stated != (today.year + 1,):
        return turn
    query = replace(turn.query, part=Part.PLANS, intent=Intent.PLANS if turn.query.intent is Intent.FACT else turn.query.intent)
    return replace(turn, query=query, years=replace(turn.years, stated=(), shifts=(1,), calendar=False))


def _with_towns(query: Query, previous: Query) -> Query:
    party = previous.party if query.party is None else query.party
    return replace(
        query,
        towns=previous.towns,
        without=query.without or previous.without,
        place=previous.place,
        every=previous.every,
        own=previous.own,
        party=party,
    )


def _takes_towns(turn: Turn) -> bool:
    if turn.query.intent is Intent.META:
        return re.search(r"你|您|库|哪.?个?镇|[几多]少?份|两份", turn.text) is None
    return turn.leans or turn.query.intent not in ALOOF or (turn.query.intent is Intent.PRACTICE and not turn.query.every)


def _but(towns: Sequence[TownRef], without: Sequence[TownRef]) -> tuple[TownRef, ...]:
    """扣掉甲镇还剩多少, after several towns: the others of them; none where the turn before was about one town, or about all."""
    gone = {(ref.town, ref.county) for ref in without}
    return tuple(ref for ref in towns if (ref.town, ref.county) not in gone) if len(towns) > 1 else ()


def _keeps_scope(turn: Turn, previous: Query) -> bool:
    """Whether a turn that asks for one or some of many (最多的呢, 排第二的是哪个镇, 扣掉甲镇还剩多少) asks of those that the turn before
    was about: all the others (其他镇) only where it names the one that goes."""
    query = turn.query
    bare = query.every and not (query.towns or query.place or query.own)
    many = len(previous.towns) > 1 or previous.every
    return bare and many and turn.weak and WIDENS.search(turn.text) is None


def _with_subject(query: Query, previous: Query) -> Query:
    """Take the subject of the turn before; the turn's own measure words and intent go first."""
    takes = query.intent is Intent.FACT and "why" not in query.wants
    takes |= query.intent is Intent.LIST and previous.intent in _SECTIONS
    counts = "quantity" in query.wants and previous.intent in ALOOF  # 有多少座, after what a thing is
    intent = previous.intent if takes and not counts else query.intent
    if intent is Intent.COMPARE and len(query.towns) == 1 < len(previous.towns):
        intent = Intent.FACT
    return replace(
        query,
        topic=previous.topic,
        context=previous.context,
        intent=intent,
        units=query.units or previous.units,
        wants=query.wants or previous.wants,
        operation=query.operation or previous.operation,
        order=query.order or previous.order,
        asks=query.asks or previous.asks,
        expansions=previous.expansions,
        quoted=previous.quoted,
        part=query.part or previous.part,
        numbers=query.numbers or previous.numbers,
        derived=query.derived or previous.derived,
        relations=query.relations or previous.relations,
    )


_MANY = (("town", "every"), ("town", "every_cue"), ("town", "others"), ("wants", "which_town"))
_SECTIONS = frozenset((Intent.PROBLEMS, Intent.PLANS))
_FIGURES = frozenset((Intent.AGGREGATE, Intent.RANK, Intent.TREND))


def takes_years(previous: Query | None, turn: Turn) -> bool:
    """Whether the years of ``previous`` are meant: the turn names none and leans on it, or stays with its towns."""
    if previous is None or turn.years.given or not previous.years:
        return False
    alone = turn.query.intent in ALOOF and not (turn.query.intent is Intent.META and _takes_towns(turn))
    return not (alone and turn.query.every) and (turn.leans or not (turn.placed or alone))


def in_words(previous: Query | None, turn: Turn, query: Query) -> tuple[str, ...]:
    """What was taken over, for the reader: 沿用上一问：金井镇、2023年."""
    if previous is None:
        return ()
    said: list[str] = []
    taken = [town for town in query.towns if town in previous.towns and town not in turn.query.towns]
    if taken:
        said += [f"{town.county if _namesake(town, taken) else ''}{town.town}" for town in taken]
    elif query.place and query.place == previous.place and not turn.query.place:
        said.append(query.place)
    elif query.every and previous.every and not turn.query.every:
        said.append("各镇")
    if query.years and not turn.years.given and query.years == previous.years:
        said += [f"{year}年" for year in query.years]
    if query.topic == previous.topic != turn.topic.text and query.topic:
        said.append(query.topic.replace(" ", ""))
    return (f"沿用上一问：{'、'.join(said)}",) if said else ()


def _namesake(town: TownRef, towns: Sequence[TownRef]) -> bool:
    return any(other.town == town.town and other.county != town.county for other in towns)


def planned(query: Query, years: Years, text: str) -> tuple[tuple[int, ...], int | None]:
    """The years of the reports that state the plans asked for, and the year planned for: 2024年的思路 stands in the report of 2023."""
    stated = query.years
    if query.part is not Part.PLANS or not stated:
        return stated, None
    if len(stated) == 2 and stated[1] == stated[0] + 1:
        return stated[:1], stated[1]
    if 1 in years.shifts and not years.stated:
        return tuple(year - 1 for year in stated), stated[-1]
    if years.reports or years.compared or years.every or not years.given or re.search(r"下一?步|下一?阶段|提出的?|定的|制定的|今后|接下来", f"{text} {query.topic}"):
        return stated, stated[-1] + 1
    return tuple(year - 1 for year in stated), stated[-1]
