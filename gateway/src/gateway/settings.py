"""Settings of the gateway."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, IPvAnyNetwork, SecretStr
from pydantic_settings import NoDecode
from yarl import URL

from chassis.settings import ProcessSettings
from gateway.limits.policies import Overrides, rate_classes


def _origin(address: str) -> str:
    url = URL(address)
    if url.scheme not in ("http", "https") or not url.host or url.path not in ("", "/") or url.query_string:
        raise ValueError("an origin is expected, such as http://registry:8000")
    return str(url.origin())


Origin = Annotated[str, AfterValidator(_origin)]
"""Scheme, host and port of a service; requests go to nothing else."""


def _words(value: Any) -> Any:
    return value.replace(",", " ").split() if isinstance(value, str) else value


def _limits(given: Overrides) -> Overrides:
    rate_classes(given)
    return given


def _page_origin(origin: str) -> str:
    if origin == "*" or _origin(origin) != origin or origin != origin.lower():
        raise ValueError("an exact origin is expected, such as https://technopark.example; * is none")
    return origin


PageOrigin = Annotated[str, AfterValidator(_page_origin)]
"""Scheme, host and port as browsers send them in Origin."""


class GatewaySettings(ProcessSettings):
    """What the gateway reads beyond what every process reads. Durations are seconds."""

    gateway_host: str = "127.0.0.1"
    gateway_port: int = Field(default=8080, ge=0, le=65535)
    gateway_admin_host: str = "127.0.0.1"
    gateway_admin_port: int | None = Field(default=None, ge=0, le=65535)
    """Where operators find /livez, /readyz and /metrics; without it nowhere but /livez and /readyz beside the API."""
    registry_url: Origin
    expertise_url: Origin
    transfer_url: Origin
    reporting_url: Origin
    gateway_connect_seconds: float = Field(default=2, gt=0, le=30)
    gateway_connections: int = Field(default=100, ge=1, le=1000)
    """Short exchanges in flight with one service at most; beside, half for files, a third for sign-ins; then 503."""
    gateway_drain_seconds: float = Field(default=0, ge=0, le=60)
    """After SIGTERM /readyz answers 503 and requests are still taken for so long, then only those under way end."""

    mongo_url: SecretStr | None = None
    """The gateway's own database; without it each replica counts its limits alone."""
    gateway_limits: Annotated[Overrides, AfterValidator(_limits)] = Field(default_factory=dict)
    """What differs from `gateway.limits.policies`: {"read": {"subject": [requests, seconds]}}."""
    gateway_limits_factor: float = Field(default=1, gt=0, le=1_000_000)
    """Multiplies every limit, where many clients share one address or one name."""
    gateway_limits_patience_seconds: float = Field(default=0.1, gt=0, le=5)
    """How long a request waits for the shared count, before its replica counts alone."""
    gateway_limits_keys: int = Field(default=10_000, ge=100, le=1_000_000)
    """Addresses or callers that each limit remembers at most; one takes about 250 bytes."""
    gateway_streams: int = Field(default=6, ge=1, le=1000)
    """Streams of one caller open at once."""
    gateway_trusted_proxies: Annotated[tuple[IPvAnyNetwork, ...], NoDecode, BeforeValidator(_words)] = ()
    """Networks of the proxies whose X-Forwarded-For is believed, separated by commas."""

    gateway_heartbeat_seconds: float = Field(default=15, gt=0, le=60)
    """A silent stream of updates gets a comment so often."""
    gateway_slow_client_seconds: float = Field(default=20, gt=0, le=120)
    """A client that does not take what a stream writes for so long is cut off."""
    gateway_streams_in_all: int = Field(default=1000, ge=1, le=100_000)
    """Streams of this process, whoever's they are; further ones get 503. One takes about 40 KiB, and a connection: the
    other half of `gateway_client_connections` is for requests."""

    gateway_part_seconds: float = Field(default=3, gt=0, le=10)
    """A part of a composite read that takes longer is left out and marked."""
    gateway_cors_origins: Annotated[tuple[PageOrigin, ...], NoDecode, BeforeValidator(_words)] = ()
    """Origins of the web pages that may use the API, exact, separated by commas."""

    gateway_client_connections: int = Field(default=2048, ge=1)
    """Of clients, open at once; one more is told 503."""
    gateway_address_connections: int = Field(default=600, ge=1)
    """Of these from one address, IPv6 by its /64; from a trusted proxy as many as there are."""
    gateway_head_seconds: float = Field(default=10, gt=0, le=120)
    """For the head of a request, from its first byte or from the opening of the connection."""
    gateway_idle_seconds: float = Field(default=75, gt=0, le=600)
    """Between an answer and the next request; more than load balancers keep theirs."""
    gateway_body_seconds: float = Field(default=10, gt=0, le=120)
    """In which at least 4 KiB of a body that is waited for must come."""
    gateway_write_seconds: float = Field(default=30, gt=0, le=600)
    """In which a client must take at least 4 KiB of an answer that waits for it."""

    @property
    def upstreams(self) -> Mapping[str, str]:
        """Service name → origin."""
        return {
            "registry": self.registry_url,
            "expertise": self.expertise_url,
            "transfer": self.transfer_url,
            "reporting": self.reporting_url,
        }
