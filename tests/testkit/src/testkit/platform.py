"""The whole platform as processes of its own, as clients meet it, with its own issuer of tokens."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from joserfc.jwk import ECKey

from local_platform.accounts import Account
from local_platform.definitions import SERVICES
from local_platform.ports import free_port
from local_platform.servers import Servers
from testkit.brokers import Vhost
from testkit.databases import fresh_database
from testkit.processes import Process, Processes
from testkit.waiting import eventually

ADMINISTRATOR = Account("administrator", "first-key-of-the-house-1", "Администратор", "администратор")
_LOOPBACK = "http://127.0.0.1"


@dataclass
class Platform:
    """A running platform: `environments` by service name, so that more processes can be started."""

    base: str
    environments: Mapping[str, Mapping[str, str]]
    processes: Processes
    running: dict[tuple[str, str], list[Process]] = field(default_factory=dict)
    """(service, role) → its processes."""

    def start(self, service: str, role: str, **env: str) -> Process:
        """Start a process of a service; a second `serve` listens on a port of its own."""
        own = {"HTTP_PORT": str(free_port())} if (service, role) in self.running else {}
        process = self.processes.start(service, role, env={**self.environments[service], **own, **env})
        self.running.setdefault((service, role), []).append(process)
        return process

    async def up(self, address: str) -> None:
        """Wait until an address answers 200."""

        async def answers() -> None:
            try:
                async with aiohttp.ClientSession() as http, http.get(address) as answer:
                    assert answer.status == 200, await answer.text()
            except aiohttp.ClientError as error:
                raise AssertionError(address) from error

        await eventually(answers, 90, interval=0.2)


@asynccontextmanager
async def running_platform(
    servers: Servers, vhost: Vhost, processes: Processes, folder: Path
) -> AsyncIterator[Platform]:
    """Migrate and start the four services with their relays and the gateway, each with its rights in production."""
    key = folder / "issuer.pem"
    key.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    gateway_port, ports = free_port(), {name: free_port() for name in SERVICES}
    base = f"{_LOOPBACK}:{gateway_port}"
    shared = {
        "ENVIRONMENT": "test",
        "LOG_LEVEL": "WARNING",
        "OIDC_ISSUER": base,
        "OIDC_JWKS_URL": f"{_LOOPBACK}:{ports['registry']}/.well-known/jwks.json",
        "ISSUER_KEY_FILE": str(key),
        "BOOTSTRAP_ADMIN_LOGIN": ADMINISTRATOR.login,
        "BOOTSTRAP_ADMIN_PASSWORD": ADMINISTRATOR.password,
    }
    async with AsyncExitStack() as stack:
        environments = {}
        for name in SERVICES:
            url = await stack.enter_async_context(fresh_database(servers.mongo, name))
            own = {"MONGO_URL": url, "RABBITMQ_URL": vhost.url(name), "HTTP_PORT": str(ports[name])}
            environments[name] = {**shared, **own}
        await asyncio.gather(*(processes.run(name, "migrate", env=environments[name]) for name in SERVICES))
        platform = Platform(base, environments, processes)
        for name in SERVICES:
            platform.start(name, "serve")
            platform.start(name, "relay")
        upstreams = {f"{name.upper()}_URL": f"{_LOOPBACK}:{ports[name]}" for name in SERVICES}
        processes.start("gateway", "serve", env={**shared, **upstreams, "GATEWAY_PORT": str(gateway_port)})
        addresses = [base, *(f"{_LOOPBACK}:{port}" for port in ports.values())]
        await asyncio.gather(*(platform.up(f"{address}/readyz") for address in addresses))
        try:
            yield platform
        finally:
            await processes.stop_all()
