"""Settings of the registry."""

from pathlib import Path

from chassis.settings import ServiceSettings


class RegistrySettings(ServiceSettings):
    """What the registry reads beyond what every service reads."""

    issuer_key_file: Path | None = None
    """PEM private key; with it the registry signs tokens for its own accounts."""
