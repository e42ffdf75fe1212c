"""Passwords that are generated once and kept beside the data they protect."""

import base64
import hashlib
import json
import secrets
from collections.abc import Iterable
from pathlib import Path


def kept_passwords(file: Path, names: Iterable[str]) -> dict[str, str]:
    """Read the passwords of these names, generating those that are new; the file is readable by its owner only."""
    passwords: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [name for name in names if name not in passwords]
    if missing:
        passwords |= {name: secrets.token_urlsafe(24) for name in missing}
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(json.dumps(passwords, indent=2))
    return passwords


def rabbitmq_hash(password: str) -> str:
    """Hash as `rabbitmqctl hash_password` does: a salt of four bytes, then SHA-256 of salt and password, in Base64."""
    salt = secrets.token_bytes(4)
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
