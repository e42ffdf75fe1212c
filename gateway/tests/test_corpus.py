"""Requests as no client library would send them, byte by byte: what the gateway answers, and what of it a service sees.

Smuggling after RFC 9112 §11.2, OWASP ASVS 5.0 V4.2; each case says every status line that comes back, in order.
"""

# ruff: noqa: E501 a table of cases: a row is a line
import asyncio
import re
from dataclasses import dataclass

import pytest

from testkit import eventually

ECHO, POSTED = "GET /v1/echo", "POST /v1/repeated"
_STATUS = re.compile(rb"(?:\A|(?<=\n)|(?<=\}))HTTP/1\.1 (\d{3})")
_PATIENCE = 3.0


@dataclass(frozen=True)
class Case:
    """A connection's bytes, the statuses of the answers, and the requests that reach the service."""

    name: str
    sent: bytes
    told: tuple[int, ...]
    reached: tuple[str, ...] = ()


def get(*lines: bytes, target: bytes = b"/v1/echo", host: bytes = b"g", version: bytes = b"HTTP/1.1") -> bytes:
    head = [b"GET " + target + b" " + version, b"Host: " + host, b"Connection: close", *lines]
    return b"\r\n".join(head) + b"\r\n\r\n"


def post(*lines: bytes, body: bytes = b"") -> bytes:
    head = [b"POST /v1/repeated HTTP/1.1", b"Host: g", b"Connection: close", *lines]
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    return post(b"Transfer-Encoding: chunked", body=body)


HIDDEN = b"GET /v1/secret HTTP/1.1\r\nHost: g\r\n\r\n"

LENGTHS = [
    Case("one length", post(b"Content-Length: 5", body=b"abcde"), (200,), (POSTED,)),
    Case("a length behind spaces", post(b"Content-Length:   5", body=b"abcde"), (200,), (POSTED,)),
    Case("no length and no body", post(), (200,), (POSTED,)),
    Case("CL.CL, different", post(b"Content-Length: 5", b"Content-Length: 6", body=b"abcdef"), (400,)),
    Case("CL.CL, the same", post(b"Content-Length: 5", b"Content-Length: 5", body=b"abcde"), (400,)),
    Case("two lengths in one line", post(b"Content-Length: 5, 5", body=b"abcde"), (400,)),
    Case("a length with a sign", post(b"Content-Length: +5", body=b"abcde"), (400,)),
    Case("a negative length", post(b"Content-Length: -5", body=b"abcde"), (400,)),
    Case("a hexadecimal length", post(b"Content-Length: 0x5", body=b"abcde"), (400,)),
    Case("an empty length", post(b"Content-Length:", body=b"abcde"), (400,)),
    Case(
        "a length of more digits than a number has",
        post(b"Content-Length: " + b"0" * 5000 + b"5", body=b"abcde"),
        (400,),
    ),
    Case("a length beyond 64 bits", post(b"Content-Length: 99999999999999999999", body=b"abcde"), (400,)),
    Case("a length of another script", post("Content-Length: ٥".encode(), body=b"abcde"), (400,)),
    Case("a body that is too long by its length", post(b"Content-Length: 2000000"), (413,)),
    Case("a read with a body", get(b"Content-Length: 5") + b"abcde", (413,)),
    Case("a read with a hidden request for a body", get(b"Content-Length: %d" % len(HIDDEN)) + HIDDEN, (413,)),
    Case(
        "a change with a hidden request for a body",
        post(b"Content-Length: %d" % len(HIDDEN), body=HIDDEN),
        (200,),
        (POSTED,),
    ),
]

TWO_FRAMINGS = [
    Case("CL.TE", post(b"Content-Length: 6", b"Transfer-Encoding: chunked", body=b"0\r\n\r\nG"), (400,)),
    Case("TE.CL", post(b"Transfer-Encoding: chunked", b"Content-Length: 4", body=b"5c\r\n" + HIDDEN + b"\r\n0\r\n\r\n"), (400,)),
    Case("CL.0 with TE", post(b"Content-Length: 0", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n" + HIDDEN), (400,)),
    Case("TE.TE, identity last", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity", body=b"0\r\n\r\n"), (400,)),
    Case("TE.TE, twice chunked", post(b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), (400,)),
    Case("an unknown coding", post(b"Transfer-Encoding: xchunked", body=b"0\r\n\r\n"), (400,)),
    Case("two codings", post(b"Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n"), (400,)),
    Case("chunked is not last", post(b"Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n"), (400,)),
    Case("a coding with a parameter", post(b"Transfer-Encoding: chunked;q=1", body=b"0\r\n\r\n"), (400,)),
    Case("a coding in quotes", post(b'Transfer-Encoding: "chunked"', body=b"0\r\n\r\n"), (400,)),
    Case("a coding behind a control character", post(b"Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n"), (400,)),
    Case("a space before the colon", post(b"Transfer-Encoding : chunked", body=b"0\r\n\r\n"), (400,)),
    Case("an underscore for the dash", post(b"Transfer_Encoding: chunked", b"Content-Length: 0"), (400,)),
]  # fmt: skip

CHUNKS = [
    Case("chunks", chunked(b"5\r\nabcde\r\n0\r\n\r\n"), (200,), (POSTED,)),
    Case("a chunk extension is dropped", chunked(b"5;a=b\r\nabcde\r\n0\r\n\r\n"), (200,), (POSTED,)),
    Case("trailers are dropped", chunked(b"5\r\nabcde\r\n0\r\nX-User-Id: root\r\n\r\n"), (200,), (POSTED,)),
    Case("a size that is none", chunked(b"zz\r\nabc\r\n0\r\n\r\n"), (400,)),
    Case("a size with a sign", chunked(b"+5\r\nabcde\r\n0\r\n\r\n"), (400,)),
    Case("a size with 0x", chunked(b"0x5\r\nabcde\r\n0\r\n\r\n"), (400,)),
    Case("a size beyond 64 bits", chunked(b"fffffffffffffffff\r\nabc\r\n0\r\n\r\n"), (400,)),
    Case("a chunk longer than its size", chunked(b"5\r\nabcdeXX0\r\n\r\n"), (400,)),
    Case("bare LF after the size", chunked(b"5\nabcde\n0\n\n"), (400,)),
    Case("bare LF after the chunk", chunked(b"5\r\nabcde\n0\r\n\r\n"), (400,)),
    Case("bare CR after the size", chunked(b"5\rabcde\r\n0\r\n\r\n"), (400,)),
    Case("a chunk extension without end", chunked(b"5\r\nabcde\r\n5;" + b"a" * 600_000), (431,)),
    Case("a trailer without end", chunked(b"5\r\nabcde\r\n0\r\nX-A: " + b"a" * 600_000), (431,)),
    Case("trailers without end", chunked(b"5\r\nabcde\r\n0\r\n" + b"X-A: 1\r\n" * 75_000), (431,)),
]

LINES = [
    Case("empty lines before a request", b"\r\n\r\n" + get(), (200,), (ECHO,)),
    Case("empty lines without end", b"\r\n" * 40_000, (431,)),
    Case("bare LF everywhere", get().replace(b"\r\n", b"\n"), (400,)),
    Case("bare LF after one header", get(b"X-A: 1\nX-B: 2"), (400,)),
    Case("bare CR in a header", get(b"X-A: 1\rX-B: 2"), (400,)),
    Case("a folded header", get(b"X-A: 1\r\n 2"), (400,)),
    Case("a header folded with a tab", get(b"X-A: 1\r\n\t2"), (400,)),
    Case("a space before the first header", get().replace(b"Host", b" Host"), (400,)),
    Case("NUL in a value", get(b"X-A: 1\x002"), (400,)),
    Case("a control character in a value", get(b"X-A: 1\x012"), (400,)),
    Case("a space in a name", get(b"X A: 1"), (400,)),
    Case("a name of no length", get(b": 1"), (400,)),
    Case("a header without a colon", get(b"X-A"), (400,)),
    Case("an underscore in a name", get(b"X_User_Id: 1"), (400,)),
    Case("two spaces in the request line", get(target=b" /v1/echo"), (200,), (ECHO,)),
    Case("a space within the target", get(target=b"/v1/echo HTTP/1.1 x"), (400,)),
    Case("no version", b"GET /v1/echo\r\n\r\n", (400,)),
    Case("HTTP/1.0", get(version=b"HTTP/1.0"), (505,)),
    Case("HTTP/1.2", get(version=b"HTTP/1.2"), (400,)),
    Case("HTTP/9.9", get(version=b"HTTP/9.9"), (400,)),
    Case("HTTP/2 without asking", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (400,)),
    Case("TLS", b"\x16\x03\x01\x02\x00\x01\x00" + bytes(60), (400,)),
    Case("nonsense", b"nonsense\r\n\r\n", (400,)),
    Case("a hundred headers", get(*(b"X-%d: 1" % number for number in range(98))), (200,), (ECHO,)),
    Case("a hundred and one headers", get(*(b"X-%d: 1" % number for number in range(99))), (431,)),
    Case("30 KiB of headers", get(*(b"X-%d: " % number + b"a" * 7500 for number in range(4))), (200,), (ECHO,)),
    Case("a header of 33 KiB", get(b"X-A: " + b"a" * 33 * 1024), (431,)),
    Case("a header without end", get()[:-2] + b"X-A: " + b"a" * 70_000, (431,)),
    Case("a target without end", b"GET /" + b"a" * 70_000, (431,)),
]

HOSTS = [
    Case("no host", b"GET /v1/echo HTTP/1.1\r\nConnection: close\r\n\r\n", (400,)),
    Case("two hosts", get(b"Host: g"), (400,)),
    Case("an empty host", get(host=b""), (400,)),
    Case("a host with a path", get(host=b"g/v1"), (400,)),
    Case("a host with a user", get(host=b"evil@g"), (400,)),
    Case("a host with a space", get(host=b"g evil"), (400,)),
    Case("a host with an empty port", get(host=b"g:"), (400,)),
    Case("a host with a port of six digits", get(host=b"g:100000"), (400,)),
    Case("two hosts in one line", get(host=b"g, evil.example"), (400,)),
    Case("a host with a port", get(host=b"g:8080"), (200,), (ECHO,)),
    Case("a host that is an IPv6 address", get(host=b"[::1]:8080"), (200,), (ECHO,)),
    Case("a whole address that names this host", get(target=b"http://g/v1/echo"), (200,), (ECHO,)),
    Case("a whole address in capitals", get(target=b"HTTP://G/v1/echo"), (200,), (ECHO,)),
    Case("a whole address with a query", get(target=b"http://g/v1/echo?a=/b"), (200,), (ECHO + "?a=/b",)),
    Case("a whole address that names another port", get(target=b"http://g:80/v1/echo"), (400,)),
    Case("a whole address that names another host", get(target=b"http://evil.example/v1/echo"), (400,)),
    Case("a whole address with a user", get(target=b"http://g@evil.example/v1/echo"), (400,)),
    Case("a whole address of another kind", get(target=b"file:///etc/passwd"), (400,)),
    Case("only a host", get(target=b"g:80"), (400,)),
    Case("CONNECT", get(target=b"evil.example:443").replace(b"GET", b"CONNECT"), (400,)),
    Case("OPTIONS for the whole server", get(target=b"*").replace(b"GET", b"OPTIONS"), (400,)),
    Case("a HEAD is asked as a GET", get().replace(b"GET", b"HEAD"), (200,), (ECHO,)),
    Case("a HEAD of what can only be changed", get(target=b"/v1/upload").replace(b"GET", b"HEAD"), (405,)),
    Case("a HEAD with a body", get(b"Content-Length: 5").replace(b"GET", b"HEAD") + b"abcde", (413,)),
    Case("TRACE", get().replace(b"GET", b"TRACE"), (405,)),
    Case("an invented method", get().replace(b"GET", b"BREW"), (400,)),
]

SECOND_REQUESTS = [
    Case("two requests at once", get().replace(b"Connection: close\r\n", b"") + get(target=b"/v1/echo/2"), (200, 200), (ECHO, "GET /v1/echo/2")),
    Case("a second request for no host", get().replace(b"Connection: close\r\n", b"") + get(host=b"evil@g"), (200, 400), (ECHO,)),
    Case("a second request for another host", get().replace(b"Connection: close\r\n", b"") + get(target=b"http://evil.example/v1/echo"), (200, 400), (ECHO,)),
    Case("a request behind a HEAD", get().replace(b"GET", b"HEAD").replace(b"Connection: close\r\n", b"") + get(target=b"/v1/echo/2"), (200, 200), (ECHO, "GET /v1/echo/2")),
    Case("a request behind one that closes", get() + HIDDEN, (200,), (ECHO,)),
    Case("nonsense behind a request", get().replace(b"Connection: close\r\n", b"") + b"nonsense\r\n\r\n", (200, 400), (ECHO,)),
    Case("a request behind a refusal that closes", get(b"X-A: 1\x00") + HIDDEN, (400,)),
    Case("a request behind a body nobody read", post(b"Content-Length: 2000000") + HIDDEN, (413,)),
    Case("an upgrade is not taken up", get(b"Upgrade: websocket").replace(b"Connection: close", b"Connection: upgrade") + HIDDEN, (200,), (ECHO,)),
    Case("an upgrade to HTTP/2 is not taken up", get(b"Upgrade: h2c", b"HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA").replace(b"Connection: close", b"Connection: Upgrade, HTTP2-Settings"), (200,), (ECHO,)),
    Case("an upgrade with a body", post(b"Connection: upgrade", b"Upgrade: h2c", b"Content-Length: 5", body=b"abcde"), (400,)),
    Case("an upgrade with chunks", post(b"Connection: upgrade", b"Upgrade: h2c", b"Transfer-Encoding: chunked", body=b"0\r\n\r\n"), (400,)),
    Case("an expectation in capitals", post(b"Expect: 100-Continue", b"Content-Length: 5", body=b"abcde"), (200,), (POSTED,)),
    Case("a body sent without waiting", post(b"Expect: 100-continue", b"Content-Length: 5", body=b"abcde"), (200,), (POSTED,)),
    Case("a body that nobody wants", post(b"Expect: 100-continue", b"Content-Length: 2000000"), (413,)),
    Case("another expectation", post(b"Expect: 200-ok", b"Content-Length: 5", body=b"abcde"), (417,)),
]  # fmt: skip

PATHS = [
    Case(target.decode("latin-1")[:40], get(target=target), (400,))
    for target in (
        b"/v1/echo/%2e%2e/secret", b"/v1/echo/%2E%2E/secret", b"/v1/echo/.%2e/secret", b"/v1/echo/..%2fsecret",
        b"/v1/echo/..%2Fsecret", b"/v1/echo/%5c..%5csecret", b"/v1/echo/%252e%252e/x%2f", b"/v1/echo/a%00b",
        b"/v1/echo/a%0d%0aX-User-Id:1", b"/v1/echo/a%7f", b"/v1/echo\\secret", b"/v1/echo/../secret",
        b"/v1/echo/./secret", b"/v1/echo/..", b"/v1/echo/.", b"/..", b"//v1/echo", b"//evil.example/v1/echo", b"/v1//echo",
        b"/v1/echo;a=b", b"/v1/echo/;/secret", b"/v1/echo/%zz", b"/v1/echo/%2", "/v1/echo/ё".encode(), b"/v1/echo/a\x01b",
        b"/v1/echo#part", b"/v1/echo?a#part", b"/v1/" + b"a" * 2045, b"/v1/echo?" + b"a" * 8193, b"/v1/echo?a=\xd1",
        b"?a=b", b"@evil.example/v1/echo",
    )
]  # fmt: skip

GROUPS = [LENGTHS, TWO_FRAMINGS, CHUNKS, LINES, HOSTS, SECOND_REQUESTS, PATHS]
CASES = [case for group in GROUPS for case in group]


async def _answers(port: int, sent: bytes) -> bytes:
    """Send bytes; return what comes until the gateway closes, which it does after every case here."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    received = b""
    try:
        async with asyncio.timeout(_PATIENCE):
            while part := await reader.read(65536):
                received += part
    except ConnectionResetError:
        pass
    finally:
        writer.close()
    return received


@pytest.fixture(scope="module")
async def gate(module_gateway):
    """One gateway for all cases: none of them may do harm to the next."""
    async with module_gateway() as running:
        yield running


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_a_hand_written_request_gets_its_one_answer_and_reaches_a_service_only_if_it_may(case, gate):
    door, upstream = gate
    upstream.asked.clear()
    received = await _answers(door.settings.gateway_port, case.sent)
    assert tuple(int(status) for status in _STATUS.findall(received)) == case.told, received[:300]
    assert tuple(upstream.asked) == case.reached
    for refused in (status for status in case.told if status >= 400):
        assert received.count(b"content-type: application/problem+json") >= 1, (refused, received)


async def test_after_all_of_them_the_gateway_is_well_and_holds_no_connection_open(gate):
    door, _ = gate
    for case in CASES:
        await _answers(door.settings.gateway_port, case.sent)
    assert (await door.client.get("/v1/echo")).status == 200
    await eventually(lambda: door.connections() <= 1)


@pytest.mark.parametrize(
    "hop", [b"X-Request-Id", b"traceparent", b"X-Forwarded-For", b"Authorization", b"Host", b"Via"]
)
async def test_a_header_named_in_connection_cannot_take_along_what_the_gateway_tells_the_service(hop, gate):
    door, _ = gate
    sent = get(b"Connection: " + hop, b"Authorization: Bearer x").replace(b"Connection: close\r\n", b"")
    reader, writer = await asyncio.open_connection("127.0.0.1", door.settings.gateway_port)
    writer.write(sent)
    received = await reader.readuntil(b"}")
    writer.close()
    assert b'"x-request-id"' in received
    assert b'"traceparent"' in received
    assert b'["x-forwarded-for", "127.0.0.1"]' in received
