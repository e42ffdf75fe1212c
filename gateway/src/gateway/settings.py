"""Settings of the gateway."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field
from yarl import URL

from chassis.settings import ProcessSettings


def _origin(address: str) -> str:
    url = URL(address)
    if url.scheme not in ("http", "https") or not url.host or url.path not in ("", "/") or url.query_string:
        raise ValueError("an origin is expected, such as http://registry:8000")
    return str(url.origin())


Origin = Annotated[str, AfterValidator(_origin)]
"""Scheme, host and port of a service; requests go to nothing else."""


class GatewaySettings(ProcessSettings):
    """What the gateway reads beyond what every process reads. Durations are seconds."""

    gateway_host: str = "127.0.0.1"
    gateway_port: int = Field(default=8080, ge=0, le=65535)
    registry_url: Origin
    expertise_url: Origin
    transfer_url: Origin
    reporting_url: Origin
    gateway_connect_seconds: float = Field(default=2, gt=0, le=30)
    gateway_connections: int = Field(default=100, ge=1, le=1000)
    """Open connections to one service at most; further requests wait within their deadline."""
    gateway_drain_seconds: float = Field(default=0, ge=0, le=60)
    """After SIGTERM /readyz answers 503 and requests are still taken for so long, then only those under way end."""

    @property
    def upstreams(self) -> Mapping[str, str]:
        """Service name → origin."""
        return {
            "registry": self.registry_url,
            "expertise": self.expertise_url,
            "transfer": self.transfer_url,
            "reporting": self.reporting_url,
        }
