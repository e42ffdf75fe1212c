"""The services' own documents: one task renews them and the edition for clients, a request takes what is at hand."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import structlog

from chassis.duty import again_and_again, beside
from gateway import own
from gateway.clients import ServiceClients
from gateway.openapi.merge import merged
from gateway.refusals import UNREACHABLE
from gateway.table import OWN, Route, Table
from gateway.upstream import UpstreamError

log = structlog.get_logger("gateway")
_OK, _MAX_BYTES = 200, 16 * 1024 * 1024
_AGAIN_SECONDS = 5
_FETCH_SECONDS = 15  # a service composes its document at the first request: seconds of a busy processor


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long things may take, in seconds."""

    fresh: float = 30
    """A document is asked for again after so long, one that failed after 5 s at most."""
    patience: float = 4
    """Before there is any edition a request waits for it: less than a page is given (`gateway.door`)."""
    together: float = 3
    """Documents that come within it make one edition; less than `patience`, so that who waits gets what there is."""


_PACE = Pace()


@dataclass(frozen=True, slots=True)
class Edition:
    """The merged document as it is sent."""

    body: bytes
    etag: str


class Catalogue:
    """What the services document, as last seen; one that is down or hangs stands with what it said last."""

    def __init__(self, clients: ServiceClients, table: Table, pace: Pace = _PACE) -> None:
        self._clients, self._table, self._pace = clients, table, pace
        self._digests: dict[str, bytes] = {}
        self._seen: dict[str, Mapping[str, Any]] = {}
        self._away: set[str] = set()
        self._due: dict[str, float] = dict.fromkeys(clients.names, 0.0)
        self._edition: Edition | None = None
        self._tried = asyncio.Event()

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Keep the edition up to date from now on."""
        async with beside(again_and_again("api document", self._keep)):
            yield

    async def current(self) -> Edition:
        """Return the latest edition, without waiting once there is any. Raises `UNREACHABLE` while there is none."""
        if self._edition is None:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pace.patience):
                    await self._tried.wait()
        if self._edition is None:
            raise UNREACHABLE
        return self._edition

    async def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """Ask the services that are due; return service → document, last that of the gateway, once there is any."""
        await asyncio.gather(*(self._ask(name) for name in self._those_due()))
        return _with_own(self._known())

    async def renew(self) -> None:
        """Ask the services that are due, and make an edition of what is news; who hangs keeps nobody from the rest."""
        asking = {asyncio.create_task(self._ask(name)) for name in self._those_due()}
        seconds: float | None = self._pace.together
        until = asyncio.ALL_COMPLETED
        try:
            while asking:
                answered, asking = await asyncio.wait(asking, timeout=seconds, return_when=until)
                news = [task.result() for task in answered]
                if any(news):
                    await self._make()
                if self._edition or not asking:
                    self._tried.set()
                seconds, until = None, asyncio.FIRST_COMPLETED
        finally:
            for task in asking:
                task.cancel()

    async def _keep(self) -> None:
        while True:
            await self.renew()
            await asyncio.sleep(min(self._due.values()) - time.monotonic())

    def _those_due(self) -> list[str]:
        return [name for name, moment in self._due.items() if moment <= time.monotonic()]

    def _known(self) -> dict[str, Mapping[str, Any]]:
        return {name: self._seen[name] for name in self._due if name in self._seen}

    async def _make(self) -> None:
        """Merge in a thread: it takes the processor for longer than other requests should wait."""
        try:
            self._edition = await asyncio.to_thread(_edition, self._known(), self._table.routes)
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
            log.error("no edition of the API document", reason=repr(error))

    async def _ask(self, name: str) -> bool:
        """Fetch one document; tell whether it is news."""
        try:
            body = await self._fetched(name)
            digest = sha256(body).digest()
            news = self._digests.get(name) != digest
            if news:
                self._seen[name], self._digests[name] = await asyncio.to_thread(_openapi, body), digest
        except (UpstreamError, TimeoutError, ValueError, RecursionError) as error:
            if name not in self._away:
                log.warning("no API document", upstream=name, reason=type(error).__name__)
            self._away.add(name)
            self._due[name] = time.monotonic() + min(_AGAIN_SECONDS, self._pace.fresh)
            return False
        self._away.discard(name)
        self._due[name] = time.monotonic() + self._pace.fresh
        return news

    async def _fetched(self, name: str) -> bytes:
        async with asyncio.timeout(_FETCH_SECONDS):
            answer = await self._clients[name].request(b"GET", b"/openapi.json", ())
            body = await answer.read(_MAX_BYTES)
        if answer.status != _OK:
            raise ValueError(f"status {answer.status}")
        return body


def _with_own(known: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Mapping[str, Any]]:
    return {**known, OWN: own.document()} if known else known


def _edition(known: Mapping[str, Mapping[str, Any]], table: Iterable[Route]) -> Edition:
    body = json.dumps(merged(_with_own(known), table), ensure_ascii=False).encode()
    return Edition(body, f'"{sha256(body).hexdigest()[:24]}"')


def _openapi(body: bytes) -> dict[str, Any]:
    """Return an API document. Raises ValueError for something else."""
    answer = json.loads(body)
    if not (isinstance(answer, dict) and {"openapi", "info", "paths"} <= answer.keys()):
        raise ValueError("not an OpenAPI document")
    return answer
