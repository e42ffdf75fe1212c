"""The headers of a delivery: Standard Webhooks 1.0 (standardwebhooks.com), HMAC-SHA256."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


def headers(event_id: str, body: bytes, *, secrets: Iterable[str], now: datetime) -> dict[str, str]:
    """Return the headers that prove a body; while secrets are exchanged there is a signature by each."""
    timestamp = str(int(now.timestamp()))
    return {
        "webhook-id": event_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signature(event_id, timestamp, body, secret) for secret in secrets),
        "content-type": CONTENT_TYPE,
    }


def signature(event_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """Return one signature; the secret is `whsec_` and its bytes in Base64."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
