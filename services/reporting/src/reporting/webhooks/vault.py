"""Signing secrets at rest: sealed by a key of the operator's, opened only to sign.

HMAC needs the plain secret, so a digest would not do. Fernet: AES-128-CBC with HMAC-SHA256, by `cryptography`.
"""

import base64
import secrets

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

PREFIX = "whsec_"
_SECRET_BYTES = 32


class Vault:
    """Seals with the first key, opens with any: a new key is put in front, an old one goes when nothing needs it."""

    def __init__(self, keys: str) -> None:
        self._fernet = MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])

    def seal(self, secret: str) -> str:
        """Return a secret as it may be stored."""
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return a sealed secret. Raises ValueError when no key fits."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise ValueError("WEBHOOK_SECRET_KEY does not open a stored secret") from None


def new_secret() -> str:
    """Return 256 random bits in the form of Standard Webhooks."""
    return PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
