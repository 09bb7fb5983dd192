"""A language model that one can rely on: cache, limits and circuit breaker around the line to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from index.errors import Cancelled, ModelUnavailable
from retrieval.assist.faults import SLOW
from retrieval.assist.llm import Line, Tally
from retrieval.assist.meter import Hold, Limits, Meter
from retrieval.assist.model import Completion, Prompt, T, Usage
from retrieval.reply.saying import ordered, schema_text, tokens_in


@dataclass(frozen=True, slots=True)
class Prices:
    """Yuan for a million tokens in, and out."""

    input: float = 0.0
    output: float = 0.0

    def of(self, tally: Tally) -> float:
        """What the tokens cost, in yuan."""
        return (tally.input_tokens * self.input + tally.output_tokens * self.output) / 1e6


@dataclass(frozen=True, slots=True)
class MeteredModel:
    """The ``Model`` of the program. The same question over the same evidence is asked once, by whoever and in whichever process."""

    line: Line
    meter: Meter
    limits: Limits
    prices: Prices

    @property
    def name(self) -> str:
        """The model's name, for receipts."""
        return self.line.endpoint.model

    def warm(self) -> None:
        """For programs that stay: load the client now rather than at the first question."""
        self.line.warm()

    def complete(
        self, prompt: Prompt, schema: type[T], *, deadline: float, user: str = "", on_text: Callable[[str], None] | None = None
    ) -> Completion[T]:
        """See ``Model``. ``on_text`` is called in the caller's thread, every now and then even if there is nothing new: it may raise Cancelled."""
        key = self._key(prompt, schema)
        said = self.meter.recall(key, user, self.name)
        if said is not None:
            return Completion(schema.model_validate_json(said), Usage(cached=True))
        seconds = deadline - monotonic()
        if seconds <= 0:
            raise ModelUnavailable(SLOW)
        needed = tokens_in(ordered(prompt.system, schema) + prompt.user) + self.line.manner.most_tokens
        hold = self.meter.hold(self.line.endpoint.address, user, needed, self.limits, seconds=seconds)
        value, usage = self._ask(hold, prompt, schema, deadline, on_text)
        self.meter.remember(key, value.model_dump_json())
        return Completion(value, usage)

    def _ask(self, hold: Hold, prompt: Prompt, schema: type[T], deadline: float, on_text: Callable[[str], None] | None) -> tuple[T, Usage]:
        """The value and what it took; what was held is settled whatever happens."""
        tally, started = Tally(), monotonic()
        answered: bool | None = None
        try:
            value = self.line.ask(prompt.system, prompt.user, schema, deadline=deadline, tally=tally, on_text=on_text)
            answered = True
        except Cancelled:
            raise
        except ModelUnavailable:
            answered = False
            raise
        finally:
            usage = Usage(tally.input_tokens, tally.output_tokens, self.prices.of(tally), monotonic() - started)
            self.meter.settle(
                hold,
                self.name,
                input_tokens=usage.input_tokens,
                output_tokens=usage.output_tokens,
                cost=usage.cost,
                seconds=usage.seconds,
                answered=answered,
            )
        return value, usage

    def _key(self, prompt: Prompt, schema: type[T]) -> str:
        """A hash of everything that the answer depends on."""
        parts = (self.line.endpoint.address, prompt.name, prompt.version, prompt.system, prompt.user, schema_text(schema))
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()
