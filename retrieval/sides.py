"""The answers with a language model beside those without: the same questions, both graded, and what the model cost and was worth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from retrieval.evaluate import Answers, Evaluation, Graded, evaluate
from retrieval.scoring import Item
from retrieval.types import Receipt


@dataclass(frozen=True, slots=True)
class Sides:
    """Two evaluations of one question file."""

    rules: Evaluation
    model: Evaluation

    @property
    def receipts(self) -> tuple[Receipt, ...]:
        """Of the replies that the model was asked for."""
        return tuple(graded.answer.written for graded in self.model.graded if graded.answer.written)

    @property
    def struck(self) -> Counter[str]:
        """How many sentences were struck, by why."""
        return Counter(struck.why for receipt in self.receipts for struck in receipt.struck)

    @property
    def sums(self) -> dict[str, float]:
        """What the model was asked, wrote, and took: counts, tokens, yuan, median milliseconds of its own time."""
        receipts = self.receipts
        return {
            "asked": len(receipts),
            "failed": sum(bool(receipt.failure) for receipt in receipts),
            "understood": sum(bool(receipt.understood) for receipt in receipts),
            "sentences": sum(receipt.sentences for receipt in receipts),
            "kept": sum(receipt.kept for receipt in receipts),
            "struck": sum(len(receipt.struck) for receipt in receipts),
            "input_tokens": sum(receipt.input_tokens for receipt in receipts),
            "output_tokens": sum(receipt.output_tokens for receipt in receipts),
            "cost": sum(receipt.cost for receipt in receipts),
            "model_ms": median(receipt.model_ms for receipt in receipts) if receipts else 0.0,
        }

    @property
    def differing(self) -> tuple[tuple[Graded, Graded], ...]:
        """The replies whose words differ, without and with the model."""
        pairs = zip(self.rules.graded, self.model.graded, strict=True)
        return tuple((rules, model) for rules, model in pairs if rules.answer.text != model.answer.text)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: both evaluations, the sums, and both texts of each reply that differs with its receipt."""
        differing = [
            {
                "id": rules.item.id,
                "question": rules.item.question,
                "rules": rules.answer.text,
                "model": model.answer.text,
                "correct": [rules.grade.correct, model.grade.correct],
                "written": asdict(model.answer.written) if model.answer.written else None,
            }
            for rules, model in self.differing
        ]
        return {"rules": self.rules.as_dict(), "model": self.model.as_dict(), **self.sums, "struck_by": dict(self.struck), "differing": differing}


def compare(rules: Answers, model: Answers, items: Sequence[Item], progress: Callable[[int, int], None] | None = None) -> Sides:
    """Ask every item of both; ``progress(done, total)`` counts the questions asked of either."""
    total = 2 * len(items)
    first = evaluate(rules, items, progress and (lambda done, _: progress(done, total)))
    second = evaluate(model, items, progress and (lambda done, _: progress(len(items) + done, total)))
    return Sides(first, second)
