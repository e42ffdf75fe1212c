"""What the registry does with the facts it subscribes to, through the receiver of the chassis."""

import itertools
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from chassis.app import prepare
from chassis.identity import Caller
from chassis.mongo import Mongo
from chassis.receive import Receiver
from chassis.work import Reads
from contracts.catalogue import CATALOGUE
from contracts.envelope import Envelope
from contracts.reporting import ReportApprovedV1
from registry.settings import RegistrySettings
from registry.statuses.domain import Status
from registry.statuses.queries import StatusSearch, statuses
from registry.statuses.store import APPROVED_REPORTS, STATUSES
from registry.wiring import wire

INSTITUTION = ReportApprovedV1.example()["institution_id"]
_ids = itertools.count(1)


def approved(year: int, *, report: str, sequence: int = 4, event: str | None = None) -> tuple[dict[str, str], bytes]:
    fact = ReportApprovedV1.model_validate(ReportApprovedV1.example() | {"year": year, "report_id": report})
    envelope = Envelope(
        id=event or f"event-{next(_ids)}",
        source="/reporting",
        type=ReportApprovedV1.type,
        subject=report,
        time=datetime(2024, 1, 15, tzinfo=UTC),
        sequence=sequence,
    )
    return envelope.headers(), fact.model_dump_json().encode()


@pytest.fixture
async def mongo(mongo_url: str, make_settings: Any) -> AsyncIterator[Mongo]:
    opened = Mongo(mongo_url)
    await prepare(wire(make_settings(mongo_url)), opened)
    yield opened
    await opened.close()


@pytest.fixture
def receiver(mongo: Mongo, mongo_url: str, make_settings: Any) -> Receiver:
    settings: RegistrySettings = make_settings(mongo_url)
    return Receiver(mongo, settings, "registry", wire(settings).known)


async def stored(mongo: Mongo) -> list[tuple[str, int]]:
    rows = await mongo.plain[APPROVED_REPORTS].find({"_id": {"$gte": ""}})
    return [(row["_id"], row["year"]) for row in rows]


def test_the_registry_subscribes_to_published_types_of_others_only(make_settings: Any, mongo_url: str):
    known = set(wire(make_settings(mongo_url)).known)
    assert known == {"reporting.report.approved.v1"}
    assert known <= set(CATALOGUE)


async def test_every_published_example_the_registry_subscribes_to_is_applied_once(
    receiver: Receiver, mongo: Mongo, make_settings: Any, mongo_url: str
):
    for number, (event_type, (model, _)) in enumerate(wire(make_settings(mongo_url)).known.items()):
        envelope = Envelope(
            id=f"example-{number}", source="/reporting", type=event_type, subject=f"subject-{number}", sequence=1,
            time=datetime(2024, 1, 15, tzinfo=UTC),
        )  # fmt: skip
        body = model.model_validate(model.example()).model_dump_json().encode()
        assert await receiver.receive(envelope.headers(), body) == "applied"
        assert await receiver.receive(envelope.headers(), body) == "duplicate"
    assert await stored(mongo) == [(ReportApprovedV1.example()["report_id"], 2023)]


async def test_approved_reports_are_kept_the_same_in_whatever_order_they_come(receiver: Receiver, mongo: Mongo):
    messages = [approved(2022, report="r-1"), approved(2023, report="r-2"), approved(2024, report="r-3")]
    for order in itertools.permutations(messages):
        for headers, body in (*order, *order):
            await receiver.receive(headers, body)
    assert await stored(mongo) == [("r-1", 2022), ("r-2", 2023), ("r-3", 2024)]


async def test_an_approval_that_comes_late_does_not_undo_a_newer_one(receiver: Receiver, mongo: Mongo):
    await receiver.receive(*approved(2023, report="r-1", sequence=7))
    assert await receiver.receive(*approved(2022, report="r-1", sequence=4)) == "applied"
    assert await stored(mongo) == [("r-1", 2023)]


async def test_a_status_shows_the_years_of_its_term_that_have_an_approved_report(receiver: Receiver, mongo: Mongo):
    held = Status(
        id="s-1",
        version=1,
        institution_id=INSTITUTION,
        kind="resource_centre",
        theme="Социальное проектирование",
        act_id="a-1",
        valid_from=datetime(2022, 1, 1, tzinfo=UTC).date(),
        valid_until=datetime(2023, 12, 31, tzinfo=UTC).date(),
    )
    document = STATUSES.write(held) | {"last_day": "2023-12-31"}
    await mongo.plain[STATUSES.collection].insert(document)
    await mongo.plain["institutions"].insert({"_id": INSTITUTION, "short_name": "Дом", "inn": "1", "ogrn": "1"})
    for number, year in enumerate((2024, 2023, 2021, 2023)):
        await receiver.receive(*approved(year, report=f"r-{number}"))
    reads = Reads(db=mongo.plain, now=datetime.now(UTC), caller=Caller(subject="e-1"))
    shown = await statuses(reads, StatusSearch(institution_id=INSTITUTION))
    assert [status.approved_report_years for status in shown.items] == [(2023,)]


async def test_a_fact_with_fields_of_a_later_version_is_understood(receiver: Receiver, mongo: Mongo):
    headers, body = approved(2023, report="r-1")
    assert await receiver.receive(headers, body[:-1] + b',"added_later":true}') == "applied"
    assert await stored(mongo) == [("r-1", 2023)]
