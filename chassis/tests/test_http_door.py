"""What a client of any service can rely on."""

import asyncio
import base64
import json
from typing import Any

import aiohttp
import pytest

from testkit import Client

KEY = {"idempotency_key": "0190a000-key-1"}


async def test_a_created_record_answers_with_its_version_as_etag(client: Client) -> None:
    answer = await client.post("/v1/counters", {"name": "первый"})
    body = answer.expect(201)
    assert answer.etag == '"v1"'
    assert (await client.get(f"/v1/counters/{body['id']}")).expect(200) == body


async def test_a_reader_that_has_the_version_gets_304_without_a_body(client: Client) -> None:
    created = await client.post("/v1/counters", {"name": "a"})
    answer = await client.get(f"/v1/counters/{created.json['id']}", headers={"If-None-Match": created.etag})
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"v9", {}', "*"])
async def test_what_the_client_has_may_be_named_weakly_in_a_list_or_by_a_star(client: Client, form: str) -> None:
    created = await client.post("/v1/counters", {"name": "a"})
    path = f"/v1/counters/{created.json['id']}"
    answer = await client.get(path, headers={"If-None-Match": form.format(created.etag)})
    assert (answer.status, answer.etag) == (304, created.etag)
    assert (await client.get(path, headers={"If-None-Match": '"v9", W/"v8"'})).status == 200


async def test_a_list_that_the_client_has_is_answered_304_until_it_changes(client: Client) -> None:
    await client.post("/v1/counters", {"name": "a"})
    first = await client.get("/v1/counters")
    again = await client.get("/v1/counters", headers={"If-None-Match": first.etag})
    assert (first.etag[:2], again.status, again.body) == ("W/", 304, b"")
    await client.post("/v1/counters", {"name": "b"})
    changed = await client.get("/v1/counters", headers={"If-None-Match": first.etag})
    assert (changed.status, changed.etag == first.etag) == (200, False)


async def test_a_list_is_read_from_its_end_page_by_page(client: Client) -> None:
    made = [(await client.post("/v1/counters", {"name": name})).json["id"] for name in "abc"]
    page = (await client.get("/v1/counters", limit=2, reverse=True)).expect(200)
    rest = (await client.get("/v1/counters", limit=2, reverse=True, cursor=page["next"])).expect(200)
    assert [item["id"] for item in page["items"] + rest["items"]] == made[::-1]
    turned = await client.get("/v1/counters", limit=2, cursor=page["next"])
    assert (turned.status, turned.code) == (400, "bad-cursor")


@pytest.mark.parametrize("etag", ['W/"v1"', '"v1-0123456789abcdef"', 'W/"v1-0123456789abcdef"'])
async def test_a_version_is_taken_in_every_form_in_which_clients_get_it(client: Client, etag: str) -> None:
    path = f"/v1/counters/{(await client.post('/v1/counters', {'name': 'a'})).json['id']}"
    (await client.put(path, {}, if_match=etag)).expect(200)
    assert (await client.put(path, {}, if_match=etag)).code == "stale-version"


async def test_a_stale_version_is_refused_with_412_in_russian_and_in_english(client: Client) -> None:
    path = f"/v1/counters/{(await client.post('/v1/counters', {'name': 'a'})).json['id']}"
    (await client.put(path, {}, if_match='"v1"')).expect(200)
    stale = await client.put(path, {}, if_match='"v1"')
    assert (stale.status, stale.code, stale.json["title"]) == (412, "stale-version", "Запись изменилась")
    assert stale.headers["Content-Type"] == "application/problem+json"
    english = await client.send("PUT", path, {}, headers={"If-Match": '"v1"', "Accept-Language": "en-GB"})
    assert english.json["title"] == "The record has changed"


async def test_a_replacement_without_if_match_is_refused_with_428(client: Client) -> None:
    path = f"/v1/counters/{(await client.post('/v1/counters', {'name': 'a'})).json['id']}"
    refused = await client.put(path, {})
    assert (refused.status, refused.code) == (428, "if-match-required")


@pytest.mark.parametrize("etag", ["v1x", '"3.5"', '"-1"', '"v1","v2"', "W/", '"v1-x"', '"v1-"'])
async def test_an_etag_of_another_form_is_refused_with_400(client: Client, etag: str) -> None:
    refused = await client.put("/v1/counters/any", {}, if_match=etag)
    assert (refused.status, refused.code) == (400, "bad-if-match")


async def test_the_same_request_with_the_same_key_has_one_effect(client: Client) -> None:
    first = await client.post("/v1/counters", {"name": "a"}, **KEY)
    again = await client.post("/v1/counters", {"name": "a"}, **KEY)
    assert again.json == first.json
    assert (again.status, again.etag, again.headers["Idempotency-Replayed"]) == (201, first.etag, "true")
    assert len((await client.get("/v1/counters")).json["items"]) == 1


async def test_twenty_requests_at_once_with_one_key_have_one_effect(client: Client) -> None:
    counter = (await client.post("/v1/counters", {"name": "a"})).json["id"]
    answers = await asyncio.gather(*(client.post(f"/v1/counters/{counter}/raise", **KEY) for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert (await client.get(f"/v1/counters/{counter}")).json["value"] == 1


async def test_another_request_with_the_same_key_is_refused(client: Client) -> None:
    await client.post("/v1/counters", {"name": "a"}, **KEY)
    refused = await client.post("/v1/counters", {"name": "b"}, **KEY)
    assert (refused.status, refused.code) == (422, "idempotency-key-reused")


async def test_the_same_key_of_another_person_is_another_request(client: Client) -> None:
    await client.post("/v1/counters", {"name": "a"}, **KEY)
    other = client.acting_as("operator-2", roles=("operator",))
    (await other.post("/v1/counters", {"name": "b"}, **KEY)).expect(201)


async def test_a_refused_request_is_not_remembered_under_its_key(client: Client) -> None:
    counter = (await client.post("/v1/counters", {"name": "a"})).json["id"]
    stranger = client.acting_as("p")
    assert (await stranger.post(f"/v1/counters/{counter}/raise", **KEY)).status == 403
    keeper = client.acting_as("p", memberships={"i1": ("keeper",)})
    (await keeper.post(f"/v1/counters/{counter}/raise", **KEY)).expect(200)


async def test_concurrent_changes_of_one_record_all_take_effect_one_after_the_other(client: Client) -> None:
    counter = (await client.post("/v1/counters", {"name": "a"})).json["id"]
    answers = await asyncio.gather(*(client.post(f"/v1/counters/{counter}/raise") for _ in range(4)))
    assert sorted(answer.json["value"] for answer in answers) == [1, 2, 3, 4]


async def test_a_broken_rule_is_refused_with_409_and_its_own_code(client: Client) -> None:
    path = f"/v1/counters/{(await client.post('/v1/counters', {'name': 'a'})).json['id']}/raise"
    for _ in range(5):
        (await client.post(path)).expect(200)
    refused = await client.post(path)
    assert (refused.status, refused.code, refused.json["detail"]) == (409, "counter-full", "Больше 5 нельзя.")


async def test_a_second_record_with_a_unique_value_is_refused_with_409(client: Client) -> None:
    await client.post("/v1/counters", {"name": "a"})
    refused = await client.post("/v1/counters", {"name": "a"})
    assert (refused.status, refused.code) == (409, "already-exists")


async def test_invalid_fields_are_named_in_russian_without_repeating_their_values(client: Client) -> None:
    refused = await client.post("/v1/counters", {"nickname": "секрет"})
    assert (refused.status, refused.code) == (422, "invalid")
    assert {(item["field"], item["message"]) for item in refused.json["errors"]} == {
        ("name", "обязательное поле"),
        ("nickname", "такого поля нет"),
    }
    assert "секрет" not in refused.body.decode()


async def test_a_body_that_is_not_json_is_refused_with_422(client: Client) -> None:
    refused = await client.post("/v1/counters", "просто строка")
    assert refused.status == 422


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_700_000_000},
        {"exp": None},
        {"iss": "https://other.example"},
        {"aud": "other"},
        {"sub": None},
    ],
    ids=["expired", "without a term", "another issuer", "another audience", "nobody"],
)
async def test_a_token_that_is_not_ours_or_not_valid_now_is_refused_with_401(
    client: Client, claims: dict[str, Any]
) -> None:
    refused = await client.with_token(client._issuer.token("p", **claims)).get("/v1/counters")
    assert (refused.status, refused.code) == (401, "unauthenticated")
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'


async def test_a_token_whose_content_was_changed_is_refused_with_401(client: Client) -> None:
    head, body, signature = client._issuer.token("p").split(".")
    forged = ".".join((head, client._issuer.token("q", roles=("operator",)).split(".")[1], signature))
    assert body
    assert (await client.with_token(forged).get("/v1/counters")).status == 401


async def test_without_a_token_nothing_is_answered(client: Client) -> None:
    refused = await client.with_token(None).get("/v1/counters")
    assert (refused.status, refused.code, refused.headers["WWW-Authenticate"]) == (401, "unauthenticated", "Bearer")


async def test_a_list_comes_in_pages_that_neither_repeat_nor_miss(client: Client) -> None:
    for number in range(7):
        (await client.post("/v1/counters", {"name": f"n{number}"})).expect(201)
    names, cursor = [], None
    while True:
        found = (await client.get("/v1/counters", limit=3, cursor=cursor)).expect(200)
        names += [item["name"] for item in found["items"]]
        cursor = found["next"]
        if cursor is None:
            break
    assert names == [f"n{number}" for number in range(7)]


@pytest.mark.parametrize("cursor", ["x", "bm90LWpzb24", "W10", "e30", "WyJhIiwidiIsMSwiYiJd"])
async def test_a_cursor_of_another_list_is_refused_with_400(client: Client, cursor: str) -> None:
    refused = await client.get("/v1/counters", cursor=cursor)
    assert (refused.status, refused.code) == (400, "bad-cursor")


@pytest.mark.parametrize(
    ("kind", "position", "last_id"),
    [
        ("v", "\ud800", "a"),
        ("v", "a", "\ud800"),
        ("v", 2**64, "a"),
        ("v", {"$gt": 1}, "a"),
        ("d", "0001-01-01T00:00:00+14:00", "a"),
        ("d", 1, "a"),
    ],
    ids=["half a character", "half a character of an id", "too large", "a condition", "before all time", "no time"],
)
async def test_a_cursor_of_this_list_that_was_forged_is_refused_as_any_other(
    client: Client, kind: str, position: object, last_id: str
) -> None:
    for name in "ab":
        await client.post("/v1/counters", {"name": name})
    given = (await client.get("/v1/counters", limit=1)).expect(200)["next"]
    mark, *_ = json.loads(base64.urlsafe_b64decode(given + "=" * (-len(given) % 4)))
    forged = base64.urlsafe_b64encode(json.dumps([mark, kind, position, last_id]).encode()).decode()
    refused = await client.get("/v1/counters", limit=1, cursor=forged)
    assert (refused.status, refused.code) == (400, "bad-cursor")


async def test_a_body_in_another_encoding_is_refused_with_words_that_say_what_is_expected(client: Client) -> None:
    body = '{"name": "счётчик"}'.encode("cp1251")
    headers = {"Content-Type": "application/json", "Accept-Language": "en"}
    async with aiohttp.request("POST", f"{client.base}/v1/counters", data=body, headers=headers) as answer:
        refused = await answer.json(content_type="application/problem+json")
    assert (answer.status, refused["type"]) == (400, "urn:technopark:problem:http-400")
    assert refused["detail"] == "The body must be valid JSON in UTF-8."


async def test_a_list_holds_only_what_the_caller_may_act_on(client: Client) -> None:
    await client.post("/v1/counters", {"name": "ours", "institution_id": "i1"})
    await client.post("/v1/counters", {"name": "theirs", "institution_id": "i2"})
    keeper = client.acting_as("k", memberships={"i1": ("keeper",), "i2": ("guest",)})
    assert [item["name"] for item in (await keeper.get("/v1/counters")).json["items"]] == ["ours"]
    assert (await client.acting_as("nobody").get("/v1/counters")).json["items"] == []


async def test_an_unknown_path_and_a_wrong_method_answer_with_problems(client: Client) -> None:
    assert (await client.get("/v1/nothing")).code == "http-404"
    wrong = await client.send("DELETE", "/v1/counters")
    assert (wrong.status, wrong.code) == (405, "http-405")


async def test_every_answer_carries_a_request_id_and_keeps_a_proper_one(client: Client) -> None:
    kept = await client.get("/v1/counters", headers={"X-Request-Id": "abcdefgh-1"})
    made = await client.get("/v1/counters", headers={"X-Request-Id": "bad id"})
    assert kept.headers["X-Request-Id"] == "abcdefgh-1"
    assert made.headers["X-Request-Id"] != "bad id"


async def test_the_service_is_ready_without_a_broker_and_says_so(client: Client) -> None:
    assert (await client.get("/readyz")).expect(200) == {"status": "ok", "store": "ok", "bus": "off"}
    assert b"outbox_new_rows" in (await client.get("/metrics")).body
