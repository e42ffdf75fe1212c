"""The pages of signing in: plain HTML in Russian, one style sheet inside, nothing from anywhere else, no script.

A page is allowed exactly what it has: its own style by digest, and forms that lead here and on to the client.
"""

import base64
import hashlib
from dataclasses import dataclass
from html import escape
from urllib.parse import urlsplit

_STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --ground: #eef1f5; --line: #6b7480; --mark: #0b57a4;
  --on-mark: #fff; --alarm: #a3160f; --alarm-ground: #fdecea; }
@media (prefers-color-scheme: dark) { :root { --ink: #e9edf2; --paper: #1d232b; --ground: #12161b; --line: #8e99a6;
  --mark: #8ec2ff; --on-mark: #0b1a2b; --alarm: #ffb4ab; --alarm-ground: #3b1512; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem; background: var(--ground);
  color: var(--ink); font: 1.0625rem/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; }
main { width: 100%; max-width: 26rem; background: var(--paper); border-radius: .75rem; padding: 2rem 1.75rem; }
.platform { margin: 0 0 .25rem; color: var(--line); font-size: .9375rem; }
h1 { margin: 0 0 1rem; font-size: 1.625rem; line-height: 1.2; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .75rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--line); border-radius: .5rem; }
button { width: 100%; min-height: 3rem; margin-top: 1.5rem; font: inherit; font-weight: 600; border-radius: .5rem;
  cursor: pointer; border: 1px solid var(--mark); background: var(--mark); color: var(--on-mark); }
button.second { margin-top: .75rem; background: transparent; color: var(--mark); }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.alarm { padding: .75rem 1rem; border-left: 4px solid var(--alarm); background: var(--alarm-ground);
  color: var(--alarm); border-radius: .25rem; }
"""
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; frame-ancestors 'none'; base-uri 'none'"
_FRAME = """<!doctype html>
<html lang="ru">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title} — Социальный технопарк</title>
<style>{style}</style>
</head>
<body>
<main>
<p class="platform">Социальный технопарк</p>
<h1>{heading}</h1>
{content}
</main>
</body>
</html>
"""
_FORM = """<p>Приложение «{client}» просит вас войти. После входа вы вернётесь {place}.</p>
{alarm}<form method="post" action="/oauth/sign-in">
<input type="hidden" name="request" value="{handle}">
<label for="login">Логин</label>
<input id="login" name="login" value="{login}" required maxlength="100" autocomplete="username" autocapitalize="none"
 spellcheck="false"{described}{login_focus}>
<label for="password">Пароль</label>
<input id="password" name="password" type="password" required maxlength="128"
 autocomplete="current-password"{described}{password_focus}>
<button name="decision" value="sign-in">Войти</button>
<button name="decision" value="cancel" class="second" formnovalidate>Не входить</button>
</form>"""


@dataclass(frozen=True, slots=True)
class Page:
    """A page and what it may do."""

    html: str
    policy: str
    """Content-Security-Policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInForm:
    """What the sign-in page shows; `onward` is where the client's answer goes: a browser follows a form only there."""

    handle: str
    client: str
    redirect_uri: str
    onward: str
    login: str = ""
    alarm: str = ""


def sign_in_page(form: SignInForm) -> Page:
    """Return the page on which a person signs in, again with what was wrong the last time."""
    host = urlsplit(form.redirect_uri).hostname
    content = _FORM.format(
        client=escape(form.client),
        place=f"на сайт <strong>{escape(host)}</strong>" if host else "в приложение на этом устройстве",
        alarm=_alarm(form.alarm),
        handle=escape(form.handle),
        login=escape(form.login),
        described=' aria-describedby="alarm" aria-invalid="true"' if form.alarm else "",
        login_focus="" if form.login else " autofocus",
        password_focus=" autofocus" if form.login else "",
    )
    title = "Ошибка: вход" if form.alarm else "Вход"
    return _page(title, "Вход", content, forms=f"'self' {form.onward}")


def message_page(heading: str, *paragraphs: str, alarm: bool = True) -> Page:
    """Return a page that only tells something."""
    told = _alarm(paragraphs[0]) if alarm else f"<p>{escape(paragraphs[0])}</p>"
    rest = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in paragraphs[1:])
    return _page(f"Ошибка: {heading.lower()}" if alarm else heading, heading, told + rest, forms="'none'")


def _alarm(text: str) -> str:
    return f'<p class="alarm" id="alarm" role="alert">{escape(text)}</p>\n' if text else ""


def _page(title: str, heading: str, content: str, *, forms: str) -> Page:
    html = _FRAME.format(title=escape(title), style=_STYLE, heading=escape(heading), content=content)
    return Page(html, f"{_POLICY}; form-action {forms}")
