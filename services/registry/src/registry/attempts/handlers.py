"""Throttling of guesses. Counted outside any transaction: what is refused afterwards must stay counted."""

from datetime import datetime

import structlog

from chassis.documents import Database
from chassis.errors import Words
from chassis.problem import Problem
from registry.attempts.domain import Limit, limits, seconds_until
from registry.attempts.store import count_attempt, forget_attempts, uncount_attempt

log = structlog.get_logger("security")


async def admit(db: Database, *, login: str, address: str, account_id: str | None, now: datetime) -> tuple[Limit, ...]:
    """Count an attempt before its password is compared, so that guesses sent at once count too.

    `account_id` of the account with this login, if there is one, is what the log tells of a lock: people sometimes type
    their password where the login belongs.
    Return the counters, for `succeeded`. Raises: `too_many_attempts` for the first counter that is used up.
    """
    counters = limits(login=login, address=address)
    for limit in counters:
        count, until = await count_attempt(db, limit.counter, now)
        if count > limit.allowed:
            log.warning("sign-in locked", account_id=account_id, counter=limit.counter.partition("|")[0])
            raise too_many_attempts(seconds=seconds_until(until, now=now))
    return counters


async def succeeded(db: Database, counters: tuple[Limit, ...]) -> None:
    """Start counting the login from this address anew; take the attempt back from the wider counters.

    A right password of one's own account buys no further guesses of others.
    """
    narrowest, *wider = counters
    await forget_attempts(db, narrowest.counter)
    for limit in wider:
        await uncount_attempt(db, limit.counter)


def too_many_attempts(*, seconds: int) -> Problem:
    """Return the refusal, with the time until the next try."""
    return Problem(
        429,
        "too-many-attempts",
        Words("Слишком много попыток входа", "Too many sign-in attempts"),
        Words(
            "Попробуйте через 15 минут или обратитесь к администратору.",
            "Try again in 15 minutes or ask the administrator.",
        ),
        headers={"Retry-After": str(seconds)},
    )
