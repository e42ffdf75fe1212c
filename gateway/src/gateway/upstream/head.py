"""The bytes of a request's head."""

from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]


def request_head(line: bytes, headers: Headers) -> bytes:
    """Return a request's head; `line` is the request line with Host, without its last line end.

    Raises ValueError when a name, a value or the target would begin a line of its own.
    """
    lines = [line, *map(b": ".join, headers)]
    head = b"\r\n".join(lines)
    # the request line and Host are one entry, so there is one end for each entry
    if len(head.translate(None, b"\r\n\0")) != len(head) - 2 * len(lines):
        raise ValueError("a header would end its line")
    return head + b"\r\n\r\n"
