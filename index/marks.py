"""Every place of a report that begins like a heading, sifted by whether it counts: the marks that the outline is made of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest

from index.headings import ASIDE, HANZI, LEAD, LINE, Lead, Mark, Style, Table, ordinal
from index.layout import CELL_MARKS, Line, is_prose
from index.types import Heading, Part

SENTENCE_END = re.compile(r"[。!?]")
LEAD_END = re.compile(r"[。!?:]")
NEXT_SENTENCE = re.compile(r"。\s*(?=.)")
COLON = re.compile(r":(?=\S)")
TOPIC = 25  # characters: a colon so near the beginning ends a heading (1.强化领导：成立…)
SHORT_LINE = 20  # characters: a heading without a number is no longer
PARAGRAPH = 30  # characters: what follows such a heading is at least as long
WHOLE_LINE = 60  # characters: a shorter paragraph without a full stop is a heading as a whole
SHORT_LINES = 3  # so many short lines make a style; fewer are headings only by what they say
PARALLEL = 0.8  # share of neighbouring paragraphs that begin with a topic, for the topics to be headings
SHORTEST_ITEM = 5  # characters, with the number; on the average of a list
SKIPPED = 2  # numbers that a list may leave out by mistake
DEEPEST = 10  # levels of headings in a Word file; all of them stand outside the numbered styles
YEARS_AHEAD = 5  # plans reach no further


@dataclass(frozen=True, slots=True)
class Body:
    """What headings are looked for in: the text as ``layout.view`` gives it, its paragraphs without the signature, of which the
    first ``head`` are the title block, the year of the report, and the table of headings."""

    seen: str
    paragraphs: Sequence[Line]
    head: int
    year: int | None
    table: Table


def _words_end(seen: str, start: int, end: int) -> int:
    """Where the heading that begins at ``start`` ends within ``seen[start:end]``: its full stop is not part of it."""
    stop = SENTENCE_END.search(seen, start, end)
    colon = COLON.search(seen, start, min(end, start + TOPIC))
    if colon and not (stop and stop.start() < colon.start()):
        return colon.start()
    if stop and not (end - start <= WHOLE_LINE and "。" not in seen[start:end]):
        return stop.start()
    return start + len(seen[start:end].rstrip(",:;。 \n"))


def _at(style: Style, match: re.Match[str], paragraph: int) -> Mark:
    """The mark of a match at the beginning of a paragraph or of a clause; its end is set later."""
    written = re.sub(r"\s", "", match.group(1))
    return Mark(match.start(), match.end(), style, ordinal(written) if written else None, written, paragraph)


def _candidates(body: Body) -> Iterator[Mark]:
    """Everything that begins like a heading of one of the styles, in the order of the text."""
    for count, line in enumerate(body.paragraphs):
        found: dict[int, Mark] = {}
        for style in body.table.styles:
            if style.pattern is None:
                continue
            matches = [style.pattern.match(body.seen, line.start, line.end)]
            if style.inside:
                matches.extend(style.inside.finditer(body.seen, line.start + 1, line.end))
            for match in filter(None, matches):
                found.setdefault(match.start(), _at(style, match, count))
        yield from (found[start] for start in sorted(found))


def _runs(marks: Sequence[Mark]) -> list[list[Mark]]:
    """The lists among the marks of one style: from a 1 upward, at least two items, which are more than words (一、二、三产业)."""
    runs: list[list[Mark]] = []
    for mark in marks:
        number = mark.number or 0
        if number == 1:
            runs.append([mark])
        elif runs and 0 < number - (runs[-1][-1].number or 0) <= SKIPPED:
            runs[-1].append(mark)
    return [run for run in runs if len(run) > 1 and run[-1].start - run[0].start >= SHORTEST_ITEM * (len(run) - 1)]


def _after_sentence(run: Sequence[Mark], body: Body) -> Mark | None:
    """Where the text goes on in the last item of a list of which no other item is longer than a sentence."""
    last, end, seen = run[-1], body.paragraphs[run[-1].paragraph].end, body.seen
    sentence = seen.find("。", last.start, end) + 1
    if len(run) < 3 or not 0 < sentence < end or any("。" in seen[a.end : b.start].rstrip()[:-1] for a, b in pairwise(run)):
        return None
    start = end - len(seen[sentence:end].lstrip())
    return Mark(start, start, last.style, paragraph=last.paragraph, closing=True)


def _after_paragraph(run: Sequence[Mark], paragraphs: Sequence[Line]) -> Mark | None:
    """Where the text goes on after a list of which no other item is longer than a paragraph."""
    following = run[-1].paragraph + 1
    if following >= len(paragraphs) or any(after.paragraph - before.paragraph > 1 for before, after in pairwise(run)):
        return None
    start = paragraphs[following].start
    return Mark(start, start, run[-1].style, paragraph=following, closing=True)


def _counted(candidates: Sequence[Mark], body: Body) -> Iterator[Mark]:
    """The candidates that count, with the ends of the lists among them."""
    for style in dict.fromkeys(mark.style for mark in candidates):
        marks = [mark for mark in candidates if mark.style is style]
        runs = _runs(marks)
        listed = {mark for run in runs for mark in run}
        leading = [mark for mark in marks if mark.start == body.paragraphs[mark.paragraph].start]
        yield from listed if style.strict else listed.difference(leading).union(_in_reach(leading))
        for run in runs:
            closing = _after_sentence(run, body) or (_after_paragraph(run, body.paragraphs) if style.strict else None)
            if closing:
                yield closing


def _in_reach(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks whose number does not leap ahead of the one before."""
    last = None
    for mark in marks:
        if mark.number is None or last is None or mark.number <= last + 1 + SKIPPED:
            yield mark
            last = mark.number


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
        and not re.search(rf"[。;:!?,{CELL_MARKS}<>]", line.text)
        and not any(re.fullmatch(r"[\d.%]+\S?", cell) for cell in cells)
    )


def _short_lines(body: Body, marked: set[int]) -> Iterator[Mark]:
    """Short lines, each between a finished paragraph and a longer one; three make a style, one is enough if it names a part."""
    found: list[Mark] = []
    style = body.table.style(LINE)
    for count in range(max(body.head, 1), len(body.paragraphs) - 1):
        before, line, after = body.paragraphs[count - 1 : count + 2]
        finished = is_prose(before) or count - 1 in marked or count == body.head
        if count not in marked and finished and _is_short(line) and (len(after.text) >= PARAGRAPH or count + 1 in marked):
            found.append(Mark(line.start, line.end, style, paragraph=count))
    for mark in found:
        if len(found) >= SHORT_LINES or body.table.part_of(body.paragraphs[mark.paragraph].text, body.year) is not None:
            yield mark


def _openings(body: Body, marked: set[int]) -> Iterator[Mark]:
    """The short first sentences of neighbouring paragraphs that all begin so (抓统筹，压实法治责任。…)."""
    stretch: list[Mark | None] = []
    for count in range(body.head, len(body.paragraphs) + 1):
        if count < len(body.paragraphs) and count not in marked:
            line = body.paragraphs[count]
            stop = body.seen.find("。", line.start, min(line.end - 1, line.start + SHORT_LINE))
            topic = stop > 0 and not re.search(r"\d", body.seen[line.start : stop])
            stretch.append(Mark(line.start, stop, body.table.style(LINE), paragraph=count) if topic else None)
            continue
        topics = [mark for mark in stretch if mark]
        if len(topics) >= SHORT_LINES and len(topics) >= PARALLEL * len(stretch):
            yield from topics
        stretch = []


def _lead_patterns(year: int | None, table: Table) -> list[tuple[Lead, re.Pattern[str]]]:
    """The leads with the years after the report's put in."""
    ahead = range(year + 1, year + 1 + YEARS_AHEAD) if year else ()
    names = [name for y in ahead for name in (str(y), "".join(HANZI[int(digit)] for digit in str(y)))]
    following = f"(?:{'|'.join(names)})" if names else "(?!)"
    return [(lead, re.compile(lead.pattern.replace("{next}", following))) for lead in table.leads]


def _leads(body: Body, marked: set[int]) -> Iterator[Mark]:
    """Paragraphs whose first or second sentence begins problems or plans (二〇二一年，我们打算…), and sentences that do so inside one."""
    patterns = _lead_patterns(body.year, body.table)

    def said(start: int, end: int, *, inside: bool) -> Part | None:
        return next((lead.part for lead, words in patterns if lead.inside is inside and words.match(body.seen, start, end)), None)

    for count, line in enumerate(body.paragraphs):
        if not is_prose(line):
            continue
        starts = [line.start, *(match.end() for match in NEXT_SENTENCE.finditer(body.seen, line.start, line.end))]
        opening = next(filter(None, (said(start, line.end, inside=False) for start in starts[:2])), None)
        if opening and count > body.head and count not in marked:
            stop = LEAD_END.search(body.seen, line.start, line.end)
            yield Mark(line.start, stop.start() if stop else line.end, body.table.style(LEAD), paragraph=count, part=opening)
            continue
        asides = ((start, said(start, line.end, inside=True)) for start in starts[1:])
        if found := next(((start, part) for start, part in asides if part), None):
            yield from _aside(body, count, *found)


def _aside(body: Body, count: int, start: int, part: Part) -> Iterator[Mark]:
    """A lead inside a paragraph: it has no words of its own, and the paragraph's end closes it."""
    yield Mark(start, start, body.table.style(ASIDE), paragraph=count, part=part)
    if count + 1 < len(body.paragraphs):
        after = body.paragraphs[count + 1].start
        yield Mark(after, after, body.table.style(ASIDE), paragraph=count + 1, closing=True)


def _with_words(every: Sequence[Mark], body: Body) -> Iterator[Mark]:
    """The marks with their ends set: a heading's own words end before the next mark of its paragraph."""
    for mark, following in zip_longest(every, every[1:]):
        end = body.paragraphs[mark.paragraph].end
        if following and following.paragraph == mark.paragraph:
            end = following.start
        if mark.start == mark.end:
            yield mark
        elif mark.part is not None:
            yield replace(mark, end=_words_end(body.seen, mark.start, min(end, mark.end)))
        elif mark.style.text == "number":
            yield replace(mark, end=mark.start + len(body.seen[mark.start : mark.end].rstrip()))
        elif mark.style.name.startswith("【"):
            yield replace(mark, end=body.seen.index("】", mark.start) + 1)
        else:
            yield replace(mark, end=_words_end(body.seen, mark.start, end))


def marks(body: Body, headings: Sequence[Heading]) -> list[Mark]:
    """The headings of a report in the order of its text; ``headings`` are those that its container states."""
    counted = [mark for mark in _counted(list(_candidates(body)), body) if mark.paragraph >= body.head]
    leading = (mark for mark in counted if mark.start == body.paragraphs[mark.paragraph].start and not mark.closing)
    marked = {mark.paragraph for mark in leading}
    contained = [
        mark for mark in _contained(headings, body.paragraphs) if mark.paragraph >= body.head and mark.paragraph not in marked
    ]
    marked |= {mark.paragraph for mark in contained}
    short = list(_short_lines(body, marked))
    marked |= {mark.paragraph for mark in short}
    short += _openings(body, marked)
    marked |= {mark.paragraph for mark in short}
    every = [*counted, *contained, *short, *_leads(body, marked)]
    return list(_with_words(sorted(every, key=lambda mark: (mark.start, not mark.closing)), body))
