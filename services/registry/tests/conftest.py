"""The registry on a fresh database, and what its tests begin with."""

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey
from pydantic import SecretStr

from chassis.migrations import migrate
from registry.settings import RegistrySettings
from registry.wiring import wire
from services.registry.tests.partnering import Partnership
from services.registry.tests.relying import ADMIN, Issuing
from testkit import Client, Issuer, Vhost, running_service
from testkit.one_database import folder_database, module_mongo_url, mongo_url

__all__ = ["folder_database", "module_mongo_url", "mongo_url"]

MakeSettings = Callable[..., RegistrySettings]

_numbers = itertools.count(1)


def inn_and_ogrn(number: int) -> tuple[str, str]:
    """Valid identifiers of a legal entity, made from a number."""
    nine = f"3811{number:05}"
    check = sum(int(digit) * weight for digit, weight in zip(nine, (2, 4, 10, 3, 5, 9, 4, 6, 8), strict=True))
    twelve = f"11838{number:07}"
    return f"{nine}{check % 11 % 10}", f"{twelve}{int(twelve) % 11 % 10}"


@dataclass(frozen=True)
class Begun:
    """What tests enter first, through the HTTP door, as the curator."""

    curator: Client

    async def institution(self, short_name: str = "КСЦОН «Веста»", **fields: Any) -> str:
        """Enter an institution; return its id."""
        inn, ogrn = inn_and_ogrn(next(_numbers))
        body = {
            "name": f"ОГБУСО «{short_name}»",
            "short_name": short_name,
            "kind": "social_service",
            "ownership": "state",
            "inn": inn,
            "ogrn": ogrn,
            "oktmo": "25703000",
            "municipality": "Ангарский городской округ",
            "region": "RU-IRK",
            "member_since": "2018-01-15",
        }
        return str((await self.curator.post("/v1/institutions", body | fields)).expect(201)["id"])

    async def person(self, full_name: str = "Веревокина Наталья Львовна", **fields: Any) -> str:
        """Enter a person; return their id."""
        return str((await self.curator.post("/v1/people", {"full_name": full_name} | fields)).expect(201)["id"])

    async def act(self, institution_id: str, number: str | None = None, **fields: Any) -> str:
        """Enter an act of an institution; return its id."""
        body = {
            "institution_id": institution_id,
            "kind": "order",
            "number": number or f"{next(_numbers)}/п",
            "issued_on": "2018-03-01",
            "title": "О присвоении статуса",
        }
        return str((await self.curator.post("/v1/acts", body | fields)).expect(201)["id"])


@pytest.fixture(scope="session")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private key as an operator keeps it."""
    path = tmp_path_factory.mktemp("keys") / "issuer.pem"
    path.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    return path


@pytest.fixture(scope="session")
def make_settings(issuer: Issuer, free_port: Callable[[], int]) -> MakeSettings:
    """Settings of a registry on a database."""

    def make(mongo_url: str, **more: Any) -> RegistrySettings:
        own: dict[str, Any] = {"http_port": free_port(), "environment": "test", **issuer.settings, **more}
        return RegistrySettings(mongo_url=SecretStr(mongo_url), rabbitmq_url=SecretStr("amqp://127.0.0.1:1"), **own)

    return make


@pytest.fixture(scope="module")
async def client(module_mongo_url: str, make_settings: MakeSettings, issuer: Issuer) -> AsyncIterator[Client]:
    """An anonymous client of a registry without its own issuer."""
    async with running_service(wire(make_settings(module_mongo_url)), issuer) as anonymous:
        yield anonymous


@pytest.fixture(scope="module")
def keeping_settings(module_mongo_url: str, module_vhost: Vhost, make_settings: MakeSettings) -> RegistrySettings:
    """Settings of a registry that keeps the partners' accounts on a broker."""
    return make_settings(
        module_mongo_url,
        broker_management_url=SecretStr(module_vhost.management_url),
        partners_vhost=module_vhost.partners.name,
        partners_user_prefix=module_vhost.user_prefix,
    )


@pytest.fixture(scope="module")
async def keeping(keeping_settings: RegistrySettings, issuer: Issuer) -> AsyncIterator[Client]:
    """The administrator of a registry that keeps the partners' accounts on a broker."""
    async with running_service(wire(keeping_settings), issuer) as anonymous:
        yield anonymous.acting_as("administrator-1", roles=("administrator",))


@pytest.fixture
async def partnership(keeping: Client) -> Partnership:
    """An institution that may be integrated."""
    return await Partnership.begun(Begun(keeping), keeping)


@pytest.fixture
def curator(client: Client) -> Client:
    return client.acting_as("curator-1", roles=("curator",))


@pytest.fixture
def begun(curator: Client) -> Begun:
    return Begun(curator)


@pytest.fixture(scope="module")
def issuing_settings(
    module_mongo_url: str, make_settings: MakeSettings, free_port: Callable[[], int], key_file: Path
) -> RegistrySettings:
    """Settings of a registry that trusts the tokens it signs itself."""
    port = free_port()
    return make_settings(
        module_mongo_url,
        http_port=port,
        oidc_issuer=f"http://127.0.0.1:{port}",
        oidc_jwks_url=f"http://127.0.0.1:{port}/.well-known/jwks.json",
        issuer_key_file=key_file,
        bootstrap_admin_login=ADMIN["login"],
        bootstrap_admin_password=SecretStr(ADMIN["password"]),
    )


@pytest.fixture(scope="module")
async def issuing(issuing_settings: RegistrySettings, issuer: Issuer) -> AsyncIterator[Issuing]:
    """A registry with its own issuer, and its first administrator signed in."""
    service = wire(issuing_settings)
    async with running_service(service, issuer) as anonymous:
        mongo = service.open_mongo()
        await migrate(mongo, service.migrations)
        await mongo.close()
        token = (await anonymous.post("/v1/sign-in", ADMIN)).expect(200)["access_token"]
        yield Issuing(anonymous, anonymous.with_token(token))
