"""Who is at the other end: the client's address behind proxies that are trusted, and the key it is counted by."""

from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from gateway.exchange import Exchange

Network = IPv4Network | IPv6Network
_HOPS = 16
"""More proxies than anybody has; what stands further left is not read."""


_LONGEST = 64
"""No text beyond it is an address, or is remembered."""


def _read(address: str) -> IPv4Address | IPv6Address | None:
    return _parsed(address) if len(address) <= _LONGEST else None


@lru_cache(maxsize=8192)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


@lru_cache(maxsize=8192)
def counted_as(address: str) -> str:
    """Return the key of an address: IPv6 by its /64, which is what one subscriber is given to choose from."""
    found = _read(address)
    if isinstance(found, IPv6Address):
        return f"{IPv6Address(int(found) >> 64 << 64)}/64"
    return str(found or "unknown")


class Proxies:
    """The proxies before the gateway that tell the truth about who came to them."""

    def __init__(self, trusted: Iterable[Network]) -> None:
        self._trusted = tuple(trusted)

    def __bool__(self) -> bool:
        """Tell whether there are any; without them nothing that a request says of its origin is read."""
        return bool(self._trusted)

    def trusts(self, peer: str) -> bool:
        """Tell whether what this peer says in X-Forwarded-* is passed on."""
        found = _read(peer)
        return found is not None and any(found.version == net.version and found in net for net in self._trusted)

    def place(self, exchange: Exchange) -> None:
        """Put down where a request comes from and by which scheme, as far as a trusted proxy tells it."""
        if not self.trusts(exchange.address):
            return
        told = exchange.headers
        exchange.address = self.client(exchange.address, told.get(b"x-forwarded-for", b"").decode("latin-1"))
        if told.get(b"x-forwarded-proto") in (b"http", b"https"):
            exchange.scope["scheme"] = told[b"x-forwarded-proto"].decode("ascii")

    def client(self, peer: str, forwarded_for: str) -> str:
        """Return the client's address: the right-most of X-Forwarded-For that no trusted proxy bears.

        Each proxy adds on the right whom it has seen, so what a client writes itself stands left of its address and
        is not reached. An entry that is no address ends the search at the proxy that told it.
        """
        client = peer
        if not self._trusted:
            return client
        for told in reversed(forwarded_for.rsplit(",", _HOPS)[-_HOPS:]):
            if not self.trusts(client):
                break
            found = _read(_without_port(told.strip()))
            if found is None:
                break
            client = str(found)
        return client


def _without_port(told: str) -> str:
    if told.startswith("["):
        return told[1:].partition("]")[0]
    return told.partition(":")[0] if told.count(":") == 1 else told
