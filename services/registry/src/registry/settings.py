"""Settings of the registry."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """What the registry reads beyond what every service reads."""

    issuer_key_file: Path | None = None
    """PEM private key; with it the registry signs tokens for its own accounts."""
    bootstrap_admin_login: str | None = Field(default=None, pattern=r"^[a-z0-9][a-z0-9._@-]{2,99}$")
    """Login of the first administrator, opened by `migrate`; never in production."""
    bootstrap_admin_password: SecretStr | None = Field(default=None, min_length=12, max_length=128)

    @model_validator(mode="after")
    def _bootstrap_is_whole_and_not_in_production(self) -> Self:
        if (self.bootstrap_admin_login is None) != (self.bootstrap_admin_password is None):
            raise ValueError("BOOTSTRAP_ADMIN_LOGIN and BOOTSTRAP_ADMIN_PASSWORD go together")
        if self.bootstrap_admin_login and self.environment == "production":
            raise ValueError("a bootstrap administrator is refused in production")
        return self
