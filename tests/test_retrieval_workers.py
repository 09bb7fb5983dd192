"""Threads for what takes its time: as many as are needed, no more than allowed, and none that keeps the program from ending."""

import asyncio
import subprocess
import sys
import time
from threading import Event, current_thread

import pytest
from conftest import ROOT

from retrieval.assist.workers import Workers


def test_calls_one_after_another_use_one_thread():
    async def story():
        workers = Workers(8)
        names = {await workers.run(lambda: current_thread().name) for _ in range(50)}
        workers.close()
        assert len(names) == 1

    asyncio.run(story())


def test_calls_at_once_run_side_by_side_up_to_the_limit():
    async def story():
        workers, free, started = Workers(3), Event(), []

        def wait():
            started.append(current_thread().name)
            assert free.wait(5)

        calls = [workers.run(wait) for _ in range(5)]
        while len(started) < 3:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)
        assert len(set(started)) == len(started) == 3
        free.set()
        await asyncio.gather(*calls)
        assert len(started) == 5 and len(set(started)) == 3
        workers.close()

    asyncio.run(story())


def test_what_a_call_raises_is_raised_where_it_is_awaited_and_the_thread_goes_on():
    async def story():
        workers = Workers(1)
        with pytest.raises(ZeroDivisionError):
            await workers.run(lambda: 1 // 0)
        assert await workers.run(pow, 2, exp=5) == 32
        workers.close()

    asyncio.run(story())


def test_a_call_that_nobody_waits_for_any_more_is_not_begun():
    async def story():
        workers, free, done = Workers(1), Event(), []
        first, second = workers.run(free.wait, 5), workers.run(done.append, 2)
        second.cancel()
        await asyncio.sleep(0)  # the loop tells the thread's side of it
        free.set()
        await first
        await workers.run(done.append, 3)
        workers.close()
        assert done == [3]

    asyncio.run(story())


def test_an_event_loop_takes_them_for_its_own_threads():
    async def story():
        workers, loop = Workers(2), asyncio.get_running_loop()
        loop.set_default_executor(workers)
        assert await loop.run_in_executor(None, lambda: current_thread().daemon)
        assert await asyncio.to_thread(pow, 2, 5) == 32
        workers.close()

    asyncio.run(story())


def test_a_call_that_never_returns_does_not_keep_the_program():
    code = "import asyncio, time\nfrom retrieval.assist.workers import Workers\nasync def main():\n    Workers(2).run(time.sleep, 60)\nasyncio.run(main())\n"
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=50)
    assert (done.returncode, done.stderr) == (0, "") and time.monotonic() - started < 40
