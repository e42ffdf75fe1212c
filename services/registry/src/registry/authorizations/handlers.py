"""Use cases of signing in through a client: the request, the form, the code."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

import structlog
from pydantic import SecretStr, ValidationError

from chassis.problem import Problem
from registry.accounts.domain import Account
from registry.accounts.store import HashingBusy
from registry.authorizations import domain
from registry.authorizations.domain import Authorization, Code
from registry.authorizations.pages import Page, SignInForm, message_page, sign_in_page
from registry.authorizations.store import keep_code, keep_request, request_of, take_request
from registry.clients.domain import Client, origin_of
from registry.clients.store import client_of
from registry.digests import digest
from registry.oauth import OAuthRefused, fields_of
from registry.sign_ins.handlers import SignIn, authenticate
from registry.tokens.handlers import Desk

log = structlog.get_logger("security")
_HANDLE_BYTES = 32
_LONGEST_LOGIN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page for the person."""

    page: Page
    status: int = 200
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentOn:
    """An address at the client's for the person's browser."""

    location: str


Answered = Shown | SentOn
_STALE = Shown(
    status=400,
    page=message_page("Запрос на вход устарел", "Вернитесь в приложение и начните вход заново."),
)


async def ask(query: bytes, desk: Desk) -> Answered:
    """Begin a sign-in: show the form, or tell the client that what it asks for is not to be had.

    Nothing is ever sent to an address before the client is known and the address is one of its own.
    """
    try:
        fields = fields_of(query)
    except OAuthRefused:
        return _mistaken("Запрос на вход не разобран.")
    client = await client_of(desk.work, fields.get("client_id"))
    redirect_uri = domain.redirect_uri_of(fields, client)
    if client is None:
        return _mistaken("Приложение, из которого вы пришли, здесь не зарегистрировано.")
    if redirect_uri is None:
        return _mistaken("Адрес, на который просят вернуть вас после входа, для этого приложения не зарегистрирован.")
    try:
        asked = domain.authorization(fields, client, redirect_uri)
    except OAuthRefused as refused:
        return _told(redirect_uri, fields.get("state"), refused, desk)
    handle = secrets.token_urlsafe(_HANDLE_BYTES)
    await keep_request(desk.work, handle, asked)
    return Shown(page=sign_in_page(_form(handle, client, asked)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """A sign-in whose password has been compared."""

    handle: str
    asked: Authorization
    account: Account


async def enter(form: bytes, desk: Desk) -> Answered | Entered:
    """Take the filled-in form, outside any transaction: wrong passwords must stay counted."""
    try:
        fields = fields_of(form)
    except OAuthRefused:
        return _STALE
    handle = fields.get("request", "")
    asked = await request_of(desk.work, handle)
    client = await client_of(desk.work, asked.client_id) if asked else None
    if asked is None or client is None:
        return _STALE
    if fields.get("decision") == "cancel":
        await take_request(desk.work, handle)
        return _told(asked.redirect_uri, asked.state, OAuthRefused("access_denied", "the person did not sign in"), desk)
    login = fields.get("login", "").strip()[:_LONGEST_LOGIN]
    try:
        account = await authenticate(SignIn(login=login, password=SecretStr(fields.get("password", ""))), desk)
    except ValidationError:
        return _again(_form(handle, client, asked, login=login, alarm="Введите логин и пароль."), 400)
    except HashingBusy as busy:
        title, detail = busy.say("ru")
        return _again(_form(handle, client, asked, login=login, alarm=f"{title}. {detail}"), 503)
    except Problem as refused:
        alarm = f"{refused.title.ru}. {refused.detail.ru}"
        status = 403 if refused.status == 401 else refused.status
        headers = {name: value for name, value in (refused.headers or {}).items() if name == "Retry-After"}
        return _again(_form(handle, client, asked, login=login, alarm=alarm), status, headers)
    return Entered(handle=handle, asked=asked, account=account)


async def let_in(entered: Entered, desk: Desk) -> Answered:
    """Give the client a code for the person, in one transaction with the end of the pending sign-in."""
    work, asked, account = desk.work, entered.asked, entered.account
    if not await take_request(work, entered.handle):
        return _STALE
    code = secrets.token_urlsafe(_HANDLE_BYTES)
    await keep_code(
        work,
        Code(
            id=digest(code),
            authorization=asked,
            session_id=work.new_id(),
            account_id=account.id,
            person_id=account.person_id,
            epoch=account.epoch,
            signed_in_at=work.now,
        ),
    )
    log.info("signed in", person_id=account.person_id, client_id=asked.client_id)
    told = {"code": code, "state": asked.state, "iss": desk.issuer.issuer}
    return SentOn(location=domain.location(asked.redirect_uri, told))


def _form(handle: str, client: Client, asked: Authorization, *, login: str = "", alarm: str = "") -> SignInForm:
    return SignInForm(
        handle=handle,
        client=client.name,
        redirect_uri=asked.redirect_uri,
        onward=origin_of(asked.redirect_uri),
        login=login,
        alarm=alarm,
    )


def _again(form: SignInForm, status: int, headers: Mapping[str, str] | None = None) -> Shown:
    return Shown(page=sign_in_page(form), status=status, headers=headers)


def _told(redirect_uri: str, state: str | None, refused: OAuthRefused, desk: Desk) -> SentOn:
    return SentOn(location=domain.refusal(redirect_uri, state, refused, issuer=desk.issuer.issuer))


def _mistaken(why: str) -> Shown:
    advice = "Вернитесь в приложение. Если это повторится, сообщите его разработчикам или администратору."
    return Shown(status=400, page=message_page("Войти нельзя", why, advice))
