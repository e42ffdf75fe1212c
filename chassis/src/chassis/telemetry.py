"""Structured logs and metrics."""

import logging
import sys

import structlog
from prometheus_client import Counter, Gauge, Histogram

from chassis.settings import ProcessSettings

RECEIVED = Counter("inbox_total", "Messages handled", ["type", "disposition"])
OUTBOX_ROWS = Gauge("outbox_new_rows", "Facts that wait for the relay")
OUTBOX_AGE = Gauge("outbox_oldest_new_age_seconds", "Age of the oldest waiting fact")
PARKED_ROWS = Gauge("inbox_parked_rows", "Messages parked until an operator decides")
REQUESTS = Histogram("http_request_seconds", "Requests", ["method", "route", "status"])


def configure(settings: ProcessSettings, process: str) -> None:
    """Write one line per event to standard error, as JSON or for a console."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer()
            if settings.log_format == "console"
            else structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[settings.log_level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(message)s")
    structlog.contextvars.bind_contextvars(process=process)
