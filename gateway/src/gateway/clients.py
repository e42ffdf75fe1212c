"""The connections to the services."""

from collections.abc import Mapping
from types import TracebackType

from gateway.settings import GatewaySettings
from gateway.upstream import Upstream


class ServiceClients:
    """A pool of connections for each service; remembers no cookie, follows no redirect, reads no proxy settings."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._upstreams: Mapping[str, Upstream] = {
            name: Upstream(
                origin,
                connections=2 * settings.gateway_connections,  # more than the bulkheads let through
                connect_seconds=settings.gateway_connect_seconds,
            )
            for name, origin in settings.upstreams.items()
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The services, in the order in which they are shown."""
        return tuple(self._upstreams)

    def __getitem__(self, service: str) -> Upstream:
        """Return the connections to a service."""
        return self._upstreams[service]

    async def __aenter__(self) -> "ServiceClients":
        """Connections open as they are needed."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        for upstream in self._upstreams.values():
            upstream.close()
