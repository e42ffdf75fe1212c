"""Settings of the registry."""

from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode

from chassis.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """What the registry reads beyond what every service reads."""

    issuer_key_file: Path | None = None
    """PEM private key; with it the registry signs tokens for its own accounts. Short for one ISSUER_KEY_FILES."""
    issuer_key_files: Annotated[tuple[Path, ...], NoDecode] = ()
    """PEM private keys, separated by commas: the first signs, all are published."""
    bootstrap_admin_login: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9._@-]{2,99}$")
    """Login of the first administrator, opened by `migrate`; never in production."""
    bootstrap_admin_password: SecretStr | None = Field(default=None, min_length=12, max_length=128)

    broker_management_url: SecretStr | None = None
    """`http(s)://user:password@host:port` of the broker's management API, with a user that administers partners'
    accounts; without it integrations are recorded and not carried out."""
    partners_vhost: str = Field(default="partners", min_length=1, max_length=100)
    partners_user_prefix: str = Field(default="", max_length=40)
    """Before the names of partners' users, where several platforms share one broker."""
    partners_amqp_url: str | None = None
    """`amqp(s)://host:port` where partners' systems reach the broker; they are told it with their account."""
    partners_seconds: float = Field(default=30, gt=0, le=3600)
    """Between two comparisons of broker and registry, beside the relay."""

    @field_validator("broker_management_url")
    @classmethod
    def _says_who_comes(cls, value: SecretStr | None) -> SecretStr | None:
        parts = urlsplit(value.get_secret_value() if value else "http://nobody:nothing@nowhere")
        if parts.scheme not in ("http", "https") or not (parts.hostname and parts.username and parts.password):
            raise ValueError("BROKER_MANAGEMENT_URL is http(s)://user:password@host:port")
        return value

    @field_validator("partners_amqp_url")
    @classmethod
    def _names_the_broker_alone(cls, value: str | None) -> str | None:
        parts = urlsplit(value or "amqp://nowhere")
        beyond = (parts.username, parts.path, parts.query, parts.fragment)
        if parts.scheme not in ("amqp", "amqps") or not parts.hostname or any(beyond):
            raise ValueError("PARTNERS_AMQP_URL is amqp(s)://host:port")
        return value or None

    @field_validator("issuer_key_files", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @property
    def issuer_keys(self) -> tuple[Path, ...]:
        """The keys of the built-in issuer, in order; none when there is no such issuer."""
        return (self.issuer_key_file,) if self.issuer_key_file else self.issuer_key_files

    @model_validator(mode="after")
    def _keys_are_listed_in_one_way(self) -> Self:
        if self.issuer_key_file and self.issuer_key_files:
            raise ValueError("give ISSUER_KEY_FILES or ISSUER_KEY_FILE, not both")
        return self

    @model_validator(mode="after")
    def _bootstrap_is_whole_and_not_in_production(self) -> Self:
        if (self.bootstrap_admin_login is None) != (self.bootstrap_admin_password is None):
            raise ValueError("BOOTSTRAP_ADMIN_LOGIN and BOOTSTRAP_ADMIN_PASSWORD go together")
        if self.bootstrap_admin_login and self.environment == "production":
            raise ValueError("a bootstrap administrator is refused in production")
        return self
