"""Records as dated entries of a project's way."""

from datetime import date
from typing import Any

import pytest

from gateway.composites import telling
from gateway.composites.rows import expertise, reporting, transfer


def edition(revision: int, state: str, put_on: str, answered_on: str | None, remark: str | None = None):
    return {
        "revision": revision, "state": state, "put_on": put_on, "answered_on": answered_on, "remark": remark,
    }  # fmt: skip


def told(entries) -> list[tuple[str, str]]:
    return [(entry.on.isoformat(), entry.kind) for entry in sorted(entries, key=telling.order)]


def test_a_direction_is_told_with_every_proposal_and_answer():
    direction = expertise.Direction.model_validate(
        {
            "id": "d-1", "title": "Семьи", "state": "agreed", "closed_on": "2020-01-01",
            "editions": [
                edition(1, "returned", "2018-01-20", "2018-01-23", "Уточните группу"),
                edition(2, "proposed", "2018-01-24", None),
                edition(3, "agreed", "2018-01-24", "2018-02-01"),
                edition(4, "closed", "2018-01-24", "2018-02-02"),
            ],
        }
    )  # fmt: skip
    entries = list(telling.of_directions([direction]))
    assert told(entries) == [
        ("2018-01-20", "direction_proposed"),
        ("2018-01-23", "direction_returned"),
        ("2018-01-24", "direction_proposed"),
        ("2018-02-01", "direction_agreed"),
        ("2018-02-02", "direction_agreed"),
        ("2020-01-01", "direction_closed"),
    ]
    assert entries[1].detail == "Уточните группу"
    proposed = [entry.title for entry in entries if entry.kind == "direction_proposed"]
    assert proposed == ["Предложено направление «Семьи»", "Направление «Семьи» предложено снова"]


def test_entries_of_one_day_stand_in_the_order_of_the_way():
    day, at = date(2018, 5, 25), "/v1/x/1"
    kinds: list[tuple[telling.Stage, telling.Kind]] = [
        ("bank", "bank_entry_activated"), ("approbation", "phase_begun"), ("approbation", "project_started"),
        ("bank", "verdict_issued"), ("defence", "verdict_issued"), ("package", "practice_described"),
    ]  # fmt: skip
    entries = [
        telling.TimelineEntry(on=day, stage=stage, kind=kind, title="…", resource=at, detail=None)
        for stage, kind in kinds
    ]
    assert [kind for _, kind in told(entries)] == [
        "verdict_issued", "project_started", "phase_begun", "practice_described", "verdict_issued",
        "bank_entry_activated",
    ]  # fmt: skip


def test_a_step_of_an_unknown_kind_and_an_internal_verdict_are_left_to_their_own_records():
    steps = [{"what": what, "on": "2018-03-01"} for what in ("submitted", "revised", "verdict_issued", "something_new")]
    history = expertise.History.model_validate({"steps": steps})
    assert told(telling.of_history(history, "a-1")) == [("2018-03-01", "application_submitted")]
    returned = {"steps": [{"what": "returned", "on": "2018-03-02", "note": "Сократить"}]}
    [entry] = telling.of_history(expertise.History.model_validate(returned), "a-1")
    assert (entry.resource, entry.detail) == ("/v1/applications/a-1", "Сократить")
    assert list(telling.of_history(None, "a-1")) == []


@pytest.mark.parametrize("what", ["expert_assigned", "expert_recused"])
def test_an_expert_is_told_by_the_card_to_read_and_not_by_a_number_among_the_words(what):
    history = {"steps": [{"what": what, "on": "2018-03-21", "note": "p-7"}]}
    [entry] = telling.of_history(expertise.History.model_validate(history), "a-1")
    assert (entry.resource, entry.detail) == ("/v1/people/p-7", None)


def test_a_verdict_is_told_by_what_was_heard():
    base = {"id": "v-1", "subject_id": "x", "title": "Очаг", "hearing": 1, "remarks": [], "remarks_due_on": None}
    heard = {**base, "outcome": "supported", "decided_on": "2018-05-25"}
    defence, accounts = (
        expertise.Verdict.model_validate({**heard, "purpose": purpose}) for purpose in ("defence", "report")
    )
    entries = [*telling.of_verdicts([defence, accounts], "application"), *telling.of_verdicts([defence], "bank")]
    assert [(entry.stage, entry.title) for entry in entries] == [
        ("defence", "Открытая защита: поддержано"),
        ("approbation", "Отчёт о реализации: поддержано"),
        ("bank", "Совет о практике для банка: поддержано"),
    ]


def test_only_finished_reviews_are_told_with_their_total_also_when_it_is_nothing():
    base = {"id": "w-1", "application_id": "a-1", "assigned_on": "2018-03-01", "completed_on": "2018-03-20"}
    found = [
        expertise.Review.model_validate({**base, "state": state, "total": total})
        for state, total in (("completed", 0), ("completed", 87.5), ("completed", None), ("recused", 50))
    ]
    assert [entry.detail for entry in telling.of_reviews(found)] == ["Итог 0 из 100", "Итог 87,5 из 100", None]


def test_a_session_is_told_until_it_is_held():
    base = {"id": "s-1", "title": "Защита", "held_on": "2018-05-25", "chair_id": "p-1", "items": []}
    found = [expertise.Session.model_validate({**base, "state": state}) for state in ("scheduled", "open", "closed")]
    assert told(telling.of_sessions(found)) == [("2018-05-25", "session_scheduled")] * 2


def test_what_became_of_a_practice_at_a_site_is_told_step_by_step():
    sides = {f"{side}_{what}": side for side in ("owner", "site", "mentor") for what in ("institution_id", "name")}
    days = {"agreed_on": "2019-01-10", "trained_on": "2019-02-10", "started_on": "2019-03-10"}
    later = {"described_on": "2019-05-10", "stopped_on": "2019-06-10", "stopped_because": "Нет ставки"}
    base = {"id": "x-1", "practice_id": "pr-1", "practice_title": "Очаг", "state": "stopped"}
    rest = {"derived_practice_id": None, "report": {"reported_on": "2019-04-10"}}
    one = transfer.ReplicationWhole.model_validate({**sides, **days, **later, **base, **rest})
    entries = list(telling.of_replications([one]))
    assert told(entries) == [
        ("2019-01-10", "replication_agreed"), ("2019-02-10", "replication_trained"),
        ("2019-03-10", "replication_started"), ("2019-04-10", "replication_reported"),
        ("2019-05-10", "replication_self_described"), ("2019-06-10", "replication_stopped"),
    ]  # fmt: skip
    assert [entry.detail for entry in entries if entry.detail] == ["Нет ставки"]


def test_a_publication_is_told_with_its_outlet():
    content = {"title": "Гостиная", "outlet": "Вестник", "released_on": "2019-07-01"}
    [entry] = telling.of_publications([transfer.Publication.model_validate({"id": "u-1", "content": content})])
    assert (entry.on, entry.title, entry.detail) == (date(2019, 7, 1), "Публикация: Гостиная", "Вестник")


def test_entries_alike_stand_in_the_order_of_their_records():
    found = [transfer.Cluster.model_validate({"id": name, "formed_on": "2019-01-01"}) for name in ("b", "a")]
    assert [entry.resource for entry in sorted(telling.of_clusters(found), key=telling.order)] == [
        "/v1/clusters/a", "/v1/clusters/b",
    ]  # fmt: skip


def test_what_has_not_happened_yet_is_not_told():
    base = {"id": "b-1", "practice_id": "pr-1", "title": "Очаг", "kind": "practice", "state": "candidate"}
    entry: dict[str, Any] = {
        **base,
        "remarks": [],
        "nominated_on": "2018-11-15",
        "activated_on": None,
        "archived_on": None,
    }
    entries = telling.of_bank([transfer.BankEntryBrief.model_validate(entry)])
    assert told(entries) == [("2018-11-15", "bank_entry_nominated")]


def test_a_report_is_told_with_the_figures_that_count_the_project():
    report = reporting.CountingReport.model_validate(
        {
            "id": "r-1", "institution_id": "vesta", "institution_name": "Веста", "year": 2018, "theme": None,
            "state": "approved", "submitted_on": "2019-01-12", "agreement": None,
            "approval": {"person_name": "Н. Л. Рындин", "stamped_on": "2019-01-15"},
            "indicators": [{"key": "k", "title": "Технологии в банке"}],
        }
    )  # fmt: skip
    [entry] = telling.of_reports([report])
    assert (entry.on, entry.detail) == (date(2019, 1, 15), "Учтено: Технологии в банке")
    assert entry.title == "Годовой отчёт за 2018 год, Веста: утверждён"
    submitted = report.model_copy(update={"approval": None})
    drafted = submitted.model_copy(update={"submitted_on": None})
    assert [(entry.on, entry.title[-9:]) for entry in telling.of_reports([submitted, drafted])] == [
        (date(2019, 1, 12), "готовится"), (date(2018, 12, 31), "готовится"),
    ]  # fmt: skip
