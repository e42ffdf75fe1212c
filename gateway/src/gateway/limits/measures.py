"""What the limits have done, counted in plain integers: a request pays for no lock. Read when metrics are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.limits.policies import Kind


@dataclass(slots=True)
class Tally:
    """Of one kind of one rate class."""

    rate: str
    kind: Kind
    admitted: int = 0
    refused: int = 0
    held: int = 0
    """Keys in memory."""


@dataclass(eq=False)
class Measures(Collector):
    """Of one gateway."""

    tallies: list[Tally] = field(default_factory=list)
    leases: int = 0
    failures: int = 0
    """Questions to the store that failed or came late."""
    unasked: int = 0
    """Questions not put, because the store was silent or too many were under way."""
    alone: int = 0
    """Times that a request was weighed without the store that should have been asked."""
    streams: int = 0

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        labels = ["rate", "kind"]
        requests = CounterMetricFamily("gateway_limit", "Requests weighed by a limit", labels=[*labels, "result"])
        held = GaugeMetricFamily("gateway_limit_keys", "Addresses and callers remembered", labels=labels)
        for each in self.tallies:
            requests.add_metric([each.rate, each.kind, "admitted"], each.admitted)
            requests.add_metric([each.rate, each.kind, "refused"], each.refused)
            held.add_metric([each.rate, each.kind], each.held)
        yield requests
        yield held
        yield CounterMetricFamily("gateway_limit_leases", "Leases taken from the store", value=self.leases)
        yield CounterMetricFamily(
            "gateway_limit_store_failures", "Leases that failed or came late", value=self.failures
        )
        yield CounterMetricFamily("gateway_limit_unasked", "Leases not asked for", value=self.unasked)
        yield CounterMetricFamily("gateway_limit_alone", "Requests weighed without the store", value=self.alone)
        yield GaugeMetricFamily("gateway_streams_open", "Streams open in this process", value=self.streams)
