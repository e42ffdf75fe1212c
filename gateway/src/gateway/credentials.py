"""Who asks: the credentials of a request become a caller."""

from chassis.identity import UNAUTHENTICATED, Caller
from chassis.tokens import TokenVerifier
from gateway.exchange import Exchange

_MAX_TOKEN = 8192


class Credentials:
    """Takes bearer tokens."""

    def __init__(self, verifier: TokenVerifier) -> None:
        self._verifier = verifier

    async def caller(self, exchange: Exchange) -> Caller:
        """Return whom the credentials prove. Raises `UNAUTHENTICATED`, `KEYS_UNAVAILABLE`."""
        return await self._verifier.verify(bearer_token(exchange.headers.get(b"authorization", b"")))


def bearer_token(authorization: bytes) -> str:
    """Return the access token of a request. Raises `UNAUTHENTICATED`."""
    scheme, _, token = authorization.decode("latin-1").partition(" ")
    if scheme.lower() != "bearer" or not token.isascii() or not 0 < len(token) <= _MAX_TOKEN:
        raise UNAUTHENTICATED
    return token
