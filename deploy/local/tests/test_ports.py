import socket
import subprocess
import sys
from pathlib import Path

from local_platform.ports import LEASABLE, LOOPBACK, free_port, lease

KEEPS_ONE = "from local_platform.ports import free_port; print(free_port(), flush=True); input()"


def test_the_kernel_gives_no_outgoing_connection_a_port_that_is_leased():
    lowest, highest = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    assert set(LEASABLE).isdisjoint(range(lowest, highest + 1))


def test_no_process_is_given_the_same_port_twice():
    given = [free_port() for _ in range(300)]
    assert len(set(given)) == len(given)
    assert set(given) <= set(LEASABLE)


def test_a_port_of_one_process_is_not_given_to_another_before_the_first_has_ended():
    with subprocess.Popen([sys.executable, "-c", KEEPS_ONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout
        port = int(other.stdout.readline())
        assert not lease(port), "it listens on nothing yet, and is spoken for"
        other.kill()
    assert lease(port)


def test_a_port_that_somebody_listens_on_is_not_leased_though_nobody_keeps_it():
    port = free_port()
    with socket.create_server((LOOPBACK, port)):
        assert not lease(port)
    assert lease(port), "who keeps a port may listen there again"


def test_a_port_outside_the_range_is_never_leased():
    assert not any(map(lease, (0, LEASABLE[0] - 1, LEASABLE[-1] + 1, 40_000)))
