"""The gateway's own pages."""

import re

import pytest


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
        ("favicon.png", "image/png"),
    ],
)
async def test_every_part_of_the_page_comes_from_the_gateway_itself(door, name, media):
    part = await door.client.get(f"/docs/{name}")
    assert part.status == 200
    assert media in part.headers["Content-Type"]
    assert part.body


@pytest.mark.parametrize("name", ["__init__.py", "page.html", "routes.txt", "a/b"])
async def test_no_other_file_is_handed_out(door, name):
    assert (await door.client.get(f"/docs/{name}")).status == 404


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


@pytest.mark.parametrize("address", ["/metrics", "/internal/x", "/openapi.yaml", "/", "/v1", "/admin", "/asyncapi", "/redoc"])
async def test_what_is_not_listed_does_not_exist(door, upstream, address):
    answer = await door.client.get(address)
    assert (answer.status, answer.code) == (404, "no-such-address")
    assert upstream.asked == []
