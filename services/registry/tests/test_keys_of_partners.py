"""Keys that are a part of an integration: they end with it, and the institution's own live on."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from typer.testing import CliRunner

from chassis.documents import Database
from registry.api_keys.domain import ApiKey
from registry.api_keys.store import API_KEYS, KEYS_ARE_PARTS
from registry.integrations.commands import commands
from registry.integrations.store import INTEGRATIONS
from registry.settings import RegistrySettings
from registry.wiring import operators_desk, wire
from services.registry.tests.conftest import Begun
from services.registry.tests.partnering import Partnership
from services.registry.tests.relying import Issuing, send_form
from testkit import today

EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:technopark:params:oauth:token-type:api-key",
}
PARTNERS = ["api.read", "contributions.write", "quarantine.read", "webhooks.manage"]


@pytest.fixture
async def omsk(issuing: Issuing) -> Partnership:
    return await Partnership.begun(Begun(issuing.administrator), issuing.administrator)


@pytest.fixture
async def stored(issuing_settings: RegistrySettings, issuing: Issuing) -> AsyncIterator[Database]:
    mongo = wire(issuing_settings).open_mongo()
    yield mongo.plain
    await mongo.close()


def asked(omsk: Partnership, scopes: list[str], **fields: Any) -> dict[str, Any]:
    body = {"name": "Обмен", "institution_id": omsk.institution, "institution_roles": ["specialist"]}
    return body | {"scopes": scopes, "expires_on": today().isoformat()} | fields


async def opened(omsk: Partnership, scopes: list[str], **fields: Any) -> dict[str, Any]:
    key: dict[str, Any] = (await omsk.administrator.post("/v1/api-keys", asked(omsk, scopes, **fields))).expect(201)
    return key


async def accepted(issuing: Issuing, *keys: dict[str, Any]) -> list[bool]:
    """Whether each key is given a token for, as the gateway asks."""
    shown = [EXCHANGE | {"subject_token": key["key"]} for key in keys]
    answers = [await send_form(issuing.client, "/oauth/token", fields) for fields in shown]
    assert {answer.status for answer in answers} <= {200, 400}
    return [answer.status == 200 for answer in answers]


async def test_a_revoked_integration_takes_its_keys_along_and_no_other(issuing: Issuing, omsk: Partnership):
    before = await opened(omsk, ["api.read"])
    integration = await omsk.grant()
    partners = await opened(omsk, PARTNERS)
    reading = await opened(omsk, ["api.read"], integration_id=integration["id"])
    own = await opened(omsk, ["api.read"])
    assert [key["integration_id"] for key in (before, partners, reading, own)] == [
        None, integration["id"], integration["id"], None,
    ]  # fmt: skip
    assert await accepted(issuing, before, partners, reading, own) == [True] * 4
    await omsk.post(integration["id"], "revocation")
    assert await accepted(issuing, before, partners, reading, own) == [True, False, False, True]
    await omsk.grant(name=f"{omsk.name}-anew")
    assert await accepted(issuing, partners) == [False]
    listed = (await omsk.administrator.get("/v1/api-keys", integration_id=integration["id"])).expect(200)["items"]
    assert {key["id"] for key in listed} == {partners["id"], reading["id"]}


async def test_a_key_rests_after_the_last_day_of_its_integration_and_works_again_when_that_is_prolonged(
    issuing: Issuing, omsk: Partnership, stored: Database
):
    integration = await omsk.grant()
    key = await opened(omsk, PARTNERS)
    yesterday = (today() - timedelta(days=1)).isoformat()
    over = {"$set": {"valid_until": yesterday}}
    await stored[INTEGRATIONS.collection].update({"_id": integration["id"]}, over)
    assert await accepted(issuing, key) == [False]
    await omsk.amend(integration["id"])
    assert await accepted(issuing, key) == [True]


async def test_a_key_of_the_exchange_is_opened_within_an_integration_of_its_institution_only(
    issuing: Issuing, omsk: Partnership
):
    elsewhere = await Partnership.begun(Begun(issuing.administrator), issuing.administrator)
    foreign, over = await elsewhere.grant(), await omsk.grant()
    await omsk.post(over["id"], "revocation")
    for body, code in (
        (asked(omsk, ["feed.read"]), "integration-needed"),
        (asked(omsk, ["api.read"], integration_id=foreign["id"]), "integration-unknown"),
        (asked(omsk, ["api.read"], integration_id=over["id"]), "integration-revoked"),
    ):
        assert (await omsk.administrator.post("/v1/api-keys", body)).code == code


async def test_a_system_with_a_secret_exchanges_nothing_after_the_integration_of_its_institution(
    issuing: Issuing, omsk: Partnership
):
    integration = await omsk.grant()
    robot = await issuing.application(
        f"robot-{omsk.name}", kind="confidential", service=True, redirect_uris=[], institution_id=omsk.institution,
        institution_roles=["specialist"], scopes=["api.read", "feed.read", "contributions.write"],
    )  # fmt: skip
    both = (await robot.token({"grant_type": "client_credentials"})).expect(200)
    assert (both["scope"], both["expires_in"]) == ("api.read feed.read contributions.write", 60)
    await omsk.post(integration["id"], "revocation")
    assert (await robot.token({"grant_type": "client_credentials"})).expect(200)["scope"] == "api.read"
    refused = await robot.token({"grant_type": "client_credentials", "scope": "feed.read"})
    assert refused.expect(400)["error"] == "invalid_scope"


async def test_who_revokes_is_told_which_keys_ended_and_what_lets_the_institution_in_still(
    issuing: Issuing, issuing_settings: RegistrySettings, omsk: Partnership
):
    await omsk.grant()
    ended, own, over = [await opened(omsk, scopes) for scopes in (PARTNERS, ["api.read"], ["api.read"])]
    (await omsk.administrator.post(f"/v1/api-keys/{over['id']}/revocation")).expect(200)
    robot = await issuing.application(
        f"own-{omsk.name}", kind="confidential", service=True, redirect_uris=[], institution_id=omsk.institution
    )
    cli = commands(partial(operators_desk, settings=issuing_settings))
    printed = (await asyncio.to_thread(CliRunner().invoke, cli, ["revoke", omsk.name])).output
    assert f"кончился ключ «Обмен» ({ended['id']})" in printed
    assert f"остался ключ «Обмен» ({own['id']}): отозвать — POST /v1/api-keys/{own['id']}/revocation" in printed
    assert f"({robot.client_id}): закрыть — POST /v1/clients/{robot.client_id}/closing" in printed
    assert over["id"] not in printed


async def test_keys_from_before_become_parts_of_the_integration_of_their_institution(
    omsk: Partnership, stored: Database
):
    integration = await omsk.grant()
    rows = {
        scope: API_KEYS.write(
            ApiKey(
                id=f"{omsk.name}-{scope}", name="", institution_id=omsk.institution, scopes=(scope,),
                expires_on=today(), secret_hash="",
            )
        )
        for scope in ("webhooks.manage", "api.read")
    }  # fmt: skip
    for row in rows.values():
        del row["integration_id"]
    await stored[API_KEYS.collection].insert(*rows.values())
    for _ in range(2):
        await KEYS_ARE_PARTS.apply(stored)
    found = await stored[API_KEYS.collection].find({"institution_id": omsk.institution})
    assert {row["scopes"][0]: row["integration_id"] for row in found} == {
        "webhooks.manage": integration["id"], "api.read": None,
    }  # fmt: skip
