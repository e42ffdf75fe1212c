"""The HTTP application of a service, and the consumer that runs beside it."""

import re
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from starlette.datastructures import State
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import answers, deadline, health
from chassis.app import Http, Service
from chassis.bus import Source
from chassis.consumer import Consumer, inbox
from chassis.duty import beside
from chassis.mongo import Mongo
from chassis.problem import Problem
from chassis.telemetry import REQUESTS
from chassis.tokens import TokenVerifier

_REQUEST_ID = re.compile(rb"^[A-Za-z0-9-]{8,64}$")
log = structlog.get_logger("http")


def build(service: Service, *, consume: bool = True, http: bool = True) -> FastAPI:
    """Return the application: probes, the rooms' routes with `http`, the running consumer with `consume`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.verifier = TokenVerifier(service.settings)
        async with service.open_mongo() as app.state.mongo:
            app.state.consumers = [Consumer(source) for source in _sources(service, app.state.mongo)] if consume else []
            async with beside(*(consumer.run() for consumer in app.state.consumers)):
                yield

    routers, state = service.http() if http else Http()
    app = FastAPI(
        title=service.title, version="1", lifespan=lifespan, responses=answers.RESPONSES, docs_url=None, redoc_url=None
    )
    app.state = State({"settings": service.settings, "service": service.name, "measures": service.measures, **state})
    answers.install(app)
    for router in (health.router, *routers):
        app.include_router(router)
    app.middleware_stack = RequestContext(app.build_middleware_stack())  # outermost: failures have a correlation id too
    return app


def _sources(service: Service, mongo: Mongo) -> list[Source]:
    return [
        *([inbox(mongo, service.settings, service.name, service.known)] if service.known else ()),
        *(opened(mongo) for opened in service.further_sources),
    ]


class RequestContext:
    """Pure ASGI middleware: a correlation id and a deadline for every request, one log line, one measurement."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        offered = dict(scope["headers"]).get(b"x-request-id", b"")
        request_id = offered.decode() if _REQUEST_ID.match(offered) else str(uuid.uuid4())
        started, status = time.perf_counter(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=request_id):
            try:
                async with deadline.kept(scope):
                    await self._app(scope, receive, answer)
            except Problem as late:
                if status:  # the answer breaks off: its end must not be taken for the whole
                    raise
                await answers.answer(Request(scope), late)(scope, receive, answer)
            finally:
                seconds = time.perf_counter() - started
                route = getattr(scope.get("route"), "path", "unmatched")
                REQUESTS.labels(scope["method"], route, str(status or 500)).observe(seconds)
                log.info(
                    "request", method=scope["method"], route=route, status=status or 500, ms=round(seconds * 1000, 1)
                )
