"""Ends exchanges whose time is over, with one timer for all of them."""

import asyncio

from gateway.exchange import Exchange

_TICK_SECONDS = 0.02


class Overdue:
    """Looks every 20 ms while there is anything to look at: a timer for each request would cost more than all of it."""

    __slots__ = ("_timer", "_watched")

    def __init__(self) -> None:
        self._watched: set[Exchange] = set()
        self._timer: asyncio.TimerHandle | None = None

    def watch(self, exchange: Exchange, seconds: float | None) -> None:
        """End the exchange after so many seconds from now unless it is forgotten before; None: never."""
        if seconds is None:
            return
        loop = exchange.loop
        exchange.deadline = loop.time() + seconds
        self._watched.add(exchange)
        if self._timer is None:
            self._timer = loop.call_later(_TICK_SECONDS, self._look, loop)

    def forget(self, exchange: Exchange) -> None:
        """Leave an exchange alone: it is over."""
        self._watched.discard(exchange)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        for exchange in [each for each in self._watched if each.deadline <= now]:
            self._watched.discard(exchange)
            exchange.stop("deadline")
        self._timer = loop.call_later(_TICK_SECONDS, self._look, loop) if self._watched else None
