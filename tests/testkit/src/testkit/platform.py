"""The whole platform as processes of its own, as clients meet it, with its own issuer of tokens."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from cryptography.fernet import Fernet
from joserfc.jwk import ECKey

from local_platform.accounts import Account
from local_platform.definitions import HOLDERS, SERVICES
from local_platform.ports import free_port
from local_platform.servers import Servers
from testkit.balancer import taking_turns
from testkit.brokers import Vhost
from testkit.databases import fresh_database
from testkit.processes import Process, Processes
from testkit.waiting import eventually

ADMINISTRATOR = Account("administrator", "first-key-of-the-house-1", "Администратор", "администратор")
_LOOPBACK = "http://127.0.0.1"
FEED_PSEUDONYM_KEY = "a-key-that-names-nobody-in-tests-1"
UNHURRIED = "1000"
"""GATEWAY_LIMITS_FACTOR of a gateway whose callers are tests: one address, few names, and no pauses."""


Role = tuple[str, str]
"""Service and what it runs as: ("registry", "serve")."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a platform is started."""

    replicas: int = 1
    """Of each service, each relay and the gateway; the gateways stand behind one address that takes turns."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Environment of every process beyond what it needs."""
    deaths: Mapping[Role, str] = field(default_factory=dict)
    """Where the first process of a role ends itself: `crashpoint:nth`."""


@dataclass
class Platform:
    """A running platform: `environments` by service name or `gateway`, so that more processes can be started."""

    base: str
    environments: Mapping[str, Mapping[str, str]]
    processes: Processes
    vhost: Vhost
    running: dict[Role, list[Process]] = field(default_factory=dict)
    addresses: dict[Role, list[str]] = field(default_factory=dict)
    """Where the processes of a role answer clients or probes, the first one first."""

    def start(self, service: str, role: str, **env: str) -> Process:
        """Start a process of a service; but for the first `serve` it listens on a port of its own."""
        of_service = role != "deliver" and (service, role) not in self.running
        own = {} if of_service else {"HTTP_PORT": str(free_port())}
        environment = {**self.environments[service], **own, **env}
        process = self.processes.start(service, role, env=environment)
        self.running.setdefault((service, role), []).append(process)
        if role != "relay":
            self.addresses.setdefault((service, role), []).append(f"{_LOOPBACK}:{environment['HTTP_PORT']}")
        return process

    def start_front(self, port: int, number: int) -> None:
        """Start a gateway on a port, in front of the service processes of that number."""
        upstreams = {f"{name.upper()}_URL": self.addresses[name, "serve"][number] for name in SERVICES}
        env = {**self.environments["gateway"], **upstreams, "GATEWAY_PORT": str(port)}
        self.running.setdefault(("gateway", "serve"), []).append(self.processes.start("gateway", "serve", env=env))

    async def start_again(self, service: str, role: str) -> None:
        """Start the first process of a role anew where it was, with no death before it; wait until it is ready."""
        address = next(iter(self.addresses.get((service, role), [])), None)
        own = {"HTTP_PORT": address.rpartition(":")[2]} if address else {}
        self.running[service, role][0] = self.processes.start(service, role, env={**self.environments[service], **own})
        if address:
            await self.up(f"{address}/readyz")

    @property
    def everyone(self) -> list[Process]:
        """Every process of every service and of the gateway."""
        return [process for replicas in self.running.values() for process in replicas]

    async def run(self, service: str, *words: str) -> str:
        """Run a command of a service as an operator does; return what it prints."""
        return await self.processes.run(service, *words, env=self.environments[service])

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
    servers: Servers, vhost: Vhost, processes: Processes, folder: Path, shape: Shape | None = None
) -> AsyncIterator[Platform]:
    """Migrate and start the four services with their relays, what delivers webhooks, and the gateway.

    Each has its rights in production; webhooks may lead to this machine, where a test has its receivers.
    """
    shape = shape or Shape()
    fronts = [free_port() for _ in range(shape.replicas)]
    async with AsyncExitStack() as stack:
        base = f"{_LOOPBACK}:{fronts[0]}"
        if shape.replicas > 1:
            base = f"{_LOOPBACK}:{await stack.enter_async_context(taking_turns(fronts))}"
        urls = {name: await stack.enter_async_context(fresh_database(servers.mongo, name)) for name in HOLDERS}
        own = {name: {"MONGO_URL": urls[name], **_beyond(name, vhost)} for name in HOLDERS}
        platform = Platform(base, _environments(base, folder, own, shape.settings), processes, vhost)
        await asyncio.gather(*(platform.run(name, "migrate") for name in HOLDERS))
        try:
            for number, port in enumerate(fronts):
                _start_set(platform, shape if number == 0 else Shape())
                platform.start_front(port, number)
            platform.start("reporting", "deliver")
            platform.start("gateway", "follow")
            addresses = [f"{_LOOPBACK}:{port}" for port in fronts] + [
                one for every in platform.addresses.values() for one in every
            ]
            await asyncio.gather(*(platform.up(f"{address}/readyz") for address in addresses))
            yield platform
        finally:
            await asyncio.gather(*(process.stop() for process in platform.everyone))


def _beyond(holder: str, vhost: Vhost) -> dict[str, str]:
    """Return what a service or the gateway needs to know of the broker and of partners."""
    prefix = {"PARTNERS_USER_PREFIX": vhost.user_prefix}
    of_some = {
        "registry": {"BROKER_MANAGEMENT_URL": vhost.management_url, "PARTNERS_VHOST": vhost.partners.name, **prefix},
        "transfer": {"INBOUND_RABBITMQ_URL": vhost.partners.url("transfer"), **prefix},
        "reporting": {
            "PUBLIC_RABBITMQ_URL": vhost.partners.url("reporting"),
            "FEED_PSEUDONYM_KEY": FEED_PSEUDONYM_KEY,
            "WEBHOOK_SECRET_KEY": Fernet.generate_key().decode(),
            "WEBHOOK_PLAIN_HTTP": "true",
            "WEBHOOK_PORTS": "[]",
            "WEBHOOK_NETWORKS": '["127.0.0.1/32"]',
        },
    }
    return {"RABBITMQ_URL": vhost.url(holder), **of_some.get(holder, {})}


def _environments(
    base: str, folder: Path, own: Mapping[str, Mapping[str, str]], settings: Mapping[str, str]
) -> dict[str, dict[str, str]]:
    key, ports = folder / "issuer.pem", {name: str(free_port()) for name in HOLDERS}
    key.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))
    shared = {
        "ENVIRONMENT": "test",
        "LOG_LEVEL": "WARNING",
        "OIDC_ISSUER": base,
        "OIDC_JWKS_URL": f"{_LOOPBACK}:{ports['registry']}/.well-known/jwks.json",
        "ISSUER_KEY_FILE": str(key),
        "BOOTSTRAP_ADMIN_LOGIN": ADMINISTRATOR.login,
        "BOOTSTRAP_ADMIN_PASSWORD": ADMINISTRATOR.password,
        "GATEWAY_LIMITS_FACTOR": UNHURRIED,
        **settings,
    }
    return {name: {**shared, "HTTP_PORT": ports[name], **own[name]} for name in HOLDERS}


def _start_set(platform: Platform, shape: Shape) -> None:
    for name in SERVICES:
        for role in ("serve", "relay"):
            platform.start(name, role, CRASHPOINT=shape.deaths.get((name, role), ""))
