"""The pure rules of clients and API keys, on both sides of each boundary."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from registry.api_keys import domain as api_keys
from registry.api_keys.domain import ApiKey, ExpiryOutOfReach, NetworkRefused
from registry.clients import domain as clients
from registry.clients.domain import (
    Client,
    ClientHasNoUse,
    RedirectUriRefused,
    RolesWithoutInstitution,
    ServiceNeedsSecret,
    is_safe_redirect,
    origin_of,
    proves_itself,
)
from registry.digests import digest

CALLBACK = "https://portal.example/callback"
PORTAL = Client(id="portal", name="Портал", kind="public", redirect_uris=(CALLBACK,), scopes=("openid", "api.read"))
KEY = ApiKey(
    id="0190a000-0000-7000-8000-000000000901", name="АИС", institution_id="i", scopes=("api.read",),
    expires_on=date(2026, 3, 2), secret_hash=digest("ab" * 32),
)  # fmt: skip


@pytest.mark.parametrize(
    "uri",
    [
        CALLBACK, "https://portal.example:8443/a?b=c", "http://127.0.0.1:7777/cb", "http://[::1]/cb",
        "http://localhost/cb", "com.example.app:/callback",
    ],
)  # fmt: skip
def test_an_address_of_the_clients_own_is_safe_to_send_a_code_to(uri: str):
    assert is_safe_redirect(uri)


@pytest.mark.parametrize(
    "uri",
    [
        "http://portal.example/cb", "https://portal.example/cb#part", "https://user@portal.example/",
        "javascript:alert(1)",
        "data:text/html,x", "//portal.example/cb", "/callback", "https:///cb", "https://portal.example/\"><script>",
        "https://portal.example/a b", "https://portal.example/;x", "https://порталы.рф/", "app:/callback", "https://[::1",
        "com.example.app://host/cb", "com.example.app:", "http://127.0.0.1.evil.example/cb", "ftp://127.0.0.1/cb",
    ],
)  # fmt: skip
def test_an_address_where_others_might_read_the_code_is_refused(uri: str):
    assert not is_safe_redirect(uri)
    with pytest.raises(RedirectUriRefused):
        clients.checked(replace(PORTAL, redirect_uris=(uri,)))


def test_a_content_policy_names_the_origin_or_the_private_scheme():
    assert origin_of(f"{CALLBACK}?a=b") == "https://portal.example"
    assert origin_of("com.example.app:/callback") == "com.example.app:"


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"redirect_uris": ()}, ClientHasNoUse),
        ({"service": True}, ServiceNeedsSecret),
        ({"institution_id": "i"}, RolesWithoutInstitution),
        ({"institution_roles": ("head",)}, RolesWithoutInstitution),
    ],
)
def test_a_client_is_of_use_and_can_do_what_it_is_told(changed: dict[str, object], refusal: type[Exception]):
    assert clients.checked(PORTAL) == PORTAL
    with pytest.raises(refusal):
        clients.checked(replace(PORTAL, **changed))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uris": ()},
        {"scopes": ("api.read",)},
        {"institution_id": "i"},
        {"institution_id": "i", "institution_roles": ("head",)},
    ],
)
def test_a_confidential_client_that_acts_by_itself_needs_neither_people_nor_an_institution(changed: dict[str, object]):
    robot = replace(PORTAL, kind="confidential", service=True, **changed)  # type: ignore[arg-type]
    assert clients.checked(robot) == robot


def test_no_digest_of_a_secret_shows_when_its_holder_is_printed():
    server = replace(PORTAL, kind="confidential", secret_hash=digest("secret"))
    assert digest("secret") not in repr(server)
    assert KEY.secret_hash not in repr(KEY)


def test_a_confidential_client_proves_itself_by_its_secret_and_a_public_one_by_having_none():
    server = replace(PORTAL, kind="confidential", secret_hash=digest("secret"))
    assert proves_itself(server, "secret")
    assert not proves_itself(server, "Secret")
    assert not proves_itself(server, None)
    assert not proves_itself(clients.close(server), "secret")
    assert not proves_itself(replace(server, secret_hash=None), "secret")
    assert proves_itself(clients.reopen(clients.close(server)), "secret")
    assert proves_itself(PORTAL, None)
    assert not proves_itself(PORTAL, "")
    with pytest.raises(ServiceNeedsSecret):
        clients.with_secret(PORTAL, secret_hash="h")


def test_a_key_may_end_today_or_within_a_year():
    today = date(2026, 3, 2)
    for last in (today, today + timedelta(days=366)):
        assert api_keys.open_key(replace(KEY, expires_on=last), today=today).expires_on == last
    for last in (today - timedelta(days=1), today + timedelta(days=367)):
        with pytest.raises(ExpiryOutOfReach):
            api_keys.open_key(replace(KEY, expires_on=last), today=today)


@pytest.mark.parametrize("network", ["192.0.2.1/24", "office", "192.0.2.0/33", ""])
def test_an_allow_list_takes_networks_only(network: str):
    with pytest.raises(NetworkRefused):
        api_keys.open_key(replace(KEY, networks=(network,)), today=KEY.expires_on)


@pytest.mark.parametrize(
    ("changed", "secret", "day", "reason"),
    [
        ({}, "ab" * 32, 2, None),
        ({}, "ab" * 32, 3, "expired"),
        ({}, "ac" * 32, 2, "secret"),
        ({"revoked": True}, "ab" * 32, 2, "revoked"),
        ({"integration_id": "over"}, "ab" * 32, 2, "integration"),
        ({"integration_id": "held"}, "ab" * 32, 2, None),
        ({"networks": ("192.0.2.0/24",)}, "ab" * 32, 2, None),
        ({"networks": ("198.51.100.0/24", "2001:db8::/32")}, "ab" * 32, 2, "address"),
    ],
)
def test_a_key_is_good_with_its_secret_until_its_last_day_from_its_networks_while_its_integration_is_in_force(
    changed: dict[str, object], secret: str, day: int, reason: str | None
):
    key = replace(KEY, **changed)  # type: ignore[arg-type]
    held = key.integration_id == "held"
    assert api_keys.unfit(key, secret, address="192.0.2.255", today=date(2026, 3, day), in_force=held) == reason


def test_an_address_is_in_a_network_whichever_way_it_is_written():
    assert api_keys.is_within("::ffff:192.0.2.7", ("192.0.2.0/24",))
    assert api_keys.is_within("2001:db8:ffff::1", ("192.0.2.0/24", "2001:db8::/32"))
    assert not api_keys.is_within("192.0.3.0", ("192.0.2.0/24",))
    assert not api_keys.is_within("unknown", ("0.0.0.0/0",))
    assert api_keys.is_within("unknown", ())


def test_a_written_key_is_read_back_and_nothing_else_is_a_key():
    written = api_keys.written(KEY.id, "ab" * 32)
    assert api_keys.read(written) == (KEY.id, "ab" * 32)
    for other in (written[:-1], written + "0", written.upper(), f" {written}", written.replace("tp_", "tk_"), ""):
        assert api_keys.read(other) is None
