"""A service: its address and the connections to it."""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from gateway.upstream.answer import Answer
from gateway.upstream.connection import Connection
from gateway.upstream.errors import NotSent
from gateway.upstream.head import Headers, request_head

_IDLE_SECONDS = 3.0
_PORTS = {"http": 80, "https": 443}
Body = bytes | AsyncIterator[bytes]


class Upstream:
    """Requests to one origin. The last connection used is used first, so that those not needed grow old and close.

    An idle connection is kept for less time than the services keep theirs: no request is sent on one being closed.
    """

    def __init__(
        self,
        origin: str,
        *,
        connections: int = 100,
        connect_seconds: float = 2.0,
        idle_seconds: float = _IDLE_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """`connections` may be open at once; further requests wait for one, as long as their caller does.

        For an https origin the certificate and its name are checked; `tls` says against what, if not the system's.
        """
        parts = urlsplit(origin)
        self.origin = origin
        self._host, self._port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        self._tls = (tls or ssl.create_default_context()) if parts.scheme == "https" else None
        self._host_line = b" HTTP/1.1\r\nhost: " + parts.netloc.encode("ascii")
        self._limit, self._connect_seconds, self._idle_seconds = connections, connect_seconds, idle_seconds
        self._idle: list[Connection] = []
        self._open: set[Connection] = set()
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._sweep: asyncio.TimerHandle | None = None
        self._closed = False

    @property
    def open_connections(self) -> int:
        """Connections open or being opened."""
        return len(self._open)

    @property
    def idle_connections(self) -> int:
        """Connections that wait for a request."""
        return len(self._idle)

    async def request(
        self, method: bytes, target: bytes, headers: Headers, body: Body = b"", *, length: int | None = None
    ) -> Answer:
        """Send a request; return its answer once the head is there.

        Neither Host nor anything that frames the body belongs in `headers`. A body that is not bytes is streamed, with
        `length` declared or, without, in chunks. Raises NotSent, AnswerLost, ValueError for a header that would break
        out of its line, and whatever the body raises. Cancelled, it closes the connection.
        """
        framing, trailer, stream = _framed(method, body, length)
        data = request_head(method + b" " + target + self._host_line, [*headers, *framing]) + trailer
        connection = self._ready() or await self._connection()
        answer = connection.send(data, stream, chunked=length is None, bodiless=method == b"HEAD")
        try:
            await answer.head()
        except BaseException:
            answer.abort()  # not the connection: once the answer is complete it may serve somebody else
            raise
        return answer

    def close(self) -> None:
        """Close what is idle; what is under way ends with its request."""
        self._closed = True
        if self._sweep is not None:
            self._sweep.cancel()
        while self._idle:
            self._idle.pop().close()

    def _ready(self) -> Connection | None:
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        return None

    async def _connection(self) -> Connection:
        while True:
            ready = self._ready()
            if ready is not None:
                return ready
            if len(self._open) < self._limit:
                return await self._connected()
            waiter = asyncio.get_running_loop().create_future()
            self._waiting.append(waiter)
            try:
                await waiter
            except asyncio.CancelledError:
                if not waiter.cancelled():
                    self._wake_one()  # it was this one's turn
                elif waiter in self._waiting:
                    self._waiting.remove(waiter)
                raise

    async def _connected(self) -> Connection:
        loop = asyncio.get_running_loop()
        made = Connection(loop, self._release, self._forget)
        self._open.add(made)
        try:
            async with asyncio.timeout(self._connect_seconds):
                await loop.create_connection(lambda: made, self._host, self._port, ssl=self._tls)
        except BaseException as error:
            made.abort()
            self._forget(made)  # a loop that was cancelled in between may never say that it is lost
            if isinstance(error, OSError | TimeoutError):
                raise NotSent(type(error).__name__) from error
            raise
        return made

    def _release(self, connection: Connection) -> None:
        if self._closed:
            connection.close()
            return
        loop = connection.loop
        connection.idle_since = loop.time()
        self._idle.append(connection)
        if self._waiting:
            self._wake_one()
        if self._sweep is None:
            self._sweep = loop.call_later(self._idle_seconds / 2, self._close_old)

    def _forget(self, connection: Connection) -> None:
        """Give its place back, once: it may be given up and then be lost as well."""
        if connection not in self._open:
            return
        self._open.remove(connection)
        if connection in self._idle:
            self._idle.remove(connection)
        self._wake_one()

    def _wake_one(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return

    def _close_old(self) -> None:
        loop = asyncio.get_running_loop()
        oldest = loop.time() - self._idle_seconds / 2
        for connection in [each for each in self._idle if each.idle_since <= oldest]:
            self._idle.remove(connection)
            connection.close()
        self._sweep = loop.call_later(self._idle_seconds / 2, self._close_old) if self._idle else None


def _framed(
    method: bytes, body: Body, length: int | None
) -> tuple[list[tuple[bytes, bytes]], bytes, AsyncIterator[bytes] | None]:
    """Return the headers that frame a body, what of it goes with the head, and what follows."""
    if isinstance(body, bytes):
        named = bool(body) or method in (b"POST", b"PUT", b"PATCH")
        return ([(b"content-length", b"%d" % len(body))] if named else []), body, None
    if length is None:
        return [(b"transfer-encoding", b"chunked")], b"", body
    return [(b"content-length", b"%d" % length)], b"", body
