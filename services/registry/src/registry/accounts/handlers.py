"""Use cases of accounts. No facts: who may sign in is the registry's own business."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, SecretStr

from chassis.work import Change, Command, Reads, Work
from registry.accounts import domain
from registry.accounts.domain import MAY_ADMINISTER, Account, CurrentPasswordWrong, PlatformRole
from registry.accounts.store import ACCOUNTS, account_of, hashed_password, password_matches
from registry.attempts.handlers import admit, succeeded
from registry.people.domain import Person
from registry.people.store import PEOPLE

Password = Annotated[
    SecretStr, Field(min_length=12, max_length=128, examples=["весенний-ледоход-2024"], description="От 12 символов")
]
_Roles = Annotated[frozenset[PlatformRole], Field(examples=[["curator"]], description="Роли на всей платформе")]


class OpenAccount(Command):
    """Вход для человека, который уже внесён в реестр."""

    login: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._@-]{2,99}$", examples=["verevokina"], description="Строчная латиница"
    )
    password: Password
    person_id: str = Field(min_length=1, max_length=64, examples=["0190a000-0000-7000-8000-000000000201"])
    roles: _Roles = frozenset()


class AssignRoles(Command):
    """Роли на всей платформе, целиком."""

    roles: _Roles


class ReplacePassword(Command):
    """Новый пароль."""

    password: Password


class ChangeOwnPassword(Command):
    """Нынешний пароль и новый."""

    current: SecretStr = Field(min_length=1, max_length=128, examples=["весенний-ледоход-2024"])
    password: Password


@dataclass(frozen=True, slots=True)
class ProvenPassword:
    """A new password, hashed, of an account whose old one was given."""

    password_hash: str


class BlockAccount(Command):
    """Блокировка входа."""


class UnblockAccount(Command):
    """Снятие блокировки."""


async def open_account(command: OpenAccount, work: Work) -> Account:
    """Let a person sign in. Raises: NotPermitted, PersonUnknown, PasswordTooSimple, AlreadyExists."""
    MAY_ADMINISTER.require(work.caller, {})
    await PEOPLE.get(work, command.person_id)
    return await ACCOUNTS.save(
        work,
        Account(
            id=work.new_id(),
            login=command.login,
            password_hash=await _hashed(command.password, login=command.login),
            person_id=command.person_id,
            roles=tuple(sorted(command.roles)),
        ),
    )


async def assign_roles(change: Change[AssignRoles], work: Work) -> Account:
    """Replace the platform roles. Raises: AccountUnknown, StaleVersion, NotPermitted, OwnAccount."""
    account = await _administered(change, work)
    roles = tuple(sorted(change.command.roles))
    return await ACCOUNTS.save(work, domain.assign(account, roles=roles, by=work.caller.subject))


async def replace_password(change: Change[ReplacePassword], work: Work) -> Account:
    """Set a new password. Raises: AccountUnknown, StaleVersion, NotPermitted, PasswordTooSimple."""
    account = await _administered(change, work)
    password_hash = await _hashed(change.command.password, login=account.login)
    return await ACCOUNTS.save(work, domain.with_password(account, password_hash=password_hash))


async def prove_password(command: ChangeOwnPassword, reads: Reads, *, address: str) -> Change[ProvenPassword]:
    """Check the caller's old password and hash the new one, before and outside any transaction.

    The change names the version whose password was compared. Wrong guesses count like those of a sign-in.
    Raises: NoAccount, CurrentPasswordWrong, PasswordTooSimple, HashingBusy, `too_many_attempts`.
    """
    account = await account_of(reads, reads.caller.subject)
    counters = await admit(reads.db, login=account.login, address=address, account_id=account.id, now=reads.now)
    if not await password_matches(command.current.get_secret_value(), account.password_hash):
        raise CurrentPasswordWrong
    await succeeded(reads.db, counters)
    return Change(account.id, account.version, ProvenPassword(await _hashed(command.password, login=account.login)))


async def replace_own_password(change: Change[ProvenPassword], work: Work) -> Account:
    """Set the caller's new password; every device has to sign in again. Raises: AccountUnknown, StaleVersion."""
    account = await ACCOUNTS.load(work, change)
    return await ACCOUNTS.save(work, domain.with_password(account, password_hash=change.command.password_hash))


async def block_account(change: Change[BlockAccount], work: Work) -> Account:
    """Refuse further sign-ins. Raises: AccountUnknown, StaleVersion, NotPermitted, OwnAccount."""
    account = await _administered(change, work)
    return await ACCOUNTS.save(work, domain.block(account, by=work.caller.subject))


async def unblock_account(change: Change[UnblockAccount], work: Work) -> Account:
    """Allow sign-ins again. Raises: AccountUnknown, StaleVersion, NotPermitted."""
    return await ACCOUNTS.save(work, domain.unblock(await _administered(change, work)))


async def open_first_account(login: str, password: SecretStr, work: Work) -> Account:
    """Open the administrator's account unless the login is taken, and enter its person unless they are known.

    Nobody's right is asked: it is for the migration of a new platform. The account comes first: its unique login
    decides whose person it is when an earlier attempt was interrupted.
    """
    account = next(iter(await ACCOUNTS.find(work, {"login": login})), None)
    if account is None:
        opened = Account(
            id=work.new_id(),
            login=login,
            password_hash=await _hashed(password, login=login),
            person_id=work.new_id(),
            roles=("administrator",),
        )
        account = await ACCOUNTS.save(work, opened)
    if not await PEOPLE.find(work, {"_id": account.person_id}):
        await PEOPLE.save(work, Person(id=account.person_id, full_name="Администратор Платформы"))
    return account


async def _administered(change: Change[Command], work: Work) -> Account:
    MAY_ADMINISTER.require(work.caller, {})
    return await ACCOUNTS.load(work, change)


async def _hashed(password: SecretStr, *, login: str) -> str:
    domain.hard_to_guess(password.get_secret_value(), login=login)
    return await hashed_password(password.get_secret_value())
