"""Answers of a service, as they come and as they end."""

import pytest

from gateway.upstream import AnswerLost, Upstream
from testkit import eventually

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


FRAMED = {
    "length": (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, b"hello", True),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\n\r\n",
        200,
        b"hello",
        True,
    ),
    "trailers": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nx-t: 1\r\n\r\n",
        200,
        b"hello",
        True,
    ),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b"", True),
    "not modified": (b'HTTP/1.1 304 Not Modified\r\nContent-Length: 999\r\nETag: "v1"\r\n\r\n', 304, b"", True),
    "interim": (b"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"ok", True),
    "close": (b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", False),
    "old": (b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, b"ok", False),
}


@pytest.mark.parametrize("kind", FRAMED)
async def test_every_way_to_frame_an_answer_is_understood_and_the_connection_kept_where_it_may(
    kind, serving, answering, asked
):
    sent, status, body, kept = FRAMED[kind]
    async with serving(answering(sent)) as origin:
        upstream = Upstream(origin)
        for _ in range(2):
            answer, read = await asked(upstream)
            assert (answer.status, read, answer.complete) == (status, body, True)
        assert b"x-t" not in dict(answer.headers)
        await eventually(lambda: upstream.open_connections == upstream.idle_connections == int(kept))
        upstream.close()


async def test_a_body_without_a_length_ends_with_its_connection(serving, answering, asked):
    async with serving(answering(b"HTTP/1.1 200 OK\r\n\r\nall of it", then_close=True)) as origin:
        upstream = Upstream(origin)
        assert (await asked(upstream))[1] == b"all of it"
        await eventually(lambda: upstream.open_connections == 0)


async def test_the_answer_to_head_has_no_body_whatever_it_declares(serving, answering, asked):
    async with serving(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n")) as origin:
        answer, body = await asked(Upstream(origin), b"HEAD")
        assert (answer.status, body, dict(answer.headers)[b"content-length"]) == (200, b"", b"500")


BROKEN = {
    "not HTTP": b"SSH-2.0-OpenSSH\r\n",
    "cut in the head": b"HTTP/1.1 200 OK\r\nContent-",
    "nothing": b"",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!",
    "length and chunks": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "a folded header": b"HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n",
    "a head without end": b"HTTP/1.1 200 OK\r\n" + b"X-A: " + b"a" * 70_000,
    "too many headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 201 + b"\r\n",
}


@pytest.mark.parametrize("kind", BROKEN)
async def test_what_is_no_answer_is_lost_and_leaves_no_connection(kind, serving, answering, asked):
    async with serving(answering(BROKEN[kind], then_close=True)) as origin:
        upstream = Upstream(origin)
        with pytest.raises(AnswerLost):
            await asked(upstream)
        await eventually(lambda: upstream.open_connections == 0)


@pytest.mark.parametrize(
    "part",
    [
        b"Content-Length: 10\r\n\r\nhalf",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"Transfer-Encoding: chunked\r\n\r\nzz",
    ],
)
async def test_a_body_that_breaks_off_is_never_taken_for_whole(part, serving, answering):
    async with serving(answering(b"HTTP/1.1 200 OK\r\n" + part, then_close=True)) as origin:
        answer = await Upstream(origin).request(b"GET", b"/x", ())
        with pytest.raises(AnswerLost):
            await answer.read(100)


async def test_an_answer_nobody_asked_for_costs_the_connection_and_reaches_no_other_request(serving, answering, asked):
    async with serving(answering(OK + b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil")) as origin:
        upstream = Upstream(origin)
        for _ in range(3):
            try:
                assert (await asked(upstream))[1] == b"ok"
            except AnswerLost:
                continue
        await eventually(lambda: upstream.idle_connections == 0)


async def test_an_answer_longer_than_wanted_is_given_up(serving, answering):
    async with serving(answering(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n" + b"a" * 50)) as origin:
        upstream = Upstream(origin)
        answer = await upstream.request(b"GET", b"/x", ())
        with pytest.raises(AnswerLost):
            await answer.read(49)
        await eventually(lambda: upstream.open_connections == 0)


async def test_the_end_of_an_answer_is_told_once_however_it_ends(serving, answering, asked):
    ends: list[str] = []
    async with serving(answering(OK)) as origin:
        answer, _ = await asked(Upstream(origin))
        answer.at_end(lambda: ends.append("whole"))
    async with serving(answering(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n")) as origin:
        answer = await Upstream(origin).request(b"GET", b"/x", ())
        answer.at_end(lambda: ends.append("aborted"))
        answer.abort()
        answer.abort()
        await eventually(lambda: ends == ["whole", "aborted"])
