"""How a value is asked for in words and found again in what a model says: JSON, whatever stands around it."""

from __future__ import annotations

import json
import re
from typing import TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)

ORDER = "\n\n只输出一个 JSON 对象，不要输出别的文字。它要符合这个 JSON Schema：\n{schema}"
THOUGHT = re.compile(r"\A\s*<think>.*?(?:</think>|\Z)", re.DOTALL)  # what a reasoning model says to itself


def schema_text(schema: type[BaseModel]) -> str:
    """The schema as compact JSON; the same for the same schema."""
    return json.dumps(schema.model_json_schema(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def ordered(system: str, schema: type[BaseModel]) -> str:
    """``system`` with the order for JSON. It is said in words too: some endpoints know no schema, and one wants the word JSON."""
    return system + ORDER.format(schema=schema_text(schema))


def spoken(text: str) -> str:
    """``text`` without the model's thoughts."""
    return THOUGHT.sub("", text)


def value_in(text: str, schema: type[T]) -> T | None:
    """The value of ``schema`` in ``text``, prose or a fence around it allowed; None when it is half a value or another.

    Only the outermost object counts: within half an answer there may be a whole object that is no answer.
    """
    start = spoken(text).find("{")
    try:
        value, _ = json.JSONDecoder().raw_decode(spoken(text), max(start, 0))
        return schema.model_validate(value)
    except (ValueError, RecursionError):  # pydantic's ValidationError is a ValueError
        return None


def tokens_in(text: str) -> int:
    """About how many tokens ``text`` is, for an endpoint that does not say: a Chinese character each, four letters each."""
    plain = sum(character.isascii() for character in text)
    return len(text) - plain + -(-plain // 4)
