"""What a record asks of somebody."""

from datetime import date, timedelta

import pytest

from chassis.identity import Caller
from gateway.composites import waiting, worklist
from gateway.composites.rows import expertise, registry, reporting, transfer
from gateway.composites.waiting import MILESTONE_SOON, Place

TODAY = date(2023, 10, 1)
VESTA = Place(person_id="p-1", today=TODAY, institution_id="vesta")
HEAD = Place(person_id="p-1", today=TODAY, institution_id="vesta", heads=True)
ME = Place(person_id="p-1", today=TODAY)


def application(state: str) -> expertise.ApplicationBrief:
    told = {"id": "a-1", "institution_id": "vesta", "title": "Гостиная «Очаг»", "state": state}
    return expertise.ApplicationBrief.model_validate({**told, "state_since": "2023-09-20"})


def session(state: str, held_on: date = TODAY) -> expertise.Session:
    told = {"id": "s-1", "title": "Защита", "held_on": held_on, "state": state, "chair_id": "p-1"}
    return expertise.Session.model_validate({**told, "items": [{"subject_id": "a-1", "title": "Очаг"}]})


def report(state: str) -> reporting.ReportBrief:
    told = {"id": "r-1", "institution_id": "vesta", "institution_name": "Веста", "year": 2023, "theme": None}
    signed = {"submitted_on": "2024-01-12", "agreement": None, "approval": None}
    return reporting.ReportBrief.model_validate({**told, **signed, "state": state})


def replication(state: str) -> transfer.ReplicationWhole:
    sides = {f"{side}_{what}": side for side in ("owner", "site", "mentor") for what in ("institution_id", "name")}
    days = {"agreed_on": "2023-01-10", "trained_on": "2023-02-10", "started_on": "2023-03-10", "described_on": None}
    told = {"id": "x-1", "practice_id": "pr-1", "practice_title": "Очаг", "state": state, "stopped_on": None}
    rest = {"report": {"reported_on": "2023-09-01"}, "derived_practice_id": None, "stopped_because": None}
    return transfer.ReplicationWhole.model_validate({**sides, **days, **told, **rest})


@pytest.mark.parametrize(
    ("state", "kinds"),
    [
        ("draft", ["application_draft"]),
        ("returned", ["application_returned"]),
        ("supported_with_remarks", ["application_remarks"]),
        ("submitted", []),
        ("admitted", []),
        ("supported", []),
        ("withdrawn", []),
    ],
)
def test_an_application_waits_for_its_institution_only_in_states_it_can_change(state, kinds):
    assert [item.kind for item in waiting.of_applications(VESTA, [application(state)], {})] == kinds


def test_remarks_of_the_council_come_with_their_words_and_their_term():
    told = {"id": "v-1", "subject_id": "a-1", "title": "Очаг", "purpose": "defence", "hearing": 1, "votes_for": 6}
    decided = {"outcome": "supported_with_remarks", "remarks": ["Уточнить", "Сократить"], "decided_on": "2023-09-01"}
    verdict = expertise.Verdict.model_validate({**told, **decided, "remarks_due_on": "2023-09-30"})
    [item] = waiting.of_applications(VESTA, [application("supported_with_remarks")], {"a-1": verdict})
    assert (item.due, item.overdue, item.detail) == (date(2023, 9, 30), True, "Уточнить; Сократить")
    assert (item.resource, item.institution_id) == ("/v1/applications/a-1", "vesta")
    assert item.title == "Ответить на замечания совета к проекту «Гостиная „Очаг“»"


def test_what_is_due_today_is_not_overdue_yet():
    [today], [before] = (
        list(waiting.of_sessions(ME, [session("scheduled", held_on)])) for held_on in (TODAY, TODAY - timedelta(days=1))
    )
    assert (today.overdue, before.overdue) == (False, True)


def test_a_submitted_report_waits_for_the_head_and_for_nobody_else():
    assert [item.kind for item in waiting.of_reports(HEAD, [report("submitted")])] == ["report_to_agree"]
    assert list(waiting.of_reports(VESTA, [report("submitted")])) == []
    kinds = [item.kind for item in waiting.of_reports(VESTA, map(report, ("draft", "returned", "agreed", "approved")))]
    assert kinds == ["report_to_fill", "report_returned"]


def test_each_state_of_a_replication_asks_the_site_for_its_next_step():
    states = ("agreed", "trained", "running", "reported", "self_described", "stopped")
    found = {state: [item.kind for item in waiting.of_site(VESTA, [replication(state)])] for state in states}
    assert found == {
        "agreed": [], "trained": ["replication_to_start"], "running": ["replication_to_report"],
        "reported": ["replication_to_describe"], "self_described": [], "stopped": [],
    }  # fmt: skip


@pytest.mark.parametrize(("days", "shown"), [(MILESTONE_SOON.days, 1), (MILESTONE_SOON.days + 1, 0), (-100, 1)])
def test_a_milestone_is_shown_from_two_weeks_before_its_day(days, shown):
    milestone = {"number": 1, "title": "Набрать группу", "due_on": TODAY + timedelta(days=days), "reached_on": None}
    told = {"id": "pr-1", "institution_id": "vesta", "application_id": "a-1", "direction_id": "d-1", "title": "Очаг"}
    going = {"phase": "implementation", "started_on": "2023-01-01", "phases": [], "milestones": [milestone]}
    project = expertise.ProjectWhole.model_validate({**told, **going})
    assert len(list(waiting.of_projects(VESTA, [project]))) == shown
    reached = project.model_copy(
        update={"milestones": tuple(one.model_copy(update={"reached_on": TODAY}) for one in project.milestones)}
    )
    assert list(waiting.of_projects(VESTA, [reached])) == []


def test_only_the_chair_is_asked_to_approve_a_protocol():
    assert [item.kind for item in waiting.of_sessions(ME, [session("closed")])] == ["protocol_to_approve"]
    somebody = Place(person_id="p-2", today=TODAY)
    assert list(waiting.of_sessions(somebody, [session("closed")])) == []
    kinds = [item.kind for item in waiting.of_sessions(somebody, [session("scheduled"), session("open")])]
    assert kinds == ["session_to_attend", "session_to_vote"]


@pytest.mark.parametrize(("days", "shown"), [(0, 1), (1, 0)])
def test_an_event_waits_for_its_account_once_its_day_has_come(days, shown):
    told = {"id": "e-1", "kind": "workshop", "scope": "system", "title": "Мастерская", "state": "planned"}
    event = transfer.EventBrief.model_validate({**told, "planned_on": TODAY + timedelta(days=days), "held_on": None})
    assert len(list(waiting.of_planned_events(VESTA, [event]))) == shown


def test_a_candidate_without_remarks_waits_for_the_council_not_for_its_owner():
    told = {"id": "b-1", "practice_id": "pr-1", "title": "Очаг", "kind": "practice", "state": "candidate"}
    days = {"nominated_on": "2023-01-01", "activated_on": None, "archived_on": None}
    entries = [transfer.BankEntryBrief.model_validate({**told, **days, "remarks": said}) for said in ([], ["Уточнить"])]
    assert [item.detail for item in waiting.of_candidates(VESTA, entries)] == ["Уточнить"]


def test_an_ending_status_names_the_institution_to_those_who_see_many():
    told = {"id": "st-1", "institution_id": "vesta", "institution_name": "КСЦОН «Веста»", "kind": "rip", "theme": None}
    status = registry.StatusBrief.model_validate({**told, "valid_from": "2022-01-01", "last_day": "2023-12-31"})
    [mine], [one_of_many] = (list(waiting.of_statuses(place, [status])) for place in (VESTA, ME))
    assert (mine.title, mine.due) == ("Заканчивается статус: РИП", date(2023, 12, 31))
    assert one_of_many.title == "Заканчивается статус: РИП, КСЦОН «Веста»"


def asked(*roles: str, memberships: dict[str, frozenset[str]] | None = None) -> set[str]:
    caller = Caller(subject="p-1", roles=frozenset(roles), memberships=memberships or {})
    own = worklist.own_institutions(caller, None)
    return {source.part for source in worklist.sources(caller, TODAY, own)}


def test_everybody_is_asked_about_by_their_roles_and_institutions_only():
    assert asked() == {"sessions"}
    assert asked("expert") == {"sessions", "reviews"}
    assert asked("supervisor") == {"sessions", "opinions"}
    assert asked("secretary") == {"sessions", "council"}
    assert asked("official") == {"sessions", "directions", "reports", "statuses"}
    assert asked("curator") == {"sessions", "directions", "applications", "statuses"}
    staff = asked(memberships={"vesta": frozenset({"specialist"})})
    assert staff >= {"applications", "reports", "replications", "mentoring", "projects", "bank", "packages", "contests"}


def test_an_institution_of_others_is_not_asked_about_even_by_name():
    caller = Caller(subject="p-1", memberships={"vesta": frozenset({"head"}), "srcn": frozenset({"partner"})})
    assert worklist.own_institutions(caller, None) == ["vesta"]
    assert worklist.own_institutions(caller, "srcn") == []
    assert worklist.own_institutions(caller, "october") == []
