"""Records as dated entries of a project's way."""

from datetime import date
from typing import Any

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
            ],
        }
    )  # fmt: skip
    entries = list(telling.of_directions([direction]))
    assert told(entries) == [
        ("2018-01-20", "direction_proposed"),
        ("2018-01-23", "direction_returned"),
        ("2018-01-24", "direction_proposed"),
        ("2018-02-01", "direction_agreed"),
        ("2020-01-01", "direction_closed"),
    ]
    assert entries[1].detail == "Уточните группу"
    assert [entry.title for entry in entries if entry.kind == "direction_proposed"][1].endswith("предложено снова")


def test_entries_of_one_day_stand_in_the_order_of_the_way():
    day, at = date(2018, 5, 25), "/v1/x/1"
    kinds: list[tuple[telling.Stage, telling.Kind]] = [
        ("bank", "bank_entry_activated"), ("approbation", "phase_begun"), ("approbation", "project_started"),
        ("defence", "verdict_issued"), ("package", "practice_described"),
    ]  # fmt: skip
    entries = [
        telling.TimelineEntry(on=day, stage=stage, kind=kind, title="…", resource=at, detail=None)
        for stage, kind in kinds
    ]
    assert [kind for _, kind in told(entries)] == [
        "verdict_issued", "project_started", "phase_begun", "practice_described", "bank_entry_activated",
    ]  # fmt: skip


def test_a_step_of_an_unknown_kind_and_an_internal_verdict_are_left_to_their_own_records():
    steps = [{"what": what, "on": "2018-03-01"} for what in ("submitted", "revised", "verdict_issued", "something_new")]
    history = expertise.History.model_validate({"steps": steps})
    assert told(telling.of_history(history, "a-1")) == [("2018-03-01", "application_submitted")]
    assert list(telling.of_history(None, "a-1")) == []


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
