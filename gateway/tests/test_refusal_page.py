"""What a person in a browser is shown when the gateway refuses a page of a service."""

import pytest

from gateway.table import Table, read_rows

TABLE = Table(read_rows("[registry]\nGET /oauth/authorize token anonymous page\nGET /v1/institutions read anonymous"))
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
async def door(running_gateway, free_port):
    async with running_gateway(TABLE, registry=f"http://127.0.0.1:{free_port()}") as door:
        yield door


async def test_a_browser_that_asked_for_a_page_gets_the_refusal_as_one(door):
    answer = await door.client.get("/oauth/authorize", headers=BROWSER)
    assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers.getall("Content-Security-Policy")[0].startswith("default-src 'none'; script-src 'self'")
    assert int(answer.headers["Retry-After"]) > 0
    shown = answer.body.decode()
    assert '<html lang="ru">' in shown
    assert "<code>service-unreachable</code>" in shown
    assert "Вернитесь на предыдущую страницу и повторите." in shown
    assert "/docs/partners" not in shown


async def test_the_page_speaks_the_language_of_its_reader(door):
    shown = (await door.client.get("/oauth/authorize", headers=BROWSER | {"Accept-Language": "en"})).body.decode()
    assert '<html lang="en">' in shown
    assert "Go back and try again." in shown


@pytest.mark.parametrize(
    ("path", "accept"),
    [("/oauth/authorize", "*/*"), ("/oauth/authorize", "application/json"), ("/v1/institutions", BROWSER["Accept"])],
)
async def test_a_program_and_an_address_of_the_api_get_a_problem_document(door, path, accept):
    answer = await door.client.get(path, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json["type"] == "urn:technopark:problem:" + answer.code
