"""One address for several processes, as a cluster gives a service: each connection goes to the next of them."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from local_platform.ports import LOOPBACK

_CHUNK = 65536


@asynccontextmanager
async def taking_turns(ports: Sequence[int]) -> AsyncIterator[int]:
    """Give a port whose connections go to the given ports in turn; it passes bytes and knows no HTTP.

    `ports` may change: what is taken out gets no more connections, those it has stay.
    """
    turns = itertools.count()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            answers, asks = await asyncio.open_connection(LOOPBACK, ports[next(turns) % len(ports)])
            await asyncio.gather(_pass_on(reader, asks), _pass_on(answers, writer))
        writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK):
            writer.write(data)
            await writer.drain()
    writer.close()
