"""Conditional requests end to end: a real service, the gateway, and what compression makes of an ETag."""

import zlib
from collections.abc import AsyncIterator

import pytest

from local_platform.sample.identifiers import inn, ogrn
from testkit import Client, fresh_database
from testkit.http import running_service

GZIP = {"Accept-Encoding": "gzip"}


def body(number: int) -> dict[str, str]:
    return {
        "name": "Центр" + " и отделение" * 40, "short_name": f"Центр № {number}", "kind": "social_service",
        "ownership": "state", "inn": inn(38, number), "ogrn": ogrn(38, number), "oktmo": "25703000",
        "municipality": "Ангарский городской округ", "region": "RU-IRK", "member_since": "2018-01-01",
    }  # fmt: skip


@pytest.fixture(scope="module")
async def curator(servers, issuer, real_service, running_gateway) -> AsyncIterator[Client]:
    async with fresh_database(servers.mongo, "registry") as url:
        service = real_service("registry", url)
        async with running_service(service, issuer) as direct, running_gateway(registry=direct.base) as door:
            yield door.client.acting_as("curator", roles=("curator",))


@pytest.fixture(scope="module")
async def made(curator: Client) -> str:
    return str((await curator.post("/v1/institutions", body(0))).expect(201)["id"])


async def test_a_record_the_client_has_is_not_sent_again_in_any_form_of_its_etag(curator, made):
    path = f"/v1/institutions/{made}"
    plain = await curator.get(path)
    assert (plain.etag, plain.headers["Cache-Control"]) == ('"v1"', "private, no-cache")
    packed = await curator.get(path, headers=GZIP)
    assert (packed.etag, packed.headers["Content-Encoding"]) == ('W/"v1"', "gzip")
    assert zlib.decompress(packed.body, 16 + zlib.MAX_WBITS) == plain.body
    for tag in (plain.etag, packed.etag, f'"v9", {packed.etag}', "*"):
        for accepting in ({}, GZIP):
            again = await curator.get(path, headers={"If-None-Match": tag, **accepting})
            assert (again.status, again.body, again.etag) == (304, b"", '"v1"')
            assert "Content-Encoding" not in again.headers


async def test_the_head_of_a_record_the_client_has_says_so_and_of_another_it_tells_the_length(curator, made):
    path = f"/v1/institutions/{made}"
    for accepting in ({}, GZIP):
        whole = await curator.get(path, headers=accepting)
        head = await curator.send("HEAD", path, headers=accepting)
        assert (head.status, head.body, head.etag) == (200, b"", whole.etag)
        assert head.headers["Content-Length"] == str(len(whole.body))
        again = await curator.send("HEAD", path, headers={"If-None-Match": whole.etag, **accepting})
        assert (again.status, again.body, again.etag) == (304, b"", '"v1"')


async def test_a_record_is_changed_with_the_etag_that_the_client_got(curator, made):
    path = f"/v1/institutions/{made}"
    tag = (await curator.get(path, headers=GZIP)).etag
    assert tag.startswith("W/")
    name = {"name": "Веста" + " и отделение" * 39, "short_name": "Веста"}
    changed = await curator.patch(path, name, if_match=tag)
    assert changed.expect(200)["short_name"] == "Веста"
    stale = await curator.patch(path, name, if_match=tag)
    assert (stale.status, stale.code) == (412, "stale-version")
    assert (await curator.patch(path, name)).status == 428
    assert (await curator.get(path, headers={"If-None-Match": tag})).status == 200


async def test_that_a_record_is_not_there_is_kept_by_nobody(curator):
    answer = await curator.get("/v1/institutions/0190a000-0000-7000-8000-0000000009ff")
    assert (answer.status, answer.headers["Cache-Control"]) == (404, "no-store")


async def test_a_list_the_client_has_is_not_sent_again_until_it_changes(curator, made):
    first = await curator.get("/v1/institutions", headers=GZIP, limit=10)
    assert first.etag.startswith("W/")
    again = await curator.get("/v1/institutions", headers={"If-None-Match": first.etag}, limit=10)
    assert (again.status, again.body, again.etag) == (304, b"", first.etag)
    other = await curator.get("/v1/institutions", headers={"If-None-Match": first.etag}, kind="ngo")
    assert other.status == 200
    (await curator.post("/v1/institutions", body(1))).expect(201)
    changed = await curator.get("/v1/institutions", headers={"If-None-Match": first.etag}, limit=10)
    assert (changed.status, len(changed.json["items"])) == (200, 2)


async def test_a_person_is_another_answer_to_those_who_see_more(curator):
    person = {"full_name": "Смирнова Юлия Алексеевна", "email": "smirnova@example.org"}
    path = f"/v1/people/{(await curator.post('/v1/people', person)).expect(201)['id']}"
    whole = await curator.get(path)
    stranger = curator.acting_as("stranger")
    partly = await stranger.get(path, headers={"If-None-Match": whole.etag})
    assert (partly.status, partly.json["email"], partly.headers["Cache-Control"]) == (200, None, "no-store")
    assert (await curator.get(path, headers={"If-None-Match": whole.etag})).status == 304
