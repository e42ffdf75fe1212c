"""Who asks: the credentials of a request become a caller."""

from chassis.errors import Words
from chassis.identity import INVALID_TOKEN, UNAUTHENTICATED, Caller
from chassis.problem import Problem
from chassis.tokens import MAX_TOKEN, TokenVerifier
from gateway.api_keys import ApiKeys
from gateway.exchange import Exchange

API_KEY = b"x-api-key"
_BEARER = b"Bearer "
"""As nearly all write it; other letters are understood too."""
TWO_CREDENTIALS = Problem(
    400, "two-credentials",
    Words("Два доказательства входа", "Two credentials"),
    Words("Передайте либо Authorization, либо X-Api-Key.", "Send either Authorization or X-Api-Key."),
)  # fmt: skip
INSUFFICIENT_SCOPE = Problem(
    403, "insufficient-scope",
    Words("Токену или ключу это не разрешено", "The token or the key does not allow this"),
    Words(
        "Чтение требует разрешения api.read, изменение — api.write. Запросите их при входе или у администратора.",
        "Reading takes the scope api.read, changing api.write. Ask for them at sign-in, or the administrator.",
    ),
    headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
)  # fmt: skip
_NAMED = (
    "Нужно разрешение {}. Запросите его при входе или у администратора.",
    "This takes the scope {}. Ask for it at sign-in, or the administrator.",
)
READING = ("GET", "HEAD")
"""Methods that change nothing; of HEAD the answer is that of GET without its body."""


class Credentials:
    """Takes a bearer token or an API key, never both: it would not be clear who asks."""

    def __init__(self, verifier: TokenVerifier, keys: ApiKeys) -> None:
        self._verifier, self._keys = verifier, keys

    def known(self, exchange: Exchange) -> Caller | None:
        """Return whom a token proves that was verified before; None when `caller` has to look."""
        authorization = exchange.headers.get(b"authorization")
        if authorization is None or API_KEY in exchange.headers or not authorization.startswith(_BEARER):
            return None
        return self._verifier.known(authorization[len(_BEARER) :])

    async def caller(self, exchange: Exchange) -> Caller:
        """Return whom the credentials prove.

        Raises: UNAUTHENTICATED, INVALID_TOKEN, TWO_CREDENTIALS, API_KEY_REFUSED, KEYS_UNAVAILABLE, 429.
        """
        headers = exchange.headers
        key, authorization = headers.get(API_KEY), headers.get(b"authorization")
        if key is not None:
            if authorization is not None:
                raise TWO_CREDENTIALS
            return await self._keys.caller(exchange, key)
        return await self._verifier.verify(bearer_token(authorization or b""))


def bearer_token(authorization: bytes) -> str:
    """Return the access token of a request. Raises `UNAUTHENTICATED` without any, INVALID_TOKEN for what is none."""
    scheme, _, token = authorization.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise UNAUTHENTICATED
    if not token.isascii() or len(token) > MAX_TOKEN:
        raise INVALID_TOKEN
    return token


def check_scope(caller: Caller, method: str, wanted: str, enough: str = "") -> None:
    """Raise `INSUFFICIENT_SCOPE` when a token does not allow what is asked; a scope that the row names is told.

    `wanted` is what the row asks, if anything; `enough` does in place of `api.read` or `api.write`: whose system does
    one thing is not lent everything.
    A token that tells scopes allows what they say and no more; one that tells none was given to the person, not lent to
    an application, and allows whatever that person may do. A partner's issuer can only lend, what is listed for it.
    """
    named = wanted or enough
    if not wanted and caller.lent and enough not in caller.scopes:
        wanted = "api.read" if method in READING else "api.write"
    if wanted and wanted not in caller.scopes:
        raise _lacking(named) if named else INSUFFICIENT_SCOPE


def _lacking(scope: str) -> Problem:
    refusal, (ru, en) = INSUFFICIENT_SCOPE, _NAMED
    words = Words(ru.format(scope), en.format(scope))
    return Problem(refusal.status, refusal.code, refusal.title, words, headers=refusal.headers)
