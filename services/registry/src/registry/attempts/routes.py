"""Where a request comes from, for those doors that count guesses."""

from typing import Annotated

from fastapi import Depends, Request

_UNKNOWN = "unknown"


def _address(request: Request) -> str:
    """Return the client's address as the gateway saw it.

    X-Forwarded-For is believed for one reason: clients reach this process through the gateway only (its port is bound
    to the loopback address or closed by the network policy), and the gateway replaces whatever a client sends under
    this name by the one address that it has found to be the client's.
    """
    forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
    return forwarded or (request.client.host if request.client else _UNKNOWN)


Address = Annotated[str, Depends(_address)]
"""The client's address, for counting guesses and for the allow-lists of API keys."""
