"""What this process has done since its start, in Prometheus' text form: counts and times, no words and no names."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import accumulate
from threading import Lock

from bot.core.desk import Desk, Respond
from index.errors import Cancelled, ZhenwenError
from retrieval.assist.model import Listener
from retrieval.types import Answer

BOUNDS = (0.05, 0.1, 0.2, 0.4, 1.0, 2.0, 5.0, 10.0, 20.0, 60.0)  # seconds; p95 is to be below 0.4 without a language model
EMPTY = "资料库是空的。请先运行 zhenwen index 文件夹。"
METRICS = {
    "zhenwen_answers_total": ("counter", "答过的问题，按结果 outcome：answered 答了，no_town、not_stated 等是不答的原因，cancelled 被叫停，failed 出错"),
    "zhenwen_answer_seconds": ("histogram", "一个回答用了多少秒"),
    "zhenwen_started_seconds": ("gauge", "进程是什么时候启动的（1970 年以来的秒数）"),
    "zhenwen_reports": ("gauge", "资料库里的报告"),
    "zhenwen_passages": ("gauge", "资料库里的段落"),
    "zhenwen_people": ("gauge", "有权限的人"),
    "zhenwen_waiting": ("gauge", "收到了还没有办完的消息"),
    "zhenwen_waiting_seconds": ("gauge", "其中最早的一条等了多少秒"),
}
"""Name → type and meaning."""


class Metrics:
    """Answers by outcome (answered, a reason of refusal, cancelled, failed) and the seconds they took. Safe from several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._outcomes: Counter[str] = Counter()
        self._buckets = [0] * (len(BOUNDS) + 1)
        self._seconds = 0.0
        self._since = time.time()

    def count(self, outcome: str, seconds: float) -> None:
        """One more answer."""
        with self._lock:
            self._outcomes[outcome] += 1
            self._buckets[bisect_left(BOUNDS, seconds)] += 1
            self._seconds += seconds

    def text(self, gauges: Mapping[str, float]) -> str:
        """All of it, and ``gauges`` as they are now, by name."""
        with self._lock:
            answers = [(f'{{outcome="{outcome}"}}', number) for outcome, number in sorted(self._outcomes.items())]
            upto = list(accumulate(self._buckets))
            seconds = self._seconds
        bounds = zip((*map(str, BOUNDS), "+Inf"), upto, strict=True)
        times = [*((f'_bucket{{le="{bound}"}}', number) for bound, number in bounds), ("_sum", round(seconds, 6)), ("_count", upto[-1])]
        blocks = [_block("zhenwen_answers_total", answers), _block("zhenwen_answer_seconds", times)]
        blocks += [_block(f"zhenwen_{name}", [("", value)]) for name, value in {"started_seconds": self._since, **gauges}.items()]
        return "".join(blocks)


def _block(name: str, samples: Sequence[tuple[str, float]]) -> str:
    kind, meaning = METRICS[name]
    lines = [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}", *(f"{name}{labels} {value}" for labels, value in samples)]
    return "\n".join(lines) + "\n"


def measured(respond: Respond, metrics: Metrics) -> Respond:
    """``respond``, with every answer counted."""

    def counted(question: str, history: Sequence[str], user: str, listener: Listener) -> Answer:
        begun, outcome = time.perf_counter(), "failed"
        try:
            answer = respond(question, history, user, listener)
            outcome = (answer.reason or "refused") if answer.refused else "answered"
        except Cancelled:
            outcome = "cancelled"
            raise
        finally:
            metrics.count(outcome, time.perf_counter() - begun)
        return answer

    return counted


def gauges(desk: Desk) -> dict[str, float]:
    """What there is now."""
    reports = desk.store.reports()
    (row,) = desk.database.rows("SELECT count(*) AS waiting, min(at) AS oldest FROM inbox WHERE done IS NULL")
    return {
        "reports": len(reports),
        "passages": sum(report.passages for report in reports),
        "people": len(desk.people.everyone()),
        "waiting": row["waiting"],
        "waiting_seconds": max(0.0, desk.now() - row["oldest"]) if row["waiting"] else 0.0,
    }


def ready(desk: Desk) -> str:
    """Empty when questions can be answered now, else what is wrong."""
    try:
        desk.database.row("SELECT 1 FROM people")
        return "" if desk.store.reports() else EMPTY
    except ZhenwenError as error:
        return str(error)
