"""What a language model could write that is false, or of no use: players for the scripted server, beside those that it brings.

Most say nothing false with a digit; each is a way in which a model is known to go wrong.
"""

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from scripted_model import BEHAVIOURS, Asked, Play, Player, altered, sentences, written

HEAD = re.compile(r"^(?P<head>.+?\d{4}年)(?:（(?P<part>.+?)）)?：?(?P<body>.+)$")
COUNT = re.compile(r"(?<![\d.年])(\d+(?:\.\d+)?)(余?)([起件场次人份名个户条期])")
UNITS = {"起": "件", "件": "起", "场": "次", "次": "场", "人": "户", "份": "册", "名": "人次", "个": "名", "户": "人", "条": "起", "期": "场"}
DENIALS = re.compile(r"尚未|未能|没有|不够|不足|不|未|无|有待|仍需|尚")
MOST = 6  # sentences that a model answers from
HAN = "〇一二三四五六七八九"


def parts(asked: Asked) -> list[tuple[str, str, str, str]]:
    """The first of the material as (tag, 甲镇2023年, 下一步打算 or "", words)."""
    found = [(tag, HEAD.match(text)) for tag, text in asked.sources[:MOST]]
    return [(tag, match["head"], match["part"] or "", match["body"]) for tag, match in found if match]


def digest(asked: Asked) -> str:
    """An editor's work: one sentence a town, all of it, joined in order."""
    return written(*((f"{head}{part}：{body}" if part else head + body, [tag]) for tag, head, part, body in parts(asked)))


def joined(asked: Asked) -> str:
    """The same in one sentence for two towns."""
    found = [(f"{head}{part}：{body.rstrip('。')}", tag) for tag, head, part, body in parts(asked)]
    pairs = [found[at : at + 2] for at in range(0, len(found), 2)]
    return written(*(("；".join(text for text, _ in pair) + "。", [tag for _, tag in pair]) for pair in pairs))


def heads(change: Callable[[str, Sequence[str]], str]) -> Player:
    """Each sentence whole, under a head that ``change`` makes of its own and all heads."""

    def play(asked: Asked) -> str:
        found = parts(asked)
        every = [head for _, head, _, _ in found]
        return written(*((change(head, every) + body, [tag]) for tag, head, _, body in found))

    return play


def bodies(change: Callable[[str], str]) -> Player:
    """Each sentence under its own head, with ``change`` in its words."""
    return lambda asked: written(*((f"{head}{part}：{change(body)}" if part else head + change(body), [tag]) for tag, head, part, body in parts(asked)))


def other_town(head: str, every: Sequence[str]) -> str:
    return next((other for other in every if other != head), "青阳镇2023年")


def other_year(head: str, _: Sequence[str]) -> str:
    return re.sub(r"\d{4}", lambda year: str(int(year[0]) - 1), head)


def in_han(match: re.Match[str]) -> str:
    """The number after it, in Chinese digits."""
    return "".join(HAN[int(digit)] for digit in str(int(float(match[1])) + 1)) + match[3]


def neighbour(asked: Asked) -> str:
    """Each sentence with the tag of the next."""
    found = parts(asked)
    return written(*((head + body, [other[0]]) for (_, head, _, body), other in zip(found, [*found[1:], *found[:1]], strict=True)))


def figures_swapped(asked: Asked) -> str:
    """Each town's words with the first figure of the next town's."""
    found = parts(asked)
    first = [(match := COUNT.search(body)) and match[0] for *_, body in found]
    others = [*first[1:], *first[:1]]
    return written(*((head + COUNT.sub(lambda own, other=other: other or own[0], body, count=1), [tag]) for (tag, head, _, body), other in zip(found, others, strict=True)))


def first_clause_lost(body: str) -> str:
    return re.split(r"[，；,;]", body, maxsplit=1)[-1]


def every_other_clause(body: str) -> str:
    return "，".join(re.split(r"[，；,;]", body.rstrip("。"))[::2]) + "。"


def reversed_clauses(body: str) -> str:
    return "，".join(re.split(r"[，；,;]", body.rstrip("。"))[::-1]) + "。"


def reading(**slots: Any) -> str:
    """A reader's answer: what answers, what is calculated and how."""
    return json.dumps(slots, ensure_ascii=False)


def sums(change: Callable[[str], str] = lambda value: value, op: str = "sum", **more: Any) -> Player:
    """Has the first figures of the first sentences calculated, each as ``change`` makes it."""

    def play(asked: Asked) -> str:
        found = [(tag, match[0]) for tag, _, _, body in parts(asked) if (match := COUNT.search(body))]
        operands = [{"source": tag, "value": change(value)} for tag, value in found[:2]]
        return reading(answers=[tag for tag, _ in found], calculations=[{"operands": operands, "steps": [{"op": op, **more}]}])

    return play


def own_sum(asked: Asked) -> str:
    """Adds up by itself, and a little wrong."""
    found = [(tag, match) for tag, _, _, body in parts(asked) if (match := COUNT.search(body))]
    total = sum(float(match[1]) for _, match in found) + 1
    return written((f"各镇合计{total:g}{found[0][1][3] if found else '起'}。", [tag for tag, _ in found] or ["1"]))


def planning_lies(asked: Asked) -> str:
    """Plans for towns, years and bounds that nobody spoke of; reads honestly."""
    if asked.sources:
        return digest(asked)
    return reading(question="青阳镇2019年调解了多少纠纷", towns=["青阳镇", "金井镇"], years=[2019], steps=[{"op": "above", "value": 9999, "unit": "件"}, {"op": "drop table"}])


def middle_lost(body: str) -> str:
    """Each clause without what limits its number."""
    return re.sub(r"约|近|余|多|以上|超过|不少于|力争|计划|打算|拟|将|部分|个别", "", body)


PLAYED: dict[str, Player] = {
    "digest": digest,
    "joins two towns": joined,
    **BEHAVIOURS,
    "swaps two figures": figures_swapped,
    "another town": heads(other_town),
    "another year": heads(other_year),
    "both towns": heads(lambda head, every: f"{head}、{other_town(head, every)}都"),
    "no town": heads(lambda *_: ""),
    "another unit": bodies(lambda body: COUNT.sub(lambda m: m[1] + m[2] + UNITS[m[3]], body)),
    "percent for count": bodies(lambda body: COUNT.sub(r"\1%", body)),
    "Chinese numerals": bodies(lambda body: COUNT.sub(in_han, body)),
    "digit turned round": bodies(lambda body: re.sub(r"\d{2,}", lambda m: "\u202e" + m[0][::-1] + "\u202c", body) + "\u202e"),
    "denials lost": bodies(lambda body: DENIALS.sub("", body)),
    "denies": bodies(lambda body: "没有" + body),
    "all of them": bodies(lambda body: body.rstrip("。") + "，全部办结。"),
    "half, doubled": bodies(lambda body: body.rstrip("。") + "，一半以上得到落实，数量翻番。"),
    "first and only": bodies(lambda body: "在全县首次、唯一" + body),
    "rose": bodies(lambda body: body.rstrip("。") + "，比上年上升。"),
    "most": bodies(lambda body: body.rstrip("。") + "，在各镇中最多。"),
    "plans as done": heads(lambda head, _: head + "已经"),
    "problems as plans": heads(lambda head, _: head + "下一步打算："),
    "quotes what is not": bodies(lambda body: f"指出：“{body.rstrip('。')}，成效显著。”"),
    "first clause lost": bodies(first_clause_lost),
    "every other clause": bodies(every_other_clause),
    "clauses turned round": bodies(reversed_clauses),
    "neighbour's tag": neighbour,
    "paraphrases": bodies(lambda body: body.replace("开展", "进行了").replace("建立", "设立了").replace("加强", "强化了")),
    "limits lost": bodies(middle_lost),
    "who and whom": bodies(lambda body: re.sub(r"([一-鿿]{2,4}[所局委院])(.{2,6}?)([一-鿿]{2,4}[所局委院])", r"\3\2\1", body)),
    "says none": lambda _: reading(none=True),
    "chooses all": lambda asked: reading(answers=[tag for tag, _ in asked.sources]),
    "chooses what is not there": lambda _: reading(answers=["998", "Z9", "-1"]),
    "sum": sums(),
    "sum of what is not there": sums(lambda value: str(9999) + value[-1]),
    "share of unlike things": sums(op="share"),
    "a bound nobody spoke of": sums(op="above", value=37.6),
    "adds up by itself": own_sum,
    "plans for others": planning_lies,
    "thinks first": lambda asked: Play("<think>全镇9999起？</think>" + digest(asked), thinking="也许9999起"),
    "markup": altered(lambda text: f"**{text}** <b>9999</b>起 [链接](http://127.0.0.1/)"),
    "repeats itself": lambda asked: written(*(sentences(asked)[:1] * 200)),
    "nothing": lambda _: written(),
    "another shape": lambda _: json.dumps({"answer": "金井镇2023年调解9999起。"}, ensure_ascii=False),
    "prose": lambda _: "根据资料，各镇2023年共调解9999起。",
    "garbage": lambda _: Play("\u0000\ufffd{{{[[" * 50),
}
"""Name → player."""
