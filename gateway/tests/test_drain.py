"""SIGTERM loses no request."""

import asyncio
import os
import signal

import aiohttp

from testkit import eventually


async def test_after_sigterm_readiness_turns_requests_still_pass_and_one_under_way_ends_whole(
    upstream, processes, gateway_env
):
    env = gateway_env(registry=upstream.url) | {"GATEWAY_DRAIN_SECONDS": "1.5"}
    process = processes.start("gateway", "serve", env=env)
    base = f"http://127.0.0.1:{env['GATEWAY_PORT']}"
    async with aiohttp.ClientSession() as http:

        async def ready(status: int) -> None:
            try:
                async with http.get(f"{base}/readyz") as answer:
                    assert answer.status == status
            except aiohttp.ClientError as error:
                raise AssertionError from error

        await eventually(lambda: ready(200), 20)
        reader, writer = await asyncio.open_connection("127.0.0.1", int(env["GATEWAY_PORT"]))
        writer.write(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: g\r\n\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        os.kill(process.pid, signal.SIGTERM)
        await eventually(lambda: ready(503), 5, interval=0.01)
        async with http.get(f"{base}/livez") as late:
            assert (late.status, late.headers["Connection"]) == (200, "close")
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert len(await reader.readexactly(length)) == length
        writer.close()
    assert await process.wait(20) in (0, -signal.SIGTERM)
