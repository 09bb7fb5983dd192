"""The headings of a report: every place that begins like one, sifted by whether it counts.

How headings look is in ``headings.toml``. Only styles that have no mark of their own are known by name here:
the short line (党建引领 责任上肩) and the opening that needs no heading (下一步，我们将…), of a paragraph or of a sentence in it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from itertools import pairwise, zip_longest

from index.layout import Line, is_prose
from index.types import Heading, Part

LINE = "短行"
LEAD = "引语"
ASIDE = "句中引语"
HANZI = "○一二三四五六七八九"
NUMERALS = {character: value for value, character in enumerate(HANZI)}
ORDINALS = {"首先": 1, "其次": 2, "再次": 3, "最后": 4}
SENTENCE_END = re.compile(r"[。;!?]")
NEXT_SENTENCE = re.compile(r"。\s*(?=.)")
COLON = re.compile(r":(?=\S)")
TOPIC = 25  # characters: a colon so near the beginning ends a heading (1.强化领导：成立…)
SHORT_LINE = 20  # characters: a heading without a number is no longer
PARAGRAPH = 30  # characters: what follows such a heading is at least as long
WHOLE_LINE = 60  # characters: a shorter paragraph without a full stop is a heading as a whole
SHORT_LINES = 3  # so many short lines make a style; fewer are headings only by what they say
PARALLEL = 0.8  # share of neighbouring paragraphs that begin with a topic, for the topics to be headings
SKIPPED = 2  # numbers that a list may leave out by mistake
DEEPEST = 10  # levels of headings in a Word file; all of them stand outside the numbered styles
YEARS_AHEAD = 5  # plans reach no further


@dataclass(frozen=True, slots=True)
class Style:
    """A row of the table of heading styles; ``rank`` counts from the outermost."""

    name: str
    rank: int
    label: str
    pattern: re.Pattern[str] | None = None
    strict: bool = False
    inline: bool = False
    text: str = "line"
    absolute: bool = False


@dataclass(frozen=True, slots=True)
class Lead:
    """Words that begin a part without a heading, at the head of a paragraph or ``inside`` it."""

    part: Part
    pattern: str
    inside: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """``headings.toml``: the styles, what headings say of their part, and the openings that need no heading."""

    styles: tuple[Style, ...]
    parts: tuple[tuple[Part, re.Pattern[str]], ...]
    future: re.Pattern[str]
    leads: tuple[Lead, ...]

    def style(self, name: str) -> Style:
        return next(style for style in self.styles if style.name == name)


@dataclass(frozen=True, slots=True)
class Mark:
    """A heading in the text. ``start:end`` is its own words; ``number`` is None where it has none.

    ``paragraph`` is the number of the paragraph that it begins in, ``part`` what an opening without a heading begins.
    ``closing`` marks the place after a list where the text goes on under the heading above the list.
    """

    start: int
    end: int
    style: Style
    number: int | None = None
    written: str = ""
    paragraph: int = 0
    part: Part | None = None
    closing: bool = False


@cache
def table() -> Table:
    """The table of heading styles, read once."""
    raw = tomllib.loads(files("index").joinpath("headings.toml").read_text(encoding="utf-8"))
    patterns = [re.compile(row.pop("pattern")) if "pattern" in row else None for row in raw["style"]]
    return Table(
        styles=tuple(
            Style(rank=i, pattern=pattern, **row) for i, (row, pattern) in enumerate(zip(raw["style"], patterns, strict=True))
        ),
        parts=tuple((Part(row["part"]), re.compile(row["pattern"])) for row in raw["part"]),
        future=re.compile(raw["future"]["pattern"]),
        leads=tuple(Lead(Part(row["part"]), row["pattern"], row.get("inside", False)) for row in raw["lead"]),
    )


def ordinal(written: str) -> int:
    """The value of the number in a heading: 三, 十二, 12, ③, 第三部分, 二是, 其次; the last one of 2.3."""
    if written in ORDINALS:
        return ORDINALS[written]
    if digits := re.findall(r"[0-9]+", written):
        return int(digits[-1])
    if "①" <= written[:1] <= "⑳":
        return ord(written[0]) - ord("①") + 1
    numeral = "".join(re.findall(r"[一二三四五六七八九十百○]", written))
    hundreds, _, rest = numeral.rpartition("百")
    tens, ten, units = rest.rpartition("十")
    return 100 * NUMERALS.get(hundreds, 0) + 10 * (NUMERALS.get(tens, 1) if ten else 0) + NUMERALS.get(units[-1:], 0)


def _words_end(seen: str, start: int, end: int) -> int:
    """Where the heading that begins at ``start`` ends within ``seen[start:end]``: its full stop is not part of it."""
    stop = SENTENCE_END.search(seen, start, end)
    colon = COLON.search(seen, start, min(end, start + TOPIC))
    if colon and not (stop and stop.start() < colon.start()):
        return colon.start()
    if stop and not (end - start <= WHOLE_LINE and "。" not in seen[start:end] and seen[end - 1] not in ";"):
        return stop.start()
    return start + len(seen[start:end].rstrip(",:;。 \n"))


def _at(style: Style, match: re.Match[str], paragraph: int) -> Mark:
    """The mark of a match at the beginning of a paragraph or of a clause; its end is set later."""
    written = re.sub(r"\s", "", match.group(1))
    return Mark(match.start(), match.end(), style, ordinal(written) if written else None, written, paragraph)


def _candidates(seen: str, paragraphs: Sequence[Line]) -> Iterator[Mark]:
    """Everything that begins like a heading of one of the styles, in the order of the text."""
    for count, line in enumerate(paragraphs):
        found: dict[int, Mark] = {}
        for style in table().styles:
            if style.pattern is None:
                continue
            if match := style.pattern.match(seen, line.start, line.end):
                found.setdefault(match.start(), _at(style, match, count))
            if style.inline:
                for match in re.finditer(rf"(?<=[。;:,!?”)])\s*(?={style.pattern.pattern})", seen[line.start : line.end]):
                    if inner := style.pattern.match(seen, line.start + match.end(), line.end):
                        found.setdefault(inner.start(), _at(style, inner, count))
        yield from (found[start] for start in sorted(found))


def _runs(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The lists among the marks of one strict style: from a 1 upward, at least two items long."""
    runs: list[list[Mark]] = []
    for mark in marks:
        number = mark.number or 0
        if number == 1:
            runs.append([mark])
        elif runs and 0 < number - (runs[-1][-1].number or 0) <= SKIPPED:
            runs[-1].append(mark)
    return [run for run in runs if len(run) > 1]


def _closing(run: Sequence[Mark], seen: str, paragraphs: Sequence[Line]) -> Mark | None:
    """Where the text goes on after a list: in the next paragraph where no item is longer than a paragraph, and after the first
    sentence of the last item where no other item is longer than a sentence."""
    last, end = run[-1], paragraphs[run[-1].paragraph].end
    sentence = seen.find("。", last.start, end) + 1
    if len(run) > 2 and 0 < sentence < end and not any("。" in seen[a.end : b.start].rstrip()[:-1] for a, b in pairwise(run)):
        start = end - len(seen[sentence:end].lstrip())
        return Mark(start, start, last.style, paragraph=last.paragraph, closing=True)
    following = last.paragraph + 1
    if following >= len(paragraphs) or any(after.paragraph - before.paragraph > 1 for before, after in pairwise(run)):
        return None
    start = paragraphs[following].start
    return Mark(start, start, last.style, paragraph=following, closing=True)


def _counted(candidates: Sequence[Mark], seen: str, paragraphs: Sequence[Line]) -> list[Mark]:
    """The candidates that count, with the ends of the lists among them."""
    kept: list[Mark] = []
    for style in dict.fromkeys(mark.style for mark in candidates):
        marks = [mark for mark in candidates if mark.style is style]
        if style.strict:
            runs = _runs(marks)
            kept.extend(mark for run in runs for mark in run)
            kept.extend(closing for run in runs if (closing := _closing(run, seen, paragraphs)))
            continue
        last = None
        for mark in marks:
            if mark.number is None or last is None or mark.number <= last + 1 + SKIPPED:
                kept.append(mark)
                last = mark.number
    return kept


def _contained(headings: Sequence[Heading], paragraphs: Sequence[Line]) -> Iterator[Mark]:
    """The headings that the container states, each with the paragraph it stands in."""
    starts = [line.start for line in paragraphs]
    for heading in headings:
        count = bisect_right(starts, heading.end - 1) - 1
        if count >= 0 and heading.start < paragraphs[count].end:
            style = Style(name=f"标题{heading.level}", rank=heading.level - DEEPEST, label="")
            yield Mark(starts[count], paragraphs[count].end, style, paragraph=count)


def _is_short(line: Line) -> bool:
    """Whether the line looks like a heading without a number; the cells of a table and dates do not."""
    cells = line.text.split()
    return (
        1 < len(line.text) <= SHORT_LINE
        and len(cells) <= 3
        and "\t" not in line.text
        and re.search(r"[一-鿿]$", line.text) is not None
        and not re.search(r"[。;:!?,│|<>]", line.text)
        and not any(re.fullmatch(r"[\d.%]+\S?", cell) for cell in cells)
    )


def _short_lines(paragraphs: Sequence[Line], marked: set[int], head: int, year: int | None) -> Iterator[Mark]:
    """Short lines, each between a finished paragraph and a longer one; three make a style, one is enough if it names a part."""
    found: list[Mark] = []
    style = table().style(LINE)
    for count in range(max(head, 1), len(paragraphs) - 1):
        before, line, after = paragraphs[count - 1 : count + 2]
        finished = is_prose(before) or count - 1 in marked or count == head
        if count not in marked and finished and _is_short(line) and (len(after.text) >= PARAGRAPH or count + 1 in marked):
            found.append(Mark(line.start, line.end, style, paragraph=count))
    for mark in found:
        if len(found) >= SHORT_LINES or part_of(paragraphs[mark.paragraph].text, year) is not None:
            yield mark


def _openings(seen: str, paragraphs: Sequence[Line], marked: set[int], head: int) -> Iterator[Mark]:
    """The short first sentences of neighbouring paragraphs that all begin so (抓统筹，压实法治责任。…)."""
    stretch: list[Mark | None] = []
    for count in range(head, len(paragraphs) + 1):
        if count < len(paragraphs) and count not in marked:
            line = paragraphs[count]
            stop = seen.find("。", line.start, min(line.end - 1, line.start + SHORT_LINE))
            topic = stop > 0 and not re.search(r"\d", seen[line.start : stop])
            stretch.append(Mark(line.start, stop, table().style(LINE), paragraph=count) if topic else None)
            continue
        topics = [mark for mark in stretch if mark]
        if len(topics) >= SHORT_LINES and len(topics) >= PARALLEL * len(stretch):
            yield from topics
        stretch = []


def _lead_patterns(year: int | None) -> list[tuple[Lead, re.Pattern[str]]]:
    """The leads with the years after the report's put in."""
    ahead = range(year + 1, year + 1 + YEARS_AHEAD) if year else ()
    names = [name for y in ahead for name in (str(y), "".join(HANZI[int(digit)] for digit in str(y)))]
    following = f"(?:{'|'.join(names)})" if names else "(?!)"
    return [(lead, re.compile(lead.pattern.replace("{next}", following))) for lead in table().leads]


def _leads(seen: str, paragraphs: Sequence[Line], marked: set[int], year: int | None) -> Iterator[Mark]:
    """Paragraphs whose first or second sentence begins problems or plans (二〇二一年，我们打算…), and sentences that do so inside one.

    A lead inside a paragraph has no words of its own, and the paragraph's end closes it.
    """
    style = table().style(LEAD)
    patterns = _lead_patterns(year)
    for count, line in enumerate(paragraphs):
        if not is_prose(line):
            continue
        starts = [line.start, *(match.end() for match in NEXT_SENTENCE.finditer(seen, line.start, line.end))]
        opening = [
            lead.part for lead, pattern in patterns if not lead.inside and any(pattern.match(seen, s, line.end) for s in starts[:2])
        ]
        if opening and count not in marked:
            stop = SENTENCE_END.search(seen, line.start, line.end)
            yield Mark(line.start, stop.start() if stop else line.end, style, paragraph=count, part=opening[0])
            continue
        for start in starts[1:]:
            inside = [lead.part for lead, pattern in patterns if lead.inside and pattern.match(seen, start, line.end)]
            if inside:
                aside = Mark(start, start, table().style(ASIDE), paragraph=count, part=inside[0])
                yield aside
                if count + 1 < len(paragraphs):
                    after = paragraphs[count + 1].start
                    yield replace(aside, start=after, end=after, paragraph=count + 1, part=None, closing=True)
                break


def part_of(words: str, year: int | None) -> Part | None:
    """What a heading (half-width, without its number) says of its part; None when it says nothing."""
    plain = re.sub(r"\d{4}\s*年(度)?", "", words)
    for part, pattern in table().parts:
        if pattern.search(plain.strip()):
            return part
    years = [int(y) for y in re.findall(r"(\d{4})\s*年", words)]
    return Part.PLANS if year and years and min(years) > year and table().future.search(plain) else None


def _with_words(seen: str, every: Sequence[Mark], paragraphs: Sequence[Line]) -> list[Mark]:
    """The marks with their ends set: a heading's own words end before the next mark of its paragraph."""
    done: list[Mark] = []
    for mark, following in zip_longest(every, every[1:]):
        line = paragraphs[mark.paragraph]
        end = following.start if following and following.paragraph == mark.paragraph else line.end
        if mark.start == mark.end:
            done.append(mark)
        elif mark.part is not None:
            done.append(replace(mark, end=_words_end(seen, mark.start, min(end, mark.end))))
        elif mark.style.text == "number":
            done.append(replace(mark, end=mark.start + len(seen[mark.start : mark.end].rstrip())))
        elif mark.style.name.startswith("【"):
            done.append(replace(mark, end=seen.index("】", mark.start) + 1))
        else:
            done.append(replace(mark, end=_words_end(seen, mark.start, end)))
    return done


def marks(seen: str, paragraphs: Sequence[Line], head: int, headings: Sequence[Heading], year: int | None) -> list[Mark]:
    """The headings of a report in the order of its text.

    ``seen`` is the text as ``layout.view`` gives it, ``paragraphs`` its paragraphs without the signature, of which the first
    ``head`` are the title block; ``headings`` are the container's own, ``year`` the report's.
    """
    counted = [mark for mark in _counted(list(_candidates(seen, paragraphs)), seen, paragraphs) if mark.paragraph >= head]
    marked = {mark.paragraph for mark in counted if mark.start == paragraphs[mark.paragraph].start and not mark.closing}
    contained = [mark for mark in _contained(headings, paragraphs) if mark.paragraph >= head and mark.paragraph not in marked]
    marked |= {mark.paragraph for mark in contained}
    short = list(_short_lines(paragraphs, marked, head, year))
    marked |= {mark.paragraph for mark in short}
    short += _openings(seen, paragraphs, marked, head)
    marked |= {mark.paragraph for mark in short}
    leads = list(_leads(seen, paragraphs, marked | set(range(head + 1)), year))
    every = sorted([*counted, *contained, *short, *leads], key=lambda mark: (mark.start, not mark.closing))
    return _with_words(seen, every, paragraphs)
