"""The bytes of a request's head."""

from collections.abc import Iterable

Headers = Iterable[tuple[bytes, bytes]]


def request_head(line: bytes, headers: Headers) -> bytes:
    """Return a request's head; `line` is the request line with Host, without its last line end.

    Raises ValueError when a name, a value or the target would begin a line of its own.
    """
    lines = [line]
    lines += [b": ".join(header) for header in headers]
    head = b"\r\n".join(lines)
    ends = len(lines)  # the request line and Host are one entry, so there is one end for each entry
    if head.count(b"\n") != ends or head.count(b"\r") != ends or b"\0" in head:
        raise ValueError("a header would end its line")
    return head + b"\r\n\r\n"
