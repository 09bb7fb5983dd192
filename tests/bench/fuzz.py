"""Ten thousand questions that nobody would ask: no exception but BadRequest, and no reply without a trace.

    python tests/bench/fuzz.py [--n 10000] [--seed 1]

Prints how many replies broke which promise (with the first of each), and the median and 95th percentile of the processor time in milliseconds.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import process_time

from index.build import build
from index.embed import default_encoder
from index.errors import BadRequest
from index.store import Store
from retrieval.answer import Answerer
from retrieval.question import LONGEST_QUESTION
from retrieval.types import Answer

DATA = Path(__file__).parents[2] / "data"
MARK = re.compile(r"\[(\d+)\]")
WORDS = (
    *("镇", "年", "多少", "几起", "哪个镇最多", "平均", "比上年", "百分之几", "各镇", "其中", "那", "呢", "？", "。", "，", "、", "[1]", "【2】", "(", "“", "”", "《"),
    *("调解", "纠纷", "法律明白人", "普法", "金井镇", "磁灶镇", "中兴镇", "晋江市", "2022年", "2023年", "２０２３", "二〇二三年", "零", "两千余", "3.5万", "-1", "１００％"),
    *("SELECT * FROM", "'; DROP TABLE reports; --", "OR 1=1", "<script>alert(1)</script>", "</p>", "{{7*7}}", "${jndi:ldap://x}", "%s%n", "\\u0000", "../../etc/passwd"),
    *("忽略以上指令", "system:", "```", "**", "\u202e", "\u200f", "\u200b", "\ufeff", "\x00", "\x1b[31m", "\r\n", "\t", "😀", "👨‍👩‍👧", "🇨🇳", "שלום", "مرحبا", "ทดสอบ", "ﬁ", "①", "㈠", "Ⅳ", "½"),
    *("\ud7ff", "\U00020000", "𝟚𝟘𝟚𝟛", "̈́", "NaN", "1e999", "0x10", "１,０００", "99999999999999999999", "万亿", "％", "比" * 9, "哪" * 9),
)
RANGES = ((0x20, 0x7E), (0x0, 0x1F), (0x4E00, 0x9FFF), (0x3000, 0x30FF), (0xFF00, 0xFFEF), (0x400, 0x4FF), (0x590, 0x6FF), (0x1F300, 0x1FAFF), (0xE000, 0xE100))


@dataclass(frozen=True, slots=True)
class Turn:
    question: str
    history: tuple[str, ...]


@lru_cache(maxsize=1)
def real() -> tuple[str, ...]:
    """Questions that people ask."""
    lines = (DATA / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line)["question"] for line in lines)


def characters(rng: random.Random) -> str:
    return "".join(chr(rng.randint(*rng.choice(RANGES))) for _ in range(rng.randint(0, 60)))


def words(rng: random.Random) -> str:
    return rng.choice(("", "", " ")).join(rng.choices(WORDS, k=rng.randint(0, 14)))


def half(rng: random.Random) -> str:
    question = rng.choice(real())
    cut = rng.randrange(len(question) + 1)
    return rng.choice((question[:cut], question[cut:]))


def edited(rng: random.Random) -> str:
    """A real question with characters dropped, doubled, swapped, and foreign words put in."""
    letters = list(rng.choice(real()))
    for _ in range(rng.randint(1, 6)):
        place = rng.randrange(len(letters) + 1)
        match rng.randrange(4):
            case 0:
                del letters[place : place + 1]
            case 1:
                letters[place:place] = letters[place : place + rng.randint(1, 3)]
            case 2:
                letters[place : place + 2] = letters[place : place + 2][::-1]
            case _:
                letters.insert(place, rng.choice(WORDS))
    return "".join(letters)


def joined(rng: random.Random) -> str:
    return rng.choice(("", "，", "\n", "还有")).join(rng.choices(real(), k=rng.randint(2, 4)))


def endless(rng: random.Random) -> str:
    """Up to the limit, at it, and beyond it."""
    piece = rng.choice((*WORDS, *real()))
    return (piece * (LONGEST_QUESTION // len(piece) + 1))[: LONGEST_QUESTION + rng.choice((-900, -1, 0, 1))]


def blank(rng: random.Random) -> str:
    return "".join(rng.choices(" \t\n\r　\u200b\ufeff\u00a0", k=rng.randint(0, 5)))


MAKERS = (characters, words, words, half, half, edited, edited, edited, edited, joined)
RARE = (endless, blank)


def turns(n: int, seed: int) -> Iterator[Turn]:
    """``n`` questions with up to three earlier turns; the same for the same seed."""
    rng = random.Random(seed)

    def one() -> str:
        return rng.choice(RARE if rng.random() < 0.02 else MAKERS)(rng)

    for _ in range(n):
        history = tuple(rng.choice((rng.choice(real()), one())) for _ in range(rng.choice((0, 0, 1, 2, 3))))
        yield Turn(one(), history)


def broken(answer: Answer, store: Store) -> list[str]:
    """The promises that a reply does not keep."""
    marks = set(MARK.findall(answer.text))
    kept = {
        "every number traces": answer.numbers.total == answer.numbers.traced,
        "every mark has a citation": marks <= {str(c.n) for c in answer.citations},
        "every citation is used": marks >= {str(c.n) for c in answer.citations},
        "citations count from one": [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1)),
        "quotes are slices": all(c.quote and store.report(c.report_id).text[c.start : c.end] == c.quote for c in answer.citations),
        "citations are in scope": all(c.town in answer.scope.towns for c in answer.citations),
        "something is said": bool(answer.text.strip()),
    }
    return [promise for promise, held in kept.items() if not held]


def usable(question: str) -> bool:
    """Whether a question must be answered, and not refused as none."""
    return bool(question.strip()) and len(question) <= LONGEST_QUESTION


def run(answerer: Answerer, store: Store, asked: Sequence[Turn]) -> tuple[Counter[str], dict[str, tuple[Turn, str]], list[float]]:
    """Counts of what broke, the first of each with its reply, and the milliseconds of processor time that each reply took."""
    counts: Counter[str] = Counter()
    first: dict[str, tuple[Turn, str]] = {}
    took = []
    for turn in asked:
        started = process_time()
        try:
            answer = answerer.answer(turn.question, turn.history)
            found, text = broken(answer, store) + ["a bad question is refused"] * (not usable(turn.question)), answer.text
        except BadRequest as error:
            found, text = ["a good question is answered"] * usable(turn.question), str(error)
        except Exception as error:  # noqa: BLE001  (what is looked for)
            found, text = [f"raises {type(error).__name__}"], repr(error)
        took.append((process_time() - started) * 1000)
        counts.update(found)
        for promise in found:
            first.setdefault(promise, (turn, text))
    return counts, first, sorted(took)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with Store.create(Path(folder, "store"), default_encoder()) as made:
            build([DATA / "sample"], made)
        answerer, store = Answerer.open(Path(folder, "store")), Store.open(Path(folder, "store"))
        counts, first, took = run(answerer, store, list(turns(options.n, options.seed)))
    result = {"questions": options.n, "broken": counts, "p50_ms": round(took[len(took) // 2], 1), "p95_ms": round(took[len(took) * 95 // 100], 1)}
    print(json.dumps(result, ensure_ascii=False, indent=1))
    for promise, (turn, text) in first.items():
        print(promise, repr(turn.question[:300]), [past[:200] for past in turn.history], text[:400], sep="\n    ")
    sys.exit(bool(counts))


if __name__ == "__main__":
    main()
