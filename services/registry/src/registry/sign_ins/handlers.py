"""Signing in: from login and password to an account, and directly to an access token."""

import structlog
from pydantic import BaseModel, Field, SecretStr

from chassis.documents import Database
from chassis.errors import Words
from chassis.problem import Problem
from chassis.work import Command
from registry.accounts.domain import Account
from registry.accounts.store import ACCOUNTS, password_matches
from registry.attempts.handlers import admit, succeeded
from registry.tokens.domain import LIFETIME, Grant
from registry.tokens.handlers import Desk, holder_of

log = structlog.get_logger("security")

SIGN_IN_REFUSED = Problem(
    401, "sign-in-refused",
    Words("Войти не удалось", "Sign-in refused"),
    Words("Логин или пароль неверны, либо вход закрыт.", "Login or password are wrong, or the account is blocked."),
    headers={"WWW-Authenticate": "Bearer"},
)  # fmt: skip


class SignIn(Command):
    """Логин и пароль."""

    login: str = Field(min_length=1, max_length=100, examples=["verevokina"])
    password: SecretStr = Field(min_length=1, max_length=128, examples=["весенний-ледоход-2024"])


class SignedIn(BaseModel):
    """Токен доступа; передаётся в заголовке Authorization."""

    access_token: str
    token_type: str = Field(default="Bearer", examples=["Bearer"])
    expires_in: int = Field(default=int(LIFETIME.total_seconds()), examples=[900], description="Секунды")


async def authenticate(command: SignIn, desk: Desk) -> Account:
    """Return the account of the person whose login and password these are; outside any transaction.

    A wrong password, an unknown login and a blocked account are told in the same words and take the same time.
    An attempt counts before its password is compared, whether the login exists or not.
    Raises: SIGN_IN_REFUSED, HashingBusy, `too_many_attempts`.
    """
    login, work = command.login.casefold(), desk.work
    account = await _account(login, work.db)
    account_id = account.id if account else None
    counters = await admit(work.db, login=login, address=desk.address, account_id=account_id, now=work.now)
    proven = await _proven(account, command.password.get_secret_value())
    await succeeded(work.db, counters)
    return proven


async def sign_in(command: SignIn, desk: Desk) -> SignedIn:
    """Return an access token without any client: for scripts and trials. Raises what `authenticate` does."""
    account = await authenticate(command, desk)
    holder = await holder_of(account, desk.work)
    token = desk.issuer.access_token(holder, Grant(), now=desk.work.now, token_id=desk.work.new_id())
    return SignedIn(access_token=token)


async def _account(login: str, db: Database) -> Account | None:
    found = await db[ACCOUNTS.collection].find_one({"login": login})
    return ACCOUNTS.read(found) if found else None


async def _proven(account: Account | None, password: str) -> Account:
    matches = await password_matches(password, account.password_hash if account else None)
    if account is None or not matches or account.blocked:
        log.warning("sign-in refused", account_id=account and account.id, blocked=account and account.blocked)
        raise SIGN_IN_REFUSED
    return account
