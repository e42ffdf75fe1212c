"""The gateway's own pages."""

import re

import pytest

from gateway.html import page, tag
from gateway.openapi.codes import catalogue
from gateway.openapi.remedies import BY_CODE, BY_STATUS


@pytest.mark.parametrize("address", ["/", "/docs/"])
async def test_the_bare_address_and_a_slash_too_many_lead_to_the_documentation(door, address):
    answer = await door.client.get(address)
    assert (answer.status, answer.headers["Location"]) == (307, "/docs")


async def test_the_documentation_page_loads_nothing_from_another_host(door):
    page = await door.client.get("/docs")
    assert page.status == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.body.decode())
    assert addresses
    for address in addresses:
        assert address.startswith("/")
        assert not address.startswith("//")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "http" not in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("swagger-ui.css", "text/css"),
        ("swagger-ui-bundle.js", "javascript"),
        ("start.js", "javascript"),
        ("page.css", "text/css"),
        ("find.js", "javascript"),
        ("favicon.png", "image/png"),
    ],
)
async def test_every_part_of_the_page_comes_from_the_gateway_itself(door, name, media):
    part = await door.client.get(f"/docs/{name}")
    assert part.status == 200
    assert media in part.headers["Content-Type"]
    assert part.body
    again = await door.client.get(f"/docs/{name}", headers={"If-None-Match": part.headers["ETag"]})
    assert (again.status, again.body, again.headers["Cache-Control"]) == (304, b"", "public, max-age=3600")


@pytest.mark.parametrize("name", ["__init__.py", "html.py", "routes.txt", "a/b"])
async def test_no_other_file_is_handed_out(door, name):
    answer = await door.client.get(f"/docs/{name}")
    assert (answer.status, answer.code) == (404, "no-such-address")


async def test_every_problem_has_a_place_in_the_catalogue_with_its_meaning_and_what_to_do(door):
    page = await door.client.get("/docs/problems")
    html = page.body.decode()
    assert page.headers["Content-Type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    told = (await door.client.get("/docs/problems.json")).expect(200)["problems"]
    assert [each["code"] for each in told] == re.findall(r'<article id="([a-z0-9-]+)">', html)
    assert {each["code"] for each in told} >= {"stale-version", "no-such-address", "service-failing", "invalid"}
    assert not [each for each in told if not (each["title"]["ru"] and each["title"]["en"] and each["what_to_do"])]
    assert not re.search(r'(?:src|href)="(?!/|#)', html)


def test_what_to_do_is_told_for_every_status_and_for_no_code_that_is_gone():
    assert {told["status"] for told in catalogue().values()} == BY_STATUS.keys()
    assert BY_CODE.keys() <= catalogue().keys()


async def test_a_page_that_the_browser_has_already_is_not_sent_again(door):
    seen = set()
    for address in ("/docs", "/docs/problems", "/docs/problems.json"):
        first = await door.client.get(address)
        seen.add(first.headers["ETag"])
        again = await door.client.get(address, headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status, again.status, again.body) == (200, 304, b"")
        assert first.headers["Cache-Control"] == "no-cache"
    assert len(seen) == 3, "other content has another ETag: a release reaches who has the page"


async def test_only_the_page_of_swagger_may_bring_styles_of_its_own(door):
    assert "'unsafe-inline'" in (await door.client.get("/docs")).headers["Content-Security-Policy"]
    assert "unsafe" not in (await door.client.get("/docs/problems")).headers["Content-Security-Policy"]


async def test_the_script_reads_only_the_document_of_this_gateway(door):
    script = (await door.client.get("/docs/start.js")).body.decode()
    assert 'url: "/openapi.json"' in script
    assert "validatorUrl: null" in script
    assert not re.search(r"https?://", script)


async def test_the_metrics_count_requests_by_template_and_not_by_address(door):
    await door.client.get("/v1/echo/17")
    text = await door.metrics()
    assert 'route="/v1/echo/{thing_id}"' in text
    assert "/v1/echo/17" not in text


@pytest.mark.parametrize(
    "address", ["/metrics", "/internal/x", "/openapi.yaml", "/v1", "/admin", "/asyncapi", "/redoc"]
)
async def test_what_is_not_listed_does_not_exist(door, upstream, address):
    answer = await door.client.get(address)
    assert (answer.status, answer.code) == (404, "no-such-address")
    assert upstream.asked == []


def test_a_page_says_its_language_its_width_and_where_in_the_documentation_it_stands():
    written = page("Заголовок", "/docs/clients", tag("p", "раз ", tag("b", "два"), " три", " четыре")).decode()
    assert written.startswith('<!doctype html>\n<html lang="ru">')
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in written
    assert re.findall(r'<a href="([^"]+)" aria-current="page">', written) == ["/docs/clients"]
    assert "<p>раз <b>два</b> три четыре</p>" in written


async def test_pages_count_against_the_limit_of_an_address_and_probes_do_not(door):
    page, probe = await door.client.get("/docs"), await door.client.get("/readyz")
    assert "RateLimit-Remaining" in page.headers
    assert (probe.status, "RateLimit-Remaining" in probe.headers) == (200, False)
