"""What the HTTP interface is handed, checked at the door."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.requests import Request

from bot.requests import HISTORY_LIMIT, sound
from index.errors import BadRequest

Body = TypeVar("Body", bound=BaseModel)
LARGEST = 1 << 20  # bytes of a JSON body; the longest draft has 200,000 characters
LARGEST_FILE = 20 << 20
TOO_LARGE = "内容太大（上限 {limit} MB）。"
NOT_UNDERSTOOD = "请求的内容不对：{problem}"


class AskBody(BaseModel):
    """A question; with ``stream`` the answer comes as server-sent events."""

    question: str = Field(min_length=1, max_length=2000)
    history: list[str] = Field(default_factory=list, max_length=HISTORY_LIMIT)
    stream: bool = False


class VerifyBody(BaseModel):
    """A draft as text."""

    text: str = Field(min_length=1, max_length=200_000)


class MemoBody(BaseModel):
    """The questions whose answers go into a memo."""

    title: str = Field(default="", max_length=60)
    questions: list[str] = Field(min_length=1, max_length=99)


class Part(BaseModel):
    """A piece of a message; only text is read."""

    model_config = ConfigDict(extra="ignore")
    type: str = "text"
    text: str = ""


class Message(BaseModel):
    """A message of a conversation in OpenAI's form."""

    model_config = ConfigDict(extra="ignore")
    role: str
    content: str | list[Part] | None = ""

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class ChatBody(BaseModel):
    """A conversation in OpenAI's form; what else is set there (temperature …) has no meaning here."""

    model_config = ConfigDict(extra="ignore")
    model: str = ""
    messages: list[Message] = Field(min_length=1, max_length=500)
    stream: bool = False


async def read(request: Request, kind: type[Body]) -> Body:
    """The body of a request. Raises BadRequest where it is too large or not of this form."""
    data = await raw(request, LARGEST)
    try:
        return kind.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        raise BadRequest(NOT_UNDERSTOOD.format(problem=f"{'.'.join(map(str, first['loc']))} {first['msg']}")) from error


async def raw(request: Request, limit: int) -> bytes:
    """The bytes of a request, at most ``limit``."""
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > limit:
            raise BadRequest(TOO_LARGE.format(limit=limit >> 20))
    return bytes(data)


def turns(history: list[str]) -> tuple[str, ...]:
    """The earlier turns, as the answerer takes them."""
    return tuple(turn for turn in map(sound, history[-HISTORY_LIMIT:]) if turn)
