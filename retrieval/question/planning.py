"""From the words of a question to its plan: the only reader of conditions, orders, counts and sums."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from index.numerals import with_units
from retrieval.measures import MONEY
from retrieval.question.derivation import Derivation, Derived, derived_of, whole_of
from retrieval.question.intent import says
from retrieval.question.plan import Change, Comparison, Condition, Fold, FoldKind, Grouping, Plan, Step, Top
from retrieval.question.rules import RULES, Rule
from retrieval.question.words import blank, measure_words

TOWNS = r"(?:乡镇街道|镇街道?|街镇|镇乡|乡镇|镇|乡|街道|单位|地方)"
SMALL = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
COUNT = r"(?P<k>\d{1,2}|[一二两三四五六七八九十])"
NUMBER = rf"#_*(?!{TOWNS})"
PLACE_OF = re.compile(r"(?<![A-Z])N(?![A-Z])")
ROUGH = re.compile(r"[余多来]?")
TENTHS = "成"
DIGITS = "位数"
"""两位数 is ten or more."""
SAME_CLAUSE = re.compile(r"[^,。?;]*")
WITHIN = re.compile(r"其中|里面|当中|它们|他们|这[些几]")
"""Words of a turn that narrow what the turn before kept."""
TOLD = {"t_total": FoldKind.SUM, "t_mean": FoldKind.MEAN, "t_share": FoldKind.SHARE, "t_ratio": FoldKind.TIMES}
"""What is made of the values, by the kind of calculation that the marker reads."""
MEANT = 0.5
"""Chance from which it is asked for;"""
SURE = 0.8
"""and from which it is asked for beside what the rules read."""
SUMS = {FoldKind.SUM, FoldKind.MEAN}
"""What is asked together: 总共多少，平均一家多少."""
OF_ALL = re.compile(rf"各|全[市县区省州]|[两二三四五六七八九十\d几]个?(?:{TOWNS}|家)")
"""Words for all of which one town has a share."""
UNLIKELY = 0.02
"""Chance of the marker below which a rest that the words speak of is none."""
ORDERED = re.compile(r"从[少低小]到|由[少低小]到|自[少低小][到而至]")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of a question with its measure word."""

    start: int
    end: int
    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Match:
    """The words of a rule in a question, and what they make."""

    start: int
    end: int
    rule: Rule
    steps: tuple[Step, ...] = ()
    group: Grouping | None = None


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    """The rules, ready to match. K stands once in a match, so each alternative of a pattern gets a name of its own."""
    return tuple((rule, re.compile(_expanded(rule.pattern))) for rule in RULES)


def _expanded(pattern: str) -> str:
    for number in range(pattern.count("K")):
        pattern = pattern.replace("K", COUNT.replace("<k>", f"<k{number}>"), 1)
    return PLACE_OF.sub(NUMBER, pattern).replace("TOWNS", TOWNS)


def amounts(text: str) -> list[Amount]:
    """The numbers of ``text`` with their measure words: 1.5万元, 一百二十件, 两成 (20%), 100 of 100到200件 (its unit is the next one's)."""
    found: list[Amount] = []
    unit_of = re.compile(measure_words()[0])
    for quantity, unit in with_units(text):
        if found and quantity.start < found[-1].end:
            continue
        value, end = quantity.value, quantity.end
        if text.startswith(DIGITS, end):
            found.append(Amount(quantity.start, end + len(DIGITS), 10 ** (value - 1), ""))
            continue
        rough = ROUGH.match(text, end)
        at = rough.end() if rough else end
        named = unit_of.match(text, at)
        if text.startswith(TENTHS, at):
            value, unit, end = value * 10, "%", at + 1
        elif unit and text.startswith(unit, at):
            end = at + len(unit)
        elif not unit and named:
            unit, end = named[0], named.end()
        if end == quantity.end and unit in MONEY and value >= MONEY[unit]:
            value /= MONEY[unit]  # the 1万 of 1万到5万元
        found.append(Amount(quantity.start, end, value, unit))
    return found


def plan_of(text: str) -> Plan:
    """The plan that the words of ``text`` make; ``text`` is a normalised question with its towns and years blanked."""
    found = sorted(_matches(text), key=lambda match: _turn(match, text))
    steps = [step for match in found for step in match.steps]
    group = next((match.group for match in found if match.group), None)
    return Plan(tuple(_settled(steps)), group)


def with_kinds(plan: Plan, kinds: Mapping[str, float]) -> Plan:
    """``plan``, or where its rules know no word for what is made of all values, what the marker takes the question to ask (``kinds``: the
    chances of its kinds)."""
    least = SURE if plan.folds else MEANT
    told = (Fold(fold) for kind, fold in TOLD.items() if kinds[kind] >= least and (not plan.folds or {fold, *plan.folds} == SUMS))
    return Plan((*plan.steps, *(fold for fold in told if fold not in plan.steps)), plan.group)


def calculation(main: str, rest: str, kinds: Mapping[str, float], *, named: bool) -> tuple[tuple[Derived, ...], Plan]:
    """What is to be calculated of one report and what of several; ``main`` is ``rest`` without its brackets, ``named`` whether it names a town."""
    derived, plan = derived_of(main), with_kinds(plan_of(rest), kinds)
    if kinds["rest"] < UNLIKELY:
        derived = tuple(asked for asked in derived if asked.kind is not Derivation.REST)  # 灰埠头没数就空着 asks for no rest
    if kinds["t_mean"] >= MEANT:
        derived = tuple(asked for asked in derived if asked.word != "家")  # each of the towns
    if any(asked.kind is Derivation.EACH for asked in derived):
        plan = plan.without(Fold(FoldKind.MEAN))
    if not named and says("which_town", rest, "wants") and (rate := whole_of(rest)):
        return (rate,), Plan((Condition(Comparison.EQUAL, 100.0, "%"), *plan.steps), plan.group)
    return derived, plan


def settled(kinds: Mapping[str, float], text: str) -> Mapping[str, float]:
    """``kinds`` with what is taken for a share of all towns as one within a report, where ``text`` names no others: 经费有几成花在普法上."""
    return kinds if OF_ALL.search(text) else {**kinds, "t_share": 0.0, "share": max(kinds["share"], kinds["t_share"])}


def over_towns(kinds: Mapping[str, float]) -> bool:
    """Whether the marker takes a question for one over several towns."""
    return any(chance >= MEANT for kind, chance in kinds.items() if kind.startswith("t_"))


def _turn(match: Match, text: str) -> int:
    """Where a step takes its turn: a count at the end of its clause, for 有几个镇超过100件 counts those above."""
    return SAME_CLAUSE.match(text, match.end).end() if Fold(FoldKind.COUNT) in match.steps else match.start  # type: ignore[union-attr]


def without_plan(text: str) -> str:
    """``text`` without the words that only say what is done with the figures: what is left says which figures."""
    for match in _matches(text):
        if not match.rule.topic:
            text = blank(text, match.start, match.end)
    return text


def without_bounds(text: str, spoken: str) -> str:
    """``spoken``, the question as it was before ``text`` lost more of it, without its conditions: 不足65次 speaks of no 不足."""
    for match in _matches(text):
        if isinstance(match.rule.makes, Comparison):
            spoken = blank(spoken, match.start, match.end)
    return spoken


def says_within(text: str) -> bool:
    """Whether a turn speaks of what the turn before kept."""
    return WITHIN.search(text) is not None


def _matches(text: str) -> list[Match]:
    """What the rules find, in the order of the words; of two that share words the one that begins first, then the longer one."""
    numbers = amounts(text)
    marked = text
    for number in numbers:
        marked = marked[: number.start] + "#" + "_" * (number.end - number.start - 1) + marked[number.end :]
    every = sorted(_every(text, marked, numbers), key=lambda match: (match.start, -match.end))
    kept: list[Match] = []
    for match in every:
        if not kept or match.start >= kept[-1].end:
            kept.append(match)
    return kept


def _every(text: str, marked: str, numbers: Sequence[Amount]) -> Iterator[Match]:
    for rule, pattern in _patterns():
        for found in pattern.finditer(marked if PLACE_OF.search(rule.pattern) else text):
            inside = [n for n in numbers if found.start() <= n.start and n.end <= found.end()]
            if isinstance(rule.makes, Comparison):
                if inside:  # a pattern may end within a number that goes on
                    yield Match(*found.span(), rule, (_condition(rule.makes, inside),))
            elif isinstance(rule.makes, Grouping):
                yield Match(*found.span(), rule, group=rule.makes)
            else:
                counts = [value for name, value in found.groupdict().items() if name.startswith("k") and value]
                yield Match(*found.span(), rule, tuple(_counted(step, counts) for step in rule.makes))


def _condition(comparison: Comparison, inside: Sequence[Amount]) -> Condition:
    unit = next((n.unit for n in reversed(inside) if n.unit), "")
    if comparison is Comparison.BETWEEN and len(inside) > 1:
        first, second = (n.value for n in inside[:2])
        return Condition(comparison, min(first, second), unit, max(first, second))
    return Condition(comparison, inside[0].value, unit)


def _counted(step: Step, counts: Sequence[str]) -> Step:
    """前三名: the count that the words name."""
    if not isinstance(step, Top) or not counts:
        return step
    return replace(step, count=SMALL.get(counts[0]) or int(counts[0]))


def _settled(steps: Sequence[Step]) -> Iterator[Step]:
    """The steps in the order in which they are carried out: a change first, for it is what is compared; said twice is asked once."""
    change = next((step for step in steps if isinstance(step, Change)), None)
    if change:
        in_percent = change.percent or any(isinstance(step, Condition) and step.unit == "%" for step in steps)
        yield replace(change, percent=in_percent)
    spread = Fold(FoldKind.SPREAD) in steps
    last: Step | None = None
    for step in steps:
        if not (isinstance(step, Change) or step == last or (spread and isinstance(step, Top) and step.count == 1)):
            last = step
            yield step
