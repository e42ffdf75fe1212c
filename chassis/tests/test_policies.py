"""Who may do what: one statement, the same for one record and for a list."""

import pytest

from chassis.errors import NotPermitted, ScopeMissing
from chassis.identity import Caller
from chassis.policy import ScopedAllow

POLICY = ScopedAllow(scope="records.read", roles=frozenset({"operator"}), members=frozenset({"keeper"}))
OWN, FOREIGN = {"institution_id": "i1"}, {"institution_id": "i2"}
KEEPER = {"i1": frozenset({"keeper"})}


def test_with_the_scope_a_membership_counts_as_ever() -> None:
    caller = Caller(subject="p1", memberships=KEEPER, scopes=frozenset({"records.read", "api.read"}))
    assert (POLICY.permits(caller, OWN), POLICY.permits(caller, FOREIGN)) == (True, False)
    assert POLICY.filter(caller) == {"$or": [{"institution_id": {"$in": ["i1"]}}]}


@pytest.mark.parametrize("record", [OWN, FOREIGN, None], ids=["own", "foreign", "none"])
def test_without_the_scope_a_member_is_told_so_whatever_there_is(record: object) -> None:
    caller = Caller(subject="p1", memberships=KEEPER, scopes=frozenset({"api.read"}))
    for ask in (lambda: POLICY.filter(caller), lambda: POLICY.permits(caller, record)):
        with pytest.raises(ScopeMissing, match=r"This takes the scope records\.read"):
            ask()


def test_a_role_needs_no_scope_even_beside_a_membership() -> None:
    caller = Caller(subject="p1", roles=frozenset({"operator"}), memberships=KEEPER)
    assert POLICY.permits(caller, FOREIGN)
    assert POLICY.filter(caller) == {}


def test_who_is_a_member_of_nothing_is_not_asked_for_a_scope_that_would_not_help() -> None:
    stranger = Caller(subject="p1")
    assert POLICY.filter(stranger) == {"_id": {"$in": []}}
    with pytest.raises(NotPermitted):
        POLICY.require(stranger, OWN)
