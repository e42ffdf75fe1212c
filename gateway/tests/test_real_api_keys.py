"""A partner's key from the administrator's hand to its end, with the real registry as issuer, found by discovery."""

from datetime import UTC, datetime

from joserfc.jwk import ECKey
from pydantic import SecretStr

from chassis.migrations import migrate
from registry.settings import RegistrySettings
from registry.wiring import wire
from testkit import running_service


async def test_a_key_of_the_real_registry_opens_the_gateway_until_it_is_revoked(
    running_gateway, free_port, mongo_url, issuer, tmp_path
):
    (tmp_path / "issuer.pem").write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    port, password = free_port(), "correct-horse-battery"
    url = f"http://127.0.0.1:{port}"
    settings = RegistrySettings(
        mongo_url=SecretStr(mongo_url),
        rabbitmq_url=SecretStr("amqp://127.0.0.1:1"),
        http_port=port,
        environment="test",
        oidc_issuer=url,
        issuer_key_file=tmp_path / "issuer.pem",
        bootstrap_admin_login="admin",
        bootstrap_admin_password=SecretStr(password),
    )
    service = wire(settings)
    discovered = {"oidc_issuer": url, "oidc_jwks_url": None}
    async with running_service(service, issuer), running_gateway(registry=url, settings=discovered) as door:
        mongo = service.open_mongo()
        await migrate(mongo, service.migrations)
        await mongo.close()
        signed_in = await door.client.post("/v1/sign-in", {"login": "admin", "password": password})
        administrator = door.client.with_token(signed_in.expect(200)["access_token"])
        body = {"name": "АИС", "scopes": ["api.read"], "expires_on": str(datetime.now(UTC).date())}
        institution = {
            "name": "Центр", "short_name": "Центр", "kind": "social_service", "ownership": "state", "inn": "3811000014",
            "ogrn": "1183800000010", "oktmo": "25703000", "municipality": "Ангарск", "region": "RU-IRK",
            "member_since": "2018-01-15",
        }  # fmt: skip
        place = (await administrator.post("/v1/institutions", institution)).expect(201)["id"]
        key = (await administrator.post("/v1/api-keys", body | {"institution_id": place})).expect(201)
        shown = {"X-Api-Key": key["key"]}
        assert (await door.client.get("/v1/institutions", headers=shown)).status == 200
        changing = await door.client.send("POST", "/v1/people", {}, headers=shown)
        assert (changing.status, changing.code) == (403, "insufficient-scope")
        (await administrator.post(f"/v1/api-keys/{key['id']}/revocation")).expect(200)
        door.server.config.app._parts.callers._keys._held.clear()  # as after 50 seconds
        assert (await door.client.get("/v1/institutions", headers=shown)).code == "api-key-refused"
