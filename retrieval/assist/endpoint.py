"""Where a language model is: its name, its address and its key, from the words of a keeper. No network here."""

from __future__ import annotations

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from index.errors import BadSettings

COMPATIBLE = "openai"  # LangChain's provider for every endpoint that speaks as OpenAI's does
FORMS = ("json_schema", "json_object", "text")  # how strictly an answer can be asked for, the strictest first
PRESETS = {
    "openai": ("https://api.openai.com/v1", "json_schema"),
    "deepseek": ("https://api.deepseek.com/v1", "json_object"),
    "qwen": ("https://dashscope.aliyuncs.com/compatible-mode/v1", "json_object"),
    "ollama": ("http://127.0.0.1:11434/v1", "json_schema"),
    "vllm": ("http://127.0.0.1:8000/v1", "json_schema"),
}
"""Providers that need no package of their own: the address, and the strictest form that it is known to take."""

PATH = "/chat/completions"  # which people copy along with the address


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model at one address. ``url`` is empty for a provider that LangChain's own package for it knows."""

    provider: str
    model: str
    url: str = field(default="", repr=False)  # it may hold a name and a password
    key: str = field(default="", repr=False)
    form: str = "text"

    @classmethod
    def of(cls, model: str, url: str = "", key: str = "") -> Endpoint:
        """The endpoint that ``model`` (``deepseek:deepseek-chat``; with ``url`` any name) means.

        With ``url`` it is an OpenAI-compatible one, whatever stands before the colon. Raises BadSettings.
        """
        if not (key.isascii() and key.isprintable() and " " not in key):
            raise BadSettings("ZHENWEN_MODEL_KEY 里有空格或不是英文字母数字的字符，可能没有复制对。请重新复制密钥。")
        prefix, _, rest = model.partition(":")
        preset, form = PRESETS.get(prefix if rest else "", ("", FORMS[0]))
        name = rest if preset else model
        if url:
            return cls(COMPATIBLE, name, _address(url), key, form)
        if not rest:
            raise BadSettings(f"ZHENWEN_MODEL 要写成“提供方:模型”，如 deepseek:deepseek-chat，或者另设 ZHENWEN_MODEL_URL。现在是 {model}。")
        if not preset:
            return cls(prefix, rest, "", key)
        if not key and not _nearby(preset):
            raise BadSettings(f"用 {prefix} 要设 ZHENWEN_MODEL_KEY（在 {urlsplit(preset).hostname} 申请的密钥）。")
        return cls(COMPATIBLE, name, preset, key, form)

    @property
    def compatible(self) -> bool:
        """Whether it speaks as OpenAI's API does."""
        return self.provider == COMPATIBLE

    @property
    def address(self) -> str:
        """What tells this endpoint from any other."""
        return f"{self.provider}:{self.model}@{self.place}{urlsplit(self.url).path}"

    @property
    def place(self) -> str:
        """Where what is sent goes: host and port, never a name or password within the address."""
        return urlsplit(self.url).netloc.rpartition("@")[2] or f"{self.provider} 的默认地址"

    @property
    def nearby(self) -> bool:
        """Whether the address is this machine's or a private network's: a proxy to the Internet has no business there."""
        return bool(self.url) and _nearby(self.url)


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port > 0)
    except ValueError:  # a port that is none, brackets that do not close
        sound = False
    if not sound:
        raise BadSettings("ZHENWEN_MODEL_URL 要是完整的网址，如 http://127.0.0.1:11434/v1。请检查协议、主机和端口。")
    return url.rstrip("/").removesuffix(PATH)


def _nearby(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_private
    except ValueError:
        return "." not in host or host.endswith((".local", ".lan", ".internal"))
