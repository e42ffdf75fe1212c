"""A service and what stands before it."""

import asyncio
from collections.abc import Callable

from gateway.refusals import SERVICE_BUSY
from gateway.resilience import measures
from gateway.resilience.breaker import Breaker, State
from gateway.resilience.budget import RetryBudget
from gateway.resilience.bulkhead import IN_FLIGHT, Bulkhead, Kind
from gateway.upstream import Upstream


class Guard:
    """Breaker, bulkheads and retry budget of one service.

    Files have a bulkhead of their own, of half the size: a hundred slow uploads leave the short exchanges their places.
    So have sign-ins, of a third: passwords are slow to compare on purpose, and anybody may send some.
    """

    __slots__ = ("breaker", "budget", "files", "name", "short", "sign_ins", "upstream")

    def __init__(self, name: str, upstream: Upstream, *, in_flight: int = IN_FLIGHT) -> None:
        self.name, self.upstream = name, upstream
        self.breaker, self.budget = Breaker(self._tell), RetryBudget()
        self.short, self.files = Bulkhead(in_flight), Bulkhead(max(1, in_flight // 2))
        self.sign_ins = Bulkhead(max(1, in_flight // 3))

    def enter(self, kind: Kind) -> Callable[[], None]:
        """Take a place; return what gives it back. Raises `SERVICE_BUSY` when there is none."""
        bulkhead = self.short if kind == "short" else self.files if kind == "files" else self.sign_ins
        if not bulkhead.enter():
            measures.SHED.labels(self.name, kind).inc()
            raise SERVICE_BUSY
        return bulkhead.leave

    def show(self) -> None:
        """Let the metrics read this guard, in the running event loop's time."""
        clock = asyncio.get_running_loop().time
        measures.BREAKER.labels(self.name).set_function(lambda: self.breaker.state)
        measures.BUDGET.labels(self.name).set_function(lambda: self.budget.left(clock()))
        measures.IN_FLIGHT.labels(self.name, "short").set_function(lambda: self.short.in_flight)
        measures.IN_FLIGHT.labels(self.name, "files").set_function(lambda: self.files.in_flight)
        measures.IN_FLIGHT.labels(self.name, "sign-ins").set_function(lambda: self.sign_ins.in_flight)
        measures.begin(self.name)

    def _tell(self, state: State) -> None:
        measures.TURNS.labels(self.name, state.name.lower().replace("_", "-")).inc()
