"""The language model that the settings mean, if they mean one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from retrieval.metered import MeteredModel


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
