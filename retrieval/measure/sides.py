"""The rules alone, the local reader and a language model side by side: the same questions, all graded, and what the model cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from retrieval.measure.evaluate import Answers, Evaluation, Graded, evaluate
from retrieval.measure.scoring import Item
from retrieval.types import Receipt


@dataclass(frozen=True, slots=True)
class Sides:
    """Three evaluations of one question file: by the rules alone, with the local reader, and with the model beside both."""

    rules: Evaluation
    reader: Evaluation
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
            "nothing": sum(receipt.none for receipt in receipts),
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
        pairs = zip(self.reader.graded, self.model.graded, strict=True)
        return tuple((reader, model) for reader, model in pairs if reader.answer.text != model.answer.text)

    @property
    def helped(self) -> tuple[str, ...]:
        """The questions that only the model gets right."""
        return tuple(model.item.id for reader, model in self.differing if model.grade.correct and not reader.grade.correct)

    @property
    def hurt(self) -> tuple[str, ...]:
        """The questions that it spoils."""
        return tuple(model.item.id for reader, model in self.differing if reader.grade.correct and not model.grade.correct)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: the evaluations, the sums, and both texts of each reply that differs with its receipt."""
        differing = [
            {
                "id": reader.item.id,
                "question": reader.item.question,
                "reader": reader.answer.text,
                "model": model.answer.text,
                "correct": [reader.grade.correct, model.grade.correct],
                "written": asdict(model.answer.written) if model.answer.written else None,
            }
            for reader, model in self.differing
        ]
        three = {name: getattr(self, name).as_dict() for name in ("rules", "reader", "model")}
        more = {"struck_by": dict(self.struck), "helped": self.helped, "hurt": self.hurt, "differing": differing}
        return three | self.sums | more


def compare(
    rules: Answers, reader: Answers, model: Answers, items: Sequence[Item], progress: Callable[[int, int], None] | None = None
) -> Sides:
    """Ask every item of all three; ``progress(done, total)`` counts the questions asked of any."""

    def asked(answers: Answers, before: int) -> Evaluation:
        told = progress and (lambda done, _: progress(before * len(items) + done, 3 * len(items)))
        return evaluate(answers, items, told)

    return Sides(asked(rules, 0), asked(reader, 1), asked(model, 2))
