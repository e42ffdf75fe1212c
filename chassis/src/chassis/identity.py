"""Who calls: the person or process behind a verified access token. `chassis.tokens` verifies."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from chassis.errors import Words
from chassis.problem import Problem

UNAUTHENTICATED = Problem(
    401, "unauthenticated",
    Words("Требуется вход", "Sign-in required"),
    Words("Войдите и передайте действующий токен доступа.", "Sign in and send a valid access token."),
    headers={"WWW-Authenticate": "Bearer"},
)  # fmt: skip
"""Of who sent no token: RFC 6750 §3.1 has no error for that."""
INVALID_TOKEN = Problem(
    UNAUTHENTICATED.status, UNAUTHENTICATED.code, UNAUTHENTICATED.title, UNAUTHENTICATED.detail,
    headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
)  # fmt: skip
"""Of a token that is not good, or not any more: a client library then asks for another one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A person or a process, with what it may do everywhere and in each institution."""

    subject: str
    name: str = ""
    roles: frozenset[str] = frozenset()
    memberships: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Institution id → roles the caller has there."""
    scopes: frozenset[str] = frozenset()
    """What the client may do on the caller's behalf."""
    lent: bool = False
    """Whether the client may do what `scopes` say and no more, though they say nothing."""
    client: str = ""
    """The application that the token was given to."""
    expires_at: float = math.inf
    """When the token ends, in seconds since the epoch."""
