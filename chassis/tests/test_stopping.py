import asyncio
import os
import signal

from chassis.process import _until_stopped
from testkit import eventually


async def test_what_is_told_to_stop_waits_for_everything_that_runs_in_it():
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

    before = signal.getsignal(signal.SIGTERM)
    waiting = asyncio.create_task(_until_stopped(relay(), duty()))
    try:
        await eventually(lambda: signal.getsignal(signal.SIGTERM) != before)
        os.kill(os.getpid(), signal.SIGTERM)
        await eventually(lambda: ended == ["relay"])
        await asyncio.wait({waiting}, timeout=0.05)
        assert not waiting.done()
        given_up.set()
        await waiting
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().remove_signal_handler(number)
    assert ended == ["relay", "duty"]
