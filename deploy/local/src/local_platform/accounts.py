"""Accounts of the sample data, as shown to a person after the start."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """Somebody who can sign in."""

    login: str
    password: str
    name: str
    role: str
