"""Whom a partner's system acts for."""

from dataclasses import replace

from chassis.identity import Caller
from chassis.policy import Allow
from transfer.integrations.domain import ScopeMissing


def as_partner(caller: Caller, scope: str, policy: Allow) -> Caller:
    """Return a caller as partners' rooms see it: memberships count only with a scope.

    Raises: ScopeMissing when nothing but a membership could allow anything: an empty list would tell that there is
    nothing to see.
    """
    if scope in caller.scopes:
        return caller
    if caller.memberships and not caller.roles & policy.roles:
        raise ScopeMissing(scope=scope)
    return replace(caller, memberships={})
