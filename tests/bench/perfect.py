"""A perfect reader at the language model's endpoint: a script that knows an exam's evidence and answers as told.

    python tests/bench/perfect.py EXAM… [--limit N] [--context 32000] [--words] [--json FILE]

EXAM is a folder of data/eval/exams; without reports of its own its questions are asked of the samples and the towns. It bounds what the
rest can reach: evidence that is never among the candidates, and right sentences that the lock strikes. Ends with 1 where less than
97 % of the evidence is among them, or more than 2 % of the right sentences are struck. With ``--words`` the local reader knows words
alone, which is a hundred times as fast.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own modules

from answer_builders import WordsReader

from index.build import build
from index.embed import default_encoder
from index.store import Store
from retrieval.answer import Answerer
from retrieval.assist.answerer import AssistedAnswerer
from retrieval.assist.model import Completion, Prompt, Usage
from retrieval.assist.wording import BREAK
from retrieval.measure.evaluate import Graded, summarise
from retrieval.measure.scoring import Evidence, Item, grade, normalise, quote_hit, read_items
from retrieval.reader.model import Reader

DATA = Path(__file__).parents[2] / "data"
LINE = re.compile(r"^\[(\d+)\] (.+?)｜(.*?)｜(.+)$", re.MULTILINE)
HEADS = re.compile(r"^表头 .*?｜(?=[^｜]*$)")
"""What is told before a row of a table; no answer repeats it."""
BETWEEN_CELLS = re.compile(r"[│|]|</?t[dhr]>")
LEAST_FOUND, MOST_STRUCK = 0.97, 0.02


@dataclass(slots=True)
class PerfectReader:
    """Chooses the sentences that hold the evidence of ``item`` and copies each up to the end of the clause where its evidence ends; finds nothing
    where there is none."""

    files: dict[str, tuple[str, int | None]]
    item: Item | None = None
    missing: list[Evidence] = field(default_factory=list)
    asked: bool = False

    def complete(self, prompt: Prompt, schema, *, deadline, user="", on_text=None) -> Completion:
        if prompt.name != "reading":
            return Completion(schema(), Usage())
        assert self.item is not None
        self.asked = True
        lines = LINE.findall(prompt.user)
        ends: dict[str, tuple[str, int]] = {}
        self.missing = []
        for evidence in self.item.evidence:
            town, year = self.files[evidence.file]
            own = [(number, HEADS.sub("", words)) for number, head, _, words in lines if f"{town}{year}年" in head]
            held = _holding(evidence.quote, own)
            if not held:
                self.missing.append(evidence)
            for number, words in held:
                ends[number] = words, max(_end(words, evidence.quote), ends.get(number, ("", 0))[1])
        sentences = [{"text": words[:end], "sources": [number]} for number, (words, end) in ends.items()]
        said = {"none": not ends, "answers": list(ends), "sentences": sentences}
        return Completion(schema.model_validate(said), Usage())


def _holding(quote: str, own: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The sentence that holds the quote; where it goes over several, those that hold half of it together."""
    wanted = plain(quote)
    whole = [each for each in own if wanted in plain(each[1])] or [each for each in own if quote_hit(wanted, plain(each[1]))]
    parts = [each for each in own if (words := plain(each[1]).rstrip("。;；")) and words in wanted]
    return whole[:1] or (parts if 2 * sum(len(plain(words)) for _, words in parts) >= len(wanted) else [])


def plain(text: str) -> str:
    """``text`` as it is compared, without what stands between the cells of a table."""
    return BETWEEN_CELLS.sub("", normalise(text))


def _end(words: str, quote: str) -> int:
    """Where the clause ends in ``words`` that the evidence ends in; their end, where they hold only a part of it."""
    ends = (end for end in range(1, len(words) + 1) if plain(quote) in plain(words[:end]))
    end = next(ends, len(words))
    return mark.start() if (mark := BREAK.search(words, end)) else len(words)


@dataclass(slots=True)
class Tally:
    """What came of one exam."""

    evidence: int = 0
    missing: list[str] = field(default_factory=list)
    sentences: int = 0
    struck: list[str] = field(default_factory=list)
    graded: list[Graded] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        total = summarise(self.graded).total
        found = 1 - len(self.missing) / max(1, self.evidence)
        counts = {
            "evidence": self.evidence,
            "among_candidates": round(found, 4),
            "sentences": self.sentences,
            "struck": round(len(self.struck) / max(1, self.sentences), 4),
        }
        scores = {"answers": total.answers, "declined": total.refusals, "cited": total.citations, "foreign": total.foreign}
        return counts | scores | {"why": dict(Counter(each.split("：", 1)[0] for each in self.struck)), "missing_at": self.missing}

    @property
    def good(self) -> bool:
        return len(self.missing) <= (1 - LEAST_FOUND) * self.evidence and len(self.struck) <= MOST_STRUCK * self.sentences


def examine(answerer: Answerer, items: Sequence[Item], context: int, told: Callable[[Graded], None] = lambda _: None) -> Tally:
    """Ask every question with its own perfect reader; ``told`` hears of each as it comes."""
    files = {Path(report.file).name: (report.town, report.year) for report in answerer.reports()}
    tally = Tally()
    for item in items:
        reader = PerfectReader(files, item)
        answer = AssistedAnswerer(answerer, reader, deadline_s=60, context=context).answer(item.question, item.history)
        cited = [Evidence(c.file, c.quote) for c in answer.citations]
        tally.graded.append(Graded(item, answer, grade(item, answer.text, cited, answer.refused)))
        told(tally.graded[-1])
        if reader.asked and item.answerable:
            tally.evidence += len(item.evidence)
            tally.missing += [f"{item.id} {each.quote[:30]}" for each in reader.missing]
        if answer.written:
            tally.sentences += answer.written.sentences
            tally.struck += [f"{struck.why}：{item.id} {struck.text}" for struck in answer.written.struck]
    return tally


def opened(exam: Path, folder: Path, reader: Reader | None = None) -> Answerer:
    """An answerer over the exam's reports, indexed in ``folder``."""
    own = exam / "reports"
    reports = [own] if own.is_dir() else [DATA / "sample", DATA / "eval" / "towns" / "reports"]
    with Store.create(folder, default_encoder()) as made:
        build(reports, made)
    return Answerer.open(folder, reader=reader)


def show(graded: Graded) -> None:
    """What was struck, and what is not right all the same."""
    item, answer, result = graded.item, graded.answer, graded.grade
    for struck in answer.written.struck if answer.written else ():
        print(f"{item.id} 未采用（{struck.why}）{struck.text}", flush=True)
    if not result.correct or result.cited is False:
        print(
            f"{item.id} {item.type} {item.question}\n    {answer.text}\n    缺 {result.missing} 不该有 {result.forbidden} 出处全 {result.cited}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exams", type=Path, nargs="+")
    parser.add_argument("--limit", type=int)
    parser.add_argument("--context", type=int, default=32_000)
    parser.add_argument("--store", type=Path, help="a store that holds the reports already")
    parser.add_argument("--words", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results, good = {}, True
    for exam in options.exams:
        with tempfile.TemporaryDirectory() as folder:
            reader = WordsReader() if options.words else None
            answerer = Answerer.open(options.store, reader=reader) if options.store else opened(exam, Path(folder, "store"), reader)
            tally = examine(answerer, read_items(exam / "questions.jsonl")[: options.limit], options.context, show)
        results[exam.name] = tally.as_dict()
        good = good and tally.good
        print(exam.name, json.dumps(results[exam.name], ensure_ascii=False), flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(not good)


if __name__ == "__main__":
    main()
