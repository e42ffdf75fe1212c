"""The key with which the registry signs tokens on one machine."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def kept_issuer_key(file: Path) -> Path:
    """Generate an EC P-256 key in PEM unless the file exists; answer the file, readable by its owner only."""
    if not file.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        file.touch(mode=0o600)
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file
