"""What a record asks of somebody."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from chassis.identity import Caller
from gateway.composites import waiting, worklist
from gateway.composites.parts import target
from gateway.composites.rows import expertise, registry, reporting, transfer
from gateway.composites.waiting import MILESTONE_SOON, Place, WorkItem

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


def direction() -> expertise.Direction:
    """Returned twice."""
    days = [("2023-08-01", "2023-08-05", "Рано"), ("2023-09-01", "2023-09-05", "Уточнить")]
    editions = [
        {"revision": number, "state": "returned", "put_on": put_on, "answered_on": answered_on, "remark": remark}
        for number, (put_on, answered_on, remark) in enumerate(days, 1)
    ]
    told = {"id": "d-1", "title": "Семьи", "state": "returned", "closed_on": None, "editions": editions}
    return expertise.Direction.model_validate(told)


def package(edition: int, *missing: str) -> transfer.Package:
    return transfer.Package.model_validate({"id": "k-1", "title": "Очаг", "edition": edition, "missing": missing})


def days(items: Iterable[WorkItem]) -> list[tuple[str, str | None, str | None]]:
    def told(day: date | None) -> str | None:
        return None if day is None else day.isoformat()

    return [(one.kind, told(one.since), told(one.due)) for one in items]


def test_every_item_says_since_when_it_waits_or_until_when_it_may():
    of_today, site = TODAY.isoformat(), [replication(state) for state in ("trained", "running", "reported")]
    agreed = report("agreed").model_copy(
        update={"agreement": reporting.StampBrief(person_name="Рындин", stamped_on=date(2024, 1, 14))}
    )
    lasting = {"kind": "workshop", "scope": "system", "title": "Мастерская", "planned_on": None, "id": "e-1"}
    held = transfer.EventBrief.model_validate({**lasting, "state": "incomplete", "held_on": "2023-09-03"})
    assert days(waiting.of_reports(HEAD, [report("submitted")])) == [("report_to_agree", "2024-01-12", None)]
    assert days(waiting.of_agreed_reports(ME, [agreed, report("agreed")])) == [
        ("report_to_approve", "2024-01-14", None), ("report_to_approve", None, None),
    ]  # fmt: skip
    assert days(waiting.of_site(VESTA, site)) == [
        ("replication_to_start", "2023-02-10", None), ("replication_to_report", "2023-03-10", None),
        ("replication_to_describe", "2023-09-01", None),
    ]  # fmt: skip
    assert days(waiting.of_mentor(VESTA, [replication("agreed")])) == [("replication_to_train", "2023-01-10", None)]
    assert days(waiting.of_sessions(ME, map(session, ("scheduled", "open", "closed")))) == [
        ("session_to_attend", None, of_today), ("session_to_vote", of_today, None),
        ("protocol_to_approve", of_today, None),
    ]  # fmt: skip
    assert days(waiting.of_secretary(ME, map(session, ("scheduled", "open", "closed")))) == [
        ("session_to_run", None, of_today), ("session_to_close", of_today, None),
    ]  # fmt: skip
    assert days(waiting.of_submitted(ME, [application("submitted")])) == [("application_to_admit", "2023-09-20", None)]
    assert days(waiting.of_incomplete_events(VESTA, [held])) == [("event_to_sum_up", "2023-09-03", None)]


def test_of_a_direction_the_last_proposal_and_the_last_answer_count():
    assert days(waiting.of_proposed(ME, [direction()])) == [("direction_to_agree", "2023-09-01", None)]
    [item] = waiting.of_returned_directions(ME, [direction()])
    assert (item.since, item.detail) == (date(2023, 9, 5), "Уточнить")


def test_a_contest_waits_for_its_result_by_the_day_it_was_to_be_known():
    told = {"id": "n-1", "contest": {"name": "Родник"}, "project_title": "Очаг", "filed_on": "2023-05-01"}
    [item] = waiting.of_contests(VESTA, [expertise.ContestEntry.model_validate({**told, "result_due": "2023-09-30"})])
    assert (item.since, item.due, item.overdue, item.detail) == (date(2023, 5, 1), date(2023, 9, 30), True, "Очаг")


def test_a_package_waits_until_its_first_edition_and_says_what_it_lacks():
    found = waiting.of_packages(VESTA, [package(0, "программа", "смета"), package(0), package(1)])
    assert [item.detail for item in found] == ["Не хватает: программа, смета", "Всё на месте, можно издать"]


def test_an_application_asks_its_supervisor_for_an_opinion_once():
    told = application("admitted").model_dump()
    waits, signed = (
        expertise.OpinionAsked.model_validate({**told, "opinion": one}) for one in (None, {"positive": True})
    )
    assert days(waiting.of_opinions(ME, [waits, signed])) == [("opinion_to_sign", "2023-09-20", None)]


def test_a_review_and_a_session_are_shown_also_when_nothing_is_known_of_what_they_are_about():
    told = {"id": "w-1", "application_id": "a-1", "assigned_on": "2023-09-21", "state": "assigned"}
    review = expertise.Review.model_validate(told)
    titles = [next(iter(waiting.of_reviews(ME, [review], known))).title for known in ({"a-1": "Очаг"}, {})]
    assert titles == ["Написать рецензию на заявку «Очаг»", "Написать рецензию на заявку"]
    empty = session("scheduled").model_copy(update={"items": ()})
    assert [item.detail for item in waiting.of_sessions(ME, [session("scheduled"), empty])] == ["Очаг", None]


def test_of_each_list_only_what_may_wait_is_asked_for():
    caller = Caller(
        subject="p-1",
        roles=frozenset({"expert", "supervisor", "secretary", "official", "curator"}),
        memberships={"vesta": frozenset({"head"})},
    )
    questions = [one for source in worklist.sources(caller, TODAY, ["vesta"]) for one in source.questions]
    soon = "ends_from=2023-10-01&ends_to=2023-12-30"
    assert sorted(target(one.row.address.removeprefix("/v1/"), one.query) for one in questions) == sorted(
        [
            "sessions?member_id=p-1&reverse=true", "sessions?state=scheduled", "sessions?state=open",
            "reviews?expert_id=p-1&state=assigned", "applications?expert_id=p-1&reverse=true",
            "applications?scientific_supervisor_id=p-1&state=admitted", "applications?state=submitted",
            "directions?state=proposed", "directions?state=returned", "reports?state=agreed", f"statuses?{soon}",
            "applications?institution_id=vesta&reverse=true", f"statuses?{soon}&institution_id=vesta",
            "verdicts?institution_id=vesta&reverse=true&outcome=supported_with_remarks",
            "reports?institution_id=vesta&reverse=true", "projects?institution_id=vesta&reverse=true",
            "entries?institution_id=vesta&outcome=pending&result_due_by=2023-10-01",
            "replications?site_institution_id=vesta&reverse=true",
            "replications?mentor_institution_id=vesta&state=agreed", "events?institution_id=vesta&state=planned",
            "events?institution_id=vesta&state=incomplete", "bank-entries?institution_id=vesta&state=candidate",
            "packages?institution_id=vesta&reverse=true",
        ]
    )  # fmt: skip


def test_of_two_verdicts_with_remarks_the_newer_gives_the_term():
    older, newer = (
        expertise.Verdict.model_validate(
            {
                "id": f"v-{day}", "subject_id": "a-1", "title": "Очаг", "purpose": "defence", "hearing": 1,
                "outcome": "supported_with_remarks", "remarks": [], "decided_on": "2023-09-01",
                "remarks_due_on": f"2023-09-{day}",
            }
        )
        for day in (10, 20)
    )  # fmt: skip
    caller = Caller(subject="p-1", memberships={"vesta": frozenset({"specialist"})})
    [source] = [one for one in worklist.sources(caller, TODAY, ["vesta"]) if one.part == "applications"]
    [item] = source.items([[application("supported_with_remarks")], [newer, older]])
    assert item.due == date(2023, 9, 20)


def test_only_the_head_of_an_institution_is_one_there():
    caller = Caller(subject="p-1", memberships={"vesta": frozenset({"head"}), "srcn": frozenset({"specialist"})})
    found = {
        place: [
            item.kind
            for source in worklist.sources(caller, TODAY, [place])
            if source.part == "reports"
            for item in source.items([[report("submitted")]])
        ]
        for place in ("vesta", "srcn")
    }
    assert found == {"vesta": ["report_to_agree"], "srcn": []}


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
    assert worklist.own_institutions(caller, None) == worklist.own_institutions(caller, "vesta") == ["vesta"]
    assert worklist.own_institutions(caller, "srcn") == []
    assert worklist.own_institutions(caller, "october") == []
