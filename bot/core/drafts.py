"""A draft that somebody hands in to be checked, as a file or as text; and what comes back of it."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.core.margin import Note, WordDraft
from bot.requests import sound
from index.errors import BadRequest
from index.files import find
from index.readers import documents
from index.types import Rejected
from retrieval.proof.check import Checked, Verdict

WORD = ".docx"
NOTHING = "这个文件里没有读到文字。"
COUNTED = "共核对 {total} 处：{counts}。"
NONE = "稿子里没有可核对的数字或引文。"
NOTES = {
    Verdict.SAME: "一致：{source}",
    Verdict.DIFFERENT: "不一致，原文为“{instead}”：{source}",
    Verdict.NOT_FOUND: "未找到：资料库中这个镇、这一年的报告里没有这样的说法。",
    Verdict.SEVERAL: "有多处：{source}",
}
SHORTENED = 120  # characters of a quote in a comment


@dataclass(frozen=True, slots=True)
class Handed:
    """The text of a draft; ``word`` is the opened file where it is a .docx, to be given back with comments."""

    text: str
    word: WordDraft | None = None


def read_draft(path: Path) -> Handed:
    """Read a draft of any kind that can be indexed, in a process of its own. Raises BadRequest with what is wrong with it."""
    found = find([path], "")
    for item in (*found.rejected, *(item for file in found.files for item in documents(file))):
        if isinstance(item, Rejected):
            raise BadRequest(f"{item.file}：{item.reason}。")
        if path.suffix.lower() == WORD and item.format == "docx":
            word = WordDraft.open(path.read_bytes())
            return Handed(word.text, word)
        return Handed(item.text)
    raise BadRequest(NOTHING)


def draft_of(name: str, data: bytes) -> Handed:
    """Read a draft that was sent."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"draft{Path(name).suffix.lower()[:8]}"
        path.write_bytes(data)
        return read_draft(path)


def typed(data: bytes) -> Handed:
    """A draft that was typed or piped in. Raises BadRequest where it is not UTF-8."""
    try:
        return Handed(sound(data.decode("utf-8-sig")))
    except UnicodeDecodeError as error:
        raise BadRequest("稿子不是 UTF-8 编码的文字。请存成 .txt 或 .docx 文件，再把文件给出。") from error


def commented(word: WordDraft, checked: Sequence[Checked]) -> bytes:
    """The Word file with a comment on each figure and quotation that was checked."""
    return word.commented([Note(each.start, each.end, remark(each)) for each in checked])


def remark(each: Checked) -> str:
    """What is said of one figure or quotation."""
    source = "；".join(f"{citation.id}“{_shortened(citation.quote)}”" for citation in each.citations)
    return NOTES[each.verdict].format(instead=each.instead, source=source)


def summary(checked: Sequence[Checked]) -> str:
    """How many of each."""
    if not checked:
        return NONE
    counts = Counter(each.verdict for each in checked)
    return COUNTED.format(total=len(checked), counts="，".join(f"{verdict} {counts[verdict]}" for verdict in Verdict))


def _shortened(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= SHORTENED else words[:SHORTENED] + "…"
