"""The feed of one process: one reader of the journal, however many streams are open.

A seat is taken at a position of the feed. What the reader finds from then on is put before the seat; what lies between
the client's last number and that position is read for it. The position and the seat are taken in one step, so nothing
falls between catching up and going live, and nothing is told twice.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Collection
from contextlib import suppress

from prometheus_client import Counter, Gauge

from chassis.duty import again_and_again, beside
from chassis.mongo import Mongo
from gateway.live import journal
from gateway.live.journal import Entry

READS = Counter(
    "gateway_live_reads_total", "Reads of the journal, by all streams together and for those catching up", ["why"]
)
POSITION = Gauge("gateway_live_position", "Number of the newest update this process has passed on")

_PAGE = 200
_RECENT = 2000
_PENDING = 1000
_POLL_SECONDS = 1.0
_READERS = 8


class Seat:
    """Where the feed puts updates for one stream, which takes them away; what it does not take is bounded."""

    def __init__(self, audience: frozenset[str], since: int) -> None:
        self.audience, self.since = audience, since
        self.ended = ""
        """Why the stream is to end, empty while it goes on."""
        self.lost = False
        """Updates were lost for this seat: its client is to load anew."""
        self._pending: deque[Entry] = deque()
        self._woken = asyncio.Event()

    def put(self, entry: Entry) -> None:
        """Add an update; a seat that is not emptied ends."""
        if len(self._pending) >= _PENDING:
            self.end("slow")
        else:
            self._pending.append(entry)
            self._woken.set()

    def lose(self) -> None:
        """Note that updates were lost."""
        self._pending.clear()
        self.lost = True
        self._woken.set()

    def end(self, why: str) -> None:
        """Ask the stream to end."""
        self.ended = self.ended or why
        self._woken.set()

    def taken(self) -> list[Entry]:
        """Take what lies before the seat."""
        found = list(self._pending)
        self._pending.clear()
        self._woken.clear()
        return found

    async def wait(self, seconds: float) -> None:
        """Return when something is there to take, or the seat ends, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()


class Feed:
    """Reads the journal for all seats of this process. The query is the truth, the change stream only wakes it."""

    def __init__(self, mongo: Mongo) -> None:
        self._mongo = mongo
        self._seats: dict[str, set[Seat]] = defaultdict(set)
        self._recent: deque[Entry] = deque(maxlen=_RECENT)
        self._woken, self._known = asyncio.Event(), asyncio.Event()
        self._advancing, self._readers = asyncio.Lock(), asyncio.Semaphore(_READERS)
        self.position = 0
        self.seated = 0
        """Seats taken and not given up."""

    async def run(self) -> None:
        """Read until cancelled, through every absence of the database."""
        listening = again_and_again("live updates: arrivals", lambda: self._mongo.wake(self._woken, journal.UPDATES))
        async with beside(listening):
            await again_and_again("live updates", self._follow)

    def take_seat(self, audience: Collection[str]) -> Seat:
        """Return a seat at the present position."""
        seat = Seat(frozenset(audience), self.position)
        self.seated += 1
        for key in seat.audience:
            self._seats[key].add(seat)
        return seat

    def leave(self, seat: Seat) -> None:
        """Give a seat up."""
        self.seated -= 1
        for key in seat.audience:
            self._seats[key].discard(seat)
            if not self._seats[key]:
                del self._seats[key]

    def end_all(self, why: str) -> None:
        """Ask every stream to end."""
        for seat in {seat for seats in self._seats.values() for seat in seats}:
            seat.end(why)

    async def reached(self, number: int, *, seconds: float) -> bool:
        """Tell whether the feed is there, and at a number or past it; reads on first if it is not.

        Another process may be ahead of this one: a number from it is no number from nowhere.
        Raises TimeoutError when the database does not answer.
        """
        async with asyncio.timeout(seconds):
            await self._known.wait()
            if self.position < number:
                await self._advance()
        return self.position >= number

    async def missed(self, seat: Seat, after: int) -> list[Entry] | None:
        """Return the next updates between a number and the seat's position; None when some have expired."""
        if after >= seat.since:
            return []
        if self._recent and self._recent[0].number <= after + 1:
            return [e for e in self._recent if after < e.number <= seat.since and e.audience & seat.audience]
        async with self._readers:
            READS.labels("missed").inc()
            return await journal.missed(self._mongo.plain, seat.audience, after=after, until=seat.since, limit=_PAGE)

    async def _follow(self) -> None:
        newest = await journal.last(self._mongo.plain)
        if not self._known.is_set() or newest < self.position:
            self._start_at(newest)
        while True:
            self._woken.clear()
            await self._advance()
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._woken.wait()

    def _start_at(self, number: int) -> None:
        """Begin here: at the start of the process, or when the database went back to an earlier state."""
        self._recent.clear()
        self.position = number
        for seat in {seat for seats in self._seats.values() for seat in seats}:
            seat.lose()
        self._known.set()

    async def _advance(self) -> None:
        async with self._advancing:
            more = True
            while more:
                READS.labels("new").inc()
                entries = await journal.following(self._mongo.plain, self.position, limit=_PAGE)
                if entries and entries[0].number != self.position + 1:
                    self._start_at(entries[0].number - 1)
                for entry in entries:
                    self._tell(entry)
                POSITION.set(self.position)
                more = len(entries) == _PAGE

    def _tell(self, entry: Entry) -> None:
        self.position = entry.number
        self._recent.append(entry)
        for seat in {seat for key in entry.audience for seat in self._seats.get(key, ())}:
            seat.put(entry)
