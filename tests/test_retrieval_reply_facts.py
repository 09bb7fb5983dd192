"""Which report of a town speaks where no year is named."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from retrieval.evidence.judge import Findings
from retrieval.reply.facts import _surest

NEWEST, OLDER, OLDEST = "2024", "2023", "2022"
ANSWER = 0.44


@dataclass
class Judge:
    """Says of each report how surely it answers."""

    chances: dict[str, float]
    calibration: Any = field(default_factory=lambda: SimpleNamespace(answer=ANSWER))

    def findings(self, _: Any, readings: tuple[str, ...]) -> Findings:
        return Findings((), self.chances[readings[0]])


@pytest.mark.parametrize(
    ("newest", "older", "oldest", "said"),
    [
        (0.9, 0.99, 0.1, 0.9),  # sure of the newest
        (0.5, 0.7, 0.1, 0.5),  # an older one is hardly surer
        (0.5, 0.95, 0.1, 0.95),
        (0.5, 0.6, 0.97, 0.97),
        (0.3, 0.5, 0.1, 0.5),  # the newest does not answer
        (0.3, 0.4, 0.43, 0.3),
    ],
)
def test_an_older_report_speaks_where_it_answers_far_more_surely_than_the_newest(newest: float, older: float, oldest: float, said: float) -> None:
    inquiry: Any = SimpleNamespace(older=(OLDER, OLDEST))
    judge: Any = Judge({NEWEST: newest, OLDER: older, OLDEST: oldest})
    assert _surest(inquiry, judge, judge.findings(inquiry, (NEWEST,))).chance == said
