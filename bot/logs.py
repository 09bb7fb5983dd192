"""What the program logs while it serves: text for a person or JSON for a collector, one line an event, and no secret in any.

Nobody's question is logged.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.settings import Settings, secrets

SECRETS = re.compile(r"\d{5,}:[\w-]{20,}|(?<=://)[^/\s@]+(?=@)")
"""A bot's token; the name and password in an address."""
TEXT = "%(asctime)s %(levelname)s %(name)s %(message)s"
SHORTEST = 4  # characters: to strike a shorter secret would strike other words


class Discreet(logging.Formatter):
    """Formats as another formatter does, and leaves the secrets out: what looks like one, and those that are known."""

    def __init__(self, inner: logging.Formatter, known: Sequence[str] = ()) -> None:
        super().__init__()
        self._inner = inner
        self._known = sorted((secret for secret in known if len(secret) >= SHORTEST), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        line = SECRETS.sub("***", self._inner.format(record))
        for secret in self._known:
            line = line.replace(secret, "***")
        return line


class Json(logging.Formatter):
    """One JSON object a line: at (UTC), level, logger, message, and the traceback as error where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        said = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        error = {"error": self.formatException(record.exc_info)} if record.exc_info else {}
        return json.dumps(said | error, ensure_ascii=False)


def configure(settings: Settings) -> None:
    """Log to standard error in the form of ``settings``, from warnings on."""
    form = Json() if settings.log == "json" else logging.Formatter(TEXT)
    handler = logging.StreamHandler()
    handler.setFormatter(Discreet(form, secrets(settings)))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
