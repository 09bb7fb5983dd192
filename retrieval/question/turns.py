"""Turns that mean the answer before rather than the reports: which sentence it rests on, its second item, that another town was meant.

Each pattern is matched against a normalised turn. None of them says anything without an earlier turn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.question.words import blank
from retrieval.types import TownRef

KEY = re.compile(r"依据|根据|出处|来源|原文|原话|原句|哪一?[句段]话?|哪(?:里|儿)?来的?(?:数|依据|说法|$)|从哪(?:里|儿)?(?:来|看|得|查|算)")
FILLER = re.compile(
    r"(?:那|请问?|你|能|把|给|我|帮|看看?|贴|一下|有|这|以上|上述|上面|刚才|前面|两|三|几|点|个|些|句|条|数字?|数据|结论|说法|答案|回答|话|的|是|在|什么|啥|何"
    r"|哪里?儿?|一|段|份|报告|文件|里面?|中|怎么|写|说|讲|来自?|从|由|出自|出来|得|到|查|算|照录|引用|摘录|列出?|提供|标明|注明|呢|啊|呀|吗|了|所|[,。?!:])*"
)
"""Asks what the answer rests on: 依据是哪句话, 哪来的数, 原文怎么写的."""
ITEM = re.compile(
    r"^(?:那|把|就)?(?:其中)?的?第(?P<number>[一二三四五六七八九十]|[1-9])(?:条|个|点|项|方面|款)?(?:问题|打算|计划|措施|不足)?"
    r"(?:展开|说说|说明|讲讲?|说|谈谈?|介绍|解释|是什么|内容|怎么(?:说|写)|详细|具体|仔细|呢|再|能|可以|请|给我|帮我|一下|些|点|细|的|吗|下|是|啥)*(?:[,:?。!]|$)"
)
"""Asks for one item of the list before: 第二条展开说说."""
NUMBERS = {word: number for number, word in enumerate("一二三四五六七八九十", 1)}
DENIED = r"(?:不对|不是|错了|搞错|弄错|说错|搞混|弄混)(?:了|啦|的)?"
MEANT = r"(?:我)?(?:刚才|其实)?(?:问|说|要|指|查|想问|想查)的?(?:应该|其实)?是|而是|应该是|是"
CORRECTION = re.compile(rf"^(?:{DENIED}(?:这|那)?(?:个|家|边)?[^,。!]{{0,10}}[,。!] *(?:{MEANT})?|(?:我)(?:问|说|要|指)的是)")
"""What begins a correction, with the town that was not meant: 不是那个双河，是; 不对，我问的是."""
NOT_MEANT = re.compile(r"[,。] *(?:可|并)?(?:不是|别给我?|不要)[^,。]{1,12}[。!]?$")
"""What ends a correction, with the town that was not meant."""
TOGETHER = re.compile(
    r"(?:^|,)(?:那么?|把)?(?:这|那|上述|以上|前面)?的?(?P<number>[两二俩三四2-4])(?:个|家)?(?:乡镇|镇街|镇|乡|街道|地|处|者|家)"
)
"""The towns that the talk has named last, so many of them: 两个镇合计呢; 加上它,三个镇总共多少."""

JOINS = re.compile(r"(?:再|也|还|连|把|都|一并|一起|同时)*(?:加上|算上|加进[去来]?|算进[去来]?|带上|并[进入][去来]?|计入|算在内|纳入|捎上)")
"""Sets more towns beside those of the turn before: 再算上枞溪街道呢."""
SHIFTS = re.compile(r"^(?:那|再|就|请|请你)?(?:改成?|换成?|改为)(?:问|查|看|说)一?下?")
"""What begins a turn that asks the same of another thing: 改成问邻里的."""
KIND = r"镇|乡|街道"
KIND_MEANT = re.compile(rf"^(?:我?(?:问|说|要|指|查|想问|想查)?的?是)?(?:那个|这个)?(?P<meant>{KIND})(?:的?(?:那个|那边)?)[,，]? *(?:不是|别给)(?:那个)?(?:{KIND})|^不是(?:那个)?(?:{KIND})[,，]? *(?:我?(?:问|说|要)?的?是)(?:那个)?(?P<last>{KIND})")
"""Tells towns of like names apart by what they are: 我问的是乡，不是街道."""

POINTED = re.compile(
    r"(?:那|刚才|上面)?(?:第(?P<number>[一二三四五六七八九十]|[1-9])|(?P<before>前面?|上面?)的?[那一]?|(?P<last>后面?|最后)的?[那一]?)(?:个|家)(?:乡镇|镇(?!镇)|镇(?=镇长)|乡|街道)"
)
"""One of the towns that the talk has named: 第二个镇, 前面那个镇."""


def asks_source(text: str) -> bool:
    """Whether a turn asks what the answer before rests on."""
    return KEY.search(text) is not None and FILLER.fullmatch(KEY.sub("", text.strip())) is not None


def item_of(text: str) -> int:
    """The number of the item that a turn asks for; 0 for none."""
    found = ITEM.match(text.strip())
    return 0 if found is None else NUMBERS.get(found["number"]) or int(found["number"])


def corrected(text: str) -> str:
    """``text`` with what begins a correction blanked, and what it ends with that is not meant: 我问的是沅东那个,不是临皋."""
    found = CORRECTION.match(text)
    if not found:
        return text
    text = blank(text, found.start(), found.end())
    last = NOT_MEANT.search(text)
    return blank(text, last.start(), last.end()) if last else text


def joins(text: str) -> tuple[str, bool]:
    """``text`` with the words blanked that set more towns beside those of the turn before, and whether there are any."""
    found = JOINS.search(text)
    return (blank(text, found.start(), found.end()), True) if found else (text, False)


def shifted(text: str) -> str:
    """``text`` with what only says that another thing is asked blanked."""
    found = SHIFTS.match(text)
    return blank(text, found.start(), found.end()) if found else text


def of_kind(text: str, named: Sequence[TownRef]) -> tuple[str, tuple[TownRef, ...]]:
    """``text`` with the words blanked that tell which kind of the towns ``named`` is meant, and those towns; none where it tells nothing apart."""
    found = KIND_MEANT.match(text)
    meant = tuple(ref for ref in named if ref.town.endswith(found["meant"] or found["last"])) if found else ()
    return (blank(text, found.start(), found.end()), meant) if found and 0 < len(meant) < len(named) else (text, ())


def pointed(text: str, named: Sequence[TownRef]) -> tuple[str, tuple[TownRef, ...]]:
    """``text`` with the words blanked that point to one of the towns ``named``, in their order, and that town; none where it points to none."""
    found = POINTED.search(text)
    if found is None or not named:
        return text, ()
    number = NUMBERS.get(found["number"] or "") or int(found["number"] or 0)
    place = number - 1 if number else max(0, len(named) - 2) if found["before"] else len(named) - 1
    return (blank(text, found.start(), found.end()), (named[place],)) if place < len(named) else (text, ())


def together(text: str) -> int:
    """Of how many towns named before a turn speaks; 0 where it does not."""
    found = TOGETHER.search(text.strip())
    return 0 if found is None else {"俩": 2, "两": 2}.get(found["number"]) or NUMBERS.get(found["number"]) or int(found["number"])
