"""How much a client may ask of its connection. Durations are seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The limits of one listener."""

    connections: int = 2048
    """Open at once; one more is told 503 and closed."""
    connections_of_one: int = 600
    """Of one client's address: a hundred people behind it, whose browsers open six each."""
    head_bytes: int = 48 * 1024
    """Of the request line and all headers, counted before they are complete: path, query and 32 KiB of headers."""
    headers: int = 100
    pipelined: int = 8
    """Requests read ahead of the answers."""
    head_seconds: float = 10
    """From the first byte of a request, or from the opening, to the end of its head."""
    idle_seconds: float = 75
    """Between an answer and the next request; longer than load balancers keep theirs (60)."""
    body_seconds: float = 10
    body_bytes: int = 4096
    """In every `body_seconds` at least so many bytes of an awaited body must come: a phone at the edge of coverage
    manages ten times that."""
    write_seconds: float = 30
    write_bytes: int = 4096
    """In every `write_seconds` at least so many bytes must be taken of an answer that waits for its client."""
    linger_seconds: float = 2
    linger_bytes: int = 1024 * 1024
    """How long, and how much, is read and dropped of a body that nobody wanted, so that its sender sees the answer."""
    watch_seconds: float = 0.5
    """How often every connection is looked at."""
