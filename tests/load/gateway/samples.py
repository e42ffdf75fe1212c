"""One measurement, and many of them in rounds."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.load.gateway.cost import Spent


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of every target."""

    title: str
    query: str
    """Chooses the body: the upstream answers a list of 40 KB to `limit=50`, else an item of 1.5 KB."""
    connections: int


ITEM, LIST = "", "limit=50"
ITEM_32 = Case("1,5 КБ, 32 соединения", ITEM, 32)
ITEM_1 = Case("1,5 КБ, 1 соединение", ITEM, 1)
LIST_32 = Case("40 КБ, 32 соединения", LIST, 32)
LIST_1 = Case("40 КБ, 1 соединение", LIST, 1)


@dataclass(frozen=True, slots=True)
class Load:
    """What the client saw."""

    requests: int
    seconds: float
    p50_us: float
    p99_us: float


@dataclass(frozen=True, slots=True)
class Sample:
    """One target under one case for a second or two."""

    load: Load
    spent: Spent

    @property
    def rate(self) -> float:
        """Requests per second of the clock."""
        return self.load.requests / self.load.seconds

    @property
    def cpu_us(self) -> float:
        """Microseconds of processor time of the target per request."""
        return self.spent.cpu_seconds * 1e6 / self.load.requests

    @property
    def busy(self) -> float:
        """Share of its processor that the target used."""
        return self.spent.cpu_seconds / self.load.seconds

    @property
    def disturbed(self) -> float:
        """Share of the time in which the target was ready but another program ran."""
        return self.spent.waited_seconds / self.load.seconds


Measure = Callable[[Sample], float]


@dataclass
class Rounds:
    """All samples: target and case → one per round, in the order of the rounds."""

    _samples: dict[tuple[str, Case], list[Sample]] = field(default_factory=lambda: defaultdict(list))

    def add(self, target: str, case: Case, sample: Sample) -> None:
        """Keep the sample of the next round."""
        self._samples[target, case].append(sample)

    def has(self, target: str, case: Case) -> bool:
        """Tell whether anything was measured."""
        return (target, case) in self._samples

    def of(self, target: str, case: Case) -> Sequence[Sample]:
        """Return the samples. Raises KeyError when there is none."""
        if not self.has(target, case):
            raise KeyError(f"{target}: {case.title}")
        return self._samples[target, case]

    def median(self, target: str, case: Case, measure: Measure) -> float:
        """Return the median over the rounds."""
        return median(measure(sample) for sample in self.of(target, case))

    def ratio(self, ours: tuple[str, Case], theirs: tuple[str, Case], measure: Measure) -> float:
        """Return the median of the ratios within each round: what disturbs a round disturbs both."""
        pairs = zip(self.of(*ours), self.of(*theirs), strict=True)
        return median(measure(one) / measure(other) for one, other in pairs)

    def added(self, target: str, case: Case, direct: str, measure: Measure) -> list[float]:
        """Return, round by round, by how much a target's latency is above that of the upstream asked directly."""
        pairs = zip(self.of(target, case), self.of(direct, case), strict=True)
        return [measure(one) - measure(other) for one, other in pairs]
