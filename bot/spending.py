"""What the language model took, in words for a keeper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path

from bot import texts
from index.errors import ModelUnavailable
from retrieval.assist.meter import FILE, Meter, Spent

MOST_NAMES = 10  # people listed


def spending(store: Path, *, days: int = 7, name: Callable[[str], str] = str) -> str:
    """What the last ``days`` days took: a line a day, then who took most; what is wrong when the record cannot be read.

    ``name`` makes a name of the user that the calls were counted for. Empty when no language model was ever used with ``store``.
    """
    if not (store / FILE).exists():
        return ""
    meter = Meter(store)
    try:
        spent = meter.spent(date.today() - timedelta(days=days - 1))
    except ModelUnavailable as error:
        return str(error)
    finally:
        meter.close()
    if not spent:
        return texts.MODEL_UNUSED.format(days=days)
    lines = [texts.MODEL_USED.format(days=days, model="、".join(sorted({each.model for each in spent})))]
    lines += [_day(day, list(rows)) for day, rows in groupby(spent, lambda each: each.day)]
    return "\n".join([*lines, texts.MODEL_USERS.format(users="；".join(_people(spent, name)))])


def _day(day: str, rows: Sequence[Spent]) -> str:
    tokens, cost = sum(_tokens(each) for each in rows), sum(each.cost for each in rows)
    counts = {word: sum(getattr(each, count) for each in rows) for count, word in texts.MODEL_COUNTS.items()}
    parts = [*(f"{word} {number} 次" for word, number in counts.items() if number), f"{tokens:,} token", *([f"{cost:.2f} 元"] if cost else [])]
    return f"{day}：{'，'.join(parts)}"


def _people(spent: Sequence[Spent], name: Callable[[str], str]) -> list[str]:
    """Who took how many tokens, the most first; calls for nobody in particular are the command line's."""
    totals: dict[str, int] = {}
    for each in spent:
        totals[each.user] = totals.get(each.user, 0) + _tokens(each)
    most = sorted(totals.items(), key=lambda item: -item[1])
    return [f"{name(user) if user else texts.NOBODY} {tokens:,}" for user, tokens in most[:MOST_NAMES]]


def _tokens(spent: Spent) -> int:
    return spent.input_tokens + spent.output_tokens
