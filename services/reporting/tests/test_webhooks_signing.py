"""Signatures, checked by the library of Standard Webhooks that receivers use."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from reporting.deliveries.signing import headers
from reporting.webhooks.vault import Vault, new_secret
from services.reporting.tests.receivers import WEBHOOK_KEY

BODY = '{"specversion":"1.0","data":{"title":"Мастер-класс"}}'.encode()
SLACK = timedelta(seconds=5)
OTHER_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="


def signed(*secrets: str, body: bytes = BODY, ago: timedelta = timedelta(0)) -> dict[str, str]:
    return headers("e-1", body, secrets=secrets, now=datetime.now(UTC) - ago)


@given(st.text())
def test_the_library_accepts_what_was_signed_whatever_it_says(text):
    secret, body = new_secret(), json.dumps({"text": text}).encode()
    assert Webhook(secret).verify(body, signed(secret, body=body)) == {"text": text}


@pytest.mark.parametrize("part", ["body", "webhook-id", "webhook-timestamp", "secret"])
def test_the_library_refuses_whatever_was_changed_on_the_way(part):
    secret = new_secret()
    sent = signed(secret)
    changed = {"webhook-id": "e-2", "webhook-timestamp": str(int(sent["webhook-timestamp"]) + 1)}
    body = BODY.replace(b"1.0", b"1.1") if part == "body" else BODY
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret() if part == "secret" else secret).verify(
            body, sent | {name: value for name, value in changed.items() if name == part}
        )


def test_the_library_accepts_a_message_within_the_tolerance_and_refuses_its_replay_later():
    secret, tolerance = new_secret(), timedelta(minutes=5)
    assert Webhook(secret).verify(BODY, signed(secret, ago=tolerance - SLACK))
    for ago in (tolerance + SLACK, -tolerance - SLACK):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(BODY, signed(secret, ago=ago))


def test_while_secrets_are_exchanged_the_library_accepts_by_either():
    new, old = new_secret(), new_secret()
    assert Webhook(new).verify(BODY, signed(new, old))
    assert Webhook(old).verify(BODY, signed(new, old))
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(BODY, signed(new))


def test_a_sealed_secret_says_nothing_and_opens_by_the_key_that_sealed_it():
    secret = new_secret()
    sealed = Vault(WEBHOOK_KEY).seal(secret)
    assert secret not in sealed
    assert Vault(WEBHOOK_KEY).open(sealed) == secret
    with pytest.raises(ValueError, match="WEBHOOK_SECRET_KEY"):
        Vault(OTHER_KEY).open(sealed)


def test_a_new_key_in_front_opens_what_the_earlier_one_sealed():
    sealed = Vault(WEBHOOK_KEY).seal("whsec_x")
    both = Vault(f"{OTHER_KEY}, {WEBHOOK_KEY}")
    assert both.open(sealed) == "whsec_x"
    assert Vault(OTHER_KEY).open(both.seal("whsec_y")) == "whsec_y"
