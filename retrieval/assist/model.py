"""What a language model is to the rest of the program: a prompt in, a checked value and its receipt out.

The one implementation stands behind LangChain in ``llm``; tests play others. Nothing here knows of a network.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Prompt:
    """Instructions and material for one call. ``version`` changes with the wording of the instructions."""

    name: str
    version: str
    system: str
    user: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What calls took: tokens, cost in yuan, seconds of the model's own time. ``cached`` says that no call was made."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Completion(Generic[T]):
    """A value of the schema that was asked for, and what it took."""

    value: T
    usage: Usage


class Model(Protocol):
    """A language model behind deadline, retries, circuit breaker, limits and cache."""

    def complete(
        self, prompt: Prompt, schema: type[T], *, deadline: float, user: str = "", on_text: Callable[[str], None] | None = None
    ) -> Completion[T]:
        """Ask for a value of ``schema``, at the latest by ``deadline`` (an instant of ``time.monotonic``).

        ``user`` is counted for the limits; ``on_text`` is given the raw text so far while it streams. Raises ModelUnavailable, in every
        case of failure, with words that a person can read: slow, down, over quota, over our limits, broken off, not of the schema.
        """
        ...


class Listener(Protocol):
    """Who follows an answer in the making. Each method may raise Cancelled to stop it."""

    def stage(self, text: str) -> None:
        """A step began: 正在核对引文……"""

    def preview(self, text: str) -> None:
        """The whole answer so far, unverified."""
