"""``zhenwen doctor``: is everything there that the program needs, and how is what is not mended?

Each check is a function from the settings to a sentence; what it raises is what is wrong.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import texts
from bot.model import language_model
from bot.settings import Settings, stated
from index.errors import BadSettings, ModelUnavailable, StoreError, StoreMissing, ZhenwenError

FREE_SPACE = 500 * 2**20  # bytes; 1,000 reports need about a fifth of it
OLDEST_SQLITE = (3, 35)  # what chromadb asks for
PING = 30.0  # seconds for a language model to say a word; one on the office PC may have to be loaded first
BUILT = datetime(2026, 11, 1, tzinfo=UTC)  # a clock that shows an earlier day is wrong


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check: ``words`` say what was found, or what is wrong and how to mend it."""

    name: str
    sound: bool
    words: str


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Make every check; one that fails does not stop the others."""
    return tuple(_finding(name, check, settings) for name, check in CHECKS.items())


def _finding(name: str, check: Callable[[Settings], str], settings: Settings) -> Finding:
    try:
        return Finding(name, True, check(settings))
    except ZhenwenError as error:
        return Finding(name, False, str(error))


def _settings(settings: Settings) -> str:
    return "，".join(f"{variable}={value}" for variable, value in stated(settings)) or "都用默认值"


def _store(settings: Settings) -> str:
    from index.store import Store
    from index.verify import verify

    with Store.open(settings.store, chroma=settings.chroma) as store:
        held = store.reports()
        if not held:
            raise StoreMissing(f"资料库 {settings.store} 是空的。请运行 zhenwen index 文件夹。")
        verify(store)
    nobodys = sum(not report.town for report in held)
    unknown = f"（其中 {nobodys} 份没有认出是哪个镇的，zhenwen reports check 列出）" if nobodys else ""
    return f"{settings.store}：{len(held)} 份报告{unknown}，{sum(report.passages for report in held)} 个段落"


def _database(settings: Settings) -> str:
    from bot.core.database import check

    if not settings.database.exists():
        return "还没有，头一次对话时会建"
    check(settings.database)
    return f"{settings.database} 完好"


def _model(settings: Settings) -> str:
    from index.embed import load_encoder

    encoder = load_encoder(settings.encoder)
    vectors = encoder.encode(["矛盾纠纷"])
    if vectors.shape != (1, encoder.dimension):
        raise ModelUnavailable(f"向量模型 {encoder.name} 给出的向量形状不对：{vectors.shape}。请换一个模型。")
    return f"{encoder.name}，{encoder.dimension} 维"


def _reader(settings: Settings) -> str:
    """The reader is loaded and must tell a sentence that answers from one that does not."""
    from index.embed import load_reranker
    from retrieval.reader.model import ForeignReader, default_reader
    from retrieval.reader.pair import Candidate

    reader = ForeignReader(load_reranker(settings.reranker)) if settings.reranker else default_reader()
    right, wrong = reader.read("调解了多少纠纷", [Candidate("", "", "全年调解矛盾纠纷120件。"), Candidate("", "", "镇政府坚持党的领导。")])
    if right <= wrong:
        raise ModelUnavailable(f"阅读模型 {settings.reranker or '（自带的）'} 分不清答与不答。请换一个模型，或重新安装镇问。")
    return settings.reranker or "自带的"


def _language_model(settings: Settings) -> str:
    model = language_model(settings)
    if model is None:
        return texts.NO_MODEL
    try:
        seconds = model.line.ping(PING)
    except ModelUnavailable as error:
        raise ModelUnavailable(texts.MODEL_ILL.format(problem=error)) from error
    return texts.MODEL_SOUND.format(model=model.name, place=model.line.endpoint.place, seconds=seconds, form=model.line.manner.form)


def _sent(settings: Settings) -> str:
    model = language_model(settings)
    if model is None:
        return texts.NOTHING_SENT
    endpoint = model.line.endpoint
    return texts.SENT.format(where=texts.NEARBY if endpoint.nearby else texts.FAR, place=endpoint.place, model=model.name)


def _sqlite(_: Settings) -> str:
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} 太旧，要 {'.'.join(map(str, OLDEST_SQLITE))} 以上。请换一个较新的 Python。")
    return sqlite3.sqlite_version


def _space(settings: Settings) -> str:
    folder = _existing(settings.store.absolute())
    if not os.access(folder, os.W_OK):
        raise BadSettings(f"没有写 {folder} 的权限。请改权限，或用 --store 换一个文件夹。")
    free = shutil.disk_usage(folder).free
    if free < FREE_SPACE:
        raise StoreError(f"{folder} 只剩 {free >> 20} MB。请腾出空间，或用 --store 换一个磁盘。")
    return f"{folder} 可写，余 {free / 2**30:.0f} GB"


def _existing(path: Path) -> Path:
    """The nearest folder that exists: the store may not be there yet."""
    return path if path.exists() else _existing(path.parent)


def _clock(_: Settings) -> str:
    now = datetime.now(UTC).astimezone()
    if now < BUILT:
        raise BadSettings(f"系统时间是 {now:%Y-%m-%d}，“去年”“今年”会算错。请校准系统时间。")
    return f"{now:%Y-%m-%d %H:%M %Z}"


CHECKS: dict[str, Callable[[Settings], str]] = {
    "设置": _settings,
    "资料库": _store,
    "数据库": _database,
    "向量模型": _model,
    "阅读模型": _reader,
    "语言模型": _language_model,
    "发出去的": _sent,
    "SQLite": _sqlite,
    "磁盘": _space,
    "时钟": _clock,
}
