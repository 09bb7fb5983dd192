"""What goes wrong at a language model's endpoint, in words for a person, and whether to try again.

The packages of the providers have error trees of their own; most errors carry an HTTP status and the response. None gets out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from index.errors import ModelUnavailable

SLOW = "语言模型在限定的时间里没有答完。"
HALF = "语言模型的回答断了，不完整。"
NONSENSE = "语言模型没有按要求的格式回答。"
TOO_LONG = "语言模型的回答太长，被截断了。"
WITHHELD = "语言模型的服务方拦下了这个回答。"
DOWN = "连不上语言模型（{place}）。请确认它在运行、网络是通的、地址没有写错（ZHENWEN_MODEL_URL）。"
BUSY = "语言模型那边正忙或限流（{status}）。"
BROKEN = "语言模型的服务出错（{status}）。"
NO_KEY = "语言模型拒绝了密钥（{status}）。请核对 ZHENWEN_MODEL_KEY。"
NO_MONEY = "语言模型账户的额度用完了。请到服务方那里充值或提高额度。"
NOT_THERE = "{place} 那里没有模型 {model}，或者地址不对（通常以 /v1 结尾）。请核对 ZHENWEN_MODEL 和 ZHENWEN_MODEL_URL。"
REFUSED = "语言模型不接受这样的请求（{status}）：{detail}"
STRANGE = "调用语言模型时出了意外（{kind}）：{detail}"

OVER_QUOTA = re.compile(r"insufficient.?(?:quota|balance)|arrears|billing|欠费|余额不足", re.IGNORECASE)
LONGEST_DETAIL = 200
KEY_LIKE = re.compile(r"\b(?:sk|key|ak)-[\w*-]{4,}", re.IGNORECASE)  # a provider's message may repeat the key


@dataclass(slots=True, eq=False)
class Fault(ModelUnavailable):
    """One attempt failed. ``again``: another may do better, after ``wait`` seconds at least. ``complaint``: what a 400 objects to."""

    words: str
    again: bool = False
    wait: float = 0.0
    complaint: str = ""

    def __str__(self) -> str:
        return self.words


def fault_of(error: BaseException, *, place: str, model: str, key: str) -> Fault:
    """The fault that ``error``, of whatever package, means. ``key`` is taken out of what is said."""
    status, headers = _status(error), _headers(error)
    detail = _without_key(" ".join(str(error).split()), key)
    if status is None:
        return _unanswered(error, detail, place)
    if status in (401, 403):
        return Fault(NO_KEY.format(status=status))
    if status == 402 or OVER_QUOTA.search(f"{getattr(error, 'code', '')} {detail}"):
        return Fault(NO_MONEY)
    if status == 404:
        return Fault(NOT_THERE.format(place=place, model=model))
    if status in (408, 409, 425, 429):
        return Fault(BUSY.format(status=status), again=True, wait=_seconds(headers.get("retry-after", "")))
    if status >= 500:
        return Fault(BROKEN.format(status=status), again=True, wait=_seconds(headers.get("retry-after", "")))
    return Fault(REFUSED.format(status=status, detail=detail[:LONGEST_DETAIL]), complaint=detail)


def _unanswered(error: BaseException, detail: str, place: str) -> Fault:
    """The error without a status: the network's, or a surprise."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    if any("Timeout" in kind for kind in kinds):
        return Fault(DOWN.format(place=place))  # it has taken long already
    if any("Connect" in kind for kind in kinds) or kinds & {"OSError", "RemoteProtocolError", "ReadError"}:
        return Fault(DOWN.format(place=place), again=True)
    return Fault(STRANGE.format(kind=type(error).__name__, detail=detail[:LONGEST_DETAIL]))


def _status(error: BaseException) -> int | None:
    """The HTTP status, under either name that the packages give it."""
    for name in ("status_code", "code"):
        status: Any = getattr(error, name, None)
        if isinstance(status, int) and 400 <= status < 600:
            return status
    return None


def _headers(error: BaseException) -> Mapping[str, str]:
    headers: Mapping[str, str] = getattr(getattr(error, "response", None), "headers", {})
    return headers


def _seconds(text: str) -> float:
    """What Retry-After says, in seconds; 0 when it says a date or nothing."""
    return float(text) if re.fullmatch(r"\d{1,6}(?:\.\d+)?", text.strip()) else 0.0


def _without_key(text: str, key: str) -> str:
    return KEY_LIKE.sub("…", text.replace(key, "…") if key else text)
