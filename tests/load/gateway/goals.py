"""The gateway's goals G1–G6 as ratios of what was measured in one run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from tests.load.gateway.samples import ITEM_1, ITEM_32, LIST_32, Case, Rounds, Sample

DIRECT, OPEN, TOKEN, UNCHECKED = "direct", "ours-open", "ours-token", "ours-unchecked"
NGINX, ENVOY, ENVOY_JWT, TRAEFIK, RECIPE = "nginx", "envoy", "envoy-jwt", "traefik", "recipe"


@dataclass(frozen=True, slots=True)
class Goal:
    """A bound on a ratio; `at_least` tells on which side of it one wants to be."""

    name: str
    title: str
    bound: float
    stretch: float
    at_least: bool
    needs: tuple[tuple[str, Case], ...]
    ratio: Callable[[Rounds], float]
    by_cpu: Callable[[Rounds], float] | None = None
    """The same from processor time per request, which a busy machine blurs less."""

    def met(self, value: float) -> bool:
        """Tell whether the bound is kept."""
        return self._within(value, self.bound)

    def exceeded(self, value: float) -> bool:
        """Tell whether even the stretch is reached."""
        return self._within(value, self.stretch)

    def _within(self, value: float, bound: float) -> bool:
        return value >= bound if self.at_least else value <= bound

    def measured(self, rounds: Rounds) -> bool:
        """Tell whether the run had all that the ratio is made of."""
        return all(rounds.has(*need) for need in self.needs)


def _faster(name: str, title: str, ours: str, peer: str, case: Case, bound: float, stretch: float) -> Goal:
    pair = (ours, case), (peer, case)
    return Goal(
        name=name,
        title=title,
        bound=bound,
        stretch=stretch,
        at_least=True,
        needs=pair,
        ratio=lambda rounds: rounds.ratio(*pair, rate),
        by_cpu=lambda rounds: 1 / rounds.ratio(*pair, cpu),
    )


def rate(sample: Sample) -> float:
    """Return requests per second."""
    return sample.rate


def cpu(sample: Sample) -> float:
    """Return microseconds of processor time per request."""
    return sample.cpu_us


def p50(sample: Sample) -> float:
    """Return the median latency in microseconds."""
    return sample.load.p50_us


def p99(sample: Sample) -> float:
    """Return the 99th percentile of the latency in microseconds."""
    return sample.load.p99_us


def _added_p50(rounds: Rounds) -> float:
    ours = rounds.added(OPEN, ITEM_1, DIRECT, p50)
    theirs = rounds.added(ENVOY, ITEM_1, DIRECT, p50)
    return median(one / other for one, other in zip(ours, theirs, strict=True))


def _token_loss(rounds: Rounds) -> float:
    return 1 - rounds.ratio((TOKEN, ITEM_32), (UNCHECKED, ITEM_32), rate)


def _token_loss_by_cpu(rounds: Rounds) -> float:
    return 1 - 1 / rounds.ratio((TOKEN, ITEM_32), (UNCHECKED, ITEM_32), cpu)


def goals() -> Iterator[Goal]:
    """Yield the goals in their order."""
    yield _faster("G1", "с токеном, запросов/с к Envoy jwt_authn", TOKEN, ENVOY_JWT, ITEM_32, 0.8, 1.1)
    yield _faster("G2", "без токена, запросов/с к nginx", OPEN, NGINX, ITEM_32, 0.4, 0.9)
    yield _faster("G3", "без токена, запросов/с к FastAPI + httpx", OPEN, RECIPE, ITEM_32, 25, 35)
    yield _faster("G4", "40 КБ, запросов/с к Envoy", OPEN, ENVOY, LIST_32, 1.0, 1.25)
    yield Goal(
        name="G5",
        title="добавленная p50 на одном соединении к Envoy",
        bound=1.2,
        stretch=0.8,
        at_least=False,
        needs=tuple((target, ITEM_1) for target in (OPEN, ENVOY, DIRECT)),
        ratio=_added_p50,
    )
    yield Goal(
        name="G6",
        title="потеря запросов/с от проверки известного токена",
        bound=0.10,
        stretch=0.05,
        at_least=False,
        needs=((TOKEN, ITEM_32), (UNCHECKED, ITEM_32)),
        ratio=_token_loss,
        by_cpu=_token_loss_by_cpu,
    )
