"""Integrations as rules: what may be granted, on which days it holds, and what that means on the broker."""

import base64
import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts import inbound, public
from contracts.registry import IntegrationAmendedV1, IntegrationGrantedV1, IntegrationRevokedV1
from registry.integrations import domain
from registry.integrations.domain import (
    KEPT_AFTER_EXPIRY,
    LONGEST,
    InstitutionIsIntegrated,
    Integration,
    IntegrationEnded,
    IntegrationHasNoUse,
    TermOutOfReach,
    TypesUnknown,
)
from registry.integrations.handlers import new_password
from registry.integrations.observing import days_left
from registry.integrations.steps import steps
from registry.integrations.topology import LIMITS, Account, Mailbox, Place, Topology, found, only, wanted

TODAY = date(2026, 11, 21)
DAY = timedelta(days=1)
HELD, GIVEN = "transfer.event.held.v1", "transfer.consultation.given.v1"
TOLD, ATTENDED = "partner.consultation.given.v1", "partner.attendance.recorded.v1"
PLACE = Place("partners", "north.")
USER, QUEUE = "north.partner.omsk-crm", "partner.omsk-crm"
NOTHING = Topology(accounts={}, limits={}, mailboxes={}, policies={})


def omsk(**fields: Any) -> Integration:
    told: dict[str, Any] = {
        "id": "integration-1",
        "institution_id": "omsk",
        "name": "omsk-crm",
        "receives": (HELD,),
        "sends": (TOLD,),
        "contact_person_id": "ivanova",
        "valid_until": TODAY,
        "queue_bytes": 2**20,
        "password_hash": "hash",
    }
    return Integration(**told | fields)


def account(**fields: Any) -> Account:
    return wanted([omsk(**fields)], PLACE, today=TODAY).accounts[USER]


def topics(**fields: Any) -> dict[str, tuple[str, str]]:
    return {topic.exchange: (topic.write, topic.read) for topic in account(**fields).topics}


@pytest.mark.parametrize("last_day", [TODAY, TODAY + LONGEST])
def test_a_term_from_today_to_three_years_is_granted(last_day: date):
    granted, fact = domain.grant(omsk(valid_until=last_day), [], today=TODAY)
    assert isinstance(fact, IntegrationGrantedV1)
    assert (fact.valid_until, fact.receives, fact.sends) == (granted.valid_until, (HELD,), (TOLD,))


@pytest.mark.parametrize("last_day", [TODAY - DAY, TODAY + LONGEST + DAY])
def test_a_term_over_before_it_begins_or_beyond_three_years_is_refused(last_day: date):
    with pytest.raises(TermOutOfReach):
        domain.checked(omsk(valid_until=last_day), today=TODAY)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"receives": ("registry.person.appointed.v1",)}, "registry.person.appointed.v1"),
        ({"receives": (TOLD,)}, TOLD),
        ({"sends": (HELD,)}, HELD),
        ({"sends": ("*",)}, "*"),
        ({"receives": ("*", "no.such.type.v1")}, None),
    ],
)
def test_only_public_types_are_received_and_only_inbound_ones_are_sent(fields: Any, named: str | None):
    if named is None:
        assert domain.checked(omsk(**fields), today=TODAY).receives == ("*",)
        return
    with pytest.raises(TypesUnknown) as refused:
        domain.checked(omsk(**fields), today=TODAY)
    assert refused.value.types == named


def test_every_public_type_can_be_received_and_every_inbound_one_sent():
    asked = omsk(receives=tuple(public.CATALOGUE), sends=tuple(inbound.CATALOGUE))
    granted = domain.checked(asked, today=TODAY)
    assert set(granted.receives) == set(public.CATALOGUE)
    assert set(granted.sends) == set(inbound.CATALOGUE)


def test_receiving_or_sending_alone_is_a_use_and_neither_is_none():
    domain.checked(omsk(receives=()), today=TODAY)
    domain.checked(omsk(sends=()), today=TODAY)
    with pytest.raises(IntegrationHasNoUse):
        domain.checked(omsk(receives=(), sends=()), today=TODAY)


def test_an_institution_has_one_integration_at_a_time_and_may_have_another_after_its_end():
    with pytest.raises(InstitutionIsIntegrated):
        domain.grant(omsk(name="second"), [omsk()], today=TODAY)
    with pytest.raises(InstitutionIsIntegrated):
        domain.grant(omsk(name="second"), [omsk(valid_until=TODAY - DAY)], today=TODAY)
    ended, fact = domain.revoke(omsk(), today=TODAY)
    assert isinstance(fact, IntegrationRevokedV1)
    domain.grant(omsk(name="second"), [ended], today=TODAY)


def test_what_is_asked_for_again_is_known_by_all_but_id_and_password():
    again = omsk(id="other", password_hash="other", version=0)
    assert domain.is_the_same(again, omsk(version=4), today=TODAY)
    for changed in ({"name": "other"}, {"sends": ()}, {"queue_bytes": 2**21}, {"contact_person_id": "petrova"}):
        assert not domain.is_the_same(replace(again, **changed), omsk(), today=TODAY)
    assert not domain.is_the_same(again, domain.revoke(omsk(), today=TODAY)[0], today=TODAY)


def test_amending_to_the_same_terms_tells_nothing_and_other_terms_are_told_whole():
    same, silence = domain.amend(omsk(), today=TODAY, receives=(HELD, HELD))
    assert (same, silence) == (omsk(), None)
    amended, fact = domain.amend(omsk(), today=TODAY, sends=(ATTENDED, TOLD), valid_until=TODAY + DAY)
    assert isinstance(fact, IntegrationAmendedV1)
    assert (fact.receives, fact.sends, fact.valid_until) == ((HELD,), (ATTENDED, TOLD), TODAY + DAY)
    assert amended.password_hash == "hash"


def test_what_is_revoked_takes_neither_terms_nor_a_password():
    ended, _ = domain.revoke(omsk(), today=TODAY)
    with pytest.raises(IntegrationEnded):
        domain.amend(ended, today=TODAY, sends=())
    with pytest.raises(IntegrationEnded):
        domain.with_password(ended, password_hash="new")
    with pytest.raises(IntegrationEnded):
        domain.revoke(ended, today=TODAY)


def test_the_last_day_is_in_force_and_the_next_is_not():
    assert domain.standing(omsk(valid_until=TODAY), today=TODAY) == "in_force"
    assert domain.standing(omsk(valid_until=TODAY), today=TODAY + DAY) == "expired"
    assert domain.standing(domain.revoke(omsk(), today=TODAY)[0], today=TODAY) == "revoked"
    assert (days_left(TODAY, TODAY), days_left(TODAY, TODAY + DAY), days_left(TODAY, TODAY + 9 * DAY)) == (1, 0, 0)


def test_the_account_ends_with_the_term_and_the_queue_thirty_days_later():
    last = TODAY + KEPT_AFTER_EXPIRY
    for day, accounts, queues in ((TODAY, 1, 1), (TODAY + DAY, 0, 1), (last, 0, 1), (last + DAY, 0, 0)):
        topology = wanted([omsk()], PLACE, today=day)
        assert (len(topology.accounts), len(topology.mailboxes), len(topology.policies)) == (accounts, queues, queues)
    assert wanted([domain.revoke(omsk(), today=TODAY)[0]], PLACE, today=TODAY) == NOTHING


def test_rights_name_the_partners_own_things_and_nothing_else():
    (right,) = account().rights
    assert right.vhost == "partners"
    assert (right.configure, right.write, right.read) == ("^$", "^(inbound)$", r"^(partner\.omsk-crm)$")
    for stranger in ("partnerXomsk-crm", "partner.omsk-crm2", "a.partner.omsk-crm", "inbound", "public.log", "public"):
        assert not re.search(right.read, stranger)


def test_without_anything_to_send_or_to_receive_there_is_no_right_to():
    (sender,), (reader,) = account(receives=()).rights, account(sends=()).rights
    assert (sender.read, reader.write) == ("^$", "^$")
    assert wanted([omsk(receives=())], PLACE, today=TODAY).mailboxes == {}


def test_the_log_of_everything_is_for_those_who_may_receive_everything():
    (right,) = account(receives=("*",)).rights
    assert right.read == r"^(partner\.omsk-crm|public\.log)$"
    (binding,) = wanted([omsk(receives=("*",))], PLACE, today=TODAY).mailboxes[QUEUE].bindings
    assert (binding.source, binding.routing_key) == ("public", "#")


def test_topic_rights_are_always_defined_and_match_the_granted_types_only():
    assert topics(sends=()) == {"public": ("^$", "^$"), "inbound": ("^$", "^$")}
    write, read = topics(sends=(TOLD, ATTENDED))["inbound"]
    assert read == "^$"
    assert re.search(write, TOLD)
    assert re.search(write, ATTENDED)
    for stranger in ("partner.publication.released.v1", "partnerXconsultation.given.v1", f"{TOLD}0", f"x{TOLD}", ""):
        assert not re.search(write, stranger)


def test_a_password_is_kept_as_the_broker_keeps_it_and_is_not_printed():
    password, other = new_password(), new_password()
    kept = base64.b64decode(password.hashed)
    assert kept[4:] == hashlib.sha256(kept[:4] + password.plain.encode()).digest()
    assert len(password.plain) == 43
    assert password.plain != other.plain
    assert password.plain not in repr(password)
    assert "hash" not in repr(omsk(password_hash="hash-1")).replace("password_hash", "")


def test_from_nothing_to_everything_the_way_into_the_virtual_host_comes_last():
    topology = wanted([omsk()], PLACE, today=TODAY)
    calls = [call for step in steps(topology, NOTHING, PLACE) for call in step.calls]
    assert [call.path[0] for call in calls] == [
        "policies", "queues", "bindings", "users", "topic-permissions", "topic-permissions",
        "user-limits", "user-limits", "permissions",
    ]  # fmt: skip
    assert "hash" not in repr(calls)
    assert steps(topology, topology, PLACE) == []


def test_a_partner_that_lost_rights_or_password_loses_its_connections():
    before = wanted([omsk()], PLACE, today=TODAY)
    for changed in ({"password_hash": "new"}, {"sends": ()}, {"receives": ("*",)}):
        done = steps(wanted([omsk(**changed)], PLACE, today=TODAY), before, PLACE)
        assert done[0].calls[0].method == "DELETE"
        assert done[0].calls[0].path == ("users", USER)


def test_a_changed_type_a_larger_queue_and_a_longer_term_leave_connections_alone():
    before = wanted([omsk()], PLACE, today=TODAY)
    for changed, words in (({"receives": (HELD, GIVEN)}, GIVEN), ({"queue_bytes": 2**21}, "2097152")):
        (step,) = steps(wanted([omsk(**changed)], PLACE, today=TODAY), before, PLACE)
        assert words in step.words
    assert steps(wanted([omsk(valid_until=TODAY + DAY)], PLACE, today=TODAY), before, PLACE) == []


def test_limits_set_by_hand_are_set_back_without_a_new_account():
    before = wanted([omsk()], PLACE, today=TODAY)
    spoiled = replace(before, limits={USER: {"max-connections": 999, "max-things": 1}})
    (step,) = steps(before, spoiled, PLACE)
    paths = [(call.method, *call.path[2:]) for call in step.calls]
    assert sorted(paths) == [("DELETE", "max-things"), *[("PUT", name) for name in sorted(LIMITS)]]


def test_only_what_is_called_a_partners_is_taken_for_one():
    user = {"password_hash": "h", "hashing_algorithm": "a", "tags": []}
    names = ("partner.a", "north.partner.a", "north.transfer", "xnorth.partner.a", "north.partners-keeper")
    queue = {"durable": True, "arguments": {"x-queue-type": "quorum"}}
    definitions = {
        "users": [{"name": name, **user} for name in names],
        "permissions": [],
        "topic_permissions": [],
        "queues": [
            {"name": name, "vhost": vhost, **queue}
            for name in ("partner.a", "inbound", "public.log", "partners")
            for vhost in ("partners", "technopark")
        ],
        "policies": [],
    }
    present = found(definitions, [], PLACE)
    assert set(present.accounts) == {"north.partner.a"}
    assert present.mailboxes == {"partner.a": Mailbox()}
    assert only(present, user="north.partner.b", queue="partner.b") == NOTHING


def test_tags_of_an_older_broker_are_read_as_those_of_a_newer():
    rows: dict[str, Any] = {"permissions": [], "topic_permissions": [], "queues": [], "policies": []}
    for tags, kept in (("", set()), ("administrator,monitoring", {"administrator", "monitoring"}), ([], set())):
        users: list[Any] = [{"name": USER, "password_hash": "h", "tags": tags}]
        assert found({"users": users, **rows}, [], PLACE).accounts[USER].tags == kept
