"""Settings of a process, read once from the environment."""

from typing import Literal

from pydantic import AmqpDsn, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class ProcessSettings(BaseSettings):
    """What every process of the platform reads, the gateway included."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

    environment: Literal["local", "test", "production"] = "local"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    oidc_issuer: str
    oidc_audience: str = "technopark"
    oidc_jwks_url: str


class ServiceSettings(ProcessSettings):
    """What every service reads. Durations are seconds."""

    mongo_url: SecretStr
    """Names the database of the service; a replica set."""
    rabbitmq_url: SecretStr
    http_host: str = "127.0.0.1"
    http_port: int = Field(default=8000, ge=0, le=65535)
    crashpoint: str = ""
    """`name` or `name:nth`: where the process ends itself; only in the environment `test`."""
    prefetch: int = Field(default=50, ge=1, le=1000)
    transaction_seconds: float = Field(default=5, gt=0, le=30)
    retry_seconds: tuple[float, ...] = (0.5, 1, 2, 5, 10, 30, 60, 120)
    """Delays before a reaction is tried again; after the last the message is parked."""
    relay_poll_seconds: float = Field(default=1, gt=0, le=60)
    relay_lease_seconds: float = Field(default=10, ge=1, le=120)
    relay_publish_seconds: float = Field(default=10, gt=0, le=60)
    relay_backoff_limit_seconds: float = Field(default=30, gt=0, le=600)
    readiness_seconds: float = Field(default=0.5, gt=0, le=5)

    def amqp(self, role: str) -> str:
        """Return the broker's address with a 10 s heartbeat and the connection's name."""
        url = self.rabbitmq_url.get_secret_value()
        AmqpDsn(url)
        return f"{url}{'&' if '?' in url else '?'}heartbeat=10&name={role}"
