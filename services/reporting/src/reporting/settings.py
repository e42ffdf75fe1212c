"""Settings of reporting."""

from pathlib import Path
from typing import Self

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
