"""A document as identification sees it: without noise, cut into title, title block, running text and signature."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from index import layout
from index.types import Document, Span

OPENING = 400  # characters of the running text that introduce a report


@cache
def table() -> dict[str, Any]:
    """The rules of ``identify.toml``."""
    return tomllib.loads(files("index").joinpath("identify.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Page:
    """A document as identification sees it, half-width, without noise: title, title block, running text, signature, and who its
    page says published it."""

    title: str
    head: tuple[str, ...]
    body: str
    foot: tuple[str, ...]
    headings: tuple[str, ...]
    issuers: tuple[str, ...]


def noise(text: str) -> tuple[Span, ...]:
    """The spans of ``text`` that belong to a page or a converter: 浏览量, 扫一扫, page numbers, bookmarks."""
    seen = layout.view(text)
    rules = table()["noise"]
    whole = re.compile("|".join(rules["lines"]))
    spans = [Span(line.start, line.end) for line in layout.lines(seen) if whole.fullmatch(line.text)]
    spans += [Span(match.start(), match.end()) for match in re.finditer("|".join(rules["inside"]), seen)]
    return tuple(sorted(spans, key=lambda span: span.start))


def compact(words: str) -> str:
    """Without white space, but for a blank between two Latin words."""
    return re.sub(r"(?<![a-zA-Z])\s+|\s+(?![a-zA-Z])", "", words)


def _title(lines: list[str]) -> str:
    """The title in the title block: from its first line to the one that ends as titles do; "" when none does."""
    ends = re.compile(table()["report"]["title"])
    for count, line in enumerate(lines):
        if ends.search(line):
            start = count
            while start and not ends.search(lines[start - 1]) and not lines[start - 1].endswith("】"):
                start -= 1
            return re.sub(r"^【[^】]*】(?=.)", "", "".join(lines[start : count + 1]))
    return ""


def _subtitle(lines: list[str]) -> str:
    """The line below a motto that says what this is: 把法治种进塘里 / ——芡湾镇2024年法治政府建设报告; "" where there is none."""
    ends = re.compile(table()["report"]["title"])
    return next((words for line in lines if (words := line.lstrip("-—·")) != line and ends.search(words)), "")


def _run_on(paragraphs: list[layout.Line]) -> str:
    """The title of a text that goes on behind it without a line break: …情况报告2024年，石磨坪镇…; "" where there is none."""
    first = re.match(table()["report"]["run_on"], compact(paragraphs[0].text)) if paragraphs else None
    return first["title"] if first else ""


def read_page(document: Document, spans: tuple[Span, ...]) -> Page:
    """``document`` without the noise in ``spans``."""
    seen = layout.view(document.text, spans)
    paragraphs = layout.paragraphs(seen)
    signed = len(paragraphs) - layout.foot(paragraphs)
    count = layout.head(paragraphs[:signed])
    head = [compact(line.text) for line in paragraphs[:count]]
    beside = table()["report"]["beside"]
    undated = [line for line in head if not layout.DATE.fullmatch(line) and not re.search(beside, line)]
    body = paragraphs[count:signed]
    short = tuple(line.text for line in body if not layout.is_prose(line))
    foot = tuple(compact(line.text) for line in paragraphs[signed:])
    page_title = compact(layout.view(document.title or ""))
    title = _title(undated) or _subtitle(head) or page_title or (undated[0] if undated else _run_on(paragraphs))
    issuers = tuple(re.findall(table()["page"]["issuer"], layout.view(document.text[:OPENING])))
    return Page(title, tuple(head), "\n".join(line.text for line in body), foot, short, issuers)
