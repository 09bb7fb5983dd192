"""The towns and places that a question names: in full, by the bare name, inside a county, with a wrong character.

Fails closed: a name with 镇, 乡 or 街道 that is none of the store's and not a mere slip of one stays a town of its own,
``known=False``. A real town of the gazetteer is never taken for another, unless it sounds exactly the same in every
tone: that is how a keyboard goes wrong, and the reply says how it was read.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from index.numerals import with_units
from index.types import Place
from index.vocabulary import vocabulary
from retrieval.question.alike import AlikeIndex, Likeness
from retrieval.question.areas import HAN, Area, AreaIndex, AreaMention, bare, gazetteer
from retrieval.question.holders import SURNAMES
from retrieval.question.lesser import known, strangers
from retrieval.question.lesser import villages as named_villages
from retrieval.question.meant import as_heard, by_level, is_place, refs_of, unconfirmed
from retrieval.question.words import blank, pattern, table
from retrieval.types import TownRef

ENDING = re.compile(r"镇(?!级|镇(?![长村里上内级域]|干部|党|政|人大|机关))|街道|乡(?!下|亲|村|贤|间|音|土)|苏木")
COMPOUND_OR_ENDING = re.compile(rf"(?P<compound>乡镇街道|乡镇|镇街|街镇|镇乡)|{ENDING.pattern}")
LED_BY = "个位叫去"
"""Single characters before a name that are no part of it: 那个石桥务镇."""
COUNTED = re.compile("[集两二三四五六七八九十](?:镇|乡)")
"""After a bare name it counts the towns named, or is a market: 柏塘、望舒三镇合计, 沙棠集镇;"""
COUNTING = re.compile(r"(?:[算占把将这那的在对]|[^㐀-䶿一-鿿]|^)[两二三四五六七八九十]$")
"""and after one of these it counts towns named elsewhere: 请算五镇(…), 占五镇总量."""
LONGEST = 10  # characters of a name that is looked up, ending included
INSIDE = "里中内"
LONGEST_STRANGER = 4  # characters of a bare name that nobody knows; what stands before belongs to the sentence


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch of the question that names a town; ``places`` are the store's towns that it may mean."""

    start: int
    end: int
    name: str
    places: tuple[Place, ...] = ()
    asked: str = ""


@dataclass(frozen=True, slots=True)
class Towns:
    """What a question says of towns. ``areas`` bound the question and belong to no single town, ``loose`` are those that stand
    apart from the towns named; ``villages`` lie below one."""

    refs: tuple[TownRef, ...] = ()
    areas: tuple[Area, ...] = ()
    loose: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TownIndex:
    """The towns and places of a catalogue, by name. Made once, asked often."""

    full: dict[str, tuple[Place, ...]]
    short: dict[str, tuple[str, ...]]
    areas: AreaIndex
    lengths: tuple[int, ...]
    _alike: list[AlikeIndex] = field(default_factory=list)

    @classmethod
    def of(cls, places: Iterable[Place]) -> TownIndex:
        distinct = tuple(dict.fromkeys(place for place in places if place.town))
        full: dict[str, list[Place]] = defaultdict(list)
        short: dict[str, dict[str, None]] = defaultdict(dict)
        for place in distinct:
            full[place.town].append(place)
            if bare(place.town) != place.town:
                short[bare(place.town)][place.town] = None
        return cls(
            {name: tuple(places) for name, places in full.items()},
            {name: tuple(towns) for name, towns in short.items()},
            AreaIndex.of(distinct),
            tuple(sorted({len(name) for name in short}, reverse=True)),
        )

    @property
    def alike(self) -> AlikeIndex:
        """Made at the first wrong character: it needs the pronunciation of every name."""
        if not self._alike:
            self._alike.append(AlikeIndex.of(self.short))
        return self._alike[0]

    def find(self, text: str) -> tuple[Towns, str]:
        """The towns and areas that ``text`` names, and the text with those names blanked."""
        lesser = [Mention(start, end, text[start:end], self.full[text[start:end]], asked=text[start:end]) for start, end in known(text, self.full)]
        text = _blanked(text, lesser)
        counted = _within_figures(text)
        towns = [*self._full_names(text, counted), *lesser]
        text = _blanked(text, towns)
        areas = list(self.areas.find(text, frozenset(town.start for town in towns), self.short))
        text = _blanked(text, areas)
        towns += (mention for mention in self._bare_names(text, [*towns, *areas]) if mention.start not in counted)
        if not towns:
            towns += self._misspelt(text)
        villages = tuple(text[start:end] for start, end in named_villages(_blanked(text, towns)))
        if not towns and not pattern("town", "every").search(text):
            towns += (Mention(start, end, text[start:end], asked=text[start:end]) for start, end in strangers(text))
        inside = {mention.start for mention in lesser}
        towns = sorted((mention for mention in towns if mention.end not in inside), key=lambda mention: mention.start)
        text = _blanked(text, towns)
        deciding = list(_deciding(text, towns))
        areas, text = [*areas, *deciding], _blanked(text, deciding)
        found, text = self._joined(text, towns, areas)
        return replace(found, villages=villages), text

    # -- names with an ending ---------------------------------------------------------------------------------------

    def _full_names(self, text: str, counted: Container[int]) -> list[Mention]:
        """The store's names first: a name may hold an ending inside (古镇镇, 镇南街道); then what else ends in one. None begins at what
        is ``counted``."""
        found: list[Mention] = []
        for match in ENDING.finditer(text):
            mention = self._known(text, found[-1].end if found else 0, match)
            if mention and mention.start not in counted:
                found.append(mention)
        rest = _blanked(text, found)
        floor = 0
        for match in COMPOUND_OR_ENDING.finditer(rest):
            known = None if match["compound"] or match.start() <= floor else self._stranger(rest, floor, match)
            if known and known.start not in counted:
                found.append(known)
                floor = known.end
        return found

    def _known(self, text: str, floor: int, ending: re.Match[str]) -> Mention | None:
        """The longest name of the store that ends there, unless it is only the tail of a longer name."""
        end = ending.end()
        for start in range(max(floor, end - LONGEST), ending.start()):
            name = text[start:end]
            if name in self.full and not self._tail_of_longer(text, floor, start, end):
                return Mention(start, end, name, self.full[name], asked=name)
        return None

    def _tail_of_longer(self, text: str, floor: int, start: int, end: int) -> bool:
        if any(gazetteer().contains_town(text[begin:end]) for begin in range(_run_start(text, floor, start), start)):
            return True
        alone = start - floor >= 1 and _hard(text, start - 1, floor) and HAN.match(text[start - 1]) is not None
        return alone and text[start - 1] not in table()["town"]["lead_ins"]

    def _stranger(self, text: str, floor: int, ending: re.Match[str]) -> Mention | None:
        """A town that the store has not, or a slip of one that it has; the longest reading wins."""
        end = ending.end()
        counted = COUNTED.match(text, end - 2) and any(text.endswith(name, 0, end - 2) for name in self.short)
        if counted or COUNTING.search(text[floor : ending.start()]) or self.areas.ends(text[floor : ending.start()]) or pattern("town", "generic").search(text[floor : ending.start()]):
            return None
        run = _run_start(text, floor, end)
        begin = _phrase_start(text, run, ending.start())
        for start in range(max(begin, end - LONGEST), ending.start()):
            name = text[start:end]
            real = (ending.start() - start > 1 or start == begin) and gazetteer().contains_town(name)
            if real and _stands_in(name, text[run:start]):
                return Mention(start, end, name, asked=name)
            near, known = self._slip_of(name)
            if known and (start - begin != 1 or text[begin] in LED_BY) and (near is Likeness.TONE or not real):
                return Mention(start, end, known[0], tuple(p for n in known for p in self.full[n]), asked=name)
            if real and start - begin != 1:
                return Mention(start, end, name, asked=name)
        if pattern("town", "common").search(text[:end]):
            return None
        start = begin if ending.start() - begin <= LONGEST_STRANGER else ending.start() - 2
        start += text[start] in LED_BY
        stem = text[start : ending.start()]
        led = text[ending.start() - 2 : ending.start() - 1] in table()["town"]["lead_ins"]  # 下来替|镇里
        if led or _is_person(text, start, end) or vocabulary().everyday(stem) or (len(stem) > 2 and vocabulary().reads(stem)):
            return None
        ordinary = any(text[at : ending.start()] in vocabulary() for at in range(begin, ending.start() - 1))
        odd = ordinary or len(stem) == LONGEST_STRANGER or start > begin + 1 or (stem[-1] in INSIDE and text.startswith("的", start - 1))
        if (odd or (start > run and pattern("town", "purse").match(text, end))) and pattern("town", "at_the_town").match(text, end):
            return None  # 换救生衣|镇里出几成: hardly any town has so long a name; 花的钱里|镇财政出几成
        return Mention(start, end, text[start:end], asked=text[start:end]) if ending.start() - start > 1 else None

    def _slip_of(self, name: str) -> tuple[Likeness, list[str]]:
        short = bare(name)
        if short == name:
            return Likeness.NONE, []
        likeness, found = self.alike.find(short)
        ending = name[len(short) :]
        return likeness, [s + ending for s in found if s + ending in self.full and s != short]

    # -- names without one ------------------------------------------------------------------------------------------

    def _bare_names(self, text: str, taken: Sequence[Mention | AreaMention]) -> Iterator[Mention]:
        ends = {mention.end for mention in taken}
        at = 0
        while at < len(text):
            fitting = (n for n in self.lengths if at + n <= len(text) and text[at : at + n] in self.short)
            size = next((n for n in fitting if self._is_town(text, at, at + n, ends)), 0)
            if size:
                name = text[at : at + size]
                names = self.short[name]
                yield Mention(at, at + size, names[0], tuple(p for n in names for p in self.full[n]), asked=name)
                ends.add(at + size)
            at += max(size, 1)

    def _is_town(self, text: str, start: int, end: int, ends: set[int]) -> bool:
        """Whether a bare name stands where a town's name stands, and not inside another word or a longer name."""
        name = text[start:end]
        if pattern("town", "elsewhere").match(text, end):
            return False
        free = start == 0 or start in ends or HAN.match(text[start - 1]) is None or text[start - 1] in table()["town"]["lead_ins"]
        if vocabulary().everyday(name):
            return start in ends or (free and re.match(r"[ ]{2}|那边|这边|那里|镇", text[end:]) is not None)
        if name in vocabulary():
            sure = pattern("town", "surely").match(text, end) is not None
            return free or (sure and end - start > 2) or (sure and text[end : end + 2] == "  ")
        return start in ends or _stands_apart(text, start, end)

    def _misspelt(self, text: str) -> Iterator[Mention]:
        """A bare name with a wrong character, at the head of a clause and before a word that follows a town's name.

        A year or 那边 shows it to be a town's, whatever word it makes by mistake. Other words (的, 那个) follow anything: what
        makes a word, or a real place, is none then.
        """
        for match in pattern("town", "misspelt").finditer(text):
            name = match["name"]
            likeness, found = self.alike.find(name)
            dated = match["sure"] is not None and "  " in text
            least = Likeness.SOUND if dated else Likeness.TONE if is_place(name) else Likeness.SHAPE
            if likeness >= least and (dated or name not in vocabulary()):
                names = [town for short in found for town in self.short[short]]
                yield Mention(*match.span("name"), names[0], tuple(p for n in names for p in self.full[n]), asked=name)

    def _joined(self, text: str, towns: Sequence[Mention], areas: Sequence[AreaMention]) -> tuple[Towns, str]:
        """Give each town the areas that stand before it; what is left bounds the question, or settles a lone town."""
        refs: list[TownRef] = []
        notes: list[str] = []
        free = list(areas)
        joined: dict[int, list[tuple[Area, ...]]] = {}
        for town in towns:
            chain, edge = [], town.start
            for area in reversed([a for a in free if a.end <= town.start]):
                if re.fullmatch(pattern("place", "join"), text[area.end : edge].replace(" " * max(1, edge - area.end), "")):
                    chain.append(area)
                    edge = area.start
            free = [area for area in free if area not in chain]
            joined[town.start] = [area.areas for area in chain]
        loose = by_level(area.areas for area in free)
        joined |= _listed(text, towns, joined)
        for town in towns:
            own, heard = as_heard(joined[town.start], town.places)
            notes += heard
            bounds = by_level([*own, *(area.areas for area in free)]) if own and len(towns) == 1 else own or loose
            meant = refs_of(town.name, town.places, bounds, town.asked)
            refs += meant
            notes += (note for ref in meant for note in unconfirmed(ref, town.places, bounds))
            if town.places and town.asked not in (town.name, bare(town.name)):
                notes.append(f"“{town.asked}”按{town.name}理解")
        for end in (*(town.end for town in towns), *(area.end for area in areas)):
            if seat := pattern("place", "seat").match(text, end):
                text = blank(text, seat.start(), seat.end())
        return Towns(tuple(dict.fromkeys(refs)), () if towns else tuple(area.areas[0] for area in free), tuple(area.areas[0] for area in free), tuple(notes)), text


def _listed(text: str, towns: Sequence[Mention], joined: Mapping[int, list[tuple[Area, ...]]]) -> dict[int, list[tuple[Area, ...]]]:
    """Of 洮源县甲、乙、双河三镇 the county that leads the list tells which 双河 is meant."""
    found: dict[int, list[tuple[Area, ...]]] = {}
    led: list[tuple[Area, ...]] = []
    for before, town in pairwise(towns):
        led = joined[before.start] or led
        if not re.fullmatch(r"\s*[、和与及]\s*", text[before.end : town.start]):
            led = []
        holds = any(area.holds(place) for areas in led for area in areas for place in town.places)
        if holds and not joined[town.start] and len(town.places) > 1:
            found[town.start] = led
    return found


def _deciding(text: str, towns: Iterable[Mention]) -> Iterator[AreaMention]:
    """The counties and cities of namesakes, wherever else the question names one: 洮源搞电商的那个|双河."""
    shared = (place for town in towns if len(town.places) > 1 for place in town.places)
    named = dict.fromkeys(Area(name, level) for place in shared for level in ("county", "city") if (name := getattr(place, level)))
    for area in named:
        start = text.find(bare(area.name))
        end = start + len(bare(area.name))
        if start >= 0 and not pattern("town", "elsewhere").match(text, end) and _stands_apart(text, start, end):
            yield AreaMention(start, end, (area,))


def _within_figures(text: str) -> frozenset[int]:
    """Where no name begins: inside a number with its unit (花的7.8万|里镇财政, 23件|里镇长). A town may be named by a number (三十里镇)."""
    found: set[int] = set()
    for quantity, unit in with_units(text):
        if not quantity.chinese or quantity.end - quantity.start > 1:
            end = quantity.end + (len(unit) if text.startswith(unit, quantity.end) else 0)
            found.update(range(quantity.start + quantity.chinese, end))
    return frozenset(found)


def _stands_in(town: str, before: str) -> bool:
    """Whether the words before a real town's name are the county or province that it lies in."""
    lies_in = (bare(name) for place in gazetteer().towns_named(town) for name in (place.county, place.city, place.province) if name)
    return any(re.search(rf"{name}[省市县区州旗]?(的|那个)?$", before) for name in lies_in)


def _stands_apart(text: str, start: int, end: int) -> bool:
    """Whether a bare name is a word of its own in the characters around it, and no part of a longer real town's name."""
    begin, stop = _run_start(text, 0, start), end
    while stop < len(text) and HAN.match(text[stop]):
        stop += 1
    run, apart = text[begin:stop], vocabulary().apart
    own = apart(run, start - begin, end - begin)
    longer = ((first, last) for first, last in ((start - 1, end), (start, end + 1)) if begin <= first and last <= stop)
    real = (apart(run, first - begin, last - begin) for first, last in longer if gazetteer().contains_bare(text[first:last]))
    return own > 0 and own >= max(real, default=own)


def _is_person(text: str, start: int, end: int) -> bool:
    """Whether what ends in 镇 or 乡 is its head: 韩立山镇长."""
    return text.startswith("长", end) and text[start] in SURNAMES and 3 <= end - start <= 4


def _hard(text: str, at: int, floor: int) -> bool:
    """Whether the character at ``at`` begins its run: nothing, a blank or a mark stands before it."""
    return at <= floor or HAN.match(text[at - 1]) is None


def _run_start(text: str, floor: int, end: int) -> int:
    """Where the unbroken run of Chinese characters before ``end`` begins."""
    start = end
    while start > floor and HAN.match(text[start - 1]):
        start -= 1
    return start


def _phrase_start(text: str, begin: int, end: int) -> int:
    """Past the county and past the last word that leads in to a name: 在洮源县的|河湾镇."""
    if area := re.match(r".*(?:省|市|县|区|州|旗)(?=..)", text[begin:end]):
        begin += area.end()
    return next((at + 1 for at in range(end - 3, begin - 1, -1) if text[at] in table()["town"]["lead_ins"]), begin)


def _blanked(text: str, mentions: Iterable[Mention | AreaMention]) -> str:
    for mention in mentions:
        text = blank(text, mention.start, mention.end)
    return text
