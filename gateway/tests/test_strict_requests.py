"""Paths, queries and headers that two readers could understand differently never reach a service."""

import asyncio

import pytest

from chassis.problem import Problem
from gateway.strictness import check_headers, check_path, check_query


@pytest.mark.parametrize("path", [b"/v1/echo", b"/v1/a.b/c~d_e-f", b"/v1/" + b"a" * 2044, b"/v1/%D1%91"])
def test_a_plain_path_up_to_2048_characters_is_accepted(path):
    check_path(path)


@pytest.mark.parametrize(
    "path",
    [
        b"/v1/" + b"a" * 2045, b"", b"v1/echo", b"*", b"http://g/v1/echo", b"/v1/..", b"/v1/./a", b"/v1//a", b"/v1/%2e",
        b"/v1/%2F", b"/v1/%5c", b"/v1/%00", b"/v1/%7f", b"/v1/%zz", b"/v1/a b", b"/v1/\xd1", b"/v1/a;b", b"/v1/a#b",
    ],
)  # fmt: skip
def test_a_path_that_some_reader_might_shorten_split_or_decode_is_refused(path):
    with pytest.raises(Problem, match="bad-path"):
        check_path(path)


@pytest.mark.parametrize("query", [b"a=%2e%2e%2f", b"q=%D1%91&limit=1", b"a" * 8192])
def test_a_query_may_carry_escapes_and_be_8192_characters_long(query):
    check_query(query)


@pytest.mark.parametrize("query", [b"a" * 8193, b"a=\xd1", b"a=\x00", b"a b", b"a#b"])
def test_a_query_that_is_not_visible_ascii_or_too_long_is_refused(query):
    with pytest.raises(Problem, match="bad-query"):
        check_query(query)


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


def test_headers_of_one_name_are_weighed_all():
    with pytest.raises(Problem, match="headers-too-large"):
        check_headers([(b"host", b"g"), *[(b"x-big", b"a" * 1024)] * 32])


@pytest.mark.parametrize(
    "name",
    [
        "authorization", "content-type", "idempotency-key", "if-match", "if-none-match", "traceparent", "x-request-id",
        "accept-language", "content-length",
    ],
)  # fmt: skip
def test_what_is_said_once_may_not_be_said_twice_even_alike(name):
    with pytest.raises(Problem, match="bad-header"):
        check_headers([(b"host", b"g"), *[(name.encode(), b"1")] * 2])


def test_a_body_is_framed_once_whatever_the_listener_let_through():
    with pytest.raises(Problem, match="bad-header"):
        check_headers([(b"host", b"g"), *[(b"transfer-encoding", b"chunked")] * 2])


def test_a_length_has_as_many_digits_as_sixty_four_bits_need_and_not_one_more():
    assert check_headers([(b"host", b"g"), (b"content-length", b"0" * 19 + b"5")])
    with pytest.raises(Problem, match="bad-header"):
        check_headers([(b"host", b"g"), (b"content-length", b"0" * 20 + b"5")])


@pytest.mark.parametrize(
    "headers",
    [
        [], [(b"transfer-encoding", b"chunked")], [(b"transfer-encoding", b"Chunked")], [(b"content-length", b"0")],
        [(b"accept", b"a"), (b"accept", b"b")],
    ],
)  # fmt: skip
def test_headers_that_all_readers_understand_alike_pass_and_of_repeated_ones_the_last_is_named(headers):
    assert check_headers([(b"host", b"g"), *headers]) == dict([(b"host", b"g"), *headers])


@pytest.mark.parametrize(
    "headers",
    [
        [], [(b"host", b"g"), (b"host", b"g")], [(b"host", b"g"), (b"x_user", b"1")],
        [(b"host", b"g"), (b"if-match", b"1"), (b"accept", b"a"), (b"if-match", b"2")],
        [(b"host", b"g"), (b"x-api-key", b"1"), (b"x-api-key", b"1")],
        [(b"host", b"g"), (b"transfer-encoding", b"gzip")], [(b"host", b"g"), (b"content-length", b"+5")],
        [(b"host", b"g"), (b"transfer-encoding", b"chunked"), (b"content-length", b"5")],
    ],
)  # fmt: skip
def test_headers_of_which_two_readers_could_take_different_ones_are_refused(headers):
    with pytest.raises(Problem, match="bad-header"):
        check_headers(headers)


async def test_a_refusal_is_told_in_russian_and_on_request_in_english(door):
    russian = await door.client.get("/v1/nowhere")
    english = await door.client.get("/v1/nowhere", headers={"Accept-Language": "en"})
    assert (russian.status, russian.code, russian.json["title"]) == (404, "no-such-address", "Такого адреса нет")
    assert english.json["title"] == "No such address"
    assert english.headers["Content-Type"] == "application/problem+json"
    assert english.json["instance"] == "/v1/nowhere"
    long = await door.client.get("/v1/" + "a" * 300, headers={"Accept-Language": "EN-gb"})
    assert (long.json["title"], len(long.json["instance"])) == ("No such address", 256)


async def test_a_method_that_the_address_lacks_is_refused_with_those_it_has(door):
    answer = await door.client.send("DELETE", "/v1/secret")
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


async def test_a_refusal_repeated_many_times_keeps_no_memory_of_the_requests(door):
    await asyncio.gather(*(door.client.get("/v1/nowhere") for _ in range(50)))
    from gateway.refusals import NO_ROUTE  # noqa: PLC0415 the constant itself is under test

    assert NO_ROUTE.__traceback__ is None
