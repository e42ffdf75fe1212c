"""Who is connected: looked at when a connection opens and when it ends, never at a request that is taken."""

from prometheus_client import Counter, Gauge

from gateway.front.guard import Guard
from gateway.limits.addresses import Proxies, counted_as
from gateway.refusals import BAD_REQUEST, EXPECTATION, HEADERS_TOO_LARGE, HTTP_VERSION, SLOW_REQUEST

OPEN = Gauge("gateway_connections", "Connections of clients that are open")
REFUSED = Counter(
    "gateway_connections_refused_total", "Connections refused: too many in all, or of one address", ["why"]
)
_TOO_MANY, _TOO_MANY_OF_ONE = REFUSED.labels("all"), REFUSED.labels("address")
NOT_TAKEN = "not-taken"
"""In place of a refusal's code: a client that leaves its answer lying and is cut off."""
_UNREAD = Counter(
    "gateway_refused_unread_total", "Refused before it was a request, or cut off for taking no answer", ["code"]
)
for _problem in (BAD_REQUEST, EXPECTATION, HEADERS_TOO_LARGE, HTTP_VERSION, SLOW_REQUEST):
    _UNREAD.labels(_problem.code)  # shown from the start: the first one would else be no increase
_UNREAD.labels(NOT_TAKEN)


def refused_unread(code: str) -> None:
    """Count what neither the log nor the measurement of requests will ever tell of."""
    _UNREAD.labels(code).inc()


class Crowd:
    """Counts connections, in all and by client; IPv6 by its /64, as everywhere.

    A trusted proxy speaks for all its clients: its connections count in all, but not as one client's.
    """

    def __init__(self, guard: Guard, proxies: Proxies) -> None:
        self.guard = guard
        self._proxies = proxies
        self._in_all = 0
        self._held: dict[str, int] = {}

    def enter(self, address: str) -> bool:
        """Tell whether there is room for a connection from an address; if so it is counted until `leave`.

        Without an address (a Unix socket) it counts in all only.
        """
        client = self._client(address)
        held = self._held.get(client, 0)
        if self._in_all >= self.guard.connections:
            _TOO_MANY.inc()
            return False
        if client and held >= self.guard.connections_of_one:
            _TOO_MANY_OF_ONE.inc()
            return False
        self._in_all += 1
        self._held[client] = held + 1
        OPEN.inc()
        return True

    def leave(self, address: str) -> None:
        """Forget a connection that had entered."""
        client = self._client(address)
        self._in_all -= 1
        self._held[client] -= 1
        if not self._held[client]:
            del self._held[client]
        OPEN.dec()

    def _client(self, address: str) -> str:
        return "" if not address or self._proxies.trusts(address) else counted_as(address)
