"""A question → a ``Query``: which towns, which years, what about, and what kind of answer.

Pure and deterministic: the same question, history, catalogue and day give the same query. No store, no model.
The steps blank what they have understood, so that none reads a word twice:
normalise → orders to the machine → years → towns and places → intent → topic → what earlier turns give.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from index.numerals import Quantity, quantities
from index.periods import part_of_year
from index.places import complete_places
from index.text import fold, simplified
from index.types import Part, Place, ReportInfo
from retrieval.question import LONGEST_QUESTION, planning
from retrieval.question.blanked import own_words, without_towns
from retrieval.question.derivation import Derivation
from retrieval.question.everyday import Everyday
from retrieval.question.follow import Turn, carried, in_words, next_year, planned, said_after, takes_years
from retrieval.question.holders import post_of
from retrieval.question.intent import Shape, apart, chat, intent_of, off_topic, operation_of, order_of, plans, says, wants_of
from retrieval.question.meant import in_passing, refs_of
from retrieval.question.outcome import with_outcome
from retrieval.question.plan import Fold, FoldKind, Plan
from retrieval.question.relation import relations_of
from retrieval.question.thesaurus import Thesaurus
from retrieval.question.topic import ASKS, QUOTED, asking, asks_all, questions, standing, topic_of
from retrieval.question.towns import TownIndex, Towns
from retrieval.question.turns import asks_source, corrected, item_of
from retrieval.question.words import blank, blank_all, measure_words, pattern
from retrieval.question.years import Years, read_years
from retrieval.reader.marker import Marker, default_marker
from retrieval.types import Intent, Query, TownRef

HAN = re.compile(r"[㐀-䶿一-鿿]")
AROUND_NOW = re.compile("今年|明年|来年")
"""Said of a report that is some years old, they mean its own year and the next; 去年 too, outside a talk about a year."""
SINCE = re.compile(r"[比较](?P<year>20\d\d)年度?(?:相比|的)?[^,，。]{0,6}[增减多少升降提下]|[和与跟同](?P<beside>20\d\d)年度?相?比")
"""One year named, only to be compared with."""
NOTE = re.compile(r"\([^()]*\)")
"""What stands in brackets explains or restricts, and names nothing else: (报告没直接写就请折算)."""
PART_OF = re.compile(" *(?:其中|这里面|里面|当中)")
"""Begins a turn that asks of what the turn before was about, whatever else it speaks of: 其中跟旅游沾边的有几份."""
LEAST_CHINESE = 10  # below it a Chinese numeral counts the things asked about: 两个镇, 三类纠纷
TELLING = 3  # characters of an official word that nobody says in passing: 会议 and 文件 are said of any
UNCLEAR = "unclear"
"""The kind of chat that is no question to the reports, and no greeting."""
TOLD = frozenset((Intent.GREETING, Intent.OUT_OF_SCOPE, Intent.PROBLEMS, Intent.PLANS, Intent.META))  # by their own words
PARTS = {Intent.PROBLEMS: Part.PROBLEMS, Intent.PLANS: Part.PLANS}
OPEN = frozenset((Intent.LIST, Intent.PRACTICE, Intent.DEFINITION, Intent.META))


LEAD = re.compile(r"[㐀-䶿一-鿿]{2,16}:(?=.{5})")
"""What stands before a colon."""


def normalise(question: str) -> str:
    """Half-width, lower case, simplified; without white space beside Chinese characters and marks."""
    text = simplified(fold(question[:LONGEST_QUESTION]))
    text = re.sub(r"[\s​﻿]+", " ", text.replace("｡", "。")).strip()
    return re.sub(r"(?<![a-z0-9]) | (?![a-z0-9])", "", text)


def plain(text: str) -> str:
    """Without politeness; twice, for one polite phrase may follow another."""
    return blank_all(blank_all(text, "topic", "polite"), "topic", "polite")


def _settled(intent: Intent, shape: Shape, plan: Plan, *, ranks: bool) -> Intent:
    """``intent`` where the plan, or ``ranks``, tells more than the words by which it was told."""
    if intent is Intent.META and plan.conditions:
        return Intent.LIST
    if intent is Intent.FACT and shape.towns > 1 and (plan.folds or ranks):
        return Intent.COMPARE
    return Intent.AGGREGATE if intent in (Intent.FACT, Intent.LIST) and shape.every and plan.folds else intent


def _county_of(without: Sequence[TownRef], question: str) -> str:
    """The county of the towns that are left out, where the question says it: of its other towns."""
    counties = {ref.county for ref in without}
    return county if len(counties) == 1 and (county := counties.pop()) and county in question else ""


def _issuer(text: str) -> bool | None:
    """True where the party committee's report is asked for, False for the government's; None for neither, and for both."""
    party, government = says("party", text, "issuer"), says("government", text, "issuer")
    return None if party == government else party


def _numbers(text: str) -> tuple[float, ...]:
    """The numbers stated in a question (708, 七百零八, 两千多); 两个镇 and 几千 and the 百 of 百姓 are none."""
    return tuple(dict.fromkeys(q.value for q in quantities(text) if _is_figure(q, text)))


def _is_figure(number: Quantity, text: str) -> bool:
    if number.chinese:
        return number.value >= LEAST_CHINESE and number.end - number.start > 1 and text[number.start - 1 : number.start] != "几"
    hotline = pattern("year", "hotlines").match(text[number.start : number.end]) is not None
    return not hotline or re.match(measure_words()[0], text[number.end :]) is not None


def _places(reports: Mapping[str, Sequence[ReportInfo]]) -> dict[str, Place]:
    """Report id → its place; a report that names no county takes that of the other reports of its town."""
    places = {report.id: report.place for own in reports.values() for report in own}
    for own in reports.values():
        if not all(report.place.county for report in own):
            places |= complete_places(own)
    return places


@dataclass(frozen=True, slots=True)
class Understanding:
    """A catalogue, prepared for questions: make it once for a store, ask it often. ``reports`` are those of each town's name."""

    places: dict[str, Place]
    reports: dict[str, tuple[ReportInfo, ...]]
    index: TownIndex
    thesaurus: Thesaurus
    marker: Marker
    everyday: Everyday | None = None

    @classmethod
    def of(cls, catalogue: Sequence[ReportInfo], thesaurus: Thesaurus | None = None, everyday: Everyday | None = None) -> Understanding:
        """``thesaurus`` is the shipped one unless given: ``Thesaurus.load(store / "thesaurus.toml")``; ``everyday`` tells talk from questions."""
        by_town: dict[str, list[ReportInfo]] = defaultdict(list)
        for report in filter(lambda report: report.town, catalogue):
            by_town[report.town].append(report)
        places = _places(by_town)
        towns = {name: tuple(own) for name, own in by_town.items()}
        return cls(places, towns, TownIndex.of(places.values()), thesaurus or Thesaurus.load(), default_marker(), everyday)

    def understand(self, question: str, history: Sequence[str] = (), *, today: date) -> Query:
        """Read ``question`` after the user's earlier turns in ``history``, oldest first."""
        previous: Query | None = None
        for turn in history:
            query = self._query(turn, previous, today)
            if query.intent not in (Intent.GREETING, Intent.OUT_OF_SCOPE) and (query.intent is not Intent.META or query.towns):
                previous = query
        query = self._query(question, previous, today)
        halves = self._halves(query, previous, today)
        done = next((half for half in halves if half.part is not Part.PLANS), None)
        if done and query.part is Part.PLANS:  # what was done and what is planned, asked at once, stand in one report
            query = replace(query, part=None, intent=Intent.FACT, years=done.years, plan_year=None, newest=done.newest)
        if query.every and query.plan.folds == () and query.plan:  # 全县汇总是多少，哪个乡没写: the one half sums, the other asks who is silent
            folds = (Fold(fold) for half in halves for fold in half.plan.folds)
            query = replace(query, plan=Plan((*query.plan.steps, *dict.fromkeys(folds)), query.plan.group))
        return replace(query, halves=halves)

    def _halves(self, query: Query, previous: Query | None, today: date) -> tuple[Query, ...]:
        """The questions that one about the same towns consists of, each read as a turn after the one before."""
        halves: list[Query] = []
        for question in questions(normalise(query.question)):
            previous = self._query(question, previous, today)
            halves.append(previous)
        return tuple(halves) if all(half.towns == query.towns for half in halves) else ()

    def _query(self, question: str, previous: Query | None, today: date) -> Query:
        normal = normalise(question)
        if previous and asks_source(normal):
            return self._again(previous, question)
        words, town, more = said_after(normal, previous) if previous else (normal, (), False)
        turn = replace(self._read(question, words, today, led=previous is not None), joins=more)
        if town:
            turn = replace(turn, query=replace(turn.query, towns=town, every=False))
        if self._idle(turn, previous):
            return replace(turn.query, intent=Intent.OUT_OF_SCOPE, chat=UNCLEAR)
        if previous and previous.years:
            turn = next_year(turn, today)
        query = self._narrowed(carried(previous, turn), turn, previous)
        if query.intent in (Intent.GREETING, Intent.OUT_OF_SCOPE):
            return query
        if query.intent is Intent.FACT and len(query.towns) > 1 and query.plan.folds:
            query = replace(query, intent=Intent.COMPARE)  # 两家差多少, after one town and the other
        query = self._with_years(query, turn, previous)
        query = self._with_plans(query, turn)
        query = with_outcome(query, normalise(query.question), self._years_of(query))
        return replace(query, carried=in_words(previous, turn, query))

    def _idle(self, turn: Turn, previous: Query | None) -> bool:
        """Whether a turn says nothing that a report may answer: it names no town, year, number or quoted words, and reads like talk.

        What leans on the turn before, or asks after it (卡在哪儿了), speaks of the same reports; a first turn that asks nothing has more
        to show for itself.
        """
        query, said = turn.query, "".join(turn.text.split())
        named = turn.placed or turn.years.given or query.villages or query.quoted or query.numbers or query.units or query.item or query.post
        asks = bool(query.wants or ASKS.search(said))
        if self.everyday is None or named or query.intent in TOLD or (previous and (turn.leans or asks)):
            return False
        return self.talk(said, sure=asks or previous is not None)

    def talk(self, said: str, *, sure: bool) -> bool:
        """Whether ``said`` reads like talk, surely or only likely; what has an official word is none."""
        if self.everyday is None or any(len(word) >= TELLING and word in said for word in self.thesaurus.vocabulary):
            return False
        return self.everyday(said) if sure else self.everyday.likely(said)

    def _again(self, previous: Query, question: str) -> Query:
        """依据是哪句话: the same answer once more, for it quotes what it rests on."""
        years = "、".join(f"{year}年" for year in previous.years)
        said = "、".join(part for part in (*(ref.town for ref in previous.towns), years, previous.topic.replace(" ", "")) if part)
        return replace(previous, question=f"{previous.question} {question}", carried=(f"沿用上一问：{said}。依据是所引的原句",))

    def _read(self, question: str, normal: str, today: date, *, led: bool) -> Turn:
        """The question by itself; ``normal`` is what is read of it, normalised. ``led``: a turn came before, which 其中 points to."""
        normal = blank_all(normal, "topic", "form")
        normal = normal if led else self._without_lead(normal)
        text = blank_all(normal, "machine", "orders")
        years, undated = read_years(plain(text), today)
        towns, rest = self.index.find(undated)
        query = Query(question, "", notes=towns.notes, period=part_of_year(normal))
        if kind := chat(text.strip()):
            query = replace(query, intent=Intent.GREETING, chat=kind)
        elif not (HAN.search(text) or years.given):
            query = replace(query, intent=Intent.OUT_OF_SCOPE, unsafe=text != normal, chat="" if text != normal else UNCLEAR)
        elif off_topic(text, town=(led and PART_OF.match(text) is not None) or any(ref.known for ref in towns.refs)):
            query = replace(query, intent=Intent.OUT_OF_SCOPE)
        if query.intent is not Intent.FACT:
            return Turn(query, rest, towns, years, topic_of(""))
        whole = own_words(normal, undated, rest, towns)
        kinds = planning.settled(self.marker.kinds(normal), rest)
        query = replace(query, relations=relations_of(normal, whole, rest, kinds, self.marker))
        return self._turn(query, without_towns(text, undated, rest), rest, towns, years, whole, kinds)

    def _without_lead(self, text: str) -> str:
        """``text`` without what it is for, where that asks nothing and names no town: 要往全县总结里填:各镇接了多少纠纷."""
        lead = LEAD.match(text)
        if lead is None or ASKS.search(lead[0]) or any(char.isdigit() for char in lead[0]) or self.index.find(lead[0])[0].refs:
            return text
        return text[lead.end() :]

    def _turn(self, query: Query, spoken: str, rest: str, towns: Towns, years: Years, whole: str, kinds: Mapping[str, float]) -> Turn:
        """What the other words say: ``spoken`` is the question without its towns, ``rest`` without years and politeness too, ``whole``
        with all but the towns that are known and the dates of years."""
        but = [found.span() for found in pattern("town", "but").finditer(spoken)] if towns.refs else []
        refs, without = ((), towns.refs) if but else (() if in_passing(normalise(query.question), towns.refs) else towns.refs, ())
        others = bool(but) or says("others", rest, "town")
        for span in but:
            rest = blank(rest, *span)
        main = NOTE.sub(lambda match: " " * len(match[0]), rest)
        derived, plan = planning.calculation(main, rest, kinds, named=bool(refs))
        shared_out = any(asked.kind is Derivation.EACH for asked in derived)
        post = post_of(rest)
        cue = says("every_cue", rest, "town") and not post
        every = not refs and ((plan.over_many and not planning.says_within(rest)) or planning.over_towns(kinds) or others or says("every", rest, "town") or cue or bool(towns.areas))
        shape = Shape(apart(refs, query.question), len(years.stated) + 2 * bool(years.last or years.every or years.compared), every, bool(towns.areas))
        if every and (plan or derived):
            main, whole = asking(main), asking(whole)
        topic = topic_of(planning.without_plan(main if HAN.search(main) else rest))
        apart_ = shape.towns > 1 and max(kinds["t_gap"], kinds["gap"]) >= planning.MEANT
        intent = _settled(intent_of(QUOTED.sub("“”", planning.without_bounds(rest, spoken)), shape), shape, plan, ranks=bool(order_of(spoken)) or apart_)
        query = replace(
            query,
            topic=topic.text,
            spoken=standing(whole, over_many=every),
            intent=intent,
            towns=refs,
            without=without,
            villages=towns.villages,
            every=every,
            own=not refs and says("own", rest, "town"),
            place=bounds[0].name if (bounds := towns.loose if but else towns.areas) else _county_of(without, query.question),
            party=_issuer(rest),
            units=tuple(unit for unit in topic.units if unit != "倍" or FoldKind.TIMES not in plan.folds),
            numbers=_numbers(rest),
            part=PARTS.get(intent) or (Part.PLANS if plans(spoken) else None),
            whole_part=asks_all(rest),
            expansions=tuple(self.thesaurus.expansions(rest)),
            quoted=topic.quoted,
            asks=topic.asks,
            wants=wants_of(spoken),
            operation=("" if shared_out else operation_of(spoken, intent)) or ("difference" if apart_ else "") or ("sum" if intent is Intent.FACT and FoldKind.SUM in plan.folds else ""),
            order=order_of(spoken),
            plan=plan,
            derived=derived,
            post=post,
            item=item_of(rest),
        )
        return Turn(query, rest, towns, years, topic)

    def _narrowed(self, query: Query, turn: Turn, previous: Query | None) -> Query:
        """洮源的那个呢: a place alone tells which of the towns of one name is meant."""
        names = {ref.town for ref in previous.towns} if previous else set()
        said = normalise(turn.query.question)
        pointed = re.search("那|这个|呢", turn.text) or corrected(said) != said
        if len(names) != 1 or turn.query.towns or not turn.towns.areas or not pointed:
            return query
        name = names.pop()
        refs = refs_of(name, self.index.full.get(name, ()), [(area,) for area in turn.towns.areas], name)
        return replace(query, towns=tuple(refs), place="", every=False)

    def _with_years(self, query: Query, turn: Turn, previous: Query | None) -> Query:
        available = self._years_of(query)
        spoken_of = [year for year in previous.years if year in available or query.towns != previous.towns] if previous else []
        years, notes = turn.years.resolve(max(spoken_of, default=None), available), query.notes
        if takes_years(previous, turn) and previous:
            years = previous.years
            if not set(years) & set(available) and any(ref.known for ref in query.towns):
                names = "、".join(ref.town for ref in query.towns)
                notes = (*notes, f"{names}没有{'、'.join(map(str, years))}年的报告，看最新的一份")
                years = ()
        if query.towns and len(query.towns) == 1 and (since := SINCE.search(turn.query.question)) and turn.years.stated == (compared := int(since["year"] or since["beside"]),):
            years = (compared + 1,)  # 较2022年净增多少 asks of 2023
        if previous and len(years) == len(query.towns) == 1 and turn.years.shifts == (-1,) and query.operation in ("growth", "difference"):
            query, years = replace(query, intent=Intent.TREND), (years[0], years[0] + 1)  # 上年是几次，增加了几次
        late = turn.years.calendar and len(years) == 2 and years[1] not in available and years[0] == max(available, default=0)
        if late and years[0] - 1 in available and AROUND_NOW.search(turn.query.question):  # 今年比去年, in the year after the last report
            notes, years = (*notes, f"没有{years[1]}年的报告，看最新的两份"), (years[0] - 1, years[0])
        if query.plan.change and query.every and not turn.years.stated:
            years = ()  # each town's newest report, and the year before it
        around = AROUND_NOW.search(turn.query.question) or ("去年" in turn.query.question and not (previous and previous.years))
        if around and turn.years.calendar and turn.years.stated == years and available and not set(years) & set(available):
            notes = (*notes, f"没有{'、'.join(map(str, years))}年的报告，看最新的一份")
            years = ()
        if query.towns and not years and (turn.years.every or (query.intent is Intent.TREND and says("overview", turn.text, "year"))):
            years = available
        newest = not years and not turn.years.every and not (query.intent in OPEN and not query.towns and not query.plan.over_many) and not says("all_reports", turn.text, "town")
        anchor = max(years or available[-1:], default=None)
        change = query.intent is Intent.TREND or query.plan.change or query.operation in ("growth", "difference")
        base = anchor - 1 if anchor and change and len(years) < 2 and len(query.towns) < 2 else None
        return replace(query, years=years, newest=newest, base_year=base, notes=notes)

    def _with_plans(self, query: Query, turn: Turn) -> Query:
        """Plans stand in the report of the year before; 明年 of a calendar far from the reports means the newest plans there are."""
        years, plan_year = planned(query, turn.years, turn.text)
        if plan_year and turn.years.calendar and not set(years) & set(self._years_of(query)):
            note = f"没有{'、'.join(map(str, years))}年的报告，看最新的一份"
            return replace(query, years=(), newest=True, notes=(*query.notes, note))
        return replace(query, years=years, plan_year=plan_year)

    def _years_of(self, query: Query) -> tuple[int, ...]:
        """The years that the store has of the towns meant."""
        return tuple(sorted({report.year for report in self._reports_of(query) if report.year}))

    def _reports_of(self, query: Query) -> Iterable[ReportInfo]:
        if query.towns:
            meant = {(ref.town, ref.county) for ref in query.towns if ref.known}
            own = chain.from_iterable(self.reports.get(town, ()) for town in {town for town, _ in meant})
            return (r for r in own if (r.town, self.places[r.id].county) in meant)
        every = chain.from_iterable(self.reports.values())
        if query.place:
            return (r for r in every if query.place in (self.places[r.id].county, self.places[r.id].city, self.places[r.id].province))
        return every
