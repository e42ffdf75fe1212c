"""Settings of technology transfer."""

from pydantic import Field, SecretStr

from chassis.settings import ServiceSettings


class TransferSettings(ServiceSettings):
    """What technology transfer reads beyond what every service reads."""

    inbound_rabbitmq_url: SecretStr | None = None
    """Where partners' messages come in; without it they are taken over HTTP only, and nothing is tried again."""
    partners_user_prefix: str = Field(default="", max_length=40)
    """Before the names of partners' broker users, where several platforms share one broker."""
