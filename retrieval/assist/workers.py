"""Threads for what takes its time. They are daemons: a call that never comes back does not keep the program from ending."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from queue import SimpleQueue
from threading import Lock, Thread
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Workers(ThreadPoolExecutor):
    """At most ``most`` threads, started when they are needed; what is more waits its turn.

    Of the standard one only the type is kept, which event loops insist on: the program waits for that one's threads at its end.
    """

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self._most = most
        self._waiting: SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = SimpleQueue()
        self._lock = Lock()
        self._started = self._idle = 0

    def run(self, call: Callable[P, T], *values: P.args, **named: P.kwargs) -> asyncio.Future[T]:
        """Start ``call``; await what is returned for its result."""
        return asyncio.wrap_future(self.submit(call, *values, **named))

    def submit(self, call: Callable[P, T], /, *values: P.args, **named: P.kwargs) -> Future[T]:
        """Start ``call``; what is returned will have its result, or what it raised."""
        future: Future[T] = Future()
        with self._lock:
            self._idle -= 1
            if self._idle < 0 and self._started < self._most:
                self._started += 1
                self._idle += 1
                Thread(target=self._work, daemon=True, name=f"zhenwen-{self._started}").start()
        self._waiting.put((future, partial(call, *values, **named)))
        return future

    def close(self) -> None:
        """Let the threads end when they have nothing to do; nobody waits for them."""
        for _ in range(self._started):
            self._waiting.put(None)

    def _work(self) -> None:
        while (waiting := self._waiting.get()) is not None:
            future, call = waiting
            if not future.set_running_or_notify_cancel():
                self._rest()
                continue
            try:
                result = call()
            except BaseException as error:  # noqa: BLE001  (the edge of the thread: it is raised where the result is awaited)
                self._rest()
                future.set_exception(error)
            else:
                self._rest()
                future.set_result(result)

    def _rest(self) -> None:
        """Free again: before the result is told, so that whoever waited for it finds this thread and starts no other."""
        with self._lock:
            self._idle += 1
