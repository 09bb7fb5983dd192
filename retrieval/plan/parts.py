"""What follows from a whole and its parts: the share, the rest, the sum, the difference, as shown formulas; and which kinds there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations, pairwise

from index.text import clauses
from index.types import Figure, Kind
from retrieval.draft import OPERATIONS, Formula, Line, Operation
from retrieval.evidence import find
from retrieval.evidence.find import STATED, Found
from retrieval.evidence.inquiry import Inquiry
from retrieval.evidence.reading import Reading, Sentence
from retrieval.measures import agree
from retrieval.reply.compose import calculated, cell_words, source
from retrieval.types import Ask

UNDONE = re.compile(r"(?:没|未)(?:有|能|被|得到|予以)*(?:调|化解|解决|成功|办[结完成好]|整改|改[好完]|完成|答复|处理|合格|通过|达标|持证|取证|取得|拿到?|证)|(?<!不)剩(?:下|余)?(?:多少|几)|失败|无证")
"""Asks for what is left of a whole: 没调成的, 还有几处没整改."""
ACCOMPLISHED = re.compile(r"成功|化解|办结|整改|解决|完成|答复|合格|通过|达标|持证|持有|取得|调成")
"""Words of a figure that counts what was brought to its end."""
NEGATED = re.compile(r"[未没无不]|其余|剩")
OF = re.compile(r"(?<![侵抢霸])占(?![地道用线据])")
"""Parts what is a share from what it is a share of; 占地 and 占道 are words of their own."""
INSIDE = re.compile(r"(?P<whole>[一-鿿 ]{2,}?)(?:当中|之中|中|里)(?P<part>[一-鿿 ]{2,}?)(?:者|的)?所?")
"""A part within its whole: 安置帮教人员中获就业者所(占比例)."""
SAYS_SHARE = re.compile(r"占|比重|比例")
KINDS = re.compile(r"(?:都|分别|主要)(?:是|有|涉及|属于?)?(?:些|哪些|什么|啥)|(?:哪些|什么|啥|哪几|哪一?)个?(?:类型|种类|类别|类|种)")
"""Asks which kinds a figure is made of: 都是什么案子, 哪些类型的纠纷."""
EXPLAINS = re.compile(r"^(?:全部|均|都|多|主要|包括|涉及|其中|分别|大部分|以)")
"""The start of a clause that says what the things counted in the clause before it were."""


def derived(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """The lines that are calculated from what was found, as the question asks; none where it asks for no calculation."""
    return _foremost(inquiry, found)


def share(inquiry: Inquiry, found: Sequence[Found] = ()) -> list[Line]:
    """处罚占百分之几: the part by its whole, unless a share is stated itself."""
    if inquiry.query.operation != "share" or any(f.figure and f.figure.unit == "%" and SAYS_SHARE.search(f.words) for f in found):
        return []
    lines = (_share_of(inquiry, ask.topic, reading) for ask in inquiry.asks for reading in inquiry.readings)
    return list(dict.fromkeys(line for line in lines if line))


def shares(inquiry: Inquiry, topic: str, readings: Sequence[Reading]) -> list[tuple[Reading, Line]]:
    """The share that ``topic`` names, in each of the reports that states the part and the whole."""
    return [(reading, line) for reading in readings if (line := _share_of(inquiry, topic, reading))]


def other_rates(found: Sequence[Found]) -> bool:
    """Whether all that was found are percentages that are no shares of a whole: 案件法制审核率100%."""
    return all(f.figure and f.figure.unit == "%" and not SAYS_SHARE.search(f.words) for f in found)


def _share_of(inquiry: Inquiry, topic: str, reading: Reading) -> Line | None:
    """The share of what ``topic`` names, in the whole that it names too (甲占乙的) or that the report states."""
    part, *rest = (words.strip() for words in OF.split(topic, 1))
    if inside := INSIDE.fullmatch(part):
        part, rest = inside["part"], [inside["whole"]]
    wholes = _counts(inquiry, rest[0], reading) if rest and rest[0] and part else []
    for one in _counts(inquiry, part or topic, reading):
        other = next((whole for whole in wholes if _encloses(whole, one)), None) or _whole_of(one, reading)
        if other and one.figure and other.figure and other.figure.value:
            name = f"{part}占比" if len(inquiry.asks) > 1 else ""
            return calculated(Formula(Operation.SHARE, (one.figure.value, other.figure.value)), (one, other), name=name)
    return None


def _counts(inquiry: Inquiry, topic: str, reading: Reading) -> list[Found]:
    """The counts (no percentages) that the report states of ``topic``, best first."""
    look = inquiry.look(Ask(topic))
    look = replace(look, wanted=replace(look.wanted, units=(), number=True, rate="", values=()))
    return [f for f in find.figures(look, reading.sentences) if f.figure and f.figure.unit != "%" and f.coverage >= STATED]


def _encloses(whole: Found | None, part: Found) -> bool:
    one, other = part.figure, whole.figure if whole else None
    return bool(one and other and one is not other and agree((other.unit,), one.unit) and other.value >= one.value)


def _whole_of(part: Found, reading: Reading) -> Found | None:
    parent = part.figure.parent if part.figure else None
    return next((_found(s, f) for s, f in _figures(reading.sentences) if f.ordinal == parent), None)


def _rest(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """没调成的有几起: the whole less what was brought to its end, unless the report states the rest itself."""
    if UNDONE.search(inquiry.query.question) is None:
        return []
    for f in found:
        text = f.sentence.report.text
        if f.figure and not NEGATED.search(text[max(f.sentence.start, f.figure.start - len(f.figure.subject) - len(f.figure.action) - 4) : f.figure.end]):
            for sentence, done in _done(f, _sentences(inquiry, f)):
                if whole := _before(done, sentence):
                    values = (whole.value, done.value)
                    return [calculated(Formula(Operation.DIFFERENCE, values), (_found(sentence, whole), _found(sentence, done)), name="其余")]
    return []


def _done(found: Found, sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, Figure]]:
    """The figures that count what was brought to its end, in the sentence found and where the same number is said again."""
    first = found.figure
    assert first is not None
    again = [s for s in sentences if any((f.value, f.unit, f.indicator) == (first.value, first.unit, first.indicator) for f in s.figures)]
    for sentence, figure in _figures(sorted(again, key=lambda s: s != found.sentence)):
        ours = figure.subject == first.subject or figure.parent == first.ordinal or (figure.indicator and figure.indicator == first.indicator)
        if ours and figure.kind is not Kind.PLANNED and figure.unit != "%" and ACCOMPLISHED.search(f"{figure.action}{figure.subject}"):
            yield sentence, figure


def _foremost(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """哪类纠纷最多: the greatest or least of the stated parts."""
    if not inquiry.query.order or not KINDS.search(inquiry.query.question):
        return []
    split = ([p for p in _parts_of(inquiry, s, whole) if p.figure and p.figure.unit != "%"] for f in found for s, whole in _wholes(inquiry, f))
    parts = next((parts for parts in split if len(parts) > 1), None)
    if parts is None:
        return []
    least = inquiry.query.order == "least"
    first = (min if least else max)(parts, key=lambda p: p.figure.value if p.figure else 0.0)
    assert first.figure is not None
    return [Line(f"{'最少' if least else '最多'}的是{cell_words(first)}。", (source(first),))]


def _wholes(inquiry: Inquiry, found: Found) -> list[tuple[Sentence, Figure]]:
    """The figure that was found, or the whole that it is a part of; where only a sentence was found, those of all its figures."""
    every = {figure.ordinal: (sentence, figure) for sentence, figure in _figures(_sentences(inquiry, found))}
    figures = [found.figure] if found.figure else found.sentence.figures
    return list(dict.fromkeys(every.get(f.ordinal if f.parent is None else f.parent, (found.sentence, f)) for f in figures))


def _before(done: Figure, sentence: Sentence) -> Figure | None:
    """The whole that ``done`` is of: its stated whole, or the figure before it that counts the same thing and is no less."""
    for figure in reversed([f for f in sentence.figures if f.start < done.start]):
        if figure.ordinal == done.parent:
            return figure
        same = figure.subject == done.subject and figure.parent is None and figure.kind is done.kind and figure.year == done.year
        if done.parent is None and same and figure.value >= done.value and agree((figure.unit,), done.unit):
            return figure
    return None


def _sum_of_parts(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """The sum of the parts of a whole (其中…), when a sum is asked for and only the whole was found; of parts that leave some of it out, none."""
    if inquiry.query.operation != "sum" or len(found) != 1 or found[0].figure is None:
        return []
    whole = found[0].figure
    parts = [p for p in _parts_of(inquiry, found[0].sentence, whole) if p.figure and p.figure.unit == whole.unit]
    if parts and sum(p.figure.value for p in parts if p.figure) != whole.value:
        return []
    parts = parts or _listed(found[0])
    if len(parts) < 2:
        return []
    return [calculated(Formula(Operation.SUM, tuple(p.figure.value for p in parts if p.figure)), parts, name="各分项合计")]


def _listed(found: Found) -> list[Found]:
    """The figures that are told in one list with the one found (绿单132张、黄单27张、红单9张), none of which is part of another."""
    own = [f for f in found.sentence.figures if found.start <= f.start < found.end and found.figure and f.unit == found.figure.unit]
    text = found.sentence.report.text
    together = all(text.find("、", one.end, other.start) >= 0 for one, other in pairwise(own))
    return [_found(found.sentence, f) for f in own] if together and all(f.parent is None for f in own) else []


def _over(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """The sum, difference or share that was asked for, over the figures found."""
    operation = OPERATIONS.get(inquiry.query.operation)
    figures = [f for f in found if f.figure]
    if operation is None or len(figures) < 2 or _said_twice(figures) or (operation is Operation.SHARE and any(f.figure and f.figure.unit == "%" for f in figures)):
        return []
    values = tuple(f.figure.value for f in figures if f.figure)
    if operation in (Operation.DIFFERENCE, Operation.SHARE):
        values = values[:2] if operation is Operation.SHARE else tuple(sorted(values[:2], reverse=True))
        if not values[1]:
            return []
    return [calculated(Formula(operation, values), figures)]


def _said_twice(found: Sequence[Found]) -> bool:
    """Whether two of the figures are of one thing of one town and year: stated twice, they are not two to be added or compared. 横幅 and
    标语 of one report are two things, though of one indicator."""
    things = [(f.sentence.report, f.figure) for f in found if f.figure and f.figure.indicator]
    return any(
        (one.place, f.year, f.indicator) == (other.place, g.year, g.indicator) and (one.id != other.id or f.subject == g.subject)
        for (one, f), (other, g) in combinations(things, 2)
    )


def kinds(inquiry: Inquiry, found: Sequence[Found]) -> list[Found]:
    """What was found, and where kinds are asked for the words that list them: the parts (其中…), or the clause after the figure."""
    if KINDS.search(inquiry.query.question) is None:
        return list(found)
    listed: list[Found] = []
    for f in found:
        parts = [part for sentence, whole in _wholes(inquiry, f) for part in _parts_of(inquiry, sentence, whole)]
        outside = [p for p in parts if not (p.sentence == f.sentence and f.start <= p.start < f.end)]
        together = [p for p in outside if p.sentence == outside[0].sentence]
        listed += [_explained(f), *([replace(together[0], end=together[-1].end)] if together else [])]
    return listed


def _explained(found: Found) -> Found:
    """``found`` with the clauses after it that say what the things were: 三件，全部为农民工讨薪."""
    text, end = found.sentence.report.text, found.end
    for clause in clauses(text, end, found.sentence.end):
        if not EXPLAINS.match(text[clause.start : clause.end]):
            break
        end = clause.end
    return replace(found, end=end)


def _parts_of(inquiry: Inquiry, sentence: Sentence, whole: Figure) -> list[Found]:
    """The stated parts of a figure of ``sentence``, or of the same value said elsewhere in its report."""
    sentences = _sentences(inquiry, _found(sentence, whole))
    same = {f.ordinal for _, f in _figures(sentences) if (f.value, f.unit, f.year) == (whole.value, whole.unit, whole.year)}
    return [_found(s, f) for s, f in _figures(sentences) if f.parent in same]


def _sentences(inquiry: Inquiry, found: Found) -> Sequence[Sentence]:
    """All sentences of the report that ``found`` stands in."""
    return next(r for r in (*inquiry.readings, *inquiry.older) if r.report.id == found.sentence.report.id).sentences


def _figures(sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, Figure]]:
    return ((sentence, figure) for sentence in sentences for figure in sentence.figures)


def _found(sentence: Sentence, figure: Figure) -> Found:
    return Found(sentence, figure.clause.start, figure.clause.end, 1.0, 1.0, figure)
