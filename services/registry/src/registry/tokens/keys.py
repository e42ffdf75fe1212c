"""The private keys that tokens are signed with, as an operator keeps them: PEM files."""

from pathlib import Path

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

_MINIMUM_RSA_BITS = 2048
PrivateKey = RSAKey | ECKey


class UnusableKey(ValueError):
    """A key file does not hold a private key that tokens may be signed with."""


def read_key(key_file: Path) -> PrivateKey:
    """Return the key, which knows its id and algorithm: RS256 for RSA of at least 2048 bits, ES256 for P-256.

    The key id is the RFC 7638 thumbprint. Raises: UnusableKey.
    """
    pem = key_file.read_bytes()
    for kind in (RSAKey, ECKey):
        try:
            key = kind.import_key(pem)
        except (JoseError, ValueError, TypeError):
            continue
        if key.is_private:
            algorithm = _algorithm(key, key_file)
            return kind.import_key(pem, {"kid": key.thumbprint(), "use": "sig", "alg": algorithm})
    raise UnusableKey(f"{key_file} holds no private RSA or EC key")


def _algorithm(key: PrivateKey, key_file: Path) -> str:
    if isinstance(key, ECKey) and key.curve_name == "P-256":
        return "ES256"
    if isinstance(key, RSAKey) and key.raw_value.key_size >= _MINIMUM_RSA_BITS:
        return "RS256"
    raise UnusableKey(f"{key_file} holds neither an RSA key of {_MINIMUM_RSA_BITS} bits nor a P-256 key")
