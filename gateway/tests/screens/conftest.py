"""Small real services behind a real gateway: they say what a test wants, keep silent, or are not there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

SERVICES = ("registry", "expertise", "transfer", "reporting")
INSTITUTION = {
    "id": "vesta", "version": 1, "name": "ОГБУСО «КСЦОН „Веста“»", "short_name": "КСЦОН «Веста»",
    "kind": "social_service", "ownership": "state", "inn": "3811000007", "ogrn": "1183800000009",
    "oktmo": "25703000", "municipality": "Ангарск", "region": "RU-IRK", "member_since": "2018-01-01",
}  # fmt: skip
PROJECT = {
    "id": "pr-1", "version": 1, "institution_id": "vesta", "application_id": "a-1", "direction_id": "d-1",
    "title": "Гостиная", "phase": "design", "started_on": "2018-05-25", "milestones": [],
    "phases": [{"name": "design", "since": "2018-05-25"}],
}  # fmt: skip
DIRECTION: dict[str, Any] = {"id": "d-1", "title": "Семьи", "state": "agreed", "closed_on": None, "editions": []}
INTEGRATION = {
    "id": "in-1", "version": 1, "institution_id": "vesta", "name": "omsk", "receives": ["*"], "sends": [],
    "valid_until": "2027-12-31", "standing": "in_force", "broker": {"carried_out": True, "lag": None},
}  # fmt: skip
QUEUE = {
    "name": "partner.omsk", "messages": 2, "size_bytes": 500, "limit_bytes": 1000, "consumers": 0,
    "oldest_since": "2026-03-01T12:00:00Z",
}  # fmt: skip
EMPTY: dict[str, Any] = {"items": [], "next": None}
SAID: dict[str, Any] = {
    "/v1/institutions/vesta": INSTITUTION,
    "/v1/agreements/counts": {"signed": 0, "addenda": 0, "terminated": 0, "total": 0},
    "/v1/bank-counts": {"activated_in_year": 0, "active_at_year_end": 0},
    "/v1/projects/pr-1": PROJECT,
    "/v1/integrations/in-1": INTEGRATION,
    "/v1/integrations/in-1/queue": QUEUE,
    "/v1/directions/d-1": DIRECTION,
    "/v1/applications/a-1/timeline": {"application_id": "a-1", "steps": []},
}


@dataclass
class Small:
    """One small service: empty lists, unless told otherwise."""

    port: int
    said: dict[str, Any] = field(default_factory=dict)
    """Path → JSON, status and JSON, or nothing: then no answer comes."""
    asked: list[web.Request] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path == "/openapi.json":  # no part of any screen
            return web.json_response(None, status=404)
        self.asked.append(request)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(0)
            said = self.said.get(request.path, SAID.get(request.path, EMPTY))
            if said is None:
                await asyncio.Event().wait()
            status, content = said if isinstance(said, tuple) else (200, said)
            if isinstance(content, str):
                return web.Response(
                    status=status, body=content.encode(), headers={"Content-Type": "application/problem+json"}
                )
            return web.json_response(content, status=status)
        finally:
            self.under_way -= 1


@dataclass(frozen=True)
class Stage:
    """The four services by name, and a context manager that puts a gateway before those that are not left out."""

    services: dict[str, Small]
    gateway: Callable[..., Any]

    def __getitem__(self, name: str) -> Small:
        return self.services[name]

    def opened(self, *, without: tuple[str, ...] = (), part_seconds: float = 2.0) -> Any:
        urls = {name: service.url for name, service in self.services.items() if name not in without}
        return self.gateway(settings={"gateway_part_seconds": part_seconds}, **urls)


@pytest.fixture
async def stage(free_port: Callable[[], int], running_gateway: Callable[..., Any]) -> AsyncIterator[Stage]:
    services, runners = {name: Small(free_port()) for name in SERVICES}, []
    try:
        for service in services.values():
            app = web.Application()
            app.router.add_get("/{rest:.*}", service.answer)
            runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
            runners.append(runner)
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", service.port).start()
        yield Stage(services, running_gateway)
    finally:
        for runner in runners:
            await runner.cleanup()
