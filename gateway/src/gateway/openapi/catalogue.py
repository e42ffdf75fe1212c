"""The services' own documents: fetched when asked for, kept for a while, and kept on while a service is down."""

import asyncio
import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from gateway import own
from gateway.clients import ServiceClients
from gateway.openapi.merge import merged
from gateway.refusals import UNREACHABLE
from gateway.table import OWN, Table
from gateway.upstream import UpstreamError

log = structlog.get_logger("gateway")
_OK, _MAX_BYTES = 200, 16 * 1024 * 1024
_FRESH_SECONDS = 30
_AGAIN_SECONDS = 5
_FETCH_SECONDS = 15  # a service composes its document at the first request: seconds of a busy processor


@dataclass(frozen=True, slots=True)
class Edition:
    """The merged document as it is sent."""

    body: bytes
    etag: str


class Catalogue:
    """What the services document, as last seen."""

    def __init__(self, clients: ServiceClients, table: Table, *, fresh_seconds: float = _FRESH_SECONDS) -> None:
        """`fresh_seconds` is how long a document is kept; one that failed is asked for again after 5 s at most."""
        self._clients, self._table, self._fresh_seconds = clients, table, fresh_seconds
        self._seen: dict[str, dict[str, Any]] = {}
        self._due: dict[str, float] = dict.fromkeys(clients.names, 0.0)
        self._asking = asyncio.Lock()
        self._edition: Edition | None = None

    async def documents(self) -> Mapping[str, Mapping[str, Any]]:
        """Return service → document; a service that does not answer stands with what it said last, if ever.

        The gateway's own routes come last, once there is any.
        """
        async with self._asking:
            due = [name for name, moment in self._due.items() if moment <= time.monotonic()]
            if any(await asyncio.gather(*(self._ask(name) for name in due))):
                self._edition = None
        known = {name: self._seen[name] for name in self._due if name in self._seen}
        return {**known, OWN: own.document()} if known else known

    async def current(self) -> Edition:
        """Return the merged document. Raises `UNREACHABLE` before any service answered."""
        documents = await self.documents()
        if not documents:
            raise UNREACHABLE
        if self._edition is None:
            body = json.dumps(merged(documents, self._table.routes), ensure_ascii=False).encode()
            self._edition = Edition(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
        return self._edition

    async def _fetched(self, name: str) -> bytes:
        async with asyncio.timeout(_FETCH_SECONDS):
            answer = await self._clients[name].request(b"GET", b"/openapi.json", ())
            body = await answer.read(_MAX_BYTES)
        if answer.status != _OK:
            raise ValueError(f"status {answer.status}")
        return body

    async def _ask(self, name: str) -> bool:
        """Fetch one document; tell whether it is news."""
        try:
            document = _openapi(json.loads(await self._fetched(name)))
        except (UpstreamError, TimeoutError, ValueError) as error:
            log.warning("no API document", upstream=name, reason=type(error).__name__)
            self._due[name] = time.monotonic() + min(_AGAIN_SECONDS, self._fresh_seconds)
            return False
        self._due[name] = time.monotonic() + self._fresh_seconds
        news = self._seen.get(name) != document
        self._seen[name] = document
        return news


def _openapi(answer: Any) -> dict[str, Any]:
    """Return an API document. Raises ValueError for JSON that is something else."""
    if not (isinstance(answer, dict) and {"openapi", "info", "paths"} <= answer.keys()):
        raise ValueError("not an OpenAPI document")
    return answer
