"""A static service and a client in this process: what the suite has where a benchmark has nginx and wrk.

Both are slow. What is compared is the processor time of the gateway alone, which they do not blur.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import cast

from tests.load.gateway import configs

from local_platform.ports import LOOPBACK

_ITEM = configs.body(configs.ITEM_BYTES)
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(_ITEM), _ITEM)


class _Static(asyncio.Protocol):
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._received = b""

    def data_received(self, data: bytes) -> None:
        whole = (self._received + data).split(b"\r\n\r\n")
        self._received = whole.pop()
        self._transport.write(_ANSWER * len(whole))


@asynccontextmanager
async def static_service(port: int) -> AsyncIterator[None]:
    """Answer every read on the port with an item of 1.5 KB."""
    server = await asyncio.get_running_loop().create_server(_Static, LOOPBACK, port)
    try:
        yield
    finally:
        server.close()


async def ask(port: int, path: str, headers: Mapping[str, str], *, times: int, connections: int) -> None:
    """Read a path again and again, over some connections at once. Raises AssertionError for any answer but the item."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\nHost: {LOOPBACK}:{port}\r\n{lines}\r\n".encode()
    await asyncio.gather(*(_asked(port, request, times // connections) for _ in range(connections)))


async def _asked(port: int, request: bytes, times: int) -> None:
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        for _ in range(times):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200 "), head
            assert await reader.readexactly(len(_ITEM)) == _ITEM
    finally:
        writer.close()
