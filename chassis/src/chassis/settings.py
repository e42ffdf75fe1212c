"""Settings of a process, read once from the environment."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AmqpDsn, BaseModel, ConfigDict, Field, SecretStr, TypeAdapter, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Address = Annotated[str, Field(pattern=r"^https?://[^\s?#]+$")]
TokenTypes = Annotated[frozenset[str], AfterValidator(lambda types: frozenset(name.lower() for name in types))]
ACCESS_TOKEN = frozenset({"at+jwt", "application/at+jwt"})
_AMQP = TypeAdapter(AmqpDsn, config=ConfigDict(hide_input_in_errors=True))  # a refused address holds a password too


class TrustedIssuer(BaseModel):
    """An OpenID provider whose access tokens are accepted, and how far its word goes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: Address
    """Exactly as in the claim `iss`."""
    audience: str = Field(default="technopark", min_length=1)
    jwks_url: Address | None = None
    """Where its keys are; without it discovery tells."""
    token_types: TokenTypes = ACCESS_TOKEN
    """Values of the header `typ`, RFC 9068 unless told otherwise; Keycloak needs `JWT`."""
    lifetime_seconds: int = Field(default=3600, ge=60, le=86400)
    """A token that is given for longer is refused."""
    own: bool = False
    """Whether its subjects are people of the registry; then memberships and all roles are believed too."""
    roles: Mapping[str, str] = Field(default_factory=dict)
    """Its word for a role → the platform's; of an issuer that is not `own` no other role is believed."""
    scopes: frozenset[str] = frozenset()
    """Of an issuer that is not `own` no other scope is believed."""


class ProcessSettings(BaseSettings):
    """What every process of the platform reads, the gateway included."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    environment: Literal["local", "test", "production"] = "local"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "console"] = "json"
    oidc_issuer: Address
    """The platform's own issuer."""
    oidc_audience: str = Field(default="technopark", min_length=1)
    oidc_jwks_url: Address | None = None
    oidc_token_types: TokenTypes = ACCESS_TOKEN
    oidc_issuers: tuple[TrustedIssuer, ...] = ()
    """Further issuers, such as a partner's."""

    @property
    def issuers(self) -> tuple[TrustedIssuer, ...]:
        """Every issuer whose tokens are accepted."""
        return (
            TrustedIssuer(
                issuer=self.oidc_issuer,
                audience=self.oidc_audience,
                jwks_url=self.oidc_jwks_url,
                token_types=self.oidc_token_types,
                own=True,
            ),
            *self.oidc_issuers,
        )

    @model_validator(mode="after")
    def _issuers_are_told_apart(self) -> Self:
        if len({trusted.issuer for trusted in self.issuers}) <= len(self.oidc_issuers):
            raise ValueError("OIDC_ISSUERS names an issuer twice, or the platform's own again")
        return self


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

    def amqp(self, role: str, *, at: SecretStr | None = None) -> str:
        """Return the broker's address, or another one, with a 10 s heartbeat and the connection's name."""
        url = (at or self.rabbitmq_url).get_secret_value()
        _AMQP.validate_python(url)
        return f"{url}{'&' if '?' in url else '?'}heartbeat=10&name={role}"
