"""Paths, queries and headers that two readers could understand differently never reach a service."""

import asyncio

import pytest

from chassis.problem import Problem
from gateway.strictness import check_headers, check_path, check_query

AMBIGUOUS = [
    b"/v1/echo/%2e%2e/secret",
    b"/v1/echo/%2E%2E/secret",
    b"/v1/echo/.%2e/secret",
    b"/v1/echo/..%2fsecret",
    b"/v1/echo/..%2Fsecret",
    b"/v1/echo/%5c..%5csecret",
    b"/v1/echo/a%00b",
    b"/v1/echo/a%0d%0aX-User-Id:1",
    b"/v1/echo/a%7f",
    b"/v1/echo\\secret",
    b"/v1/echo/../secret",
    b"/v1/echo/./secret",
    b"/v1/echo/..",
    b"/..",
    b"//v1/echo",
    b"/v1//echo",
    b"/v1/echo;a=b",
    b"/v1/echo/%zz",
    b"/v1/echo/%2",
    b"/v1/echo/" + "ё".encode(),
    b"/v1/echo/a\x01b",
    b"/v1/" + b"a" * 2045,
]


@pytest.mark.parametrize("path", AMBIGUOUS, ids=[path[:40].decode("latin-1") for path in AMBIGUOUS])
async def test_an_ambiguous_path_is_refused_before_any_service_is_asked(path, door, upstream):
    assert await door.status(path) == 400
    assert upstream.asked == []


@pytest.mark.parametrize("path", [b"/v1/echo", b"/v1/a.b/c~d_e-f", b"/v1/" + b"a" * 2044, b"/v1/%D1%91"])
def test_a_plain_path_up_to_2048_characters_is_accepted(path):
    check_path(path)


@pytest.mark.parametrize("query", [b"a=%2e%2e%2f", b"q=%D1%91&limit=1", b"a" * 8192])
def test_a_query_may_carry_escapes_and_be_8192_characters_long(query):
    check_query(query)


@pytest.mark.parametrize("query", [b"a" * 8193, b"a=\xd1", b"a=\x00", b"a b"])
def test_a_query_that_is_not_visible_ascii_or_too_long_is_refused(query):
    with pytest.raises(Problem, match="bad-query"):
        check_query(query)


@pytest.mark.parametrize(
    "headers",
    [
        [b"X_User_Id: 1"],
        [b"Host: other"],
        [b"Authorization: Bearer a", b"Authorization: Bearer b"],
        [b"Idempotency-Key: 12345678", b"Idempotency-Key: 12345679"],
        [b"Content-Length: 0", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: gzip, chunked"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: chunked", b"Transfer-Encoding: identity"],
        [b"Content-Length: 5", b"Content-Length: 6"],
        [b"Content-Length: +5"],
        [b"Content-Length: 5, 5"],
        [b"X-Folded: a\r\n b"],
        [b"Bad Name: 1"],
        [b"X-Control: a\x00b"],
    ],
    ids=lambda lines: lines[0].decode("latin-1"),
)
async def test_contradictory_headers_are_refused_and_the_connection_ends(headers, door, upstream):
    assert await door.status(b"/v1/repeated", *headers, method=b"POST", body=b"0\r\n\r\n") in (0, 400)
    assert upstream.asked == []


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /v1/echo HTTP/1.1\nHost: g\n\n",
        b"GET  /v1/echo HTTP/1.1\r\nHost: g\r\n\r\n",
        b"GET /v1/echo HTTP/9.9\r\nHost: g\r\n\r\n",
        b"GET /v1/echo\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST /v1/repeated HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5\nabcde\n0\n\n",
        b"POST /v1/repeated HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n",
        b"POST /v1/repeated HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcdeXX0\r\n\r\n",
        b"GET /v1/echo HTTP/1.1\r\nConnection: close\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: g\r\n\r\n",
        b"CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n",
    ],
)
async def test_what_is_not_proper_http_is_answered_400_or_cut(request_bytes, door, upstream):
    answer = await door.raw(request_bytes)
    assert not answer or answer.startswith(b"HTTP/1.1 4")
    assert upstream.asked == []


async def test_a_parse_error_is_a_problem_document_like_every_refusal(door):
    answer = await door.raw(b"nonsense\r\n\r\n")
    assert b"content-type: application/problem+json" in answer
    assert b"urn:technopark:problem:bad-request" in answer


async def test_a_request_hidden_in_a_body_is_not_answered_as_a_second_one(door, upstream):
    hidden = b"GET /v1/secret HTTP/1.1\r\nHost: g\r\n\r\n"
    body = b"POST /v1/repeated HTTP/1.1\r\nHost: g\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(hidden)
    answer = await door.raw(body + hidden, finish=False)
    assert answer.count(b"HTTP/1.1 ") == 1
    assert upstream.asked == ["POST /v1/repeated"]


async def test_an_absolute_address_in_the_request_line_cannot_choose_the_service(door, upstream):
    assert await door.status(b"http://evil.example/v1/echo") == 200
    assert upstream.asked == ["GET /v1/echo"]


def test_a_hundred_headers_pass_and_one_more_is_refused():
    headers = [(b"host", b"g"), *((b"x-%d" % number, b"1") for number in range(99))]
    check_headers(headers)
    with pytest.raises(Problem, match="headers-too-large"):
        check_headers([*headers, (b"x-100", b"1")])


def test_thirty_two_kibibytes_of_headers_pass_and_one_more_byte_is_refused():
    room = 32 * 1024 - len(b"host" + b"g" + b"x-big")
    check_headers([(b"host", b"g"), (b"x-big", b"a" * room)])
    with pytest.raises(Problem, match="headers-too-large"):
        check_headers([(b"host", b"g"), (b"x-big", b"a" * (room + 1))])


async def test_a_refusal_is_told_in_russian_and_on_request_in_english(door):
    russian = await door.client.get("/v1/nowhere")
    english = await door.client.get("/v1/nowhere", headers={"Accept-Language": "en"})
    assert (russian.status, russian.code, russian.json["title"]) == (404, "no-such-address", "Такого адреса нет")
    assert english.json["title"] == "No such address"
    assert english.headers["Content-Type"] == "application/problem+json"
    assert english.json["instance"] == "/v1/nowhere"


async def test_a_method_that_the_address_lacks_is_refused_with_those_it_has(door):
    answer = await door.client.send("DELETE", "/v1/secret")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, POST")


async def test_a_refusal_repeated_many_times_keeps_no_memory_of_the_requests(door):
    await asyncio.gather(*(door.client.get("/v1/nowhere") for _ in range(50)))
    from gateway.refusals import NO_ROUTE  # noqa: PLC0415 the constant itself is under test

    assert NO_ROUTE.__traceback__ is None
