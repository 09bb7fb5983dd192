"""The language model that the settings mean, if they mean one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from bot import texts
from bot.settings import Settings

if TYPE_CHECKING:
    from retrieval.meter import Spent
    from retrieval.metered import MeteredModel

MOST_NAMES = 10  # people listed in a report of use


def language_model(settings: Settings) -> MeteredModel | None:
    """None when ZHENWEN_MODEL is not set: then nothing of a language model is loaded, and nothing leaves the machine.

    Nothing is connected to yet. Raises BadSettings when the settings cannot be meant so.
    """
    if not settings.model:
        return None
    from retrieval.endpoint import Endpoint
    from retrieval.llm import Line
    from retrieval.meter import Limits, Meter
    from retrieval.metered import MeteredModel, Prices

    endpoint = Endpoint.of(settings.model, settings.model_url, settings.model_key)
    limits = Limits(settings.model_user_tokens, settings.model_day_tokens)
    return MeteredModel(Line(endpoint), Meter(settings.store), limits, Prices(settings.model_price_in, settings.model_price_out))


def usage(model: MeteredModel | None, *, days: int = 7, name: Callable[[str], str] = str) -> str:
    """What the last ``days`` days took of the language model, for a keeper: a line a day, then who took most.

    ``name`` makes a name of the user that the calls were counted for. Raises ModelUnavailable when the record cannot be read.
    """
    if model is None:
        return texts.NO_MODEL
    spent = model.meter.spent(date.today() - timedelta(days=days - 1))
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
