"""No secret in any log, whoever has set the logging up: the handlers that are there are made discreet."""

from __future__ import annotations

import logging

from bot.logs import Discreet

TALKATIVE = ("httpx", "httpcore", "telegram", "tornado")


def keep_secrets() -> None:
    """Make the handlers that are there discreet, and quieten the libraries that log each address they call."""
    for handler in [*logging.getLogger().handlers, *([logging.lastResort] if logging.lastResort else [])]:
        if not isinstance(handler.formatter, Discreet):
            handler.setFormatter(Discreet(handler.formatter or logging.Formatter()))
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
