"""Play back what somebody wrote as a language model, and score it beside the rules and the local reader.

    python tests/bench/replayed.py RECORDING QUESTIONS REPORTS… [--context N] [--json FILE]

RECORDING is a folder of NNN.request.txt and NNN.reply.txt, as a relay wrote them that stood at ZHENWEN_MODEL_URL while `zhenwen ask
--batch` asked QUESTIONS of REPORTS. A request that is not in the recording (the prompt has changed since) gets an empty answer, and is counted.
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

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


def recorded(folder: Path) -> dict[str, str]:
    """Each request of a recording as it was written, with its reply."""
    replies = {path: path.with_name(path.name.replace(".request.", ".reply.")) for path in sorted(folder.glob("*.request.txt"))}
    return {
        request.read_text(encoding="utf-8"): reply.read_text(encoding="utf-8")
        for request, reply in replies.items()
        if reply.exists()
    }


def replaying(folder: Path, missed: list[str]) -> Player:
    """Says what the recording says to the same request; what it does not know goes to ``missed``."""
    known = recorded(folder)

    def play(asked: Asked) -> str:
        text = "\n\n".join(f"### {each['role']}\n{each['content']}" for each in asked.body["messages"])
        if text not in known:
            missed.append(text)
            return "{}"  # says nothing; an error would have the breaker stop the next ones
        return known[text]

    return play


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recording", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("reports", type=Path, nargs="+")
    parser.add_argument("--context", type=int, default=20_000)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as folder, ScriptedModel(replaying(options.recording, missed)) as server:
        store = Path(folder, "store")
        with Store.create(store, default_encoder()) as made:
            build(options.reports, made)
        model = MeteredModel(Line(Endpoint.of("played", server.url, "k"), options.context), Meter(Path(folder)), Limits(), Prices())
        plain = Answerer.open(store)
        helped = AssistedAnswerer(plain, model, deadline_s=60, context=options.context)
        sides = compare(Answerer.open(store, reader=SilentReader()), plain, helped, read_items(options.questions))
    from rich.console import Console

    Console(width=200).print(*sides_view(sides), sep="\n")
    print(f"不在录音里的请求：{len(missed)}")
    if options.json:
        options.json.write_text(
            json.dumps(sides.as_dict() | {"missed": len(missed)}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
    model.line.close()
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
