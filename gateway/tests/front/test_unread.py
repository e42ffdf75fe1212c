"""What is refused before it became a request leaves a trace: no line of the log and no measurement tells of it."""

import asyncio

import pytest
from prometheus_client import REGISTRY

from testkit import eventually

GET = b"GET /name/1 HTTP/1.1\r\nHost: g\r\n"


def counted() -> dict[str, float]:
    [family] = [each for each in REGISTRY.collect() if each.name == "gateway_refused_unread"]
    return {sample.labels["code"]: sample.value for sample in family.samples if sample.name.endswith("_total")}


def risen(before: dict[str, float]) -> dict[str, float]:
    return {code: count - before[code] for code, count in counted().items() if count != before[code]}


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (GET + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", b"400", "bad-request"),
        (b"nonsense\r\n\r\n", b"400", "bad-request"),
        (GET + b"X-A: a\r\n" * 101 + b"\r\n", b"431", "headers-too-large"),
        (b"GET /name/1 HTTP/1.0\r\nHost: g\r\n\r\n", b"505", "http-version"),
        (GET + b"Expect: gold\r\n\r\n", b"417", "expectation"),
        (GET + b"X-Slow: ", b"408", "slow-request"),
    ],
    ids=["two lengths", "nonsense", "headers", "version", "expectation", "slow head"],
)
async def test_what_the_listener_refuses_is_counted_once_by_its_code(line, rest, sent, status, code):
    before = counted()
    reader, writer = line
    writer.write(sent)
    assert (await rest(reader)).startswith(b"HTTP/1.1 " + status)
    assert risen(before) == {code: 1}


async def test_what_is_refused_behind_a_good_request_is_counted_and_the_good_one_is_not(line, rest):
    before = counted()
    reader, writer = line
    writer.write(GET + b"\r\nnonsense\r\n\r\n")
    assert (await rest(reader)).startswith(b"HTTP/1.1 200 ")
    assert risen(before) == {"bad-request": 1}


async def test_a_client_cut_off_because_it_takes_nothing_is_counted(line, app, server):
    before = counted()
    _, writer = line
    writer.write(b"GET /big HTTP/1.1\r\nHost: g\r\n\r\n")
    await eventually(lambda: app.events)
    await eventually(lambda: not server.server_state.connections)
    assert risen(before) == {"not-taken": 1}


async def test_a_body_that_stalls_is_the_refusal_of_a_request_and_counted_as_one(line, rest):
    before = counted()
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf")
    await rest(reader)
    assert risen(before) == {}


async def test_a_silent_connection_that_is_closed_was_refused_nothing(line):
    before = counted()
    reader, _ = line
    assert await asyncio.wait_for(reader.read(), 10) == b""
    assert risen(before) == {}
