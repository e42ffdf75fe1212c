"""Signing in through a client: what the person sees, and what the client is told."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from registry.attempts.handlers import admit
from registry.authorizations.store import REQUESTS
from registry.digests import digest
from registry.settings import RegistrySettings
from registry.wiring import wire
from services.registry.tests.relying import PASSWORD, Application, Issuing, send_form, told_in


@pytest.fixture(scope="module")
async def portal(issuing: Issuing) -> Application:
    await issuing.person("reader")
    return await issuing.application("portal")


def text_of(page: bytes) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", page.decode(), flags=re.DOTALL)


async def test_the_sign_in_page_is_russian_and_allowed_nothing_but_its_own_style_and_form(portal: Application):
    page = await portal.ask()
    html, policy = page.body.decode(), page.headers["Content-Security-Policy"]
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Приложение «Портал» просит вас войти" in html
    assert "portal.example" in text_of(page.body)
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[\w+/]+='; frame-ancestors 'none'; base-uri 'none'; "
        r"form-action 'self' https://portal\.example",
        policy,
    )
    assert not re.search(r"<script|<link|<img|src=|@import|url\(|style=", html)
    assert 'autocomplete="current-password"' in html
    assert html.count("<label for=") == 2
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"redirect_uri": "https://evil.example/callback"},
        {"redirect_uri": "https://portal.example/callback"},
        {"redirect_uri": None},
        {"client_id": "<script>alert(1)</script>", "redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_nothing_is_sent_to_an_address_that_is_not_the_clients(portal: Application, changed):
    page = await portal.ask(**changed)
    assert page.status == 400
    assert "Location" not in page.headers
    assert "Войти нельзя" in text_of(page.body)
    assert "alert(1)" not in page.body.decode()
    assert page.headers["Content-Security-Policy"].endswith("form-action 'none'")


async def test_a_repeated_parameter_is_no_request_at_all(portal: Application):
    page = await portal.client.get("/oauth/authorize?client_id=portal&client_id=portal")
    assert page.status == 400
    assert "не разобран" in text_of(page.body)


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
async def test_the_client_is_told_what_was_wrong_with_its_request(portal: Application, changed, error):
    answer = await portal.ask(**changed)
    assert answer.status == 303
    assert answer.headers["Location"].startswith("https://portal.example/callback?from=issuer&error=")
    told = told_in(answer.headers["Location"])
    assert (told["error"], told["state"], told["iss"]) == (error, "st-1", portal.client.base)


async def test_the_request_may_come_as_a_form_too(portal: Application):
    page = await send_form(portal.client, "/oauth/authorize", portal.question)
    assert page.status == 200
    assert 'action="/oauth/sign-in"' in page.body.decode()


async def test_the_right_password_leads_back_with_code_state_and_issuer(portal: Application):
    answer = await portal.fill_in(await portal.handle(), "Reader ")
    assert answer.status == 303
    told = told_in(answer.headers["Location"])
    assert answer.headers["Location"].startswith("https://portal.example/callback?from=issuer&code=")
    assert (told["state"], told["iss"]) == ("st-1", portal.client.base)
    assert len(told["code"]) >= 43
    assert answer.headers["Cache-Control"] == "no-store"


async def test_who_does_not_want_to_sign_in_is_led_back_and_the_client_is_told(portal: Application):
    handle = await portal.handle()
    answer = await portal.fill_in(handle, "", "", decision="cancel")
    assert told_in(answer.headers["Location"])["error"] == "access_denied"
    assert (await portal.fill_in(handle, "reader")).status == 400


async def test_a_wrong_password_shows_the_page_again_with_the_login_and_never_the_password(portal: Application):
    handle = await portal.handle()
    page = await portal.fill_in(handle, '"><b>reader', "не-тот-пароль-2024")
    html = page.body.decode()
    assert page.status == 403
    assert "Логин или пароль неверны" in text_of(page.body)
    assert 'role="alert"' in html
    assert "&quot;&gt;&lt;b&gt;reader" in html
    assert "не-тот-пароль" not in html
    assert handle in html
    assert (await portal.fill_in(handle, "reader")).status == 303


async def test_an_empty_form_is_answered_before_anything_is_counted(portal: Application):
    page = await portal.fill_in(await portal.handle(), "", "")
    assert page.status == 400
    assert "Введите логин и пароль" in text_of(page.body)


async def test_one_page_signs_in_once(portal: Application):
    handle = await portal.handle()
    assert (await portal.fill_in(handle, "reader")).status == 303
    again = await portal.fill_in(handle, "reader")
    assert again.status == 400
    assert "Запрос на вход устарел" in text_of(again.body)


@pytest.mark.parametrize(("minutes", "status"), [(5, 303), (10, 400)])
async def test_a_page_that_was_opened_ten_minutes_ago_signs_nobody_in(
    portal: Application, issuing_settings: RegistrySettings, minutes: int, status: int
):
    handle = await portal.handle()
    mongo, asked = wire(issuing_settings).open_mongo(), {"_id": digest(handle)}
    requests = mongo.plain[REQUESTS]
    kept = await requests.find_one(asked)
    assert kept
    await requests.update(asked, {"$set": {"until": kept["until"] - timedelta(minutes=minutes)}})
    await mongo.close()
    assert (await portal.fill_in(handle, "reader")).status == status


async def test_a_form_with_an_unknown_handle_is_stale_whatever_else_it_holds(portal: Application):
    assert (await portal.fill_in("x" * 43, "reader")).status == 400
    assert (await send_form(portal.client, "/oauth/sign-in", {})).status == 400


async def test_the_sixth_guess_on_the_page_is_refused_and_a_neighbour_still_signs_in(
    portal: Application, issuing: Issuing
):
    await issuing.person("besieged")
    handle = await portal.handle()
    for _ in range(5):
        assert (await portal.fill_in(handle, "besieged", "неверный пароль")).status == 403
    sixth = await portal.fill_in(handle, "besieged")
    assert sixth.status == 429
    assert 0 < int(sixth.headers["Retry-After"]) <= 901
    assert "Слишком много попыток" in text_of(sixth.body)
    elsewhere = {"X-Forwarded-For": "198.51.100.7"}
    fields = {"request": handle, "login": "besieged", "password": PASSWORD}
    assert (await send_form(portal.client, "/oauth/sign-in", fields, elsewhere)).status == 303


async def test_an_address_that_guesses_at_many_logins_is_refused_for_all_of_them(
    issuing: Issuing, issuing_settings: RegistrySettings
):
    address = "203.0.113.9"

    async def guess(login: str, password: str) -> int:
        body = {"login": login, "password": password}
        return (await issuing.client.send("POST", "/v1/sign-in", body, headers={"X-Forwarded-For": address})).status

    await issuing.person("neighbour")
    mongo = wire(issuing_settings).open_mongo()
    for number in range(48):
        login = f"guess-{number}"
        await admit(mongo.plain, login=login, address=address, account_id=None, now=datetime.now(UTC))
    await mongo.close()
    assert await guess("guess-48", "x") == 401
    # one's own right password is no guess, and buys none
    assert await guess("neighbour", PASSWORD) == 200
    assert await guess("guess-49", "x") == 401
    assert await guess("neighbour", PASSWORD) == 429


async def test_a_closed_client_lets_nobody_sign_in(issuing: Issuing, portal: Application):
    closing = await issuing.application("closing")
    handle = await closing.handle()
    (await issuing.administrator.post("/v1/clients/closing/closing")).expect(200)
    assert (await closing.fill_in(handle, "reader")).status == 400
    assert (await closing.ask()).status == 400
    (await issuing.administrator.post("/v1/clients/closing/reopening")).expect(200)
    assert (await closing.ask()).status == 200
