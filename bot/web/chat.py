"""OpenAI's form of a conversation, so that gateways and clients that speak it can use the answerer as a model."""

from __future__ import annotations

import json
from collections.abc import Iterator

from bot.objects import JsonObject, citation_object
from bot.web.bodies import ChatBody
from retrieval.types import Answer, Citation

MODEL = "zhenwen"
SOURCES = "出处："
PIECE = 24  # characters of an answer in one event


def conversation(body: ChatBody) -> tuple[str, list[str]]:
    """The last thing that the user said, and what they said before."""
    said = [message.text for message in body.messages if message.role == "user" and message.text.strip()]
    return (said[-1], said[:-1]) if said else ("", [])


def content(answer: Answer) -> str:
    """The answer with its sources below it: most clients show nothing but text."""
    if not answer.citations:
        return answer.text
    return "\n".join([answer.text, "", SOURCES, *map(_source, answer.citations)])


def _source(citation: Citation) -> str:
    return f"[{citation.n}] 《{citation.title}》{citation.id}：“{' '.join(citation.quote.split())}”"


def models(now: int) -> JsonObject:
    """The one model."""
    return {"object": "list", "data": [{"id": MODEL, "object": "model", "created": now, "owned_by": MODEL}]}


def completion(answer: Answer, key: str, now: int) -> JsonObject:
    """The whole answer; ``citations`` is a field of ours."""
    message = {"role": "assistant", "content": content(answer), "refusal": None}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return _head(key, now, "chat.completion") | {
        "choices": [choice],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        "citations": [citation_object(citation) for citation in answer.citations],
    }


def chunks(answer: Answer, key: str, now: int) -> Iterator[str]:
    """The answer as events: it is checked as a whole before any of it goes out."""
    words = content(answer)
    yield _chunk(key, now, {"role": "assistant", "content": ""}, None, {})
    for start in range(0, len(words), PIECE):
        yield _chunk(key, now, {"content": words[start : start + PIECE]}, None, {})
    yield _chunk(key, now, {}, "stop", {"citations": [citation_object(citation) for citation in answer.citations]})
    yield "data: [DONE]\n\n"


def _chunk(key: str, now: int, delta: JsonObject, finish: str | None, extra: JsonObject) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
    return f"data: {json.dumps(_head(key, now, 'chat.completion.chunk') | {'choices': [choice]} | extra, ensure_ascii=False)}\n\n"


def _head(key: str, now: int, kind: str) -> JsonObject:
    return {"id": f"chatcmpl-{key}", "object": kind, "created": now, "model": MODEL}
