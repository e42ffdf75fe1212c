"""One address cannot hold all connections, and what it holds is counted by opening and ending alone."""

import asyncio
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import REGISTRY

from gateway.front.crowd import Crowd
from gateway.front.guard import Guard
from gateway.limits.addresses import Proxies
from testkit import eventually

GET = b"GET /name/1 HTTP/1.1\r\nHost: g\r\n\r\n"
GUARD = Guard(connections=10, connections_of_one=3)
NOBODY = Proxies(())
INGRESS = Proxies([ip_network("10.0.0.0/8"), ip_network("fd00::/8")])


def entered(crowd: Crowd, *addresses: str) -> list[bool]:
    return [crowd.enter(address) for address in addresses]


def test_the_fourth_connection_of_an_address_that_may_have_three_is_refused():
    assert entered(Crowd(GUARD, NOBODY), *["192.0.2.1"] * 4) == [True, True, True, False]


def test_a_connection_that_ends_makes_room_for_another_of_its_address():
    crowd = Crowd(GUARD, NOBODY)
    entered(crowd, *["192.0.2.1"] * 3)
    crowd.leave("192.0.2.1")
    assert entered(crowd, "192.0.2.1", "192.0.2.1") == [True, False]


def test_an_address_at_its_limit_keeps_no_other_out():
    crowd = Crowd(GUARD, NOBODY)
    entered(crowd, *["192.0.2.1"] * 9)
    assert entered(crowd, "192.0.2.2", "192.0.2.2", "192.0.2.2") == [True] * 3


def test_addresses_of_one_subscriber_are_counted_together_and_those_of_another_apart():
    crowd = Crowd(GUARD, NOBODY)
    told = entered(crowd, *(f"2001:db8:0:1::{number}" for number in range(4)), "2001:db8:0:2::1")
    assert told == [True, True, True, False, True]


def test_an_address_of_the_fourth_version_written_as_of_the_sixth_is_the_same_client():
    assert entered(Crowd(GUARD, NOBODY), "::ffff:192.0.2.1", *["192.0.2.1"] * 3) == [True, True, True, False]


@pytest.mark.parametrize("address", ["10.1.2.3", "fd00::1", ""])
def test_a_trusted_proxy_and_a_local_socket_may_hold_as_many_as_there_are_and_no_more(address):
    assert entered(Crowd(GUARD, INGRESS), *[address] * 11) == [True] * 10 + [False]


@given(st.lists(st.tuples(st.sampled_from(["192.0.2.1", "192.0.2.2", "10.0.0.1"]), st.booleans()), max_size=60))
def test_whoever_comes_and_goes_nobody_has_more_than_a_share_and_all_leave_nothing(events):
    crowd, here = Crowd(GUARD, INGRESS), list[str]()
    for address, opens in events:
        if opens:
            within = len(here) < 10 and (address == "10.0.0.1" or here.count(address) < 3)
            assert crowd.enter(address) is within
            here += [address] * within
        elif address in here:
            here.remove(address)
            crowd.leave(address)
    for address in here:
        crowd.leave(address)
    assert (crowd._in_all, crowd._held) == (0, {})


def shown(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


async def test_the_connection_too_many_is_told_so_before_it_says_anything_and_its_place_is_given_again(
    app, listening, answer, rest
):
    before, open_before = shown("gateway_connections_refused_total", why="address"), shown("gateway_connections")
    async with listening(app, Guard(connections_of_one=2)) as server:
        port = server.config.port
        lines = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await eventually(lambda: shown("gateway_connections") - open_before == 2)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        told = await rest(reader)
        assert told.startswith(b"HTTP/1.1 503 ")
        assert b"\r\nretry-after: 2\r\n" in told
        assert b"too-many-clients" in told
        assert shown("gateway_connections_refused_total", why="address") - before == 1
        lines[0][1].close()
        await eventually(lambda: len(server.server_state.connections) == 1)
        again = await asyncio.open_connection("127.0.0.1", port)
        again[1].write(GET)
        assert (await answer(again[0]))[1] == b"/name/1"
        for _, each in [*lines, (reader, writer), again]:
            each.close()
    await eventually(lambda: shown("gateway_connections") == open_before)


async def test_behind_a_trusted_proxy_connections_are_not_counted_as_one_clients(app, listening, answer):
    async with listening(app, Guard(connections_of_one=1), [ip_network("127.0.0.0/8")]) as server:
        lines = [await asyncio.open_connection("127.0.0.1", server.config.port) for _ in range(4)]
        for reader, writer in lines:
            writer.write(GET)
            assert (await answer(reader))[1] == b"/name/1"
            writer.close()
