"""What counts as a question, for everything that takes one."""

from __future__ import annotations

from index.errors import BadRequest

LONGEST_QUESTION = 2_000
"""Characters; a longer text is no question, and nothing of it is processed."""


def checked(question: str) -> str:
    """Return ``question`` as it is. Raises BadRequest when it is empty or endless."""
    if not question.strip():
        raise BadRequest("问题是空的。请写下要问的内容，例如：某镇2023年调解了多少纠纷？")
    if len(question) > LONGEST_QUESTION:
        raise BadRequest(f"问题有 {len(question)} 个字，太长了（最多 {LONGEST_QUESTION} 字）。请只留下要问的一句话。")
    return question
