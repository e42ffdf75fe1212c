"""One stream of server-sent events (WHATWG HTML §9.2), from its first byte to its end.

Own code, because a stream has to end when the gateway leaves, when the token ends and when its client does not read;
sse-starlette does the first by a hook into the server of the whole process, the second not at all.
"""

import asyncio
import json
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import Counter, Gauge
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.live.feed import Feed, Seat
from gateway.live.journal import Entry
from gateway.live.running import Live

STREAMS = Gauge("gateway_live_streams", "Open streams of updates")
SENT = Counter("gateway_live_updates_sent_total", "Updates written to streams")
ENDED = Counter("gateway_live_streams_ended_total", "Streams that ended: gone, slow, leaving, expired, failed", ["why"])

MEDIA_TYPE = "text/event-stream"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]
_RETRY_MS = 2000
_LEAVING_MS = (500, 5000)
"""Spreads the clients of a gateway that leaves over the others."""
_RESET = "Часть обновлений больше не хранится: загрузите данные заново."


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Who listens: `after` is the number they came with, `until` the end of their token in seconds since the epoch."""

    subject: str
    audience: frozenset[str]
    after: int | None
    until: float


class EventStream(Response):
    """Tells a listener's updates: first those missed since their number, then those that come."""

    media_type = MEDIA_TYPE

    def __init__(self, live: Live, feed: Feed, listener: Listener) -> None:
        super().__init__()
        self._live, self._feed, self._listener = live, feed, listener

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope. Raises 429 before the first byte."""
        async with self._live.places.open(self._listener.subject):
            seat = self._feed.take_seat(self._listener.audience)
            watching = asyncio.create_task(_watch(receive, seat))
            STREAMS.inc()
            try:
                await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
                await _Telling(self._live, self._feed, self._listener, seat, send).run()
            except asyncio.CancelledError:
                seat.end("gone")
                raise
            finally:
                self._feed.leave(seat)
                watching.cancel()
                STREAMS.dec()
                ENDED.labels(seat.ended or "failed").inc()
        if seat.ended == "slow":
            scope["exchange"].ending = "cut"
            scope["abort"]()
        else:
            await send({"type": "http.response.body", "body": b"", "more_body": False})


class _Telling:
    """The body of one stream."""

    def __init__(self, live: Live, feed: Feed, listener: Listener, seat: Seat, send: Send) -> None:
        self._live, self._feed, self._seat, self._send = live, feed, seat, send
        self._after = listener.after
        self._until = time.monotonic() + listener.until - time.time()

    async def run(self) -> None:
        """Tell until the seat ends."""
        await self._write(f"retry: {_RETRY_MS}\n\n")
        await self._catch_up()
        while not self._over():
            await self._seat.wait(min(self._live.pace.heartbeat, self._until - time.monotonic()))
            await self._tell_news()
        if self._seat.ended in ("leaving", "expired"):
            pause = random.randint(*_LEAVING_MS) if self._seat.ended == "leaving" else _RETRY_MS  # noqa: S311 no secret
            await self._write(f": {self._seat.ended}\nretry: {pause}\n\n")

    async def _catch_up(self) -> None:
        goal = self._seat.since
        cursor = goal if self._after is None else self._after
        while cursor < goal and not self._over():
            entries = await self._feed.missed(self._seat, cursor)
            if entries is None:
                break
            await self._tell(entries)
            cursor = entries[-1].number if entries else goal
        if cursor == goal:
            # Without data it is no event, but a number to come back with: the first update may be long in coming.
            await self._write(f"id: {goal}\n\n")
        elif not self._seat.ended:  # expired, or beyond the newest: the database went back to an earlier state
            await self._write(_reset(goal))

    async def _tell_news(self) -> None:
        news = self._seat.taken()
        if self._seat.lost:
            self._seat.lost = False
            await self._write(_reset(self._feed.position))
        elif news:
            await self._tell(news)
        elif not self._over():
            await self._write(f": {int(time.time())}\nid: {self._feed.position}\n\n")

    def _over(self) -> bool:
        live, seat = self._live, self._seat
        if live.drain.begun:
            seat.end("leaving")
        if time.monotonic() >= self._until:
            seat.end("expired")
        return bool(seat.ended)

    async def _tell(self, entries: Iterable[Entry]) -> None:
        told = [_event(entry) for entry in entries]
        if told:
            await self._write("".join(told))
            SENT.inc(len(told))

    async def _write(self, text: str) -> None:
        if self._seat.ended == "slow":
            return
        try:
            async with asyncio.timeout(self._live.pace.patience):
                await self._send({"type": "http.response.body", "body": text.encode(), "more_body": True})
        except TimeoutError:
            self._seat.end("slow")


async def _watch(receive: Receive, seat: Seat) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    seat.end("gone")


def _event(entry: Entry) -> str:
    update = entry.update
    data = {
        "type": update.type,
        "resource": update.resource,
        "subject": update.subject,
        "version": update.version,
        "occurred_at": update.occurred_at.isoformat().replace("+00:00", "Z"),
    }
    return f"id: {entry.number}\nevent: {update.type}\ndata: {json.dumps(data)}\n\n"


def _reset(number: int) -> str:
    return f"id: {number}\nevent: reset\ndata: {json.dumps({'detail': _RESET}, ensure_ascii=False)}\n\n"
