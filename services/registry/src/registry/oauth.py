"""Words of OAuth 2.0 that several rooms use: refusals, forms, scopes.

Sources: RFC 6749, RFC 6750, OpenID Connect Core.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, get_args
from urllib.parse import parse_qsl

IdentityScope = Literal["openid", "profile", "offline_access"]
ApiScope = Literal["api.read", "api.write", "feed.read", "webhooks.manage", "quarantine.read", "contributions.write"]
Scope = Literal[IdentityScope, ApiScope]

IDENTITY_SCOPES: tuple[str, ...] = get_args(IdentityScope)
API_SCOPES: tuple[str, ...] = get_args(ApiScope)
EXCHANGE_SCOPES = frozenset({"feed.read", "webhooks.manage", "quarantine.read", "contributions.write"})
"""What a system does only as a partner's: it may while its institution has an integration in force."""
SCOPES: tuple[str, ...] = (*IDENTITY_SCOPES, *API_SCOPES)

_MOST_FIELDS = 32

OAuthError = Literal[
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type",
    "invalid_scope", "access_denied", "unsupported_response_type", "login_required", "request_not_supported",
    "request_uri_not_supported", "unsupported_token_type", "invalid_token", "insufficient_scope",
]  # fmt: skip


class OAuthRefused(Exception):
    """A refusal in the protocol's own words; `description` is for developers, in ASCII as RFC 6749 §5.2 demands."""

    def __init__(self, error: OAuthError, description: str) -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description = error, description


def fields_of(query: bytes) -> dict[str, str]:
    """Return the parameters of a form or a query; a parameter without a value counts as omitted (RFC 6749 §3.1).

    Raises: OAuthRefused for what is not a form, or names a parameter twice.
    """
    try:
        pairs = parse_qsl(query.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise OAuthRefused("invalid_request", "the parameters cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise OAuthRefused("invalid_request", "a parameter is repeated")
    return {name: value for name, value in found.items() if value}


def needed(fields: Mapping[str, str], name: str) -> str:
    """Return a parameter that must be there. Raises: OAuthRefused."""
    if name not in fields:
        raise OAuthRefused("invalid_request", f"{name} is missing")
    return fields[name]


def granted(asked: str | None, *, allowed: Iterable[str]) -> tuple[str, ...]:
    """Return the asked scopes that are allowed, in the order of `SCOPES`; without a wish all but offline_access.

    What is not allowed is left out (RFC 6749 §3.3) and the answer tells what remains. Raises: OAuthRefused when nothing
    remains.
    """
    wanted = set(allowed) - {"offline_access"} if asked is None else set(asked.split()) & set(allowed)
    if not wanted:
        raise OAuthRefused("invalid_scope", "none of the scopes is granted to this client")
    return tuple(scope for scope in SCOPES if scope in wanted)
