"""The gazetteer: which towns, counties and provinces there are.

``places.csv.gz`` has a line a county, ``province,city,county,towns`` with the towns separated by blanks; ``city`` is empty
under a municipality and for counties that a province governs itself. 41,352 towns and streets as of June 2023, made from
modood/Administrative-divisions-of-China (WTFPL). A keeper may add lines of the same form in a file of their own.

The table is kept as one string and searched as one: it is ready 5 ms after it is asked for, and a name takes 0.1 ms.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path

from index.types import Place, ReportInfo, Span

TOWN_ENDINGS = ("镇", "街道", "乡", "民族乡", "苏木", "地区", "农场", "林场", "办事处")
COUNTY_ENDINGS = ("县", "市", "区", "旗", "自治县")
PROVINCE_ENDINGS = re.compile(r"(省|市|(维吾尔|壮族|回族)?自治区)$")
TOWN_END = re.compile(r"镇|街道|乡|苏木")
LONGEST_TOWN = 15  # characters; the longest real name with one of the endings above


@dataclass(frozen=True, slots=True)
class Mention:
    """A real town's full name in a text, with the places that bear it."""

    span: Span
    places: tuple[Place, ...]


def _table(raw: str) -> str:
    """The lines of a places file without its header, blank lines and remarks, with a blank around every town name."""
    lines = (line.strip() for line in raw.lstrip("\ufeff").splitlines())
    kept = [line for line in lines if line.count(",") == 3 and not line.startswith(("province,", "#"))]
    return "".join(f"{line.rpartition(',')[0]}, {line.rpartition(',')[2]} \n" for line in kept)


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Real places by name. ``table`` has a line a county: ``province,city,county, town town … ``."""

    table: str

    @classmethod
    def load(cls, extra: Path | None = None) -> Gazetteer:
        """The gazetteer that ships with the program, and a keeper's own file of the same form before it."""
        packed = files("index").joinpath("places.csv.gz").read_bytes()
        own = _table(extra.read_text(encoding="utf-8-sig")) if extra is not None and extra.is_file() else ""
        return cls(own + _table(gzip.decompress(packed).decode("utf-8")))

    @property
    def provinces(self) -> tuple[str, ...]:
        """The full names of the provinces, in the order of the official list."""
        return tuple(dict.fromkeys(re.findall(r"^[^,\n]+", self.table, re.MULTILINE)))

    def _places(self, needle: str) -> Iterator[Place]:
        """The county of every line that has ``needle``, a line at most once."""
        position = self.table.find(needle)
        while position >= 0:
            start = self.table.rfind("\n", 0, position + 1) + 1
            end = self.table.find("\n", position + 1)
            province, city, county, _ = self.table[start:end].split(",", 3)
            yield Place(province, city, county)
            position = self.table.find(needle, end)

    def contains_town(self, name: str) -> bool:
        """Whether a town of exactly this full name exists."""
        return bool(name) and f" {name} " in self.table

    def towns_named(self, name: str) -> tuple[Place, ...]:
        """The towns of this full name (泉掌镇), or, when there is none, of this bare name (泉掌)."""
        if not name or not name.isalnum():
            return ()
        for full in ([name], [name + ending for ending in TOWN_ENDINGS]):
            found = [replace(place, town=town) for town in full for place in self._places(f" {town} ")]
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def counties_named(self, name: str) -> tuple[Place, ...]:
        """The counties, districts, banners and county-level cities of this full (晋江市) or bare (晋江) name; ``town`` is empty."""
        if not name or not name.isalnum():
            return ()
        for full in ([name], [name + ending for ending in COUNTY_ENDINGS]):
            found = [place for county in full for place in self._places(f",{county}, ")]
            if found:
                return tuple(dict.fromkeys(found))
        return ()

    def cities_named(self, name: str) -> tuple[Place, ...]:
        """The prefecture-level cities, prefectures and leagues of this full (泉州市) or bare (泉州) name."""
        if not name or not name.isalnum():
            return ()
        for full in ([name], [name + ending for ending in ("市", "地区", "盟", "自治州")]):
            found = [replace(place, county="") for city in full for place in self._places(f",{city},")]
            if found:
                return tuple(dict.fromkeys(place for place in found if place.city))
        return ()

    def province_named(self, name: str) -> str:
        """The full name of a province given in full or in short (福建, 内蒙古, 广西), or ""."""
        return next((full for full in self.provinces if name and name in (full, PROVINCE_ENDINGS.sub("", full))), "")

    def find(self, text: str) -> tuple[Mention, ...]:
        """The real towns that ``text`` names in full, longest name first at each place, without overlaps."""
        found: list[Mention] = []
        for match in TOWN_END.finditer(text):
            floor = max(found[-1].span.end if found else 0, match.end() - LONGEST_TOWN)
            for start in range(floor, match.start()):
                if places := self.towns_named(text[start : match.end()]) if self.contains_town(text[start : match.end()]) else ():
                    found.append(Mention(Span(start, match.end()), places))
                    break
        return tuple(found)


def _only(values: Iterable[str]) -> str:
    """The one value that is not empty, or ""."""
    distinct = {value for value in values if value}
    return distinct.pop() if len(distinct) == 1 else ""


def _may_be(known: Place, other: Place) -> bool:
    """Whether no part of the place that both state differs."""
    parts = ((known.town, other.town), (known.county, other.county), (known.city, other.city), (known.province, other.province))
    return all(not mine or not theirs or mine == theirs for mine, theirs in parts)


def complete_places(reports: Sequence[ReportInfo]) -> dict[str, Place]:
    """Fill in what other reports of the collection state about a place: report id → its place.

    First the county, from reports on a town of the same name; then city and province, from any report of the same county.
    Only what is unambiguous is taken, and nothing that a report states itself is changed.
    """
    places = {report.id: report.place for report in reports if report.town}
    for key, place in places.items():
        same_town = [other for other in places.values() if other.town == place.town and other.county and _may_be(place, other)]
        places[key] = replace(place, county=place.county or _only(other.county for other in same_town))
    for key, place in places.items():
        same_county = [other for other in places.values() if other.county == place.county and _may_be(replace(place, town=""), other)]
        if place.county and (province := _only(other.province for other in same_county)):
            places[key] = replace(place, province=province, city=place.city or _only(other.city for other in same_county))
    return places
