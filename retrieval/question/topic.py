"""What a question is about, once its towns and years are blanked: content words, measure words, the parts it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from retrieval.question.intent import says
from retrieval.question.words import blank_all, measure_words, pattern, table
from retrieval.types import Ask

QUOTED = re.compile(r"[“\"「『《‘']([^”\"」』》’'“「『《‘]{2,40})[”\"」』》’']")
EDGE = re.compile(r"^[的是,，、;；:：]+|[,，、;；:：]+$")
WHO_DID = re.compile(r"的?[,，]?(?:是|有|在)?[?？!！。]*$")
"""What is left at the end of a question once 哪个镇 is out of it: 专门设了资金池的，是？"""
ASKS = re.compile("[吗呢谁哪啥几？?]|什么|怎么|如何|多少|为何")
CLAUSE_END = re.compile(r"[,，;；。!！?？]+")
WHETHER = re.compile(r"(?P<verb>[一-鿿])[不没](?P=verb)|吗|[没不是][一-鿿]{1,8}吧$|没有?$|是[一-鿿]还?是[一-鿿]$|呢$|(?<![什怎这那多])么$|^(?:原因|动因|缘由|结果|效果|成效)$")
"""Asks without a word for what is asked: 够不够, 兑现了吗, 摆平了没有, 是升是降, 总长呢, 动因."""
IN_TEN_THOUSANDS = re.compile(r"(?:多少|几)个?万(?=$|[,。?!、的])")
AMOUNT = re.compile(r"金额(?=[^,。?]{0,10}(?:多少|合计|总计|一共|共|平均|最[多高大少低小])|[?。]?$)")
"""Asks how much money it was without a word for it."""
MONEY_CUE = re.compile("金额|款|经费|资金|钱|工资|投入|损失|支出|罚")
"""Where one of these is said, 多少万 asks for money."""
LITTLE = 2
"""Characters that single nothing out: 自己找了哪些不足."""
ANY_UNIT = frozenset(("个",))
"""Asked with these, a number of anything will do: 法律明白人有几个."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``text`` are the content words in order, a blank where something was taken out."""

    text: str
    units: tuple[str, ...]
    asks: tuple[Ask, ...]
    quoted: tuple[str, ...]

    @property
    def weak(self) -> bool:
        """Whether the words say nothing without the turn before."""
        return pattern("topic", "weak").match(self.text) is not None


@lru_cache(maxsize=1)
def _asked_unit() -> re.Pattern[str]:
    units, nouns = measure_words()
    return re.compile(rf"(?:多少|(?<!哪)几[十百千万]*(?!乎))(?:个|块(?=钱))?(?:万(?!元))?(?:(?P<unit>{units})|(?P<money>钱))|(?P<fine>罚没?了?(?:多少|几个?)万?款)|(?P<share>百分之[几多]|百分比|几成|比例|占比|比重)|(?P<noun>{'|'.join(nouns)})")


def topic_of(text: str) -> Topic:
    """``text`` is the normalised question with towns, places and years blanked."""
    text = blank_all(text, "topic", "issuer")
    units = units_of(text)
    words = clean(text) or next((unit for unit in units if unit in table()["unit"]["things"]), "")
    return Topic(words, units, _asks(text), tuple(QUOTED.findall(text)))


def standing(text: str, *, over_many: bool) -> str:
    """What is left of a question once its towns and years are blanked, as a person would ask it of one report: 调解了多少纠纷.

    Where it is asked ``over_many``, 哪些镇 and 其他镇 are no words of a report, either; what asks nothing without them is asked as
    whether: 聘请了法律顾问吗.
    """
    own = blank_all(blank_all(text, "town", "others"), "town", "every") if over_many else text
    said = EDGE.sub("", "".join(own.split()))
    if own != text:
        said = WHO_DID.sub("", said)
    return f"{said}吗" if own != text and said and not ASKS.search(said) else said


def asking(text: str) -> str:
    """``text`` without the clauses after the last that asks, blanked: what several towns are asked for is said before (…各多少,没写的空着).

    >>> asking("各镇一共审了多少份合同,没数就空着").strip()
    '各镇一共审了多少份合同,'
    """
    marks = [(0, 0), *(match.span() for match in CLAUSE_END.finditer(text)), (len(text), len(text))]
    clauses = [(text[before[1] : after[0]], after[1]) for before, after in pairwise(marks)]
    asked = [end for words, end in clauses if says("asking", words, "topic") or ASKS.search(words)]
    return text[: asked[-1]].ljust(len(text)) if asked else text


def questions(text: str) -> tuple[str, ...]:
    """The questions of ``text``, each with the clauses before it that ask nothing: 走了几个 and 打算补到多少; none where it asks but one."""
    found: list[str] = []
    waiting = ""
    for clause in filter(None, CLAUSE_END.split(text)):
        waiting = f"{waiting},{clause}" if waiting else clause
        if WHETHER.search(clause) or says("asking", clause, "topic"):
            found.append(waiting)
            waiting = ""
    return tuple(found) if len(found) > 1 else ()


def asks_all(text: str) -> bool:
    """Whether a question about problems or plans asks for all of them, and singles none out: 存在哪些问题, 下一步打算."""
    for name in ("problems", "plans", "work"):
        text = blank_all(text, "intent", name)
    return len(clean(blank_all(text, "topic", "issuer")).replace(" ", "")) <= LITTLE


def clean(text: str) -> str:
    """Take out question words, adverbs, pronouns and particles; what was apart before stays apart."""
    for group, name in (("town", "others"), ("town", "own"), ("town", "every"), ("topic", "adverbs"), ("topic", "adverbs")):
        text = blank_all(text, group, name)
    for name in ("asking", "pronouns", "particles", "particles"):
        text = blank_all(text, "topic", name)
    return " ".join(part.strip("、") for part in text.split() if part.strip("、"))


def units_of(text: str) -> tuple[str, ...]:
    """The measure words asked for; 个 asks for a number of anything and is left out."""
    nouns, spoken = measure_words()[1], table()["unit"]["spoken"]
    found = []
    for match in _asked_unit().finditer(text):
        said = next((unit for thing, unit in spoken.items() if text.startswith(thing, match.end())), "")
        found.append(said or ("%" if match["share"] else "元" if match["money"] or match["fine"] else match["unit"] or nouns[match["noun"]]))
    if IN_TEN_THOUSANDS.search(text) and MONEY_CUE.search(text):
        found.append("万元")
    if not found and AMOUNT.search(text):
        found.append("元")
    return tuple(dict.fromkeys(unit for unit in found if unit not in ANY_UNIT))


def _asks(text: str) -> tuple[Ask, ...]:
    """The parts of a question that asks for several things; nothing for a question that asks for one."""
    asks: list[Ask] = []
    for piece in re.split(r"[,;。?!]", text):
        for part, units in _parts(piece):
            words = clean(part)
            if words or (asks and units):
                asks.append(Ask(words or asks[-1].topic, units))
    stated = {ask.topic for ask in asks if ask.units}
    asks = [ask for ask in dict.fromkeys(asks) if ask.units or ask.topic not in stated]
    return tuple(asks) if len(asks) > 1 else ()


def _parts(piece: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The asked parts of a clause: each with its own question word (几名甲、几名乙), or one for all (甲和乙各多少)."""
    beside = says("between", piece)
    segments = re.split(pattern("intent" if beside else "topic", "between" if beside else "split"), piece)
    asked = [says("asking", segment, "topic") for segment in segments]
    shared = beside or says("gap", piece) or says("each", piece) or says("together", piece)
    if len(segments) > 1 and (all(asked) or (shared and sum(asked) == 1)):
        yield from ((segment, units_of(segment) or units_of(piece)) for segment in segments)
    elif any(asked):
        yield piece, units_of(piece)
