"""How often a password may be guessed: for a login, from an address, and for a login from an address."""

from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

WINDOW = timedelta(minutes=15)
_PER_LOGIN_AND_ADDRESS, _PER_LOGIN, _PER_ADDRESS = 5, 30, 50
_IPV6_NETWORK_BITS = 64


class Limit(NamedTuple):
    """How many guesses a counter allows within the window."""

    counter: str
    allowed: int


def limits(*, login: str, address: str) -> tuple[Limit, ...]:
    """Return the counters of a guess, the narrowest first.

    Five guesses close a login for the address they came from, not for its owner elsewhere: who wants to lock a person
    out needs many addresses (ASVS 6.1.1). Thirty from anywhere close the login, fifty close the address for any login.
    """
    place = network_of(address)
    return (
        Limit(f"login-at-address|{place}|{login}", _PER_LOGIN_AND_ADDRESS),
        Limit(f"login|{login}", _PER_LOGIN),
        Limit(f"address|{place}", _PER_ADDRESS),
    )


def network_of(address: str) -> str:
    """Return what one sender commands: an IPv4 address, a /64 of IPv6; whatever is no address counts as one place."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped:
            return str(parsed.ipv4_mapped)
        return f"{IPv6Address(int(parsed) >> _IPV6_NETWORK_BITS << _IPV6_NETWORK_BITS)}/{_IPV6_NETWORK_BITS}"
    return str(parsed)


def seconds_until(moment: datetime, *, now: datetime) -> int:
    """Return whole seconds to wait, at least one."""
    return max(int((moment - now).total_seconds()) + 1, 1)
