"""HEAD is GET without its body (RFC 9110 §9.3.2): for monitors, and for who asks before it fetches a file."""

import asyncio

import pytest
from aiohttp import ClientResponse, ClientSession
from multidict import CIMultiDictProxy

from testkit import eventually

_OF_EACH_REQUEST = ("x-request-id", "date", "ratelimit")
GZIP = {"Accept-Encoding": "gzip"}


def lasting(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if not name.lower().startswith(_OF_EACH_REQUEST)}


@pytest.fixture(scope="module")
async def gate(module_gateway):
    """One gateway for all: nothing here harms it."""
    async with module_gateway() as running:
        yield running


@pytest.fixture
def door(gate):
    return gate[0]


@pytest.fixture
def upstream(gate):
    gate[1].asked.clear()
    gate[1].abandoned.clear()
    return gate[1]


@pytest.fixture
async def ask(door):
    """Ask for an address; the answer without and with a body of the same request."""
    async with ClientSession(door.base, auto_decompress=False, headers={"Accept-Encoding": "identity"}) as http:

        async def asked(path: str, **headers: str) -> tuple[ClientResponse, ClientResponse]:
            async with http.head(path, headers=headers) as head, http.get(path, headers=headers) as whole:
                assert await head.read() == b""
                await whole.read()
                return head, whole

        yield asked


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/v1/headers", {}, 200),
        ("/v1/headers", GZIP, 200),
        ("/v1/ending", GZIP, 200),
        ("/v1/ending", {}, 200),
        ("/v1/secret", {}, 401),
        ("/v1/dead", {}, 503),
        ("/v1/nowhere", {}, 404),
        ("/livez", {}, 200),
        ("/docs", {}, 200),
        ("/docs", GZIP, 200),
        ("/docs/page.css", {}, 200),
        ("/docs/page.css", {"Range": "bytes=0-1"}, 200),
        ("/docs/nothing.css", {}, 404),
    ],
)
async def test_a_head_has_the_status_and_the_headers_of_the_whole_answer(ask, path, headers, status):
    head, whole = await ask(path, **headers)
    assert head.status == status
    if "Range" not in headers:
        assert whole.status == status
        assert lasting(head.headers) == {**lasting(whole.headers), "Content-Length": head.headers["Content-Length"]}
    assert int(head.headers["Content-Length"]) > 0


@pytest.mark.parametrize("headers", [{}, GZIP])
async def test_a_head_tells_the_etag_and_the_length_of_the_whole_as_it_would_be_sent(door, headers):
    head, whole = [await door.client.send(method, "/docs/page.css", headers=headers) for method in ("HEAD", "GET")]
    assert (head.etag, head.headers.get("Content-Length")) == (whole.etag, whole.headers.get("Content-Length"))
    assert len(whole.body) > 500 > len(head.body) == 0


async def test_a_service_is_asked_for_the_whole_and_of_a_range_it_hears_nothing(door, upstream, ask):
    head, _ = await ask("/v1/echo?a=b", Range="bytes=0-1", **{"If-Range": '"v1"'})
    assert (head.status, upstream.asked) == (200, ["GET /v1/echo?a=b"] * 2)
    async with ClientSession() as http, http.head(f"{door.base}/v1/echo", headers={"Range": "bytes=0-1"}):
        names = {name for name, _ in upstream.seen["headers"]}
    assert {"range", "if-range"}.isdisjoint(names)


async def test_of_a_file_the_head_is_told_at_once_and_the_file_is_not_read(door, upstream):
    async with ClientSession() as http:
        async with asyncio.timeout(3), http.head(f"{door.base}/v1/download?mib=1024") as head:
            assert (head.status, head.headers["Content-Length"]) == (200, str(1024 * 1024 * 1024))
            assert await head.read() == b""
        await eventually(lambda: upstream.abandoned == ["/v1/download"])
        assert (await door.client.get("/v1/echo")).status == 200


async def test_a_head_of_an_answer_without_end_is_told_without_waiting_for_it(door, upstream):
    async with ClientSession() as http, asyncio.timeout(0.4), http.head(f"{door.base}/v1/drip") as head:
        assert head.status == 200
        assert "Content-Length" not in head.headers


async def test_nothing_follows_a_head_but_the_next_answer_on_the_same_connection(door):
    line = b" HTTP/1.1\r\nHost: g\r\n"
    asked = b"HEAD /v1/headers" + line + b"\r\nHEAD /v1/secret" + line + b"\r\nGET /v1/echo/1" + line
    received = await door.raw(asked + b"Connection: close\r\n\r\n", finish=False)
    first, second, third, body = received.split(b"\r\n\r\n")
    assert [part[9:12] for part in (first, second, third)] == [b"200", b"401", b"200"]
    assert body.startswith(b"{")


async def test_a_head_counts_as_the_read_that_it_is(door, ask):
    first, _ = await ask("/v1/repeated/a")
    second, _ = await ask("/v1/repeated/b")
    left = [int(answer.headers["RateLimit-Remaining"]) for answer in (first, second)]
    assert left[0] - left[1] == 2
    told = await door.metrics()
    row = 'method="HEAD",route="/v1/repeated/{thing_id}",status="200",upstream="registry"'
    assert f"gateway_request_seconds_count{{{row}}} 2.0" in told


async def test_what_cannot_be_read_and_what_has_no_end_has_no_head(door):
    assert await door.status(b"/v1/upload", method=b"HEAD") == 405
    async with ClientSession() as http, http.post(f"{door.base}/docs") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


async def test_a_stream_of_updates_has_no_head(running_gateway):
    async with running_gateway() as door, ClientSession() as http, http.head(f"{door.base}/v1/me/updates") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")


async def test_operators_may_ask_for_heads_too(door):
    async with ClientSession() as http:
        for path in ("/livez", "/readyz", "/metrics"):
            async with http.head(f"http://127.0.0.1:{door.settings.gateway_admin_port}{path}") as answer:
                assert (answer.status, await answer.read()) == (200, b"")
