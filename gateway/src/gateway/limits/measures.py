"""What the limits have done, counted in plain integers: a request pays for no lock. Read when metrics are asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from weakref import WeakSet

from prometheus_client import REGISTRY
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from gateway.limits.policies import Kind


@dataclass(eq=False, slots=True, weakref_slot=True)
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
    """Of this process."""

    tallies: WeakSet[Tally] = field(default_factory=WeakSet)
    leases: int = 0
    failures: int = 0
    """Questions to the store that failed or came late."""
    unasked: int = 0
    """Questions not put, because the store was silent or too many were under way."""
    alone: int = 0
    """Windows, or what was left of them, that this replica granted by itself while the store was silent."""
    streams: int = 0

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics."""
        requests = CounterMetricFamily(
            "gateway_limit", "Requests weighed by a limit", labels=["rate", "kind", "result"]
        )
        held = GaugeMetricFamily("gateway_limit_keys", "Addresses and callers remembered", labels=["rate", "kind"])
        for (rate, kind), (admitted, refused, keys) in self._summed().items():
            requests.add_metric([rate, kind, "admitted"], admitted)
            requests.add_metric([rate, kind, "refused"], refused)
            held.add_metric([rate, kind], keys)
        yield requests
        yield held
        yield CounterMetricFamily("gateway_limit_leases", "Leases taken from the store", value=self.leases)
        yield CounterMetricFamily(
            "gateway_limit_store_failures", "Leases that failed or came late", value=self.failures
        )
        yield CounterMetricFamily("gateway_limit_unasked", "Leases not asked for", value=self.unasked)
        yield CounterMetricFamily("gateway_limit_alone", "Windows counted without the store", value=self.alone)
        yield GaugeMetricFamily("gateway_streams_open", "Streams open in this process", value=self.streams)

    def _summed(self) -> dict[tuple[str, str], tuple[int, int, int]]:
        found: dict[tuple[str, str], tuple[int, int, int]] = {}
        for each in list(self.tallies):
            admitted, refused, held = found.get((each.rate, each.kind), (0, 0, 0))
            found[each.rate, each.kind] = admitted + each.admitted, refused + each.refused, held + each.held
        return found


MEASURES = Measures()
REGISTRY.register(MEASURES)
