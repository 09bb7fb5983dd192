"""A thousand answers and more with a language model that goes wrong in every way we know: what the person receives.

    python tests/bench/played.py [--questions 30] [--deadline 2] [--json FILE]

Real HTTP to a scripted server on 127.0.0.1, through LangChain's client. What is delivered is judged here, by nothing of the lock's own:
each line is either the rules' own line, or each figure in it with what it counts, each clause, each town and year is looked for
in the quotes that it cites, of the town that it names, and what is planned there is told as planned; a sum is added up again. Ends with 1 when anything false is delivered or an answer comes late.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own modules

from answer_builders import WordsReader
from players import PLAYED
from scripted_model import ScriptedModel

from index.build import build
from index.embed import default_encoder
from index.store import Store
from index.text import fold
from index.types import Place
from retrieval.answer import Answerer
from retrieval.assist.answerer import AssistedAnswerer
from retrieval.assist.endpoint import Endpoint
from retrieval.assist.llm import Line
from retrieval.assist.meter import Limits, Meter
from retrieval.assist.metered import MeteredModel, Prices
from retrieval.assist.model import Completion, Usage
from retrieval.types import Answer, Citation

DATA = Path(__file__).parents[2] / "data"
TOPICS = ("开展普法宣传", "化解矛盾纠纷", "培养法律明白人", "规范行政执法", "推进政务公开", "用好法律顾问", "做青少年法治教育", "建设法治文化")
GRACE = 1.0  # seconds of the rules' own work on a busy machine, beyond the deadline
MARK = re.compile(r"\[(\d+)\]")
FIGURE = re.compile(r"\d[\d.]*[^\d\s，。；：,;:]{0,2}")
COVERAGE = re.compile(r"覆盖：范围内\d+份报告，语言模型看了其中最相关的\d+句，\d+份写到。")
NOTHING = re.compile(r"没有找到直接写明|没有写明")
SUM = re.compile(r"合计(?P<total>[\d.]+).{0,4}：(?P<parts>[\d.]+(?: \+ [\d.]+)+) = (?P<again>[\d.]+)")
SLOW = ("never answers", "trickles")
"""Behaviours that take the whole of the deadline for each question: the tests leave them out."""
PLANNED = re.compile(r"力争|计划|打算|争取|预计")


@dataclass(slots=True)
class Row:
    """What came of one behaviour."""

    behaviour: str
    answers: int = 0
    written: int = 0  # answers with at least one sentence of the model
    sentences: int = 0
    kept: int = 0
    false: int = 0
    late: int = 0
    why: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def as_dict(self) -> dict[str, object]:
        counts = {name: getattr(self, name) for name in ("behaviour", "answers", "written", "sentences", "kept", "false", "late")}
        return counts | {"why": dict(self.why.most_common(3)), "p50_ms": round(median(self.took), 1), "max_ms": round(max(self.took), 1)}


def questions(answerer: Answerer, limit: int) -> list[str]:
    """Questions that a model reads for: practices, problems and plans of two towns, words and figures of one."""
    towns = list(dict.fromkeys(report.town for report in answerer.reports() if report.town))
    asked = [f"各镇怎么{topic}" for topic in TOPICS] + [f"{town}怎么{topic}" for town, topic in zip(towns, TOPICS * 9, strict=False)]
    pairs = list(combinations(towns, 2))
    asked += [f"{one}和{other}{what}" for what in ("存在哪些问题", "下一步打算是什么") for one, other in pairs[:: max(1, len(pairs) // 9)]]
    asked += [f"{town}{what}" for town in towns[::3] for what in ("调解了多少纠纷", "开展了多少场普法活动", "发放了多少宣传资料")]
    return asked[:: max(1, len(asked) // limit)][:limit]


def plain(text: str) -> str:
    text = re.sub(r"(?:开展|进行|实施|举办|举行|组织|推进)了?", "", text)
    return re.sub(r"[\s“”\"‘’'《》「」『』]|(?<=\d),(?=\d)", "", fold(text))


def false_in(answer: Answer, rules: Answer, places: dict[str, Place]) -> list[str]:
    """What an answer says that its sources do not; ``places`` by report."""
    known = {MARK.sub("", line).rstrip("。") for line in rules.text.splitlines()}
    known |= {line.rstrip("。") for line in (MARK.sub("", line) for line in answer.text.splitlines()) if COVERAGE.fullmatch(line) or (answer.refused and NOTHING.search(line))}
    cited = {str(citation.n): citation for citation in answer.citations}
    wrong = []
    for line in answer.text.splitlines():
        text, sources = MARK.sub("", line).removeprefix("与此最相近的是："), [cited[n] for n in MARK.findall(line)]
        if (sum_ := SUM.match(text)) and sources:
            wrong += [] if _adds_up(sum_, sources) else [f"sum: {text}"]
        elif text.rstrip("。") not in known:
            wrong += [f"{found}: {text}" for found in _false_in_line(text, sources, places)] if sources else [f"cites nothing: {text}"]
    return wrong


def _adds_up(found: re.Match[str], sources: Sequence[Citation]) -> bool:
    """Whether a sum is one, of numbers that stand in what it cites."""
    parts = found["parts"].split(" + ")
    right = abs(sum(map(float, parts)) - float(found["total"])) < 1e-6 and found["total"] == found["again"]
    told = "".join(plain(source.quote) for source in sources)
    return right and all(re.search(rf"(?<![\d.]){re.escape(part)}(?![\d.])", told) for part in parts)


def _false_in_line(text: str, sources: Sequence[Citation], places: dict[str, Place]) -> Iterator[str]:
    """Figures with what they count, towns and clauses that do not stand in the quotes of the town and year named before them."""
    quotes: dict[tuple[str, int | None], str] = {}
    names = {}
    for source in sources:
        owner = (source.town, source.year)
        quotes[owner] = quotes.get(owner, "") + "\n" + plain(source.quote) + _cells(source.quote)
        names |= {f"{before}{source.town}{year}": owner for before in ("", places[source.report_id].county) for year in (f"{source.year}年", f"{(source.year or 0) + 1}年计划：")}
    label = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)))
    own = next(iter(quotes.values())) if len(quotes) == 1 else ""
    if plain(text).rstrip("。") in own:
        return  # word for word, a town's name within it and all
    for piece in re.split(f"({label.pattern})", text):
        if piece in names:
            own = quotes[names[piece]]
            continue
        yield from (f"figure {found}" for found in FIGURE.findall(plain(piece)) if found.rstrip(".") not in own)
        yield from (f"town {place.town}" for place in places.values() if place.town in piece and place.town not in own)
        for clause in re.split(r"[，。；：,;:]", piece):
            said = re.sub(r"^\(?(?:的?做法是|同时|的|下一步打算|存在的问题)*\)?", "", plain(clause))
            if said and said not in own:
                yield f"words {said}"
            elif said and (planned := PLANNED.search(re.split(r"[。！？]", own[: own.find(said)])[-1])) and planned[0] not in text and "计划" not in text and "打算" not in text:
                yield f"planned {said}"


def _cells(quote: str) -> str:
    """The ways in which the first cell of a row goes with a number of it and a unit: 普法宣传活动31场, of │普法宣传活动│场│31│."""
    cells = [plain(cell) for cell in re.split(r"[│|\t]", quote) if cell.strip()]
    return "\n".join(f"{cells[0]}{number}{unit}" for number in cells[1:] for unit in ("", *cells[1:])) if len(cells) > 1 else ""


def play(behaviour: str, answerer: Answerer, asked: list[str], deadline: float, seen: dict[str, Answer]) -> tuple[Row, list[str]]:
    """Ask every question of one kind of model."""
    row, wrong = Row(behaviour), []
    places = {report.id: report.place for report in answerer.reports()}
    with tempfile.TemporaryDirectory() as folder, ScriptedModel(PLAYED[behaviour]) as server:
        line, meter = Line(Endpoint.of("played", server.url, "key")), Meter(Path(folder))
        helped = AssistedAnswerer(answerer, MeteredModel(line, meter, Limits(), Prices()), deadline_s=deadline)
        for question in asked:
            started = perf_counter()
            answer = helped.answer(question)
            row.took.append(1000 * (perf_counter() - started))
            found = false_in(answer, seen[question], places)
            wrong += found
            receipt = answer.written
            assert receipt is not None, question
            row.answers += 1
            row.written += receipt.kept > 0
            row.sentences += receipt.sentences
            row.kept += receipt.kept
            row.false += len(found)
            row.late += row.took[-1] > 1000 * (deadline + GRACE)
            row.why.update([receipt.failure] if receipt.failure else [struck.why for struck in receipt.struck])
        line.close()
        meter.close()
    return row, wrong


class Instant:
    """A model that needs no time: what is left is the time of the prompt, the lock and the orchestration."""

    def complete(self, prompt, schema, *, deadline, user="", on_text=None):
        found = re.findall(r"^\[(\w+)\] .+?｜.*?｜(.+)$", prompt.user, re.M)[:4]
        return Completion(schema.model_validate({"sentences": [{"text": text, "sources": [tag]} for tag, text in found]}), Usage())


def overhead(answerer: Answerer, asked: list[str]) -> list[float]:
    """Milliseconds of processor time that writing adds to each answer, without the model's own, in order."""
    helped = AssistedAnswerer(answerer, Instant(), deadline_s=10)
    added = []
    for question in asked:
        took = {}
        for name, each in (("rules", answerer), ("helped", helped)):
            runs = []
            for _ in range(5):
                started = process_time()
                each.answer(question)
                runs.append(1000 * (process_time() - started))
            took[name] = min(runs)
        added.append(took["helped"] - took["rules"])
    return sorted(added)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=30)
    parser.add_argument("--deadline", type=float, default=2.0)
    parser.add_argument("--words", action="store_true", help="the local reader knows words alone, which is a hundred times as fast")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with Store.create(Path(folder, "store"), default_encoder()) as made:
            build([DATA / "sample", DATA / "eval" / "towns" / "reports"], made)
        answerer = Answerer.open(Path(folder, "store"), reader=WordsReader() if options.words else None)
        asked = questions(answerer, options.questions)
        seen = {question: answerer.answer(question) for question in asked}
        rows = []
        play("digest", answerer, asked[:1], 60, seen)  # loads LangChain
        for behaviour in PLAYED:
            row, wrong = play(behaviour, answerer, asked, options.deadline, seen)
            rows.append(row)
            print(json.dumps(row.as_dict(), ensure_ascii=False), flush=True)
            print(*wrong[:5], sep="\n", end="\n" if wrong else "")
        added = overhead(answerer, asked)
    total = {name: sum(getattr(row, name) for row in rows) for name in ("answers", "written", "sentences", "kept", "false", "late")}
    total |= {"deadline_s": options.deadline, "overhead_p50_ms": round(median(added), 1), "overhead_p95_ms": round(added[len(added) * 95 // 100], 1)}
    print(json.dumps(total))
    if options.json:
        options.json.write_text(json.dumps(total | {"rows": [row.as_dict() for row in rows]}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.exit(bool(total["false"] or total["late"]))


if __name__ == "__main__":
    main()
