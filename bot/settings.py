"""What a keeper may set: the only module that reads the environment. Lower layers are told.

Every field has a default that works with no network and no key. A secret is never shown.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

from index.errors import BadSettings

PORT = 8642
"""Where the page is when nobody says where."""
CREDENTIALS = re.compile(r"://[^/@\s]*@")  # a name and a password in an address
SERVER = re.compile(r"https?://([^\s/@]+@)?[^\s/@:]+(:\d{1,5})?(/[^\s/]+/[^\s/]+)?/?")
LAST_PORT = 65_535


def _about(variable: str, meaning: str, choices: tuple[str, ...] = ()) -> dict[str, str | tuple[str, ...]]:
    return {"variable": variable, "meaning": meaning, "choices": choices}


@dataclass(frozen=True, slots=True, repr=False)
class Settings:
    """The settings of one run."""

    store: Path = field(default=Path("data/store"), metadata=_about("ZHENWEN_STORE", "资料库所在的文件夹"))
    database: Path = field(default=Path("data/zhenwen.sqlite"), metadata=_about("ZHENWEN_DATABASE", "问答记录、人员和权限所在的文件"))
    chroma: str = field(default="", metadata=_about("ZHENWEN_CHROMA", "Chroma 服务器的地址，如 http://127.0.0.1:8000；要密钥和租户的写 https://密钥@主机/租户/库；不设则用资料库文件夹里的"))
    keep_days: int = field(default=0, metadata=_about("ZHENWEN_KEEP_DAYS", "问答记录和评价留多少天，过后删除；0 为一直留着"))
    encoder: str = field(default="default", metadata=_about("ZHENWEN_ENCODER", "向量模型：default 是自带的，也可以是 sentence-transformers 的名称或文件夹，后面可加 ?device=cuda&dtype=float16&batch=8&query=提示词"))
    reranker: str = field(default="", metadata=_about("ZHENWEN_RERANKER", "另一个阅读和重排序的模型（cross-encoder）的名称或文件夹，写法同上；不设则用自带的阅读模型"))

    model: str = field(default="", metadata=_about("ZHENWEN_MODEL", "语言模型，如 deepseek:deepseek-chat、qwen:qwen-plus、ollama:qwen3:8b；不设则不用，什么也不发出去"))
    model_url: str = field(default="", repr=False, metadata=_about("ZHENWEN_MODEL_URL", "语言模型的接口地址（OpenAI 兼容），如 http://10.0.0.8:8000/v1；不设则用提供方自己的"))
    model_key: str = field(default="", repr=False, metadata=_about("ZHENWEN_MODEL_KEY", "语言模型的密钥"))
    model_deadline: float = field(default=20.0, metadata=_about("ZHENWEN_MODEL_DEADLINE", "最多等语言模型多少秒，超时就发不用模型的回答"))
    model_context: int = field(default=32_000, metadata=_about("ZHENWEN_MODEL_CONTEXT", "语言模型一次最多能读多少 token；本机的小模型常是 4096，给它的句子就少些，问各镇的题尤其要多"))
    model_plans: str = field(default="unsure", metadata=_about("ZHENWEN_MODEL_PLANS", "什么时候请语言模型先理解问题：unsure 是规则拿不准时，always 是每次", ("unsure", "always")))
    model_user_tokens: int = field(default=200_000, metadata=_about("ZHENWEN_MODEL_USER_TOKENS", "每人每天最多用多少 token，0 为不限"))
    model_day_tokens: int = field(default=2_000_000, metadata=_about("ZHENWEN_MODEL_DAY_TOKENS", "所有人每天最多用多少 token，0 为不限"))
    model_price_in: float = field(default=0.0, metadata=_about("ZHENWEN_MODEL_PRICE_IN", "每百万输入 token 多少元，用来算费用"))
    model_price_out: float = field(default=0.0, metadata=_about("ZHENWEN_MODEL_PRICE_OUT", "每百万输出 token 多少元"))

    per_minute: int = field(default=20, metadata=_about("ZHENWEN_PER_MINUTE", "每人每分钟最多问几次，0 为不限"))
    per_day: int = field(default=500, metadata=_about("ZHENWEN_PER_DAY", "每人每天最多问几次，0 为不限"))
    all_day: int = field(default=20_000, metadata=_about("ZHENWEN_ALL_DAY", "所有人每天最多问几次，0 为不限"))

    log: str = field(default="text", metadata=_about("ZHENWEN_LOG", "serve 的日志写成什么：text 给人看，json 一行一个对象，给收集日志的程序", ("text", "json")))

    web_host: str = field(default="127.0.0.1", metadata=_about("ZHENWEN_WEB_HOST", "网页和接口监听的地址；默认只有本机能访问，别的地址要同时设密钥"))
    web_port: int = field(default=0, metadata=_about("ZHENWEN_WEB_PORT", "网页和接口的端口；不设时，没有聊天就用 8642，有聊天就不开网页"))
    web_key: str = field(default="", repr=False, metadata=_about("ZHENWEN_WEB_KEY", "网页和接口的密钥；设了以后每个请求都要带"))

    telegram_token: str = field(default="", repr=False, metadata=_about("ZHENWEN_TELEGRAM_TOKEN", "Telegram 机器人的令牌（找 @BotFather 要）"))
    telegram_url: str = field(default="", metadata=_about("ZHENWEN_TELEGRAM_URL", "另一个 Bot API 服务器的地址；不设则用 Telegram 的"))
    telegram_proxy: str = field(default="", repr=False, metadata=_about("ZHENWEN_TELEGRAM_PROXY", "代理，如 socks5://127.0.0.1:1080"))
    telegram_preview: str = field(default="draft", metadata=_about("ZHENWEN_TELEGRAM_PREVIEW", "答题时的预览", ("draft", "typing", "off")))
    webhook_url: str = field(default="", metadata=_about("ZHENWEN_WEBHOOK_URL", "改用 webhook 时对外的 https 地址；不设则轮询"))
    webhook_secret: str = field(default="", repr=False, metadata=_about("ZHENWEN_WEBHOOK_SECRET", "webhook 的暗号（字母、数字、-、_）"))
    webhook_port: int = field(default=8443, metadata=_about("ZHENWEN_WEBHOOK_PORT", "webhook 在本机监听的端口"))

    def __repr__(self) -> str:
        return f"Settings({', '.join(f'{variable}={value}' for variable, value in stated(self))})"

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, *, store: Path | None = None) -> Settings:
        """Read the settings from ``environment``; an empty variable counts as not set; ``store`` (an option) wins.

        Raises BadSettings when a value cannot be used.
        """
        stated: dict[str, Any] = {each.name: _value(each, environment.get(each.metadata["variable"], "").strip()) for each in fields(cls)}
        if store:
            stated["store"] = store
        if not 0 < stated["webhook_port"] <= LAST_PORT:
            raise BadSettings(f"ZHENWEN_WEBHOOK_PORT 要在 1 到 {LAST_PORT} 之间，现在是 {stated['webhook_port']}。")
        if stated["chroma"] and not SERVER.fullmatch(stated["chroma"]):
            raise BadSettings("ZHENWEN_CHROMA 要写成 http://主机:端口 或 https://密钥@主机/租户/库。")
        return cls(**(stated | {"store": _folder(stated["store"])}))


def _value(setting: Field[Any], text: str) -> str | int | float | Path:
    """What ``text`` says, in the type of the setting's default."""
    variable, choices = setting.metadata["variable"], setting.metadata["choices"]
    default: str | int | float | Path = setting.default  # type: ignore[assignment]  # every setting has one
    if not text:
        return default
    if choices and text not in choices:
        raise BadSettings(f"{variable} 只能是 {'、'.join(choices)}，现在是 {text}。")
    try:
        value: str | int | float | Path = type(default)(text)
    except ValueError as error:
        raise BadSettings(f"{variable} 要是一个数字，现在是 {text}。") from error
    if isinstance(value, int | float) and not 0 <= value < float("inf"):
        raise BadSettings(f"{variable} 不能是 {text}。")
    return value


def _folder(chosen: Path) -> Path:
    try:
        chosen = chosen.expanduser()
        misplaced = chosen.is_file()
    except (OSError, RuntimeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "没有这个用户"
        raise BadSettings(f"资料库的路径 {chosen} 用不了（{problem}）。请用 --store 或 ZHENWEN_STORE 指定文件夹。") from error
    if misplaced:
        raise BadSettings(f"资料库应当是文件夹，{chosen} 却是一个文件。请用 --store 或 ZHENWEN_STORE 指定文件夹。")
    return chosen


def explained() -> list[tuple[str, str, str]]:
    """The settings as (variable, default, meaning), for the README and the doctor."""
    return [(each.metadata["variable"], str(each.default), each.metadata["meaning"]) for each in fields(Settings)]


def secrets(settings: Settings) -> tuple[str, ...]:
    """Every value that no log may show: what is not to be repeated, and what stands for a name and a password in an address."""
    values = [(each, str(getattr(settings, each.name))) for each in fields(Settings)]
    hidden = [value for each, value in values if not each.repr and value]
    return (*hidden, *(match.removeprefix("://").removesuffix("@") for _, value in values for match in CREDENTIALS.findall(value)))


def stated(settings: Settings) -> list[tuple[str, str]]:
    """What was set otherwise than by default, as (variable, value); of a secret only that it is set."""
    return [
        (each.metadata["variable"], CREDENTIALS.sub("://…@", str(getattr(settings, each.name))) if each.repr else "已设")
        for each in fields(Settings)
        if getattr(settings, each.name) != each.default
    ]
