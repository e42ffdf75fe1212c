"""Accounts in the database, and their passwords as they are stored: argon2id hashes.

Hashing takes long on purpose, so it leaves the event loop.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import ClassVar, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.aggregates import Aggregates
from chassis.documents import Index
from chassis.errors import Unavailable, Words
from chassis.work import Reads
from registry.accounts.domain import Account, AccountUnknown, NoAccount

ACCOUNTS = Aggregates(
    Account,
    collection="accounts",
    missing=lambda account_id: AccountUnknown(account_id=account_id),
    indexes=[Index([("login", 1)], {"unique": True}), Index([("person_id", 1)], {"unique": True})],
)

R = TypeVar("R")
_HASHER = PasswordHasher()  # RFC 9106, second recommended option: 64 MiB, 3 passes, 4 lanes
_AT_ONCE, _IN_LINE = 4, 32


@dataclass(eq=False, kw_only=True)
class HashingBusy(Unavailable):
    """More passwords wait for their hash than could be hashed before their senders give up."""

    code: ClassVar = "sign-in-busy"
    title: ClassVar = Words("Сейчас входит слишком много людей", "Too many sign-ins at once")
    detail: ClassVar = Words("Ничего не изменено, повторите через несколько секунд.", "Repeat in a few seconds.")


class _Turns:
    """Bounds what passwords may take: memory by those hashed at once (64 MiB each), waiting by the line."""

    def __init__(self) -> None:
        self._turn, self._present = asyncio.Semaphore(_AT_ONCE), 0

    async def take(self, hashing: Callable[[], R]) -> R:
        if self._present >= _AT_ONCE + _IN_LINE:
            raise HashingBusy
        self._present += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(hashing)
        finally:
            self._present -= 1


async def account_of(work: Reads, person_id: str) -> Account:
    """Return a person's account. Raises: NoAccount."""
    found = await ACCOUNTS.find(work, {"person_id": person_id})
    if not found:
        raise NoAccount
    return found[0]


async def hashed_password(password: str) -> str:
    """Return the hash of a password, with its parameters and salt. Raises: HashingBusy."""
    return await _turns().take(lambda: _HASHER.hash(password))


async def password_matches(password: str, password_hash: str | None) -> bool:
    """Tell whether a password fits a hash; without a hash it takes as long and is never so. Raises: HashingBusy."""
    return await _turns().take(lambda: _verify(password, password_hash))


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
def _turns() -> _Turns:
    return _Turns()
