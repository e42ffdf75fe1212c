"""Whether clients should be sent to this gateway."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from yarl import URL

from chassis.duty import beside
from chassis.issuers import IssuerKeys
from chassis.problem import Problem
from chassis.tokens import TokenVerifier
from gateway.drain import Drain
from gateway.settings import GatewaySettings

_LOOK_SECONDS = 0.5
_NO_KEY = ""  # no issuer has such: whoever asks for it makes the keys be fetched, as seldom as `IssuerKeys` allows


class Readiness:
    """Not before the platform's sign-in has shown its keys once, not after the gateway began to leave.

    Without a key nobody can be let in, and a roll-out with a wrong issuer would replace every replica that can. Keys
    that were there once are enough: an issuer that goes away takes no replica along. The built-in issuer is a service,
    and readiness does not wait for services: its keys are asked for all the same, before the first request needs them.
    """

    def __init__(self, settings: GatewaySettings, verifier: TokenVerifier, drain: Drain) -> None:
        self._drain, self._issuers = drain, verifier.issuers
        self._platform = verifier.issuers[settings.oidc_issuer]
        self._unlocked = _is_a_service(settings)

    @property
    def status(self) -> str:
        """Return `ok`, else why no client should come."""
        if self._drain.begun:
            return "draining"
        self._unlocked = self._unlocked or bool(self._platform.known)
        return "ok" if self._unlocked else "no-keys"

    @asynccontextmanager
    async def up(self) -> AsyncIterator[None]:
        """Fetch the keys of every issuer, each until it has shown them once."""
        async with beside(*map(_fetched, self._issuers.values())):
            yield


async def _fetched(keys: IssuerKeys) -> None:
    while not keys.known:
        with suppress(Problem):
            await keys.key(_NO_KEY)
        await asyncio.sleep(_LOOK_SECONDS)


def _is_a_service(settings: GatewaySettings) -> bool:
    keys_at = settings.oidc_jwks_url
    return keys_at is not None and str(URL(keys_at).origin()) in settings.upstreams.values()
