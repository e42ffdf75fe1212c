import itertools
import uuid
from typing import Any

import pytest

from contracts.expertise import ProjectStartedV1, VerdictIssuedV1
from contracts.fact import Fact
from contracts.registry import (
    InstitutionRegisteredV1,
    InstitutionRenamedV1,
    IntegrationAmendedV1,
    IntegrationGrantedV1,
    IntegrationRevokedV1,
    StatusExtendedV1,
    StatusGrantedV1,
    StatusRevokedV1,
)
from transfer.institutions.store import INSTITUTIONS
from transfer.projects.store import PROJECTS
from transfer.statuses.store import STATUSES
from transfer.wiring import wire

SUBJECTS: dict[type[Fact], str] = {
    InstitutionRegisteredV1: "institution_id",
    InstitutionRenamedV1: "institution_id",
    StatusGrantedV1: "status_id",
    StatusExtendedV1: "status_id",
    StatusRevokedV1: "status_id",
    IntegrationGrantedV1: "integration_id",
    IntegrationAmendedV1: "integration_id",
    IntegrationRevokedV1: "integration_id",
    ProjectStartedV1: "project_id",
    VerdictIssuedV1: "session_id",
}


async def copy(inbox: Any, collection: str, record_id: str) -> dict[str, Any]:
    document = await inbox.mongo.motor[collection].find_one({"_id": record_id})
    return {name: value for name, value in (document or {}).items() if not name.startswith("_")}


def test_the_tests_feed_every_type_that_the_service_subscribes_to(settings):
    assert {model.type for model in SUBJECTS} == set(wire(settings).known)


@pytest.mark.parametrize("model", SUBJECTS, ids=lambda model: model.type)
async def test_a_published_example_is_applied_once_whatever_is_delivered_twice(transfer, inbox, model):
    example: dict[str, Any] = model.example()
    if model is VerdictIssuedV1:
        entry = await transfer.nominated()
        example |= {"subject_id": entry["practice_id"]}
    fact: Fact = model.model_validate(example)
    event_id = str(uuid.uuid4())
    deliveries = [await inbox.tell(fact, example[SUBJECTS[model]], event_id=event_id) for _ in range(3)]
    assert deliveries == ["applied", "duplicate", "duplicate"]


async def test_the_published_verdict_brings_its_practice_into_the_bank(transfer, inbox):
    entry = await transfer.nominated()
    verdict = VerdictIssuedV1.model_validate(VerdictIssuedV1.example() | {"subject_id": entry["practice_id"]})
    assert await inbox.tell(verdict, verdict.session_id) == "applied"
    assert (await transfer.curator.get(f"/v1/bank-entries/{entry['id']}")).expect(200)["state"] == "active"


async def test_facts_about_a_status_in_any_order_leave_the_same_copy(inbox):
    known = {"institution_id": "vesta", "kind": "rip", "act_id": "act-1"}
    ends = []
    for number, order in enumerate(itertools.permutations((1, 2, 3))):
        status_id = f"status-{number}"
        facts: dict[int, Fact] = {
            1: StatusGrantedV1.model_validate(
                known | {"status_id": status_id, "valid_from": "2018-01-01", "valid_until": "2018-12-31"}
            ),
            2: StatusExtendedV1.model_validate(known | {"status_id": status_id, "valid_until": "2020-12-31"}),
            3: StatusRevokedV1.model_validate(known | {"status_id": status_id, "revoked_on": "2019-06-01"}),
        }
        for sequence in order:
            assert await inbox.tell(facts[sequence], status_id, sequence=sequence) == "applied"
        ends.append(await copy(inbox, STATUSES, status_id))
    assert all(end == ends[0] for end in ends)
    assert ends[0] == {
        "institution_id": "vesta",
        "kind": "rip",
        "valid_from": "2018-01-01",
        "valid_until": "2020-12-31",
        "revoked_on": "2019-06-01",
    }


async def test_a_new_name_stays_when_the_registration_arrives_after_it(inbox):
    renamed = InstitutionRenamedV1(institution_id="late", name="Новое имя", short_name="Новое")
    example = InstitutionRegisteredV1.example() | {"institution_id": "late"}
    assert await inbox.tell(renamed, "late", sequence=2) == "applied"
    assert await inbox.tell(InstitutionRegisteredV1.model_validate(example), "late", sequence=1) == "applied"
    card = await copy(inbox, INSTITUTIONS, "late")
    assert (card["short_name"], card["municipality"]) == ("Новое", example["municipality"])


async def test_a_project_is_kept_with_its_institution(inbox):
    example = ProjectStartedV1.example() | {"project_id": "project-9"}
    assert await inbox.tell(ProjectStartedV1.model_validate(example), "project-9") == "applied"
    assert (await copy(inbox, PROJECTS, "project-9"))["institution_id"] == example["institution_id"]


async def test_a_fact_that_lacks_a_field_is_parked_with_its_reason(inbox):
    class RevokedWithoutADay(Fact):
        type = StatusRevokedV1.type
        status_id: str

    assert await inbox.tell(RevokedWithoutADay(status_id="status-9"), "status-9") == "parked"
    row = await inbox.mongo.motor["parked"].find_one({"state": "parked"})
    assert row["reason"] == "invalid"
