"""A reply in fewer and better joined words: a language model picks and joins clauses of what the reply cites, the lock checks each.

Only replies that are words of several passages are written so: practices, definitions, problems and plans of several towns. A figure
stays as it is. What the reply says is never less than without a model: where the model leaves a passage out, or what it made of it
is struck, the passage's own lines stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import BaseModel

from index.text import grams
from index.types import Part
from retrieval.compose import label
from retrieval.draft import Draft, Line, Source
from retrieval.inquiry import QUANTITIES
from retrieval.lock import PART_NAMES, Fault, locked, visible
from retrieval.model import Prompt
from retrieval.prompting import prompt
from retrieval.types import Intent, Query, Receipt, Struck
from retrieval.units import Unit, plain, quoted, units

IN_WORDS = frozenset((Intent.PRACTICE, Intent.DEFINITION, Intent.PROBLEMS, Intent.PLANS, Intent.LIST, Intent.COMPARE))
FEWEST, MOST = 2, 24
"""Passages that a reply is written from: one needs no joining, more are read better as a list."""
SENTENCES_PER_PASSAGE = 3
"""A model that writes more than this is not writing a digest; the rest is not read."""
SHOWN = 80
"""Characters of a struck sentence in the receipt."""
INLINE = re.compile(r"[\[［【](?P<tag>[A-Za-z]?\d+)[\]］】]")
SAID = re.compile(r'"text"\s*:\s*"(?P<text>(?:[^"\\]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)')


class WrittenSentence(BaseModel):
    """One sentence, and the tags of the passages that it is made of."""

    text: str
    sources: list[str] = []


class Written(BaseModel):
    """What the model is asked for."""

    sentences: list[WrittenSentence]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of a reply that stand or go together: a head with its items, or one line. No ``sources`` where no report speaks."""

    lines: tuple[Line, ...]

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(dict.fromkeys(source for line in self.lines for source in line.sources))


def helps(query: Query, draft: Draft) -> bool:
    """Whether a reply is words of several passages and nothing else: no figure was asked for, no line calculates or compares."""
    figures = query.units or query.operation or query.order or not QUANTITIES.isdisjoint(query.wants)
    spoken = [line for line in draft.lines if line.sources]
    single = query.intent in (Intent.PROBLEMS, Intent.PLANS) and sum(bool(block.sources) for block in blocks(draft)) < FEWEST
    asked = draft.reason is None and query.intent in IN_WORDS and not figures and not single
    return asked and FEWEST <= len(tagged(draft)) <= MOST and all(len(line.sources) == 1 and _essence(line, query) for line in spoken)


def _essence(line: Line, query: Query) -> list[Unit]:
    """What of a line may not be left out: the clause that says most of what was asked, and those that state figures; none of a line
    that is not the report's words."""
    shown = quoted(line.text, units(line.sources[0]))
    topic = frozenset(grams(query.topic))
    best = max(shown, key=lambda unit: len(topic.intersection(grams(unit.forms[0]))), default=None)
    return [unit for unit in shown if unit is best or unit.figure]


def blocks(draft: Draft) -> tuple[Block, ...]:
    """The lines of ``draft`` by what belongs together: items follow a head, which cites nothing and ends in a colon."""
    found: list[list[Line]] = []
    for line in draft.lines:
        headed = bool(found) and found[-1][0].text.endswith("：") and not found[-1][0].sources
        if headed and line.sources:
            found[-1].append(line)
        else:
            found.append([line])
    return tuple(Block(tuple(lines)) for lines in found)


def tagged(draft: Draft) -> dict[str, Source]:
    """The passages that a reply cites, by tag."""
    sources = dict.fromkeys(source for line in draft.lines for source in line.sources)
    return {f"A{number}": source for number, source in enumerate(sources, 1)}


def request(query: Query, draft: Draft) -> Prompt:
    """What the model is asked, with the passages as material."""
    material = "\n".join(f"[{tag}] {_heading(source)}：{' '.join(source.quote.split())}" for tag, source in tagged(draft).items())
    return prompt("writing", question=query.question, material=material)


def _heading(source: Source) -> str:
    part = source.section.part
    return label(source.report, county=True) + ("" if part is Part.DONE else f"（{PART_NAMES[part].rstrip('：')}）")


def preview(raw: str) -> str:
    """The sentences in what has been received of the model's JSON so far."""
    return "\n".join(visible(json.loads(f'"{match["text"]}"', strict=False)) for match in SAID.finditer(raw) if match["text"])


def checked(written: Written, query: Query, draft: Draft) -> tuple[Draft, Receipt]:
    """``draft`` with the sentences that hold in place of the passages whose essence they tell; the same draft where none does."""
    every = blocks(draft)
    held = _held(written, tagged(draft))
    whole = [block for block in every if block.sources and all(_told(line, query, held) for line in block.lines if line.sources)]
    ours = {source for block in whole for source in block.sources}
    kept = [line for _, line in held if isinstance(line, Line) and not ours.isdisjoint(line.sources)]
    struck = [Struck(text[:SHOWN], line if isinstance(line, Fault) else Fault.PARTIAL) for text, line in held if line not in kept]
    rest = [line for block in every if block not in whole for line in block.lines]
    receipt = Receipt(len(held), len(kept), sum(bool(line.sources) for line in rest), tuple(struck))
    return replace(draft, lines=(*kept, *rest)), receipt


def _told(line: Line, query: Query, held: Sequence[tuple[str, Line | Fault]]) -> bool:
    """Whether the sentences that hold say the essence of ``line``."""
    said = plain("\n".join(other.text for _, other in held if isinstance(other, Line) and line.sources[0] in other.sources))
    return all(any(form in said for form in unit.forms) for unit in _essence(line, query))


def _held(written: Written, sources: dict[str, Source]) -> list[tuple[str, Line | Fault]]:
    """Each sentence as it was written, with what the lock makes of it. What was said already is not said again."""
    names = {(source.report.place.county, source.report.town) for source in sources.values()}
    county = len(names) > len({town for _, town in names})
    held: list[tuple[str, Line | Fault]] = []
    for said in written.sentences[: SENTENCES_PER_PASSAGE * len(sources)]:
        line = _through_the_lock(said, sources, county=county)
        held.append((visible(said.text), Fault.REPEATED if any(line == other for _, other in held if isinstance(other, Line)) else line))
    return held


def _through_the_lock(said: WrittenSentence, sources: dict[str, Source], *, county: bool) -> Line | Fault:
    """Tags within the text count as those beside it: all must be known."""
    text = visible(said.text)
    tags = [tag.strip(" []［］【】").upper() for tag in (*said.sources, *(match["tag"] for match in INLINE.finditer(text)))]
    if not tags:
        return Fault.UNCITED
    if any(tag not in sources for tag in tags):
        return Fault.UNKNOWN
    return locked(INLINE.sub("", text), [sources[tag] for tag in dict.fromkeys(tags)], county=county)
