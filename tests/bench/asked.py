"""Questions over generated reports whose answers are known: ours, stage by stage, and the usual LangChain set-up, quality and time.

Run by scale.py, each half in a process of its own.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter

from generate import Fact, Generated

SEED, FACTS = 11, 100  # of the reports, and how many questions on one figure each
INDICATORS = ("法律明白人", "法律援助", "普法资料", "法律顾问", "行政复议", "集体学法")
OPEN = ("哪些镇借助广播做普法", "哪些镇建了法治公园", "哪些镇有法治副校长", "怎么化解邻里纠纷有什么好做法", "其他镇怎么开展普法宣传", "想把传统文化跟普法结合，有镇做过吗")
WARM = "哪些镇请老党员上门劝架"
YEARS = range(2018, 2025)
KINDS = ("一个数", "一节", "各镇", "最多", "开放")
K = 10

Span = tuple[float, float]
"""p50 and p95 in milliseconds."""


@dataclass(frozen=True, slots=True)
class Known:
    """A question on one figure, the file that states it, and the words around it: where both cut texts, these stay whole."""

    question: str
    file: str
    fact: Fact
    words: str


def named(reports: Iterable[Generated]) -> list[tuple[str, Generated]]:
    """The reports with the names of their files."""
    return [(f"{number:05}_{report.file_name}", report) for number, report in enumerate(reports)]


def known(reports: Sequence[tuple[str, Generated]]) -> list[Known]:
    """Questions on figures, each about its report's own year and no part of another."""
    found = [
        Known(f"{r.county}{r.town}{r.year}年{f.indicator}有多少{f.unit}", file, f, r.text[max(0, f.start - 6) : f.end])
        for file, r in reports
        for f in r.truth
        if f.indicator in INDICATORS and (f.kind, f.year, f.parent) == ("done", r.year, "") and f.start < f.end
    ]
    return random.Random(SEED).sample(found, min(FACTS, len(found)))


def by_kind(reports: Sequence[tuple[str, Generated]]) -> dict[str, list[str]]:
    """The questions whose answers are timed."""
    some = random.Random(SEED + 1).sample([r for _, r in reports], min(FACTS // 2, len(reports)))
    questions = (
        [each.question for each in known(reports)],
        [f"{r.county}{r.town}{r.year}年存在哪些问题" for r in some],
        [f"{year}年各镇法律明白人各有多少" for year in YEARS],
        [f"{year}年哪个镇法律援助最多" for year in YEARS],
        list(OPEN),
    )
    return dict(zip(KINDS, questions, strict=True))


def ours(store: Path, reports: Sequence[tuple[str, Generated]]) -> dict:
    """The stages of ours in milliseconds, and how often it is right."""
    from retrieval.answer import Answerer
    from retrieval.evidence.passages import PassageFinder
    from retrieval.evidence.scope import by_place, resolve

    answerer = Answerer.open(store)
    asked, kinds = known(reports), by_kind(reports)
    answerer.answer(WARM)  # what is loaded once: Chroma, the gazetteer, the sounds of names and of everyday words
    answers = {f"回答，{kind}": timed(answerer.answer, questions) for kind, questions in kinds.items()}
    queries = [answerer.understand(each.question) for each in asked]
    finder = PassageFinder.open(store)  # after the answers: a bot has no second reader beside its own
    files = {info.id: Path(info.file).name for info in finder.store.reports()}
    catalogue = by_place(finder.store.reports())
    finder.find(WARM, K)
    took = {
        "理解": timed(answerer.understand, kinds["一个数"] + kinds["开放"]),
        "范围": timed(lambda query: resolve(query, catalogue), queries),
        "查段落": timed(lambda question: finder.find(question, K), kinds["一个数"]),
        "查段落，不限镇": timed(lambda question: finder.find(question, K), kinds["开放"]),
    } | answers
    return {"ms": took, "right": _right(asked, lambda question: _texts(finder.find(question, K), files)) | _cited(asked, answerer)}


def _texts(hits: Iterable, files: dict[str, str]) -> list[tuple[str, str]]:
    return [(files[hit.passage.report_id], hit.passage.text) for hit in hits]


def _cited(asked: Sequence[Known], answerer) -> dict[str, float]:
    """The share of answers that cite the very figure."""
    answers = [(each, answerer.answer(each.question).citations) for each in asked]
    right = (
        any(Path(c.file).name == each.file and c.start <= each.fact.start and each.fact.end <= c.end for c in citations)
        for each, citations in answers
    )
    return {"回答": sum(right) / len(asked)}


def langchain(texts: Path, work: Path, reports: Sequence[tuple[str, Generated]]) -> dict:
    """The usual set-up over the same texts with the same encoder: what it finds, how long it takes."""
    from plain_langchain import plain

    from index.embed import default_encoder

    started = perf_counter()
    find = plain({path.name: path.read_text(encoding="utf-8") for path in sorted(texts.iterdir())}, default_encoder(), work)
    seconds = perf_counter() - started
    asked = known(reports)
    find(WARM)
    took = {"查段落": timed(find, [each.question for each in asked]), "查段落，不限镇": timed(find, OPEN)}
    return {"index_s": seconds, "ms": took, "right": _right(asked, find)}


def _right(asked: Sequence[Known], find: Callable[[str], list[tuple[str, str]]]) -> dict[str, float]:
    """The shares of questions whose first hit is of the right report, and whose figure stands in the first hit, in the first five."""
    found = [(each, find(each.question)[:K]) for each in asked]
    holds = [[file == each.file and each.words in text for file, text in hits] for each, hits in found]
    report = sum(bool(hits) and hits[0][0] == each.file for each, hits in found)
    return {"报告@1": report / len(asked), "段落@1": sum(any(row[:1]) for row in holds) / len(asked), "段落@5": sum(any(row[:5]) for row in holds) / len(asked)}


def timed(call: Callable, arguments: Sequence) -> Span:
    """p50 and p95 of one call for each argument."""
    taken = []
    for argument in arguments:
        started = perf_counter()
        call(argument)
        taken.append((perf_counter() - started) * 1000)
    return median(taken), quantiles(taken, n=20, method="inclusive")[-1]
