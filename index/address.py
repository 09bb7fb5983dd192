"""Places as officials write them, parsed: 安徽省淠东县新集镇, 涢南区人民政府解放桥街道, 关于磁灶镇.

A name is cut into province, city, county and town in every way its characters allow, and the way that the gazetteer knows best
is taken; an unknown town or county is taken as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from index.places import PROVINCE_ENDING, Gazetteer
from index.types import Place

TOWN_END = re.compile(
    r"民族乡|街道|镇|乡(?![村镇亲])|苏木|(?<!街道)(?<!街)办事处|街(?=办事处|党工委|[\d二]|关于|法治)"
    r"|[农林牧渔茶]场(?!所|主)|(?:开发|管理|园)区|(?<!区)(?:管委会|管理委员会)|区(?=管委会|管理委员会)"
)
VILLAGE = re.compile(r"[一-鿿]{1,6}?(?:村|社区)(?=村?民?委员?会|居民?委|[\d二]|关于|法治|年度)")  # what a town's name leads to: its report, not the town's
SHORT = ("街", "办事处")  # 海滨街 and 文峰办事处 stand for 街道 where there is such a one
LEAD = "按照|贯彻|落实|根据|依照|依据|遵照|对照|位于|地处|隶属|属于|关于|报送|呈送|主送|抄送|抄报|呈报|上报"  # words before a county, never a part of its name
BEFORE = re.compile(
    rf".*(?:中共|{LEAD}|推进|深化|加强|印发|报送|现将|[\d○一二三四五六七八九十]{2,4}\s*年度?|[\d○一二三四五六七八九]年度?|^[^一-鿿]+|[^一-鿿])",
    re.DOTALL,
)
LOWER = "市州盟区县旗"  # characters that may end the name of a higher level
CITY_END = ("市", "自治州", "地区", "盟", "州")
COUNTY_END = ("县", "区", "市", "旗")
STEM = r"(?:(?![委在县区市旗和与及各])[一-鿿]){2,3}?"  # the name of a county that nobody knows, before its ending
NEW_CITY = re.compile(rf"(?!..城|[小大新老古]城|.级){STEM}市")  # a 市 that nobody knows; not 宜居城市, 小城市, 县级市
JOINS = ("以及", "和", "与", "及", "同", "暨")  # between two towns that report together
COMMITTEE = re.compile("(?:管委会|管理委员会)(?=[一-鿿])")
"""What a district is governed by, before the name of a town in it."""
SOME_TOWN = "某镇"
LONGEST = 30  # characters of a full address
LONG_STEM = 4  # characters: a town's name before its ending is seldom longer


@dataclass(frozen=True, slots=True)
class Address:
    """A town with the places above it as far as they were written; ``fit`` is how well the gazetteer knows it."""

    place: Place
    fit: float


def _levels(name: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    """Whether ``name`` is a county's or a city's, by its ending and the gazetteer; a 市 that nobody knows may be either.

    Such a one is the county right above a town, and the city above a county.
    """
    if not name.endswith("市"):
        return ("county",) if name.endswith(COUNTY_END) else ("city",) if name.endswith(CITY_END) else ()
    if gazetteer.cities_named(name):
        return ("city",)
    if gazetteer.counties_named(name):
        return ("county",)
    tails = (name[start:] for start in range(1, len(name) - 1))
    led = any(gazetteer.cities_named(tail) or gazetteer.counties_named(tail) or gazetteer.province_named(tail) for tail in tails)
    return ("county", "city") if NEW_CITY.fullmatch(name) and not led else ("city",)


def _below(taken: Place, name: str, gazetteer: Gazetteer) -> Iterator[Place]:
    """``taken`` with the next lower place ``name``, in each way that it can stand there."""
    if not taken.county and len(name) > 1:
        yield from (replace(taken, **{level: name}) for level in _levels(name, gazetteer) if not getattr(taken, level))


def _province(words: str, gazetteer: Gazetteer) -> tuple[str, str]:
    """The province that ``words`` begin with, in full or in short (but 吉林市 is no province), and the rest."""
    for full in gazetteer.provinces:
        for name in (full, PROVINCE_ENDING.sub("", full)):
            if words.startswith(name) and words[len(name) :] and (name == full or words[len(name)] not in LOWER):
                return full, words.removeprefix(name)
    return "", words


def _readings(words: str, gazetteer: Gazetteer, taken: Place) -> Iterator[Place]:
    """Every way to read ``words`` as city, county and town, or less, below ``taken``."""
    yield Place(taken.province, taken.city, taken.county, words)
    for end, character in enumerate(words[:-1], 1):
        if character in LOWER:
            for higher in _below(taken, words[:end], gazetteer):
                yield from _readings(words[end:].removeprefix("人民政府"), gazetteer, higher)


def area(words: str, gazetteer: Gazetteer) -> Place:
    """The province, city and county whose government ``words`` name (湖北省涢南区人民政府门户网站); empty where they name none."""
    government = re.search(r"[一-鿿]{2,30}?(?=(人民)?政府|门户|司法局)", words)
    province, rest = _province(government.group() + SOME_TOWN, gazetteer) if government else ("", "")
    return next(
        (replace(place, town="") for place in _readings(rest, gazetteer, Place(province)) if place.town == SOME_TOWN),
        Place(province),
    )


def _fit(place: Place, gazetteer: Gazetteer) -> float:
    """How good a reading is: known names count for it, an unknown or overlong town against it."""
    stem = TOWN_END.sub("", place.town) or place.town
    towns = [real for real in gazetteer.towns_named(place.town) if real.town == place.town]
    above = sum(2.0 for real in towns[:1] if place.county) if any(real.county == place.county for real in towns) else 0.0
    county = 1.5 * bool(place.county and gazetteer.counties_named(place.county)) + 0.5 * bool(place.county)
    city = 1.0 * bool(place.city and gazetteer.cities_named(place.city))
    odd = 2.0 * (sum(character in LOWER for character in stem) + (len(stem) < 2)) + max(0, len(stem) - LONG_STEM)
    return above + county + city + bool(place.province) + (2.0 if towns else -odd)


def addresses(words: str, gazetteer: Gazetteer) -> tuple[Address, ...]:
    """The towns named in ``words`` (a title, a signature; half-width, without white space), each in its best reading."""
    found: list[Address] = []
    begin = 0
    for match in TOWN_END.finditer(words):
        before = words[max(begin, match.start() - LONGEST) : match.start()]
        before = before[boundary.end() :] if (boundary := BEFORE.match(before)) else before
        if begin and not gazetteer.contains_town(before + match.group()):
            before = before.removeprefix(next((word for word in JOINS if before.startswith(word)), ""))
        if found and (governs := COMMITTEE.match(before)):  # 高新区管委会鹭桥街道
            before = before[governs.end() :]
            found.pop()
        short = match.group() in SHORT
        ending = "街道" if short else match.group()
        province, rest = _province(before + ending, gazetteer)
        readings = [place for place in _readings(rest, gazetteer, Place(province)) if place.town != ending]
        known = [place for place in readings if gazetteer.contains_town(place.town)]
        if short and not known:  # no such 街道: an institution of its own, as it is written
            written = (replace(place, town=place.town.removesuffix(ending) + match.group()) for place in readings)
            readings = [place for place in written if place.town != match.group()]
        if readings:
            best = max(readings, key=lambda place: (_fit(place, gazetteer), -len(place.town)))
            begin = match.end()
            if village := VILLAGE.match(words, begin):
                best, begin = Place(best.province, best.city, best.county, village.group()), village.end()
            best = replace(best, town=best.town.replace("管理委员会", "管委会"))
            found.append(Address(best, _fit(best, gazetteer)))
    return tuple(found)
