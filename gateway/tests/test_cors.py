"""Which web pages of other origins may use the API."""

import pytest
from pydantic import ValidationError

from gateway.settings import GatewaySettings

PAGE = "https://technopark.example"
PREFLIGHT = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
TOLD = "Access-Control-Allow-Origin"


@pytest.fixture
async def door(running_gateway, upstream):
    settings = {"gateway_cors_origins": f"{PAGE}, http://localhost:3000"}
    async with running_gateway(settings=settings, registry=upstream.url) as running:
        yield running


def varied(answer) -> set[str]:
    return {name.strip().lower() for value in answer.headers.getall("Vary", []) for name in value.split(",")}


def told_of_origins(answer) -> set[str]:
    return {name.lower() for name in answer.headers if name.lower().startswith("access-control-")}


async def test_a_configured_page_may_ask_with_every_method_that_the_address_has(door, upstream):
    path = "/v1/institutions/0190a000-0000-7000-8000-000000000101"
    answer = await door.client.send("OPTIONS", path, headers={"Origin": PAGE, **PREFLIGHT})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers[TOLD] == PAGE
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, HEAD, PATCH"
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in allowed for name in ("authorization", "if-match", "idempotency-key", "last-event-id"))
    assert int(answer.headers["Access-Control-Max-Age"]) > 0
    assert varied(answer) >= {"origin", "access-control-request-method", "access-control-request-headers"}
    assert told_of_origins(answer) == {
        f"access-control-{name}" for name in ("allow-origin", "allow-methods", "allow-headers", "max-age")
    }
    assert upstream.asked == []


async def test_a_configured_page_reads_answers_and_refusals_with_their_headers(door):
    for path, status in (("/v1/institutions", 401), ("/v1/nowhere", 404), ("/openapi.json", 503)):
        answer = await door.client.get(path, headers={"Origin": "http://localhost:3000"})
        assert (answer.status, answer.headers[TOLD]) == (status, "http://localhost:3000")
        exposed = answer.headers["Access-Control-Expose-Headers"]
        assert all(name in exposed for name in ("ETag", "Retry-After", "RateLimit-Remaining", "X-Request-Id"))
        assert "origin" in varied(answer)


async def test_a_configured_page_also_reads_that_its_headers_are_not_accepted_and_in_its_language(door):
    for header, status in (("X_Own", 400), ("If-None-Match", 431)):
        told = {"Origin": PAGE, "Accept-Language": "en", header: '"a", ' * 6_600}
        answer = await door.client.get("/v1/institutions", headers=told)
        assert (answer.status, answer.headers[TOLD]) == (status, PAGE)
        assert answer.json["title"] == {400: "Bad header", 431: "Headers too large"}[status]
        stranger = await door.client.get("/v1/institutions", headers={**told, "Origin": "https://evil.example"})
        assert (stranger.status, told_of_origins(stranger)) == (status, set())


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "https://technopark.example.evil.example", "http://technopark.example", "null"]
)
async def test_any_other_page_is_told_nothing(door, origin):
    answers = [
        await door.client.send("OPTIONS", "/v1/institutions", headers={"Origin": origin, **PREFLIGHT}),
        await door.client.get("/v1/institutions", headers={"Origin": origin}),
        await door.client.get("/v1/institutions"),
    ]
    assert [answer.status for answer in answers] == [204, 401, 401]
    assert [told_of_origins(answer) for answer in answers] == [set(), set(), set()]
    assert all("origin" in varied(answer) for answer in answers)


async def test_a_preflight_of_an_address_that_is_not_there_is_refused(door):
    headers = {"Origin": PAGE, **PREFLIGHT}
    for path, status in (("/v1/nowhere", 404), ("/v1/%2e%2e/x", 400)):
        assert (await door.status(path.encode(), *_lines(headers), method=b"OPTIONS")) == status


async def test_options_without_a_question_of_a_browser_is_a_method_like_others(door):
    answer = await door.client.send("OPTIONS", "/v1/institutions", headers={"Origin": PAGE})
    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


async def test_without_configured_origins_nothing_is_said_of_them(running_gateway, upstream):
    async with running_gateway(registry=upstream.url) as running:
        headers = {"Origin": PAGE, **PREFLIGHT}
        answer = await running.client.send("OPTIONS", "/v1/institutions", headers=headers)
        assert answer.status == 405
        read = await running.client.get("/v1/institutions", headers={"Origin": PAGE})
        assert (told_of_origins(read), varied(read)) == (set(), set())


@pytest.mark.parametrize(
    "origins", ["*", "null", "technopark.example", "https://technopark.example/", "https://T.example", "https://a/b"]
)
def test_only_exact_origins_are_taken(origins, gateway_env):
    given = {name.lower(): value for name, value in gateway_env().items()}
    with pytest.raises(ValidationError):
        GatewaySettings(**given, gateway_cors_origins=origins)


def _lines(headers: dict[str, str]) -> list[bytes]:
    return [f"{name}: {value}".encode() for name, value in headers.items()]
