"""What a language model had to do with a reply, in words: a note under the reply, lines for /why, an object for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from retrieval.types import Receipt

NOTE_FAILED = "没有用上语言模型：{failure}"
NOTE_ALL = "由语言模型选句和措辞，{kept}句都对照出处核对过。"
NOTE_SOME = "语言模型写了{sentences}句，{kept}句核对后采用，{struck}句没有通过，换回了原文。"
NOTE_NONE = "语言模型写的{sentences}句都没有通过核对，以上是它选中的原文。"
NOTE_CHOSEN = "以上原文由语言模型选出。"
NOTE_NOTHING = "语言模型看了{shown}句，也没有找到。"


def note(receipt: Receipt | None) -> str:
    """One line under a reply, "" where the model has no part in it."""
    if receipt is None:
        return ""
    if receipt.failure:
        return NOTE_FAILED.format(failure=receipt.failure)
    if receipt.none:
        return NOTE_NOTHING.format(shown=receipt.shown)
    if not receipt.sentences:
        return NOTE_CHOSEN if receipt.restored else ""
    wording = NOTE_NONE if not receipt.kept else NOTE_SOME if receipt.struck else NOTE_ALL
    return wording.format(sentences=receipt.sentences, kept=receipt.kept, struck=len(receipt.struck))


def receipt_view(receipt: Receipt | None) -> Iterator[str]:
    """Lines for /why: what was read and chosen, what was written, what was struck and why, what it took."""
    if receipt is None:
        yield "语言模型：没有用到"
        return
    found = "一句也没有答" if receipt.none else f"选出{receipt.chosen}句"
    yield f"语言模型：看{receipt.shown}句，{found}；写{receipt.sentences}句，采用{receipt.kept}句，引用原文{receipt.restored}行"
    if receipt.understood:
        yield f"  理解：{receipt.understood}"
    if receipt.failure:
        yield f"  没有用上：{receipt.failure}"
    yield from (f"  未采用（{struck.why}）：{struck.text}" for struck in receipt.struck)
    yield "  " + ("取自缓存" if receipt.cached else f"用了 {receipt.input_tokens} + {receipt.output_tokens} token，{receipt.model_ms:.0f} 毫秒")


def receipt_object(receipt: Receipt) -> dict[str, Any]:
    """The same for programs; ``cost`` in yuan."""
    return asdict(receipt) | {"model_ms": round(receipt.model_ms, 1)}
