"""What an integration may be told of: pure rules."""

from datetime import date

import pytest

from reporting.integrations.domain import Integration, IntegrationMissing, TypesNotGranted, granted, readable
from services.reporting.tests.receivers import GIVEN, HELD


def integration(*receives: str) -> Integration:
    return Integration(id="i", institution_id="o", name="omsk", receives=receives, valid_until=date(2030, 1, 1))


def test_partners_name_types_that_are_public_and_granted():
    for types in ((GIVEN,), ("registry.person.appointed.v1",), ("no.such.type.v1",)):
        with pytest.raises(TypesNotGranted):
            granted(types, integration(HELD, "registry.person.appointed.v1"))
    assert granted((GIVEN, HELD), integration("*")) == (GIVEN, HELD)


def test_the_feed_is_read_as_far_as_the_integrations_in_force_may_receive():
    narrow, sending, whole = integration(HELD), integration(), integration("*")
    assert readable((), [narrow], for_integration=True) == (HELD,) == readable((HELD,), [narrow], for_integration=True)
    assert readable((), [sending], for_integration=False) == ()
    assert readable((), [narrow, whole], for_integration=True) is None
    assert readable((GIVEN,), [narrow, integration(GIVEN)], for_integration=True) == (GIVEN,)
    with pytest.raises(TypesNotGranted):
        readable((GIVEN, HELD), [narrow], for_integration=False)


def test_without_an_integration_everything_is_read_unless_the_right_came_with_one():
    assert readable((), [], for_integration=False) is None
    assert readable((GIVEN,), [], for_integration=False) == (GIVEN,)
    with pytest.raises(IntegrationMissing):
        readable((), [], for_integration=True)
