"""Who is told of which fact: the table against the contracts, and against the policies of the services themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

import expertise.applications.domain as applications
import expertise.awards.domain as awards
import expertise.entries.domain as entries
import expertise.reviews.domain as reviews
import registry.agreements.domain as agreements
import registry.integrations.domain as integrations
import registry.memberships.domain as memberships
import reporting.reports.domain as reports
import reporting.webhooks.domain as webhooks
import transfer.bank.domain as bank
import transfer.clusters.domain as clusters
import transfer.consultations.domain as consultations
import transfer.events.domain as events
import transfer.packages.domain as packages
import transfer.participations.domain as participations
import transfer.replications.domain as replications
from chassis.identity import Caller
from chassis.policy import Allow, ScopedAllow
from contracts import expertise as told
from contracts.catalogue import CATALOGUE
from contracts.fact import Fact
from gateway.live.audiences import BY_TYPE, MEMBERS, OVERSEERS, ROWS, SILENT, Row, member, overseer, person
from gateway.table import listed

MINE, OTHERS, ME = "mine", "others", "me"


@dataclass(frozen=True)
class Room:
    """How a service says who may read a record; a fact's field is the record's unless `fields` names another."""

    policy: Allow | None
    """None: open to everyone signed in."""
    fields: Mapping[str, str] = field(default_factory=dict)


OPEN = Room(None)
ROOMS = {
    "institutions": OPEN,
    "appointments": OPEN,
    "acts": OPEN,
    "statuses": OPEN,
    "directions": OPEN,
    "verdicts": OPEN,
    "projects": OPEN,
    "practices": OPEN,
    "publications": OPEN,
    "materials": OPEN,
    "memberships": Room(memberships.MAY_READ),
    "integrations": Room(integrations.MAY_READ),
    "agreements": Room(agreements.MAY_READ),
    "applications": Room(applications.MAY_READ, {"supervisor_id": "scientific_supervisor_id"}),
    "reviews": Room(reviews.MAY_MARK),
    "entries": Room(entries.MAY_READ),
    "awards": Room(awards.MAY_READ),
    "packages": Room(packages.MAY_WRITE),
    "bank-entries": Room(bank.MAY_SEE),
    "clusters": Room(clusters.MAY_SEE, {"site_institution_id": "sites.institution_id"}),
    "replications": Room(replications.MAY_SEE),
    "events": Room(events.MAY_SEE, {"host_institution_id": "institution_id"}),
    "consultations": Room(consultations.MAY_SEE),
    "participations": Room(participations.MAY_SEE),
    "reports": Room(reports.MAY_SEE),
    "webhooks": Room(webhooks.MAY_MANAGE),
}
STATES = {told_type: {"state": "active"} for told_type in ("transfer.bank_entry.activated.v1",)}


def fact_of(row: Row, **changed: object) -> Fact:
    return row.model.model_validate({**row.model.example(), **changed})


def record(room: Room, row: Row, name: str, value: str) -> dict[str, object]:
    """Return a record as the service stores it, with one field of it set."""
    path = room.fields.get(name, name)
    if row.model.type == "transfer.attendance.recorded.v1" and name == "institution_id":
        path = "attendance.institution_id"
    outer, _, inner = path.partition(".")
    return {**STATES.get(row.model.type, {}), outer: [{inner: value}] if inner else value}


def test_every_published_type_is_either_told_or_silent_for_a_reason():
    assert BY_TYPE.keys() | {model.type for model in SILENT} == CATALOGUE.keys()
    assert not BY_TYPE.keys() & {model.type for model in SILENT}
    assert len(BY_TYPE) == len(ROWS)
    assert all(len(reason.split()) > 5 for reason in SILENT.values())


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.model.type)
def test_a_row_names_fields_of_its_fact_and_an_address_that_is_listed(row: Row):
    fields = row.model.model_fields
    assert {*row.institutions, *row.persons} <= fields.keys()
    assert all(name.endswith("institution_id") for name in row.institutions)
    assert row.overseers <= OVERSEERS
    resource = row.path(fact_of(row))
    assert listed().match("GET", resource).route.path.count("{") == 1
    assert "{" not in resource


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.model.type)
def test_only_those_are_told_who_may_read_the_record_by_its_services_policy(row: Row):
    room = ROOMS[row.resource.split("/")[2]]
    if room.policy is None:
        return
    for name in row.institutions:
        record_of_mine = record(room, row, name, MINE)
        scopes = frozenset({room.policy.scope}) if isinstance(room.policy, ScopedAllow) else frozenset[str]()
        for role in MEMBERS:
            one = Caller(subject="x", memberships={MINE: frozenset({role})}, scopes=scopes)
            assert room.policy.permits(one, record_of_mine)
        for role in row.overseers:
            assert room.policy.permits(Caller(subject="x", roles=frozenset({role})), record_of_mine), role
    for name in row.persons:
        assert room.policy.permits(Caller(subject=ME), record(room, row, name, ME)), name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.model.type)
def test_a_stranger_shares_no_key_with_any_audience(row: Row):
    audience = row.audience(fact_of(row))
    stranger = {person("stranger"), member(OTHERS), *(overseer(role, OTHERS) for role in OVERSEERS)}
    assert audience
    assert not audience & stranger
    assert {key.partition(":")[0] for key in audience} <= {"person", "member", *OVERSEERS}


@pytest.mark.parametrize("model", [told.ExpertAssignedV1, told.ReviewCompletedV1], ids=lambda model: model.type)
def test_who_reviews_and_when_is_told_to_the_expert_alone(model: type[Fact]):
    row = BY_TYPE[model.type]
    assert row.audience(fact_of(row, expert_id=ME)) == {person(ME)}


def test_an_optional_party_that_is_absent_is_told_nothing():
    row = BY_TYPE["transfer.consultation.given.v1"]
    alone = row.audience(fact_of(row, institution_id=MINE, recipient_institution_id=None, consultant_id=ME))
    both = row.audience(fact_of(row, institution_id=MINE, recipient_institution_id=OTHERS, consultant_id=ME))
    assert alone == {person(ME), member(MINE), *(overseer(role, MINE) for role in OVERSEERS)}
    assert both - alone == {member(OTHERS), *(overseer(role, OTHERS) for role in OVERSEERS)}


def test_a_role_sees_of_an_institution_only_what_its_row_names_it_for():
    nominated = BY_TYPE["transfer.bank_entry.nominated.v1"]
    told_of = nominated.audience(fact_of(nominated, institution_id=MINE))
    assert told_of == {member(MINE), overseer("curator", MINE)}


def test_an_identifier_cannot_change_the_address_to_read():
    row = BY_TYPE["registry.act.issued.v1"]
    assert row.path(fact_of(row, act_id="../people/1?x=1#y")) == "/v1/acts/..%2Fpeople%2F1%3Fx%3D1%23y"
