"""An account: how a person signs in with the built-in issuer, and what they may do everywhere."""

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from chassis.errors import Forbidden, NotFound, RuleBroken, Words
from chassis.policy import Allow

PlatformRole = Literal["administrator", "official", "curator", "expert", "supervisor", "secretary"]

MAY_ADMINISTER = Allow(roles=frozenset({"administrator"}))


@dataclass(eq=False, kw_only=True)
class AccountUnknown(NotFound):
    """No account has this id."""

    code: ClassVar = "account-unknown"
    title: ClassVar = Words("Учётная запись не найдена", "Account not found")
    detail: ClassVar = Words("Нет учётной записи {account_id}.", "There is no account {account_id}.")
    account_id: str


@dataclass(eq=False, kw_only=True)
class OwnAccount(RuleBroken):
    """An administrator may not lock themselves out."""

    code: ClassVar = "own-account"
    title: ClassVar = Words("Это ваша учётная запись", "This is your own account")
    detail: ClassVar = Words(
        "Нельзя заблокировать себя или снять с себя роль администратора: попросите другого администратора.",
        "You cannot block yourself or drop your administrator role: ask another administrator.",
    )


@dataclass(eq=False, kw_only=True)
class PasswordTooSimple(RuleBroken):
    """A password repeats the login or one character."""

    code: ClassVar = "password-too-simple"
    title: ClassVar = Words("Пароль слишком простой", "The password is too simple")
    detail: ClassVar = Words(
        "Пароль не должен содержать логин и должен состоять хотя бы из шести разных символов.",
        "A password must not contain the login and needs at least six different characters.",
    )


@dataclass(eq=False, kw_only=True)
class CurrentPasswordWrong(Forbidden):
    """Who changes their own password has to know the old one."""

    code: ClassVar = "current-password-wrong"
    title: ClassVar = Words("Нынешний пароль неверен", "The current password is wrong")
    detail: ClassVar = Words("Введите пароль, с которым вы входите сейчас.", "Give the password you sign in with now.")


@dataclass(eq=False, kw_only=True)
class NoAccount(NotFound):
    """The caller signed in elsewhere, or is no person."""

    code: ClassVar = "no-account"
    title: ClassVar = Words("У вас нет учётной записи", "You have no account")
    detail: ClassVar = Words(
        "Пароль меняют там, где вы входите: в этом реестре вашей учётной записи нет.",
        "Change the password where you sign in: this registry has no account of yours.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A login of a person; the password only as its argon2id hash."""

    id: str
    version: int = 0
    login: str
    password_hash: str = field(repr=False)
    person_id: str
    roles: tuple[PlatformRole, ...] = ()
    blocked: bool = False
    epoch: int = 0
    """Grows when everybody who is signed in with this account has to sign in again."""


def hard_to_guess(password: str, *, login: str) -> None:
    """Refuse a password that contains the login or has fewer than six different characters.

    Its length is bounded where it is read. Raises: PasswordTooSimple.
    """
    if login in password.casefold() or len(set(password)) < 6:
        raise PasswordTooSimple


def block(account: Account, *, by: str) -> Account:
    """Refuse all sign-ins and refreshes from now on; access tokens end within 15 minutes. Raises: OwnAccount."""
    if account.person_id == by:
        raise OwnAccount
    return replace(account, blocked=True, epoch=account.epoch + 1)


def unblock(account: Account) -> Account:
    """Allow sign-ins again; what was signed in before the block stays ended."""
    return replace(account, blocked=False)


def assign(account: Account, *, roles: tuple[PlatformRole, ...], by: str) -> Account:
    """Replace the platform roles; in force from the next token. Raises: OwnAccount."""
    if account.person_id == by and "administrator" not in roles:
        raise OwnAccount
    return replace(account, roles=roles)


def with_password(account: Account, *, password_hash: str) -> Account:
    """Replace the password; whoever signed in with the old one has to sign in again."""
    return replace(account, password_hash=password_hash, epoch=account.epoch + 1)


def still_signed_in(account: Account, *, epoch: int) -> bool:
    """Tell whether a sign-in of this epoch is still good: neither block nor new password came since."""
    return not account.blocked and account.epoch == epoch
