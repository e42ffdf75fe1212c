"""Settings of reporting."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import ServiceSettings


class ReportingSettings(ServiceSettings):
    """What reporting reads beyond what every service reads."""

    report_font_folder: Path | None = None
    """Folder with a serif family of .ttf files that have Cyrillic letters; without it the bundled PT Serif is used."""
    feed_pseudonym_key: SecretStr | None = Field(default=None, min_length=32)
    """Makes people's pseudonyms in what partners are told; without it there is no feed."""
    public_rabbitmq_url: SecretStr | None = None
    """Where partners' queues are, as the user that may publish there; without it the feed is read over HTTP only."""
    webhook_secret_key: SecretStr | None = None
    """Fernet keys, separated by commas: the first seals the secrets of webhooks, all open them; no webhooks without."""
    webhook_ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (443,)
    """Ports that a webhook may lead to; every port when empty."""
    webhook_networks: tuple[str, ...] = ()
    """Networks that webhooks may lead to though they are not public, such as a partner's behind a private line."""
    webhook_plain_http: bool = False
    """Whether http is taken too; never in production."""
    webhook_ca_file: Path | None = None
    """PEM certificates of authorities believed beside the system's."""
    webhook_connect_seconds: float = Field(default=5, gt=0, le=60)
    webhook_total_seconds: float = Field(default=15, gt=0, le=120)
    webhook_at_once: int = Field(default=32, ge=1, le=1000)
    webhook_per_host: int = Field(default=4, ge=1, le=100)
    webhook_poll_seconds: float = Field(default=1, gt=0, le=60)
    webhook_lease_seconds: float = Field(default=15, ge=1, le=120)
    webhook_retry: timedelta = timedelta(seconds=10)
    """The pause after the first try; tripled after each further one."""
    webhook_retry_longest: timedelta = timedelta(hours=6)
    webhook_give_up: timedelta = timedelta(days=3)
    """From an event's first try until it is marked failed."""
    webhook_suspend: timedelta = timedelta(days=1)
    """Of failures without one success between, until a webhook is suspended."""

    @model_validator(mode="after")
    def _webhooks_are_encrypted_in_production(self) -> Self:
        if self.webhook_plain_http and self.environment == "production":
            raise ValueError("WEBHOOK_PLAIN_HTTP is refused in production")
        return self

    @model_validator(mode="after")
    def _what_is_published_names_nobody(self) -> Self:
        if self.public_rabbitmq_url and not self.feed_pseudonym_key:
            raise ValueError("PUBLIC_RABBITMQ_URL needs FEED_PSEUDONYM_KEY")
        return self

    @property
    def public_amqp(self) -> str | None:
        """The address of partners' broker, as `amqp` gives the services' own."""
        at = self.public_rabbitmq_url
        return self.amqp("reporting-public-relay", at=at) if at else None
