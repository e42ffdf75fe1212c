"""The way out: one request to a checked address, never further.

The name is resolved once, every address it has must be allowed, and the connection goes to those very addresses with
the name in SNI and Host; what the name leads to a moment later does not matter (DNS rebinding). Redirects are not
followed, proxies and .netrc of the environment are not read, cookies are not kept, and a connection is not used twice.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from reporting.deliveries.domain import SHORT, Answer, short
from reporting.webhooks.addresses import EgressRules

_READ_BYTES = 4 * SHORT
_USER_AGENT = "Technopark-Webhooks/1"


class Resolver(Protocol):
    """Where names are looked up."""

    async def addresses(self, host: str) -> list[str]:
        """Return every address of a name. Raises OSError."""
        ...


class SystemResolver:
    """Looks names up as the machine does."""

    async def addresses(self, host: str) -> list[str]:
        """Return every address of a name. Raises OSError."""
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
        return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long a receiver may take, in seconds, and whose word counts beside the system's authorities."""

    connect_seconds: float = 5
    total_seconds: float = 15
    ca_file: Path | None = None


class _Checked(AbstractResolver):
    """Gives the connector allowed addresses only; one that is not allowed refuses the name as a whole."""

    def __init__(self, rules: EgressRules, resolver: Resolver) -> None:
        self._rules, self._resolver = rules, resolver

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.addresses(host)
        refused = [address for address in found if not self._rules.may_connect(address)]
        if refused or not found:
            raise AddressRefused
        return [_result(host, address, port) for address in found]

    async def close(self) -> None:
        """Nothing is open."""


class AddressRefused(OSError):
    """A name leads to where no connection may go."""


def _result(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=socket.AI_NUMERICHOST)


class Egress:
    """Posts to receivers; open it once for a process."""

    def __init__(self, rules: EgressRules, limits: Limits, resolver: Resolver | None = None) -> None:
        self._rules, self._limits, self._resolver = rules, limits, resolver or SystemResolver()
        self._timeout = aiohttp.ClientTimeout(
            total=limits.total_seconds, connect=limits.connect_seconds, sock_connect=limits.connect_seconds
        )

    async def __aenter__(self) -> Self:
        """Open."""
        trusted = ssl.create_default_context()
        if self._limits.ca_file:
            trusted.load_verify_locations(self._limits.ca_file)
        connector = aiohttp.TCPConnector(
            resolver=_Checked(self._rules, self._resolver), use_dns_cache=False, force_close=True, limit=0, ssl=trusted
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=False,
            timeout=self._timeout,
            headers={"user-agent": _USER_AGENT, "accept-encoding": "identity"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self._session.close()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body and return what came of it; never raises for what a receiver or its name does."""
        if fault := self._rules.url_fault(url):
            return Answer(text=f"адрес не разрешён ({fault})")
        try:
            target = URL(url, encoded=True)  # sent as it was checked, not as another reader would write it
            async with self._session.post(target, data=body, headers=headers, allow_redirects=False) as answer:
                text = await _beginning(answer.content)
                answer.close()
                return Answer(status=answer.status, text=short(text))
        except AddressRefused:
            return Answer(text="имя ведёт на адрес, куда соединяться нельзя")
        except TimeoutError:
            return Answer(text="получатель не ответил вовремя")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return Answer(text=_why(error))


async def _beginning(content: aiohttp.StreamReader) -> bytes:
    read = b""
    with suppress(TimeoutError, aiohttp.ClientError):  # the status has come: it alone decides
        while len(read) < _READ_BYTES and (part := await content.read(_READ_BYTES - len(read))):
            read += part
    return read


def _why(error: Exception) -> str:
    if isinstance(error.__cause__, AddressRefused) or isinstance(getattr(error, "os_error", None), AddressRefused):
        return "имя ведёт на адрес, куда соединяться нельзя"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError | aiohttp.ClientSSLError):
        return "сертификат получателя не подтверждён"
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "имя получателя не найдено"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "соединение не установлено"
    return f"соединение прервано ({type(error).__name__})"
