"""No secret in any log: tokens and passwords are struck from every line, tracebacks included."""

from __future__ import annotations

import logging
import re

SECRETS = re.compile(r"\d{5,}:[\w-]{20,}|(?<=://)[^/\s@]+(?=@)")
"""A bot's token; the name and password in an address."""

TALKATIVE = ("httpx", "httpcore", "telegram", "tornado")


class Discreet(logging.Formatter):
    """Formats as another formatter does, and leaves the secrets out."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return SECRETS.sub("***", self._inner.format(record))


def keep_secrets() -> None:
    """Make the handlers that are there discreet, and quieten the libraries that log each address they call."""
    for handler in [*logging.getLogger().handlers, *([logging.lastResort] if logging.lastResort else [])]:
        if not isinstance(handler.formatter, Discreet):
            handler.setFormatter(Discreet(handler.formatter or logging.Formatter()))
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
