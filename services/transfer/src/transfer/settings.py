"""Settings of technology transfer."""

from chassis.settings import ServiceSettings


class TransferSettings(ServiceSettings):
    """What technology transfer reads: nothing beyond what every service reads."""
