"""Which headers and bytes pass the door, in each direction."""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from gateway.exchange import Answered, Exchange
from gateway.hygiene import to_client, to_service
from gateway.table import Table, read_rows

SPOOFED = {
    "X-User-Id": "1",
    "X-Roles": "administrator",
    "X-Tenant-Id": "1",
    "X-Internal-Call": "1",
    "X-Forwarded-User": "root",
    "X-Forwarded-Prefix": "/x",
    "Forwarded": "for=1.2.3.4",
    "X-Real-Ip": "1.2.3.4",
    "X-Original-Url": "/v1/secret",
    "X-Rewrite-Url": "/v1/secret",
    "X-Http-Method-Override": "DELETE",
    "X-Authenticated-User": "root",
    "Cookie": "a=b",
    "Te": "trailers",
    "Proxy-Authorization": "Basic YTpi",
    "Keep-Alive": "timeout=5",
}


ROWS = """
[registry]
GET /v1/page read anonymous page
GET /v1/echo read anonymous
GET /v1/secret read
GET /v1/personal personal
GET /v1/keys keys anonymous
"""
OF_OTHERS_PROXIES = (
    "via", "remote-user", "x-client-ip", "true-client-ip", "cf-connecting-ip", "x-http-method", "x-method-override",
    "x-api-key", "x-request-timeout", "x-request-deadline-ms", "x-gateway-caller", "x-remote-groups", "x-role",
    "x-auth-request-email", "trailer", "upgrade", "http2-settings", "proxy-connection", "proxy-authenticate", "expect",
)  # fmt: skip
NOT_OF_A_SERVICE = (
    "server", "date", "set-cookie", "via", "x-request-id", "x-powered-by", "keep-alive", "upgrade", "trailer",
    "x-content-type-options", "x-frame-options", "referrer-policy", "proxy-authenticate", "transfer-encoding",
)  # fmt: skip


def exchanging(*headers: tuple[bytes, bytes], method: str = "GET") -> Exchange:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    scope = {"type": "http", "method": method, "scheme": "http", "client": ("192.0.2.7", 1), "headers": list(headers)}
    exchange = Exchange(scope, receive, send, dress=lambda _, headers: headers)
    exchange.headers = dict(headers)
    exchange.identify()
    return exchange


def answering(path: str) -> Exchange:
    """An exchange whose answer is about to be told to its client."""
    exchange = exchanging()
    exchange.match = Table(read_rows(ROWS)).match("GET", path)
    return exchange


async def test_no_service_hears_what_other_proxies_would_say_of_a_client_or_of_the_request():
    told = to_service(exchanging(*((name.encode(), b"1") for name in OF_OTHERS_PROXIES), (b"x-own", b"1")))
    assert {name.decode() for name, _ in told}.isdisjoint(OF_OTHERS_PROXIES)
    assert (b"x-own", b"1") in told
    assert (b"x-forwarded-for", b"192.0.2.7") in told


async def test_a_service_is_told_the_scheme_that_a_trusted_proxy_has_told_and_not_the_clients_word():
    exchange = exchanging((b"x-forwarded-proto", b"ftp"))
    assert (b"x-forwarded-proto", b"http") in to_service(exchange)
    exchange.scope["scheme"] = "https"
    assert [value for name, value in to_service(exchange) if name == b"x-forwarded-proto"] == [b"https"]


@pytest.mark.parametrize(("trace", "span"), [("0" * 32, "1" * 16), ("1" * 32, "0" * 16)], ids=["trace", "span"])
async def test_a_trace_whose_number_is_nothing_but_zeros_is_not_continued(trace, span):
    exchange = exchanging((b"traceparent", f"00-{trace}-{span}-01".encode()))
    assert not exchange.trace_continued
    assert f"{trace}-{span}" not in exchange.traceparent


async def test_an_exchange_that_is_answered_is_not_answered_again():
    exchange = exchanging()
    exchange.status = 200
    for again in (exchange.start(404, []), exchange.whole(404, [], b"")):
        with pytest.raises(Answered):
            await again


async def test_names_of_one_hop_are_read_however_they_are_written():
    told = to_service(exchanging((b"connection", b"close ,  X-HOP"), (b"x-hop", b"1"), (b"host", b"g")))
    assert {b"x-hop", b"connection", b"host"}.isdisjoint(dict(told))
    assert dict(told)[b"x-forwarded-host"] == b"g"


async def test_what_the_gateway_lends_takes_the_place_of_what_the_client_sent():
    exchange = exchanging((b"authorization", b"Bearer client"))
    exchange.authorization = b"Bearer lent"
    assert [value for name, value in to_service(exchange) if name == b"authorization"] == [b"Bearer lent"]


async def test_no_client_hears_what_a_service_says_of_itself_or_in_the_gateways_place():
    told = to_client([*((name.encode(), b"1") for name in NOT_OF_A_SERVICE), (b"etag", b'"1"')], answering("/v1/echo"))
    assert told == [(b"etag", b'"1"')]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/echo", []),
        ("/v1/secret", [(b"cache-control", b"private, no-cache"), (b"vary", b"authorization")]),
        ("/v1/personal", [(b"cache-control", b"no-store")]),
        ("/v1/keys", [(b"cache-control", b"public, max-age=300")]),
    ],
)
async def test_an_answer_is_kept_as_its_row_says_unless_its_service_has_said(path, told):
    assert to_client([], answering(path)) == told
    said = [(b"cache-control", b"max-age=5")]
    assert to_client(said, answering(path)) == said


@pytest.mark.parametrize("path", ["/v1/echo", "/v1/secret", "/v1/personal", "/v1/keys"])
async def test_a_refusal_of_a_service_is_kept_nowhere_unless_the_service_has_said(path):
    for status in (400, 404, 429, 503, 504):
        assert to_client([], answering(path), status=status) == [(b"cache-control", b"no-store")]
    said = [(b"cache-control", b"max-age=5")]
    assert to_client(said, answering(path), status=404) == said


@pytest.mark.parametrize(
    "headers",
    [
        [(b"connection", b"X-Hop")],
        [(b"connection", b"X-Hop, close"), (b"link", b"</a>"), (b"link", b"</b>")],
        [(b"connection", b"X-Hop"), (b"connection", b"close")],
        [(b"connection", b"close"), (b"connection", b"x-hop")],
    ],
)
async def test_what_an_answer_declares_to_be_of_one_hop_is_not_told_and_everything_else_is(headers):
    told = to_client([*headers, (b"x-hop", b"1"), (b"x-kept", b"x-own"), (b"x-own", b"2")], answering("/v1/echo"))
    assert told == [*(each for each in headers if each[0] == b"link"), (b"x-kept", b"x-own"), (b"x-own", b"2")]


@pytest.mark.parametrize(("path", "told"), [("/v1/page", True), ("/v1/echo", False)])
async def test_only_a_page_says_itself_what_a_browser_may_do_with_it(path, told):
    policy = (b"content-security-policy", b"default-src *")
    assert (policy in to_client([policy], answering(path))) is told


@pytest.fixture
def reached(door) -> Callable[..., Awaitable[Mapping[str, Any]]]:
    """Send a GET through the gateway; return the request as the service saw it."""

    async def ask(path: str = "/v1/echo", headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        seen: Mapping[str, Any] = (await door.client.get(path, headers=headers)).expect(200)
        return {**seen, "named": dict(seen["headers"])}

    return ask


async def test_headers_that_claim_an_identity_or_concern_one_hop_do_not_pass(reached):
    seen = await reached(headers=SPOOFED)
    assert not {name.lower() for name in SPOOFED} & seen["named"].keys()


async def test_a_forwarded_address_from_outside_is_replaced_by_the_real_one(reached):
    given = {"X-Forwarded-For": "1.2.3.4", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil"}
    seen = await reached(headers=given)
    forwarded = {name: value for name, value in seen["headers"] if name.startswith("x-forwarded-")}
    assert forwarded["x-forwarded-for"] == "127.0.0.1"
    assert forwarded["x-forwarded-proto"] == "http"
    assert "evil" not in forwarded["x-forwarded-host"]


async def test_what_connection_lists_does_not_pass_but_never_takes_the_request_id_along(reached):
    seen = await reached(headers={"Connection": "X-Secret-Hop, X-Request-Id, traceparent", "X-Secret-Hop": "1"})
    assert "x-secret-hop" not in seen["named"]
    assert {"x-request-id", "traceparent"} <= seen["named"].keys()


async def test_what_any_of_several_connection_headers_lists_does_not_pass(door):
    lines = (b"Connection: X-Hop, keep-alive", b"Connection: close", b"X-Hop: 1", b"X-Kept: x-own", b"X-Own: 2")
    answer = await door.raw(b"GET /v1/echo HTTP/1.1\r\nHost: g\r\n" + b"\r\n".join(lines) + b"\r\n\r\n", finish=False)
    assert b'"x-kept"' in answer
    assert b'["x-own", "2"]' in answer
    assert b'"x-hop"' not in answer


async def test_ordinary_headers_pass_unchanged_and_none_are_invented(reached):
    given = {"Accept": "text/plain", "Accept-Language": "en", "If-None-Match": '"v3"', "X-Own": "1", "User-Agent": "t"}
    seen = await reached(headers=given)
    assert {name: seen["named"][name.lower()] for name in given} == given
    assert "content-type" not in seen["named"]
    assert "content-length" not in seen["named"]


@pytest.mark.parametrize("query", ["a=1&a=2", "q=%D1%91+%2e%2e%2F", "b&&c=", "x=a;b,c'!*()", "%e2%82%ac=%zz"])
async def test_the_query_passes_byte_for_byte(door, upstream, query):
    assert await door.status(b"/v1/echo?" + query.encode()) == 200
    assert upstream.asked == [f"GET /v1/echo?{query}"]


async def test_a_usable_request_id_is_kept_told_to_the_service_and_to_the_client(door, reached):
    answer = await door.client.get("/v1/echo", headers={"X-Request-Id": "abcdefgh-1"})
    assert answer.headers.getall("X-Request-Id") == ["abcdefgh-1"]
    assert dict(answer.json["headers"])["x-request-id"] == "abcdefgh-1"


@pytest.mark.parametrize("offered", ["short", "a" * 65, "abc def gh", "abcdefgh\tx"])
async def test_an_unusable_request_id_is_replaced_by_a_new_one(door, offered):
    answer = await door.client.get("/v1/echo", headers={"X-Request-Id": offered})
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.headers["X-Request-Id"])
    assert dict(answer.json["headers"])["x-request-id"] == answer.headers["X-Request-Id"]


async def test_a_trace_is_continued_or_begun(reached):
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    continued = await reached(headers={"traceparent": given, "tracestate": "a=1"})
    assert (continued["named"]["traceparent"], continued["named"]["tracestate"]) == (given, "a=1")
    begun = await reached(headers={"traceparent": "00-0-0-00", "tracestate": "a=1"})
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-01", begun["named"]["traceparent"])
    assert "tracestate" not in begun["named"]


async def test_an_answer_keeps_its_bytes_etag_and_repeated_headers_but_no_cookie_or_hop(door):
    answer = await door.client.get("/v1/headers")
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, b"\x1f\x8b not really gzip", '"v7"')
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers.getall("Link") == ["</a>", "</b>"]
    dropped = ("Set-Cookie", "X-Powered-By", "X-Hop", "Server", "Connection")
    assert [name for name in dropped if name in answer.headers] == []
    assert len(answer.headers.getall("Date")) == 1


@pytest.mark.parametrize("address", ["/v1/echo", "/v1/nowhere", "/livez", "/docs", "/v1/dead"])
async def test_every_answer_carries_the_security_headers(door, address):
    answer = await door.client.get(address)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "X-Request-Id" in answer.headers
    assert "Server" not in answer.headers


async def test_a_private_answer_is_kept_by_the_client_only_and_asked_again_and_a_personal_one_is_not_kept(door, issuer):
    person = door.client.with_token(issuer.token("p"))
    private = (await person.get("/v1/secret")).headers
    assert (private["Cache-Control"], private["Vary"]) == ("private, no-cache", "authorization")
    assert (await person.get("/v1/personal")).headers["Cache-Control"] == "no-store"
    assert "Cache-Control" not in (await door.client.get("/v1/echo")).headers


async def test_a_redirect_is_handed_to_the_client_and_not_followed(door, upstream):
    answer = await door.client.get("/v1/repeated/moved")
    assert (answer.status, answer.headers["Location"]) == (302, "/elsewhere")
    assert upstream.asked == []


@pytest.mark.parametrize("address", ["/v1/nowhere", "/v1/secret", "/v1/echo//x", "/v1/dead"])
async def test_a_refusal_is_kept_by_no_cache(door, address):
    answer = await door.client.get(address)
    assert answer.status in (400, 401, 404, 503)
    assert answer.headers["Cache-Control"] == "no-store"
