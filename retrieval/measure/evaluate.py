"""Score a question file: ask every question after its history, grade the replies, sum up by type.

The rules of grading stand in ``scoring``; the columns are those of data/eval/README.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from statistics import median
from typing import Any, Protocol

from retrieval.measure.scoring import Evidence, Grade, Item, grade
from retrieval.types import Answer

SHORT_TYPES = ("fact_number", "colloquial", "alias", "typo", "percentage", "sub_count")
"""Types whose answer is one fact; their replies should be short."""


class Answers(Protocol):
    """Anything that answers a question after earlier user turns."""

    def answer(self, question: str, history: Sequence[str] = ()) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Graded:
    """One question with its reply and its grade; ``lost`` names the step that lost what it misses (see ``losses``), "" where not asked."""

    item: Item
    answer: Answer
    grade: Grade
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """The sums of one type (or of all): counts, of which the shares are made. None where nothing is to be counted."""

    name: str
    answerable: int
    answered: int
    unanswerable: int
    refused: int
    false_refusals: int
    foreign: int
    with_evidence: int
    cited: int
    cited_any: int

    @property
    def answers(self) -> float | None:
        return share(self.answered, self.answerable)

    @property
    def refusals(self) -> float | None:
        return share(self.refused, self.unanswerable)

    @property
    def citations(self) -> float | None:
        return share(self.cited, self.with_evidence)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``families`` counts the families with every paraphrase right; ``length`` is the median of characters of short-fact replies."""

    rows: tuple[Row, ...]
    total: Row
    hard: Row
    families: int
    families_right: int
    numbers: int
    traced: int
    length: float
    p50_ms: float
    p95_ms: float
    graded: tuple[Graded, ...]

    @property
    def lost(self) -> Counter[str]:
        """How many misses were lost at each step."""
        return Counter(g.lost for g in self.graded if g.lost)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the sums, and the misses with what was missing."""
        rows = [{**asdict(row), "answers": row.answers, "refusals": row.refusals, "citations": row.citations} for row in (self.total, self.hard, *self.rows)]
        keys = ("families", "families_right", "numbers", "traced", "length", "p50_ms", "p95_ms")
        return {"rows": rows, "lost": dict(self.lost), **{key: getattr(self, key) for key in keys}, "misses": [_miss(g) for g in self.graded if is_miss(g)]}


def share(part: int, whole: int) -> float | None:
    """``part`` of ``whole`` as 0–1, None when there is nothing."""
    return part / whole if whole else None


def evaluate(
    answerer: Answers,
    items: Sequence[Item],
    progress: Callable[[int, int], None] | None = None,
    losing: Callable[[Graded], str] | None = None,
) -> Evaluation:
    """Ask and grade every item; ``progress(done, total)`` is told after each; ``losing`` tells where a miss was lost."""
    graded = []
    for done, item in enumerate(items, 1):
        answer = answerer.answer(item.question, item.history)
        cited = [Evidence(c.file, c.quote) for c in answer.citations]
        known = Graded(item, answer, grade(item, answer.text, cited, answer.refused))
        graded.append(replace(known, lost=losing(known)) if losing else known)
        if progress:
            progress(done, len(items))
    return summarise(graded)


def summarise(graded: Sequence[Graded]) -> Evaluation:
    """Sum up graded replies; raises ValueError when there are none."""
    types = dict.fromkeys(g.item.type for g in graded)
    families: dict[str, list[bool]] = {}
    for g in graded:
        if g.item.family:
            families.setdefault(g.item.family, []).append(g.grade.correct)
    lengths = [len(g.answer.text) for g in graded if g.item.type in SHORT_TYPES and g.item.answerable and not g.answer.refused]
    times = sorted(g.answer.took_ms for g in graded)
    return Evaluation(
        rows=tuple(_row(name, [g for g in graded if g.item.type == name]) for name in types),
        total=_row("all", graded),
        hard=_row("hard", [g for g in graded if "hard" in g.item.tags]),
        families=len(families),
        families_right=sum(all(right) for right in families.values()),
        numbers=sum(g.answer.numbers.total for g in graded),
        traced=sum(g.answer.numbers.traced for g in graded),
        length=float(median(lengths)) if lengths else 0.0,
        p50_ms=times[len(times) // 2],
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))],
        graded=tuple(graded),
    )


def _row(name: str, graded: Sequence[Graded]) -> Row:
    can = [g for g in graded if g.item.answerable]
    cannot = [g for g in graded if not g.item.answerable]
    evidence = [g for g in can if g.grade.cited is not None]
    return Row(
        name=name,
        answerable=len(can),
        answered=sum(g.grade.correct for g in can),
        unanswerable=len(cannot),
        refused=sum(g.grade.correct for g in cannot),
        false_refusals=sum(g.answer.refused for g in can),
        foreign=sum(bool(g.grade.forbidden) for g in graded),
        with_evidence=len(evidence),
        cited=sum(bool(g.grade.cited) for g in evidence),
        cited_any=sum(bool(g.grade.cited_any) for g in evidence),
    )


def is_miss(graded: Graded) -> bool:
    """Whether anything about the reply is not as it should be."""
    return not graded.grade.correct or graded.grade.cited is False


def _miss(graded: Graded) -> dict[str, Any]:
    item, answer, result = graded.item, graded.answer, graded.grade
    return {
        "id": item.id,
        "type": item.type,
        "history": list(item.history),
        "question": item.question,
        "answer": answer.text,
        "reason": answer.reason,
        "correct": result.correct,
        "cited": result.cited,
        "lost": graded.lost,
        "missing": [list(group) for group in result.missing],
        "forbidden": list(result.forbidden),
    }
