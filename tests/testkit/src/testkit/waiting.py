"""Wait for what is true soon, without guessing how long."""

import asyncio
import inspect
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, overload

T = TypeVar("T")


@overload
async def eventually(assertion: Callable[[], Awaitable[T]], timeout: float = ..., *, interval: float = ...) -> T: ...  # noqa: ASYNC109


@overload
async def eventually(assertion: Callable[[], T], timeout: float = ..., *, interval: float = ...) -> T: ...  # noqa: ASYNC109


async def eventually(
    assertion: Callable[[], Any],
    timeout: float = 10.0,  # noqa: ASYNC109 - this function is the time limit
    *,
    interval: float = 0.05,
) -> Any:
    """Repeat the assertion until it holds and answer what it returned.

    Args:
        assertion: sync or async; not yet true when it raises AssertionError or returns False.
        timeout: seconds until the test fails.
        interval: seconds between two tries.

    Raises:
        AssertionError: it never held in time; with the last failure.
    """
    deadline = time.monotonic() + timeout
    tries = 0
    while True:
        tries += 1
        try:
            outcome = assertion()
            result = await outcome if inspect.isawaitable(outcome) else outcome
            if result is not False:
                return result
            last: AssertionError | None = None
        except AssertionError as failure:
            last = failure
        if time.monotonic() > deadline:
            reason = last or "it returned False"
            raise AssertionError(f"not within {timeout} s ({tries} tries); the last time: {reason}") from last
        await asyncio.sleep(interval)
