"""Whose address a request is counted by."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.limits.addresses import Proxies, counted_as

BEHIND = Proxies([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])
NONE = Proxies([])


def test_without_trusted_proxies_the_peer_is_the_client_whatever_it_says():
    assert NONE.client("203.0.113.7", "198.51.100.1") == "203.0.113.7"


def test_a_peer_that_is_no_trusted_proxy_is_the_client_whatever_it_says():
    assert BEHIND.client("203.0.113.7", "198.51.100.1") == "203.0.113.7"


@pytest.mark.parametrize(
    ("told", "client"),
    [
        ("198.51.100.1", "198.51.100.1"),
        ("198.51.100.1:443", "198.51.100.1"),
        ("2001:db8::1", "2001:db8::1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("::ffff:198.51.100.1", "198.51.100.1"),
        ("1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("1.1.1.1, 10.9.9.9, 198.51.100.1, 10.1.1.1", "198.51.100.1"),
        ("198.51.100.1,10.1.1.1,fd00::7", "198.51.100.1"),
        ("10.2.2.2, 10.1.1.1", "10.2.2.2"),
        ("", "10.0.0.5"),
        ("unknown", "10.0.0.5"),
        ("1.1.1.1, unknown", "10.0.0.5"),
        ("1.1.1.1, _hidden, 10.1.1.1", "10.1.1.1"),
        ("1.1.1.1,", "10.0.0.5"),
        ("x" * 10_000, "10.0.0.5"),
    ],
)
def test_behind_a_trusted_proxy_the_client_is_the_right_most_that_is_none(told: str, client: str):
    assert BEHIND.client("10.0.0.5", told) == client


@given(st.lists(st.sampled_from(["1.1.1.1", "10.3.3.3", "junk", "", "::1", "127.0.0.1", "10.0.0.5"]), max_size=40))
def test_nothing_that_a_client_writes_itself_changes_whom_it_is_counted_as(written: list[str]):
    assert BEHIND.client("10.0.0.5", ", ".join([*written, "198.51.100.1"])) == "198.51.100.1"


@given(st.text(max_size=200))
def test_any_text_of_a_trusted_proxy_leads_to_some_address(told: str):
    assert counted_as(BEHIND.client("10.0.0.5", told)) != "unknown"


def test_only_peers_of_the_configured_networks_are_trusted():
    assert BEHIND.trusts("10.255.255.255")
    assert not BEHIND.trusts("11.0.0.0")
    assert BEHIND.trusts("::ffff:10.0.0.1")
    assert not BEHIND.trusts("unknown")
    assert not NONE.trusts("127.0.0.1")


def test_an_ipv6_subscriber_is_one_however_many_addresses_it_takes():
    assert counted_as("2001:db8:1:2:3:4:5:6") == counted_as("2001:db8:1:2::") == "2001:db8:1:2::/64"
    assert counted_as("2001:db8:1:3::") != counted_as("2001:db8:1:2::")


def test_an_ipv4_address_is_itself_also_when_it_comes_dressed_as_ipv6():
    assert counted_as("192.0.2.1") == counted_as("::ffff:192.0.2.1") == "192.0.2.1"
    assert counted_as("not an address") == "unknown"
