"""Whether the gateway is leaving."""


class Drain:
    """Read by the readiness probe and by every answer, set by the server."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        """Say from now on that no new connection is wanted."""
        self.begun = True
