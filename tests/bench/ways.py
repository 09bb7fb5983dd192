"""Every way to search on every set: the public ones, and the everyday, misspelt and shortened questions of our question files.

    python tests/bench/ways.py --sets ../shared/bench [--folds DIR] [--only ncp,dev] [--json data/eval/results/retrieval.json]

STARD takes most of the time: five minutes of ten.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from index.embed import load_encoder  # noqa: E402 - a benchmark runs from a plain checkout
from index.types import Encoder  # noqa: E402
from retrieval.measure.benchmark import benchmark  # noqa: E402
from retrieval.measure.sets import QuestionSet, question_sets, wording_set  # noqa: E402

SAMPLE, EVAL = ROOT / "data" / "sample", ROOT / "data" / "eval"


def sets(public: Path, folds: Path | None, encoder: Encoder, work: Path) -> Iterator[QuestionSet]:
    yield from question_sets(public, folds)
    yield wording_set("dev", EVAL / "dev.jsonl", [SAMPLE], work / "dev", encoder)
    towns = EVAL / "towns"
    yield wording_set("towns", towns / "questions.jsonl", [SAMPLE, towns / "reports"], work / "towns", encoder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--folds", type=Path, help="models that python -m index.refine --folds questions made")
    parser.add_argument("--only", help="names of sets, joined by commas")
    parser.add_argument("--encoder", help="another encoder, by name or path")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    encoder = load_encoder(args.encoder)
    with tempfile.TemporaryDirectory() as work:
        chosen = (found for found in sets(args.sets, args.folds, encoder, Path(work)) if not args.only or found.name.partition("（")[0] in args.only.split(","))
        result = benchmark(chosen, encoder)
    for title, lines in result.table():
        print(f"\n{title}\n")
        for number, line in enumerate(lines):
            print(f"| {' | '.join(line)} |" + ("\n|" + " --- |" * len(line) if number == 0 else ""))
    if args.json:
        args.json.write_text(json.dumps(result.as_dict(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
