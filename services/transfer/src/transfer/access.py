"""The groups of people that the rooms name in their policies, and what clients may do for them."""

from dataclasses import dataclass, replace
from typing import ClassVar

from chassis.errors import Forbidden, Words
from chassis.identity import Caller
from chassis.policy import Allow

CURATOR = frozenset({"curator"})
"""The methodical centre (УМЦ): records for everybody."""

OVERSEERS = frozenset({"curator", "official", "administrator"})
"""Those who see the work of all institutions."""

MAY_TELL, MAY_READ_REFUSALS = "contributions.write", "quarantine.read"
"""Scopes: a membership counts for a partner's system only with them."""

STAFF = frozenset({"head", "specialist"})
"""Those who record for their own institution."""


@dataclass(eq=False, kw_only=True)
class ScopeMissing(Forbidden):
    """The caller is of an institution, and its token or key lacks the scope by which that counts."""

    code: ClassVar = "insufficient-scope"
    title: ClassVar = Words("Токену или ключу это не разрешено", "The token or the key does not allow this")
    detail: ClassVar = Words(
        "Нужно разрешение {scope}. Запросите его при входе или у администратора.",
        "This takes the scope {scope}. Ask for it at sign-in, or the administrator.",
    )
    scope: str


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
