"""A question → an answer with its sources: ``from retrieval import Answerer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from retrieval.answer import Answerer

__all__ = ["Answerer"]


def __getattr__(name: str) -> type[Answerer]:
    """Import the Answerer when it is asked for: ``zhenwen --help`` does without."""
    if name == "Answerer":
        from retrieval.answer import Answerer

        return Answerer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
