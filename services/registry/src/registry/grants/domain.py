"""What comes to the token endpoint: who asks (RFC 6749 §2.3), and what is answered (§5.1)."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_plus

from registry.oauth import OAuthRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How a client names and proves itself."""

    client_id: str
    secret: str | None = field(default=None, repr=False)


def credentials(fields: Mapping[str, str], authorization: str | None) -> Credentials:
    """Return what a client says of itself, by HTTP Basic or in the form, never by both. Raises: OAuthRefused."""
    if authorization is None:
        if "client_id" not in fields:
            raise OAuthRefused("invalid_client", "the client does not say who it is")
        return Credentials(client_id=fields["client_id"], secret=fields.get("client_secret"))
    named = _basic(authorization)
    if "client_secret" in fields or fields.get("client_id", named.client_id) != named.client_id:
        raise OAuthRefused("invalid_request", "the client authenticates in more than one way")
    return named


def _basic(authorization: str) -> Credentials:
    scheme, _, encoded = authorization.partition(" ")
    try:
        name, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise OAuthRefused("invalid_client", "the client authentication cannot be read") from error
    if scheme.lower() != "basic" or not colon:
        raise OAuthRefused("invalid_client", "only HTTP Basic authenticates a client in a header")
    return Credentials(client_id=unquote_plus(name), secret=unquote_plus(secret))
