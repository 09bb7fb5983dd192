"""Are reports read as they were written, whatever the format?

    python tests/bench/fidelity.py [--reports N] [--formats utf8.txt,scan.pdf] [--misses]

Writes the sample reports and N invented ones into every format, reads them back, and compares: text (without white space),
digits (sequence of numbers), headings (the outline of what was read against the outline of the plain text; of a scan, a heading of
which nine characters in ten are right).
"""

from __future__ import annotations

import argparse
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from formats import OCR, WRITERS, Made, available, made
from generate import generate

from index.identify import identify
from index.load import load
from index.outline import outline
from index.places import Gazetteer
from index.text import fold
from index.types import Document, Rejected

ALIKE = 0.9  # share of the characters of a heading; what OCR gets wrong in them counts as text
SAMPLE = Path(__file__).parents[2] / "data" / "sample"


@dataclass(frozen=True, slots=True)
class Row:
    """How one report came back from one format; shares are 0–1."""

    format: str
    report: str
    text: float
    digits: float
    foreign: int
    headings: float
    identified: bool
    seconds: float


def reports(count: int) -> list[Made]:
    """The sample reports, and ``count`` invented ones."""
    samples = [made(path.stem[:3], path.read_text(encoding="utf-8")) for path in sorted(SAMPLE.glob("*.txt"))]
    return samples + [made(Path(report.file_name).stem, report.text) for report in generate(count, seed=11)]


def same(expected: Sequence[str], got: Sequence[str]) -> tuple[int, int, int]:
    """How many items match in order, and the lengths of both."""
    if expected == got:
        return len(expected), len(expected), len(got)
    matcher = SequenceMatcher(None, expected, got, autojunk=False)
    return sum(block.size for block in matcher.get_matching_blocks()), len(expected), len(got)


def share(expected: Sequence[str], got: Sequence[str]) -> float:
    matched, one, other = same(expected, got)
    return matched / max(one, other, 1)


def bare(text: str) -> str:
    """Without white space; full and half width alike, which a picture does not tell apart."""
    return re.sub(r"\s", "", fold(text))


def exact(text: str) -> str:
    return re.sub(r"\s", "", text)


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


def headings(document: Document, gazetteer: Gazetteer) -> set[str]:
    report = identify(document, gazetteer)
    spans = [section.heading for section in outline(report, document.headings) if section.heading]
    return {bare(report.text[span.start : span.end]) for span in spans}


def f1(expected: set[str], got: set[str]) -> float:
    return 2 * len(expected & got) / (len(expected) + len(got)) if expected or got else 1.0


def misread(expected: set[str], got: set[str]) -> set[str]:
    """``got`` with the headings that differ from one expected in a few characters, as OCR reads them, as that one."""
    left = expected - got
    return {next((heading for heading in left if share(heading, words) >= ALIKE), words) for words in got}


def measure(report: Made, format_: str, folder: Path, gazetteer: Gazetteer) -> Row:
    """Write ``report`` as ``format_`` and read it back."""
    path = folder / f"{report.name}.{format_}"
    expected = WRITERS[format_](report, path)
    began = time.perf_counter()
    (got,) = load(path)
    took = time.perf_counter() - began
    path.unlink()
    if isinstance(got, Rejected):
        raise AssertionError(f"{format_} {report.name}: {got.reason}")
    plain = Document(file=path.name, digest="", text="\n".join(report.lines))
    outlines = headings(plain, gazetteer), headings(got, gazetteer)
    matched, stated, read = same(numbers(expected), numbers(got.text))
    one, other = identify(plain, gazetteer), identify(got, gazetteer)
    return Row(
        format=format_,
        report=report.name,
        text=share(*((bare if format_ in OCR else exact)(text) for text in (expected, got.text))),
        digits=matched / max(stated, 1),
        foreign=read - matched,
        headings=f1(outlines[0], misread(*outlines) if format_ in OCR else outlines[1]),
        identified=(one.place.town, one.year) == (other.place.town, other.year),
        seconds=took,
    )


def rows(made_: Sequence[Made], formats: Sequence[str]) -> Iterator[Row]:
    """Every report in every format that can be written here."""
    gazetteer = Gazetteer.load()
    with tempfile.TemporaryDirectory() as folder:
        for format_ in formats:
            if not available(format_):
                for report in made_:
                    yield measure(report, format_, Path(folder), gazetteer)


def bars(format_: str) -> tuple[float, float]:
    """The least share of text and of digits that must come back."""
    return (0.97, 0.995) if format_ in OCR else (0.999, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, default=15, help="invented reports besides the samples")
    parser.add_argument("--formats", default=",".join(WRITERS))
    parser.add_argument("--misses", action="store_true", help="also print each report below the bar")
    options = parser.parse_args()
    chosen = options.formats.split(",")
    found = list(rows(reports(options.reports), chosen))
    print(f"{'format':14}{'reports':>8}{'text':>9}{'digits':>9}{'foreign':>9}{'headings':>10}{'identified':>12}{'s/report':>10}")
    for format_ in chosen:
        mine = [row for row in found if row.format == format_]
        if not mine:
            print(f"{format_:14} skipped: {available(format_)}")
            continue
        count = len(mine)
        mean = [sum(values) / count for values in zip(*((r.text, r.digits, r.headings, r.identified, r.seconds) for r in mine), strict=True)]
        foreign = sum(row.foreign for row in mine)
        print(f"{format_:14}{count:8}{mean[0]:9.2%}{mean[1]:9.2%}{foreign:9}{mean[2]:10.3f}{mean[3]:12.0%}{mean[4]:10.2f}")
    for row in found:
        text, digits = bars(row.format)
        if options.misses and (row.text < text or row.digits < digits or row.foreign or row.headings < 1 or not row.identified):
            print(row)


if __name__ == "__main__":
    main()
