"""The built-in issuer: signs access tokens and publishes the key they are checked with."""

from datetime import datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from registry.tokens.domain import Holder, claims

_MINIMUM_RSA_BITS = 2048


class UnusableKey(ValueError):
    """The key file does not hold a private key that tokens may be signed with."""


class TokenIssuer:
    """Signs with one private key: RS256 for RSA of at least 2048 bits, ES256 for P-256. Raises: UnusableKey."""

    def __init__(self, key_file: Path, *, issuer: str, audience: str) -> None:
        self._key = _read(key_file)
        self._algorithm = _algorithm(self._key, key_file)
        self._address = {"iss": issuer, "aud": audience}

    @property
    def jwks(self) -> dict[str, Any]:
        """The public key as a JWK set; the key id is its RFC 7638 thumbprint."""
        public = self._key.as_dict(private=False)
        return {"keys": [{**public, "kid": self._key.thumbprint(), "use": "sig", "alg": self._algorithm}]}

    def sign(self, holder: Holder, *, now: datetime, token_id: str) -> str:
        """Return a token that is valid for 15 minutes from `now`."""
        header = {"alg": self._algorithm, "kid": self._key.thumbprint(), "typ": "at+jwt"}
        content = self._address | claims(holder, now=now, token_id=token_id)
        return jwt.encode(header, content, self._key, algorithms=[self._algorithm])


def _read(key_file: Path) -> RSAKey | ECKey:
    pem = key_file.read_bytes()
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            return key
    raise UnusableKey(f"{key_file} holds no private RSA or EC key")


def _algorithm(key: RSAKey | ECKey, key_file: Path) -> str:
    if isinstance(key, ECKey) and key.curve_name == "P-256":
        return "ES256"
    if isinstance(key, RSAKey) and key.raw_value.key_size >= _MINIMUM_RSA_BITS:
        return "RS256"
    raise UnusableKey(f"{key_file} holds neither an RSA key of {_MINIMUM_RSA_BITS} bits nor a P-256 key")
