"""How one reply is graded against one question of a question file; the rules stand in ``data/eval/README.md``.

A question file is JSON Lines: id, question, history, type, answerable, must_contain (groups of alternatives), must_not_contain,
evidence ([{file, quote}]), tags, family. Matching is on normalised strings, so a digit never matches inside a longer number.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.errors import BadRequest

NOT_STATED = tuple(
    "未提及 未提到 没有提及 没有提到 没提到 没提及 未说明 没有说明 未找到 没有找到 没找到 未查到 没有查到 查不到 找不到 未载明 未记载 没有记载 "
    "未给出 没有给出 未列出 没有列出 未列明 没有列明 未见 没有相关 无相关 未公布 未明确 没有明确 未写明 没有写明 未涉及 没有涉及 未披露 未收录 "
    "没有收录 没有单独 未单独 未解释 没有解释 未具体 没有具体 无法回答 不能回答 暂无 未提供 没有提供 没有该 无此 没有查询到 未查询到 查无 "
    "未检索到 没有检索到 没有记录 无记录 没有数据 无数据 没有公布 没有披露 没有写 没写 没有关于 没有包含 不包含 未包含 没有收 不在现有 "
    "不在资料 不在库 没有交代 未交代 没有统计 未统计".split()
)
DECLINED = tuple("无法 不能 不便 抱歉 对不起 超出 不在 只能回答 仅能 仅支持 无关 没有权限 请围绕".split())
DECLINABLE = ("out_of_scope", "prompt_injection")
MARKS = re.compile(r"[“”\"‘’'「」『』《》*`_]")
SHARED_SHARE = 0.5
"""A citation hits a piece of evidence when it shares a run of at least this share of the evidence's characters."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that a full answer rests on."""

    file: str
    quote: str


@dataclass(frozen=True, slots=True)
class Item:
    """One question with what a right reply holds."""

    id: str
    question: str
    type: str
    answerable: bool
    history: tuple[str, ...] = ()
    must_contain: tuple[tuple[str, ...], ...] = ()
    must_not_contain: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    tags: frozenset[str] = frozenset()
    family: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """``cited`` and ``cited_any`` are None where the question asks for no evidence."""

    correct: bool
    forbidden: tuple[str, ...]
    missing: tuple[tuple[str, ...], ...]
    cited: bool | None
    cited_any: bool | None


def read_items(path: Path) -> tuple[Item, ...]:
    """Read a question file; raises BadRequest naming the line that is not usable."""
    items = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"读不到题目文件 {path}：请检查路径，文件须为 UTF-8 的 JSON Lines。") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                items.append(_item(json.loads(line)))
            except (ValueError, KeyError, TypeError) as error:
                raise BadRequest(f"题目文件 {path} 第 {number} 行无法使用：{error!r}。每行须为一个含 id、question、type、answerable 的 JSON 对象。") from error
    return tuple(items)


def _item(row: dict[str, Any]) -> Item:
    return Item(
        id=str(row["id"]),
        question=str(row["question"]),
        type=str(row["type"]),
        answerable=bool(row["answerable"]),
        history=tuple(row.get("history") or ()),
        must_contain=tuple(tuple(group) for group in row.get("must_contain") or ()),
        must_not_contain=tuple(row.get("must_not_contain") or ()),
        evidence=tuple(Evidence(e["file"], e["quote"]) for e in row.get("evidence") or ()),
        tags=frozenset(row.get("tags") or ()),
        family=str(row.get("family") or ""),
    )


def normalise(text: str) -> str:
    """Full- to half-width, thousands commas and marks away, white space away except between two words of letters or digits."""
    text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    text = MARKS.sub("", unicodedata.normalize("NFKC", text))
    text = re.sub(r"(?<=[0-9A-Za-z])\s+(?=[0-9A-Za-z])", "\x01", text)
    return re.sub(r"\s+", "", text).replace("\x01", " ")


def contains(text: str, wanted: str) -> bool:
    """Whether ``wanted`` occurs in ``text``; a digit at either end of it must not continue a longer number."""
    haystack, needle = normalise(text), normalise(wanted)
    if not needle:
        return False
    before = r"(?<![0-9])(?<![0-9]\.)" if needle[0].isdigit() else ""
    after = r"(?![0-9])(?!\.[0-9])" if needle[-1].isdigit() else ""
    return re.search(before + re.escape(needle) + after, haystack) is not None


def says_not_stated(text: str) -> bool:
    """Whether the words say that the material does not state it."""
    plain = normalise(text)
    return any(phrase in plain for phrase in NOT_STATED)


def _declines(item: Item, reply: str, refused: bool) -> bool:
    return refused or says_not_stated(reply) or (item.type in DECLINABLE and any(word in normalise(reply) for word in DECLINED))


def _forbidden(item: Item, reply: str) -> tuple[str, ...]:
    """With ``neg_ok`` a town may be named in a sentence that says it does not report the matter."""
    if "neg_ok" not in item.tags:
        return tuple(bad for bad in item.must_not_contain if contains(reply, bad))
    positive = [s for s in re.split(r"[。！？!?\n]", reply) if s.strip() and not says_not_stated(s)]
    return tuple(bad for bad in item.must_not_contain if any(contains(s, bad) for s in positive))


def _longest_shared_run(left: str, right: str) -> int:
    previous, best = [0] * (len(right) + 1), 0
    for character in left:
        current = [0]
        for column, other in enumerate(right):
            current.append(previous[column] + 1 if character == other else 0)
        best, previous = max(best, *current), current
    return best


def quote_hit(quote: str, cited: str) -> bool:
    """Whether a citation's text holds the quote, or a run of at least half of it."""
    wanted, found = normalise(quote), normalise(cited)
    return bool(wanted) and (wanted in found or _longest_shared_run(wanted, found) >= SHARED_SHARE * len(wanted))


def grade(item: Item, reply: str, citations: Sequence[Evidence], refused: bool) -> Grade:
    """Grade one reply; ``citations`` are the quotes it came with, by file."""
    forbidden = _forbidden(item, reply)
    missing = tuple(group for group in item.must_contain if not any(contains(reply, wanted) for wanted in group))
    clean = not missing and not forbidden
    if not item.answerable:
        return Grade(clean and _declines(item, reply, refused), forbidden, missing, None, None)
    hits = [any((not c.file or c.file == e.file) and quote_hit(e.quote, c.quote) for c in citations) for e in item.evidence]
    cited_any = any(hits) if hits else None
    cited = cited_any if "any_evidence" in item.tags or not hits else all(hits)
    return Grade(clean and not refused, forbidden, missing, cited, cited_any)
