import asyncio
import gc
import os
import signal
from collections.abc import AsyncIterator

import pytest

from chassis import bus
from chassis.duty import again_and_again, beside
from chassis.process import _until_stopped
from testkit import Vhost, eventually


@pytest.fixture
async def signals() -> AsyncIterator[None]:
    """Take back what a process does at signals."""
    yield
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().remove_signal_handler(number)


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["interrupted", "terminated"])
async def test_what_is_told_to_stop_waits_for_everything_that_runs_in_it(number):
    ended, given_up = list[str](), asyncio.Event()

    async def relay() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("relay")

    async def duty() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await given_up.wait()
            ended.append("duty")

    before = signal.getsignal(number)
    waiting = asyncio.create_task(_until_stopped(relay(), duty()))
    await eventually(lambda: signal.getsignal(number) != before)
    os.kill(os.getpid(), number)
    await eventually(lambda: ended == ["relay"])
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    given_up.set()
    await waiting
    assert ended == ["relay", "duty"]


@pytest.mark.usefixtures("signals")
async def test_a_duty_that_fails_ends_the_others_and_then_the_process_with_its_error_at_once():
    ended = list[str]()

    async def relay() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("relay")

    async def duty() -> None:
        raise LookupError("no such duty")

    with pytest.raises(ExceptionGroup) as failed:
        async with asyncio.timeout(10):
            await _until_stopped(relay(), duty())
    assert [repr(error) for error in failed.value.exceptions] == ["LookupError('no such duty')"]
    assert ended == ["relay"]


async def test_what_runs_beside_a_block_has_ended_without_a_word_when_the_block_is_left(caplog):
    ended, begun = list[str](), asyncio.Event()

    async def reading() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("reading")

    async def failing() -> None:
        raise LookupError

    async with beside(failing(), reading()):
        await begun.wait()
        assert ended == []
    assert ended == ["reading"]
    gc.collect()
    async with beside(reading()):
        await asyncio.sleep(0)
    gc.collect()
    assert not caplog.records


@pytest.mark.parametrize("failure", [OSError(), ExceptionGroup("", [OSError()])], ids=["an outage", "several at once"])
async def test_who_is_told_to_stop_as_the_broker_goes_away_stops_though_its_end_fails(failure):
    begun = asyncio.Event()

    async def session() -> None:
        if not begun.is_set():
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                raise failure

    running = asyncio.create_task(again_and_again("session", session))
    await begun.wait()
    running.cancel()
    assert running in (await asyncio.wait({running}, timeout=10))[0]
    assert running.cancelled() == isinstance(failure, OSError), "of a lost line it says nothing and stops at once"


async def test_who_is_told_to_stop_just_as_the_broker_answers_does_not_go_on(vhost: Vhost) -> None:
    async def session() -> None:
        async with await bus.connect(vhost.url("registry")):
            await asyncio.Event().wait()

    before = asyncio.all_tasks()
    running = asyncio.create_task(session())
    opening: set[asyncio.Task[object]] = set()
    while not opening:
        await asyncio.sleep(0)
        opening = asyncio.all_tasks() - before - {running}
    opening.pop().add_done_callback(lambda _: running.cancel())
    ended, _ = await asyncio.wait({running}, timeout=10)
    assert ended
    assert running.cancelled()
