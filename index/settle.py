"""Which of the places of one name a report is about: from what its text states, and from what is unique in the gazetteer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from index.address import LEAD, STEM
from index.places import Gazetteer, may_be
from index.text import sentences
from index.types import Place

AUTHOR = r"(?=委(?!员)|人民政府|政府|司法局|依法治|法治|全面依法|委员会|[东南西北中]部|境内|城区)"
COUNTY = re.compile(
    rf"(?P<lead>^|[\s,。;:、“(《]|{LEAD}|在|经|由|向|受|报)"
    r"(?:[一-鿿]{2,3}省)?(?:[一-鿿]{2,4}市(?=[一-鿿]{2,4}[县旗]))?"
    rf"(?![全我本各该]|{LEAD})(?P<county>{STEM}[县旗]|{STEM}(?<![社辖城景园小山库校片特地郊])[区市]){AUTHOR}",
    re.MULTILINE,
)
OPENING = 600  # characters: a county named there is the report's own; further on it may be a neighbour
ELSEWHERE = re.compile(r"经验|考察|借鉴|招商|外出|赴|务工|户籍|来自")  # a sentence that may name a place far away
GOVERNED = {
    "区": r"区委|区政府|全区|我区",
    "县": r"县委|县政府|全县|我县",
    "市": r"市委|市政府|全市|我市",
    "旗": r"旗委|旗政府|全旗|我旗",
}


def _stated(named: Iterable[Place], town: str) -> Place:
    """What the addresses of the town state about the places above it; the one named most often where they differ."""
    places = [place for place in named if place.town == town]
    most = [
        Counter(filter(None, values)).most_common(1)
        for values in zip(*((p.province, p.city, p.county) for p in places), strict=True)
    ]
    province, city, county = (found[0][0] if found else "" for found in most)
    return Place(province, city, county, town)


def _county_in(head: Sequence[str], body: str, gazetteer: Gazetteer) -> str:
    """The county that the salutation or the opening names as the authority (淮岗县委、县政府), or "".

    In the opening a name that the gazetteer does not know must follow a word that leads to it: ，配合县司法局 names none.
    A city or a municipality that is known to have counties below it (泉州市委) is never one itself.
    """
    above = {*gazetteer.cities, *gazetteer.provinces} - gazetteer.counties.keys()
    named = Counter(match["county"] for match in COUNTY.finditer("\n".join(head)))
    for match in COUNTY.finditer(body[:OPENING]):
        if match["county"] in gazetteer.counties or match["lead"].isalpha():
            named[match["county"]] += 1
    return next((county for county, _ in named.most_common() if county not in above), "")


def _governed_by(candidates: Sequence[Place], body: str) -> list[Place]:
    """The candidates whose kind of county agrees with the authority that the body speaks of (区委、区政府)."""
    counts = {ending: len(re.findall(words, body)) for ending, words in GOVERNED.items()}
    below = {ending: count for ending, count in counts.items() if ending != "市"}
    kind = max(below, key=lambda ending: below[ending]) if any(below.values()) else ("市" if counts["市"] else "")
    return [place for place in candidates if not kind or not place.county.endswith(tuple(GOVERNED)) or place.county.endswith(kind)]


def _spoken_of(candidates: Sequence[Place], words: str) -> Place | None:
    """The one candidate whose county, city or province the text names as its own, when it names those of no other."""
    own = "\n".join(words[span.start : span.end] for span in sentences(words) if not ELSEWHERE.search(words, span.start, span.end))
    named = [place for place in candidates if any(part and part in own for part in (place.county, place.city, place.province))]
    return named[0] if len(named) == 1 else None


def _official(county: str, gazetteer: Gazetteer) -> str:
    """The full name of an autonomous county that is called by its short one (屏边县), when only one begins so."""
    if not county.endswith("县") or county in gazetteer.counties:
        return county
    full = [name for name in gazetteer.counties if name.startswith(county[:-1]) and name.endswith("自治县")]
    return full[0] if len(full) == 1 else county


def settle(town: str, named: Sequence[Place], head: Sequence[str], body: str, gazetteer: Gazetteer) -> Place:
    """The place of ``town``, as far as text and gazetteer decide it.

    ``named`` are the addresses found, ``head`` the title block, ``body`` the running text. What the text states stands, also when
    the gazetteer does not know it; a town of a unique name is where the gazetteer has it, unless the text speaks of another kind of
    county; of several the one that the text speaks of is taken, otherwise the place stays open.
    """
    place = _stated(named, town)
    if not place.county and (county := _county_in(head, body, gazetteer)):
        place = Place(place.province, place.city, county, town)
    place = replace(place, county=_official(place.county, gazetteer))
    candidates = [real for real in gazetteer.towns_named(town) if real.town == town and may_be(place, real)]
    if not place.county:
        candidates = _governed_by(candidates, body)
    if len(candidates) == 1:
        return candidates[0]
    if found := _spoken_of(candidates, "\n".join((*head, body))):
        return found
    counties = [real for real in gazetteer.counties_named(place.county) if real.county == place.county and may_be(place, real)]
    if place.county and len(counties) == 1:
        return Place(counties[0].province, counties[0].city, place.county, town)
    return place
