"""The time that a request may take: told by whoever asks, kept here, passed on to the store."""

import asyncio
import math
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any

from chassis.errors import Words
from chassis.problem import Problem

LEAST_MS, _MOST_DIGITS = 50, 7
_STORE_SLACK_SECONDS = 0.1  # the request ends first, and answers for both

TOO_LATE = Problem(
    504, "deadline-exceeded",
    Words("Время запроса вышло", "The request's time is over"),
    Words("До срока осталось слишком мало. Ничего не изменено.", "Too little time was left. Nothing was changed."),
)  # fmt: skip
NOT_IN_TIME = Problem(
    504, "deadline-exceeded",
    Words("Сервис не успел ответить", "No answer in time"),
    Words(
        "Если запрос что-то менял, результат неизвестен: повторите его с тем же Idempotency-Key.",
        "If the request was to change something, the outcome is unknown: repeat it with the same Idempotency-Key.",
    ),
)  # fmt: skip

_ends_at: ContextVar[float] = ContextVar("request_ends_at", default=math.inf)


def store_milliseconds() -> int | None:
    """Return how long a read of the current request may take the store; None without a deadline."""
    ends_at = _ends_at.get()
    if ends_at == math.inf:
        return None
    return max(1, int((ends_at - asyncio.get_running_loop().time() + _STORE_SLACK_SECONDS) * 1000))


@asynccontextmanager
async def kept(scope: MutableMapping[str, Any]) -> AsyncIterator[None]:
    """Cancel what runs within when the milliseconds of `X-Request-Deadline-Ms` are over.

    Transactions under way are shielded and end properly. Raises: TOO_LATE at once below 50 ms, NOT_IN_TIME.
    """
    told = dict(scope["headers"]).get(b"x-request-deadline-ms", b"")
    if not told.isdigit() or len(told) > _MOST_DIGITS:
        yield
        return
    if int(told) < LEAST_MS:
        raise TOO_LATE
    ends_at = asyncio.get_running_loop().time() + int(told) / 1000
    _ends_at.set(ends_at)
    try:
        async with asyncio.timeout_at(ends_at) as limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise NOT_IN_TIME from error
