"""Signing in: from login and password to an access token."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from pydantic import BaseModel, Field, SecretStr

from chassis.documents import Database
from chassis.errors import Words
from chassis.problem import Problem
from chassis.work import Command
from registry.accounts.domain import Account
from registry.accounts.store import ACCOUNTS, password_matches
from registry.memberships.store import MEMBERSHIPS, valid_on
from registry.people.store import PEOPLE
from registry.sign_ins.store import count_attempt, forget_attempts
from registry.tokens.domain import LIFETIME, Holder
from registry.tokens.handlers import TokenIssuer

log = structlog.get_logger("sign_in")
ATTEMPTS_ALLOWED = 5

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


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where one person signs in: the database, the issuer, the moment and the id of the token."""

    db: Database
    issuer: TokenIssuer
    now: datetime
    token_id: str


async def sign_in(command: SignIn, desk: Desk) -> SignedIn:
    """Return a token for the person whose login and password these are.

    A wrong password, an unknown login and a blocked account are told in the same words and take the same time.
    An attempt counts before its password is compared, so that guesses sent at once count too, whether the login
    exists or not. Raises: SIGN_IN_REFUSED, `too_many_attempts` from the sixth on within 15 minutes.
    """
    login = command.login.casefold()
    attempts, until = await count_attempt(desk.db, login, desk.now)
    if attempts > ATTEMPTS_ALLOWED:
        raise too_many_attempts(seconds=int((until - desk.now).total_seconds()) + 1)
    account = await _authenticated(login, command.password.get_secret_value(), desk.db)
    await forget_attempts(desk.db, login)
    token = desk.issuer.sign(await _holder(account, desk), now=desk.now, token_id=desk.token_id)
    return SignedIn(access_token=token)


def too_many_attempts(*, seconds: int) -> Problem:
    """Return the refusal, with the time until the next try."""
    return Problem(
        429,
        "too-many-attempts",
        Words("Слишком много попыток входа", "Too many sign-in attempts"),
        Words(
            "Попробуйте через 15 минут или обратитесь к администратору.",
            "Try again in 15 minutes or ask the administrator.",
        ),
        headers={"Retry-After": str(seconds)},
    )


async def _authenticated(login: str, password: str, db: Database) -> Account:
    found = await db[ACCOUNTS.collection].find_one({"login": login})
    account = ACCOUNTS.read(found) if found else None
    matches = await password_matches(password, account.password_hash if account else None)
    if account is None or not matches or account.blocked:
        log.warning("sign-in refused", account_id=account and account.id, blocked=account and account.blocked)
        raise SIGN_IN_REFUSED
    return account


async def _holder(account: Account, desk: Desk) -> Holder:
    person = await desk.db[PEOPLE.collection].find_one({"_id": account.person_id})
    held = await desk.db[MEMBERSHIPS.collection].find({"person_id": account.person_id} | valid_on(desk.now.date()))
    return Holder(
        person_id=account.person_id,
        name=person["short_name"] if person else account.login,
        roles=account.roles,
        memberships={membership["institution_id"]: membership["roles"] for membership in held},
    )
