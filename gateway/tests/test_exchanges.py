"""Streaming, deadlines, departures, and services that are down."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from testkit import eventually

MIB = 1024 * 1024


async def _megabytes(count: int) -> AsyncIterator[bytes]:
    for number in range(count):
        yield bytes([number % 251]) * MIB


def _expected_digest(count: int) -> str:
    digest = hashlib.sha256()
    for number in range(count):
        digest.update(bytes([number % 251]) * MIB)
    return digest.hexdigest()


async def _status(http: aiohttp.ClientSession, address: str) -> int:
    """Return the status of a GET; 0 while nothing listens."""
    try:
        async with http.get(address) as answer:
            await answer.read()
            return answer.status
    except aiohttp.ClientConnectionError:
        return 0


async def _nothing(_: web.Request) -> web.Response:
    return web.json_response({})


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as http:
        yield http


def _peak_kib(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no VmHWM")


STREAMED_MIB = int(os.environ.get("STREAMED_MIB", "96"))
"""How much passes each way; `STREAMED_MIB=1024` is the long form."""
SERVE_HUGE_FILES = """
from gateway.table import CLASSES, RouteClass, Table, read_rows
from gateway.wiring import serving, wire
huge = RouteClass(name="huge", seconds=600, body_bytes=2**40, retry="never")
rows = "[registry]\\nPOST /v1/upload huge anonymous\\nGET /v1/download huge anonymous"
serving(wire(table=Table(read_rows(rows, [*CLASSES, huge])))).run()
"""


@pytest.fixture
async def huge(tmp_path, upstream, processes, gateway_env, session):
    """A gateway process that passes files of any size: its base address and its id."""
    (tmp_path / "huge_gateway.py").write_text(SERVE_HUGE_FILES)
    env = gateway_env(registry=upstream.url)
    process = processes.start("huge_gateway", env={**env, "PYTHONPATH": str(tmp_path)})
    base = f"http://127.0.0.1:{env['GATEWAY_PORT']}"

    async def it_is_up() -> None:
        assert await _status(session, f"{base}/readyz") == 200

    await eventually(it_is_up, 20)
    return base, process.pid


@pytest.mark.timeout(600)
async def test_files_of_any_size_pass_each_way_in_a_process_that_hardly_grows(huge, session):
    base, pid = huge
    before = _peak_kib(pid)
    async with session.post(f"{base}/v1/upload", data=_megabytes(STREAMED_MIB)) as answer:
        seen = await answer.json()
    assert (seen["size"], seen["sha256"]) == (STREAMED_MIB * MIB, _expected_digest(STREAMED_MIB))
    digest = hashlib.sha256()
    async with session.get(f"{base}/v1/download?mib={STREAMED_MIB}") as answer:
        assert answer.headers["Content-Length"] == str(STREAMED_MIB * MIB)
        async for chunk in answer.content.iter_any():
            digest.update(chunk)
    assert digest.hexdigest() == _expected_digest(STREAMED_MIB)
    assert _peak_kib(pid) - before < 24 * 1024


async def test_a_client_that_reads_slowly_and_a_service_that_does_are_waited_for_and_nothing_is_heaped_up(
    huge, session
):
    base, pid = huge
    before = _peak_kib(pid)
    port = int(base.rpartition(":")[2])
    readers = []
    for _ in range(8):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET /v1/download?mib=64 HTTP/1.1\r\nHost: g\r\n\r\n")
        await reader.readexactly(1024)
        readers.append(writer)
    await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.5)
    assert _peak_kib(pid) - before < 24 * 1024
    for writer in readers:
        writer.transport.abort()


async def test_the_length_a_client_declares_is_the_length_the_service_is_told(door):
    seen = (await door.client.post("/v1/repeated", {"a": 1})).expect(200)
    assert dict(seen["headers"])["content-length"] == "8"
    assert "transfer-encoding" not in dict(seen["headers"])


async def test_a_service_sees_no_byte_of_a_body_declared_too_long(door, upstream):
    assert await door.status(b"/v1/small", b"Content-Length: 1001", method=b"POST") == 413
    assert upstream.asked == []


@pytest.mark.parametrize(("size", "status"), [(1000, 200), (1001, 413)])
async def test_a_body_of_undeclared_length_is_counted_while_it_streams(door, session, size, status):
    async def body() -> AsyncIterator[bytes]:
        yield b"a" * 600
        yield b"a" * (size - 600)

    async with session.post(f"{door.base}/v1/small", data=body()) as answer:
        assert answer.status == status


async def test_a_read_with_a_body_is_refused(door):
    assert await door.status(b"/v1/echo", b"Content-Length: 1", body=b"a") == 413
    assert await door.status(b"/v1/echo", b"Content-Length: 0") == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_service_that_does_not_answer_in_time_is_given_up_with_504(door, upstream, method):
    answer = await door.client.send(method, "/v1/hang")
    assert (answer.status, answer.code) == (504, "deadline-exceeded")
    await eventually(lambda: upstream.abandoned == ["/v1/hang"])


async def test_an_answer_that_stalls_past_the_deadline_is_cut_and_never_taken_for_whole(door, session):
    with pytest.raises(aiohttp.ClientPayloadError):
        async with session.get(f"{door.base}/v1/drip") as answer:
            await answer.read()


async def test_a_client_that_leaves_while_waiting_ends_the_work_of_the_service(door, upstream):
    reader, writer = await asyncio.open_connection("127.0.0.1", door.settings.gateway_port)
    writer.write(b"GET /v1/hang HTTP/1.1\r\nHost: g\r\n\r\n")
    await upstream.begun.wait()
    writer.close()
    await eventually(lambda: upstream.abandoned == ["/v1/hang"], 0.4)
    assert not await reader.read()


async def test_a_client_that_leaves_in_the_middle_of_a_download_ends_it(door, upstream):
    reader, writer = await asyncio.open_connection("127.0.0.1", door.settings.gateway_port)
    writer.write(b"GET /v1/download?mib=500 HTTP/1.1\r\nHost: g\r\n\r\n")
    assert await reader.read(MIB)
    writer.transport.abort()
    await eventually(lambda: upstream.abandoned == ["/v1/download"])


async def test_a_client_that_leaves_in_the_middle_of_an_upload_leaves_the_gateway_well(door, upstream):
    _, writer = await asyncio.open_connection("127.0.0.1", door.settings.gateway_port)
    writer.write(b"POST /v1/upload HTTP/1.1\r\nHost: g\r\nContent-Length: 1000000\r\n\r\n" + b"a" * 100_000)
    await writer.drain()
    await eventually(lambda: upstream.asked == ["POST /v1/upload"])
    writer.transport.abort()

    async def it_is_noted() -> None:
        text = await door.metrics()
        assert 'gateway_exchanges_total{outcome="client-gone",upstream="registry"}' in text

    await eventually(it_is_noted)
    assert (await door.client.get("/v1/echo")).status == 200


async def test_a_dead_service_answers_503_and_says_when_to_come_back(door):
    answer = await door.client.get("/v1/dead")
    assert (answer.status, answer.code) == (503, "service-unreachable")
    assert answer.headers["Retry-After"] == "2"


async def test_the_other_services_and_readiness_do_not_depend_on_a_dead_one(door):
    assert (await door.client.get("/v1/dead")).status == 503
    assert (await door.client.get("/readyz")).status == 200
    assert (await door.client.get("/v1/echo")).status == 200


@pytest.mark.parametrize(("method", "times"), [("GET", 2), ("POST", 1)])
async def test_a_change_whose_answer_was_lost_is_not_repeated_by_the_gateway_a_read_is(door, upstream, method, times):
    answer = await door.client.send(method, "/v1/dropped", headers={"Idempotency-Key": "12345678"})
    assert (answer.status, answer.code) == (503, "answer-lost")
    assert upstream.asked == ["/v1/dropped"] * times


async def test_a_service_that_begins_to_listen_within_a_moment_is_reached_by_the_second_try(
    running_gateway, small_table, free_port
):
    port = free_port()
    app = web.Application()
    app.router.add_get("/v1/echo", _nothing)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    async with running_gateway(small_table, registry=f"http://127.0.0.1:{port}") as door:
        asking = asyncio.create_task(door.client.get("/v1/echo"))
        await asyncio.wait({asking}, timeout=0.005)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        assert (await asking).status == 200
    await runner.cleanup()


async def test_many_requests_on_one_connection_are_all_answered(door, session):
    statuses = [await _status(session, f"{door.base}/v1/echo/{number}") for number in range(50)]
    assert statuses == [200] * 50
