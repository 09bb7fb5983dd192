"""An update that ends the process every time it is tried is set aside, and everything else is answered."""

import asyncio
from contextlib import nullcontext, suppress

import pytest
from core_builders import keeper, opened, run

from bot.core import texts
from bot.core.database import Database
from bot.core.deliveries import MOST_TRIES, Deliveries


@pytest.fixture
def deliveries(tmp_path):
    database = Database.open(tmp_path / "z.sqlite")
    yield Deliveries(database, lambda: 0.0)
    database.close()


endless = []  # what is begun and never ends, not even when nobody holds it any more


def killed(deliveries, key):
    """The process ended while it worked on this update."""
    endless.append(deliveries.trying(key))
    endless[-1].__enter__()


def test_what_ends_the_process_again_and_again_is_tried_no_more(deliveries):
    deliveries.accept("telegram:1:1", "telegram", "{}")
    for _ in range(MOST_TRIES):
        with deliveries.trying("telegram:1:1") as may:
            assert may
        killed(deliveries, "telegram:1:1")
    with deliveries.trying("telegram:1:1") as may:
        assert not may


@pytest.mark.parametrize("end", [None, ValueError, KeyboardInterrupt, asyncio.CancelledError])
def test_whatever_else_ends_the_work_counts_for_nothing(deliveries, end):
    deliveries.accept("telegram:1:1", "telegram", "{}")
    for _ in range(MOST_TRIES + 2):
        with suppress(end) if end else nullcontext(), deliveries.trying("telegram:1:1") as may:
            assert may
            if end:
                raise end


def test_an_update_that_was_never_accepted_may_be_tried(deliveries):
    for _ in range(MOST_TRIES + 1):
        killed(deliveries, "terminal:1")
    with deliveries.trying("terminal:1") as may:
        assert may


def test_the_person_is_told_and_others_are_answered(sample_store, tmp_path):
    async def story():
        async with opened(sample_store, tmp_path / "z.sqlite") as core:
            one = await keeper(core)
            core.accept("telegram:1:900", "{}")
            for _ in range(MOST_TRIES):
                killed(core._deliveries, "telegram:1:900")
            assert (await one.say("金井镇2023年调解了多少纠纷", key="telegram:1:900")).text == texts.SET_ASIDE
            assert "708" in (await one.say("金井镇2023年调解了多少纠纷")).text

    run(story())
