"""What is known of each exchange afterwards: one measurement and one line of the access log."""

import json
import re
import sys
import time
from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal, TextIO

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

from gateway.exchange import Exchange

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_OUTCOMES = ("gateway_exchanges", "Exchanges with services")
_NAME, _HELP = "gateway_request_seconds", "Requests by row of the route table"
_LABELS = ["method", "route", "status", "upstream"]
_CLIENT_CLOSED_REQUEST = 499
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PLAIN = re.compile(r"[A-Za-z0-9._~:@-]{1,64}")
Key = tuple[str, str, int, str]


class Histogram:
    """Counts by duration; the loop is the only one to write, so there is no lock."""

    __slots__ = ("counts", "total")

    def __init__(self) -> None:
        self.counts = [0] * (len(BOUNDS) + 1)
        self.total = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.counts[bisect_left(BOUNDS, seconds)] += 1
        self.total += seconds

    @property
    def buckets(self) -> Iterator[tuple[str, float]]:
        """Cumulated, as Prometheus wants them."""
        below = 0
        for bound, count in zip((*BOUNDS, None), self.counts, strict=True):
            below += count
            yield ("+Inf" if bound is None else str(bound)), below


class Measured(Collector):
    """Durations by method, template, status and service; made when first met, and looked up ever after."""

    def __init__(self) -> None:
        self._met: dict[Key, Histogram] = {}
        self._outcomes: dict[tuple[str, str], int] = {}

    def observe(self, key: Key, seconds: float) -> None:
        """Count an exchange."""
        met = self._met.get(key)
        if met is None:
            met = self._met[key] = Histogram()
        met.observe(seconds)

    def count(self, upstream: str, outcome: str) -> None:
        """Count how an exchange with a service ended."""
        self._outcomes[upstream, outcome] = self._outcomes.get((upstream, outcome), 0) + 1

    def collect(self) -> Iterator[Metric]:
        """Tell Prometheus."""
        family = HistogramMetricFamily(_NAME, _HELP, labels=_LABELS)
        for (method, route, status, upstream), met in self._met.items():
            family.add_metric([method, route, str(status), upstream], list(met.buckets), met.total)
        yield family
        outcomes = CounterMetricFamily(*_OUTCOMES, labels=["upstream", "outcome"])
        for labels, count in self._outcomes.items():
            outcomes.add_metric(labels, count)
        yield outcomes


class AccessLog:
    """Writes lines in batches, twenty times a second: a system call for each would be dear.

    A line has no query, no name, no token and no address: route template, status, milliseconds, the request's id and
    the caller's subject id.
    """

    def __init__(self, form: Literal["json", "console"], *, stream: TextIO | None = None) -> None:
        self._form, self._stream = form, stream
        self._lines: list[str] = []
        self._second, self._moment = 0, ""

    def note(self, key: Key, ms: float, request_id: str, subject: str) -> bool:
        """Keep a line; tell whether it is the first since the last `write`."""
        method, route, status, upstream = key
        who = subject if not subject or _PLAIN.fullmatch(subject) else json.dumps(subject)[1:-1]
        if self._form == "json":
            line = (
                f'{{"event": "request", "level": "info", "timestamp": "{self._now()}", "method": "{method}", '
                f'"route": "{route}", "status": {status}, "ms": {ms:.1f}, "correlation_id": "{request_id}", '
                f'"subject": "{who}", "upstream": "{upstream}", "process": "gateway"}}\n'
            )
        else:
            line = f"{self._now()} {method} {route} {status} {ms:.1f} ms {request_id} {who or '-'}\n"
        self._lines.append(line)
        return len(self._lines) == 1

    def write(self) -> None:
        """Hand over what has been kept."""
        lines, self._lines = self._lines, []
        if lines:
            stream = self._stream or sys.stderr
            stream.write("".join(lines))
            stream.flush()

    def _now(self) -> str:
        now = time.time()
        second = int(now)
        if second != self._second:
            self._second, self._moment = second, time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(second))
        return f"{self._moment}.{int((now - second) * 1000):03d}Z"


class Record:
    """Called with each exchange when it is over."""

    def __init__(self, measured: Measured, log: AccessLog | None) -> None:
        """Without a log nothing is written: the level says so."""
        self._measured, self._log = measured, log

    def __call__(self, exchange: Exchange) -> None:
        """Measure and note an exchange."""
        seconds = time.perf_counter() - exchange.started
        key = _key(exchange)
        self._measured.observe(key, seconds)
        upstream = key[3]
        if upstream:
            outcome = exchange.ending or ("answered" if exchange.passed_on else "refused")
            self._measured.count(upstream, outcome)
        if self._log is not None:
            subject = exchange.caller.subject if exchange.caller else ""
            if self._log.note(key, seconds * 1000, exchange.request_id, subject):
                exchange.loop.call_later(_WRITE_SECONDS, self._log.write)


_WRITE_SECONDS = 0.05


def _key(exchange: Exchange) -> Key:
    status = exchange.status or _CLIENT_CLOSED_REQUEST
    if exchange.match is not None:
        route = exchange.match.route
        return exchange.method, route.path, status, route.upstream  # the row's method, or HEAD
    method = exchange.method if exchange.method in _METHODS else "OTHER"
    return method, exchange.page or "unmatched", status, ""
