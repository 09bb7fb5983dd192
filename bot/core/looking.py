"""The commands that look at the collection as a whole: which towns there are, towns side by side, the ledger of figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.core import texts
from bot.core.answers import head
from bot.core.buttons import numbers
from bot.core.desk import Call, Desk, Done, Verb
from bot.core.types import Attachment, Button, Quote, Reply, Role
from index.types import Kind, ReportInfo
from retrieval.ledger import Entry
from retrieval.ledger import ledger as entries_of
from retrieval.reply.cite import short_town

PAGE = 30  # towns in one message
SHOWN = 15  # figures in one message
FOUND = 5  # passages in one message
BETWEEN = re.compile(r"[\s,，、;；]+")
TOWN_ENDS = ("镇", "乡", "街道")
YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年?")
Town = tuple[str, str, tuple[int, ...]]


def towns(desk: Desk, call: Call) -> Reply:
    """The towns of the collection, or of one place, with the years of their reports."""
    return _page(desk, call, call.words.replace(" ", ""), 0)


def turn(desk: Desk, call: Call) -> Done:
    """``towns:from:offer`` is another page of the towns; the offer holds the place (0: everywhere)."""
    first, offer = numbers(call.words, 2)
    return Done(reply=_page(desk, call, desk.records.offered(call.who, offer) if offer else "", first))


def _page(desk: Desk, call: Call, place: str, first: int) -> Reply:
    reports = [r for r in desk.answerer.reports() if r.town and (not place or any(name.startswith(place) for name in _places(r)))]
    if not reports:
        return Reply(texts.TOWNS_NONE.format(place=place) if place else texts.NO_EXAMPLES)
    found = _towns(reports)
    page = found[first : first + PAGE]
    lines = [texts.TOWNS_HEAD.format(place=place or "资料库", reports=len(reports), towns=len(found))]
    lines += [f"{county or '县区不详'}：{'、'.join(map(_named, own))}" for county, own in groupby(page, key=lambda town: town[0])]
    left = len(found) - first - len(page)
    more = Button(texts.TOWNS_MORE.format(left=left), f"towns:{first + PAGE}:{desk.records.offer(call.who, place) if place else 0}")
    return Reply("\n".join(lines), buttons=((more,),) if left > 0 else ())


def _places(report: ReportInfo) -> tuple[str, ...]:
    place = report.place
    return place.province, place.city, place.county, place.town, f"{place.county}{place.town}"


def _towns(reports: Sequence[ReportInfo]) -> list[Town]:
    """County, name and years of each town, by place."""
    ordered = sorted(reports, key=lambda r: (r.place.province, r.place.city, r.place.county, r.town, r.year or 0))
    grouped = groupby(ordered, key=lambda r: (r.place.county, r.town))
    return [(county, town, tuple(dict.fromkeys(r.year for r in own if r.year))) for (county, town), own in grouped]


def _named(town: Town) -> str:
    return f"{town[1]}（{'、'.join(map(str, town[2])) or '年份不详'}）"


def compare(desk: Desk, call: Call) -> Reply | str:
    """Towns side by side: /compare 甲镇 乙镇 法律明白人."""
    named = [word for word in BETWEEN.split(call.words) if word]
    if not named:
        pair = next((question for question in desk.answerer.examples() if "和" in question), texts.SOME_PAIR)
        return Reply(texts.COMPARE_HOW.format(example=pair))
    *places, topic = named
    return f"对比{'和'.join(places)}的{topic}" if places else f"对比{topic}"


def ledger(desk: Desk, call: Call) -> Reply:
    """Every number that the reports in question state, the first ones as text, all as an Excel file."""
    words = [word for word in BETWEEN.split(call.words) if word]
    reports = desk.answerer.reports()
    if not words:
        return Reply(texts.LEDGER_HOW.format(example=next((r.town for r in reports if r.town), texts.SOME_TOWN)))
    year = next((int(match["year"]) for word in words if (match := YEAR.fullmatch(word))), None)
    words = [word for word in words if not YEAR.fullmatch(word)]
    county = next((word for word in words if any(word in (r.place.county, r.place.city, r.place.province) for r in reports)), "")
    towns = {name for r in reports if r.town for name in (r.town, short_town(r.town))}
    town = next((word for word in words if word != county and (word in towns or word.endswith(TOWN_ENDS))), "")
    indicator = "".join(word for word in words if word not in (town, county))
    found = entries_of(desk.store, town=town, county=county, year=year, indicator=indicator)
    if not found:
        return Reply(texts.LEDGER_NONE)
    lines = [texts.LEDGER_HEAD.format(count=len(found)), *map(_line, found[:SHOWN])]
    if len(found) > SHOWN:
        lines.append(texts.LEDGER_REST.format(count=len(found) - SHOWN))
    name = texts.LEDGER_FILE.format(name="".join(BETWEEN.split(call.words)))
    return Reply("\n".join(lines), files=(Attachment(name, _workbook(found)),))


def search(desk: Desk, call: Call) -> Reply:
    """``/search 词`` shows the passages that fit best, and composes no answer."""
    if not call.words:
        return Reply(texts.SEARCH_HOW)
    hits = desk.answerer.find(call.words, FOUND)
    if not hits:
        return Reply(texts.SEARCH_NONE.format(words=call.words))
    reports = {report.id: report for report in desk.answerer.reports()}
    quotes = tuple(Quote(head(reports[hit.passage.report_id].title, hit.passage.path), hit.passage.text) for hit in hits)
    return Reply(texts.SEARCH_FOUND.format(words=call.words, count=len(hits)), quotes)


def _line(entry: Entry) -> str:
    kind = texts.KINDS[entry.kind] if entry.kind in (Kind.PLANNED, Kind.CHANGE) else ""
    doubt = f" ⚠{'；'.join(entry.doubts)}" if entry.doubts else ""
    return f"{entry.report.town}{entry.year or ''}{'年' if entry.year else ''} {entry.indicator}：{entry.written}{kind}（{entry.citation}）{doubt}"


def _workbook(entries: Sequence[Entry]) -> bytes:
    from bot.ledger import export

    with TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        export(path, entries)
        return path.read_bytes()


VERBS = (
    Verb("search", "找原文段落，不作回答", Role.READER, search, words=("搜索…", "搜…", "搜一下…", "查找…", "找…")),
    Verb("towns", "有哪些镇、哪些年份；可加县区", Role.READER, towns, words=("目录…", "有哪些镇", "镇名单")),
    Verb("compare", "几个镇并列比较", Role.READER, compare, words=("对比…", "比较…")),
    Verb("ledger", "指标台账：一个镇写的每个数字", Role.READER, ledger, words=("台账…", "指标台账…")),
)
