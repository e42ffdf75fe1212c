"""Requests that are HTTP and yet not taken."""

from collections.abc import Iterable, Sequence

from chassis.problem import Problem
from gateway.front.target import is_host
from gateway.refusals import BAD_REQUEST, EXPECTATION, HTTP_VERSION


class Refused(Exception):
    """Raised in the parser's callbacks; the parser has to stop."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def check_version(version: str) -> None:
    """Raise Refused for another HTTP than 1.1."""
    if version != "1.1":
        raise Refused(HTTP_VERSION if version == "1.0" else BAD_REQUEST)


def check_hosts(hosts: Sequence[bytes]) -> None:
    """Raise Refused unless there is one Host and it is the name of one."""
    if len(hosts) != 1 or not is_host(hosts[0]):
        raise Refused(BAD_REQUEST)


def check_unusual(headers: Iterable[tuple[bytes, bytes]], *, upgrade: bool) -> None:
    """Raise Refused for an expectation that cannot be met, and for a body before an upgrade.

    The parser takes no such body: where it ends would be a guess.
    """
    for name, value in headers:
        if name == b"expect" and value.lower() != b"100-continue":
            raise Refused(EXPECTATION)
        if upgrade and name in (b"content-length", b"transfer-encoding"):
            raise Refused(BAD_REQUEST)
