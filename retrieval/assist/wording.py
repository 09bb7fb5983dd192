"""What a clause that a language model wrote takes from cited words: which of them it repeats, in what order, and what it leaves out.

A clause is read as runs of the cited words with joining words between them out of a closed list. It is said closely when its runs
follow each other within one clause of the source, loosely when they stand anywhere in one sentence of it. What was left out counts
as much as what was taken: 力争, 未, 部分, 2021年 before or between the runs change what they say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from index.numerals import quantities
from index.text import fold, sentences
from index.types import Part, Span
from retrieval.draft import Source

BREAK = re.compile(r"(?<!\d)[，,；;：:。！!？?\n]|[，,；;：:。！!？?\n](?!\d)")
"""A mark between clauses; not the one within 1,000 or 9:30."""
IGNORED = re.compile(r"[\"'“”‘’「」『』《》〈〉]")
BETWEEN_WORDS = re.compile(r"(?<=[a-z0-9.])\s+(?=[a-z0-9.])")
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
HAN = re.compile(r"[㐀-䶿一-鿿]")
FEW = 4
"""Chinese characters of a clause that says something by itself."""
SHORTEST = 2
"""Characters of a run: a single one may come from anywhere."""
TOGETHER = 3
"""Clauses of a source that may be said as one."""
LIGHT = r"开展|进行|实施|举办|举行|组织|推进"
GLUE = re.compile(
    rf"(?:的?做法(?:是|有|为)?|的?报告[中里所]?(?:写明|提到|提出|写道|说|列)?|写明|提到|写道|(?:{LIGHT})了?|(?:其中|同时|此外|另外|并且|以及|通过|包括|共计?|一共|总计|分别|"
    r"方式|主要|方面|工作|情况|该镇|当地|达到?|为了|[的了和与及并还也是为有在对以由从向等中里而、（）()])+)+"
)
"""What may stand between runs. None of it counts, compares, denies, plans, or says why."""
FILLER = re.compile(r"截至目前|截止目前|今年以?来|一年来|一年以来|今年|本年度|全年|同时|此外|另外")
"""Clauses that say nothing of their own."""
ALL = re.compile(r"都|均")
"""Joins towns that were named together; of one town it would be a claim of its own."""
PLANS = r"力争|拟|计划|打算|争取|预计|预期|目标|下一步|今后|未来|[明来]年|希望|建议|确保|(?<![主重需必首纲])要(?![求点素害件闻])|将(?:会|于|在|继续|进一步)"
DENIALS = r"未|没|无|不(?!断)|非|缺|尚|待|仍需"
LIMITS = re.compile(rf"{PLANS}|[去上往前当]年|如果|若|一旦|假如|全[县市区省州]|其他|\d年")
"""Words of an earlier clause of the sentence that hold for the later ones too: plans, other years, whose doing it was."""
INSIDE = re.compile(
    rf"{PLANS}|{DENIALS}|部分|个别|少数|有的|多|[将把]|基本|约|近|余|以上|以下|左右|超过?|至少|至多|副|代理|\d年|全[县市区省州]|其他(?![一-鿿]{{0,6}}\d)|打击|防|查处|整治|杜绝|禁"
)
"""Words within or beside a run that limit it: what is left out of a clause may not hold any of them,"""
FIGURE = re.compile(r"\d|[一二三四五六七八九十两百千万]+[余多]?[起件场次人份名个户条期]")
"""and between two runs no figure: 教育79起、处罚68起 has no 教育68起."""
TURNS = re.compile(
    r"但|然而|不过|却|(?<![拆清铲解消扣废免排删])除(?!了)|尚|暂|只有|只是|否则|取消|中止|停止|撤销|搁置|失败|实际|未(?:能|完成|实现|覆盖|落实|达)"
)
"""Words of a later clause that take back something of the clauses before it."""
UPHELD = re.compile(r"(?:没有|未|无)[一任]?[件起例个何]?[^,，;；]{0,8}(?:撤销|取消|中止|停止|失败)")
"""Nothing was taken back."""
LEANS = re.compile(
    r"其(?![他中余])|该|此|这|那|上述|前述|以上|前者|后者|两者|二者|分别|均|都|同比|环比|[比较][上去前往]|占|从而|进而|因此|所以|但|却|然而|不过|而|使|让"
)
"""Beginnings of a clause that say nothing without the clause before it."""
BODY = re.compile(
    r"[一-鿿]{0,6}(?:局|法院|检察院|派出所|司法所|委员会|政府|党委|[村居]委会?|支部|中队|大队|中心|公司|学校|学院|协会|办公室|服务站|[县市省区镇乡村])"
)
"""Who does something to whom: words that may not change places."""


def plain(text: str) -> str:
    """``text`` for comparison: half-width, lower case, without white space, quotation marks and thousands commas."""
    return THOUSANDS.sub("", re.sub(r"\s", "", BETWEEN_WORDS.sub("_", IGNORED.sub("", fold(text)))))


def pieces(text: str) -> list[str]:
    """The clauses of ``text``, plain, without their marks; empty ones left out."""
    return [words for clause in BREAK.split(text) if (words := plain(clause))]


def _parts(text: str) -> Iterator[int]:
    """Of each of its ``pieces``, how many semicolons stand before it."""
    at, seen = 0, 0
    for mark in BREAK.finditer(f"{text}。"):
        if plain(text[at : mark.start()]):
            yield seen
        seen += mark[0] in "；;"
        at = mark.end()


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence of a source as it is compared: its cited clauses in order, plain, with those of it before and after what is cited.
    ``parts`` tells of each of ``clauses`` and ``after`` how many semicolons stand before it."""

    source: Source
    before: tuple[str, ...]
    clauses: tuple[str, ...]
    after: tuple[str, ...]
    parts: tuple[int, ...]


@lru_cache(maxsize=512)
def cited(source: Source) -> tuple[Cited, ...]:
    """The sentences of ``source``, which may begin or end within one."""
    text, section, found = source.report.text, source.section, list[Cited]()
    for span in sentences(text, section.start, section.end):
        start, end = max(span.start, source.start), min(span.end, source.end)
        if start < end and (own := tuple(pieces(text[start:end]))):
            before, after = tuple(pieces(text[span.start : start])), tuple(pieces(text[end : span.end]))
            found.append(Cited(source, before, own, after, tuple(_parts(text[start : span.end]))))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Taken:
    """That a written clause comes from the clauses ``places`` of a source."""

    of: Cited
    places: tuple[int, ...]


def says(clause: str, of: Cited) -> bool:
    """Whether ``clause`` says something by itself: a few words, a figure, or a whole clause of the source."""
    return len(HAN.findall(clause)) >= FEW or FIGURE.search(clause) is not None or clause in of.clauses


def closely(clause: str, of: Cited, *, several: bool = False) -> Taken | None:
    """Where ``clause`` repeats a clause of the source in its own order, or some that follow each other without the marks between them, leaving
    out nothing that limits it; ``several`` lets it say 都."""
    for size in range(1, min(TOGETHER, len(of.clauses)) + 1):
        for place in range(len(of.clauses) - size + 1):
            parts = of.clauses[place : place + size]
            own = "".join(parts)
            runs = _runs(own, clause)
            if runs and _each_said(parts, runs) and says(clause, of) and _joined(clause, runs, several=several) and _whole(own, clause, runs, of):
                return Taken(of, tuple(range(place, place + size)))
    return None


def _each_said(parts: Sequence[str], runs: Sequence[tuple[Span, Span]]) -> bool:
    """Whether something of each of the clauses is repeated."""
    end = 0
    for part in parts:
        start, end = end, end + len(part)
        if not any(there.start < end and start < there.end for there, _ in runs):
            return False
    return True


def _whole(own: str, clause: str, runs: Sequence[tuple[Span, Span]], of: Cited) -> bool:
    """Whether what was left out limits nothing, and no figure has lost the words that say what it counts."""
    lost = [words.replace(f"{of.source.report.year}年", "") for words in _left_out(own, runs)]
    bare = clause[:1].isdigit() and lost[0]
    return not bare and not any(map(INSIDE.search, lost)) and not any(map(FIGURE.search, lost[1:-1]))


def loosely(clause: str, of: Cited) -> Taken | None:
    """Where ``clause`` says in an order of its own what one clause of the source says: no figure, nobody's name, nothing denied or planned."""
    if quantities(clause) or BODY.search(clause) or INSIDE.search(clause) or not says(clause, of):
        return None
    return next(
        (Taken(of, (place,)) for place, own in enumerate(of.clauses) if not INSIDE.search(own) and own.count("不") == clause.count("不") and _made_of(clause, own)), None
    )


def _made_of(clause: str, own: str) -> bool:
    """Whether ``clause`` is nothing but runs of ``own`` and joining words."""
    left = clause
    while left:
        glue = GLUE.match(left)
        length = next((n for n in range(len(left), SHORTEST - 1, -1) if left[:n] in own), 0) or (glue.end() if glue else 0)
        if not length:
            return False
        own, left = own.replace(left[:length], "", 1), left[length:]
    return True


def torn(taken: Sequence[Taken], of: Cited) -> bool:
    """Whether the clauses taken ``of`` a source have lost a clause of it that limits them: one before them, or one after that takes them back.
    What stands before the source in its sentence limits it no more than where it is quoted as it stands."""
    there = {place for each in taken if each.of is of for place in each.places}
    if not there:
        return False
    last = max(there)
    year = of.source.report.year or 0
    own_years = (year, year + 1) if of.source.section.part is Part.PLANS else (year,)
    lost = [own for place, own in enumerate(of.clauses[:last]) if place not in there]
    if any(LIMITS.search(_without_years(own, own_years)) for own in lost):
        return True
    if any(_turns(place, there, of) for place in range(min(there) + 1, len(of.parts)) if place not in there):
        return True
    return any(LEANS.match(of.clauses[place]) and place - 1 not in there and (place or of.before) for place in there)


def _without_years(words: str, years: Iterable[int]) -> str:
    """``words`` without the years that the label says."""
    for year in years:
        words = words.replace(f"{year}年", "")
    return words


def _turns(place: int, there: Collection[int], of: Cited) -> bool:
    """Whether a later clause takes back something of those ``there``; beyond a semicolon the first alone can: ；但……, and not ；诉讼4件，尚未审结1件."""
    own, part = UPHELD.sub("", (*of.clauses, *of.after)[place]), of.parts[place]
    if part in {of.parts[other] for other in there}:
        return TURNS.search(own) is not None
    return part != of.parts[place - 1] and TURNS.match(own) is not None


def _runs(own: str, clause: str) -> list[tuple[Span, Span]]:
    """What ``clause`` repeats of ``own``, in order: the spans there and here."""
    blocks = SequenceMatcher(None, own, clause, autojunk=False).get_matching_blocks()
    return [
        (Span(b.a, b.a + b.size), Span(b.b, b.b + b.size))
        for b in blocks
        if b.size >= SHORTEST or (b.size and _number(own, b.a, b.a + b.size))
    ]


def _number(own: str, start: int, end: int) -> bool:
    """Whether a short run is a digit that stands alone there, and so not part of another number."""
    return own[start:end].isdigit() and not own[start - 1 : start].isdigit() and not own[end : end + 1].isdigit()


def _joined(clause: str, runs: Sequence[tuple[Span, Span]], *, several: bool) -> bool:
    """Whether all between the runs is joining words."""
    gaps = list(_left_out(clause, [(here, there) for there, here in runs]))
    return all(not gap or GLUE.fullmatch(ALL.sub("", gap) if several else gap) or (several and ALL.fullmatch(gap)) for gap in gaps)


def _left_out(own: str, runs: Sequence[tuple[Span, Span]]) -> Iterator[str]:
    """What of ``own`` is in none of the runs."""
    at = 0
    for span, _ in runs:
        yield own[at : span.start]
        at = span.end
    yield own[at:]
