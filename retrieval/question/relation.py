"""What a question about one report asks to be calculated, with the words on its two sides: 甲占乙的几成, 甲之外还有多少, 平均每甲几乙.

Only the words are read here; which figures of the report they mean is chosen in ``retrieval/plan/within.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from retrieval.question.derivation import AND, Asked, Derivation, Derived, Relation
from retrieval.question.topic import clean
from retrieval.question.words import measure_words

CLAUSE = re.compile(r"[,。?!;:、](?=[少多增减降升涨占])|[,。?!;:]")
HOW_MUCH = re.compile(r"多少|多大|多高|几(?!乎)|[率额]|数|比例|比重|占比|百分")
SHARES = r"几成|百分之[几多]少?|百分比|百分数|多[少大高]?的?(?:比例|比重|份额|百分比)?|比例|比重|份额"
SHARE = re.compile(rf"(?P<one>.*?)所?(?<![侵抢霸])占(?![地道用线据])(?!比(?![例重]))[了到得]?(?P<other>.*?)的?(?:{SHARES})")
BARE = re.compile(r"(?P<one>.*?)(?<!增长|下降|变化|上升|减少|增加)的?(?:占比|比例|比重|份额)")
INSIDE = re.compile(r"(?P<other>.{2,}?)(?:里头|里面|当中|之中|(?<![镇村乡其])[里中](?![心队学央小]))的?,?(?P<one>.*)")
WITHIN = re.compile(r"(?P<one>.+?)在(?P<other>.+?)(?:里头?|当中|之中|中|内)")
RATE = re.compile(r"(?P<other>.*?)(?P<one>[一-鿿]{2})率")
BUT = re.compile(r"(?:(?P<other>.*?)(?:里头?|当中|之中|(?<!其)中))?(?P<one>[^里中除]{2,}?)(?:之外|以外|除外)")
EXCEPT = re.compile(r"除[了去开]?|扣[除掉]|刨去|去掉|以外|之外|外的?|(?:这?[两三四几]|部)[类项种分]")
LEFT = re.compile(r"[还尚仍](?:剩下?|余下?|结余|空|差|缺|欠)[着了有]?(?=多少|几)|剩[下余]?(?=多少|几)|剩余|余下|结余|空编|缺编|空缺|空着")
UNDONE = re.compile(r"没有?|未|不是|不属于|并非")
OWN = re.compile(r"自己|自筹|其余|剩下")
CHANGE = r"增长|增加|上升|提[升高]|下降|减少|降低|变动|变化|净增|[多少增降涨升减省跌]"
CHANGED = re.compile(CHANGE)
GROWTH = re.compile(rf"(?:{CHANGE})[了出]?(?:百分之|几成|几个?百分比|多大比例)|[增降涨升减跌]幅|(?:增长|下降|上升|变化|减少|增加|变动)(?:率|的?幅度|比例)|幅度|[合成用按]百分[比数之]")
GAP = re.compile(rf"(?<!相)(?:{CHANGE})[了出]?(?![幅率])[一-鿿]{{0,2}}(?:几(?!成|个?百分比)|多少(?!比例))|净增|升(?:了)?还是降|是[升降]还?是?[升降]")
BETWEEN = re.compile(r"(?P<one>[一-鿿]{2,8}?)比(?!上年|上一|去|前|例|重|较|往|同|原|多|少|涨|增|减|降|提)(?P<other>[一-鿿]{2,8}?)(?:多|少|高|低)")
DIFFER = re.compile(r"(?P<one>[一-鿿]{2,8}?)[和与跟](?P<other>[一-鿿]{2,8}?)相?差(?:多少|几)")
LISTED = re.compile(r"(?P<one>.{2,}?[、和与及跟].{2,}?)(?:这?[两三四几][样类项种者块个](?:部分)?)?(?:加起来|加在?一起|合起来|合计|总共|一共|共计)")
IN_ALL = re.compile(r"一共|总共|合计|一年到头|全年共")
YEAR_BEFORE = re.compile(r"(?<=[一-鿿]{2})[还尚仍]$|[比较](?:上一?年|去年|前一年|上年)?(?:的?同期)?$|同比|一年里|每年|[比较](?:上一?年|去年|前一年)(?:的?同期)?")
BACK = re.compile(r"(?:大约|大概|推算|折算|反推|倒推|估算|应该)[^,]{0,6}(?:总共|总数|一共|总量|全部|共)|(?:总共|总数|一共|总量)[^,]{0,4}(?:大约|大概)")
BY = re.compile(r"按(?:照)?(?P<by>[一-鿿]{2,8}?)(?:来|去)?(?:摊|平均|分摊|算)")
LENGTHS = "平方米|公里|米|亩|趟|批次|批"
EACH = re.compile(rf"每一?个?(?P<unit>{LENGTHS})|平均[^,每]{{0,6}}每一?个?(?P<person>人)(?!次)")


def relations_of(text: str, derived: tuple[Derived, ...]) -> tuple[Asked, ...]:
    """What ``text``, a normalised question without its towns and years, asks to be calculated, each relation once."""
    found: dict[Relation | str, Asked] = {}
    lead = ""
    for clause in CLAUSE.split("".join(text.split())):
        for asked in _of_clause(clause, lead, derived, found):
            several = asked.names if asked.relation is Relation.SHARE and "各" in clause else ()
            for name in several if len(several) > 1 else ():
                found.setdefault(name, _worded(replace(asked, one=name)))
            found.setdefault(asked.relation, found[several[0]] if len(several) > 1 else _worded(asked))
        lead += clause
    if Relation.GAP in found and GROWTH.search(text):
        found[Relation.GROWTH] = replace(found[Relation.GAP], relation=Relation.GROWTH)
    return tuple(dict.fromkeys(found.values()))


def _worded(asked: Asked) -> Asked:
    """The sides without question words."""
    if asked.relation is Relation.GAP and asked.other:
        return asked  # 上半年, 下半年
    one = AND.sub(" ", asked.one) if asked.relation is Relation.SUM or "、" in asked.one else asked.one
    return replace(asked, one=clean(YEAR_BEFORE.sub(" ", one)).strip(), other=clean(YEAR_BEFORE.sub(" ", asked.other)).strip())


def _of_clause(clause: str, lead: str, derived: tuple[Derived, ...], before: dict[Relation | str, Asked]) -> Iterator[Asked]:
    if BACK.search(f"{lead}{clause}"):
        yield Asked(Relation.WHOLE, clause)
    elif each := _each(clause, lead, derived):
        yield each
    elif (share := _share(clause, lead)) or (share := _rate(clause, lead, derived)):
        yield share
    elif HOW_MUCH.search(clause):
        yield from _rest(clause, lead, derived, before)
    if GROWTH.search(clause) and Relation.SHARE not in before:
        yield Asked(Relation.GROWTH, f"{lead}{clause[: GROWTH.search(clause).start()]}")  # type: ignore[union-attr]
    if gap := GAP.search(clause) or DIFFER.search(clause):
        between = BETWEEN.search(clause) or DIFFER.search(clause)
        yield Asked(Relation.GAP, between["one"], between["other"]) if between else Asked(Relation.GAP, f"{lead}{clause[: gap.start()]}")
    if listed := LISTED.search(clause):
        yield Asked(Relation.SUM, listed["one"])
    elif IN_ALL.search(clause):
        yield Asked(Relation.SUM)


def _each(clause: str, lead: str, derived: tuple[Derived, ...]) -> Asked | None:
    """An amount, and what it is shared out by: the thing counted by that measure word, or what 按…摊 names."""
    known = next((one for one in derived if one.kind is Derivation.EACH), None)
    found = EACH.search(clause)
    if "均" not in clause and "每" not in clause and "摊" not in clause:
        return None
    unit = known.word if known else (found["unit"] or found["person"]) if found else ""
    if not unit:
        return None
    by = BY.search(f"{lead}{clause}")
    amount = re.sub(rf"平?均[^,每]{{0,4}}|每一?个?(?:{measure_words()[0]})?", " ", f"{'' if by else lead} {clause}")
    return Asked(Relation.EACH, amount, by["by"] if by else known.thing if known else "", unit)


def _share(clause: str, lead: str) -> Asked | None:
    if found := SHARE.search(clause):
        one, other = found["one"], found["other"]
    elif found := BARE.search(clause):
        one, other = found["one"], ""
    else:
        return None
    if not clean(other):
        inside = WITHIN.fullmatch(one) or INSIDE.fullmatch(one)
        one, other = (inside["one"], inside["other"]) if inside else (one, lead)
    return Asked(Relation.SHARE, one.removeprefix("被"), other, deed=one.startswith("被"))


def _rate(clause: str, lead: str, derived: tuple[Derived, ...]) -> Asked | None:
    """调成率: what was brought to that end of what there was."""
    word = next((one.word for one in derived if one.kind is Derivation.RATE), "")
    found = RATE.search(clause)
    if not word or not found or found["one"] != word or CHANGED.search(word):
        return None
    return Asked(Relation.SHARE, word, f"{lead}{found['other']}", deed=True, name=f"{word}率")


def _rest(clause: str, lead: str, derived: tuple[Derived, ...], before: dict[Relation | str, Asked]) -> Iterator[Asked]:
    undone = next((one for one in derived if one.kind is Derivation.REST), None)
    named = next((one for one in derived if one.kind is Derivation.REMAINDER), None)
    share = before.get(Relation.SHARE)
    if named and named.word in f"{lead}{clause}":
        yield Asked(Relation.REST, named.word, EXCEPT.sub("", f"{lead}{clause}".replace(named.word, "")))
    elif found := BUT.search(clause):
        yield Asked(Relation.REST, found["one"], found["other"] or lead)
    elif undone and undone.word and (denied := UNDONE.search(clause)):
        yield Asked(Relation.REST, clause[denied.end() :].split("的")[0], f"{lead}{clause[: denied.start()]}", deed=True)
    elif found := LEFT.search(clause):
        yield Asked(Relation.REST, "", f"{lead}{clause[: found.start()]}{clause[found.end() :]}", deed=True)
    elif share and share.one and OWN.search(clause):
        yield replace(share, relation=Relation.REST)
