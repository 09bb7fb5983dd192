"""A document → a report: whose it is, of which year, under which title.

Nothing is decided by one rule. Every place that may name the town or the year (title, signature, page, file name, opening, body)
is evidence of a certain worth (``identify.toml``); the name with the most of it is taken if it is enough, and how sure that is
becomes the report's confidence. What is no town's report keeps an empty town and no year.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from index import layout
from index.address import Address, addresses, area
from index.dates import NAMED, months, reported, years
from index.load.html import SITE
from index.page import OPENING, Page, compact, noise, read_page, table
from index.periods import Period, part_of_year, years_in_a_row
from index.places import Gazetteer
from index.settle import settle
from index.types import Document, Place, Report

APART = "题目与正文年份不一致"  # begins the note of a report whose title and body are of different years
ENOUGH = 3.0  # worth of evidence that makes a town
ENOUGH_FOR_YEAR = 2.0
DOUBT = 2.5  # evidence of this worth makes it as likely right as wrong
MENTIONS = 3  # times that a town is named in the body before the body counts alone
ANNOUNCED = r"现[将就][^。\n]{0,80}如下"  # how the running text says what it reports on
UNSURE = 0.5  # how sure a report is whose title and body are of different years
BODY = {"opening", "body", "own"}  # sources that make a report only together with a year
SOURCES = {
    "title": "标题", "signature": "落款", "page": "网页", "head": "文首", "file": "文件名", "body": "正文", "own": "自称",
    "opening": "开头", "announced": "正文所述", "written": "成文日期", "published": "发布日期", "headings": "小标题",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Found:
    """A name or a year, how sure it is (0–1), and which sources said so."""

    value: str
    confidence: float
    sources: tuple[str, ...]


def identity(text: str, apart: str = "") -> str:
    """The id of a report of ``text``; ``apart`` tells it from others of the same text."""
    words = f"{text}\n{apart}" if apart else text
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _is_report(page: Page) -> bool:
    """Whether title or opening say that this is a report."""
    rules = table()["report"]
    if re.search(rules["never"], page.title):
        return False
    named = re.search(rules["title"], page.title) or re.search(rules["contains"], page.title)
    return bool(named or re.search(rules["opening"], page.body[:OPENING] + page.body[-OPENING:]))


def _named(page: Page, document: Document, gazetteer: Gazetteer) -> Iterator[tuple[str, Address]]:
    """The towns that title, signature, page and file name speak of, with the source of each."""
    own_page = [compact(layout.view(words)) for words in (document.issuer, document.title) if words]
    stem = layout.view(PurePath(document.file).stem)
    sources = {"title": [page.title], "signature": page.foot, "page": [*own_page, *page.issuers], "head": page.head, "file": [stem]}
    for source, texts in sources.items():
        for text in texts:
            yield from ((source, address) for address in _towns(text, gazetteer))


def _towns(words: str, gazetteer: Gazetteer) -> Iterator[Address]:
    """The addresses in ``words`` but for general words (各乡镇, 全镇, 经济开发区)."""
    rules = table()["town"]
    for address in addresses(words, gazetteer):
        town = address.place.town
        if re.match(rules["institutions"], town):
            continue
        if gazetteer.contains_town(town) or not re.search(rules["general"], town):
            yield address


def _in_body(page: Page, gazetteer: Gazetteer) -> Iterator[tuple[str, Address]]:
    """The town that the first sentence speaks of, and towns that the body names often, where no higher place is the author."""
    rules = table()["town"]
    if re.search(r"[省市县区旗州](人民政府|20|关于|法治|依法)", page.title) or any(
        re.search("[县市区]", line) for line in page.foot
    ):
        return
    for address in _towns(compact(page.body[:OPENING].partition("。")[0]), gazetteer):
        if gazetteer.contains_town(address.place.town) or page.body.count(address.place.town) >= MENTIONS:
            yield "opening", address
    counts = Counter(page.body[m.span.start : m.span.end] for m in gazetteer.find(page.body))
    for town, count in counts.items():
        own = next((len(re.findall(words, page.body)) for ending, words in rules["own"].items() if town.endswith(ending)), 0)
        if count >= MENTIONS and not re.search(rules["general"], town) and own > len(re.findall(rules["above"], page.body)):
            yield "body", Address(Place(town=town), 0.0)


def _best(worth: dict[str, dict[str, float]], enough: float) -> _Found | None:
    """The name with the most evidence, if it is enough; ``worth`` is name → source → worth."""
    ranked = sorted(((sum(by.values()), name) for name, by in worth.items()), reverse=True)
    if not ranked or ranked[0][0] < enough:
        return None
    top, name = ranked[0]
    second = ranked[1][0] if len(ranked) > 1 else 0.0
    confidence = (1 - 0.5 ** (top / DOUBT)) * (1 - 0.5 * second / top)
    return _Found(name, round(confidence, 2), tuple(SOURCES[source] for source in worth[name]))


def _town(page: Page, named: list[tuple[str, Address]]) -> _Found | None:
    weights = table()["weights"]["town"]
    worth: dict[str, dict[str, float]] = {}
    for source, address in named:
        worth.setdefault(address.place.town, {})[source] = weights[source]
    for town, by in worth.items():
        count = page.body.count(town)
        if count and "body" not in by:
            by["body"] = weights["body"] * min(1.0, count / MENTIONS)
        own = next((words for ending, words in table()["town"]["own"].items() if town.endswith(ending)), "(?!)")
        if re.search(own, page.body):
            by["own"] = weights["own"]
    return _best(worth, ENOUGH)


def _place(town: str, page: Page, document: Document, named: list[Address], gazetteer: Gazetteer) -> Place:
    """The place of the town, from its addresses, the opening, the web site's name and the gazetteer."""
    stated = [address.place for address in (*named, *addresses(page.body[:OPENING], gazetteer))]
    sites = [replace(area(note, gazetteer), town=town) for note in document.notes if note.startswith(SITE)]
    return settle(town, [*stated, *sites], page.head, page.body, gazetteer)


def _title_year(words: str, *, bare: bool) -> int | None:
    """The year that a title is about: not the one that a plan in it is for."""
    found = list(years(words, bare=bare))
    done = [
        year
        for year, end in found
        if not re.match(r".{0,12}?(计划|打算|安排|思路|要点)", re.split(r"总结|报告|情况", words[end:])[0])
    ]
    return max(done or [year for year, _ in found], default=None)


def _span(page: Page) -> Period | None:
    """The years in a row that the title is about, where it names no other year."""
    title = NAMED.sub("", page.title)
    return None if _title_year(title, bare=False) not in (None, *_ends(title)) else years_in_a_row(title)


def _ends(title: str) -> tuple[int, ...]:
    span = years_in_a_row(title)
    return (span.first, span.last) if span else ()


def _period(page: Page, year: int | None) -> str:
    """What the report covers where that is not its year: as its title says right after the year, or the words that announce it."""
    if year is None:
        return ""
    if span := _span(page):
        return span.words
    announced = re.search(ANNOUNCED, page.body[:OPENING])
    for words in (page.title, announced.group() if announced else ""):
        part = part_of_year(words)
        if part and re.fullmatch(rf".*{year}年度?|[^\d]*", words.partition(part.words)[0]):
            return part.words
    return ""


def _body_year(page: Page, written: tuple[int, int] | None) -> int | None:
    """The year that the running text says it reports on; or that it opens with and names most, and not only once: a plan may; or the
    one before the title's, where it was signed in the spring of that one: a year that has just begun has no report."""
    announced = re.search(ANNOUNCED, page.body[:OPENING])
    if announced and (found := [year for year, _ in years(announced.group())]):
        return max(found)
    named = Counter(year for year, _ in years(page.body))
    first = next((year for year, _ in years(page.body[:OPENING])), None)
    if first and named[first] > 1 and 2 * named[first] > named.total():
        return first
    title = _title_year(page.title, bare=True)
    whole = part_of_year(page.title) is None
    return title - 1 if title and whole and written and (written[0], reported(*written)) == (title, title - 1) else None


def _year(page: Page, document: Document, written: tuple[int, int] | None) -> _Found | None:
    weights = table()["weights"]["year"]
    worth: dict[str, dict[str, float]] = {}

    def count(year: int | None, source: str, share: float = 1.0) -> None:
        if year is not None:
            worth.setdefault(str(year), {})[source] = weights[source] * share

    named = Counter(year for year, _ in years(page.body))
    span = _span(page)
    count(span.last if span else _title_year(page.title, bare=True), "title")
    count(None if span else _body_year(page, written), "announced")
    count(_title_year(layout.view(PurePath(document.file).stem), bare=True), "file")
    count(next((year for year, _ in years(page.body[:OPENING])), None), "opening")
    count(reported(*written) if written else None, "written")
    count(reported(document.published.year, document.published.month) if document.published else None, "published")
    for heading in page.headings:
        plans = bool(re.search("计划|打算|安排|思路|重点", heading)) and not re.search("完成|情况", heading)
        count(next((year - plans for year, _ in years(heading)), None), "headings")
    for year, times in named.items():
        count(year, "body", times / named.total())
    return _best(worth, ENOUGH_FOR_YEAR)


def _disagreement(page: Page, year: _Found, written: tuple[int, int] | None) -> str:
    """A note where title and body are of different years; "" where they agree."""
    title = _title_year(page.title, bare=True)
    body = _body_year(page, written)
    if _span(page) or not title or not body or title == body:
        return ""
    return f"{APART}：题目写的是{title}年，正文写的是{body}年，暂按{year.value}年收录，请核对"


def _issuer(page: Page, document: Document, place: Place) -> str:
    """Who signed the report: its signature, its page, the author in its title, or the town's government."""
    signed = re.compile(r".*(人民政府|委员会|办事处|党工?委)")
    for words in (*page.foot, document.issuer or "", page.title, *page.head):
        author = re.split(r"关于|[\d○]{4}|[:,。]", compact(layout.view(words)).strip("【】 "))[0]
        if place.town and place.town.removesuffix("街道") in author and (match := signed.match(author)):
            return match.group()
    if not place.town:
        return document.issuer or ""
    county = place.county if place.county in "".join((page.title, *page.head)) else ""
    governed = place.town.endswith(("镇", "乡", "苏木"))
    return county + place.town + ("人民政府" if governed else "办事处" if place.town.endswith(("街道", "街")) else "")


def _is_party(page: Page, issuer: str) -> bool:
    """Whether the party committee alone signed."""
    signed = "".join(page.foot) or issuer
    return bool(re.search("中共|党工?委|(?<!管理)(?<![村居]民)委员会", signed)) and not re.search("政府|办事处", signed)


def _unsaid(text: str, place: Place) -> str:
    """The town, where the text itself does not name it: two towns may send in one text."""
    return "" if place.town.removesuffix("街道") in compact(layout.view(text)) else place.town


def _dates(page: Page) -> tuple[tuple[int, int] | None, date | None]:
    """When the report says it was written, as (year, month), and as a date when it names the day."""
    for words in (*reversed(page.foot), *page.head):
        for year, month, day in months(words):
            return (year, month), day
    return None, None


def _published(text: str) -> date | None:
    """The date in a page's own line of dates (时间:2024-03-30)."""
    line = re.search(r"(?:时间|日期)\s*:\s*(\d{4}\D[^\n]{0,12})", layout.view(text[:OPENING]))
    return next((day for _, _, day in months(line.group(1)) if day), None) if line else None


def identify(document: Document, gazetteer: Gazetteer) -> Report:
    """The report that ``document`` holds: town, place, year, title, issuer and dates, with how sure town and year are.

    ``notes`` gain a line that says where town and year were found. A document that is no town's report (a law, a notice, a
    county's report) has no town, no year and confidence 1.
    """
    spans = tuple(sorted({*document.noise, *noise(document.text)}, key=lambda span: (span.start, span.end)))
    page = read_page(document, spans)
    month, day = _dates(page)
    named = list(_named(page, document, gazetteer)) or list(_in_body(page, gazetteer)) if _is_report(page) else []
    year = _year(page, document, month)
    town = _town(page, named) if year or not BODY.issuperset(source for source, _ in named) else None
    place = _place(town.value, page, document, [address for _, address in named], gazetteer) if town else Place()
    issuer = _issuer(page, document, place)
    apart = _disagreement(page, year, month) if town and year else ""
    confidence = min(town.confidence, year.confidence if year else 0.0, UNSURE if apart else 1.0) if town else 1.0
    how = f"识别依据：乡镇（{'、'.join(town.sources)}）；年份（{'、'.join(year.sources) if year else '未找到'}）" if town else ""
    return Report(
        id=identity(document.text, _unsaid(document.text, place)),
        file=document.file,
        digest=document.digest,
        title=page.title or PurePath(document.file).stem,
        place=place,
        year=int(year.value) if town and year else None,
        period=_period(page, int(year.value)) if town and year else "",
        issuer=issuer,
        party=bool(town) and _is_party(page, issuer),
        written=document.written or day,
        published=document.published or _published(document.text),
        url=document.url,
        format=document.format,
        confidence=confidence,
        ocr=document.ocr,
        text=document.text,
        noise=spans,
        doubtful=document.doubtful,
        notes=(*document.notes, *(note for note in (how, apart) if note)),
    )
