"""Secrets that are kept as digests only, and are long enough for that: at least 256 random bits.

A password is no such secret: it is short, so it is kept as a slow argon2id hash, in `accounts.store`.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Generic, TypeVar

C_co = TypeVar("C_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Minted(Generic[C_co]):
    """A command together with the secret that was made for it; the secret is shown once and never stored."""

    command: C_co
    secret: str


def digest(secret: str) -> str:
    """Return the SHA-256 of a secret, in hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


def is_secret_of(offered: str, kept: str) -> bool:
    """Tell whether a secret has this digest, in a time that does not depend on where they differ."""
    return hmac.compare_digest(digest(offered), kept)
