"""What follows from two figures of each report, and may be compared over reports and years: a rate, what is left, so much for each.

Each rule is a name, one alternative, and examples for and against; the examples run as tests. The question is normalised, with its
towns and years blanked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Derivation(StrEnum):
    """How the figure that is asked for follows from two that are stated."""

    RATE = "rate"
    """What was brought to an end by what there was: 调成率."""
    REST = "rest"
    """What there was less what was brought to an end: 还没办结的."""
    EACH = "each"
    """An amount by what it was for: 平均一件罚多少."""


PAIRED = frozenset((Derivation.RATE, Derivation.REST, Derivation.EACH))
"""What follows from two figures, whatever the report: it may be compared over reports and years."""


@dataclass(frozen=True, slots=True)
class Derived:
    """What is to be calculated; ``word`` is the deed of which the part speaks (办结), or what an amount is shared out by (件).

    ``thing`` names what is counted by that word, where the question's other words do not: 常住人口 of 人均.
    """

    kind: Derivation
    word: str = ""
    thing: str = ""

    @property
    def name(self) -> str:
        """What a reply calls the result."""
        return {Derivation.RATE: f"{self.word}率", Derivation.EACH: f"平均每{self.word}"}.get(self.kind, "其余")



class Relation(StrEnum):
    """How the figure that is asked for follows from those that are stated."""

    SHARE = "share"
    """The one in percent of the other."""
    REST = "rest"
    """The other without the one."""
    GAP = "gap"
    """How far it is from the one to the other, by default from the year before."""
    GROWTH = "growth"
    """The same in percent of what was before."""
    SUM = "sum"
    EACH = "each"
    """The one by the other."""
    WHOLE = "whole"
    """What there was in all, by the one and the share that it is said to be."""


@dataclass(frozen=True, slots=True)
class Asked:
    """``one`` and ``other`` are the words on the two sides, "" where the question has none; ``unit`` is what is shared out by.

    ``parts`` is how many figures the one is (甲加乙占几成: 2), 0 where the words do not tell; ``name`` is what a reply calls the result, where
    the question names it (调成率); ``question`` asks for this alone, where the question asks for several of its kind.
    """

    relation: Relation
    one: str = ""
    other: str = ""
    unit: str = ""
    parts: int = 1
    name: str = ""
    question: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` makes ``kind`` in the examples ``yes`` and not in ``no``; its group ``word`` is the word of it."""

    name: str
    pattern: str
    kind: Derivation
    yes: tuple[str, ...]
    no: tuple[str, ...] = ()


THINGS = "家次|户次|批次|社区|件|起|宗|户|人|名|村|场|次|份|处|条|亩|期|家|批"
"""What an amount is shared out by."""
THING = "(?:(?P<thing>[一-鿿]{2,8}?)(?=的|平均))?"
"""What stands between that word and what is shared out: 每件行政处罚的罚没额."""
EACH = re.compile(rf"(?:每|一)个?(?:常住)?(?:{THINGS}|居民|人口)|(?:户|人|村|件|亩|案|场)均|平均|平?摊到?")
"""The words of a question that share out, and name nothing."""
HEADS = ("人均", "摊到每人")
"""Rules that share out by all who live in a town, unless a sentence tells another number with the amount."""
POPULATION, VILLAGES = "常住人口", "全镇辖村社区"

RULES = (
    Rule(
        "某某率",
        r"(?P<word>[一-鿿]{2})(?<!增长|下降|降低|上升|提高|覆盖|知晓|参与)(?<![效频概机速汇])率",
        Derivation.RATE,
        ("调解的纠纷调成率是多少", "持证率百分之几"),
        ("增长率是多少", "办事效率怎样"),
    ),
    Rule(
        "比例",
        r"(?:(?<=被)(?P<passive>[一-鿿]{2})|(?P<word>化解|办结|结案|整改|调成|成功|完成|持证|完结|兑现))(?:的|了的)?(?:所占)?(?:比例|占比|百分比|百分之)",
        Derivation.RATE,
        ("化解比例大约多少", "办结的占比", "意见被采纳的比例"),
        ("占全部的比例",),
    ),
    Rule(
        "没办的",
        r"(?<![有罚成])(?<![一-鿿]有)(?:没有?|未|尚未)(?:能|被|得到|予以)*(?P<word>(?!变|写|说|讲|谈|提|披露|公布|列|报|载|有|发生|出现|给出?|直接|额|收入|的|数字|数据)[一-鿿]{1,3})(?:[^,。?]{0,8}(?:的|是|有|几|多少)|[^,。?]{0,2}(?:$|[,。?]))",
        Derivation.REST,
        ("还有几处没整改", "没调成的有几件", "还有多少没追回来", "未专职从事执法工作的人数"),
        ("有没有调成", "没有写明的有几个", "哪些镇没有发生诉讼", "提案变没变的", "普法几场,一场没落下都给我数上", "经手几起,成没成都算"),
    ),
    Rule(
        "不是的",
        r"(?<!是)(?:不是|不属于|并非)(?P<word>[一-鿿]{2,10})的",
        Derivation.REST,
        ("调解的纠纷里头不是外来户的有多少件",),
        ("是不是外来户的",),
    ),
    Rule("还差", r"(?:还|尚)(?:差|缺|欠)(?=多少|几)", Derivation.REST, ("离满编还差几个人",), ("相差多少",)),
    Rule("平均每件", rf"平均(?:到|给|下来|办结?|处理|查处|调解)?(?:每|一)个?(?P<word>{THINGS}){THING}", Derivation.EACH, ("平均一件罚多少", "平均每户补了多少钱", "平均每期来多少人"), ("每户补多少钱", "平均多少")),
    Rule("每件平均", rf"每一?个?(?P<word>{THINGS}){THING}[^,。?]{{0,12}}平均", Derivation.EACH, ("每场平均多少听众", "每个村平均几名"), ("每场多少人",)),
    Rule("户均", r"(?P<word>户|村|件|亩|案|场)(?:均(?![衡匀可已能由为])|(?<=单.)平均)", Derivation.EACH, ("户均约合多少万元", "案均罚款", "单案平均罚款"), ("各村均为多少", "案件平均数以上")),
    Rule("人均", r"(?P<word>人)均(?![衡匀可已能由为])", Derivation.EACH, ("人均经费多少元",), ("相关人均为",)),
    Rule("摊到每人", r"(?:摊|平均)[^,。?]{0,3}每一?个?(?:常住)?(?P<word>居民|人口)", Derivation.EACH, ("摊到每个常住人口几块钱",), ("每个居民小组",)),
)


WHOLE = re.compile(r"(?:全员|全部|全都)(?P<word>(?!问题|内容|工作|情况)[一-鿿]{2,4})(?=的|了|$|[,。?])")


def whole_of(text: str) -> Derived | None:
    """The rate of which all of it is asked for: 哪个镇执法人员全员持证.

    >>> whole_of("哪个镇执法人员全员持证?")
    Derived(kind=<Derivation.RATE: 'rate'>, word='持证', thing='')
    """
    found = WHOLE.search(text)
    return Derived(Derivation.RATE, found["word"]) if found else None


def derived_of(text: str) -> tuple[Derived, ...]:
    """What ``text`` asks to be calculated, one of each kind: 还有多少没化解，化解比例多少."""
    asked: dict[Derivation, Derived] = {}
    for rule, pattern in _patterns():
        if found := pattern.search(text):
            word = found.groupdict().get("word") or found.groupdict().get("passive") or ""
            heads = rule.name in HEADS
            thing = POPULATION if heads else VILLAGES if word in VILLAGES else found.groupdict().get("thing") or ""
            asked.setdefault(rule.kind, Derived(rule.kind, "人" if heads else word.replace("案", "件") if rule.kind is Derivation.EACH else word, thing if rule.kind is Derivation.EACH else ""))
    return tuple(asked.values())


def rates_of(text: str) -> tuple[str, ...]:
    """The deeds of which ``text`` asks the rate: 达成率和履行率各多少.

    >>> rates_of("达成率和履行率各多少")
    ('达成', '履行')
    """
    return tuple(dict.fromkeys(found["word"] for rule, pattern in _patterns() if rule.name == "某某率" for found in pattern.finditer(text)))


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    return tuple((rule, re.compile(rule.pattern)) for rule in RULES)
