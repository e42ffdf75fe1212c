"""Accounts in the database, and their passwords as they are stored: argon2id hashes.

Hashing takes long on purpose, so it leaves the event loop.
"""

import asyncio
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.aggregates import Aggregates
from chassis.documents import Index
from registry.accounts.domain import Account, AccountUnknown

ACCOUNTS = Aggregates(
    Account,
    collection="accounts",
    missing=lambda account_id: AccountUnknown(account_id=account_id),
    indexes=[Index([("login", 1)], {"unique": True}), Index([("person_id", 1)], {"unique": True})],
)

_HASHER = PasswordHasher()  # RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes
_AT_ONCE = 4
"""Bounds the memory that sign-ins may take: 64 MiB each."""


async def hashed_password(password: str) -> str:
    """Return the hash of a password, with its parameters and salt."""
    async with _turns():
        return await asyncio.to_thread(_HASHER.hash, password)


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password fits a hash; without a hash it takes as long and is never so."""
    async with _turns():
        return await asyncio.to_thread(_verify, password, password_hash)


def _verify(password: str, password_hash: str | None) -> bool:
    try:
        _HASHER.verify(password_hash or _hash_of_nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _hash_of_nobody() -> str:
    return _HASHER.hash("the password of nobody")


@cache
def _turns() -> asyncio.Semaphore:
    return asyncio.Semaphore(_AT_ONCE)
