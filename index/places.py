"""The gazetteer: which towns, counties and provinces there are.

``places.csv.gz`` has a line a county, ``province,city,county, town town …``; ``city`` is empty under a municipality and for
counties that a province governs itself. 41,352 towns and streets as of June 2023, made from
modood/Administrative-divisions-of-China (WTFPL). A keeper may add lines of the same form in a file of their own.

The table is kept as one string with a set of its names: it is ready some 15 ms after it is asked for.
"""

from __future__ import annotations

import gzip
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from index.types import Place, ReportInfo, Span

TOWN_ENDINGS = ("镇", "街道", "乡", "民族乡", "苏木", "地区", "农场", "林场", "办事处")
COUNTY_ENDINGS = ("县", "市", "区", "旗", "自治县")
CITY_ENDINGS = ("市", "地区", "盟", "自治州")
PROVINCE_ENDING = re.compile(r"(省|市|(维吾尔|壮族|回族)?自治区)$")
TOWN_END = re.compile(r"镇|街道|乡|苏木")
LONGEST_TOWN = 15  # characters; the longest real name with one of the endings above


@dataclass(frozen=True, slots=True)
class Mention:
    """A real town's full name in a text, with the places that bear it."""

    span: Span
    places: tuple[Place, ...]


def _table(raw: str) -> str:
    """The lines of a places file without its header, blank lines and remarks, a blank before every town."""
    lines = (line.strip() for line in raw.splitlines())
    kept = [line.split(",", 3) for line in lines if line.count(",") == 3 and not line.startswith(("province,", "#"))]
    return "".join(f"{province},{city},{county}, {' '.join(towns.split())}\n" for province, city, county, towns in kept)


def _named(table: Mapping[str, Sequence[Place]], name: str, endings: Iterable[str]) -> tuple[Place, ...]:
    """The places of this full name, or, when there is none, those whose name is this with one of ``endings``."""
    return tuple(table.get(name) or (place for ending in endings for place in table.get(name + ending, ())))


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Real places by name. ``table`` has a line a county, ``province,city,county, town town … ``; the others are indexes of it."""

    table: str
    towns: frozenset[str]
    provinces: tuple[str, ...]
    cities: Mapping[str, Sequence[Place]]
    counties: Mapping[str, Sequence[Place]]

    @classmethod
    def load(cls, extra: Path | None = None) -> Gazetteer:
        """The gazetteer that ships with the program, and a keeper's own file of the same form before it."""
        packed = files("index").joinpath("places.csv.gz").read_bytes()
        own = _table(extra.read_text(encoding="utf-8-sig")) if extra is not None and extra.is_file() else ""
        return cls.of(own + gzip.decompress(packed).decode("utf-8").partition("\n")[2])

    @classmethod
    def of(cls, table: str) -> Gazetteer:
        """A gazetteer of the given lines, ``province,city,county, town town …``."""
        cities: dict[str, list[Place]] = {}
        counties: dict[str, list[Place]] = {}
        heads = dict.fromkeys(re.findall(r"^[^ ]+(?=, )", table, re.MULTILINE))
        areas = [head.split(",") for head in heads]
        for province, city, county in areas:
            counties.setdefault(county, []).append(Place(province, city, county))
        for province, city in dict.fromkeys((province, city) for province, city, _ in areas if city):
            cities.setdefault(city, []).append(Place(province, city))
        towns = frozenset(table.split()).difference(f"{head}," for head in heads)
        return cls(table, towns, tuple(dict.fromkeys(area[0] for area in areas)), cities, counties)

    def _places(self, town: str) -> Iterator[Place]:
        """The place of every county that has a town of exactly this name."""
        position = self.table.find(f" {town}") if town in self.towns else -1
        while position >= 0:
            end = self.table.find("\n", position)
            if self.table[position + 1 + len(town)].isspace():
                start = self.table.rfind("\n", 0, position) + 1
                province, city, county, _ = self.table[start:end].split(",", 3)
                yield Place(province, city, county, town)
            position = self.table.find(f" {town}", position + 1)

    def contains_town(self, name: str) -> bool:
        """Whether a town of exactly this full name exists."""
        return name in self.towns

    def contains_bare(self, name: str) -> bool:
        """Whether a town of this bare name exists: 金井, of 金井镇 and 金井街道."""
        return any(name + ending in self.towns for ending in TOWN_ENDINGS)

    def towns_named(self, name: str) -> tuple[Place, ...]:
        """The towns of this full name (泉掌镇), or, when there is none, of this bare name (泉掌)."""
        exact = tuple(dict.fromkeys(self._places(name)))
        return exact or tuple(dict.fromkeys(place for ending in TOWN_ENDINGS for place in self._places(name + ending)))

    def counties_named(self, name: str) -> tuple[Place, ...]:
        """The counties, districts, banners and county-level cities of this full (晋江市) or bare (晋江) name; ``town`` is empty."""
        return _named(self.counties, name, COUNTY_ENDINGS)

    def cities_named(self, name: str) -> tuple[Place, ...]:
        """The prefecture-level cities, prefectures and leagues of this full (泉州市) or bare (泉州) name."""
        return _named(self.cities, name, CITY_ENDINGS)

    def province_named(self, name: str) -> str:
        """The full name of a province given in full or in short (福建, 内蒙古, 广西), or ""."""
        return next((full for full in self.provinces if name and name in (full, PROVINCE_ENDING.sub("", full))), "")

    def find(self, text: str) -> tuple[Mention, ...]:
        """The real towns that ``text`` names in full, longest name first at each place, without overlaps."""
        found: list[Mention] = []
        for match in TOWN_END.finditer(text):
            floor = max(found[-1].span.end if found else 0, match.end() - LONGEST_TOWN)
            for start in range(floor, match.start()):
                if places := tuple(self._places(text[start : match.end()])):
                    found.append(Mention(Span(start, match.end()), places))
                    break
        return tuple(found)


def _only(values: Iterable[str]) -> str:
    """The one value that is not empty, or ""."""
    distinct = {value for value in values if value}
    return distinct.pop() if len(distinct) == 1 else ""


def may_be(known: Place, other: Place) -> bool:
    """Whether no part of the place that both state differs."""
    parts = ((known.town, other.town), (known.county, other.county), (known.city, other.city), (known.province, other.province))
    return all(not mine or not theirs or mine == theirs for mine, theirs in parts)


def complete_places(reports: Sequence[ReportInfo], gazetteer: Gazetteer | None = None) -> dict[str, Place]:
    """Fill in what other reports of the collection state about a place: report id → its place.

    First the county, from reports on a town of the same name; then city and province, from any report of the same county.
    Only what is unambiguous is taken. What a report states itself is not changed; but a county that was only guessed from the
    gazetteer gives way when the collection places this town where the gazetteer knows none (``gazetteer`` is loaded if needed).
    """
    places = {report.id: report.place for report in reports if report.town}
    by_town: dict[str, list[ReportInfo]] = defaultdict(list)
    for report in reports:
        if report.town:
            by_town[report.town].append(report)
    for town, own in by_town.items():
        counties = {report.place.county for report in own if report.place.county}
        if len(counties) > 1:
            gazetteer = gazetteer or Gazetteer.load()
            places |= _corrected(own, gazetteer.towns_named(town))
        for report in own:
            if not report.place.county:
                county = _only(other.place.county for other in own if may_be(report.place, other.place))
                places[report.id] = replace(report.place, county=county)
    return places | _with_provinces(places)


def _corrected(own: Sequence[ReportInfo], real: Sequence[Place]) -> dict[str, Place]:
    """The reports of one town whose county the gazetteer gave, put where another report of the town says it is."""
    known = {place.county for place in real}
    strangers = {report.place for report in own if report.place.county and report.place.county not in known}
    county = _only(place.county for place in strangers)
    guessed = [
        report for report in own if report.place.county in known and report.place.county[:2] not in report.title + report.issuer
    ]
    return {report.id: Place(county=county, town=report.town) for report in guessed} if county else {}


def _with_provinces(places: Mapping[str, Place]) -> dict[str, Place]:
    """The places that lack a province or a city, with those of their county."""
    found: dict[str, Place] = {}
    by_county: dict[str, set[Place]] = defaultdict(set)
    for place in places.values():
        by_county[place.county].add(replace(place, town=""))
    for key, place in places.items():
        if place.county and not (place.province and place.city):
            same = [other for other in by_county[place.county] if may_be(replace(place, town=""), other)]
            if province := _only(other.province for other in same):
                found[key] = replace(place, province=province, city=place.city or _only(other.city for other in same))
    return found
