"""What people and scripts hand in, checked at the door: lines of a batch file and typed questions."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot import texts
from index.errors import BadRequest

HISTORY_LIMIT = 20  # earlier turns that are kept: what was said before is not carried that far


@dataclass(frozen=True, slots=True)
class Request:
    """One line of a batch: a question and the user's earlier turns of the same conversation, oldest first."""

    id: object
    question: str
    history: tuple[str, ...] = ()


def sound(text: str) -> str:
    """Return ``text`` trimmed, each lone surrogate (from a broken terminal or JSON escape) replaced, so that it can be written."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


def parse_request(raw: bytes) -> Request:
    """Read a line ``{"id", "question", "history"}``; ``id`` and ``history`` may be missing.

    Raises BadRequest with what is wrong with the line.
    """
    try:
        line = json.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadRequest(texts.NOT_UTF8) from error
    except (ValueError, RecursionError) as error:
        raise BadRequest(texts.NOT_JSON) from error
    if not isinstance(line, dict):
        raise BadRequest(texts.NOT_JSON)
    question, history = line.get("question"), line.get("history") or []
    if not isinstance(question, str):
        raise BadRequest(texts.NO_QUESTION)
    if not isinstance(history, list) or not all(isinstance(turn, str) for turn in history):
        raise BadRequest(texts.BAD_HISTORY)
    turns = map(sound, history[-HISTORY_LIMIT:])
    return Request(line.get("id"), sound(question), tuple(turn for turn in turns if turn))
