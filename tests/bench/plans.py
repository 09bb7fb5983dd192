"""Every step of a plan on generated reports, beside a plain calculation over the figures that the generator wrote.

    python tests/bench/plans.py [--reports 300] [--seed 7] [--things 100] [--misses]

A question is asked of a year or of all towns' newest reports; what the reply counts, sums, picks and lists must be what the reference gives,
whether the reports were read or only the ledger was. A question is left out, and counted, where the ledger has another figure than was
written: that is the extraction's miss. ``silent`` is how often the coverage is right.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from aggregate import SPOKEN, answerer_of, file_of, names_of, says
from generate import Fact, Generated, generate

from retrieval.answer import Answerer
from retrieval.types import Answer

MARK = re.compile(r"\[(\d+)\]")
ASIDE = re.compile(r"^(?:口径不同|覆盖|其中|同一年|各镇写的|以上只列)")
COVERED = re.compile(r"范围内(\d+)份报告.*?(\d+)份写明")
SHOWN = 100
"""Rows that a wide reply shows."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one report states of the thing: the first figure for its own year."""

    file: str
    town: tuple[str, str]
    value: float
    rough: bool


@dataclass(frozen=True, slots=True)
class Expected:
    """What the reply must give: numbers in its first lines, the files of its rows, or both; ``related`` files do not matter."""

    numbers: tuple[float, ...] = ()
    files: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One question with what is expected of it."""

    kind: str
    question: str
    expected: Expected
    scope: int
    stated: int
    related: frozenset[str]


def first_of(report: Generated, thing: str, year: int) -> Fact | None:
    return next((f for f in report.truth if (f.indicator, f.kind, f.year, f.parent) == (thing, "done", year, "")), None)


def rows_of(reports: Sequence[Generated], thing: str) -> list[Row]:
    found = ((r, next((f for name in names_of(thing) if (f := first_of(r, name, r.year))), None)) for r in reports)
    return [Row(file_of(r), (r.county, r.town), f.value, bool(f.qualifier)) for r, f in found if f is not None]


def above(row: Row, bound: float) -> bool:
    """80余 is more than 80."""
    return row.value > bound or (row.rough and row.value == bound)


HOLDS: dict[str, Callable[[Row, float], bool]] = {
    "超过{b}{unit}": above,
    "{b}{unit}以上": lambda row, b: row.value >= b,
    "不少于{b}{unit}": lambda row, b: row.value >= b,
    "低于{b}{unit}": lambda row, b: row.value < b,
    "不足{b}{unit}": lambda row, b: row.value < b,
    "不超过{b}{unit}": lambda row, b: not above(row, b),
    "{b}{unit}以下": lambda row, b: not above(row, b),
}


def kept_by(rng: random.Random, rows: Sequence[Row], unit: str) -> tuple[str, list[Row]]:
    """A condition in words, its bound a value that is stated, so that including and excluding differ; and the rows that meet it."""
    words = rng.choice([*HOLDS, "在{b}{unit}到{c}{unit}之间"])
    low, high = sorted(rng.sample([row.value for row in rows], 2))
    if words in HOLDS:
        return words.format(b=f"{low:g}", unit=unit), [row for row in rows if HOLDS[words](row, low)]
    kept = [row for row in rows if row.value >= low and (row.value < high or (row.value == high and not row.rough))]
    return words.format(b=f"{low:g}", c=f"{high:g}", unit=unit), kept


def towns(rows: Sequence[Row]) -> float:
    return float(len({row.town for row in rows}))


def first(rows: Sequence[Row], k: int, *, least: bool = False) -> list[Row]:
    """The first ``k`` and those that are equal to the last of them."""
    ranked = sorted(rows, key=lambda row: (row.value, row.rough), reverse=not least)
    last = ranked[min(k, len(ranked)) - 1]
    return [row for row in ranked if ranked.index(row) < k or (row.value, row.rough) == (last.value, last.rough)]


def total(rows: Sequence[Row]) -> float:
    return round(sum(row.value for row in rows), 6)


def files(rows: Sequence[Row]) -> frozenset[str]:
    return frozenset(row.file for row in rows)


def questions(where: str, what: str, unit: str, rows: Sequence[Row], rng: random.Random) -> Iterator[tuple[str, str, Expected]]:
    """(kind, question, what is expected) for every step and some of their nestings."""
    words, kept = kept_by(rng, rows, unit)
    yield "filter", f"{where}哪些镇{what}{words}", Expected(files=files(kept))
    yield "count", f"{where}有几个镇{what}{words}", Expected((towns(kept),), files(kept))
    words, kept = kept_by(rng, rows, unit)
    if len(kept) > 1:
        yield "sum of filter", f"{where}{what}{words}的镇合计多少{unit}", Expected((total(kept),))
        yield "most of filter", f"{where}{what}{words}的镇里谁最多", Expected((max(row.value for row in kept),))
        yield "mean of filter", f"{where}{what}{words}的镇平均多少{unit}", Expected((round(total(kept) / len(kept), 1),))
    k = rng.randint(2, 4)
    name = "零一二三四"[k]
    yield "top", f"{where}{what}前{name}名是哪些镇", Expected(files=files(first(rows, k)))
    yield "top sum", f"{where}各镇{what}前{name}名合计多少{unit}", Expected((total(first(rows, k)),), files(first(rows, k)))
    yield "bottom", f"{where}{what}最少的{name}个镇是谁", Expected(files=files(first(rows, k, least=True)))
    mean = sum(row.value for row in rows) / len(rows)
    yield "above mean", f"{where}{what}平均数以上的镇有几个", Expected((towns([row for row in rows if row.value >= mean]),))
    yield "below mean", f"{where}哪些镇{what}低于平均数", Expected(files=files([row for row in rows if row.value < mean]))
    yield "sum", f"{where}各镇{what}加起来是多少{unit}", Expected((total(rows),))
    yield "stating", f"{where}多少个镇写明了{what}", Expected((towns(rows),))
    yield "spread", f"{where}{what}最多的镇和最少的镇相差多少{unit}", Expected((round(max(r.value for r in rows) - min(r.value for r in rows), 6),))
    if len(first(rows, k)) < len(rows) and total(rows):
        share = round(100 * total(first(rows, k)) / total(rows), 1)
        yield "share", f"{where}各镇{what}前{name}名占全部的百分之几", Expected((share,))
    if any(not row.value for row in rows):
        yield "had none", f"{where}有几个镇没有发生{what}", Expected((towns([row for row in rows if not row.value]),))


def changes(where: str, what: str, unit: str, reports: Sequence[Generated], thing: str) -> Iterator[tuple[str, str, Expected]]:
    """Questions about the change from the year before, where the report of that year states it too."""
    by_town = {(r.county, r.town, r.year): r for r in reports}
    rose: dict[str, float] = {}
    for report in reports:
        earlier = by_town.get((report.county, report.town, report.year - 1))
        now, before = first_of(report, thing, report.year), earlier and first_of(earlier, thing, report.year - 1)
        stated = before or first_of(report, thing, report.year - 1)
        if f"{report.year}年" == where and now and stated:
            rose[file_of(report)] = round(now.value - stated.value, 6)
    up = [value for value in rose.values() if value > 0]
    if up:
        yield "rise", f"{where}哪个镇{what}增加最多", Expected((max(up),))
        yield "rising", f"{where}有几个镇{what}比上年增加了", Expected((float(len(up)),))


def cases(reports: Sequence[Generated], answerer: Answerer, rng: random.Random, each: int) -> Iterator[Case | None]:
    """Questions of each scope about each thing; None for one left out."""
    newest = {(r.county, r.town): r for r in sorted(reports, key=lambda r: r.year)}
    scopes = [("", list(newest.values())), *((f"{year}年", [r for r in reports if r.year == year]) for year in sorted({r.year for r in reports}))]
    things = dict(SPOKEN["things"]) | {"行政诉讼": ["行政诉讼案件", "件"]}
    for where, own in scopes:
        for thing in rng.sample(sorted(things), min(each, len(things))):
            what, unit = things[thing]
            rows = rows_of(own, thing)
            if len(rows) < 3 or len({row.value for row in rows}) < 2:
                continue
            if not as_written(answerer, own, thing):
                yield None
                continue
            related = {file_of(r) for r in own} - files(rows)
            asked = [*questions(where, what, unit, rows, rng), *(changes(where, what, unit, reports, thing) if where else ())]
            for kind, question, expected in asked:
                yield Case(kind, question, expected, len(own), len(rows), frozenset(related))


def as_written(answerer: Answerer, own: Sequence[Generated], thing: str) -> bool:
    """Whether the ledger has, of each report, the figure that was written, and of no other report one."""
    infos = {info.file.rpartition("/")[2]: info for info in answerer.reports()}
    with answerer._store.reading() as now:
        held: dict[str, float] = {}
        for name in names_of(thing):
            for whole in now.wholes([infos[file_of(r)].id for r in own], name):
                held.setdefault(whole.report_id, whole.value)
    return held == {infos[row.file].id: row.value for row in rows_of(own, thing)}


def right(case: Case, answer: Answer) -> bool:
    """Whether the reply gives the numbers in one of its answer lines, and the rows and no others."""
    lines = [line for line in answer.text.splitlines() if not ASIDE.match(line)]
    cited = {str(c.n): c.file for c in answer.citations}
    good = all(any(says(MARK.sub("", line), (number,)) for line in lines[:4]) for number in case.expected.numbers)
    if case.expected.files is None or len(case.expected.files) > SHOWN:
        return good
    rows = {cited[marks[0]] for line in lines if len(marks := MARK.findall(line)) == 1}
    return good and case.expected.files <= rows and rows - case.expected.files <= case.related


def covered(case: Case, answer: Answer) -> bool:
    """Whether the coverage line is there, and true."""
    found = COVERED.search(answer.text)
    return found is not None and (int(found[1]), int(found[2])) == (case.scope, case.stated)


def measure(number: int, seed: int, each: int) -> tuple[list[tuple[Case, Answer]], int]:
    """Every question with its reply, and how many things were left out."""
    reports, rng = generate(number, seed), random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        answerer = answerer_of(reports, Path(folder))
        asked = [*cases(reports, answerer, rng, each)]
        return [(case, answerer.answer(case.question)) for case in asked if case], sum(case is None for case in asked)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=300)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--things", type=int, default=100, help="that are asked about in each scope")
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    replies, left_out = measure(options.reports, options.seed, options.things)
    kinds: dict[str, list[bool]] = {}
    for case, answer in replies:
        kinds.setdefault(case.kind, []).append(right(case, answer))
        if options.misses and not (right(case, answer) and covered(case, answer)):
            print(f"{case.kind} | {case.question} | {right(case, answer)} {covered(case, answer)} | {case.expected} {case.scope} {case.stated}")
            print("   ", answer.text.replace("\n", "\n    "))
    plain = [covered(case, answer) for case, answer in replies if case.kind not in ("rise", "rising")]
    print(
        json.dumps(
            {
                "questions": len(replies),
                "left out": left_out,
                "right": sum(map(sum, kinds.values())),
                "silent": sum(plain) / len(plain),
                "untraced": sum(answer.numbers.total - answer.numbers.traced for _, answer in replies),
                "kinds": {kind: f"{sum(own)}/{len(own)}" for kind, own in sorted(kinds.items())},
            },
            ensure_ascii=False,
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
