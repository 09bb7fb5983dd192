"""Questions over all towns at once, and over the years of one town, on generated reports whose every figure is known.

    python tests/bench/aggregate.py [--reports 110] [--seed 31] [--misses]

Each: every report in scope that states the thing has its row, and no other has one. Most, least: the right towns with the right value.
Sum, mean, count, difference, growth: the right number. Namesakes: two towns of one name, both given and told apart by their county.
A reply to a question over many towns must state the coverage, and state it right. ``foreign`` counts sources outside the scope.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from generate import Generated, generate

from index.build import build
from index.embed import default_encoder
from index.indicators import Indicators
from index.numerals import quantities
from index.store import Store
from retrieval.answer import Answerer
from retrieval.types import Answer

SPOKEN = tomllib.loads(Path(__file__).with_name("spoken.toml").read_text(encoding="utf-8"))
NOUGHT = re.compile(r"无|没有|未发生")
COVERAGE = re.compile(r"范围内(\d+)份报告.*?(\d+)份写[明到]")
MARK = re.compile(r"\[(\d+)\]")
OVER_TOWNS = ("each", "most", "least", "sum", "mean", "count")
Values = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; ``stated`` are the values of each file in scope that states the thing, ``scope`` all files in scope.

    ``related`` are files that state only a relative of the thing (化解 where 调解 is asked): their rows are neither due nor wrong.
    """

    kind: str
    question: str
    scope: frozenset[str]
    stated: dict[str, Values]
    related: frozenset[str]


@dataclass(frozen=True, slots=True)
class Marked:
    """``right`` of ``wanted`` values; whether the coverage is said, and said right; sources outside the scope."""

    right: int
    wanted: int
    covered: bool
    exact: bool
    foreign: int


def file_of(report: Generated) -> str:
    """A name that says the identity, so that only the answers are measured."""
    return f"{report.county}{report.town}{report.year}年报告.txt"


def stated_in(reports: Sequence[Generated], thing: str) -> dict[str, Values]:
    """The files that state ``thing`` for their own year, with the values."""
    rows = {file_of(r): tuple(f.value for f in r.truth if (f.indicator, f.kind, f.year) == (thing, "done", r.year)) for r in reports}
    return {file: values for file, values in rows.items() if values}


def names_of(thing: str) -> tuple[str, ...]:
    """The thing, and what stands for it beside other towns where a report does not state it."""
    named = Indicators.load().named(thing)
    return (thing, *(named.instead if named else ()))


def stated_beside(reports: Sequence[Generated], thing: str) -> dict[str, Values]:
    """The files that state ``thing``, or else what stands for it, in the order of ``reports``."""
    known = [stated_in(reports, name) for name in names_of(thing)]
    return {file: next(own[file] for own in known if file in own) for file in map(file_of, reports) if any(file in own for own in known)}


def scopes(reports: Sequence[Generated], rng: random.Random) -> Iterator[tuple[str, list[Generated]]]:
    """The words of a scope with its reports: each year, some counties (newest reports), a county in a year, and all towns."""
    newest = {(r.county, r.town): r for r in sorted(reports, key=lambda r: r.year)}
    groups: dict[str, list[Generated]] = defaultdict(list)
    for r in reports:
        groups[f"{r.year}年"].append(r)
        groups[f"{r.county}{r.year}年"].append(r)
    for r in newest.values():
        groups[r.county].append(r)
        groups[""].append(r)
    wide = [(words, own) for words, own in sorted(groups.items()) if len(own) >= 3]
    yield from rng.sample(wide, len(wide))


def over_towns(reports: Sequence[Generated], rng: random.Random) -> Iterator[Asked]:
    """Four kinds of question about four things in every scope."""
    for words, own in scopes(reports, rng):
        for thing in rng.sample(sorted(SPOKEN["things"]), 4):
            stated = stated_beside(own, thing)
            if len(stated) < 2:
                continue
            for kind in rng.sample(OVER_TOWNS, 4):
                yield asked(kind, thing, own, stated, rng, scope=words)


def over_years(reports: Sequence[Generated], rng: random.Random) -> Iterator[Asked]:
    """Difference and growth between two years of one town that both reports state."""
    named = {r.town for r in reports if any(o.town == r.town and o.county != r.county for o in reports)}
    for earlier in reports:
        later = next((r for r in reports if (r.county, r.town, r.year) == (earlier.county, earlier.town, earlier.year + 1)), None)
        if later is None:
            continue
        for thing in rng.sample(sorted(SPOKEN["things"]), 8):
            stated = stated_in((earlier, later), thing)
            if len(stated) == 2 and stated[file_of(earlier)][0]:
                who = (earlier.county if earlier.town in named else "") + earlier.town
                for kind in ("difference", "growth"):
                    yield asked(kind, thing, (earlier, later), stated, rng, scope=who, first=earlier.year, last=later.year)


def over_namesakes(reports: Sequence[Generated], rng: random.Random) -> Iterator[Asked]:
    """Questions by a name that two towns have, in a year that both have reports of."""
    for one in reports:
        other = next((r for r in reports if (r.town, r.year) == (one.town, one.year) and r.county < one.county), None)
        if other is not None:
            for thing in sorted(SPOKEN["things"]):
                stated = stated_in((one, other), thing)
                if len(stated) == 2:
                    yield asked("namesakes", thing, (one, other), stated, rng, scope=one.town, last=one.year)


def asked(kind: str, thing: str, own: Sequence[Generated], stated: dict[str, Values], rng: random.Random, **words: object) -> Asked:
    what, unit = SPOKEN["things"][thing]
    question = rng.choice(SPOKEN["forms"][kind]).format(what=what, unit=unit, **words)
    relatives = {row.name: row.relatives for row in Indicators.load().rows}[thing]
    related = {file for relative in relatives for file in stated_in(own, relative)} - stated.keys()
    return Asked(kind, question, frozenset(map(file_of, own)), stated, frozenset(related))


def mark(a: Asked, answer: Answer) -> Marked:
    """Compare a reply with what is known."""
    counts = [tuple(map(int, found)) for found in COVERAGE.findall(answer.text)]
    foreign = sum(c.file not in a.scope for c in answer.citations)
    right, wanted = rows_right(a, answer) if a.kind in ("each", "namesakes") else (int(not answer.refused and value_right(a, answer)), 1)
    told = (answer.coverage.reports, answer.coverage.stated)
    return Marked(right, wanted, bool(counts), told == (len(a.scope), len(a.stated)) == (counts or [()])[-1], foreign)


def rows(answer: Answer) -> Iterator[tuple[str, str]]:
    """(file, line) for each line that rests on one report."""
    files = {str(c.n): c.file for c in answer.citations}
    for line in answer.text.splitlines():
        cited = {files[n] for n in MARK.findall(line)}
        if len(cited) == 1:
            yield cited.pop(), MARK.sub("", line)


def rows_right(a: Asked, answer: Answer) -> tuple[int, int]:
    """Rows that give a stated value of their report, of all rows that are due and all that are not."""
    given: dict[str, list[str]] = defaultdict(list)
    for file, line in rows(answer):
        given[file].append(line)
    good = {file for file, lines in given.items() if any(says(line, a.stated.get(file, ())) for line in lines)}
    if a.kind == "namesakes":
        good = {file for file in good if any(line.startswith(file[:3]) for line in given[file])}
    return len(good), len((given.keys() - a.related) | a.stated.keys())


def value_right(a: Asked, answer: Answer) -> bool:
    """Whether the first line gives the number, and the town where a town is asked for."""
    first = answer.text.partition("\n")[0]
    firsts = [values[0] for values in a.stated.values()]
    match a.kind:
        case "most" | "least":
            peak = max(firsts) if a.kind == "most" else min(firsts)
            towns = [file for file, values in a.stated.items() if values[0] == peak]
            cited = next((file for file, line in rows(answer) if line == MARK.sub("", first)), "")
            return cited in towns and says(first, (peak,))
        case "sum" | "mean":
            total = sum(firsts)
            return says(first, (round(total, 4),) if a.kind == "sum" else (round(total / len(firsts), 1),))
        case "count":
            return says(first, (float(len(a.stated)),))
        case _:
            early, late = (a.stated[file][0] for file in sorted(a.stated))
            change = round(abs(late - early), 4) if a.kind == "difference" else round(abs(late - early) / early * 100, 1)
            return any(says(line, (change,)) for line in answer.text.splitlines())


def says(line: str, values: Values) -> bool:
    """Whether one of the values stands in the line; nought may be said in words."""
    said = {abs(q.value) for q in quantities(line)}
    return any(abs(value - number) < 1e-6 for value in values for number in said) or (0 in values and NOUGHT.search(line) is not None)


def answerer_of(reports: Sequence[Generated], folder: Path) -> Answerer:
    """Index the reports into a store under ``folder``."""
    texts = folder / "reports"
    texts.mkdir()
    for report in reports:
        (texts / file_of(report)).write_text(report.text, encoding="utf-8")
    with Store.create(folder / "store", default_encoder()) as made:
        build([texts], made)
        known = {info.file.rpartition("/")[2]: (info.place.county, info.town, info.year) for info in made.reports()}
    wrong = [file_of(r) for r in reports if known.get(file_of(r)) != (r.county, r.town, r.year)]
    if wrong:
        print("identity not as made:", *wrong)
    return Answerer.open(folder / "store")


def summary(marks: Sequence[tuple[Asked, Answer, Marked]]) -> dict[str, object]:
    """Value accuracy by kind; coverage over the questions over many towns."""
    many = [m for a, _, m in marks if a.kind in OVER_TOWNS]
    kinds = {kind: [m for a, _, m in marks if a.kind == kind] for kind in sorted({a.kind for a, _, _ in marks})}
    return {
        "questions": len(marks),
        "values": sum(m.right for _, _, m in marks) / sum(m.wanted for _, _, m in marks),
        "coverage": sum(m.covered for m in many) / len(many),
        "coverage right": sum(m.exact for m in many) / len(many),
        "foreign": sum(m.foreign for _, _, m in marks),
        "kinds": {kind: f"{sum(m.right for m in own)}/{sum(m.wanted for m in own)} in {len(own)}" for kind, own in kinds.items()},
    }


def measure(number: int, seed: int) -> list[tuple[Asked, Answer, Marked]]:
    """Make the world, ask every question, mark every reply."""
    reports, rng = generate(number, seed), random.Random(seed)
    questions = [*over_towns(reports, rng), *over_years(reports, rng), *over_namesakes(reports, rng)]
    with tempfile.TemporaryDirectory() as folder:
        answerer = answerer_of(reports, Path(folder))
        replies = [(a, answerer.answer(a.question)) for a in questions]
    return [(a, answer, mark(a, answer)) for a, answer in replies]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=110)
    parser.add_argument("--seed", type=int, default=31)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    marks = measure(options.reports, options.seed)
    if options.misses:
        for a, answer, m in marks:
            if m.right < m.wanted or m.foreign or (a.kind in OVER_TOWNS and not m.exact):
                print(f"{a.kind} | {a.question} | {m.right}/{m.wanted} covered {m.covered} exact {m.exact} foreign {m.foreign} | {answer.reason}")
                print("    due:", " ".join(f"{file[:-7]}={'/'.join(f'{v:g}' for v in values)}" for file, values in sorted(a.stated.items())))
                print("   ", answer.text.replace("\n", "\n    "))
    print(json.dumps(summary(marks), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
