"""``/why`` for people: what was understood, which reports were in scope, what was considered and what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.objects import JsonObject
from retrieval.types import TownRef
from retrieval.why import Candidate, Why

NAMES = {
    "topic": "所问", "intent": "意图", "towns": "镇", "years": "年份", "place": "地区", "units": "单位", "numbers": "数字", "part": "部分",
    "every": "各镇", "newest": "取最新一年", "carried": "沿用", "expansions": "日常说法", "context": "上文", "wants": "要什么", "asks": "分问",
    "operation": "计算", "order": "排序", "notes": "说明", "party": "党委的报告", "base_year": "对比年份", "plan_year": "计划年份", "quoted": "引号里",
    "without": "除外", "own": "我镇", "unsafe": "指令", "chat": "寒暄",
    "spoken": "读作", "whole_part": "整个部分", "plan": "汇总", "subjects": "所比的镇", "villages": "村", "derived": "推算", "relations": "推算的两边", "post": "职务", "kept": "问是否兑现", "period": "时段", "halves": "分成几问", "item": "第几条", "mentioned": "先前说到的镇",
}  # fmt: skip


def why_view(why: Why) -> Iterator[str]:
    """Short lines for a terminal."""
    yield "理解：" + "；".join(f"{NAMES[name]} {_shown(value)}" for name, value in why.understood.items())
    yield "范围：" + ("、".join(why.scope) or "没有符合的报告")
    yield "候选：" if why.candidates else "候选：没有"
    yield from (_line(candidate) for candidate in why.candidates)
    yield "用时：" + "，".join(f"{name} {milliseconds} 毫秒" for name, milliseconds in why.steps.items())


def _line(candidate: Candidate) -> str:
    return f"  {candidate.verdict} · 覆盖 {candidate.coverage:.2f} · {candidate.report}“{candidate.words}”"


def _shown(value: object) -> str:
    if value is True:
        return "是"
    if isinstance(value, TownRef):
        return f"{value.county}{value.town}" + ("" if value.known else "（库里没有）")
    if isinstance(value, tuple):
        return "、".join(_shown(part) for part in value)
    return str(getattr(value, "topic", value))


def why_object(why: Why) -> JsonObject:
    """The same as one JSON object."""
    return {
        "question": why.question,
        "understood": {name: _plain(value) for name, value in why.understood.items()},
        "scope": list(why.scope),
        "candidates": [
            {"report": c.report, "words": c.words, "coverage": c.coverage, "score": c.score, "verdict": str(c.verdict)} for c in why.candidates
        ],
        "steps_ms": why.steps,
    }


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    return [_plain(part) for part in value] if isinstance(value, tuple) else _shown(value)
