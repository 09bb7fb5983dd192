"""The prompts: text files in Chinese, versioned by their content, with all that is not ours fenced as data."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files

from retrieval.assist.model import Prompt

PARTS = "\n-----\n"
SLOT = re.compile(r"\{(\w+)\}")
DIGITS = 12
"""Hexadecimal digits of a version and of a nonce."""


def prompt(name: str, **slots: str) -> Prompt:
    """The prompt of ``prompts/<name>.txt`` with ``slots`` filled in. What fills a slot is never read for slots again.

    The fence carries a nonce made from everything that it holds: no document can know it, and none that holds it is let out by it.
    """
    system, user, version = _template(name)
    filled = slots | {"nonce": _nonce("\0".join(slots.values()))}
    return Prompt(name, version, system, SLOT.sub(lambda slot: filled[slot[1]], user))


@lru_cache(maxsize=8)
def _template(name: str) -> tuple[str, str, str]:
    """The instructions, the message with its slots, and the version."""
    text = files("retrieval.assist").joinpath("prompts", f"{name}.txt").read_text(encoding="utf-8")
    system, user = text.split(PARTS)
    return system.strip(), user.strip(), sha256(text.encode()).hexdigest()[:DIGITS]


def _nonce(text: str) -> str:
    nonce = sha256(text.encode()).hexdigest()[:DIGITS]
    return _nonce(text + nonce) if nonce in text else nonce
