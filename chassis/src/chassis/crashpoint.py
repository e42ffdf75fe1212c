"""Deterministic deaths for the fault experiments."""

import os

_armed: dict[str, int] = {}


def arm(environment: str, crashpoint: str) -> None:
    """Arm `name` or `name:nth`; ignored unless `environment` is `test`."""
    if environment == "test" and crashpoint:
        name, _, nth = crashpoint.partition(":")
        _armed[name] = int(nth or 1)


def crashpoint(name: str) -> None:
    """End the process as `kill -9` would, on the nth passage of an armed point."""
    if name in _armed:
        _armed[name] -= 1
        if _armed[name] == 0:
            os._exit(137)
