"""Saved web pages: the article, its title and the facts in its head; not the menus, side bars and links around it.

The article is the smallest part of the page that holds all the running text around its title.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from index.errors import UnreadableDocument
from index.load.lines import Line, compose, said_of_struck
from index.load.markup import BLOCKS, HEADINGS, collapse, hidden, is_layout, raw, render, struck
from index.load.source import MAX_TEXT_BYTES, Source, digest
from index.load.text import decode, newlines
from index.types import Document

if TYPE_CHECKING:
    from lxml.html import HtmlElement

ARTICLE_SHARE = 0.9  # of the running text of the page; the rest may be a summary or a notice
LINKED = 0.5  # a block with a greater share of its characters in links is a menu
SENTENCE = re.compile(r"[^。；！？\n]{15,}[。；！？]")  # running text; what is shorter are captions
SAID = re.compile(r"[^。；！？\n]+[。；！？]")  # however short
LEAST_CELLS = 3  # of a table of data; with fewer it frames something
LINES = BLOCKS | {"br"}
OWN_SHARE = 0.5  # of the running text of the page; a block with a name of the page's own and less of it is a side bar
MAX_TAGS = 600_000  # opening and closing; the longest reports have fifty thousand, and each takes some memory and time
LONGEST_TITLE = 1_000  # characters, before the name of the site is cut off
MAX_FACTS = 300  # characters; a longer line is running text and states no fact of the page
CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.IGNORECASE)
SAVED_FROM = re.compile(r"<!--\s*saved from url=\(\d+\)(\S+)")
DATE = re.compile(r"(20\d\d|19\d\d)\s*[年/.-]\s*(1[0-2]|0?[1-9])\s*[月/.-]\s*(3[01]|[12]\d|0?[1-9])")
TITLE_CUT = re.compile(r"\s*[_|]\s*|\s+[-–—]+\s+|-(?=[^-]*(?:网|政府)$)")
FRAMES = "这是框架页，本身没有正文，正文在它引用的文件里（{names}）；请收录那个文件，或在浏览器里打开正文后另存"
SHOWN_FRAMES = 4
SITE = "网站："  # a note of the web site's name, which tells the place (湖北省涢南区人民政府门户网站)
CHINESE_ENCODINGS = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "x-gbk": "gb18030", "utf8": "utf-8"}


@dataclass(frozen=True, slots=True)
class PageWords:
    """The words of page_words.toml, spaces taken out."""

    facts: re.Pattern[str]
    issuer: tuple[str, ...]
    written: tuple[str, ...]
    published: tuple[str, ...]
    chrome: tuple[str, ...]
    names: frozenset[str]
    beside: frozenset[str]


@lru_cache(maxsize=1)
def page_words() -> PageWords:
    """The table of page words that ships with the package."""
    table: dict[str, list[str]] = tomllib.loads(files("index.load").joinpath("page_words.toml").read_text(encoding="utf-8"))
    names = sorted(table["facts"], key=len, reverse=True)
    spaced = "|".join(r"\s*".join(name) for name in names)
    facts = re.compile(rf"(?<![\w（(])({spaced})\s*(?:[：:\t]|(?<=\s))\s*([^\t|｜]*?)(?=\s*(?:[\t|｜]|$|\s(?:{spaced})\s*[：:]))")
    issuer, written, published, chrome = (tuple(table[key]) for key in ("issuer", "written", "published", "chrome"))
    return PageWords(facts, issuer, written, published, chrome, frozenset(table["names"]), frozenset(table["beside"]))


def facts(lines: Iterable[str]) -> dict[str, str]:
    """Name → value of the facts stated in ``lines`` (``发布机构\\t某镇人民政府``, ``来源：某镇 | 发布时间：…``), the first of each."""
    found: dict[str, str] = {}
    for line in (line for line in lines if len(line) <= MAX_FACTS):
        for match in page_words().facts.finditer(line):
            found.setdefault(re.sub(r"\s", "", match[1]), match[2].strip())
    return found


def decode_page(data: bytes) -> str:
    """By byte order mark or strict UTF-8, else as the page says, else by what reads as Chinese."""
    declared = CHARSET.search(data[:4096])
    name = declared[1].decode("ascii", "ignore").lower() if declared else ""
    if name in CHINESE_ENCODINGS and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        for encoding in ("utf-8", CHINESE_ENCODINGS[name]):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    return decode(data)


def _prune(page: HtmlElement) -> None:
    """Take out what is never shown and the blocks that belong to the page: by their tag, name, first words or links."""
    words = page_words()
    for element in list(page.iter()):
        if element is page or element.getparent() is None:
            continue
        if hidden(element) or (element.tag in BLOCKS and _is_chrome(element, words)):
            element.drop_tree()


def _drop_side_bars(body: HtmlElement, title: str | None) -> None:
    """Take out the blocks that a page calls its own side, list or recommendation, though they hold running text of other pages."""
    titled, least = _above_title(body, title), OWN_SHARE * _prose(body)
    for element in list(body.iter("div", "section", "aside", "ul", "td", "dl")):
        if element is not body and element not in titled and element.getparent() is not None and _names(element) & page_words().beside and _prose(element) < least:
            element.drop_tree()


def _names(element: HtmlElement) -> set[str]:
    """The words of its class and id."""
    return set(re.split(r"[^a-z]+", f"{element.get('class', '')} {element.get('id', '')}".lower()))


def _is_chrome(element: HtmlElement, words: PageWords) -> bool:
    text = raw(element).strip()
    if _prose(element) or element.tag in HEADINGS:
        return False
    if element.tag in ("nav", "aside", "footer") or text.startswith(words.chrome):
        return True
    return bool(_names(element) & words.names) or _linked(element, text) > LINKED


def _prose(element: HtmlElement) -> int:
    """How many characters of ``element`` stand in sentences of running text; none goes over the edge of a block."""
    return sum(map(len, SENTENCE.findall(_by_block(element))))


def _by_block(element: HtmlElement) -> str:
    """The text of ``element``, each block on a line of its own."""
    from lxml.etree import iterwalk

    parts: list[str] = []
    for event, part in iterwalk(element, events=("start", "end")):
        edge = "\n" if part.tag in BLOCKS else ""
        parts.append(edge + ((part.text if event == "start" else part.tail if part is not element else "") or ""))
    return "".join(parts)


def _linked(element: HtmlElement, text: str) -> float:
    linked = sum(len(raw(link).strip()) for link in element.iter("a") if link.get("href"))
    return linked / len(text) if text else 0.0


def _article(body: HtmlElement, title: str | None) -> HtmlElement:
    """First the smallest element with the title and most of the running text (notices stand outside), then all of its text."""
    article, titled = body, _above_title(body, title)
    for share, needs_title in ((ARTICLE_SHARE, True), (1.0, False)):
        while (below := _densest(article, share)) is not None and (below in titled or not needs_title):
            article = below
    return article


def _above_title(body: HtmlElement, title: str | None) -> set[HtmlElement]:
    """The elements that show the title, with all around them."""
    found: set[HtmlElement] = set()
    for element in body.iter():
        text = raw(element)
        if title and len(text) < 2 * len(title) + MAX_FACTS and collapse(text).strip() == title:
            found.update((element, *element.iterancestors()))
    return found


def _densest(element: HtmlElement, share: float) -> HtmlElement | None:
    """The child with at least ``share`` of what ``element`` says, if it holds lines of its own: a single paragraph is no article."""
    least = share * _said(element)
    children = (child for child in element if least and any(below.tag in LINES for below in child.iterdescendants()))
    return next((child for child in children if _said(child) >= least), None)


def _said(element: HtmlElement) -> int:
    """How many characters of ``element`` stand in sentences, however short, and in tables of data."""
    tables = (table for table in element.iter("table") if len(table.findall(".//td")) > LEAST_CELLS and not is_layout(table))
    return sum(map(len, SAID.findall(_by_block(element)))) + sum(len(raw(table)) for table in tables)


def _before(article: HtmlElement) -> list[Line]:
    """The lines of the page that come before the article, in order."""
    found: list[Line] = []
    path = [article, *article.iterancestors()]
    for below, above in zip(reversed(path[:-1]), reversed(path[1:]), strict=True):
        for sibling in above:
            if sibling is below:
                break
            found.extend(render(sibling))
    return found


def _meta(page: HtmlElement) -> dict[str, str]:
    """The named facts of the page's head (the standard names of government sites: ArticleTitle, PubDate, ContentSource, Url)."""
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        name, content = element.get("name") or element.get("property") or "", (element.get("content") or "").strip()
        if name and content:
            found.setdefault(name.lower(), content)
    return found


def _url(page: HtmlElement, meta: dict[str, str], source: str) -> str | None:
    saved = SAVED_FROM.search(source[:4096])
    links = [link.get("href", "") for link in page.iter("link") if "canonical" in (link.get("rel") or "").lower()]
    candidates = [*links, meta.get("og:url", ""), meta.get("url", ""), saved[1] if saved else ""]
    return next((url for url in candidates if url.startswith(("http://", "https://"))), None)


def _title(page: HtmlElement, meta: dict[str, str], lines: Sequence[Line]) -> str | None:
    """The stated title: the page's own, as far as a line shows it; else its first h1; else what the browser's tab says."""
    tab = next((" ".join(raw(element)[:LONGEST_TITLE].split()) for element in page.iter("title")), "")
    stated = [text for text in (meta.get("articletitle", ""), *TITLE_CUT.split(tab)[:1]) if text]
    shown = [line.text for line in lines if line.text in stated] + [line.text for line in lines if line.level == 1]
    return next(iter([*shown, *stated]), None)


def day(text: str) -> date | None:
    """The first date in ``text`` (2024年01月26日, 2024-1-26), None when there is none or it is no day of the calendar."""
    match = DATE.search(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def _first(found: dict[str, str], names: Sequence[str]) -> str:
    return next((found[name] for name in names if found.get(name)), "")


def parse(source: str) -> HtmlElement:
    """A tree of whatever is there; UnreadableDocument when nothing is, or far too much."""
    from lxml import etree, html

    if source.count("<") > MAX_TAGS:
        raise UnreadableDocument("网页太复杂，不是一份报告；请把正文另存为 Word 或纯文本再试")
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return html.document_fromstring(source.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError as error:
        raise UnreadableDocument("网页里没有内容；请在浏览器里打开后另存为“网页，全部”再试") from error


def _frames(page: HtmlElement) -> list[str]:
    """The files that a page of frames shows; none for a page with a text of its own."""
    shown = [element.get("src", "") for element in page.iter("frame")]
    if not shown and not raw(next(page.iter("body"), page)).strip():
        shown = [element.get("src", "") for element in page.iter("iframe")]
    return [name for name in shown if name]


def document(file: str, data: bytes, source: str, *, url: str | None = None) -> Document:
    """The Document of the page ``source``, whose bytes were ``data``."""
    page = parse(source)
    if frames := _frames(page):
        raise UnreadableDocument(FRAMES.format(names="、".join(frames[:SHOWN_FRAMES])))
    meta, body = _meta(page), next(page.iter("body"), page)
    address = _url(page, meta, source) or url
    everything = render(body)
    title = _title(page, meta, everything)
    taken_back = said_of_struck([raw(element) for element in body.iter() if struck(element)])
    _prune(body)
    _drop_side_bars(body, title)
    article = _article(body, title)
    head = [line for line in _before(article) if not title or line.text == title or facts([line.text])]
    words, found = page_words(), facts(line.text for line in head) or facts(line.text for line in everything)
    lines = [Line(line.text) if line.text == title else line for line in (*head, *render(article))]
    text, headings = compose(lines)
    return Document(
        file=file,
        digest=digest(data),
        text=text,
        format="html",
        url=address,
        title=title,
        issuer=_first(found, words.issuer) or meta.get("contentsource"),
        written=day(_first(found, words.written)),
        published=day(_first(found, words.published)) or day(meta.get("pubdate", "")),
        headings=headings,
        notes=(*([f"{SITE}{meta['sitename']}"] if meta.get("sitename") else []), *taken_back),
    )


def read(source: Source) -> Document:
    """A saved page; UnreadableDocument when it shows no text."""
    data = source.read(MAX_TEXT_BYTES)
    return document(source.file, data, newlines(decode_page(data)))
