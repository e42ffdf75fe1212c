"""Structured logs, metrics, and the thread of causes through requests and messages."""

import logging
import re
import sys
import time
import uuid
from typing import Any

import structlog
from prometheus_client import Counter, Gauge, Histogram
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import deadline, problem
from chassis.settings import ProcessSettings

PUBLISHED = Counter("outbox_publish_total", "Publications of the relay", ["result"])
RECEIVED = Counter("inbox_total", "Messages handled", ["type", "disposition"])
OUTBOX_ROWS = Gauge("outbox_new_rows", "Facts that wait for the relay")
OUTBOX_AGE = Gauge("outbox_oldest_new_age_seconds", "Age of the oldest waiting fact")
PARKED_ROWS = Gauge("inbox_parked_rows", "Messages parked until an operator decides")
REQUESTS = Histogram("http_request_seconds", "Requests", ["method", "route", "status"])

_REQUEST_ID = re.compile(rb"^[A-Za-z0-9-]{8,64}$")
log = structlog.get_logger("http")


def configure(settings: ProcessSettings, process: str) -> None:
    """Write one line per event to standard error, as JSON or for a console."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(message)s")
    structlog.contextvars.bind_contextvars(process=process)


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
            except problem.Problem as late:
                if status:  # the answer breaks off: its end must not be taken for the whole
                    raise
                await problem.answer(Request(scope), late)(scope, receive, answer)
            finally:
                seconds = time.perf_counter() - started
                route = getattr(scope.get("route"), "path", "unmatched")
                REQUESTS.labels(scope["method"], route, str(status or 500)).observe(seconds)
                log.info(
                    "request", method=scope["method"], route=route, status=status or 500, ms=round(seconds * 1000, 1)
                )
