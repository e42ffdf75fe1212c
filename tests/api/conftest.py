"""The four services and the gateway as processes of their own, as clients meet them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet
from joserfc.jwk import ECKey

from gateway.table import listed
from local_platform.servers import Servers
from testkit import Processes, Vhost, eventually, fresh_database
from testkit.issuer import Issuer
from testkit.platform import UNHURRIED

SERVICES = ("registry", "expertise", "transfer", "reporting")
ROLES = ("administrator", "official", "curator", "expert", "supervisor", "secretary")


@dataclass(frozen=True)
class Platform:
    """A running platform."""

    base: str
    operators: str
    """Where the gateway shows its metrics."""
    token: str
    """Of a person with every role of the platform."""
    processes: Processes

    @property
    def logs(self) -> str:
        """What the processes have said, warnings and errors only."""
        return "\n".join(process.log() for process in self.processes._started)[-4000:]


async def _until_up(address: str) -> None:
    async def it_is_up() -> None:
        try:
            async with aiohttp.ClientSession() as http, http.get(address) as answer:
                assert answer.status == 200, await answer.text()
        except aiohttp.ClientError as error:
            raise AssertionError(address) from error

    await eventually(it_is_up, 60)


async def _is_whole(address: str) -> None:
    async with aiohttp.ClientSession() as http, http.get(address) as answer:
        assert answer.status == 200, await answer.text()
        paths = (await answer.json())["paths"]
    assert {route.path for route in listed().routes} == paths.keys()


@pytest.fixture(scope="module")
async def platform(
    servers: Servers,
    module_vhost: Vhost,
    module_processes: Processes,
    issuer: Issuer,
    free_port: Callable[[], int],
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Platform]:
    """Migrate and start everything; each service on a database of its own with the rights it has in production."""
    key_file: Path = tmp_path_factory.mktemp("keys") / "issuer.pem"
    key_file.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    shared = {"ENVIRONMENT": "test", "LOG_LEVEL": "WARNING", "ISSUER_KEY_FILE": str(key_file), **issuer.env}
    shared["WEBHOOK_SECRET_KEY"] = Fernet.generate_key().decode()
    origins: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        migrations = []
        for name in SERVICES:
            port = free_port()
            database = await stack.enter_async_context(fresh_database(servers.mongo, name))
            env = {**shared, "MONGO_URL": database, "RABBITMQ_URL": module_vhost.url(name), "HTTP_PORT": str(port)}
            origins[name] = f"http://127.0.0.1:{port}"
            migrations.append((name, env))
        await asyncio.gather(*(module_processes.run(name, "migrate", env=env) for name, env in migrations))
        for name, env in migrations:
            module_processes.start(name, "serve", env=env)
            module_processes.start(name, "relay", env=env)
        port = free_port()
        addresses = {f"{name.upper()}_URL": origin for name, origin in origins.items()}
        ports = {"GATEWAY_PORT": str(port), "GATEWAY_ADMIN_PORT": str(admin := free_port())}
        front = {**shared, **addresses, **ports, "GATEWAY_LIMITS_FACTOR": UNHURRIED}
        module_processes.start("gateway", "serve", env=front)
        base = f"http://127.0.0.1:{port}"
        await asyncio.gather(*(_until_up(f"{origin}/readyz") for origin in [*origins.values(), base]))
        await eventually(lambda: _is_whole(f"{base}/openapi.json"), 60, interval=1)
        operators = f"http://127.0.0.1:{admin}"
        yield Platform(
            base, operators, issuer.token("0190a000-0000-7000-8000-00000000a0a0", roles=ROLES), module_processes
        )
        await module_processes.stop_all()
