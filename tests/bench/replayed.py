"""Play back what somebody wrote as a language model, and score it beside the rules and the local reader.

    python tests/bench/replayed.py EXAM [--recording FOLDER] [--context N] [--json FILE]

EXAM is a folder of data/eval/exams with ``replies.jsonl``: of each question what was said to its request to plan and to its request to read. A
sentence is named there by its words and not by its number, so that the replies stay what they are when the sentences come in another order.
RECORDING is a folder of NNN.request.txt and NNN.reply.txt, as a relay wrote them that stood at ZHENWEN_MODEL_URL; with it ``replies.jsonl`` is
written first.
"""

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # the tests' own modules

from scripted_model import Asked, Player, ScriptedModel

from bot.summaries import sides_view
from index.build import build
from index.embed import default_encoder
from index.store import Store
from retrieval.answer import Answerer
from retrieval.assist.answerer import AssistedAnswerer
from retrieval.assist.endpoint import Endpoint
from retrieval.assist.llm import Line
from retrieval.assist.meter import Limits, Meter
from retrieval.assist.metered import MeteredModel, Prices
from retrieval.measure.scoring import read_items
from retrieval.measure.sides import compare
from retrieval.reader.model import SilentReader

REPLIES = "replies.jsonl"
HISTORY = re.compile(r"<前几轮 (?P<nonce>\w+)>\n(?P<said>.*?)\n</前几轮 (?P=nonce)>", re.DOTALL)
QUESTION = re.compile(r"<问题 (?P<nonce>\w+)>\n(?P<said>.*?)\n</问题 (?P=nonce)>", re.DOTALL)
SENTENCE = re.compile(r"^\[(?P<number>\d+)\] (?P<words>.+)$", re.MULTILINE)
NUMBER = re.compile(r"[\[［【]?([0-9]{1,4})[\]］】]?")
NOTHING = "{}"
"""What is said to a request that nobody answered."""
Talk = tuple[str, str]


def key_of(words: str) -> tuple[str, str]:
    """What a sentence is known by: its town and year, and itself; how many of its headings are shown may change."""
    head, *_, own = words.split("｜")
    return head, own


def talk_of(request: str) -> Talk:
    """The earlier turns and the question of a request."""
    return tuple(found["said"] if (found := pattern.search(request)) else "" for pattern in (HISTORY, QUESTION))  # type: ignore[return-value]


def renamed(reply: Any, name: Callable[[str], str | None]) -> Any:
    """``reply`` with each sentence as ``name`` calls it; without those that it knows not."""
    reply = dict(reply)
    for key in ("answers", "sources"):
        if key in reply:
            reply[key] = [known for tag in reply[key] if (known := name(str(tag)))]
    if "source" in reply:
        reply["source"] = name(str(reply["source"])) or ""
    return {key: [renamed(one, name) if isinstance(one, dict) else one for one in value] if isinstance(value, list) else value for key, value in reply.items()}


def recorded(folder: Path) -> Iterator[dict[str, Any]]:
    """A row for each request that somebody answered."""
    for request in sorted(folder.glob("*.request.txt")):
        reply = request.with_name(request.name.replace(".request.", ".reply."))
        if reply.exists():
            text = request.read_text(encoding="utf-8")
            words = {found["number"]: found["words"] for found in SENTENCE.finditer(text)}
            history, question = talk_of(text)

            def called(tag: str, words: dict[str, str] = words) -> str | None:
                found = NUMBER.fullmatch(tag.strip())
                return words.get(found[1]) if found else None

            said = renamed(json.loads(reply.read_text(encoding="utf-8")), called)
            yield {"history": history, "question": question, "reads": bool(words), "reply": said}


def replaying(replies: Path, missed: list[str]) -> Player:
    """Says what was said to the same question; the requests that nobody answered go to ``missed``. Of two replies to one the later holds."""
    rows = [json.loads(line) for line in replies.read_text(encoding="utf-8").splitlines()]
    known = {(row["history"], row["question"], row["reads"]): row["reply"] for row in rows}

    def play(asked: Asked) -> str:
        text = "\n\n".join(each["content"] for each in asked.body["messages"])
        numbers = {key_of(found["words"]): found["number"] for found in SENTENCE.finditer(text)}
        reply = known.get((*talk_of(text), bool(numbers)))
        if reply is None:
            missed.append(text)
            return NOTHING  # an error would have the breaker stop the next ones
        return json.dumps(renamed(reply, lambda words: numbers.get(key_of(words))), ensure_ascii=False)

    return play


def played(exam: Path, missed: list[str], context: int, ask: Callable[[Path, Answerer, AssistedAnswerer], Any]) -> Any:
    """What ``ask`` makes of a store of the exam's reports, the answerer over it, and the one with the recorded model beside it."""
    with tempfile.TemporaryDirectory() as folder, ScriptedModel(replaying(exam / REPLIES, missed)) as server:
        store = Path(folder, "store")
        with Store.create(store, default_encoder()) as made:
            build([exam / "reports"], made)
        model = MeteredModel(Line(Endpoint.of("played", server.url, "k"), context), Meter(Path(folder)), Limits(), Prices())
        plain = Answerer.open(store)
        try:
            return ask(store, plain, AssistedAnswerer(plain, model, deadline_s=60, context=context))
        finally:
            model.line.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("exam", type=Path)
    parser.add_argument("--recording", type=Path)
    parser.add_argument("--context", type=int, default=32_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.recording:
        rows = (json.dumps(row, ensure_ascii=False) for row in recorded(options.recording))
        (options.exam / REPLIES).write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
    missed: list[str] = []
    items = read_items(options.exam / "questions.jsonl")

    def sides(store: Path, plain: Answerer, helped: AssistedAnswerer) -> Any:
        return compare(Answerer.open(store, reader=SilentReader()), plain, helped, items)

    found = played(options.exam, missed, options.context, sides)
    from rich.console import Console

    Console(width=200).print(*sides_view(found), sep="\n")
    print(f"没有人答过的请求：{len(missed)}")
    if options.json:
        options.json.write_text(json.dumps(found.as_dict() | {"missed": len(missed)}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
