from dataclasses import replace
from datetime import date

import pytest

from chassis.identity import Caller
from registry.periods import DateInFuture, PeriodReversed
from registry.statuses.domain import (
    MAY_DECIDE,
    Extension,
    ExtensionTooShort,
    Revocation,
    RevocationOutsideTerm,
    Status,
    StatusHasNoEnd,
    StatusHeld,
    StatusRevokedBefore,
    ThemeMissing,
    extend,
    grant,
    revoke,
)

TODAY = date(2024, 1, 15)
THEME = "Социальное проектирование в организациях социального обслуживания"
CENTRE = Status(
    id="s-1",
    institution_id="i-1",
    kind="resource_centre",
    theme=THEME,
    act_id="a-1",
    valid_from=date(2023, 1, 1),
    valid_until=date(2023, 12, 31),
)
RIP = replace(CENTRE, id="s-2", kind="rip", theme=None)
NEXT_YEAR = Extension(act_id="a-2", valid_until=date(2024, 12, 31))


def test_a_granted_status_is_told_with_its_theme_act_and_term():
    _, fact = grant(CENTRE, [])
    assert (fact.kind, fact.theme, fact.act_id) == ("resource_centre", THEME, "a-1")
    assert (fact.valid_from, fact.valid_until) == (date(2023, 1, 1), date(2023, 12, 31))


def test_a_resource_centre_is_one_for_a_theme():
    with pytest.raises(ThemeMissing):
        grant(replace(CENTRE, theme=None), [])
    assert grant(RIP, [])[0].theme is None


def test_a_status_cannot_end_before_it_begins():
    with pytest.raises(PeriodReversed):
        grant(replace(RIP, valid_until=date(2022, 12, 31)), [])


def test_statuses_of_one_kind_and_theme_share_no_day():
    again = replace(CENTRE, id="s-3", valid_from=date(2023, 12, 31), valid_until=None)
    with pytest.raises(StatusHeld) as refused:
        grant(again, [CENTRE])
    assert refused.value.status_id == "s-1"
    assert grant(replace(again, valid_from=date(2024, 1, 1)), [CENTRE])


def test_a_theme_in_other_letters_is_the_same_theme():
    with pytest.raises(StatusHeld):
        grant(replace(CENTRE, id="s-3", theme=f"«{THEME.upper()}»"), [CENTRE])


def test_an_institution_holds_statuses_of_other_kinds_and_themes_at_once():
    assert grant(RIP, [CENTRE])
    assert grant(replace(RIP, id="s-4", kind="site"), [RIP])
    assert grant(replace(CENTRE, id="s-3", theme="Наставничество"), [CENTRE, RIP])


@pytest.mark.parametrize("last_day", ["2023-12-30", "2023-12-31"])
def test_an_extension_that_does_not_end_later_is_refused(last_day: str):
    with pytest.raises(ExtensionTooShort) as refused:
        extend(CENTRE, Extension(act_id="a-2", valid_until=date.fromisoformat(last_day)), [])
    assert "31.12.2023" in refused.value.say("ru")[1]


def test_an_extension_by_one_day_is_an_extension():
    extended, _ = extend(CENTRE, Extension(act_id="a-2", valid_until=date(2024, 1, 1)), [])
    assert extended.period.covers(date(2024, 1, 1))


@pytest.mark.seed("C01")
def test_a_resource_centre_of_2023_is_extended_for_2024_by_a_further_act():
    extended, fact = extend(CENTRE, NEXT_YEAR, [CENTRE])
    assert (extended.theme, extended.act_id, extended.extensions) == (THEME, "a-1", (NEXT_YEAR,))
    assert (fact.act_id, fact.valid_until) == ("a-2", date(2024, 12, 31))


def test_an_extension_does_not_run_into_the_next_status_of_its_kind():
    with pytest.raises(StatusHeld):
        extend(CENTRE, NEXT_YEAR, [CENTRE, replace(CENTRE, id="s-3", valid_from=date(2024, 12, 31), valid_until=None)])


def test_a_status_without_an_end_needs_no_extension():
    with pytest.raises(StatusHasNoEnd):
        extend(replace(CENTRE, valid_until=None), NEXT_YEAR, [])


@pytest.mark.parametrize("day", ["2022-12-31", "2024-01-01"])
def test_a_status_is_revoked_only_within_its_term(day: str):
    with pytest.raises(RevocationOutsideTerm):
        revoke(CENTRE, Revocation(act_id="a-3", revoked_on=date.fromisoformat(day)), today=TODAY)


@pytest.mark.parametrize("day", ["2023-01-01", "2023-06-15", "2023-12-31"])
def test_on_the_day_of_its_revocation_a_status_is_not_held_any_more(day: str):
    on = date.fromisoformat(day)
    revoked, fact = revoke(CENTRE, Revocation(act_id="a-3", revoked_on=on), today=TODAY)
    assert not revoked.period.covers(on)
    assert revoked.period.covers(CENTRE.valid_from) is (on > CENTRE.valid_from)
    assert (fact.act_id, fact.revoked_on) == ("a-3", on)


def test_a_revocation_that_has_not_come_is_refused():
    with pytest.raises(DateInFuture):
        revoke(replace(RIP, valid_until=None), Revocation(act_id="a-3", revoked_on=date(2024, 2, 1)), today=TODAY)


def test_a_revoked_status_is_neither_extended_nor_revoked_again_but_granted_anew():
    revoked, _ = revoke(CENTRE, Revocation(act_id="a-3", revoked_on=date(2023, 6, 15)), today=TODAY)
    with pytest.raises(StatusRevokedBefore):
        extend(revoked, NEXT_YEAR, [])
    with pytest.raises(StatusRevokedBefore):
        revoke(revoked, Revocation(act_id="a-3", revoked_on=date(2023, 6, 1)), today=TODAY)
    assert grant(replace(CENTRE, id="s-3", valid_from=date(2023, 6, 15)), [revoked])


def test_statuses_are_decided_by_the_ministry_and_the_centre_alone():
    assert MAY_DECIDE.permits(Caller(subject="o", roles=frozenset({"official"})), RIP)
    assert not MAY_DECIDE.permits(Caller(subject="h", memberships={"i-1": frozenset({"head"})}), RIP)
