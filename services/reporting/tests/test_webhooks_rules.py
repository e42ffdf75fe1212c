"""Webhooks, pure: where they may lead, how long they are tried, what proves them."""

from datetime import UTC, date, datetime, timedelta
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.deliveries import domain as deliveries
from reporting.deliveries.domain import Answer, Delivery, Patience, backoff, is_given_up, short, tried
from reporting.integrations.domain import (
    Integration,
    IntegrationOver,
)
from reporting.webhooks import domain
from reporting.webhooks.addresses import EgressRules, is_public
from reporting.webhooks.domain import Secret, Webhook
from reporting.webhooks.errors import UrlRefused, WebhookNotInState, WebhooksEnough

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TODAY = NOW.date()
HELD = "transfer.event.held.v1"
GIVEN = "transfer.consultation.given.v1"
STRICT = EgressRules()
LOOSE = EgressRules(ports=(), plain_http=True, networks=("10.1.0.0/16", "fd00:1::/32", "64:ff9b::/96"))

REFUSED = (
    "0.0.0.0",  # noqa: S104 nothing is bound
    "0.255.255.255", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "100.100.100.200",
    "127.0.0.1", "127.255.255.255", "168.63.129.16", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255",
    "192.0.0.192", "192.0.2.1", "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.1",
    "192.31.196.1", "192.52.193.1", "192.88.99.1", "192.175.48.1", "203.0.113.1", "224.0.0.0", "240.0.0.0",
    "239.255.255.255", "255.255.255.255",
    "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "fc00::1", "fdff::1",
    "fd00:ec2::254", "2620:4f:8000::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "3fff::1",
    "5f00::1", "4000::1", "", "example.org", "127.1", "2130706433", "0x7f000001", "0177.0.0.1",
)  # fmt: skip
ALLOWED = (
    "1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
    "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0",
    "192.31.195.255", "192.31.197.0", "192.52.194.0", "192.88.98.255", "192.88.100.0", "192.175.47.255",
    "198.17.255.255", "198.20.0.0", "223.255.255.255", "::ffff:8.8.8.8", "2001:200::1", "2a00:1450::1", "2003::1",
)  # fmt: skip


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_no_host_of_the_open_internet_is_refused(address):
    assert not STRICT.may_connect(address)


@pytest.mark.parametrize("address", ALLOWED)
def test_the_neighbours_of_refused_networks_may_be_connected_to(address):
    assert STRICT.may_connect(address)


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_judged_as_the_address_it_stands_for(address):
    assert STRICT.may_connect(f"::ffff:{address}") == STRICT.may_connect(str(address))


@given(st.ip_addresses())
def test_whatever_is_taken_for_public_python_knows_no_private_use_of(address):
    if is_public(address):
        kinds = ("private", "loopback", "link_local", "multicast", "reserved", "unspecified")
        assert not [kind for kind in kinds if getattr(address, f"is_{kind}")]


@given(st.ip_addresses(v=4))
def test_nat64_needs_both_its_prefix_and_the_address_behind_it_to_be_allowed(address):
    translated = str(ip_address("64:ff9b::") + int(IPv4Address(address)))
    assert not STRICT.may_connect(translated)
    assert LOOSE.may_connect(translated) == LOOSE.may_connect(str(address))


@pytest.mark.parametrize(
    ("address", "may"), [("10.1.0.1", True), ("10.2.0.1", False), ("fd00:1::5", True), ("fd00:2::5", False)]
)
def test_a_configured_network_is_open_and_its_neighbour_is_not(address, may):
    assert LOOSE.may_connect(address) is may


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://example.org/x", None),
        ("https://example.org:443/x?y=1", None),
        ("https://xn--e1afmkfd.xn--p1ai/", None),
        ("https://8.8.8.8/", None),
        ("https://[2a00:1450::1]/", None),
        ("http://example.org/", "scheme"),
        ("ftp://example.org/", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("//example.org/", "scheme"),
        ("https://user@example.org/", "userinfo"),
        ("https://user:secret@example.org/", "userinfo"),
        ("https://example.org@127.0.0.1/", "userinfo"),
        ("https://example.org/#part", "fragment"),
        ("https://example.org/#", "fragment"),
        ("https://example.org:8443/", "port"),
        ("https://example.org:22/", "port"),
        ("https://example.org:99999/", "form"),
        ("https://127.0.0.1/", "address"),
        ("https://[::1]/", "address"),
        ("https://[::ffff:127.0.0.1]/", "address"),
        ("https://169.254.169.254/latest/meta-data", "address"),
        ("https://2130706433/", "host"),
        ("https://127.1/", "host"),
        ("https://0x7f000001/", "host"),
        ("https://0177.0.0.1/", "host"),
        ("https://localhost/", "host"),
        ("https://example.org./", "host"),
        ("https:///x", "host"),
        ("https://exa mple.org/", "form"),
        ("https://example.org\\@127.0.0.1/", "form"),
        ("https://example.org/\r\nX: y", "form"),
        ("https://пример.рф/", "letters"),
        ("https://example.org/события", "letters"),
        ("https://example.org/" + "a" * 480, None),
        ("https://example.org/" + "a" * 481, "form"),
        ("https://[::1", "form"),
    ],
)
def test_a_url_is_judged_before_any_name_is_resolved(url, fault):
    assert STRICT.url_fault(url) == fault


def test_only_a_setting_lets_plain_http_and_other_ports_through():
    assert LOOSE.url_fault("http://example.org:8080/") is None
    assert EgressRules(ports=(443,), plain_http=True).url_fault("http://example.org/") == "port"
    assert EgressRules(ports=(80,), plain_http=True).url_fault("http://example.org/") is None


@given(st.text(max_size=40))
def test_no_text_makes_the_judgement_of_a_url_fail(text):
    assert STRICT.url_fault(f"https://{text}") != "scheme"


@given(st.integers(1, 1000), st.floats(0, 1, exclude_max=True))
def test_pauses_grow_up_to_the_longest_and_are_at_least_half_of_their_size(attempts, jitter):
    patience = Patience()
    pause = backoff(attempts, patience, jitter)
    assert patience.first / 2 <= pause < patience.longest or attempts > 7
    assert pause <= patience.longest
    assert backoff(attempts + 1, patience, jitter) >= pause


def test_the_first_pause_is_ten_seconds_and_the_eighth_is_the_longest():
    assert backoff(1, Patience(), 0.999) == pytest.approx(timedelta(seconds=10), abs=timedelta(seconds=0.1))
    assert backoff(7, Patience(), 0.0) == timedelta(seconds=10) * 3**6 / 2
    assert backoff(8, Patience(), 0.0) == timedelta(hours=3)


@pytest.mark.parametrize(
    ("status", "state"), [(199, "waiting"), (200, "delivered"), (299, "delivered"), (300, "waiting"), (None, "waiting")]
)
def test_only_an_answer_of_the_200s_is_a_delivery(status, state):
    after = tried(Delivery(id="d", next_at=NOW), Answer(status=status), NOW, patience=Patience(), jitter=0)
    assert (after.state, after.attempts, after.first_at) == (state, 1, NOW)


@pytest.mark.parametrize(("late", "state"), [(timedelta(seconds=-1), "waiting"), (timedelta(0), "failed")])
def test_an_event_is_marked_failed_three_days_after_its_first_try_and_not_before(late, state):
    delivery = Delivery(id="d", next_at=NOW, attempts=20, first_at=NOW)
    now = NOW + timedelta(days=3) + late
    after = tried(delivery, Answer(status=500), now, patience=Patience(), jitter=0.5)
    assert after.state == state
    assert (after.done_at is not None) == (state == "failed")


@given(st.integers(0, 60), st.integers(0, 3 * 24 * 3600 - 1), st.floats(0, 1, exclude_max=True))
def test_the_next_try_is_later_and_never_beyond_the_last_moment(attempts, seconds, jitter):
    delivery = Delivery(id="d", next_at=NOW, attempts=attempts, first_at=NOW)
    now = NOW + timedelta(seconds=seconds)
    after = tried(delivery, Answer(), now, patience=Patience(), jitter=jitter)
    assert after.next_at is not None
    assert now < after.next_at <= NOW + timedelta(days=3)


@pytest.mark.parametrize(("late", "given_up"), [(timedelta(seconds=-1), False), (timedelta(0), True)])
def test_a_webhook_is_given_up_after_a_day_of_failures_and_not_before(late, given_up):
    assert is_given_up(NOW, NOW + timedelta(days=1) + late, Patience()) is given_up


def test_the_shown_answer_is_short_and_of_one_readable_line():
    assert short("нет\r\n\x1b[2Jместа\u202e".encode() + b"\xff") == "нет [2Jместа"
    assert len(short(b"a" * 10_000)) == deliveries.SHORT


def integration(**changes: object) -> Integration:
    told = {"id": "i", "institution_id": "o", "name": "omsk", "receives": (HELD,), "valid_until": TODAY, **changes}
    return Integration(**told)  # type: ignore[arg-type]


def webhook(**changes: object) -> Webhook:
    told = {
        "id": "w", "integration_id": "i", "institution_id": "o", "url": "https://example.org/", "types": (HELD,),
        "changed_at": NOW, "secrets": (Secret(sealed="first"),),
    }  # fmt: skip
    return Webhook(**(told | changes))  # type: ignore[arg-type]


def test_a_webhook_is_registered_for_an_integration_on_its_last_day_and_not_after_it():
    assert domain.register(webhook(), integration(), STRICT, others=0, today=TODAY).state == "active"
    with pytest.raises(IntegrationOver):
        domain.register(webhook(), integration(), STRICT, others=0, today=TODAY + timedelta(days=1))
    with pytest.raises(IntegrationOver):
        domain.register(webhook(), integration(revoked_on=date(2020, 1, 1)), STRICT, others=0, today=TODAY)


def test_the_tenth_webhook_is_taken_and_the_eleventh_is_refused():
    assert domain.register(webhook(), integration(), STRICT, others=9, today=TODAY).state == "active"
    with pytest.raises(WebhooksEnough):
        domain.register(webhook(), integration(), STRICT, others=10, today=TODAY)


def test_a_webhook_of_all_types_is_told_of_what_its_integration_may_receive_today():
    assert domain.told_types(webhook(types=("*",)), integration()) == {HELD}
    assert domain.told_types(webhook(types=(HELD, GIVEN)), integration(receives=(GIVEN,))) == {GIVEN}
    assert "registry.person.appointed.v1" not in domain.told_types(webhook(types=("*",)), integration(receives=("*",)))


@pytest.mark.parametrize(("host", "reason"), [("10.0.0.1", "соединяться нельзя"), ("технопарк.рф", "xn--")])
def test_a_webhook_to_an_address_that_does_not_do_is_refused_with_the_reason(host, reason):
    with pytest.raises(UrlRefused) as refused:
        domain.amend(webhook(), integration(), STRICT, url=f"https://{host}/", types=None)
    assert reason in refused.value.say("ru")[1]


def test_of_an_amended_webhook_only_what_is_told_changes():
    amended = domain.amend(webhook(), integration(receives=("*",)), STRICT, url=None, types=[GIVEN])
    assert (amended.url, amended.types) == ("https://example.org/", (GIVEN,))
    moved = domain.amend(webhook(), integration(receives=()), STRICT, url="https://example.org/2", types=None)
    assert (moved.url, moved.types) == ("https://example.org/2", (HELD,))


@pytest.mark.parametrize("state", ["active", "paused", "suspended", "ended", "removed"])
def test_only_a_webhook_that_is_told_or_may_be_again_takes_another_address_or_secret(state):
    one = webhook(state=state)
    if state in ("active", "paused", "suspended"):
        assert domain.amend(one, integration(), STRICT, url=None, types=None) == one
        assert domain.exchange_secret(one, "second", now=NOW, overlap=timedelta(0)).state == state
        return
    with pytest.raises(WebhookNotInState):
        domain.amend(one, integration(), STRICT, url=None, types=None)
    with pytest.raises(WebhookNotInState):
        domain.exchange_secret(one, "second", now=NOW, overlap=timedelta(0))


@pytest.mark.parametrize("state", ["paused", "suspended", "ended", "removed"])
def test_the_platform_stops_only_what_is_told(state):
    with pytest.raises(WebhookNotInState):
        domain.stop(webhook(state=state), "failing", NOW)


@pytest.mark.parametrize(("status", "gone"), [(404, False), (409, False), (410, True), (411, False), (None, False)])
def test_only_the_answer_410_says_that_a_receiver_wants_no_more(status, gone):
    assert Answer(status=status).gone is gone


def test_an_exchanged_secret_signs_until_its_overlap_ends_and_not_after():
    both = domain.exchange_secret(webhook(), "second", now=NOW, overlap=timedelta(hours=1))
    signing = [[one.sealed for one in both.secrets if one.signs(NOW + timedelta(minutes=m))] for m in (59, 60)]
    assert signing == [["second", "first"], ["second"]]


def test_without_overlap_the_earlier_secret_is_gone_at_once():
    changed = domain.exchange_secret(webhook(), "second", now=NOW, overlap=timedelta(0))
    assert [one.sealed for one in changed.secrets] == ["second"]


def test_a_later_exchange_never_lengthens_the_life_of_an_earlier_secret():
    once = domain.exchange_secret(webhook(), "second", now=NOW, overlap=timedelta(hours=1))
    twice = domain.exchange_secret(once, "third", now=NOW, overlap=timedelta(hours=5))
    assert twice.signatures_until == (None, NOW + timedelta(hours=5), NOW + timedelta(hours=1))
    again = domain.exchange_secret(twice, "fourth", now=NOW, overlap=timedelta(hours=5))
    assert [one.sealed for one in again.secrets] == ["fourth", "third", "second"]


def test_secrets_do_not_show_when_a_webhook_is_printed():
    assert "first" not in repr(webhook())


def test_what_the_receiver_ended_is_not_resumed_and_what_the_platform_suspended_is():
    ended, told = domain.stop(webhook(), "gone", NOW)
    suspended, _ = domain.stop(webhook(), "failing", NOW)
    assert (ended.state, told.reason, suspended.state) == ("ended", "gone", "suspended")
    assert domain.resume(suspended, NOW).state == "active"
    with pytest.raises(WebhookNotInState):
        domain.resume(ended, NOW)
    with pytest.raises(WebhookNotInState):
        domain.pause(suspended, NOW)


def test_a_removed_webhook_keeps_neither_its_address_nor_its_secrets():
    removed = domain.remove(webhook(), NOW)
    assert (removed.state, removed.url, removed.secrets) == ("removed", "", ())
