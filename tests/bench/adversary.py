"""Does the bot ever state something false of a town? Documents made to mislead it, and questions whose answers are known.

    python tests/bench/adversary.py [--n 40] [--seed 1] [--kinds joint,period] [--each 6] [--words] [--show false]

The reports of generate.py are bent into what real folders hold (see twisted.py): joint reports of two towns, quarters and half-years,
several years in one, figures struck out, figures in tables of villages and of years, side bars with other towns' figures, sentences about
the county, a village, another town or the year before. They are written in every format of formats.py that is read here without OCR.

A line of an answer begins with whose and which year's it is. It is false when a number in it does not stand in what that report says of
that town and that time, unless the line also says whose it is (全县, 其中石桥村) or when (计划, 较上年). A question counts as right when the
known figure is among them, as declined when the bot says that it is not stated, as beside when it says something else that is true.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
from answer_builders import WordsReader
from formats import WRITERS, available, made
from generate import generate
from twisted import KINDS, Case, Told, Twisted, plain

from index.build import build
from index.embed import default_encoder
from index.store import Store
from index.text import fold
from retrieval.answer import Answerer
from retrieval.reader.model import Reader
from retrieval.types import Answer

FORMATS = ("utf8.txt", "word.docx", "modern.html", "gb18030.txt", "tables.html", "layout.pdf", "nested.zip")
NUMBER = re.compile(r"(?<![\d.])\d+(?:\.\d+)?[万亿]?余?(?:个百分点|[^\d\s，,。；;、（(）)：:])?")
CITED = re.compile(r"\[\d+\]")
LEAD = re.compile(r"^(?:\d+\.\s|与此最相近的是:|[^\d,。:]{2,3}[县区市](?=[^\d,。:]{2,8}\d))")
SAID_OF_NOBODY = re.compile(r"^(?:资料库|覆盖|\(|口径不同|现有)")
COMING = re.compile(r"计划|目标|力争|达到|争取|预计|打算")


@dataclass(frozen=True, slots=True)
class Marked:
    """A question that was answered: what it was judged to be (right, declined, beside or false), and the lines that are false."""

    case: Case
    format: str
    answer: Answer
    verdict: str
    false: tuple[str, ...] = ()


def numbers(text: str) -> set[str]:
    """The numbers of a text, each with the first character of its unit; years are left out."""
    return {found for found in NUMBER.findall(fold(CITED.sub("", text))) if not re.fullmatch(r"(19|20)\d\d[年—-]?", found)}


def whose(line: str, told: Sequence[Told]) -> list[Told]:
    """What the reports say of the town and the time that a line begins with."""
    own = [each for each in told if line.startswith(each.town)]
    timed = [each for each in own if line.removeprefix(each.town).startswith(fold(each.when))]
    if not timed and not re.match(r"\d", line.removeprefix(own[0].town) if own else ""):
        return own  # 甲镇：… of a quotation
    longest = max((len(each.when) for each in timed), default=0)
    return [each for each in timed if len(each.when) == longest]


def false_lines(case: Case, text: str, told: Sequence[Told]) -> Iterator[str]:
    """The lines of an answer that state a number which no report states of that town and time, and the question does not name."""
    asked = numbers(case.question)
    last = [each for each in told if each.town in case.question and fold(each.when) in fold(case.question)]  # whose a sum is that is said first
    for line in map(fold, text.split("\n")):
        words = LEAD.sub("", line)
        if not words or SAID_OF_NOBODY.match(words):
            continue
        of = whose(words, told) or ([] if any(words.startswith(each.town) for each in told) else last)
        last = of
        stated = words.removeprefix(of[0].town).removeprefix(fold(of[0].when)) if of else words
        said = numbers(stated.rpartition(":")[2].partition("=")[0] if "=" in stated else stated) - asked
        if any(_all_of(said, each, words) for each in of):
            continue
        if said and not (COMING.search(words) and not of):
            yield line


def _all_of(said: set[str], told: Told, line: str) -> bool:
    """Whether a report says all these numbers of its town, or of others whom the line names; a cell of a table may lack its unit."""
    own = numbers(told.text) | {number for mark, more in told.marked if re.search(mark, line) for number in numbers(more)}
    return all(number in own or (number.isdigit() and any(other.startswith(number) for other in own)) for number in said)


def judge(case: Case, answer: Answer, told: Sequence[Told], format_: str) -> Marked:
    wrong = tuple(false_lines(case, answer.text, told))
    if wrong:
        return Marked(case, format_, answer, "false", wrong)
    if answer.refused:
        return Marked(case, format_, answer, "declined")
    right = case.truth is not None and any(number.startswith(case.truth) for number in numbers(answer.text))
    return Marked(case, format_, answer, "right" if right else "beside")


def measure(
    folder: Path, *, n: int, seed: int, kinds: Sequence[str], each: int, formats: Sequence[str] = FORMATS, reader: Reader | None = None
) -> Iterator[Marked]:
    """Bend the reports of ``generate(n, seed)`` in each of ``kinds``, write, index and ask; ``each`` questions of a document."""
    rng = random.Random(seed)
    forms = tomllib.loads((Path(__file__).parent / "asked.toml").read_text(encoding="utf-8"))
    usable = [format_ for format_ in formats if not available(format_)]
    for kind in kinds:
        store, files = folder / kind / "store", folder / kind / "files"
        files.mkdir(parents=True)
        twisted = list(KINDS[kind]([report for report in generate(n, seed) if plain(report)], forms, rng))
        cases = [(case, format_) for number, one in enumerate(twisted) for format_, cases in [write(one, files, number, usable)] for case in cases[:each]]
        with Store.create(store, default_encoder()) as made_:
            build([files], made_)
        told = [each_ for one in twisted for each_ in one.told]
        answerer = Answerer.open(store, reader=reader)
        yield from (judge(case, answerer.answer(case.question), told, format_) for case, format_ in cases)


def write(one: Twisted, folder: Path, number: int, formats: Sequence[str]) -> tuple[str, Sequence[Case]]:
    """Write the documents of one case, in turn in each format that can show them."""
    fitting = [format_ for format_ in formats if format_ in one.formats] if one.formats else list(formats)
    format_ = fitting[number % len(fitting)]
    for place, (name, text) in enumerate(one.documents):
        path = folder / f"{number:03}_{place}_{name}.{format_}"
        WRITERS[format_](made(path.name.removesuffix(f".{format_}"), text), path)
        if one.after:
            one.after(path)
    return format_, one.cases


def table(marks: Sequence[Marked]) -> str:
    """How many questions of each kind ended how."""
    rows = [f"{'':12}{'stated:':>8}{'right':>7}{'declined':>10}{'beside':>8}{'not stated:':>13}{'declined':>10}{'beside':>8}{'false':>8}"]
    for kind in [*dict.fromkeys(mark.case.kind for mark in marks), "all"]:
        own = [mark for mark in marks if kind in ("all", mark.case.kind)]
        stated = Counter(mark.verdict for mark in own if mark.case.truth is not None)
        silent = Counter(mark.verdict for mark in own if mark.case.truth is None)
        row = f"{kind:12}{stated.total():8}{stated['right']:7}{stated['declined']:10}{stated['beside']:8}"
        rows.append(f"{row}{silent.total():13}{silent['declined']:10}{silent['beside']:8}{stated['false'] + silent['false']:8}")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--n", type=int, default=40, help="reports that are bent, in each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=6, help="questions of a document, at most")
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--show", default="false", help="print the answers of this verdict; none for nothing")
    parser.add_argument("--words", action="store_true", help="with the reader of the tests, which knows words alone and is a hundred times as fast")
    options = parser.parse_args()
    marks: list[Marked] = []
    with tempfile.TemporaryDirectory() as folder:
        reader = WordsReader() if options.words else None
        for mark in measure(Path(folder), n=options.n, seed=options.seed, kinds=options.kinds.split(","), each=options.each, reader=reader):
            marks.append(mark)
            if mark.verdict in options.show.split(","):
                print(f"{mark.case.kind} {mark.format}: {mark.case.question} (truth {mark.case.truth})\n    {mark.answer.text}\n    false: {mark.false}", flush=True)
    print(table(marks))


if __name__ == "__main__":
    main()
