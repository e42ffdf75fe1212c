"""Which connection to a service a request is sent on, and what becomes of it."""

import asyncio
import socket
from pathlib import Path

import pytest
import uvloop

from gateway.upstream import NotSent, Upstream
from testkit import eventually

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


async def test_nothing_is_sent_where_nobody_listens(free_port, asked):
    upstream = Upstream(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotSent):
        await asked(upstream)
    assert upstream.open_connections == 0


async def test_a_host_that_takes_no_connection_is_given_up_after_the_connect_time(asked):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        filling = [socket.socket() for _ in range(3)]
        for each in filling:
            each.setblocking(False)
            each.connect_ex(listener.getsockname())
        upstream = Upstream(f"http://127.0.0.1:{listener.getsockname()[1]}", connect_seconds=0.2)
        started = asyncio.get_running_loop().time()
        with pytest.raises(NotSent):
            await asked(upstream)
        assert asyncio.get_running_loop().time() - started < 1.9
        for each in filling:
            each.close()


async def test_a_connection_the_service_closed_while_idle_is_not_used_again(serving, answering, asked):
    async with serving(answering(OK, then_close=True)) as origin:
        upstream = Upstream(origin)
        for _ in range(20):
            assert (await asked(upstream))[1] == b"ok"
            await eventually(lambda: upstream.open_connections == 0, interval=0.001)


async def test_an_idle_connection_is_closed_before_the_service_would(serving, answering, asked):
    async with serving(answering(OK)) as origin:
        upstream = Upstream(origin, idle_seconds=0.2)
        await asked(upstream)
        assert upstream.idle_connections == 1
        await eventually(lambda: upstream.open_connections == 0)


async def test_the_connection_used_last_is_used_first(serving, asked, request_of):
    async def script(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = b"%d" % writer.get_extra_info("peername")[1]
        while True:
            await request_of(reader)
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(name), name))

    async with serving(script) as origin:
        upstream = Upstream(origin)
        await asyncio.gather(*(asked(upstream) for _ in range(5)))
        used = {(await asked(upstream))[1] for _ in range(5)}
        assert (upstream.open_connections, len(used)) == (5, 1)
        upstream.close()


async def test_more_requests_than_connections_wait_and_all_are_answered(serving, answering, asked):
    async with serving(answering(OK)) as origin:
        upstream = Upstream(origin, connections=3)
        bodies = await asyncio.gather(*(asked(upstream) for _ in range(40)))
        assert [body for _, body in bodies] == [b"ok"] * 40
        assert upstream.open_connections == 3
        upstream.close()


async def test_one_who_stops_waiting_takes_nobody_else_s_place(serving, asked, request_of):
    gate = asyncio.Event()

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request_of(reader)
            await gate.wait()
            writer.write(OK)

    async with serving(slow) as origin:
        upstream = Upstream(origin, connections=1)
        first, second, third = (asyncio.create_task(asked(upstream)) for _ in range(3))
        await asyncio.wait({first, second, third}, timeout=0.1)
        second.cancel()
        gate.set()
        assert (await first)[1] == (await third)[1] == b"ok"
        assert second.cancelled() or isinstance(
            (await asyncio.gather(second, return_exceptions=True))[0], BaseException
        )
        upstream.close()


async def test_a_cancelled_request_closes_its_connection_so_that_the_service_may_stop(serving, asked, request_of):
    left = asyncio.Event()

    async def hanging(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await request_of(reader)
        await reader.read()
        left.set()

    async with serving(hanging) as origin:
        upstream = Upstream(origin)
        asking = asyncio.create_task(asked(upstream))
        await eventually(lambda: upstream.open_connections == 1)
        await asyncio.wait({asking}, timeout=0.05)
        asking.cancel()
        await asyncio.wait_for(left.wait(), 10)
        await eventually(lambda: upstream.open_connections == 0)


@pytest.mark.parametrize(
    "header",
    [
        (b"x-a", b"1\r\nx-user-id: root"),
        (b"x-a", b"1\nx-b: 2"),
        (b"x-a\r\nx-b", b"1"),
        (b"x-a", b"1\0"),
        (b"x-a", b"1\r"),
    ],
)
async def test_a_header_cannot_begin_another(header, serving, answering):
    async with serving(answering(OK)) as origin:
        upstream = Upstream(origin)
        with pytest.raises(ValueError, match="line"):
            await upstream.request(b"GET", b"/x", [header])
        with pytest.raises(ValueError, match="line"):
            await upstream.request(b"GET", b"/x HTTP/1.1\r\nx-a: 1\r\n\r\nGET /y", ())
        assert upstream.open_connections == 0


async def test_a_service_behind_tls_is_asked_only_when_its_certificate_is_trusted(
    tmp_path: Path, self_signed, serving, answering, asked
):
    server, trusting = self_signed(tmp_path)
    async with serving(answering(OK), server) as origin:
        with pytest.raises(NotSent):
            await asked(Upstream(origin))
        upstream = Upstream(origin, tls=trusting)
        assert (await asked(upstream))[1] == b"ok"
        upstream.close()


async def test_who_is_cancelled_once_the_answer_is_here_does_not_end_the_next_exchange_on_its_connection(
    serving, answering
):
    async with serving(answering()) as origin:
        upstream = Upstream(origin)
        first = asyncio.create_task(upstream.request(b"GET", b"/first", ()))
        while not upstream.idle_connections:  # noqa: ASYNC110 the answer has come, and whoever waits for it has not run yet
            await asyncio.sleep(0)
        first.cancel()
        second = await upstream.request(b"GET", b"/second", ())
        assert (await second.read(10), upstream.open_connections) == (b"ok", 1)
        assert first.cancelled()
        upstream.close()


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_whoever_gives_up_at_whatever_moment_gives_the_place_of_the_connection_back(serving, answering, loop):
    async def given_up() -> list[int]:
        held = []
        async with serving(answering()) as origin:
            for turns in range(12):
                upstream = Upstream(origin)
                asking = asyncio.create_task(upstream.request(b"GET", b"/x", ()))
                for _ in range(turns):
                    await asyncio.sleep(0)
                asking.cancel()
                await asyncio.gather(asking, return_exceptions=True)
                upstream.close()
                await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.02)
                held.append(upstream.open_connections)
        return held

    with asyncio.Runner(loop_factory=loop) as runner:
        assert runner.run(given_up()) == [0] * 12


async def test_who_stops_waiting_as_a_place_is_given_back_is_told_nothing_but_that(serving):
    async def hanging(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    async with serving(hanging) as origin:
        for turns in range(10):
            upstream = Upstream(origin, connections=1)
            first, second = (asyncio.create_task(upstream.request(b"GET", b"/x", ())) for _ in range(2))
            await asyncio.wait({first, second}, timeout=0.02)
            first.cancel()
            for _ in range(turns):
                await asyncio.sleep(0)
            second.cancel()
            ends = await asyncio.gather(first, second, return_exceptions=True)
            assert [type(end) for end in ends] == [asyncio.CancelledError] * 2
            await eventually(lambda: upstream.open_connections == 0)  # noqa: B023
