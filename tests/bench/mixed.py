"""A thousand reports in mixed formats with twenty damaged files among them: one run, twenty rejections, the rest can be asked about.

    python tests/bench/mixed.py [--reports 1000] [--asked 100]

The reports are made by generate.py, written by formats.py, the damage by damaged.py. The command line indexes the folder twice, in
processes of their own; the second run must touch nothing, in at most 5 % of the time.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import damaged
from formats import WRITERS, available, made
from generate import Generated, generate

from index.store import Store
from retrieval.answer import Answerer

ROOT = Path(__file__).parents[2]
SHARES = {
    "utf8.txt": 7,
    "gb18030.txt": 5,
    "utf16.txt": 2,
    "bom.txt": 2,
    "tables.html": 3,
    "modern.html": 2,
    "word.docx": 2,
    "nested.zip": 1,
    "layout.pdf": 1,
}
"""Files of each format in 25."""
AGAIN = 0.05  # of the first run's time, for the second
SEED = 11


@dataclass(frozen=True, slots=True)
class Outcome:
    """What two runs over the folder did. ``asked`` and ``answered`` are questions about single figures of its reports."""

    formats: Counter[str]
    first: dict
    second: dict
    seconds: tuple[float, float]
    damaged: tuple[str, ...]
    held: int
    identified: int
    asked: int
    answered: int

    @property
    def rejected(self) -> dict[str, str]:
        """Damaged file → reason; a member of an archive counts for the archive."""
        return {each["file"].partition("/")[0]: each["reason"] for each in self.first["rejected"]}

    def failures(self) -> list[str]:
        """What is not as it must be."""
        reports = sum(self.formats.values())
        checks = {
            f"{len(self.first['rejected'])} rejections": len(self.first["rejected"]) == len(self.damaged),
            f"rejected {sorted(set(self.rejected) ^ set(self.damaged))}": set(self.rejected) == set(self.damaged),
            f"{self.held} of {reports} reports held": self.held == reports,
            f"{self.identified} of {reports} reports identified": self.identified == reports,
            "the second run touched something": not (self.second["added"] or self.second["changed"] or self.second["removed"]),
            "the second run rejected otherwise": self.second["rejected"] == self.first["rejected"],
        }
        return [words for words, sound in checks.items() if not sound]


def write(reports: Sequence[Generated], folder: Path) -> dict[str, Generated]:
    """Each report in a format; file → report."""
    cycle = [format_ for format_, share in SHARES.items() for _ in range(share) if not available(format_)]
    written = {}
    for number, report in enumerate(reports):
        stem, format_ = f"{number:04}_{Path(report.file_name).stem}", cycle[number % len(cycle)]
        WRITERS[format_](made(stem, report.text), folder / f"{stem}.{format_}")
        written[f"{stem}.{format_}"] = report
    return written


def index(folder: Path, store: Path) -> tuple[dict, float]:
    """One run of the command line: its JSON object, and the seconds it took."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "bot", "--store", str(store), "index", str(folder), "--json"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    seconds = time.perf_counter() - started
    assert done.returncode == 1, done.stderr  # something was rejected
    return json.loads(done.stdout), seconds


def ask(answerer: Answerer, file: str, report: Generated, forms: dict) -> bool | None:
    """Whether a figure of this report is answered with it as the source; None when it has none to ask for."""
    own = [fact for fact in report.truth if fact.kind == "done" and fact.year == report.year and not fact.parent and fact.value]
    counts = Counter(fact.indicator for fact in report.truth)
    fact = next((fact for fact in own if counts[fact.indicator] == 1 and fact.indicator in forms), None)
    if fact is None:
        return None
    question = forms[fact.indicator]["ask"][0].format(who=report.county + report.town, y=report.year)
    answer = answerer.answer(question)
    stated = report.text[fact.start : fact.end]
    return any(citation.file.partition("/")[0] == file and stated in citation.quote for citation in answer.citations)


def measure(count: int, asked: int) -> Outcome:
    """``count`` reports and the damaged files, indexed twice and asked about."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, store = Path(temporary, "reports"), Path(temporary, "store")
        folder.mkdir()
        written = write(generate(count, SEED), folder)
        bad = damaged.write(folder)
        (first, one), (second, two) = index(folder, store), index(folder, store)
        with Store.open(store) as opened:
            held = {info.file.partition("/")[0]: info for info in opened.reports()}
        answerer = Answerer.open(store)
        forms = tomllib.loads((Path(__file__).parent / "asked.toml").read_text(encoding="utf-8"))
        chosen = random.Random(SEED).sample(sorted(written), min(asked, len(written)))
        replies = {file: ask(answerer, file, written[file], forms) for file in chosen}
        if unanswered := [file for file, reply in replies.items() if reply is False]:
            print("not answered:", *unanswered, file=sys.stderr)
        return Outcome(
            formats=Counter(file.split(".", 1)[1] for file in written),
            first=first,
            second=second,
            seconds=(one, two),
            damaged=tuple(bad),
            held=len(held),
            identified=sum((held[f].town, held[f].year) == (r.town, r.year) for f, r in written.items() if f in held),
            asked=sum(reply is not None for reply in replies.values()),
            answered=sum(bool(reply) for reply in replies.values()),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=1000)
    parser.add_argument("--asked", type=int, default=100, help="reports of which one figure is asked")
    options = parser.parse_args()
    found = measure(options.reports, options.asked)
    print("written:", ", ".join(f"{count} {format_}" for format_, count in found.formats.items()))
    print(f"held {found.held}, town and year right {found.identified}, rejected {len(found.first['rejected'])}")
    for file, reason in sorted(found.rejected.items()):
        print(f"    {file}: {reason}")
    print(f"asked {found.asked}, answered from the right file with the right figure {found.answered}")
    one, two = found.seconds
    print(f"first run {one:.1f} s, second run {two:.1f} s = {two / one:.1%} (at most {AGAIN:.0%})")
    if failures := found.failures():
        sys.exit("; ".join(failures))


if __name__ == "__main__":
    main()
