"""Settings of the expert council."""

from chassis.settings import ServiceSettings


class ExpertiseSettings(ServiceSettings):
    """What the expert council reads: what every service reads."""
