"""What goes over a client's connection, byte by byte."""

import asyncio

import pytest

from testkit import eventually

GET = b"GET /%b HTTP/1.1\r\nHost: g\r\n\r\n"
MIB = 1024 * 1024


async def test_requests_sent_together_are_answered_one_by_one_in_their_order(line, app, answer):
    reader, writer = line
    writer.write(GET % b"gated/1" + GET % b"name/2" + GET % b"name/3")
    await eventually(lambda: len(app.scopes) == 1)
    app.gate.set()
    assert [(await answer(reader))[1] for _ in range(3)] == [b"/gated/1", b"/name/2", b"/name/3"]


async def test_what_is_no_http_behind_a_good_request_is_refused_after_its_answer(line, answer, rest):
    reader, writer = line
    writer.write(GET % b"name/1" + b"nonsense\r\n\r\n")
    head, body = await answer(reader)
    assert (head[:15], body) == (b"HTTP/1.1 200 OK", b"/name/1")
    assert (await rest(reader)).startswith(b"HTTP/1.1 400 ")


async def test_a_client_that_closes_its_half_has_left(line, app, rest):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 10\r\n\r\nhalf")
    writer.write_eof()
    assert await rest(reader) == b""
    assert app.events == ["gone"]


async def test_trailers_do_not_become_headers(line, app, answer):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
    writer.write(b"3\r\nabc\r\n0\r\nX-Role: administrator\r\n\r\n")
    assert (await answer(reader))[1] == b"abc"
    assert b"x-role" not in dict(app.scopes[0]["headers"])


async def test_a_client_that_asks_whether_to_go_on_is_told_so_once_its_body_is_wanted(line, answer):
    reader, writer = line
    writer.write(b"POST /echo HTTP/1.1\r\nHost: g\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"abc")
    assert (await answer(reader))[1] == b"abc"


async def test_an_answer_before_the_end_of_the_body_reaches_a_client_that_goes_on_sending(line, rest):
    reader, writer = line
    writer.write(b"POST /early HTTP/1.1\r\nHost: g\r\nContent-Length: %d\r\n\r\n" % (8 * MIB))
    writer.write(bytes(MIB))
    assert (await rest(reader)).endswith(b"too large")


async def test_the_head_of_a_stream_does_not_wait_for_its_first_part(line, app, answer):
    reader, writer = line
    writer.write(GET % b"stream")
    head, _ = await answer(reader)
    assert b"transfer-encoding: chunked\r\n" in head
    app.gate.set()
    assert await reader.readuntil(b"0\r\n\r\n") == b"4\r\nlate\r\n0\r\n\r\n"


async def test_an_answer_shorter_than_declared_costs_the_client_its_connection(line, rest):
    reader, writer = line
    writer.write(GET % b"short")
    assert not (await rest(reader)).endswith(b"\r\n\r\npart" + b"-" * 5)
    assert reader.at_eof()


async def test_a_header_with_a_line_end_is_never_sent(line, rest):
    reader, writer = line
    writer.write(GET % b"split")
    assert b"x-b" not in await rest(reader)


@pytest.mark.parametrize(
    ("request_bytes", "closes"),
    [
        (b"GET /name/1 HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n", True),
        (b"GET /name/1 HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", True),
        (GET % b"name/1", False),
    ],
)
async def test_the_connection_is_kept_when_the_client_and_the_protocol_allow(line, request_bytes, closes, answer):
    reader, writer = line
    writer.write(request_bytes)
    head, body = await answer(reader)
    assert (body, b"connection: close" in head) == (b"/name/1", closes)
    writer.write(GET % b"name/2")
    assert (await reader.read(8) == b"HTTP/1.1") is not closes


async def test_head_is_answered_without_a_body_and_with_its_length(line, answer):
    reader, writer = line
    writer.write(b"HEAD /name/1 HTTP/1.1\r\nHost: g\r\n\r\n" + GET % b"name/2")
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"content-length: 7\r\n" in head
    assert (await answer(reader))[1] == b"/name/2"


async def test_a_server_that_ends_closes_what_is_idle_and_answers_what_is_under_way(app, listening, rest):
    async with listening(app) as server:
        idle, waiting = await asyncio.open_connection("127.0.0.1", server.config.port)
        reader, writer = await asyncio.open_connection("127.0.0.1", server.config.port)
        writer.write(GET % b"gated/1")
        await eventually(lambda: app.scopes)
        server.should_exit = True
        assert await rest(idle) == b""
        app.gate.set()
        assert (await rest(reader)).endswith(b"/gated/1")
        waiting.close()
        writer.close()


async def test_headers_may_be_repeated_but_what_frames_the_answer_is_told_once_by_the_listener(line, rest):
    reader, writer = line
    writer.write(GET % b"repeated" + GET % b"name/2")
    received = await rest(reader)
    assert received.endswith(b"\r\n\r\nbody")
    for told in (b"vary: a", b"vary: b", b"content-length: 4", b"connection: close"):
        assert received.count(b"\r\n%b\r\n" % told) == 1
    assert (received.count(b"connection: "), received.count(b"transfer-encoding")) == (1, 0)


async def test_an_answer_whose_length_is_no_number_is_not_begun(line, rest):
    reader, writer = line
    writer.write(GET % b"unmeasured")
    assert await rest(reader) == b""
