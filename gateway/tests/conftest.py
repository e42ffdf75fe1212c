"""A gateway in front of real small servers."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from joserfc.jwk import ECKey

from chassis.app import Service
from gateway.server import DrainingServer
from gateway.settings import GatewaySettings
from gateway.table import CLASSES, RouteClass, Table, read_rows
from gateway.wiring import serving, wire
from testkit import eventually
from testkit.http import Client
from testkit.issuer import Issuer

ROWS = """
[registry]
GET    /v1/echo                    read anonymous
GET    /v1/echo/{thing_id}         read anonymous
GET    /v1/secret                  read
GET    /v1/personal                personal
POST   /v1/secret                  write
GET    /v1/repeated/{thing_id}     read anonymous
POST   /v1/repeated                write anonymous
POST   /v1/upload                  upload anonymous
POST   /v1/small                   small anonymous
GET    /v1/download                download anonymous
GET    /v1/for-curators            read role=curator,official
GET    /v1/for-reports             read scope=reports
POST   /v1/for-telling             write or=telling
GET    /v1/ending                  read anonymous deprecated=2027-01-31 sunset=2027-07-31
GET    /v1/hang                    hasty anonymous
POST   /v1/hang                    hasty anonymous
GET    /v1/drip                    hasty anonymous
GET    /v1/dropped                 read anonymous
POST   /v1/dropped                 write anonymous
GET    /v1/headers                 read anonymous
[expertise]
GET    /v1/dead                    read anonymous
POST   /v1/dead                    write anonymous
"""
HASTY = RouteClass(name="hasty", seconds=0.5, body_bytes=1000, retry="always")
SMALL = RouteClass(name="small", seconds=10, body_bytes=1000, retry="keyed")
MIB = 1024 * 1024


@dataclass
class Upstream:
    """A real server that tells what reached it."""

    port: int
    asked: list[str] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    seen: dict[str, Any] = field(default_factory=dict)
    """The last request that was echoed."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def echo(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(f"{request.method} {request.raw_path}")
        digest, size = hashlib.sha256(), 0
        async for chunk in request.content.iter_any():
            digest.update(chunk)
            size += len(chunk)
        seen = {
            "method": request.method,
            "target": request.raw_path,
            "headers": [[name.decode().lower(), value.decode()] for name, value in request.raw_headers],
            "size": size,
            "sha256": digest.hexdigest(),
        }
        self.seen = seen
        return web.Response(body=json.dumps(seen).encode(), content_type="application/json")

    async def hang(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.abandoned.append(request.path)
            raise
        return web.Response()

    async def download(self, request: web.Request) -> web.StreamResponse:
        size = int(request.query.get("mib", "1"))
        answer = web.StreamResponse(headers={"Content-Type": "application/pdf", "Content-Length": str(size * MIB)})
        await answer.prepare(request)
        self.begun.set()
        try:
            for number in range(size):
                await answer.write(bytes([number % 251]) * MIB)
        except (ConnectionResetError, asyncio.CancelledError):
            self.abandoned.append(request.path)
            raise
        return answer

    async def drip(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        await answer.write(b"first")
        await asyncio.Event().wait()
        return answer

    async def dropped(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path)
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async def headers(self, _: web.Request) -> web.StreamResponse:
        answer = web.Response(body=b"\x1f\x8b not really gzip", headers={"Content-Encoding": "gzip", "ETag": '"v7"'})
        answer.headers.update({"Set-Cookie": "a=b", "X-Powered-By": "x", "Connection": "X-Hop", "X-Hop": "1"})
        answer.headers.add("Link", "</a>")
        answer.headers.add("Link", "</b>")
        return answer

    async def undocumented(self, _: web.Request) -> web.StreamResponse:
        """Answer what every gateway asks as it starts; no test counts it."""
        raise web.HTTPNotFound

    async def moved(self, _: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("/elsewhere")

    def application(self) -> web.Application:
        app = web.Application(client_max_size=200 * MIB)
        for name in ("echo", "hang", "drip", "download", "dropped", "headers"):
            app.router.add_route("*", f"/v1/{name}", getattr(self, name))
        app.router.add_route("*", "/openapi.json", self.undocumented)
        app.router.add_route("*", "/v1/repeated/moved", self.moved)
        app.router.add_route("*", "/{rest:.*}", self.echo)
        return app


@asynccontextmanager
async def _listening(server: Upstream) -> AsyncIterator[Upstream]:
    runner = web.AppRunner(server.application(), access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", server.port).start()
    yield server
    await runner.cleanup()


@pytest.fixture
async def upstream(free_port: Callable[[], int]) -> AsyncIterator[Upstream]:
    async with _listening(Upstream(free_port())) as server:
        yield server


@dataclass(frozen=True)
class Door:
    """A running gateway."""

    settings: GatewaySettings
    client: Client
    server: DrainingServer

    def connections(self) -> int:
        """Return how many clients are connected."""
        return len(self.server.server_state.connections)

    @property
    def base(self) -> str:
        return self.client.base

    async def admin(self, path: str) -> tuple[int, str]:
        """Return what operators are answered."""
        address = f"http://127.0.0.1:{self.settings.gateway_admin_port}{path}"
        async with aiohttp.ClientSession() as http, http.get(address) as answer:
            return answer.status, await answer.text()

    async def metrics(self) -> str:
        """Return the metrics."""
        return (await self.admin("/metrics"))[1]

    async def raw(self, request: bytes, *, finish: bool = True) -> bytes:
        """Send bytes as they are; return everything that comes until the gateway closes or two seconds are over."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.settings.gateway_port)
        writer.write(request)
        if finish:
            writer.write_eof()
        try:
            return await asyncio.wait_for(reader.read(), 2)
        except TimeoutError:
            return b""
        finally:
            writer.close()

    async def status(self, target: bytes, *headers: bytes, method: bytes = b"GET", body: bytes = b"") -> int:
        """Return the status of a hand-written request; 0 when the connection was closed without an answer."""
        lines = [method + b" " + target + b" HTTP/1.1", b"Host: gateway", b"Connection: close", *headers]
        answer = await self.raw(b"\r\n".join(lines) + b"\r\n\r\n" + body, finish=False)
        return int(answer.split(b" ", 2)[1]) if answer else 0


@pytest.fixture(scope="session")
def gateway_env(free_port: Callable[[], int], issuer: Issuer) -> Callable[..., dict[str, str]]:
    """Return the environment of a gateway; services not named are at a port where nothing listens."""

    def made(**services: str) -> dict[str, str]:
        dead = f"http://127.0.0.1:{free_port()}"
        urls = {f"{name.upper()}_URL": services.get(name, dead) for name in _SERVICES}
        ports = {"GATEWAY_PORT": str(free_port()), "GATEWAY_ADMIN_PORT": str(free_port())}
        return {**ports, "ENVIRONMENT": "test", "LOG_LEVEL": "WARNING", **urls, **issuer.env}

    return made


@pytest.fixture(scope="session")
def real_service(
    issuer: Issuer, free_port: Callable[[], int], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Service]:
    """Return the application of a service by its name; it connects to nothing before it is served."""
    key_file = tmp_path_factory.mktemp("keys") / "issuer.pem"
    key_file.write_bytes(ECKey.generate_key("P-256").as_pem(private=True))

    def make(name: str, mongo_url: str = "mongodb://127.0.0.1:1/none") -> Service:
        settings = getattr(import_module(f"{name}.settings"), f"{name.capitalize()}Settings")
        given = {"mongo_url": mongo_url, "rabbitmq_url": "amqp://127.0.0.1:1", "http_port": free_port()}
        given |= {"issuer_key_file": key_file} if name == "registry" else {}
        service: Service = import_module(f"{name}.wiring").wire(
            settings(environment="test", **given, **issuer.settings)
        )
        return service

    return make


_SERVICES = ("registry", "expertise", "transfer", "reporting")
Starting = Callable[..., Any]


@pytest.fixture(scope="session")
def running_gateway(gateway_env: Callable[..., dict[str, str]], issuer: Issuer) -> Starting:
    """Return a context manager that serves a gateway in this process."""

    @asynccontextmanager
    async def start(
        table: Table | None = None, *, settings: Mapping[str, Any] | None = None, **services: str
    ) -> AsyncIterator[Door]:
        given: dict[str, Any] = {name.lower(): value for name, value in gateway_env(**services).items()}
        given |= settings or {}
        chosen = GatewaySettings(**given)
        server = serving(wire(chosen, table))
        running = asyncio.create_task(server._serve())
        await eventually(lambda: server.started or running.done())
        base = f"http://127.0.0.1:{chosen.gateway_port}"
        try:
            async with aiohttp.ClientSession(auto_decompress=False, headers={"Accept-Encoding": "identity"}) as session:
                yield Door(chosen, Client(session, base, issuer), server)
        finally:
            server.should_exit = True
            await running

    return start


@pytest.fixture(scope="session")
def module_gateway(
    running_gateway: Starting, small_table: Table, free_port: Callable[[], int]
) -> Callable[[], AbstractAsyncContextManager[tuple[Door, Upstream]]]:
    """Return a context manager of a gateway and the small server behind it, for a module that harms neither."""

    @asynccontextmanager
    async def start() -> AsyncIterator[tuple[Door, Upstream]]:
        async with (
            _listening(Upstream(free_port())) as server,
            running_gateway(small_table, registry=server.url) as door,
        ):
            yield door, server

    return start


@pytest.fixture(scope="session")
def small_table() -> Table:
    return Table(read_rows(ROWS, [*CLASSES, HASTY, SMALL]))


@pytest.fixture
async def door(running_gateway: Starting, small_table: Table, upstream: Upstream) -> AsyncIterator[Door]:
    """A gateway before the small server, with a table of its own."""
    async with running_gateway(small_table, registry=upstream.url) as running:
        yield running
