"""What clients were told: written by the client itself, outside the platform."""

from collections import defaultdict
from dataclasses import dataclass, field
from types import SimpleNamespace

import aiohttp


@dataclass(frozen=True)
class Acknowledged:
    """An answer 2xx to a change."""

    path: str
    id: str
    version: int


@dataclass
class Ledger:
    """Idempotency-Key → the answers given to it, over all tellings."""

    answers: defaultdict[str, list[Acknowledged]] = field(default_factory=lambda: defaultdict(list))

    def session(self) -> aiohttp.ClientSession:
        """Return a session whose acknowledged changes are written down; each request has its own connection."""
        trace = aiohttp.TraceConfig()
        trace.on_request_end.append(self._note)
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True), trace_configs=[trace])

    def acknowledged(self, path: str) -> int:
        """Return how many different changes of a path were acknowledged."""
        return sum(1 for answers in self.answers.values() if answers[0].path == path)

    async def _note(
        self, _: aiohttp.ClientSession, __: SimpleNamespace, request: aiohttp.TraceRequestEndParams
    ) -> None:
        key = request.headers.get("Idempotency-Key")
        if key and request.response.status < 300:
            await request.response.read()
            body = await request.response.json()
            self.answers[key].append(Acknowledged(request.url.path, body["id"], body["version"]))
