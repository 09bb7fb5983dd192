"""The counties, cities and provinces that a question names: of the store's towns, or real ones of the gazetteer."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from index.places import Gazetteer
from index.types import Place
from retrieval.question.words import pattern, table

HAN = re.compile(r"[㐀-䶿一-鿿]")
FULL_AREA = re.compile(r"[㐀-䶿一-鿿]{2,7}?(?:特别行政区|自治[区州县]|省|市|县|区|州|旗)")
COUNTED = re.compile(r"[几两二三四五六七八九十\d]+个?$")
LONGEST = 8  # characters of an area's name that is looked up


def bare(name: str) -> str:
    """A name without its ending: 金井 for 金井镇, 晋江 for 晋江市, 广西 for 广西壮族自治区."""
    short = re.sub(r"(?:民族)?(?:镇|街道|乡|苏木)$|(?:壮族|回族|维吾尔)?自治[区州县]$|特别行政区$|[省市县区州旗]$", "", name)
    return short if len(short) > 1 else name


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """The gazetteer, read when the first unknown name needs it."""
    return Gazetteer.load()


@dataclass(frozen=True, slots=True)
class Area:
    """A county, city or province; ``level`` is the field of ``Place`` that holds it."""

    name: str
    level: str

    def holds(self, place: Place) -> bool | None:
        """Whether ``place`` lies in it; None when the place does not say."""
        if self.name in (place.province, place.city, place.county):
            return True
        stated = getattr(place, self.level)
        return None if not stated else False


@dataclass(frozen=True, slots=True)
class AreaMention:
    """A stretch of the question that names a place, and all the places that its name may mean."""

    start: int
    end: int
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class AreaIndex:
    """The areas of a catalogue's towns, by full and bare name."""

    named: dict[str, tuple[Area, ...]]

    @classmethod
    def of(cls, places: Iterable[Place]) -> AreaIndex:
        named: dict[str, dict[Area, None]] = defaultdict(dict)
        for place in places:
            for level in ("province", "city", "county"):
                if name := getattr(place, level):
                    named[name][Area(name, level)] = None
                    named[bare(name)][Area(name, level)] = None
        return cls({name: tuple(areas) for name, areas in named.items()})

    def ends(self, words: str) -> bool:
        """Whether ``words`` end with a county's full name, and perhaps a count: before 镇 (栖云县六镇) they mean all of its towns."""
        before = COUNTED.sub("", words)
        return any(before[-n:] in self.named and bare(before[-n:]) != before[-n:] for n in range(3, LONGEST))

    def find(self, text: str, towns: Collection[int], names: Collection[str]) -> Iterator[AreaMention]:
        """The areas in ``text``; ``towns`` are where towns named in full begin, ``names`` the bare names of towns."""
        at = edge = 0
        while at < len(text):
            free = at == edge or HAN.match(text[at - 1]) is None or text[at - 1] in table()["town"]["lead_ins"]
            areas: tuple[Area, ...] = ()
            for name in _longest(text, at):
                end = at + len(name)
                before_town = end in towns or _leads_to_town(text, end, towns)
                if areas := self._sure(name, before_town) or (self._likely(name, text[end:], before_town, names) if free else ()):
                    break
            if areas:
                edge = at + len(name)
                yield AreaMention(at, edge, areas)
            at += len(name) if areas else 1

    def _sure(self, name: str, before_town: bool) -> tuple[Area, ...]:
        """An area of the catalogue by its full name, or by its bare one right before a town."""
        return self.named.get(name, ()) if before_town or bare(name) != name else ()

    def _likely(self, name: str, after: str, before_town: bool, names: Collection[str]) -> tuple[Area, ...]:
        """A bare name that the words ``after`` it show to be a place, or a real area that the catalogue has not."""
        bounds = pattern("place", "bounds").match(after) is not None
        its_towns = before_town or pattern("place", "its_towns").match(after) is not None
        if name in names and not its_towns:
            return ()
        if found := self.named.get(name, ()):
            return found if bounds or any(after[:n] in self.named or after[:n] in names for n in range(2, LONGEST)) else ()
        if real := real_areas(name) if its_towns or (bounds and FULL_AREA.fullmatch(name)) else ():
            return real
        before_towns = before_town or pattern("place", "all_towns").match(name[-1] + after)
        return (Area(name, "county"),) if before_towns and self._stranger(name) else ()

    def _stranger(self, name: str) -> bool:
        """Whether a name before a town's, or before 各镇, reads as a county's that nobody knows: the towns meant are none of ours."""
        tails = [name[start:] for start in range(len(name) - 1)]
        known = any(tail in self.named or bare(tail) in self.named or real_areas(tail) for tail in tails)
        led = any(character in table()["town"]["lead_ins"] for character in name)
        return not (known or led) and pattern("place", "stranger").fullmatch(name) is not None


@lru_cache(maxsize=4096)
def real_areas(name: str) -> tuple[Area, ...]:
    """The real counties, cities or provinces of a name; a name that only looks like one is none."""
    places = gazetteer()
    found = [Area(place.county, "county") for place in places.counties_named(name)]
    found += [Area(place.city, "city") for place in places.cities_named(name)]
    province = places.province_named(name)
    return tuple(dict.fromkeys([*found, *([Area(province, "province")] if province else [])]))


def _leads_to_town(text: str, at: int, towns: Collection[int]) -> bool:
    """Whether nothing but a lower place in full stands between ``at`` and a town: 南京市|玄武区云砚镇."""
    return any(at < town <= at + LONGEST and FULL_AREA.fullmatch(text, at, town) for town in towns)


def _longest(text: str, at: int) -> Iterator[str]:
    most = min(len(text), at + LONGEST)
    stop = next((i for i in range(at, most) if not HAN.match(text[i])), most)
    return (text[at:end] for end in range(stop, at + 1, -1))
