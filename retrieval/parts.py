"""What follows from a whole and its parts: the share, the rest, the sum, the difference, as shown formulas; and which kinds there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.text import clauses
from index.types import Figure, Kind
from retrieval import find
from retrieval.compose import calculated
from retrieval.draft import Formula, Line, Operation
from retrieval.find import STATED, Found
from retrieval.inquiry import Inquiry
from retrieval.measures import agree
from retrieval.ranks import OPERATIONS
from retrieval.reading import Reading, Sentence
from retrieval.types import Ask

UNDONE = re.compile(r"(?:没|未)(?:有|能|被|得到|予以)*(?:调|化解|解决|成功|办[结完成好]|整改|改[好完]|完成|答复|处理|合格|通过|达标|持证|取证|取得|拿到?|证)|(?<!不)剩(?:下|余)?(?:多少|几)|失败|无证")
"""Asks for what is left of a whole: 没调成的, 还有几处没整改."""
ACCOMPLISHED = re.compile(r"成功|化解|办结|整改|解决|完成|答复|合格|通过|达标|持证|持有|取得|调成")
"""Words of a figure that counts what was brought to its end."""
NEGATED = re.compile(r"[未没无不]|其余|剩")
SAYS_SHARE = re.compile(r"占|比重|比例")
KINDS = re.compile(r"(?:都|分别|主要)(?:是|有|涉及|属于?)?(?:些|哪些|什么|啥)|(?:哪些|什么|啥|哪几)个?(?:类型|种类|类别|类|种)")
"""Asks which kinds a figure is made of: 都是什么案子, 哪些类型的纠纷."""
EXPLAINS = re.compile(r"^(?:全部|均|都|多|主要|包括|涉及|其中|分别|大部分|以)")
"""The start of a clause that says what the things counted in the clause before it were."""


def derived(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """The lines that are calculated from what was found, as the question asks; none where it asks for no calculation."""
    return _rest(inquiry, found) or share(inquiry, found) or _over(inquiry, found) or _sum_of_parts(inquiry, found)


def share(inquiry: Inquiry, found: Sequence[Found] = ()) -> list[Line]:
    """处罚占百分之几: the part by its whole, unless a share is stated itself."""
    if inquiry.query.operation != "share" or any(f.figure and f.figure.unit == "%" and SAYS_SHARE.search(f.words) for f in found):
        return []
    part, _, whole = inquiry.query.topic.partition("占")
    for reading in inquiry.readings:
        one = _counted(inquiry, part.strip() or whole.strip(), reading)
        other = _counted(inquiry, whole.strip(), reading) if part.strip() and whole.strip() else None
        if one and not _encloses(other, one):
            other = _whole_of(one, reading)
        if one and other and one.figure and other.figure and other.figure.value:
            return [calculated(Formula(Operation.SHARE, (one.figure.value, other.figure.value)), (one, other))]
    return []


def _counted(inquiry: Inquiry, topic: str, reading: Reading) -> Found | None:
    """The best count (no percentage) that the report states of ``topic``."""
    look = inquiry.look(Ask(topic))
    look = replace(look, wanted=replace(look.wanted, units=(), number=True, rate=""))
    counts = (f for f in find.figures(look, reading.sentences) if f.figure and f.figure.unit != "%" and f.coverage >= STATED)
    return next(counts, None)


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
            for done in _done(f):
                if whole := _before(done, f.sentence):
                    values = (whole.value, done.value)
                    return [calculated(Formula(Operation.DIFFERENCE, values), (_found(f.sentence, whole), _found(f.sentence, done)), name="其余")]
    return []


def _done(found: Found) -> Iterator[Figure]:
    """The figures of the sentence that count what was brought to its end: what was found first, then those of its subject."""
    figures = sorted(found.sentence.figures, key=lambda f: f is not found.figure)
    subject = found.figure.subject if found.figure else ""
    for figure in figures:
        ours = figure is found.figure or figure.subject == subject or (found.figure is not None and figure.parent == found.figure.ordinal)
        if ours and figure.kind is not Kind.PLANNED and figure.unit != "%" and ACCOMPLISHED.search(f"{figure.action}{figure.subject}"):
            yield figure


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
    """The sum of the parts of a whole (其中…), when a sum is asked for and only the whole was found."""
    if inquiry.query.operation != "sum" or len(found) != 1 or found[0].figure is None:
        return []
    whole = found[0].figure
    parts = [p for p in _parts_of(inquiry, found[0].sentence, whole) if p.figure and p.figure.unit == whole.unit]
    if len(parts) < 2:
        return []
    return [calculated(Formula(Operation.SUM, tuple(p.figure.value for p in parts if p.figure)), parts, name="各分项合计")]


def _over(inquiry: Inquiry, found: Sequence[Found]) -> list[Line]:
    """The sum, difference or share that was asked for, over the figures found."""
    operation = OPERATIONS.get(inquiry.query.operation)
    figures = [f for f in found if f.figure]
    if operation is None or len(figures) < 2:
        return []
    values = tuple(f.figure.value for f in figures if f.figure)
    if operation in (Operation.DIFFERENCE, Operation.SHARE):
        values = values[:2] if operation is Operation.SHARE else tuple(sorted(values[:2], reverse=True))
        if not values[1]:
            return []
    return [calculated(Formula(operation, values), figures)]


def kinds(inquiry: Inquiry, found: Sequence[Found]) -> list[Found]:
    """What was found, and where kinds are asked for the words that list them: the parts (其中…), or the clause after the figure."""
    if KINDS.search(inquiry.query.question) is None:
        return list(found)
    listed: list[Found] = []
    for f in found:
        wholes = [f.figure] if f.figure else f.sentence.figures
        parts = [part for whole in wholes for part in _parts_of(inquiry, f.sentence, whole)]
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
    reading = next(r for r in (*inquiry.readings, *inquiry.older) if r.report.id == sentence.report.id)
    same = {f.ordinal for _, f in _figures(reading.sentences) if (f.value, f.unit, f.year) == (whole.value, whole.unit, whole.year)}
    return [_found(s, f) for s, f in _figures(reading.sentences) if f.parent in same]


def _figures(sentences: Iterable[Sentence]) -> Iterator[tuple[Sentence, Figure]]:
    return ((sentence, figure) for sentence in sentences for figure in sentence.figures)


def _found(sentence: Sentence, figure: Figure) -> Found:
    return Found(sentence, figure.clause.start, figure.clause.end, 1.0, 1.0, figure)
