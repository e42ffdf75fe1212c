"""The connections to the services."""

from types import TracebackType

import aiohttp

from gateway.settings import GatewaySettings

_KEEP_ALIVE_SECONDS = 3  # less than the services', so that no request is sent on a connection they are closing
_READ_BUFFER = 64 * 1024
_OWN_HEADERS = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class ServiceClients:
    """One pool of connections; remembers no cookie, follows no redirect, reads no proxy from the environment."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._http: aiohttp.ClientSession | None = None

    @property
    def http(self) -> aiohttp.ClientSession:
        """The pool. Raises RuntimeError outside `async with`."""
        if self._http is None:
            raise RuntimeError("the gateway is not up")
        return self._http

    @property
    def names(self) -> tuple[str, ...]:
        """The services, in the order in which they are shown."""
        return tuple(self._settings.upstreams)

    def origin(self, service: str) -> str:
        """Return the address of a service."""
        return self._settings.upstreams[service]

    async def __aenter__(self) -> "ServiceClients":
        """Open the pool."""
        services = len(self.names)
        limit = self._settings.gateway_connections
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=limit * services, limit_per_host=limit, keepalive_timeout=_KEEP_ALIVE_SECONDS, ttl_dns_cache=10
            ),
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=self._settings.gateway_connect_seconds),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
            read_bufsize=_READ_BUFFER,
            skip_auto_headers=_OWN_HEADERS,
        )
        self._http._retry_connection = False  # noqa: SLF001 it repeats PUT and DELETE; here the route table decides
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the pool."""
        await self.http.close()
        self._http = None
