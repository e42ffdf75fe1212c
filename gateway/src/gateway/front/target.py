"""The request line's target (RFC 9112 §3.2) and the host it is for."""

import re
from urllib.parse import unquote

_HOST = re.compile(rb"(?:[0-9A-Za-z](?:[0-9A-Za-z._-]{0,253})|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")
_ABSOLUTE = re.compile(rb"https?://([^/?#]+)(/[^?#]*)?(?:\?([^#]*))?", re.IGNORECASE)


def is_host(value: bytes) -> bool:
    """Tell whether a Host header names a host, perhaps with a port, and nothing else."""
    return _HOST.fullmatch(value) is not None


def read_target(url: bytes, host: bytes) -> tuple[str, bytes, bytes] | None:
    """Return the decoded path, the raw path and the query; None for what is no target, or names another host.

    A path that two readers could understand differently is left to the door, which refuses it. Nothing of the gateway
    decides by the decoded one.
    """
    if url.startswith(b"/"):
        raw_path, _, query = url.partition(b"?")
    else:
        absolute = _ABSOLUTE.fullmatch(url)
        if absolute is None or absolute[1].lower() != host.lower():
            return None
        raw_path, query = absolute[2] or b"/", absolute[3] or b""
    path = raw_path.decode("latin-1")
    return unquote(path) if "%" in path else path, raw_path, query
