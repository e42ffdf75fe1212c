"""Where a webhook may lead: which URLs are taken, and which addresses are never connected to.

Sources: IANA special-purpose address registries (RFC 6890 and later), RFC 6052 (NAT64), RFC 4291; OWASP «Server-Side
Request Forgery Prevention».
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

LONGEST_URL = 500
UrlFault = Literal["letters", "form", "scheme", "userinfo", "fragment", "host", "port", "address"]
Address = IPv4Address | IPv6Address

_PRINTABLE = re.compile(r"[!-\[\]^_a-z|~]+")  # no space, no control, no backslash, braces or backtick: readers differ
_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_DEFAULT_PORTS = {"https": 443, "http": 80}
_NAT64 = ip_network("64:ff9b::/96")
_PUBLIC_V6 = ip_network("2000::/3")
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4", "2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20",
    )
)  # fmt: skip
"""Among them 168.63.129.16, a cloud's own service behind a public number; 2001::/23 holds Teredo, 2002::/16 is 6to4."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EgressRules:
    """What an operator allows beyond https to public addresses."""

    ports: tuple[int, ...] = (443,)
    """Every port when empty."""
    plain_http: bool = False
    networks: tuple[str, ...] = ()
    """Networks that may be connected to though they are not public."""

    def url_fault(self, url: str) -> UrlFault | None:
        """Say what is wrong with a URL before any name is resolved; None when it may be tried."""
        if not url.isascii():
            return "letters"
        if len(url) > LONGEST_URL or not _PRINTABLE.fullmatch(url.lower()):
            return "form"
        try:
            parts = urlsplit(url)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return "form"
        if parts.scheme not in ("https", *(("http",) if self.plain_http else ())):
            return "scheme"
        if "@" in parts.netloc:
            return "userinfo"
        if "#" in url:
            return "fragment"
        if self.ports and (port or _DEFAULT_PORTS[parts.scheme]) not in self.ports:
            return "port"
        return self._host_fault(host)

    def _host_fault(self, host: str) -> UrlFault | None:
        literal = _literal(host)
        if literal is not None:
            return None if self.may_connect(host) else "address"
        return None if _NAME.fullmatch(host) else "host"

    def may_connect(self, address: str) -> bool:
        """Tell whether an address may be connected to; what is no plain address may not."""
        found = _literal(address)
        return found is not None and self._allows(found)

    def _allows(self, address: Address) -> bool:
        if mapped := getattr(address, "ipv4_mapped", None):
            return self._allows(mapped)
        if address in _NAT64:
            return _within(address, self.networks) and self._allows(IPv4Address(int(address) & 0xFFFFFFFF))
        return is_public(address) or _within(address, self.networks)


def is_public(address: Address) -> bool:
    """Tell whether an address is one of the open internet's hosts."""
    if isinstance(address, IPv6Address) and address not in _PUBLIC_V6:
        return False
    return not any(address in network for network in _NOT_PUBLIC)


def _literal(text: str) -> Address | None:
    try:
        return None if "%" in text else ip_address(text)
    except ValueError:
        return None


def _within(address: Address, networks: Iterable[str]) -> bool:
    return any(address in ip_network(network) for network in networks)
