from pathlib import Path
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey
from pydantic import ValidationError

from registry.tokens.handlers import TokenIssuer
from registry.tokens.keys import UnusableKey
from registry.wiring import wire

BOOTSTRAP = {"bootstrap_admin_login": "administrator", "bootstrap_admin_password": "первый-вход-в-2024"}
URL = "mongodb://127.0.0.1:1/registry"


def test_a_bootstrap_administrator_is_refused_in_production(make_settings: Any):
    make_settings(URL, environment="local", **BOOTSTRAP)
    with pytest.raises(ValidationError, match="refused in production"):
        make_settings(URL, environment="production", **BOOTSTRAP)


def test_the_login_and_the_password_of_the_first_administrator_go_together(make_settings: Any):
    for name in BOOTSTRAP:
        with pytest.raises(ValidationError, match="go together"):
            make_settings(URL, **{name: BOOTSTRAP[name]})


def test_migrate_opens_the_first_administrator_where_only_serve_is_given_the_issuers_key(make_settings: Any):
    assert "bootstrap-administrator" in {step.name for step in wire(make_settings(URL, **BOOTSTRAP)).migrations}
    assert "bootstrap-administrator" not in {step.name for step in wire(make_settings(URL)).migrations}


def test_the_password_of_the_first_administrator_is_not_shown_with_the_settings(make_settings: Any):
    assert "первый" not in repr(make_settings(URL, **BOOTSTRAP))


@pytest.mark.parametrize(
    ("pem", "algorithm"),
    [
        (RSAKey.generate_key(2048).as_pem(private=True), "RS256"),
        (ECKey.generate_key("P-256").as_pem(private=True), "ES256"),
    ],
    ids=["rsa", "ec"],
)
def test_the_algorithm_follows_from_the_key(tmp_path: Path, pem: bytes, algorithm: str):
    path = tmp_path / "key.pem"
    path.write_bytes(pem)
    published = TokenIssuer([path], issuer="https://technopark.example", audience="technopark").jwks["keys"]
    assert [(key["alg"], key["use"]) for key in published] == [(algorithm, "sig")]
    assert not {"d", "p", "q"} & set(published[0])


@pytest.mark.parametrize(
    "pem",
    [
        ECKey.generate_key("P-256").as_pem(private=False),
        ECKey.generate_key("P-384").as_pem(private=True),
        b"not a key at all",
    ],
    ids=["public", "other-curve", "no-key"],
)
def test_a_file_without_a_usable_private_key_stops_the_start(tmp_path: Path, pem: bytes):
    path = tmp_path / "key.pem"
    path.write_bytes(pem)
    with pytest.raises(UnusableKey):
        TokenIssuer([path], issuer="https://technopark.example", audience="technopark")


@pytest.mark.parametrize(
    "told", ["http://broker.example", "amqp://partner:x@broker.example", "amqps://broker/partners"]
)
def test_the_address_that_partners_are_told_names_the_broker_alone(make_settings: Any, told: str):
    with pytest.raises(ValidationError, match="host:port"):
        make_settings(URL, partners_amqp_url=told)


def test_an_address_that_was_left_empty_is_none(make_settings: Any):
    assert make_settings(URL, partners_amqp_url="").partners_amqp_url is None
    assert make_settings(URL, partners_amqp_url="amqps://broker.example:5671").partners_amqp_url is not None
