"""What the shipped embedding learns from: pairs of texts that belong together, by source.

A pair is (query-like, passage-like). Citizens' words stand beside officials' words in the messages, the policy questions and
the consultations; everywhere else a piece of a text stands beside its surroundings (the inverse cloze task).
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

from index.text import clauses, sentences

Pair = tuple[str, str]
Rows = Iterable[dict[str, Any]]

QUERY, PASSAGE = 80, 400  # characters kept; the shipped embedding reads passages of about this length
STRETCH = 240  # characters of running text that are taken as one topic
SHORT = 10  # a shorter clause is joined to the next one
FRAGMENT_SHARE = 0.7  # of the queries are a few clauses, the others a whole sentence
ARTICLE = re.compile(r"^第[一二三四五六七八九十百千零〇]+条(?:之[一二三四五六七八九十]+)?\s*")
CHAPTER = re.compile(r"^#+\s*(?:第\S+?[编章节]\S*?[\s　]+)?")
PREAMBLE_END = "<!-- INFO END -->"  # in the law texts: after the list of amendments
BASIS = "法律依据"


def rows(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file, gzipped or not."""
    with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def pairs(folder: Path, random: Random) -> dict[str, list[Pair]]:
    """All pairs by source; ``random`` picks the pieces, so that another call gives others."""
    sources: dict[str, Iterator[Pair]] = {
        "messages": _messages(rows(folder / "gov_messages.jsonl.gz"), random),
        "policy": ((row["question"], row["answer"]) for row in rows(folder / "ncp_qa_other_docs.jsonl.gz")),
        "consultations": _consultations(rows(folder / "lawbench_consult.jsonl.gz")),
        "encyclopaedia": _encyclopaedia(rows(folder / "cmrc2018_train.jsonl.gz"), random),
        "laws": _laws(rows(folder / "laws_cn.jsonl.gz"), random),
        "reports": _texts(rows(folder / "gov_work_reports.jsonl.gz"), random),
        "news": _texts(rows(folder / "news_half.jsonl.gz"), random),
    }
    return {name: [(query, passage[:PASSAGE]) for query, passage in found if query and passage] for name, found in sources.items()}


def _messages(messages: Rows, random: Random) -> Iterator[Pair]:
    for message in messages:
        theme, detail, reply = message["theme"], message["detail"], message["reply"]
        yield from ((theme, detail), (theme, reply), (detail[:PASSAGE], reply))
        yield from _cloze(detail, random)
        yield from _cloze(reply, random)


def _consultations(consultations: Rows) -> Iterator[Pair]:
    for row in consultations:
        question, answer = row["question"].removeprefix("场景:"), row["answer"].removeprefix("回答:")
        yield question, answer
        if BASIS in answer:
            yield question, answer.partition(BASIS)[2].lstrip(":：")


def _encyclopaedia(questions: Rows, random: Random) -> Iterator[Pair]:
    for row in questions:
        yield row["q"], row["passage"][max(0, row["answer_start"] - random.randrange(PASSAGE // 2)) :]
    for passage in sorted({row["passage"] for row in questions}):
        yield from _cloze(passage, random)


def _laws(laws: Rows, random: Random) -> Iterator[Pair]:
    for law in laws:
        for chapter, article in articles(law):
            yield f"{short_title(law)} {chapter}", article
            yield from _cloze(article, random)


def short_title(law: dict[str, Any]) -> str:
    """The name of a law as people say it."""
    return str(law["title"]).removeprefix("中华人民共和国")


def articles(law: dict[str, Any]) -> Iterator[Pair]:
    """The articles of a law, each after the heading of its chapter."""
    chapter, article = "", ""
    for line in filter(None, map(str.strip, law["text"].rpartition(PREAMBLE_END)[2].split("\n"))):
        begins = line.startswith("#") or ARTICLE.match(line)
        if begins and article:
            yield chapter, article
        if line.startswith("#"):
            chapter, article = CHAPTER.sub("", line), ""
        else:
            article = ARTICLE.sub("", line) if begins else f"{article}\n{line}".strip()
    if article:
        yield chapter, article


def _texts(texts: Rows, random: Random) -> Iterator[Pair]:
    for row in texts:
        yield from _cloze(row["text"], random)


def _cloze(text: str, random: Random) -> Iterator[Pair]:
    """A piece of each stretch of about STRETCH characters, with the rest of it."""
    stretch: list[str] = []
    for sentence in [text[span.start : span.end] for span in sentences(text)]:
        if stretch and len(sentence) + sum(map(len, stretch)) > STRETCH:
            yield from _held_out(stretch, random)
            stretch = []
        stretch.append(sentence)
    yield from _held_out(stretch, random)


def _held_out(stretch: list[str], random: Random) -> Iterator[Pair]:
    """One sentence with the others; of a single sentence some clauses with the others."""
    parts = stretch if len(stretch) > 1 else [stretch[0][span.start : span.end] for span in clauses(stretch[0])] if stretch else []
    if len(parts) < 2:
        return
    chosen = random.randrange(len(parts))
    query = _fragment(parts[chosen], random) if random.random() < FRAGMENT_SHARE else parts[chosen]
    rest = "".join(parts[:chosen] + parts[chosen + 1 :])
    if len(query) >= SHORT // 2 and len(rest) >= SHORT:
        yield query[:QUERY], rest


def _fragment(sentence: str, random: Random) -> str:
    """Neighbouring clauses, at least SHORT characters where the sentence has them."""
    spans = clauses(sentence)
    if not spans:
        return sentence
    first = last = random.randrange(len(spans))
    while spans[last].end - spans[first].start < SHORT and last + 1 < len(spans):
        last += 1
    return sentence[spans[first].start : spans[last].end]
