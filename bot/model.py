"""The language model that the settings mean, if they mean one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.core.desk import Respond
    from retrieval.answer import Answerer
    from retrieval.assist.answerer import AssistedAnswerer
    from retrieval.assist.metered import MeteredModel


def language_model(settings: Settings) -> MeteredModel | None:
    """None when ZHENWEN_MODEL is not set: then nothing of a language model is loaded, and nothing leaves the machine.

    Nothing is connected to yet. Raises BadSettings when the settings cannot be meant so.
    """
    if not settings.model:
        return None
    from retrieval.assist.endpoint import Endpoint
    from retrieval.assist.llm import Line
    from retrieval.assist.meter import Limits, Meter
    from retrieval.assist.metered import MeteredModel, Prices

    endpoint = Endpoint.of(settings.model, settings.model_url, settings.model_key)
    limits = Limits(settings.model_user_tokens, settings.model_day_tokens)
    return MeteredModel(Line(endpoint, settings.model_context), Meter(settings.store), limits, Prices(settings.model_price_in, settings.model_price_out))


def assisted(answerer: Answerer, settings: Settings) -> AssistedAnswerer | None:
    """``answerer`` with the language model of ``settings`` beside it; None when they mean none. Raises what ``language_model`` raises."""
    model = language_model(settings)
    if model is None:
        return None
    return _beside(answerer, model, settings)


def _beside(answerer: Answerer, model: MeteredModel, settings: Settings) -> AssistedAnswerer:
    from retrieval.assist.answerer import AssistedAnswerer

    always = settings.model_plans == "always"
    return AssistedAnswerer(answerer, model, deadline_s=settings.model_deadline, context=settings.model_context, always=always)


def responding(answerer: Answerer, settings: Settings) -> Respond:
    """What answers in a chat, which stays: the model's client is loaded meanwhile. Raises what ``language_model`` raises."""
    model = language_model(settings)
    if model is None:
        return lambda question, history, user, listener: answerer.answer(question, history)  # noqa: ARG005
    model.warm()
    helped = _beside(answerer, model, settings)
    return lambda question, history, user, listener: helped.answer(question, history, user=user, listener=listener)
