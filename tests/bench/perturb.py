"""Questions made by swapping town, year, unit and indicator over generated reports, so that the right reply is another figure
or one of the four 没有. Every report is invented and every figure known.

    python tests/bench/perturb.py [--reports 60] [--seed 7] [--misses]

A reply is right when its kind is: a figure question gives the value with sources of that report alone; a town or a year that is
not there, an indicator that the report never states, and a measure that it is never stated in, are refused as what they are.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import tempfile
import tomllib
from collections import Counter
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
from retrieval.types import Answer, Reason

ASKED = tomllib.loads(Path(__file__).with_name("asked.toml").read_text(encoding="utf-8"))
NOUGHT = re.compile(r"无|没有|未发生")
SILENT = (Reason.NOT_STATED, Reason.DIFFERENT_MEASURE)


@dataclass(frozen=True, slots=True)
class Perturbed:
    """One question: ``values`` are the right figures, empty for a refusal by one of ``reasons``; ``file`` alone may be cited."""

    kind: str
    question: str
    file: str
    values: tuple[float, ...] = ()
    reasons: tuple[Reason, ...] = ()


def questions(reports: Sequence[Generated], rng: random.Random) -> Iterator[Perturbed]:
    """A few questions of each kind for every report."""
    names = Counter(r.town for r in reports if r.year == min(o.year for o in reports if (o.county, o.town) == (r.county, r.town)))
    held = {(r.county, r.town, r.year) for r in reports}
    near = {row.name: {*row.relatives, row.name} for row in Indicators.load().rows}
    for report in reports:
        named = report.county in report.text
        if names[report.town] > 1 and not named:
            continue  # which of the two towns it is, nobody could tell
        who = report.county + report.town if named and (names[report.town] > 1 or rng.random() < 0.3) else report.town
        stated = {f.indicator for f in report.truth}
        for indicator, forms in rng.sample(sorted(ASKED.items()), 12):
            form = rng.choice(forms["ask"])
            done = tuple(f.value for f in report.truth if f.indicator == indicator and f.kind == "done" and f.year == report.year)
            if done:
                yield Perturbed("figure", form.format(who=who, y=report.year), report.file_name, done)
                if "other" in forms and len(set(done)) == 1:
                    yield Perturbed("unit", rng.choice(forms["other"]).format(who=who, y=report.year), report.file_name, (), SILENT)
            elif not near.get(indicator, {indicator}) & stated and not any(indicator in near.get(s, ()) for s in stated):
                yield Perturbed("indicator", form.format(who=who, y=report.year), report.file_name, (), SILENT)
            if rng.random() < 0.15 and (report.county, report.town, report.year + 7) not in held:
                yield Perturbed("year", form.format(who=who, y=report.year + 7), report.file_name, (), (Reason.NO_YEAR,))
            if rng.random() < 0.15:
                absent = "望" + report.town[1:] if "望" + report.town[1:] not in names else "阙" + report.town[1:]
                yield Perturbed("town", form.format(who="衢桐县" + absent, y=report.year), "", (), (Reason.NO_TOWN,))


def right(asked: Perturbed, answer: Answer) -> bool:
    """Whether the kind of the reply is right and nothing comes from another report."""
    if any(c.file != asked.file for c in answer.citations):
        return False
    if asked.reasons:
        return answer.reason in asked.reasons
    said = {q.value for q in quantities(answer.text)}
    nought = 0 in asked.values and NOUGHT.search(answer.text) is not None
    return not answer.refused and (nought or any(value in said for value in asked.values))


def foreign(asked: Perturbed, answer: Answer) -> bool:
    """Whether a figure of another report was given."""
    return any(c.file != asked.file for c in answer.citations)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    reports = generate(options.reports, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        for report in reports:
            Path(folder, report.file_name).write_text(report.text, encoding="utf-8")
        store = Path(folder, "store")
        with Store.create(store, default_encoder()) as made:
            build([Path(folder)], made)
        answerer = Answerer.open(store)
        asked = list(questions(reports, random.Random(options.seed)))
        replies = [(q, answerer.answer(q.question)) for q in asked]
    table = {kind: [sum(right(q, a) for q, a in replies if q.kind == kind), sum(q.kind == kind for q in asked)] for kind in sorted({q.kind for q in asked})}
    whole = sum(right(q, a) for q, a in replies)
    result = {"questions": len(asked), "right": whole / len(asked), "foreign": sum(foreign(q, a) for q, a in replies), "kinds": table}
    if options.misses:
        for q, a in replies:
            if not right(q, a):
                print(q.kind, q.question, q.values, a.reason, a.text.replace("\n", " / ")[:200], sep=" | ")
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
