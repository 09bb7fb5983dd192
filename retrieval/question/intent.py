"""What a question wants: told by the tables of cues in ``words.toml`` and by how many towns and years it names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.question.words import pattern, table
from retrieval.types import Intent, TownRef


@dataclass(frozen=True, slots=True)
class Shape:
    """How much a question spans: the towns and years it names, and whether it is about all towns."""

    towns: int
    years: int
    every: bool
    bounded: bool
    """Whether a county or province bounds it."""

    @property
    def many(self) -> bool:
        return self.every or self.bounded or self.towns > 1


def apart(refs: Sequence[TownRef], question: str) -> int:
    """How many towns a question sets beside one another: those of one name count each where it says both counties, or that there are two."""
    names = {ref.town for ref in refs}
    if len(names) != 1 or len(refs) < 2:
        return len(names)
    counties = all(ref.county and ref.county.rstrip("县市区旗") in question for ref in refs)
    return len(refs) if counties or re.search(r"[两二三]个|两地|两镇|俩|同名|[县市区](?:和|与|跟|、)[一-鿿]{2,4}[县市区]", question) else 1


def says(name: str, text: str, group: str = "intent") -> bool:
    """Whether a cue of ``[group] name`` occurs."""
    return pattern(group, name).search(text) is not None


def chat(text: str) -> str:
    """hello, thanks, bye, who or help when that is all the text says; else ""."""
    tail = pattern("chat", "tail").pattern
    for kind in ("who", "help", "bye", "hello", "thanks"):
        if re.fullmatch(rf"(?:(?:{pattern('chat', kind).pattern})|{tail}|[\s,。!?~.、])+", text) and says(kind, text, "chat"):
            return kind
    return ""


def off_topic(text: str, *, town: bool) -> bool:
    """Whether a question is about something else altogether; a town or a word of the domain keeps it in."""
    return not town and (says("strong", text, "off_topic") or (says("weak", text, "off_topic") and not says("domain", text, "off_topic")))


def intent_of(text: str, shape: Shape) -> Intent:
    """The kind of answer wanted by ``text`` (towns and years blanked)."""
    if says("meta", text):
        return Intent.META
    if says("problems", text) and not says("why", text, "wants"):
        return Intent.PROBLEMS
    if plans(text):
        return Intent.PLANS
    if _seeks_practice(text, shape):
        return Intent.PRACTICE
    figure = _figure_intent(text, shape)
    if figure is not None:
        return figure
    if says("definition", text) and not says("why", text, "wants"):
        return Intent.DEFINITION
    if says("practice", text) and not says("not_practice", text):
        return Intent.PRACTICE
    if says("list", text) or (shape.every and says("which_town", text, "wants")):
        return Intent.LIST
    return Intent.FACT


def _seeks_practice(text: str, shape: Shape) -> bool:
    """怎么提高执法能力, asked of no town and no year: not what a report says, but how it is done."""
    how = says("how", text, "wants") and not (says("why", text, "wants") or says("quantity", text, "wants"))
    return how and shape.towns == 0 and shape.years == 0 and not says("described", text) and not says("definition", text)


def plans(text: str) -> bool:
    """Whether plans are asked for; what was really done (实际, 做了) is none."""
    return says("plans", text) and not says("done", text)


def _figure_intent(text: str, shape: Shape) -> Intent | None:
    """Rank, compare, trend and aggregate: questions over several towns or years."""
    if says("why", text, "wants"):
        return None
    over_time = (shape.years > 1 and _measures(text)) or (says("trend", text) and not says("between", text))
    if over_time and not shape.many:
        return Intent.TREND
    if says("rank", text) and not (shape.towns > 1):
        return Intent.RANK if shape.many or shape.towns == 0 else None
    if shape.towns > 1 and any((says("compare", text), says("rank", text), says("each", text), says("quantity", text, "wants"))):
        return Intent.COMPARE
    if shape.many and shape.towns < 2 and _sums_up(text):
        return Intent.AGGREGATE
    if says("compare", text) and shape.many:
        return Intent.COMPARE
    return Intent.TREND if over_time and shape.towns else None


def _measures(text: str) -> bool:
    """Whether figures are asked for; 2023年还在协调，2024年到底了了没有 asks of both years what each says."""
    return says("quantity", text, "wants") or any(says(name, text) for name in ("compare", "rank", "sum", "mean", "each", "difference", "growth", "share"))


def _sums_up(text: str) -> bool:
    """Whether a question over many towns wants their figures, and not which of them it is that has one."""
    counted = says("quantity", text, "wants")
    return says("mean", text) or says("sum", text) or (counted and (says("each", text) or not says("which_town", text, "wants")))


def operation_of(text: str, intent: Intent) -> str:
    """sum, mean, difference, growth, share, or "" when a figure is wanted as it stands."""
    if says("mean", text) and not says("mean_stated", text):
        return "mean"
    if says("together", text) or (intent is Intent.AGGREGATE and says("sum", text)):
        return "sum"
    return next((name for name in ("growth", "difference", "share") if says(name, text)), "")


def order_of(text: str) -> str:
    """most or least, for a question that ranks."""
    if not says("rank", text):
        return ""
    return "least" if says("least", text) else "most"


def wants_of(text: str) -> tuple[str, ...]:
    """Every kind of thing that the words ask for, in the order of the table."""
    return tuple(name for name in table()["wants"] if says(name, text, "wants"))
